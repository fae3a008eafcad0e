"""A database with the registry, for a file of tests or for one test, and keys of this run."""

from collections.abc import Iterator

import pytest
from tests.installed import Installed, NewInstalled, new_installed

from leerrekening.database.access import Access
from leerrekening.registry import keys

__all__ = ["new_installed"]  # fixture


@pytest.fixture(scope="session", autouse=True)
def registry_keys() -> Iterator[keys.Keys]:
    """Keys of this run, so that no test makes or uses those of an installation."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(keys.VARIABLE, keys.new_keys_text())
        yield keys.keys()


@pytest.fixture(scope="module")
def database(new_installed: NewInstalled) -> Iterator[Installed]:
    """A registry that was empty before the tests of this file."""
    made = new_installed()
    yield made
    made.close()


@pytest.fixture(scope="module")
def access(database: Installed) -> Access:
    """Each kind of user on it."""
    return database.access


@pytest.fixture
def empty_access(new_installed: NewInstalled) -> Iterator[Access]:
    """Each kind of user on an empty registry."""
    made = new_installed()
    yield made.access
    made.close()
