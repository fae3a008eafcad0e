"""Seals: whoever changes history behind the ledger's back is found, to the row. And the auditor against bad books."""

# ruff: noqa: E501, ISC004 - one tampering a line

import random
from collections.abc import Callable, Iterator

import psycopg
import pytest
from tests.ledger.conftest import Books
from tests.ledger.world import ANNA, BORIS, World

from leerrekening.ledger import Code, Op
from leerrekening.ledger.auditor import Report, audit

# Ways to tamper as somebody with every power over the database, and what the auditor must say.
TAMPERINGS = {
    "edits an amount": (
        "update led.transfer set amount = amount + 1 where id = '{id}'",
        "was changed after seal",
    ),
    "edits a reason": ("update led.transfer set reason = 15 where id = '{id}'", "was changed after seal"),
    "edits who did it": ("update led.transfer set actor = 4 where id = '{id}'", "was changed after seal"),
    "edits a day": (
        "update led.transfer set valid_on = valid_on - 1 where id = '{id}'",
        "was changed after seal",
    ),
    "deletes a row": ("delete from led.transfer where id = '{id}'", "has gone"),
    "slips in a row": (
        'insert into led.transfer select (jsonb_populate_record(t, \'{{"id": "00000000-0000-0000-0000-0000000000aa"}}\')).*'
        " from led.transfer t where id = '{id}'",
        "slipped in behind seal",
    ),
    "swaps two rows": (
        "update led.transfer set party = 3 - party where id = '{id}'",
        "was changed after seal",
    ),
    "edits a seal": ("update led.seal set root = sha256('x') where block = 1", "does not fit the rows"),
    "deletes a seal": ("delete from led.seal where block = 1", "is missing"),
    "moves a balance": ("update led.lot set posted = posted + 1 where party = 1", "the journal says"),
    "moves a total": ("update led.account_total set in_lots = in_lots + 1", "sealed totals"),
    "moves a budget": ("update led.fund_stripe set remaining = remaining + 1", "the journal says"),
}


def tamper(world: World, statement: str) -> None:
    """Change what stands there, past every trigger, as only the administrator can."""
    with world.books.admin() as connection:
        connection.execute("set session_replication_role = replica")
        if statement.startswith("insert"):
            statement = statement.replace(
                "insert into led.transfer", "insert into led.transfer overriding system value"
            )
        connection.execute(statement.encode())


def busy(world: World, seed: int) -> list[str]:
    """Some history; ids of its reservations. (Changes to others run into constraints as well.)"""
    draw = random.Random(seed)
    for _ in range(30):
        party = draw.choice((ANNA, BORIS))
        held = world.reserve(draw.randint(1, 60), party=party)
        post = world.post(held.id, party=party)
        assert world.ask(held, post)[0] == Code.DONE
        if draw.random() < 0.3:
            world.ask(world.reverse(post.id, party=party))
        if draw.random() < 0.2:
            world.ledger.seal()
    world.ledger.seal()
    return [
        str(row[0]) for row in world.ledger._all("select id from led.transfer where op = 2 order by seq", [])
    ]


def look(world: World, head: str | None = None) -> Report:
    return audit(world.books.dsn("auditor"), head)


@pytest.fixture
def tampered(new_books: Callable[[], Books]) -> Iterator[World]:
    """A world that is not audited afterwards."""
    made = World(new_books())
    yield made
    made.ledger.close()


@pytest.mark.parametrize("name", TAMPERINGS)
def test_tampering_is_found(tampered: World, name: str) -> None:
    statement, said = TAMPERINGS[name]
    ids = busy(tampered, 1)
    assert look(tampered).clean
    row = ids[-3]
    tamper(tampered, statement.format(id=row))
    findings = look(tampered).findings
    assert any(said in str(finding) for finding in findings), [str(finding) for finding in findings]
    if said == "was changed after seal":
        assert any(str(finding.row) == row for finding in findings)


def test_a_hundred_tamperings_of_a_hundred_are_found(tampered: World) -> None:
    """A random field of a random sealed row, each time another; the row is named."""
    ids = busy(tampered, 2)
    draw = random.Random(3)
    fields = {"amount": "amount + 1", "reason": "reason % 90 + 1", "recorded_at": "recorded_at + interval '1 us'",
              "counterparty": "77", "decision": "id", "until": "valid_on", "debit": "debit + 8"}  # fmt: skip
    for _ in range(100):
        row, name = draw.choice(ids), draw.choice(list(fields))
        with psycopg.connect(tampered.books.dsn(), autocommit=True) as connection:
            connection.execute("set session_replication_role = replica")
            connection.execute("create temp table was as select * from led.transfer where id = %s", [row])
            connection.execute(f"update led.transfer set {name} = {fields[name]} where id = '{row}'".encode())
            found = look(tampered).findings
            assert any(
                str(finding.row) == row and "was changed after seal" in finding.what for finding in found
            )
            connection.execute(
                f"update led.transfer t set {name} = w.{name} from was w where t.id = w.id".encode()
            )
    assert look(tampered).clean


def test_a_rewritten_chain_is_found_by_who_kept_its_head(tampered: World) -> None:
    busy(tampered, 4)
    head = look(tampered).head
    assert look(tampered, head).clean
    tamper(tampered, "delete from led.seal")
    tamper(tampered, "delete from led.account_total")
    with psycopg.connect(tampered.books.dsn(), autocommit=True) as connection:
        connection.execute("set session_replication_role = replica")
        connection.execute("update led.transfer set actor = 9 where party = 1")
    tampered.ledger.seal()
    report = look(tampered, head)
    assert [finding.what for finding in report.findings] == [
        f"the seal {head} that was noted before is no longer in the chain"
    ]


def test_the_auditor_knows_what_may_not_be(tampered: World) -> None:
    """Rows that every wall would have refused, put there past all of them: each is told."""
    held = tampered.reserve(100)
    tampered.ask(held, tampered.post(held.id), tampered.state(Op.FREEZE, party=BORIS))
    lot, fund, used = tampered.lot, tampered.cheques.fund, tampered.cheques.consumption
    start = (
        "insert into led.transfer (party, id, xid, debit, credit, amount, recorded_at, valid_on, op, reason, unit,"
        " ref_amount, ref) values ({party}, gen_random_uuid(), 1, {debit}, {credit}, {amount}, now(), '{day}', {op}, 1,"
        " {unit}, {full}, {ref})"
    )
    base = {"party": 1, "debit": fund, "credit": lot, "amount": 5, "day": "2026-03-01", "op": 1, "unit": 1,
            "full": "null", "ref": "null"}  # fmt: skip
    nowhere = "'00000000-0000-0000-0000-00000000dead'"
    cases = [
        ({"unit": 2}, "moves between units"),
        ({"credit": lot + 8}, "does not exist"),
        ({"debit": -8001}, "does not exist"),
        ({"amount": 0}, "has amount 0"),
        ({"op": 8, "debit": lot, "credit": lot}, "moves nothing"),
        ({"credit": fund}, "to itself"),
        ({"party": 0}, "belongs to nobody"),
        ({"op": 2}, "reserves otherwise"),
        ({"op": 2, "debit": lot, "credit": used, "day": "2031-01-01"}, "outside the period"),
        ({"op": 3, "debit": lot, "credit": used}, "or fails to"),
        ({"op": 3, "debit": lot, "credit": used, "full": 5, "ref": nowhere}, "did not exist before it"),
        ({"op": 3, "debit": lot, "credit": used, "full": 90, "ref": f"'{held.id}'"}, "had resolved already"),
        ({"op": 3, "debit": lot, "credit": used, "full": 90, "ref": f"'{held.id}'"}, "says that"),
        (
            {"op": 3, "debit": lot, "credit": used, "full": 500, "amount": 500, "ref": f"'{held.id}'"},
            "takes 500 of 100",
        ),
        ({"op": 4, "debit": used, "credit": lot, "full": 100, "ref": f"'{held.id}'"}, "does not undo"),
        (
            {"op": 5, "debit": lot, "credit": fund, "amount": 0, "full": 100, "ref": f"'{held.id}'"},
            "does not resolve",
        ),
        ({"debit": lot, "credit": fund, "amount": 10**6}, "leaves posted"),
        ({"party": 2}, "touches a frozen lot"),
        ({"party": 99, "credit": lot}, "is not a known person"),
    ]
    for change, said in cases:
        with psycopg.connect(tampered.books.dsn(), autocommit=True) as connection:
            connection.execute("set session_replication_role = replica")
            connection.execute("alter table led.transfer disable trigger all")
            checks = connection.execute(
                "select conname, pg_get_constraintdef(oid) from pg_constraint"
                " where conrelid = 'led.transfer'::regclass and contype = 'c' order by conname"
            ).fetchall()
            for name, _ in checks:
                connection.execute(f"alter table led.transfer drop constraint {name}".encode())
            connection.execute("drop index led.transfer_ref_once")
            connection.execute(start.format(**{**base, **change}).encode())
            findings = [str(finding) for finding in look(tampered).findings]
            assert any(said in finding for finding in findings), (said, findings)
            connection.execute("delete from led.transfer where xid = 1")
            connection.execute(
                "create unique index transfer_ref_once on led.transfer (party, ref) where ref is not null"
            )
            for name, definition in checks:
                connection.execute(f"alter table led.transfer add constraint {name} {definition}".encode())
    assert look(tampered).clean
