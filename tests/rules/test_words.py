"""Figures and values in words, in four languages."""

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.rules.invented import figure, four
from tests.rules.people import day

from leerrekening.rules.facts import LANGUAGES
from leerrekening.rules.parameters import UNITS, read_figure
from leerrekening.rules.values import missing
from leerrekening.rules.words import (
    date_words,
    figures_in,
    fill,
    money_words,
    number_words,
    time_words,
    value_words,
)

CASES: list[tuple[Any, str, tuple[str, str, str, str]]] = [
    (25_000, "cent", ("250 euro", "250 euros", "250 Euro", "€250")),
    (2130, "cent", ("21,30 euro", "21,30 euros", "21,30 Euro", "€21.30")),
    (123_456_789, "cent", ("1.234.567,89 euro", "1 234 567,89 euros", "1.234.567,89 Euro", "€1,234,567.89")),
    (
        150,
        "minute",
        ("2 uur 30 minuten", "2 heures 30 minutes", "2 Stunden 30 Minuten", "2 hours 30 minutes"),
    ),
    (60, "minute", ("1 uur", "1 heure", "1 Stunde", "1 hour")),
    (1, "minute", ("1 minuut", "1 minute", "1 Minute", "1 minute")),
    (0, "minute", ("0 uur", "0 heures", "0 Stunden", "0 hours")),
    (Fraction(45, 2), "minute", ("22,5 minuten", "22,5 minutes", "22,5 Minuten", "22.5 minutes")),
    (Fraction(1, 2), "fraction", ("50 %", "50 %", "50 %", "50 %")),
    (Fraction(1, 3), "fraction", ("33,33 %", "33,33 %", "33,33 %", "33.33 %")),
    (2557, "day", ("2.557 dagen", "2 557 jours", "2.557 Tage", "2,557 days")),
    (1, "month", ("1 maand", "1 mois", "1 Monat", "1 month")),
    (6, "year", ("6 jaar", "6 ans", "6 Jahre", "6 years")),
    (True, "boolean", ("ja", "oui", "ja", "yes")),
    (False, "boolean", ("nee", "non", "nein", "no")),
    (frozenset({"b", "a"}), "codes", ("a, b",) * 4),
    ("geen", "code", ("geen",) * 4),
    (3, "count", ("3",) * 4),
    (four("woord"), "text", ("woord",) * 4),
    (
        day("2021-09-01"),
        "date",
        ("1 september 2021", "1er septembre 2021", "1. September 2021", "1 September 2021"),
    ),
    (None, "cent", ("nog niet bekend", "pas encore connu", "noch nicht bekannt", "not known yet")),
    (missing("x"), "day", ("nog niet bekend", "pas encore connu", "noch nicht bekannt", "not known yet")),
]


@pytest.mark.parametrize(("value", "unit", "expected"), CASES)
def test_values_in_words(value: Any, unit: str, expected: tuple[str, ...]) -> None:
    found = tuple(value_words(value, unit, language).replace("\u00a0", " ") for language in LANGUAGES)
    assert LANGUAGES == ("nl", "fr", "de", "en")
    assert found == expected


def test_a_rate() -> None:
    words = {language: value_words(2130, "cent_per_hour", language) for language in LANGUAGES}
    for language, per in (("nl", "per uur"), ("fr", "par heure"), ("de", "pro Stunde")):
        assert words[language].startswith("21,30")
        assert words[language].endswith(per)
    assert words["en"].startswith("€21.30")


def test_numbers() -> None:
    assert number_words(-1234, "nl") == "-1.234"
    assert number_words(Fraction(5, 1000), "nl") == "0,01", "rounded half up, for reading"
    assert number_words(Fraction(4, 1000), "en") == "0"
    assert number_words(Fraction(-1, 2), "fr") == "-0,5"
    assert money_words(5, "en") == "€0.05"
    assert money_words(Fraction(10, 1), "de").replace("\u00a0", " ") == "0,10 Euro"
    assert time_words(61, "en").replace("\u00a0", " ") == "1 hour 1 minute"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_month_has_a_name_of_its_own(language: str) -> None:
    names = {date_words(day(f"2021-{month:02}-15"), language) for month in range(1, 13)}
    assert len(names) == 12
    assert all(name.endswith("2021") for name in names)


@given(
    st.sampled_from(sorted({unit for unit, _ in UNITS.values()})),
    st.integers(0, 10**9),
    st.sampled_from(LANGUAGES),
)
def test_every_unit_can_be_said(unit: str, value: int, language: str) -> None:
    assert value_words(value, unit, language).strip()


def test_placeholders_are_filled() -> None:
    top = read_figure(figure("b.top", "euro", {"value": 5}), frozenset({"T1"}), frozenset())
    text = {
        "nl": "hoogstens {b.top}",
        "fr": "au plus {b.top}",
        "de": "höchstens {b.top}",
        "en": "{b.top} or {b.top}",
    }
    assert figures_in(text) == {"b.top"}
    filled = fill(text, lambda name: (top, top.read(day("2021-01-01"))))
    assert filled["nl"].replace("\u00a0", " ") == "hoogstens 5 euro"
    assert filled["en"] == "€5 or €5"
    before = fill(text, lambda name: (top, top.read(day("2000-01-01"))))
    assert before["fr"] == "au plus [pas encore connu]"
