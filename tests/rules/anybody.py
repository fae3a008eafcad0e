# ruff: noqa: E501 - a fact stands on its line
"""Random people for the readings to agree on: contract documents with unknowns, odd dates and odd shares."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random
from typing import Any

FIRST, LAST = date(2012, 1, 1), date(2028, 12, 31)


def some_day(r: Random, low: date = FIRST, high: date = LAST) -> str:
    return (low + timedelta(days=r.randrange((high - low).days))).isoformat()


class Draw(Random):
    """A random source that also says how much of what is drawn is left unknown."""

    openness = 1.0


def maybe(r: Random, value: Any, share: float = 0.1) -> Any:
    """The value, or not known."""
    return None if r.random() < share * getattr(r, "openness", 1.0) else value


def interval(r: Random, low: date = FIRST) -> dict[str, Any]:
    first = some_day(r, low)
    last = None if r.random() < 0.6 else some_day(r, date.fromisoformat(first), date(2029, 12, 31))
    return {"from": maybe(r, first, 0.05), "to": last}


def job(r: Random) -> dict[str, Any]:
    span = interval(r, date(2005, 1, 1))
    share = r.choice(["1", "0.5", "0.8", "0.75", "0.333333", "0.499999", "0.51"])
    return {
        **span,
        "kind": maybe(r, r.choice(["employee"] * 6 + [
            "temp_agency", "statutory_civil_servant", "self_employed_main", "self_employed_side", "student_contract",
            "apprentice",
        ])),
        "sector": maybe(r, r.choice(["private"] * 4 + ["social_profit", "public", "education", "autonomous_public_company"])),
        "workplace_region": maybe(r, r.choice(["vlaams_gewest"] * 5 + ["brussels_gewest", "waals_gewest"])),
        "fraction": maybe(r, [{"from": span["from"] or "2010-01-01", "to": None, "value": float(share)}]),
        "weekly_hours": maybe(r, r.choice([38, 19, 30.4, 7.6, 13.25]), 0.4),
        "full_time_weekly_hours": maybe(r, r.choice([38, 40, 36.5])),
        "schedule": maybe(r, r.choice(["fixed", "variable"])),
        "apprentice_hours_per_month": maybe(r, r.choice([80, 120, 60.5])),
        "monthly_gross_cents": maybe(r, r.randrange(100000, 600000)),
    }  # fmt: skip


def course(r: Random, as_of: str) -> dict[str, Any]:
    near = date.fromisoformat(as_of)
    start = near + timedelta(days=r.randrange(-400, 200))
    return {
        "id": r.choice(["course-1", "course-2"]),
        "start": maybe(r, start.isoformat()),
        "end": maybe(r, (start + timedelta(days=r.randrange(1, 700))).isoformat()),
        "provider_kind": maybe(r, r.choice(["cvo", "hoger_onderwijs", "syntra", "private"])),
        "provider_registered": maybe(r, r.random() < 0.8),
        "odb": maybe(r, r.choice([[], [{"from": "2019-09-01", "to": None}], [{"from": None, "to": "2023-01-01"}]])),
        "odb_label_opleidingskrediet": maybe(r, r.random() < 0.5),
        "counted_in": maybe(r, r.choice(["lesson_hours"] * 4 + [
            "credits", "graduaat_credits", "lestijden", "exams", "evc_competences", "mentor",
        ])),
        "contact_minutes": maybe(r, r.randrange(0, 9000)),
        "lestijden": maybe(r, r.randrange(0, 200)),
        "credits": maybe(r, r.randrange(0, 60)),
        "exams": maybe(r, r.randrange(0, 5)),
        "evc_competences": maybe(r, r.randrange(0, 5)),
        "contact_teaching": maybe(r, r.random() < 0.8),
        "excluded_activity": maybe(r, r.choice(["none", "none", "welcome", "intervision"])),
        "leads_to": maybe(r, r.choice(["none", "secondary_diploma", "higher_education_degree", "professional_qualification"])),
        "qualification_level": maybe(r, r.randrange(1, 9)),
        "first_diploma_of_level": maybe(r, r.random() < 0.5),
        "teaches": maybe(r, r.choice([[], ["nt2"], ["basic_ict", "shortage_occupation"]])),
        "enrolment_contract": maybe(r, r.choice(["diploma", "credit", "exam", "not_applicable"])),
        "coinciding_minutes": maybe(r, r.randrange(0, 5000)),
        "attended_minutes": maybe(r, r.randrange(0, 9000), 0.5),
        "price_cents": maybe(r, r.randrange(0, 100000)),
        "paid_by": maybe(r, r.choice(["worker", "worker", "employer"])),
        "initiative": maybe(r, r.choice(["own", "own", "joint"])),
    }  # fmt: skip


def person(seed: int, *, as_of: str | None = None, with_course: bool | None = None) -> dict[str, Any]:
    """A contract document; the same seed gives the same document. Of every third seed little is unknown."""
    r = Draw(seed)
    r.openness = 0.1 if seed % 3 == 0 else 1.0
    day = as_of or some_day(r)
    document: dict[str, Any] = {
        "as_of": day,
        "person": {
            "residence": maybe(r, [{"from": "1990-01-01", "to": None, "region": r.choice(
                ["vlaams_gewest"] * 4 + ["brussels_gewest", "waals_gewest", "other_eea"])}]),
            "moved_from_other_eea": maybe(r, r.random() < 0.3),
            "highest_diploma": maybe(r, r.choice(["geen", "lager_secundair", "secundair", "bachelor", "master"])),
            "lives_alone": maybe(r, r.random() < 0.3),
            "benefits": maybe(r, [] if r.random() < 0.8 else [{**interval(r), "kind": r.choice(
                ["unemployment_full", "unemployment_temporary", "sickness_with_contract"])}]),
            "career_days": maybe(r, r.randrange(0, 12000), 0.5),
        },
        "jobs": maybe(r, [job(r) for _ in range(r.choice([0, 1, 1, 1, 2]))], 0.05),
        "guidance": maybe(r, [] if r.random() < 0.6 else [{
            **{k: v for k, v in interval(r).items() if k == "from"},
            "instrument": maybe(r, r.choice(["loopbaancheques", "loopbaankrediet", "unsubsidised"])),
            "minutes": maybe(r, r.choice([120, 240, 420])), "vouchers": maybe(r, r.choice([0, 1, 2])),
            "pop_signed_on": maybe(r, some_day(r), 0.3), "pop_courses": maybe(r, r.choice([[], ["course-1"]])),
        }]),
        "used": maybe(r, [] if r.random() < 0.5 else [{
            "instrument": r.choice(["vlaams_opleidingsverlof", "opleidingscheques", "betaald_educatief_verlof"]),
            "on": maybe(r, some_day(r, date.fromisoformat(day) - timedelta(days=500), date.fromisoformat(day))),
            "initiative": maybe(r, r.choice(["own", "joint"])), "minutes": maybe(r, r.randrange(0, 7500)),
            "cents": maybe(r, r.randrange(0, 30000)), "course": maybe(r, r.choice(["course-1", "course-9"])),
        } for _ in range(r.choice([1, 2]))]),
        "interruption": maybe(r, {
            "from": maybe(r, some_day(r), 0.3), "kind": maybe(r, r.choice(["full", "half", "one_fifth"])),
            "fraction_before": maybe(r, r.choice([1, 0.8, 0.75, 0.5, 0.2, 0.1])),
            "rva_allowance": maybe(r, r.random() < 0.8), "applied_on": maybe(r, some_day(r)),
        }, 0.3),
        "request": maybe(r, {"hours": maybe(r, r.choice([1, 2, 5, 6, 8, 3.5])), "quota_reached": maybe(r, r.random() < 0.2)}),
    }  # fmt: skip
    if with_course if with_course is not None else r.random() < 0.6:
        document["course"] = course(r, day)
    return document
