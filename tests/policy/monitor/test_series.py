"""Surveys are never joined, lines are cut at every break, and the way to the target is exact."""

from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from leerrekening.policy.monitor.figures import Published, read_published
from leerrekening.policy.monitor.series import route, series_of, target_of

DATA = Path(__file__).resolve().parents[3] / "data" / "participation"


@pytest.fixture(scope="module")
def published() -> Published:
    return read_published(DATA)


def years(segments: tuple[tuple[object, ...], ...]) -> list[list[int]]:
    return [[each.year for each in segment] for segment in segments]  # type: ignore[attr-defined] # figures


def test_each_survey_is_its_own_series(published: Published) -> None:
    for area in ("flanders", "belgium", "eu"):
        for period in ("12_months", "4_weeks"):
            for series in series_of(published, area, period):
                about = {(each.survey, each.period, each.concept, each.area) for each in series.figures}
                assert len(about) == 1
    surveys = [each.key.survey for each in series_of(published, "flanders", "12_months")]
    assert surveys == ["eak", "aes"]


def test_lines_are_cut_at_breaks(published: Published) -> None:
    eak, aes = series_of(published, "flanders", "12_months")
    assert years(eak.segments) == [[*range(2010, 2017)], [*range(2017, 2021)], [2021, 2022]]
    assert [each.break_before for each in eak.breaks] == ["eak_2017", "eak_2021"]
    assert years(aes.segments) == [[2016]]


def test_new_questions_are_no_growth(published: Published) -> None:
    """Belgium 2024 rose by ten points because of new questions: never on one line with 2023."""
    eak = series_of(published, "belgium", "12_months")[0]
    assert years(eak.segments) == [[2022, 2023], [2024]]


def test_no_line_over_missing_years(published: Published) -> None:
    eak = series_of(published, "belgium", "4_weeks")[0]
    assert years(eak.segments) == [[*range(2010, 2017)], [2017, 2018, 2019], [2022, 2023], [2024]]


def test_route_from_each_survey(published: Published) -> None:
    """The same target looks easy or impossible, depending on the survey."""
    target = target_of(published)
    assert (target.value, target.year) == (60, 2030)
    eak, aes = series_of(published, "flanders", "12_months")
    slow = route(aes.last, target)
    assert (slow.years, slow.points_per_year) == (14, Fraction(123, 140))
    assert round(float(slow.points_per_year), 2) == 0.88
    fast = route(eak.last, target)
    assert (fast.start.year, fast.points_per_year) == (2022, Fraction(47, 10))
    assert fast.levels()[0] == (2022, Fraction("22.4"))
    assert fast.levels()[-1] == (2030, 60)


def test_worked_route_from_2020(published: Published) -> None:
    """From 21 per cent in 2020: 3.9 points a year, or 11.1 per cent growth a year."""
    eak = series_of(published, "flanders", "12_months")[0]
    start = next(each for each in eak.figures if each.year == 2020)
    rounded = route(type(start)(**{**vars(start), "value": Decimal(21)}), target_of(published))
    assert rounded.points_per_year == Fraction(39, 10)
    assert round(rounded.growth_per_year, 3) == Decimal("0.111")


def test_no_route_between_different_questions(published: Published) -> None:
    weeks = series_of(published, "flanders", "4_weeks")[0].last
    with pytest.raises(ValueError, match="12_months"):
        route(weeks, target_of(published))
    with pytest.raises(ValueError, match="not lie after"):
        route(target_of(published), target_of(published))
