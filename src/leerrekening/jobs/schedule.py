"""What comes round by itself: each task once for each day, hour or ten minutes, also after the machine was off.

A day that was missed is not done afterwards: every task works up to the day it is given.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

import psycopg

from leerrekening.jobs.deferring import encoded
from leerrekening.jobs.work import Task

# The work of the night begins after this hour, in the time zone of `now`; before it the day has no slot yet.
HOUR_OF_NIGHT_WORK = 1


def slot_of(every: str, today: date, now: datetime) -> str | None:
    """Name of the present slot; None when it has not begun. Errors: KeyError for a word that is not known."""
    return {
        "day": today.isoformat() if now.hour >= HOUR_OF_NIGHT_WORK else None,
        "hour": f"{now:%Y-%m-%dT%H}",
        "ten_minutes": f"{now:%Y-%m-%dT%H}:{now.minute // 10}0",
    }[every]


def plan(connection: psycopg.Connection, tasks: Iterable[Task], today: date, now: datetime) -> list[str]:
    """Queue what is due; names of what was queued. Several workers may do so at once."""
    planned = []
    for task in tasks:
        slot = slot_of(task.every, today, now) if task.every else None
        if slot is None:
            continue
        arguments = encoded({"day": today} if task.every == "day" else {})
        row = connection.execute(
            "select jobs.plan(%s, %s, %s::jsonb)", [task.name, slot, arguments]
        ).fetchone()
        if row and row[0] is not None:
            planned.append(task.name)
    return planned
