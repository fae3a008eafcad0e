"""Who looked at a file or did something in it: when, for whom, under which mandate, and why. Only added to.

A line is written in the transaction of the look or act itself: what is not written down did not happen. `what` is a
code; the sentence that goes with it is the reader's language (web/account/looked.py).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg

Connection = psycopg.Connection[tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Entry:
    """One line. `actor_name` is empty for the program itself."""

    entry: int
    at: datetime
    actor_name: str
    capacity: str
    organisation_name: str
    mandate: UUID | None
    what: str
    detail: dict[str, Any]
    why: str


def record(
    connection: Connection,
    party: int,
    what: str,
    *,
    actor: int | None,
    actor_name: str,
    capacity: str,
    organisation_name: str = "",
    mandate: UUID | None = None,
    detail: dict[str, Any] | None = None,
    why: str = "",
) -> None:
    """Write one line, as whoever the transaction is for. Errors: psycopg.errors.InsufficientPrivilege when it would be
    in another's name or about another person.
    """
    connection.execute(
        "insert into registry.journal (party, actor, actor_name, capacity, organisation_name, mandate, what, detail,"
        " why) values (%s, %s, %s, %s, %s, %s, %s, %s::jsonb, %s)",
        [
            *(party, actor, actor_name, capacity, organisation_name, mandate, what),
            *(json.dumps(detail or {}), why),
        ],
    )


def entries(
    connection: Connection, party: int, *, before: int | None = None, most: int = 50, others: bool = False
) -> list[Entry]:
    """Lines about a person, newest first, older than line `before`; with `others` without those of the person's own."""
    rows = connection.execute(
        "select entry, at, actor_name, capacity, organisation_name, mandate, what, detail, why"
        " from registry.journal where party = %s and (%s::bigint is null or entry < %s)"
        " and (not %s or capacity <> 'citizen') order by entry desc limit %s",
        [party, before, before, others, most],
    ).fetchall()
    return [Entry(*row) for row in rows]


def under(connection: Connection, party: int, mandate: UUID, most: int = 500) -> list[Entry]:
    """The last lines under a mandate, oldest first. As the citizen, the helper while it runs, or a run."""
    rows = connection.execute(
        "select entry, at, actor_name, capacity, organisation_name, mandate, what, detail, why"
        " from registry.journal where party = %s and mandate = %s order by entry desc limit %s",
        [party, mandate, most],
    ).fetchall()
    return [Entry(*row) for row in reversed(rows)]


def take_letter(connection: Connection, mandate: UUID) -> list[Entry]:
    """Lines under a mandate that no letter has told of yet, oldest first; from now on they count as told. For runs."""
    rows = connection.execute(
        "select entry, at, actor_name, capacity, organisation_name, mandate, what, detail, why"
        " from registry.take_letter(%s) order by entry",
        [mandate],
    ).fetchall()
    return [Entry(*row) for row in rows]


def letters_due(connection: Connection, quiet: timedelta) -> list[UUID]:
    """Mandates of which something is untold, untouched for so long by the clock of the database. For runs."""
    return [row[0] for row in connection.execute("select mandate from registry.letters_due(%s)", [quiet])]
