"""Keeps a server at work for as long as a program needs it: starts it, brings it up to date, starts it again when it
has died, stops it at the end. A program that can do part of its work without goes on without.
"""

import threading
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Final, Protocol, Self

import psycopg

from leerrekening.database.errors import DatabaseProblem
from leerrekening.database.server import Server, ensure_server

SECONDS_BETWEEN_LOOKS: Final = 2.0
SECONDS_BETWEEN_ATTEMPTS: Final = 10.0
PROBLEMS: Final = (DatabaseProblem, psycopg.Error, OSError)


class Say(Protocol):
    """How the keeper tells how the database is."""

    def __call__(self, text: str, *, works: bool) -> None:
        """`text`: what happened; `works`: whether the database can be used after it."""


class Keeper:
    """A context: the server works inside it, or `say` has told why not and it is tried again.

    `prepare` brings the tables up to date each time the server starts. `say` gets a sentence, and whether the
    database works after it.
    """

    def __init__(self, data_dir: Path | None, prepare: Callable[[Server], object], say: Say) -> None:
        self._data_dir: Final = data_dir
        self._prepare: Final = prepare
        self._say: Final = say
        self._server: Server | None = None
        self._told = ""
        self._end: Final = threading.Event()
        self._watch: Final = threading.Thread(target=self._keep, name="database", daemon=True)

    def __enter__(self) -> Self:
        self._start()
        self._watch.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end.set()
        self._watch.join()
        if self._server is not None:
            self._server.stop()

    @property
    def works(self) -> bool:
        """Whether the server runs and is up to date."""
        return self._server is not None

    def _start(self) -> None:
        server = None
        try:
            server = ensure_server(self._data_dir)
            self._prepare(server)
        except PROBLEMS as error:
            if server is not None:
                server.stop()
            # The same trouble is told once, not every ten seconds.
            if str(error) != self._told:
                self._say(str(error), works=False)
            self._told = str(error)
        except BaseException:
            if server is not None:
                server.stop()
            raise
        else:
            self._server, self._told = server, ""

    def _keep(self) -> None:
        while not self._end.wait(SECONDS_BETWEEN_LOOKS if self.works else SECONDS_BETWEEN_ATTEMPTS):
            if self._server is not None:
                if self._server.alive():
                    continue
                self._say("the database server has died; it is started again", works=False)
                self._server.stop()
                self._server = None
            self._start()
            if self.works:
                self._say("the database works now", works=True)
