"""Use of rights against entitlement, per group: where the counts come from, and what is told from them.

The account counts its own people here, and a simulated population can stand in for the entitled. Whoever has
counts gives a `Counted`; everything shown goes through `release`, so no source has to think of small cells itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from leerrekening.policy import inequality
from leerrekening.policy.inequality import Count, Interval
from leerrekening.policy.suppression import People, Release, Row, Use, release
from leerrekening.policy.tables import Cells, read_rows

# Groups from less to more favoured where there is such an order; else neighbours side by side.
DIMENSIONS: dict[str, tuple[str, ...]] = {
    "schooling": ("low", "middle", "high"),
    "age": ("25_34", "35_44", "45_54", "55_64"),
    "status": ("inactive", "unemployed", "employed"),
    "sex": ("women", "men"),
    "region": ("antwerp", "limburg", "east_flanders", "flemish_brabant", "west_flanders"),
}
ORDERED = ("schooling", "status")
COLUMNS = (*DIMENSIONS, "entitled", "used")


@dataclass(frozen=True)
class Counted:
    """Counts of people on a day. `invented`: made up to show how the page works; pages must say so."""

    people: People
    as_of: date | None
    invented: bool

    def release(self) -> Release:
        """What may be shown."""
        return release(self.people)


@dataclass(frozen=True)
class Lean:
    """How use leans between the first and the last group, with 95 % intervals for the chance in who uses a right.

    A ratio is None where it has no value. `erreygers` is None when a group between them is hidden.
    """

    first: Row
    last: Row
    gap: Interval
    risk_ratio: Interval | None
    odds_ratio: Interval | None
    erreygers: Interval | None

    @property
    def rates(self) -> tuple[Count, Count]:
        """Users out of the entitled of both groups."""
        assert self.first.use is not None
        assert self.last.use is not None
        return count(self.first.use), count(self.last.use)


def count(use: Use) -> Count:
    """Users out of the entitled."""
    return Count(use.used, use.entitled)


def lean(dimension: str, rows: Sequence[Row]) -> Lean | None:
    """The lean over the rows of an ordered dimension; None without an order, or when an end is hidden."""
    if dimension not in ORDERED or len(rows) < 2:
        return None
    first, last = rows[0], rows[-1]
    if first.use is None or last.use is None:
        return None
    low, high = count(first.use), count(last.use)
    shown = [count(row.use) for row in rows if row.use is not None]
    return Lean(
        first=first,
        last=last,
        gap=inequality.gap_interval(low, high),
        risk_ratio=inequality.risk_ratio_interval(low, high),
        odds_ratio=inequality.odds_ratio_interval(low, high),
        erreygers=inequality.erreygers_interval(shown) if len(shown) == len(rows) else None,
    )


def read_counts(file: Path, as_of: date | None, *, invented: bool) -> Counted:
    """Counts from a table with a row per combination of groups. Errors: DataFault."""
    cells: dict[tuple[str, ...], Use] = {}
    for number, values in read_rows(file, COLUMNS):
        row = Cells(file.name, number, values)
        place = tuple(row.code(name, codes) for name, codes in DIMENSIONS.items())
        if place in cells:
            raise row.fault("region", f"{', '.join(place)} stands twice")
        entitled, used = row.people("entitled"), row.people("used")
        if used > entitled:
            raise row.fault("used", f"{used} users among {entitled} entitled people")
        cells[place] = Use(entitled, used)
    return Counted(People(DIMENSIONS, cells), as_of, invented)
