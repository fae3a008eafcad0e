"""Columns: a program as Polars expressions, for tables in memory and for Parquet that streams past.

One ``with_columns`` per level of the graph: inlining every output into one expression is about twice as slow.
No null ever stands for unknown here (``lanes``), because a comparison with null, or the smallest of a null and a
number, silently becomes an amount.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, TypeVar

import polars as pl

from leerrekening.rules.lanes import Lanes, Layout, with_figures
from leerrekening.rules.steps import BITS, FLAG, INT, NO, RAW, YES, Step

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
    """A program ready to run on tables that have its columns. The figures are filled in.

    The result has ``<instrument>.verdict`` (0 no, 1 undecided, 3 and 7 yes) and for each output its value and
    ``<output>.exists``; where it does not exist the value is 0. One may be used by several threads.
    """

    def __init__(self, lanes: Lanes) -> None:
        self._lanes: Final = with_figures(lanes)
        uses = self._lanes.uses()
        shared = {s.number for s in self._lanes.steps if uses.get(s.number, 0) > 1 and s.args}
        self._kept: Final = shared | set(self._lanes.results())
        self._stages: Final = self._levels()
        self._results: Final = self._last()

    def run(self, table: Frame) -> Frame:
        """The table with the results only, in its order."""
        for stage in self._stages:
            table = table.with_columns(stage)
        return table.select(self._results)

    def _levels(self) -> list[list[pl.Expr]]:
        levels: dict[int, list[pl.Expr]] = {}
        for step in self._lanes.steps:
            if step.number in self._kept:
                made = self._expression(step, own=True).alias(f"_{step.number}")
                levels.setdefault(step.level, []).append(made)
        return [stage for _, stage in sorted(levels.items())]

    def _last(self) -> list[pl.Expr]:
        lanes = self._lanes
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
        return results

    def _expression(self, step: Step, own: bool = False) -> pl.Expr:
        if step.number in self._kept and not own:
            return pl.col(f"_{step.number}")
        lanes = self._lanes
        if step.op == "constant":
            return pl.lit(step.value, dtype=_TYPES[step.gives])
        if step.op == "column":
            return pl.col(lanes.columns[step.value].name)
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
