"""The counts behind "use against entitlement": people entitled to a right in a year, and those who used it, by group.

`Counts` is what the page reads. The account fills it: once a day (or by `./llr account count`) its tables are asked, in
a transaction that can only read, and a file of groups is written. No page and no file here ever holds a person.
Whatever the source, everything shown goes through `release`, so no source has to think of small cells itself.

The file (UTF-8, comma separated) has one row per right, year and combination of groups:

    as_of,right,year,schooling,age,status,entitled,used
    2027-03-01,vlaams_opleidingsverlof,2026-2027,low,25_34,employed,412,61

`right` is the id of an instrument; `year` a calendar year, a school year, or `career`. The columns of groups may be any
of `DIMENSIONS`, in that order. `entitled` counts people who were granted the right in that year, `used` those among
them who used some of it. Who is not known stands in the group `unknown`, never in another.
"""

from __future__ import annotations

import csv
import io
import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from leerrekening.policy.suppression import People, Use
from leerrekening.policy.tables import Cells, DataFault, read_rows, write_whole

UNKNOWN: Final = "unknown"
# Groups from less to more favoured where there is such an order; else neighbours side by side.
DIMENSIONS: Final[Mapping[str, tuple[str, ...]]] = {
    "schooling": ("low", "middle", "high", UNKNOWN),
    "age": ("to_24", "25_34", "35_44", "45_54", "55_64", "65_up", UNKNOWN),
    "status": ("inactive", "unemployed", "employed", UNKNOWN),
    "sex": ("women", "men", UNKNOWN),
    "region": ("antwerp", "limburg", "east_flanders", "flemish_brabant", "west_flanders", UNKNOWN),
}
BEFORE: Final = ("as_of", "right", "year")
AFTER: Final = ("entitled", "used")
RIGHT: Final = re.compile(r"[a-z][a-z0-9_]{1,62}")
YEAR: Final = re.compile(r"(20\d\d)(?:-(20\d\d))?|career")


def usual_file() -> Path:
    """Where counts are written and read: LLR_COUNTS, else the data folder of the project."""
    return Path(os.environ.get("LLR_COUNTS") or Path(__file__).resolve().parents[4] / ".llr" / "counts.csv")


Question = tuple[str, str]
"""A right and a year."""


@dataclass(frozen=True)
class GroupCount:
    """People of one combination of groups. `groups`: a code for each dimension of the file."""

    right: str
    year: str
    groups: tuple[str, ...]
    entitled: int
    used: int


@dataclass(frozen=True)
class Counts:
    """Everybody counted on a day, by right and year. `invented`: made up to show the page; pages must say so."""

    as_of: date
    invented: bool
    people: Mapping[Question, People]


def read_counts(file: Path, *, invented: bool) -> Counts:
    """Counts from a file. Errors: DataFault with row and column."""
    dimensions = _dimensions(file)
    cells: dict[Question, dict[tuple[str, ...], Use]] = {}
    days: set[date] = set()
    for number, values in read_rows(file, (*BEFORE, *dimensions, *AFTER)):
        row = Cells(file.name, number, values)
        days.add(_day(row))
        if len(days) > 1:
            raise row.fault("as_of", f"{values['as_of']} is another day than that of the rows before")
        question = (_matching(row, "right", RIGHT), _matching(row, "year", YEAR))
        place = tuple(row.code(name, DIMENSIONS[name]) for name in dimensions)
        here = cells.setdefault(question, {})
        if place in here:
            raise row.fault(dimensions[-1], f"{', '.join((*question, *place))} stands twice")
        entitled, used = row.people("entitled"), row.people("used")
        if used > entitled:
            raise row.fault("used", f"{used} users among {entitled} entitled people")
        here[place] = Use(entitled, used)
    if not days:
        raise DataFault(file.name, 0, "", "there are no rows")
    people = {question: People(_met(dimensions, here), here) for question, here in cells.items()}
    return Counts(days.pop(), invented, people)


def counts_csv(as_of: date, dimensions: tuple[str, ...], rows: Iterable[GroupCount]) -> str:
    """The text of a file that `read_counts` reads."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([*BEFORE, *dimensions, *AFTER])
    for row in rows:
        writer.writerow([as_of.isoformat(), row.right, row.year, *row.groups, row.entitled, row.used])
    return out.getvalue()


def write_counts(file: Path, as_of: date, dimensions: tuple[str, ...], rows: Iterable[GroupCount]) -> None:
    """Write a file of counts that only its owner can open: cells may be small. It is whole, or stays what it was."""
    write_whole(file, counts_csv(as_of, dimensions, rows))


def _dimensions(file: Path) -> tuple[str, ...]:
    """The columns of groups that a file has; what is wrong with its header `read_rows` tells."""
    try:
        with file.open(encoding="utf-8") as opened:
            header = opened.readline().strip().split(",")
    except (OSError, UnicodeDecodeError):
        header = []
    return tuple(name for name in DIMENSIONS if name in header) or tuple(DIMENSIONS)[:3]


def _met(dimensions: tuple[str, ...], cells: Mapping[tuple[str, ...], Use]) -> dict[str, tuple[str, ...]]:
    """Per dimension the groups that somebody is in."""
    return {
        name: tuple(code for code in DIMENSIONS[name] if any(place[at] == code for place in cells))
        for at, name in enumerate(dimensions)
    }


def _day(row: Cells) -> date:
    try:
        return date.fromisoformat(row.cells["as_of"])
    except ValueError:
        raise row.fault("as_of", f"{row.cells['as_of']!r} is not a date such as 2027-03-01") from None


def _matching(row: Cells, column: str, pattern: re.Pattern[str]) -> str:
    value = row.cells[column]
    if not pattern.fullmatch(value):
        raise row.fault(column, f"{value!r} is not a {column}")
    return value
