"""Every reading of a population agrees with the reading of one person, bit for bit."""

from __future__ import annotations

import json
from fractions import Fraction
from functools import lru_cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.rules import agreement
from tests.rules.anybody import person

from leerrekening.lawtext.cases import read_cases
from leerrekening.lawtext.reader import read_law
from leerrekening.rules.decide import Engine
from leerrekening.rules.lanes import layout_of, lower
from leerrekening.rules.residue import Question, Residue
from leerrekening.rules.situation import Situation
from leerrekening.rules.terms import Unrepresentable
from leerrekening.rules.values import Unknown

COURSE = {
    "id": "course-1", "start": "2024-03-15", "end": "2024-06-30", "provider_kind": "cvo", "provider_registered": True,
    "odb": [{"from": "2019-09-01"}], "counted_in": "lesson_hours", "contact_minutes": 3600, "contact_teaching": True,
    "excluded_activity": "none", "leads_to": "none", "teaches": ["nt2"], "price_cents": 30001, "paid_by": "worker",
    "initiative": "own", "coinciding_minutes": 601, "enrolment_contract": "not_applicable",
}  # fmt: skip
LAST_KNOWN = True
INTERPRETED = (agreement.plain, agreement.columns, agreement.sql, agreement.kernel_text)


@lru_cache
def engine() -> Engine:
    return Engine(read_law())


def read(document: dict[str, Any]) -> Situation:
    return engine().law.reader.read(json.dumps(document))


def everybody_agrees(people: list[Situation], readings: Any = INTERPRETED) -> None:
    for last_known in (False, True):
        for program, members in agreement.programs(engine(), people, last_known):
            agreement.check(engine(), program, members, last_known, readings)


def asked_the_same(day: str, course: dict[str, Any] | None, count: int) -> tuple[list[Situation], Residue]:
    """People with one day and one course, and what is left of the law for them."""
    shared: dict[str, Any] = {
        "as_of": day,
        "request": {"hours": 5, "quota_reached": False},
        "interruption": {
            "from": day,
            "kind": "half",
            "fraction_before": 1,
            "rva_allowance": True,
            "applied_on": day,
        },
    }
    if course is not None:
        shared["course"] = course
    people = [read({**person(seed, as_of=day, with_course=False), **shared}) for seed in range(count)]
    fixed = frozenset({"as_of", "course", "request", "interruption"})
    return people, Residue(engine(), Question(read(shared), fixed, {}, LAST_KNOWN))


@settings(max_examples=12, deadline=None)
@given(st.integers(0, 2**32), st.booleans())
def test_random_people(seed: int, with_course: bool) -> None:
    everybody_agrees([read(person(seed, with_course=with_course))])


@pytest.mark.parametrize("course", [None, COURSE], ids=["right as such", "one course"])
@pytest.mark.parametrize("day", ["2018-05-01", "2021-10-15", "2024-03-01", "2027-03-01"])
def test_people_asked_the_same(day: str, course: dict[str, Any] | None) -> None:
    people, residue = asked_the_same(day, course, 150)
    for instrument in engine().law.instruments:
        agreement.check(engine(), residue.program(instrument), people, LAST_KNOWN, INTERPRETED)


def test_compiled_kernel() -> None:
    """One instrument through the compiler; ``--deep`` compiles all of them."""
    people, residue = asked_the_same("2024-03-01", None, 300)
    agreement.check(
        engine(), residue.program("vlaams_opleidingskrediet"), people, LAST_KNOWN, [agreement.kernel]
    )


@pytest.mark.deep
@pytest.mark.parametrize("course", [None, COURSE], ids=["right as such", "one course"])
@pytest.mark.parametrize("day", ["2018-05-01", "2024-03-01", "2027-03-01"])
def test_compiled_kernels_of_all(day: str, course: dict[str, Any] | None) -> None:
    people, residue = asked_the_same(day, course, 2500)
    for instrument in engine().law.instruments:
        agreement.check(
            engine(), residue.program(instrument), people, LAST_KNOWN, [agreement.kernel, agreement.columns]
        )


def test_worked_examples() -> None:
    """Every worked example of the law, through every reading."""
    cases = read_cases(engine().law).cases
    assert len(cases) > 100
    everybody_agrees([case.situation for case in cases])


def test_figures_are_arguments() -> None:
    """Another day with other figures and the same rules has the same shape, so nothing is compiled for it."""
    _, one = asked_the_same("2022-10-03", None, 1)
    _, other = asked_the_same("2022-10-04", None, 1)
    a, b = (r.program("loopbaankrediet") for r in (one, other))
    assert a.fixed_verdict == b.fixed_verdict == "no"
    a, b = (lower(r.program("opleidingscheques")) for r in (one, other))
    assert a.shape().replace("2022-10-03", "x") == b.shape().replace("2022-10-04", "x")


def test_a_day_that_differs_by_person_is_refused_unless_its_stretch_is_given() -> None:
    question = Question(read(person(0, with_course=True)), frozenset({"as_of"}), {}, not LAST_KNOWN)
    with pytest.raises(Unrepresentable, match="differs by person"):
        Residue(engine(), question).program("vlaams_opleidingsverlof")


def test_values_that_do_not_fit_are_refused() -> None:
    _, residue = asked_the_same("2024-03-01", None, 1)
    leaves = {leaf.text(): leaf for leaf in residue.program("opleidingscheques").leaves()}
    cents = layout_of(next(leaf for name, leaf in leaves.items() if name.startswith("used_cents")))
    assert cents.decode(cents.encode(12345)) == 12345
    assert cents.decode(cents.encode(Unknown(free=True))).free  # type: ignore[union-attr]
    with pytest.raises(Unrepresentable, match="too large"):
        cents.encode(2**40)
    with pytest.raises(Unrepresentable, match="six decimals"):
        layout_of(leaves["apprentice_minutes_per_month(2024-03-01)"]).encode(Fraction(1, 3))
