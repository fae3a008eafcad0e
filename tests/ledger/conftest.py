"""A server for the tests of the ledger, and fresh books on it."""

import itertools
import os
import signal
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import psycopg
import pytest
from psycopg import conninfo

from leerrekening.database.processes import running_pid
from leerrekening.database.server import Server, ensure_server
from leerrekening.ledger import Ledger, install
from leerrekening.ledger.auditor import audit
from leerrekening.ledger.installation import login_of

if TYPE_CHECKING:
    from tests.ledger.world import World


@dataclass(frozen=True)
class Books:
    """One database with an empty ledger."""

    server: Server
    name: str

    def dsn(self, kind: str | None = None) -> str:
        """Connection string for a kind of user; for the administrator without."""
        role = login_of(kind) if kind else "llr_admin"
        return conninfo.make_conninfo(self.server.dsn(role), dbname=self.name)

    def ledger(self, kind: str = "batch", **who: int) -> Ledger:
        return Ledger(self.dsn(kind), **who)

    def admin(self) -> psycopg.Connection[tuple[object, ...]]:
        return psycopg.connect(self.dsn(), autocommit=True)


@pytest.fixture(scope="session")
def ledger_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A real PostgreSQL with durable settings, for this run only."""
    server = ensure_server(tmp_path_factory.mktemp("ledger"))
    install(server)
    yield server
    # A hundred databases would be written out file by file; they are thrown away instead.
    assert server.data_dir
    os.kill(running_pid(server.data_dir / "pg") or 0, signal.SIGQUIT)
    server.stop()


@pytest.fixture(scope="session")
def new_books(ledger_server: Server) -> Callable[[], Books]:
    """Makes databases, each a copy of the empty ledger."""
    numbers = itertools.count(1)

    def make() -> Books:
        name = f"books_{next(numbers)}"
        login = conninfo.make_conninfo(ledger_server.dsn(), dbname="postgres")
        with psycopg.connect(login, autocommit=True) as connection:
            connection.execute(f"create database {name} template llr")
        return Books(ledger_server, name)

    return make


@pytest.fixture
def books(new_books: Callable[[], Books]) -> Books:
    """A database with an empty ledger for one test."""
    return new_books()


@pytest.fixture
def world(books: Books) -> Iterator["World"]:
    """Two people with balances; after the test the auditor must find nothing wrong."""
    from tests.ledger.world import World

    made = World(books)
    yield made
    made.ledger.close()
    report = audit(books.dsn("auditor"))
    assert report.clean, [str(finding) for finding in report.findings]
