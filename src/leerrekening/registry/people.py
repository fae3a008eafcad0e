"""People by pseudonym. A national number comes in at sign-in or from a file, and goes out only to ask a register."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import psycopg

from leerrekening.registry.insz import Insz
from leerrekening.registry.keys import Keys, keys

Connection = psycopg.Connection[tuple[Any, ...]]

LANGUAGES = ("nl", "fr", "de", "en")
LONGEST_NAME = 200


@dataclass(frozen=True, slots=True)
class Name:
    """How a person is called, and in which language they want to be addressed."""

    given_names: str
    family_name: str
    language: str

    def __str__(self) -> str:
        return f"{self.given_names} {self.family_name}"


def find(connection: Connection, insz: Insz | str, *, using: Keys | None = None) -> int | None:
    """The person with this number, None when not known here. For the gate and for runs.

    Errors: BadInsz, KeyProblem.
    """
    key = (using or keys()).key_of(insz if isinstance(insz, Insz) else Insz(insz))
    row = connection.execute("select registry.find_person(%s)", [key]).fetchone()
    return row[0] if row else None


def find_or_add(
    connection: Connection,
    insz: Insz | str,
    given_names: str,
    family_name: str,
    language: str = "nl",
    *,
    using: Keys | None = None,
) -> int:
    """The person with this number; a newcomer is added, to the ledger too. For the gate and for runs.

    An unknown language becomes Dutch. Errors: BadInsz, KeyProblem, ValueError for a name that is empty.
    """
    number = insz if isinstance(insz, Insz) else Insz(insz)
    given, family = given_names.strip()[:LONGEST_NAME], family_name.strip()[:LONGEST_NAME]
    if not given or not family:
        raise ValueError("a person has a given name and a family name")
    chosen = using or keys()
    row = connection.execute(
        "select registry.add_person(%s, %s, %s, %s, %s)",
        [
            chosen.key_of(number),
            chosen.seal(number),
            given,
            family,
            language if language in LANGUAGES else LANGUAGES[0],
        ],
    ).fetchone()
    assert row is not None
    return int(row[0])


def name_of(connection: Connection, party: int) -> Name | None:
    """The name of a person; None when there is no such person, or the connection may not see them."""
    row = connection.execute(
        "select given_names, family_name, language from registry.person where party = %s", [party]
    ).fetchone()
    return Name(*row) if row else None


def is_proven(connection: Connection, party: int) -> bool:
    """Whether the number of a person is theirs for sure; not yet when help began on paper for somebody new.

    For who may see the name of the person.
    """
    row = connection.execute("select proven from registry.person where party = %s", [party]).fetchone()
    return bool(row and row[0])


def unproven(connection: Connection, parties: Sequence[int]) -> set[int]:
    """Those of these people whose number is not proven yet. For runs only."""
    rows = connection.execute(
        "select party from registry.person where party = any(%s) and not proven", [list(parties)]
    )
    return {row[0] for row in rows}


def insz_of(connection: Connection, party: int, *, using: Keys | None = None) -> Insz | None:
    """The number of a person, to ask a register with; None while it is not proven (help that began on paper).

    For runs only. Errors: LookupError, KeyProblem.
    """
    row = connection.execute("select insz_sealed from registry.person where party = %s", [party]).fetchone()
    if row is None:
        raise LookupError(f"there is no person {party}")
    return None if row[0] is None else (using or keys()).open(bytes(row[0]))


def reseal(connection: Connection, after: int, count: int, *, using: Keys | None = None) -> int | None:
    """Seal the next `count` numbers after a party with the current key; the last party done, None at the end.

    For runs, one transaction a call, so that it can be stopped and go on. Errors: KeyProblem.
    """
    chosen = using or keys()
    rows = connection.execute(
        "select party, insz_sealed from registry.person where party > %s and insz_sealed is not null"
        " order by party limit %s",
        [after, count],
    ).fetchall()
    with connection.cursor() as cursor:
        cursor.executemany(
            "select registry.reseal_person(%s, %s)", [(party, chosen.reseal(bytes(s))) for party, s in rows]
        )
    return rows[-1][0] if rows else None
