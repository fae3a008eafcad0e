"""A real database with everything the program keeps, for tests: made once for a run, copied for each test."""

import itertools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
from psycopg import conninfo

from leerrekening.account.installation import install
from leerrekening.database.access import Access
from leerrekening.database.server import Server, ensure_server

NewInstalled = Callable[[], "Installed"]


class Installed:
    """One database: connection strings by kind of user, and pools on them."""

    def __init__(self, server: Server, name: str) -> None:
        self.server, self.name = server, name
        self.access = Access(self.dsn)
        self._filled = [table for table in self._tables() if self.all(f"select 1 from {table} limit 1")]

    def dsn(self, kind: str | None = None) -> str:
        """Connection string of a kind of user; of the administrator of the server without."""
        role = f"llr_{kind}_login" if kind else "llr_admin"
        return conninfo.make_conninfo(self.server.dsn(role), dbname=self.name)

    def all(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        """Rows as the owner of the tables sees them: everything."""
        with psycopg.connect(self.dsn()) as connection:
            connection.execute("set role llr_owner")
            done = connection.execute(query.encode(), values or None)
            return done.fetchall() if done.description else []

    def _tables(self) -> list[str]:
        return [
            row[0]
            for row in self.all(
                "select format('%I.%I', schemaname, tablename) from pg_tables"
                " where schemaname in ('registry', 'led', 'account', 'jobs') order by 1"
            )
        ]

    def clear(self) -> None:
        """As it was made: much faster than another copy. Nobody may be at work in it."""
        self.access.close()
        with psycopg.connect(self.dsn()) as connection:
            connection.execute("set session_replication_role = replica")  # history is kept, but not here
            for table in self._tables():
                if table not in self._filled:
                    connection.execute(f"delete from {table}".encode())

    def close(self) -> None:
        """Give the connections back and drop the database."""
        self.access.close()
        with postgres(self.server) as connection:
            connection.execute(f"drop database {self.name} with (force)".encode())


@contextmanager
def postgres(server: Server) -> Iterator[psycopg.Connection[Any]]:
    """The database beside ours, to make and drop databases from."""
    login = conninfo.make_conninfo(server.dsn(), dbname="postgres")
    with psycopg.connect(login, autocommit=True) as connection:
        yield connection


@pytest.fixture(scope="session")
def new_installed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[NewInstalled]:
    """Makes databases, each a copy of an empty one."""
    server = ensure_server(tmp_path_factory.mktemp("installed"), {"shared_buffers": "32MB"})
    install(server)
    numbers = itertools.count(1)

    def make() -> Installed:
        name = f"installed_{next(numbers)}"
        with postgres(server) as connection:
            connection.execute(f"create database {name} template llr".encode())
        return Installed(server, name)

    yield make
    server.stop()


@pytest.fixture(scope="module")
def module_database(new_installed: NewInstalled) -> Iterator[Installed]:
    """One database for a file of tests."""
    made = new_installed()
    yield made
    made.close()


@pytest.fixture
def installed(module_database: Installed) -> Iterator[Installed]:
    """It, as good as new, for one test."""
    yield module_database
    module_database.clear()
