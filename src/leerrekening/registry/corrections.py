""" "This is wrong": a request to correct what a register says, with a case number, an owner and a deadline.

    case = corrections.ask(connection, party, path="jobs", item="1", fact=..., said="...", today=..., by=...)

What a person declared is corrected by the person at once (`facts.declare`): no case is needed for that.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

import psycopg

from leerrekening import jobs
from leerrekening.registry import notices
from leerrekening.registry.facts import LISTS, written
from leerrekening.registry.owners import is_kept_here, owner_of, term

Connection = psycopg.Connection[tuple[Any, ...]]
OPEN: Final = ("received", "sent", "answered")
NUMBER: Final = re.compile(r"K-(\d{4})-(\d{6})-(\d{2})")
LONGEST_TEXT: Final = 2000


class NoSuchCase(LookupError):
    """There is no such case, or it is not for this visitor: the two look the same."""


class CannotMove(Exception):
    """The case does not go that way from where it is; somebody may have moved it meanwhile."""


@dataclass(frozen=True, slots=True)
class By:
    """Who acts, as the person will read it. `mandate`: of a helper."""

    name: str
    organisation_name: str = ""
    mandate: UUID | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """A correction as its person sees it."""

    correction: UUID
    number: str
    path: str
    item: str
    fact: UUID | None
    shown: Any
    said: str
    source: str
    state: str
    received_at: datetime
    deadline: date
    extended: bool
    sends: int
    answer_due: date | None
    closed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a case, with the words that go with it."""

    at: datetime
    state: str
    actor_name: str
    organisation_name: str
    why: str


@dataclass(frozen=True, slots=True)
class Opened:
    """A case as the caseworker sees it after opening it, which the journal of the person now says."""

    correction: UUID
    number: str
    party: int
    given_names: str
    family_name: str
    language: str
    path: str
    item: str
    fact: UUID | None
    shown: Any
    said: str
    source: str
    state: str
    received_at: datetime
    deadline: date
    extended: bool
    sends: int
    answer_due: date | None


@dataclass(frozen=True, slots=True)
class Waiting:
    """A case in the queue of its handler: nothing of the person."""

    correction: UUID
    number: str
    source: str
    path: str
    state: str
    received_at: datetime
    deadline: date
    extended: bool
    sends: int
    answer_due: date | None

    def needs_repair(self, today: date) -> bool:
        """Whether the owner was asked and the time for an answer is over."""
        return self.state == "sent" and self.answer_due is not None and self.answer_due <= today


def is_number(text: str) -> bool:
    """Whether this can be the number of a case: the last two digits check the others."""
    found = NUMBER.fullmatch(text)
    return found is not None and int(found[3]) == 97 - int(found[1] + found[2]) % 97


def ask(
    connection: Connection,
    party: int,
    *,
    path: str,
    item: str = "",
    fact: UUID | None = None,
    said: str,
    source: str,
    today: date,
    by: By,
) -> tuple[UUID, str]:
    """Make a case, or answer the one that is open about the same fact. Key and case number.

    `said`: what is wrong, in the person's own words, 1 to 2000 characters. The person is told that it came in, and the
    owner is asked by a job. Errors: ValueError for an empty or too long text; NoSuchCase for another person's fact, or
    without a mandate to correct.
    """
    said = said.strip()
    if not 1 <= len(said) <= LONGEST_TEXT:
        raise ValueError(f"say what is wrong, in at most {LONGEST_TEXT} characters")
    owner = owner_of(source)
    try:
        with connection.transaction():
            row = connection.execute(
                "select * from registry.ask_correction(%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
                [
                    *(party, path, item, fact, said, owner.source, owner.handler, term().deadline(today)),
                    *(today.year, by.name, by.organisation_name, by.mandate),
                ],
            ).fetchone()
    except psycopg.errors.InsufficientPrivilege:
        raise NoSuchCase from None
    assert row is not None
    correction, number = row
    notices.tell(connection, party, "correction_received", event=number, case=number)
    return correction, number


def cases(connection: Connection, party: int) -> list[Case]:
    """All cases of a person, newest first."""
    rows = connection.execute(
        "select correction, number, path, item, fact, shown, said, source, state, received_at, deadline, extended,"
        " sends, answer_due, closed_at from registry.correction where party = %s"
        " order by received_at desc, number desc",
        [party],
    ).fetchall()
    return [Case(*row) for row in rows]


def case(connection: Connection, party: int, number: str) -> Case:
    """One case of this person. Errors: NoSuchCase, also for a case of somebody else."""
    for each in cases(connection, party) if is_number(number) else ():
        if each.number == number:
            return each
    raise NoSuchCase


def steps(connection: Connection, correction: UUID) -> list[Step]:
    """The way of a case so far, oldest first; none when it is not for this visitor."""
    rows = connection.execute("select * from registry.case_steps(%s)", [correction]).fetchall()
    return [Step(*row) for row in rows]


def queue(connection: Connection) -> list[Waiting]:
    """Open cases of the caseworker's own organisation, the nearest deadline first."""
    return [Waiting(*row) for row in connection.execute("select * from registry.case_queue()").fetchall()]


def open_case(connection: Connection, number: str, by: By) -> Opened:
    """Open a case that is routed to the caseworker's organisation; the person's journal says so. Errors: NoSuchCase."""
    row = None
    if is_number(number):
        row = connection.execute(
            "select * from registry.open_case(%s, %s, %s)", [number, by.name, by.organisation_name]
        ).fetchone()
    if row is None:
        raise NoSuchCase
    return Opened(*row)


def move(
    connection: Connection, correction: UUID, to: str, *, why: str, today: date, by: By
) -> tuple[int, str]:
    """Take a case one step on, with the reason that the person reads; party and case number.

    After an accepted case the source is asked again, and what it says now leads to a new decision: the job
    `redecide` makes that decision. Errors: NoSuchCase, CannotMove, ValueError for a closing step without a reason.
    """
    why = why.strip()
    if to in ("accepted", "refused") and not why:
        raise ValueError("a case is not closed without a reason: the person reads it")
    due = term().answer_due(today) if to == "sent" else None
    try:
        with connection.transaction():
            row = connection.execute(
                "select c.party, c.number, c.sends from registry.move_correction(%s, %s, %s, %s, %s, %s) c",
                [correction, to, why[:LONGEST_TEXT], by.name, by.organisation_name, due],
            ).fetchone()
    except psycopg.errors.InsufficientPrivilege:
        raise NoSuchCase from None
    except psycopg.errors.CheckViolation as error:
        raise CannotMove(str(error.diag.message_primary)) from None
    assert row is not None
    party, number, sends = row
    if to != "withdrawn" and not (to == "sent" and sends > 1):
        notices.tell(connection, party, f"correction_{to}", event=number, case=number)
    if to == "accepted":
        jobs.defer(connection, "refresh", key=f"correction-{party}", party=party, cause="correction")
    return party, number


def accept_with(
    connection: Connection, opened: Opened, value: Any, *, why: str, today: date, by: By
) -> tuple[UUID, str]:
    """Accept a case and enter the fact as its owner confirmed it; the statement that counts now, and the case number.

    `value`: as the contract writes it, of an item the whole item; None: it is not so. It stands beside what was said
    before, counts instead of it until its register says something new, and leads to a new decision.
    Errors: NoSuchCase, CannotMove; ValueError without a reason, and for data that its register must correct itself.
    """
    if not is_kept_here(opened.source):
        raise ValueError(f"{opened.source} corrects its data itself: it is asked again")
    party, number = move(connection, opened.correction, "accepted", why=why, today=today, by=by)
    try:
        with connection.transaction():
            row = connection.execute(
                "select registry.correct_fact(%s, %s, %s::jsonb, %s, %s)",
                [opened.correction, stored_path(opened.path), written(value), by.name, by.organisation_name],
            ).fetchone()
    except psycopg.errors.InsufficientPrivilege:
        raise NoSuchCase from None
    assert row is not None
    jobs.defer(connection, "redecide", key=f"party-{party}", party=party, cause="correction")
    return row[0], number


def stored_path(path: str) -> str:
    """The path under which a fact is kept: of a member of a list, that of the list."""
    group = path.partition(".")[0]
    return group if group in LISTS else path


def extend(connection: Connection, opened: Opened, *, why: str, today: date, by: By) -> date:
    """Two months more, once, before the deadline and with the reason; the new deadline.

    Errors: CannotMove; ValueError without a reason.
    """
    why = why.strip()
    if not why:
        raise ValueError("say why it takes longer: the person reads it")
    until = term().extended(opened.received_at.date())
    try:
        with connection.transaction():
            connection.execute(
                "select registry.extend_correction(%s, %s, %s, %s, %s, %s)",
                [opened.correction, today, until, why[:LONGEST_TEXT], by.name, by.organisation_name],
            )
    except psycopg.errors.InsufficientPrivilege:
        raise CannotMove("the deadline is over, or was extended before") from None
    notices.tell(connection, opened.party, "correction_extended", event=opened.number, case=opened.number)
    return until


def follow_deadlines(connection: Connection, today: date) -> dict[str, int]:
    """The daily round, as batch: ask owners again whose time is over, and tell people whose deadline has passed, once.

    How many of each: {"asked_again": n, "late": n}. Staff see the rest as needing repair.
    """
    found = {"asked_again": 0, "late": 0}
    silent = connection.execute(
        "select correction from registry.correction where state = 'sent' and answer_due <= %s and sends < %s"
        " order by answer_due, correction",
        [today, term().most_sends],
    ).fetchall()
    for (correction,) in silent:
        move(connection, correction, "sent", why="", today=today, by=By(""))
        found["asked_again"] += 1
    late = connection.execute(
        "update registry.correction set late_told = true where closed_at is null and not late_told and deadline < %s"
        " returning party, number",
        [today],
    ).fetchall()
    for party, number in late:
        notices.tell(connection, party, "correction_late", event=number, case=number)
        found["late"] += 1
    return found
