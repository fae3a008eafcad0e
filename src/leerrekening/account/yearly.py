"""The run that decides and grants for everybody on a day, in parts, by several processes at once.

A part is done whole or not at all, and what is done is never done again: a run that was stopped goes on where it was.
People who come in later are decided for on first sight.
"""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import NAMESPACE_URL, UUID, uuid5

import psycopg

from leerrekening.account import grants
from leerrekening.lawtext.keeper import HeldLaw, the_keeper
from leerrekening.ledger.ledger import PASSING

PEOPLE_IN_A_PART: Final = 250
ATTEMPTS: Final = 6


class LawChanged(RuntimeError):
    """The law was changed while a run was going on: what is left belongs to a run of its own."""


@dataclass(frozen=True, slots=True)
class Part:
    """What one part did. `people` of whom was decided, `lines` written in the ledger, people of whom nothing could be
    decided, and rights that wait for a reservation."""

    people: int
    lines: int
    unreadable: int
    waiting: int


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is: people done and in all, lines written now, what could not be done."""

    done: int
    total: int
    lines: int
    unreadable: int
    waiting: int


def run_id(on: date, law_version: str) -> UUID:
    """The id of the run of a day under a law."""
    return uuid5(NAMESPACE_URL, f"llr:yearly|{on.isoformat()}|{law_version}")


def run(
    dsn: str,
    on: date,
    *,
    workers: int = 1,
    law: HeldLaw | None = None,
    progress: Callable[[Progress], None] = lambda _: None,
) -> Progress:
    """Decide and grant for everybody on a day, as the kind of user `batch`. Errors: LawChanged, psycopg.Error."""
    held = law or the_keeper().held()
    made = run_id(on, held.law.version)
    with psycopg.connect(dsn, autocommit=True) as connection:
        _plan(connection, made)
        parts, done, total = _left(connection, made)
    told = Progress(done, total, 0, 0, 0)
    progress(told)
    for part in _all(dsn, on, held, made, parts, workers):
        told = Progress(
            told.done + part.people,
            total,
            told.lines + part.lines,
            told.unreadable + part.unreadable,
            told.waiting + part.waiting,
        )
        progress(told)
    return told


def _plan(connection: psycopg.Connection[Any], made: UUID) -> None:
    """Cut everybody into parts, once for a run; people who came in since get parts after the last one."""
    with connection.transaction():
        connection.execute("select pg_advisory_xact_lock(hashtextextended('account.run', 0))")
        connection.execute(
            "insert into account.run_part (run, first_party, last_party)"
            " select %(run)s, min(p.party), max(p.party) from (select party, (row_number() over (order by party) - 1)"
            " / %(size)s as part from registry.person where party > coalesce((select max(last_party)"
            " from account.run_part where run = %(run)s), 0)) p group by p.part",
            {"run": made, "size": PEOPLE_IN_A_PART},
        )


def _left(connection: psycopg.Connection[Any], made: UUID) -> tuple[list[tuple[int, int]], int, int]:
    parts = connection.execute(
        "select first_party, last_party from account.run_part where run = %s and done_at is null order by 1",
        [made],
    ).fetchall()
    row = connection.execute(
        "select coalesce(sum(people), 0), (select count(*) from registry.person) from account.run_part where run = %s",
        [made],
    ).fetchone()
    assert row is not None
    return [(first, last) for first, last in parts], int(row[0]), int(row[1])


def _all(
    dsn: str, on: date, held: HeldLaw, made: UUID, parts: list[tuple[int, int]], workers: int
) -> Iterator[Part]:
    jobs = [(first, last) for first, last in parts]
    if workers <= 1 or len(jobs) <= 1:
        worker = _Worker(dsn, on, made, held)
        try:
            yield from map(worker.do, jobs)
        finally:
            worker.connection.close()
        return
    # The first part is done alone: it makes the rights of the ledger that all others use.
    first = _Worker(dsn, on, made, held)
    yield first.do(jobs[0])
    first.connection.close()
    context = multiprocessing.get_context("spawn")
    with context.Pool(workers, _begin, (dsn, on, made, held.law.version)) as pool:
        yield from pool.imap_unordered(_do, jobs[1:])


class _Worker:
    """One process of a run, with its own connection."""

    def __init__(self, dsn: str, on: date, made: UUID, held: HeldLaw) -> None:
        self.connection: Final = psycopg.connect(dsn, autocommit=True)
        self.on: Final = on
        self.made: Final = made
        self.held: Final = held

    def do(self, part: tuple[int, int]) -> Part:
        """Do one part; again when somebody else was in the way."""
        for attempt in range(ATTEMPTS):
            try:
                with self.connection.transaction():
                    return self._once(*part)
            except PASSING:
                if attempt == ATTEMPTS - 1:
                    raise
                time.sleep(0.05 * 2**attempt)
        raise AssertionError("the loop above ends by returning or raising")

    def _once(self, first: int, last: int) -> Part:
        row = self.connection.execute(
            "select done_at from account.run_part where run = %s and first_party = %s for update",
            [self.made, first],
        ).fetchone()
        if row is None or row[0] is not None:
            return Part(0, 0, 0, 0)
        people = [
            party
            for (party,) in self.connection.execute(
                "select party from registry.person where party between %s and %s order by party",
                [first, last],
            )
        ]
        settled = grants.settle(self.connection, self.held, people, self.on, "yearly_run")
        lines = sum(each.lines for each in settled)
        self.connection.execute(
            "update account.run_part set done_at = now(), people = %s, granted = %s"
            " where run = %s and first_party = %s",
            [len(people), lines, self.made, first],
        )
        return Part(
            len(people),
            lines,
            sum(each.unreadable for each in settled),
            sum(len(each.waiting) for each in settled),
        )


_worker: _Worker | None = None


def _begin(dsn: str, on: date, made: UUID, law_version: str) -> None:
    """Start a process of the pool. It does nothing under another law."""
    global _worker  # noqa: PLW0603 - one for the process
    held = the_keeper().held()
    if held.law.version == law_version:
        _worker = _Worker(dsn, on, made, held)


def _do(part: tuple[int, int]) -> Part:
    """Errors: LawChanged."""
    if _worker is None:
        raise LawChanged("the law was changed while the run was going on; start it again")
    return _worker.do(part)
