"""What every test may use: the choice of slow tests, settings of property tests, and a real browser."""

import asyncio
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from leerrekening.registry import keys

# No deadline: how fast something is gets measured in bench/, not in tests that share a machine.
settings.register_profile("quick", deadline=None)
settings.register_profile("deep", deadline=None, max_examples=2000)

# What a worker counts in a test never becomes what the site of this machine shows.
os.environ["LLR_COUNTS"] = os.path.join(tempfile.gettempdir(), f"llr-counts-{os.getpid()}.csv")

# Before anything reads the settings of the site, whichever test comes first: the gallery is a page to test like any
# other, and all tests come from one address.
os.environ["LLR_GALLERY"] = "1"
os.environ["LLR_LIMIT_SIGN_IN"] = os.environ["LLR_LIMIT_ACCOUNT"] = "0"

# Keys of this run, the same for all its tests: none makes or uses those of an installation, and people whom the tests
# of the site share keep their pseudonym whichever test comes first.
os.environ[keys.VARIABLE] = keys.new_keys_text()

# Files that take long come first, so that no core is left waiting for one of them at the end.
LONG_FILES = (
    "ledger/test_model.py",
    "web/scan/test_journeys.py",
    "rules/test_population_readings.py",
    "web/test_browser.py",
    "ledger/test_crash.py",
    "web/lawbook/test_browser.py",
    "web/test_authorisation.py",
)

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--deep", action="store_true", help="also run the slow and thorough tests")


def pytest_configure(config: pytest.Config) -> None:
    settings.load_profile("deep" if config.getoption("--deep") else "quick")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    place = {Path(__file__).parent / file: number for number, file in enumerate(LONG_FILES)}
    if gone := [str(file) for file in place if not file.exists()]:
        raise pytest.UsageError(f"LONG_FILES in tests/conftest.py names what is not there: {', '.join(gone)}")
    items.sort(key=lambda item: place.get(item.path, len(place)))
    if config.getoption("--deep"):
        return
    deep = [item for item in items if item.get_closest_marker("deep")]
    if deep:
        config.hook.pytest_deselected(items=deep)
        items[:] = [item for item in items if not item.get_closest_marker("deep")]


@pytest.fixture
def apart_from_the_browser() -> Iterator[None]:
    """For what starts a loop of its own: the driver of the browser keeps one going in the same thread."""
    loop = asyncio._get_running_loop()
    asyncio._set_running_loop(None)
    yield
    asyncio._set_running_loop(loop)


def find_chromium() -> str | None:
    """The browser: LLR_CHROMIUM, else a usual name on PATH."""
    return os.environ.get("LLR_CHROMIUM") or next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, object]:
    """How pytest-playwright starts the browser. No browser is a failure, never a reason to skip."""
    chromium = find_chromium()
    if chromium is None:
        pytest.fail(
            "Chromium is missing, so the pages cannot be tested.\n"
            "  Debian or Ubuntu:  sudo apt-get install --no-install-recommends chromium libatomic1\n"
            "  or name one:       LLR_CHROMIUM=/path/to/chromium ./llr test",
            pytrace=False,
        )
    # Chromium refuses its own sandbox as root; /dev/shm is often too small in a container.
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    return {"executable_path": chromium, "args": [*sandbox, "--disable-dev-shm-usage"]}
