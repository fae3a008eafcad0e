"""What is not certain in a law: figures that no source confirms, conflicts between sources, and gaps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from leerrekening.rules import days
from leerrekening.rules.instruments import Instrument, Reference
from leerrekening.rules.parameters import Dated, Figure

MATTERS: Final = ("conflict", "gap")
"""Kinds of logged references that the sources leave open; readings are ours and settled."""


@dataclass(frozen=True, slots=True)
class OpenFigure:
    """A figure that is not certain from ``since`` on.

    ``last_confirmed`` is the latest day for which a source gives a value, None when no source ever does.
    ``gaps`` say where to look it up; ``sources`` are the tags that were read.
    """

    instrument: Instrument
    figure: Figure
    since: int
    last_confirmed: int | None
    gaps: tuple[Reference, ...]
    sources: tuple[str, ...]


def open_figures(instrument: Instrument, day: int | None = None) -> list[OpenFigure]:
    """The figures of an instrument that are not certain on a day; without one, those without a certain future.

    Left out is what the law itself had ended by then.
    """
    at = days.FOREVER if day is None else day
    return [found for figure in instrument.figures.values() if (found := _opening(instrument, figure, at))]


def _opening(instrument: Instrument, figure: Figure, day: int) -> OpenFigure | None:
    dated = figure.at(day)
    if dated is None or figure.is_certain(day):
        return None
    since, confirmed = _since(figure, dated)
    gaps = tuple(instrument.references[name] for name in figure.conflicts)
    return OpenFigure(instrument, figure, since, confirmed, gaps, dated.sources)


def _since(figure: Figure, dated: Dated) -> tuple[int, int | None]:
    """The first day without certainty, and the last with it."""
    if dated.value is None:
        return dated.start, figure.last_confirmed(dated.start)
    confirmed = dated.start if dated.last_confirmed is None else dated.last_confirmed
    return confirmed + 1, confirmed


def open_matters(instrument: Instrument) -> list[Reference]:
    """The conflicts and gaps that are logged with an instrument, conflicts first."""
    found = [r for r in instrument.references.values() if r.kind in MATTERS]
    return sorted(found, key=lambda r: MATTERS.index(r.kind))
