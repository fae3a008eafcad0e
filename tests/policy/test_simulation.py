"""`./llr simulate`: same inputs, same bytes; assumptions show; bad input is refused; nothing is half done."""

from __future__ import annotations

import csv
import json
import os
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from leerrekening.cli.main import main
from leerrekening.policy import files, synthesis
from leerrekening.policy.duplicates import near_duplicates
from leerrekening.policy.inequality import Count
from leerrekening.policy.note import WORDS, markdown
from leerrekening.policy.portability import portability
from leerrekening.policy.reforms import LawBook, ready_reforms
from leerrekening.policy.results import Results, measured
from leerrekening.policy.simulation import CELLS, Setting, Simulation
from leerrekening.policy.synthesis import partitions, read_assumptions
from leerrekening.rules import days

DAY = "2027-03-01"


@pytest.fixture(scope="module")
def population(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("populations") / "small"
    files.write_synthetic(folder, 20_000, 4, DAY)
    return folder


@pytest.fixture(scope="module")
def results(population: Path) -> Results:
    reforms = {r.id: r for r in ready_reforms()}
    simulation = Simulation(
        LawBook(), [None, reforms["loopbaankrediet"], reforms["sociale_partners"]], Setting(DAY)
    )
    opened = files.open_population(population)
    return Results(simulation, simulation.run(opened.parts, opened.day, "columns"), read_assumptions())


def run(*arguments: object) -> int:
    return main(["simulate", "--engine", "columns", *map(str, arguments)])


def test_the_same_run_gives_the_same_bytes(population: Path, tmp_path: Path) -> None:
    for name in ("one", "two"):
        assert (
            run("--population", population, "--out", tmp_path / name, "--threads", 1 if name == "one" else 3)
            == 0
        )
    names = ("results.csv", "portability.csv", "near_duplicates.csv", "run.json", "note.nl.md", "note.en.pdf")
    for file in names:
        assert (tmp_path / "one" / file).read_bytes() == (tmp_path / "two" / file).read_bytes()
    assert not list(tmp_path.glob("*.part"))


def test_partitions_add_up(population: Path, results: Results, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "CHUNK", 3_000)
    opened = files.open_population(population)
    assert len(opened.parts) == 7
    split = results.simulation.run(opened.parts, opened.day, "columns")
    for whole, parts in zip(results.totals.verdicts, split.verdicts, strict=True):
        assert (whole == parts).all()
    assert split.persons.sum() == 20_000
    assert split.persons.shape == (CELLS,)


def test_a_reform_runs_only_what_it_touches(results: Results) -> None:
    of = results.simulation.of
    assert of[0]["opleidingscheques"] == of[1]["opleidingscheques"] == of[2]["opleidingscheques"]
    assert len({units["loopbaankrediet"] for units in of}) == 3


def test_a_changed_figure_changes_no_shape(results: Results) -> None:
    """What a figure decides is an argument, so a reform of it compiles nothing."""
    units = results.simulation.units
    cheques = [u for u in units if u.instrument == "loopbaankrediet" and u.lanes is not None]
    assert len(cheques) == 2
    assert all(len(u.lanes.figures) >= 4 for u in cheques if u.lanes is not None)


def test_the_two_reforms_differ_as_they_should(results: Results) -> None:
    yes = [int(results.verdicts(i, "loopbaankrediet")[:, 2].sum()) for i in range(3)]
    assert yes[0] == 0, "a proposal gives nobody a right until a scenario adopts it"
    assert yes[2] > yes[1] > 0, "one year of work reaches more people than seven"
    young = results.entitled(1, "loopbaankrediet", "age")[0, 2]
    assert results.entitled(2, "loopbaankrediet", "age")[0, 2] > young
    price = [results.mean(i, "loopbaankrediet", "price.person") for i in (1, 2)]
    assert price[0][0] == 9000, "six hours at 15 euro for the low-educated"
    assert price[0][2] == 15000
    assert 9000 <= price[1][2] <= 15000


def test_moves_account_for_everybody(results: Results) -> None:
    for moves in results.totals.moves[1:]:
        for table in moves.values():
            assert table.sum() == 20_000


def test_changing_an_assumption_changes_the_result_and_the_note(results: Results) -> None:
    assumptions = dict(results.assumptions)
    assumptions["take_up.loopbaankrediet"] = assumptions["take_up.loopbaankrediet"].at(0.016)
    other = Results(results.simulation, results.totals, assumptions)
    before, after = (r.expected(1, "loopbaankrediet") for r in (results, other))
    assert before is not None
    assert after is not None
    assert after.users_wanted == pytest.approx(2 * before.users_wanted)
    assert before.entitled == after.entitled
    assert "0.016" in markdown(other, "en")
    assert "0.016" not in markdown(results, "en")


def test_the_note_tells_the_figures_as_they_were_run(results: Results) -> None:
    note = markdown(results, "en")
    assert "| 7 years | 1 January 2027 |" in note
    assert "| does not exist | 1 January 2027 |" in note


def test_supply_limits_use(results: Results) -> None:
    assumptions = dict(results.assumptions)
    assumptions["take_up.loopbaankrediet"] = assumptions["take_up.loopbaankrediet"].at(0.02)
    assumptions["supply.guidance_hours"] = assumptions["supply.guidance_hours"].at(100_000)
    expected = Results(results.simulation, results.totals, assumptions).expected(1, "loopbaankrediet")
    assert expected is not None
    assert expected.limited_by_supply
    assert expected.users < expected.users_wanted


@pytest.mark.parametrize("language", WORDS)
def test_the_note_names_every_assumption_it_rests_on(results: Results, language: str) -> None:
    note = markdown(results, language)
    for key, a in results.assumptions.items():
        if key.startswith(("take_up.loopbaan", "supply")):
            assert a.name[language] in note
    for scenario in results.simulation.scenarios:
        if scenario.reform is not None:
            assert scenario.reform.reason[language] in note


def test_results_name_their_assumptions(results: Results) -> None:
    rows = list(csv.DictReader(results.csv().splitlines()))
    assert {r["measure"] for r in rows} >= {
        "yes",
        "no",
        "undecided",
        "Erreygers",
        "public cost",
        "entitled to exactly these",
    }
    assert all(r["assumptions"] for r in rows if r["measure"] in ("expected users", "public cost"))
    assert not any(r["assumptions"] for r in rows if r["measure"] in ("yes", "no", "undecided"))


def test_measures_of_inequality_hold_their_value_between_low_and_high(results: Results) -> None:
    found = results.inequality(1, "loopbaankrediet")
    assert [m.name for m in found] == [
        "gap",
        "risk ratio",
        "odds ratio",
        "concentration",
        "Erreygers",
        "Theil",
    ]
    assert all(m.low < m.value < m.high for m in found)
    assert found == results.inequality(1, "loopbaankrediet")
    assert measured([Count(0, 10), Count(3, 10)]) == []


def test_measures_give_the_worked_values() -> None:
    """Flanders, education, EAK 2019: shares 18.4, 40.6, 41.0 and rates 9.8, 17.3 (derived), 34.6."""
    counts = [Count(18032, 184000), Count(70238, 406000), Count(141860, 410000)]
    found = {m.name: m.value for m in measured(counts)}
    worked = {
        "gap": 0.248,
        "risk ratio": 3.53,
        "odds ratio": 4.87,
        "concentration": 0.231,
        "Erreygers": 0.212,
        "Theil": 0.097,
    }
    for name, value in worked.items():
        assert found[name] == pytest.approx(value, abs=0.005 if value > 1 else 0.0005), name


def test_overlap_and_near_duplicates_and_portability(results: Results) -> None:
    assert sum(count for _, count in results.overlap(0)) == 20_000
    frame = next(iter(partitions(10_000, 4, DAY)))
    simulation = results.simulation
    pairs = near_duplicates(simulation, frame, days.day_of(DAY))
    assert any(
        {"opleidingscheques.OC5", "vlaams_opleidingskrediet.KP5"} == {p.first, p.second} for p in pairs
    )
    assert all(p.both + p.only_first + p.only_second + p.neither == frame.height for p in pairs)
    moves = portability(simulation, frame, days.day_of(DAY))
    to_own = {m.instrument: m for m in moves if m.status == "employee" and m.changed_to == "self_employed"}
    assert to_own["opleidingscheques"].keeps == 0
    found = next(p for p in pairs if {p.first, p.second} == {"opleidingscheques.OC1", "loopbaancheques.LP1"})
    assert found.only_first == 0, "who is an employee works"
    assert found.second_mostly is not None
    assert (found.second_mostly.dimension, found.second_mostly.group) == ("status", "self_employed")
    assert found.second_mostly.persons == found.only_second
    assert to_own["loopbaancheques"].loses == 0
    assert all(m.keeps + m.uncertain + m.loses == m.entitled for m in moves)


# --- bad input -----------------------------------------------------------------------------------------


def refused(capsys: pytest.CaptureFixture[str], *arguments: object) -> str:
    assert run(*arguments) == 2
    return capsys.readouterr().err


def test_a_missing_column_is_refused(
    population: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "people.parquet"
    pl.read_parquet(population / "part-00000.parquet").drop("career_days").write_parquet(file)
    said = refused(capsys, "--population", file, "--population-day", DAY, "--out", tmp_path / "out")
    assert "the column 'career_days' is missing" in said
    assert not (tmp_path / "out").exists()


def test_an_impossible_value_is_refused_with_its_row(
    population: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "people.parquet"
    frame = pl.read_parquet(population / "part-00000.parquet")
    wrong = pl.Series(
        "career_days", [-5 if i == 7 else v for i, v in enumerate(frame["career_days"])], dtype=pl.Int32
    )
    frame.with_columns(wrong).write_parquet(file)
    said = refused(capsys, "--population", file, "--population-day", DAY, "--out", tmp_path / "out")
    assert "'career_days', row 8: -5 is not in 0 to 36600" in said


def test_a_truncated_file_is_refused(
    population: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "people.parquet"
    file.write_bytes((population / "part-00000.parquet").read_bytes()[:5000])
    said = refused(capsys, "--population", file, "--population-day", DAY, "--out", tmp_path / "out")
    assert "people.parquet: not a whole Parquet file" in said
    assert not (tmp_path / "out").exists()


def test_a_population_left_half_made_is_refused(
    population: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "half"
    folder.mkdir()
    (folder / "part-00000.parquet").write_bytes((population / "part-00000.parquet").read_bytes())
    assert "half made" in refused(capsys, "--population", folder, "--out", tmp_path / "out")


def test_an_interrupted_drawing_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(synthesis.Count, "add", interrupted)
    with pytest.raises(KeyboardInterrupt):
        files.write_synthetic(tmp_path / "people", 2000, 1, DAY)
    assert os.listdir(tmp_path) == []


def test_other_bad_arguments_are_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], population: Path
) -> None:
    assert "no such reform" in refused(capsys, "--reform", "nothing")
    assert "no assumption" in refused(capsys, "--assume", "nothing=1")
    assert "outside its range" in refused(capsys, "--assume", "take_up.loopbaancheques=1")
    assert "--as-of" in refused(capsys, "--as-of", "2027-02-30")
    (tmp_path / "course.json").write_text(json.dumps({"contact_minutes": -1}))
    assert "contact_minutes" in refused(
        capsys, "--course", tmp_path / "course.json", "--population", population
    )
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("keep me")
    assert "holds other files" in refused(capsys, "--population", population, "--out", tmp_path / "mine")
    assert (tmp_path / "mine" / "letter.txt").exists()


def test_needs_columns_and_lists(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--needs", "--reform", "loopbaankrediet") == 0
    said = capsys.readouterr().out
    assert "career_year_days(2027-03-01)\tday\tloopbaankrediet" in said
    assert run("--columns") == 0
    assert "job_fraction" in capsys.readouterr().out
    assert run("--assumptions") == 0
    assert "take_up.loopbaankrediet" in capsys.readouterr().out
    assert run("--reforms") == 0
    assert "harmonisatie" in capsys.readouterr().out


def test_unknown_values_stay_unknown_and_are_counted(population: Path, tmp_path: Path) -> None:
    file = tmp_path / "people.parquet"
    frame = pl.read_parquet(population / "part-00000.parquet")
    frame.with_columns(highest_diploma=pl.lit(None, dtype=frame["highest_diploma"].dtype)).write_parquet(file)
    assert run("--population", file, "--population-day", DAY, "--out", tmp_path / "out") == 0
    record = json.loads((tmp_path / "out" / "run.json").read_text())
    assert record["unknown"]["highest_diploma"] == frame.height
    rows = csv.DictReader((tmp_path / "out" / "results.csv").read_text().splitlines())
    cheques = {
        r["measure"]: int(r["value"])
        for r in rows
        if r["scenario"] == "today"
        and r["instrument"] == "opleidingscheques"
        and r["dimension"] == "all"
        and r["unit"] == "persons"
    }
    assert cheques["undecided"] > 0
