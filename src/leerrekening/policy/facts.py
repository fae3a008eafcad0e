"""From rows of a population file to the facts that rules ask for on a day, a whole partition at once.

Each function here says for a column of people what its namesake in ``rules.histories`` says for one person.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

import numpy as np

from leerrekening.policy.persons import COLUMNS, COURSE, EARLIER_COURSE, EPOCH, REGIONS, UNKNOWN, Array, Rows
from leerrekening.rules import days
from leerrekening.rules.lanes import CODE_UNKNOWN, Layout, layout_of
from leerrekening.rules.situation import Situation
from leerrekening.rules.steps import ANY, NO, OPEN, YES
from leerrekening.rules.terms import CODE, PARTS, TRUTH, Term, Unrepresentable
from leerrekening.rules.values import Unknown


def leaf_columns(
    rows: Rows, leaves: Iterable[Term], shared: Situation, extra: Mapping[str, Array] | None = None
) -> dict[str, Array]:
    """The columns of these leaves for these rows. Raises Unrepresentable for one that the rows cannot answer."""
    facts = _Facts(rows, shared)
    out: dict[str, Array] = {}
    for leaf in leaves:
        layout = layout_of(leaf)
        out[layout.name] = (
            extra[layout.name] if extra and layout.name in extra else facts.column(leaf, layout)
        )
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
        method: Callable[..., Array] | None = (
            getattr(self, f"_{leaf.value}", None) if leaf.op == "derived" else None
        )
        if method is None or any(not arg.is_constant for arg in leaf.args):
            raise Unrepresentable(
                f"{leaf.text()}: a population file cannot answer this; give it as a column of that name, "
                "or ask about one course"
            )
        column = method(*(arg.value for arg in leaf.args), **dict(leaf.filters))
        return column.astype({8: np.uint8, 32: np.int32, 64: np.int64}[layout.width])

    def _fact(self, leaf: Term, layout: Layout) -> Array:
        name = leaf.value.rpartition(".")[2]
        if not leaf.value.startswith("person.") or name not in self.rows:
            raise Unrepresentable(
                f"{leaf.text()}: not in a population file; give it as a column of that name"
            )
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
        places = np.array(
            [layout.codes.index(c) if c in layout.codes else CODE_UNKNOWN for c in codes] + [CODE_UNKNOWN],
            np.uint8,
        )
        return places[np.where(values == UNKNOWN, len(codes), values)]

    @staticmethod
    def _bits(values: Array) -> Array:
        return np.where(values == UNKNOWN, OPEN, np.where(values != 0, YES, NO)).astype(np.uint8)

    @staticmethod
    def _number(values: Array, layout: Layout) -> Array:
        return np.where(values == UNKNOWN, layout.unknown, values).astype(
            np.int32 if layout.width == 32 else np.int64
        )

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
            names = {
                "kind": "job_kind",
                "sector": "job_sector",
                "workplace_region": "job_region",
                "schedule": "job_schedule",
            }
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

    def _over_main(
        self, day: int, filters: Mapping[str, frozenset[str]], column: str, factor: int, unknown: int
    ) -> Array:
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
        return self.rows["career_days"]

    _possible_career_days = _career_year_days = _possible_career_year_days = _career_days

    def _career_is_known(self, day: int) -> Array:
        return np.where(self._career_days(day) == UNKNOWN, OPEN, YES)

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
        return np.where(
            self._began(day, "loopbaancheques") & real & ("loopbaancheques" in instrument), YES, NO
        )

    def _guided_minutes(self, day: int, instrument: frozenset[str]) -> Array:
        return np.where(
            self._began(day, "loopbaancheques") & ("loopbaancheques" in instrument),
            self.rows["guidance_minutes"],
            0,
        )

    def _in_development_plan_signed_before(self, day: int, before: int, years: int) -> Array:
        signed, has = self.rows["plan_signed_on"], self.rows["guidance_from"] != UNKNOWN
        holds = (
            has
            & (signed != UNKNOWN)
            & (signed < before)
            & (signed <= day)
            & (add_months(signed, 12 * years) >= day)
        )
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
        for_which = ("opleidingscheques" in instrument) & (cheques != UNKNOWN) & (cheques < before)
        # No column says for which course cheques were used.
        not_known = UNKNOWN + (type(wanted) is Unknown and wanted.free)
        return np.where(for_which, not_known, np.where(counts, found, 0))


def add_months(stored: Array, months: int) -> Array:
    """``days.add_months`` for a whole column; what comes out for days that are not known is masked by callers."""
    known = np.where(stored < 1, EPOCH, stored).astype(np.int64)
    moment = (known - EPOCH).astype("datetime64[D]")
    month = moment.astype("datetime64[M]")
    of_month = (moment - month.astype("datetime64[D]")).astype(np.int64)
    target = month + months
    length = ((target + 1).astype("datetime64[D]") - target.astype("datetime64[D]")).astype(np.int64)
    out: Array = target.astype("datetime64[D]").astype(np.int64) + np.minimum(of_month, length - 1) + EPOCH
    return out
