"""Dated figures: read on a day, confirmed until a day, refused when they are not well formed."""

from fractions import Fraction
from typing import Any

import pytest
from tests.rules.invented import figure
from tests.rules.people import day

from leerrekening.rules.days import FOREVER
from leerrekening.rules.facts import DeclarationError
from leerrekening.rules.parameters import Figure, read_figure
from leerrekening.rules.values import Unknown, Value

TAGS, CITED = frozenset({"T1"}), frozenset({"C-1"})


def read(*values: dict[str, Any], unit: str = "euro", **more: Any) -> Figure:
    return read_figure(figure("b.x", unit, *values, **more), TAGS, CITED)


def is_open(value: Value) -> bool:
    return isinstance(value, Unknown) and value.law == {"b.x"} and not value.facts


@pytest.mark.parametrize(
    ("unit", "written", "value"),
    [
        ("euro", 250, 25_000),
        ("euro", "21.30", 2130),
        ("euro", 21.3, 2130),
        ("euro_per_hour", "15.05", 1505),
        ("hour", "2.5", 150),
        ("minute", 45, 45),
        ("fraction", 0.33, Fraction(33, 100)),
        ("fraction", "1/3", Fraction(1, 3)),
        ("fraction", 1, 1),
        ("count", 2, 2),
        ("boolean", False, False),
        ("date", "2021-12-31", day("2021-12-31")),
        ("code", "calendar_year", "calendar_year"),
        ("codes", ["a", "b"], frozenset({"a", "b"})),
    ],
)
def test_values_in_whole_units(unit: str, written: Any, value: Any) -> None:
    read_value = read({"value": written}, unit=unit).read(day("2020-01-01"))
    assert read_value == value
    assert type(read_value) is type(value)


@pytest.mark.parametrize(
    ("unit", "written", "reason"),
    [
        ("euro", "21.305", "is not a whole number of cent"),
        ("euro", "much", "expected a number, found 'much'"),
        ("euro", True, "expected a number, found True"),
        ("euro", [1], r"expected a number, found \[1\]"),
        ("count", "0.5", "is not a whole number of count"),
        ("boolean", "ja", "expected true or false"),
        ("date", "2021-02-30", "day is out of range"),
        ("codes", "a", "expected a list of codes"),
        ("text", "a", "expected a text in"),
    ],
)
def test_values_that_are_none(unit: str, written: Any, reason: str) -> None:
    with pytest.raises(DeclarationError, match=reason) as refused:
        read({"value": written}, unit=unit)
    assert "figure 'b.x', value 1" in str(refused.value)


def test_read_on_a_day() -> None:
    x = read(
        {"from": "2019-09-01", "to": "2021-08-31", "value": 2},
        {"from": "2015-01-01", "to": "2018-12-31", "value": 1},
        {"from": "2021-09-01", "value": 3},
    )
    assert is_open(x.read(day("2014-12-31")))
    assert x.read(day("2015-01-01")) == 100
    assert x.read(day("2018-12-31")) == 100
    assert is_open(x.read(day("2019-01-01"))), "between two values the file says nothing"
    assert x.at(day("2019-01-01")) is None
    assert x.read(day("2021-08-31")) == 200
    assert x.read(day("2021-09-01")) == 300
    assert x.read(FOREVER) == 300


def test_confirmed_until() -> None:
    x = read({"from": "2019-09-01", "value": 2, "last_confirmed": "2024-09-01"})
    assert x.is_known(day("2024-09-01"))
    assert not x.is_known(day("2024-09-02"))
    assert is_open(x.read(day("2024-09-02")))
    assert x.last_known(day("2024-09-02")) == 200
    assert x.last_confirmed(day("2030-01-01")) == day("2024-09-01")
    assert x.last_confirmed(day("2020-01-01")) == day("2020-01-01")
    assert x.last_confirmed(day("2019-08-31")) is None
    assert x.boundaries() == {day("2019-09-01"), day("2024-09-02")}
    assert x.is_certain(day("2024-09-01"))
    assert not x.is_certain(day("2024-09-02"))


def test_a_value_that_no_source_gives() -> None:
    x = read(
        {"from": "2015-01-01", "to": "2019-12-31", "value": 5},
        {"from": "2020-01-01", "value": "unknown"},
    )
    assert is_open(x.read(day("2020-01-01")))
    assert x.last_known(day("2020-01-01")) == 500
    assert x.last_confirmed(day("2020-06-01")) == day("2019-12-31")
    assert is_open(x.last_known(day("2014-12-31")))
    assert x.boundaries() == {day("2015-01-01"), day("2020-01-01")}


def test_an_end_that_is_not_known() -> None:
    x = read({"from": "2015-01-01", "value": 5, "end_unknown": True})
    assert x.read(day("2030-01-01")) == 500
    assert x.is_known(day("2030-01-01"))
    assert not x.is_certain(day("2030-01-01"))
    assert x.last_confirmed(day("2030-01-01")) == day("2015-01-01")


def test_units_of_rules() -> None:
    assert read({"value": 1}, unit="euro_per_hour").rule_unit == "cent_per_hour"
    assert read({"value": "x"}, unit="code").rule_unit == "code"


def test_two_values_on_one_day_are_named_both() -> None:
    with pytest.raises(DeclarationError) as refused:
        read({"from": "2015-01-01", "to": "2019-09-01", "value": 1}, {"from": "2019-09-01", "value": 2})
    message = str(refused.value)
    assert "two versions are valid on 2019-09-01" in message
    assert "from 2015-01-01 to 2019-09-01" in message
    assert "from 2019-09-01 to open" in message
    with pytest.raises(DeclarationError, match="from always to open"):
        read({"from": None, "value": 1}, {"from": "2019-09-01", "value": 2})


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ({"value": 1, "sources": []}, "no source; every figure of the law needs one"),
        ({"value": 1, "sources": ["T9"]}, "the source 'T9' is not listed in instrument.yaml"),
        ({"value": 1, "confidence": "sure"}, "confidence must be one of high, medium, low"),
        ({"value": 1, "to": "2009-12-31"}, "ends on 2009-12-31, before it starts on 2010-01-01"),
        ({"value": 1, "from": "2021-02-30"}, "from: 2021-02-30 is no date that exists"),
        ({"value": 1, "until": "2021-01-01"}, "unknown key 'until'"),
        ({}, "the key 'value' is missing"),
        ({"value": 1, "last_confirmed": "soon"}, "last_confirmed: soon is no date"),
        ({"value": 1, "note": {"nl": "x"}}, "note: the text in 'fr' is missing"),
    ],
)
def test_a_value_that_is_not_well_formed(value: dict[str, Any], reason: str) -> None:
    with pytest.raises(DeclarationError, match=reason) as refused:
        read(value)
    assert "figure 'b.x', value 1" in str(refused.value)


def test_a_figure_that_is_not_well_formed() -> None:
    with pytest.raises(DeclarationError, match="unknown unit 'franc'; allowed: euro"):
        read({"value": 1}, unit="franc")
    with pytest.raises(DeclarationError, match="the conflict 'C-9' is not listed"):
        read({"value": 1}, conflicts=["C-9"])
    with pytest.raises(DeclarationError, match="figure 'x': expected a mapping"):
        read_figure("x", TAGS, CITED)
    assert read({"value": 1}, conflicts=["C-1"]).conflicts == ("C-1",)
    note = {"nl": "n", "fr": "n", "de": "n", "en": "n"}
    told = read({"value": 1, "note": note}, informative=note)
    assert (told.values[0].note, told.informative) == (note, note)
