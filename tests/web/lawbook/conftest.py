"""A law of one's own for the tests that change it, served by this process instead of the real one."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from leerrekening.lawtext.keeper import FOLDER_VARIABLE, the_keeper
from leerrekening.lawtext.reader import LAW_FOLDER

Serve = Callable[[], Path]


@pytest.fixture
def own_law(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A copy of the law, at once what every door serves; looked at again on each request."""
    root = tmp_path / "law"
    shutil.copytree(LAW_FOLDER, root)
    monkeypatch.setenv(FOLDER_VARIABLE, str(root))
    monkeypatch.setattr("leerrekening.lawtext.keeper.SECONDS_BETWEEN_LOOKS", 0.0)
    the_keeper.cache_clear()
    monkeypatch.setattr(the_keeper(), "_seconds", 0.0)
    yield root
    the_keeper.cache_clear()
