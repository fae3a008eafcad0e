"""The independent auditor: reads the journal with a login that can only read, works out again every balance, account,
state and seal, and says what is wrong, to the row.

It shares no code with the ledger: not its functions, not its Python. It knows the tables and the promises
(docs/ledger.md), and one snapshot of the database, so it may run while others write.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timezone
from itertools import groupby, islice
from typing import Any, LiteralString, NamedTuple
from uuid import UUID

import psycopg

EPOCH_DAY = date(1970, 1, 1)
EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)  # noqa: UP017 - the same on every Python we know
FIRST_PERIOD = date(1900, 1, 1)
CHAIN_START = hashlib.sha256(b"leer- en loopbaanrekening").digest()
MOST = 10**15
MOVE, RESERVE, POST, REVERSE, VOID, FREEZE, UNFREEZE, CLOSE = range(1, 9)
ROW: LiteralString = (
    "party, id, xid, seq, debit, credit, amount, recorded_at, valid_on, op, reason, unit, ref_amount, ref, group_id,"
    " until, counterparty, decision, actor"
)


class Row(NamedTuple):
    """One row of the journal."""

    party: int
    id: UUID
    xid: int
    seq: int
    debit: int
    credit: int
    amount: int
    recorded_at: datetime
    valid_on: date
    op: int
    reason: int
    unit: int
    ref_amount: int | None
    ref: UUID | None
    group_id: UUID | None
    until: date | None
    counterparty: int | None
    decision: UUID | None
    actor: int | None


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is not as promised. `row` names the transfer, `lot` the balance, where one is to blame."""

    what: str
    party: int | None = None
    row: UUID | None = None
    lot: int | None = None

    def __str__(self) -> str:
        places = [
            f"person {self.party}" if self.party is not None else "",
            f"transfer {self.row}" if self.row else "",
            f"lot {self.lot}" if self.lot else "",
        ]
        return ": ".join([*filter(None, places), self.what])


@dataclass(slots=True)
class Report:
    """What an audit has seen and found. `head` is the last root of the seals, to be kept outside the database."""

    rows: int = 0
    lots: int = 0
    sealed: int = 0
    head: str = ""
    findings: list[Finding] = field(default_factory=list)

    @property
    def clean(self) -> bool:
        """Whether everything is as promised."""
        return not self.findings


@dataclass(slots=True)
class Account:
    """Flows of an account of the house, as worked out from the journal."""

    in_house: int = 0
    out_house: int = 0
    in_lots: int = 0
    out_lots: int = 0
    held: int = 0


@dataclass(slots=True)
class Standing:
    """One lot while its history is read again."""

    posted: int = 0
    reserved: int = 0
    frozen: bool = False
    closed: bool = False


class Audit:
    """One audit, over one snapshot."""

    def __init__(self, dsn: str) -> None:
        self.dsn = dsn
        self.report = Report()
        self.accounts: dict[int, tuple[str, int, bool]] = {}
        self.rights: dict[int, tuple[int, bool]] = {}
        self.flows: dict[int, Account] = defaultdict(Account)
        self.sealed_flows: dict[int, Account] = defaultdict(Account)
        self.last_sealed: tuple[int, int] = (0, 0)

    def run(self, expected_head: str | None = None) -> Report:
        """Check everything. `expected_head` is the head of an earlier report: its seal must still be in the chain."""
        with psycopg.connect(self.dsn) as connection:
            connection.execute("set transaction isolation level repeatable read read only")
            connection.execute("set local timezone = 'UTC'")
            self.read_house(connection)
            self.check_seals(connection, expected_head)
            self.check_people(connection)
            self.check_house(connection)
        return self.report

    def blame(
        self, what: str, *, party: int | None = None, row: Row | None = None, lot: int | None = None
    ) -> None:
        """Note a finding."""
        person = row.party if row else party
        self.report.findings.append(Finding(what, person, row.id if row else None, lot))

    def read_house(self, connection: psycopg.Connection[Any]) -> None:
        """Accounts and rights; their numbers must say their unit."""
        for account, kind, unit, capped in connection.execute(
            "select account, kind, unit, capped from led.account order by account"
        ):
            self.accounts[account] = (kind, unit, capped)
            if -account % 8 != unit:
                self.blame(f"account {account} of the house has unit {unit}, its number says {-account % 8}")
        for right, unit, claim in connection.execute(
            "select right_id, unit, is_claim from led.right_type order by right_id"
        ):
            self.rights[right] = (unit, claim)

    # ------------------------------------------------------------------------------------------------ people

    def check_people(self, connection: psycopg.Connection[Any]) -> None:
        """Read the history of each person again and compare with the balances that are kept."""
        parties = {row[0] for row in connection.execute("select party from led.party order by party")}
        with connection.cursor(name="journal") as journal, connection.cursor(name="balances") as balances:
            journal.itersize = balances.itersize = 20_000
            journal.execute(f"select {ROW} from led.transfer order by party")  # noqa: S608 - a constant
            balances.execute(
                "select party, lot, posted, reserved, state, usable_from, usable_to from led.lot order by party, lot"
            )
            history = groupby((Row(*values) for values in journal), key=lambda row: row.party)
            kept = groupby(balances, key=lambda values: int(values[0]))
            for party, rows, lots in side_by_side(history, kept):
                if party and party not in parties:
                    self.blame("is not a known person", party=party)
                self.check_person(party, sorted(rows, key=lambda row: row.seq), lots)

    def check_person(self, party: int, rows: list[Row], lots: list[Any]) -> None:
        """One person: every row legal in its turn, and the end as it is kept."""
        usable = {lot: (first, last) for _, lot, _, _, _, first, last in lots}
        standing: dict[int, Standing] = defaultdict(Standing)
        before: dict[UUID, Row] = {}
        resolved: dict[UUID, Row] = {}
        clearing: dict[tuple[UUID | None, int], int] = defaultdict(int)
        for row in rows:
            self.report.rows += 1
            self.check_shape(row, usable)
            if row.ref is not None:
                self.check_ref(row, before.get(row.ref), resolved.get(row.ref))
                resolved[row.ref] = row
            before[row.id] = row
            self.book(row, standing)
            for account, sign in ((row.debit, -1), (row.credit, 1)):
                if row.op in (MOVE, REVERSE) and self.accounts.get(account, ("",))[0] == "clearing":
                    clearing[row.group_id, account] += sign * row.amount
        for (group, account), left in clearing.items():
            if left:
                self.blame(f"clearing account {account} keeps {left} of group {group}", party=party)
        for _, lot, posted, reserved, state, first, last in lots:
            self.report.lots += 1
            self.check_lot_number(party, lot, first)
            worked = standing.pop(lot, Standing())
            worked_state = worked.frozen + 2 * worked.closed
            if (posted, reserved, state) != (worked.posted, worked.reserved, worked_state):
                self.blame(
                    f"is kept as posted {posted}, reserved {reserved}, state {state}; the journal says"
                    f" {worked.posted}, {worked.reserved}, {worked_state}",
                    party=party,
                    lot=lot,
                )
            if last is not None and last < first:
                self.blame("may be used until before it may be used from", party=party, lot=lot)
        for lot in standing:
            self.blame("is in the journal, and no balance is kept", party=party, lot=lot)

    def check_lot_number(self, party: int, lot: int, usable_from: date) -> None:
        """The number says right, period and unit; the right must exist in that unit."""
        right, day, unit = lot >> 23, (lot >> 3) % 2**20, lot % 8
        if self.rights.get(right, (0, False))[0] != unit:
            self.blame(f"is of right {right} in unit {unit}, which does not exist", party=party, lot=lot)
        if (usable_from - FIRST_PERIOD).days != day:
            self.blame("does not begin on the day that its number says", party=party, lot=lot)

    def check_shape(self, row: Row, usable: dict[int, tuple[date, date | None]]) -> None:
        """What one row must look like, whatever came before it."""
        if abs(row.debit) % 8 != row.unit or abs(row.credit) % 8 != row.unit:
            self.blame(f"moves between units: {row.debit} to {row.credit} in {row.unit}", row=row)
        for account in {row.debit, row.credit}:
            if account < 0 and account not in self.accounts:
                self.blame(f"names account {account} of the house, which does not exist", row=row)
            elif account > 0 and account not in usable:
                self.blame(f"names lot {account}, which does not exist", row=row)
        if row.op in (MOVE, RESERVE, POST, REVERSE):
            if not 0 < row.amount <= MOST:
                self.blame(f"has amount {row.amount}", row=row)
            if row.debit == row.credit:
                self.blame("goes from an account to itself", row=row)
        elif row.amount:
            self.blame(f"has amount {row.amount} and moves nothing", row=row)
        if row.party == 0 and (row.debit > 0 or row.credit > 0):
            self.blame("names a lot and belongs to nobody", row=row)
        if row.op == RESERVE:
            if row.debit < 0 or row.credit > 0:
                self.blame("reserves otherwise than from a lot for an account of the house", row=row)
            first, last = usable.get(row.debit, (row.valid_on, None))
            if row.valid_on < first or (last is not None and row.valid_on > last):
                self.blame(f"reserves on {row.valid_on}, outside the period of the lot", row=row)
        if (row.ref is not None) != (row.op in (POST, VOID, REVERSE)):
            self.blame("names another transfer, or fails to", row=row)

    def check_ref(self, row: Row, ref: Row | None, earlier: Row | None) -> None:
        """A post or void resolves a reservation, a reversal undoes a move or post; each at most once."""
        if earlier is not None:
            self.blame(f"resolves {row.ref}, which {earlier.id} had resolved already", row=row)
        if ref is None:
            self.blame(f"resolves {row.ref}, which did not exist before it", row=row)
            return
        if row.ref_amount != ref.amount:
            self.blame(f"says that {row.ref} was {row.ref_amount}; it is {ref.amount}", row=row)
        if row.amount > ref.amount:
            self.blame(f"takes {row.amount} of {ref.amount}", row=row)
        if row.op == REVERSE:
            if ref.op not in (MOVE, POST) or (row.debit, row.credit) != (ref.credit, ref.debit):
                self.blame(f"does not undo {row.ref}", row=row)
        elif ref.op != RESERVE or (row.debit, row.credit) != (ref.debit, ref.credit):
            self.blame(f"does not resolve the reservation {row.ref}", row=row)

    def book(self, row: Row, standing: dict[int, Standing]) -> None:
        """Carry one row into the balances, and watch the promises at every step."""
        for account in {row.debit, row.credit}:
            if account > 0:
                lot = standing[account]
                if lot.frozen and row.op not in (VOID, UNFREEZE):
                    self.blame("touches a frozen lot", row=row, lot=account)
                if lot.closed and row.op == RESERVE:
                    self.blame("reserves from a closed lot", row=row, lot=account)
        if row.op in (MOVE, POST, REVERSE):
            if row.debit > 0:
                standing[row.debit].posted -= row.amount
            if row.credit > 0:
                standing[row.credit].posted += row.amount
        held = row.amount if row.op == RESERVE else -(row.ref_amount or 0) if row.op in (POST, VOID) else 0
        if held and row.debit > 0:
            standing[row.debit].reserved += held
        if row.op in (FREEZE, UNFREEZE):
            standing[row.debit].frozen = row.op == FREEZE
        elif row.op == CLOSE:
            standing[row.debit].closed = True
        if row.debit > 0:
            lot = standing[row.debit]
            if lot.reserved < 0 or lot.posted < lot.reserved:
                self.blame(f"leaves posted {lot.posted} with {lot.reserved} reserved", row=row, lot=row.debit)
        self.flow(row, held, self.flows)
        if (row.xid, row.seq) <= self.last_sealed:
            self.flow(row, held, self.sealed_flows)

    def flow(self, row: Row, held: int, flows: dict[int, Account]) -> None:
        """Carry one row into the accounts of the house."""
        amount = row.amount if row.op in (MOVE, POST, REVERSE) else 0
        if row.debit < 0 and row.op < FREEZE:
            account = flows[row.debit]
            if row.credit < 0:
                account.out_house += amount
            else:
                account.out_lots += amount
        if row.credit < 0 and row.op < FREEZE:
            account = flows[row.credit]
            account.held += held
            if row.debit < 0:
                account.in_house += amount
            else:
                account.in_lots += amount

    # ------------------------------------------------------------------------------------------------ the house

    def check_house(self, connection: psycopg.Connection[Any]) -> None:
        """Sealed totals, capped budgets, clearing."""
        kept = {
            account: Account(*(int(value) for value in values))
            for account, *values in connection.execute(
                "select account, in_house, out_house, in_lots, out_lots, held from led.account_total order by account"
            )
        }
        for account in sorted({*kept, *self.sealed_flows}):
            if kept.get(account, Account()) != self.sealed_flows.get(account, Account()):
                self.blame(
                    f"sealed totals of account {account} are {kept.get(account)}; the journal says"
                    f" {self.sealed_flows.get(account)}"
                )
        stripes = {
            account: int(remaining)
            for account, remaining in connection.execute(
                "select account, sum(remaining) from led.fund_stripe group by account order by account"
            )
        }
        for account, (kind, _, capped) in self.accounts.items():
            flows = self.flows[account]
            balance = flows.in_house + flows.in_lots - flows.out_house - flows.out_lots
            if capped and balance < 0:
                self.blame(f"budget {account} is overdrawn by {-balance}")
            if capped != (account in stripes) or (capped and stripes[account] != balance):
                self.blame(f"budget {account} keeps {stripes.get(account)}; the journal says {balance}")
            if kind == "clearing" and balance:
                self.blame(f"clearing account {account} stands at {balance} instead of zero")

    # ------------------------------------------------------------------------------------------------ seals

    def check_seals(self, connection: psycopg.Connection[Any], expected_head: str | None) -> None:
        """Work the chain out again, and compare every row with the mark that was made of it."""
        previous, number, roots = CHAIN_START, 0, set()
        with connection.cursor(name="sealed") as journal, connection.cursor(name="seals") as seals:
            journal.itersize = 20_000
            seals.itersize = 100
            journal.execute(f"select {ROW} from led.transfer order by xid, seq")  # noqa: S608 - a constant
            seals.execute(
                "select block, first_xid, first_seq, last_xid, last_seq, rows, leaves, previous, root"
                " from led.seal order by block"
            )
            rows = Ahead(Row(*values) for values in journal)
            for block, *bounds, count, leaves, said_previous, root in seals:
                number += 1
                if block != number:
                    self.blame(f"seal {number} is missing")
                    number = block
                if bytes(said_previous) != previous:
                    self.blame(f"seal {block} does not follow the seal before it")
                previous = self.check_block(block, bounds, count, bytes(leaves), bytes(said_previous), rows)
                if previous != bytes(root):
                    self.blame(f"seal {block} does not fit the rows it covers")
                previous = bytes(root)
                roots.add(previous.hex())
                self.last_sealed = (bounds[2], bounds[3])
                self.report.sealed += count
        self.report.head = previous.hex() if number else ""
        if expected_head and expected_head not in roots:
            self.blame(f"the seal {expected_head} that was noted before is no longer in the chain")

    def check_block(
        self, block: int, bounds: list[int], count: int, leaves: bytes, previous: bytes, rows: "Ahead"
    ) -> bytes:
        """Compare the rows of one block with its marks; the root that these rows would have."""
        marks = {
            int.from_bytes(leaves[at : at + 8], "big", signed=True): leaves[at + 8 : at + 24]
            for at in range(0, len(leaves), 24)
        }
        if len(marks) != count:
            self.blame(f"seal {block} has {len(marks)} marks for {count} rows")
        digest = hashlib.sha256(previous)
        for row in rows.upto((bounds[2], bounds[3])):
            full = leaf(row)
            digest.update(full)
            mark = marks.pop(row.seq, None)
            if mark is None:
                self.blame(f"slipped in behind seal {block}", row=row)
            elif mark != full[:16]:
                self.blame(f"was changed after seal {block}", row=row)
        for seq in sorted(marks):
            self.blame(f"the row with number {seq}, of seal {block}, has gone")
        return digest.digest()


class Ahead:
    """Rows in the order (xid, seq), handed out up to a place."""

    def __init__(self, rows: Iterator[Row]) -> None:
        self.rows = rows
        self.next = next(rows, None)

    def upto(self, place: tuple[int, int]) -> Iterator[Row]:
        """Rows not handed out yet, up to and including the place."""
        while self.next is not None and (self.next.xid, self.next.seq) <= place:
            row, self.next = self.next, next(self.rows, None)
            yield row


def leaf(row: Row) -> bytes:
    """The hash of one row: its fields as text, in order, with a bar between and "-" for none."""
    micros = (row.recorded_at - EPOCH) // (datetime(1970, 1, 1, 0, 0, 0, 1) - datetime(1970, 1, 1))  # noqa: DTZ001
    fields = (
        row.party, row.id, row.xid, row.seq, row.debit, row.credit, row.amount, micros,
        (row.valid_on - EPOCH_DAY).days, row.op, row.reason, row.unit, row.ref_amount, row.ref, row.group_id,
        None if row.until is None else (row.until - EPOCH_DAY).days, row.counterparty, row.decision, row.actor,
    )  # fmt: skip
    return hashlib.sha256(
        "|".join("-" if value is None else str(value) for value in fields).encode()
    ).digest()


def side_by_side(
    history: Iterable[tuple[int, Iterable[Row]]], kept: Iterable[tuple[int, Iterable[Any]]]
) -> Iterator[tuple[int, list[Row], list[Any]]]:
    """Two streams in the order of the person, joined: who is in one only has nothing in the other."""
    left, right = iter(history), iter(kept)
    a, b = next(left, None), next(right, None)
    while a is not None or b is not None:
        party = min(side[0] for side in (a, b) if side is not None)
        rows, lots = [], []
        if a is not None and a[0] == party:
            rows, a = list(a[1]), None
        if b is not None and b[0] == party:
            lots, b = list(b[1]), None
        yield party, rows, lots
        if a is None:
            a = next(left, None)
        if b is None:
            b = next(right, None)


def audit(dsn: str, expected_head: str | None = None) -> Report:
    """Audit the ledger behind a connection string (a login of kind auditor is enough)."""
    return Audit(dsn).run(expected_head)


def first(findings: Iterable[Finding], number: int) -> list[Finding]:
    """The first so many findings."""
    return list(islice(findings, number))
