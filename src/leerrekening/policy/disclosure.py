"""Counts that may be shown: small cells hidden, and everything rounded, so that no subtraction brings one back.

Hiding small cells alone does not protect: the total less the others gives the hidden one, and so do two filters that
differ by one person. Here every count that leaves is a multiple of ``BASE``; a count below ``BASE`` is hidden. The
difference of any two shown counts is then a multiple of ``BASE`` too, and says nothing of fewer people than that.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

BASE: Final = 10


def shown(count: int) -> int | None:
    """The count as it may be shown; None: hidden because it is below ``BASE``. Raises ValueError below 0."""
    if count < 0:
        raise ValueError("a count cannot be negative")
    return None if count < BASE else (count + BASE // 2) // BASE * BASE


def shown_table(cells: Mapping[str, int]) -> tuple[dict[str, int | None], int | None]:
    """Cells as they may be shown, and their total, rounded on its own: it need not be the sum of what is shown."""
    return {name: shown(count) for name, count in cells.items()}, shown(sum(cells.values()))


def shown_rate(having: int, persons: int) -> float | None:
    """A rate in per cent from two shown counts; None where either is hidden, or where those without are too few."""
    top, bottom = shown(having), shown(persons)
    if top is None or bottom is None or shown(persons - having) is None:
        return None
    return round(100 * top / bottom, 1)
