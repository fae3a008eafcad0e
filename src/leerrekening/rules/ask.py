"""What to ask next: only questions that can still change an outcome, grouped by topic, none twice.

A question is worth asking when some answer to it gives another finding than its being unknown. Among those,
the topic of the last question is finished first; then comes the question that keeps most open.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from leerrekening.rules import days
from leerrekening.rules.decide import UNCONFIRMED, Engine, Finding, Person
from leerrekening.rules.facts import Fact, FactBook, Group, Text
from leerrekening.rules.situation import Item, Situation
from leerrekening.rules.values import Unknown


@dataclass(frozen=True, slots=True)
class Question:
    """A fact to ask about, for the instruments it can still decide."""

    path: str
    at: str | None
    topic: str
    text: Text
    help: Text | None
    ask: str
    instruments: tuple[str, ...]


def open_questions(engine: Engine, situation: Situation, declined: Collection[str] = ()) -> list[Question]:
    """Every question that can still change an outcome, by topic and then by how much it keeps open.

    ``declined``: paths that were asked and that the person does not know; they are not asked again.
    """
    findings = engine.decide(situation)
    weights, owners, moments = _missing(findings)
    book = engine.law.facts
    topics = list(book.topics)
    ranked = sorted(weights, key=lambda p: (topics.index(book.declaration(p).topic), -weights[p], p))
    return [
        _question(book, p, moments[p], owners[p])
        for p in ranked
        if p not in declined and _matters(engine, situation, p, owners[p])
    ]


def next_question(
    engine: Engine,
    situation: Situation,
    last_topic: str | None = None,
    declined: Collection[str] = (),
) -> Question | None:
    """The best question to ask now; None when no answer can change anything any more.

    ``last_topic`` is finished first; ``declined``: as for ``open_questions``.
    """
    findings = engine.decide(situation)
    weights, owners, moments = _missing(findings)
    book = engine.law.facts

    def rank(path: str) -> tuple[bool, int, int, str]:
        declared = book.declaration(path)
        from_person = declared.ask != "person"
        return declared.topic != last_topic, from_person, -weights[path], path

    for path in sorted(weights.keys() - set(declined), key=rank):
        if _matters(engine, situation, path, owners[path]):
            return _question(book, path, moments[path], owners[path])
    return None


def _missing(findings: list[Finding]) -> tuple[Counter[str], dict[str, list[str]], dict[str, str | None]]:
    """How many open conditions or amounts each missing fact touches, in which instruments, and on which day."""
    weights: Counter[str] = Counter()
    owners: dict[str, list[str]] = {}
    moments: dict[str, str | None] = {}
    for finding in findings:
        for path, at in finding.missing():
            if path in owners and finding.instrument.id in owners[path]:
                continue
            owners.setdefault(path, []).append(finding.instrument.id)
            moments.setdefault(path, at)
            touched = sum(
                type(v) is Unknown and not v.free and any(p == path for p, _ in v.facts)
                for _, v in finding.results
            )
            weights[path] += max(1, touched)
    return weights, owners, moments


def _question(book: FactBook, path: str, at: str | None, instruments: list[str]) -> Question:
    declared = book.declaration(path)
    text = declared.question if declared.question is not None else declared.label
    return Question(path, at, declared.topic, text, declared.help, declared.ask, tuple(instruments))


def _matters(engine: Engine, situation: Situation, path: str, instruments: list[str]) -> bool:
    """Some answer makes a difference to some instrument."""
    for name in instruments:
        now = _state(Person(engine, situation).finding(name))
        for answered in answers(engine, situation, path):
            if _state(Person(engine, answered).finding(name)) != now:
                return True
    return False


def _state(finding: Finding) -> Any:
    settled = tuple((c.rule.id, v if type(v) is bool else None) for c, v in finding.results)
    if finding.status == UNCONFIRMED:
        finding = finding.as_last_confirmed()
    return finding.verdict, settled, tuple(sorted({p for p, _ in finding.missing()}))


def answers(engine: Engine, situation: Situation, path: str) -> list[Situation]:
    """Situations in which a missing fact is known: each code, both truths, low and high numbers, near dates."""
    declared = engine.law.facts.declaration(path)
    if isinstance(declared, Group):
        return _with_lists(situation, path)
    values = _sample(declared, situation.as_of)
    if path in situation.index:
        return [_with_value(situation, path, value) for value in values]
    group = declared.group
    assert group is not None
    items = situation.lists.get(group, [])
    return [
        _copied(situation, {**situation.lists, group: [_completed(item, declared, value) for item in items]})
        for value in values
    ]


def _completed(item: Item, fact: Fact, value: Any) -> Item:
    """An object with a fact known that it lacked; intervals are added after those it has, to fill what they leave."""
    if fact.type == "periods":
        return {**item, fact.key: (*item.get(fact.key, ()), *value)}
    return {fact.key: value, **item}


def _sample(fact: Fact, today: int) -> list[Any]:
    if fact.type == "boolean":
        return [True, False]
    if fact.type == "code":
        return list(fact.codes)
    if fact.type == "codes":
        return [frozenset(), *(frozenset({c}) for c in fact.codes)]
    if fact.type in ("integer", "decimal"):
        high = fact.maximum if fact.maximum is not None else 1_000_000
        return [high, fact.minimum if fact.minimum is not None else 0]
    if fact.type == "date":
        return [today, today - 365, today - 3650, today + 30]
    if fact.type == "periods":
        if fact.period_value is None:
            return [((1, days.FOREVER, None),), ()]
        if fact.period_value.type == "code":
            return [(), *(((1, days.FOREVER, code),) for code in fact.period_value.codes)]
        return [((1, days.FOREVER, 1),), ((1, days.FOREVER, 0),)]
    if fact.type == "texts":
        return [frozenset(), frozenset({"a-course"})]
    return ["a-course"]


def _with_value(situation: Situation, path: str, value: Any) -> Situation:
    values = list(situation.values)
    values[situation.index[path]] = value
    return Situation(
        situation.as_of, values, situation.lists, situation.has_course, situation.source, situation.index
    )


def _with_lists(situation: Situation, group: str) -> list[Situation]:
    nothing: list[dict[str, Any]] = []
    return [_copied(situation, {**situation.lists, group: items}) for items in (nothing, [dict[str, Any]()])]


def _copied(situation: Situation, lists: dict[str, list[dict[str, Any]]]) -> Situation:
    return Situation(
        situation.as_of, situation.values, lists, situation.has_course, situation.source, situation.index
    )
