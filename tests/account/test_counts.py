"""Counts by group: granted and used, a use that was taken back, what is not known, and only counts."""

from __future__ import annotations

from datetime import date

import psycopg
import pytest
from tests.account.world import JOB, World

from leerrekening.account import counts as account_counts
from leerrekening.account.counts import DIMENSIONS, GroupCount, counts
from leerrekening.policy.monitor.counts import DIMENSIONS as KNOWN

ON = date(2025, 11, 1)
USE = {
    "instrument": "vlaams_opleidingsverlof", "on": "2025-10-06", "initiative": "own", "minutes": 600, "course": "c1",
}  # fmt: skip


def counted(world: World) -> list[GroupCount]:
    with psycopg.connect(world.installed.dsn("batch")) as connection:
        return counts(connection, ON)


def leave(found: list[GroupCount]) -> dict[tuple[str, ...], tuple[int, int]]:
    return {
        each.groups: (each.entitled, each.used)
        for each in found
        if (each.right, each.year) == ("vlaams_opleidingsverlof", "2025-2026")
    }


def test_people_are_counted_once_in_their_group(world: World) -> None:
    plain = [world.person() for _ in range(3)]
    user = world.person(used=[USE])
    young = world.person(birth_date="2003-01-01", highest_diploma="bachelor")
    for party in (*plain, user, young):
        world.settle(party, "2025-11-01")
    found = leave(counted(world))
    assert found["middle", "45_54", "employed"] == (4, 1), "two counters of one right are one right"
    assert found["high", "to_24", "employed"] == (1, 0)


def test_a_use_that_is_taken_back_is_no_use(world: World) -> None:
    party = world.person(used=[USE])
    world.settle(party, "2025-11-01")
    assert leave(counted(world))["middle", "45_54", "employed"] == (1, 1)
    world.certify(party, "used", {**USE, "minutes": 0}, "0")
    world.settle(party, "2025-11-01", "changed_fact")
    assert leave(counted(world))["middle", "45_54", "employed"] == (1, 0)


def test_what_ended_and_what_is_not_known(world: World) -> None:
    party = world.person()
    world.settle(party, "2025-11-01")
    world.certify(party, "jobs", {**JOB, "to": "2025-10-31"}, "1")
    assert list(leave(counted(world))) == [("middle", "45_54", "inactive")]
    world.certify(party, "person.highest_diploma", None)
    assert list(leave(counted(world))) == [("unknown", "45_54", "inactive")]


def test_groups_are_those_that_the_page_knows(world: World) -> None:
    world.settle(world.person(), "2025-11-01")
    for each in counted(world):
        for name, code in zip(DIMENSIONS, each.groups, strict=True):
            assert code in KNOWN[name]


def test_counting_can_only_read(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    insert = "insert into account.run_part (run, first_party, last_party) values (gen_random_uuid(), 1, 1)"
    monkeypatch.setattr(account_counts, "QUERY", insert)
    with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
        counted(world)
