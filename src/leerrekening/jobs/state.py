"""What waits, what is being done, what failed and what is stuck."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import psycopg

# As jobs.list gives them, the ones that need a person first.
STATES: Final = ("failed", "stuck", "doing", "waiting", "planned", "done")
NEEDS_A_PERSON: Final = frozenset({"failed", "stuck"})


@dataclass(frozen=True, slots=True)
class Job:
    """One job. `failure_*`: why it last failed, without anything that is known of a person."""

    number: int
    task: str
    state: str
    arguments: dict[str, Any]
    attempts: int
    planned_for: datetime | None
    since: datetime | None
    failure_kind: str | None
    failure_place: str | None


def jobs(connection: psycopg.Connection, states: frozenset[str] | None = None, most: int = 200) -> list[Job]:
    """The newest jobs in these states, or in all."""
    rows = connection.execute(
        "select * from jobs.list() l where l.state = any (%s) order by l.job desc limit %s",
        [sorted(states or STATES), most],
    ).fetchall()
    return [Job(*row) for row in rows]


def counts(connection: psycopg.Connection) -> dict[tuple[str, str], int]:
    """How many jobs by task and state."""
    rows = connection.execute("select task, state, jobs from jobs.counts()").fetchall()
    return {(str(task), str(state)): int(number) for task, state, number in rows}


def heartbeat(connection: psycopg.Connection) -> datetime | None:
    """When a worker last said that it is alive."""
    row = connection.execute("select jobs.heartbeat()").fetchone()
    return row[0] if row else None


def retry(connection: psycopg.Connection, number: int) -> bool:
    """Try a failed job again; whether there was one."""
    row = connection.execute("select jobs.retry(%s)", [number]).fetchone()
    return bool(row and row[0])
