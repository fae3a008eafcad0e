"""How long each class of data is kept, on which ground, and the job that lets it go (retention.yaml)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import cache
from pathlib import Path
from typing import Any, Final

import psycopg
import yaml

from leerrekening.rules import days

Connection = psycopg.Connection[tuple[Any, ...]]
FILE: Final = Path(__file__).with_name("retention.yaml")


@dataclass(frozen=True, slots=True)
class DataClass:
    """One class of data. `days` or `months`: how long; both None: as long as the account exists.

    `ours`: the period is our choice and no text gives it. Texts by language.
    """

    name: str
    tables: tuple[str, ...]
    what: dict[str, str]
    begins: dict[str, str]
    ground: str
    period_source: str
    ours: bool
    days: int | None = None
    months: int | None = None

    @property
    def ends(self) -> bool:
        """Whether the job lets it go by itself."""
        return self.days is not None or self.months is not None

    def before(self, today: date) -> date:
        """What is older than this day may go. Errors: ValueError for what never ends."""
        if self.days is not None:
            return date.fromordinal(today.toordinal() - self.days)
        if self.months is not None:
            return date.fromordinal(days.add_months(today.toordinal(), -self.months))
        raise ValueError(f"{self.name} is kept as long as the account exists")


@cache
def classes() -> tuple[DataClass, ...]:
    """Every class of the file, in its order."""
    raw = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return tuple(
        DataClass(name=name, **{**entry, "tables": tuple(entry["tables"])})
        for name, entry in raw["classes"].items()
    )


def delete_past(connection: Connection, today: date) -> dict[str, int]:
    """Let go what is past its period, as batch; rows by class. Again on the same day: no effect."""
    gone = {}
    for each in classes():
        if each.ends:
            before = datetime.combine(each.before(today), time(), UTC)
            row = connection.execute(
                "select registry.delete_past(%s, %s, %s)", [each.name, before, today]
            ).fetchone()
            gone[each.name] = int(row[0]) if row else 0
    return gone
