# ruff: noqa: E501 - a bad reform stands on its line
"""Reforms are overlays: the law stays as it is, and what does not fit is refused with both places."""

from __future__ import annotations

from pathlib import Path

import pytest

from leerrekening.policy.reforms import LawBook, ReformError, read_reform, ready_reforms
from leerrekening.policy.synthesis import read_assumptions
from leerrekening.rules import days

TEXT = "{nl: a, fr: b, de: c, en: d}"
HEAD = f"id: mine\nname: {TEXT}\nauthor: me\ndate: 2026-01-01\nreason: {TEXT}\n"


@pytest.fixture(scope="module")
def book() -> LawBook:
    return LawBook()


def reform(folder: Path, body: str) -> Path:
    path = folder / "mine.yaml"
    path.write_text(HEAD + body, "utf-8")
    return path


def test_ready_reforms_have_author_reason_and_fit_the_law(book: LawBook) -> None:
    ready = ready_reforms()
    assert [r.id for r in ready] == ["today", "loopbaankrediet", "sociale_partners", "harmonisatie"]
    versions = {book.with_reform(r).version for r in ready}
    assert len(versions) == 4
    assert book.law().version not in versions


def test_a_reform_changes_its_day_and_nothing_before_it(book: LawBook) -> None:
    partners = next(r for r in ready_reforms() if r.id == "sociale_partners")
    before, after = book.law(), book.with_reform(partners)
    name, day = "lk.experience_years", days.day_of("2027-01-01")
    old, new = (law.instruments["loopbaankrediet"].figures[name] for law in (before, after))
    assert old.read(day) == 7
    assert new.read(day) == 1
    assert new.read(day - 1) is not None
    assert book.law().instruments["loopbaankrediet"].figures[name].read(day) == 7, (
        "the law itself was touched"
    )


@pytest.mark.parametrize(
    ("body", "parts"),
    [
        ("figures:\n  - {id: lk.nothing, from: 2027-01-01, value: 1, sources: [S1]}\n", ["mine.yaml, line", "loopbaankrediet/parameters.yaml"]),
        ("figures:\n  - {id: zz.nothing, from: 2027-01-01, value: 1, sources: [S1]}\n", ["mine.yaml, line", "zz.*"]),
        ("figures:\n  - {id: lk.experience_years, from: 2027-01-01, value: 1, unit: euro, sources: [S1]}\n", ["mine.yaml, line", "in euro", "parameters.yaml, it is in year"]),
        ("figures:\n  - {id: lk.experience_years, from: 2027-02-30, value: 1, sources: [S1]}\n", ["mine.yaml, line", "not a date"]),
        ("figures:\n  - {id: lk.experience_years, from: 2027-01-01, value: 1, sources: [NONE]}\n", ["mine.yaml", "'NONE' is not listed in instrument.yaml"]),
        ("figures:\n  - {id: lk.experience_years, from: 2027-01-01, value: much, sources: [S1]}\n", ["mine.yaml", "lk.experience_years"]),
        ("rules:\n  - {instrument: loopbaankrediet, id: rate, from: 2027-01-01, expr: lk.hours_per_career}\n", ["mine.yaml, line", "loopbaankrediet"]),
        ("rules:\n  - {instrument: loopbaankrediet, id: rate, from: 2027-01-01, expr: rate * 2}\n", ["mine.yaml", "circle"]),
        ("rules:\n  - {instrument: nowhere, id: rate, from: 2027-01-01, expr: '1'}\n", ["mine.yaml", "no instrument 'nowhere'"]),
        ("rules:\n  - {instrument: loopbaankrediet, id: new_rule, from: 2027-01-01, expr: '1'}\n", ["mine.yaml", "has no rule new_rule"]),
        ("wrong_key: 1\n", ["mine.yaml", "wrong_key"]),
        ("assumptions:\n  x: {value: 2, low: 0, high: 1, unit: share, source: ours, name: " + TEXT + "}\n", ["mine.yaml", "outside its range"]),
        ("figures: [\n", ["mine.yaml, line"]),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused_with_both_places(
    book: LawBook, tmp_path: Path, body: str, parts: list[str]
) -> None:
    with pytest.raises(ReformError) as refused:
        book.with_reform(read_reform(reform(tmp_path, body)))
    for part in parts:
        assert part in str(refused.value)


def test_assumptions_stay_in_their_range() -> None:
    take_up = read_assumptions()["take_up.loopbaancheques"]
    assert take_up.at(0.01).value == 0.01
    with pytest.raises(ReformError, match="outside its range"):
        take_up.at(0.9)
