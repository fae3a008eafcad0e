"""From occupations, declared quarter by quarter, to jobs with a history of their share."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml

from leerrekening.registry.sources.regions import region_of_municipality

ONE_DAY: Final = timedelta(days=1)
# A declaration comes in the month after its quarter. Silence for longer than another quarter after that means that the
# job has ended. Our reading: the messages do not say how long to wait.
LONGEST_SILENCE: Final = timedelta(days=215)
SHARE_DIGITS: Final = Decimal("0.0001")


@dataclass(frozen=True, slots=True)
class Line:
    """One occupation in one quarter, as declared. Hours are a week's."""

    employer: str
    begin: date
    end: date | None
    quarter_from: date
    quarter_to: date
    committee: str | None
    municipality: str | None
    hours: Decimal | None
    full_time_hours: Decimal | None
    worker: str
    sector: str

    @property
    def last(self) -> date:
        """The last day of the occupation that this quarter speaks of."""
        return min(self.end or self.quarter_to, self.quarter_to)

    @property
    def share(self) -> Decimal | None:
        """The share of a full-time job, in ten-thousandths; None when it is not declared."""
        if self.hours is None or self.full_time_hours is None:
            return None
        share = (self.hours / self.full_time_hours).quantize(SHARE_DIGITS, ROUND_HALF_UP)
        return Decimal(format(share.normalize(), "f"))


@dataclass(slots=True)
class _Chain:
    """Occupations that follow each other without a gap at one employer: one job."""

    lines: list[Line] = field(default_factory=list)

    def continued_by(self, line: Line) -> bool:
        before = self.lines[-1]
        if line.begin == before.begin:
            return line.quarter_from > before.quarter_from and line.quarter_from <= before.last + ONE_DAY
        return before.last < line.begin <= before.last + ONE_DAY


def jobs_of(lines: Iterable[Line], said_on: date) -> Iterator[tuple[str, dict[str, Any]]]:
    """Jobs by name (employer and first day), each as the contract writes it."""
    lines = sorted(lines, key=lambda line: (line.quarter_from, line.begin, line.employer))
    newest = max((line.quarter_to for line in lines), default=None)
    chains: dict[tuple[str, str | None, str | None, str, str], list[_Chain]] = {}
    for line in lines:
        same = chains.setdefault(
            (
                line.employer,
                line.committee,
                region_of_municipality(line.municipality),
                line.worker,
                line.sector,
            ),
            [],
        )
        chain = next((chain for chain in same if chain.continued_by(line)), None)
        if chain is None:
            chain = _Chain()
            same.append(chain)
        chain.lines.append(line)
    for chain in sorted(
        (chain for same in chains.values() for chain in same),
        key=lambda c: (c.lines[0].begin, c.lines[0].employer),
    ):
        first, last = chain.lines[0], chain.lines[-1]
        assert newest is not None
        silent = last.quarter_to < newest or said_on - last.quarter_to > LONGEST_SILENCE
        end = last.end or (last.quarter_to if silent else None)
        yield f"{first.employer}/{first.begin}", _job(chain.lines, end)


def _job(lines: list[Line], end: date | None) -> dict[str, Any]:
    first, last = lines[0], lines[-1]
    known = {
        "from": first.begin.isoformat(),
        "to": end.isoformat() if end else None,
        "kind": _kind(last),
        "sector": _sector(last),
        "workplace_region": region_of_municipality(last.municipality),
        "joint_committee": last.committee,
        "fraction": _shares(lines, end),
        "weekly_hours": _plain(last.hours),
        "full_time_weekly_hours": _plain(last.full_time_hours),
    }
    return {key: value for key, value in known.items() if value is not None or key == "to"}


def _shares(lines: list[Line], end: date | None) -> list[dict[str, Any]] | None:
    """The share over time. A quarter that does not declare it leaves a gap: unknown."""
    periods: list[tuple[date, date, Decimal]] = []
    for position, line in enumerate(lines):
        share = line.share
        if share is None:
            continue
        first = line.begin if position == 0 else max(line.begin, line.quarter_from)
        if periods and periods[-1][2] == share and periods[-1][1] + ONE_DAY >= first:
            periods[-1] = (periods[-1][0], line.last, share)
        else:
            periods.append((first, line.last, share))
    out = [{"from": a.isoformat(), "to": b.isoformat(), "value": share} for a, b, share in periods]
    if out and end is None and lines[-1].share is not None:
        out[-1]["to"] = None  # type: ignore[assignment]  # still running
    return out or None


def _plain(hours: Decimal | None) -> Decimal | None:
    return None if hours is None else Decimal(format(hours.normalize(), "f"))


@cache
def codes() -> dict[str, Any]:
    """The tables of codes.yaml."""
    tables: dict[str, Any] = yaml.safe_load(
        Path(__file__).with_name("codes.yaml").read_text(encoding="utf-8")
    )
    return tables


def _kind(line: Line) -> str | None:
    found = codes()["workers"].get(line.worker.zfill(3))
    if found and found["kind"] == "employee" and line.committee in codes()["temp_agency_committees"]:
        return "temp_agency"
    return found["kind"] if found else None


def _sector(line: Line) -> str | None:
    found = codes()["sectors"].get(line.sector)
    if found and found["sector"] == "private" and line.committee in codes()["social_profit_committees"]:
        return "social_profit"
    return found["sector"] if found else None
