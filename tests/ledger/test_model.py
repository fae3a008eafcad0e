"""The ledger against its model: random histories, compared after every step.

Each history is one transaction that is rolled back, so thousands fit in a run; histories that are kept, and many
writers at once, are in test_crash and test_requests.
"""

# ruff: noqa: E501 - tables of what may be drawn

import multiprocessing
import traceback
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from itertools import count
from typing import Any
from uuid import UUID

import psycopg
import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test
from tests.ledger.conftest import Books
from tests.ledger.model import DONE, Lot, Model, Place, digest

from leerrekening.ledger import Code, Ledger, Request
from leerrekening.ledger.requests import lot_number

ANNA, BORIS, NOBODY = 11, 12, 99
PARTIES = (ANNA, BORIS)
THIS_YEAR, NEXT_YEAR = date(2026, 1, 1), date(2027, 1, 1)
DAYS = (date(2026, 3, 1), date(2026, 12, 31), date(2027, 5, 1))
CARRY_CAP = 25
BUDGET = 120


def key(number: int) -> UUID:
    return UUID(int=number)


class Difference(AssertionError):
    """The ledger and the model do not agree. `what`: on what, in a few words that stay the same in every history."""

    def __init__(self, what: str, detail: object = "") -> None:
        super().__init__(f"{what}: {detail}")
        self.what = what


def agree(what: str, got: object, expected: object) -> None:
    """Errors: Difference."""
    if got != expected:
        raise Difference(what, f"the ledger says {got}, the model {expected}")


@dataclass(frozen=True)
class BooksApart:
    """A ledger as another process reaches it: by the login for runs alone."""

    batch: str

    def dsn(self, kind: str) -> str:
        assert kind == "batch"
        return self.batch

    def ledger(self) -> Ledger:
        return Ledger(self.batch)


class Shelf:
    """Rights and accounts that every history starts from. Made once per database."""

    def __init__(self, books: Books | BooksApart) -> None:
        self.books = books
        with books.ledger() as ledger:
            ledger.add_parties(PARTIES)
            self.cheques = ledger.define_right("cheques", "oc", "cent", "calendar_year", carry_cap=CARRY_CAP)
            self.leave = ledger.define_right("leave", "vov", "minute", "school_year", capped=True)
            ledger.allot(self.leave.fund, key(1), BUDGET, DAYS[0])
            accounts = ledger._all("select account, kind, unit from led.account order by account", [])
        self.house = {account: 0 for account, _, _ in accounts}
        self.issuer = {unit: account for account, kind, unit in accounts if kind == "issuer"}
        self.clearing = {unit: account for account, kind, unit in accounts if kind == "clearing"}
        self.house[self.issuer[2]] -= BUDGET
        self.house[self.leave.fund] += BUDGET
        self.this_year = lot_number(self.cheques.id, THIS_YEAR, 1)
        self.next_year = lot_number(self.cheques.id, NEXT_YEAR, 1)
        self.school = lot_number(self.leave.id, date(2025, 9, 1), 2)
        self.claim_id = self.cheques.id - 1
        self.claims = lot_number(self.claim_id, THIS_YEAR, 1)
        self.nowhere = lot_number(77, THIS_YEAR, 1)
        self.connection = psycopg.connect(books.dsn("batch"))
        self.seen: Counter[tuple[Any, int]] = Counter()  # how often which answer was given to which operation


def usually(*common: Any, rarely: tuple[Any, ...] = ()) -> st.SearchStrategy[Any]:
    """Mostly the common values, now and then a strange one."""
    return st.sampled_from([*common * (1 + 12 // len(common) if rarely else 1), *rarely])


# Pairs of accounts that make sense to move between.
PAIRS = (
    *[("fund", "this_year"), ("leave_fund", "school"), ("fund", "this_year")],
    *[("this_year", "fund"), ("fund", "next_year"), ("this_year", "next_year"), ("this_year", "clearing")],
    *[("used", "claims"), ("school", "leave_fund"), ("issuer", "leave_fund")],
)
SPENDING = (("this_year", "used"), ("school", "leave_used"), ("this_year", "used"), ("next_year", "used"))
EVERY_ACCOUNT = ("this_year", "next_year", "school", "claims", "nowhere", "fund", "used", "leave_fund", "leave_used",
                 "issuer", "clearing", "wrong")  # fmt: skip
# What can be odd about a request: a field and a value for it, or something larger.
ODD_AMOUNTS = (0, -1, None, 10**15, 10**15 + 1, 2**63 - 1, 1)
TWISTS = [
    *[("amount", value) for value in ODD_AMOUNTS],
    *[("party", value) for value in (NOBODY, 0, None, -5, BORIS)],
    *[("unit", value) for value in (1, 2, 3, None)],
    *[("valid_on", value) for value in (DAYS[2], None, date(1850, 1, 1))],
    *[("reason", value) for value in (None, 0, 100, 2)],
    *[("until", value) for value in (DAYS[0], date(1850, 1, 1))],
    *[("op", value) for value in (0, 9, None, 3, 8)],
    *[("ref", value) for value in (None, key(3))],
    *[("id", value) for value in (None, key(101))],
    *[("debit", name) for name in EVERY_ACCOUNT],
    *[("credit", name) for name in EVERY_ACCOUNT],
    *[("decision", key(8)), ("counterparty", 6), ("repeat", 0), ("repeat", 0), ("repeat", 0), ("nearly", 0), ("nearly", 0)],
]  # fmt: skip
# op, person, amount, which of the candidates, what is odd about it
drawn_request = st.tuples(
    st.sampled_from((*[1] * 4, *[2] * 6, *[3] * 4, *[4] * 2, *[5] * 2, 6, 7, 7, 8)),
    st.sampled_from(PARTIES),
    st.sampled_from((1, 5, 20, 60)),
    st.integers(0, 40),
    st.one_of(st.none(), st.none(), st.sampled_from(TWISTS)),
)
# Which requests of a call belong together: letters are groups.
GROUPINGS = ("", "", "", "aaaaaa", " aa ", "aabb", "aba", "a a")


class LedgerMachine(RuleBasedStateMachine):
    """One history. `shelf` is set before it runs."""

    shelf: Shelf

    def __init__(self) -> None:
        super().__init__()
        self.connection = self.shelf.connection
        self.connection.rollback()
        self.ledger = Ledger("", connection=self.connection)
        self.model = Model()
        self.model.world.house = dict(self.shelf.house)
        self.model.world.capped = {self.shelf.leave.fund}
        self.sent: list[Request] = []
        self.groups = 0
        self.numbers = 100_000
        self.corrected = 500

    @initialize()
    def open_lots(self) -> None:
        shelf = self.shelf
        for right, number, first, last in (
            (shelf.cheques, shelf.this_year, THIS_YEAR, date(2026, 12, 31)),
            (shelf.leave, shelf.school, date(2025, 9, 1), date(2026, 8, 31)),
        ):
            self.ledger.open_lots([*PARTIES, NOBODY], right, DAYS[0])
            for party in PARTIES:
                self.model.world.lots[party, number] = Lot(first=first, last=last)
        start = [
            Request(p, key(50 + n), 1, DAYS[0], 1, abs(f) % 8, f, lot, 40)
            for n, (p, f, lot) in enumerate(
                (p, f, lot)
                for p in PARTIES
                for f, lot in ((shelf.cheques.fund, shelf.this_year), (shelf.leave.fund, shelf.school))
            )
        ]
        self.compare(start)

    def teardown(self) -> None:
        with suppress(psycopg.Error):
            self.connection.rollback()

    # --------------------------------------------------------------------------------------------- steps

    @rule(drawn=st.lists(drawn_request, min_size=1, max_size=6), grouping=st.sampled_from(GROUPINGS))
    def ask(self, drawn: list[Any], grouping: str) -> None:
        """Any requests at all, in one call."""
        self.groups += 1
        letters = grouping.ljust(len(drawn))
        self.compare(
            [
                self.request(item, None if letter == " " else key(2000 + self.groups * 2 + (letter == "a")))
                for item, letter in zip(drawn, letters, strict=False)
            ]
        )

    @rule(drawn=st.lists(drawn_request, min_size=2, max_size=6), grouping=st.sampled_from(GROUPINGS))
    def ask_more(self, drawn: list[Any], grouping: str) -> None:
        """Most of what happens is requests."""
        self.ask(drawn, grouping)

    @rule(drawn=st.lists(drawn_request, min_size=1, max_size=2))
    def ask_little(self, drawn: list[Any]) -> None:
        """Most calls are small."""
        self.ask(drawn, "")

    @rule(
        entitled=usually(0, 10, 25, 60, rarely=(-1, 10**15 + 1)),
        party=st.sampled_from(PARTIES),
        again=st.booleans(),
    )
    def correct(self, entitled: int, party: int, again: bool) -> None:
        """The right turns out to be another; said again, perhaps otherwise."""
        shelf = self.shelf
        self.corrected += not again
        name = key(self.corrected)
        place = Place(party, shelf.this_year, shelf.claims, shelf.cheques.fund, shelf.cheques.consumption,
                      shelf.cheques.expiry)  # fmt: skip
        names = [name, *(digest(f"leg {n} of {name}") for n in (2, 3))]
        known_for = self.model.corrections.get(name)
        if known_for and known_for[0].party != party:
            return  # one id is one person's: for another person it is another transfer
        expected = self.model.correct(names, place, entitled, DAYS[0])
        got = self.ledger.correct(party, name, shelf.this_year, entitled, DAYS[0])
        agree("correction", (int(got.code), got.difference, got.claimed), expected)
        self.check()

    @rule(amount=usually(1, 30, rarely=(0, 10**15)), on=st.sampled_from(DAYS), run=st.integers(1, 4))
    def grant(self, amount: int, on: date, run: int) -> None:
        """A run that grants cheques to both, and to somebody who is not known."""
        shelf = self.shelf
        year = on.year
        number = lot_number(shelf.cheques.id, date(year, 1, 1), 1)
        run_id = key(900 + run)
        expected = {}
        self.connection.execute("savepoint run")
        self.connection.execute("select led.start_run(%s, 'grant', '{}')", [run_id])
        row = self.connection.execute(
            "select * from led.grant_chunk(%s, %s, %s, %s, %s, null)",
            [run_id, shelf.cheques.id, on, [*PARTIES, NOBODY], [amount] * 3],
        ).fetchone()
        assert row
        for party in PARTIES:
            request = Request(
                party, digest(f"{run_id}{party}"), 1, on, 1, 1, shelf.cheques.fund, number, amount
            )
            expected[party] = self.model.grant(request, Lot(first=date(year, 1, 1), last=date(year, 12, 31)))
        expected[NOBODY] = 6 if 1 <= amount <= 10**15 else 12
        got = dict(zip(row[1] or (), row[2] or (), strict=True))
        agree("refused grants", got, {p: c for p, c in expected.items() if c > 1})
        agree("grants", row[0], sum(code == DONE for code in expected.values()))
        self.check()

    @rule()
    def close_year(self) -> None:
        """The year is over: carry over what may be, let the rest expire. Again: what was released since."""
        shelf = self.shelf
        self.groups += 1
        run = key(10_000 + self.groups)
        self.connection.execute("select led.start_run(%s, 'close', '{}')", [run])
        got = self.connection.execute(
            "select * from led.close_chunk(%s, %s, %s, %s, 10)", [run, shelf.cheques.id, THIS_YEAR, NEXT_YEAR]
        ).fetchone()
        next_lot = Lot(first=NEXT_YEAR, last=date(2027, 12, 31))
        expected = self.model.close(shelf.this_year, shelf.next_year, CARRY_CAP, shelf.cheques.expiry, next_lot,
                                    NEXT_YEAR)  # fmt: skip
        agree("closing", got, expected)
        self.check()

    @rule(as_of=st.sampled_from(DAYS))
    def lapse(self, as_of: date) -> None:
        """Reservations whose last day is past are released."""
        expected = self.model.lapse(as_of)
        agree("lapsed reservations", self.ledger.release_lapsed(as_of), expected)
        self.check()

    # --------------------------------------------------------------------------------------------- inside

    def account(self, name: str) -> int:
        shelf = self.shelf
        return {
            "fund": shelf.cheques.fund,
            "used": shelf.cheques.consumption,
            "leave_fund": shelf.leave.fund,
            "leave_used": shelf.leave.consumption,
            "issuer": shelf.issuer[2],
            "clearing": shelf.clearing[1],
            "wrong": -8 * 99 - 1,
        }.get(name) or int(getattr(shelf, name))

    def request(self, drawn: tuple[Any, ...], group: UUID | None) -> Request:
        op, party, amount, n, twist = drawn
        if twist and twist[0] in ("repeat", "nearly") and self.sent:
            old = self.sent[-1 - n % len(self.sent)]
            return old if twist[0] == "repeat" else replace(old, amount=amount)
        self.numbers += 1
        fresh = {
            "id": key(self.numbers),
            "op": op,
            "valid_on": DAYS[n % 5 == 0],
            "reason": 1 + n % 2,
            "group": group,
        }
        if op in (1, 2):
            pairs = PAIRS if op == 1 else SPENDING
            debit, credit = (self.account(name) for name in pairs[n % len(pairs)])
            until = DAYS[0] if op == 2 and n % 3 == 0 else None
            fresh |= {
                "debit": debit,
                "credit": credit,
                "amount": amount,
                "unit": abs(debit) % 8,
                "until": until,
            }
        elif op in (3, 4, 5):
            wanted = (1, 3) if op == 4 else (2,)
            known = [place for place, row in self.model.world.journal.items() if row.op in wanted]
            if known:
                party, ref = known[-1 - n % min(len(known), 6)]
                whole = self.model.world.journal[party, ref].amount
                part = None if n % 2 or op == 5 else max(1, whole - n % 3)
                fresh |= {"ref": ref, "amount": part}
            else:
                fresh |= {"ref": key(3)}
        else:
            fresh |= {"debit": self.account(("this_year", "next_year", "school", "claims")[n % 4])}
        if twist and twist[0] in fresh | {
            "party": 0,
            "unit": 0,
            "amount": 0,
            "debit": 0,
            "credit": 0,
            "until": 0,
        }:
            name, value = twist
            value = self.account(value) if name in ("debit", "credit") else value
            if name == "party":
                party = value
            else:
                fresh[name] = value
        return Request(party=party, **fresh)

    def compare(self, asked: list[Request]) -> None:
        self.sent += asked
        expected = self.model.apply(asked)
        got = [int(result.code) for result in self.ledger.apply(asked)]
        for request, code, right in zip(asked, got, expected, strict=True):
            agree(f"op {request.op} answered {code} for {right}", (code, request), (right, request))
        self.shelf.seen.update(zip((request.op for request in asked), got, strict=True))
        self.check()

    def check(self) -> None:
        """Every lot, and the budget that is kept as a balance, is as the model says."""
        row = self.connection.execute(
            "select array_agg(array[party, lot, posted, reserved, state] order by party, lot),"
            " (select sum(remaining)::bigint from led.fund_stripe) from led.lot"
        ).fetchone()
        assert row
        lots = sorted(self.model.world.lots.items())
        agree(
            "balances",
            row[0],
            [[*place, lot.posted, lot.reserved, lot.frozen + 2 * lot.closed] for place, lot in lots],
        )
        agree("budget", row[1], self.model.world.house[self.shelf.leave.fund])


def run_directed(shelf: Shelf) -> None:
    """A history written by hand: what chance seldom brings together, compared step by step."""
    machine = type("Machine", (LedgerMachine,), {"shelf": shelf})()
    fund, lot, used, next_lot = (
        shelf.cheques.fund,
        shelf.this_year,
        shelf.cheques.consumption,
        shelf.next_year,
    )
    numbers = count(50_000)

    def move(debit: int, credit: int, amount: int, **more: Any) -> Request:
        given = {"id": key(next(numbers)), "reason": 1, "valid_on": DAYS[0], **more}
        return Request(party=more.pop("party", ANNA), op=given.pop("op", 1), unit=abs(debit) % 8, debit=debit,
                       credit=credit, amount=amount, **{k: v for k, v in given.items() if k != "party"})  # fmt: skip

    def refer(op: int, ref: Request, amount: int | None = None, **more: Any) -> Request:
        given = {"id": key(next(numbers)), "reason": 2, "valid_on": DAYS[0], **more}
        return Request(party=ref.party, op=op, ref=ref.id, amount=amount, **given)

    def state(op: int, number: int) -> Request:
        return Request(ANNA, key(next(numbers)), op, DAYS[0], 12, debit=number)

    try:
        machine.open_lots()
        plain = move(fund, lot, 10, decision=key(7))
        machine.compare([plain])
        for change in (
            {}, {"reason": 2}, {"valid_on": DAYS[1]}, {"decision": key(8)}, {"decision": None}, {"group": key(3000)},
            {"debit": next_lot}, {"credit": next_lot}, {"amount": 11}, {"counterparty": 4}, {"party": BORIS}, {"unit": 2},
        ):  # fmt: skip
            machine.compare([replace(plain, **change)])
        twice = move(fund, lot, 3)
        machine.compare(
            [twice, twice, replace(twice, reason=2), replace(twice, amount=4), replace(twice, party=BORIS)]
        )
        held, other = move(lot, used, 20, op=2), move(lot, used, 10, op=2)
        post = refer(3, held, 12)
        machine.compare([held, other, post])
        machine.compare(
            [post, replace(post, amount=13), replace(post, valid_on=DAYS[1]), replace(post, ref=other.id)]
        )
        back = refer(4, post, 5)
        machine.compare(
            [back, refer(4, back), refer(4, other), refer(3, plain), refer(5, plain), refer(3, post)]
        )
        machine.compare([refer(4, back)])
        # never more posted than was reserved
        small = move(lot, used, 20, op=2)
        machine.compare([small])
        machine.compare([refer(3, small, 21), refer(3, small, 20)])
        # what a reservation holds is not there for others, nor is what was spent there to be taken back
        rest = move(lot, used, 20, op=2)
        machine.compare([rest])
        machine.compare([move(lot, fund, 15)])
        last = move(lot, used, 1, op=2)
        machine.compare([last])
        machine.compare([refer(5, last, unit=2), refer(5, last)])
        machine.compare([move(shelf.leave.fund, shelf.school, 41)])
        # groups: bad at the end; members after it depend on what was undone; partly done before
        for letters in ("aab", "aa", "a", "baa"):
            names = {letter: key(next(numbers)) for letter in "ab"}
            machine.compare([move(fund, lot, 7, group=names[letter]) for letter in letters[:-1]]
                            + [move(lot, used, 500, op=2, group=names[letters[-1]])])  # fmt: skip
        group = key(next(numbers))
        late = [move(fund, lot, 500, group=group), move(lot, used, 10**6, op=2, group=group)]
        machine.compare([*late, move(lot, used, 300, op=2)])
        group = key(next(numbers))
        first = move(fund, lot, 9, group=group)
        machine.compare([first])
        machine.compare([first, move(fund, lot, 1, group=group)])
        machine.compare([move(fund, lot, 1, group=group), first])
        freed = [refer(5, other, group=group), move(lot, used, 10**6, op=2, group=group)]
        machine.compare([*freed, refer(5, other)])
        machine.compare([move(fund, used, 1), move(fund, used, 1, party=0), move(fund, lot, 1, party=0)])
        machine.compare([move(fund, lot, 10**15), move(fund, next_lot, 1, party=NOBODY)])
        big = move(fund, lot, 10**15 - 200)
        machine.compare([big])
        machine.compare([move(fund, lot, 200), refer(4, big)])
        # a claim counts when the right is corrected once more
        owing = replace(move(lot, used, 35, op=2), party=BORIS)
        machine.compare([owing, refer(3, owing)])
        for entitled in (20, 20, 30, 10):
            machine.correct(entitled, BORIS, again=False)
        # what is frozen stays where it is
        machine.compare([move(fund, lot, 30), state(6, lot), state(6, lot)])
        machine.compare([move(fund, lot, 1)])
        machine.compare([move(lot, fund, 1)])
        machine.correct(0, ANNA, again=False)
        machine.close_year()
        machine.compare([state(7, lot), state(7, lot), move(lot, used, 5, op=2)])
        machine.correct(10, ANNA, again=False)
        machine.close_year()
        machine.compare([move(fund, lot, 40, reason=7), move(fund, lot, 4), state(6, next_lot)])
        machine.close_year()
        machine.compare([state(7, next_lot)])
        machine.correct(5, ANNA, again=False)
        machine.correct(60, ANNA, again=False)
        machine.correct(60, ANNA, again=True)
        machine.correct(61, ANNA, again=True)
    finally:
        machine.teardown()


def run_histories(shelf: Shelf, runs: int, *, always_the_same: bool = False) -> None:
    """Run that many histories of 50 steps.

    The seed is Hypothesis' own and is printed with a failure; ``always_the_same`` draws the same histories each
    time and does not look for the shortest one that fails.
    """
    machine = type("Machine", (LedgerMachine,), {"shelf": shelf})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=runs,
            stateful_step_count=50,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
            derandomize=always_the_same,
            phases=[Phase.generate] if always_the_same else [Phase.generate, Phase.shrink],
            print_blob=True,
            report_multiple_bugs=False,
        ),
    )


@pytest.fixture
def shelf(books: Books) -> Shelf:
    return Shelf(books)


def run_apart(dsn: str, runs: int) -> tuple[str, Counter[tuple[Any, int]]]:
    """Histories in a process of their own: what went wrong, and which answers were given how often."""
    shelf = Shelf(BooksApart(dsn))
    try:
        run_histories(shelf, runs)
    except Exception:  # noqa: BLE001 - told to the process that asked, whatever it is
        return traceback.format_exc(), shelf.seen
    return "", shelf.seen


def test_ledger_does_what_the_model_does(new_books: Callable[[], Books]) -> None:
    """2,000 histories of 50 steps, by two processes beside each other: a history waits for the server half of the time."""
    with ProcessPoolExecutor(2, multiprocessing.get_context("spawn")) as pool:
        parts = [pool.submit(run_apart, new_books().dsn("batch"), 1000) for _ in range(2)]
        seen: Counter[tuple[Any, int]] = Counter()
        for part in parts:
            wrong, answers_seen = part.result()
            assert not wrong, wrong
            seen += answers_seen
    # The histories reach every answer that a single user can get, and much of what is asked is done.
    answers = Counter(code for (_, code), times in seen.items() for _ in range(times))
    assert set(answers) == set(range(15)) - {Code.NOT_ALLOWED}
    assert answers[Code.DONE] > sum(answers.values()) // 6
    for op in range(1, 9):
        assert seen[op, Code.DONE] > 100


def test_a_history_written_by_hand(shelf: Shelf) -> None:
    run_directed(shelf)


def test_the_sum_of_everything_is_zero(shelf: Shelf, new_books: Callable[[], Books]) -> None:
    """Whatever happens, what one account gives another gets: unit by unit the books add up to nothing."""
    run_histories(shelf, 20)
    total = shelf.connection.execute(
        "select coalesce(sum(in_house + in_lots - out_house - out_lots), 0) from led.house_totals()"
    ).fetchone()
    lots = shelf.connection.execute("select coalesce(sum(posted), 0) from led.lot").fetchone()
    assert total and lots and total[0] + lots[0] == 0
