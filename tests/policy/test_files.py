"""Population files that are wrong: refused with file, column, row and reason, before any result."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from leerrekening.cli.main import main
from leerrekening.policy import files
from leerrekening.policy.persons import PopulationError, check_dates, rows_of
from leerrekening.policy.study import sample
from leerrekening.policy.synthesis import partitions
from leerrekening.rules import days

DAY = "2027-03-01"


def people(size: int = 2_000) -> pl.DataFrame:
    return next(iter(partitions(size, 6, DAY)))


def write(folder: Path, *frames: pl.DataFrame) -> Path:
    """A population folder with one file a frame."""
    folder.mkdir()
    parts = []
    for number, frame in enumerate(frames):
        name = f"part-{number:05}.parquet"
        frame.write_parquet(folder / name)
        parts.append({"file": name, "rows": frame.height})
    (folder / files.RECORD).write_text(json.dumps({"as_of": DAY, "parts": parts}))
    return folder


def refused(population: Path, out: Path, capsys: pytest.CaptureFixture[str]) -> str:
    arguments = ["simulate", "--engine", "columns", "--population", str(population), "--out", str(out)]
    if population.is_file():
        arguments += ["--population-day", DAY]
    assert main(arguments) == 2
    assert not out.exists(), "no result may be left"
    assert not list(out.parent.glob("*.part"))
    return capsys.readouterr().err


def test_a_wrong_value_deep_in_a_population_is_named_with_file_and_row(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "CHUNK", 500)
    frame = people()
    name = "job_weekly_minutes"
    impossible = pl.when(pl.int_range(pl.len()) == 1_733).then(9_999).otherwise(pl.col(name)).alias(name)
    wrong = frame.with_columns(impossible)
    said = refused(write(tmp_path / "people", frame, wrong), tmp_path / "out", capsys)
    assert "part-00001.parquet: column 'job_weekly_minutes', row 1734: 9999 is not in 0 to 7200" in said


def test_files_of_one_population_with_other_types_are_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    frame = people()
    mixed = frame.with_columns(pl.col("career_days").cast(pl.String))
    said = refused(write(tmp_path / "people", frame, mixed), tmp_path / "out", capsys)
    assert "part-00001.parquet: column 'career_days': holds String, not whole numbers" in said


def test_a_million_rows_of_nonsense_are_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rng = np.random.default_rng(1)
    size, frame = 1_000_000, people(1_000)
    nonsense = {}
    for name, kind in frame.schema.items():
        if kind == pl.Date:
            nonsense[name] = pl.Series(rng.integers(-200_000, 200_000, size)).cast(pl.Date)
        elif kind == pl.Boolean:
            nonsense[name] = pl.Series(rng.random(size) < 0.5)
        elif kind == pl.Int32:
            nonsense[name] = pl.Series(rng.integers(-(10**9), 10**9, size))
        else:
            nonsense[name] = pl.Series([f"code {n % 97}" for n in range(size)])
    file = tmp_path / "people.parquet"
    pl.DataFrame(nonsense).write_parquet(file)
    said = refused(file, tmp_path / "out", capsys)
    assert "people.parquet: column 'birth_date', row " in said


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"birth_date": date(2030, 1, 1)}, "column 'birth_date', row 1: 2030-01-01 is after 2027-03-01"),
        ({"job_from": date(1930, 1, 1)}, "column 'job_from', row 1: 1930-01-01 is before the birth_date"),
        (
            {"leave_used_on": date(2027, 3, 2)},
            "column 'leave_used_on', row 1: 2027-03-02 is after 2027-03-01",
        ),
    ],
)
def test_days_that_cannot_be(change: dict[str, date], reason: str) -> None:
    rows = rows_of(people().with_columns(**{name: pl.lit(value) for name, value in change.items()}))
    with pytest.raises(PopulationError, match=reason):
        check_dates(rows, days.day_of(DAY))


def test_the_people_we_draw_have_days_that_can_be() -> None:
    check_dates(rows_of(people(20_000)), days.day_of(DAY))


def test_a_sample_is_spread_over_everybody_and_always_the_same(tmp_path: Path) -> None:
    folder = write(tmp_path / "people", people(), people(), people())
    opened = files.open_population(folder)
    one, again = (sample(opened.parts, opened.size, 1_000) for _ in range(2))
    assert one.equals(again)
    assert 900 <= one.height <= 1_100
    assert sample(opened.parts, opened.size).height == opened.size
