"""How the use of a right leans between groups, told from counts that may be shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from leerrekening.policy import inequality
from leerrekening.policy.inequality import Count, Interval
from leerrekening.policy.monitor.counts import UNKNOWN
from leerrekening.policy.suppression import Row, Use

ORDERED = ("schooling", "status")


@dataclass(frozen=True)
class Lean:
    """How use leans between the first and the last group, with 95 % intervals for the chance in who uses a right.

    A ratio is None where it has no value. `erreygers` is None when a group between them is hidden.
    """

    first: Row
    last: Row
    gap: Interval
    risk_ratio: Interval | None
    odds_ratio: Interval | None
    erreygers: Interval | None

    @property
    def rates(self) -> tuple[Count, Count]:
        """Users out of the entitled of both groups."""
        assert self.first.use is not None
        assert self.last.use is not None
        return count(self.first.use), count(self.last.use)


def count(use: Use) -> Count:
    """Users out of the entitled."""
    return Count(use.used, use.entitled)


def lean(dimension: str, rows: Sequence[Row]) -> Lean | None:
    """The lean over the rows of an ordered dimension; None without an order, or when an end is hidden.

    Who is not known has no place in an order and is left out.
    """
    placed = [row for row in rows if row.group != (UNKNOWN,)]
    if dimension not in ORDERED or len(placed) < 2:
        return None
    first, last = placed[0], placed[-1]
    if first.use is None or last.use is None:
        return None
    low, high = count(first.use), count(last.use)
    shown = [count(row.use) for row in placed if row.use is not None]
    return Lean(
        first=first,
        last=last,
        gap=inequality.gap_interval(low, high),
        risk_ratio=inequality.risk_ratio_interval(low, high),
        odds_ratio=inequality.odds_ratio_interval(low, high),
        erreygers=inequality.erreygers_interval(shown) if len(shown) == len(placed) else None,
    )
