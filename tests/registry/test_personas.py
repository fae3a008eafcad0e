"""The invented people: formally valid, clearly invented, and known as their files say."""

import json
import re
from datetime import date

import pytest

from leerrekening.database.access import Access
from leerrekening.demo import loading, personas
from leerrekening.lawtext.reader import read_law
from leerrekening.registry import facts
from leerrekening.registry.situation import known
from leerrekening.rules.decide import Engine
from leerrekening.rules.document import Documents
from leerrekening.rules.receipt import canonical

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


@pytest.mark.parametrize(
    ("name", "condition", "verdict"),
    [
        ("fatima_el_amrani", "LP2", "no"),
        ("jozef_claes", "LP2", "yes"),
        ("karim_benali", "LP4", "yes"),
        ("tom_willems", "OC1", "no"),
        ("tom_willems", "OC1c", "no"),
        ("yasmina_bouzid", "OC1c", "yes"),
        ("bram_de_clercq", "OC1b", "no"),
        ("sofie_janssens", "OC1b", "yes"),
        ("ruben_lemmens", "OC1d", "no"),
        ("marc_dubois", "OC2", "no"),
        ("marc_dubois", "LP3", "no"),
        ("giulia_rossi", "OC2", "yes"),
        ("giulia_rossi", "LP3", "yes"),
        ("henk_de_vries", "OC2", "yes"),
        ("henk_de_vries", "LP3", "yes"),
        ("charlotte_lambert", "OC2", "yes"),
        ("charlotte_lambert", "VP2", "no"),
        ("filip_mertens", "OC1", "yes"),
        ("filip_mertens", "VP1", "no"),
        ("greet_van_damme", "VP1", "no"),
        ("greet_van_damme", "KP1", "no"),
        ("joke_van_acker", "KP1", "yes"),
        ("arne_verstraete", "KP3", "no"),
        ("inge_thys", "LP4", "no"),
        ("rita_wauters", "LP4", "no"),
        ("lucas_vandenberghe", "LP4", "no"),
        ("georges_maertens", "LP1", "no"),
        ("martine_peeters", "LP1", "yes"),
        ("mehmet_yilmaz", "LP2", "no"),
        ("peter_baert", "LP1", "undecided"),
    ],
)
def test_the_law_reads_of_a_person_what_the_story_tells(
    loaded: tuple[Access, dict[str, int]], name: str, condition: str, verdict: str
) -> None:
    """From the messages of the registers to the verdict of the law, for one condition of one person."""
    access, parties = loaded
    with access.transaction("citizen", party=parties[name]) as connection:
        facts_known = canonical(known(connection, parties[name], TODAY).document)
    decision = json.loads(Documents(Engine(LAW)).decision(LAW.reader.read(facts_known), None))
    found = [c["verdict"] for i in decision["instruments"] for c in i["conditions"] if c["id"] == condition]
    assert found == [verdict]
