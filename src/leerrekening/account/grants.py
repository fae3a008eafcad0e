"""From decisions to balances: what a reading gives is granted once, what turns out otherwise is a difference.

    settle(connection, held, [party], today, "first_sight")   # a newcomer, or a new period
    settle(connection, held, [party], today, "changed_fact")  # for every day on which a right was granted too
    settle(connection, held, parties, today, "yearly_run")    # many at once: see `yearly`

Everything happens in the caller's transaction, as the kind of user `batch`. Amounts of a right are counted per period.
A person gets the most that a day of the period on which was decided gives. A law that changes later takes nothing away
that was granted; a fact that changes does, and what was used beyond it becomes a claim. What turns out open, because a
fact is no longer known, takes nothing away either: unknown is not no.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Final, Literal
from uuid import NAMESPACE_URL, UUID, uuid5

import psycopg

from leerrekening.account import decisions, uses
from leerrekening.account.decisions import Cause, Reading
from leerrekening.account.lots import Lot, Lots, lots_of
from leerrekening.account.rights import ROLLING, Grant, Period, instrument_of
from leerrekening.lawtext.keeper import HeldLaw
from leerrekening.ledger import Code, Ledger, Op, Reason, Request
from leerrekening.ledger.requests import Right, lot_number
from leerrekening.registry import people, situation
from leerrekening.rules.decide import IN_FORCE, NO
from leerrekening.rules.situation import SituationError

Connection = psycopg.Connection[Any]

_SPACE: Final = uuid5(NAMESPACE_URL, "llr:change")
RETROACTIVE: Final[frozenset[Cause]] = frozenset({"changed_fact", "correction", "changed_law"})


class GrantRefused(RuntimeError):
    """The ledger refused what no ledger should: a fault of the program, so nothing is kept."""


@dataclass(slots=True)
class Settled:
    """What was done for one person. `waiting`: rights that could not be made smaller, because something is reserved;
    `unreadable`: what is known of the person breaks the contract, so nothing was decided; `changes`: ids of lines that
    grant or correct."""

    party: int
    granted: int = 0
    corrected: int = 0
    claimed: int = 0
    used: int = 0
    waiting: list[str] = field(default_factory=list)
    unreadable: bool = False
    changes: list[UUID] = field(default_factory=list)

    @property
    def change(self) -> UUID | None:
        """The name of what changed in the rights: follows from the lines that were written; None when none was."""
        return uuid5(_SPACE, "|".join(sorted(map(str, self.changes)))) if self.changes else None

    @property
    def lines(self) -> int:
        """Lines written in the ledger."""
        return self.granted + self.corrected + self.used


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What one person should have of one right in one period, and the decision that says so."""

    grant: Grant
    decision: UUID


def settle(
    connection: Connection, held: HeldLaw, parties: Sequence[int], today: date, cause: Cause
) -> list[Settled]:
    """Decide for people on a day, keep the decisions, and bring the ledger in line. Errors: GrantRefused."""
    ordered = sorted(set(parties))
    connection.execute(
        "select pg_advisory_xact_lock(hashtextextended('account.settle', p)) from unnest(%s::bigint[]) p",
        [ordered],
    )
    work = _Work(connection, held, today, cause)
    work.read(ordered)
    work.post()
    return [work.done[party] for party in ordered]


class _Work:
    """One call of `settle`: readings of all people first, then the lines of all people in few calls."""

    def __init__(self, connection: Connection, held: HeldLaw, today: date, cause: Cause) -> None:
        self.connection: Final = connection
        self.held: Final = held
        self.today: Final = today
        self.cause: Final = cause
        self.rights: Final[dict[str, Right]] = {}
        self.ledger: Final = Ledger("", connection=connection)
        self.done: Final[dict[int, Settled]] = {}
        self.readings: Final[dict[int, list[Reading]]] = {}
        self.uses: Final[dict[int, list[uses.Use]]] = {}
        self.granting_days: Final[dict[int, dict[tuple[str, date], set[date]]]] = {}

    def read(self, parties: Sequence[int]) -> None:
        """Decide for everybody, and keep it."""
        if self.cause in RETROACTIVE:
            self._find_granting_days(parties)
        for party in parties:
            self.done[party] = Settled(party)
            days = {self.today}.union(*self.granting_days.get(party, {}).values())
            try:
                self.readings[party] = [self._reading(party, day) for day in sorted(days)]
            except SituationError:
                self.done[party].unreadable = True
                self.readings[party], self.uses[party] = [], []
        flat = [reading for each in self.readings.values() for reading in each]
        decisions.keep(self.connection, self.held, flat, self.cause)

    def _reading(self, party: int, day: date) -> Reading:
        known = situation.known(self.connection, party, day)
        if day == self.today:
            self.uses[party] = uses.known_uses(party, known)
        return decisions.read(self.held, party, known.document)

    def _find_granting_days(self, parties: Sequence[int]) -> None:
        rows = self.connection.execute(
            "select distinct d.party, g ->> 'right', (g ->> 'from')::date, r.as_of"
            " from account.decision d join account.reading r using (reading)"
            " cross join lateral jsonb_array_elements(d.grants) g where d.party = any(%s)",
            [list(parties)],
        )
        for party, right, start, as_of in rows:
            self.granting_days.setdefault(party, {}).setdefault((right, start), set()).add(as_of)

    # ------------------------------------------------------------------------------------------------ the ledger

    def post(self) -> None:
        """Bring the ledger in line: differences first, then new rights, then use.

        Nothing is granted to an account that began on paper until its number is proven: anything can be told there.
        """
        unproven = people.unproven(self.connection, list(self.readings))
        parties = [
            party for party in self.readings if not self.done[party].unreadable and party not in unproven
        ]
        lots = lots_of(self.connection, parties)
        wanted = {party: self._wanted(party, lots.get(party, {})) for party in parties}
        self._open(wanted, lots)
        booked = uses.booked(self.connection, parties)
        self._reverse_uses(lots, booked)
        for party in parties:
            self._correct(party, wanted[party], lots.get(party, {}))
        self._grant(wanted, lots)
        self._book_uses(wanted, booked)

    def _wanted(self, party: int, lots: Lots) -> dict[tuple[str, date], _Wanted]:
        best: dict[tuple[str, date], _Wanted] = {}
        for reading in self.readings[party]:
            for given in reading.grants():
                grant = _in_running_period(given, reading.as_of, lots)
                key = (grant.right, grant.period.start)
                if key not in best or best[key].grant.amount < grant.amount:
                    best[key] = _Wanted(grant, reading.decision(grant.instrument))
        return best

    def _open(
        self,
        wanted: Mapping[int, Mapping[tuple[str, date], _Wanted]],
        lots: Mapping[int, Lots],
    ) -> None:
        """Lots for what has none yet."""
        missing: dict[tuple[str, date], tuple[Grant, list[int]]] = {}
        for party, each in wanted.items():
            for key, want in each.items():
                if key not in lots.get(party, {}):
                    missing.setdefault(key, (want.grant, []))[1].append(party)
        for (_, start), (grant, parties) in sorted(missing.items(), key=lambda item: item[0]):
            right = self._right(grant)
            self.connection.execute("select led.open_lots(%s, %s, %s)", [sorted(parties), right.id, start])

    def _correct(self, party: int, wanted: Mapping[tuple[str, date], _Wanted], lots: Lots) -> None:
        """The difference for what was granted before."""
        for key, lot in lots.items():
            if lot.lines == 0:
                continue  # opened, and still to be granted
            entitled, decision = self._entitled(party, lot, wanted.get(key))
            if entitled == lot.entitled or decision is None:
                continue
            name = uuid5(decision, f"{lot.right}|{lot.start}|{entitled}|{lot.lines}")
            answer = self.ledger.correct(party, name, lot.lot, entitled, self.today, decision)
            if answer.code == Code.HELD_ELSEWHERE:
                self.done[party].waiting.append(lot.right)
            elif not answer.code.holds:
                raise GrantRefused(f"the ledger answers {answer.code.name} to a correction of {lot.right}")
            else:
                self.done[party].corrected += 1
                self.done[party].changes.append(name)
                self.done[party].claimed += max(answer.claimed, 0)

    def _entitled(self, party: int, lot: Lot, want: _Wanted | None) -> tuple[int, UUID | None]:
        """What a lot should have been given, and the decision behind it; what it has when nothing says otherwise."""
        as_now = lot.entitled
        if want is not None and want.grant.amount >= as_now:
            return want.grant.amount, want.decision
        if self.cause not in RETROACTIVE or self.cause == "changed_law":
            return as_now, None
        days = self.granting_days.get(party, {}).get((lot.right, lot.start), set())
        instrument = self._instrument(lot.right)
        then = [reading for reading in self.readings[party] if reading.as_of in days]
        findings = [finding for reading in then if (finding := reading.finding(instrument)) is not None]
        if not findings or any(f.status != IN_FORCE or f.verdict not in (NO, "yes") for f in findings):
            return as_now, None  # open: nothing is taken back on what is not known
        if want is not None:
            return want.grant.amount, want.decision
        if any(f.verdict != NO for f in findings):
            return as_now, None  # a yes whose amount is not known
        return 0, then[-1].decision(instrument)

    def _instrument(self, right: str) -> str:
        return instrument_of(right, self.held.law.instruments)

    def _grant(
        self,
        wanted: Mapping[int, Mapping[tuple[str, date], _Wanted]],
        lots: Mapping[int, Lots],
    ) -> None:
        requests = []
        for party, each in wanted.items():
            for key, want in each.items():
                before = lots.get(party, {}).get(key)
                if (before is None or before.lines == 0) and want.grant.amount > 0:
                    requests.append(self._grant_request(party, want))
        self._ask(requests, "granted")

    def _grant_request(self, party: int, want: _Wanted) -> Request:
        right = self._right(want.grant)
        lot = lot_number(right.id, want.grant.period.start, right.unit)
        return Request(
            party,
            uuid5(want.decision, want.grant.right),
            Op.MOVE,
            # A right counts from the day its period begins; one for a whole career from the day it was decided on.
            want.grant.period.start if want.grant.period.end is not None else self.today,
            Reason.GRANT,
            unit=right.unit,
            debit=right.fund,
            credit=lot,
            amount=want.grant.amount,
            decision=want.decision,
        )

    # ------------------------------------------------------------------------------------------------ use

    def _told(self, party: int, lots: Lots) -> dict[UUID, uses.Told]:
        return uses.told(self.uses[party], lots.values(), self.held.law.instruments)

    def _reverse_uses(self, lots: Mapping[int, Lots], booked: Mapping[int, dict[UUID, uses.Booked]]) -> None:
        requests: list[Request] = []
        for party, groups in booked.items():
            requests += uses.reversals(party, groups, self._told(party, lots.get(party, {})), self.today)
        self._ask(requests, "used")

    def _book_uses(
        self,
        wanted: Mapping[int, Mapping[tuple[str, date], _Wanted]],
        booked: Mapping[int, Mapping[UUID, uses.Booked]],
    ) -> None:
        requests: list[Request] = []
        lots = lots_of(self.connection, [party for party in wanted if self.uses[party]])
        for party, own in lots.items():
            decisions_on = {key: want.decision for key, want in wanted[party].items()}
            told = self._told(party, own)
            requests += uses.bookings(party, booked.get(party, {}), told, decisions_on, self.today)
        self._ask(requests, "used")

    # ------------------------------------------------------------------------------------------------ asking

    def _ask(self, requests: Sequence[Request], count: Literal["granted", "used"]) -> None:
        """Ask the ledger, and count the lines it wrote. A frozen lot waits. Errors: GrantRefused."""
        for batch in _batches(requests):
            for result in self.ledger.apply(batch):
                assert result.request.party is not None
                done = self.done[result.request.party]
                if result.code == Code.DONE:
                    setattr(done, count, getattr(done, count) + 1)
                    if count == "granted" and result.request.id is not None:
                        done.changes.append(result.request.id)
                elif result.code in (Code.FROZEN_OR_CLOSED, Code.GROUP_REFUSED):
                    done.waiting.append(f"lot {result.request.debit or result.request.credit}")
                elif not result.code.holds:
                    raise GrantRefused(f"the ledger answers {result.code.name} to {result.request.op!r}")

    def _right(self, grant: Grant) -> Right:
        """The right of the ledger behind a grant; made the first time."""
        found = self.rights.get(grant.right)
        if found is None:
            try:
                found = self.ledger.right(grant.right)
            except KeyError:
                period = grant.period
                found = self.ledger.define_right(
                    grant.right, grant.instrument, grant.unit, period.kind, years=period.years
                )
            self.rights[grant.right] = found
        return found


def _in_running_period(grant: Grant, as_of: date, lots: Lots) -> Grant:
    """A round that would begin today is the one that was opened before, as long as that runs."""
    if grant.period.kind != ROLLING or grant.period.start != as_of:
        return grant
    for lot in lots.values():
        if lot.right == grant.right and lot.start <= as_of and (lot.end is None or as_of <= lot.end):
            return replace(grant, period=Period(ROLLING, grant.period.years, lot.start, lot.end))
    return grant


def _batches(requests: Sequence[Request], size: int = 900) -> Iterator[list[Request]]:
    """Batches that the ledger takes at once; what stands together as a group stays together."""
    batch: list[Request] = []
    for request in requests:
        if len(batch) >= size and (request.group is None or request.group != batch[-1].group):
            yield batch
            batch = []
        batch.append(request)
    if batch:
        yield batch
