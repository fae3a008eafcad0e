"""The daily count: what the account knows comes on the page on use, as groups."""

from datetime import date
from pathlib import Path

import pytest
from django.test import Client, override_settings
from tests.account.world import World
from tests.installed import Installed
from tests.town import give_mandate, settle

from leerrekening.jobs.work import Work
from leerrekening.lawtext.keeper import the_keeper
from leerrekening.policy.monitor import barriers
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


def test_barriers_from_conversations_reach_the_page_on_policy_as_counts(
    installed: Installed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """J5.6. Ten named money, seven also their own life: only the first number leaves, and none that gives it away."""
    monkeypatch.setenv("LLR_COUNTS", str(tmp_path / "counts.csv"))
    file = barriers.beside(tmp_path / "counts.csv")
    town = settle(installed)
    give_mandate(town)
    task, work = TASKS["count_barriers"], Work(installed.access, installed.dsn, lambda: date(2025, 11, 1))
    task.do(work, ON)
    assert not file.exists()
    installed.all(
        "insert into registry.person (party, insz_key, insz_sealed, given_names, family_name)"
        " select n, sha256(n::text::bytea), 'x', 'An', 'Smet' from generate_series(200001, 200010) n"
    )
    installed.all(
        "insert into registry.conversation (party, helper, mandate, at, question, barriers)"
        " select n, %s, %s, '2025-08-20', 'geheim', case when n <= 200007 then array['financial', 'situational']"
        " else array['financial'] end from generate_series(200001, 200010) n",
        *(town.helper, town.mandate),
    )
    task.do(work, "2025-09-30")
    assert not file.exists(), "the quarter still runs"
    task.do(work, ON)
    (quarter,) = barriers.read_barriers(file)
    assert (quarter.year, quarter.quarter) == (2025, 3)
    assert quarter.people == {
        "financial": 10,
        **dict.fromkeys(("dispositional", "institutional", "situational", "informational")),
    }
    assert "geheim" not in file.read_text()
    with override_settings(COUNTS=tmp_path / "counts.csv"):
        page = Client(headers={"host": "localhost"}).get("/nl/beleid/drempels").content.decode()
    assert "kwartaal 3 van 2025" in page
    assert page.count("verborgen</td>") == 4
    with override_settings(COUNTS=tmp_path / "nothing.csv"):
        assert (
            "Er zijn nog geen cijfers"
            in Client(headers={"host": "localhost"}).get("/nl/beleid/drempels").content.decode()
        )
