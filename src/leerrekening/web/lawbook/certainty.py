"""What is not certain in the law: figures that no source confirms, conflicts, gaps and our own readings."""

from __future__ import annotations

from dataclasses import dataclass

from leerrekening.rules.instruments import Instrument
from leerrekening.rules.parameters import Figure
from leerrekening.rules.values import Unknown
from leerrekening.web.lawbook.edition import Edition, ReferenceNote, SourceLink


@dataclass(frozen=True)
class DoubtfulFigure:
    """A figure without a confirmed value on the day. ``value`` is what the latest source gives, if any does.

    ``look_up``: where somebody could settle it, in sentences; else ``sources`` are the pages read for it.
    """

    id: str
    name: str
    url: str
    value: str
    is_known: bool
    last_confirmed: str
    decides: bool
    look_up: tuple[str, ...]
    sources: tuple[SourceLink, ...]


@dataclass(frozen=True)
class Doubts:
    """All that is not certain of one instrument on the day."""

    name: str
    url: str
    status: str
    status_words: str
    figures: tuple[DoubtfulFigure, ...]
    open: tuple[ReferenceNote, ...]
    readings: tuple[ReferenceNote, ...]


def doubts_of(edition: Edition, owner: Instrument) -> Doubts:
    """What is not certain of an instrument, or of shared notions."""
    notes = edition.references(owner, owner.references)
    slice_ = edition.slice(owner)
    deciding = {figure.id for figure in slice_.deciding_figures}
    if owner.block:
        deciding.add(owner.existence.id)
    found = (_doubt(edition, owner, figure, figure.id in deciding) for figure in owner.figures.values())
    return Doubts(
        edition.text(owner.name),
        edition.owner_url(owner.id),
        edition.status(owner),
        edition.status_words(owner),
        tuple(doubt for doubt in found if doubt is not None),
        tuple(note for note in notes if note.is_open),
        tuple(note for note in notes if not note.is_open),
    )


def _doubt(edition: Edition, owner: Instrument, figure: Figure, decides: bool) -> DoubtfulFigure | None:
    dated = figure.at(edition.day)
    if dated is None or edition.standing(figure, dated) == "known":
        return None
    until = figure.last_confirmed(edition.day)
    value = figure.last_known(edition.day)
    is_known = type(value) is not Unknown
    look_up = (note.look_up for note in edition.references(owner, figure.conflicts) if note.look_up)
    return DoubtfulFigure(
        figure.id,
        edition.text(figure.name),
        edition.figure_url(figure.id),
        edition.value(value if is_known else None, figure.rule_unit),
        is_known,
        edition.day_words(until) if until is not None else "",
        decides,
        tuple(dict.fromkeys(look_up)),
        edition.sources(owner, dated.sources),
    )
