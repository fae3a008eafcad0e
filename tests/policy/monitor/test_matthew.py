"""Comparisons of groups: level, gap and ratios, with what rounding leaves open."""

from pathlib import Path

import pytest

from leerrekening.policy.monitor.figures import Published, read_published
from leerrekening.policy.monitor.matthew import Measure, comparisons, schooling_2019

DATA = Path(__file__).resolve().parents[3] / "data" / "participation"


@pytest.fixture(scope="module")
def published() -> Published:
    return read_published(DATA)


def rounded(measure: Measure | None, digits: int) -> tuple[float, float, float]:
    assert measure is not None
    assert measure.low is not None
    assert measure.high is not None
    low, value, high = (round(float(each), digits) for each in (measure.low, measure.value, measure.high))
    return low, value, high


def test_schooling_in_flanders(published: Published) -> None:
    first = comparisons(published, "flanders")[0]
    assert (first.dimension, first.about.survey, first.about.year) == ("schooling", "eak", 2019)
    assert [str(each.value) for each in first.figures] == ["9.8", "34.6"]
    assert rounded(first.gap, 3) == (0.247, 0.248, 0.249)
    assert rounded(first.risk_ratio, 2) == (3.51, 3.53, 3.55)
    assert rounded(first.odds_ratio, 2) == (4.83, 4.87, 4.91)


def test_one_survey_question_each(published: Published) -> None:
    for area in ("flanders", "belgium", "eu"):
        for each in comparisons(published, area):
            about = {(one.survey, one.period, one.concept, one.year, one.dimension) for one in each.figures}
            assert len(about) == 1
            assert len(each.figures) > 1


def test_no_interval_where_the_source_says_about(published: Published) -> None:
    contract = next(each for each in comparisons(published, "flanders") if each.dimension == "contract")
    assert (contract.gap.low, contract.gap.high) == (None, None)


def test_wanting_more_also_leans(published: Published) -> None:
    (wants,) = comparisons(published, "belgium")
    assert (wants.about.concept, str(wants.low.value), str(wants.high.value)) == ("wants_more", "18", "32.9")


def test_all_groups_of_schooling(published: Published) -> None:
    """The middle follows from the total; what rounding leaves open is carried into Erreygers' index."""
    found = schooling_2019(published)
    assert round(float(found.middle), 3) == 0.173
    assert 0.170 < found.middle_low < found.middle < found.middle_high < 0.175
    assert round(float(found.erreygers.value), 3) == 0.213
    low, value, high = rounded(found.erreygers, 4)
    assert low < value < high
    assert high - low < 0.003
