"""Facts at a day from the career as a whole: days worked or assimilated, and the longest stretch."""

from __future__ import annotations

from typing import Final

from leerrekening.rules import days
from leerrekening.rules.histories.derivation import derived
from leerrekening.rules.situation import Situation
from leerrekening.rules.values import Truth, Unknown, both, missing

ASSIMILATED: Final = frozenset({"unemployment_temporary", "sickness_with_contract", "integration"})
UNSETTLED_KINDS: Final = frozenset({"student_contract", "apprentice"})


def _merged(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    out: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if out and start <= out[-1][1] + 1:
            out[-1] = (out[-1][0], max(out[-1][1], end))
        else:
            out.append((start, end))
    return out


def _career_spans(s: Situation, first: int, last: int, certain: bool) -> list[tuple[int, int]] | Unknown:
    """Worked and assimilated stretches within the days ``first`` to ``last``, merged.

    Assimilated: benefits beside a running contract and integration benefits (L13, L14; medium). Student and
    apprenticeship contracts count only when not ``certain``: no source says whether they count.
    """
    jobs = s.lists.get("jobs")
    if jobs is None:
        return missing("jobs")
    benefits = s.fact("person.benefits")
    if type(benefits) is Unknown and not certain:
        return benefits
    spans: list[tuple[int | None, int]] = [
        (job.get("from"), job.get("to", days.FOREVER))
        for job in jobs
        if not (certain and job.get("kind") in (*UNSETTLED_KINDS, None))
    ]
    if type(benefits) is not Unknown:
        spans += [(a, b) for a, b, kind in benefits if kind in ASSIMILATED or (kind is None and not certain)]
    known: list[tuple[int, int]] = []
    for start, end in spans:
        if start is None:
            if certain:
                continue
            start = first
        if start <= last and end >= first:
            known.append((max(start, first), min(end, last)))
    return _merged(known)


def _spans_total(spans: list[tuple[int, int]] | Unknown) -> int | Unknown:
    return spans if type(spans) is Unknown else sum(end - start + 1 for start, end in spans)


_CAREER_READS: Final = ("person.career_days", "jobs", "jobs.from", "jobs.to", "jobs.kind", "person.benefits")


def _career(s: Situation, day: int, certain: bool) -> int | Unknown:
    registered = s.fact("person.career_days")
    if type(registered) is int:
        if day == s.as_of:
            return registered
        low, high = sorted((s.as_of, day))
        between = _spans_total(_career_spans(s, low, high - 1, certain))
        if type(between) is Unknown:
            return between
        return registered + between if day > s.as_of else registered - between
    return _spans_total(_career_spans(s, 1, day - 1, certain))


@derived("day", "date", reads=_CAREER_READS)
def career_days(s: Situation, day: int) -> int | Unknown:
    """Days worked or assimilated before ``day``, as far as they are certain to count."""
    return _career(s, day, certain=True)


@derived("day", "date", reads=_CAREER_READS)
def possible_career_days(s: Situation, day: int) -> int | Unknown:
    """Days worked or assimilated before ``day`` if everything that the law leaves open also counts."""
    return _career(s, day, certain=False)


@derived("boolean", "date", reads=_CAREER_READS, shows="jobs.from")
def career_is_known(s: Situation, day: int) -> Truth:
    """The kind and the first day of every job are known, so that only the law leaves open what counts."""
    if type(s.fact("person.career_days")) is int and day == s.as_of:
        return True
    jobs = s.lists.get("jobs")
    if jobs is None:
        return missing("jobs")
    out: Truth = True
    for job in jobs:
        for key in ("kind", "from"):
            if job.get(key) is None:
                out = both(out, missing(f"jobs.{key}"))
    return out


def _career_in_years(s: Situation, day: int, certain: bool) -> int | Unknown:
    if type(s.fact("person.career_days")) is int:
        return _career(s, day, certain)
    spans = _career_spans(s, 1, day - 1, certain)
    if type(spans) is Unknown:
        return spans
    total = 0
    for start, end in spans:
        years = 0
        while days.add_years(start, years + 1) <= end + 1:
            years += 1
        total += 365 * years + (end + 1 - days.add_years(start, years))
    return total


@derived("day", "date", reads=_CAREER_READS)
def career_year_days(s: Situation, day: int) -> int | Unknown:
    """The certain career before ``day``, each whole year of an unbroken stretch counted as 365 days."""
    return _career_in_years(s, day, certain=True)


@derived("day", "date", reads=_CAREER_READS)
def possible_career_year_days(s: Situation, day: int) -> int | Unknown:
    """As ``career_year_days``, if everything that the law leaves open also counts."""
    return _career_in_years(s, day, certain=False)


@derived("day", "date", "date", reads=("jobs", *_CAREER_READS[2:]))
def worked_days_between(s: Situation, first: int, until: int) -> int | Unknown:
    """Days worked or assimilated from ``first`` up to, not including, ``until``, as far as certain."""
    return _spans_total(_career_spans(s, first, until - 1, certain=True))


@derived("day", "date", "date", reads=("jobs", *_CAREER_READS[2:]))
def possible_worked_days_between(s: Situation, first: int, until: int) -> int | Unknown:
    """As ``worked_days_between``, if everything that the law leaves open also counts."""
    return _spans_total(_career_spans(s, first, until - 1, certain=False))


@derived("day", "date", "date", reads=("jobs", *_CAREER_READS[2:]))
def longest_stretch_between(s: Situation, first: int, until: int) -> int | Unknown:
    """The longest unbroken stretch of work, in days, from ``first`` up to ``until``."""
    spans = _career_spans(s, first, until - 1, certain=True)
    if type(spans) is Unknown:
        return spans
    return max((end - start + 1 for start, end in spans), default=0)
