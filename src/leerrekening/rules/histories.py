"""Facts at a day, derived from what is known over time: jobs, residence, benefits, guidance, use of rights.

Rules see only facts; these small functions turn a person's histories into facts on a day. Each takes the
situation and days, and gives a value, or ``Unknown`` naming the fact that is missing. A list that is given is
complete; a list that is not given is unknown.

Readings that no source settles are marked *reading* and are ours; they are listed in ``docs/readings.md``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from inspect import signature
from typing import Any, Final

from leerrekening.rules import days
from leerrekening.rules.situation import Item, Situation
from leerrekening.rules.values import (
    Truth,
    Unknown,
    Value,
    both,
    either,
    free_choice,
    join,
    missing,
    unsettled,
)

Codes = frozenset[str]


@dataclass(frozen=True, slots=True)
class Derivation:
    """A derived fact: its function, the units of its arguments and result, and what it reads."""

    name: str
    function: Callable[..., Any]
    arguments: tuple[str, ...]
    filters: tuple[str, ...]
    needed: tuple[str, ...]
    unit: str
    codes_of: str | None
    reads: tuple[str, ...]
    shows: str


DERIVATIONS: Final[dict[str, Derivation]] = {}


def derived(
    unit: str,
    *arguments: str,
    reads: tuple[str, ...],
    shows: str = "",
    filters: tuple[str, ...] = (),
    codes_of: str | None = None,
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Register a function as a derived fact.

    ``unit`` and ``arguments`` are units of rule expressions; ``reads`` the contract paths it looks at;
    ``shows`` the path under which its value is shown; ``filters`` the keyword filters it accepts, of which it
    needs those that stand by name in its signature.
    """

    def register(function: Callable[..., Any]) -> Callable[..., Any]:
        name = function.__name__
        named = signature(function).parameters
        needed = tuple(key for key in filters if key in named)
        DERIVATIONS[name] = Derivation(
            name, function, arguments, filters, needed, unit, codes_of, reads, shows or reads[0]
        )
        return function

    return register


# --- jobs ----------------------------------------------------------------------------------------------

JOB_FILTERS: Final = ("kind", "sector", "workplace_region", "schedule")
_JOB_READS: Final = ("jobs", "jobs.from", "jobs.to", "jobs.kind", "jobs.sector", "jobs.workplace_region")
ASSIMILATED: Final = frozenset({"unemployment_temporary", "sickness_with_contract", "integration"})
UNSETTLED_KINDS: Final = frozenset({"student_contract", "apprentice"})


def _absent(item: Item, group: str, *keys: str) -> Unknown | None:
    """All of these facts that an object lacks: any of them may settle what is asked. None when it has them all."""
    facts = frozenset((f"{group}.{key}", None) for key in keys if item.get(key) is None)
    return Unknown(facts) if facts else None


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
            open_ = _absent(job, "jobs", "weekly_hours", "full_time_weekly_hours")
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


# --- the career ----------------------------------------------------------------------------------------


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


# --- the person ----------------------------------------------------------------------------------------


@derived("code", "date", reads=("person.residence",), codes_of="person.residence")
def residence(s: Situation, day: int) -> str | Unknown:
    """The region lived in on ``day``; ``other`` where a complete list names none."""
    periods = s.fact("person.residence")
    if type(periods) is Unknown:
        return missing("person.residence", days.iso(day))
    found: str | Unknown = "other"
    latest = 0
    for start, end, region in periods:
        if end < day or (start is not None and start > day):
            continue
        if start is None or region is None:
            return missing("person.residence", days.iso(day))
        if start >= latest:
            found, latest = region, start
    return found


@derived("boolean", "date", reads=("person.benefits",), filters=("kind",))
def receives(s: Situation, day: int, kind: Codes) -> Truth:
    """A benefit of one of the kinds is paid on ``day``."""
    periods = s.fact("person.benefits")
    if type(periods) is Unknown:
        return missing("person.benefits", days.iso(day))
    out: Truth = False
    for start, end, paid in periods:
        if end < day or (start is not None and start > day) or (paid is not None and paid not in kind):
            continue
        if start is None or paid is None:
            out = either(out, missing("person.benefits", days.iso(day)))
        else:
            return True
    return out


# --- guidance ------------------------------------------------------------------------------------------

_GUIDANCE_READS: Final = ("guidance", "guidance.from", "guidance.instrument", "guidance.vouchers")


def _guidance_of(s: Situation, instrument: str, day: int) -> list[tuple[int, Item]] | Unknown:
    """Guidance under an instrument that began on or before ``day``, in order of its first day."""
    entries = s.lists.get("guidance")
    if entries is None:
        return missing("guidance")
    out: list[tuple[int, Item]] = []
    for entry in entries:
        kind = entry.get("instrument")
        if kind is not None and kind != instrument:
            continue
        if (open_ := _absent(entry, "guidance", "instrument", "from")) is not None:
            return open_
        if entry["from"] <= day:
            out.append((entry["from"], entry))
    return sorted(out, key=lambda pair: pair[0])


def _cycle(s: Situation, day: int, years: int) -> tuple[int, list[Item]] | Unknown:
    """First day and guidance of the round of vouchers that still counts on ``day``.

    A round begins with the first guidance and ends on the eve of its ``years``-th anniversary (contract, 8).
    """
    entries = _guidance_of(s, "loopbaancheques", day)
    if type(entries) is Unknown:
        return entries
    begin = day
    items: list[Item] = []
    for start, entry in entries:
        if items and start < days.add_years(begin, years):
            items.append(entry)
        else:
            begin, items = start, [entry]
    if items and days.add_years(begin, years) <= day:
        return day, []
    return begin, items


@derived("date", "date", "year", reads=_GUIDANCE_READS, shows="guidance.from")
def voucher_round_start(s: Situation, day: int, years: int) -> int | Unknown:
    """The first day of the current round of career vouchers; ``day`` when a new round would begin."""
    cycle = _cycle(s, day, years)
    return cycle if type(cycle) is Unknown else cycle[0]


@derived("count", "date", "year", reads=_GUIDANCE_READS, shows="guidance.vouchers")
def vouchers_in_round(s: Situation, day: int, years: int) -> int | Unknown:
    """Career vouchers used in the current round."""
    cycle = _cycle(s, day, years)
    if type(cycle) is Unknown:
        return cycle
    total = 0
    for entry in cycle[1]:
        if entry.get("vouchers") is None:
            return missing("guidance.vouchers")
        total += entry["vouchers"]
    return total


@derived("boolean", "date", reads=_GUIDANCE_READS, shows="guidance.vouchers", filters=("instrument",))
def ever_guided(s: Situation, day: int, instrument: Codes) -> Truth:
    """Guidance under one of the instruments began on or before ``day``; an entry counts whatever its size."""
    out: Truth = False
    entries = s.lists.get("guidance")
    if entries is None:
        return missing("guidance")
    for entry in entries:
        kind, start = entry.get("instrument"), entry.get("from")
        if (kind is not None and kind not in instrument) or (start is not None and start > day):
            continue
        open_ = _absent(entry, "guidance", "instrument", "from")
        out = either(out, True if open_ is None else open_)
    return out


@derived(
    "minute", "date", reads=("guidance", "guidance.minutes", "guidance.instrument"), filters=("instrument",)
)
def guided_minutes(s: Situation, day: int, instrument: Codes) -> int | Unknown:
    """Minutes of guidance under the instruments, begun on or before ``day``."""
    total = 0
    for name in sorted(instrument):
        entries = _guidance_of(s, name, day)
        if type(entries) is Unknown:
            return entries
        for _, entry in entries:
            if entry.get("minutes") is None:
                return missing("guidance.minutes")
            total += entry["minutes"]
    return total


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


# --- earlier use of rights -----------------------------------------------------------------------------

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
        if (open_ := _absent(entry, "used", *wanted, "on")) is not None:
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


@derived(
    "count", "date", reads=("used", "used.course", "course.id"), shows="used.course", filters=("instrument",)
)
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
        if (open_ := _absent(entry, "used", "instrument", "on")) is not None:
            return open_
        if type(wanted) is Unknown:
            return wanted
        if course is None:
            return missing("used.course")
        if course == wanted:
            years.add(days.school_year_start(on))
    return len(years)


# --- the course ----------------------------------------------------------------------------------------


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
