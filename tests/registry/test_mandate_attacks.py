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
from leerrekening.registry import actors, alarms, journal, keys, mandates, people, retention
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


def confirmed(shop: Shop, mandate: UUID) -> str:
    with shop.helper(shop.nadia) as connection:
        code = mandates.code_of(mandate)
        return mandates.confirm(connection, mandate, code, "nl")


def test_opening_many_files_at_once_does_not_slip_past_the_limit(shop: Shop) -> None:
    running = [shop.mandate(party) for party in more_people(shop, 6)]
    shop.limits(files_an_hour=2)
    start, opened = threading.Barrier(len(running)), []

    def look(mandate: UUID) -> None:
        with shop.helper(shop.nadia) as connection:
            start.wait(timeout=20)
            row = connection.execute(
                "select 1 from registry.open_by_mandate(%s, 'look', 'account')", [mandate]
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
    shop.limits(files_an_hour=1)
    opens(shop, first)
    assert opens(shop, second) is None
    with shop.access.transaction("administrator", actor=shop.inge) as connection:
        assert alarms.close(connection, alarms.alarms(connection)[0].alarm, "Gebeld: open huis")
    assert opens(shop, first)
    assert opens(shop, second) is None, "and counts again"


def test_paper_goes_on_when_the_alarm_about_it_is_looked_after_and_not_before(shop: Shop) -> None:
    shop.limits(paper_a_day=1)
    assert confirmed(shop, on_paper(shop, shop.insz_of_anna)) == "begun"
    waiting = on_paper(shop, shop.insz_of_anna)
    assert confirmed(shop, waiting) == "too_many"
    shop.limits(paper_a_day=100)
    assert confirmed(shop, waiting) == "too_many", "the alarm is still open"
    shop.limits(paper_a_day=1)
    with shop.access.transaction("administrator", actor=shop.inge) as connection:
        (alarm, *_) = alarms.alarms(connection)
        assert alarms.close(connection, alarm.alarm, "Formulieren nagekeken")
    assert confirmed(shop, waiting) == "begun"


# Everything that a mandate on paper can leave behind, and how often for whom.
TRACES = """
    select 'person', count(*) from registry.person where party = any (%(new)s) union all
    select 'mandate', count(*) from registry.mandate where helper = %(helper)s and begins_at is not null union all
    select 'asked', count(*) from registry.mandate where helper = %(helper)s and begins_at is null union all
    select 'wrong', coalesce(sum(wrong_codes), 0) from registry.mandate_on_paper union all
    select 'journal', count(*) from registry.journal where actor = %(helper)s union all
    select 'notice', count(*) from registry.notice where party = any (%(new)s) union all
    select 'delivery', count(*) from registry.delivery where party = any (%(new)s) union all
    select 'alarm', count(*) from registry.alarm where actor = %(helper)s union all
    select 'fact', count(*) from registry.fact where party = any (%(new)s) union all
    select 'to ask', count(*) from registry.person where party = any (%(new)s) and insz_sealed is not null
"""


def test_a_wrong_name_beside_a_right_number_is_as_nobody_at_all(access: Access, dsn: DSN) -> None:
    """Step by step the same for a number that has an account (by another name) and for one that has none: the answer,
    what opens, the tries, the limit of the day and its alarm, and every row that stays behind.
    """
    seen = []
    for has_account in (True, False):
        shop = open_shop(access)
        shop.limits(paper_a_day=2)
        owner(
            dsn(None),
            "insert into registry.contact (party, kind, value) values (%s, 'post', 'Straat 1')",
            shop.boris,
        )
        insz = shop.insz_of_boris if has_account else new_insz()
        story: list[object] = []
        opened: list[int] = []
        for attempt in range(3):
            mandate = on_paper(shop, insz, "Zomaar", "Iemand")
            for code in ("A" * 12, mandates.code_of(mandate)):
                with shop.helper(shop.nadia) as connection:
                    story.append(mandates.confirm(connection, mandate, code, "nl"))
            row = opens(shop, mandate)
            story.append(row and row[1:])
            opened += [row[0]] if row else []
            with shop.helper(shop.nadia, opened[0]) as connection:
                story.append((attempt, people.is_proven(connection, opened[0])))
                story.append(sorted(each.person for each in mandates.of_helper(connection)))
        with shop.access.transaction("batch") as connection:
            assert people.insz_of(connection, opened[0]) is None, (
                "no register is asked about a number nobody proved"
            )
        assert len(set(opened)) == 1, "the same number and name are the same person"
        assert shop.boris not in opened
        with psycopg.connect(dsn(None)) as connection:
            connection.execute("set role llr_owner")
            traces = connection.execute(TRACES, {"new": [opened[0]], "helper": shop.nadia}).fetchall()
        story.append(sorted(traces))
        owner(dsn(None), "delete from registry.mandate_on_paper")
        about_boris = "select count(*) from registry.{} where party = %s"
        for table in ("journal", "notice", "delivery", "mandate"):
            assert owner(dsn(None), about_boris.format(table), shop.boris) == [(0,)]
        seen.append(story)
    assert seen[0] == seen[1]
    assert "begun" in seen[0] and "too_many" in seen[0]


def test_who_signs_in_with_the_same_name_finds_what_began_on_paper(shop: Shop) -> None:
    insz = new_insz()
    mandate = on_paper(shop, insz, "Jozef", "Maes")
    assert confirmed(shop, mandate) == "begun"
    opened = opens(shop, mandate)
    assert opened is not None
    with shop.access.transaction("gate") as connection:
        assert people.find_or_add(connection, insz, "JOZEF Maria", "Maes") == opened[0]
        assert people.find(connection, insz) == opened[0]
    with shop.access.transaction("batch") as connection:
        assert people.insz_of(connection, opened[0]) == insz
    assert opens(shop, mandate) == (opened[0], "JOZEF Maria Maes", ["look"])


@pytest.mark.parametrize(
    ("given_names", "family_name"),
    [("ZOË", "De Smet-D'Hondt"), ("Zoe Maria", "desmet d’hondt"), ("Zoë-", " De Smet D hondt ")],
)
def test_how_a_name_is_typed_makes_no_difference(shop: Shop, given_names: str, family_name: str) -> None:
    insz = new_insz()
    with shop.access.transaction("gate") as connection:
        people.find_or_add(connection, insz, "Zoë Anna", "De Smet - D’hondt")
    assert confirmed(shop, on_paper(shop, insz, given_names, family_name)) == "begun"


def test_who_signs_in_with_another_name_is_somebody_else(shop: Shop) -> None:
    """A helper who invents a name for a number sees nothing of who has it, whoever brings the right one."""
    insz = new_insz()
    mandate = on_paper(shop, insz, "Jos", "Maas")
    assert confirmed(shop, mandate) == "begun"
    invented = opens(shop, mandate)
    assert invented is not None
    with shop.access.transaction("batch") as connection:
        party = people.find_or_add(connection, insz, "Uit", "Bestand")
        assert party != invented[0]
    with shop.access.transaction("gate") as connection:
        assert people.find_or_add(connection, insz, "Jozef", "Maes") == party
    with shop.access.transaction("batch") as connection:
        assert str(people.name_of(connection, party)) == "Jozef Maes"
    assert opens(shop, mandate) == invented
    with shop.helper(shop.nadia, party) as connection:
        assert people.name_of(connection, party) is None


def test_a_file_with_the_same_name_proves_the_number(shop: Shop) -> None:
    insz, other = new_insz(), new_insz()
    mandate = on_paper(shop, insz, "Rosa", "Peeters")
    assert confirmed(shop, mandate) == "begun"
    opened = opens(shop, mandate)
    assert opened is not None
    using = keys.keys()
    with shop.access.transaction("batch") as connection:
        rows = connection.execute(
            "select party, added from registry.add_people(%s::bytea[], %s::bytea[], %s, %s, %s) order by added",
            [
                [using.key_of(insz), using.key_of(other)],
                [using.seal(insz), using.seal(other)],
                *(["Rosa", "Jan"], ["Peeters", "Smit"], ["nl", "nl"]),
            ],
        ).fetchall()
    assert rows[0] == (opened[0], False)
    assert rows[1][1] is True


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


@pytest.mark.parametrize(
    "kind", ["citizen", "helper", "caseworker", "auditor", "administrator", "batch", "gate"]
)
def test_nobody_reads_who_somebody_is_for_the_access_service(shop: Shop, kind: str) -> None:
    with (
        pytest.raises(psycopg.errors.InsufficientPrivilege),
        shop.access.transaction(kind, actor=shop.nadia, party=shop.anna) as connection,
    ):
        connection.execute("select subject from registry.actor")
