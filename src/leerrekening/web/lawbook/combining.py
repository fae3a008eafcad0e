"""Which rights may be combined: what each instrument says of each other one. Unknown is never allowed."""

from __future__ import annotations

from dataclasses import dataclass

from leerrekening.rules.instruments import Cumulation, Instrument
from leerrekening.web.lawbook.edition import Edition, SourceLink
from leerrekening.web.lawbook.wording import CONFIDENCES, CUMULATION, said


@dataclass(frozen=True)
class Statement:
    """What the file of one instrument says of another."""

    other: str
    other_url: str
    verdict: str
    verdict_words: str
    text: str
    confidence: str
    sources: tuple[SourceLink, ...]


@dataclass(frozen=True)
class Cell:
    """Two rights in the matrix; ``url`` leads to the statement. A right beside itself has no verdict."""

    verdict: str
    words: str
    url: str


@dataclass(frozen=True)
class Row:
    """One right against all."""

    name: str
    url: str
    anchor: str
    cells: tuple[Cell, ...]
    statements: tuple[Statement, ...]


def statements_of(edition: Edition, owner: Instrument) -> tuple[Statement, ...]:
    """What an instrument says of the others, and what only the others say of it."""
    said_here = {c.other for c in owner.cumulation}
    out = [_statement(edition, owner, c, c.other) for c in owner.cumulation]
    for other in edition.law.instruments.values():
        if other.id not in said_here:
            out += [_statement(edition, other, c, other.id) for c in other.cumulation if c.other == owner.id]
    return tuple(out)


def _statement(edition: Edition, owner: Instrument, said_there: Cumulation, other: str) -> Statement:
    return Statement(
        edition.text(edition.law.instruments[other].name),
        edition.owner_url(other),
        said_there.verdict,
        said(CUMULATION, said_there.verdict),
        edition.text(said_there.text),
        said(CONFIDENCES, said_there.confidence),
        edition.sources(owner, said_there.sources),
    )


def matrix(edition: Edition) -> tuple[Row, ...]:
    """Every right against every right. Where no file says anything, it is unknown."""
    return tuple(_row(edition, owner) for owner in edition.law.instruments.values())


def _row(edition: Edition, owner: Instrument) -> Row:
    statements = statements_of(edition, owner)
    verdicts = {s.other_url: s.verdict for s in statements}
    anchor = f"k-{owner.id}"
    cells = []
    for other in edition.law.instruments.values():
        if other is owner:
            cells.append(Cell("", "", ""))
            continue
        verdict = verdicts.get(edition.owner_url(other.id), "unknown")
        cells.append(Cell(verdict, said(CUMULATION, verdict), f"#{anchor}"))
    return Row(edition.text(owner.name), edition.owner_url(owner.id), anchor, tuple(cells), statements)
