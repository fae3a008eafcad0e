"""The registers of the demo over HTTP: `POST /<register>` with a question of its adapter.

    with DemoSources() as demo:              # on a free port of this machine
        demo.url                             # for LLR_SOURCES_URL
        demo.behave("employment", "slow")    # from now on

Manners: `well`, `slow` (a byte now and then), `down` (cuts the line), `busy` (503), `refuses` (500), `malformed`,
`bomb` (XML entities), `huge`, `other` (about somebody else), `nobody`, `moved` (redirects elsewhere).
"""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Mapping
from datetime import UTC, date, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final

from leerrekening.demo.personas import Persona, people
from leerrekening.registry.insz import BadInsz, Insz
from leerrekening.registry.sources import SOURCES
from leerrekening.registry.sources.transport import LARGEST_REPLY

MANNERS: Final = (
    "well",
    "slow",
    "down",
    "busy",
    "refuses",
    "malformed",
    "bomb",
    "huge",
    "other",
    "nobody",
    "moved",
)
SECONDS_BETWEEN_BYTES: Final = 0.2
LARGEST_QUESTION: Final = 20_000
_NUMBER: Final = re.compile(rb"(?:<INSZ>|\"insz\": \")([0-9]{11})")
_BOMB: Final = b'<!DOCTYPE a [<!ENTITY b "bbbbbbbbbb"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]><a>&c;</a>'


class DemoSources:
    """The server, in threads of this process. `asked` counts the questions to each register."""

    def __init__(
        self, personas: Mapping[str, Persona] | None = None, *, port: int = 0, today: date | None = None
    ) -> None:
        found = people() if personas is None else personas
        self._by_insz: Final = {persona.insz: persona for persona in found.values()}
        self._today: Final = today
        self._manners: Final[dict[str, str]] = {}
        self.asked: Final[dict[str, int]] = dict.fromkeys(SOURCES, 0)
        demo = self

        class Handler(BaseHTTPRequestHandler):
            """One question."""

            def do_POST(self) -> None:
                """Answer it."""
                demo.answer(self)

            def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - as http.server names it
                """Say nothing: a log of questions would be a list of people."""

        self._server: Final = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self._server.daemon_threads = True
        self._thread: Final = threading.Thread(
            target=lambda: self._server.serve_forever(poll_interval=0.05), daemon=True, name="llr-registers"
        )

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def behave(self, register: str, manner: str) -> None:
        """How a register answers from now on."""
        if register not in SOURCES or manner not in MANNERS:
            raise ValueError(f"no register {register} or no manner {manner}; known: {', '.join(MANNERS)}")
        self._manners[register] = manner

    def __enter__(self) -> DemoSources:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        """Answer one question in the manner that holds."""
        source = SOURCES.get(request.path.strip("/"))
        length = int(request.headers.get("Content-Length") or 0)
        if source is None or length > LARGEST_QUESTION:
            request.send_error(404 if source is None else 413)
            return
        found = _NUMBER.search(request.rfile.read(length))
        self.asked[source.register.id] += 1
        manner = self._manners.get(source.register.id, "well")
        try:
            insz = Insz(found[1].decode()) if found else None
        except BadInsz:
            insz = None
        if insz is None:
            request.send_error(400)
            return
        persona = self._by_insz.get(insz)
        if persona is not None and source.register.id in persona.silent:
            manner = "busy"
        today = self._today or datetime.now(UTC).date()
        if manner == "other":
            persona = next(
                p for p in self._by_insz.values() if p.insz != insz and source.register.id in p.registers
            )
            insz = persona.insz
        held = None if persona is None or manner == "nobody" else persona.registers.get(source.register.id)
        _send(request, source.demo(insz, held, today), manner)


def _send(request: BaseHTTPRequestHandler, body: bytes, manner: str) -> None:
    if manner == "down":
        request.close_connection = True
        request.connection.close()
        return
    if manner in ("busy", "refuses", "moved"):
        request.send_response({"busy": 503, "refuses": 500, "moved": 302}[manner])
        if manner == "moved":
            request.send_header("Location", "http://192.0.2.1/elsewhere")
        request.send_header("Content-Length", "0")
        request.end_headers()
        return
    body = {"malformed": body[: len(body) // 2], "bomb": _BOMB, "huge": b"x" * (LARGEST_REPLY + 100_000)}.get(
        manner, body
    )
    request.send_response(200)
    request.send_header("Content-Type", "text/xml" if body.startswith(b"<") else "application/json")
    request.send_header("Content-Length", str(len(body)))
    request.end_headers()
    try:
        if manner == "slow":
            for position in range(len(body)):
                request.wfile.write(body[position : position + 1])
                request.wfile.flush()
                time.sleep(SECONDS_BETWEEN_BYTES)
        else:
            request.wfile.write(body)
    except OSError:
        request.close_connection = True  # who asked had enough
