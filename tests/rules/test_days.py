"""Calendar arithmetic: anniversaries from day to day, school years, months."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leerrekening.rules import days
from leerrekening.rules.days import FOREVER, day_of, iso

some_days = st.dates(date(1900, 1, 1), date(2199, 12, 31)).map(date.toordinal)


@pytest.mark.parametrize(
    "text",
    ["2021-2-03", "20210203", "2021-02-30", "2021-13-01", "2021-W05-3", "", "2021/02/03", "21-02-2003"],
)
def test_only_days_that_exist_in_one_form(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        day_of(text)


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        ("2020-02-29", 12, "2021-02-28"),
        ("2020-02-29", 48, "2024-02-29"),
        ("2021-01-31", 1, "2021-02-28"),
        ("2021-08-31", -6, "2021-02-28"),
        ("2021-12-31", 2, "2022-02-28"),
        ("2021-09-01", -6, "2021-03-01"),
        ("2021-01-15", -1, "2020-12-15"),
        ("2021-05-17", 0, "2021-05-17"),
    ],
)
def test_months_later(start: str, months: int, end: str) -> None:
    assert iso(days.add_months(day_of(start), months)) == end


def test_years_later() -> None:
    assert iso(days.add_years(day_of("2016-02-29"), 6)) == "2022-02-28"
    assert iso(days.add_years(day_of("2016-03-01"), 6)) == "2022-03-01"
    assert days.add_years(day_of("9990-01-01"), 200) == FOREVER


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2021-09-01", "2021-09-01", "2022-08-31"),
        ("2021-08-31", "2020-09-01", "2021-08-31"),
        ("2021-12-31", "2021-09-01", "2022-08-31"),
        ("2022-01-01", "2021-09-01", "2022-08-31"),
    ],
)
def test_school_years(text: str, first: str, last: str) -> None:
    day = day_of(text)
    assert (iso(days.school_year_start(day)), iso(days.school_year_end(day))) == (first, last)


def test_years_and_months() -> None:
    day = day_of("2024-02-29")
    assert iso(days.calendar_year_start(day)) == "2024-01-01"
    assert iso(days.calendar_year_end(day)) == "2024-12-31"
    assert iso(days.month_start(day)) == "2024-02-01"
    assert iso(days.month_end(day_of("2023-02-01"))) == "2023-02-28"
    assert iso(days.month_end(day)) == "2024-02-29"
    assert iso(days.day_before(day_of("2024-03-01"))) == "2024-02-29"


@given(some_days)
def test_every_day_lies_in_its_year_and_month(day: int) -> None:
    for first, last in (
        (days.school_year_start, days.school_year_end),
        (days.calendar_year_start, days.calendar_year_end),
        (days.month_start, days.month_end),
    ):
        assert first(day) <= day <= last(day)
        assert first(last(day) + 1) == last(day) + 1, "the next one begins on the next day"
    assert day_of(iso(day)) == day


@given(some_days, st.integers(0, 600))
def test_an_anniversary_is_never_before_the_day(day: int, months: int) -> None:
    later = days.add_months(day, months)
    assert later >= day
    assert date.fromordinal(later).day <= date.fromordinal(day).day
    assert later <= day + timedelta(days=31 * months).days
