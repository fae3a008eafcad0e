"""Letters on their way out: made by the worker, taken together, printed, sent; and what comes back (sql/0006).

As the mail room (a visitor with that capacity) or a run at the command line. A letter is known by its number alone,
which is printed on it; whoever fetches the letters themselves stands in the journal of each person.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal, get_args
from uuid import UUID

import psycopg

from leerrekening import jobs
from leerrekening.registry.staff import NotForYou

Connection = psycopg.Connection[tuple[Any, ...]]
Reason = Literal["unknown_address", "moved", "refused", "not_collected", "damaged"]
REASONS: Final[tuple[Reason, ...]] = get_args(Reason)
MOST_AT_ONCE: Final = 200
"""Letters in one batch: a stack that one person can check and fold. Our choice."""
DIGITS: Final = 8


@dataclass(frozen=True, slots=True)
class Count:
    """Letters in one state: queued, made, taken, failed, or owed (no address is known). `stuck`: too long in it."""

    state: str
    letters: int
    oldest: datetime
    stuck: int


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter to print: its number, and the PDF."""

    number: str
    document: bytes


@dataclass(frozen=True, slots=True)
class Batch:
    """Letters that were taken together. `name`: who took them, empty at the command line. `outcome`: sent, put_back,
    None while they are out."""

    batch: int
    taken_at: datetime
    name: str
    letters: int
    closed_at: datetime | None
    outcome: str | None


@dataclass(frozen=True, slots=True)
class CameBack:
    """A letter that came back and that nothing has replaced. `may_go_again`: its PDF is still kept."""

    number: str
    at: datetime
    reason: Reason
    may_go_again: bool


def counts(connection: Connection) -> list[Count]:
    """How many letters are where, and since when. For the mail room, administrators, auditors and runs."""
    rows = connection.execute("select state, letters, oldest, stuck from registry.letter_counts()").fetchall()
    return [Count(*row) for row in rows]


def take(connection: Connection, most: int = MOST_AT_ONCE) -> int | None:
    """Take the letters that wait; the batch, None when none waits. While one is out, that one. Errors: NotForYou."""
    return _asked(connection, "select registry.take_letters(%s)", most)[0]


def letters(connection: Connection, batch: int) -> list[Letter]:
    """The letters of the batch that is out, in the order of their numbers; none of any other. Errors: NotForYou."""
    try:
        rows = connection.execute("select letter, document from registry.letters_of(%s)", [batch]).fetchall()
    except psycopg.errors.InsufficientPrivilege:
        raise NotForYou from None
    return [Letter(number, bytes(document)) for number, document in rows]


def close(connection: Connection, batch: int, *, sent: bool) -> bool:
    """The batch went to the post, or its letters wait again; whether it was still out. Errors: NotForYou."""
    return bool(_asked(connection, "select registry.close_letters(%s, %s)", batch, sent)[0])


def came_back(connection: Connection, number: str, reason: Reason) -> bool:
    """A letter that was sent came back: the person is told. False for a number of no such letter. Errors: NotForYou."""
    known, deliveries = _asked(
        connection, "select is_known, deliveries from registry.letter_came_back(%s, %s)", number, reason
    )
    queue(connection, deliveries or ())
    return bool(known)


def again(connection: Connection, number: str) -> bool:
    """Send a letter that came back once more, as it was; whether that could be. Errors: NotForYou."""
    return bool(_asked(connection, "select registry.send_letter_again(%s)", number)[0])


def send_owed(connection: Connection, party: int) -> int:
    """An address is known now: letters about help that runs go out after all; how many. As the person, or a run."""
    (deliveries,) = _asked(connection, "select registry.send_owed_letters(%s)", party)
    queue(connection, deliveries)
    return len(deliveries)


def queue(connection: Connection, deliveries: Iterable[UUID]) -> None:
    """Let the worker send these, after the caller's transaction."""
    for delivery in deliveries:
        jobs.defer(connection, "deliver", key=str(delivery), delivery=delivery)


def batches(connection: Connection, most: int = 10) -> list[Batch]:
    """The last batches, the newest first."""
    rows = connection.execute("select * from registry.letter_batches(%s)", [most]).fetchall()
    return [Batch(*row) for row in rows]


def back(connection: Connection) -> list[CameBack]:
    """Letters that came back, the newest first."""
    return [CameBack(*row) for row in connection.execute("select * from registry.letters_back()").fetchall()]


def has_address(connection: Connection, party: int) -> bool:
    """Whether post reaches a person; for the person, and a helper under a mandate."""
    return bool(_asked(connection, "select registry.has_address(%s)", party)[0])


def number_of(typed: str) -> str:
    """The number of a letter as the database has it, however it was typed. Errors: ValueError when it cannot be one."""
    digits = "".join(sign for sign in typed if sign.isdigit())
    if len(digits) < DIGITS or int(digits[-2:]) != 97 - int(digits[:-2]) % 97:
        raise ValueError(
            "not the number of a letter: it looks like B-000123-71, and its last digits check the rest"
        )
    return f"B-{digits[:-2]}-{digits[-2:]}"


def archive(found: Iterable[Letter]) -> bytes:
    """A ZIP with a file for each letter: separate, so that no sheet holds the letters of two people."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as file:
        for each in found:
            file.writestr(zipfile.ZipInfo(f"{each.number}.pdf"), each.document)
    return made.getvalue()


def _asked(connection: Connection, query: str, *values: object) -> tuple[Any, ...]:
    try:
        row = connection.execute(query.encode(), values).fetchone()
    except psycopg.errors.InsufficientPrivilege:
        raise NotForYou from None
    assert row is not None
    return row
