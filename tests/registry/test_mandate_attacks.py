"""What a helper who means ill might try with mandates, beyond opening an account that is not theirs."""

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from uuid import UUID

import psycopg
import pytest
from tests.installed import Installed
from tests.registry.helped import Shop, new_insz, open_shop, opens, owner

from leerrekening.database.access import Access
from leerrekening.registry import actors, alarms, journal, mandates, people, retention
from leerrekening.registry.insz import Insz

DSN = Callable[[str | None], str]


@pytest.fixture(scope="module")
def dsn(database: Installed) -> DSN:
    """One database: every test has people and helpers of its own."""
    return database.dsn


@pytest.fixture(scope="module")
def access(dsn: DSN) -> Iterator[Access]:
    opened = Access(dsn, largest=8)
    yield opened
    opened.close()


@pytest.fixture
def shop(access: Access) -> Shop:
    return open_shop(access)


def more_people(shop: Shop, count: int) -> list[int]:
    """More people with an account who may sign in."""
    found = []
    with shop.access.transaction("gate") as connection:
        for number in range(count):
            party = people.find_or_add(connection, new_insz(), f"Persoon{number}", "Veel")
            citizen = actors.Actor(f"s{party}", "citizen", f"Persoon{number} Veel", party=party)
            shop.citizens[party] = actors.enter(connection, citizen)
            found.append(party)
    return found


def on_paper(shop: Shop, insz: Insz, given_names: str = "Anna", family_name: str = "Aerts") -> UUID:
    with shop.helper(shop.nadia) as connection:
        return mandates.ask(
            connection, ["look"], "day", "paper", insz=insz, given_names=given_names, family_name=family_name
        )


def confirmed(shop: Shop, mandate: UUID, most_a_day: int = 10) -> str:
    with shop.helper(shop.nadia) as connection:
        code = mandates.code_of(mandate)
        return mandates.confirm(connection, mandate, code, "nl", most_a_day=most_a_day)[0]


def test_opening_many_files_at_once_does_not_slip_past_the_limit(shop: Shop) -> None:
    running = [shop.mandate(party) for party in more_people(shop, 6)]
    start, opened = threading.Barrier(len(running)), []

    def look(mandate: UUID) -> None:
        with shop.helper(shop.nadia) as connection:
            start.wait(timeout=20)
            row = connection.execute(
                "select 1 from registry.open_by_mandate(%s, 'look', 'account', 2, 100)", [mandate]
            ).fetchone()
        opened.append(row is not None)

    threads = [threading.Thread(target=look, args=(mandate,)) for mandate in running]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(opened) == [False] * 4 + [True] * 2
    with shop.access.transaction("administrator") as connection:
        about = [a for a in alarms.alarms(connection) if a.actor_name == "Nadia Haddad" and a.counted == 3]
    assert about


def test_after_an_alarm_is_looked_after_the_count_begins_anew(shop: Shop) -> None:
    first, second = shop.mandate(shop.anna), shop.mandate(shop.boris)
    opens(shop, first, an_hour=1)
    assert opens(shop, second, an_hour=1) is None
    with shop.access.transaction("administrator", actor=shop.omar) as connection:
        assert alarms.close(connection, alarms.alarms(connection)[0].alarm, "Gebeld: open huis", "Inge")
    assert opens(shop, first, an_hour=1)
    assert opens(shop, second, an_hour=1) is None, "and counts again"


def test_paper_goes_on_when_the_alarm_about_it_is_looked_after_and_not_before(shop: Shop) -> None:
    assert confirmed(shop, on_paper(shop, shop.insz_of_anna), most_a_day=1) == "begun"
    waiting = on_paper(shop, shop.insz_of_anna)
    assert confirmed(shop, waiting, most_a_day=1) == "too_many"
    assert confirmed(shop, waiting, most_a_day=100) == "too_many", "the alarm is still open"
    with shop.access.transaction("administrator", actor=shop.omar) as connection:
        (alarm, *_) = alarms.alarms(connection)
        assert alarms.close(connection, alarm.alarm, "Formulieren nagekeken", "Inge")
    assert confirmed(shop, waiting, most_a_day=1) == "begun"


def test_a_number_alone_does_not_tell_a_name(shop: Shop) -> None:
    mandate = on_paper(shop, shop.insz_of_boris, "Zomaar", "Iemand")
    assert confirmed(shop, mandate) == "wrong_code"
    assert opens(shop, mandate) is None
    with shop.helper(shop.nadia, shop.boris) as connection:
        assert people.name_of(connection, shop.boris) is None
        assert [each.person for each in mandates.of_helper(connection)] == ["Zomaar Iemand"]
    for _ in range(4):
        confirmed(shop, mandate)
    assert confirmed(shop, mandate) == "closed", "names are not guessed one after the other"


@pytest.mark.parametrize(
    ("given_names", "family_name"),
    [("ZOË", "De Smet-D'Hondt"), ("Zoe Maria", "desmet d’hondt"), ("Zoë-", " De Smet D hondt ")],
)
def test_how_a_name_is_typed_makes_no_difference(shop: Shop, given_names: str, family_name: str) -> None:
    insz = new_insz()
    with shop.access.transaction("gate") as connection:
        people.find_or_add(connection, insz, "Zoë Anna", "De Smet - D’hondt")
    assert confirmed(shop, on_paper(shop, insz, given_names, family_name)) == "begun"


def test_names_that_a_helper_typed_give_way_to_those_of_the_access_service(shop: Shop) -> None:
    insz = new_insz()
    assert confirmed(shop, on_paper(shop, insz, "Jos", "Maas")) == "begun"
    with shop.access.transaction("batch") as connection:
        party = people.find_or_add(connection, insz, "Uit", "Bestand")
        assert str(people.name_of(connection, party)) == "Jos Maas"
    with shop.access.transaction("gate") as connection:
        assert people.find_or_add(connection, insz, "Jozef", "Maes") == party
    with shop.access.transaction("batch") as connection:
        assert str(people.name_of(connection, party)) == "Jozef Maes"


@pytest.mark.parametrize("by", ["helper", "phone", "time"])
def test_who_did_not_sign_leaves_nothing_behind(shop: Shop, dsn: DSN, by: str) -> None:
    mandate = on_paper(shop, shop.insz_of_anna)
    if by == "helper":
        with shop.helper(shop.nadia) as connection:
            assert mandates.end(connection, mandate)
    elif by == "phone":
        with shop.access.transaction("gate") as connection:
            assert mandates.end_by_code(connection, mandates.code_of(mandate))
    else:
        lapsed = "update registry.mandate set asked_at = now() - interval '32 days' where mandate = %s"
        owner(dsn(None), lapsed, mandate)
        with shop.helper(shop.nadia) as connection:
            typed = "select family_name from registry.mandate_on_paper where mandate = %s"
            assert connection.execute(typed, [mandate]).fetchall() == []
        with shop.access.transaction("batch") as connection:
            assert (
                retention.delete_past(connection, datetime.now(UTC).date() + timedelta(days=1))[
                    "paper_requests"
                ]
                >= 1
            )
    kept = "select count(*) from registry.mandate_on_paper where mandate = %s"
    assert owner(dsn(None), kept, mandate) == [(0,)]


def test_a_line_of_the_journal_has_the_names_of_its_actor(shop: Shop) -> None:
    mandate = shop.mandate(shop.anna)
    with shop.helper(shop.nadia, shop.anna) as connection:
        journal.record(
            connection,
            shop.anna,
            "conversation_written",
            actor=shop.nadia,
            actor_name="Omar Peeters",
            capacity="helper",
            organisation_name="Buurthuis Elders",
            mandate=mandate,
        )
    with shop.citizen(shop.anna) as connection:
        line = journal.entries(connection, shop.anna)[0]
    assert (line.actor_name, line.organisation_name) == ("Nadia Haddad", "Leerwinkel Voorbeeldstad")


@pytest.mark.parametrize("kind", ["citizen", "helper", "caseworker", "auditor", "administrator", "batch"])
def test_who_somebody_is_for_the_access_service_stays_with_the_gate(shop: Shop, kind: str) -> None:
    with (
        pytest.raises(psycopg.errors.InsufficientPrivilege),
        shop.access.transaction(kind, actor=shop.nadia, party=shop.anna) as connection,
    ):
        connection.execute("select subject from registry.actor")
