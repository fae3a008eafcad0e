"""Everything behind one right: conditions with their sources, what would change it, where its amounts come from."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, cast

from django.urls import reverse
from django.utils.translation import gettext as _

from leerrekening.rules import days
from leerrekening.rules.decide import (
    NO,
    PROPOSED,
    UNCONFIRMED,
    YES,
    Condition,
    Finding,
    ReadyAmount,
    figures_read,
)
from leerrekening.rules.document import Documents
from leerrekening.rules.explain import Change, NextChange, changes, next_change
from leerrekening.rules.facts import Fact, FactBook
from leerrekening.rules.instruments import Citation, Instrument
from leerrekening.rules.parameters import Figure
from leerrekening.rules.shown import shown_facts
from leerrekening.rules.values import Unknown
from leerrekening.rules.words import value_words
from leerrekening.web.components import Confidence, Source, Text
from leerrekening.web.lawbook.wording import CODES, said
from leerrekening.web.rights.outcome import (
    VERDICTS,
    Outcome,
    capital,
    condition_words,
    day_words,
    in_unit,
    in_words,
    known,
    language,
    law_words,
    margin_words,
    period_words,
)
from leerrekening.web.rights.wording import small_start

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
class Origin:
    """Where a figure comes from: its name, value, from when to when it holds, and its source."""

    name: str
    value: str
    validity: str
    source: Source
    note: str


@dataclass(frozen=True)
class Line:
    """One amount of the outcome, with the figures behind it."""

    label: Text
    value: str
    origins: tuple[Origin, ...] = ()


@dataclass(frozen=True)
class MissingFact:
    """A question still open, and the topic where it is answered."""

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
        amounts=tuple(_amounts(finding)) if finding.verdict == YES and finding.status != PROPOSED else (),
        price=tuple(_price(finding)) if finding.verdict == YES else (),
        conditions=tuple(shown),
        requirements=tuple(_condition(read, c, None) for c in read.requirements()),
        notes=tuple((law_words(read, n.text), _cited(n.citation, read.instrument)) for n in read.slice.notes),
        limits=tuple(_limits(finding)),
        missing=tuple(_missing(read, book)),
        points=tuple(_points(documents, finding)),
        unconfirmed=tuple(_unconfirmed(finding)),
        law_book=reverse("law_book_instrument", args=[finding.instrument.id]),
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
    for path, (value, unit) in shown_facts(finding.frame, condition.version.node).items():
        yield capital(in_words(book.declaration(path).label)), fact_words(book, path, value, unit)


def fact_words(book: FactBook, path: str, value: Any, unit: str) -> str:
    """The value of a fact as a person says it: the words of its codes, amounts with their unit."""
    declared = book.declaration(path)
    codes = declared.codes if isinstance(declared, Fact) else {}
    if isinstance(value, frozenset):
        named = [in_words(codes[v]) if v in codes else str(v) for v in sorted(value)]
        return ", ".join(named) if named else _("geen")
    if isinstance(value, str):
        return in_words(codes[value]) if value in codes else value
    if value is False and not (isinstance(declared, Fact) and declared.type == "boolean"):
        return _("geen")
    return value_words(value, "boolean" if isinstance(value, bool) else unit, language())


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


# --- amounts and where they come from --------------------------------------------------------------------------


def _amounts(finding: Finding) -> Iterable[Line]:
    slice_ = finding.slice
    if slice_.right is not None:
        values = finding.values_of(slice_.right)
        origins = origins_of(finding, slice_.right)
        period = period_words(finding)
        yield Line(
            _("Het hele recht"),
            ", ".join(
                part
                for part in (
                    _or_unknown(in_unit(known(values.get("value")), slice_.right)),
                    small_start(period).rstrip("."),
                )
                if part
            ),
            origins,
        )
        for key, label in (("used", _("Al gebruikt")), ("left", _("Nog over"))):
            if (value := known(values.get(key))) is not None:
                yield Line(label, in_unit(value, slice_.right))
    for ready in slice_.counters:
        values = finding.values_of(ready)
        own = ready.amount.labels.get("initiative") == "own"
        label = _("Nog over op eigen initiatief") if own else _("Nog over op gemeenschappelijk initiatief")
        if (value := known(values.get("left"))) is not None:
            yield Line(label, in_unit(value, ready))
    if slice_.award is not None:
        value = finding.values_of(slice_.award)["value"]
        if not _is_free(value):
            label = _("Voor deze opleiding") if finding.person.situation.has_course else _("Voor deze vraag")
            yield Line(
                label, _or_unknown(in_unit(known(value), slice_.award)), origins_of(finding, slice_.award)
            )


def _or_unknown(text: str) -> str:
    return text or _("nog niet bekend")


def _price(finding: Finding) -> Iterable[Line]:
    ready = finding.slice.price
    if ready is None:
        return
    values = finding.values_of(ready)
    labels = (
        ("now", _("U betaalt nu")),
        ("later", _("U krijgt later terug")),
        ("person", _("Het kost u in het totaal")),
    )
    for key, label in labels:
        value = known(values.get(key))
        if value is not None:
            yield Line(
                label,
                value_words(value, "cent", language()),
                origins_of(finding, ready) if key == "now" else (),
            )


def origins_of(finding: Finding, ready: ReadyAmount) -> tuple[Origin, ...]:
    """The figures that an amount was computed from, each with its source."""
    frame = finding.frame
    if frame is None:
        return ()
    figures = {f.id: f for node in ready.amount.parts.values() for f in figures_read(frame, node)}
    return tuple(_origin(finding, figure) for figure in figures.values())


def _origin(finding: Finding, figure: Figure) -> Origin:
    day = finding.slice.day if finding.frame is None else finding.frame.day
    dated = figure.at(day)
    value = finding.slice.figure_value(figure.id)
    if dated is None:
        return Origin(
            capital(in_words(figure.name)), _or_unknown(""), "", Source(_("geen bron"), confidence="low"), ""
        )
    owner = next(o for o in _owners(finding) if figure.id in o.figures)
    first = owner.sources[dated.sources[0]]
    until = figure.last_confirmed(day) if dated.last_confirmed is not None else None
    source = Source(
        first.title,
        url=first.url,
        confidence=cast(Confidence, dated.confidence),
        last_confirmed=None if until is None else date.fromordinal(until),
        unconfirmed=not figure.is_certain(day),
    )
    return Origin(
        capital(in_words(figure.name)),
        _figure_words(finding.person.engine.law.facts, figure, value),
        _validity(dated.start, dated.end),
        source,
        "" if dated.note is None else in_words(dated.note),
    )


def _figure_words(book: FactBook, figure: Figure, value: Any) -> str:
    """The value of a figure as a person says it: the words of its codes, amounts with their unit."""
    if isinstance(value, frozenset):
        return ", ".join(sorted(_code_words(book, code) for code in value))
    if figure.rule_unit == "code" and isinstance(value, str):
        return _code_words(book, value)
    return value_words(value, figure.rule_unit, language())


def _code_words(book: FactBook, code: str) -> str:
    """A code of the law: in the words of the fact that can have it, else in those of the law book."""
    for fact in book.facts.values():
        codes = fact.codes or (fact.period_value.codes if fact.period_value is not None else {})
        if code in codes:
            return in_words(codes[code])
    return said(CODES, code)


def _owners(finding: Finding) -> Iterable[Instrument]:
    law = finding.person.engine.law
    return [finding.instrument, *law.instruments.values(), *law.notions.values()]


def _validity(start: int, end: int) -> str:
    if start <= 1 and end >= days.FOREVER:
        return _("Geldt altijd.")
    if end >= days.FOREVER:
        return _("Geldt sinds %(start)s.") % {"start": day_words(start)}
    if start <= 1:
        return _("Geldt tot en met %(end)s.") % {"end": day_words(end)}
    return _("Geldt van %(start)s tot en met %(end)s.") % {"start": day_words(start), "end": day_words(end)}


# --- the rest --------------------------------------------------------------------------------------------------


def _limits(finding: Finding) -> Iterable[str]:
    for limit, value in finding.limits():
        text = law_words(finding, limit.text)
        if limit.value is not None and isinstance(known(value), int):
            text = f"{text} ({value_words(value, limit.value.type.unit, language())})"
        yield text


def _missing(finding: Finding, book: FactBook) -> Iterable[MissingFact]:
    seen = set()
    for path, _at in finding.missing():
        if path in seen:
            continue
        seen.add(path)
        declared = book.declaration(path)
        yield MissingFact(in_words(declared.question or declared.label), declared.topic, declared.ask)


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
