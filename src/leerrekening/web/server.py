"""Runs the site as a process of its own and sees to it that nothing outlives `./llr run`."""

import ctypes
import http.client
import os
import signal
import socket
import subprocess
import sys
import threading
from types import FrameType

WORKERS, THREADS = 2, 4
SECONDS_TO_START = 60
SECONDS_TO_FINISH = 3  # for requests under way when asked to stop; the whole stop stays under five
SECONDS_BETWEEN_LOOKS = 0.05
PR_SET_PDEATHSIG = 1  # prctl(2): the signal a child gets when its parent dies


class SiteFailed(Exception):
    """The site did not start, or ended by itself."""


def serve(listener: socket.socket, also: str = "") -> None:
    """Serve the site on a listening socket until SIGINT or SIGTERM; print the address once it answers, then `also`.

    Errors: SiteFailed.
    """
    stop = threading.Event()

    def ask_to_stop(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    previous = {number: signal.signal(number, ask_to_stop) for number in (signal.SIGINT, signal.SIGTERM)}
    server = start(listener)
    try:
        wait_for_answer(server, listener, stop)
        if not stop.is_set():
            print(f"The site is at {address_of(listener)}  (Ctrl-C stops it)", flush=True)
            if also:
                print(also, flush=True)
        while not stop.wait(SECONDS_BETWEEN_LOOKS * 4):
            if server.poll() is not None:
                raise SiteFailed(f"the site ended by itself (status {server.returncode}); see above")
    finally:
        end(server)
        for number, handler in previous.items():
            signal.signal(number, handler)
    print("The site has stopped.", flush=True)


def start(listener: socket.socket) -> subprocess.Popen[bytes]:
    """Start gunicorn on the socket, in a session of its own: Ctrl-C reaches only us."""
    libc = ctypes.CDLL(None)
    return subprocess.Popen(
        [
            *(sys.executable, "-m", "gunicorn", "leerrekening.web.wsgi:application"),
            *("--config", "python:leerrekening.web.gunicorn_hooks"),
            *("--bind", f"fd://{listener.fileno()}"),
            *("--worker-class", "gthread", "--workers", str(WORKERS), "--threads", str(THREADS)),
            *("--graceful-timeout", str(SECONDS_TO_FINISH), "--log-level", "warning", "--no-control-socket"),
        ],
        pass_fds=[listener.fileno()],
        start_new_session=True,
        # When we are killed outright gunicorn must not stay behind; its workers leave when it does.
        preexec_fn=lambda: libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM),  # noqa: PLW1509 - one system call
    )


def end(server: subprocess.Popen[bytes]) -> None:
    """Stop gunicorn and its workers; by force when they do not listen in time."""
    if server.poll() is None:
        server.terminate()
        try:
            server.wait(SECONDS_TO_FINISH + 1)
        except subprocess.TimeoutExpired:
            os.killpg(server.pid, signal.SIGKILL)
            server.wait()


def wait_for_answer(server: subprocess.Popen[bytes], listener: socket.socket, stop: threading.Event) -> None:
    """Return when the site answers or is asked to stop. Errors: SiteFailed."""
    for _ in range(int(SECONDS_TO_START / SECONDS_BETWEEN_LOOKS)):
        if stop.wait(SECONDS_BETWEEN_LOOKS) or answers(listener):
            return
        if server.poll() is not None:
            raise SiteFailed(f"the site did not start (status {server.returncode}); the reason is above")
    raise SiteFailed(f"the site did not answer within {SECONDS_TO_START} seconds")


def answers(listener: socket.socket) -> bool:
    """Whether the start page comes back without a fault."""
    host, port = listener.getsockname()[:2]
    connection = http.client.HTTPConnection(local_name(host), port, timeout=SECONDS_TO_START)
    try:
        connection.request("GET", "/", headers={"Host": "localhost"})
        return connection.getresponse().status < 500
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def address_of(listener: socket.socket) -> str:
    """The address to open in a browser on this machine."""
    host, port = listener.getsockname()[:2]
    name = local_name(host)
    return f"http://{f'[{name}]' if ':' in name else name}:{port}/"


def local_name(host: str) -> str:
    """What reaches a listener from this machine: "any address" is not itself an address."""
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - compared with, not listened on
