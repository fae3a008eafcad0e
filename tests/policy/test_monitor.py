"""The monitor joins nothing across a break, and what it shows cannot be taken back by subtraction."""

from itertools import combinations
from random import Random

import pytest

from leerrekening.policy.disclosure import BASE, shown, shown_rate, shown_table
from leerrekening.policy.monitor import matthew, participation_series, published_by_group, routes


def test_each_survey_is_its_own_series_and_breaks_are_never_joined() -> None:
    series = {(s.survey, s.region, s.period): s for s in participation_series()}
    flemish = series["EAK", "Vlaanderen", "12 maanden"]
    assert [[p.year for p in stretch] for stretch in flemish.stretches()] == [
        list(range(2010, 2017)),
        list(range(2017, 2021)),
        [2021, 2022],
    ]
    belgian = series["EAK", "België", "12 maanden"].stretches()
    assert [p.value for p in belgian[-1]] == [35.5], "2024 asks other questions: it is not growth"
    assert [p.value for p in series["AES", "Vlaanderen", "12 maanden"].points] == [47.7]


def test_routes_to_the_target_per_survey() -> None:
    by = {s.survey: r for s, r in routes(participation_series())}
    assert round(by["AES"].points_a_year, 2) == 0.88
    assert by["EAK"].since == 2022
    assert round(by["EAK"].points_a_year, 1) == 4.7


def test_suspect_figures_are_not_used_as_participation() -> None:
    assert not {"F052", "F053", "F054", "F055"} & {p.id for p in published_by_group()}


def test_trying_to_recover_a_small_cell_by_subtraction() -> None:
    """Every pair of filters, and every total less its parts, gives a multiple of the base, never the small count."""
    r = Random(4)
    for _ in range(200):
        people = [(r.choice("abc"), r.choice("xy"), r.random() < 0.02) for _ in range(r.randrange(50, 400))]
        filters = {
            name: {i for i, p in enumerate(people) if test(p)}
            for name, test in {
                "all": lambda p: True, "a": lambda p: p[0] == "a", "x": lambda p: p[1] == "x", "ax": lambda p: p[:2] == ("a", "x"),
                "rare": lambda p: p[2], "not rare": lambda p: not p[2], "a rare": lambda p: p[0] == "a" and p[2],
            }.items()
        }  # fmt: skip
        published = {name: shown(len(found)) for name, found in filters.items()}
        for a, b in combinations(published.values(), 2):
            if a is not None and b is not None:
                assert (a - b) % BASE == 0
        assert all(published[n] is None for n, found in filters.items() if len(found) < BASE)


def test_totals_are_rounded_on_their_own() -> None:
    cells, total = shown_table({"low": 14, "middle": 14, "high": 3})
    assert cells == {"low": 10, "middle": 10, "high": None}
    assert total == 30, "not the sum of what is shown, so the hidden cell does not follow from it"
    with pytest.raises(ValueError, match="negative"):
        shown(-1)


def test_rates_hide_groups_in_which_almost_everybody_is_the_same() -> None:
    assert shown_rate(3, 100) is None
    assert shown_rate(97, 100) is None
    assert shown_rate(40, 100) == 40.0


def test_matthew_view_leaves_out_measures_of_small_groups() -> None:
    rows, measures = matthew(["low", "middle", "high"], [1000, 2000, 3000], [4, 200, 900])
    assert rows[0].users is None
    assert measures == {}
    _, measures = matthew(["low", "middle", "high"], [1000, 2000, 3000], [30, 200, 900])
    value, low, high = measures["risk ratio"]
    assert value == pytest.approx(10)
    assert low < value < high
