"""Small counts cannot be brought back: an attacker who knows everything we show tries, exactly."""

from collections.abc import Iterator
from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leerrekening.policy.suppression import THRESHOLD, Group, People, Release, Use, release

DIMENSIONS = {"schooling": ("low", "middle", "high"), "status": ("out", "in"), "sex": ("f", "m")}


def people(numbers: list[tuple[int, int]], dimensions: dict[str, tuple[str, ...]] = DIMENSIONS) -> People:
    """People with these numbers of users and non-users, place by place."""
    places = list(product(*dimensions.values()))
    cells = {place: Use(used + unused, used) for place, (used, unused) in zip(places, numbers, strict=True)}
    return People(dimensions, cells)


class Attacker:
    """Knows every number that is shown, and that no count is negative; wants the users of a hidden cell.

    Unknown: the users of each place by all dimensions. Each shown number is an equation. What can be told of a
    hidden cell is the range of its sum under these equations, found by exact linear programming.
    """

    def __init__(self, everybody: People, shown: Release, kind: str) -> None:
        self.places = list(product(*everybody.dimensions.values()))
        self.names = list(everybody.dimensions)
        self.equations: list[tuple[list[int], int]] = []
        if shown.total:
            self.equations.append(([1] * len(self.places), getattr(shown.total, kind)))
        for name, groups in shown.single.items():
            for group, use in groups.items():
                self.equations.append((self.among({name: group}), getattr(use, kind)))
        for (one, other), table in shown.pairs.items():
            for (a, b), use in table.items():
                if use is not None:
                    self.equations.append((self.among({one: a, other: b}), getattr(use, kind)))

    def among(self, wanted: dict[str, Group]) -> list[int]:
        """1 for each place that belongs to the groups, else 0."""
        return [
            int(all(place[self.names.index(name)] in group for name, group in wanted.items()))
            for place in self.places
        ]

    def range_of(self, wanted: dict[str, Group]) -> tuple[Fraction, Fraction]:
        """The least and most people there can be in the groups."""
        goal = [Fraction(each) for each in self.among(wanted)]
        return -self.most([-each for each in goal]), self.most(goal)

    def most(self, goal: list[Fraction]) -> Fraction:
        """Largest value of the goal under the equations: simplex with Bland's rule, in fractions."""
        width, rows = len(goal), len(self.equations)
        table = [
            [
                *map(Fraction, row),
                *(Fraction(int(each == number)) for each in range(rows)),
                Fraction(value),
            ]
            for number, (row, value) in enumerate(self.equations)
        ]
        basis = [width + number for number in range(rows)]
        helpers = [Fraction(0)] * width + [Fraction(-1)] * rows
        self.climb(table, basis, helpers, width + rows)
        assert all(line[-1] == 0 for line, name in zip(table, basis, strict=True) if name >= width)
        for number, name in enumerate(basis):
            # A helper that stays at zero is exchanged for an unknown, or its equation says nothing new.
            if name >= width:
                column = next((each for each in range(width) if table[number][each]), None)
                if column is not None:
                    self.exchange(table, basis, number, column)
        return self.climb(table, basis, goal + [Fraction(0)] * rows, width)

    def climb(
        self, table: list[list[Fraction]], basis: list[int], goal: list[Fraction], usable: int
    ) -> Fraction:
        while True:
            gains = (
                goal[column] - sum(goal[name] * line[column] for name, line in zip(basis, table, strict=True))
                for column in range(usable)
            )
            entering = next((column for column, gain in enumerate(gains) if gain > 0), None)
            if entering is None:
                return sum(
                    (goal[name] * line[-1] for name, line in zip(basis, table, strict=True)), Fraction(0)
                )
            leaving = min(
                (line[-1] / line[entering], basis[number], number)
                for number, line in enumerate(table)
                if line[entering] > 0
            )[2]
            self.exchange(table, basis, leaving, entering)

    @staticmethod
    def exchange(table: list[list[Fraction]], basis: list[int], row: int, column: int) -> None:
        pivot = table[row][column]
        table[row] = [each / pivot for each in table[row]]
        for number, line in enumerate(table):
            if number != row and line[column]:
                table[number] = [
                    one - line[column] * other for one, other in zip(line, table[row], strict=True)
                ]
        basis[row] = column


def hidden_small(everybody: People, shown: Release) -> Iterator[tuple[str, dict[str, Group], int]]:
    """Every hidden number below the threshold: kind, where, how many."""
    for (one, other), table in shown.pairs.items():
        for (a, b), use in table.items():
            if use is not None:
                continue
            for kind in ("used", "unused"):
                number = sum(
                    getattr(each, kind)
                    for place, each in everybody.cells.items()
                    if place[list(everybody.dimensions).index(one)] in a
                    and place[list(everybody.dimensions).index(other)] in b
                )
                if number < THRESHOLD:
                    yield kind, {one: a, other: b}, number


def nothing_small_is_shown(shown: Release) -> bool:
    uses = [shown.total, *(use for table in shown.single.values() for use in table.values())]
    uses += [use for table in shown.pairs.values() for use in table.values()]
    return all(min(use.used, use.unused) >= THRESHOLD for use in uses if use is not None)


def attack(everybody: People) -> int:
    """Try every small hidden number; how many were tried."""
    shown = release(everybody)
    assert nothing_small_is_shown(shown)
    attackers = {kind: Attacker(everybody, shown, kind) for kind in ("used", "unused")}
    tried = 0
    for kind, where, number in hidden_small(everybody, shown):
        least, most = attackers[kind].range_of(where)
        assert least <= number <= most
        assert most - least >= THRESHOLD, f"{kind} of {where} lies between {least} and {most}"
        tried += 1
    return tried


NUMBERS = st.one_of(st.integers(0, 12), st.integers(0, 80))


@settings(max_examples=60)
@given(st.lists(st.tuples(NUMBERS, NUMBERS), min_size=12, max_size=12))
def test_no_small_number_can_be_recovered(numbers: list[tuple[int, int]]) -> None:
    attack(people(numbers))


def test_the_attacker_recovers_what_is_badly_hidden() -> None:
    """Hide only the small cell: the attacker must find it, or the other tests prove nothing."""
    everybody = people([(50, 50)] * 2 + [(2, 50), (3, 50)] + [(50, 50)] * 8)
    everything = release(everybody, threshold=0)
    careless = {
        pair: {place: None if use is None or use.is_small(THRESHOLD) else use for place, use in table.items()}
        for pair, table in everything.pairs.items()
    }
    badly = Release(everything.total, everything.groups, everything.single, careless)
    where: dict[str, Group] = {"schooling": ("low",), "status": ("in",)}
    assert list(hidden_small(everybody, badly)) == [("used", where, 5)]
    assert Attacker(everybody, badly, "used").range_of(where) == (5, 5)
    assert attack(everybody) == 1


def test_two_filters_do_not_give_a_small_group_away() -> None:
    """J9 point 2: everybody by schooling, and those in work by schooling, subtracted: nobody under ten appears."""
    everybody = people([(40, 60), (2, 60), (30, 60), (3, 60)] + [(40, 60)] * 8)
    shown = release(everybody)
    everyone = {row.group: row.use for row in shown.rows("schooling")}
    working = {row.group: row.use for row in shown.rows("schooling", ("sex", ("m",)))}
    for group, use in working.items():
        whole = everyone[group]
        if use is not None and whole is not None:
            assert whole.used - use.used >= THRESHOLD
            assert whole.unused - use.unused >= THRESHOLD
    attack(everybody)


def test_a_group_that_is_small_by_itself_is_joined() -> None:
    everybody = people([(2, 2), (1, 3), (0, 1), (1, 1)] + [(60, 80)] * 8)
    shown = release(everybody)
    assert shown.groups["schooling"] == (("low", "middle"), ("high",))
    assert shown.rows("schooling")[0].use == Use(571, 244)


def test_few_people_at_all_show_nothing() -> None:
    shown = release(people([(1, 1)] * 3 + [(0, 0)] * 9))
    assert (shown.total, dict(shown.single), dict(shown.pairs)) == (None, {}, {})


def test_what_is_large_is_shown_whole() -> None:
    shown = release(people([(40, 60)] * 12))
    assert all(use is not None for table in shown.pairs.values() for use in table.values())
    assert shown.rows("status", ("schooling", ("low",))) == shown.rows("status", ("schooling", ("high",)))


def test_impossible_people_are_refused() -> None:
    with pytest.raises(ValueError, match="impossible"):
        Use(1, 2)
    with pytest.raises(ValueError, match="not a place"):
        People(DIMENSIONS, {("low", "in"): Use(1, 1)})
    with pytest.raises(KeyError):
        release(people([(40, 60)] * 12)).rows("schooling", ("status", ("retired",)))
