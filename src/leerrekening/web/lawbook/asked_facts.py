"""Every fact that can be asked, with its question, its possible answers and who asks for it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from leerrekening.rules.decide import outcome_nodes
from leerrekening.rules.expressions import Node
from leerrekening.rules.facts import Fact, Group
from leerrekening.rules.histories import DERIVATIONS
from leerrekening.rules.instruments import Instrument, Law
from leerrekening.web.lawbook.edition import Edition, Piece
from leerrekening.web.lawbook.wording import ASKED_OF, FACT_TYPES, UNITS, said


@dataclass(frozen=True)
class Answer:
    """A possible answer: its code and its words."""

    code: str
    words: str


@dataclass(frozen=True)
class FactView:
    """A fact, or a group of facts with a question of its own (``type`` is then empty)."""

    path: str
    anchor: str
    label: str
    question: str
    help: str
    type: str
    unit: str
    answers: tuple[Answer, ...]
    ask: str
    can_change: bool
    used_by: tuple[Piece, ...]


@dataclass(frozen=True)
class TopicView:
    """A subject with its facts."""

    id: str
    name: str
    facts: tuple[FactView, ...]


def topics(edition: Edition) -> tuple[TopicView, ...]:
    """All facts, by topic, in the order in which they are declared."""
    book = edition.law.facts
    users = _users(edition)
    out = []
    for topic in book.topics.values():
        views: list[FactView] = []
        groups = {group.path: group for group in book.groups.values() if group.topic == topic.id}
        for fact in book.facts.values():
            if fact.topic != topic.id:
                continue
            group = groups.pop(fact.group or "", None)
            if group is not None and group.question is not None:
                views.append(_group(edition, group, users.get(group.path, ())))
            views.append(_fact(edition, fact, users.get(fact.path, ())))
        out.append(TopicView(topic.id, edition.text(topic.name), tuple(views)))
    return tuple(out)


def _group(edition: Edition, group: Group, used_by: tuple[Piece, ...]) -> FactView:
    question = edition.text(group.question) if group.question is not None else ""
    help_ = edition.text(group.help) if group.help is not None else ""
    ask = said(ASKED_OF, group.ask)
    return FactView(
        *(
            group.path,
            f"g-{group.path}",
            edition.text(group.label),
            question,
            help_,
            "",
            "",
            (),
            ask,
            False,
            used_by,
        )
    )


def _fact(edition: Edition, fact: Fact, used_by: tuple[Piece, ...]) -> FactView:
    codes = fact.codes or (fact.period_value.codes if fact.period_value is not None else {})
    unit = fact.unit or ""
    return FactView(
        path=fact.path,
        anchor=f"g-{fact.path}",
        label=edition.text(fact.label),
        question=edition.text(fact.question),
        help=edition.text(fact.help) if fact.help is not None else "",
        type=said(FACT_TYPES, fact.type),
        unit=said(UNITS, unit) if unit else "",
        answers=tuple(Answer(code, edition.text(words)) for code, words in codes.items()),
        ask=said(ASKED_OF, fact.ask),
        can_change=fact.influence,
        used_by=used_by,
    )


def _users(edition: Edition) -> dict[str, tuple[Piece, ...]]:
    """For each path, the instruments whose rules read it."""
    out: dict[str, list[Piece]] = {}
    for owner in edition.law.instruments.values():
        link = Piece(edition.text(owner.name), edition.owner_url(owner.id))
        for path in paths_read(edition.law, owner):
            out.setdefault(path, []).append(link)
    return {path: tuple(links) for path, links in out.items()}


def paths_read(law: Law, owner: Instrument) -> set[str]:
    """Every contract path that the rules of an instrument can look at, also through rules of other folders."""
    out: set[str] = set()
    seen: set[tuple[str, str]] = set()
    stack = [(owner, node) for node in _nodes(owner)]
    while stack:
        home, node = stack.pop()
        for part in node.walk():
            if part.op == "fact":
                out.add(part.value)
            elif part.op == "derived":
                out.update(DERIVATIONS[part.value].reads)
            elif part.op == "rule":
                other_id, _, local = part.value.rpartition(".")
                other = law.owner(other_id) if other_id else home
                if (other.id, local) not in seen:
                    seen.add((other.id, local))
                    stack += [(other, version.node) for version in other.rules[local].versions]
    return out


def _nodes(owner: Instrument) -> Iterator[Node]:
    yield owner.decisive_day
    for rule in owner.conditions:
        for version in rule.versions:
            yield version.node
    yield from outcome_nodes(owner)
    for limit in owner.limits:
        yield limit.when
        if limit.value is not None:
            yield limit.value
