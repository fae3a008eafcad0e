"""The amounts of a right and its price, and the figures of the law that they come from."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from django.utils.translation import gettext as _

from leerrekening.rules import days
from leerrekening.rules.decide import Finding, ReadyAmount, figures_read
from leerrekening.rules.facts import FactBook
from leerrekening.rules.instruments import Instrument
from leerrekening.rules.parameters import Figure
from leerrekening.rules.values import Unknown
from leerrekening.rules.words import value_words
from leerrekening.web.components import Confidence, Source, Text
from leerrekening.web.lawbook.wording import CODES, said
from leerrekening.web.rights.outcome import (
    capital,
    day_words,
    in_unit,
    in_words,
    known,
    language,
    period_words,
)
from leerrekening.web.rights.wording import small_start


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


def amounts(finding: Finding) -> Iterable[Line]:
    """The whole right, what is left of it, and what the course on the table gets."""
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
        if not (type(value) is Unknown and value.free):
            label = _("Voor deze opleiding") if finding.person.situation.has_course else _("Voor deze vraag")
            yield Line(
                label, _or_unknown(in_unit(known(value), slice_.award)), origins_of(finding, slice_.award)
            )


def _or_unknown(text: str) -> str:
    return text or _("nog niet bekend")


def price(finding: Finding) -> Iterable[Line]:
    """What the person pays now, gets back, and pays in all."""
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
