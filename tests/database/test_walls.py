"""Every table and function of every part of the program, tried as every kind of user.

Nothing is listed by hand but what holds no person: a table or a function that a part adds later is found in the
catalogue, filled with rows of two people, and tried too. What is not allowed to anybody is shut to everybody.
"""

import itertools
from collections.abc import Iterator
from typing import Any, Final

import psycopg
import pytest
from psycopg import sql
from tests.installed import Installed, NewInstalled, new_installed

__all__ = ["new_installed"]  # a fixture

ANNA, BORIS = 1, 2
A_STRANGER: Final = 987_654  # an actor with no mandate, no caseload and no booking
# Kinds that may see all people, each for its work: the auditor reads, a run grants to everybody.
SEES_ALL: Final = {"auditor", "batch"}
# Tables without a person in them, which a kind of user may read as they are.
HOLDS_NO_PERSON: Final = {"led.unit", "led.account", "led.right_type", "led.reason"}
# The queue's own program reads its tables, where arguments are pseudonyms.
QUEUE: Final = ("worker", "jobs.procrastinate_")
# What a kind of user reads without saying for whom, since that is its work: alarms on those who work with the program.
ITS_WORK: Final = {("administrator", "registry.alarm")}
OURS: Final = "n.nspname !~ '^pg_' and n.nspname <> 'information_schema'"
VALUES: Final = {
    "uuid": "gen_random_uuid()", "date": "current_date", "timestamptz": "now()", "jsonb": "'{}'",
    "bytea": "sha256({n}::text::bytea)", "daterange": "'[2020-01-01,)'", "pg_snapshot": "pg_current_snapshot()",
    "interval": "'1 day'", "text": "'x' || {n}", "varchar": "'x' || {n}", "numeric": "{n}",
    "int2": "{n}", "int4": "{n}", "int8": "{n}", "bool": "false",
}  # fmt: skip


@pytest.fixture(scope="module")
def town(new_installed: NewInstalled) -> Iterator[Installed]:
    """Each table holds a row about Anna and one about Boris, whatever its checks say: only reading is tried."""
    made = new_installed()
    with psycopg.connect(made.dsn(), autocommit=True) as connection:
        connection.execute("set session_replication_role = replica")
        for table, name in rows(
            connection,
            f"select conrelid::regclass::text, conname from pg_constraint c join pg_namespace n on n.oid = connamespace"
            f" where {OURS} and contype = 'c' and conislocal and conrelid <> 0",
        ):
            connection.execute(sql.SQL("alter table {} drop constraint {}").format(named(table), word(name)))
        for table in tables(connection):
            for party in (ANNA, BORIS):
                connection.execute(a_row(connection, table, party))
    yield made
    made.close()


def named(table: str) -> sql.Composed:
    return sql.SQL(".").join(word(part.strip('"')) for part in table.split("."))


def word(name: str) -> sql.Identifier:
    return sql.Identifier(name)


def rows(connection: psycopg.Connection[Any], query: str, *values: object) -> list[tuple[Any, ...]]:
    return connection.execute(query.encode(), values).fetchall()


def tables(connection: psycopg.Connection[Any]) -> list[str]:
    """All tables but the list of steps, which nobody may read."""
    found = rows(
        connection,
        f"select n.nspname || '.' || relname from pg_class c join pg_namespace n on n.oid = relnamespace"
        f" where {OURS} and relkind in ('r', 'p') and not relispartition order by 1",
    )
    return [row[0] for row in found if row[0] != "public.llr_step"]


def a_row(connection: psycopg.Connection[Any], table: str, party: int) -> bytes:
    """Something in every column that must hold something, and the person where a person belongs."""
    columns = rows(
        connection,
        "select attname, coalesce((select enumlabel from pg_enum e where e.enumtypid = a.atttypid"
        " order by enumsortorder limit 1), ''), t.typname, attnotnull and not atthasdef and attidentity = ''"
        " from pg_attribute a join pg_type t on t.oid = atttypid"
        " where attrelid = %s::regclass and attnum > 0 and not attisdropped"
        " and attgenerated = '' and attidentity <> 'a' order by attnum",
        table,
    )
    number = next(NUMBERS)
    values: dict[str, str] = {}
    for name, label, kind, needed in columns:
        if name == "party":
            values[name] = str(party)
        elif needed and label:
            values[name] = f"'{label}'"
        elif needed:
            values[name] = "'{}'" if kind.startswith("_") else VALUES[kind].replace("{n}", str(number))
    if not values:
        return f"insert into {table} default values".encode()
    names = ", ".join(f'"{name}"' for name in values)
    return f"insert into {table} ({names}) values ({', '.join(values.values())})".encode()


NUMBERS = itertools.count(10)


def kinds(made: Installed) -> list[str]:
    return sorted(
        login.removeprefix("llr_").removesuffix("_login")
        for login in made.server.passwords
        if login != "llr_admin"
    )


def acting(made: Installed, kind: str, **who: int) -> psycopg.Connection[Any]:
    connection = psycopg.connect(made.dsn(kind), autocommit=True)
    for name, number in who.items():
        connection.execute("select set_config(%s, %s, false)", [f"llr.{name}", str(number)])
    return connection


def seen(connection: psycopg.Connection[Any], table: str) -> set[int | None] | None:
    """People of whom a row is seen (None: a row without a person); None when the table is shut."""
    schema = table.split(".")[0]
    if rows(connection, "select has_schema_privilege(%s, 'usage')", schema) == [(False,)]:
        return None
    columns = [
        row[0]
        for row in rows(
            connection,
            "select attname from pg_attribute where attrelid = %s::regclass and attnum > 0 and not attisdropped"
            " and has_column_privilege(attrelid, attnum, 'select') order by attname <> 'party', attnum",
            table,
        )
    ]
    if not columns:
        return None
    found = connection.execute(sql.SQL("select {} from {}").format(word(columns[0]), named(table)))
    return {row[0] if columns[0] == "party" else None for row in found}


def is_its_work(kind: str, table: str) -> bool:
    """Whether a kind of user may read a table as it is."""
    queue = kind == QUEUE[0] and table.startswith(QUEUE[1])
    return table in HOLDS_NO_PERSON or (kind, table) in ITS_WORK or queue


def test_every_kind_of_user_is_tried(town: Installed) -> None:
    """A role that can log in or be entered and is not tried here would be a hole in the tests."""
    with psycopg.connect(town.dsn()) as connection:
        groups = {
            row[0] for row in rows(connection, "select rolname from pg_roles where rolname like 'llr\\_%%'")
        }
        weak = rows(
            connection,
            "select rolname from pg_roles where rolname like 'llr\\_%%' and rolname <> 'llr_admin'"
            " and (rolsuper or rolbypassrls or rolcreaterole or rolcreatedb or rolreplication)",
        )
    tried = set(kinds(town))
    assert tried >= {"citizen", "provider", "counsellor", "caseworker", "auditor", "batch", "helper", "gate"}
    assert groups == {"llr_admin", "llr_owner"} | {f"llr_{k}" for k in tried} | {
        f"llr_{k}_login" for k in tried
    }
    assert weak == []


def test_every_table_has_forced_row_level_security_and_a_policy(town: Installed) -> None:
    """In whatever schema. A new table without fails here; a view must ask with the rights of who looks."""
    with psycopg.connect(town.dsn()) as connection:
        assert (
            rows(
                connection,
                f"select n.nspname || '.' || relname from pg_class c join pg_namespace n on n.oid = relnamespace"
                f" where {OURS} and relkind in ('r', 'p') and n.nspname || '.' || relname <> 'public.llr_step'"
                " and not (relrowsecurity and relforcerowsecurity and exists"
                " (select from pg_policy p where p.polrelid = c.oid)) order by 1",
            )
            == []
        )
        assert (
            rows(
                connection,
                f"select n.nspname || '.' || relname from pg_class c join pg_namespace n on n.oid = relnamespace"
                f" where {OURS} and (relkind = 'm' or relkind = 'v'"
                " and not coalesce(reloptions::text like '%%security_invoker=true%%', false)) order by 1",
            )
            == []
        )


def test_nothing_is_for_everybody(town: Installed) -> None:
    """No table, sequence, schema or function is granted to PUBLIC; what runs as its owner pins where it looks."""
    with psycopg.connect(town.dsn()) as connection:
        granted = rows(
            connection,
            f"select n.nspname || '.' || relname from pg_class c join pg_namespace n on n.oid = relnamespace,"
            f" aclexplode(relacl) a where {OURS} and a.grantee = 0"
            f" union all select n.nspname from pg_namespace n, aclexplode(nspacl) a where {OURS} and a.grantee = 0"
            f" union all select n.nspname || '.' || proname || '()'"
            f" from pg_proc p join pg_namespace n on n.oid = pronamespace,"
            f" aclexplode(coalesce(proacl, acldefault('f', proowner))) a"
            f" where {OURS} and a.grantee = 0 and prorettype <> 'trigger'::regtype order by 1",
        )
        assert granted == []
        unpinned = rows(
            connection,
            f"select n.nspname || '.' || proname from pg_proc p join pg_namespace n on n.oid = pronamespace"
            f" where {OURS} and prosecdef and not coalesce(array_to_string(proconfig, ' ')"
            " ~ 'search_path=pg_catalog,.*pg_temp(\\s|$)', false) order by 1",
        )
        assert unpinned == []
        for kind in kinds(town):
            assert rows(
                connection, "select has_table_privilege(%s, 'public.llr_step', 'select')", f"llr_{kind}_login"
            ) == [(False,)]


def test_who_says_nothing_sees_nothing(town: Installed) -> None:
    """No actor, no party: no row of any table, but what holds no person."""
    for kind in sorted(set(kinds(town)) - SEES_ALL):
        with acting(town, kind) as connection:
            for table in tables(connection):
                if is_its_work(kind, table):
                    continue
                assert not seen(connection, table), (kind, table)


def test_a_stranger_sees_nobody(town: Installed) -> None:
    """Naming a person as one's party opens that person's rows to a citizen, and to nobody else."""
    for kind in sorted(set(kinds(town)) - SEES_ALL):
        who = {"party": ANNA} if kind == "citizen" else {"party": ANNA, "actor": A_STRANGER}
        with acting(town, kind, **who) as connection:
            for table in tables(connection):
                if is_its_work(kind, table):
                    continue
                assert (seen(connection, table) or set()) <= ({ANNA} if kind == "citizen" else set()), (
                    kind,
                    table,
                )


def test_the_citizen_sees_something(town: Installed) -> None:
    """The tries above can succeed: rows are there, and the own ones are seen."""
    with acting(town, "citizen", party=ANNA) as connection:
        assert {table for table in tables(connection) if seen(connection, table) == {ANNA}} >= {
            "led.lot",
            "led.transfer",
        }
    with acting(town, "auditor") as connection:
        assert seen(connection, "led.lot") == {ANNA, BORIS}


def test_no_function_tells_or_changes_anything_of_another_person(town: Installed) -> None:
    """Each function that names a person is called for Boris by others: it tells nothing, and nothing of his changes."""
    with psycopg.connect(town.dsn()) as connection:
        functions = rows(
            connection,
            f"select p.oid, n.nspname || '.' || proname, proargnames[1:pronargs],"
            f" array(select format_type(t, null) from unnest(proargtypes) t), provolatile"
            f" from pg_proc p join pg_namespace n on n.oid = pronamespace"
            f" where {OURS} and 'p_party' = any (proargnames[1:pronargs]) and prokind = 'f' order by 2",
        )
    assert functions
    before = everything_of(town, BORIS)
    for kind in sorted(set(kinds(town)) - SEES_ALL - {"worker"}):
        with acting(town, kind, party=ANNA, actor=A_STRANGER) as connection:
            for oid, name, names, types, _ in functions:
                if rows(connection, "select has_function_privilege(%s, 'execute')", oid) == [(False,)]:
                    continue
                arguments = ", ".join(
                    (f"array[{BORIS}]::{kind_of}" if kind_of.endswith("[]") else f"{BORIS}::{kind_of}")
                    if argument == "p_party"
                    else (f"array[null]::{kind_of}" if kind_of.endswith("[]") else f"null::{kind_of}")
                    for argument, kind_of in zip(names, types, strict=True)
                )
                try:
                    answer = rows(connection, f"select * from {name}({arguments})")
                except psycopg.Error:
                    continue
                told = [value for row in answer for value in row if value not in (None, False, 0, "", [])]
                assert not told or NOTHING_OF_HIM.get(name) == told, (kind, name, told)
    assert everything_of(town, BORIS) == before


# What a function answers about somebody it may not tell of, when that is no empty answer: code 11, not allowed.
NOTHING_OF_HIM: Final = {"led.apply_batch": [[11]]}


def everything_of(made: Installed, party: int) -> dict[str, str]:
    """A hash of all rows of a person, table by table."""
    with psycopg.connect(made.dsn()) as connection:
        return {
            table: rows(
                connection,
                f"select md5(coalesce(string_agg(t::text, '|' order by t::text), '')) from {table} t where party = %s",
                party,
            )[0][0]
            for table in tables(connection)
            if rows(
                connection,
                "select from pg_attribute where attrelid = %s::regclass and attname = 'party' and not attisdropped",
                table,
            )
        }


@pytest.mark.parametrize("what", ["table", "view", "function"])
def test_a_new_hole_is_found(new_installed: NewInstalled, what: str) -> None:
    """The tests above can fail: a table without a policy, a view that lends its rights, a function for everybody."""
    made = new_installed()
    hole, check = {
        "table": (
            "create table account.hole (party bigint)",
            test_every_table_has_forced_row_level_security_and_a_policy,
        ),
        "view": (
            "create view account.hole as select * from led.lot",
            test_every_table_has_forced_row_level_security_and_a_policy,
        ),
        "function": (
            "create function account.hole() returns int language sql as 'select 1'",
            test_nothing_is_for_everybody,
        ),
    }[what]
    try:
        with psycopg.connect(made.dsn(), autocommit=True) as connection:
            connection.execute(hole.encode())
        with pytest.raises(AssertionError, match=r"account\.hole"):
            check(made)
    finally:
        made.close()
