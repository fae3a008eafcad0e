"""Alarms about those who open many files, and the lock that goes with them. The database sets both (sql/0002)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import psycopg

Connection = psycopg.Connection[tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Alarm:
    """One alarm. `locked`: the actor opens no file now."""

    alarm: int
    at: datetime
    kind: str
    actor_name: str
    organisation_name: str
    counted: int
    locked: bool
    closed_at: datetime | None
    why: str


def alarms(connection: Connection, *, still_open: bool = True) -> list[Alarm]:
    """Alarms, newest first. As the administrator, the auditor or a run."""
    rows = connection.execute(
        "select l.alarm, l.at, l.kind, a.name, a.organisation_name, l.counted, a.locked_at is not null, l.closed_at,"
        " l.why from registry.alarm l join registry.actor a on a.actor = l.actor where not %s or l.closed_at is null"
        " order by l.alarm desc limit 200",
        [still_open],
    ).fetchall()
    return [Alarm(*row) for row in rows]


def close(connection: Connection, alarm: int, why: str) -> bool:
    """Close an alarm and open the lock, as an administrator who is not the one it is about; whether it was open.

    Errors: psycopg.errors.CheckViolation for a reason that is no reason.
    """
    row = connection.execute("select registry.close_alarm(%s, %s)", [alarm, why.strip()]).fetchone()
    return bool(row and row[0])
