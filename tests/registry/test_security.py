"""Who sees what of a person: row-level security of the registry, tried as each kind of user."""

import itertools
from datetime import date

import psycopg
import pytest
from tests.installed import Installed

from leerrekening.database.access import Access
from leerrekening.registry import facts, people
from leerrekening.registry.insz import invented_insz
from leerrekening.registry.situation import known

TODAY = date(2026, 11, 28)
KINDS = ("citizen", "helper", "gate", "caseworker", "auditor")


@pytest.fixture
def two(access: Access) -> tuple[int, int]:
    """Two people, each with one certified fact."""
    parties = []
    with access.transaction("batch") as connection:
        for serial in (1, 2):
            insz = invented_insz(date(1990, 1, 1), serial)
            party = people.find_or_add(connection, insz, "Naam", f"Nummer {serial}")
            facts.certify(connection, party, "population_register", "person.birth_date", "1990-01-01")
            parties.append(party)
    return parties[0], parties[1]


def rows(access: Access, kind: str, table: str, **who: int) -> set[int]:
    with access.transaction(kind, **who) as connection:
        return {row[0] for row in connection.execute(f"select party from registry.{table}")}


def test_a_citizen_sees_only_themselves(access: Access, two: tuple[int, int]) -> None:
    one, other = two
    for table in ("person", "fact"):
        assert rows(access, "citizen", table, party=one) == {one}
        assert rows(access, "citizen", table) == set()
    with access.transaction("citizen", party=one) as connection:
        assert people.name_of(connection, other) is None
        assert known(connection, other, TODAY).document == {"as_of": "2026-11-28"}


def test_a_helper_sees_nobody_without_a_mandate(access: Access, two: tuple[int, int]) -> None:
    for table in ("person", "fact", "source_state"):
        assert rows(access, "helper", table, actor=500001, party=two[0]) == set()


HELPERS = itertools.count(600_001)


@pytest.mark.parametrize(
    ("life", "scopes", "sees", "corrects"),
    [
        ("now() - interval '1 day', now() + interval '1 day', null", ["look"], True, False),
        ("now() - interval '1 day', now() + interval '1 day', null", ["look", "correct"], True, True),
        ("now() - interval '2 days', now() - interval '1 second', null", ["look", "correct"], False, False),
        ("now() + interval '1 hour', now() + interval '1 day', null", ["look", "correct"], False, False),
        ("now() - interval '1 day', now() + interval '1 day', now()", ["look", "correct"], False, False),
    ],
)
def test_a_helper_sees_the_person_of_a_living_mandate(
    access: Access,
    database: Installed,
    two: tuple[int, int],
    life: str,
    scopes: list[str],
    sees: bool,
    corrects: bool,
) -> None:
    one, other = two
    by = "null" if life.endswith("null") else "'phone'"
    helper = next(HELPERS)
    database.all(
        "insert into registry.actor (actor, subject, capacity, organisation, name)"
        " values (%s, %s, 'helper', 'OVO999001', 'Nadia')",
        *(helper, f"test-{helper}"),
    )
    database.all(
        "insert into registry.mandate (party, helper, scopes, duration, given, begins_at, ends_at, ended_at, ended_by)"
        f" values (%s, %s, %s, 'month', 'desk', {life}, {by})",
        *(one, helper, scopes),
    )
    for table in ("person", "fact"):
        assert rows(access, "helper", table, actor=helper, party=one) == ({one} if sees else set())
        assert rows(access, "helper", table, actor=helper + 500, party=one) == set()
    # The transaction is about one person: under a mandate of one, the facts of another stay closed.
    assert rows(access, "helper", "fact", actor=helper, party=other) == set()
    try:
        with access.transaction("helper", actor=helper, party=one) as connection:
            facts.declare(connection, one, "person.lives_alone", value=True)
        declared = True
    except psycopg.errors.InsufficientPrivilege:
        declared = False
    assert declared == corrects
    with (
        pytest.raises(psycopg.errors.InsufficientPrivilege),
        access.transaction("helper", actor=helper, party=one) as connection,
    ):
        facts.declare(connection, other, "person.lives_alone", value=True)
    database.all("update registry.actor set locked_at = now() where actor = %s", helper)
    assert rows(access, "helper", "fact", actor=helper, party=one) == set()
    database.all("update registry.actor set locked_at = null where actor = %s", helper)


def test_a_caseworker_sees_the_caseload(access: Access, two: tuple[int, int]) -> None:
    one, _ = two
    with access.transaction("batch") as connection:
        connection.execute(
            "select led.set_mandate(%s, 7, 'caseworker', daterange(current_date, null))", [one]
        )
    assert rows(access, "caseworker", "person", actor=7) == {one}
    assert rows(access, "caseworker", "fact", actor=7) == {one}
    assert rows(access, "caseworker", "fact", actor=8) == set()


@pytest.mark.parametrize("kind", KINDS)
def test_nobody_reads_a_national_number(access: Access, two: tuple[int, int], kind: str) -> None:
    with (
        pytest.raises(psycopg.errors.InsufficientPrivilege),
        access.transaction(kind, party=two[0]) as connection,
    ):
        connection.execute("select insz_sealed from registry.person")


def test_the_gate_finds_a_person_and_sees_no_table(access: Access, two: tuple[int, int]) -> None:
    with access.transaction("gate") as connection:
        assert people.find(connection, invented_insz(date(1990, 1, 1), 1)) == two[0]
        assert people.find(connection, invented_insz(date(1990, 1, 1), 3)) is None
    for table in ("person", "fact", "source_state"):
        with (
            pytest.raises(psycopg.errors.InsufficientPrivilege),
            access.transaction("gate", party=two[0]) as connection,
        ):
            connection.execute(f"select party from registry.{table}")


def test_a_citizen_declares_and_never_certifies(access: Access, two: tuple[int, int]) -> None:
    one, other = two
    with access.transaction("citizen", party=one) as connection:
        said = facts.declare(connection, one, "person.lives_alone", True)  # noqa: FBT003 - a value
        assert facts.declare(connection, one, "person.lives_alone", True) == said  # noqa: FBT003 - a value
    for attempt in (
        lambda c: facts.certify(c, one, "employment", "person.career_days", 5000),
        lambda c: facts.certify(c, one, "person", "person.career_days", 5000),
        lambda c: facts.declare(c, other, "person.career_days", 5000),
        lambda c: c.execute(
            "insert into registry.fact (party, path, value, source, certified, received_at)"
            " values (%s, 'person.career_days', '1', 'person', false, '2001-01-01')",
            [one],
        ),
    ):
        with (
            pytest.raises((psycopg.errors.InsufficientPrivilege, facts.FactRefused)),
            access.transaction("citizen", party=one) as connection,
        ):
            attempt(connection)


def test_history_is_only_added_to(access: Access, two: tuple[int, int]) -> None:
    for kind in (*KINDS, "batch"):
        for change in ("update registry.fact set value = '1'", "delete from registry.fact"):
            with (
                pytest.raises(psycopg.errors.InsufficientPrivilege),
                access.transaction(kind, party=two[0]) as connection,
            ):
                connection.execute(change)


def test_every_table_is_guarded_and_no_function_is_for_everybody(access: Access) -> None:
    with access.transaction("auditor") as connection:
        open_tables = connection.execute(
            "select relname from pg_class where relnamespace = 'registry'::regnamespace and relkind in ('r', 'p')"
            " and not (relrowsecurity and relforcerowsecurity)"
        ).fetchall()
        open_functions = connection.execute(
            "select proname from pg_proc where pronamespace = 'registry'::regnamespace"
            " and has_function_privilege('public', oid, 'execute') and prorettype <> 'trigger'::regtype"
        ).fetchall()
    assert (open_tables, open_functions) == ([], [])
