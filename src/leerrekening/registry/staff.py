"""What staff do besides looking at people: their acts with the reason, alarms over who opens too many files, roles."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import psycopg

Connection = psycopg.Connection[tuple[Any, ...]]

MOST_PEOPLE_AN_HOUR: Final = 30
"""More than that is no casework: the account is locked and an administrator looks at it. Our choice."""
LONGEST_REASON: Final = 500


class NotForYou(Exception):
    """The one who asks is no such member of staff, or is locked."""


@dataclass(frozen=True, slots=True)
class Alarm:
    """Somebody opened too many files in an hour."""

    alarm: UUID
    name: str
    organisation_name: str
    raised_at: datetime
    opened: int
    resolved_at: datetime | None
    resolved_by: str
    unlocked: bool | None


@dataclass(frozen=True, slots=True)
class Role:
    """Somebody who is more than a citizen here."""

    name: str
    organisation_name: str
    capacity: str
    locked: bool
    last_act: datetime | None


@dataclass(frozen=True, slots=True)
class Act:
    """What a member of staff did. `about`: a case, a job or an alarm, never a person."""

    at: datetime
    name: str
    organisation_name: str
    capacity: str
    what: str
    about: str
    why: str


def note(connection: Connection, what: str, about: str, why: str) -> None:
    """Keep an act in the transaction of the act itself. Errors: NotForYou; ValueError without a reason."""
    if not why.strip():
        raise ValueError("an act of staff has a reason")
    try:
        with connection.transaction():
            connection.execute(
                "select registry.note_staff_act(%s, %s, %s)", [what, about, why.strip()[:LONGEST_REASON]]
            )
    except psycopg.errors.InsufficientPrivilege:
        raise NotForYou from None


def watch(connection: Connection, most: int = MOST_PEOPLE_AN_HOUR) -> bool:
    """After a file was opened: whether that was one too many, so that this actor is locked now."""
    row = connection.execute("select registry.watch_staff(%s)", [most]).fetchone()
    return bool(row and row[0])


def alarms(connection: Connection) -> list[Alarm]:
    """Alarms, the open ones first. For administrators and auditors."""
    return [Alarm(*row) for row in connection.execute("select * from registry.staff_alarms()").fetchall()]


def resolve(connection: Connection, alarm: UUID, *, unlock: bool, why: str) -> bool:
    """Close an alarm; False when it is closed, or about oneself. Errors: NotForYou; ValueError without a reason."""
    if not why.strip():
        raise ValueError("an act of staff has a reason")
    try:
        with connection.transaction():
            row = connection.execute(
                "select registry.resolve_staff_alarm(%s, %s, %s)",
                [alarm, unlock, why.strip()[:LONGEST_REASON]],
            ).fetchone()
    except psycopg.errors.InsufficientPrivilege:
        raise NotForYou from None
    return bool(row and row[0])


def roles(connection: Connection) -> list[Role]:
    """Everybody who is more than a citizen here. For administrators and auditors."""
    return [Role(*row) for row in connection.execute("select * from registry.staff_roles()").fetchall()]


def acts(connection: Connection, most: int = 200) -> list[Act]:
    """The last acts of staff and helpers. For auditors."""
    return [
        Act(*row) for row in connection.execute("select * from registry.acts_of_staff(%s)", [most]).fetchall()
    ]
