"""A database with everything in it, and copies of it for each test."""

from collections.abc import Iterator
from datetime import date

import pytest
from tests.installed import Installed, NewInstalled, new_installed

from leerrekening.jobs.work import Work

__all__ = ["new_installed"]  # a fixture

TODAY = date(2026, 11, 20)


@pytest.fixture
def installed(new_installed: NewInstalled) -> Iterator[Installed]:
    """A fresh database for one test."""
    made = new_installed()
    yield made
    made.close()


@pytest.fixture
def work(installed: Installed) -> Work:
    """What tasks get, on that database, on a fixed day."""
    return Work(installed.access, installed.dsn, lambda: TODAY)
