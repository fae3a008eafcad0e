"""What staff do besides looking at people: their acts with the reason, alarms over who opens too many files, roles."""

from __future__ import annotations

from dataclasses import astuple, dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import psycopg

Connection = psycopg.Connection[tuple[Any, ...]]

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
class Limits:
    """People whose account a helper opens in an hour and in a day, mandates on paper a helper begins in a day, people
    whose case a caseworker opens in an hour. One more locks the actor and raises an alarm; one more on paper does not
    begin. The database holds them (registry.reading_limit); the first ones are our choice.
    """

    files_an_hour: int
    files_a_day: int
    paper_a_day: int
    cases_an_hour: int


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


def limits(connection: Connection) -> Limits:
    """How much one person may open or begin. For administrators and auditors. Errors: NotForYou."""
    row = connection.execute("select * from registry.reading_limits()").fetchone()
    if row is None:
        raise NotForYou
    return Limits(*row)


def set_limits(connection: Connection, limits: Limits, why: str) -> None:
    """Change them, as an administrator. Errors: NotForYou; ValueError for a limit that cannot be."""
    if not why.strip():
        raise ValueError("an act of staff has a reason")
    try:
        with connection.transaction():
            connection.execute(
                "select registry.set_reading_limits(%s, %s, %s, %s, %s)",
                [*astuple(limits), why.strip()[:LONGEST_REASON]],
            )
    except psycopg.errors.InsufficientPrivilege:
        raise NotForYou from None
    except (psycopg.errors.CheckViolation, psycopg.errors.NumericValueOutOfRange) as error:
        raise ValueError(
            "a limit is too low or too high, or that of a day is below that of an hour"
        ) from error


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
