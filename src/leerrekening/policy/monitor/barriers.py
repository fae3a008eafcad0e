"""How many people met each barrier to learning, in quarters that are over, as helpers wrote them down with them.

The database counts and hides small numbers (registry.barrier_counts); nothing smaller is ever in the file:

    year,quarter,barrier,people
    2027,1,financial,41
    2027,1,situational,

An empty cell is a number that is not told: below the threshold, or such that it would give another one away.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from leerrekening.policy.tables import Cells, read_rows, write_whole

BARRIERS: Final = ("dispositional", "institutional", "situational", "informational", "financial")
COLUMNS: Final = ("year", "quarter", "barrier", "people")


@dataclass(frozen=True, slots=True)
class Quarter:
    """One quarter (1 to 4). `people` by barrier; None: not told."""

    year: int
    quarter: int
    people: Mapping[str, int | None]


def beside(counts: Path) -> Path:
    """The file that goes with a file of counts."""
    return counts.with_name(f"{counts.stem}-barriers.csv")


def read_barriers(file: Path) -> tuple[Quarter, ...]:
    """Quarters from a file, the newest first; none when there is no file. Errors: DataFault with row and column."""
    if not file.exists():
        return ()
    found: dict[tuple[int, int], dict[str, int | None]] = {}
    for number, values in read_rows(file, COLUMNS):
        row = Cells(file.name, number, values)
        people = row.people("people") if values["people"] else None
        place = (row.year(), int(row.code("quarter", ("1", "2", "3", "4"))))
        found.setdefault(place, {})[row.code("barrier", BARRIERS)] = people
    return tuple(Quarter(*place, people) for place, people in sorted(found.items(), reverse=True))


def write_barriers(file: Path, quarters: Iterable[Quarter]) -> None:
    """Write a file that `read_barriers` reads. It is whole, or stays what it was."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for each in quarters:
        for barrier in BARRIERS:
            people = each.people.get(barrier)
            writer.writerow([each.year, each.quarter, barrier, "" if people is None else people])
    write_whole(file, out.getvalue())
