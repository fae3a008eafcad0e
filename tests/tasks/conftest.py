"""The worker of the program on a database of the tests."""

import os
from collections.abc import Callable

import pytest
from tests.installed import Installed, installed, module_database, new_installed
from tests.town import TODAY, Town, settle

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "leerrekening.web.settings")
import django

django.setup()

from leerrekening.jobs.queue import run_worker  # noqa: E402 - needs the settings
from leerrekening.jobs.work import Work  # noqa: E402
from leerrekening.tasks import TASKS  # noqa: E402

__all__ = ["installed", "module_database", "new_installed"]  # fixtures


@pytest.fixture
def town(installed: Installed) -> Town:
    """Anna and the others."""
    return settle(installed)


@pytest.fixture
def work_off(installed: Installed, apart_from_the_browser: None) -> Callable[[], None]:
    """Does what waits, without what comes round by itself."""
    once = {name: task for name, task in TASKS.items() if task.every is None}

    def do() -> None:
        run_worker(Work(installed.access, installed.dsn, lambda: TODAY), once, once=True)

    return do
