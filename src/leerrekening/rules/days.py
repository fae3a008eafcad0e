"""Days as ordinals, and the calendar arithmetic that learning law needs.

A day is ``datetime.date.toordinal()``: comparisons and differences are integer arithmetic. Anniversaries
follow the Belgian reading "from day to day" (*van de zoveelste tot de dag vóór de zoveelste*): the
anniversary of 29 February in a common year is 28 February.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import date
from functools import lru_cache
from typing import Final

FOREVER: Final = date(9999, 12, 31).toordinal()
"""The end of what is still running."""

FIRST_YEAR: Final = 1900
LAST_YEAR: Final = 2199

Day = int


def day_of(text: str) -> Day:
    """The ordinal of ``YYYY-MM-DD``. Raises ValueError for any other form and for days that do not exist."""
    if len(text) != 10 or text[4] != "-" or text[7] != "-":
        raise ValueError(f"not a date of the form YYYY-MM-DD: {text!r}")
    return date.fromisoformat(text).toordinal()


@lru_cache(maxsize=8192)
def iso(day: Day) -> str:
    """``YYYY-MM-DD`` of an ordinal."""
    return date.fromordinal(day).isoformat()


@lru_cache(maxsize=8192)
def add_months(day: Day, months: int) -> Day:
    """The same day of the month ``months`` later; the last day of the month where that day does not exist."""
    d = date.fromordinal(day)
    index = d.year * 12 + d.month - 1 + months
    year, month = divmod(index, 12)
    if year > 9999:
        return FOREVER
    return date(year, month + 1, min(d.day, monthrange(year, month + 1)[1])).toordinal()


def add_years(day: Day, years: int) -> Day:
    """The anniversary ``years`` later."""
    return add_months(day, 12 * years)


@lru_cache(maxsize=8192)
def school_year_start(day: Day) -> Day:
    """1 September on or before ``day`` (school year: 1 September to 31 August; sources V6, C8, C4)."""
    d = date.fromordinal(day)
    return date(d.year if d.month >= 9 else d.year - 1, 9, 1).toordinal()


@lru_cache(maxsize=8192)
def school_year_end(day: Day) -> Day:
    """31 August on or after ``day``."""
    d = date.fromordinal(day)
    return date(d.year + 1 if d.month >= 9 else d.year, 8, 31).toordinal()


@lru_cache(maxsize=8192)
def calendar_year_start(day: Day) -> Day:
    """1 January of the year of ``day``."""
    return date(date.fromordinal(day).year, 1, 1).toordinal()


@lru_cache(maxsize=8192)
def calendar_year_end(day: Day) -> Day:
    """31 December of the year of ``day``."""
    return date(date.fromordinal(day).year, 12, 31).toordinal()


def day_before(day: Day) -> Day:
    """The eve of ``day``."""
    return day - 1


@lru_cache(maxsize=8192)
def month_start(day: Day) -> Day:
    """The first day of the month of ``day``."""
    return date.fromordinal(day).replace(day=1).toordinal()


@lru_cache(maxsize=8192)
def month_end(day: Day) -> Day:
    """The last day of the month of ``day``."""
    d = date.fromordinal(day)
    return d.replace(day=monthrange(d.year, d.month)[1]).toordinal()
