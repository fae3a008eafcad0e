"""The monitor: published participation as series that are never joined across a break, and who is reached.

Each survey is a series of its own, by period and region. The same people score 48 per cent in one survey and 21 in
another; a line through both would be an invention.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from leerrekening.policy.disclosure import shown, shown_rate
from leerrekening.policy.indicators import MEASURES, Point, Route, Series, measured, route
from leerrekening.policy.synthesis import DATA

TARGET, TARGET_YEAR = 60.0, 2030
BREAKS: Final = {("EAK", "Vlaanderen"): (2017, 2021), ("EAK", "België"): (2024,)}
"""Years whose value cannot be joined to the one before: other questions, another design."""

SUSPECT: Final = "verdacht"


@dataclass(frozen=True, slots=True)
class Published:
    """A published figure of participation by group, with its flag."""

    id: str
    group: str
    value: float
    year: int
    source: str
    dimension: str
    period: str
    flag: str


def participation_series() -> list[Series]:
    """Total participation by survey, region and period, from the published figures and the policy plan (AES 2016)."""
    found: dict[tuple[str, str, str], dict[int, float]] = {}
    with (DATA / "public_participation_figures.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if (
                row["group"] == "totaal"
                and row["survey"] in ("EAK", "AES", "LFS")
                and row["population"] == "25-64"
            ):
                wording = row["indicator"].removeprefix("deelname").strip(" +")
                if row["indicator"] in ("deelname", "deelname formeel+non-formeel") or "excl." in wording:
                    key = (row["survey"], row["region"], row["ref_period"])
                    found.setdefault(key, {})[int(row["year"])] = float(row["value"])
    with (DATA / "policy_plan_figures.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if row["id"] == "F004":
                found.setdefault(("AES", row["region"], row["ref_period"]), {})[int(row["year"])] = float(
                    row["value"]
                )
    return [
        Series(
            survey,
            period,
            region,
            tuple(Point(y, v) for y, v in sorted(values.items())),
            BREAKS.get((survey, region), ()),
        )
        for (survey, region, period), values in sorted(found.items())
    ]


def routes(series: Sequence[Series]) -> list[tuple[Series, Route]]:
    """What 60 per cent in 2030 asks of each Flemish 12-month series, from its own last value."""
    return [
        (s, route(s, TARGET, TARGET_YEAR))
        for s in series
        if s.region == "Vlaanderen" and s.period == "12 maanden"
    ]


def published_by_group() -> list[Published]:
    """Published participation by group, without what is flagged as suspect."""
    out = []
    with (DATA / "policy_plan_figures.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if (
                row["indicator"].startswith("deelname")
                and row["dimension"] != "totaal"
                and row["flag"] != SUSPECT
            ):
                out.append(
                    Published(
                        row["id"],
                        row["group"],
                        float(row["value"]),
                        int(row["year"] or 0),
                        row["source"],
                        row["dimension"],
                        row["ref_period"],
                        row["flag"],
                    )  # fmt: skip
                )
    return out


@dataclass(frozen=True, slots=True)
class Reach:
    """Use against entitlement of one group, as it may be shown (None: too few)."""

    group: str
    entitled: int | None
    users: int | None
    rate: float | None


def matthew(
    groups: Sequence[str], entitled: Sequence[int], users: Sequence[int]
) -> tuple[list[Reach], dict[str, tuple[float, float, float]]]:
    """Use against entitlement per group, low to high, and the measures with their intervals.

    Measures are worked out from the shown counts, so that they give nothing more away, and left out when an end group
    is too small to be shown.
    """
    rows = [
        Reach(group, shown(e), shown(u), shown_rate(u, e))
        for group, e, u in zip(groups, entitled, users, strict=True)
    ]
    if rows[0].rate is None or rows[-1].rate is None:
        return rows, {}
    found = measured([shown(e) or 0 for e in entitled], [shown(u) or 0 for u in users])
    return rows, {m.name: (m.value, m.low, m.high) for m in found if m.name in MEASURES}
