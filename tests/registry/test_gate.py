"""What the gate, which signs people in, can ask of the database: one session by its key, one person who signs in. It
lists nobody, whatever statement it is given.
"""

import secrets
from datetime import timedelta

import psycopg
import pytest
from tests.installed import Installed
from tests.registry.helped import Shop, open_shop

from leerrekening.database.access import Access
from leerrekening.registry import actors

HALF_HOUR, MINUTE = timedelta(minutes=30), timedelta(minutes=1)
# All that it may call. Each takes something that cannot be guessed, or answers about nobody.
ITS_FUNCTIONS = {
    "registry.begin_session",
    "registry.use_session",
    "registry.keep_session",
    "registry.end_session",
    "registry.enter_actor",  # what the access service says of one person, account included
    "registry.find_person",  # by the keyed hash of a national number; the key is not in the database
    "registry.add_person",
    "registry.end_by_code",  # by the keyed hash of the code on a letter
    "registry.tell",  # writes a notice for somebody; answers numbers of deliveries
    "registry.actor",
    "registry.own_party",
    "registry.holds_mandate",  # yes or no, for the helper of the transaction
    "jobs.defer",
    "jobs.holds_no_person",
    "jobs.heartbeat",
}


@pytest.fixture
def shop(access: Access) -> Shop:
    return open_shop(access)


def begin(access: Access, actor: int | None, idle: timedelta = HALF_HOUR) -> bytes:
    """A new session; the hash of its key."""
    key_hash = secrets.token_bytes(32)
    with access.transaction("gate") as connection:
        made = "select registry.begin_session(%s, 'signed', %s, %s, interval '10 hours')"
        assert connection.execute(made, [key_hash, actor, idle]).fetchone() == (True,)
        assert connection.execute(made, [key_hash, actor, idle]).fetchone() == (False,)
    return key_hash


def use(access: Access, key_hash: object) -> list[tuple[object, ...]]:
    with access.transaction("gate") as connection:
        asked = "select data, actor from registry.use_session(%s, %s, %s)"
        return connection.execute(asked, [key_hash, HALF_HOUR, MINUTE]).fetchall()


def test_a_session_is_found_by_its_key_alone(access: Access, shop: Shop) -> None:
    one, other = begin(access, shop.citizens[shop.anna]), begin(access, shop.citizens[shop.boris])
    assert use(access, one) == [("signed", shop.citizens[shop.anna])]
    assert use(access, other) == [("signed", shop.citizens[shop.boris])]
    for wrong in (secrets.token_bytes(32), one[:31], b"", b"%", None):
        assert use(access, wrong) == []


def test_a_session_that_is_over_tells_only_whose_it_was(access: Access, shop: Shop) -> None:
    key_hash = begin(access, shop.nadia, timedelta(seconds=-1))
    assert use(access, key_hash) == [(None, shop.nadia)]
    with access.transaction("gate") as connection:
        kept = "select registry.keep_session(%s, 'again', %s, interval '1 hour')"
        assert connection.execute(kept, [key_hash, shop.nadia]).fetchone() == (False,)
    assert use(access, key_hash) == [(None, shop.nadia)]


def test_a_session_that_was_ended_is_nobodys(access: Access, shop: Shop) -> None:
    ended, other = begin(access, shop.nadia), begin(access, shop.nadia)
    with access.transaction("gate") as connection:
        connection.execute("select registry.end_session(%s)", [ended])
    assert use(access, ended) == []
    assert use(access, other) == [("signed", shop.nadia)]


def test_somebody_is_known_again_and_keeps_their_account(access: Access, shop: Shop) -> None:
    def citizen(name: str, party: int) -> actors.Actor:
        return actors.Actor(f"s{shop.anna}", "citizen", name, party=party)

    with access.transaction("gate") as connection:
        assert actors.enter(connection, citizen("Anna Maria Aerts", shop.anna)) == shop.citizens[shop.anna]
        with pytest.raises(LookupError):
            actors.enter(connection, citizen("Boris Bos", shop.boris))
    with access.transaction("citizen", party=shop.anna, actor=shop.citizens[shop.anna]) as connection:
        told = connection.execute("select name from registry.actor order by actor").fetchall()
    assert told == [("Anna Maria Aerts",)]  # nothing of the one who was refused


def test_the_gate_lists_nobody(database: Installed) -> None:
    """No table is open to it, not to look and not to write; so no statement of it can go through people."""
    open_to_it = database.all(
        "select c.oid::regclass::text from pg_class c join pg_namespace n on n.oid = c.relnamespace"
        " where n.nspname !~ '^pg_' and n.nspname <> 'information_schema' and c.relkind in ('r', 'p', 'v', 'm')"
        " and (has_table_privilege('llr_gate_login', c.oid, 'select, insert, update, delete, truncate, references')"
        "  or has_any_column_privilege('llr_gate_login', c.oid, 'select, insert, update, references')) order by 1"
    )
    assert open_to_it == []
    for statement in (
        "select count(*) from registry.actor",
        "select key_hash from registry.session",
        "delete from registry.session",
        "update registry.session set expires_at = now()",
        "insert into registry.actor (actor, subject, capacity, name) values (1, 's', 'auditor', 'n')",
        "select nextval('registry.actor_number')",
    ):
        with (
            database.access.transaction("gate") as connection,
            pytest.raises(psycopg.errors.InsufficientPrivilege),
        ):
            connection.execute(statement)


def test_what_the_gate_may_call_is_listed(database: Installed) -> None:
    """A function that is given to it later is looked at here first."""
    found = database.all(
        "select distinct n.nspname || '.' || proname from pg_proc p join pg_namespace n on n.oid = pronamespace"
        " where n.nspname !~ '^pg_' and n.nspname <> 'information_schema'"
        " and has_schema_privilege('llr_gate_login', n.oid, 'usage')"
        " and has_function_privilege('llr_gate_login', p.oid, 'execute') and prorettype <> 'trigger'::regtype"
    )
    assert {row[0] for row in found} == ITS_FUNCTIONS
