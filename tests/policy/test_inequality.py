"""The measures give the worked values: schooling in Flanders, EAK 2019, 12 months; and pairs of AES 2016."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leerrekening.policy import inequality
from leerrekening.policy.inequality import Count, Group

# The rate of the middle group was not published; 17.3 is derived, and lies between 16.0 and 18.5.
SHARES = (Fraction(184, 1000), Fraction(406, 1000), Fraction(41, 100))


def schooling(middle: str = "0.173") -> list[Group]:
    rates = (Fraction("0.098"), Fraction(middle), Fraction("0.346"))
    return [Group(share, rate) for share, rate in zip(SHARES, rates, strict=True)]


def near(value: Fraction | Decimal | None, printed: str) -> bool:
    """Whether a value rounds to what is printed."""
    assert value is not None
    return abs(Decimal(float(value)) - Decimal(printed)) <= Decimal(1).scaleb(
        int(Decimal(printed).as_tuple().exponent)
    ) / 2 + Decimal("1e-12")


def test_worked_values_of_schooling() -> None:
    low, _, high = (each.rate for each in schooling())
    assert inequality.gap(low, high) == Fraction("0.248")
    assert near(inequality.risk_ratio(low, high), "3.53")
    assert near(inequality.odds_ratio(low, high), "4.87")
    assert near(inequality.representation(schooling())[0], "0.43")
    assert near(inequality.concentration(schooling()), "0.231")
    assert near(inequality.wagstaff(schooling()), "0.300")
    assert near(inequality.erreygers(schooling()), "0.212")
    assert near(inequality.theil(schooling()), "0.097")
    assert near(inequality.mean_log_deviation(schooling()), "0.106")


def test_erreygers_over_the_possible_middle() -> None:
    assert near(inequality.erreygers(schooling("0.160")), "0.217")
    assert near(inequality.erreygers(schooling("0.185")), "0.208")


@pytest.mark.parametrize(
    ("high", "low", "gap", "ratio", "odds"),
    [
        ("55.5", "29", "26.5", "1.91", "3.05"),
        ("53.4", "15.4", "38.0", "3.47", "6.30"),
        ("53.4", "39.6", "13.8", "1.35", "1.75"),
    ],
)
def test_worked_values_of_pairs(high: str, low: str, gap: str, ratio: str, odds: str) -> None:
    more, less = Fraction(high) / 100, Fraction(low) / 100
    assert inequality.gap(less, more) * 100 == Fraction(gap)
    assert near(inequality.risk_ratio(less, more), ratio)
    assert near(inequality.odds_ratio(less, more), odds)


def test_extremes() -> None:
    half = Fraction(1, 2)
    assert inequality.erreygers([Group(half, Fraction(0)), Group(half, Fraction(1))]) == 1
    assert inequality.erreygers([Group(half, Fraction(1, 3)), Group(half, Fraction(1, 3))]) == 0
    assert inequality.risk_ratio(Fraction(0), half) is None
    assert inequality.odds_ratio(half, Fraction(1)) is None
    nobody = [Group(half, Fraction(0)), Group(half, Fraction(0))]
    with pytest.raises(ValueError, match="nobody"):
        inequality.theil(nobody)
    with pytest.raises(ValueError, match="everybody"):
        inequality.wagstaff([Group(half, Fraction(1)), Group(half, Fraction(1))])
    with pytest.raises(ValueError, match="add up"):
        inequality.mean([Group(half, half)])
    assert inequality.mean_log_deviation([Group(half, Fraction(0)), Group(half, half)]) is None
    with pytest.raises(ValueError, match="impossible"):
        Count(11, 10)


RATES = st.fractions(min_value=Fraction(1, 100), max_value=Fraction(99, 100), max_denominator=1000)


@given(st.lists(RATES, min_size=2, max_size=5))
def test_erreygers_mirrors_when_the_others_are_counted(rates: list[Fraction]) -> None:
    share = Fraction(1, len(rates))
    did = inequality.erreygers([Group(share, rate) for rate in rates])
    did_not = inequality.erreygers([Group(share, 1 - rate) for rate in rates])
    assert did == -did_not
    assert -1 <= did <= 1


COUNTS = st.integers(2, 400).flatmap(
    lambda total: st.integers(1, total - 1).map(lambda yes: Count(yes, total))
)


@given(COUNTS, COUNTS)
def test_intervals_hold_the_value(low: Count, high: Count) -> None:
    for interval, value in (
        (inequality.rate_interval(low), low.rate),
        (inequality.gap_interval(low, high), inequality.gap(low.rate, high.rate)),
        (inequality.risk_ratio_interval(low, high), inequality.risk_ratio(low.rate, high.rate)),
        (inequality.odds_ratio_interval(low, high), inequality.odds_ratio(low.rate, high.rate)),
    ):
        assert interval is not None
        assert value is not None
        assert interval.low <= Decimal(value.numerator) / value.denominator <= interval.high
    total = Fraction(low.total + high.total)
    index = inequality.erreygers([Group(low.total / total, low.rate), Group(high.total / total, high.rate)])
    interval = inequality.erreygers_interval([low, high])
    assert interval.low <= Decimal(index.numerator) / index.denominator <= interval.high


def test_published_examples_of_the_intervals() -> None:
    """Newcombe 1998: 56/70 against 48/80, method 10, gives 0.0524 to 0.3339; Wilson of 81/263 0.2553 to 0.3662."""
    interval = inequality.gap_interval(Count(48, 80), Count(56, 70))
    assert (near(interval.low, "0.0524"), near(interval.high, "0.3339")) == (True, True)
    rate = inequality.rate_interval(Count(81, 263))
    assert (near(rate.low, "0.2553"), near(rate.high, "0.3662")) == (True, True)


def test_no_ratio_interval_without_users() -> None:
    assert inequality.risk_ratio_interval(Count(0, 10), Count(5, 10)) is None
    assert inequality.odds_ratio_interval(Count(3, 10), Count(10, 10)) is None
