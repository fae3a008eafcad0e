"""What is worked out over a sample of people: conditions that are almost the same, and the portability matrix.

Each asks for many runs, and shares do not need everybody: a sample of a hundred thousand gives them within a point.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Final

import polars as pl

from leerrekening.policy.duplicates import Mostly, Pair, near_duplicates
from leerrekening.policy.persons import Part
from leerrekening.policy.portability import Portability, portability
from leerrekening.policy.simulation import Simulation

SAMPLE: Final = 100_000
PIECES: Final = 8


@dataclass(frozen=True, slots=True)
class Study:
    """Per scenario, in their order: pairs of conditions, and what each change of status does. Counts of the sample."""

    persons: int
    of: int
    scenarios: tuple[str, ...]
    pairs: tuple[tuple[Pair, ...], ...]
    changes: tuple[tuple[Portability, ...], ...]

    def pairs_csv(self) -> str:
        """The pairs of conditions as CSV. The same people give the same bytes."""
        head = [
            *("scenario", "first", "second", "both", "only_first", "only_second", "neither", "alike"),
            *("only_first_mostly", "only_second_mostly", "read_by_one_only"),
        ]
        rows = [
            [
                scenario, p.first, p.second, p.both, p.only_first, p.only_second, p.neither, f"{p.alike:.6f}",
                _group(p.first_mostly), _group(p.second_mostly), " | ".join(p.why),
            ]
            for scenario, pairs in zip(self.scenarios, self.pairs, strict=True)
            for p in pairs
        ]  # fmt: skip
        return _csv(head, rows)

    def changes_csv(self) -> str:
        """The portability matrix as CSV. The same people give the same bytes."""
        head = [
            *("scenario", "instrument", "status", "changed_to", "persons", "entitled"),
            *("keeps", "uncertain", "loses", "gains"),
        ]
        rows = [
            [
                scenario, c.instrument, c.status, c.changed_to, c.persons, c.entitled,
                c.keeps, c.uncertain, c.loses, c.gains,
            ]
            for scenario, changes in zip(self.scenarios, self.changes, strict=True)
            for c in changes
        ]  # fmt: skip
        return _csv(head, rows)


def study(simulation: Simulation, frame: pl.DataFrame, population_day: int, of: int) -> Study:
    """Work out everything over a sample of ``of`` people. Raises PopulationError, Unrepresentable."""
    numbers = range(len(simulation.scenarios))
    return Study(
        frame.height,
        of,
        tuple(each.id for each in simulation.scenarios),
        tuple(tuple(near_duplicates(simulation, frame, population_day, n)) for n in numbers),
        tuple(tuple(portability(simulation, frame, population_day, n)) for n in numbers),
    )


def sample(parts: Sequence[Part], size: int, wanted: int = SAMPLE) -> pl.DataFrame:
    """About ``wanted`` of ``size`` people, spread evenly over the parts and the rows in them; always the same."""
    pieces = parts[:: max(1, len(parts) // PIECES)]
    step = max(1, ceil(size * len(pieces) / (max(1, len(parts)) * wanted)))
    return pl.concat([part.read().gather_every(step) for part in pieces], how="vertical_relaxed")


def _group(mostly: Mostly | None) -> str:
    return "" if mostly is None else f"{mostly.dimension}: {mostly.group} ({mostly.persons})"


def _csv(head: list[str], rows: Iterable[list[object]]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(head)
    writer.writerows(rows)
    return out.getvalue()
