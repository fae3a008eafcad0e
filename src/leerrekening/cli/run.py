"""`./llr run`: start the site on this machine and stop it cleanly."""

import argparse
import socket
import sys

from leerrekening.cli import Subparsers
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
    parser.set_defaults(handler=run)


def run(arguments: argparse.Namespace) -> int:
    """Listen, serve until Ctrl-C or SIGTERM, return 0. Errors: BadInput, EnvironmentMissing, CheckFailed."""
    from leerrekening.web.server import SiteFailed, serve

    listener = listen(arguments.host, arguments.port)
    try:
        serve(listener)
    except SiteFailed as error:
        raise CheckFailed(str(error)) from error
    finally:
        listener.close()
    return 0


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
