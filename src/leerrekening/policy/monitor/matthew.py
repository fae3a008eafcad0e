"""Who learns and who does not: one comparison per survey question, level and gap and ratio always together.

A single figure hides what happens: as more people learn, the gap can widen while the ratio falls. The published
figures come without the number of people asked in each group, so a sampling interval cannot be computed; the interval
given is what rounding alone leaves open, and pages must say so.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from itertools import product

from leerrekening.policy import inequality
from leerrekening.policy.inequality import Group
from leerrekening.policy.monitor.figures import GROUPS, Figure, Published

# Dimensions with an order from less to more favoured; others show levels only.
ORDERED = ("schooling", "age", "status", "contract")


@dataclass(frozen=True)
class Measure:
    """A value with the lowest and highest that rounding of the published figures leaves possible (None: the source
    gives "about", or the bound is not defined)."""

    value: Fraction
    low: Fraction | None
    high: Fraction | None


@dataclass(frozen=True)
class Comparison:
    """Groups of one dimension in one survey question, from least to most favoured."""

    dimension: str
    figures: tuple[Figure, ...]

    @property
    def about(self) -> Figure:
        """A figure that tells survey, year, area and concept of all."""
        return self.figures[0]

    @property
    def low(self) -> Figure:
        """The least favoured group."""
        return self.figures[0]

    @property
    def high(self) -> Figure:
        """The most favoured group."""
        return self.figures[-1]

    @property
    def gap(self) -> Measure:
        """Percentage points between them, as a share of one."""
        measured = self._measured(inequality.gap)
        assert measured is not None, "a gap always has a value"
        return measured

    @property
    def risk_ratio(self) -> Measure | None:
        """How many times as often; None when the lower group has rate zero."""
        return self._measured(inequality.risk_ratio)

    @property
    def odds_ratio(self) -> Measure | None:
        """The odds of the one over those of the other; None where a rate of 0 or 1 leaves it undefined."""
        return self._measured(inequality.odds_ratio)

    def _measured(self, measure: Callable[[Fraction, Fraction], Fraction | None]) -> Measure | None:
        value = measure(self.low.rate, self.high.rate)
        if value is None:
            return None
        low, high = self.low.rounding, self.high.rounding
        if low is None or high is None:
            return Measure(value, None, None)
        # All three measures fall with the rate of the one and rise with that of the other.
        return Measure(
            value,
            measure(min(self.low.rate + low, Fraction(1)), max(self.high.rate - high, Fraction(0))),
            measure(max(self.low.rate - low, Fraction(0)), min(self.high.rate + high, Fraction(1))),
        )


@dataclass(frozen=True)
class Concentration:
    """Measures over all groups at once, of schooling in Flanders in 2019.

    The rate of the middle group was not published: it is what total, shares and the other two rates leave, between
    `middle_low` and `middle_high` by rounding. `erreygers` carries that interval.
    """

    groups: tuple[Group, ...]
    middle: Fraction
    middle_low: Fraction
    middle_high: Fraction
    erreygers: Measure


def comparisons(published: Published, area: str) -> tuple[Comparison, ...]:
    """Every comparison of two or more ordered groups in this area, newest first within a dimension."""
    found: dict[tuple[str, str, str, str, int], list[Figure]] = {}
    for each in published.figures:
        if each.area == area and each.dimension in ORDERED and each.concept != "population_share":
            key = (each.dimension, each.survey, each.period, each.concept, each.year)
            found.setdefault(key, []).append(each)
    complete = [
        Comparison(key[0], tuple(sorted(figures, key=lambda each: GROUPS[each.dimension].index(each.group))))
        for key, figures in found.items()
        if len(figures) > 1
    ]
    return tuple(
        sorted(
            complete,
            key=lambda each: (
                ORDERED.index(each.dimension),
                -each.about.year,
                each.about.survey,
                each.about.concept,
            ),
        )
    )


def schooling_2019(published: Published) -> Concentration:
    """The measures over three levels of schooling, EAK 2019, 12 months."""
    asked = {
        "survey": "eak",
        "period": "12_months",
        "concept": "participation",
        "year": 2019,
        "area": "flanders",
    }
    low = published.one(dimension="schooling", group="low", **asked)
    high = published.one(dimension="schooling", group="high", **asked)
    total = published.one(dimension="total", **asked)
    shares = [
        published.one(concept="population_share", year=2019, group=group).rate
        for group in ("low", "middle", "high")
    ]

    def middle(everybody: Fraction, least: Fraction, most: Fraction) -> Fraction:
        return (everybody - shares[0] * least - shares[2] * most) / shares[1]

    def groups(least: Fraction, between: Fraction, most: Fraction) -> tuple[Group, ...]:
        return tuple(Group(share, rate) for share, rate in zip(shares, (least, between, most), strict=True))

    values = (low, total, high)
    assert all(each.rounding is not None for each in values), "these three figures are exact to their decimal"
    corners = [
        (least, middle(everybody, least, most), most)
        for least, everybody, most in product(
            *((each.rate - (each.rounding or 0), each.rate + (each.rounding or 0)) for each in values)
        )
    ]
    between = middle(total.rate, low.rate, high.rate)
    # The index is a sum of the rates, so its extremes lie at the corners.
    extremes = [inequality.erreygers(groups(*corner)) for corner in corners]
    central = groups(low.rate, between, high.rate)
    return Concentration(
        groups=central,
        middle=between,
        middle_low=min(corner[1] for corner in corners),
        middle_high=max(corner[1] for corner in corners),
        erreygers=Measure(inequality.erreygers(central), min(extremes), max(extremes)),
    )
