"""Statements: only added to, superseded in chains, with two times; and the situation they make."""

import itertools
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from leerrekening.database.access import Access
from leerrekening.lawtext.reader import read_law
from leerrekening.registry import facts, people
from leerrekening.registry.facts import FactRefused, Statement
from leerrekening.registry.insz import invented_insz
from leerrekening.registry.situation import WHOLE, Known, known
from leerrekening.registry.sources import SOURCES
from leerrekening.registry.sources.refreshing import keep
from leerrekening.registry.sources.source import Answer, Nobody, Unreachable

TODAY = date(2026, 11, 28)
READER = read_law().reader
DAYS = itertools.count()


def newcomer(access: Access) -> int:
    born = date(1960, 1, 1) + timedelta(days=next(DAYS))
    with access.transaction("batch") as connection:
        return people.find_or_add(connection, invented_insz(born, 7), "Naam", "Familie")


def answered(
    access: Access, party: int, register: str, *statements: Statement, covers_from: date | None = None
) -> None:
    with access.transaction("batch") as connection:
        keep(connection, party, SOURCES[register].register, Answer(statements, covers_from))


def now_known(access: Access, party: int, as_of: date = TODAY, **how: Any) -> Known:
    with access.transaction("citizen", party=party) as connection:
        found = known(connection, party, as_of, **how)
    READER.check(found.document)
    return found


def test_saying_the_same_adds_nothing_and_another_value_supersedes(access: Access) -> None:
    party = newcomer(access)
    with access.transaction("citizen", party=party) as connection:
        first = facts.declare(connection, party, "person.children_on_benefit", 1)
        assert facts.declare(connection, party, "person.children_on_benefit", 1) == first
        second = facts.declare(connection, party, "person.children_on_benefit", 2)
        history = facts.history(connection, party, "person.children_on_benefit")
    assert [(f.value, f.supersedes, f.superseded_by) for f in history] == [
        (1, None, second),
        (2, first, None),
    ]
    assert now_known(access, party).document["person"] == {"children_on_benefit": 2}


def test_what_is_taken_back_is_unknown_again_and_stays_in_the_history(access: Access) -> None:
    party = newcomer(access)
    with access.transaction("citizen", party=party) as connection:
        said = facts.declare(connection, party, "person.lives_alone", value=True)
        facts.withdraw(connection, said)
        with pytest.raises(FactRefused, match="already"):
            facts.withdraw(connection, said)
        assert [f.withdrawn for f in facts.history(connection, party)] == [False, True]
    assert "person" not in now_known(access, party).document
    with access.transaction("citizen", party=party) as connection:
        facts.declare(connection, party, "person.lives_alone", value=False)
    assert now_known(access, party).document["person"]["lives_alone"] is False


def test_only_who_said_it_takes_it_back(access: Access) -> None:
    party = newcomer(access)
    with access.transaction("batch") as connection:
        said = facts.certify(connection, party, "population_register", "person.birth_date", "1990-01-01")
    with (
        pytest.raises(FactRefused, match="only who said it"),
        access.transaction("citizen", party=party) as connection,
    ):
        facts.withdraw(connection, said)


@pytest.mark.parametrize(
    ("path", "item", "value", "why"),
    [
        ("course.start", "", "2026-01-01", "not something that is kept"),
        ("jobs", "", {}, "an item of a list has a name"),
        ("person.lives_alone", "x", True, "anything else has none"),
        ("person.lives_alone", "", {1, 2}, "not one the contract can write"),
        ("person.lives_alone", "", Decimal("NaN"), "not one the contract can write"),
    ],
)
def test_what_cannot_be_kept_is_refused(
    access: Access, path: str, item: str, value: object, why: str
) -> None:
    party = newcomer(access)
    with pytest.raises(FactRefused, match=why), access.transaction("citizen", party=party) as connection:
        facts.declare(connection, party, path, value, item=item)


def test_a_statement_supersedes_only_its_own_kind(access: Access) -> None:
    party, other = newcomer(access), newcomer(access)
    with access.transaction("batch") as connection:
        said = facts.certify(connection, party, "employment", "person.career_days", 10)
    for who, path, source in (
        (other, "person.career_days", "employment"),
        (party, "person.lives_alone", "employment"),
        (party, "person.career_days", "benefits"),
    ):
        with pytest.raises(psycopg.errors.CheckViolation), access.transaction("batch") as connection:
            connection.execute(
                "insert into registry.fact (party, path, value, source, certified, supersedes)"
                " values (%s, %s, '1', %s, true, %s)",
                [who, path, source, said],
            )


def test_two_answers_at_once_make_one_chain(access: Access) -> None:
    party = newcomer(access)

    def say(value: int) -> None:
        with access.transaction("batch") as connection:
            facts.certify(connection, party, "employment", "person.career_days", value)

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(say, range(12)))
    with access.transaction("auditor") as connection:
        history = facts.history(connection, party)
    assert sum(fact.superseded_by is None for fact in history) == 1
    assert [f.supersedes for f in history[1:]] == [f.fact for f in history[:-1]]


def test_as_it_was_known_then(access: Access) -> None:
    party = newcomer(access)
    answered(access, party, "learning_credentials", Statement("person.highest_diploma", "secundair"))
    with access.transaction("auditor") as connection:
        between = connection.execute("select clock_timestamp()").fetchone()[0]
    answered(access, party, "learning_credentials", Statement("person.highest_diploma", "bachelor"))
    assert now_known(access, party).document["person"]["highest_diploma"] == "bachelor"
    assert now_known(access, party, known_at=between).document["person"]["highest_diploma"] == "secundair"


def test_as_it_was_on_a_day(access: Access) -> None:
    party = newcomer(access)
    answered(
        access,
        party,
        "learning_credentials",
        Statement("person.highest_diploma", "secundair", valid_from=date(2004, 6, 30)),
        Statement("person.highest_diploma", "bachelor", valid_from=date(2008, 6, 30)),
    )
    said = [
        now_known(access, party, day).document.get("person", {}).get("highest_diploma")
        for day in (date(2004, 6, 29), date(2004, 6, 30), date(2008, 6, 29), date(2008, 6, 30))
    ]
    assert said == [None, "secundair", "secundair", "bachelor"]


def test_a_list_is_given_only_when_every_register_of_it_has_answered(access: Access) -> None:
    party = newcomer(access)
    job = Statement("jobs", {"from": "2020-01-01", "to": None, "kind": "employee"}, "a/2020-01-01")
    answered(access, party, "employment", job)
    half = now_known(access, party)
    assert "jobs" not in half.document
    assert [value for value, _ in half.unlisted["jobs"]] == [job.value]
    with access.transaction("batch") as connection:
        keep(connection, party, SOURCES["self_employment"].register, Nobody(""))
    assert now_known(access, party).document["jobs"] == [job.value]


def test_empty_is_known_only_from_an_answer(access: Access) -> None:
    party = newcomer(access)
    with access.transaction("batch") as connection:
        keep(connection, party, SOURCES["benefits"].register, Unreachable(""))
    assert "person" not in now_known(access, party).document
    answered(access, party, "benefits", covers_from=date(2015, 1, 1))
    found = now_known(access, party)
    assert found.document["person"]["benefits"] == []
    assert found.origins["person.benefits"].source == "benefits"
    # the register speaks of nothing before 2015
    assert "person" not in now_known(access, party, date(2014, 12, 31)).document


def test_not_known_in_the_register_of_people_is_not_living_nowhere(access: Access) -> None:
    party = newcomer(access)
    with access.transaction("batch") as connection:
        keep(connection, party, SOURCES["population_register"].register, Nobody(""))
    found = now_known(access, party)
    assert "person" not in found.document
    assert ("population_register", "nobody") in {(s.source, s.outcome) for s in found.stale}


def test_the_person_may_say_that_a_list_is_whole_until_registers_answer(access: Access) -> None:
    party = newcomer(access)
    with access.transaction("citizen", party=party) as connection:
        facts.declare(connection, party, "jobs", {"from": "2021-01-01", "to": None}, item="person/1")
        facts.declare(connection, party, "jobs", value=True, item=WHOLE)
    found = now_known(access, party)
    assert found.document["jobs"] == [{"from": "2021-01-01", "to": None}]
    assert not found.origins["jobs[0]"].certified
    for register in ("employment", "self_employment"):
        answered(access, party, register)
    found = now_known(access, party)
    assert found.document["jobs"] == []  # the registers have spoken; what the person says stands beside it
    assert found.unlisted["jobs"][0][0]["from"] == "2021-01-01"


def test_a_person_adds_to_an_item_what_its_register_does_not_say(access: Access) -> None:
    party = newcomer(access)
    answered(access, party, "self_employment")
    answered(
        access,
        party,
        "employment",
        Statement("jobs", {"from": "2020-01-01", "to": None, "sector": "private"}, "a"),
    )
    with access.transaction("citizen", party=party) as connection:
        mine = {"from": "2020-01-01", "schedule": "variable", "sector": "social_profit"}
        facts.declare(connection, party, "jobs", mine, item="a")
    found = now_known(access, party)
    assert found.document["jobs"] == [
        {"from": "2020-01-01", "to": None, "sector": "private", "schedule": "variable"}
    ]
    origin = found.origins["jobs[0]"]
    assert (origin.certified, origin.added) == (True, ("schedule",))
    assert [other.value["sector"] for other in origin.conflict] == ["social_profit"]
    assert list(found.conflicts) == ["jobs[0]"]


def test_a_person_who_denies_an_item_is_heard(access: Access) -> None:
    party = newcomer(access)
    answered(
        access,
        party,
        "rights_used",
        Statement("used", {"instrument": "opleidingscheques", "on": "2025-01-01"}, "u"),
    )
    with access.transaction("citizen", party=party) as connection:
        facts.declare(connection, party, "used", None, item="u")
    found = now_known(access, party)
    assert len(found.document["used"]) == 1
    assert found.origins["used[0]"].conflict[0].value is None


def test_a_register_that_does_not_know_gives_way_to_the_person(access: Access) -> None:
    party = newcomer(access)
    answered(access, party, "learning_credentials", Statement("person.highest_diploma", None))
    with access.transaction("citizen", party=party) as connection:
        facts.declare(connection, party, "person.highest_diploma", "master")
    found = now_known(access, party)
    assert found.document["person"]["highest_diploma"] == "master"
    assert not found.conflicts


def test_a_register_that_forgets_somebody_is_not_believed(access: Access) -> None:
    party = newcomer(access)
    job = Statement("jobs", {"from": "2020-01-01", "to": None}, "a")
    answered(access, party, "self_employment")
    answered(access, party, "employment", job)
    with access.transaction("batch") as connection:
        assert not keep(connection, party, SOURCES["employment"].register, Nobody("")).paths
    found = now_known(access, party)
    assert found.document["jobs"] == [job.value]
    assert ("employment", "nobody") in {(s.source, s.outcome) for s in found.stale}


# --- properties -------------------------------------------------------------------------------------------

ITEMS = st.dictionaries(
    st.sampled_from(["a", "b", "c"]),
    st.builds(
        lambda start, share: {
            "from": start.isoformat(),
            "to": None,
            "fraction": [{"from": start.isoformat(), "to": None, "value": share}],
        },
        st.dates(date(2000, 1, 1), date(2026, 1, 1)),
        st.sampled_from([Decimal("0.5"), Decimal("0.8"), 1]),
    ),
)
ANSWERS = st.lists(ITEMS, min_size=1, max_size=5)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ANSWERS)
def test_the_last_answer_holds_and_the_history_is_whole(
    access: Access, answers: list[dict[str, Any]]
) -> None:
    """Whatever a register answered before: what is known is its last answer, and each row has one successor at most."""
    party = newcomer(access)
    answered(access, party, "self_employment")
    counts = []
    for items in answers:
        answered(
            access, party, "employment", *(Statement("jobs", value, item) for item, value in items.items())
        )
        with access.transaction("auditor") as connection:
            counts.append(len(facts.history(connection, party)))
    found = now_known(access, party)
    expected = sorted(answers[-1].items(), key=lambda pair: (pair[1]["from"], pair[0]))
    assert found.document["jobs"] == [value for _, value in expected]
    assert [found.origins[f"jobs[{i}]"].item for i in range(len(expected))] == [item for item, _ in expected]
    assert counts == sorted(counts)
    with access.transaction("auditor") as connection:
        history = facts.history(connection, party, "jobs")
    living = {f.item for f in history if f.superseded_by is None and not f.withdrawn}
    assert living == set(answers[-1])
    successors = [f.supersedes for f in history if f.supersedes]
    assert len(successors) == len(set(successors))
    answered(
        access, party, "employment", *(Statement("jobs", value, item) for item, value in answers[-1].items())
    )
    with access.transaction("auditor") as connection:
        assert len(facts.history(connection, party)) == counts[-1]


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.booleans(), st.sampled_from(["geen", "secundair", "master", None])), max_size=6))
def test_a_register_wins_and_every_difference_is_shown(
    access: Access, said: list[tuple[bool, str | None]]
) -> None:
    party = newcomer(access)
    latest: dict[bool, str | None] = {}
    for certified, value in said:
        latest[certified] = value
        with access.transaction("batch") as connection:
            if certified:
                facts.certify(connection, party, "learning_credentials", "person.highest_diploma", value)
            else:
                facts.declare(connection, party, "person.highest_diploma", value)
    found = now_known(access, party)
    expected = latest.get(True) or latest.get(False)
    assert found.document.get("person", {}).get("highest_diploma") == expected
    if expected is None:
        assert "person.highest_diploma" not in found.origins
        return
    shown = [other.value for other in found.origins["person.highest_diploma"].conflict]
    differs = latest.get(True) is not None and False in latest and latest[False] != latest[True]
    assert shown == ([latest[False]] if differs else [])
