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

import pytest

from leerrekening.cli import main, run

SECONDS_TO_START = 60
SECONDS_TO_STOP = 5


@contextmanager
def running(*options: str) -> Iterator[tuple["subprocess.Popen[str]", str]]:
    """The site as a process of its own, and its address once it answers."""
    process = subprocess.Popen(
        [sys.executable, "-m", "leerrekening.cli", "run", *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    watchdog = threading.Timer(SECONDS_TO_START, process.kill)
    watchdog.start()
    try:
        assert process.stdout is not None
        said = []
        for line in process.stdout:
            said.append(line)
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
    return int(Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()[0])


def wait_until_gone(session: int) -> None:
    limit = time.monotonic() + SECONDS_TO_STOP
    while processes_of(session):
        assert time.monotonic() < limit, f"still there: {processes_of(session)}"
        time.sleep(0.05)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_starts_answers_and_stops(number: signal.Signals) -> None:
    with running("--port", "0") as (process, address):
        with urllib.request.urlopen(address) as answer:
            assert answer.status == 200
        server = child_of(process)
        assert len(processes_of(server)) > 1
        process.send_signal(number)
        assert process.wait(SECONDS_TO_STOP) == 0
        assert not processes_of(server)


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
