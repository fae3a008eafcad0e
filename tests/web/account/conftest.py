"""Accounts of invented people behind the site, on a day on which the law is confirmed."""

import pytest
from tests.account.world import World
from tests.installed import Installed

from leerrekening.lawtext.keeper import the_keeper
from leerrekening.web.today import VARIABLE

TODAY = "2025-11-20"


@pytest.fixture(autouse=True)
def fixed_day(monkeypatch: pytest.MonkeyPatch) -> None:
    """The day it is for the site."""
    monkeypatch.setenv(VARIABLE, TODAY)


@pytest.fixture
def world(accounts: Installed) -> World:
    """People behind the site, of whom facts can be told."""
    return World(accounts, the_keeper().held())
