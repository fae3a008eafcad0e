"""An invented population: always the same, of the contract, added once, balanced in the ledger."""

from datetime import date

import pytest

from leerrekening.database.access import Access
from leerrekening.demo import invention
from leerrekening.lawtext.reader import read_law
from leerrekening.registry.situation import known

TODAY = date(2026, 11, 28)


def test_the_same_seed_gives_the_same_people_and_another_one_others() -> None:
    first = [invention.person(1, number, TODAY) for number in range(50)]
    assert first == [invention.person(1, number, TODAY) for number in range(50)]
    other = [invention.person(2, number, TODAY) for number in range(50)]
    assert not {one.insz for one in first} & {one.insz for one in other}
    assert all(one.insz.invented for one in first)


def test_numbers_are_unique_however_many() -> None:
    places = [invention.person(3, number, TODAY).insz for number in range(0, 40_000, 40)]
    assert len(set(places)) == len(places)


def test_people_are_added_once_and_go_on_where_it_was(
    empty_access: Access, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(invention, "AT_ONCE", 40)
    run = invention.invent(empty_access, 120, 1, TODAY)
    assert next(run) == invention.Done(40, 40)
    run.close()  # as when it is stopped
    assert [done.new for done in invention.invent(empty_access, 120, 1, TODAY)] == [0, 40, 80]
    with empty_access.transaction("auditor") as connection:
        parties = [row[0] for row in connection.execute("select party from registry.person order by party")]
        in_ledger = [row[0] for row in connection.execute("select party from led.party order by party")]
        states = connection.execute("select count(*) from registry.source_state").fetchone()[0]
    assert len(parties) == 120
    assert parties == in_ledger
    assert states == 120 * 6
    reader = read_law().reader
    seen = set()
    with empty_access.transaction("batch") as connection:
        for party in parties:
            found = known(connection, party, TODAY)
            reader.check(found.document)
            assert found.stale == () and not found.conflicts
            assert {"jobs", "used", "guidance", "person"} <= set(found.document)
            seen |= {job.get("kind") for job in found.document["jobs"]}
    assert {"employee", "self_employed_main", "statutory_civil_servant"} <= seen


@pytest.mark.parametrize("count", [0, -1, invention.MOST + 1])
def test_impossible_numbers_of_people_are_refused(empty_access: Access, count: int) -> None:
    with pytest.raises(ValueError, match="can be invented"):
        next(invention.invent(empty_access, count, 1, TODAY))
