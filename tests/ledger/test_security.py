"""Who sees and does what: every kind of user against every table and every function."""

from datetime import date

import psycopg
import pytest
from tests.ledger.world import ANNA, BORIS, DAY, World

from leerrekening.ledger import Code, Op, Reason, Request
from leerrekening.ledger.installation import KINDS

PROVIDER, COUNSELLOR, CASEWORKER = 501, 601, 701
# What each kind of user may read: everything, own rows, the same for everybody, or nothing.
PUBLIC = {"unit", "account", "right_type", "reason"}
OWN = {
    "citizen": {"lot", "transfer", "mandate"},
    "provider": {"transfer"},
    "counsellor": {"lot", "transfer", "mandate"},
    "caseworker": {"lot", "transfer", "mandate"},
    "auditor": set(),
    "batch": set(),
}
SEES_ALL = ("auditor", "batch")
FUNCTIONS_FOR_ALL = {
    "lot_number", "actor", "own_party", "moment", "moment_at", "was_known", "explain", "balance", "period",
}  # fmt: skip
FUNCTIONS = {
    "citizen": {"apply_batch"},
    "provider": {"apply_batch"},
    "counsellor": {"apply_batch"},
    "caseworker": {"apply_batch"},
    "auditor": {"house_totals", "budgets"},
    "batch": {
        "apply_batch", "house_totals", "budgets", "add_parties", "house_account", "define_right", "open_lots",
        "start_run", "finish_run", "grant_chunk", "close_chunk", "release_lapsed", "correct", "entitlement", "seal",
        "read_journal", "move_reader", "set_mandate", "end_mandate",
    },
}  # fmt: skip
NEVER = {"kind", "allowed", "refuse_change", "lock_funds", "settle_funds", "what_is_wrong"}
WHO = {
    "citizen": {"party": ANNA},
    "provider": {"actor": PROVIDER},
    "counsellor": {"actor": COUNSELLOR},
    "caseworker": {"actor": CASEWORKER},
    "auditor": {},
    "batch": {},
}


@pytest.fixture
def town(world: World) -> World:
    """Both people have bookings at two providers; mandates exist for Anna only, and one for Boris that is over."""
    for party, provider in ((ANNA, PROVIDER), (BORIS, 502)):
        held = world.reserve(100, party=party, counterparty=provider)
        assert world.ask(held, world.reserve(50, party=party, counterparty=provider)) == [Code.DONE] * 2
    mandates = [
        (ANNA, COUNSELLOR, "counsellor", "[2020-01-01,)"),
        (BORIS, COUNSELLOR, "counsellor", "[2020-01-01,2021-01-01)"),
        (ANNA, CASEWORKER, "caseworker", "[2020-01-01,)"),
        (BORIS, 999, "caseworker", "[2020-01-01,)"),
    ]
    for party, actor, kind, valid in mandates:
        world.ledger._one("select led.set_mandate(%s, %s, %s, %s)", [party, actor, kind, valid])
    world.ledger.seal()
    return world


def tables(world: World) -> list[str]:
    with world.books.admin() as connection:
        rows = connection.execute(
            "select relname from pg_class where relnamespace = 'led'::regnamespace and relkind in ('r', 'p', 'v', 'm')"
            " order by relname"
        ).fetchall()
    return [str(row[0]) for row in rows]


def test_every_table_has_forced_row_level_security_and_a_policy(world: World) -> None:
    """A new table without a policy fails here."""
    with world.books.admin() as connection:
        bare = connection.execute(
            "select c.relname from pg_class c where c.relnamespace = 'led'::regnamespace and c.relkind in ('r', 'p')"
            " and not (c.relrowsecurity and c.relforcerowsecurity"
            "          and exists (select from pg_policy p where p.polrelid = c.oid)) order by 1"
        ).fetchall()
        assert bare == []
        views = connection.execute(
            "select relname from pg_class where relnamespace = 'led'::regnamespace and relkind in ('v', 'm')"
            " and not coalesce(reloptions::text like '%%security_invoker=true%%', false) order by 1"
        ).fetchall()
        assert views == []
        strong = connection.execute(
            "select rolname from pg_roles where rolname like 'llr\\_%%' and rolname <> 'llr_admin'"
            " and (rolsuper or rolbypassrls or rolcreaterole or rolcreatedb or rolreplication) order by 1"
        ).fetchall()
        assert strong == []
        unpinned = connection.execute(
            "select proname from pg_proc where pronamespace = 'led'::regnamespace and prosecdef"
            " and not coalesce(proconfig::text like '%%search_path=pg_catalog%%', false) order by 1"
        ).fetchall()
        assert unpinned == []


@pytest.mark.parametrize("kind", KINDS)
def test_nobody_reads_a_row_of_another_person(town: World, kind: str) -> None:
    """Every table, for every kind of user: all of it, only what is one's own, or refused."""
    with town.books.ledger(kind, **WHO[kind]) as ledger:
        for table in tables(town):
            query = f"select * from led.{table}"
            if kind in SEES_ALL or table in PUBLIC | OWN[kind]:
                rows = ledger._all(query, [])  # type: ignore[arg-type]  # the name comes from the catalogue
                if kind in SEES_ALL or table in PUBLIC:
                    continue
                assert rows, (kind, table)
                assert {row[0] for row in rows} == {ANNA}, (kind, table)
                if kind == "provider":
                    assert len(rows) == 2
            else:
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    ledger._all(query, [])  # type: ignore[arg-type]  # the name comes from the catalogue


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in SEES_ALL])
def test_without_saying_who_nothing_is_seen(town: World, kind: str) -> None:
    """Deny by default: no party, no actor, no rows; nor does a number left behind by the transaction before."""
    with psycopg.connect(town.books.dsn(kind), autocommit=True) as connection:
        for _ in range(2):
            for table in sorted(OWN[kind]):
                rows = connection.execute(f"select * from led.{table}").fetchall()  # type: ignore[arg-type]
                assert rows == []
            with connection.transaction():
                connection.execute(
                    "select set_config('llr.party', '1', true), set_config('llr.actor', '501', true)"
                )


@pytest.mark.parametrize("kind", KINDS)
def test_nobody_writes_a_table(town: World, kind: str) -> None:
    """No login can insert, update, delete or truncate anything: there are functions for what may be done."""
    with psycopg.connect(town.books.dsn(kind), autocommit=True) as connection:
        for table in tables(town):
            for verb in ("insert", "update", "delete", "truncate"):
                row = connection.execute(
                    "select has_table_privilege(%s, %s)", [f"led.{table}", verb]
                ).fetchone()
                assert row == (False,), (kind, table, verb)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("create table led.mine (x int)")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("create table public.mine (x int)")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("set role llr_owner")


@pytest.mark.parametrize("kind", KINDS)
def test_functions_are_for_who_needs_them(town: World, kind: str) -> None:
    """Every function of the ledger stands in exactly one list above; a new one must be placed."""
    with psycopg.connect(town.books.dsn(kind), autocommit=True) as connection:
        rows = connection.execute(
            "select proname, has_function_privilege(oid, 'execute') from pg_proc"
            " where pronamespace = 'led'::regnamespace order by proname"
        ).fetchall()
    known = FUNCTIONS_FOR_ALL | NEVER | set().union(*FUNCTIONS.values())
    assert {name for name, _ in rows} == known
    assert {name for name, may in rows if may} == FUNCTIONS_FOR_ALL | FUNCTIONS[kind]


def test_what_each_may_ask(town: World) -> None:
    """Requests for another person, or of a kind that is not theirs, are answered NOT_ALLOWED and leave no trace."""
    no, yes = Code.NOT_ALLOWED, Code.DONE
    rows = town.ledger._all("select party, id from led.transfer where op = 2 order by party, seq", [])
    mine, theirs = [row[1] for row in rows if row[0] == ANNA], [row[1] for row in rows if row[0] == BORIS]

    def ask(kind: str, *requests: Request) -> list[Code]:
        with town.books.ledger(kind, **WHO[kind]) as ledger:
            return [result.code for result in ledger.apply(requests)]

    grant = town.move(town.cheques.fund, town.lot, 5)
    assert ask("citizen", town.reserve(1), town.reserve(1, party=BORIS), grant, town.post(mine[0])) == [
        yes,
        no,
        no,
        no,
    ]
    assert ask("provider", town.post(mine[0], 10), town.post(theirs[0], party=BORIS), town.reserve(1)) == [
        yes,
        no,
        no,
    ]
    unknown = town.post(town.key())
    assert ask("provider", unknown, town.void(theirs[0], party=BORIS)) == [no, no]
    assert ask("counsellor", town.reserve(1), town.reserve(1, party=BORIS), grant) == [yes, no, no]
    assert ask("caseworker", town.state(Op.FREEZE), town.state(Op.FREEZE, party=BORIS), grant) == [
        yes,
        no,
        no,
    ]
    assert ask("caseworker", town.state(Op.UNFREEZE), town.state(Op.CLOSE)) == [yes, no]
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        ask("auditor", town.reserve(1))
    assert ask("batch", grant) == [yes]


def test_a_mandate_that_ends_ends_the_sight(town: World) -> None:
    with town.books.ledger("counsellor", actor=COUNSELLOR) as ledger:
        assert {lot.party for lot in ledger.lots(ANNA)} == {ANNA}
        town.ledger._one(
            "select led.end_mandate(%s, %s, 'counsellor', %s)", [ANNA, COUNSELLOR, date(2020, 2, 1)]
        )
        assert ledger.lots(ANNA) == []
        assert ledger.lots(BORIS) == []


def test_history_cannot_be_changed_even_by_its_owner(town: World) -> None:
    with town.books.admin() as connection:
        connection.execute("set role llr_owner")
        for table in ("transfer", "seal"):
            for statement in (
                f"delete from led.{table}",
                f"update led.{table} set xid = 1",
                f"truncate led.{table}",
            ):
                if table == "seal":
                    statement = statement.replace("xid", "rows")
                with pytest.raises(psycopg.errors.RestrictViolation, match="only added to"):
                    connection.execute(statement)  # type: ignore[arg-type]  # built from the lists above
        with pytest.raises(psycopg.errors.RestrictViolation):
            connection.execute("delete from led.lot")


def test_a_shadowing_schema_changes_nothing(town: World) -> None:
    """Temporary objects of the caller do not stand in for those the functions use."""
    with psycopg.connect(town.books.dsn("citizen"), autocommit=True) as connection:
        connection.execute("create temp table transfer (party bigint, id uuid)")
        connection.execute("create temp table lot (party bigint)")
        connection.execute("set search_path = pg_temp, led")
        with connection.transaction():
            connection.execute("select set_config('llr.party', '1', true)")
            rows = connection.execute("select * from led.explain(1, %s)", [town.lot]).fetchall()
    assert len(rows) == 3


def test_explanation_and_balance_obey_the_policies(town: World) -> None:
    with town.books.ledger("citizen", party=BORIS) as ledger:
        assert ledger.explain(ANNA, town.lot) == []
        assert ledger.balance(ANNA, town.lot).posted == 0
        assert ledger.balance(BORIS, town.lot).posted == 10_000
    assert Reason.USE in Reason and DAY.year == 2026
