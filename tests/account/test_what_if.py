"""What if: a change works on a copy, and holds from its day on."""

import copy
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from tests.account.world import JOB, PERSON, RESIDENCE

from leerrekening.account import what_if
from leerrekening.account.what_if import STATUSES, CannotChange, Change
from leerrekening.lawtext.keeper import HeldLaw

DAY = date(2026, 1, 5)


def document() -> dict[str, Any]:
    return {
        "as_of": "2025-11-20",
        "person": {**PERSON, "residence": [RESIDENCE], "benefits": []},
        "jobs": [copy.deepcopy(JOB)],
        "guidance": [],
        "used": [],
    }


CHANGES = [
    *STATUSES.values(),
    Change("none"),
    Change("work_region", code="waals_gewest"),
    Change("home_region", code="brussels_gewest"),
    Change("diploma", code="bachelor"),
]


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: f"{change.kind}{change.share or change.code}")
def test_the_document_stays_as_it_is_and_the_other_one_can_be_read(change: Change, held: HeldLaw) -> None:
    before = document()
    then = what_if.changed(before, DAY, change)
    assert before == document()
    assert then["as_of"] == "2026-01-05"
    assert len(what_if.findings(held, then)) == len(held.law.instruments)


def test_what_was_before_the_day_stays(held: HeldLaw) -> None:
    then = what_if.changed(document(), DAY, Change("hours", Decimal("0.5")))
    first, second = then["jobs"]
    assert (first["to"], first["fraction"][0]["to"], first["weekly_hours"]) == (
        "2026-01-04",
        "2026-01-04",
        38,
    )
    assert (second["from"], second["fraction"][0]["value"], second["weekly_hours"]) == (
        "2026-01-05",
        Decimal("0.5"),
        19,
    )


def test_a_dismissal_ends_work_and_brings_a_benefit() -> None:
    then = what_if.changed(document(), DAY, Change("dismissal"))
    assert [job["to"] for job in then["jobs"]] == ["2026-01-04"]
    assert then["person"]["benefits"] == [{"from": "2026-01-05", "to": None, "kind": "unemployment_full"}]


@pytest.mark.parametrize("jobs", [None, []])
def test_what_nobody_knows_cannot_change(jobs: list[Any] | None) -> None:
    with pytest.raises(CannotChange):
        what_if.changed({**document(), "jobs": jobs}, DAY, Change("hours", Decimal("0.5")))


def test_the_trap_of_the_month_of_reference(held: HeldLaw) -> None:
    found = what_if.traps(held, document(), DAY, Change("hours", Decimal("0.5")))
    assert {name: trap.day for name, trap in found.items()} == {"vlaams_opleidingsverlof": date(2026, 9, 1)}
