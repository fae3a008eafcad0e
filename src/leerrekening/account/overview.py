"""What one account holds on a day: each right with what the law says of it now, its balances and their lines.

    overview(connection, held, party, today)     # reads only; five short questions to the database

The decision says whether a right can be used now; the ledger says how much is left. Only where both say so is an amount
available. What was granted before and still runs is kept beside what the law says today.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any, Final
from uuid import UUID

import psycopg

from leerrekening.account import decisions
from leerrekening.account.decisions import Cause, KeptDecision, Reading
from leerrekening.account.lots import UNIT_CODES
from leerrekening.account.rights import ROLLING, Grant, grants_of, initiative_of, instrument_of, is_balance
from leerrekening.lawtext.keeper import HeldLaw
from leerrekening.ledger.requests import Op, Reason
from leerrekening.registry import people, situation
from leerrekening.registry.situation import Known
from leerrekening.rules.decide import ENDED, IN_FORCE, NO, YES, Finding
from leerrekening.rules.explain import NextChange, next_change
from leerrekening.rules.receipt import canonical

Connection = psycopg.Connection[Any]

KEPT_READINGS: Final = 256
"""Readings of the law kept in memory, so that opening a second page of an account does not decide again."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a balance, in the order in which it happened. Changes and balances in the unit of the lot."""

    id: UUID
    op: Op
    reason: str
    valid_on: date
    recorded_at: datetime
    posted_change: int
    reserved_change: int
    posted: int
    reserved: int
    until: date | None
    ref: UUID | None
    decision: UUID | None


@dataclass(frozen=True, slots=True)
class Balance:
    """One right of the ledger in one period. `decision`: on which it was granted last; None for an empty lot.

    `instrument` is empty for a right whose law is no longer there. `is_claim`: the person owes it.
    """

    lot: int
    right: str
    instrument: str
    initiative: str
    unit: str
    start: date
    end: date | None
    posted: int
    reserved: int
    is_claim: bool
    is_frozen: bool
    is_closed: bool
    lines: tuple[Line, ...]
    decision: KeptDecision | None

    @property
    def available(self) -> int:
        """What can be used: nothing of a frozen or closed balance."""
        return 0 if self.is_frozen or self.is_closed else self.posted - self.reserved

    @property
    def granted(self) -> int:
        """What was given, with later differences."""
        return sum(
            line.posted_change
            for line in self.lines
            if line.reason in ("grant", "correction", "carried_over")
        )

    @property
    def used(self) -> int:
        """What was used, without what was taken back."""
        return -sum(line.posted_change for line in self.lines if line.reason in ("use", "absent", "mistake"))

    @property
    def expired(self) -> int:
        """What expired."""
        return -sum(line.posted_change for line in self.lines if line.reason == "expired")

    def runs_on(self, day: date) -> bool:
        """Whether it can be used on a day, as far as its period goes."""
        return self.start <= day and (self.end is None or day <= self.end) and not self.is_closed

    @property
    def has_lines(self) -> bool:
        """Whether anything ever happened to it."""
        return bool(self.lines)


@dataclass(frozen=True, slots=True)
class AccountRight:
    """One instrument in the account. `later`: the next day on which time alone changes what the law says; `gives`: the
    rights of the ledger in which the law of today gives an amount.
    """

    finding: Finding
    later: NextChange | None
    gives: frozenset[str]
    running: tuple[Balance, ...]
    past: tuple[Balance, ...]
    claims: tuple[Balance, ...]

    @property
    def id(self) -> str:
        """The id of the instrument."""
        return self.finding.instrument.id

    @property
    def holds(self) -> bool:
        """Whether the law, confirmed and in force, says yes today."""
        return self.finding.status == IN_FORCE and self.finding.verdict == YES

    @property
    def is_balance(self) -> bool:
        """Whether the right is kept in the ledger, and not paid each month."""
        return is_balance(self.finding)

    @property
    def usable(self) -> tuple[Balance, ...]:
        """Balances that may be used today; none when the law of today does not say yes.

        Where it counts in another right than before, such as once in a career instead of in each six years, what was
        granted in the old one does not come on top.
        """
        if not self.holds:
            return ()
        return tuple(b for b in self.running if not self.gives or b.right in self.gives)

    @property
    def acquired(self) -> tuple[Balance, ...]:
        """Balances that still run though the law of today says something else, or says it otherwise than then."""
        version = self.finding.person.engine.law.version
        return tuple(
            balance
            for balance in self.running
            if balance.posted > 0
            and (
                balance not in self.usable
                or balance.decision is not None
                and balance.decision.law_version != version
            )
        )


@dataclass(frozen=True, slots=True)
class Overview:
    """An account on a day. `orphans`: balances of rights whose law is no longer there.

    `due`: why the ledger has to be brought in line first; None when decisions and balances are up to date. `is_proven`:
    whether the account is this person's for sure; nothing is granted before.
    """

    party: int
    is_proven: bool
    today: date
    known: Known
    reading: Reading
    rights: tuple[AccountRight, ...]
    orphans: tuple[Balance, ...]
    due: Cause | None

    @property
    def balances(self) -> tuple[Balance, ...]:
        """All balances, the oldest period first."""
        each = [b for right in self.rights for b in (*right.running, *right.past, *right.claims)]
        return tuple(sorted([*each, *self.orphans], key=lambda b: (b.start, b.lot)))

    def right(self, instrument: str) -> AccountRight | None:
        """One right; None when the law has no such instrument."""
        return next((right for right in self.rights if right.id == instrument), None)


def overview(connection: Connection, held: HeldLaw, party: int, today: date) -> Overview:
    """The account of a person on a day. Errors: SituationError when what is known breaks the contract."""
    known = situation.known(connection, party, today)
    facts = canonical(known.document)
    reading, later = _read(held.mark, _Held(held), party, facts)
    balances = balances_of(connection, party, held)
    by_instrument: dict[str, list[Balance]] = {}
    for balance in balances:
        by_instrument.setdefault(balance.instrument, []).append(balance)
    rights = tuple(
        _right(finding, later[finding.instrument.id], by_instrument.get(finding.instrument.id, ()), today)
        for finding in reading.findings
    )
    is_proven = people.is_proven(connection, party)
    return Overview(
        party,
        is_proven,
        today,
        known,
        reading,
        rights,
        tuple(by_instrument.get("", ())),
        _due(reading, decisions.last_reading(connection, party), balances, is_proven),
    )


def _due(
    reading: Reading, last: decisions.LastReading | None, balances: Sequence[Balance], is_proven: bool
) -> Cause | None:
    if last is None:
        return "first_sight"
    if last.facts != reading.facts:
        return "changed_fact"
    if last.law_version != reading.law_version:
        return "changed_law"
    have = {(balance.right, balance.start) for balance in balances if balance.has_lines}
    missing = [g for g in reading.grants() if g.amount and not _has(g, reading.as_of, have)]
    return "first_sight" if missing and is_proven else None


def _has(grant: Grant, today: date, have: set[tuple[str, date]]) -> bool:
    if grant.period.kind == ROLLING and grant.period.start == today:
        return any(right == grant.right for right, _start in have)
    return (grant.right, grant.period.start) in have


class _Held:
    """A law as an argument that caching does not look at: its mark stands beside it."""

    def __init__(self, held: HeldLaw) -> None:
        self.held: Final = held

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Held)

    def __hash__(self) -> int:
        return 0


@lru_cache(maxsize=KEPT_READINGS)
def _read(
    _mark: str, law: _Held, party: int, facts: bytes
) -> tuple[Reading, Mapping[str, NextChange | None]]:
    reading = decisions.reading_of(law.held, party, law.held.law.reader.read(facts))
    return reading, {finding.instrument.id: _later(finding) for finding in reading.findings}


def _later(finding: Finding) -> NextChange | None:
    return None if finding.status == ENDED and finding.verdict == NO else next_change(finding)


def _right(
    finding: Finding, later: NextChange | None, balances: Sequence[Balance], today: date
) -> AccountRight:
    own = [balance for balance in balances if not balance.is_claim and balance.has_lines]
    return AccountRight(
        finding,
        later,
        frozenset(grant.right for grant in grants_of(finding)),
        tuple(sorted((b for b in own if b.runs_on(today)), key=lambda b: _counter(finding, b))),
        tuple(balance for balance in own if not balance.runs_on(today)),
        tuple(balance for balance in balances if balance.is_claim and balance.posted > 0),
    )


def _counter(finding: Finding, balance: Balance) -> tuple[int, date]:
    """The place of a balance among the counters of its instrument, in the order of the law."""
    order = [ready.amount.labels.get("initiative", "") for ready in finding.slice.counters]
    place = order.index(balance.initiative) if balance.initiative in order else len(order)
    return place, balance.start


# --- the ledger ------------------------------------------------------------------------------------------------


def balances_of(connection: Connection, party: int, held: HeldLaw) -> list[Balance]:
    """Every balance of a person with its lines, the oldest period first."""
    lots = connection.execute(
        "select l.lot, r.code, r.is_claim, l.period_from, l.usable_to, l.posted, l.reserved, l.state"
        " from led.lot l join led.right_type r on r.right_id = l.right_id"
        " where l.party = %s order by l.period_from, l.lot",
        [party],
    ).fetchall()
    lines = _lines(connection, party) if lots else {}
    wanted = {line.decision for each in lines.values() for line in each if line.decision is not None}
    kept = _kept(connection, party, list(wanted)) if wanted else {}
    found = []
    for lot, right, is_claim, start, end, posted, reserved, state in lots:
        code = right.removesuffix("_claim") if is_claim else right
        instrument = instrument_of(code, held.law.instruments)
        own = tuple(lines.get(lot, ()))
        granting = [line.decision for line in own if line.reason in ("grant", "correction") and line.decision]
        found.append(
            Balance(
                lot,
                right,
                instrument,
                initiative_of(code, instrument),
                UNIT_CODES[lot % 8],
                start,
                end,
                posted,
                reserved,
                is_claim,
                bool(state & 1),
                bool(state & 2),
                own,
                kept.get(granting[-1]) if granting else None,
            )
        )
    return found


def _lines(connection: Connection, party: int) -> dict[int, list[Line]]:
    rows = connection.execute(
        "select id, op, reason, valid_on, recorded_at, debit, credit, amount, ref_amount, until, ref, decision"
        " from led.transfer where party = %s order by seq",
        [party],
    )
    found: dict[int, list[Line]] = {}
    for (
        made,
        op,
        reason,
        valid_on,
        recorded_at,
        debit,
        credit,
        amount,
        ref_amount,
        until,
        ref,
        decision,
    ) in rows:
        for lot in {debit, credit}:
            if lot < 0:
                continue
            moved = 0 if op not in (Op.MOVE, Op.POST, Op.REVERSE) else amount if lot == credit else -amount
            held = amount if op == Op.RESERVE else -ref_amount if op in (Op.POST, Op.VOID) else 0
            before = found.setdefault(lot, [])
            posted, reserved = (before[-1].posted, before[-1].reserved) if before else (0, 0)
            before.append(
                Line(
                    made,
                    Op(op),
                    Reason(reason).name.lower(),
                    valid_on,
                    recorded_at,
                    moved,
                    held,
                    posted + moved,
                    reserved + held,
                    until,
                    ref,
                    decision,
                )
            )
    return found


def _kept(connection: Connection, party: int, wanted: list[UUID]) -> dict[UUID, KeptDecision]:
    return {d.decision: d for d in decisions.some(connection, party, wanted)}
