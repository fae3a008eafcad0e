"""Measures of inequality between groups: how far use, or learning, leans to those who already have more.

Shares and rates are exact fractions of one. Gap, ratios, concentration index and its two corrected forms are exact;
Theil, mean log deviation and the intervals are decimals of 28 digits, since they need roots and logarithms.

Notation: p_g the rate of group g, s_g its share of the population, mu = sum of s_g p_g, R_g the mid-rank of g, groups
standing from least to most favoured (the order of the sequence).
Sources: Erreygers 2009, Journal of Health Economics 28, 504-515; Wagstaff 2005, Health Economics 14, 429-432; for the
intervals Wilson 1927, Newcombe 1998 (method 10), Katz and others 1978, Woolf 1955.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Context, Decimal, localcontext
from fractions import Fraction

DIGITS = 28
# The 97.5 % point of the normal distribution: intervals are of 95 %.
Z = Decimal("1.959963984540054")


@dataclass(frozen=True)
class Group:
    """A group with its share of the population and its rate, both as a share of one."""

    share: Fraction
    rate: Fraction


@dataclass(frozen=True)
class Interval:
    """Lowest and highest value."""

    low: Decimal
    high: Decimal


@dataclass(frozen=True)
class Count:
    """How many of a group did something: `yes` out of `total` people."""

    yes: int
    total: int

    def __post_init__(self) -> None:
        if not 0 <= self.yes <= self.total or not self.total:
            raise ValueError(f"{self.yes} out of {self.total} people is impossible")

    @property
    def rate(self) -> Fraction:
        """The share, exact."""
        return Fraction(self.yes, self.total)


def gap(low: Fraction, high: Fraction) -> Fraction:
    """How many points the favoured group lies above the other."""
    return high - low


def risk_ratio(low: Fraction, high: Fraction) -> Fraction | None:
    """How many times as often; None when nobody of the less favoured group did."""
    return high / low if low else None


def odds_ratio(low: Fraction, high: Fraction) -> Fraction | None:
    """The odds of the one over the odds of the other; None when a rate of 0 or 1 leaves it undefined."""
    return (high / (1 - high)) / (low / (1 - low)) if low and high < 1 and low < 1 else None


def mean(groups: Sequence[Group]) -> Fraction:
    """The rate of everybody. Errors: ValueError when the shares are not those of a whole population."""
    if sum(each.share for each in groups) != 1:
        raise ValueError("the shares of the groups do not add up to one")
    if any(each.share <= 0 or not 0 <= each.rate <= 1 for each in groups):
        raise ValueError("a share is not positive, or a rate lies outside 0 to 1")
    return sum((each.share * each.rate for each in groups), Fraction(0))


def representation(groups: Sequence[Group]) -> list[Fraction]:
    """Per group its rate over that of everybody: 1 is in proportion."""
    everybody = _positive_mean(groups)
    return [each.rate / everybody for each in groups]


def erreygers(groups: Sequence[Group]) -> Fraction:
    """Erreygers' index, 4 mu C: 0 no lean, 1 only the top half and all of it.

    Counting non-users instead of users only changes its sign.
    """
    mean(groups)
    return 8 * sum((w * each.rate for w, each in zip(_weights(groups), groups, strict=True)), Fraction(0))


def concentration(groups: Sequence[Group]) -> Fraction:
    """The concentration index C."""
    return erreygers(groups) / (4 * _positive_mean(groups))


def wagstaff(groups: Sequence[Group]) -> Fraction:
    """C corrected for a rate that cannot pass one. Errors: ValueError when everybody did."""
    everybody = mean(groups)
    if everybody == 1:
        raise ValueError("everybody did: there is no inequality to measure")
    return concentration(groups) / (1 - everybody)


def theil(groups: Sequence[Group]) -> Decimal:
    """Theil's T between groups. A group with rate zero adds nothing, as its limit."""
    everybody = _positive_mean(groups)
    with localcontext(Context(prec=DIGITS)):
        parts = [
            _decimal(each.share * each.rate / everybody) * _decimal(each.rate / everybody).ln()
            for each in groups
            if each.rate
        ]
        return sum(parts, Decimal(0))


def mean_log_deviation(groups: Sequence[Group]) -> Decimal | None:
    """Mean log deviation between groups; None when a group has rate zero, for then it has no value."""
    everybody = _positive_mean(groups)
    if any(not each.rate for each in groups):
        return None
    with localcontext(Context(prec=DIGITS)):
        return sum(
            (_decimal(each.share) * _decimal(everybody / each.rate).ln() for each in groups), Decimal(0)
        )


def rate_interval(count: Count) -> Interval:
    """Wilson's 95 % interval of a rate."""
    with localcontext(Context(prec=DIGITS)):
        n, p = Decimal(count.total), _decimal(count.rate)
        middle = p + Z * Z / (2 * n)
        half = Z * (p * (1 - p) / n + Z * Z / (4 * n * n)).sqrt()
        scale = 1 + Z * Z / n
        return Interval(max(Decimal(0), (middle - half) / scale), min(Decimal(1), (middle + half) / scale))


def gap_interval(low: Count, high: Count) -> Interval:
    """Newcombe's 95 % interval of the gap, from two intervals of Wilson."""
    first, second = rate_interval(low), rate_interval(high)
    with localcontext(Context(prec=DIGITS)):
        p, q = _decimal(low.rate), _decimal(high.rate)
        below = ((q - second.low) ** 2 + (first.high - p) ** 2).sqrt()
        above = ((second.high - q) ** 2 + (p - first.low) ** 2).sqrt()
        return Interval(q - p - below, q - p + above)


def risk_ratio_interval(low: Count, high: Count) -> Interval | None:
    """Katz' 95 % interval of the risk ratio; None when a group has no user at all."""
    ratio = risk_ratio(low.rate, high.rate)
    if not ratio:
        return None
    spread = Fraction(1, high.yes) - Fraction(1, high.total) + Fraction(1, low.yes) - Fraction(1, low.total)
    return _around(ratio, spread)


def odds_ratio_interval(low: Count, high: Count) -> Interval | None:
    """Woolf's 95 % interval of the odds ratio; None when a cell is empty."""
    cells = (low.yes, low.total - low.yes, high.yes, high.total - high.yes)
    ratio = odds_ratio(low.rate, high.rate)
    if not all(cells) or ratio is None:
        return None
    return _around(ratio, sum((Fraction(1, each) for each in cells), Fraction(0)))


def erreygers_interval(counts: Sequence[Count]) -> Interval:
    """The 95 % interval of Erreygers' index, shares taken as known: with fixed shares it is a sum of rates."""
    everybody = sum(each.total for each in counts)
    groups = [Group(Fraction(each.total, everybody), each.rate) for each in counts]
    variance = 64 * sum(
        (
            weight**2 * each.rate * (1 - each.rate) / each.total
            for weight, each in zip(_weights(groups), counts, strict=True)
        ),
        Fraction(0),
    )
    with localcontext(Context(prec=DIGITS)):
        middle, half = _decimal(erreygers(groups)), Z * _decimal(variance).sqrt()
        return Interval(middle - half, middle + half)


def _weights(groups: Sequence[Group]) -> list[Fraction]:
    """s_g (R_g - 1/2): how much each rate weighs in the concentration index."""
    weights, before = [], Fraction(0)
    for each in groups:
        weights.append(each.share * (before + each.share / 2 - Fraction(1, 2)))
        before += each.share
    return weights


def _positive_mean(groups: Sequence[Group]) -> Fraction:
    everybody = mean(groups)
    if not everybody:
        raise ValueError("nobody did: there is no inequality to measure")
    return everybody


def _around(ratio: Fraction, variance: Fraction) -> Interval:
    """A ratio with the interval that is symmetrical in its logarithm."""
    with localcontext(Context(prec=DIGITS)):
        factor = (Z * _decimal(variance).sqrt()).exp()
        return Interval(_decimal(ratio) / factor, _decimal(ratio) * factor)


def _decimal(value: Fraction) -> Decimal:
    return Decimal(value.numerator) / Decimal(value.denominator)
