"""SQL text: a program as one query, for those who only have a database.

Plain integers, ``CASE``, and the bitwise ``&`` and ``|`` that DuckDB, PostgreSQL, SQLite and Spark share; one
nested ``SELECT`` per level. No NULL stands for unknown (``lanes``): ``CASE WHEN NULL`` would fall to ``ELSE``.
"""

from __future__ import annotations

from typing import Final

from leerrekening.rules.lanes import Lanes, with_figures
from leerrekening.rules.steps import FLAG, Step


def quoted(name: str) -> str:
    """A name between double quotes."""
    return '"' + name.replace('"', '""') + '"'


def select(lanes: Lanes, table: str, key: str | None = None) -> str:
    """The query of a program on a table that has its columns.

    Gives ``verdict`` (0 no, 1 undecided, 3 and 7 yes) and, for each output in order, ``o0``, ``o0_exists`` and so on;
    ``key`` is carried along.
    """
    return _Query(lanes, key).text(table)


class _Query:
    def __init__(self, lanes: Lanes, key: str | None) -> None:
        self.lanes: Final = with_figures(lanes)
        lanes = self.lanes
        self.key: Final = key
        uses = lanes.uses()
        self.kept: Final = {s.number for s in lanes.steps if uses.get(s.number, 0) > 1 and s.args} | set(
            lanes.results()
        )

    def text(self, table: str) -> str:
        lanes = self.lanes
        columns = [f"CAST({quoted(c.name)} AS BIGINT) AS c{i}" for i, c in enumerate(lanes.columns)]
        carried = [] if self.key is None else [quoted(self.key)]
        query = f"SELECT {', '.join([*carried, *columns]) or '1 AS one'} FROM {table}"  # noqa: S608 - names are quoted
        names = [*carried, *(f"c{i}" for i in range(len(columns)))]
        levels: dict[int, list[Step]] = {}
        for step in lanes.steps:
            if step.number in self.kept:
                levels.setdefault(step.level, []).append(step)
        for level, steps in sorted(levels.items()):
            made = [f"{self.own(s)} AS s{s.number}" for s in steps]
            query = f"SELECT {', '.join([*names, *made])}\nFROM (\n{query}\n) AS l{level}"
            names += [f"s{s.number}" for s in steps]
        results = [*carried, f"s{lanes.verdict} AS verdict"]
        for i, out in enumerate(lanes.outputs):
            value = f"CASE WHEN s{out.exists} = 1 THEN s{out.value} ELSE 0 END"
            results += [f"{value} AS o{i}", f"s{out.exists} AS o{i}_exists"]
        return f"SELECT {', '.join(results)}\nFROM (\n{query}\n) AS results"

    def own(self, step: Step) -> str:
        text = self.inner(step)
        return f"CASE WHEN {text} THEN 1 ELSE 0 END" if step.gives == FLAG else text

    def expression(self, number: int) -> str:
        step = self.lanes.steps[number]
        if number in self.kept:
            return f"s{number} = 1" if step.gives == FLAG else f"s{number}"
        return self.inner(step)

    def inner(self, step: Step) -> str:
        op = step.op
        if step.gives == FLAG and op == "constant":
            return "(1 = 1)" if step.value else "(1 = 0)"
        if op == "constant":
            return f"CAST({step.value} AS BIGINT)" if abs(step.value) > 2**31 else str(step.value)
        if op == "column":
            return f"c{step.value}"
        args = [self.expression(n) for n in step.args]
        if op == "not":
            return f"CASE {args[0]} WHEN 7 THEN 0 WHEN 0 THEN 7 ELSE {args[0]} END"
        if op == "open":
            return f"CASE {args[0]} WHEN 7 THEN 0 ELSE {args[0]} END"
        if op == "where":
            return f"CASE WHEN {args[0]} THEN {args[1]} ELSE {args[2]} END"
        if op == "widen":
            return args[0]
        if op == "both":
            return f"({args[0]} AND {args[1]})"
        if op == "//":
            return _floor(args[0], args[1])
        sign = {"==": "=", "!=": "<>"}.get(op, op)
        return f"({args[0]} {sign} {args[1]})"


def _floor(a: str, b: str) -> str:
    """Division towards minus infinity; dialects differ in ``/``, so the remainder does the work."""
    return f"((({a}) - (((({a}) % {b}) + {b}) % {b})) / {b})"
