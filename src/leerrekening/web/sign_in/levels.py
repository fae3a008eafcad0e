"""How sure it is who somebody is, and what that is enough for. The figures are data (levels.yaml)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Literal

import yaml

from leerrekening.web.visitor import Visitor

Level = Literal["look", "act"]


@dataclass(frozen=True, slots=True)
class Levels:
    """`means`: level of each means of signing in by its URN; the rest as levels.yaml explains."""

    means: Mapping[str, int]
    look: int
    act: int
    two_factors: int
    fresh: timedelta

    def required(self, level: Level, capacity: str = "citizen") -> int:
        """The lowest level of assurance for this, in this capacity."""
        wanted = self.look if level == "look" else self.act
        return wanted if capacity == "citizen" else max(wanted, self.two_factors)

    def accepted(self, level: Level) -> str:
        """The means that are enough, strongest first, as the parameter acr_values wants them."""
        enough = [urn for urn, height in self.means.items() if height >= self.required(level)]
        return " ".join(sorted(enough, key=lambda urn: (-self.means[urn], urn)))

    def suffices(self, visitor: Visitor, level: Level, now: datetime | None = None) -> bool:
        """Whether this sign-in is enough: strong enough and, to act, fresh."""
        if visitor.level < self.required(level, visitor.capacity):
            return False
        return level == "look" or (now or datetime.now(UTC)) - visitor.auth_time <= self.fresh


@cache
def levels() -> Levels:
    """The levels of levels.yaml."""
    data = yaml.safe_load((Path(__file__).parent / "levels.yaml").read_text("utf-8"))
    fresh = timedelta(minutes=data["fresh_minutes"])
    return Levels(data["means"], data["look"], data["act"], data["two_factors"], fresh)
