"""Dated facts about a person: said by a register (certified) or by the person (declared), and never overwritten.

A *statement* is what one source says of one fact from one day on: (person, path, item, source, valid_from). Saying
something new about the same is a row that supersedes the old one; taking it back is a row too. Each row has two times:
when it holds (`valid_from`, `valid_to`) and when it was received here.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final, NamedTuple
from uuid import UUID

import psycopg

from leerrekening.rules.receipt import canonical

Connection = psycopg.Connection[tuple[Any, ...]]

PERSON: Final = "person"
"""The source of what a person says."""

OFFICE: Final = "office"
"""The source of what a caseworker entered after the owner of a datum confirmed it (`corrections.enter`)."""

LISTS: Final = ("person.residence", "person.benefits", "jobs", "guidance", "used")
"""Paths whose facts are list items: one fact an item, `item` telling which one."""


class FactRefused(ValueError):
    """The statement cannot be kept. The text says why, and holds no value."""


@dataclass(frozen=True, slots=True)
class Statement:
    """What a source says. `value` is as the contract writes it; None: it says that it does not know, or that it is
    not so (an item)."""

    path: str
    value: Any
    item: str = ""
    valid_from: date | None = None
    valid_to: date | None = None
    certified: bool = True

    def same_as(self, value: Any, valid_to: date | None) -> bool:
        """Whether it adds nothing to what was said before."""
        return self.valid_to == valid_to and written(self.value) == written(value)


@dataclass(frozen=True, slots=True)
class Fact:
    """One row of history. `superseded_by` is None while it holds."""

    fact: UUID
    path: str
    item: str
    value: Any
    source: str
    certified: bool
    received_at: datetime
    valid_from: date | None
    valid_to: date | None
    supersedes: UUID | None
    withdrawn: bool
    superseded_by: UUID | None


@dataclass(frozen=True, slots=True)
class Changes:
    """What an answer changed: paths with a new, another or a withdrawn statement, and how many of each."""

    paths: frozenset[str]
    added: int = 0
    superseded: int = 0
    withdrawn: int = 0


def declare(
    connection: Connection,
    party: int,
    path: str,
    value: Any,
    *,
    item: str = "",
    valid_from: date | None = None,
    valid_to: date | None = None,
    supersedes: UUID | None = None,
) -> UUID:
    """Keep what the person says; the row that now holds. Saying the same again adds nothing.

    `supersedes` names an own statement whose first day changes too. Errors: FactRefused.
    """
    statement = Statement(path, value, item, valid_from, valid_to, certified=False)
    return _say(connection, party, PERSON, statement, supersedes)


def certify(
    connection: Connection,
    party: int,
    source: str,
    path: str,
    value: Any,
    *,
    item: str = "",
    valid_from: date | None = None,
    valid_to: date | None = None,
    supersedes: UUID | None = None,
) -> UUID:
    """Keep what a register says; the row that now holds. For runs. Errors: FactRefused."""
    return _say(connection, party, source, Statement(path, value, item, valid_from, valid_to), supersedes)


def withdraw(connection: Connection, fact: UUID) -> UUID:
    """Take a statement back, as its source; it stays in the history. Errors: FactRefused."""
    row = connection.execute("select party from registry.fact where fact = %s", [fact]).fetchone()
    if row is None:
        raise FactRefused("there is no such statement")
    _lock(connection, [row[0]])
    try:
        done = connection.execute(
            "insert into registry.fact (party, path, item, value, source, certified, valid_from, valid_to, supersedes,"
            " withdrawn) select party, path, item, 'null', source, certified, valid_from, valid_to, fact, true"
            " from registry.fact f where fact = %s and not withdrawn"
            " and not exists (select from registry.fact n where n.supersedes = f.fact) returning fact",
            [fact],
        ).fetchone()
    except psycopg.errors.InsufficientPrivilege:
        raise FactRefused("only who said it can take it back") from None
    if done is None:
        raise FactRefused("it was superseded or taken back already")
    return UUID(str(done[0]))


def answer(
    connection: Connection,
    party: int,
    source: str,
    statements: Iterable[Statement],
    paths: Sequence[str],
) -> Changes:
    """Keep the whole answer of a register about `paths`: what is new is added, what changed superseded, what it no
    longer says taken back. Saying the same again adds nothing. For runs. Errors: FactRefused.
    """
    return answers(connection, {party: statements}, source, paths)[party]


def answers(
    connection: Connection, said: Mapping[int, Iterable[Statement]], source: str, paths: Sequence[str]
) -> dict[int, Changes]:
    """The same for many people at once, by person. Errors: FactRefused."""
    _lock(connection, said)
    known: dict[int, dict[tuple[Any, ...], Fact]] = {party: {} for party in said}
    for party, fact in _read(connection, said, paths):
        if fact.source == source and fact.superseded_by is None and not fact.withdrawn:
            known[party][fact.path, fact.item, fact.valid_from, fact.certified] = fact
    rows: list[_Row] = []
    changes = {}
    for party, statements in said.items():
        own = _difference(source, statements, known[party], paths)
        rows += [_Row(party, *row) for row in own]
        changes[party] = Changes(
            frozenset(statement.path for statement, _, _ in own),
            added=sum(old is None for _, old, _ in own),
            superseded=sum(old is not None and not gone for _, old, gone in own),
            withdrawn=sum(gone for _, _, gone in own),
        )
    _insert(connection, source, rows)
    return changes


def _difference(
    source: str,
    statements: Iterable[Statement],
    known: dict[tuple[Any, ...], Fact],
    paths: Sequence[str],
) -> list[tuple[Statement, UUID | None, bool]]:
    """What to add so that these statements, and no others, hold: each with what it supersedes, and whether it takes
    that back. Uses up `known`."""
    rows: list[tuple[Statement, UUID | None, bool]] = []
    seen = set()
    for statement in statements:
        if statement.path not in paths:
            raise FactRefused(f"{source} does not speak of {statement.path}")
        _check(statement)
        name = (statement.path, statement.item, statement.valid_from, statement.certified)
        if name in seen:
            raise FactRefused(f"{source} says two things of one item of {statement.path}")
        seen.add(name)
        old = known.pop(name, None)
        if old is None or not statement.same_as(old.value, old.valid_to):
            rows.append((statement, old.fact if old else None, False))
    for old in known.values():
        gone = Statement(old.path, None, old.item, old.valid_from, old.valid_to, old.certified)
        rows.append((gone, old.fact, True))
    return rows


def history(connection: Connection, party: int, path: str | None = None) -> list[Fact]:
    """Every row about a person (about one path), as received: what was said, superseded and taken back."""
    return [fact for _, fact in _read(connection, [party], None if path is None else [path])]


def living(connection: Connection, party: int, source: str, paths: Sequence[str]) -> list[Fact]:
    """What one source says of a person now, on these paths."""
    facts = (fact for _, fact in _read(connection, [party], paths))
    return [f for f in facts if f.source == source and f.superseded_by is None and not f.withdrawn]


_QUERY: Final = """
select f.fact, f.path, f.item, f.value::text, f.source, f.certified, f.received_at, f.valid_from, f.valid_to,
       f.supersedes, f.withdrawn, n.fact, f.party
  from registry.fact f left join registry.fact n on n.supersedes = f.fact and n.party = f.party
 where f.party = any(%(parties)s) and (%(paths)s::text[] is null or f.path = any(%(paths)s)) order by f.entry
"""


def _read(
    connection: Connection, parties: Iterable[int], paths: Sequence[str] | None
) -> list[tuple[int, Fact]]:
    given = {"parties": list(parties), "paths": None if paths is None else list(paths)}
    rows = connection.execute(_QUERY, given).fetchall()
    return [
        (rest.pop(), Fact(fact, path, item, parse(value), *rest)) for fact, path, item, value, *rest in rows
    ]


def parse(text: str) -> Any:
    """A stored value, with exact decimals."""
    return json.loads(text, parse_float=Decimal)


def written(value: Any) -> str:
    """A value as it is stored. Errors: FactRefused for what the contract cannot write."""
    try:
        return canonical(value).decode()
    except (TypeError, ValueError):
        raise FactRefused("the value is not one the contract can write") from None


def _say(
    connection: Connection, party: int, source: str, statement: Statement, supersedes: UUID | None
) -> UUID:
    _check(statement)
    _lock(connection, [party])
    old = next(
        (
            fact
            for fact in living(connection, party, source, [statement.path])
            if fact.item == statement.item
            and fact.certified == statement.certified
            and (fact.fact == supersedes if supersedes else fact.valid_from == statement.valid_from)
        ),
        None,
    )
    if supersedes and old is None:
        raise FactRefused("what it would supersede is not there, or was superseded already")
    if (
        old is not None
        and old.valid_from == statement.valid_from
        and statement.same_as(old.value, old.valid_to)
    ):
        return old.fact
    _insert(connection, source, [_Row(party, statement, old.fact if old else None)])
    latest = [f for f in living(connection, party, source, [statement.path]) if f.item == statement.item]
    return next(
        f.fact for f in latest if f.valid_from == statement.valid_from and f.certified == statement.certified
    )


class _Row(NamedTuple):
    party: int
    statement: Statement
    supersedes: UUID | None = None
    withdrawn: bool = False


def _insert(connection: Connection, source: str, rows: Sequence[_Row]) -> None:
    if not rows:
        return
    packed = [
        {
            "party": row.party,
            "path": row.statement.path,
            "item": row.statement.item,
            "value": written(row.statement.value),
            "certified": row.statement.certified,
            "valid_from": row.statement.valid_from.isoformat() if row.statement.valid_from else None,
            "valid_to": row.statement.valid_to.isoformat() if row.statement.valid_to else None,
            "supersedes": str(row.supersedes) if row.supersedes else None,
            "withdrawn": row.withdrawn,
        }
        for row in rows
    ]
    try:
        connection.execute(
            "insert into registry.fact (party, path, item, value, source, certified, valid_from, valid_to, supersedes,"
            " withdrawn) select r.party, r.path, r.item, r.value::jsonb, %s, r.certified, r.valid_from, r.valid_to,"
            " r.supersedes, r.withdrawn from jsonb_to_recordset(%s::jsonb) as r (party bigint, path text, item text,"
            " value text, certified boolean, valid_from date, valid_to date, supersedes uuid, withdrawn boolean)",
            [source, json.dumps(packed)],
        )
    except psycopg.errors.IntegrityError as error:
        raise FactRefused(
            f"the database refuses it ({error.diag.constraint_name or error.sqlstate})"
        ) from None


def _check(statement: Statement) -> None:
    path = statement.path
    if path not in LISTS and not (path.startswith("person.") and path.count(".") == 1):
        raise FactRefused(f"{path} is not something that is kept of a person")
    if (path in LISTS) != bool(statement.item):
        raise FactRefused(f"{path}: an item of a list has a name, anything else has none")
    if statement.valid_from and statement.valid_to and statement.valid_to < statement.valid_from:
        raise FactRefused(f"{path}: it would end before it begins")


def _lock(connection: Connection, parties: Iterable[int]) -> None:
    """One writer at a time for a person, until the transaction ends: two answers never cross."""
    connection.execute(
        "select pg_advisory_xact_lock(hashtextextended('registry.fact', p)) from unnest(%s::bigint[]) as p",
        [sorted(parties)],
    )
