"""`./llr run`: start the site and its database on this machine, and stop them cleanly."""

import argparse
import os
import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from leerrekening.cli import Subparsers
from leerrekening.cli.companions import Companion
from leerrekening.cli.database import add_data_option
from leerrekening.cli.errors import BadInput, CheckFailed, EnvironmentMissing

DEFAULT_PORT = 8000


def register(subparsers: Subparsers) -> None:
    """Add the command."""
    parser = subparsers.add_parser("run", help="start the site; Ctrl-C stops it", allow_abbrev=False)
    parser.add_argument(
        "--host", default="127.0.0.1", help="address to listen on (default: only this machine)"
    )
    parser.add_argument(
        "--port", type=int, help=f"port to listen on (default: {DEFAULT_PORT}, or a free one)"
    )
    add_data_option(parser)
    parser.set_defaults(handler=run)


def run(arguments: argparse.Namespace) -> int:
    """Listen, serve until Ctrl-C or SIGTERM, return 0. Errors: BadInput, EnvironmentMissing, CheckFailed."""
    from leerrekening.account.installation import install
    from leerrekening.database.keeper import Keeper
    from leerrekening.database.server import default_data_dir
    from leerrekening.web.server import SiteFailed, serve

    # The processes of the site find the database in the same folder (database.server.attach).
    folder = (arguments.data or default_data_dir()).absolute()
    os.environ["LLR_DATA"] = str(folder)
    listener = listen(arguments.host, arguments.port)
    try:
        with (
            termination_as_interrupt(),
            Keeper(folder, install, tell_about_database),
            demo_registers(),
            Companion("Worker", (sys.executable, "-m", "leerrekening.cli", "worker", "--beside")),
            demo_access_service(listener) as also,
        ):
            serve(listener, also)
    except SiteFailed as error:
        raise CheckFailed(str(error)) from error
    finally:
        listener.close()
    return 0


@contextmanager
def termination_as_interrupt() -> Iterator[None]:
    """SIGTERM ends us as Ctrl-C does, so that the database is stopped and not left behind."""
    previous = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, previous)


@contextmanager
def demo_access_service(listener: socket.socket) -> Iterator[str]:
    """Unless a real access service is configured, one with invented people; a line that says so."""
    if os.environ.get("LLR_ISSUER"):
        yield ""
        return
    from leerrekening.demo.access_service.server import running, settings_of
    from leerrekening.web.server import local_name

    host, port = listener.getsockname()[:2]
    here = local_name(host)
    names = {here, "127.0.0.1", "localhost", *os.environ.get("LLR_HOSTS", "").split()}
    with running({f"http://{name}:{port}" for name in names}, here) as service:
        os.environ.update(settings_of(service))
        yield f"Demo: people who do not exist sign in at {service.issuer}/"


@contextmanager
def demo_registers() -> Iterator[None]:
    """Unless real registers are connected, some that know the invented people. Before the worker, which asks them."""
    if os.environ.get("LLR_ISSUER") or any(name.startswith("LLR_SOURCE") for name in os.environ):
        yield
        return
    from leerrekening.demo.sources.server import DemoSources
    from leerrekening.registry.sources.transport import ALL

    with DemoSources() as demo:
        os.environ[ALL] = demo.url
        yield


def tell_about_database(text: str, *, works: bool) -> None:
    """Say how the database is. Without it the site still answers what needs no account."""
    print(f"Database: {text}", file=sys.stderr)
    if not works:
        print(
            "  Until it works: no accounts. The quick scan and the law book do not need it.", file=sys.stderr
        )


def listen(host: str, port: int | None) -> socket.socket:
    """A listening socket, made here so that nobody can take the port between looking and using.

    A port that was asked for must be free; without one, the default gives way to any free port.
    """
    if port is not None:
        return bind(host, port)
    try:
        return bind(host, DEFAULT_PORT)
    except EnvironmentMissing:
        listener = bind(host, 0)
        print(f"Port {DEFAULT_PORT} is in use; taking {listener.getsockname()[1]} instead.", file=sys.stderr)
        return listener


def bind(host: str, port: int) -> socket.socket:
    """A socket that listens. Errors: BadInput (no address or port), EnvironmentMissing (taken)."""
    if not 0 <= port <= 65535:
        raise BadInput(f"--port {port}: a port is a number from 0 (any free one) to 65535")
    try:
        family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except (socket.gaierror, UnicodeError) as error:
        raise BadInput(f"--host {host}: not an address of this machine ({error})") from error
    listener = socket.socket(family, kind)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(address)
        listener.listen()
    except OSError as error:
        listener.close()
        raise EnvironmentMissing(
            f"cannot listen on {host} port {port}: {error.strerror}\n  Choose another: ./llr run --port 8001"
        ) from error
    return listener
