"""The same person on a later day, when nothing but time has changed."""

from __future__ import annotations

from leerrekening.rules import days
from leerrekening.rules.histories.career import career_days
from leerrekening.rules.situation import Situation
from leerrekening.rules.values import Unknown

HORIZON_YEARS = 10
"""How far ahead a change by time alone is looked for."""


def moved(situation: Situation, day: int) -> Situation:
    """The situation asked on another day. Jobs that run go on, and a registered career grows with them."""
    values = list(situation.values)
    values[situation.index["as_of"]] = day
    career = situation.index["person.career_days"]
    if type(values[career]) is int:
        grown = career_days(situation, day)
        if type(grown) is not Unknown:
            values[career] = grown
    return Situation(day, values, situation.lists, situation.has_course, situation.source, situation.index)


def marked_days(situation: Situation) -> set[int]:
    """The days in a situation on which something begins or has ended."""
    out: set[int] = set()
    for path in ("person.residence", "person.benefits", "course.odb"):
        periods = situation.fact(path)
        if type(periods) is not Unknown:
            for start, end, _ in periods:
                out |= {end + 1} if start is None else {start, end + 1}
    for items in situation.lists.values():
        for item in items:
            out |= {item[key] for key in ("from", "on", "pop_signed_on") if key in item}
            out |= {item["to"] + 1} if "to" in item else set()
            for start, end, _ in item.get("fraction", ()):
                out |= {end + 1} if start is None else {start, end + 1}
    for path in ("course.start", "course.end", "interruption.from", "interruption.applied_on"):
        if type(day := situation.fact(path)) is int:
            out |= {day, day + 1}
    return {day for day in out if day <= days.FOREVER}
