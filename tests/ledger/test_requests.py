"""What one request, or one call, is answered; and the failures of other ledgers, each by its name."""

import threading
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from tests.ledger.world import ANNA, BORIS, DAY, World

from leerrekening.ledger import Code, Ledger, Op, Reason, Request
from leerrekening.ledger.ledger import APPLY, COLUMNS, worst
from leerrekening.ledger.requests import lot_number

D = Code.DONE


def test_reserve_counts_at_once_and_posting_a_part_releases_the_rest(world: World) -> None:
    first = world.reserve(6000)
    assert world.ask(first, world.reserve(6000)) == [D, Code.NOT_ENOUGH]
    assert world.available() == 4000
    assert world.ask(world.post(first.id, 1500)) == [D]
    assert world.ledger.balance(ANNA, world.lot).posted == 8500
    assert world.available() == 8500


def test_reserve_void_and_reverse(world: World) -> None:
    a, b = world.reserve(1000), world.reserve(2000)
    post = world.post(b.id)
    assert world.ask(a, b, world.void(a.id), post, world.reverse(post.id, 500)) == [D] * 5
    assert world.available() == 10_000 - 2000 + 500
    assert world.ask(world.reverse(post.id, 500), world.void(b.id)) == [Code.ALREADY_RESOLVED] * 2


def test_a_replay_is_answered_the_same_and_a_changed_body_is_refused(world: World) -> None:
    request = world.reserve(100)
    changed = world.reserve(101, id=request.id)
    assert world.ask(request) == [D]
    assert world.ask(request, changed, request) == [Code.ALREADY_DONE, Code.ID_TAKEN, Code.ALREADY_DONE]
    assert world.available() == 9900


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"amount": 0}, Code.BAD_REQUEST),
        ({"amount": -5}, Code.BAD_REQUEST),
        ({"amount": 10**15 + 1}, Code.BAD_REQUEST),
        ({"amount": 2**63 - 1}, Code.BAD_REQUEST),
        ({"amount": 2**200}, Code.BAD_REQUEST),
        ({"amount": None}, Code.BAD_REQUEST),
        ({"unit": 2}, Code.UNIT_DIFFERS),
        ({"unit": None}, Code.BAD_REQUEST),
        ({"unit": 70_000}, Code.UNIT_DIFFERS),
        ({"debit": lot_number(4444, DAY, 1)}, Code.UNKNOWN_ACCOUNT),
        ({"debit": -(2**63)}, Code.BAD_REQUEST),
        ({"debit": 2**63 - 1}, Code.UNKNOWN_ACCOUNT),
        ({"credit": -800_001}, Code.UNKNOWN_ACCOUNT),
        ({"credit": 0}, Code.BAD_REQUEST),
        ({"party": 77}, Code.UNKNOWN_ACCOUNT),
        ({"party": -3}, Code.BAD_REQUEST),
        ({"party": None}, Code.BAD_REQUEST),
        ({"party": 0}, Code.BAD_REQUEST),
        ({"id": None}, Code.BAD_REQUEST),
        ({"reason": None}, Code.BAD_REQUEST),
        ({"reason": 100}, Code.BAD_REQUEST),
        ({"valid_on": None}, Code.BAD_REQUEST),
        ({"valid_on": date(1, 1, 1)}, Code.BAD_REQUEST),
        ({"valid_on": date(9999, 12, 31)}, Code.BAD_REQUEST),
        ({"valid_on": date(2025, 12, 31)}, Code.OUTSIDE_PERIOD),
        ({"valid_on": date(2027, 1, 1)}, Code.OUTSIDE_PERIOD),
        ({"ref": UUID(int=5)}, Code.BAD_REQUEST),
    ],
)
def test_a_bad_request_gets_its_code_and_touches_nothing_else(
    world: World, change: dict[str, Any], code: Code
) -> None:
    bad = replace(world.reserve(10), **change)
    assert world.ask(world.reserve(1), bad, world.reserve(2)) == [D, code, D]
    assert world.available() == 10_000 - 3


def test_arrays_of_unequal_length_and_too_many_requests(world: World) -> None:
    with world.books.admin() as connection:
        connection.execute("set session authorization llr_batch_login")
        columns: list[list[object]] = [[None, None] for _ in COLUMNS]
        columns[0] = [ANNA]
        row = connection.execute(APPLY, columns).fetchone()
        assert row == ([12, 12],)
    assert world.ask(*[world.reserve(1) for _ in range(1001)]) == [Code.TOO_MANY] * 1001
    assert world.ask() == []
    assert world.available() == 10_000
    assert sum(r.code == D for r in world.ledger.apply_all([world.reserve(1) for _ in range(1500)])) == 1500


def test_frozen_and_closed(world: World) -> None:
    held = world.reserve(100)
    assert world.ask(held, world.state(Op.FREEZE), world.state(Op.FREEZE)) == [D, D, Code.FROZEN_OR_CLOSED]
    shut = Code.FROZEN_OR_CLOSED
    assert world.ask(world.reserve(1), world.post(held.id), world.state(Op.CLOSE)) == [shut] * 3
    assert world.ask(world.void(held.id), world.state(Op.UNFREEZE), world.state(Op.CLOSE)) == [D] * 3
    assert world.ask(world.reserve(1), world.move(world.cheques.fund, world.lot, 5)) == [shut] * 2


def test_a_group_is_done_as_one_or_not_at_all(world: World) -> None:
    group = world.key()
    linked = [
        world.reserve(4000, group=group),
        world.reserve(7000, group=group),
        world.reserve(1, group=group),
    ]
    assert world.ask(*linked) == [Code.GROUP_REFUSED, Code.NOT_ENOUGH, Code.GROUP_REFUSED]
    assert world.available() == 10_000
    fine = [world.reserve(4000, group=group), world.reserve(5000, group=group)]
    assert world.ask(*fine) == [D, D]
    assert world.ask(*fine) == [Code.ALREADY_DONE] * 2
    assert worst(world.ledger.apply(fine)) == Code.ALREADY_DONE
    # a group that grew is another group
    assert world.ask(*fine, world.reserve(1, group=group))[2] == Code.GROUP_REFUSED
    # a group may not be cut in two, nor cross two people
    other = world.key()
    assert world.ask(world.reserve(1, group=other), world.reserve(1), world.reserve(1, group=other)) == [
        D, D, Code.BAD_REQUEST,
    ]  # fmt: skip
    mixed = world.key()
    assert world.ask(world.reserve(1, group=mixed), world.reserve(1, party=BORIS, group=mixed)) == [
        Code.GROUP_REFUSED, Code.BAD_REQUEST,
    ]  # fmt: skip


def test_conversion_leaves_nothing_in_clearing(world: World) -> None:
    list(world.ledger.grant("leave", world.leave, DAY, [(ANNA, 300)]))
    decision = world.key()
    arguments: dict[str, Any] = {
        "source": world.leave_lot,
        "amount": 60,
        "target": world.lot,
        "into": 1278,
        "on": DAY,
    }
    group = world.key()
    assert world.ledger.convert(ANNA, group=group, decision=decision, **arguments) == D
    assert world.ledger.convert(ANNA, group=group, decision=decision, **arguments) == Code.ALREADY_DONE
    assert world.available() == 11_278
    arguments["amount"] = 600
    assert world.ledger.convert(ANNA, group=world.key(), decision=decision, **arguments) == Code.NOT_ENOUGH
    world.ledger.open_lots([ANNA], world.cheques, date(2027, 1, 1))
    next_year = lot_number(world.cheques.id, date(2027, 1, 1), 1)
    same: dict[str, Any] = {"source": world.lot, "amount": 100, "target": next_year, "into": 100, "on": DAY}
    assert world.ledger.convert(ANNA, group=world.key(), decision=decision, **same) == D
    with pytest.raises(ValueError, match="stays the same"):
        world.ledger.convert(ANNA, group=world.key(), decision=decision, **{**same, "into": 99})
    rows = world.ledger._all(
        "select t.in_house + t.in_lots - t.out_house - t.out_lots from led.house_totals() t"
        " join led.account a using (account) where a.kind = 'clearing' and t.in_house + t.in_lots > 0 order by 1",
        [],
    )
    assert rows == [(0,), (0,)]


def test_correction_posts_the_difference_and_claims_what_was_used(world: World) -> None:
    used = world.reserve(6000)
    assert world.ask(used, world.post(used.id)) == [D, D]
    first = world.key()
    down = world.ledger.correct(ANNA, first, world.lot, 5000, DAY)
    assert (down.code, down.difference, down.claimed) == (D, -5000, 1000)
    assert world.available() == 0
    claim = next(lot for lot in world.ledger.lots(ANNA) if lot.is_claim)
    assert claim.posted == 1000
    assert world.ledger.correct(ANNA, first, world.lot, 5000, DAY).code == Code.ALREADY_DONE
    assert world.ledger.correct(ANNA, first, world.lot, 5001, DAY).code == Code.ID_TAKEN
    up = world.ledger.correct(ANNA, world.key(), world.lot, 8000, DAY)
    assert (up.code, up.difference, up.claimed) == (D, 3000, -1000)
    assert world.available() == 2000
    held = world.reserve(1500)
    assert world.ask(held) == [D]
    stopped = world.ledger.correct(ANNA, world.key(), world.lot, 6100, DAY)
    assert stopped.code == Code.HELD_ELSEWHERE
    assert world.ledger.correct(99, world.key(), world.lot, 1, DAY).code == Code.UNKNOWN_ACCOUNT
    assert world.ledger.correct(ANNA, world.key(), world.lot, 8000, DAY).difference == 0
    assert len(world.ledger.explain(ANNA, world.lot)) == 6


def test_budgets_tell_what_is_granted_reserved_spent_and_left(world: World) -> None:
    held, used = world.reserve(300), world.reserve(200)
    world.ask(held, used, world.post(used.id, 150))
    list(world.ledger.grant("leave", world.leave, DAY, [(ANNA, 100), (BORIS, 200)]))
    for sealing in (False, True):
        if sealing:
            assert world.ledger.seal() > 0
        cheques, leave = world.ledger.budgets()
        assert (cheques.granted, cheques.reserved, cheques.spent) == (20_000, 300, 150)
        assert (leave.allotted, leave.granted, leave.remaining) == (600, 300, 300)
    too_much = world.move(world.leave.fund, world.leave_lot, 301)
    assert world.ask(too_much) == [Code.BUDGET_USED_UP]
    assert world.ask(world.move(world.leave.fund, world.leave_lot, 300)) == [D]


# ------------------------------------------------------------------------------------------------ known failures


def at_once(world: World, requests: list[Request]) -> list[Code]:
    """Ask each from a connection of its own, all at the same moment."""
    barrier = threading.Barrier(len(requests))
    codes: list[Code] = [Code.BAD_REQUEST] * len(requests)

    def run(n: int) -> None:
        with world.books.ledger() as ledger:
            ledger.moment()
            barrier.wait()
            codes[n] = ledger.apply([requests[n]])[0].code

    threads = [threading.Thread(target=run, args=(n,)) for n in range(len(requests))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return codes


def test_blnk_181_reservations_count_against_the_balance(world: World) -> None:
    """Six reservations of 2500 on 10 000: four are kept."""
    codes = at_once(world, [world.reserve(2500) for _ in range(6)])
    assert sorted(codes) == [D] * 4 + [Code.NOT_ENOUGH] * 2


def test_blnk_41_43_171_a_reservation_is_resolved_once(world: World) -> None:
    held = world.reserve(1000)
    world.ask(held, world.reserve(5000))
    codes = at_once(world, [world.post(held.id) if n % 2 else world.void(held.id) for n in range(8)])
    assert sorted(codes) == [D] + [Code.ALREADY_RESOLVED] * 7


def test_a_hot_budget_is_given_out_to_the_last_minute_and_no_further(world: World) -> None:
    """120 grants of 7 minutes race for 600: 85 are done, and what is left is still there for who asks less."""
    list(world.ledger.grant("leave", world.leave, DAY, [(ANNA, 3), (BORIS, 2)]))
    grants = [
        world.move(world.leave.fund, world.leave_lot, 7, party=BORIS if n % 2 else ANNA) for n in range(120)
    ]
    codes = [code for n in range(0, 120, 24) for code in at_once(world, grants[n : n + 24])]
    assert codes.count(D) == 85 and codes.count(Code.BUDGET_USED_UP) == 35
    assert world.ask(world.move(world.leave.fund, world.leave_lot, 1)) == [Code.BUDGET_USED_UP]
    with world.books.admin() as connection:
        assert connection.execute("select sum(remaining) from led.fund_stripe").fetchone() == (0,)


def test_a_hot_budget_makes_nobody_wait(world: World) -> None:
    """Sixteen grants from one budget stand open at the same time; the seventeenth does not wait for any of them."""
    import psycopg

    world.ledger.allot(world.leave.fund, world.key(), 10**6, DAY)
    people = range(101, 118)
    world.ledger.add_parties(people)
    world.ledger.open_lots(people, world.leave, DAY)
    opened = []
    for party in people:
        connection = psycopg.connect(world.books.dsn("batch"), options="-c statement_timeout=5000")
        opened.append(connection)
        grant = world.move(world.leave.fund, world.leave_lot, 60, party=party)
        assert [result.code for result in Ledger("", connection=connection).apply([grant])] == [D]
    for connection in opened:
        connection.commit()
        connection.close()
    assert world.ledger.budgets()[-1].granted == 17 * 60


def test_blnk_182_a_refused_reservation_cannot_be_posted(world: World) -> None:
    refused = world.reserve(20_000)
    assert world.ask(refused, world.post(refused.id)) == [Code.NOT_ENOUGH, Code.NO_SUCH_TRANSFER]
    assert world.ask(world.post(refused.id)) == [Code.NO_SUCH_TRANSFER]


def test_blnk_152_374_a_second_refund_moves_nothing(world: World) -> None:
    held = world.reserve(1000)
    post = world.post(held.id)
    world.ask(held, post)
    codes = at_once(world, [world.reverse(post.id) for _ in range(8)])
    assert sorted(codes) == [D] + [Code.ALREADY_RESOLVED] * 7
    assert world.available() == 10_000


def test_formance_locks_where_no_balance_row_exists(world: World) -> None:
    """A transfer from a lot that was never opened is refused: there is nothing unlocked to overdraw."""
    nowhere = lot_number(world.cheques.id, date(2031, 1, 1), 1)
    moves = [world.move(nowhere, world.cheques.fund, 1) for _ in range(4)]
    assert at_once(world, moves) == [Code.UNKNOWN_ACCOUNT] * 4


def test_formance_340_a_backdated_row_makes_no_balance_wrong(world: World) -> None:
    world.ask(world.reserve(100, valid_on=date(2026, 6, 1)))
    world.ask(world.reserve(50, valid_on=date(2026, 2, 1)))
    assert world.available() == 9850
    assert world.ledger.balance(ANNA, world.lot, valid_on=date(2026, 4, 1)).reserved == 50


def test_formance_1633_1636_one_key_twice_in_a_batch(world: World) -> None:
    request = world.reserve(10)
    assert world.ask(request, request, world.reserve(11, id=request.id)) == [
        D,
        Code.ALREADY_DONE,
        Code.ID_TAKEN,
    ]


def test_formance_921_1601_a_key_with_another_body(world: World) -> None:
    request = world.reserve(10)
    codes = at_once(world, [request, world.reserve(11, id=request.id), request])
    assert codes.count(D) == 1
    assert set(codes) <= {D, Code.ALREADY_DONE, Code.ID_TAKEN}


def test_one_key_on_two_lots_at_once(world: World) -> None:
    """Two calls that lock different lots and use one new id: one is done, the other is told that the id is taken."""
    list(world.ledger.grant("leave", world.leave, DAY, [(ANNA, 300)]))
    same = world.key()
    for _ in range(20):
        same = world.key()
        leave = world.reserve(1, id=same, debit=world.leave_lot, credit=world.leave.consumption, unit=2)
        assert sorted(at_once(world, [world.reserve(1, id=same), leave])) == [D, Code.ID_TAKEN]


def test_hordak_142_a_slow_transaction_is_not_passed_over(world: World) -> None:
    """A reader that has moved on still gets the row of a transaction that was open, with a lower number."""
    import psycopg

    world.ledger._one("select led.read_journal('check', 1)", [])
    with psycopg.connect(world.books.dsn("batch")) as slow, world.books.ledger("batch") as reader:
        world.books.ledger().close()
        from leerrekening.ledger import Ledger

        Ledger("", connection=slow).apply([world.reserve(1, party=BORIS)])
        world.ask(world.reserve(2))
        read = drain(reader, "check")
        slow.commit()
        read += drain(reader, "check")
    total = world.ledger._one("select count(*) from led.transfer", [])[0]
    assert len(read) == len(set(read)) == total
    assert world.ledger.seal() == total


def drain(ledger: object, name: str) -> list[UUID]:
    """Everything a reader of the journal gets, moving its cursor as it goes."""
    seen = []
    while True:
        rows = ledger._all("select id, xid, seq from led.read_journal(%s, 2)", [name])  # type: ignore[attr-defined]
        if not rows:
            return seen
        seen += [row[0] for row in rows]
        ledger._one("select led.move_reader(%s, %s, %s)", [name, rows[-1][1], rows[-1][2]])  # type: ignore[attr-defined]


def test_pgledger_38_111_and_midaz_1974_keys_and_two_phases_are_one_row(world: World) -> None:
    held = world.reserve(10)
    world.ask(held)
    row = world.ledger._one("select count(*) from led.transfer where party = %s and id = %s", [ANNA, held.id])
    assert row == (1,)


def test_django_ledger_275_opening_lots_does_not_slow_down(world: World) -> None:
    """Opening a lot reads no other lot: the plan is an insert, whatever the number of people."""
    world.ledger.add_parties(range(10, 5010))
    assert world.ledger.open_lots(range(10, 5010), world.cheques, DAY) == 5000
    assert world.ledger.open_lots(range(10, 5010), world.cheques, DAY) == 0


def test_reasons_and_codes_are_those_of_the_database(world: World) -> None:
    rows = world.ledger._all("select reason, code from led.reason order by reason", [])
    assert [(int(reason), reason.name.lower()) for reason in Reason] == rows
