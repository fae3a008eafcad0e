"""Facts at a day from the course: its place in the database, and the day that decides."""

from __future__ import annotations

from leerrekening.rules import days
from leerrekening.rules.histories.derivation import derived
from leerrekening.rules.situation import Situation
from leerrekening.rules.values import Truth, Unknown, Value, either, missing


@derived("boolean", "date", reads=("course.odb",))
def in_course_database(s: Situation, day: int) -> Truth:
    """The course is registered in the opleidingsdatabank on ``day``."""
    periods = s.fact("course.odb")
    if type(periods) is Unknown:
        return periods if periods.free else missing("course.odb", days.iso(day))
    out: Truth = False
    for start, end, _ in periods:
        if end >= day and start is None:
            out = either(out, missing("course.odb", days.iso(day)))
        elif start is not None and start <= day <= end:
            return True
    return out


@derived("boolean", "date", reads=("course.odb",))
def once_in_course_database(s: Situation, day: int) -> Truth:
    """The course is, or once was, registered in the opleidingsdatabank on or before ``day``."""
    periods = s.fact("course.odb")
    if type(periods) is Unknown:
        return periods if periods.free else missing("course.odb", days.iso(day))
    if any(start is not None and start <= day for start, _, _ in periods):
        return True
    return missing("course.odb", days.iso(day)) if any(start is None for start, _, _ in periods) else False


@derived("date", reads=("course.start", "course.end"))
def training_day(s: Situation) -> int | Unknown:
    """The decisive day of training leave (contract, reading 1).

    Without a course the day of the question; with one its first day, or, for a course of several school years
    that has begun, the day of the question.
    """
    if not s.has_course:
        return s.as_of
    start: Value = s.fact("course.start")
    if type(start) is not int:
        assert type(start) is Unknown
        return start
    if s.as_of <= start or days.school_year_start(s.as_of) == days.school_year_start(start):
        return start
    end: Value = s.fact("course.end")
    if type(end) is not int:
        assert type(end) is Unknown
        return end
    reached = min(s.as_of, end)
    return start if days.school_year_start(reached) == days.school_year_start(start) else reached
