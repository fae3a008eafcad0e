"""A small world that tests of the ledger share: two people, one right in cents, one capped in minutes."""

from dataclasses import dataclass, field
from datetime import date
from itertools import count
from typing import Any
from uuid import UUID

from tests.ledger.conftest import Books

from leerrekening.ledger import Code, Ledger, Op, Reason, Request
from leerrekening.ledger.requests import Right, lot_number

ANNA, BORIS = 1, 2
DAY = date(2026, 3, 1)


def key(number: int) -> UUID:
    return UUID(int=number)


@dataclass
class World:
    """People with 100.00 of cheques each, and 600 minutes of leave in the budget."""

    books: Books
    ledger: Ledger = field(init=False)
    cheques: Right = field(init=False)
    leave: Right = field(init=False)
    keys: Any = field(default_factory=lambda: count(10_000))

    def __post_init__(self) -> None:
        self.ledger = self.books.ledger()
        self.ledger.add_parties([ANNA, BORIS])
        self.cheques = self.ledger.define_right("cheques", "oc", "cent", "calendar_year", carry_cap=2500)
        self.leave = self.ledger.define_right("leave", "vov", "minute", "school_year", capped=True)
        self.ledger.allot(self.leave.fund, key(1), 600, DAY)
        outcomes = list(self.ledger.grant("start", self.cheques, DAY, [(ANNA, 10_000), (BORIS, 10_000)]))
        assert outcomes[0].granted == 2

    @property
    def lot(self) -> int:
        return lot_number(self.cheques.id, date(2026, 1, 1), 1)

    @property
    def leave_lot(self) -> int:
        return lot_number(self.leave.id, date(2025, 9, 1), 2)

    def key(self) -> UUID:
        return key(next(self.keys))

    def reserve(self, amount: int, party: int = ANNA, **more: Any) -> Request:
        given = {"id": self.key(), "valid_on": DAY, "reason": Reason.USE, "unit": 1, "debit": self.lot,
                 "credit": self.cheques.consumption, "amount": amount, **more}  # fmt: skip
        return Request(party=party, op=Op.RESERVE, **given)

    def post(self, ref: UUID, amount: int | None = None, party: int = ANNA, **more: Any) -> Request:
        return Request(
            party,
            more.pop("id", None) or self.key(),
            Op.POST,
            DAY,
            Reason.USE,
            amount=amount,
            ref=ref,
            **more,
        )

    def void(self, ref: UUID, party: int = ANNA, **more: Any) -> Request:
        return Request(
            party, more.pop("id", None) or self.key(), Op.VOID, DAY, Reason.CANCELLED, ref=ref, **more
        )

    def reverse(self, ref: UUID, amount: int | None = None, party: int = ANNA, **more: Any) -> Request:
        return Request(
            party,
            more.pop("id", None) or self.key(),
            Op.REVERSE,
            DAY,
            Reason.MISTAKE,
            amount=amount,
            ref=ref,
            **more,
        )

    def move(self, debit: int, credit: int, amount: int, party: int = ANNA, **more: Any) -> Request:
        given = {"id": self.key(), "valid_on": DAY, "reason": Reason.GRANT, "unit": abs(debit) % 8, **more}
        return Request(party=party, op=Op.MOVE, debit=debit, credit=credit, amount=amount, **given)

    def state(self, op: Op, party: int = ANNA, lot: int | None = None) -> Request:
        return Request(party, self.key(), op, DAY, Reason.INVESTIGATION, debit=lot or self.lot)

    def ask(self, *requests: Request) -> list[Code]:
        return [result.code for result in self.ledger.apply(requests)]

    def available(self, party: int = ANNA) -> int:
        return self.ledger.balance(party, self.lot).available
