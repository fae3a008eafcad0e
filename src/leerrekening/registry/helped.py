"""Telling a person what a helper did: a notice in the account, and a letter with the lines of the journal."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg

from leerrekening import jobs
from leerrekening.paper import Document
from leerrekening.registry import journal, notices
from leerrekening.registry.letters import helped_letter
from leerrekening.registry.mandates import UNNAMED, Mandate, as_mandate

Connection = psycopg.Connection[tuple[Any, ...]]
KIND = "helped"


def tell(connection: Connection, mandate: UUID) -> list[journal.Entry]:
    """Tell what was done under a mandate since the last time; nothing when nothing was. For runs."""
    lines = journal.take_letter(connection, mandate)
    row = connection.execute(
        "select m.party, registry.helper_words(m.helper) from registry.mandate m where m.mandate = %s",
        [mandate],
    ).fetchone()
    if lines and row is not None:
        notices.tell(
            connection,
            row[0],
            KIND,
            event=f"{mandate}/{lines[-1].entry}",
            letter=True,
            helper=row[1],
            mandate=str(mandate),
            first=lines[0].entry,
            last=lines[-1].entry,
        )
    return lines


def letter_for(
    connection: Connection, party: int, params: dict[str, Any], language: str, address: str, written: datetime
) -> Document | None:
    """The letter of a notice about help, as a run; None when the mandate has left by its age.

    `params` of the notice: the mandate, and the first and last line of the journal that it tells of.
    """
    row = connection.execute(UNNAMED + " where m.mandate = %s", [params["mandate"]]).fetchone()
    if row is None:
        return None
    mandate: Mandate = as_mandate(row)
    lines = [
        line
        for line in journal.under(connection, party, mandate.mandate)
        if params.get("first", 0) <= line.entry <= params.get("last", line.entry)
    ]
    return helped_letter(mandate, lines, language, recipient=tuple(address.splitlines()), written=written)


def tell_all(connection: Connection, quiet: timedelta) -> int:
    """Tell everybody whose help nobody closed and who was left alone for so long; how many. For runs, again and again
    without harm.
    """
    due = journal.letters_due(connection, quiet)
    for mandate in due:
        tell(connection, mandate)
    return len(due)


def tell_soon(connection: Connection, mandate: UUID) -> None:
    """Tell it as soon as a worker can, after the caller's transaction: the helper cannot mark anything as told."""
    jobs.defer(connection, "tell_of_help", key=f"help:{mandate}", mandate=mandate)
