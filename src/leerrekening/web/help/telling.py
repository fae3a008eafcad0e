"""Writing down, and telling the person, that help began or ended."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import psycopg

from leerrekening.registry import journal, notices
from leerrekening.web.visitor import Visitor

Connection = psycopg.Connection[tuple[Any, ...]]


def act(
    connection: Connection,
    visitor: Visitor,
    party: int,
    what: str,
    *,
    mandate: UUID | None = None,
    detail: dict[str, Any] | None = None,
) -> None:
    """Write an act of this visitor into the journal of a person."""
    journal.record(
        connection,
        party,
        what,
        actor=visitor.actor,
        actor_name=visitor.name,
        capacity=visitor.capacity,
        organisation_name=visitor.organisation_name,
        mandate=mandate,
        detail=detail,
    )


def helper_name(visitor: Visitor) -> str:
    """The helper with the organisation, as a notice names them."""
    return f"{visitor.name} ({visitor.organisation_name})" if visitor.organisation_name else visitor.name


def ended_by_helper(connection: Connection, visitor: Visitor, party: int, mandate: UUID) -> None:
    """The helper stops: written down and told, just before the mandate ends."""
    act(connection, visitor, party, "mandate_ended", mandate=mandate)
    notices.tell(connection, party, "mandate_ended", event=str(mandate), helper=helper_name(visitor))
