"""A database with the registry, for a file of tests or for one test, and keys of this run."""

from collections.abc import Iterator

import pytest
from tests.installed import Installed, NewInstalled, new_installed

from leerrekening.database.access import Access
from leerrekening.registry import keys

__all__ = ["new_installed"]  # fixture


@pytest.fixture
def registry_keys() -> keys.Keys:
    """The keys of this run."""
    return keys.keys()


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
