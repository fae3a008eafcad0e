"""Near-duplicate conditions: two rights that ask almost the same, who meets one and not the other, and why."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import combinations
from math import sqrt
from typing import Final

import numpy as np
import polars as pl

from leerrekening.policy.facts import leaf_columns
from leerrekening.policy.persons import Array, Rows
from leerrekening.policy.simulation import CELLS, DIMENSIONS, Simulation, by_group, cells_of
from leerrekening.rules.columns import Columns, dtype_of
from leerrekening.rules.lanes import lower
from leerrekening.rules.residue import Program
from leerrekening.rules.steps import ANY
from leerrekening.rules.terms import Term

NEAR: Final = 0.7
"""Conditions are near-duplicates when so many of those who meet one meet both, ..."""
ASSOCIATED: Final = 0.5
"""... and that is not merely because almost everybody meets either: their phi coefficient is at least this."""
STANDS_OUT: Final = 0.2
"""A group tells who meets only one when its share there is so much higher than among everybody."""
TELLING: Final = ("status", "sector", "region")


@dataclass(frozen=True, slots=True)
class Mostly:
    """A group that stands out among those who meet only one of two conditions, and how many of them it has."""

    dimension: str
    group: str
    persons: int


@dataclass(frozen=True, slots=True)
class Pair:
    """Two conditions of two instruments: persons who meet both, one of them, or neither, and how alike they are.

    ``alike`` is the share of those who meet at least one that meet both. Why they differ: ``first_mostly`` and
    ``second_mostly`` tell who meets only that one, ``why`` names the columns that only one of them reads.
    """

    first: str
    second: str
    both: int
    only_first: int
    only_second: int
    neither: int
    alike: float
    first_mostly: Mostly | None
    second_mostly: Mostly | None
    why: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Met:
    persons: Array
    reads: frozenset[str]


def near_duplicates(
    simulation: Simulation, frame: pl.DataFrame, population_day: int, scenario: int = 0
) -> list[Pair]:
    """Pairs of conditions of different instruments that almost the same people meet, most alike first."""
    rows, _ = simulation.table(frame, population_day)
    cells = cells_of(rows, simulation.shared.as_of)
    met = _met(simulation, rows, frame.height, scenario)
    pairs = []
    for (a, one), (b, other) in combinations(met.items(), 2):
        if a.partition(".")[0] == b.partition(".")[0]:
            continue
        x, y = one.persons, other.persons
        joint, only_a, only_b = int((x & y).sum()), int((x & ~y).sum()), int((~x & y).sum())
        some = joint + only_a + only_b
        neither = frame.height - some
        if some and joint / some >= NEAR and _association(joint, only_a, only_b, neither) >= ASSOCIATED:
            pairs.append(
                Pair(
                    a, b, joint, only_a, only_b, neither, joint / some,
                    _mostly(cells, x & ~y), _mostly(cells, ~x & y), tuple(sorted(one.reads ^ other.reads)),
                )
            )  # fmt: skip
    return sorted(pairs, key=lambda p: (-p.alike, p.first, p.second))


def _met(simulation: Simulation, rows: Rows, length: int, scenario: int) -> dict[str, _Met]:
    """Who meets each condition that is read from people, or may meet it by the course they choose."""
    out: dict[str, _Met] = {}
    for name, program in simulation.scenarios[scenario].programs.items():
        for condition, term in program.conditions.items():
            bits, reads = _bits(simulation, rows, program, term)
            if reads:
                out[f"{name}.{condition}"] = _Met(np.broadcast_to(bits >= ANY, length), reads)
    return out


def _bits(simulation: Simulation, rows: Rows, program: Program, term: Term) -> tuple[Array, frozenset[str]]:
    alone = replace(program, verdict=term, outputs=())
    lanes = lower(alone)
    if not lanes.columns:
        return np.zeros(0, np.uint8), frozenset()
    table = leaf_columns(rows, alone.leaves(), simulation.shared)
    frame = pl.DataFrame({c.name: pl.Series(table[c.name], dtype=dtype_of(c)) for c in lanes.columns})
    return Columns(lanes).run(frame).to_series(0).to_numpy(), frozenset(c.name for c in lanes.columns)


def _association(both: int, only_first: int, only_second: int, neither: int) -> float:
    """The phi coefficient of two conditions; 0 where one of them tells nobody apart."""
    margins = (both + only_first) * (both + only_second) * (neither + only_first) * (neither + only_second)
    return float((both * neither - only_first * only_second) / sqrt(margins)) if margins else 0.0


def _mostly(cells: Array, chosen: Array) -> Mostly | None:
    """The group that stands out most among these people; None where there are none, or none stands out."""
    if not chosen.any():
        return None
    everybody, some = (np.bincount(each, minlength=CELLS) for each in (cells, cells[chosen]))
    best, lead = None, STANDS_OUT
    for dimension in TELLING:
        there, here = (by_group(each, dimension)[:, 0] for each in (everybody, some))
        ahead = here / here.sum() - there / there.sum()
        place = int(ahead.argmax())
        if ahead[place] > lead:
            lead, best = ahead[place], Mostly(dimension, DIMENSIONS[dimension][place], int(here[place]))
    return best
