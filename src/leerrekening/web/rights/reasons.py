"""Everything behind one right: conditions with their sources, what would change it, where its amounts come from."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final, cast

from django.urls import reverse
from django.utils.translation import gettext as _

from leerrekening.rules.decide import (
    NO,
    PROPOSED,
    UNCONFIRMED,
    YES,
    Condition,
    Finding,
)
from leerrekening.rules.document import Documents
from leerrekening.rules.explain import Change, NextChange, changes, next_change
from leerrekening.rules.facts import FactBook
from leerrekening.rules.instruments import Citation, Instrument
from leerrekening.rules.shown import shown_facts
from leerrekening.rules.values import Unknown
from leerrekening.rules.words import value_words
from leerrekening.web.components import Confidence, Source
from leerrekening.web.lawbook.edition import slug
from leerrekening.web.rights.amounts import Line, amounts, price
from leerrekening.web.rights.known import fact_label, fact_words
from leerrekening.web.rights.outcome import (
    VERDICTS,
    Outcome,
    capital,
    condition_words,
    day_words,
    in_words,
    known,
    language,
    law_words,
    margin_words,
)

CONDITION_VERDICTS: Final = {True: "met", False: "not_met"}


@dataclass(frozen=True)
class ShownCondition:
    """One condition for the reader. `verdict`: met, not_met or open; `facts`: what was known, in words."""

    id: str
    text: str
    verdict: str
    margin: str
    facts: tuple[tuple[str, str], ...]
    source: Source


@dataclass(frozen=True)
class MissingFact:
    """A question still open, the fact of the contract it is about, and the topic where it is answered."""

    path: str
    question: str
    topic: str
    ask: str


@dataclass(frozen=True)
class OpenPoint:
    """A conflict between sources, or a gap, that touches this right."""

    id: str
    is_gap: bool
    matter: str
    treatment: str
    look_up: str


@dataclass(frozen=True)
class Reasons:
    """What opens below a right. Of a law that is not confirmed, conditions are those of the last confirmed rules."""

    outcome: Outcome
    deciding: tuple[ShownCondition, ...]
    changes: tuple[str, ...]
    later: str
    amounts: tuple[Line, ...]
    price: tuple[Line, ...]
    conditions: tuple[ShownCondition, ...]
    requirements: tuple[ShownCondition, ...]
    notes: tuple[tuple[str, Source], ...]
    limits: tuple[str, ...]
    missing: tuple[MissingFact, ...]
    points: tuple[OpenPoint, ...]
    unconfirmed: tuple[tuple[str, str], ...]
    law_book: str
    how_to_apply: str

    @property
    def from_last_confirmed(self) -> bool:
        """Whether the conditions are read with rules that are not confirmed for the day."""
        return self.outcome.finding.status == UNCONFIRMED

    @property
    def open_amount(self) -> str:
        """The amount for the headline, only when it can be used."""
        return self.outcome.amount


def reasons(outcome: Outcome, documents: Documents) -> Reasons:
    """All that stands behind one outcome."""
    finding = outcome.finding
    read = finding.as_last_confirmed() if finding.status == UNCONFIRMED else finding
    deciding = set(read.deciding())
    shown = [_condition(read, c, v) for c, v in read.results if not _is_free(v)]
    book = finding.person.engine.law.facts
    later = outcome.later
    if later is None and finding.status != UNCONFIRMED:
        later = next_change(finding)
    return Reasons(
        outcome,
        deciding=tuple(c for c in shown if c.id in deciding),
        changes=tuple(_change_words(book, change) for change in changes(finding)),
        later=later_words(finding, later) if later is not None else "",
        amounts=tuple(amounts(finding)) if finding.verdict == YES and finding.status != PROPOSED else (),
        price=tuple(price(finding)) if finding.verdict == YES else (),
        conditions=tuple(shown),
        requirements=tuple(_condition(read, c, None) for c in read.requirements()),
        notes=tuple((law_words(read, n.text), _cited(n.citation, read.instrument)) for n in read.slice.notes),
        limits=tuple(_limits(finding)),
        missing=tuple(missing_facts(read, book)),
        points=tuple(_points(documents, finding)),
        unconfirmed=tuple(_unconfirmed(finding)),
        law_book=reverse("law_book_instrument", args=[slug(finding.instrument.id)]),
        how_to_apply=in_words(finding.instrument.words["how_to_apply"]),
    )


def _is_free(value: Any) -> bool:
    return type(value) is Unknown and value.free


# --- conditions ------------------------------------------------------------------------------------------------


def _condition(finding: Finding, condition: Condition, value: Any) -> ShownCondition:
    assert condition.rule.citation is not None
    return ShownCondition(
        condition.rule.id,
        condition_words(finding, condition),
        CONDITION_VERDICTS.get(value, "open") if isinstance(value, bool) else "open",
        margin_words(finding, condition) if value is False else "",
        tuple(_facts(finding, condition)) if value is not None else (),
        _cited(condition.rule.citation, finding.instrument),
    )


def _cited(citation: Citation, owner: Instrument) -> Source:
    first = owner.sources[citation.tags[0]]
    act = citation.act
    title = in_words(act.title) if act is not None else first.title
    url = act.url if act is not None and act.url else first.url
    article = _("artikel %(article)s") % {"article": citation.article} if citation.article else ""
    return Source(title, article, url, cast(Confidence, citation.confidence))


def _facts(finding: Finding, condition: Condition) -> Iterable[tuple[str, str]]:
    assert finding.frame is not None
    book = finding.person.engine.law.facts
    for path, shown in shown_facts(finding.frame, condition.version.node).items():
        yield fact_label(book, path, shown.derived), fact_words(book, path, *shown)


# --- what would change it --------------------------------------------------------------------------------------


def _change_words(book: FactBook, change: Change) -> str:
    label = in_words(book.declaration(change.fact).label)
    value = fact_words(book, change.fact, change.value, change.unit)
    return _("Als dit verandert – %(fact)s: %(value)s – dan wordt het antwoord: %(verdict)s.") % {
        "fact": label,
        "value": value,
        "verdict": VERDICTS[change.verdict],
    }


def later_words(finding: Finding, later: NextChange) -> str:
    """What time alone will change, and when."""
    day, then = day_words(later.day), later.finding
    if then.status == UNCONFIRMED:
        return _("Vanaf %(day)s is de wet niet bevestigd. Wat dan geldt, weten wij niet.") % {"day": day}
    if then.status == PROPOSED:
        return _("Vanaf %(day)s geldt misschien een voorstel dat nog geen wet is.") % {"day": day}
    if then.verdict == finding.verdict == YES:
        return _("Op %(day)s verandert hoeveel u hebt.") % {"day": day}
    if then.verdict == finding.verdict == NO:
        return _("Op %(day)s verandert de regeling. Uw antwoord blijft: nee.") % {"day": day}
    return _("Verandert er niets anders? Dan wordt het antwoord op %(day)s: %(verdict)s.") % {
        "day": day,
        "verdict": VERDICTS[then.verdict],
    }


# --- the rest --------------------------------------------------------------------------------------------------


def _limits(finding: Finding) -> Iterable[str]:
    for limit, value in finding.limits():
        text = law_words(finding, limit.text)
        if limit.value is not None and isinstance(known(value), int):
            text = f"{text} ({value_words(value, limit.value.type.unit, language())})"
        yield text


def missing_facts(finding: Finding, book: FactBook) -> Iterable[MissingFact]:
    """What nobody knows yet and would count for a right, each once."""
    seen = set()
    for path, _at in finding.missing():
        if path in seen:
            continue
        seen.add(path)
        declared = book.declaration(path)
        yield MissingFact(path, in_words(declared.question or declared.label), declared.topic, declared.ask)


def _points(documents: Documents, finding: Finding) -> Iterable[OpenPoint]:
    for name in documents.conflicts(finding):
        found = finding.instrument.references[name]
        yield OpenPoint(
            name,
            found.kind == "gap",
            law_words(finding, found.matter),
            law_words(finding, found.treatment),
            "" if found.look_up is None else in_words(found.look_up),
        )


def _unconfirmed(finding: Finding) -> Iterable[tuple[str, str]]:
    if finding.status not in (UNCONFIRMED, "in_force"):
        return
    day = finding.frame.day if finding.frame is not None else finding.person.situation.as_of
    for figure in finding.unconfirmed():
        until = figure.last_confirmed(day)
        yield capital(in_words(figure.name)), "" if until is None else day_words(until)
