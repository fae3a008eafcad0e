"""Facts at a day from the jobs: whether, how much, for how long and for what wage a person works."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Final

from leerrekening.rules import days
from leerrekening.rules.histories.derivation import Codes, absent, derived
from leerrekening.rules.situation import Item, Situation
from leerrekening.rules.values import Truth, Unknown, both, either, join, missing

JOB_FILTERS: Final = ("kind", "sector", "workplace_region", "schedule")
_JOB_READS: Final = ("jobs", "jobs.from", "jobs.to", "jobs.kind", "jobs.sector", "jobs.workplace_region")


def _running(item: Item, group: str, day: int) -> Truth:
    if item.get("to", days.FOREVER) < day:
        return False
    start = item.get("from")
    return missing(f"{group}.from") if start is None else bool(start <= day)


def _passes(job: Item, wanted: dict[str, Codes]) -> Truth:
    out: Truth = True
    for key, codes in wanted.items():
        value = job.get(key)
        if value is None:
            out = both(out, missing(f"jobs.{key}"))
        elif value not in codes:
            return False
    return out


@derived("boolean", "date", reads=_JOB_READS, shows="jobs.kind", filters=JOB_FILTERS)
def works(s: Situation, day: int, **wanted: Codes) -> Truth:
    """Some job runs on ``day`` and passes all the filters at once."""
    jobs = s.lists.get("jobs")
    if jobs is None:
        return missing("jobs")
    out: Truth = False
    for job in jobs:
        out = either(out, both(_running(job, "jobs", day), _passes(job, wanted)))
        if out is True:
            break
    return out


def running_jobs(s: Situation, day: int) -> list[Item]:
    """The jobs that certainly run on ``day``; none when no jobs are known."""
    return [job for job in s.lists.get("jobs", ()) if _running(job, "jobs", day) is True]


def _share_on(job: Item, day: int, at: str) -> int | Fraction | Unknown:
    for start, end, value in job.get("fraction", ()):
        if end >= day and start is not None and start <= day and value is not None:
            share: int | Fraction = value
            return share
    return missing("jobs.fraction", at)


def _total(
    s: Situation, day: int, wanted: dict[str, Codes], measure: Callable[[Item], int | Fraction | Unknown]
) -> int | Fraction | Unknown:
    total: int | Fraction = 0
    open_: Unknown | None = None
    for job in s.lists["jobs"]:
        counts = both(_running(job, "jobs", day), _passes(job, wanted))
        if counts is False:
            continue
        amount = measure(job) if counts is True else counts
        if type(amount) is Unknown:
            open_ = amount if open_ is None else Unknown(open_.facts | amount.facts, open_.law | amount.law)
        elif type(amount) is not bool:
            total += amount
    return total if open_ is None else open_


def _changes(s: Situation, first: int, last: int) -> list[int]:
    """The first day and each later day of the interval on which a job or a share begins or has ended."""
    out = {first}
    for job in s.lists["jobs"]:
        marks = [job.get("from"), job.get("to", days.FOREVER) + 1]
        for start, end, _ in job.get("fraction", ()):
            marks += [start, end + 1]
        out.update(m for m in marks if m is not None and first < m <= last)
    return sorted(out)


def _highest(amounts: list[int | Fraction | Unknown]) -> int | Fraction | Unknown:
    for amount in amounts:
        if type(amount) is Unknown:
            return amount
    return max(a for a in amounts if type(a) is not Unknown)


@derived("fraction", "date", "date", reads=("jobs.fraction", *_JOB_READS), filters=JOB_FILTERS)
def highest_fraction(s: Situation, first: int, last: int, **wanted: Codes) -> int | Fraction | Unknown:
    """The largest contractual share of full time on any day from ``first`` to ``last``, over all jobs that pass.

    Several part-time contracts are added up (VP9), to at most one full-time job.
    """
    if "jobs" not in s.lists:
        return missing("jobs")
    if last < first:
        return 0
    amounts = [
        _total(s, day, wanted, lambda job, day=day: _share_on(job, day, days.iso(day)[:7]))  # type: ignore[misc]
        for day in _changes(s, first, last)
    ]
    best = _highest(amounts)
    return best if type(best) is Unknown else min(best, 1)


@derived("fraction", "date", reads=("jobs.fraction", *_JOB_READS), filters=JOB_FILTERS)
def fraction_in_month(s: Situation, day: int, **wanted: Codes) -> int | Fraction | Unknown:
    """The contractual share in the month of ``day``. *Reading*: the highest share on any day of that month."""
    return highest_fraction(s, days.month_start(day), days.month_end(day), **wanted)  # type: ignore[no-any-return]


def _weekly_minutes(job: Item, day: int, at: str) -> int | Fraction | Unknown:
    hours = job.get("weekly_hours")
    if hours is None:
        full = job.get("full_time_weekly_hours")
        share = _share_on(job, day, at)
        if full is None or type(share) is Unknown:
            open_ = absent(job, "jobs", "weekly_hours", "full_time_weekly_hours")
            assert open_ is not None
            return join(open_, share)
        hours = share * full
    return hours * 60  # type: ignore[no-any-return]


@derived(
    "minute",
    "date",
    reads=("jobs.weekly_hours", "jobs.full_time_weekly_hours", *_JOB_READS),
    filters=JOB_FILTERS,
)
def weekly_minutes_in_month(s: Situation, day: int, **wanted: Codes) -> int | Fraction | Unknown:
    """Average weekly working time in the month of ``day``, over all jobs that pass.

    Taken from ``weekly_hours``; where that is unknown, the share times ``full_time_weekly_hours``.
    """
    if "jobs" not in s.lists:
        return missing("jobs")
    first, last = days.month_start(day), days.month_end(day)
    return _highest(
        [
            _total(s, d, wanted, lambda job, d=d: _weekly_minutes(job, d, days.iso(d)[:7]))  # type: ignore[misc]
            for d in _changes(s, first, last)
        ]
    )


@derived("date", "date", reads=_JOB_READS, shows="jobs.from", filters=JOB_FILTERS)
def under_contract_since(s: Situation, day: int, **wanted: Codes) -> int | Unknown:
    """The first day of the unbroken stretch of contracts that reaches ``day``; ``day`` itself without a contract."""
    jobs = s.lists.get("jobs")
    if jobs is None:
        return missing("jobs")
    spans: list[tuple[int, int]] = []
    doubtful: list[tuple[tuple[int, int], Unknown]] = []
    for job in jobs:
        passes = _passes(job, wanted)
        if passes is False:
            continue
        start, end = job.get("from"), job.get("to", days.FOREVER)
        if type(passes) is Unknown:
            doubtful.append(((start or 1, end), passes))
        elif start is None:
            doubtful.append(((1, end), missing("jobs.from")))
        else:
            spans.append((start, end))
    since = _stretch_start(spans, day)
    for span, reason in doubtful:
        if _stretch_start([*spans, span], day) != since:
            return reason
    return since


def _stretch_start(spans: list[tuple[int, int]], day: int) -> int:
    """The first day of the unbroken stretch that reaches ``day``; ``day`` itself when none does."""
    since = day + 1
    for start, end in sorted(spans, key=lambda span: -span[1]):
        if start < since <= end + 1:
            since = start
    return min(since, day)


@derived("cent", "date", reads=("jobs.monthly_gross_cents", *_JOB_READS), filters=JOB_FILTERS)
def monthly_gross(s: Situation, day: int, **wanted: Codes) -> int | Fraction | Unknown:
    """Gross monthly wage on ``day`` over all jobs that pass, in cents."""
    if "jobs" not in s.lists:
        return missing("jobs")

    def gross(job: Item) -> int | Fraction | Unknown:
        cents = job.get("monthly_gross_cents")
        return missing("jobs.monthly_gross_cents") if cents is None else cents

    return _total(s, day, wanted, gross)


@derived("minute", "date", reads=("jobs.apprentice_hours_per_month", "jobs", "jobs.kind"))
def apprentice_minutes_per_month(s: Situation, day: int) -> int | Fraction | Unknown:
    """Minutes a month under the apprenticeship contracts that run on ``day``."""
    if "jobs" not in s.lists:
        return missing("jobs")

    def minutes(job: Item) -> int | Fraction | Unknown:
        hours = job.get("apprentice_hours_per_month")
        return missing("jobs.apprentice_hours_per_month") if hours is None else hours * 60

    return _total(s, day, {"kind": frozenset({"apprentice"})}, minutes)
