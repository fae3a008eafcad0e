"""Accounts of invented people behind the site, on a day on which the law is confirmed."""

from collections.abc import Iterator

import pytest
from tests.account.world import World
from tests.installed import Installed

from leerrekening.lawtext.keeper import the_keeper
from leerrekening.registry import keys
from leerrekening.web.today import VARIABLE

TODAY = "2025-11-20"


@pytest.fixture(scope="session", autouse=True)
def account_keys() -> Iterator[None]:
    """Keys of this run, so that no test makes or uses those of an installation."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(keys.VARIABLE, keys.new_keys_text())
        yield


@pytest.fixture(autouse=True)
def fixed_day(monkeypatch: pytest.MonkeyPatch) -> None:
    """The day it is for the site."""
    monkeypatch.setenv(VARIABLE, TODAY)


@pytest.fixture
def world(accounts: Installed) -> World:
    """People behind the site, of whom facts can be told."""
    return World(accounts, the_keeper().held())
