"""What if: another situation from a day on, read with the same law. Plain documents in and out; nothing is written.

    then = changed(document, day, Change("hours", share=Decimal("0.8")))

A change is made on a copy. What it assumes besides the change itself stands in `ASSUMED`, for the page to say.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final, Literal

from leerrekening.lawtext.keeper import HeldLaw
from leerrekening.rules import days
from leerrekening.rules.decide import UNCONFIRMED, Finding
from leerrekening.rules.receipt import canonical
from leerrekening.rules.situation import Situation
from leerrekening.rules.values import Unknown

Kind = Literal[
    "none",
    "hours",
    "dismissal",
    "self_employed",
    "work_region",
    "home_region",
    "diploma",
    "temp_agency",
    "civil_servant",
    "no_work",
    "sick_with_contract",
]
Document = dict[str, Any]

EMPLOYED: Final = frozenset({"employee", "temp_agency", "statutory_civil_servant"})
SCHOOL_YEARS_AHEAD: Final = 2


class CannotChange(ValueError):
    """The change has nothing to work on: nobody knows what work the person does."""


@dataclass(frozen=True, slots=True)
class Change:
    """One change of situation. `share` of a full-time job; `code`: a region or a diploma."""

    kind: Kind
    share: Decimal | None = None
    code: str = ""


@dataclass(frozen=True, slots=True)
class Trap:
    """A right that stays as it is on the day of the change, and turns out otherwise on a later day because of it."""

    day: date
    without: Finding
    with_change: Finding


# The statuses of the matrix, in the order in which they are shown.
STATUSES: Final[Mapping[str, Change]] = {
    "full_time": Change("hours", Decimal(1)),
    "four_fifths": Change("hours", Decimal("0.8")),
    "half_time": Change("hours", Decimal("0.5")),
    "temp_agency": Change("temp_agency"),
    "civil_servant": Change("civil_servant"),
    "self_employed": Change("self_employed"),
    "sick_with_contract": Change("sick_with_contract"),
    "dismissal": Change("dismissal"),
    "no_work": Change("no_work"),
}


def changed(document: Mapping[str, Any], day: date, change: Change) -> Document:
    """The document as it would be when asked on `day`, with the change from that day on. Errors: CannotChange."""
    then: Document = copy.deepcopy(dict(document))
    then["as_of"] = day.isoformat()
    if change.kind == "none":
        return then
    if change.kind == "home_region":
        _person(then)["residence"] = [
            *_cut(_person(then).get("residence") or [], day),
            {"from": day.isoformat(), "to": None, "region": change.code},
        ]
        return then
    if change.kind == "diploma":
        _person(then)["highest_diploma"] = change.code
        return then
    jobs = then.get("jobs")
    if jobs is None:
        raise CannotChange("nobody knows the jobs of this person")
    _change_work(then, jobs, day, change)
    return then


def _change_work(then: Document, jobs: list[Document], day: date, change: Change) -> None:
    running = [job for job in jobs if _runs(job, day) and job.get("kind") in EMPLOYED]
    if change.kind == "hours":
        if not running:
            raise CannotChange("there is no job on that day of which the hours could change")
        # Hours a week hold for a whole job, so the job of then stands beside the job of before: what counts in a month
        # of reference stays as it was.
        _replace(jobs, running, day)
        for job in jobs[-len(running) :]:
            job["fraction"] = [{"from": day.isoformat(), "to": None, "value": change.share}]
            job["weekly_hours"] = _weekly_hours(job, change.share)
    elif change.kind == "work_region":
        if not running:
            raise CannotChange("there is no job on that day that could be elsewhere")
        _replace(jobs, running, day, workplace_region=change.code)
    elif change.kind in ("temp_agency", "civil_servant"):
        if not running:
            raise CannotChange("there is no job on that day that could become another one")
        kind = {"temp_agency": "temp_agency", "civil_servant": "statutory_civil_servant"}[change.kind]
        sector = "private" if change.kind == "temp_agency" else "public"
        _replace(jobs, running, day, kind=kind, sector=sector, joint_committee=None)
    elif change.kind == "sick_with_contract":
        _benefit(then, day, "sickness_with_contract")
    else:
        for job in jobs:
            if _runs(job, day):
                _end(job, day)
        if change.kind == "self_employed":
            jobs.append(
                {
                    "from": day.isoformat(),
                    "to": None,
                    "kind": "self_employed_main",
                    "workplace_region": running[0].get("workplace_region") if running else None,
                    "fraction": [{"from": day.isoformat(), "to": None, "value": Decimal(1)}],
                }
            )
        elif change.kind == "dismissal":
            _benefit(then, day, "unemployment_full")


def _person(document: Document) -> Document:
    person: Document = document.setdefault("person", {})
    return person


def _benefit(document: Document, day: date, kind: str) -> None:
    benefits = _person(document).get("benefits") or []
    _person(document)["benefits"] = [
        *_cut(benefits, day),
        {"from": day.isoformat(), "to": None, "kind": kind},
    ]


def _weekly_hours(job: Document, share: Decimal | None) -> Decimal | None:
    """Hours a week go with the share of a full-time job, where the full week is known; else nobody knows them."""
    full = job.get("full_time_weekly_hours")
    return None if full is None or share is None else Decimal(str(full)) * share


def _replace(jobs: list[Document], running: Iterable[Document], day: date, **other: Any) -> None:
    """The same jobs from a day on, but for what is given."""
    for job in list(running):
        new = {**copy.deepcopy(job), "from": day.isoformat(), "to": None, **other}
        shares = [p.get("value") for p in job.get("fraction") or [] if _runs(p, day)]
        new["fraction"] = [{"from": day.isoformat(), "to": None, "value": shares[-1]}] if shares else None
        _end(job, day)
        jobs.append(new)


def _end(job: Document, day: date) -> None:
    before = (day - timedelta(days=1)).isoformat()
    job["to"] = before
    job["fraction"] = _cut(job["fraction"], day) if job.get("fraction") else job.get("fraction")


def _runs(period: Mapping[str, Any], day: date) -> bool:
    start, end = period.get("from"), period.get("to")
    return (start is None or start < day.isoformat()) and (end is None or end >= day.isoformat())


def _cut(periods: Iterable[Document], day: date) -> list[Document]:
    """Periods that begin before a day, ended the day before it."""
    before = (day - timedelta(days=1)).isoformat()
    kept = []
    for period in periods:
        start, end = period.get("from"), period.get("to")
        if start is not None and start >= day.isoformat():
            continue
        kept.append({**period, "to": before} if end is None or end >= day.isoformat() else period)
    return kept


# --- reading both ----------------------------------------------------------------------------------------------


def findings(held: HeldLaw, document: Mapping[str, Any]) -> list[Finding]:
    """What the law says of a document. Errors: SituationError."""
    return held.engine.decide(situation_of(held, document))


def situation_of(held: HeldLaw, document: Mapping[str, Any]) -> Situation:
    """A checked situation. Errors: SituationError."""
    return held.law.reader.read(canonical(dict(document)))


def traps(held: HeldLaw, document: Mapping[str, Any], day: date, change: Change) -> dict[str, Trap]:
    """Rights that the change leaves alone on its day and alters later, as where a month of reference counts.

    By instrument, at the start of the next school years and calendar years. Errors: CannotChange, SituationError.
    """
    found: dict[str, Trap] = {}
    same_today = _outcomes(findings(held, changed(document, day, Change("none"))))
    other_today = _outcomes(findings(held, changed(document, day, change)))
    then = changed(document, day, change)
    for later in _later_days(day):
        without = findings(held, {**document, "as_of": later.isoformat()})
        changed_then = findings(held, {**then, "as_of": later.isoformat()})
        for a, b in zip(without, changed_then, strict=True):
            name = a.instrument.id
            quiet = same_today[name] == other_today[name]
            if name not in found and quiet and _outcome(a) != _outcome(b):
                found[name] = Trap(later, a, b)
    return found


def _later_days(day: date) -> list[date]:
    out = []
    start = day.toordinal()
    for _year in range(SCHOOL_YEARS_AHEAD):
        start = days.school_year_end(start) + 1
        out += [start, days.calendar_year_end(start) + 1]
    return [date.fromordinal(each) for each in sorted(set(out))]


def _outcomes(found: Iterable[Finding]) -> dict[str, object]:
    return {finding.instrument.id: _outcome(finding) for finding in found}


def _outcome(finding: Finding) -> object:
    """Verdict and amount, with the last confirmed rules where those of the day are not confirmed."""
    read = finding.as_last_confirmed() if finding.status == UNCONFIRMED else finding
    ready = read.slice.right
    value = read.values_of(ready).get("value") if ready is not None and read.verdict == "yes" else None
    return finding.status, read.verdict, None if type(value) is Unknown else value
