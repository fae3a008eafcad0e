"""What a run found, as tables: entitled, winners and losers, expected use and cost, inequality, overlap.

Entitlement is computed from the law. Use is not: it is entitlement times assumptions that stand beside every figure
that rests on them, each with its range.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Final

import numpy as np

from leerrekening.policy import inequality as measures
from leerrekening.policy.inequality import Count, Group, Interval
from leerrekening.policy.persons import Array
from leerrekening.policy.reforms import Assumption
from leerrekening.policy.simulation import CELLS, DIMENSIONS, VERDICTS, Simulation, Totals, by_group
from leerrekening.policy.synthesis import EDUCATIONS, population_by_age

MOVES: Final = tuple(f"{a} to {b}" for a in VERDICTS for b in VERDICTS)
GUIDANCE: Final = "guidance"


@dataclass(frozen=True, slots=True)
class Line:
    """One figure of a result. ``assumptions`` names those it rests on; none: computed from law and population."""

    scenario: str
    instrument: str
    dimension: str
    group: str
    measure: str
    value: float
    unit: str
    assumptions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Measured:
    """A measure of inequality with the interval of 95 %."""

    name: str
    value: float
    low: float
    high: float


def measured(counts: Sequence[Count]) -> list[Measured]:
    """Measures of counts by group, from the lowest to the highest; none where an end group is all or nothing.

    The interval is that of drawing so many persons; it says nothing of whether the statistics behind them are right.
    """
    if len(counts) < 2 or any(c.yes in (0, c.total) for c in (counts[0], counts[-1])):
        return []
    low, high = counts[0], counts[-1]
    everybody = sum(c.total for c in counts)
    groups = [Group(Fraction(c.total, everybody), c.rate) for c in counts]
    resampled = _resampled(counts)
    found: list[tuple[str, Fraction | Decimal | None, Interval | None]] = [
        ("gap", measures.gap(low.rate, high.rate), measures.gap_interval(low, high)),
        ("risk ratio", measures.risk_ratio(low.rate, high.rate), measures.risk_ratio_interval(low, high)),
        ("odds ratio", measures.odds_ratio(low.rate, high.rate), measures.odds_ratio_interval(low, high)),
        ("concentration", measures.concentration(groups), resampled["concentration"]),
        ("Erreygers", measures.erreygers(groups), measures.erreygers_interval(counts)),
        ("Theil", measures.theil(groups), resampled["Theil"]),
    ]
    return [
        Measured(name, float(value), float(at.low), float(at.high))
        for name, value, at in found
        if value is not None and at is not None
    ]


def _resampled(counts: Sequence[Count], rounds: int = 500) -> dict[str, Interval]:
    """Bootstrap intervals of the measures that have no formula for one; always the same draws."""
    totals = np.array([c.total for c in counts], float)
    rng = np.random.Generator(np.random.Philox(1))
    rates = (
        rng.binomial(totals.astype(np.int64), [float(c.rate) for c in counts], (rounds, len(counts))) / totals
    )
    shares = totals / totals.sum()
    mean = np.maximum((rates * shares).sum(axis=1, keepdims=True), 1e-12)
    ranks = np.cumsum(shares) - shares / 2
    relative = rates / mean
    logs = np.log(np.where(relative > 0, relative, 1.0))
    drawn = {
        "concentration": 2 * (shares * (relative - 1) * (ranks - 0.5)).sum(axis=1),
        "Theil": (shares * relative * logs).sum(axis=1),
    }
    out = {}
    for name, values in drawn.items():
        low, high = np.percentile(values, [2.5, 97.5])
        out[name] = Interval(Decimal(repr(float(low))), Decimal(repr(float(high))))
    return out


@dataclass(frozen=True, slots=True)
class Expected:
    """Expected use of one instrument in one scenario in a year. Money in cents; monthly pay counts for one month."""

    entitled: int
    users_wanted: float
    users: float
    limited_by_supply: bool
    public_cost: float
    own_contribution: float
    by_education: tuple[float, ...]
    assumptions: tuple[str, ...]


def _nobody(assumptions: tuple[str, ...]) -> Expected:
    return Expected(
        entitled=0, users_wanted=0.0, users=0.0, limited_by_supply=False, public_cost=0.0, own_contribution=0.0,
        by_education=(0.0, 0.0, 0.0), assumptions=assumptions,
    )  # fmt: skip


class Results:
    """The results of one run, read with a set of assumptions. Changing one changes what rests on it, and the note."""

    def __init__(self, simulation: Simulation, totals: Totals, assumptions: Mapping[str, Assumption]) -> None:
        self.simulation: Final = simulation
        self.totals: Final = totals
        self.assumptions: Final = assumptions

    # --- from the law alone -----------------------------------------------------------------------------

    def verdicts(self, scenario: int, instrument: str) -> Array:
        """Cells x (no, undecided, yes)."""
        return self.totals.verdicts[self.simulation.of[scenario][instrument]]

    def entitled(self, scenario: int, instrument: str, dimension: str) -> Array:
        """Groups x (no, undecided, yes)."""
        return by_group(self.verdicts(scenario, instrument), dimension)

    def mean(self, scenario: int, instrument: str, output: str) -> Array:
        """The mean of an output by education, over those for whom it exists; 0 where there is nobody."""
        unit = self.simulation.of[scenario][instrument]
        sums = by_group(self.totals.sums[unit].get(output, np.zeros(CELLS)), "education")[:, 0]
        known = by_group(self.totals.known[unit].get(output, np.zeros(CELLS)), "education")[:, 0]
        out: Array = np.divide(sums, known, out=np.zeros(len(EDUCATIONS)), where=known > 0)
        return out

    def moves(self, scenario: int, name: str, dimension: str) -> Array:
        """Groups x the nine moves from the verdict in the first scenario to that in this one (``MOVES``)."""
        found = self.totals.moves[scenario].get(name)
        return by_group(found if found is not None else np.zeros((CELLS, 9), np.int64), dimension)

    def inequality(self, scenario: int, instrument: str) -> list[Measured]:
        """Measures of entitlement over education."""
        by = self.entitled(scenario, instrument, "education")
        return measured([Count(int(row[2]), int(row.sum())) for row in by if row.sum()])

    def overlap(self, scenario: int) -> list[tuple[tuple[str, ...], int]]:
        """Persons by the set of instruments they are entitled to, most persons first."""
        names = self.simulation.instruments
        counts = self.totals.patterns[scenario]
        sets = [
            (tuple(n for place, n in enumerate(names) if pattern >> place & 1), int(count))
            for pattern, count in enumerate(counts)
            if count
        ]
        return sorted(sets, key=lambda pair: (-pair[1], pair[0]))

    # --- with assumptions -------------------------------------------------------------------------------

    def expected(self, scenario: int, instrument: str) -> Expected | None:
        """Expected use in a year; None where no take-up is assumed for the instrument."""
        rate = self.assumptions.get(f"take_up.{instrument}")
        if rate is None:
            return None
        used = [f"take_up.{instrument}", "take_up.high_to_low"]
        yes = self.entitled(scenario, instrument, "education")[:, 2].astype(float)
        if yes.sum() == 0:
            return _nobody(tuple(used))
        tilt = np.sqrt(self.assumptions["take_up.high_to_low"].value) ** np.array([-1.0, 0.0, 1.0])
        rates = rate.value * tilt * yes.sum() / (tilt * yes).sum()
        block = self.simulation.scenarios[0].engine.law.instruments[instrument].block
        price = self.mean(scenario, instrument, "price.person")
        if block == GUIDANCE:
            used.append("take_up.price_response")
            rates = rates * self._price_effect(scenario, instrument, price)
        if scenario > 0:
            used.append("anticipation")
            rates = rates * (1 + self.assumptions["anticipation"].value)
        wanted = yes * np.minimum(rates, 1.0)
        users, limited = wanted, False
        if block == GUIDANCE:
            used += ["supply.guidance_hours", "supply.fee_response", "supply.reference_fee"]
            users, limited = self._within_supply(scenario, instrument, wanted)
        cost = sum(
            (users * self.mean(scenario, instrument, name)).sum()
            for name in self._payments(scenario, instrument)
        )
        own = float((users * price).sum())
        return Expected(
            int(yes.sum()),
            float(wanted.sum()),
            float(users.sum()),
            limited,
            float(cost),
            own,
            tuple(users),
            tuple(used),
        )

    def _payments(self, scenario: int, instrument: str) -> list[str]:
        unit = self.simulation.of[scenario][instrument]
        return sorted(n for n in self.totals.sums[unit] if n.startswith("pays.") and n.endswith(".value"))

    def _price_effect(self, scenario: int, instrument: str, price: Array) -> Array:
        """Take-up against that at the price of the first scenario that has guidance in force."""
        of_block = [
            n for n, i in self.simulation.scenarios[0].engine.law.instruments.items() if i.block == GUIDANCE
        ]
        hours = self._hours(scenario, instrument)
        for name in of_block:
            base, base_hours = self.mean(0, name, "price.person"), self._hours(0, name)
            if base.sum() > 0 and base_hours.sum() > 0 and price.sum() > 0:
                here = np.divide(price, hours, out=np.zeros(3), where=hours > 0)
                there = np.divide(base, base_hours, out=np.zeros(3), where=base_hours > 0)
                ratio = np.divide(here, there, out=np.ones(3), where=(there > 0) & (here > 0))
                out: Array = ratio ** self.assumptions["take_up.price_response"].value
                return out
        return np.ones(3)

    def _hours(self, scenario: int, instrument: str) -> Array:
        out: Array = self.mean(scenario, instrument, "award.value") / 60
        return out

    def _within_supply(self, scenario: int, instrument: str, wanted: Array) -> tuple[Array, bool]:
        hours = self._hours(scenario, instrument)
        asked = float((wanted * hours).sum())
        fees = [self.mean(scenario, instrument, n) for n in self._payments(scenario, instrument)]
        fee = sum(float((wanted * f).sum()) for f in fees) / asked / 100 if asked else 0.0
        reference = self.assumptions["supply.reference_fee"].value
        response = self.assumptions["supply.fee_response"].value
        adults = float(self.totals.persons.sum()) / population_by_age().sum()
        offered = (
            self.assumptions["supply.guidance_hours"].value * adults * (fee / reference) ** response
            if fee
            else 0.0
        )
        if not asked or not fee or offered >= asked:
            return wanted, False
        return wanted * offered / asked, True

    # --- all of it --------------------------------------------------------------------------------------

    def lines(self) -> Iterator[Line]:
        """Every figure of the result, in a fixed order."""
        for number, scenario in enumerate(self.simulation.scenarios):
            for instrument in self.simulation.instruments:
                yield from self._lines_of(number, scenario.id, instrument)
            for name in sorted(self.totals.moves[number]):
                for dimension in ("all", *DIMENSIONS):
                    table = self.moves_table(number, name, dimension)
                    for group, row in table:
                        for move, count in zip(MOVES, row, strict=True):
                            if count:
                                yield Line(scenario.id, name, dimension, group, move, int(count), "persons")
            for names, count in self.overlap(number):
                yield Line(
                    scenario.id,
                    "+".join(names) or "nothing",
                    "all",
                    "all",
                    "entitled to exactly these",
                    count,
                    "persons",
                )

    def moves_table(self, number: int, name: str, dimension: str) -> list[tuple[str, Array]]:
        """Groups of a dimension (or "all"), each with its nine moves."""
        if dimension == "all":
            return [("all", self.totals.moves[number][name].sum(axis=0))]
        return list(zip(DIMENSIONS[dimension], self.moves(number, name, dimension), strict=True))

    def _lines_of(self, number: int, scenario: str, instrument: str) -> Iterator[Line]:
        for dimension in ("all", *DIMENSIONS):
            table = self.verdicts(number, instrument).sum(axis=0, keepdims=True)
            groups: tuple[str, ...] = ("all",)
            if dimension != "all":
                table, groups = self.entitled(number, instrument, dimension), DIMENSIONS[dimension]
            for group, row in zip(groups, table, strict=True):
                for verdict, count in zip(VERDICTS, row, strict=True):
                    yield Line(scenario, instrument, dimension, group, verdict, int(count), "persons")
        for measure in self.inequality(number, instrument):
            for what, value in (("", measure.value), (", low", measure.low), (", high", measure.high)):
                name = measure.name + what
                yield Line(scenario, instrument, "education", "high against low", name, value, "index")
        expected = self.expected(number, instrument)
        if expected is None:
            return
        for what, value, unit in (
            ("expected users", expected.users, "persons a year"),
            ("users who would want it", expected.users_wanted, "persons a year"),
            ("public cost", expected.public_cost / 100, "euro"),
            ("own contributions", expected.own_contribution / 100, "euro"),
            ("limited by supply", float(expected.limited_by_supply), "yes or no"),
        ):
            yield Line(scenario, instrument, "all", "all", what, value, unit, expected.assumptions)
        for group, value in zip(EDUCATIONS, expected.by_education, strict=True):
            yield Line(
                scenario,
                instrument,
                "education",
                group,
                "expected users",
                value,
                "persons a year",
                expected.assumptions,
            )

    def csv(self) -> str:
        """All figures as CSV. The same run and assumptions give the same bytes."""
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(
            ["scenario", "instrument", "dimension", "group", "measure", "value", "unit", "assumptions"]
        )
        for line in self.lines():
            value = (
                str(int(line.value))
                if line.unit == "persons"
                else f"{line.value:.6g}"
                if line.unit == "index"
                else f"{line.value:.2f}"
            )
            writer.writerow([
                line.scenario, line.instrument, line.dimension, line.group, line.measure, value, line.unit,
                " ".join(line.assumptions),
            ])  # fmt: skip
        return out.getvalue()
