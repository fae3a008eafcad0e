"""Measures of unequal participation. Groups are ordered from the lowest to the highest position.

``shares`` are population shares that add up to 1, ``rates`` participation between 0 and 1, both in that order.
Formulas: Erreygers 2009 (Journal of Health Economics 28:504); O'Donnell e.a. 2016 (conindex).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import log
from typing import Final

import numpy as np


def gap(low: float, high: float) -> float:
    """High minus low."""
    return high - low


def risk_ratio(low: float, high: float) -> float:
    """High over low."""
    return high / low


def odds_ratio(low: float, high: float) -> float:
    """The odds of the high group over those of the low group."""
    return (high / (1 - high)) / (low / (1 - low))


def mean(shares: Sequence[float], rates: Sequence[float]) -> float:
    """The rate of the whole population."""
    return sum(s * p for s, p in zip(shares, rates, strict=True))


def representation(shares: Sequence[float], rates: Sequence[float]) -> list[float]:
    """The rate of each group over that of the whole."""
    mu = mean(shares, rates)
    return [p / mu for p in rates]


def concentration(shares: Sequence[float], rates: Sequence[float]) -> float:
    """Concentration index: 0 equal, above 0 where the higher groups have more."""
    mu = mean(shares, rates)
    below, total = 0.0, 0.0
    for s, p in zip(shares, rates, strict=True):
        total += s * (p - mu) * (below + s / 2 - 0.5)
        below += s
    return 2 / mu * total


def wagstaff(shares: Sequence[float], rates: Sequence[float]) -> float:
    """Concentration index corrected for the bounds of a yes/no variable (Wagstaff)."""
    return concentration(shares, rates) / (1 - mean(shares, rates))


def erreygers(shares: Sequence[float], rates: Sequence[float]) -> float:
    """Erreygers' index: the same whether those who take part or those who do not are counted."""
    return 4 * mean(shares, rates) * concentration(shares, rates)


def theil(shares: Sequence[float], rates: Sequence[float]) -> float:
    """Theil's T between groups."""
    mu = mean(shares, rates)
    return sum(s * p / mu * log(p / mu) for s, p in zip(shares, rates, strict=True) if p > 0)


def mean_log_deviation(shares: Sequence[float], rates: Sequence[float]) -> float:
    """Mean log deviation between groups; infinite where a group has nothing."""
    mu = mean(shares, rates)
    return sum(
        s * (log(mu / p) if p > 0 else float("inf")) for s, p in zip(shares, rates, strict=True) if s > 0
    )


@dataclass(frozen=True, slots=True)
class Measured:
    """A measure with the interval in which 95 of 100 resamples fall."""

    name: str
    value: float
    low: float
    high: float


MEASURES: Final[dict[str, Callable[[Sequence[float], Sequence[float]], float]]] = {
    "gap": lambda s, p: gap(p[0], p[-1]),
    "risk ratio": lambda s, p: risk_ratio(p[0], p[-1]),
    "odds ratio": lambda s, p: odds_ratio(p[0], p[-1]),
    "concentration": concentration,
    "Erreygers": erreygers,
    "Theil": theil,
}


def measured(
    persons: Sequence[int], having: Sequence[int], seed: int = 1, rounds: int = 500
) -> list[Measured]:
    """All measures of counts by group, with bootstrap intervals; none where an end group is all or nothing.

    The interval is that of drawing so many persons; it says nothing of whether the statistics behind them are right.
    """
    n = np.array(persons, float)
    k = np.array(having, float)
    if n.min() <= 0 or k.sum() == 0 or k[0] in (0, n[0]) or k[-1] in (0, n[-1]):
        return []
    rng = np.random.Generator(np.random.Philox(seed))
    drawn_n = rng.multinomial(int(n.sum()), n / n.sum(), size=rounds)
    drawn_k = rng.binomial(np.maximum(drawn_n, 1), k / n)
    out = []
    for name, measure in MEASURES.items():
        value = measure(list(n / n.sum()), list(k / n))
        tried = [
            measure(list(a / a.sum()), list(b / np.maximum(a, 1)))
            for a, b in zip(drawn_n, drawn_k, strict=True)
            if 0 < b[0] < a[0] and 0 < b[-1] < a[-1]
        ]
        low, high = np.percentile(tried, [2.5, 97.5]) if tried else (value, value)
        out.append(Measured(name, value, float(low), float(high)))
    return out


# --- participation against a target ---------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Point:
    """One published value of a series."""

    year: int
    value: float


@dataclass(frozen=True, slots=True)
class Series:
    """Values of one survey for one period. ``breaks``: years that cannot be joined to the one before."""

    survey: str
    period: str
    region: str
    points: tuple[Point, ...]
    breaks: tuple[int, ...]

    def stretches(self) -> list[tuple[Point, ...]]:
        """The points in stretches that may be joined by a line."""
        out: list[list[Point]] = []
        for point in sorted(self.points, key=lambda p: p.year):
            if not out or point.year in self.breaks:
                out.append([])
            out[-1].append(point)
        return [tuple(stretch) for stretch in out]


@dataclass(frozen=True, slots=True)
class Route:
    """What reaching a target asks for from the last value of one series."""

    since: int
    value: float
    target: float
    year: int
    points_a_year: float
    growth_a_year: float


def route(series: Series, target: float = 60.0, year: int = 2030) -> Route:
    """The route from the last value of a series to a target: points a year, and growth a year as a share."""
    last = max(series.points, key=lambda p: p.year)
    years = year - last.year
    if years <= 0:
        raise ValueError(f"the last value is of {last.year}, not before {year}")
    return Route(
        last.year,
        last.value,
        target,
        year,
        (target - last.value) / years,
        (target / last.value) ** (1 / years) - 1,
    )
