"""Whether the course stands in a personal development plan (POP) that still counts."""

from __future__ import annotations

from typing import Final

from leerrekening.rules import days
from leerrekening.rules.histories.derivation import derived
from leerrekening.rules.situation import Item, Situation
from leerrekening.rules.values import Truth, Unknown, both, either, free_choice, missing, unsettled

_PLAN_READS: Final = (
    "guidance", "guidance.pop_signed_on", "guidance.pop_courses", "guidance.instrument", "course.id",
)  # fmt: skip


@derived("boolean", "date", "date", "year", reads=_PLAN_READS, shows="guidance.pop_courses")
def in_development_plan_signed_before(s: Situation, day: int, signed_before: int, years: int) -> Truth:
    """The course stands in a development plan (POP) that still counts on ``day``.

    A plan counts up to and including the ``years``-th anniversary of the day it was signed (contract, 8), when
    signed before ``signed_before``. Plans made under career vouchers count (C5, V12); whether one made under
    the career credit or outside any subsidy counts is stated nowhere (reading R-7). With no course chosen:
    free when such a plan names any course, no when there is none.
    """
    entries = s.lists.get("guidance")
    if entries is None:
        return missing("guidance")
    out: Truth = False
    for entry in entries:
        if "pop_signed_on" not in entry and entry.get("pop_courses") in (None, frozenset()):
            signed: Truth = (
                False if entry.get("pop_courses") is not None else missing("guidance.pop_signed_on")
            )
        elif (on := entry.get("pop_signed_on")) is None:
            signed = missing("guidance.pop_signed_on")
        else:
            signed = bool(on < signed_before and on <= day <= days.add_years(on, years))
        if signed is False:
            continue
        out = either(out, both(both(signed, _plan_counts(entry)), _names_course(s, entry)))
    return out


@derived("boolean", "date", "year", reads=_PLAN_READS, shows="guidance.pop_courses")
def in_development_plan(s: Situation, day: int, years: int) -> Truth:
    """The course stands in a development plan that still counts on ``day``, whenever before that it was signed."""
    return in_development_plan_signed_before(s, day, day + 1, years)  # type: ignore[no-any-return]


@derived("boolean", "date", reads=_PLAN_READS, shows="guidance.pop_courses")
def ever_in_development_plan(s: Situation, day: int) -> Truth:
    """The course stands in a development plan signed on or before ``day``, however long ago."""
    return in_development_plan(s, day, 200)  # type: ignore[no-any-return]


def _plan_counts(entry: Item) -> Truth:
    kind = entry.get("instrument")
    if kind is None:
        return missing("guidance.instrument")
    return True if kind == "loopbaancheques" else unsettled("R-7")


def _names_course(s: Situation, entry: Item) -> Truth:
    courses = entry.get("pop_courses")
    if courses is not None and not courses:
        return False
    if courses is None:
        return missing("guidance.pop_courses")
    if not s.has_course:
        return free_choice("course.id")
    wanted = s.fact("course.id")
    if type(wanted) is Unknown:
        return wanted
    return wanted in courses
