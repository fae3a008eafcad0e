"""Runs a scenario on a modest population: a ready reform, or a copy of one with figures and assumptions changed.

Needs the packages of `./llr simulate`; `web` itself starts without them, so this module is only imported when a
scenario is opened. Nothing is stored: a copy travels in the form of its page.
"""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, Final

from leerrekening.policy.persons import Part
from leerrekening.policy.reforms import Assumption, LawBook, Reform, ready_reforms
from leerrekening.policy.results import Results
from leerrekening.policy.simulation import Setting, Simulation, Totals
from leerrekening.policy.synthesis import partitions, read_assumptions
from leerrekening.rules import days

# Each of these people stands for WEIGHT adults: 4 million together, close to the 3.99 million of 18 to 64 in 2021.
PEOPLE: Final = 40_000
WEIGHT: Final = 100
SEED: Final = 1
# Assumptions on how people and counsellors behave. The others shape the population, which is drawn once.
BEHAVIOUR: Final = ("take_up.", "anticipation", "supply.")


@dataclass(frozen=True)
class Comparison:
    """Today's law beside a scenario. `results` counts all adults, `drawn` only the people drawn: a margin of chance
    belongs to those."""

    results: Results
    drawn: Results


_DRAWING: Final = threading.Lock()


@cache
def law_book() -> LawBook:
    """The plain data of the law, read once. Errors: LawError."""
    return LawBook()


@cache
def _population(day: str) -> tuple[Any, ...]:
    return tuple(partitions(PEOPLE, SEED, day))


def _people(day: str) -> tuple[Any, ...]:
    """The people, drawn once per day asked about: same seed, same people. Who comes meanwhile waits for them."""
    with _DRAWING:
        return _population(day)


def warm_up() -> None:
    """Do once what every scenario needs, so that the first one to be opened is as quick as the next."""
    for reform in ready_reforms():
        compare(reform, {})


def behaviour() -> dict[str, Assumption]:
    """The assumptions a page may change, with their ranges."""
    return {key: each for key, each in read_assumptions().items() if key.startswith(BEHAVIOUR)}


def changed(reform: Reform, values: Mapping[int, str]) -> Reform:
    """A copy of a reform with other figures, by their place. Its own hash gives it its own version of the law."""
    if all(str(reform.content["figures"][place]["value"]) == value for place, value in values.items()):
        return reform
    figures = [
        {**figure, "value": values[place]} if place in values else figure
        for place, figure in enumerate(reform.content.get("figures") or [])
    ]
    content = {**reform.content, "id": f"{reform.id}_copy", "figures": figures}
    text = json.dumps(content, sort_keys=True, ensure_ascii=False)
    return replace(
        reform, id=f"{reform.id}_copy", content=content, hash=hashlib.sha256(text.encode()).hexdigest()
    )


def compare(reform: Reform, assumptions: Mapping[str, float]) -> Comparison:
    """Run today's law and the scenario.

    Errors: ReformError for a figure the law refuses, or an assumption outside its range.
    """
    day = str(reform.as_of or reform.date)
    held = read_assumptions()
    for key, value in assumptions.items():
        held[key] = held[key].at(value)
    simulation = Simulation(law_book(), [None, reform], Setting(day))
    frames = _people(day)
    totals = simulation.run([Part(frame.clone) for frame in frames], days.day_of(day))
    return Comparison(Results(simulation, _weighted(totals), held), Results(simulation, totals, held))


def _weighted(totals: Totals) -> Totals:
    """The same totals with each person standing for WEIGHT."""
    return Totals(
        totals.persons * WEIGHT,
        [each * WEIGHT for each in totals.verdicts],
        [{name: each * WEIGHT for name, each in sums.items()} for sums in totals.sums],
        [{name: each * WEIGHT for name, each in known.items()} for known in totals.known],
        [{name: each * WEIGHT for name, each in moves.items()} for moves in totals.moves],
        [each * WEIGHT for each in totals.patterns],
        {name: each * WEIGHT for name, each in totals.unknown.items()},
    )
