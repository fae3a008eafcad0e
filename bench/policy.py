"""How long the law takes over a population, against just reading the columns it asks for.

Run with ``.venv/bin/python bench/policy.py [persons] [rounds]``. The floor is timed in the same rounds: every byte of
the same columns is read once, by as many threads. Compiling is shown apart; it happens once per shape and machine.
Time on the processor stands beside it: on a machine that is busy with other work it says more than the clock.
"""

from __future__ import annotations

import resource
import statistics
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numba
import numpy as np
import polars as pl

from leerrekening.policy import kernels
from leerrekening.policy.reforms import LawBook, ready_reforms
from leerrekening.policy.simulation import Setting, Simulation, Unit
from leerrekening.policy.synthesis import partitions
from leerrekening.rules import days
from leerrekening.rules.columns import dtype_of
from leerrekening.rules.kernel import FULL, TOTALS

DAY = "2027-03-01"
THREADS = 2
COLUMNS = "columns"
CHUNKS = {TOTALS: 262_144, FULL: 65_536, COLUMNS: 262_144}
Array = np.ndarray[Any, Any]


@numba.njit(nogil=True)  # type: ignore[untyped-decorator]
def read(words: Array) -> int:
    """Touch every byte once."""
    total = 0
    for i in range(len(words)):
        total += words[i]
    return total


def tables(simulation: Simulation, persons: int) -> tuple[dict[str, Array], float]:
    """The columns of everybody, and the seconds it took to derive them from the rows of a population file."""
    parts: list[dict[str, Array]] = []
    spent = 0.0
    for frame in partitions(persons, 1, DAY):
        start = time.perf_counter()
        _, table = simulation.table(frame, days.day_of(DAY))
        spent += time.perf_counter() - start
        parts.append(table)
    return {name: np.concatenate([p[name] for p in parts]) for name in parts[0]}, spent


def spread(work: Callable[[int, int], None], persons: int, chunk: int) -> None:
    """Call ``work(low, high)`` for the chunks of a population in threads."""
    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(lambda low: work(low, min(low + chunk, persons)), range(0, persons, chunk)))


def measure(persons: int, rounds: int) -> None:
    """Print the table of measurements."""
    partners = next(r for r in ready_reforms() if r.id == "sociale_partners")
    simulation = Simulation(LawBook(), [None, partners], Setting(DAY))
    units = [u for u in simulation.units if u.lanes is not None]
    table, derived = tables(simulation, persons)
    names = sorted({c.name for u in units if u.lanes for c in u.lanes.columns})
    size = sum(table[n].nbytes for n in names)
    words = [table[n].view(np.uint8)[: table[n].nbytes // 8 * 8].view(np.uint64) for n in names]

    def floor() -> None:
        with ThreadPoolExecutor(THREADS) as pool:
            pieces = [w[i : i + 500_000] for w in words for i in range(0, len(w), 500_000)]
            list(pool.map(read, pieces))

    def kernel(unit: Unit, mode: str) -> Callable[[int, int], None]:
        lanes = unit.lanes
        assert lanes is not None
        values, states = lanes.arguments()
        arguments = np.array(values, np.int64), np.array(states, np.uint8)
        run = kernels.load(lanes, mode)
        columns = [table[c.name] for c in lanes.columns]

        def work(low: int, high: int) -> None:
            if mode == TOTALS:
                results = [np.zeros(3 + 2 * len(lanes.outputs), np.int64)]
            else:
                kinds = [np.uint8, *(t for _ in lanes.outputs for t in (np.int64, np.uint8))]
                results = [np.empty(high - low, t) for t in kinds]
            run(high - low, *(c[low:high] for c in columns), *arguments, *results)

        return work

    def all_of(mode: str) -> Callable[[], None]:
        works = [kernel(u, mode) for u in units]

        def run() -> None:
            def every(low: int, high: int) -> None:
                for work in works:
                    work(low, high)

            spread(every, persons, CHUNKS[mode])

        return run

    def columns() -> None:
        def every(low: int, high: int) -> None:
            for unit in units:
                assert unit.lanes is not None and unit.columns is not None
                layouts = unit.lanes.columns
                rows = {c.name: pl.Series(table[c.name][low:high], dtype=dtype_of(c)) for c in layouts}
                unit.columns.run(pl.LazyFrame(rows)).collect()

        spread(every, persons, CHUNKS[COLUMNS])

    start = time.perf_counter()
    totals, full = all_of(TOTALS), all_of(FULL)
    for unit in units:
        for mode in (TOTALS, FULL):
            kernel(unit, mode)(0, 10)
    compiled = time.perf_counter() - start
    print(
        f"{persons:,} persons, {len(units)} instruments, {len(names)} columns, {size / persons:.0f} bytes a person"
    )
    print(
        f"loading or compiling {2 * len(units)} kernels: {compiled:.1f} s; facts on the day from rows: {derived:.2f} s"
    )
    works = {"floor": floor, "kernel, totals": totals, "kernel, full": full, COLUMNS: columns}
    floor()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    taken: dict[str, list[float]] = {name: [] for name in works}
    busy: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(rounds):
        for name, work in works.items():
            start, worked = time.perf_counter(), time.process_time()
            work()
            taken[name].append(time.perf_counter() - start)
            busy[name].append(time.process_time() - worked)
    extra = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    least, least_busy = statistics.median(taken["floor"]), statistics.median(busy["floor"])
    for name, seconds in taken.items():
        middle = statistics.median(seconds)
        ratios = [s / f for s, f in zip(seconds, taken["floor"], strict=True)]
        print(
            f"{name:16} {1000 * middle:8.1f} ms  {middle / least:6.1f} x floor "
            f"(rounds {min(ratios):.1f} to {max(ratios):.1f})  {persons / middle / 1e6:7.1f} M persons/s  "
            f"time on the processor {statistics.median(busy[name]) / least_busy:6.1f} x floor"
        )
    print(f"memory beyond the inputs, highest: {extra:.0f} MB")


if __name__ == "__main__":
    measure(
        int(sys.argv[1]) if len(sys.argv) > 1 else 4_000_000, int(sys.argv[2]) if len(sys.argv) > 2 else 7
    )
