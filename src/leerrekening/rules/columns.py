"""Columns: a program as Polars expressions, for tables in memory and for Parquet that streams past.

One ``with_columns`` per level of the graph: inlining every output into one expression is about twice as slow.
No null ever stands for unknown here (``lanes``), because a comparison with null, or the smallest of a null and a
number, silently becomes an amount.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, TypeVar

import polars as pl

from leerrekening.rules.lanes import BITS, FLAG, INT, NO, RAW, YES, Lanes, Layout, Step

Frame = TypeVar("Frame", pl.DataFrame, pl.LazyFrame)

_TYPES: Final[Mapping[str, type[pl.DataType]]] = {
    BITS: pl.UInt8,
    INT: pl.Int64,
    FLAG: pl.Boolean,
    RAW: pl.Int64,
}


def dtype_of(layout: Layout) -> type[pl.DataType]:
    """The Polars type of a column of a population table."""
    return {8: pl.UInt8, 32: pl.Int32, 64: pl.Int64}[layout.width]


class Columns:
    """A program ready to run on tables that have its columns.

    The result has ``<instrument>.verdict`` (0 no, 1 undecided, 3 and 7 yes) and for each output its value and
    ``<output>.exists``; where it does not exist the value is 0.
    """

    def __init__(self, lanes: Lanes) -> None:
        self.lanes: Final = lanes
        self._uses: Final = lanes.uses()
        shared = {s.number for s in lanes.steps if self._uses.get(s.number, 0) > 1 and s.args}
        self._kept: Final = shared | set(lanes.results())

    def run(self, table: Frame) -> Frame:
        """The table with the results only, in its order."""
        lanes = self.lanes
        levels: dict[int, list[Step]] = {}
        for step in lanes.steps:
            if step.number in self._kept:
                levels.setdefault(step.level, []).append(step)
        for _, steps in sorted(levels.items()):
            table = table.with_columns([self._expression(s, own=True).alias(f"_{s.number}") for s in steps])
        name = lanes.program.instrument
        results = [pl.col(f"_{lanes.verdict}").cast(pl.UInt8).alias(f"{name}.verdict")]
        for out in lanes.outputs:
            exists = pl.col(f"_{out.exists}")
            value = (
                pl.when(exists)
                .then(pl.col(f"_{out.value}").cast(pl.Int64))
                .otherwise(pl.lit(0, dtype=pl.Int64))
            )
            results += [value.alias(f"{name}.{out.name}"), exists.alias(f"{name}.{out.name}.exists")]
        return table.select(results)

    def _expression(self, step: Step, own: bool = False) -> pl.Expr:
        if step.number in self._kept and not own:
            return pl.col(f"_{step.number}")
        lanes = self.lanes
        if step.op == "constant":
            return pl.lit(step.value, dtype=_TYPES[step.gives])
        if step.op == "column":
            return pl.col(lanes.columns[step.value].name)
        if step.op.startswith("figure"):
            values, states = lanes.arguments()
            if step.op == "figure_value":
                return pl.lit(values[step.value], dtype=pl.Int64)
            return pl.lit(states[step.value], dtype=pl.UInt8)
        args = [self._expression(lanes.steps[n]) for n in step.args]
        return _OPERATIONS[step.op](*args)


def _not(x: pl.Expr) -> pl.Expr:
    no, yes = pl.lit(NO, dtype=pl.UInt8), pl.lit(YES, dtype=pl.UInt8)
    return pl.when(x == yes).then(no).when(x == no).then(yes).otherwise(x)


def _open(x: pl.Expr) -> pl.Expr:
    return pl.when(x == pl.lit(YES, dtype=pl.UInt8)).then(pl.lit(NO, dtype=pl.UInt8)).otherwise(x)


_OPERATIONS: Final[Mapping[str, Callable[..., pl.Expr]]] = {
    "&": lambda a, b: a & b,
    "|": lambda a, b: a | b,
    "both": lambda a, b: a & b,
    "not": _not,
    "open": _open,
    "where": lambda test, yes, no: pl.when(test).then(yes).otherwise(no),
    "widen": lambda a: a.cast(pl.Int64),
    "==": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "//": lambda a, b: a // b,
}
