"""The face of the ledger for Python. It never decides on a balance that it has read: the database does."""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Any, LiteralString, TypeVar
from uuid import NAMESPACE_URL, UUID, uuid5

import psycopg
from psycopg.pq import TransactionStatus
from psycopg.types.json import Jsonb

from leerrekening.ledger.requests import (
    LARGEST_BATCH,
    Balance,
    Budget,
    CloseOutcome,
    Code,
    Correction,
    GrantOutcome,
    Line,
    Lot,
    Op,
    Reason,
    Request,
    Result,
    Right,
    Unit,
)

T = TypeVar("T")

# Field of a request to the PostgreSQL type of its column of the call, in the order of the function.
COLUMNS: tuple[tuple[str, LiteralString], ...] = (
    ("party", "bigint[]"),
    ("id", "uuid[]"),
    ("op", "smallint[]"),
    ("unit", "smallint[]"),
    ("debit", "bigint[]"),
    ("credit", "bigint[]"),
    ("amount", "bigint[]"),
    ("ref", "uuid[]"),
    ("group", "uuid[]"),
    ("reason", "smallint[]"),
    ("valid_on", "date[]"),
    ("until", "date[]"),
    ("counterparty", "bigint[]"),
    ("decision", "uuid[]"),
)
APPLY: LiteralString = "select led.apply_batch(" + ", ".join("%s::" + kind for _, kind in COLUMNS) + ")"
SMALLEST, LARGEST = -(2**63), 2**63 - 1

# Conflicts with somebody else's call: nothing was written, and the same call may be made again.
PASSING = (psycopg.errors.SerializationFailure, psycopg.errors.DeadlockDetected)
# The connection broke: whether the call was done is not known. Requests carry ids, so asking again is safe.
BROKEN = (psycopg.OperationalError, psycopg.InterfaceError)
ATTEMPTS = 8


class Ledger:
    """Balances of rights over one connection, which is opened when needed and again when it breaks.

    `actor` and `party` say for whom the caller acts; they hold for one transaction at a time, so a connection that is
    shared never carries them over to the next user. Not for use by several threads at once. A `connection` of the
    caller's own keeps everything in the caller's transaction.
    """

    def __init__(
        self,
        dsn: str,
        *,
        actor: int | None = None,
        party: int | None = None,
        connection: psycopg.Connection[Any] | None = None,
    ) -> None:
        self._dsn = dsn
        self._actor = actor
        self._party = party
        self._connection = connection

    def close(self) -> None:
        """Give the connection back."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def __enter__(self) -> "Ledger":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # ------------------------------------------------------------------------------------------------ writing

    def apply(self, requests: Sequence[Request]) -> list[Result]:
        """Ask for transfers; one answer per request, in order. Everything done is on disk when this returns.

        At most 1000 at a time (else TOO_MANY). A connection that breaks is opened again and the same requests are
        asked again: ids keep that from doing anything twice. Errors: psycopg.Error when the database stays away.
        """
        columns = [array_text([clean(getattr(r, name), kind) for r in requests]) for name, kind in COLUMNS]
        row = self._run(lambda connection: connection.execute(APPLY, columns).fetchone())
        codes: Sequence[int] = row[0] if row else ()
        return [Result(request, Code(code)) for request, code in zip(requests, codes, strict=True)]

    def apply_all(self, requests: Iterable[Request]) -> Iterator[Result]:
        """Ask for any number of transfers, in batches. Groups may not cross the border of a batch of 1000."""
        batch: list[Request] = []
        for request in requests:
            batch.append(request)
            if len(batch) == LARGEST_BATCH:
                yield from self.apply(batch)
                batch = []
        yield from self.apply(batch)

    def convert(
        self,
        party: int,
        *,
        group: UUID,
        source: int,
        amount: int,
        target: int,
        into: int,
        on: date,
        decision: UUID,
    ) -> Code:
        """Exchange `amount` of one lot for `into` of another, through clearing accounts that end at zero.

        Within one unit that takes two transfers, between units four: each unit is closed against its issuer. The rate
        is in the decision. All or nothing.
        """
        from_unit, to_unit = source % 8, target % 8
        accounts = self._house_accounts()
        give, take = accounts["clearing", from_unit], accounts["clearing", to_unit]
        legs = [(source, give, amount), (take, target, into)]
        if from_unit != to_unit:
            legs[1:1] = [
                (give, accounts["issuer", from_unit], amount),
                (accounts["issuer", to_unit], take, into),
            ]
        elif amount != into:
            raise ValueError(f"within one unit the amount stays the same: {amount} is not {into}")
        results = self.apply(
            [
                Request(party, uuid5(group, str(n)), Op.MOVE, on, Reason.CONVERSION,
                        abs(debit) % 8, debit, credit, value, group=group, decision=decision)
                for n, (debit, credit, value) in enumerate(legs)
            ]
        )  # fmt: skip
        return worst(results)

    def correct(
        self, party: int, key: UUID, lot: int, entitled: int, on: date, decision: UUID | None = None
    ) -> Correction:
        """Say what the right of a period turns out to be; the difference is posted (see `led.correct`)."""
        row = self._one(
            "select * from led.correct(%s, %s, %s, %s, %s, %s)", [party, key, lot, entitled, on, decision]
        )
        return Correction(Code(row[0]), row[1], row[2])

    def add_parties(self, parties: Sequence[int]) -> int:
        """Make people known, by pseudonym; how many were new."""
        return int(self._one("select led.add_parties(%s::bigint[])", [list(parties)])[0])

    def define_right(
        self,
        code: str,
        scheme: str,
        unit: str,
        period: str,
        *,
        years: int = 1,
        carry_cap: int = 0,
        capped: bool = False,
    ) -> Right:
        """Make a right and the accounts of its scheme. Said again: no effect; said otherwise: an error."""
        self._one(
            "select led.define_right(%s, %s, %s, %s, %s::smallint, %s, %s)",
            [code, scheme, unit, period, years, carry_cap, capped],
        )
        return self.right(code)

    def allot(self, fund: int, key: UUID, amount: int, on: date) -> Code:
        """Put an amount into the budget of a scheme."""
        unit = -fund % 8
        issuer = self._house_accounts()["issuer", unit]
        request = Request(0, key, Op.MOVE, on, Reason.BUDGET, unit, issuer, fund, amount)
        return self.apply([request])[0].code

    def open_lots(self, parties: Sequence[int], right: Right, on: date) -> int:
        """Open lots of the period in which `on` falls, for who has none; how many were new."""
        return int(self._one("select led.open_lots(%s::bigint[], %s, %s)", [list(parties), right.id, on])[0])

    # ------------------------------------------------------------------------------------------------ long runs

    def grant(
        self,
        name: str,
        right: Right,
        on: date,
        people: Iterable[tuple[int, int]],
        *,
        decision: UUID | None = None,
        chunk: int = 20_000,
        progress: Callable[[int], None] = lambda _: None,
    ) -> Iterator[GrantOutcome]:
        """Grant a right to many: (person, amount) in rising order of person. One outcome per chunk, each on disk.

        A run with the same name goes on after the last chunk that was kept; nothing is granted twice.
        """
        run = run_id(name)
        body = {"right": right.code, "on": on.isoformat(), "decision": str(decision)}
        cursor = self._start(run, "grant", body)
        last = 0
        batch: list[tuple[int, int]] = []

        def send() -> GrantOutcome:
            row = self._one(
                "select * from led.grant_chunk(%s, %s, %s, %s::bigint[], %s::bigint[], %s)",
                [
                    run,
                    right.id,
                    on,
                    [p for p, _ in batch],
                    [clean(a, "bigint[]") for _, a in batch],
                    decision,
                ],
            )
            progress(batch[-1][0])
            return GrantOutcome(row[0], {p: Code(c) for p, c in zip(row[1] or (), row[2] or (), strict=True)})

        for person, amount in people:
            if person <= last:
                raise ValueError(f"people must come in rising order, each once: {person} comes after {last}")
            last = person
            if person <= cursor:
                continue
            batch.append((person, amount))
            if len(batch) == chunk:
                yield send()
                batch = []
        if batch:
            yield send()
        self._one("select led.finish_run(%s)", [run])

    def close_period(
        self, name: str, right: Right, period_from: date, as_of: date, *, chunk: int = 5_000
    ) -> Iterator[CloseOutcome]:
        """Close the lots of a period that is over: carry over up to the cap, let the rest expire. As `grant`."""
        run = run_id(name)
        body = {"right": right.code, "period": period_from.isoformat(), "as_of": as_of.isoformat()}
        finished = self._start(run, "close", body) == LARGEST
        while not finished:
            row = self._one(
                "select * from led.close_chunk(%s, %s, %s, %s, %s)",
                [run, right.id, period_from, as_of, chunk],
            )
            outcome = CloseOutcome(int(row[0]), int(row[1]), int(row[2]), int(row[3]))
            if outcome.seen == 0:
                return
            yield outcome

    def release_lapsed(self, as_of: date) -> int:
        """Release every reservation whose last day is before `as_of`; how many."""
        after: int | None = 0
        released = 0
        while after is not None:
            row = self._one("select * from led.release_lapsed(%s, %s, 1000)", [as_of, after])
            released += row[0]
            after = row[1]
        return released

    def seal(self) -> int:
        """Seal the journal up to the present horizon; how many rows."""
        total = 0
        while sealed := int(self._one("select led.seal()", [])[0]):
            total += sealed
        return total

    # ------------------------------------------------------------------------------------------------ reading

    def right(self, code: str) -> Right:
        """A right by its code. Errors: KeyError."""
        row = self._maybe(
            "select right_id, code, unit, period_kind, period_years, carry_cap, fund, consumption, expiry"
            " from led.right_type where code = %s",
            [code],
        )
        if row is None:
            raise KeyError(code)
        return Right(row[0], row[1], Unit(row[2]), *row[3:])

    def period(self, right: Right, on: date) -> tuple[date, date | None]:
        """First and last day of the period of a right in which a day falls."""
        row = self._one("select * from led.period(%s, %s)", [right.id, on])
        return row[0], row[1]

    def lots(self, party: int) -> list[Lot]:
        """All lots of a person, oldest period first."""
        rows = self._all(
            "select l.party, l.lot, r.code, l.unit, l.period_from, l.usable_to, l.posted, l.reserved,"
            " l.state & 1 = 1, l.state & 2 = 2, r.is_claim"
            " from led.lot l join led.right_type r on r.right_id = l.right_id"
            " where l.party = %s order by l.period_from, l.lot",
            [party],
        )
        return [Lot(row[0], row[1], row[2], Unit(row[3]), *row[4:]) for row in rows]

    def balance(
        self, party: int, lot: int, *, valid_on: date | None = None, moment: str | None = None
    ) -> Balance:
        """The balance that counts on a day, as known at a moment (see `moment`), summed from the journal."""
        return Balance(
            *self._one(
                "select * from led.balance(%s, %s, %s, %s::pg_snapshot)", [party, lot, valid_on, moment]
            )
        )

    def explain(
        self, party: int, lot: int, *, valid_on: date | None = None, moment: str | None = None
    ) -> list[Line]:
        """A balance line by line."""
        rows = self._all(
            "select id, op, reason, valid_on, other, posted_change, reserved_change, posted, reserved, ref, decision"
            " from led.explain(%s, %s, %s, %s::pg_snapshot)",
            [party, lot, valid_on, moment],
        )
        return [Line(row[0], Op(row[1]), *row[2:]) for row in rows]

    def moment(self) -> str:
        """What is known now, as a text to ask with later. It is no time: a clock has no part in it."""
        return str(self._one("select led.moment()::text", [])[0])

    def budgets(self, *, valid_on: date | None = None, moment: str | None = None) -> list[Budget]:
        """Budgets of all schemes: now, or for a day or moment in the past."""
        rows = self._all("select * from led.budgets(%s, %s::pg_snapshot)", [valid_on, moment])
        return [Budget(row[0], row[1], row[2], *(int(value) for value in row[3:])) for row in rows]

    # ------------------------------------------------------------------------------------------------ inside

    def _start(self, run: UUID, kind: str, body: dict[str, str]) -> int:
        """Begin or resume a run; the person after whom it goes on."""
        row = self._one("select cursor, finished from led.start_run(%s, %s, %s)", [run, kind, Jsonb(body)])
        return LARGEST if row[1] else int(row[0])

    def _house_accounts(self) -> dict[tuple[str, int], int]:
        rows = self._all("select kind, unit, account from led.account where scheme = 'house'", [])
        return {(row[0], row[1]): row[2] for row in rows}

    def _one(self, query: LiteralString, arguments: Sequence[object]) -> tuple[Any, ...]:
        row = self._maybe(query, arguments)
        assert row is not None, query
        return row

    def _maybe(self, query: LiteralString, arguments: Sequence[object]) -> tuple[Any, ...] | None:
        return self._run(lambda connection: connection.execute(query, arguments).fetchone())

    def _all(self, query: LiteralString, arguments: Sequence[object]) -> list[tuple[Any, ...]]:
        return self._run(lambda connection: connection.execute(query, arguments).fetchall())

    def _run(self, work: Callable[[psycopg.Connection[Any]], T]) -> T:
        """Do work in one transaction; again when somebody else was in the way or the connection broke."""
        for attempt in range(ATTEMPTS):
            try:
                with self._transaction() as connection:
                    return work(connection)
            except PASSING:
                # In a transaction of the caller's nothing can be tried again: the caller has to begin anew.
                if attempt == ATTEMPTS - 1 or self._inside_another():
                    raise
            except BROKEN as error:
                self.close()
                # Only a broken connection is opened again; a refused login or a full disk is told.
                if attempt == ATTEMPTS - 1 or not connection_was_lost(error):
                    raise
                time.sleep(attempt)
        raise AssertionError("the loop above ends by returning or raising")

    def _inside_another(self) -> bool:
        connection = self._connection
        return connection is not None and connection.info.transaction_status != TransactionStatus.IDLE

    @contextmanager
    def _transaction(self) -> Iterator[psycopg.Connection[Any]]:
        if self._connection is None:
            self._connection = psycopg.connect(self._dsn, autocommit=True)
        if self._actor is None and self._party is None:
            yield self._connection
            return
        with self._connection.transaction():
            self._connection.execute(
                "select set_config('llr.actor', %s, true), set_config('llr.party', %s, true)",
                [str(self._actor or ""), str(self._party or "")],
            )
            yield self._connection


def connection_was_lost(error: psycopg.Error) -> bool:
    """Whether the server or the way to it went away (then it may come back), and nothing else is wrong."""
    code = error.sqlstate
    return code is None or code.startswith(("08", "57P"))


def clean(value: Any, kind: str) -> Any:
    """A value as its column can hold it. A number beyond the column becomes one that the ledger refuses."""
    if isinstance(value, int) and not isinstance(value, bool):
        if kind == "smallint[]":
            return int(value) if 0 <= value <= 32767 else -1
        return min(max(int(value), SMALLEST + 1), LARGEST)
    return value


def array_text(values: Sequence[int | UUID | date | None]) -> str:
    """A column of a call as PostgreSQL writes arrays. As text every call has the same types, so it is planned once.

    Errors: TypeError for what is no number, id or day.
    """
    for value in values:
        if not (value is None or (isinstance(value, int | UUID | date) and not isinstance(value, bool))):
            raise TypeError(f"{value!r} is no number, id or day")
    return (
        "{"
        + ",".join("NULL" if v is None else str(int(v) if isinstance(v, int) else v) for v in values)
        + "}"
    )


def worst(results: Sequence[Result]) -> Code:
    """One answer for a group: done, or the reason of the member that was refused first."""
    refused = [
        result.code for result in results if not result.code.holds and result.code != Code.GROUP_REFUSED
    ]
    return refused[0] if refused else max(result.code for result in results)


def run_id(name: str) -> UUID:
    """The id of a long run with a name."""
    return uuid5(NAMESPACE_URL, f"llr:run:{name}")
