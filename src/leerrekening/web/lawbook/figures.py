"""The figures of an instrument as time lines: a table row for each value, and a bar over the years."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from leerrekening.rules import days
from leerrekening.rules.instruments import Instrument
from leerrekening.rules.parameters import Dated, Figure
from leerrekening.rules.values import Unknown
from leerrekening.web.lawbook.edition import Edition, ReferenceNote, SourceLink
from leerrekening.web.lawbook.wording import CONFIDENCES, UNITS, said

BAR_WIDTH: Final = 1000
"""Units of the bar's drawing from its first to its last day."""

GAP: Final = 3
"""Units between two stretches, so that a change of value shows."""


@dataclass(frozen=True)
class Segment:
    """A stretch of a bar: where it starts, how long it is, and how the figure stands there."""

    x: int
    width: int
    kind: str


@dataclass(frozen=True)
class Axis:
    """The first and last day that the bars of an instrument show, and the place of the day of the edition."""

    start: int
    end: int
    marker: int

    def place(self, day: int) -> int:
        """Where a day stands, from 0 to BAR_WIDTH; days outside stand at the ends."""
        inside = min(max(day, self.start), self.end)
        return BAR_WIDTH * (inside - self.start) // (self.end - self.start)

    @property
    def years(self) -> tuple[int, int]:
        """The years at both ends."""
        return date.fromordinal(self.start).year, date.fromordinal(self.end).year


@dataclass(frozen=True)
class ValueRow:
    """One value of a figure. ``start`` and ``end`` are empty where there is no limit."""

    start: str
    end: str
    value: str
    standing: str
    confidence: str
    last_confirmed: str
    end_unknown: bool
    note: str
    sources: tuple[SourceLink, ...]
    current: bool


@dataclass(frozen=True)
class FigureView:
    """A figure with all its values; ``now`` and ``standing`` are those of the day of the edition.

    ``last_known``: what the latest source gave, where the day itself has no value.
    """

    id: str
    anchor: str
    name: str
    unit: str
    now: str
    standing: str
    last_known: str
    last_confirmed: str
    rows: tuple[ValueRow, ...]
    segments: tuple[Segment, ...]
    references: tuple[ReferenceNote, ...]
    informative: str


def axis_of(edition: Edition, owner: Instrument) -> Axis:
    """An axis that shows every change of every figure of an instrument, and the day."""
    edges = {edition.day}
    for figure in owner.figures.values():
        for dated in figure.values:
            edges |= {dated.start, dated.end, dated.last_confirmed or dated.start}
    inside = sorted(edge for edge in edges if 1 < edge < days.FOREVER)
    start = days.calendar_year_start(days.add_years(inside[0], -1))
    end = days.calendar_year_end(days.add_years(inside[-1], 1))
    axis = Axis(start, end, 0)
    return Axis(start, end, axis.place(edition.day))


def figure_views(edition: Edition, owner: Instrument) -> tuple[FigureView, ...]:
    """Every figure of an instrument."""
    axis = axis_of(edition, owner)
    return tuple(_figure(edition, owner, figure, axis) for figure in owner.figures.values())


def _figure(edition: Edition, owner: Instrument, figure: Figure, axis: Axis) -> FigureView:
    now, standing = edition.reading(figure)
    current = figure.at(edition.day)
    confirmed = current.last_confirmed if current is not None and standing == "unconfirmed" else None
    known = figure.last_known(edition.day)
    last_known = (
        "" if standing != "unknown" or type(known) is Unknown else edition.value(known, figure.rule_unit)
    )
    return FigureView(
        figure.id,
        f"f-{figure.id}",
        edition.text(figure.name),
        said(UNITS, figure.unit),
        now,
        standing,
        last_known,
        edition.day_words(confirmed) if confirmed is not None else "",
        tuple(_row(edition, owner, figure, dated) for dated in figure.values),
        tuple(segment for dated in figure.values for segment in _segments(axis, dated)),
        edition.references(owner, figure.conflicts),
        edition.text(figure.informative) if figure.informative is not None else "",
    )


def _row(edition: Edition, owner: Instrument, figure: Figure, dated: Dated) -> ValueRow:
    start, end = edition.since(dated.start, dated.end)
    return ValueRow(
        start,
        end,
        edition.value(dated.value, figure.rule_unit),
        edition.standing(figure, dated),
        said(CONFIDENCES, dated.confidence),
        edition.day_words(dated.last_confirmed) if dated.last_confirmed is not None else "",
        dated.end_unknown,
        edition.text(dated.note) if dated.note is not None else "",
        edition.sources(owner, dated.sources),
        figure.at(edition.day) is dated,
    )


def _segments(axis: Axis, dated: Dated) -> list[Segment]:
    """The stretches of one value: confirmed, then not confirmed; or unknown as a whole."""
    if dated.value in (None, "absent"):
        kind = "unknown" if dated.value is None else "absent"
        return _stretch(axis, dated.start, dated.end, kind)
    if dated.last_confirmed is None or dated.last_confirmed >= dated.end:
        return _stretch(axis, dated.start, dated.end, "known")
    confirmed = _stretch(axis, dated.start, dated.last_confirmed, "known")
    return confirmed + _stretch(axis, dated.last_confirmed + 1, dated.end, "unconfirmed")


def _stretch(axis: Axis, start: int, end: int, kind: str) -> list[Segment]:
    left, right = axis.place(start), axis.place(min(end + 1, days.FOREVER))
    return [Segment(left, max(right - left - GAP, GAP), kind)]
