"""The processes of a server: which run, whether they are alive, and how they are stopped."""

import contextlib
import os
import signal
import subprocess
import time
from pathlib import Path

from leerrekening.database.errors import ServerFailed

START_SECONDS = 120
STOP_SECONDS = 120
ORPHAN_SECONDS = 5.0

# Servers this process has started: a child that has died must be reaped by its parent before its folder is free.
children: dict[int, "subprocess.Popen[bytes]"] = {}


def stop_cluster(cluster: Path) -> None:
    """Stop the server of a cluster: connections are cut, everything is written, the files are closed."""
    pid = running_pid(cluster)
    if pid is None:
        return
    for sign in (signal.SIGINT, signal.SIGQUIT):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, sign)
        deadline = time.monotonic() + STOP_SECONDS
        while time.monotonic() < deadline:
            if not is_alive(pid):
                children.pop(pid, None)
                return
            time.sleep(0.01)
    raise ServerFailed(f"the server (process {pid}) does not stop.\n  See server.log beside {cluster}.")


def await_departure(cluster: Path) -> None:
    """Wait until the processes of a killed server have gone, and take away the note of one that is only a name.

    One that waits for a lock of a process that was killed never notices that its server is dead, and would keep every
    later server from starting: after a while it is killed too. Errors: ServerFailed.
    """
    began = time.monotonic()
    noted = read_status(cluster)
    while (left := processes_in(cluster)) or (noted and is_alive(noted[0]) and is_postgres(noted[0])):
        if time.monotonic() > began + START_SECONDS:
            raise ServerFailed(f"processes of an earlier server still use {cluster}: {left}")
        if time.monotonic() > began + ORPHAN_SECONDS and all(is_orphan(pid) for pid in left):
            for pid in left:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
        time.sleep(0.02)
    if noted and state_of(noted[0]) is not None:
        # Dead, but its parent has not looked yet; or its number went to another program. PostgreSQL would take it
        # for alive.
        (cluster / "postmaster.pid").unlink(missing_ok=True)


def running_pid(cluster: Path) -> int | None:
    """Process of the server that runs on a cluster, when one does."""
    noted = read_status(cluster)
    if noted is None or not is_alive(noted[0]) or noted[0] not in processes_in(cluster):
        return None
    return noted[0]


def read_status(cluster: Path) -> tuple[int, str] | None:
    """What postmaster.pid says: process and state (starting, ready, stopping). None when there is no note."""
    try:
        lines = (cluster / "postmaster.pid").read_text().splitlines()
        return int(lines[0]), lines[7].strip() if len(lines) > 7 else "starting"
    except (OSError, ValueError, IndexError):
        return None


def is_alive(pid: int) -> bool:
    """Whether a process runs; reaps it when it is a dead child of ours."""
    child = children.get(pid)
    if child is not None:
        return child.poll() is None
    return state_of(pid) not in (None, "Z")


def state_of(pid: int) -> str | None:
    """State letter of a process, as the kernel tells it; None when there is no such process."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except (OSError, IndexError):
        return None


def is_orphan(pid: int) -> bool:
    """Whether a process worked for a server that is gone. The server itself, and who works for it, is none."""
    try:
        title = Path(f"/proc/{pid}/cmdline").read_bytes()
        parent = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[1]
    except OSError:
        return True
    return title.startswith(b"postgres: ") and not is_postgres(int(parent))


def is_postgres(pid: int) -> bool:
    """Whether a process is a server of PostgreSQL, ours or another."""
    try:
        return Path(f"/proc/{pid}/comm").read_text().strip() == "postgres"
    except OSError:
        return False


def processes_in(cluster: Path) -> list[int]:
    """Processes at work in a cluster: PostgreSQL's have it as their folder."""
    target = str(cluster.resolve())
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                if os.readlink(entry / "cwd") == target:
                    found.append(int(entry.name))
    return sorted(found)
