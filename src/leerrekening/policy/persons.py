"""The population file: one row a person, a few dozen columns, and the facts on a day that rules ask of it.

A row is a short history: at most one main job and a side job, one stretch of a benefit, one round of guidance, one
use of leave and one of cheques. ``facts.leaf_columns`` turns rows into the columns a law asks for;
``situation_of`` writes the same row as a document of the contract, so that the reading of one person can be held
against it. A leaf that no row of this shape can answer is taken from a column of the file with the name of that leaf.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import polars as pl

from leerrekening.rules import days
from leerrekening.rules.terms import PARTS

Array = np.ndarray[Any, Any]
Rows = Mapping[str, Array]
"""Columns of a population file as arrays: days as ordinals, codes as places in their list, unknown as ``UNKNOWN``."""

UNKNOWN: Final = -(2**31)
EPOCH: Final = days.day_of("1970-01-01")
KINDS: Final = (
    "employee",
    "temp_agency",
    "statutory_civil_servant",
    "self_employed_main",
    "student_contract",
)
SECTORS: Final = ("private", "social_profit", "public", "education", "autonomous_public_company")
REGIONS: Final = ("vlaams_gewest", "brussels_gewest", "waals_gewest", "other_eea", "other")
DIPLOMAS: Final = (
    "geen",
    "lager_secundair",
    "secundair",
    "hbo5",
    "graduaat",
    "bachelor",
    "master",
    "doctoraat",
)
BENEFITS: Final = (
    "unemployment_full",
    "unemployment_temporary",
    "leefloon",
    "incapacity_66",
    "sickness_with_contract",
)
SCHEDULES: Final = ("fixed", "variable")
INITIATIVES: Final = ("own", "joint")
SEXES: Final = ("f", "m")
STATUSES: Final = ("employee", "temp_agency", "civil_servant", "self_employed", "unemployed", "inactive")
COURSE: Final = "course-plan"
"""The course that a development plan of the file names."""
EARLIER_COURSE: Final = "course-earlier"


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a population file: its kind, codes, bounds, and what a missing value means."""

    name: str
    kind: str
    codes: tuple[str, ...] = ()
    low: int = 0
    high: int = 0
    null: str = "not known"
    about: str = ""


_DAYS = (days.day_of("1900-01-01") - EPOCH, days.day_of("2100-01-01") - EPOCH)
NONE: Final = "none"

COLUMNS: Final = {
    c.name: c
    for c in (
        Column("birth_date", "date", about="day of birth"),
        Column("sex", "code", SEXES, about="for results by group only; no rule reads it"),
        Column("status", "code", STATUSES, about="socio-economic position, for results by group"),
        Column("highest_diploma", "code", DIPLOMAS, about="highest diploma obtained"),
        Column("residence", "code", REGIONS, about="region lived in"),
        Column("moved_from_other_eea", "boolean", about="once moved here from another EEA state"),
        Column("lives_alone", "boolean"),
        Column("job_from", "date", null=NONE, about="first day of the main job that runs; empty: no job"),
        Column("job_kind", "code", KINDS, about="kind of the main job"),
        Column("job_sector", "code", SECTORS),
        Column("job_region", "code", REGIONS, about="region of the workplace"),
        Column("job_fraction", "number", (), 0, PARTS, about="share of full time, in millionths"),
        Column("job_weekly_minutes", "number", (), 0, 7200, about="contractual minutes a week"),
        Column("job_schedule", "code", SCHEDULES),
        Column("job_gross_cents", "number", (), 0, 10**8, about="gross wage a month in cents"),
        Column("side_job_from", "date", null=NONE, about="first day of a side job as self-employed; empty: none"),
        Column("career_days", "number", (), 0, 36600, about="days worked or assimilated up to the day asked for"),
        Column("benefit_kind", "code", BENEFITS, null=NONE, about="benefit received; empty: none"),
        Column("benefit_from", "date"),
        Column("guidance_from", "date", null=NONE, about="first day of the last career vouchers; empty: never"),
        Column("guidance_vouchers", "number", (), 0, 2),
        Column("guidance_minutes", "number", (), 0, 10**5),
        Column("plan_signed_on", "date", null=NONE, about="day a development plan was signed; empty: none"),
        Column("leave_used_on", "date", null=NONE, about="day of the last training leave; empty: none used"),
        Column("leave_used_minutes", "number", (), 0, 10**6),
        Column("leave_used_initiative", "code", INITIATIVES),
        Column("cheque_used_on", "date", null=NONE, about="day of the last training cheque; empty: none used"),
        Column("cheque_used_cents", "number", (), 0, 10**8),
        Column("took_part", "boolean", about="took part in learning in the last 12 months"),
    )
}  # fmt: skip


class PopulationError(ValueError):
    """A population file that cannot be used: column, row and reason."""


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a population, read when its turn comes. ``first_row`` counts from 0 within ``file``."""

    read: Callable[[], pl.DataFrame]
    file: str = ""
    first_row: int = 0


def rows_of(frame: pl.DataFrame, first_row: int = 0) -> dict[str, Array]:
    """The columns of a partition as arrays. Raises PopulationError with column, row and reason; nulls stay unknown."""
    out: dict[str, Array] = {}
    for name, column in COLUMNS.items():
        if name not in frame.columns:
            raise PopulationError(
                f"the column {name!r} is missing; ./llr simulate --columns lists what a file has"
            )
        out[name] = _array(frame[name], column, first_row)
    return out


def _array(series: pl.Series, column: Column, first_row: int) -> Array:
    name = column.name
    if column.kind == "code":
        if series.dtype not in (pl.String, pl.Categorical) and not isinstance(series.dtype, pl.Enum):
            raise PopulationError(f"column {name!r}: holds {series.dtype}, not codes as text")
        codes = pl.Enum(list(column.codes))
        if series.dtype != codes:
            text = series.cast(pl.String)
            wrong = (~text.is_in(list(column.codes)) & text.is_not_null()).arg_max()
            if wrong is not None and text[wrong] is not None and text[wrong] not in column.codes:
                allowed = ", ".join(column.codes)
                raise PopulationError(
                    f"column {name!r}, row {first_row + wrong + 1}: {text[wrong]!r} is not one of {allowed}"
                )
            series = text.cast(codes)
        return series.to_physical().cast(pl.Int32).fill_null(UNKNOWN).to_numpy()
    wanted: dict[str, tuple[tuple[Any, ...], str]] = {
        "date": ((pl.Date,), "dates"), "boolean": ((pl.Boolean,), "true and false"),
        "number": ((pl.Int8, pl.Int16, pl.Int32, pl.Int64, pl.UInt8, pl.UInt16, pl.UInt32, pl.UInt64), "whole numbers"),
    }  # fmt: skip
    kinds, words = wanted[column.kind]
    if series.dtype not in kinds:
        raise PopulationError(f"column {name!r}: holds {series.dtype}, not {words}")
    if column.kind == "boolean":
        return series.cast(pl.Int32).fill_null(UNKNOWN).to_numpy()
    low, high = _DAYS if column.kind == "date" else (column.low, column.high)
    numbers = series.to_physical() if column.kind == "date" else series
    least, most = numbers.min(), numbers.max()
    if least is not None and (least < low or most > high):  # type: ignore[operator]
        wrong = ((numbers < low) | (numbers > high)).fill_null(value=False).arg_max() or 0
        bounds = "1900-01-01 to 2100-01-01" if column.kind == "date" else f"{low} to {high}"
        raise PopulationError(
            f"column {name!r}, row {first_row + wrong + 1}: {series[wrong]} is not in {bounds}"
        )
    array = numbers.cast(pl.Int32)
    return (array + EPOCH if column.kind == "date" else array).fill_null(UNKNOWN).to_numpy()


def check_dates(rows: Rows, day: int, first_row: int = 0) -> None:
    """Nothing happens before a person is born, nor after the day of the picture. Raises PopulationError."""
    birth = rows["birth_date"]
    for name, column in COLUMNS.items():
        if column.kind != "date":
            continue
        values = rows[name]
        known = values != UNKNOWN
        for wrong, reason in (
            (known & (values > day), f"after {days.iso(day)}, the day of the population"),
            (known & (birth != UNKNOWN) & (values < birth), "before the birth_date of that row"),
        ):
            if wrong.any():
                row = int(wrong.argmax())
                raise PopulationError(
                    f"column {name!r}, row {first_row + row + 1}: {days.iso(int(values[row]))} is {reason}"
                )


# --- a row as a document -------------------------------------------------------------------------------


def situation_of(rows: Rows, row: int, shared: Mapping[str, Any]) -> dict[str, Any]:
    """A row as a document of the contract; ``shared`` has ``as_of`` and what everybody is asked about."""

    def of(name: str) -> Any:
        column, value = COLUMNS[name], int(rows[name][row])
        if value == UNKNOWN:
            return None
        if column.kind == "code":
            return column.codes[value]
        return (
            days.iso(value) if column.kind == "date" else bool(value) if column.kind == "boolean" else value
        )

    region = of("residence")
    jobs = []
    if of("job_from") is not None:
        share = of("job_fraction")
        minutes = of("job_weekly_minutes")
        jobs.append({
            "from": of("job_from"), "kind": of("job_kind"), "sector": of("job_sector"),
            "workplace_region": of("job_region"),
            "fraction": None if share is None else [{"from": of("job_from"), "value": share / PARTS}],
            "weekly_hours": None if minutes is None else _hours(minutes), "schedule": of("job_schedule"),
            "monthly_gross_cents": of("job_gross_cents"),
        })  # fmt: skip
    if of("side_job_from") is not None:
        jobs.append({"from": of("side_job_from"), "kind": "self_employed_side", "sector": "private",
                     "workplace_region": "vlaams_gewest"})  # fmt: skip
    guidance = []
    if of("guidance_from") is not None:
        plan = of("plan_signed_on")
        guidance.append({
            "from": of("guidance_from"), "instrument": "loopbaancheques", "minutes": of("guidance_minutes"),
            "vouchers": of("guidance_vouchers"), "pop_signed_on": plan, "pop_courses": [] if plan is None else [COURSE],
        })  # fmt: skip
    used = []
    if of("leave_used_on") is not None:
        used.append({"instrument": "vlaams_opleidingsverlof", "on": of("leave_used_on"),
                     "minutes": of("leave_used_minutes"),
                     "initiative": of("leave_used_initiative"), "course": EARLIER_COURSE})  # fmt: skip
    if of("cheque_used_on") is not None:
        used.append(
            {"instrument": "opleidingscheques", "on": of("cheque_used_on"), "cents": of("cheque_used_cents")}
        )
    benefits = []
    if of("benefit_kind") is not None:
        benefits.append({"from": of("benefit_from"), "to": None, "kind": of("benefit_kind")})
    return {
        **shared,
        "person": {
            "birth_date": of("birth_date"), "highest_diploma": of("highest_diploma"), "lives_alone": of("lives_alone"),
            "residence": None if region is None else [{"from": "1900-01-01", "region": region}],
            "moved_from_other_eea": of("moved_from_other_eea"), "benefits": benefits, "career_days": of("career_days"),
        },
        "jobs": jobs, "guidance": guidance, "used": used,
    }  # fmt: skip


def _hours(minutes: int) -> float | int:
    hours = minutes / 60
    return int(hours) if hours == int(hours) else round(hours, 6)
