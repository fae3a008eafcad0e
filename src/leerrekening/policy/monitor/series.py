"""Series through time: one per survey, period and concept, cut wherever its figures cannot be compared.

The same people score 48 per cent in one survey and 21 in another. So no function here ever joins two surveys, and
a line is only drawn within one segment.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal, localcontext
from fractions import Fraction

from leerrekening.policy.monitor.figures import Figure, Published

# Years between two rounds of a survey. A longer gap means that figures are missing: no line is drawn over it.
ROUNDS = {"eak": 1, "lfs": 1, "aes": 6, "piaac": 11}
TAKING_PART = ("participation", "participation_with_guided", "participation_target")


@dataclass(frozen=True)
class SeriesKey:
    """What makes figures one series."""

    area: str
    survey: str
    period: str
    concept: str


@dataclass(frozen=True)
class Series:
    """One survey through the years. Figures of different segments cannot be compared."""

    key: SeriesKey
    segments: tuple[tuple[Figure, ...], ...]

    @property
    def figures(self) -> tuple[Figure, ...]:
        """Every figure, by year."""
        return tuple(figure for segment in self.segments for figure in segment)

    @property
    def breaks(self) -> tuple[Figure, ...]:
        """The first figures after a break that the source tells of."""
        return tuple(segment[0] for segment in self.segments if segment[0].break_before)

    @property
    def last(self) -> Figure:
        """The latest figure: the only one a way to a target can start from."""
        return self.segments[-1][-1]


@dataclass(frozen=True)
class Route:
    """What it takes to come from one figure to a target, within one survey.

    `points_per_year`: percentage points to gain each year, exact. `growth_per_year`: the same as a share of the level
    of the year before, to 28 digits.
    """

    start: Figure
    target: Figure
    years: int
    points_per_year: Fraction
    growth_per_year: Decimal

    def levels(self) -> list[tuple[int, Fraction]]:
        """Year and needed percentage, from the start up to the target."""
        return [
            (self.start.year + each, Fraction(self.start.value) + each * self.points_per_year)
            for each in range(self.years + 1)
        ]


def series_of(published: Published, area: str, period: str) -> tuple[Series, ...]:
    """Every series of people taking part in this area and period, the longest first."""
    keyed: dict[SeriesKey, list[Figure]] = {}
    for each in published.figures:
        if (
            each.area == area
            and each.period == period
            and each.dimension == "total"
            and each.concept in TAKING_PART
        ):
            keyed.setdefault(SeriesKey(area, each.survey, period, each.concept), []).append(each)
    found = [Series(key, _segments(key.survey, _finest(figures))) for key, figures in keyed.items()]
    return tuple(sorted(found, key=lambda each: (-len(each.figures), each.key.survey, each.key.concept)))


def _finest(figures: Iterable[Figure]) -> list[Figure]:
    """One figure a year: the least rounded of those that repeat the same measurement."""
    best: dict[int, Figure] = {}
    for each in figures:
        known = best.get(each.year)
        if known is None or (each.rounding or 1) < (known.rounding or 1):
            best[each.year] = each
    return [best[year] for year in sorted(best)]


def _segments(survey: str, figures: list[Figure]) -> tuple[tuple[Figure, ...], ...]:
    """Cut before each break and over each missing round."""
    segments: list[list[Figure]] = []
    for each in figures:
        joined = segments and not each.break_before and each.year - segments[-1][-1].year <= ROUNDS[survey]
        if joined:
            segments[-1].append(each)
        else:
            segments.append([each])
    return tuple(map(tuple, segments))


def target_of(published: Published, concept: str = "target") -> Figure:
    """The aim of the European Union that Flanders took over: 60 per cent in 2030."""
    return published.one(survey="target", concept=concept)


def route(start: Figure, target: Figure) -> Route:
    """The way from a figure to the target.

    Errors: ValueError when the target does not lie later, or asks about another period than the figure: taking part
    within 4 weeks says nothing about taking part within 12 months.
    """
    years = target.year - start.year
    if years <= 0:
        raise ValueError(f"{target.year} does not lie after {start.year}")
    if start.period != target.period:
        raise ValueError(f"the target is about {target.period}, the figure about {start.period}")
    if not start.value:
        raise ValueError("a way from zero has no growth per year")
    with localcontext() as context:
        context.prec = 28
        growth = ((target.value / start.value).ln() / years).exp() - 1
    return Route(start, target, years, (Fraction(target.value) - Fraction(start.value)) / years, growth)
