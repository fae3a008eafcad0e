"""Facts from rights used earlier: how much in a period, and in how many school years for one course."""

from __future__ import annotations

from typing import Final

from leerrekening.rules import days
from leerrekening.rules.histories.derivation import Codes, absent, derived
from leerrekening.rules.situation import Situation
from leerrekening.rules.values import Unknown, missing

_USED_READS: Final = ("used", "used.instrument", "used.on", "used.initiative", "used.minutes", "used.cents")


def _used(s: Situation, key: str, first: int, last: int, wanted: dict[str, Codes]) -> int | Unknown:
    entries = s.lists.get("used")
    if entries is None:
        return missing("used")
    total = 0
    for entry in entries:
        if any(entry.get(k) is not None and entry[k] not in codes for k, codes in wanted.items()):
            continue
        on = entry.get("on")
        if on is not None and not first <= on <= last:
            continue
        if (open_ := absent(entry, "used", *wanted, "on")) is not None:
            return open_
        if entry.get(key) is None:
            return missing(f"used.{key}")
        total += entry[key]
    return total


@derived(
    "minute", "date", "date", reads=_USED_READS, shows="used.minutes", filters=("instrument", "initiative")
)
def used_minutes(s: Situation, first: int, last: int, **wanted: Codes) -> int | Unknown:
    """Minutes of the instruments used from ``first`` to ``last``, both included."""
    return _used(s, "minutes", first, last, wanted)


@derived("cent", "date", "date", reads=_USED_READS, shows="used.cents", filters=("instrument",))
def used_cents(s: Situation, first: int, last: int, **wanted: Codes) -> int | Unknown:
    """Cents of the instruments used from ``first`` to ``last``, both included."""
    return _used(s, "cents", first, last, wanted)


@derived("count", "date", reads=("used", "used.course", "course.id"), shows="used", filters=("instrument",))
def school_years_on_course(s: Situation, before: int, instrument: Codes) -> int | Unknown:
    """In how many school years before ``before`` the same course was followed with the instruments."""
    entries = s.lists.get("used")
    if entries is None:
        return missing("used")
    wanted = s.fact("course.id")
    years: set[int] = set()
    for entry in entries:
        kind, on, course = entry.get("instrument"), entry.get("on"), entry.get("course")
        if (kind is not None and kind not in instrument) or (on is not None and on >= before):
            continue
        if (open_ := absent(entry, "used", "instrument", "on")) is not None:
            return open_
        if type(wanted) is Unknown:
            return wanted
        if course is None:
            return missing("used.course")
        if course == wanted:
            years.add(days.school_year_start(on))
    return len(years)
