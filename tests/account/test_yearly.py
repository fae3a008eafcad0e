"""The run over everybody: each person once, also after it was stopped."""

from datetime import date

import psycopg
import pytest
from tests.account.world import World

from leerrekening.account import grants, yearly
from leerrekening.account.yearly import Progress, run

ON = date(2025, 9, 1)


def test_everybody_is_granted_once(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(yearly, "PEOPLE_IN_A_PART", 2)
    people = [world.person() for _ in range(5)]
    told: list[Progress] = []
    done = run(world.installed.dsn("batch"), ON, law=world.held, progress=told.append)
    assert (done.done, done.total) == (5, 5)
    assert [each.done for each in told] == [0, 2, 4, 5]
    assert all(len(world.lots(party)) == 2 for party in people)
    again = run(world.installed.dsn("batch"), ON, law=world.held)
    assert (again.done, again.lines) == (5, 0)
    world.person()
    late = run(world.installed.dsn("batch"), ON, law=world.held)
    assert (late.done, late.total, late.lines) == (6, 6, 2)


def test_a_run_that_breaks_off_goes_on(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(yearly, "PEOPLE_IN_A_PART", 1)
    people = [world.person() for _ in range(3)]
    settle, calls = grants.settle, 0

    def breaks(*arguments: object) -> object:
        nonlocal calls
        calls += 1
        done = settle(*arguments)  # type: ignore[arg-type] # the same as it gets
        if calls == 2:
            raise psycopg.OperationalError("the connection is gone")
        return done

    monkeypatch.setattr(grants, "settle", breaks)
    with pytest.raises(psycopg.OperationalError):
        run(world.installed.dsn("batch"), ON, law=world.held)
    assert [len(world.lots(party)) for party in people] == [2, 0, 0]
    done = run(world.installed.dsn("batch"), ON, law=world.held)
    assert (done.done, done.lines) == (3, 4)


def test_several_processes(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(yearly, "PEOPLE_IN_A_PART", 1)
    people = [world.person() for _ in range(4)]
    done = run(world.installed.dsn("batch"), ON, law=world.held, workers=2)
    assert (done.done, done.lines) == (4, 8)
    assert all(len(world.lots(party)) == 2 for party in people)
