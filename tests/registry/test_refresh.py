"""Asking registers over the network: slow, down, wrong, about somebody else; what was known always stays."""

import logging
import threading
import time
from collections.abc import Iterator
from datetime import date

import pytest

from leerrekening.database.access import Access
from leerrekening.demo.personas import people as personas
from leerrekening.demo.sources.server import DemoSources
from leerrekening.registry import people
from leerrekening.registry.situation import Known, known
from leerrekening.registry.sources import REGISTERS, SOURCES, refresh
from leerrekening.registry.sources.refreshing import due
from leerrekening.registry.sources.source import Unreachable
from leerrekening.registry.sources.transport import ALL, line_to

TODAY = date(2026, 11, 28)
PIETER = personas()["pieter_wouters"]
FAILURES = {
    "slow": "timeout",
    "down": "unreachable",
    "busy": "unreachable",
    "refuses": "unreachable",
    "moved": "unreachable",
    "malformed": "malformed",
    "bomb": "malformed",
    "huge": "malformed",
    "other": "other_person",
}


@pytest.fixture
def demo(monkeypatch: pytest.MonkeyPatch) -> Iterator[DemoSources]:
    with DemoSources(today=TODAY) as server:
        monkeypatch.setenv(ALL, server.url)
        yield server


@pytest.fixture(scope="module")
def party(access: Access) -> int:
    """Pieter, about whom every register has answered once."""
    with access.transaction("batch") as connection:
        found = people.find_or_add(connection, PIETER.insz, PIETER.given_names, PIETER.family_name)
    with DemoSources(today=TODAY) as server, pytest.MonkeyPatch.context() as patch:
        patch.setenv(ALL, server.url)
        first = refresh(access, found, today=TODAY, seconds=20)
    assert first.outcomes == dict.fromkeys(SOURCES, "answered")
    assert first.changed == {path for register in REGISTERS for path in register.speaks_of}
    return found


def now_known(access: Access, party: int) -> Known:
    with access.transaction("citizen", party=party) as connection:
        return known(connection, party, TODAY)


def test_asking_again_changes_nothing(access: Access, party: int, demo: DemoSources) -> None:
    before = now_known(access, party)
    again = refresh(access, party, today=TODAY, seconds=20)
    assert again.outcomes == dict.fromkeys(SOURCES, "answered")
    assert again.changed == frozenset()
    after = now_known(access, party)
    assert (after.document, after.stale) == (before.document, ())
    assert len(after.document["used"]) == 30


@pytest.mark.parametrize("register", SOURCES)
@pytest.mark.parametrize(("manner", "outcome"), FAILURES.items())
def test_a_register_that_fails_keeps_its_last_answer(
    access: Access,
    party: int,
    demo: DemoSources,
    caplog: pytest.LogCaptureFixture,
    register: str,
    manner: str,
    outcome: str,
) -> None:
    before = now_known(access, party)
    demo.behave(register, manner)
    caplog.set_level(logging.DEBUG)
    began = time.monotonic()
    failed = refresh(access, party, sources=[register], today=TODAY, seconds=0.5 if manner == "slow" else 20)
    took = time.monotonic() - began
    assert failed.outcomes == {register: outcome}
    assert failed.changed == frozenset()
    after = now_known(access, party)
    assert after.document == before.document
    stale = {one.source: one for one in after.stale}[register]
    assert stale.outcome == outcome
    assert stale.answered_at is not None and stale.asked_at is not None and stale.answered_at < stale.asked_at
    assert PIETER.insz.digits not in caplog.text and PIETER.family_name not in caplog.text
    assert demo.asked[register] <= 2
    if manner == "slow":
        assert took < 10  # and not the minutes that the whole reply would take


def test_one_slow_register_does_not_hold_up_the_others(access: Access, party: int, demo: DemoSources) -> None:
    demo.behave("employment", "slow")
    found = refresh(access, party, today=TODAY, seconds=2)
    assert found.outcomes["employment"] == "timeout"
    assert sum(outcome == "answered" for outcome in found.outcomes.values()) >= len(SOURCES) - 2


def test_with_every_register_down_reading_works(access: Access, party: int, demo: DemoSources) -> None:
    for register in SOURCES:
        demo.behave(register, "down")
    found = refresh(access, party, today=TODAY, seconds=20)
    assert found.outcomes == dict.fromkeys(SOURCES, "unreachable")
    after = now_known(access, party)
    assert len(after.document["jobs"]) == 4
    assert {stale.source for stale in after.stale} == set(SOURCES)


def test_a_register_that_is_not_connected_is_left_out(
    access: Access, party: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(ALL, raising=False)
    assert refresh(access, party, today=TODAY).outcomes == {}


def test_what_is_known_of_a_person_travels_encrypted(
    access: Access, party: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LLR_SOURCE_EMPLOYMENT_URL", "http://192.0.2.1/dmfa")
    with pytest.raises(Unreachable, match="not https"):
        line_to("employment")
    assert refresh(access, party, sources=["employment"], today=TODAY).outcomes == {
        "employment": "unreachable"
    }


def test_a_proxy_of_the_machine_is_not_used(
    access: Access, party: int, demo: DemoSources, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://192.0.2.1:9")
    assert refresh(access, party, sources=["benefits"], today=TODAY, seconds=20).outcomes == {
        "benefits": "answered"
    }


def test_a_fault_in_one_adapter_leaves_the_others_alone(
    access: Access,
    party: int,
    demo: DemoSources,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def faulty(*_: object) -> None:
        raise RuntimeError(f"something about {PIETER.insz.digits}")

    monkeypatch.setattr(SOURCES["benefits"], "read", faulty)
    found = refresh(access, party, today=TODAY, seconds=20)
    assert found.outcomes == {**dict.fromkeys(SOURCES, "answered"), "benefits": "unreachable"}
    assert PIETER.insz.digits not in caplog.text


def test_too_many_questions_are_not_waited_for(
    access: Access, party: int, demo: DemoSources, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("leerrekening.registry.sources.refreshing._under_way", threading.BoundedSemaphore(1))
    demo.behave("employment", "slow")
    found = refresh(access, party, sources=["employment", "benefits"], today=TODAY, seconds=1)
    assert sorted(found.outcomes.values()) in (
        ["answered", "timeout"],
        ["timeout", "unreachable"],
        ["answered", "unreachable"],
    )


def test_a_register_is_due_when_its_answer_is_old_and_it_was_not_just_asked(
    access: Access, party: int, demo: DemoSources
) -> None:
    refresh(access, party, today=TODAY, seconds=20)
    demo.behave("benefits", "down")
    refresh(access, party, sources=["benefits"], today=TODAY, seconds=20)
    with access.transaction("batch") as connection:
        assert due(connection, party, REGISTERS) == []
        connection.execute(
            "update registry.source_state set answered_at = now() - interval '2 years' where party = %s and source"
            " in ('benefits', 'employment')",
            [party],
        )
        assert due(connection, party, REGISTERS) == []
        connection.execute(
            "update registry.source_state set asked_at = now() - interval '2 minutes' where party = %s and source"
            " = 'benefits'",
            [party],
        )
        assert due(connection, party, REGISTERS) == ["benefits"]
    with access.transaction("batch") as connection:
        newcomer = people.find_or_add(connection, personas()["els_vermeulen"].insz, "Els", "Vermeulen")
        assert due(connection, newcomer, REGISTERS) == [register.id for register in REGISTERS]


def test_somebody_unknown_here_is_not_asked_about(access: Access, demo: DemoSources) -> None:
    with pytest.raises(LookupError):
        refresh(access, 999_999_999, today=TODAY)
    assert set(demo.asked.values()) == {0}
