"""Putting a job in the queue, in the transaction of the one who asks: rolled back with it, done only after it."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import Any
from uuid import UUID

import psycopg

Argument = int | str | date | UUID


class BadJob(ValueError):
    """What was put in the queue is no job: a name, a number of a person, or a task that cannot exist."""


def defer(
    connection: psycopg.Connection[Any],
    task: str,
    *,
    key: str | None = None,
    at: datetime | None = None,
    **arguments: Argument,
) -> int | None:
    """Queue `task` with these arguments; the number of the job, or None when one with this `key` waits already.

    Arguments are pseudonyms (`party`, `actor`), keys (`correction`, `delivery`, ...: UUID), a `day` and codes; the
    database knows the list (jobs/sql) and refuses what could say who somebody is. `at`: not before that moment.
    Errors: BadJob; the caller's transaction goes on.
    """
    try:
        with connection.transaction():
            row = connection.execute(
                "select jobs.defer(%s, %s::jsonb, %s, %s)", [task, encoded(arguments), key, at]
            ).fetchone()
    except psycopg.errors.InvalidParameterValue:
        names = ", ".join(sorted(arguments))
        raise BadJob(
            f"{task!r} with {names or 'nothing'} is not a job.\n"
            "  A job holds pseudonyms, keys, days and codes only (jobs/sql); the task looks up what it needs."
        ) from None
    return int(row[0]) if row and row[0] is not None else None


def encoded(arguments: dict[str, Argument]) -> str:
    """Arguments as the queue keeps them. Errors: BadJob."""
    for name, value in arguments.items():
        if isinstance(value, bool) or not isinstance(value, int | str | date | UUID):
            raise BadJob(f"{name}: a job holds numbers, keys, days and codes, not {type(value).__name__}")
    return json.dumps(
        {name: value if isinstance(value, int) else str(value) for name, value in arguments.items()}
    )
