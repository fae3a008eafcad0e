"""The daily count: what the account knows comes on the page on use, as groups."""

from datetime import date
from pathlib import Path

import pytest
from tests.account.world import World
from tests.installed import Installed

from leerrekening.jobs.work import Work
from leerrekening.lawtext.keeper import the_keeper
from leerrekening.policy.monitor.counts import read_counts
from leerrekening.policy.suppression import Use
from leerrekening.tasks import TASKS

ON = "2025-11-01"


def test_everybody_is_counted_into_the_file_of_the_site(
    installed: Installed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "counts.csv"
    monkeypatch.setenv("LLR_COUNTS", str(file))
    work = Work(installed.access, installed.dsn, lambda: date.fromisoformat(ON))
    task = TASKS["count_use"]
    assert task.every == "day"
    task.do(work, ON)
    assert not file.exists(), "nobody has a right yet"
    world = World(installed, the_keeper().held())
    for _ in range(2):
        world.settle(world.person(), ON)
    task.do(work, ON)
    counts = read_counts(file, invented=False)
    leave = counts.people["vlaams_opleidingsverlof", "2025-2026"]
    assert leave.cells == {("middle", "45_54", "employed"): Use(2, 0)}
    assert file.stat().st_mode & 0o777 == 0o600
