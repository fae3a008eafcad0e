"""Steps: what is certain is worked out, and says the same as working it out later."""

from __future__ import annotations

from itertools import product

import polars as pl
import pytest

from leerrekening.rules.columns import _OPERATIONS, _TYPES
from leerrekening.rules.steps import ANY, BITS, FLAG, INT, NO, OPEN, YES, Steps

TRUTHS = (NO, OPEN, ANY, YES)
NUMBERS = (-7, -1, 0, 1, 3, 60)


def later(op: str, gives: str, *values: tuple[str, int]) -> int:
    """What the columns give for these operands."""
    columns = [pl.lit(value, dtype=_TYPES[kind]) for kind, value in values]
    result = pl.select(_OPERATIONS[op](*columns).cast(_TYPES[gives])).item()
    return int(result)


@pytest.mark.parametrize("op", ["&", "|"])
def test_bits(op: str) -> None:
    for a, b in product(TRUTHS, TRUTHS):
        made = Steps()
        join = made.meet if op == "&" else made.merge
        found = join(made.bits(a), made.bits(b))
        step = made.steps[found]
        value = step.value if step.op == "constant" else None
        if {a, b} & {YES, NO} or a == b:
            assert value == later(op, BITS, (BITS, a), (BITS, b))


def test_one_operand_certain() -> None:
    made = Steps()
    x = made.step("column", (), BITS, 0)
    assert made.meet(x, made.bits(YES)) == x == made.merge(made.bits(NO), x)
    assert made.certain(made.meet(x, made.bits(NO))) == NO
    assert made.certain(made.merge(made.bits(YES), x)) == YES
    assert made.opposite(made.opposite(x)) == x
    n = made.widen(made.step("column", (), "raw", 1))
    assert made.arithmetic("*", n, made.integer(1)) == n == made.arithmetic("+", made.integer(0), n)
    assert made.arithmetic("-", n, made.integer(0)) == n == made.arithmetic("//", n, made.integer(1))
    zero_minus = made.steps[made.arithmetic("-", made.integer(0), n)]
    assert (zero_minus.op, zero_minus.args[1]) == ("-", n), "0 - n is not n"


@pytest.mark.parametrize("op", ["not", "open"])
def test_one_truth(op: str) -> None:
    for value in TRUTHS:
        made = Steps()
        found = (made.opposite if op == "not" else made.open)(made.bits(value))
        assert made.certain(found) == later(op, BITS, (BITS, value))


@pytest.mark.parametrize("op", ["==", "!=", "<", "<=", ">", ">=", "+", "-", "*", "//"])
def test_numbers(op: str) -> None:
    gives = INT if op in ("+", "-", "*", "//") else FLAG
    for a, b in product(NUMBERS, NUMBERS):
        if op == "//" and b <= 0:
            continue
        made = Steps()
        join = made.arithmetic if gives == INT else made.flag
        assert made.certain(join(op, made.integer(a), made.integer(b))) == later(
            op, gives, (INT, a), (INT, b)
        )


def test_flags() -> None:
    made = Steps()
    n = made.widen(made.step("column", (), "raw", 0))
    unsure = made.flag(">", n, made.integer(3))
    sure, never = (made.flag(op, made.integer(1), made.integer(1)) for op in ("==", "!="))
    assert made.both(unsure, sure) == unsure == made.both(sure, unsure)
    assert made.both(unsure, never) == never
    assert made.where(sure, n, made.integer(0)) == n
    assert made.certain(made.where(never, n, made.integer(0))) == 0


def test_an_earlier_step_is_made_again() -> None:
    made = Steps()
    x, y = (made.step("column", (), BITS, place) for place in (0, 1))
    for number in (made.meet(x, y), made.merge(x, y), made.opposite(x), made.open(y), x):
        step = made.steps[number]
        assert made.again(step, step.args) == number
