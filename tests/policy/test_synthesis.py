"""The synthetic population meets its margins, is reproducible, and says what it assumes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from leerrekening.policy.synthesis import Count, fitted, margins, partitions, read_assumptions, whole
from leerrekening.rules import days

DAY = "2024-03-01"


@pytest.fixture(scope="module")
def counted() -> Count:
    count = Count.empty()
    for frame in partitions(100_000, 1, DAY):
        count.add(frame, days.day_of(DAY))
    return count


def test_every_margin_is_within_its_tolerance(counted: Count) -> None:
    found = margins(counted, read_assumptions())
    assert len(found) == 26
    wrong = [
        f"{m.name}, {m.group}: {m.reached:.2f}, not {m.published:.2f}"
        for m in found
        if abs(m.deviation) > m.tolerance
    ]
    assert not wrong


def test_published_participation_by_education_is_reproduced(counted: Count) -> None:
    """EAK 2019, 25 to 64: low 9.8, high 34.6, all 23.0, each within half a point."""
    found = {
        m.group: m.reached for m in margins(counted, read_assumptions()) if m.name.startswith("participation")
    }
    assert found["low"] == pytest.approx(9.8, abs=0.5)
    assert found["high"] == pytest.approx(34.6, abs=0.5)
    assert found["all"] == pytest.approx(23.0, abs=0.5)


def test_the_same_seed_gives_the_same_people() -> None:
    first, again = (next(iter(partitions(2000, 9, DAY))) for _ in range(2))
    assert first.equals(again)
    assert not first.equals(next(iter(partitions(2000, 10, DAY))))


def test_partitions_add_up_to_whole_persons() -> None:
    counts = whole(fitted(read_assumptions()), 12_345)
    assert counts.sum() == 12_345
    assert (counts >= 0).all()


def test_an_assumption_changes_the_population() -> None:
    assumptions = read_assumptions()
    more = {**assumptions, "employment_rate": replace(assumptions["employment_rate"], value=0.78)}
    now, then = (fitted(a)[:, 1:, :, :4].sum() / fitted(a)[:, 1:].sum() for a in (assumptions, more))
    assert now == pytest.approx(0.75, abs=0.001)
    assert then == pytest.approx(0.78, abs=0.001)


def test_every_assumption_has_a_range_and_a_source() -> None:
    for name, a in read_assumptions().items():
        assert a.low <= a.value <= a.high, name
        assert a.low < a.high, name
        assert a.source, name


def test_histories_hold_together() -> None:
    frame = next(iter(partitions(20_000, 3, DAY)))
    assert (frame["birth_date"].dt.year().to_numpy() >= 1958).all()
    jobs = frame.filter(frame["job_from"].is_not_null())
    assert (jobs["job_from"] > jobs["birth_date"]).all()
    assert jobs["job_kind"].null_count() == 0
    assert np.isin(
        frame.filter(frame["status"] == "inactive")["job_kind"].null_count(),
        [len(frame.filter(frame["status"] == "inactive"))],
    )
