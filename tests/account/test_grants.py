"""From decision to balance: granted once, differences when facts change, claims for what was used, nothing on doubt."""

from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.account.world import JOB, World

from leerrekening.account import decisions
from leerrekening.account.overview import overview
from leerrekening.account.rights import grants_of
from leerrekening.ledger import Ledger, Op, Reason, Request

LEAVE = "vlaams_opleidingsverlof_own_school_year 2025-09-01"
JOINT = "vlaams_opleidingsverlof_joint_school_year 2025-09-01"


def use(minutes: int, on: str = "2025-10-06", initiative: str = "own") -> dict[str, Any]:
    return {
        "instrument": "vlaams_opleidingsverlof",
        "on": on,
        "initiative": initiative,
        "minutes": minutes,
        "course": "lassen-1",
    }


def test_a_newcomer_is_granted_once(world: World) -> None:
    party = world.person()
    first = world.settle(party, "2025-11-20")
    assert first.granted > 0
    assert world.balances(party)[LEAVE] == world.balances(party)[JOINT] == 7500
    again = world.settle(party, "2025-11-20")
    assert again.lines == 0
    assert world.settle(party, "2026-01-15", "yearly_run").lines == 0


def test_each_line_names_its_decision_and_that_can_be_read_again(world: World) -> None:
    party = world.person()
    world.settle(party, "2025-11-20")
    lot = world.lots(party)[LEAVE].lot
    with Ledger(world.installed.dsn("batch")) as ledger:
        lines = ledger.explain(party, lot)
    assert [line.reason for line in lines] == ["grant"]
    with world.installed.access.transaction("batch") as connection:
        assert lines[0].decision is not None
        decision = decisions.one(connection, lines[0].decision)
        assert (decision.instrument, decision.verdict) == ("vlaams_opleidingsverlof", "yes")
        _document, same = decisions.again(connection, world.held, decision.reading)
        assert same


def test_nothing_is_granted_on_a_law_that_is_not_confirmed_or_only_proposed(world: World) -> None:
    party = world.person()
    world.settle(party, "2027-02-01")
    assert world.lots(party) == {}
    with world.installed.access.transaction("batch") as connection:
        found = {d.instrument: d for d in decisions.of_person(connection, party)}
    assert found["vlaams_opleidingsverlof"].status == "unconfirmed"
    assert found["loopbaankrediet"].status == "proposed"
    assert all(d.grants == () for d in found.values())


def test_nothing_is_granted_on_facts_that_nobody_knows(world: World) -> None:
    party = world.person()
    world.certify(party, "jobs", {**JOB, "fraction": None}, "1")
    world.settle(party, "2025-11-20")
    assert LEAVE not in world.lots(party)


def test_an_amount_a_month_is_no_balance(world: World) -> None:
    situation = {
        "as_of": "2021-12-01",
        "interruption": {"from": "2021-11-01", "kind": "full", "fraction_before": 1.0, "rva_allowance": True},
    }
    for finding in decisions.read(world.held, 1, situation).findings:
        assert finding.instrument.id != "vlaams_opleidingskrediet" or grants_of(finding) == ()


def test_use_from_a_register_is_booked_once(world: World) -> None:
    party = world.person(used=[use(1800), use(600, "2025-11-03")])
    world.settle(party, "2025-11-20")
    world.settle(party, "2025-11-21")
    world.settle(party, "2025-12-20", "changed_fact")
    assert world.balances(party)[LEAVE] == 7500 - 2400
    with Ledger(world.installed.dsn("batch")) as ledger:
        lines = ledger.explain(party, world.lots(party)[LEAVE].lot)
    assert [(line.reason, line.posted_change) for line in lines] == [
        ("grant", 7500),
        ("use", -1800),
        ("use", -600),
    ]


def test_use_that_turns_out_otherwise_is_reversed_and_booked_anew(world: World) -> None:
    party = world.person(used=[use(1800)])
    world.settle(party, "2025-11-20")
    world.certify(party, "used", use(1200), "0")
    world.settle(party, "2025-12-01", "changed_fact")
    assert world.balances(party)[LEAVE] == 6300
    world.certify(party, "used", None, "0")
    world.settle(party, "2025-12-02", "changed_fact")
    assert world.balances(party)[LEAVE] == 7500


def test_more_use_than_the_right_is_booked_as_far_as_it_reaches(world: World) -> None:
    party = world.person(used=[use(9000)])
    world.settle(party, "2025-11-20")
    assert world.balances(party)[LEAVE] == 0


def test_a_fact_that_changes_leads_to_a_difference(world: World) -> None:
    party = world.person()
    world.settle(party, "2025-11-20")
    world.job(party, share=0.8)
    settled = world.settle(party, "2026-01-10", "changed_fact")
    assert settled.corrected == 2
    assert world.balances(party)[LEAVE] == 6000
    world.job(party, share=1)
    world.settle(party, "2026-01-11", "changed_fact")
    world.job(party, share=0.8)
    world.settle(party, "2026-01-12", "changed_fact")
    assert world.balances(party)[LEAVE] == 6000


def test_what_was_used_beyond_the_right_becomes_a_claim(world: World) -> None:
    party = world.person(used=[use(7000)])
    world.settle(party, "2025-11-20")
    world.job(party, share=0.8)
    settled = world.settle(party, "2026-01-10", "changed_fact")
    assert settled.claimed == 1000
    found = world.balances(party)
    assert found[LEAVE] == 0
    assert found["vlaams_opleidingsverlof_own_school_year_claim 2025-09-01"] == 1000


def test_a_no_takes_back_what_was_granted_on_the_same_day(world: World) -> None:
    party = world.person()
    world.settle(party, "2025-11-20")
    world.job(party, to="2025-06-30")
    world.settle(party, "2026-01-10", "changed_fact")
    assert world.balances(party)[LEAVE] == 0


def test_a_right_that_was_granted_stays_when_the_situation_changes_later(world: World) -> None:
    party = world.person()
    world.settle(party, "2025-11-20")
    world.job(party, to="2026-01-31")
    world.settle(party, "2026-02-10", "changed_fact")
    assert world.balances(party)[LEAVE] == 7500


def test_what_is_no_longer_known_takes_nothing_back(world: World) -> None:
    party = world.person()
    world.settle(party, "2025-11-20")
    world.certify(party, "jobs", {**JOB, "fraction": None}, "1")
    world.settle(party, "2026-01-10", "changed_fact")
    assert world.balances(party)[LEAVE] == 7500


def test_what_is_reserved_waits(world: World) -> None:
    party = world.person()
    world.settle(party, "2025-11-20")
    lot = world.lots(party)[LEAVE]
    with Ledger(world.installed.dsn("batch")) as ledger:
        right = ledger.right(lot.right)
        hold = Request(
            party, decisions.uuid5(decisions.NAMESPACE_URL, "hold"), Op.RESERVE, date(2025, 12, 1), Reason.USE,
            unit=2, debit=lot.lot, credit=right.consumption, amount=7000,
        )  # fmt: skip
        assert ledger.apply([hold])[0].code.holds
    world.job(party, share=0.8)
    settled = world.settle(party, "2026-01-10", "changed_fact")
    assert settled.waiting == [lot.right]
    assert world.lots(party)[LEAVE].posted == 7500


def test_a_round_of_vouchers_that_has_not_begun_is_one_right(world: World) -> None:
    party = world.person()
    world.settle(party, "2022-10-01")
    world.settle(party, "2023-10-01", "yearly_run")
    vouchers = [lot for name, lot in world.lots(party).items() if name.startswith("loopbaancheques")]
    assert [(lot.posted, str(lot.period_from)) for lot in vouchers] == [(2, "2022-10-01")]


SHARES = st.sampled_from([0.4, 0.5, 0.6, 0.8, 1, None])
STEP = st.one_of(
    st.tuples(st.just("share"), SHARES),
    st.tuples(st.just("used"), st.sampled_from([None, 0, 600, 2400, 7500, 9000])),
    st.tuples(st.just("ends"), st.sampled_from([None, "2025-06-30", "2026-01-31"])),
)


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(STEP, min_size=1, max_size=6))
def test_balances_equal_the_decisions_whatever_changes(world: World, steps: list[tuple[str, Any]]) -> None:
    party = world.person()
    world.settle(party, "2025-11-20")
    job: dict[str, Any] = {}
    told = 0
    expected = 7500
    for kind, value in steps:
        if kind == "used":
            world.certify(party, "used", None if value is None else use(value), "0")
            told = value or 0
        elif kind == "share":
            job["share"] = value
        else:
            job["to"] = value
        changes = dict(job)
        if changes.get("share", 1) is None:
            changes = {**changes, "fraction": None}
            del changes["share"]
        world.job(party, **changes)
        world.settle(party, "2026-02-10", "changed_fact")
        certain = _decided(world, party)
        expected = expected if certain is None else certain
        lots = world.lots(party)
        claim = lots.get("vlaams_opleidingsverlof_own_school_year_claim 2025-09-01")
        with Ledger(world.installed.dsn("batch")) as ledger:
            lines = ledger.explain(party, lots[LEAVE].lot)
        used = -sum(line.posted_change for line in lines if line.reason in ("use", "mistake"))
        owed = 0 if claim is None else claim.posted
        assert lots[LEAVE].posted == expected - used + owed
        assert used <= told
        assert world.settle(party, "2026-02-10", "changed_fact").lines == 0, "nothing happens twice"


def _decided(world: World, party: int) -> int | None:
    """What the law gives on the day of the first grant, None when that is open."""
    from leerrekening.registry import situation

    found = []
    with world.installed.access.transaction("batch") as connection:
        for day in (date(2025, 11, 20), date(2026, 2, 10)):
            document = situation.known(connection, party, day).document
            finding = decisions.read(world.held, party, document).finding("vlaams_opleidingsverlof")
            assert finding is not None
            if finding.verdict == "undecided":
                return None
            found += [grant.amount for grant in grants_of(finding) if grant.initiative == "own"] or [0]
    return max(found)


@pytest.mark.parametrize("kind", ["citizen", "helper", "caseworker"])
def test_decisions_of_somebody_else_are_not_seen(world: World, kind: str) -> None:
    mine, other = world.person(), world.person()
    world.settle(mine, "2025-11-20")
    world.settle(other, "2025-11-20")
    with world.installed.access.transaction(kind, actor=1, party=mine) as connection:
        seen = {row[0] for row in connection.execute("select distinct party from account.decision")}
    assert seen == ({mine} if kind == "citizen" else set())


def test_nothing_is_granted_before_the_number_is_proven(world: World) -> None:
    """On paper anybody can be told of anybody: what is told is read, and gives no balance before a first sign-in."""
    party = world.person()
    world.installed.all("update registry.person set insz_sealed = null where party = %s", party)
    assert world.settle(party, "2025-11-20").lines == 0
    assert world.lots(party) == {}
    with world.installed.access.transaction("citizen", party=party) as connection:
        seen = overview(connection, world.held, party, date(2025, 11, 20))
    assert (seen.is_proven, seen.due) == (False, None)
    assert any(grant.amount for grant in seen.reading.grants())
    world.installed.all("update registry.person set insz_sealed = 'sealed' where party = %s", party)
    with world.installed.access.transaction("citizen", party=party) as connection:
        assert overview(connection, world.held, party, date(2025, 11, 20)).due == "first_sight"
    assert world.settle(party, "2025-11-20").granted > 0
