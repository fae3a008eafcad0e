"""Two times, periods, long runs that stop halfway, and clocks that lie."""

from datetime import date, datetime, timezone

import psycopg
import pytest
from tests.ledger.world import ANNA, BORIS, DAY, World

from leerrekening.ledger import Code
from leerrekening.ledger.auditor import audit
from leerrekening.ledger.requests import lot_number

YEAR_END = date(2027, 1, 1)


def test_valid_on_a_day_as_known_at_a_moment(world: World) -> None:
    first = world.ledger.moment()
    world.ask(world.reserve(100, valid_on=date(2026, 6, 1)))
    second = world.ledger.moment()
    world.ask(world.move(world.cheques.fund, world.lot, 500, valid_on=date(2026, 2, 1), reason=7))

    def posted(valid_on: date | None, moment: str | None) -> tuple[int, int]:
        balance = world.ledger.balance(ANNA, world.lot, valid_on=valid_on, moment=moment)
        return balance.posted, balance.reserved

    assert posted(None, first) == (10_000, 0)
    assert posted(None, second) == (10_000, 100)
    assert posted(None, None) == (10_500, 100)
    assert posted(date(2026, 2, 15), None) == (500, 0)
    assert posted(date(2026, 2, 15), second) == (0, 0)
    assert posted(date(2026, 5, 31), None) == (10_500, 0)
    assert world.ledger.budgets(moment=first)[0].reserved == 0
    assert world.ledger.budgets(moment=second)[0].reserved == 100
    assert world.ledger.budgets(valid_on=date(2026, 2, 15))[0].granted == 500


def test_a_moment_can_be_found_by_the_hour_of_a_seal(world: World) -> None:
    world.ledger.seal()
    sealed = world.ledger._one("select max(sealed_at) from led.seal", [])[0]
    world.ask(world.reserve(100))
    moment = world.ledger._one("select led.moment_at(%s)::text", [sealed])[0]
    assert world.ledger.balance(ANNA, world.lot, moment=moment).reserved == 0
    early = datetime(2000, 1, 1, tzinfo=timezone.utc)  # noqa: UP017 - the same on every Python we know
    assert world.ledger._one("select led.moment_at(%s)", [early]) == (None,)


@pytest.mark.parametrize(
    ("kind", "years", "on", "first", "last"),
    [
        ("calendar_year", 1, date(2026, 1, 1), date(2026, 1, 1), date(2026, 12, 31)),
        ("calendar_year", 1, date(2026, 12, 31), date(2026, 1, 1), date(2026, 12, 31)),
        ("school_year", 1, date(2026, 8, 31), date(2025, 9, 1), date(2026, 8, 31)),
        ("school_year", 1, date(2026, 9, 1), date(2026, 9, 1), date(2027, 8, 31)),
        ("rolling", 6, date(2024, 2, 29), date(2024, 2, 29), date(2030, 2, 27)),
        ("rolling", 1, date(2026, 3, 1), date(2026, 3, 1), date(2027, 2, 28)),
        ("career", 1, date(2026, 3, 1), date(1900, 1, 1), None),
    ],
)
def test_periods(world: World, kind: str, years: int, on: date, first: date, last: date | None) -> None:
    right = world.ledger.define_right(f"r_{kind}_{years}", "school", "minute", kind, years=years)
    assert world.ledger.period(right, on) == (first, last)
    assert world.ledger.define_right(f"r_{kind}_{years}", "school", "minute", kind, years=years) == right
    with pytest.raises(psycopg.Error, match="other terms"):
        world.ledger.define_right(f"r_{kind}_{years}", "school", "minute", kind, years=years + 1)


def test_closing_carries_up_to_the_cap_and_late_releases_follow(world: World) -> None:
    held = world.reserve(9000)
    world.ask(held)
    closed = list(world.ledger.close_period("2026", world.cheques, date(2026, 1, 1), YEAR_END, chunk=1))
    assert [(c.seen, c.carried, c.expired, c.waiting) for c in closed] == [
        (1, 1000, 0, 1),
        (1, 2500, 7500, 0),
    ]
    assert list(world.ledger.close_period("2026", world.cheques, date(2026, 1, 1), YEAR_END)) == []
    world.ask(world.void(held.id))
    again = list(world.ledger.close_period("2026 late", world.cheques, date(2026, 1, 1), YEAR_END))
    assert [(c.carried, c.expired) for c in again] == [(1500, 7500)]
    next_lot = lot_number(world.cheques.id, YEAR_END, 1)
    assert [world.ledger.balance(p, next_lot).available for p in (ANNA, BORIS)] == [2500, 2500]
    with pytest.raises(psycopg.Error, match="is over on"):
        list(world.ledger.close_period("early", world.cheques, YEAR_END, date(2027, 12, 31)))


def test_a_run_that_stops_goes_on_where_it_was(world: World) -> None:
    """Broken off in the middle of a chunk and started again: everybody is granted once."""
    world.ledger.add_parties(range(10, 510))
    people = [(p, 700) for p in range(10, 510)]

    def breaking():  # type: ignore[no-untyped-def]
        for n, person in enumerate(people):
            if n == 350:
                raise KeyboardInterrupt
            yield person

    told: list[int] = []
    with pytest.raises(KeyboardInterrupt):
        list(world.ledger.grant("yearly", world.cheques, DAY, breaking(), chunk=100, progress=told.append))
    assert told == [109, 209, 309]
    rest = list(world.ledger.grant("yearly", world.cheques, DAY, people, chunk=100))
    assert sum(outcome.granted for outcome in rest) == 200
    assert list(world.ledger.grant("yearly", world.cheques, DAY, people, chunk=100)) == []
    assert {world.ledger.balance(p, world.lot).posted for p in range(10, 510)} == {700}
    with pytest.raises(psycopg.Error, match="another content"):
        list(world.ledger.grant("yearly", world.cheques, date(2026, 4, 1), people))
    with pytest.raises(ValueError, match="rising order"):
        list(world.ledger.grant("wrong", world.cheques, DAY, [(5, 1), (5, 1)]))


def test_a_grant_refuses_people_one_by_one(world: World) -> None:
    world.ledger.add_parties([20, 21])
    people = [(1, 5), (20, 0), (21, 10**16), (99, 5)]
    (outcome,) = world.ledger.grant("mixed", world.cheques, DAY, people)
    assert outcome.granted == 1
    assert outcome.refused == {20: Code.BAD_REQUEST, 21: Code.BAD_REQUEST, 99: Code.UNKNOWN_ACCOUNT}


def test_a_budget_too_small_refuses_the_whole_chunk(world: World) -> None:
    """Nobody has a right by order of arrival."""
    with pytest.raises(psycopg.Error, match="the budget of leave is too small: 1000 asked, 600 left"):
        list(world.ledger.grant("leave", world.leave, DAY, [(ANNA, 500), (BORIS, 500)]))
    (outcome,) = world.ledger.grant("leave 2", world.leave, DAY, [(ANNA, 300), (BORIS, 300)])
    assert outcome.granted == 2


def test_reservations_lapse(world: World) -> None:
    kept = world.reserve(5, until=date(2026, 5, 1))
    lapsing = [world.reserve(1, until=date(2026, 4, 30)) for _ in range(7)]
    world.ask(kept, *lapsing)
    with world.books.admin() as connection:
        connection.execute("set session authorization llr_batch_login")
        after, released = 0, 0
        for _ in range(20):
            row = connection.execute(
                "select * from led.release_lapsed('2026-05-01', %s, 3)", [after]
            ).fetchone()
            assert row
            released += row[0]
            if row[1] is None:
                break
            after = row[1]
    assert released == 7
    assert world.ledger.release_lapsed(date(2026, 5, 1)) == 0
    assert world.available() == 9995


@pytest.mark.parametrize("hours", [-24, -1, 1, 26])
def test_a_clock_that_jumps_orders_nothing(world: World, hours: int) -> None:
    """Times are for people. Rows recorded at any hour are sealed, read and explained in the order they happened.

    The jump is made on the rows before they are sealed, which is what a clock set back or forward would have done.
    """
    ids = []
    for n in range(6):
        request = world.reserve(10 + n)
        world.ask(request)
        ids.append(request.id)
        if n % 2:
            with world.books.admin() as connection:
                connection.execute("set session_replication_role = replica")
                connection.execute(
                    "update led.transfer set recorded_at = recorded_at + make_interval(hours => %s) where id = %s",
                    [hours, request.id],
                )
    lines = world.ledger.explain(ANNA, world.lot)
    assert [line.id for line in lines[1:]] == ids
    assert [line.reserved for line in lines] == [0, 10, 21, 33, 46, 60, 75]
    assert world.ledger.seal() == len(lines) + 2
    read = world.ledger._all("select id from led.read_journal('clock', 100)", [])
    assert [row[0] for row in read if row[0] in ids] == ids
    assert audit(world.books.dsn("auditor")).clean
