"""Mandates: help by a third person, with a purpose, a duration and an end. The database decides (sql/0002).

A helper asks; the request has a code. The person says yes: signed in, at home or at the desk of the helper, with that
code; or by signing a form on paper, after which the helper types its code. From then on the code ends the mandate, by
telephone too. It follows from the mandate and a key of this installation, so that every letter can show it again.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal, get_args
from uuid import UUID, uuid4

import psycopg

from leerrekening.registry import post
from leerrekening.registry.insz import Insz
from leerrekening.registry.keys import Keys, keys
from leerrekening.registry.people import LANGUAGES, LONGEST_NAME

Connection = psycopg.Connection[tuple[Any, ...]]
Scope = Literal["look", "reserve", "correct"]
Duration = Literal["day", "month", "half_year", "year"]
Given = Literal["desk", "paper", "signed_in"]
Confirmed = Literal["begun", "wrong_code", "closed", "too_many"]

SCOPES: Final[tuple[Scope, ...]] = get_args(Scope)
DURATIONS: Final[tuple[Duration, ...]] = get_args(Duration)
WAYS: Final[tuple[Given, ...]] = get_args(Given)

# Read aloud and copied by hand: no letter or digit that looks like another. 32 signs, 12 of them: 60 bits.
SIGNS: Final = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
CODE_LENGTH: Final = 12


@dataclass(frozen=True, slots=True)
class Mandate:
    """One mandate or request. `person` is known to the helper while it runs, and before on paper; else empty."""

    mandate: UUID
    person: str
    helper: str
    organisation: str
    scopes: frozenset[Scope]
    duration: Duration
    given: Given
    asked_at: datetime
    begins_at: datetime | None
    ends_at: datetime | None
    ended_at: datetime | None
    ended_by: str | None


@dataclass(frozen=True, slots=True)
class Asked:
    """What a code asks for, to the person who types it."""

    mandate: UUID
    helper: str
    organisation: str
    scopes: frozenset[Scope]
    duration: Duration
    given: Given


def code_of(mandate: UUID, *, using: Keys | None = None) -> str:
    """The code on the form and the letters of a mandate, without spaces."""
    number = int.from_bytes((using or keys()).derive("mandate code", mandate.bytes), "big")
    return "".join(SIGNS[number >> (5 * place) & 31] for place in range(CODE_LENGTH))


def spelled(code: str) -> str:
    """A code in groups of four, as people read it."""
    return " ".join(code[at : at + 4] for at in range(0, len(code), 4))


def hash_of(code: str, *, using: Keys | None = None) -> bytes:
    """What the database keeps of a code, however it was typed: small letters, spaces and hyphens make no difference."""
    bare = "".join(sign for sign in code.upper() if sign.isalnum())
    return (using or keys()).derive("mandate code hash", bare.encode())


def ask(
    connection: Connection,
    scopes: Collection[str],
    duration: str,
    given: str,
    *,
    insz: Insz | None = None,
    given_names: str = "",
    family_name: str = "",
    using: Keys | None = None,
) -> UUID:
    """Ask for a mandate, as a helper; on paper the form names who signs. Errors: ValueError for another purpose,
    duration or way, or for a name that is missing; psycopg.errors.InsufficientPrivilege when the helper is locked.
    """
    if not {"look"} <= set(scopes) <= set(SCOPES) or duration not in DURATIONS or given not in WAYS:
        raise ValueError("a mandate is to look at least, for one of the durations, in one of the ways")
    names = [name.strip()[:LONGEST_NAME] for name in (given_names, family_name)]
    if given == "paper" and (insz is None or not all(names)):
        raise ValueError("a mandate on paper names who signs")
    chosen = using or keys()
    mandate = uuid4()
    on_paper = [None] * 3 if given != "paper" or insz is None else [chosen.key_of(insz), *names]
    connection.execute(
        "select registry.ask_mandate(%s, %s, %s, %s, %s, %s, %s, %s)",
        [
            *(mandate, [s for s in SCOPES if s in scopes], duration, given),
            hash_of(code_of(mandate, using=chosen), using=chosen),
            *on_paper,
        ],
    )
    return mandate


def asked_with(connection: Connection, code: str, *, using: Keys | None = None) -> Asked | None:
    """What the code asks for, as the citizen; None for a code that cannot be accepted (now)."""
    row = connection.execute(
        "select mandate, helper, organisation, scopes, duration, given from registry.asked_with(%s)",
        [hash_of(code, using=using)],
    ).fetchone()
    return Asked(row[0], row[1], row[2], frozenset(row[3]), *row[4:]) if row else None


def answer(connection: Connection, code: str, *, yes: bool, using: Keys | None = None) -> UUID | None:
    """Accept or refuse, as the citizen; the mandate, None when it could no longer be answered."""
    row = connection.execute(
        "select registry.answer_mandate(%s, %s)", [hash_of(code, using=using), yes]
    ).fetchone()
    return row[0] if row else None


def confirm(
    connection: Connection, mandate: UUID, code: str, language: str, *, using: Keys | None = None
) -> Confirmed:
    """Begin a mandate on paper with the code of the signed form, as its helper.

    The journal and the notice to the person, by letter too, are the database's own doing; here they are sent.
    """
    row = connection.execute(
        "select outcome, deliveries from registry.confirm_paper(%s, %s, %s)",
        [mandate, hash_of(code, using=using), language if language in LANGUAGES else LANGUAGES[0]],
    ).fetchone()
    assert row is not None
    post.queue(connection, row[1] or ())
    outcome: Confirmed = row[0]
    return outcome


def end(connection: Connection, mandate: UUID) -> bool:
    """End a mandate or a request, as the citizen or the helper it is of; whether it still ran."""
    row = connection.execute("select registry.end_mandate(%s)", [mandate]).fetchone()
    return bool(row and row[0])


def end_by_code(connection: Connection, code: str, *, using: Keys | None = None) -> bool:
    """End the mandate or request of a code, as the gate; whether it still ran."""
    row = connection.execute("select registry.end_by_code(%s)", [hash_of(code, using=using)]).fetchone()
    return bool(row and row[0])


MANDATES: Final = """
select m.mandate, {person}, coalesce(a.name, ''), coalesce(a.organisation_name, ''), m.scopes, m.duration, m.given,
       m.asked_at, m.begins_at, m.ends_at, m.ended_at, m.ended_by
  from registry.mandate m left join registry.actor a on a.actor = m.helper {more}
"""
NAMED: Final = MANDATES.format(
    person="coalesce(p.given_names || ' ' || p.family_name, w.given_names || ' ' || w.family_name, '')",
    more="left join registry.person p on p.party = m.party"
    " left join registry.mandate_on_paper w on w.mandate = m.mandate",
)
UNNAMED: Final = MANDATES.format(person="''", more="")


def of_helper(connection: Connection) -> list[Mandate]:
    """Mandates of this helper that run or are asked, the one that ends first on top. Nobody else's name is read."""
    rows = connection.execute(
        NAMED
        + " where m.helper = registry.actor() and m.ended_at is null and (m.ends_at > now() or m.begins_at is null"
        " and m.asked_at > now() - case m.given when 'desk' then interval '1 day' else interval '31 days' end)"
        " order by m.ends_at nulls last, m.asked_at, m.mandate"
    ).fetchall()
    return [as_mandate(row) for row in rows]


def of_citizen(connection: Connection, party: int) -> list[Mandate]:
    """Mandates of a person, running or ended, newest first. As the citizen."""
    rows = connection.execute(
        UNNAMED + " where m.party = %s order by m.begins_at desc, m.mandate limit 100", [party]
    ).fetchall()
    return [as_mandate(row) for row in rows]


def as_mandate(row: tuple[Any, ...]) -> Mandate:
    """A row of MANDATES."""
    mandate, person, helper, organisation, scopes, *rest = row
    return Mandate(mandate, person, helper, organisation, frozenset(scopes), *rest)


def one(connection: Connection, mandate: UUID) -> Mandate | None:
    """One mandate of this helper that runs or is asked."""
    return next((each for each in of_helper(connection) if each.mandate == mandate), None)


def is_locked(connection: Connection) -> bool:
    """Whether this transaction's helper is locked out of all files, until somebody has looked at it."""
    row = connection.execute(
        "select locked_at is not null from registry.actor where actor = registry.actor()"
    ).fetchone()
    return bool(row and row[0])
