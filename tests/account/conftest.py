"""A database with the account, and a law that is held."""

from collections.abc import Iterator

import pytest
from tests.account.world import World
from tests.installed import NewInstalled, new_installed

from leerrekening.lawtext.keeper import HeldLaw, the_keeper

__all__ = ["new_installed"]


@pytest.fixture(scope="session")
def held() -> HeldLaw:
    """The law of this project."""
    return the_keeper().held()


@pytest.fixture
def world(new_installed: NewInstalled, held: HeldLaw) -> Iterator[World]:
    """People of whom facts can be told. After the test the auditor must find nothing wrong."""
    made = World(new_installed(), held)
    yield made
    made.check()
    made.installed.close()
