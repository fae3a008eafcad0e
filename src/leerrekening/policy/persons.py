"""The population file: one row a person, a few dozen columns, and the facts on a day that rules ask of it.

A row is a short history: at most one main job and a side job, one stretch of a benefit, one round of guidance, one
use of leave and one of cheques. ``leaf_columns`` turns rows into the columns a law asks for, a whole partition at once;
``situation_of`` writes the same row as a document of the contract, so that the reading of one person can be held
against it. A leaf that no row of this shape can answer is taken from a column of the file with the name of that leaf.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import polars as pl

from leerrekening.rules import days
from leerrekening.rules.lanes import ANY, CODE_UNKNOWN, NO, OPEN, YES, Layout, layout_of
from leerrekening.rules.residue import CODE, PARTS, TRUTH, Term, Unrepresentable
from leerrekening.rules.situation import Situation
from leerrekening.rules.values import Unknown

Array = np.ndarray[Any, Any]
Rows = Mapping[str, Array]
"""Columns of a population file as arrays: days as ordinals, codes as places in their list, unknown as ``UNKNOWN``."""

UNKNOWN: Final = -(2**31)
EPOCH: Final = days.day_of("1970-01-01")
KINDS: Final = ("employee", "temp_agency", "statutory_civil_servant", "self_employed_main", "student_contract")
SECTORS: Final = ("private", "social_profit", "public", "education", "autonomous_public_company")
REGIONS: Final = ("vlaams_gewest", "brussels_gewest", "waals_gewest", "other_eea", "other")
DIPLOMAS: Final = ("geen", "lager_secundair", "secundair", "hbo5", "graduaat", "bachelor", "master", "doctoraat")
BENEFITS: Final = ("unemployment_full", "unemployment_temporary", "leefloon", "incapacity_66", "sickness_with_contract")
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
        Column("guidance_from", "date", null=NONE, about="first day of the last round of career vouchers; empty: never"),
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


def rows_of(frame: pl.DataFrame, first_row: int = 0) -> dict[str, Array]:
    """The columns of a partition as arrays. Raises PopulationError with column, row and reason; nulls stay unknown."""
    out: dict[str, Array] = {}
    for name, column in COLUMNS.items():
        if name not in frame.columns:
            raise PopulationError(f"the column {name!r} is missing; ./llr simulate --columns lists what a file has")
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
                raise PopulationError(f"column {name!r}, row {first_row + wrong + 1}: {text[wrong]!r} is not one of {allowed}")
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
        raise PopulationError(f"column {name!r}, row {first_row + wrong + 1}: {series[wrong]} is not in {bounds}")
    array = numbers.cast(pl.Int32)
    return (array + EPOCH if column.kind == "date" else array).fill_null(UNKNOWN).to_numpy()


# --- a row as a document -------------------------------------------------------------------------------


def situation_of(rows: Rows, row: int, shared: Mapping[str, Any]) -> dict[str, Any]:
    """A row as a document of the contract; ``shared`` has ``as_of`` and what everybody is asked about."""

    def of(name: str) -> Any:
        column, value = COLUMNS[name], int(rows[name][row])
        if value == UNKNOWN:
            return None
        if column.kind == "code":
            return column.codes[value]
        return days.iso(value) if column.kind == "date" else bool(value) if column.kind == "boolean" else value

    region = of("residence")
    jobs = []
    if of("job_from") is not None:
        share = of("job_fraction")
        minutes = of("job_weekly_minutes")
        jobs.append({
            "from": of("job_from"), "kind": of("job_kind"), "sector": of("job_sector"), "workplace_region": of("job_region"),
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
        used.append({"instrument": "vlaams_opleidingsverlof", "on": of("leave_used_on"), "minutes": of("leave_used_minutes"),
                     "initiative": of("leave_used_initiative"), "course": EARLIER_COURSE})  # fmt: skip
    if of("cheque_used_on") is not None:
        used.append({"instrument": "opleidingscheques", "on": of("cheque_used_on"), "cents": of("cheque_used_cents")})
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


# --- facts on a day ------------------------------------------------------------------------------------


def leaf_columns(rows: Rows, leaves: Iterable[Term], shared: Situation, extra: Mapping[str, Array] | None = None) -> dict[str, Array]:
    """The columns of these leaves for these rows. Raises Unrepresentable for one that the rows cannot answer."""
    facts = _Facts(rows, shared)
    out: dict[str, Array] = {}
    for leaf in leaves:
        layout = layout_of(leaf)
        out[layout.name] = extra[layout.name] if extra and layout.name in extra else facts.column(leaf, layout)
    return out


class _Facts:
    """Derives facts on a day for a partition; what several leaves share is worked out once."""

    def __init__(self, rows: Rows, shared: Situation) -> None:
        self.rows: Final = rows
        self.shared: Final = shared
        self.length: Final = len(rows["birth_date"])
        self._memo: Final[dict[Any, Array]] = {}

    def column(self, leaf: Term, layout: Layout) -> Array:
        """A leaf as it stands in a table."""
        if leaf.op == "fact":
            return self._fact(leaf, layout)
        if leaf.op == "call":
            return self._call(leaf, layout)
        method: Callable[..., Array] | None = getattr(self, f"_{leaf.value}", None) if leaf.op == "derived" else None
        if method is None or any(not arg.is_constant for arg in leaf.args):
            raise Unrepresentable(
                f"{leaf.text()}: a population file cannot answer this; give it as a column of that name, or ask about one course"
            )
        column = method(*(arg.value for arg in leaf.args), **dict(leaf.filters))
        return column.astype({8: np.uint8, 32: np.int32, 64: np.int64}[layout.width])

    def _fact(self, leaf: Term, layout: Layout) -> Array:
        name = leaf.value.rpartition(".")[2]
        if not leaf.value.startswith("person.") or name not in self.rows:
            raise Unrepresentable(f"{leaf.text()}: not in a population file; give it as a column of that name")
        values = self.rows[name]
        if layout.kind == CODE:
            return self._recoded(values, COLUMNS[name].codes, layout)
        if layout.kind == TRUTH:
            return self._bits(values)
        return self._number(values, layout)

    def _call(self, leaf: Term, layout: Layout) -> Array:
        inner, by = leaf.args
        if leaf.value not in ("add_years", "add_months") or inner.is_constant or not by.is_constant:
            raise Unrepresentable(f"{leaf.text()}: this calendar arithmetic is not known for populations")
        inside = layout_of(inner)
        stored = self.column(inner, inside)
        months = by.value * (12 if leaf.value == "add_years" else 1)
        return np.where(stored <= inside.free, stored, add_months(stored, months)).astype(np.int32)

    # --- small things -----------------------------------------------------------------------------------

    @staticmethod
    def _recoded(values: Array, codes: tuple[str, ...], layout: Layout) -> Array:
        places = np.array([layout.codes.index(c) if c in layout.codes else CODE_UNKNOWN for c in codes] + [CODE_UNKNOWN], np.uint8)
        return places[np.where(values == UNKNOWN, len(codes), values)]

    @staticmethod
    def _bits(values: Array) -> Array:
        return np.where(values == UNKNOWN, OPEN, np.where(values != 0, YES, NO)).astype(np.uint8)

    @staticmethod
    def _number(values: Array, layout: Layout) -> Array:
        return np.where(values == UNKNOWN, layout.unknown, values).astype(np.int32 if layout.width == 32 else np.int64)

    def _among(self, name: str, wanted: frozenset[str]) -> Array:
        codes = COLUMNS[name].codes
        table = np.array([YES if c in wanted else NO for c in codes] + [OPEN], np.uint8)
        values = self.rows[name]
        return table[np.where(values == UNKNOWN, len(codes), values)]

    def _main(self, day: int, filters: Mapping[str, frozenset[str]]) -> Array:
        """Bits: the main job runs on a day and passes the filters."""
        key = ("main", day, tuple(sorted(filters.items())))
        if key not in self._memo:
            start = self.rows["job_from"]
            out = np.where((start != UNKNOWN) & (start <= day), YES, NO).astype(np.uint8)
            names = {"kind": "job_kind", "sector": "job_sector", "workplace_region": "job_region", "schedule": "job_schedule"}
            for key_, wanted in filters.items():
                out &= self._among(names[key_], wanted)
            self._memo[key] = out
        return self._memo[key]

    def _side(self, day: int, filters: Mapping[str, frozenset[str]]) -> Array:
        start = self.rows["side_job_from"]
        fixed = {"kind": "self_employed_side", "sector": "private", "workplace_region": "vlaams_gewest"}
        passes = YES
        for key, wanted in filters.items():
            passes &= OPEN if key not in fixed else YES if fixed[key] in wanted else NO
        return np.where((start != UNKNOWN) & (start <= day), passes, NO).astype(np.uint8)

    def _over_main(self, day: int, filters: Mapping[str, frozenset[str]], column: str, factor: int, unknown: int) -> Array:
        """A number of the main job where it counts, 0 where it does not; not known where a side job counts too."""
        counts, values = self._main(day, filters), self.rows[column].astype(np.int64)
        known = np.where(values == UNKNOWN, unknown, values * factor)
        alone = self._side(day, filters) == NO
        return np.where(alone, np.where(counts == YES, known, np.where(counts == NO, 0, unknown)), unknown)

    # --- jobs -------------------------------------------------------------------------------------------

    def _works(self, day: int, **filters: frozenset[str]) -> Array:
        return self._main(day, filters) | self._side(day, filters)

    def _highest_fraction(self, first: int, last: int, **filters: frozenset[str]) -> Array:
        if last < first:
            return np.zeros(self.length, np.int32)
        return self._over_main(last, filters, "job_fraction", 1, UNKNOWN)

    def _fraction_in_month(self, day: int, **filters: frozenset[str]) -> Array:
        return self._highest_fraction(days.month_start(day), days.month_end(day), **filters)

    def _weekly_minutes_in_month(self, day: int, **filters: frozenset[str]) -> Array:
        return self._over_main(days.month_end(day), filters, "job_weekly_minutes", PARTS, -(2**63))

    def _monthly_gross(self, day: int, **filters: frozenset[str]) -> Array:
        return self._over_main(day, filters, "job_gross_cents", 1, UNKNOWN)

    def _apprentice_minutes_per_month(self, day: int) -> Array:
        counts = self._main(day, {"kind": frozenset({"apprentice"})})
        return np.where(counts == NO, 0, -(2**63))

    def _under_contract_since(self, day: int, **filters: frozenset[str]) -> Array:
        start = self.rows["job_from"].astype(np.int64)
        passes = self._main(days.FOREVER, filters)
        out = np.where((passes == YES) & (start <= day), start, day)
        out = np.where((passes != YES) & (passes != NO), UNKNOWN, out)
        side_start = self.rows["side_job_from"]
        side = self._side(days.FOREVER, filters)
        if np.any((side != NO) & (side_start != UNKNOWN)):
            raise Unrepresentable("under_contract_since over a side job")
        return out

    # --- career, residence, benefits ------------------------------------------------------------------

    def _career_days(self, day: int) -> Array:
        if day != self.shared.as_of:
            raise Unrepresentable("the career is known on the day of the question only")
        values = self.rows["career_days"]
        if np.any(values == UNKNOWN):
            raise Unrepresentable("career_days is not known for everybody; a population file needs it for all")
        return values

    _possible_career_days = _career_year_days = _possible_career_year_days = _career_days

    def _residence(self, day: int) -> Array:
        places = sorted(REGIONS)
        table = np.array([places.index(c) for c in REGIONS] + [CODE_UNKNOWN], np.uint8)
        values = self.rows["residence"]
        return table[np.where(values == UNKNOWN, len(REGIONS), values)]

    def _receives(self, day: int, kind: frozenset[str]) -> Array:
        paid, start = self.rows["benefit_kind"], self.rows["benefit_from"]
        has = self._among("benefit_kind", kind)
        out = np.where(start == UNKNOWN, OPEN, np.where(start <= day, YES, NO)).astype(np.uint8) & has
        return np.where(paid == UNKNOWN, NO, out)

    # --- guidance ---------------------------------------------------------------------------------------

    def _began(self, day: int, instrument: str) -> Array:
        start = self.rows["guidance_from"]
        return (start != UNKNOWN) & (start <= day) & (instrument == "loopbaancheques")

    def _in_round(self, day: int, years: int) -> Array:
        start = self.rows["guidance_from"]
        return self._began(day, "loopbaancheques") & (add_months(start, 12 * years) > day)

    def _voucher_round_start(self, day: int, years: int) -> Array:
        return np.where(self._in_round(day, years), self.rows["guidance_from"], day)

    def _vouchers_in_round(self, day: int, years: int) -> Array:
        return np.where(self._in_round(day, years), self.rows["guidance_vouchers"], 0)

    def _ever_guided(self, day: int, instrument: frozenset[str]) -> Array:
        real = (self.rows["guidance_vouchers"] != 0) | ~np.isin(self.rows["guidance_minutes"], (0, UNKNOWN))
        return np.where(self._began(day, "loopbaancheques") & real & ("loopbaancheques" in instrument), YES, NO)

    def _guided_minutes(self, day: int, instrument: frozenset[str]) -> Array:
        return np.where(self._began(day, "loopbaancheques") & ("loopbaancheques" in instrument), self.rows["guidance_minutes"], 0)

    def _in_development_plan_signed_before(self, day: int, before: int, years: int) -> Array:
        signed, has = self.rows["plan_signed_on"], self.rows["guidance_from"] != UNKNOWN
        holds = has & (signed != UNKNOWN) & (signed < before) & (signed <= day) & (add_months(signed, 12 * years) >= day)
        wanted = self.shared.fact("course.id") if self.shared.has_course else Unknown(free=True)
        names = (ANY if wanted.free else OPEN) if type(wanted) is Unknown else YES if wanted == COURSE else NO
        return np.where(holds, names, NO)

    def _in_development_plan(self, day: int, years: int) -> Array:
        return self._in_development_plan_signed_before(day, day + 1, years)

    def _ever_in_development_plan(self, day: int) -> Array:
        return self._in_development_plan(day, 200)

    # --- use --------------------------------------------------------------------------------------------

    def _used_minutes(self, first: int, last: int, **filters: frozenset[str]) -> Array:
        on = self.rows["leave_used_on"]
        minutes, initiative = self.rows["leave_used_minutes"], self.rows["leave_used_initiative"]
        if "vlaams_opleidingsverlof" in filters.get("instrument", {"vlaams_opleidingsverlof"}):
            counts = (on != UNKNOWN) & (on >= first) & (on <= last)
            if "initiative" in filters:
                fits = self._among("leave_used_initiative", filters["initiative"])
                counts &= fits != NO
                minutes = np.where(initiative == UNKNOWN, UNKNOWN, minutes)
            out = np.where(counts, minutes, 0)
        else:
            out = np.zeros(self.length, np.int32)
        if "opleidingscheques" in filters.get("instrument", {"opleidingscheques"}):
            raise Unrepresentable("minutes of cheques")
        return out

    def _used_cents(self, first: int, last: int, **filters: frozenset[str]) -> Array:
        if filters.get("instrument") != frozenset({"opleidingscheques"}):
            raise Unrepresentable("a population file has cents used for cheques only")
        on = self.rows["cheque_used_on"]
        return np.where((on != UNKNOWN) & (on >= first) & (on <= last), self.rows["cheque_used_cents"], 0)

    def _school_years_on_course(self, before: int, instrument: frozenset[str]) -> Array:
        on = self.rows["leave_used_on"]
        counts = (on != UNKNOWN) & (on < before) & ("vlaams_opleidingsverlof" in instrument)
        wanted = self.shared.fact("course.id") if self.shared.has_course else Unknown(free=True)
        found = (UNKNOWN + wanted.free) if type(wanted) is Unknown else int(wanted == EARLIER_COURSE)
        cheques = self.rows["cheque_used_on"]
        if "opleidingscheques" in instrument and np.any((cheques != UNKNOWN) & (cheques < before)):
            raise Unrepresentable("school years on a course with cheques")
        return np.where(counts, found, 0)


def add_months(stored: Array, months: int) -> Array:
    """``days.add_months`` for a whole column; days that are not known come out as nonsense and are masked by callers."""
    known = np.where(stored < 1, EPOCH, stored).astype(np.int64)
    moment = (known - EPOCH).astype("datetime64[D]")
    month = moment.astype("datetime64[M]")
    of_month = (moment - month.astype("datetime64[D]")).astype(np.int64)
    target = month + months
    length = ((target + 1).astype("datetime64[D]") - target.astype("datetime64[D]")).astype(np.int64)
    out: Array = target.astype("datetime64[D]").astype(np.int64) + np.minimum(of_month, length - 1) + EPOCH
    return out


