"""The ledger once more, in plain Python and without a database: what the tests hold the real one against.

Written from the promises (docs/ledger.md), one request at a time; slow and simple.
"""

from dataclasses import dataclass, field, replace
from datetime import date
from hashlib import md5
from uuid import UUID

from leerrekening.ledger.requests import Request

LARGEST = 10**15
DONE, AGAIN, TAKEN, SHORT, NO_REF, RESOLVED, UNKNOWN, UNIT, OVER, SHUT, OUTSIDE, _, BAD, GROUP, BUDGET = (
    range(15)
)


@dataclass
class Lot:
    posted: int = 0
    reserved: int = 0
    frozen: bool = False
    closed: bool = False
    first: date = date(1900, 1, 1)
    last: date | None = None


@dataclass
class Row:
    """A request as it was done: everything filled in. `full` is the amount of the transfer it refers to."""

    op: int
    debit: int
    credit: int
    amount: int
    unit: int
    ref: UUID | None
    group: UUID | None
    reason: int
    valid_on: date
    until: date | None
    counterparty: int | None
    decision: UUID | None
    full: int = 0


@dataclass
class World:
    """Everything that is kept."""

    lots: dict[tuple[int, int], Lot] = field(default_factory=dict)
    house: dict[int, int] = field(default_factory=dict)  # account to balance
    capped: set[int] = field(default_factory=set)
    journal: dict[tuple[int, UUID], Row] = field(default_factory=dict)
    resolved: set[tuple[int, UUID]] = field(default_factory=set)

    def copy(self) -> "World":
        """As it is now, whatever happens after."""
        lots = {place: replace(lot) for place, lot in self.lots.items()}
        return World(lots, dict(self.house), set(self.capped), dict(self.journal), set(self.resolved))


class Model:
    """Answers requests as the ledger must."""

    def __init__(self) -> None:
        self.world = World()
        self.corrections: dict[UUID, tuple[Place, int, date]] = {}
        self.carried: dict[tuple[int, int], int] = {}
        self.times: dict[tuple[int, int], int] = {}

    def apply(self, requests: list[Request]) -> list[int]:
        codes: list[int] = []
        done_groups: set[UUID] = set()
        at = 0
        while at < len(requests):
            group = requests[at].group
            end = at + 1
            while group is not None and end < len(requests) and requests[end].group == group:
                end += 1
            members = requests[at:end]
            if group is None:
                codes.append(self.one(members[0]))
            elif group in done_groups:
                codes += [BAD] * len(members)
            else:
                codes += self.group(members)
                done_groups.add(group)
            at = end
        return codes

    def group(self, members: list[Request]) -> list[int]:
        before = self.world.copy()
        codes = [self.one(r) if r.party == members[0].party else BAD for r in members]
        if any(code > AGAIN for code in codes) or {DONE, AGAIN} <= set(codes):
            self.world = before
            codes = [GROUP if code == DONE else code for code in codes]
        return codes

    def one(self, r: Request) -> int:
        if None in (r.party, r.id, r.op, r.valid_on, r.reason) or r.party < 0:
            return BAD
        if not 1 <= r.op <= 8 or not 1 <= r.reason <= 99:
            return BAD
        if any(day and not date(1900, 1, 1) <= day <= date(2999, 12, 31) for day in (r.valid_on, r.until)):
            return BAD
        done = self.world.journal.get((r.party, r.id))
        if done is not None:
            return AGAIN if self.same(r, done) else TAKEN
        handler = {1: self.move, 2: self.move, 3: self.resolve, 4: self.reverse, 5: self.resolve}.get(
            r.op, self.state
        )
        return handler(r)

    @staticmethod
    def same(r: Request, done: Row) -> bool:
        """Whether a request is the one that was done; what it leaves out is taken from what it refers to."""
        given = {name: getattr(r, name) for name in ("debit", "credit", "unit")}
        amount = (done.full if r.op in (3, 4) else 0) if r.amount is None else r.amount
        return (
            all(value is None or getattr(done, name) == value for name, value in given.items())
            and amount == done.amount
            and (r.op, r.ref, r.group, r.reason, r.valid_on, r.until, r.counterparty, r.decision)
            == (
                done.op,
                done.ref,
                done.group,
                done.reason,
                done.valid_on,
                done.until,
                done.counterparty,
                done.decision,
            )
        )

    def lot(self, party: int, account: int | None) -> Lot | None:
        return self.world.lots.get((party, account)) if account else None

    def move(self, r: Request) -> int:
        if None in (r.debit, r.credit, r.amount, r.unit) or r.ref or not 1 <= r.amount <= LARGEST:
            return BAD
        if r.debit == r.credit or (r.party == 0 and max(r.debit, r.credit) > 0):
            return BAD
        if r.party > 0 and r.debit < 0 and r.credit < 0 and r.group is None:
            return BAD
        if (r.op == 2 and (r.debit < 0 or r.credit > 0)) or (r.until and r.op != 2):
            return BAD
        for account in (r.debit, r.credit):
            known = (
                self.world.house
                if account < 0
                else {lot for party, lot in self.world.lots if party == r.party}
            )
            if account not in known:
                return UNKNOWN
        if abs(r.debit) % 8 != r.unit or abs(r.credit) % 8 != r.unit:
            return UNIT
        source, target = self.lot(r.party, r.debit), self.lot(r.party, r.credit)
        if source and (source.frozen or (r.op == 2 and source.closed)):
            return SHUT
        if target and (target.frozen or (target.closed and r.reason == 1)):
            return SHUT
        if r.op == 2 and source and not source.first <= r.valid_on <= (source.last or r.valid_on):
            return OUTSIDE
        if source and source.posted - source.reserved < r.amount:
            return SHORT
        if r.op == 2:
            source.reserved += r.amount
            return self.keep(r)
        return self.carry(r)

    def carry(self, r: Request, full: int = 0) -> int:
        """Move an amount, unless a budget is too small or a balance too large."""
        source, target = self.lot(r.party, r.debit), self.lot(r.party, r.credit)
        if target and target.posted + r.amount > LARGEST:
            return BAD
        if r.debit in self.world.capped and self.world.house[r.debit] < r.amount:
            return BUDGET
        for lot, account, sign in ((source, r.debit, -1), (target, r.credit, 1)):
            if lot:
                lot.posted += sign * r.amount
            else:
                self.world.house[account] += sign * r.amount
        return self.keep(r, full)

    def keep(self, r: Request, full: int = 0) -> int:
        self.world.journal[r.party, r.id] = Row(
            r.op, r.debit, r.credit, r.amount, abs(r.debit) % 8, r.ref, r.group, r.reason, r.valid_on, r.until,
            r.counterparty, r.decision, full,
        )  # fmt: skip
        if r.ref:
            self.world.resolved.add((r.party, r.ref))
        return DONE

    def find_ref(self, r: Request, ops: tuple[int, ...]) -> tuple[int, Row | None]:
        if r.ref is None or r.until or (r.amount is not None and r.amount > LARGEST):
            return BAD, None
        if (r.op == 5 and r.amount not in (None, 0)) or (r.op != 5 and r.amount is not None and r.amount < 1):
            return BAD, None
        ref = self.world.journal.get((r.party, r.ref))
        if ref is None or ref.op not in ops:
            return NO_REF, None
        if (r.party, r.ref) in self.world.resolved:
            return RESOLVED, None
        if r.unit is not None and r.unit != ref.unit:
            return UNIT, None
        if r.amount is not None and r.amount > ref.amount:
            return OVER, None
        return DONE, ref

    def resolve(self, r: Request) -> int:
        code, ref = self.find_ref(r, (2,))
        if ref is None:
            return code
        if (r.debit or ref.debit) != ref.debit or (r.credit or ref.credit) != ref.credit:
            return BAD
        lot = self.lot(r.party, ref.debit)
        if r.op == 3 and lot.frozen:
            return SHUT
        amount = 0 if r.op == 5 else ref.amount if r.amount is None else r.amount
        lot.reserved -= ref.amount
        lot.posted -= amount
        self.world.house[ref.credit] += amount
        return self.keep(replace(r, debit=ref.debit, credit=ref.credit, amount=amount), ref.amount)

    def reverse(self, r: Request) -> int:
        code, ref = self.find_ref(r, (1, 3))
        if ref is None:
            return code
        if (r.debit or ref.credit) != ref.credit or (r.credit or ref.debit) != ref.debit:
            return BAD
        amount = ref.amount if r.amount is None else r.amount
        source, target = self.lot(r.party, ref.credit), self.lot(r.party, ref.debit)
        if (source and source.frozen) or (target and target.frozen):
            return SHUT
        if source and source.posted - source.reserved < amount:
            return SHORT
        return self.carry(replace(r, debit=ref.credit, credit=ref.debit, amount=amount), ref.amount)

    def state(self, r: Request) -> int:
        if r.debit is None or r.debit < 0 or r.credit not in (None, r.debit) or r.amount not in (None, 0):
            return BAD
        if r.ref or r.until:
            return BAD
        lot = self.lot(r.party, r.debit)
        if lot is None:
            return UNKNOWN
        if r.unit is not None and r.unit != r.debit % 8:
            return UNIT
        if (
            (r.op == 6 and lot.frozen)
            or (r.op == 7 and not lot.frozen)
            or (r.op == 8 and (lot.frozen or lot.closed))
        ):
            return SHUT
        lot.frozen, lot.closed = {6: (True, lot.closed), 7: (False, lot.closed), 8: (False, True)}[r.op]
        return self.keep(replace(r, credit=r.debit, amount=0))

    # ------------------------------------------------------------------------------------------- whole functions

    def grant(self, request: Request, lot: Lot) -> int:
        """A grant of a run to one person; the lot is opened with it."""
        if not 1 <= request.amount <= LARGEST:
            return BAD
        done = self.world.journal.get((request.party, request.id))
        if done is not None:
            return AGAIN if self.same(request, done) else TAKEN
        there = self.lot(request.party, request.credit) or lot
        if there.frozen or there.closed:
            return SHUT
        self.world.lots[request.party, request.credit] = there
        return self.carry(request)

    def correct(self, keys: list[UUID], place: "Place", entitled: int, on: date) -> tuple[int, int, int]:
        """What a correction does: (code, difference, claimed)."""
        key = keys[0]
        lot = self.lot(place.party, place.lot)
        if lot is None:
            return UNKNOWN, 0, 0
        if not 0 <= entitled <= LARGEST:
            return BAD, 0, 0
        if key in self.corrections:
            return (AGAIN if self.corrections[key] == (place, entitled, on) else TAKEN), 0, 0
        if lot.frozen:
            return SHUT, 0, 0
        claim = self.lot(place.party, place.claim)
        given, owed = self.net(place, place.fund, place.lot), self.net(place, place.consumption, place.claim)
        used = -self.net(place, place.consumption, place.lot)
        expired = -self.net(place, place.expiry, place.lot)
        difference = entitled - (given - owed)
        lapsed = 0
        if difference >= 0:
            claimed = -min(difference, claim.posted if claim else 0)
            back = difference + claimed
        else:
            free = min(-difference, lot.posted - lot.reserved)
            lapsed = min(-difference - free, max(expired, 0))
            claimed = -difference - free - lapsed
            back = -free - lapsed
            if claimed > max(used - owed - entitled, 0):
                return 16, 0, 0
        if claimed > 0 and claim is None:
            self.world.lots[place.party, place.claim] = Lot(first=lot.first, last=lot.last)
        names = iter(keys)
        legs = [
            (lapsed, place.expiry, place.lot, 7),
            (back, place.fund, place.lot, 7),
            (claimed, place.consumption, place.claim, 8),
        ]
        requests = [
            Request(place.party, next(names), 1, on, reason, place.lot % 8, house if amount > 0 else number,
                    number if amount > 0 else house, abs(amount), group=key)
            for amount, house, number, reason in legs if amount
        ]  # fmt: skip
        codes = self.apply(requests)
        refused = [code for code in codes if code not in (DONE, GROUP)]
        if refused:
            return refused[0], 0, 0
        if requests:
            self.corrections[key] = (place, entitled, on)
        return DONE, difference, claimed

    def net(self, place: "Place", house: int, number: int) -> int:
        """What has gone from an account of the house to a lot, less what came back."""
        rows = [
            r for (party, _), r in self.world.journal.items() if party == place.party and r.op in (1, 3, 4)
        ]
        into = sum(r.amount for r in rows if (r.debit, r.credit) == (house, number))
        return into - sum(r.amount for r in rows if (r.debit, r.credit) == (number, house))

    def close(
        self, old: int, new: int, cap: int, expiry: int, next_lot: Lot, as_of: date
    ) -> tuple[int, int, int, int]:
        """Close the lots with a number: (seen, carried, expired, waiting)."""
        seen = carried = expired = waiting = 0
        for party in sorted({party for party, number in self.world.lots if number == old}):
            seen += 1
            self.world.lots.setdefault((party, new), replace(next_lot))
            lot = self.world.lots[party, old]
            if lot.frozen:
                continue
            free = lot.posted - lot.reserved
            target = self.lot(party, new)
            before = self.carried.get((party, old), 0)
            shut = target.frozen or target.closed
            carry = 0 if shut else min(free, max(cap - before, 0), LARGEST - target.posted)
            self.carried[party, old] = before + carry
            times = self.times.get((party, old), 0)
            for what, credit, amount in ((9, old, 0), (6, new, carry), (5, expiry, free - carry)):
                name = digest(f"{party}|{old}|{what}|{times}")
                request = Request(party, name, 1, as_of, what, old % 8, old, credit, amount)
                if what == 9 and not lot.closed:
                    self.keep(replace(request, op=8))
                elif amount:
                    self.carry(request)
                    self.times[party, old] = self.times.get((party, old), 0) + 1
            lot.closed = True
            carried, expired, waiting = carried + carry, expired + free - carry, waiting + (lot.reserved > 0)
        return seen, carried, expired, waiting

    def lapse(self, as_of: date) -> int:
        """Release reservations whose last day is past; how many."""
        late = [
            (party, key)
            for (party, key), row in self.world.journal.items()
            if row.op == 2 and row.until and row.until < as_of and (party, key) not in self.world.resolved
        ]
        for party, key in late:
            assert self.resolve(Request(party, digest(f"lapsed{key}"), 5, as_of, 11, ref=key)) == DONE
        return len(late)


def digest(text: str) -> UUID:
    """The id that follows from a text."""
    return UUID(md5(text.encode()).hexdigest())


@dataclass(frozen=True)
class Place:
    """A lot with the accounts a correction moves between."""

    party: int
    lot: int
    claim: int
    fund: int
    consumption: int
    expiry: int
