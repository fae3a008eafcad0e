"""A row of a population file says the same as the document it stands for."""

from __future__ import annotations

import json
from datetime import date
from fractions import Fraction
from typing import Any

import numpy as np
import polars as pl
import pytest

from leerrekening.policy.persons import COLUMNS, EARLIER_COURSE, PopulationError, rows_of, situation_of
from leerrekening.policy.reforms import LawBook, ready_reforms
from leerrekening.policy.simulation import STANDARD_COURSE, Setting, Simulation
from leerrekening.policy.synthesis import partitions
from leerrekening.rules import days
from leerrekening.rules.decide import Person
from leerrekening.rules.values import Unknown

WORDS = ("no", "undecided", "yes", "yes", "", "", "", "yes")


@pytest.fixture(scope="module")
def book() -> LawBook:
    return LawBook()


def with_gaps(frame: pl.DataFrame) -> pl.DataFrame:
    """The same people with a tenth of what may be unknown left out."""
    rng = np.random.default_rng(5)
    gaps = [
        pl.when(pl.Series(rng.random(frame.height) < 0.1)).then(None).otherwise(pl.col(name)).alias(name)
        for name, column in COLUMNS.items()
        if column.null == "not known" and name not in ("birth_date", "sex", "status", "benefit_from")
    ]
    return frame.with_columns(gaps)


def careers(document: dict[str, Any]) -> list[dict[str, Any]]:
    """The person of a row; of whom the career is not known: with none and with the longest, for a row lists no
    earlier jobs, which a document without a career would take for none.
    """
    if document["person"]["career_days"] is not None:
        return [document]
    return [{**document, "person": {**document["person"], "career_days": days}} for days in (0, 36600)]


@pytest.mark.parametrize("day", ["2022-11-07", "2024-03-01", "2027-03-01"])
@pytest.mark.parametrize(
    "course",
    [
        None,
        dict(STANDARD_COURSE),
        {**STANDARD_COURSE, "id": "other"},
        {**STANDARD_COURSE, "id": EARLIER_COURSE, "odb": [{"from": "2015-01-01", "to": "2021-08-31"}]},
    ],
    ids=["none", "plan", "other", "left the database"],
)
@pytest.mark.parametrize("gaps", [False, True], ids=["all known", "gaps"])
def test_rows_and_documents_agree(book: LawBook, day: str, course: dict[str, Any] | None, gaps: bool) -> None:
    frame = next(iter(partitions(1000, 11, day))).head(60)
    frame = with_gaps(frame) if gaps else frame
    reforms = [None, *(r for r in ready_reforms() if r.id != "today")]
    simulation = Simulation(book, reforms, Setting(day, course))
    rows, table = simulation.table(frame, days.day_of(day))
    results = [simulation.run_unit(unit, table, frame.height, "columns") for unit in simulation.units]
    shared = simulation.setting.shared()
    for row in range(frame.height):
        documents = [json.dumps(each) for each in careers(situation_of(rows, row, shared))]
        for scenario, units in zip(simulation.scenarios, simulation.of, strict=True):
            people = [
                Person(scenario.engine, scenario.engine.law.reader.read(document), last_known=True)
                for document in documents
            ]
            for name, number in units.items():
                unit = simulation.units[number]
                if unit.lanes is None:
                    continue
                verdicts, values, exists = results[number]
                found_for = {person.finding(name).verdict for person in people}
                expected = found_for.pop() if len(found_for) == 1 else "undecided"
                assert WORDS[verdicts[row]] == expected, (scenario.id, name, documents)
                finding = people[0].finding(name)
                if expected == "yes" and len(people) == 1:
                    right = finding.values_of(finding.slice.right)["value"]  # type: ignore[arg-type]
                    place = [o.name for o in unit.lanes.outputs].index("right.value")
                    found = Fraction(int(values[place][row]), unit.lanes.outputs[place].scale)
                    assert (found if exists[place][row] else None) == (
                        None if type(right) is Unknown else right
                    )


def people(**changes: Any) -> pl.DataFrame:
    frame = next(iter(partitions(1000, 2, "2024-03-01")))
    return frame.with_columns(**changes)


@pytest.mark.parametrize(
    ("frame", "message"),
    [
        (lambda: people().drop("job_from"), "the column 'job_from' is missing"),
        (
            lambda: people(job_fraction=pl.lit(1_000_001)),
            "'job_fraction', row 1: 1000001 is not in 0 to 1000000",
        ),
        (lambda: people(job_fraction=pl.lit(0.8)), "'job_fraction': holds Float64, not whole numbers"),
        (lambda: people(birth_date=pl.lit("1980-01-01")), "'birth_date': holds String, not dates"),
        (
            lambda: people(birth_date=pl.lit(date(1780, 1, 1))),
            "'birth_date', row 1: 1780-01-01 is not in 1900",
        ),
        (lambda: people(sex=pl.lit("x")), "'sex', row 1: 'x' is not one of f, m"),
        (lambda: people(lives_alone=pl.lit(3)), "'lives_alone': holds Int32, not true and false"),
        (lambda: people(highest_diploma=pl.lit(3)), "'highest_diploma': holds Int32, not codes as text"),
    ],
)
def test_bad_columns_are_refused_with_column_row_and_reason(frame: Any, message: str) -> None:
    with pytest.raises(PopulationError) as refused:
        rows_of(frame())
    assert message in str(refused.value)


def test_a_million_rows_of_nonsense_are_refused() -> None:
    nonsense = pl.DataFrame({name: np.random.default_rng(1).random(1_000_000) for name in COLUMNS})
    with pytest.raises(PopulationError, match="column"):
        rows_of(nonsense)
