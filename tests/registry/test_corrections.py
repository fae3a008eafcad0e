"""Requests to correct: the way of a case, its deadline, and who gets near it."""

from datetime import date, timedelta
from uuid import uuid4

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.installed import Installed, installed, module_database, new_installed
from tests.town import TODAY, Town, give_mandate, settle

from leerrekening.registry import corrections, notices, post
from leerrekening.registry.corrections import By, CannotMove, NoSuchCase
from leerrekening.registry.facts import history
from leerrekening.registry.owners import LANGUAGES, owner_of, term
from leerrekening.registry.situation import known
from leerrekening.registry.sources import REGISTERS

__all__ = ["installed", "module_database", "new_installed"]  # fixtures

ANNA, DIRK = By("Anna Voorbeeld"), By("Dirk Dossier", "Dienst leerrekening")


@pytest.fixture
def town(installed: Installed) -> Town:
    return settle(installed)


def ask(town: Town, said: str = "Ik heb een bachelor.") -> str:
    with town.installed.access.transaction(
        "citizen", actor=town.anna_signed_in, party=town.anna
    ) as connection:
        _, number = corrections.ask(
            connection,
            town.anna,
            path="person.highest_diploma",
            fact=town.diploma,
            said=said,
            source="learning_credentials",
            today=TODAY,
            by=ANNA,
        )
    return number


def kinds_told(town: Town) -> list[str]:
    return [row[0] for row in town.installed.all("select kind from registry.notice order by at, kind")]


def test_a_case_has_a_number_an_owner_and_a_deadline(town: Town) -> None:
    number = ask(town)
    assert corrections.is_number(number)
    with town.installed.access.transaction("citizen", party=town.anna) as connection:
        case = corrections.case(connection, town.anna, number)
        assert (case.state, case.deadline, case.shown) == ("received", date(2026, 12, 20), "secundair")
        assert owner_of(case.source).name["nl"]
        assert [step.why for step in corrections.steps(connection, case.correction)] == [
            "Ik heb een bachelor."
        ]
    assert kinds_told(town) == ["correction_received"]


def test_asking_twice_is_one_case(town: Town) -> None:
    number = ask(town)
    assert ask(town) == number
    assert ask(town, "Ik heb een master.") == number
    assert town.installed.all("select count(*) from registry.correction") == [(1,)]
    assert town.installed.all("select count(*) from registry.correction_step") == [(2,)]


@pytest.mark.parametrize("said", ["", "  \n ", "x" * 2001])
def test_words_are_needed_and_not_too_many(town: Town, said: str) -> None:
    with pytest.raises(ValueError, match="say what is wrong"):
        ask(town, said)


@given(st.integers(2020, 2099), st.integers(1, 999999), st.integers(0, 11), st.integers(0, 9))
def test_a_wrong_digit_is_noticed(year: int, serial: int, place: int, digit: int) -> None:
    digits = f"{year}{serial:06}{97 - (year * 1_000_000 + serial) % 97:02}"
    changed = digits[:place] + str(digit) + digits[place + 1 :]
    number = f"K-{changed[:4]}-{changed[4:10]}-{changed[10:]}"
    assert corrections.is_number(number) == (changed == digits)


@pytest.mark.parametrize(
    ("day", "deadline"),
    [("2026-01-31", "2026-02-28"), ("2024-01-31", "2024-02-29"), ("2026-12-15", "2027-01-15")],
)
def test_a_month_is_a_month(day: str, deadline: str) -> None:
    assert term().deadline(date.fromisoformat(day)).isoformat() == deadline
    assert term().extended(date.fromisoformat(day)) > date.fromisoformat(deadline)


def test_the_way_of_a_case(town: Town) -> None:
    number = ask(town)
    office = {"actor": town.caseworker}
    with town.installed.access.transaction("caseworker", **office) as connection:
        (waiting,) = corrections.queue(connection)
        assert waiting.number == number
        opened = corrections.open_case(connection, number, DIRK)
        assert (opened.given_names, opened.said) == ("Anna", "Ik heb een bachelor.")
        with pytest.raises(CannotMove):
            corrections.move(connection, opened.correction, "accepted", why="klopt", today=TODAY, by=DIRK)
        for to in ("sent", "answered"):
            corrections.move(connection, opened.correction, to, why="", today=TODAY, by=DIRK)
        with pytest.raises(ValueError, match="reason"):
            corrections.move(connection, opened.correction, "refused", why=" ", today=TODAY, by=DIRK)
        corrections.move(
            connection, opened.correction, "accepted", why="De LED is verbeterd.", today=TODAY, by=DIRK
        )
        with pytest.raises(CannotMove):
            corrections.move(connection, opened.correction, "refused", why="toch niet", today=TODAY, by=DIRK)
        assert corrections.queue(connection) == []
    with town.installed.access.transaction("citizen", party=town.anna) as connection:
        case = corrections.case(connection, town.anna, number)
        assert case.state == "accepted"
        states = [step.state for step in corrections.steps(connection, case.correction)]
        assert states == ["received", "sent", "answered", "accepted"]
    assert town.installed.all(
        "select what, why, actor, detail from registry.journal where what = 'case_opened'"
    ) == [("case_opened", "correction", town.caseworker, {"case": number})]
    waiting = "select args from jobs.procrastinate_jobs where task_name = 'refresh'"
    assert town.installed.all(waiting) == [({"party": town.anna, "cause": "correction"},)]
    assert len(kinds_told(town)) == 4


def test_another_person_finds_no_case(town: Town) -> None:
    number = ask(town)
    with town.installed.access.transaction("citizen", party=town.boris) as connection:
        for party in (town.anna, town.boris):
            with pytest.raises(NoSuchCase):
                corrections.case(connection, party, number)
        key = town.installed.all("select correction from registry.correction")[0][0]
        assert corrections.steps(connection, key) == []
        for wrong in (key, uuid4()):
            with pytest.raises(NoSuchCase):
                corrections.move(connection, wrong, "withdrawn", why="", today=TODAY, by=ANNA)
        with pytest.raises(NoSuchCase):  # a fact of somebody else
            corrections.ask(
                connection,
                town.boris,
                path="person.highest_diploma",
                fact=town.diploma,
                said="x",
                source="learning_credentials",
                today=TODAY,
                by=ANNA,
            )


def test_staff_without_the_case_find_nothing(town: Town) -> None:
    number = ask(town)
    key = town.installed.all("select correction from registry.correction")[0][0]
    for actor in (town.stranger, town.helper, None):
        with town.installed.access.transaction("caseworker", actor=actor) as connection:
            assert corrections.queue(connection) == []
            assert corrections.steps(connection, key) == []
            with pytest.raises(NoSuchCase):
                corrections.open_case(connection, number, DIRK)
            with pytest.raises(NoSuchCase):
                corrections.move(connection, key, "sent", why="", today=TODAY, by=DIRK)
            for table in ("correction", "correction_step", "notice", "contact", "consent", "download"):
                with pytest.raises(psycopg.errors.InsufficientPrivilege), connection.transaction():
                    connection.execute(f"select * from registry.{table}".encode())
    assert town.installed.all("select count(*) from registry.journal where what = 'case_opened'") == [(0,)]
    town.installed.all("update registry.actor set locked_at = now() where actor = %s", town.caseworker)
    with town.installed.access.transaction("caseworker", actor=town.caseworker) as connection:
        assert corrections.queue(connection) == []


@pytest.mark.parametrize(("scopes", "may"), [("{look}", False), ("{look,correct}", True)])
def test_a_helper_corrects_with_the_scope_only(town: Town, scopes: str, may: bool) -> None:
    give_mandate(town, scopes)
    by = By("Hilde Helper", "Leerwinkel Voorbeeldstad", town.mandate)
    with town.installed.access.transaction("helper", actor=town.helper, party=town.anna) as connection:
        try:
            _, number = corrections.ask(
                connection,
                town.anna,
                path="jobs",
                said="Ik werk voltijds.",
                source="employment",
                today=TODAY,
                by=by,
            )
        except NoSuchCase:
            assert not may
        else:
            assert may
            (step,) = corrections.steps(
                connection, corrections.case(connection, town.anna, number).correction
            )
            assert (step.actor_name, step.organisation_name) == ("Hilde Helper", "Leerwinkel Voorbeeldstad")


def test_an_owner_who_is_silent_is_asked_again_and_then_staff_must_act(town: Town) -> None:
    number = ask(town)
    with town.installed.access.transaction("caseworker", actor=town.caseworker) as connection:
        opened = corrections.open_case(connection, number, DIRK)
        corrections.move(connection, opened.correction, "sent", why="", today=TODAY, by=DIRK)
    day = TODAY
    for _ in range(6):
        day += timedelta(days=term().ask_again_after_days)
        for _twice in range(2):
            with town.installed.access.transaction("batch") as connection:
                corrections.follow_deadlines(connection, day)
    with town.installed.access.transaction("caseworker", actor=town.caseworker) as connection:
        (waiting,) = corrections.queue(connection)
        assert waiting.sends == term().most_sends
        assert waiting.needs_repair(day)
    assert kinds_told(town).count("correction_late") == 1
    assert kinds_told(town).count("correction_sent") == 1


def test_more_time_once_and_before_the_deadline(town: Town) -> None:
    number = ask(town)
    with town.installed.access.transaction("caseworker", actor=town.caseworker) as connection:
        opened = corrections.open_case(connection, number, DIRK)
        late = opened.deadline + timedelta(days=1)
        with pytest.raises(CannotMove):
            corrections.extend(connection, opened, why="druk", today=late, by=DIRK)
        with pytest.raises(ValueError, match="why"):
            corrections.extend(connection, opened, why="", today=TODAY, by=DIRK)
        assert (
            corrections.extend(connection, opened, why="Twee werkgevers.", today=TODAY, by=DIRK)
            > opened.deadline
        )
        with pytest.raises(CannotMove):
            corrections.extend(connection, opened, why="nog eens", today=TODAY, by=DIRK)


def test_a_person_takes_it_back(town: Town) -> None:
    number = ask(town)
    with town.installed.access.transaction("citizen", party=town.anna) as connection:
        case = corrections.case(connection, town.anna, number)
        with pytest.raises(CannotMove):
            corrections.move(connection, case.correction, "accepted", why="ja", today=TODAY, by=ANNA)
        corrections.move(connection, case.correction, "withdrawn", why="", today=TODAY, by=ANNA)
    assert ask(town) != number


def test_steps_cannot_be_changed(town: Town) -> None:
    ask(town)
    with pytest.raises(psycopg.errors.RestrictViolation):
        town.installed.all("update registry.correction_step set why = 'x'")


def test_every_text_is_there_in_every_language() -> None:
    for source in (*(register.id for register in REGISTERS), "nobody"):
        assert set(owner_of(source).name) == set(owner_of(source).register) == set(LANGUAGES)
    values = {"case": "K-1", "helper": "Hilde", "reason": "moved"}
    reasons = notices.texts()["words"]["reason"]
    assert set(reasons) == set(post.REASONS)
    assert all(set(words) == set(LANGUAGES) for words in reasons.values())
    for word in ("right", "day", "before", "after", "source"):
        values |= {f"{word}_{language}": f"{word} in {language}" for language in LANGUAGES}
    for kind in notices.texts()["notices"]:
        for language in LANGUAGES:
            title, text = notices.in_words(kind, values, language)
            assert title and text and "{" not in title + text
    for language in LANGUAGES:
        assert all(notices.outside(language))
        assert all(notices.on_paper(language))
        assert "mail" not in notices.on_paper(language)[1]


def answered(town: Town, source: str = "rights_used", item: str = "", shown: str | None = None) -> str:
    """A case about an earlier use whose owner has answered."""
    fact = None
    if shown is not None:
        fact = town.installed.all(
            "insert into registry.fact (party, path, item, value, source, certified)"
            " values (%s, 'used', %s, %s, %s, true) returning fact",
            *(town.anna, item, shown, source),
        )[0][0]
    with town.installed.access.transaction(
        "citizen", actor=town.anna_signed_in, party=town.anna
    ) as connection:
        key, number = corrections.ask(
            connection,
            town.anna,
            path="used",
            item=item,
            fact=fact,
            said="Dit klopt niet.",
            source=source,
            today=TODAY,
            by=ANNA,
        )
    with town.installed.access.transaction("caseworker", actor=town.caseworker) as connection:
        corrections.move(connection, key, "answered", why="", today=TODAY, by=DIRK)
    return number


def test_the_fact_that_an_owner_confirmed_counts_and_names_its_case(town: Town) -> None:
    wrong, right = (
        '{"instrument": "opleidingscheques", "cents": 25000}',
        {"instrument": "opleidingscheques", "cents": 2500},
    )
    number = answered(town, item="u/1", shown=wrong)
    with town.installed.access.transaction("caseworker", actor=town.caseworker) as connection:
        opened = corrections.open_case(connection, number, DIRK)
        with pytest.raises(ValueError, match="reason"):
            corrections.accept_with(connection, opened, right, why=" ", today=TODAY, by=DIRK)
        corrections.accept_with(connection, opened, right, why="Het was 25 euro.", today=TODAY, by=DIRK)
        with pytest.raises(CannotMove):
            corrections.accept_with(connection, opened, right, why="Nog eens.", today=TODAY, by=DIRK)
    with town.installed.access.transaction("citizen", party=town.anna) as connection:
        ((value, origin),) = known(connection, town.anna, TODAY).unlisted["used"]
        assert value == right
        assert (origin.source, origin.certified, origin.case_number) == ("office", True, number)
        assert [each.value for each in origin.conflict] == [
            {"instrument": "opleidingscheques", "cents": 25000}
        ]
        assert corrections.case(connection, town.anna, number).state == "accepted"
    assert town.installed.all(
        "select actor_name, detail from registry.journal where what = 'fact_corrected'"
    ) == [("Dirk Dossier", {"case": number, "path": "used"})]
    assert ("redecide", {"party": town.anna, "cause": "correction"}) in town.installed.all(
        "select task_name, args from jobs.procrastinate_jobs"
    )
    # what its register says later, anew, counts again
    town.installed.all(
        "insert into registry.fact (party, path, item, value, source, certified, supersedes)"
        " select party, path, item, '{\"cents\": 100}', source, true, fact from registry.fact"
        " where source = 'rights_used'"
    )
    with town.installed.access.transaction("citizen", party=town.anna) as connection:
        ((value, origin),) = known(connection, town.anna, TODAY).unlisted["used"]
        assert value["cents"] == 100 and origin.source == "rights_used"


@pytest.mark.parametrize("source", ["rights_used", "person"])
def test_what_an_owner_says_is_not_so_no_longer_counts(town: Town, source: str) -> None:
    number = answered(town, source, item="u/1", shown='{"instrument": "opleidingscheques"}')
    with town.installed.access.transaction("caseworker", actor=town.caseworker) as connection:
        opened = corrections.open_case(connection, number, DIRK)
        corrections.accept_with(connection, opened, None, why="Nooit gebruikt.", today=TODAY, by=DIRK)
    with town.installed.access.transaction("citizen", party=town.anna) as connection:
        assert "used" not in known(connection, town.anna, TODAY).unlisted
        assert len(history(connection, town.anna, "used")) == 2


def test_only_the_caseworker_of_an_accepted_case_enters_its_fact(town: Town) -> None:
    number = answered(town)
    key = town.installed.all("select correction from registry.correction where number = %s", number)[0][0]
    enter = "select registry.correct_fact(%s, %s, '{}', 'x', '')"
    for kind, actor in (("caseworker", town.stranger), ("caseworker", town.caseworker), ("helper", town.helper),
                        ("citizen", town.anna_signed_in), ("batch", None)):  # fmt: skip
        with (
            town.installed.access.transaction(kind, actor=actor, party=town.anna) as connection,
            pytest.raises(psycopg.errors.InsufficientPrivilege),
            connection.transaction(),
        ):
            connection.execute(enter, [key, "used"])  # not accepted yet, or not theirs
    with town.installed.access.transaction("caseworker", actor=town.caseworker) as connection:
        corrections.move(connection, key, "accepted", why="Klopt.", today=TODAY, by=DIRK)
        with pytest.raises(psycopg.errors.InsufficientPrivilege), connection.transaction():
            connection.execute(enter, [key, "jobs"])  # another fact than that of the case
        connection.execute(enter, [key, "used"])
    with (
        town.installed.access.transaction("batch") as connection,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
        connection.transaction(),
    ):
        connection.execute("update registry.fact set case_number = 'K-2026-000001-01'")


def test_data_of_a_register_that_is_asked_are_not_entered_by_hand(town: Town) -> None:
    number = answered(town, "employment")
    with town.installed.access.transaction("caseworker", actor=town.caseworker) as connection:
        opened = corrections.open_case(connection, number, DIRK)
        with pytest.raises(ValueError, match="asked again"):
            corrections.accept_with(connection, opened, {}, why="Ja.", today=TODAY, by=DIRK)
        assert corrections.open_case(connection, number, DIRK).state == "answered"
