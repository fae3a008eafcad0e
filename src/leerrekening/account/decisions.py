"""Decisions: the law read for one person on one day, kept so that it can be read again and gives the same.

reading = read(held, party, document)      # decides; nothing is written
keep(connection, [reading], "first_sight")  # once: the same facts, day, law and engine are one row
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, Literal
from uuid import NAMESPACE_URL, UUID, uuid5

import psycopg
from psycopg.types.json import Jsonb

from leerrekening.account.rights import Grant, grants_of
from leerrekening.lawtext.keeper import HeldLaw
from leerrekening.rules import ENGINE_VERSION, days
from leerrekening.rules.decide import Finding
from leerrekening.rules.receipt import canonical, make_receipt, read_receipt, replay
from leerrekening.rules.situation import Situation

Connection = psycopg.Connection[Any]
Cause = Literal["yearly_run", "first_sight", "changed_fact", "changed_law", "correction"]

LARGEST_RECEIPT: Final = 2_000_000
_SPACE: Final = uuid5(NAMESPACE_URL, "llr:reading")


@dataclass(frozen=True, slots=True)
class Reading:
    """What the law says of one person on one day. `facts`: hash of what is known, without the day."""

    id: UUID
    party: int
    as_of: date
    law_version: str
    facts: bytes
    situation: Situation
    findings: tuple[Finding, ...]

    def decision(self, instrument: str) -> UUID:
        """The id of the decision on one instrument: it stands on the lines of the ledger that follow from it."""
        return uuid5(self.id, instrument)

    def grants(self) -> list[Grant]:
        """What this reading gives in the ledger."""
        return [grant for finding in self.findings for grant in grants_of(finding)]

    def finding(self, instrument: str) -> Finding | None:
        """The finding on one instrument; None when the law has no such instrument."""
        return next((f for f in self.findings if f.instrument.id == instrument), None)


@dataclass(frozen=True, slots=True)
class KeptDecision:
    """A decision as it was made. `grants`: what it gave in the ledger (see `rights.Grant.as_json`)."""

    decision: UUID
    reading: UUID
    instrument: str
    as_of: date
    read_at: datetime
    cause: Cause
    law_version: str
    facts: bytes
    status: str
    verdict: str
    grants: tuple[Mapping[str, Any], ...]


class UnknownDecision(LookupError):
    """There is no such decision, or the connection may not see it."""


def read(held: HeldLaw, party: int, document: Mapping[str, Any]) -> Reading:
    """Read the law for a document of the contract. Errors: SituationError."""
    situation = held.law.reader.read(canonical(dict(document)))
    return reading_of(held, party, situation)


def reading_of(held: HeldLaw, party: int, situation: Situation) -> Reading:
    """Read the law for a checked situation."""
    facts = digest_of(situation)
    version = held.law.version
    as_of = date.fromordinal(situation.as_of)
    made = uuid5(_SPACE, f"{party}|{days.iso(situation.as_of)}|{version}|{ENGINE_VERSION}|{facts.hex()}")
    findings = tuple(held.engine.decide(situation))
    return Reading(made, party, as_of, version, facts, situation, findings)


def digest_of(situation: Situation) -> bytes:
    """Hash of what is known, whatever the day on which it is asked."""
    facts = {key: value for key, value in situation.source.items() if key != "as_of"}
    return hashlib.sha256(canonical(facts)).digest()


def keep(connection: Connection, held: HeldLaw, readings: Sequence[Reading], cause: Cause) -> int:
    """Write readings with their decisions, for a run (batch); how many were new."""
    if not readings:
        return 0
    receipts = [zlib.compress(make_receipt(held.documents, reading.situation), 6) for reading in readings]
    written = connection.execute(
        "insert into account.reading (reading, party, as_of, cause, law_version, engine, facts, receipt)"
        " select r.reading, r.party, r.as_of, %s, %s, %s, r.facts, r.receipt"
        " from unnest(%s::uuid[], %s::bigint[], %s::date[], %s::bytea[], %s::bytea[])"
        " as r (reading, party, as_of, facts, receipt) on conflict do nothing",
        [
            cause,
            held.law.version,
            ENGINE_VERSION,
            [r.id for r in readings],
            [r.party for r in readings],
            [r.as_of for r in readings],
            [r.facts for r in readings],
            receipts,
        ],
    ).rowcount
    # What is known may go back to what it was before on the same day. That reading is there; it is kept once more, with
    # its receipt, because the newest one is what the ledger rests on.
    latest = {r.party: r.id for r in sorted(readings, key=lambda r: r.as_of)}
    connection.execute(
        "insert into account.reading (reading, party, as_of, cause, law_version, engine, facts, receipt)"
        " select md5(k.reading::text || n.entry)::uuid, k.party, k.as_of, %s, k.law_version, k.engine, k.facts,"
        " k.receipt"
        " from account.reading k cross join lateral (select l.entry, l.facts, l.law_version from account.reading l"
        " where l.party = k.party order by l.entry desc limit 1) n"
        " where k.reading = any(%s) and (n.facts, n.law_version) is distinct from (k.facts, k.law_version)"
        " on conflict do nothing",
        [cause, list(latest.values())],
    )
    rows = [
        (r.decision(f.instrument.id), r.id, r.party, f.instrument.id, f.status, f.verdict,
         Jsonb([grant.as_json() for grant in grants_of(f)]))
        for r in readings for f in r.findings
    ]  # fmt: skip
    connection.execute(
        "insert into account.decision (decision, reading, party, instrument, status, verdict, grants)"
        " select * from unnest(%s::uuid[], %s::uuid[], %s::bigint[], %s::text[], %s::text[], %s::text[], %s::jsonb[])"
        " on conflict do nothing",
        [list(column) for column in zip(*rows, strict=True)],
    )
    return written


_DECISIONS: Final = (
    "select d.decision, d.reading, d.instrument, r.as_of, r.read_at, r.cause, r.law_version, r.facts, d.status,"
    " d.verdict, d.grants from account.decision d join account.reading r using (reading)"
)


def of_person(connection: Connection, party: int) -> list[KeptDecision]:
    """Every decision about a person, the latest first."""
    rows = connection.execute(
        f"{_DECISIONS} where d.party = %s and r.party = %s order by r.entry desc, d.instrument",
        [party, party],
    )
    return [_kept(row) for row in rows]


def some(connection: Connection, party: int, wanted: Sequence[UUID]) -> list[KeptDecision]:
    """Decisions about a person by their ids; an id of somebody else gives nothing."""
    rows = connection.execute(
        f"{_DECISIONS} where d.decision = any(%s) and d.party = %s order by r.entry", [list(wanted), party]
    )
    return [_kept(row) for row in rows]


def one(connection: Connection, decision: UUID) -> KeptDecision:
    """One decision. Errors: UnknownDecision."""
    row = connection.execute(f"{_DECISIONS} where d.decision = %s", [decision]).fetchone()
    if row is None:
        raise UnknownDecision(str(decision))
    return _kept(row)


def _kept(row: Sequence[Any]) -> KeptDecision:
    names = (
        "decision",
        "reading",
        "instrument",
        "as_of",
        "read_at",
        "cause",
        "law_version",
        "facts",
        "status",
        "verdict",
    )
    values = dict(zip(names, row, strict=False))
    return KeptDecision(**{**values, "facts": bytes(row[7])}, grants=tuple(row[10]))


@dataclass(frozen=True, slots=True)
class LastReading:
    """The newest reading of a person: what it rested on, and the day it was asked for."""

    as_of: date
    law_version: str
    facts: bytes


def last_reading(connection: Connection, party: int) -> LastReading | None:
    """The newest reading of a person; None when there is none yet."""
    row = connection.execute(
        "select as_of, law_version, facts from account.reading where party = %s order by entry desc limit 1",
        [party],
    ).fetchone()
    return LastReading(row[0], row[1], bytes(row[2])) if row else None


def receipt_of(connection: Connection, reading: UUID) -> bytes:
    """The receipt of a reading, as `./llr replay` takes it. Errors: UnknownDecision."""
    row = connection.execute("select receipt from account.reading where reading = %s", [reading]).fetchone()
    if row is None:
        raise UnknownDecision(str(reading))
    return zlib.decompressobj().decompress(bytes(row[0]), LARGEST_RECEIPT)


def again(connection: Connection, held: HeldLaw, reading: UUID) -> tuple[bytes, bool]:
    """Read the law again for what was known then: the document, and whether it is the same byte for byte.

    Errors: UnknownDecision, ReceiptError.
    """
    return replay(held.documents, read_receipt(receipt_of(connection, reading)))
