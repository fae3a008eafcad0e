"""Runs the demo access service in a thread, on a free port of the same address as the site."""

from __future__ import annotations

import secrets
import socket
import threading
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from leerrekening.demo.access_service.service import AccessService, Client

CLIENT_ID = "llr-demo"
APPLICATION = "llr"
CALLBACK = "/aanmelden/terug"
AFTER_LOGOUT = ("/aanmelden/afgemeld", "/aanmelden/gewisseld")


class Server(ThreadingMixIn, WSGIServer):
    """Answers several people at once."""

    daemon_threads = True


class Server6(Server):
    """The same on an address of IPv6."""

    address_family = socket.AF_INET6


class Quiet(WSGIRequestHandler):
    """Writes no addresses down: they hold codes."""

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def running(sites: Collection[str], host: str = "127.0.0.1") -> Iterator[AccessService]:
    """The service while the block lasts, for the site at these addresses (without a slash at the end)."""
    with make_server(host, 0, refuse, Server6 if ":" in host else Server, Quiet) as server:
        client = Client(
            CLIENT_ID,
            secrets.token_urlsafe(24),
            APPLICATION,
            frozenset(site + CALLBACK for site in sites),
            frozenset(site + path for site in sites for path in AFTER_LOGOUT),
        )
        name = f"[{host}]" if ":" in host else host
        service = AccessService(f"http://{name}:{server.server_port}", client)
        server.set_app(service)
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield service
        finally:
            server.shutdown()
            thread.join()


def settings_of(service: AccessService) -> dict[str, str]:
    """The environment in which the site signs people in there."""
    return {
        "LLR_ISSUER": service.issuer,
        "LLR_CLIENT_ID": service.client.id,
        "LLR_CLIENT_SECRET": service.client.secret,
        "LLR_APPLICATION": service.client.application,
    }


def refuse(_environ: object, start_response: object) -> list[bytes]:
    """What is there before the service is."""
    raise RuntimeError("not ready")
