"""The portability matrix: what each change of status does to each right."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl

from leerrekening.policy.facts import leaf_columns
from leerrekening.policy.persons import BENEFITS, KINDS, REGIONS, SECTORS, STATUSES, UNKNOWN, Array, Rows
from leerrekening.policy.simulation import COLUMNS_ENGINE, Simulation

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


@dataclass(frozen=True, slots=True)
class Portability:
    """Of the ``entitled`` among ``persons`` in a status: how many keep the right, lose it, or become uncertain.

    ``gains`` counts those who had no right before and have it after.
    """

    instrument: str
    status: str
    changed_to: str
    persons: int
    entitled: int
    keeps: int
    uncertain: int
    loses: int
    gains: int


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
                entitled = int(yes.sum())
                out.append(
                    Portability(
                        name, status, target, int(among.sum()), entitled, keeps, uncertain, loses, gains
                    )
                )
    return out


def _verdicts(
    simulation: Simulation, table: Mapping[str, Array], length: int, scenario: int
) -> dict[str, Array]:
    out = {}
    for name, number in simulation.of[scenario].items():
        bits, _, _ = simulation.run_unit(simulation.units[number], table, length, COLUMNS_ENGINE)
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
