"""A database with everything in it, and copies of it for each test."""

from datetime import date

import pytest
from tests.installed import Installed, installed, module_database, new_installed

from leerrekening.jobs.work import Work

__all__ = ["installed", "module_database", "new_installed"]  # fixtures

TODAY = date(2026, 11, 20)


@pytest.fixture
def work(installed: Installed, apart_from_the_browser: None) -> Work:
    """What tasks get, on that database, on a fixed day."""
    return Work(installed.access, installed.dsn, lambda: TODAY)
