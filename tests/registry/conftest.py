"""A server with the registry, and fresh databases on it."""

import itertools
from collections.abc import Callable, Iterator

import psycopg
import pytest
from psycopg import conninfo

from leerrekening.account.installation import install
from leerrekening.database.access import Access
from leerrekening.database.server import Server, ensure_server
from leerrekening.ledger.installation import login_of
from leerrekening.registry import keys


@pytest.fixture(scope="session")
def registry_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A real PostgreSQL with everything the program keeps, for this run only."""
    server = ensure_server(tmp_path_factory.mktemp("registry"))
    install(server)
    yield server
    server.stop()


@pytest.fixture(scope="session", autouse=True)
def registry_keys() -> Iterator[keys.Keys]:
    """Keys of this run, so that no test makes or uses those of an installation."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(keys.VARIABLE, keys.new_keys_text())
        yield keys.keys()


@pytest.fixture(scope="session")
def new_registry(registry_server: Server) -> Callable[[], Callable[[str | None], str]]:
    """Makes databases, each a copy of the empty one; gives the connection string of a kind of user."""
    numbers = itertools.count(1)

    def make() -> Callable[[str | None], str]:
        name = f"registry_{next(numbers)}"
        admin = conninfo.make_conninfo(registry_server.dsn(), dbname="postgres")
        with psycopg.connect(admin, autocommit=True) as connection:
            connection.execute(f"create database {name} template llr")

        def dsn(kind: str | None = None) -> str:
            role = login_of(kind) if kind else "llr_admin"
            return conninfo.make_conninfo(registry_server.dsn(role), dbname=name)

        return dsn

    return make


@pytest.fixture(scope="module")
def access(new_registry: Callable[[], Callable[[str | None], str]]) -> Iterator[Access]:
    """Each kind of user on a registry that was empty before the tests of this file."""
    opened = Access(new_registry(), largest=2)
    yield opened
    opened.close()


@pytest.fixture
def empty_access(new_registry: Callable[[], Callable[[str | None], str]]) -> Iterator[Access]:
    """Each kind of user on an empty registry."""
    opened = Access(new_registry(), largest=2)
    yield opened
    opened.close()
