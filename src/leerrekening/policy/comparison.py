"""What instruments share and what a change of status does: near-duplicate conditions, and the portability matrix."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import combinations
from math import sqrt
from typing import Final

import numpy as np
import polars as pl

from leerrekening.policy.facts import leaf_columns
from leerrekening.policy.persons import BENEFITS, KINDS, REGIONS, SECTORS, STATUSES, UNKNOWN, Array, Rows
from leerrekening.policy.simulation import Simulation
from leerrekening.rules.columns import Columns, dtype_of
from leerrekening.rules.lanes import Lanes, lower
from leerrekening.rules.residue import Program
from leerrekening.rules.steps import ANY
from leerrekening.rules.terms import Term

CHANGES: Final[Mapping[str, Mapping[str, object]]] = {
    "employee": {"job_kind": KINDS.index("employee"), "job_sector": SECTORS.index("private")},
    "temp_agency": {"job_kind": KINDS.index("temp_agency"), "job_sector": SECTORS.index("private")},
    "civil_servant": {
        "job_kind": KINDS.index("statutory_civil_servant"),
        "job_sector": SECTORS.index("public"),
    },
    "self_employed": {"job_kind": KINDS.index("self_employed_main"), "job_sector": SECTORS.index("private")},
    "unemployed": {"benefit_kind": BENEFITS.index("unemployment_full")},
    "inactive": {},
}
"""What a change to each status changes in a row; without a kind of job the job and its facts end."""

_JOB: Final = (
    "job_from",
    "job_kind",
    "job_sector",
    "job_region",
    "job_fraction",
    "job_weekly_minutes",
    "job_schedule",
    "job_gross_cents",
    "side_job_from",
)
NEAR: Final = 0.9
"""Conditions are near-duplicates when so many of those who meet one meet both, ..."""
ASSOCIATED: Final = 0.5
"""... and that is not merely because almost everybody meets either: their phi coefficient is at least this."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two conditions of two instruments: persons who meet both, one of them, or neither, and how alike they are.

    ``alike`` is the share of those who meet at least one that meet both. ``why`` names the columns that only one reads.
    """

    first: str
    second: str
    both: int
    only_first: int
    only_second: int
    neither: int
    alike: float
    why: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Portability:
    """Of those in ``status`` entitled to an instrument: how many keep it, lose it, or become uncertain."""

    instrument: str
    status: str
    changed_to: str
    entitled: int
    keeps: int
    uncertain: int
    loses: int
    gains: int


def near_duplicates(
    simulation: Simulation, frame: pl.DataFrame, population_day: int, scenario: int = 0
) -> list[Pair]:
    """Pairs of conditions of different instruments that almost the same people meet, most alike first."""
    rows, _ = simulation.table(frame, population_day)
    met: dict[str, tuple[Array, frozenset[str]]] = {}
    for name, program in simulation.scenarios[scenario].programs.items():
        for condition, term in program.conditions.items():
            lanes = lower(replace(program, verdict=term, outputs=()))
            columns = frozenset(c.name for c in lanes.columns)
            if columns:
                met[f"{name}.{condition}"] = (
                    _bits(simulation, rows, program, term, lanes, frame.height) >= ANY,
                    columns,
                )
    pairs = []
    for (a, (x, reads)), (b, (y, others)) in combinations(met.items(), 2):
        if a.partition(".")[0] == b.partition(".")[0]:
            continue
        joint, only_a, only_b = int((x & y).sum()), int((x & ~y).sum()), int((~x & y).sum())
        some = joint + only_a + only_b
        neither = frame.height - some
        if some and joint / some >= NEAR and _association(joint, only_a, only_b, neither) >= ASSOCIATED:
            pairs.append(
                Pair(a, b, joint, only_a, only_b, neither, joint / some, tuple(sorted(reads ^ others)))
            )
    return sorted(pairs, key=lambda p: (-p.alike, p.first, p.second))


def _association(both: int, only_first: int, only_second: int, neither: int) -> float:
    """The phi coefficient of two conditions; 0 where one of them tells nobody apart."""
    margins = (both + only_first) * (both + only_second) * (neither + only_first) * (neither + only_second)
    return float((both * neither - only_first * only_second) / sqrt(margins)) if margins else 0.0


def _bits(
    simulation: Simulation, rows: Rows, program: Program, term: Term, lanes: Lanes, length: int
) -> Array:
    leaves = replace(program, verdict=term, outputs=()).leaves()
    table = leaf_columns(rows, leaves, simulation.shared)
    frame = pl.DataFrame({c.name: pl.Series(table[c.name], dtype=dtype_of(c)) for c in lanes.columns})
    return Columns(lanes).run(frame).to_series(0).to_numpy()


def portability(
    simulation: Simulation, frame: pl.DataFrame, population_day: int, scenario: int = 0
) -> list[Portability]:
    """What each change of status does to each right, over the people of one partition."""
    rows, table = simulation.table(frame, population_day)
    before = _verdicts(simulation, table, frame.height, scenario)
    out = []
    for target in STATUSES:
        moved = change_status(rows, target)
        after = _verdicts(
            simulation, leaf_columns(moved, simulation.leaves, simulation.shared), frame.height, scenario
        )
        for place, status in enumerate(STATUSES):
            if status == target:
                continue
            among = rows["status"] == place
            for name, had in before.items():
                yes = among & (had == 2)
                now = after[name]
                keeps, uncertain, loses = (int((yes & (now == verdict)).sum()) for verdict in (2, 1, 0))
                gains = int((among & (had == 0) & (now == 2)).sum())
                out.append(Portability(name, status, target, int(yes.sum()), keeps, uncertain, loses, gains))
    return out


def _verdicts(
    simulation: Simulation, table: Mapping[str, Array], length: int, scenario: int
) -> dict[str, Array]:
    out = {}
    for name, number in simulation.of[scenario].items():
        bits, _, _ = simulation.run_unit(simulation.units[number], table, length, "columns")
        out[name] = np.minimum(bits, 2)
    return out


def change_status(rows: Rows, target: str) -> dict[str, Array]:
    """The same people in another status. Who had no job gets a full-time one since a year, in the Flemish Region."""
    out = dict(rows)
    length = len(rows["status"])
    changes = CHANGES[target]

    def full(value: int) -> Array:
        return np.full(length, value, np.int64)

    out["status"] = full(STATUSES.index(target))
    out["benefit_kind"] = full(UNKNOWN)
    out["benefit_from"] = full(UNKNOWN)
    if "job_kind" not in changes:
        for name in _JOB:
            out[name] = full(UNKNOWN)
        if "benefit_kind" in changes:
            out["benefit_kind"] = full(int(str(changes["benefit_kind"])))
            out["benefit_from"] = full(0) + rows["birth_date"] + 18 * 365
        return out
    jobless = rows["job_from"] == UNKNOWN
    fresh = {
        "job_from": rows["birth_date"] + 18 * 365, "job_region": full(REGIONS.index("vlaams_gewest")),
        "job_fraction": full(1_000_000), "job_weekly_minutes": full(2280), "job_schedule": full(0),
        "job_gross_cents": full(300_000),
    }  # fmt: skip
    for name, value in fresh.items():
        out[name] = np.where(jobless, value, rows[name])
    for name, code in changes.items():
        out[name] = full(int(str(code)))
    return out
