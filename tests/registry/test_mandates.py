"""Help under a mandate: how it begins and ends, what it opens, and every way around it that somebody may try."""

from collections.abc import Callable, Iterator
from uuid import UUID, uuid4

import psycopg
import pytest
from tests.installed import Installed
from tests.registry.helped import Shop, new_insz, open_shop, opens, owner

from leerrekening.database.access import Access
from leerrekening.registry import alarms, conversations, journal, mandates, people

DSN = Callable[[str | None], str]


@pytest.fixture(scope="module")
def dsn(database: Installed) -> DSN:
    """One database: every test has people and helpers of its own."""
    return database.dsn


@pytest.fixture(scope="module")
def access(dsn: DSN) -> Iterator[Access]:
    opened = Access(dsn, largest=2)
    yield opened
    opened.close()


@pytest.fixture
def shop(access: Access) -> Shop:
    return open_shop(access)


def test_a_person_says_yes_with_the_code(shop: Shop) -> None:
    with shop.helper(shop.nadia) as connection:
        mandate = mandates.ask(connection, ["correct", "look"], "half_year", "desk")
        (asked,) = mandates.of_helper(connection)
    assert (asked.mandate, asked.person, asked.begins_at) == (mandate, "", None)
    assert opens(shop, mandate) is None
    code = mandates.code_of(mandate)
    with shop.citizen(shop.anna) as connection:
        shown = mandates.asked_with(connection, mandates.spelled(code).lower().replace(" ", "-"))
        assert shown is not None
        assert (shown.helper, shown.organisation) == ("Nadia Haddad", "Leerwinkel Voorbeeldstad")
        assert (shown.scopes, shown.duration) == ({"look", "correct"}, "half_year")
        assert mandates.answer(connection, code, yes=True) == mandate
        (own,) = mandates.of_citizen(connection, shop.anna)
    assert own.helper == "Nadia Haddad"
    assert own.begins_at is not None
    assert own.ends_at is not None
    assert 180 < (own.ends_at - own.begins_at).days < 185
    assert opens(shop, mandate) == (shop.anna, "Anna Aerts", ["look", "correct"])
    assert opens(shop, mandate, "reserve") is None


@pytest.mark.parametrize(("duration", "days"), [("day", 1), ("month", 31), ("year", 365)])
def test_durations(shop: Shop, duration: str, days: int) -> None:
    shop.mandate(shop.anna, duration=duration)
    with shop.citizen(shop.anna) as connection:
        (own,) = mandates.of_citizen(connection, shop.anna)
    assert own.ends_at is not None
    assert own.begins_at is not None
    assert (own.ends_at - own.begins_at).days == days


def test_a_code_is_used_once(shop: Shop) -> None:
    mandate = shop.mandate(shop.anna)
    code = mandates.code_of(mandate)
    for yes in (True, False):
        with shop.citizen(shop.boris) as connection:
            assert mandates.asked_with(connection, code) is None
            assert mandates.answer(connection, code, yes=yes) is None
    assert opens(shop, mandate) == (shop.anna, "Anna Aerts", ["look"])


def test_a_person_says_no(shop: Shop) -> None:
    with shop.helper(shop.nadia) as connection:
        mandate = mandates.ask(connection, ["look"], "day", "signed_in")
    code = mandates.code_of(mandate)
    with shop.citizen(shop.anna) as connection:
        mandates.answer(connection, code, yes=False)
        assert mandates.answer(connection, code, yes=True) is None
    assert opens(shop, mandate) is None
    with shop.helper(shop.nadia) as connection:
        assert mandates.of_helper(connection) == []


def test_on_paper(shop: Shop) -> None:
    with shop.helper(shop.nadia) as connection:
        mandate = mandates.ask(
            connection,
            ["look"],
            "month",
            "paper",
            insz=shop.insz_of_anna,
            given_names="Anna",
            family_name="Aerts",
        )
    code = mandates.code_of(mandate)
    with shop.citizen(shop.anna) as connection:
        assert mandates.asked_with(connection, code) is None, "who signs on paper does not accept on a screen"
        assert mandates.answer(connection, code, yes=True) is None
    with shop.helper(shop.omar) as connection:
        assert mandates.confirm(connection, mandate, code, "nl") == "closed"
    with shop.helper(shop.nadia) as connection:
        assert mandates.confirm(connection, mandate, code, "nl") == "begun"
        assert mandates.confirm(connection, mandate, code, "nl") == "closed"
    assert opens(shop, mandate) == (shop.anna, "Anna Aerts", ["look"])


def test_on_paper_nobody_learns_who_is_known_here(shop: Shop, dsn: DSN) -> None:
    """A stranger's mandate begins exactly as that of somebody who has an account."""
    seen = []
    nobody_yet = new_insz()
    for insz, given in ((shop.insz_of_boris, "Boris"), (nobody_yet, "Jozef")):
        with shop.helper(shop.nadia) as connection:
            mandate = mandates.ask(
                connection, ["look"], "day", "paper", insz=insz, given_names=given, family_name="Bos"
            )
            outcome = mandates.confirm(connection, mandate, mandates.code_of(mandate), "nl")
        paper = "select count(*) from registry.mandate_on_paper where mandate = %s"
        assert owner(dsn(None), paper, mandate) == [(0,)]
        opened = opens(shop, mandate)
        assert opened is not None
        seen.append((outcome, opened[1], opened[2]))
    assert seen == [("begun", "Boris Bos", ["look"]), ("begun", "Jozef Bos", ["look"])]
    with shop.access.transaction("gate") as connection:
        assert people.find(connection, nobody_yet) is None, (
            "the number alone leads to nobody: it is not proven"
        )


def test_a_code_on_paper_is_not_guessed(shop: Shop) -> None:
    with shop.helper(shop.nadia) as connection:
        mandate = mandates.ask(
            connection,
            ["look"],
            "day",
            "paper",
            insz=shop.insz_of_anna,
            given_names="Anna",
            family_name="Aerts",
        )
    for _ in range(5):
        with shop.helper(shop.nadia) as connection:
            wrong = mandates.confirm(connection, mandate, "A" * 12, "nl")
            assert wrong == "wrong_code"
    with shop.helper(shop.nadia) as connection:
        right = mandates.confirm(connection, mandate, mandates.code_of(mandate), "nl")
    assert right == "closed"


def test_many_mandates_on_paper_raise_an_alarm(shop: Shop) -> None:
    shop.limits(paper_a_day=2)
    outcomes = []
    for _ in range(3):
        with shop.helper(shop.nadia) as connection:
            mandate = mandates.ask(
                connection,
                ["look"],
                "day",
                "paper",
                insz=shop.insz_of_anna,
                given_names="Anna",
                family_name="Aerts",
            )
            outcomes.append(mandates.confirm(connection, mandate, mandates.code_of(mandate), "nl"))
    assert outcomes == ["begun", "begun", "too_many"]
    with shop.access.transaction("administrator") as connection:
        alarm = alarms.alarms(connection)[0]
    assert (alarm.kind, alarm.actor_name, alarm.counted) == ("many_paper_mandates", "Nadia Haddad", 3)


@pytest.mark.parametrize("by", ["citizen", "helper", "phone"])
def test_ending_works_at_once(shop: Shop, by: str) -> None:
    mandate = shop.mandate(shop.anna)
    assert opens(shop, mandate)
    if by == "phone":
        with shop.access.transaction("gate") as connection:
            assert mandates.end_by_code(connection, mandates.spelled(mandates.code_of(mandate)))
            assert not mandates.end_by_code(connection, mandates.code_of(mandate))
    elif by == "citizen":
        with shop.citizen(shop.boris) as connection:
            assert not mandates.end(connection, mandate), "another person's"
        with shop.citizen(shop.anna) as connection:
            assert mandates.end(connection, mandate)
    else:
        with shop.helper(shop.omar) as connection:
            assert not mandates.end(connection, mandate), "another helper's"
        with shop.helper(shop.nadia) as connection:
            assert mandates.end(connection, mandate)
    assert opens(shop, mandate) is None
    with shop.citizen(shop.anna) as connection:
        assert mandates.of_citizen(connection, shop.anna)[0].ended_by == by


def test_an_unknown_code_ends_nothing(shop: Shop) -> None:
    shop.mandate(shop.anna)
    with shop.access.transaction("gate") as connection:
        assert not mandates.end_by_code(connection, "ABCD EFGH JKLM")
        assert not mandates.end_by_code(connection, "")


def test_after_its_time_a_mandate_opens_nothing(shop: Shop, dsn: DSN) -> None:
    mandate = shop.mandate(shop.anna, duration="day")
    owner(
        dsn(None),
        "update registry.mandate set begins_at = begins_at - interval '25 hours',"
        " ends_at = ends_at - interval '25 hours' where mandate = %s",
        mandate,
    )
    assert opens(shop, mandate) is None
    with shop.helper(shop.nadia, shop.anna) as connection:
        assert people.name_of(connection, shop.anna) is None
        assert mandates.of_helper(connection) == []


def test_a_request_lapses(shop: Shop, dsn: DSN) -> None:
    with shop.helper(shop.nadia) as connection:
        mandate = mandates.ask(connection, ["look"], "day", "desk")
    owner(
        dsn(None),
        "update registry.mandate set asked_at = now() - interval '25 hours' where mandate = %s",
        mandate,
    )
    with shop.citizen(shop.anna) as connection:
        assert mandates.answer(connection, mandates.code_of(mandate), yes=True) is None


@pytest.mark.parametrize("who", ["another helper", "no such mandate", "another purpose"])
def test_nothing_opens_for(shop: Shop, who: str) -> None:
    mandate = shop.mandate(shop.anna)
    assert {
        "another helper": lambda: opens(shop, mandate, helper=shop.omar),
        "no such mandate": lambda: opens(shop, uuid4()),
        "another purpose": lambda: opens(shop, mandate, "correct"),
    }[who]() is None


READABLE = (
    *("registry.person", "registry.fact", "registry.source_state", "registry.conversation"),
    *("registry.journal", "led.lot", "led.transfer"),
)


def test_a_helper_reads_only_whom_they_help(shop: Shop, dsn: DSN) -> None:
    """In plain SQL, with the login of a helper, whatever person the transaction says it is about."""
    mandate = shop.mandate(shop.anna)
    for helper, about in ((shop.nadia, shop.boris), (shop.omar, shop.anna), (shop.omar, None)):
        with shop.helper(helper, about) as connection:
            for table in READABLE:
                rows = connection.execute(f"select party from {table}").fetchall()
                assert {row[0] for row in rows} <= ({shop.anna} if helper == shop.nadia else set()), table
    with shop.helper(shop.nadia, shop.anna) as connection:
        assert connection.execute("select party from registry.person").fetchall() == [(shop.anna,)]
        connection.execute("select * from led.lot")
        mandates.end(connection, mandate)
        assert connection.execute("select party from registry.person").fetchall() == []


KINDS = ("citizen", "helper", "caseworker", "auditor", "administrator", "batch", "gate")


@pytest.mark.parametrize(
    "statement",
    [
        "update registry.journal set what = 'nothing'",
        "delete from registry.journal",
        "update registry.mandate set ends_at = ends_at + interval '1 year'",
        "insert into registry.mandate (party, helper, scopes, duration, given) values (1, 1, '{look}', 'day', 'desk')",
        "update registry.actor set locked_at = null",
        "delete from registry.alarm",
        "update registry.conversation set question = ''",
    ],
)
def test_history_and_mandates_are_not_written_by_hand(shop: Shop, statement: str) -> None:
    for kind in KINDS:
        with (
            pytest.raises(psycopg.errors.InsufficientPrivilege),
            shop.access.transaction(kind, actor=shop.nadia, party=shop.anna) as connection,
        ):
            connection.execute(statement.encode())


def test_even_the_owner_does_not_edit_the_journal(shop: Shop, dsn: DSN) -> None:
    opens(shop, shop.mandate(shop.anna))
    for statement in ("update registry.journal set what = 'x'", "delete from registry.journal"):
        with pytest.raises(psycopg.errors.RestrictViolation):
            owner(dsn(None), statement)


def test_each_look_is_written_with_both_names(shop: Shop) -> None:
    mandate = shop.mandate(shop.anna)
    opens(shop, mandate)
    opens(shop, mandate, helper=shop.omar)
    with shop.citizen(shop.anna) as connection:
        (line,) = journal.entries(connection, shop.anna)
    assert (line.what, line.detail, line.mandate) == ("looked", {"page": "account"}, mandate)
    assert (line.actor_name, line.organisation_name) == ("Nadia Haddad", "Leerwinkel Voorbeeldstad")
    with shop.citizen(shop.boris) as connection:
        assert journal.entries(connection, shop.anna) == []


def test_nobody_writes_in_anothers_name(shop: Shop) -> None:
    mandate = shop.mandate(shop.anna)
    good = {"actor": shop.nadia, "actor_name": "Nadia Haddad", "capacity": "helper", "mandate": mandate}
    with shop.helper(shop.nadia, shop.anna) as connection:
        journal.record(connection, shop.anna, "guide_written", **good)  # type: ignore[arg-type]
    for wrong in ({"actor": shop.omar}, {"capacity": "citizen"}, {"mandate": None}):
        with pytest.raises(psycopg.errors.InsufficientPrivilege), shop.helper(shop.nadia, shop.anna) as c:
            journal.record(c, shop.anna, "guide_written", **{**good, **wrong})  # type: ignore[arg-type]
    with pytest.raises(psycopg.errors.InsufficientPrivilege), shop.helper(shop.nadia, shop.boris) as c:
        journal.record(c, shop.boris, "guide_written", **good)  # type: ignore[arg-type]


def test_who_opens_many_files_is_locked(shop: Shop) -> None:
    first, second = shop.mandate(shop.anna), shop.mandate(shop.boris)
    shop.limits(files_an_hour=1)
    assert opens(shop, first)
    assert opens(shop, first), "the same person again is no other person"
    assert opens(shop, second) is None
    assert opens(shop, first) is None, "locked: nothing opens any more"
    with shop.helper(shop.nadia) as connection:
        assert mandates.is_locked(connection)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            mandates.ask(connection, ["look"], "day", "desk")
    with shop.access.transaction("administrator", actor=shop.inge) as connection:
        alarm = alarms.alarms(connection)[0]
        assert (alarm.kind, alarm.counted, alarm.locked) == ("many_files", 2, True)
        assert alarms.close(connection, alarm.alarm, "Gebeld: een open huis in de leerwinkel.")
        assert not alarms.close(connection, alarm.alarm, "nog eens")
    assert opens(shop, first)


def test_nobody_opens_their_own_lock(shop: Shop) -> None:
    first, second = shop.mandate(shop.anna), shop.mandate(shop.boris)
    shop.limits(files_an_hour=1)
    opens(shop, first)
    opens(shop, second)
    with shop.access.transaction("administrator", actor=shop.nadia) as connection:
        alarm = alarms.alarms(connection)[0]
        assert not alarms.close(connection, alarm.alarm, "niets aan de hand")


def test_a_letter_tells_everything_once(shop: Shop) -> None:
    mandate = shop.mandate(shop.anna)
    opens(shop, mandate)
    opens(shop, mandate)
    for kind in ("helper", "citizen", "caseworker", "administrator", "auditor", "mailroom", "gate"):
        with (
            pytest.raises(psycopg.errors.InsufficientPrivilege),
            shop.access.transaction(kind, actor=shop.nadia, party=shop.anna) as connection,
        ):
            journal.take_letter(connection, mandate)
    with shop.access.transaction("batch") as connection:
        assert [line.what for line in journal.take_letter(connection, mandate)] == ["looked", "looked"]
        assert journal.take_letter(connection, mandate) == []


def talk(shop: Shop, party: int, mandate: UUID, barriers: list[str], question: str = "Lassen leren") -> None:
    with shop.helper(shop.nadia, party) as connection:
        conversations.write(
            connection, party, helper=shop.nadia, mandate=mandate, question=question, barriers=barriers
        )


def test_a_conversation_stays_in_the_file(shop: Shop) -> None:
    mandate = shop.mandate(shop.anna)
    talk(shop, shop.anna, mandate, ["financial", "dispositional"])
    talk(shop, shop.anna, mandate, [])
    with pytest.raises(ValueError, match="barrier"):
        talk(shop, shop.anna, mandate, [], question="  ")
    with pytest.raises(ValueError, match="barrier"):
        talk(shop, shop.anna, mandate, ["lazy"])
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        talk(shop, shop.boris, mandate, ["financial"])
    with shop.citizen(shop.anna) as connection:
        kept = conversations.conversations(connection, shop.anna)
    assert sorted(each.barriers for each in kept) == [(), ("dispositional", "financial")]
    with (
        pytest.raises(psycopg.errors.InsufficientPrivilege),
        shop.access.transaction("auditor") as connection,
    ):
        connection.execute("select question from registry.conversation")


def test_barriers_are_told_as_counts_and_no_small_ones(shop: Shop, dsn: DSN) -> None:
    owner(dsn(None), "delete from registry.conversation")
    for party in (shop.anna, shop.boris):
        mandate = shop.mandate(party)
        talk(shop, party, mandate, ["financial", "situational", "informational"])
        talk(shop, party, mandate, ["financial", "dispositional"])
    talk(shop, shop.anna, shop.mandate(shop.anna), ["institutional"])
    with shop.access.transaction("batch") as connection:
        now = connection.execute("select extract(year from now())::int, extract(quarter from now())::int")
        year, quarter = now.fetchone() or (0, 0)
        assert conversations.barrier_counts(connection, year, quarter, least=2) == {}, "it still runs"
    owner(dsn(None), "update registry.conversation set at = '2020-02-29 23:59+00'")
    with shop.access.transaction("batch") as connection:
        counts = conversations.barrier_counts(connection, 2020, 1, least=2)
    # one person met an institutional barrier: neither that, nor the next smallest, so that nothing is subtracted
    assert counts["institutional"] is None
    assert sorted(count or 0 for count in counts.values()) == [0, 0, 2, 2, 2]


def test_a_new_yes_replaces_the_one_before(shop: Shop) -> None:
    before = shop.mandate(shop.anna, scopes=("look", "correct"), duration="year")
    others = [shop.mandate(shop.anna, shop.omar), shop.mandate(shop.boris)]
    with shop.helper(shop.nadia) as connection:
        renewed = mandates.ask(connection, ["look"], "month", "signed_in")
    assert opens(shop, before, "correct"), "asking changes nothing"
    with shop.citizen(shop.anna) as connection:
        mandates.answer(connection, mandates.code_of(renewed), yes=True)
        over = next(each for each in mandates.of_citizen(connection, shop.anna) if each.mandate == before)
    assert over.ended_by == "renewed"
    assert opens(shop, before) is None
    assert opens(shop, renewed) == (shop.anna, "Anna Aerts", ["look"])
    with shop.helper(shop.nadia, shop.anna) as connection:
        holds = connection.execute("select registry.holds_mandate(%s, 'correct')", [shop.anna]).fetchone()
    assert holds == (False,), "less was asked, less may be done"
    assert opens(shop, others[0], helper=shop.omar)
    assert opens(shop, others[1])
