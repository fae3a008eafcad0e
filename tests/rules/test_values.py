"""The four-valued logic: its order, its tables and its laws."""

# ruff: noqa: FBT003 - truth values are what is tested here

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leerrekening.rules.values import (
    Truth,
    Unknown,
    Value,
    both,
    choose,
    either,
    free_choice,
    join,
    missing,
    negate,
    unsettled,
)

OPEN, FREE = missing("person.birth_date", "2021-01-01"), free_choice("course.id")
ORDER = [False, OPEN, FREE, True]
"""From low to high."""

truths = st.sampled_from(
    [False, True, OPEN, FREE, missing("jobs"), unsettled("C-1"), free_choice("course.odb")]
)


def rank(value: Value) -> int:
    if isinstance(value, Unknown):
        return 2 if value.free else 1
    return 3 if value is True else 0


@pytest.mark.parametrize(("a", "b"), list(itertools.product(ORDER, ORDER)))
def test_and_takes_the_lower_and_or_the_higher(a: Truth, b: Truth) -> None:
    assert rank(both(a, b)) == min(rank(a), rank(b))
    assert rank(either(a, b)) == max(rank(a), rank(b))


def test_an_unknown_value_is_never_read_as_yes_or_no() -> None:
    with pytest.raises(TypeError, match="read as yes or no"):
        bool(OPEN)


def test_not() -> None:
    assert negate(True) is False
    assert negate(False) is True
    assert negate(OPEN) is OPEN
    assert negate(FREE) is FREE


def test_what_is_missing_is_gathered() -> None:
    two = both(missing("a"), either(missing("b"), unsettled("C-1")))
    assert isinstance(two, Unknown)
    assert two.facts == {("a", None), ("b", None)}
    assert two.law == {"C-1"}
    assert not two.free
    assert "C-1" in repr(two)


def test_what_no_longer_matters_is_not_asked() -> None:
    assert both(False, missing("a")) is False
    assert either(True, missing("a")) is True
    open_ = both(FREE, OPEN)
    assert isinstance(open_, Unknown)
    assert open_.facts == OPEN.facts


def test_join_names_what_is_missing_for_a_number() -> None:
    assert join(3, OPEN) is OPEN
    assert join(OPEN, 3) is OPEN
    joined = join(missing("a"), missing("b"))
    assert joined.facts == {("a", None), ("b", None)}
    # a number held against a fact of a course that can be chosen: the course can be chosen to meet it
    assert join(OPEN, FREE) is FREE
    assert join(FREE, OPEN) is FREE


def test_choice() -> None:
    assert choose(True, 1, 2) == 1
    assert choose(False, 1, 2) == 2
    assert choose(OPEN, 7, 7) == 7, "whichever way it turns out"
    assert choose(OPEN, 1, 2) is OPEN
    one = choose(OPEN, missing("a"), 2)
    assert isinstance(one, Unknown)
    assert one.facts == {("a", None), *OPEN.facts}
    other = choose(OPEN, 2, missing("a"))
    assert isinstance(other, Unknown)
    assert other.facts == one.facts


def test_a_choice_may_end_on_its_known_branch() -> None:
    """The person's fact decides: then the course no longer can, so this is open and not free."""
    assert rank(choose(OPEN, False, FREE)) == 1
    assert rank(choose(OPEN, FREE, False)) == 1
    assert rank(choose(OPEN, 100, FREE)) == 1
    assert rank(choose(OPEN, FREE, FREE)) == 2
    assert rank(choose(OPEN, True, FREE)) == 2
    assert rank(choose(FREE, True, False)) == 2
    assert rank(choose(FREE, OPEN, False)) == 1


# --- laws -------------------------------------------------------------------------------------------------


def same(a: Truth, b: Truth) -> bool:
    if isinstance(a, Unknown) and isinstance(b, Unknown):
        return (a.facts, a.law, a.free) == (b.facts, b.law, b.free)
    return a is b


@given(truths, truths)
def test_and_and_or_do_not_mind_the_order(a: Truth, b: Truth) -> None:
    assert same(both(a, b), both(b, a))
    assert same(either(a, b), either(b, a))


@given(truths, truths, truths)
def test_and_and_or_do_not_mind_the_grouping(a: Truth, b: Truth, c: Truth) -> None:
    assert same(both(a, both(b, c)), both(both(a, b), c))
    assert same(either(a, either(b, c)), either(either(a, b), c))


@given(truths, truths, truths)
def test_each_spreads_over_the_other(a: Truth, b: Truth, c: Truth) -> None:
    assert rank(both(a, either(b, c))) == rank(either(both(a, b), both(a, c)))
    assert rank(either(a, both(b, c))) == rank(both(either(a, b), either(a, c)))


@given(truths)
def test_a_value_with_itself_or_a_bound(a: Truth) -> None:
    assert same(both(a, a), a)
    assert same(either(a, a), a)
    assert both(a, False) is False
    assert either(a, True) is True
    assert same(both(a, True), a)
    assert same(either(a, False), a)
    assert same(negate(negate(a)), a)


def settlements(value: Truth) -> list[Truth]:
    """What a value can become when facts of the person are learnt: open may become anything, the rest stays."""
    return [False, FREE, True] if isinstance(value, Unknown) and not value.free else [value]


@given(truths, truths, truths)
def test_learning_never_turns_a_settled_value(a: Truth, b: Truth, c: Truth) -> None:
    """False stays False; free and True stay at least free: neither can fall back to open or to no."""
    for reading in (
        lambda x, y, z: both(either(x, y), z),
        lambda x, y, z: either(both(x, y), z),
        choose,
    ):
        before = reading(a, b, c)
        for settled in itertools.product(settlements(a), settlements(b), settlements(c)):
            after = reading(*settled)
            if rank(before) == 0:
                assert after is False
            if rank(before) >= 2:
                assert rank(after) >= 2, (a, b, c, settled, before, after)
