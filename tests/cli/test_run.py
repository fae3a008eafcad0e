"""`./llr run` as a process: it answers, gives way to a taken port, and leaves nothing behind."""

import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from leerrekening.cli import main, run
from leerrekening.database.processes import running_pid
from leerrekening.database.server import attach
from leerrekening.ledger.installation import login_of
from leerrekening.web.server import WORKERS

SECONDS_TO_START = 60
SECONDS_TO_STOP = 5


@pytest.fixture(autouse=True)
def data_folder(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """One data folder for this file, and not that of who runs the tests."""
    folder = tmp_path_factory.getbasetemp() / "run-data"
    monkeypatch.setenv("LLR_DATA", str(folder))
    return folder


@contextmanager
def running(*options: str, **environment: str) -> Iterator[tuple["subprocess.Popen[str]", str]]:
    """The site as a process of its own, and its address once it answers."""
    process = subprocess.Popen(
        [sys.executable, "-m", "leerrekening.cli", "run", *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, **environment},
    )
    watchdog = threading.Timer(SECONDS_TO_START, process.kill)
    watchdog.start()
    try:
        assert process.stdout is not None
        said = []
        for line in process.stdout:
            said.append(line)
            print(line, end="")
            if address := re.search(r"http://\S+", line):
                yield process, address[0]
                break
        else:
            pytest.fail("".join(said))
    finally:
        watchdog.cancel()
        process.kill()
        process.communicate()


def processes_of(session: int) -> set[int]:
    """Processes in a session, from the kernel's own list."""
    found = set()
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[3]) == session and fields[0] != "Z":
            found.add(int(stat.parent.name))
    return found


def child_of(process: "subprocess.Popen[str]") -> int:
    """The web server, which leads a session of its own."""
    children = [
        int(child) for child in Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    ]
    return next(child for child in children if b"gunicorn" in Path(f"/proc/{child}/cmdline").read_bytes())


def wait_until_gone(session: int) -> None:
    limit = time.monotonic() + SECONDS_TO_STOP
    while processes_of(session):
        assert time.monotonic() < limit, f"still there: {processes_of(session)}"
        time.sleep(0.05)


def figures_of(address: str) -> tuple[int, str]:
    """Answers about the health of a process that the site says it has given, and all its figures."""
    question = urllib.request.Request(address + "_metingen", headers={"Authorization": "Bearer t"})
    with urllib.request.urlopen(question) as answer:
        said = answer.read().decode()
    counted = re.search(r'llr_requests_total{.*route="/gezondheid",.*} (\S+)', said)
    return int(float(counted[1])) if counted else 0, said


def wait_for_children(server: int, other_than: set[int]) -> set[int]:
    """The processes of the site, once they are as many as before and others."""
    limit = time.monotonic() + SECONDS_TO_START
    while len(found := processes_of(server) - {server} - other_than) < WORKERS:
        assert time.monotonic() < limit, found
        time.sleep(0.05)
    return found


def ends(process: "subprocess.Popen[str]", number: signal.Signals, data_folder: Path) -> None:
    """On this signal all of it ends in time, the database too."""
    server = child_of(process)
    assert len(processes_of(server)) > 1
    process.send_signal(number)
    assert process.wait(SECONDS_TO_STOP) == 0
    assert not processes_of(server)
    assert running_pid(data_folder / "pg") is None


def test_starts_answers_and_stops(data_folder: Path) -> None:
    """The site and its database, with everything in it that the program keeps."""
    with running("--port", "0") as (process, address):
        with urllib.request.urlopen(address) as answer:
            assert answer.status == 200
        with psycopg.connect(attach(data_folder).dsn(login_of("batch"))) as connection:
            assert connection.execute("select count(*) from led.unit").fetchone() == (3,)
        ends(process, signal.SIGINT, data_folder)


def test_figures_are_those_of_all_processes(tmp_path: Path, data_folder: Path) -> None:
    """Whichever process is asked, and after one that has counted is gone. Nothing of an earlier run is among them."""
    (tmp_path / "counter_1.db").write_bytes(b"of an earlier run")
    told = {"LLR_METRICS_TOKEN": "t", "PROMETHEUS_MULTIPROC_DIR": str(tmp_path)}
    with running("--port", "0", **told) as (process, address):
        server = child_of(process)
        before = wait_for_children(server, set())
        asked = 0
        for _ in range(2):
            for _ in range(30):
                with urllib.request.urlopen(address + "gezondheid"):
                    asked += 1
            found = [figures_of(address) for _ in range(10)]
            assert {count for count, _ in found} == {asked}
            assert all("llr_database_up 1.0" in said for _, said in found)
            counted_apart = {int(file.stem.rpartition("_")[2]) for file in tmp_path.glob("*/counter_*.db")}
            assert before <= counted_apart
            one = before.pop()
            os.kill(one, signal.SIGTERM)  # gunicorn puts another in its place
            wait_for_children(server, {one})
        ends(process, signal.SIGTERM, data_folder)
    assert [file.name for file in tmp_path.iterdir()] == ["counter_1.db"]


def test_answers_without_a_database_and_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    broken = {"LLR_POSTGRES_BIN": str(tmp_path), "LLR_DATA": str(tmp_path / "data")}
    with running("--port", "0", **broken) as (process, address):
        assert "PostgreSQL 15 or newer was not found" in (told := capsys.readouterr().out)
        assert "no accounts" in told
        with urllib.request.urlopen(address) as answer:
            assert answer.status == 200
        process.send_signal(signal.SIGINT)
        assert process.wait(SECONDS_TO_STOP) == 0


def test_stopped_while_the_database_starts_nothing_stays_behind(tmp_path: Path) -> None:
    """SIGTERM at any moment of the first start: the server is stopped, and the next start is whole."""
    for hundredths in (30, 60, 90, 120, 200):
        process = subprocess.Popen(
            [sys.executable, "-m", "leerrekening.cli", "run", "--port", "0"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "LLR_DATA": str(tmp_path / "data")},
        )
        time.sleep(hundredths / 100)
        process.terminate()
        process.wait(SECONDS_TO_STOP * 2)
        assert running_pid(tmp_path / "data" / "pg") is None, hundredths
    with running("--port", "0", LLR_DATA=str(tmp_path / "data")) as (process, _):
        with psycopg.connect(attach(tmp_path / "data").dsn(login_of("auditor"))) as connection:
            assert connection.execute("select count(*) from led.transfer").fetchone() == (0,)
        process.send_signal(signal.SIGINT)
        assert process.wait(SECONDS_TO_STOP) == 0


def test_stops_in_time_with_a_connection_open() -> None:
    with running("--port", "0") as (process, address):
        host, port = address.removeprefix("http://").rstrip("/").split(":")
        with socket.create_connection((host, int(port))) as slow:
            slow.sendall(b"GET / HTTP/1.1\r\n")
            process.send_signal(signal.SIGINT)
            assert process.wait(SECONDS_TO_STOP) == 0


def test_nothing_stays_behind_when_killed() -> None:
    with running("--port", "0") as (process, _):
        server = child_of(process)
        process.kill()
        process.wait()
        wait_until_gone(server)


def test_says_so_when_the_server_ends() -> None:
    with running("--port", "0") as (process, _):
        os.killpg(child_of(process), signal.SIGKILL)
        assert process.wait(SECONDS_TO_STOP) == 1
        assert process.stdout is not None
        assert "ended by itself" in process.stdout.read()


def test_default_port_gives_way(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    with run.bind("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
        monkeypatch.setattr(run, "DEFAULT_PORT", port)
        with run.listen("127.0.0.1", None) as other:
            assert other.getsockname()[1] != port
        assert f"Port {port} is in use" in capsys.readouterr().err


def test_chosen_port_does_not(capsys: pytest.CaptureFixture[str]) -> None:
    with run.bind("127.0.0.1", 0) as taken:
        assert main.main(["run", "--port", str(taken.getsockname()[1])]) == 3
    assert "Choose another" in capsys.readouterr().err


@pytest.mark.parametrize("wrong", [["--port", "65536"], ["--port", "-1"], ["--host", "no such host"]])
def test_wrong_address(wrong: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main.main(["run", *wrong]) == 2
    assert wrong[1] in capsys.readouterr().err
