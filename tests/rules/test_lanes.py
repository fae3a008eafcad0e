# ruff: noqa: E501 - a table of terms
"""Every operation on columns gives what the plain reading gives, for every mix of no, unknown, free and yes."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import polars as pl
import pytest
from tests.rules.agreement import SIZES

from leerrekening.rules.columns import Columns, dtype_of
from leerrekening.rules.kernel import FULL, source
from leerrekening.rules.lanes import layout_of, lower
from leerrekening.rules.residue import Output, Program
from leerrekening.rules.steps import ANY, NO, OPEN, YES
from leerrekening.rules.terms import CODE, NUMBER, TRUTH, UNKNOWN, Term, evaluate
from leerrekening.rules.values import Unknown, Value

TRUTHS: tuple[Value, ...] = (False, Unknown(), Unknown(free=True), True)
NUMBERS: tuple[Value, ...] = (0, 7, -3, Unknown(), Unknown(free=True))
CODES: tuple[Value, ...] = ("x", "y", Unknown(), Unknown(free=True))
A, B, C = (Term("fact", TRUTH, "boolean", value=name) for name in "abc")
M, N = (Term("fact", NUMBER, "cent", value=name, low=-100, high=100) for name in "mn")
K = Term("fact", CODE, "code", value="k", codes=("x", "y"))
OPEN_SET = Term("constant", "codes", "codes", value=UNKNOWN)


def one(value: int) -> Term:
    return Term("constant", NUMBER, "cent", value=value, low=value, high=value)


def truth(op: str, *args: Term) -> Term:
    return Term(op, TRUTH, "boolean", args)


def number(op: str, *args: Term, scale: int = 1) -> Term:
    return Term(op, NUMBER, "cent", args, value="ours" if op in ("down", "half_up") else None, scale=scale)


def bits(value: Value) -> int:
    return (ANY if value.free else OPEN) if type(value) is Unknown else YES if value else NO


def check(term: Term, leaves: list[Term]) -> None:
    """Columns and kernel against the plain reading, over every mix of values of the leaves."""
    choices = [TRUTHS if leaf.kind == TRUTH else NUMBERS if leaf.kind == NUMBER else CODES for leaf in leaves]
    rows = list(product(*choices))
    is_truth = term.kind == TRUTH
    verdict = term if is_truth else Term("constant", TRUTH, "boolean", value=True)
    outputs = () if is_truth else (Output("amount", "cent", term, None),)
    program = Program("x", 1, "in_force", None, {}, verdict, outputs, {}, free=True)
    lanes = lower(program)
    places = {leaf.text(): i for i, leaf in enumerate(leaves)}
    table = {
        c.name: np.array(
            [layout_of(leaves[places[c.name]]).encode(row[places[c.name]]) for row in rows], SIZES[c.width]
        )
        for c in lanes.columns
    }
    frame = pl.DataFrame({c.name: pl.Series(table[c.name], dtype=dtype_of(c)) for c in lanes.columns})
    by_columns = Columns(lanes).run(frame)

    class Plain:
        @staticmethod
        def njit(**_: Any) -> Any:
            return lambda function: function

    space: dict[str, Any] = {"np": np, "numba": Plain, "CACHE": False}
    exec(source(lanes, FULL), space)
    found = np.zeros(len(rows), np.uint8)
    amounts = [np.zeros(len(rows), t) for _ in lanes.outputs for t in (np.int64, np.uint8)]
    none = np.zeros(1, np.int64), np.zeros(1, np.uint8)
    space["kernel"](len(rows), *(table[c.name] for c in lanes.columns), *none, found, *amounts)
    for i, row in enumerate(rows):
        want = evaluate(term, lambda leaf, row=row: row[places[leaf.text()]], {})  # type: ignore[misc]
        if is_truth:
            assert by_columns["x.verdict"][i] == found[i] == bits(want), row
            continue
        exists = type(want) is not Unknown
        assert by_columns["x.amount.exists"][i] == bool(amounts[1][i]) == exists, row
        if exists:
            assert by_columns["x.amount"][i] == amounts[0][i] == want * term.scale, row  # type: ignore[operator]


@pytest.mark.parametrize(
    "term",
    [
        truth("and", A, B, C), truth("or", A, B, C), truth("not", A), truth("surely", A), truth("given", A, B),
        truth("if", A, B, C), truth("if", truth("not", A), truth("or", A, B), C), truth("and", truth("not", A), truth("given", B, C)),
    ],
    ids=lambda t: t.text(),
)  # fmt: skip
def test_truth(term: Term) -> None:
    check(term, [A, B, C])


@pytest.mark.parametrize("op", ["==", "!=", "<", "<=", ">", ">="])
def test_comparisons(op: str) -> None:
    check(truth(op, M, N), [M, N])


@pytest.mark.parametrize("op", ["+", "-", "min", "max", "*", "given"])
def test_numbers(op: str) -> None:
    check(number(op, M, N), [M, N])


def test_number_choice() -> None:
    check(number("if", A, M, N), [A, M, N])
    check(number("if", A, M, one(7)), [A, M])


@pytest.mark.parametrize("op", ["down", "half_up"])
def test_rounding_of_negative_and_positive_halves(op: str) -> None:
    half = Term("/", NUMBER, "cent", (M, one(2)), scale=2)
    check(number(op, half), [M])


@pytest.mark.parametrize("other", [frozenset({"x"}), frozenset({"x", "y"}), frozenset({"z"})])
def test_codes(other: frozenset[str]) -> None:
    check(truth("in", K, Term("constant", "codes", "codes", value=other)), [K])


def test_one_code_and_a_set_that_is_not_known() -> None:
    for op in ("==", "!="):
        check(truth(op, K, Term("constant", CODE, "code", value="y")), [K])
    check(truth("in", K, OPEN_SET), [K])
