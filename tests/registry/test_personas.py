"""The invented people: formally valid, clearly invented, and known as their files say."""

import re
from datetime import date

import pytest

from leerrekening.database.access import Access
from leerrekening.demo import loading, personas
from leerrekening.lawtext.reader import read_law
from leerrekening.registry import facts
from leerrekening.registry.situation import known

TODAY = date(2026, 11, 28)
LAW = read_law()


@pytest.fixture(scope="module")
def loaded(access: Access) -> tuple[Access, dict[str, int]]:
    everybody = personas.people().values()
    return access, {persona.id: party for persona, party in loading.load(access, everybody, TODAY)}


def test_numbers_are_invented_and_unique() -> None:
    everybody = [*personas.people().values(), *personas.staff().values()]
    assert all(one.insz.invented for one in everybody)
    assert len({one.insz for one in everybody}) == len(everybody)


@pytest.mark.parametrize("persona", personas.people().values(), ids=lambda persona: persona.id)
def test_a_story_tells_the_age(persona: personas.Persona) -> None:
    born = date.fromisoformat(
        (persona.registers.get("population_register") or persona.declared)["birth_date"]
    )
    age = TODAY.year - born.year - ((TODAY.month, TODAY.day) < (born.month, born.day))
    assert persona.insz.digits[:2] == f"{born.year % 100:02}"
    assert [re.search(r"is (\d\d)\b", persona.story[language])[1] for language in ("nl", "en")] == [
        str(age)
    ] * 2


def test_every_condition_of_a_right_is_shown_by_somebody() -> None:
    """The conditions that decide on a person, not on a course; see law/."""
    shown = {point for persona in personas.people().values() for point in persona.shows}
    assert {"OC1", "OC1b", "OC1c", "OC1d", "OC1e", "OC2", "OC4", "OC5", "OC6"} <= shown
    assert {"VP1", "VP2", "VP3", "BP1", "LP1", "LP2", "LP3", "LP4", "LK3", "LK4"} <= shown
    assert {"KP1", "KP2", "KP3", "KP6", "KT1", "J1", "J5", "J8", "G5"} <= shown


@pytest.mark.parametrize("name", personas.people())
def test_what_is_known_is_a_situation_of_the_contract(loaded, name: str) -> None:
    access, parties = loaded
    with access.transaction("citizen", party=parties[name]) as connection:
        found = known(connection, parties[name], TODAY)
    LAW.reader.check(found.document)


def test_loading_again_changes_nothing(loaded) -> None:
    access, parties = loaded

    def rows() -> int:
        with access.transaction("auditor") as connection:
            return connection.execute("select count(*) from registry.fact").fetchone()[0]

    before = rows()
    assert {p.id: party for p, party in loading.load(access, personas.people().values(), TODAY)} == parties
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
