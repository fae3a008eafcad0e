"""The invented people: formally valid, clearly invented, and known as their files say."""

from datetime import date

import pytest

from leerrekening.database.access import Access
from leerrekening.demo import loading, personas
from leerrekening.lawtext.reader import read_law
from leerrekening.registry import facts
from leerrekening.registry.situation import known

TODAY = date(2026, 11, 28)


@pytest.fixture(scope="module")
def loaded(new_registry):
    access = Access(new_registry(), largest=2)
    yield access, {persona.id: party for persona, party in loading.load(access, personas.people().values())}
    access.close()


def test_numbers_are_invented_and_unique() -> None:
    everybody = [*personas.people().values(), *personas.staff().values()]
    assert all(one.insz.invented for one in everybody)
    assert len({one.insz for one in everybody}) == len(everybody)


@pytest.mark.parametrize("name", personas.people())
def test_what_is_known_is_a_situation_of_the_contract(loaded, name: str) -> None:
    access, parties = loaded
    with access.transaction("citizen", party=parties[name]) as connection:
        found = known(connection, parties[name], TODAY)
    read_law().reader.check(found.document)


def test_loading_again_changes_nothing(loaded) -> None:
    access, parties = loaded

    def rows() -> int:
        with access.transaction("auditor") as connection:
            return connection.execute("select count(*) from registry.fact").fetchone()[0]

    before = rows()
    assert {p.id: party for p, party in loading.load(access, personas.people().values())} == parties
    assert rows() == before


def test_register_wins_and_the_conflict_is_shown(loaded) -> None:
    access, parties = loaded
    with access.transaction("citizen", party=parties["lotte_maes"]) as connection:
        found = known(connection, parties["lotte_maes"], TODAY)
        assert facts.history(connection, parties["lotte_maes"], "person.highest_diploma")
    assert found.document["person"]["highest_diploma"] == "secundair"
    (other,) = found.origins["person.highest_diploma"].conflict
    assert (other.source, other.certified, other.value) == ("person", False, "bachelor")


def test_unknown_stays_left_out(loaded) -> None:
    access, parties = loaded
    with access.transaction("citizen", party=parties["olena_kovalenko"]) as connection:
        found = known(connection, parties["olena_kovalenko"], TODAY)
    assert "lives_alone" not in found.document["person"]
    assert "residence" not in found.document["person"]  # declared, but no register and no word that it is all
    assert found.document["jobs"] == []  # every register of jobs has said that it does not know her
    assert found.origins["jobs"].certified
