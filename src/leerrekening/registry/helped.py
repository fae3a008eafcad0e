"""Telling a person what a helper did: a notice in the account, and a letter with the lines of the journal."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg

from leerrekening.paper import Document
from leerrekening.registry import journal, notices
from leerrekening.registry.letters import helped_letter
from leerrekening.registry.mandates import UNNAMED, Mandate, as_mandate

Connection = psycopg.Connection[tuple[Any, ...]]
KIND = "helped"


def tell(connection: Connection, party: int, mandate: UUID, helper: str) -> list[journal.Entry]:
    """Tell what was done under a mandate since the last time; nothing when nothing was. As the helper, or a run."""
    lines = journal.take_letter(connection, mandate)
    if lines:
        notices.tell(
            connection,
            party,
            KIND,
            event=f"{mandate}/{lines[-1].entry}",
            letter=True,
            helper=helper,
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


def tell_all(connection: Connection, untouched_since: datetime) -> int:
    """Tell everybody whose help nobody closed; how many. As a run, again and again without harm."""
    due = journal.letters_due(connection, untouched_since)
    for mandate, party in due:
        row = connection.execute(
            "select a.name from registry.mandate m join registry.actor a on a.actor = m.helper where m.mandate = %s",
            [mandate],
        ).fetchone()
        tell(connection, party, mandate, row[0] if row else "")
    return len(due)
