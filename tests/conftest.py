"""What every test may use: the choice of slow tests, settings of property tests, and a real browser."""

import os
import shutil
import tempfile

import pytest
from hypothesis import settings

# No deadline: how fast something is gets measured in bench/, not in tests that share a machine.
settings.register_profile("quick", deadline=None)
settings.register_profile("deep", deadline=None, max_examples=2000)

# What a worker counts in a test never becomes what the site of this machine shows.
os.environ["LLR_COUNTS"] = os.path.join(tempfile.gettempdir(), f"llr-counts-{os.getpid()}.csv")

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--deep", action="store_true", help="also run the slow and thorough tests")


def pytest_configure(config: pytest.Config) -> None:
    settings.load_profile("deep" if config.getoption("--deep") else "quick")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--deep"):
        return
    deep = [item for item in items if item.get_closest_marker("deep")]
    if deep:
        config.hook.pytest_deselected(items=deep)
        items[:] = [item for item in items if not item.get_closest_marker("deep")]


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
