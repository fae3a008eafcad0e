"""Who acts: a natural person in one capacity. One session has one actor."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import psycopg


@dataclass(frozen=True, slots=True)
class Actor:
    """A person in one capacity, as the access service tells it. `party`: a citizen's own account, else None."""

    subject: str
    capacity: str
    name: str
    organisation: str = ""
    organisation_name: str = ""
    party: int | None = None


def enter(connection: psycopg.Connection[tuple[Any, ...]], actor: Actor) -> int:
    """Pseudonym of the actor, made at the first sign-in; the names are those of the last one. As the gate.

    Errors: psycopg.IntegrityError for an actor that cannot be (a citizen without account, a helper without
    organisation), LookupError when this citizen's subject belongs to another account.
    """
    row = connection.execute(
        "select registry.enter_actor(%s, %s, %s, %s, %s, %s)",
        [
            *(actor.subject, actor.capacity, actor.organisation, actor.organisation_name),
            *(actor.name, actor.party),
        ],
    ).fetchone()
    assert row is not None
    if row[0] is None:
        raise LookupError("the access service gives this subject another number than before")
    return int(row[0])
