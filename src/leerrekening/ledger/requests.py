"""What can be asked of the ledger, and what it answers. Numbers are those of the database (sql/0003_apply.sql)."""

from dataclasses import dataclass
from datetime import date
from enum import IntEnum
from uuid import UUID

LARGEST_AMOUNT = 10**15
LARGEST_BATCH = 1000


class Op(IntEnum):
    """What a transfer does."""

    MOVE = 1
    RESERVE = 2
    POST = 3
    REVERSE = 4
    VOID = 5
    FREEZE = 6
    UNFREEZE = 7
    CLOSE = 8


class Reason(IntEnum):
    """Why. A closed list, so that no free text about a person can enter the journal."""

    GRANT = 1
    USE = 2
    CANCELLED = 3
    ABSENT = 4
    EXPIRED = 5
    CARRIED_OVER = 6
    CORRECTION = 7
    CLAIM = 8
    PERIOD_CLOSED = 9
    CONVERSION = 10
    RESERVATION_LAPSED = 11
    INVESTIGATION = 12
    BUDGET = 13
    CLAIM_SETTLED = 14
    MISTAKE = 15


class Unit(IntEnum):
    """In what a balance is counted. Always whole numbers."""

    CENT = 1
    MINUTE = 2
    VOUCHER = 3


class Code(IntEnum):
    """The answer to one request. Only DONE has written something."""

    DONE = 0
    ALREADY_DONE = 1
    ID_TAKEN = 2
    NOT_ENOUGH = 3
    NO_SUCH_TRANSFER = 4
    ALREADY_RESOLVED = 5
    UNKNOWN_ACCOUNT = 6
    UNIT_DIFFERS = 7
    MORE_THAN_RESERVED = 8
    FROZEN_OR_CLOSED = 9
    OUTSIDE_PERIOD = 10
    NOT_ALLOWED = 11
    BAD_REQUEST = 12
    GROUP_REFUSED = 13
    BUDGET_USED_UP = 14
    TOO_MANY = 15
    HELD_ELSEWHERE = 16

    @property
    def holds(self) -> bool:
        """Whether what was asked is now so: done, by this call or by an earlier one."""
        return self <= Code.ALREADY_DONE


@dataclass(frozen=True, slots=True)
class Request:
    """One transfer that is asked for. `id` is chosen by the asker, once, and makes repeating safe.

    MOVE and RESERVE name `debit`, `credit`, `amount` and `unit`; POST, VOID and REVERSE name `ref`, and take the rest
    from it (`amount` less than the whole posts or reverses a part); FREEZE, UNFREEZE and CLOSE name the lot as `debit`.
    Requests with the same `group` stand together and are done together or not at all.
    """

    party: int | None
    id: UUID | None
    op: Op | int | None
    valid_on: date | None
    reason: Reason | int | None
    unit: Unit | int | None = None
    debit: int | None = None
    credit: int | None = None
    amount: int | None = None
    ref: UUID | None = None
    group: UUID | None = None
    until: date | None = None
    counterparty: int | None = None
    decision: UUID | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """The answer to one request."""

    request: Request
    code: Code


@dataclass(frozen=True, slots=True)
class Balance:
    """What a lot holds. `available` = posted - reserved."""

    posted: int
    reserved: int
    available: int


@dataclass(frozen=True, slots=True)
class Lot:
    """One right of one person in one period, with its balance."""

    party: int
    lot: int
    right: str
    unit: Unit
    period_from: date
    usable_to: date | None
    posted: int
    reserved: int
    frozen: bool
    closed: bool
    is_claim: bool


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the explanation of a lot: what happened, why, and the balance after it."""

    id: UUID
    op: Op
    reason: str | None
    valid_on: date
    other: int
    posted_change: int
    reserved_change: int
    posted: int
    reserved: int
    ref: UUID | None
    decision: UUID | None


@dataclass(frozen=True, slots=True)
class Right:
    """A right as the ledger knows it: its unit, its period, and the accounts it moves between."""

    id: int
    code: str
    unit: Unit
    period_kind: str
    period_years: int
    carry_cap: int
    fund: int
    consumption: int
    expiry: int


@dataclass(frozen=True, slots=True)
class Budget:
    """A scheme's money, minutes or vouchers. `remaining` = allotted - granted."""

    scheme: str
    unit: str
    capped: bool
    allotted: int
    granted: int
    remaining: int
    reserved: int
    spent: int
    expired: int


@dataclass(frozen=True, slots=True)
class Correction:
    """What a retroactive correction did: the difference with what was given, and the part that became a claim."""

    code: Code
    difference: int
    claimed: int


@dataclass(frozen=True, slots=True)
class GrantOutcome:
    """One chunk of a grant run: how many were granted, and who was refused with which code."""

    granted: int
    refused: dict[int, Code]


@dataclass(frozen=True, slots=True)
class CloseOutcome:
    """One chunk of closing a period. `waiting` lots still have reservations; the run ends when `seen` is 0."""

    seen: int
    carried: int
    expired: int
    waiting: int


def lot_number(right: int, period_from: date, unit: Unit | int) -> int:
    """The number of a person's lot: follows from right, first day of the period, and unit (see 0002_model.sql)."""
    return ((right << 20) + (period_from - date(1900, 1, 1)).days) * 8 + int(unit)
