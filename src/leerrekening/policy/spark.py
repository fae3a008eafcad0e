"""The same run on a cluster: Spark moves Arrow batches, the same readings work on them, sums come back.

For institutions whose data already live on a cluster (PySpark 4, Java 17, and this package on every worker). Semantics
are those of ``simulation``: each batch gives its totals as rows, and totals add up. PySpark is not among the
dependencies; it is imported by who calls ``run_on_spark``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final

import numpy as np
import polars as pl
import pyarrow as pa

from leerrekening.policy.reforms import LawBook, Reform
from leerrekening.policy.simulation import AUTO, Setting, Simulation, Totals

SCHEMA: Final = "part string, number long, name string, place long, value long"
_READY: Final[dict[str, Simulation]] = {}


def run_on_spark(
    people: Any, reforms: Sequence[Reform | None], setting: Setting, population_day: int, engine: str = AUTO
) -> Totals:
    """Run over a Spark DataFrame with the columns of a population file; the totals come back to the caller.

    Raises what ``Simulation`` raises; a bad value on a worker ends the job with the column, the row in its batch and
    the reason.
    """
    simulation = Simulation(LawBook(), reforms, setting)
    work = _worker(tuple(reforms), setting, population_day, engine)
    rows = people.mapInArrow(work, SCHEMA).groupBy("part", "number", "name", "place").sum("value").collect()
    return _gathered(simulation, [tuple(row) for row in rows])


def _worker(
    reforms: tuple[Reform | None, ...], setting: Setting, population_day: int, engine: str
) -> Callable[[Iterator[pa.RecordBatch]], Iterator[pa.RecordBatch]]:
    key = repr((tuple(r.hash if r else None for r in reforms), setting))

    def work(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        simulation = _READY.get(key)
        if simulation is None:
            simulation = _READY[key] = Simulation(LawBook(), reforms, setting)
        for batch in batches:
            frame = pl.DataFrame(pl.from_arrow(pa.Table.from_batches([batch])))
            totals = simulation.partition(frame, population_day, simulation.engine_for(engine))
            yield _rows(totals)

    return work


def _rows(totals: Totals) -> pa.RecordBatch:
    """Totals as rows of what is not zero."""
    out: list[tuple[str, int, str, int, int]] = []

    def add(part: str, number: int, name: str, values: Any) -> None:
        flat = np.asarray(values).ravel()
        out.extend((part, number, name, int(place), int(flat[place])) for place in np.flatnonzero(flat))

    add("persons", 0, "", totals.persons)
    for number, verdicts in enumerate(totals.verdicts):
        add("verdicts", number, "", verdicts)
    for part in ("sums", "known", "moves"):
        for number, named in enumerate(getattr(totals, part)):
            for name, values in named.items():
                add(part, number, name, values)
    for number, patterns in enumerate(totals.patterns):
        add("patterns", number, "", patterns)
    for name, count in totals.unknown.items():
        add("unknown", 0, name, [count])
    columns: list[Any] = list(zip(*out, strict=True)) if out else [[]] * 5
    types = (pa.string(), pa.int64(), pa.string(), pa.int64(), pa.int64())
    names = ["part", "number", "name", "place", "value"]
    arrays = [pa.array(list(column), type=kind) for column, kind in zip(columns, types, strict=True)]
    return pa.RecordBatch.from_arrays(arrays, names=names)


def _gathered(simulation: Simulation, rows: list[tuple[Any, ...]]) -> Totals:
    totals = simulation.empty()
    cells = len(totals.persons)
    for part, number, name, place, value in rows:
        if part == "persons":
            totals.persons[place] = value
        elif part in ("verdicts", "patterns"):
            getattr(totals, part)[number].reshape(-1)[place] = value
        elif part == "unknown":
            totals.unknown[name] = value
        else:
            named = getattr(totals, part)[number]
            if name not in named:
                named[name] = np.zeros((cells, 9) if part == "moves" else cells, np.int64)
            named[name].reshape(-1)[place] = value
    return totals
