"""What would change an outcome, and when time alone changes it.

``changes`` tries every single change of one fact that the person can influence and that the deciding
conditions look at, and keeps those that turn the verdict; the nearest come first. ``next_change`` finds the
next day on which the outcome differs though nothing but time has passed: birthdays of guidance and plans,
seniority, ends of jobs and benefits, school years, and dated law.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final

from leerrekening.rules import days
from leerrekening.rules.decide import NO, UNDECIDED, YES, Engine, Finding, Person
from leerrekening.rules.facts import Fact
from leerrekening.rules.histories.career import career_days, career_year_days
from leerrekening.rules.histories.jobs import running_jobs
from leerrekening.rules.histories.person import residence
from leerrekening.rules.shown import paths_read
from leerrekening.rules.situation import Situation
from leerrekening.rules.timeline import HORIZON_YEARS, marked_days, moved
from leerrekening.rules.values import Unknown

NEAREST: Final = ("request", "course", "interruption", "guidance", "work", "person")
"""Topics from what is easiest to change to what changes a life."""


@dataclass(frozen=True, slots=True)
class Change:
    """One fact made different, and the verdict that follows."""

    fact: str
    value: Any
    unit: str
    verdict: str
    situation: Situation


@dataclass(frozen=True, slots=True)
class NextChange:
    """The next day on which time alone changes the outcome of one instrument."""

    day: int
    finding: Finding


def changes(finding: Finding, limit: int = 3) -> list[Change]:
    """The nearest single changes that turn a "no" into a "yes", or else into "undecided"; at most ``limit``."""
    if finding.verdict != NO or finding.frame is None:
        return []
    engine = finding.person.engine
    deciding = set(finding.deciding())
    wanted = [c for c in finding.slice.conditions if c.rule.id in deciding]
    paths: set[str] = set()
    for condition in wanted:
        paths |= paths_read(finding.slice, condition.version.node)
    found: list[Change] = []
    for fact in _by_nearness(engine, paths):
        for value, unit, changed in _alternatives(engine, finding, fact):
            verdict = Person(engine, changed).finding(finding.instrument.id).verdict
            if verdict != NO:
                found.append(Change(fact.path, value, unit, verdict, changed))
                if verdict == YES:
                    break
        if sum(c.verdict == YES for c in found) >= limit:
            break
    best = [c for c in found if c.verdict == YES] or [c for c in found if c.verdict == UNDECIDED]
    return best[:limit]


def _by_nearness(engine: Engine, paths: set[str]) -> list[Fact]:
    facts = [f for path, f in engine.law.facts.facts.items() if path in paths and f.influence]
    return sorted(facts, key=lambda f: NEAREST.index(f.topic) if f.topic in NEAREST else len(NEAREST))


def _alternatives(engine: Engine, finding: Finding, fact: Fact) -> Iterator[tuple[Any, str, Situation]]:
    """Other values of one fact, the nearest first, with the situation as it would be."""
    situation = finding.person.situation
    if fact.path == "guidance.pop_courses":
        yield True, "boolean", _with_plan(situation)
    elif fact.path == "course.odb":
        if situation.has_course:
            yield (
                True,
                "boolean",
                _with_scalar(situation, fact.path, ((None, days.FOREVER, None),), known_start=True),
            )
    elif fact.path == "person.residence":
        assert fact.period_value is not None
        periods = situation.fact(fact.path)
        known = () if type(periods) is Unknown else periods
        now = residence(situation, situation.as_of)
        for code in fact.period_value.codes:
            if code != now:
                changed = (*known, (situation.as_of, days.FOREVER, code))
                yield code, "code", _with_scalar(situation, fact.path, changed)
    elif fact.group == "jobs":
        yield from _job_alternatives(engine, finding, fact)
    elif fact.path in situation.index and (situation.has_course or fact.group != "course"):
        current = situation.fact(fact.path)
        for value in _scalar_values(engine, finding, fact, current):
            unit = "code" if fact.codes else "cent" if fact.unit == "cent" else fact.unit or fact.type
            yield value, unit, _with_scalar(situation, fact.path, value)


def _scalar_values(engine: Engine, finding: Finding, fact: Fact, current: Any) -> list[Any]:
    if fact.type == "boolean":
        return [v for v in (True, False) if v is not current]
    if fact.type == "code":
        codes = list(fact.codes)
        at = codes.index(current) if current in codes else 0
        return sorted((c for c in codes if c != current), key=lambda c: abs(codes.index(c) - at))
    if fact.type == "codes":
        return [
            frozenset({c}) | (current if isinstance(current, frozenset) else frozenset()) for c in fact.codes
        ]
    if fact.type in ("integer", "decimal"):
        distance = current if isinstance(current, int) else 0
        return sorted(_figure_numbers(finding, fact.unit), key=lambda v: abs(v - distance))
    return []


def _figure_numbers(finding: Finding, unit: str | None) -> list[Any]:
    """The figures of these days in the unit of a fact: the thresholds it could be held against."""
    out = []
    for figure in finding.slice.all_figures:
        value = figure.read(finding.slice.day)
        if isinstance(value, bool) or type(value) is Unknown or isinstance(value, str | frozenset):
            continue
        if figure.rule_unit == unit:
            out.append(value)
        elif (
            unit is None and figure.rule_unit == "fraction" or unit == "hour" and figure.rule_unit == "minute"
        ):
            out.append(value if unit is None else Fraction(value, 60))
    return out


def _job_alternatives(engine: Engine, finding: Finding, fact: Fact) -> Iterator[tuple[Any, str, Situation]]:
    situation = finding.person.situation
    jobs = situation.lists.get("jobs")
    if jobs is None:
        return
    running = running_jobs(situation, situation.as_of)
    if not running:
        if fact.path == "jobs.kind":
            job = {
                "from": situation.as_of,
                "kind": "employee",
                "sector": "private",
                "workplace_region": "vlaams_gewest",
            }
            job["fraction"] = ((situation.as_of, days.FOREVER, 1),)
            yield "employee", "code", _with_jobs(situation, [*jobs, job])
        return
    for i, job in enumerate(jobs):
        if job not in running:
            continue
        for value, stored in _job_values(finding, fact, job, situation.as_of):
            changed = [*jobs[:i], {**job, fact.key: stored}, *jobs[i + 1 :]]
            yield value, "code" if fact.codes else "fraction", _with_jobs(situation, changed)


def _job_values(finding: Finding, fact: Fact, job: dict[str, Any], day: int) -> Iterator[tuple[Any, Any]]:
    if fact.type == "code":
        codes = list(fact.codes)
        for code in codes:
            if code != job.get(fact.key):
                yield code, code
    elif fact.key == "fraction":
        before = tuple((a, min(b, day - 1), v) for a, b, v in job.get("fraction", ()) if a is None or a < day)
        for share in sorted({*_figure_numbers(finding, None), 1}):
            if 0 < share <= 1:
                yield share, (*before, (day, days.FOREVER, share))


def _with_scalar(situation: Situation, path: str, value: Any, known_start: bool = False) -> Situation:
    values: list[Any] = list(situation.values)
    values[situation.index[path]] = ((1, days.FOREVER, None),) if known_start else value
    return _copy(situation, values, situation.lists)


def _with_jobs(situation: Situation, jobs: list[dict[str, Any]]) -> Situation:
    return _copy(situation, situation.values, {**situation.lists, "jobs": jobs})


def _with_plan(situation: Situation) -> Situation:
    """Guidance followed and a plan signed today that names the course."""
    course = situation.fact("course.id")
    values = situation.values
    if type(course) is Unknown:
        course = "this-course"
        values = list(values)
        values[situation.index["course.id"]] = course
    plan = {
        "from": situation.as_of,
        "instrument": "loopbaancheques",
        "vouchers": 1,
        "pop_signed_on": situation.as_of,
        "pop_courses": frozenset({course}),
    }
    guidance = [*situation.lists.get("guidance", []), plan]
    changed = _copy(situation, values, {**situation.lists, "guidance": guidance})
    if not situation.has_course:
        changed.values = situation.values
    return changed


def _copy(situation: Situation, values: list[Any], lists: dict[str, list[dict[str, Any]]]) -> Situation:
    return Situation(situation.as_of, values, lists, situation.has_course, situation.source, situation.index)


# --- when ----------------------------------------------------------------------------------------------


def next_change(finding: Finding) -> NextChange | None:
    """The next day, within ten years, on which time alone changes status, verdict or right; None when none does."""
    engine, situation, name = finding.person.engine, finding.person.situation, finding.instrument.id
    start = situation.as_of
    end = days.add_years(start, HORIZON_YEARS)
    now = _outcome(finding)

    def on(day: int) -> Finding:
        return Person(engine, moved(situation, day)).finding(name)

    before = start
    for day in _candidate_days(engine, finding, start, end):
        later = on(day)
        if _outcome(later) != now:
            return NextChange(*_first_day(on, now, before, day, later))
        before = day
    return None


def _first_day(on: Any, now: Any, before: int, day: int, later: Finding) -> tuple[int, Finding]:
    """The first day after ``before`` and up to ``day`` with another outcome than ``now``, by halving."""
    while day - before > 1:
        middle = (before + day) // 2
        finding = on(middle)
        if _outcome(finding) == now:
            before = middle
        else:
            day, later = middle, finding
    return day, later


def _outcome(finding: Finding) -> tuple[Any, ...]:
    right: Any = None
    if finding.verdict == YES and finding.slice.right is not None:
        values = finding.values_of(finding.slice.right)
        right = tuple(None if type(v := values.get(k)) is Unknown else v for k in ("value", "left"))
    return finding.status, finding.verdict, right


def _candidate_days(engine: Engine, finding: Finding, start: int, end: int) -> list[int]:
    """Days on which the outcome can turn: dated law, what the person's own dates and terms reach, year starts."""
    situation = finding.person.situation
    out: set[int] = set(engine.boundaries(finding.instrument.id))
    marks = marked_days(situation)
    out |= marks
    lengths = {"year": set(), "month": set(), "day": set()}  # type: dict[str, set[int]]
    for owner in (finding.instrument, *engine.law.notions.values()):
        for figure in owner.figures.values():
            if figure.rule_unit in lengths:
                lengths[figure.rule_unit] |= {v.value for v in figure.values if isinstance(v.value, int)}
    for mark in marks:
        if mark >= days.add_years(start, -100):
            for years in lengths["year"]:
                anniversary = days.add_years(mark, years)
                out |= {anniversary, anniversary + 1}
            out |= {days.add_months(mark, months) for months in lengths["month"]}
    for total in lengths["day"] | {365 * years for years in lengths["year"]}:
        for grown in (career_days(situation, start), career_year_days(situation, start)):
            if isinstance(grown, int) and grown < total:
                out |= {start + total - grown, start + total - grown + 2}
    day = start
    for _ in range(HORIZON_YEARS):
        day = days.school_year_end(day) + 1
        out |= {day, days.calendar_year_end(day) + 1}
    return sorted(d for d in out if start < d <= end)
