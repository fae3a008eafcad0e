"""Registers asked at night: whose answers are old, nobody twice, and a changed fact leads to a new decision."""

from collections.abc import Callable, Iterator

import pytest
from tests.installed import Installed
from tests.town import TODAY

from leerrekening.demo.personas import people as personas
from leerrekening.demo.sources.server import DemoSources
from leerrekening.jobs.work import Work
from leerrekening.registry import people
from leerrekening.registry.keys import VARIABLE, new_keys_text
from leerrekening.registry.sources import SOURCES
from leerrekening.registry.sources.transport import ALL
from leerrekening.tasks import registers

WAITING = (
    "select count(*) from jobs.procrastinate_jobs where task_name = 'refresh_person' and status = 'todo'"
)


@pytest.fixture
def demo(monkeypatch: pytest.MonkeyPatch) -> Iterator[DemoSources]:
    monkeypatch.setenv(VARIABLE, new_keys_text())
    with DemoSources(today=TODAY) as server:
        monkeypatch.setenv(ALL, server.url)
        yield server


@pytest.fixture
def karim(installed: Installed, demo: DemoSources) -> int:
    with installed.access.transaction("batch") as connection:
        return people.find_or_add(connection, personas()["karim_benali"].insz, "Karim", "Benali")


@pytest.fixture
def work(installed: Installed) -> Work:
    return Work(installed.access, installed.dsn, lambda: TODAY)


def age(installed: Installed, days: int) -> None:
    installed.all(
        "update registry.source_state set asked_at = asked_at - make_interval(days => %s),"
        " answered_at = answered_at - make_interval(days => %s)",
        *(days, days),
    )


def test_what_changed_is_decided_on(installed: Installed, karim: int, work: Work, demo: DemoSources) -> None:
    registers.refresh_person(work, karim)
    assert {row[0] for row in installed.all("select outcome from registry.source_state")} == {
        "answered",
        "nobody",
    }
    decided = installed.all("select count(*) from account.decision where party = %s", karim)[0][0]
    assert decided > 0
    registers.refresh_person(work, karim)  # everything is fresh
    assert demo.asked == dict.fromkeys(SOURCES, 1)


def test_only_old_answers_are_queued_and_nobody_twice(
    installed: Installed, karim: int, work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    registers.refresh_person(work, karim)
    registers.refresh_old(work, TODAY.isoformat())
    assert installed.all(WAITING) == [(0,)]
    age(installed, 40)
    registers.refresh_old(work, TODAY.isoformat())
    registers.refresh_old(work, TODAY.isoformat())
    assert installed.all(WAITING) == [(1,)]


def test_without_connected_registers_nobody_is_queued(
    installed: Installed, karim: int, work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    registers.refresh_person(work, karim)
    age(installed, 400)
    monkeypatch.delenv(ALL)
    registers.refresh_old(work, TODAY.isoformat())
    assert installed.all(WAITING) == [(0,)]


def test_the_worker_does_it(
    installed: Installed, karim: int, work: Work, work_off: Callable[[], None], demo: DemoSources
) -> None:
    registers.refresh_person(work, karim)
    age(installed, 40)
    registers.refresh_old(work, TODAY.isoformat())
    work_off()
    # The answers of employers and of the LED stay fresh for longer.
    assert {name for name, times in demo.asked.items() if times == 2} == {
        "population_register",
        "benefits",
        "rights_used",
    }
