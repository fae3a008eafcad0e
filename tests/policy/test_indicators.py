"""The measures of inequality give the worked values of the reference, and behave as measures must."""

import pytest

from leerrekening.policy import indicators as i

SHARES, RATES = [0.184, 0.406, 0.410], [0.098, 0.173, 0.346]


@pytest.mark.parametrize(
    ("name", "value", "wanted"),
    [
        ("gap", i.gap(9.8, 34.6), 24.8),
        ("risk ratio", i.risk_ratio(9.8, 34.6), 3.53),
        ("odds ratio", i.odds_ratio(0.098, 0.346), 4.87),
        ("representation", i.representation(SHARES, RATES)[0], 0.43),
        ("concentration", i.concentration(SHARES, RATES), 0.231),
        ("wagstaff", i.wagstaff(SHARES, RATES), 0.300),
        ("erreygers", i.erreygers(SHARES, RATES), 0.212),
        ("theil", i.theil(SHARES, RATES), 0.097),
        ("mean log deviation", i.mean_log_deviation(SHARES, RATES), 0.106),
        ("non-formal by age, gap", i.gap(29, 55.5), 26.5),
        ("non-formal by age, risk ratio", i.risk_ratio(29, 55.5), 1.91),
        ("non-formal by age, odds ratio", i.odds_ratio(0.29, 0.555), 3.05),
        ("inactive, risk ratio", i.risk_ratio(15.4, 53.4), 3.47),
        ("inactive, odds ratio", i.odds_ratio(0.154, 0.534), 6.30),
        ("unemployed, odds ratio", i.odds_ratio(0.396, 0.534), 1.75),
    ],
)
def test_worked_values(name: str, value: float, wanted: float) -> None:
    digits = len(str(wanted).partition(".")[2])
    assert round(value, digits) == pytest.approx(wanted, abs=0.51 * 10**-digits), name


def test_erreygers_range_of_the_derived_middle() -> None:
    low, high = (i.erreygers(SHARES, [0.098, m, 0.346]) for m in (0.160, 0.185))
    assert sorted((round(low, 3), round(high, 3))) == [0.208, 0.217]


def test_erreygers_does_not_care_who_is_counted() -> None:
    others = [1 - p for p in RATES]
    assert i.erreygers(SHARES, others) == pytest.approx(-i.erreygers(SHARES, RATES))


def test_equal_rates_are_no_inequality() -> None:
    for measure in (i.concentration, i.erreygers, i.theil, i.mean_log_deviation):
        assert measure(SHARES, [0.2, 0.2, 0.2]) == pytest.approx(0)


def test_intervals_hold_the_value_and_are_reproducible() -> None:
    first = i.measured([1840, 4060, 4100], [180, 702, 1419], seed=3)
    assert first == i.measured([1840, 4060, 4100], [180, 702, 1419], seed=3)
    assert all(m.low <= m.value <= m.high for m in first)
    assert i.measured([10, 10, 10], [0, 3, 5]) == []


def test_route_to_the_target_differs_by_survey() -> None:
    aes = i.Series("AES", "12 months", "Flanders", (i.Point(2016, 47.7),), ())
    eak = i.Series(
        "EAK",
        "12 months",
        "Flanders",
        (i.Point(2016, 20.9), i.Point(2017, 22.9), i.Point(2020, 21.0)),
        (2017,),
    )
    assert round(i.route(aes).points_a_year, 2) == 0.88
    assert round(i.route(eak).points_a_year, 1) == 3.9
    assert round(i.route(eak).growth_a_year * 100, 1) == 11.1
    assert [[p.year for p in stretch] for stretch in eak.stretches()] == [[2016], [2017, 2020]]
