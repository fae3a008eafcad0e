"""The keeper: the server works while a program needs it, comes back when it dies, and its absence is told."""

import os
import signal
import time
from pathlib import Path

import psycopg
import pytest

from leerrekening.database import keeper, processes, server
from leerrekening.database.errors import ServerFailed
from leerrekening.database.keeper import Keeper, Say
from leerrekening.database.server import Server, attach

SECONDS_TO_WAIT = 60


@pytest.fixture(autouse=True)
def look_often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeper, "SECONDS_BETWEEN_LOOKS", 0.05)
    monkeypatch.setattr(keeper, "SECONDS_BETWEEN_ATTEMPTS", 0.05)


def hear(told: list[tuple[str, bool]]) -> Say:
    def say(text: str, *, works: bool) -> None:
        told.append((text, works))

    return say


def wait_for(told: list[tuple[str, bool]], text: str, works: bool) -> None:
    limit = time.monotonic() + SECONDS_TO_WAIT
    while not any(text in said and as_said == works for said, as_said in told):
        assert time.monotonic() < limit, told
        time.sleep(0.02)


def test_a_server_that_dies_is_started_again(tmp_path: Path) -> None:
    prepared: list[Server] = []
    told: list[tuple[str, bool]] = []
    with Keeper(tmp_path, prepared.append, hear(told)) as kept:
        assert kept.works and told == []
        with psycopg.connect(attach(tmp_path).dsn()) as connection:
            assert connection.execute("select 1").fetchone() == (1,)
        pid = processes.running_pid(tmp_path / "pg")
        assert pid
        os.kill(pid, signal.SIGKILL)
        wait_for(told, "has died", works=False)
        wait_for(told, "works now", works=True)
        with psycopg.connect(attach(tmp_path).dsn()) as connection:
            assert connection.execute("select 1").fetchone() == (1,)
    assert len(prepared) == 2
    assert processes.running_pid(tmp_path / "pg") is None
    with pytest.raises(ServerFailed, match="no database server runs"):
        attach(tmp_path)


def test_what_cannot_start_is_told_once_and_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LLR_POSTGRES_BIN", str(tmp_path / "nothing"))
    told: list[tuple[str, bool]] = []
    with Keeper(tmp_path / "data", lambda _: None, hear(told)) as kept:
        assert not kept.works
        time.sleep(0.5)
        assert len(told) == 1 and "was not found" in told[0][0] and not told[0][1]
        monkeypatch.delenv("LLR_POSTGRES_BIN")
        wait_for(told, "works now", works=True)
        assert kept.works
    assert processes.running_pid(tmp_path / "data" / "pg") is None


def test_a_step_that_fails_stops_the_server_again(tmp_path: Path) -> None:
    told: list[tuple[str, bool]] = []

    def prepare(running: Server) -> None:
        with psycopg.connect(running.dsn()) as connection:
            connection.execute("select 1 / 0")

    with Keeper(tmp_path, prepare, hear(told)) as kept:
        assert not kept.works
        wait_for(told, "division by zero", works=False)
    assert processes.running_pid(tmp_path / "pg") is None


def test_stopped_while_it_starts_nothing_stays_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(server, "check_durable", interrupt)
    with pytest.raises(KeyboardInterrupt), Keeper(tmp_path, lambda _: None, hear([])):
        pytest.fail("it was interrupted before")
    assert processes.running_pid(tmp_path / "pg") is None
