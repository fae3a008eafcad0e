"""Holds every reading of a population against the reading of one person."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from fractions import Fraction
from typing import Any

import duckdb
import numpy as np
import polars as pl

from leerrekening.rules.columns import Columns, dtype_of
from leerrekening.rules.decide import Engine, Frame, Person
from leerrekening.rules.kernel import FULL, TOTALS, compile_kernel, source
from leerrekening.rules.lanes import Lanes, lower
from leerrekening.rules.residue import Program, Question, Residue
from leerrekening.rules.situation import Situation
from leerrekening.rules.sql import quoted, select
from leerrekening.rules.tables import read_row, table_of
from leerrekening.rules.values import Unknown

Answer = tuple[str, dict[str, Any]]
WORDS = {0: "no", 1: "undecided", 3: "yes", 7: "yes"}
SIZES = {8: np.uint8, 32: np.int32, 64: np.int64}


def expected(
    engine: Engine, situation: Situation, instrument: str, names: Iterable[str], last_known: bool
) -> Answer:
    """What the reading of one person says."""
    finding = Person(engine, situation, last_known).finding(instrument)
    out: dict[str, Any] = {}
    slice_ = finding.slice
    parts: dict[str, tuple[Any, str]] = {}
    for name, ready in (("right", slice_.right), ("award", slice_.award), ("price", slice_.price)):
        parts |= {f"{name}.{part}": (ready, part) for part in (ready.parts if ready else ())}
    for ready in slice_.pays:
        labels = ready.amount.labels
        parts |= {f"pays.{labels['to']}.{labels['what']}.{part}": (ready, part) for part in ready.parts}
    for ready in slice_.counters:
        parts |= {
            f"counters.{ready.amount.labels['initiative']}.{part}": (ready, part) for part in ready.parts
        }
    for name in names:
        ready, part = parts[name]
        value = None
        if finding.verdict == "yes":
            values = finding.values_of(ready)
            if values.get("when", True) is True and type(values[part]) is not Unknown:
                value = values[part]
        out[name] = value
    return finding.verdict, out


def stretches(engine: Engine, situation: Situation, last_known: bool) -> tuple[tuple[str, int | None], ...]:
    """For every owner the stretch of law in which this person is read."""
    person = Person(engine, situation, last_known)
    out = []
    for owner in (*engine.law.instruments, *engine.law.notions):
        frame = person.frame(owner)
        out.append((owner, frame.slice.day if isinstance(frame, Frame) else None))
    return tuple(out)


def programs(
    engine: Engine, people: list[Situation], last_known: bool, instruments: Iterable[str] | None = None
) -> Iterable[tuple[Program, list[Situation]]]:
    """Programs with nothing filled in but the law, each with the people it is for."""
    groups: dict[Any, list[Situation]] = defaultdict(list)
    for person in people:
        groups[stretches(engine, person, last_known), person.has_course].append(person)
    for (days, _), members in groups.items():
        question = Question(members[0], frozenset(), dict(days), last_known)
        for instrument in instruments or engine.law.instruments:
            yield Residue(engine, question).program(instrument), members


def arrays(lanes: Lanes, table: dict[str, list[int]]) -> list[np.ndarray]:
    return [np.array(table[c.name], dtype=SIZES[c.width]) for c in lanes.columns]


def answers(lanes: Lanes, verdicts: Any, values: list[Any], exists: list[Any]) -> list[Answer]:
    out = []
    for row in range(len(verdicts)):
        amounts = {
            lane.name: Fraction(int(values[i][row]), lane.scale) if exists[i][row] else None
            for i, lane in enumerate(lanes.outputs)
        }
        out.append((WORDS[int(verdicts[row])], amounts))
    return out


def plain(program: Program, lanes: Lanes, table: dict[str, list[int]], rows: int) -> list[Answer]:
    kept = {lane.name for lane in lanes.outputs}
    read = [read_row(program, table, row) for row in range(rows)]
    return [(verdict, {k: v for k, v in amounts.items() if k in kept}) for verdict, amounts in read]


def columns(program: Program, lanes: Lanes, table: dict[str, list[int]], rows: int) -> list[Answer]:
    frame = pl.DataFrame(
        {c.name: pl.Series(table[c.name], dtype=dtype_of(c)) for c in lanes.columns}
        | {"row": list(range(rows))}
    )
    out = Columns(lanes).run(frame)
    if out.height == 1 < rows:
        out = pl.concat([out] * rows)
    name = program.instrument
    return answers(
        lanes, out[f"{name}.verdict"], [out[f"{name}.{o.name}"] for o in lanes.outputs],
        [out[f"{name}.{o.name}.exists"] for o in lanes.outputs],
    )  # fmt: skip


def sql(program: Program, lanes: Lanes, table: dict[str, list[int]], rows: int) -> list[Answer]:
    with duckdb.connect() as db:
        names = ", ".join(f"{quoted(c.name)} BIGINT" for c in lanes.columns)
        db.execute(f"CREATE TABLE people (row BIGINT{', ' + names if names else ''})")
        data = [[row, *(table[c.name][row] for c in lanes.columns)] for row in range(rows)]
        db.executemany(f"INSERT INTO people VALUES ({', '.join('?' * (1 + len(lanes.columns)))})", data)
        found = db.execute(select(lanes, "people", "row") + " ORDER BY row").fetchall()
    turned = list(zip(*found, strict=True))
    return answers(lanes, turned[1], list(turned[2::2]), list(turned[3::2]))


def kernel(program: Program, lanes: Lanes, table: dict[str, list[int]], rows: int) -> list[Answer]:
    """The compiled kernel, in both modes."""
    return _kernel(lanes, table, rows, compile_kernel)


def kernel_text(program: Program, lanes: Lanes, table: dict[str, list[int]], rows: int) -> list[Answer]:
    """The text of the kernel, run by Python itself: the same arithmetic without the compiler."""

    class Plain:
        @staticmethod
        def njit(**_: Any) -> Callable[[Any], Any]:
            return lambda function: function

    def interpret(text: str) -> Callable[..., None]:
        space: dict[str, Any] = {"np": np, "numba": Plain, "CACHE": False}
        exec(text, space)
        return space["kernel"]

    return _kernel(lanes, table, rows, interpret)


def _kernel(
    lanes: Lanes, table: dict[str, list[int]], rows: int, ready: Callable[[str], Any]
) -> list[Answer]:
    values, states = (
        np.array(a, dtype=t) for a, t in zip(lanes.arguments(), (np.int64, np.uint8), strict=True)
    )
    verdict = np.zeros(rows, np.uint8)
    results = [np.zeros(rows, t) for _ in lanes.outputs for t in (np.int64, np.uint8)]
    ready(source(lanes, FULL))(rows, *arrays(lanes, table), values, states, verdict, *results)
    totals = np.zeros(3 + 2 * len(lanes.outputs), np.int64)
    ready(source(lanes, TOTALS))(rows, *arrays(lanes, table), values, states, totals)
    counts = [int((verdict == 0).sum()), int((verdict == 1).sum()), int((verdict >= 3).sum())]
    sums = [int(r.sum()) for r in results]
    assert list(totals) == counts + sums, "counts and sums differ from the results per person"
    return answers(lanes, verdict, results[0::2], results[1::2])


READINGS: dict[str, Callable[..., list[Answer]]] = {
    "plain": plain,
    "columns": columns,
    "sql": sql,
    "kernel": kernel,
}


def check(
    engine: Engine,
    program: Program,
    people: list[Situation],
    last_known: bool,
    readings: Iterable[Callable[..., list[Answer]]],
) -> None:
    """Every reading of the program says of everybody what the reading of one person says."""
    if program.fixed_verdict is not None:
        for person in people:
            assert expected(engine, person, program.instrument, (), last_known)[0] == program.fixed_verdict
        return
    lanes = lower(program)
    table = table_of(program.leaves(), people)
    names = [lane.name for lane in lanes.outputs]
    wanted = [expected(engine, person, program.instrument, names, last_known) for person in people]
    for reading in readings:
        found = reading(program, lanes, table, len(people))
        for person, want, got in zip(people, wanted, found, strict=True):
            assert want == got, (
                f"{reading.__name__}, {program.instrument}: {got}, not {want}, for {person.source}"
            )
