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

import polars as pl

from leerrekening.paper import render
from leerrekening.policy.note import condition_text, document
from leerrekening.policy.persons import Part
from leerrekening.policy.reforms import Assumption, LawBook, Reform, ready_reforms
from leerrekening.policy.results import Results
from leerrekening.policy.simulation import Setting, Simulation, Totals
from leerrekening.policy.study import Study, study
from leerrekening.policy.synthesis import partitions, read_assumptions
from leerrekening.rules import days

# Each of these people stands for WEIGHT adults: 4 million together, close to the 3.99 million of 18 to 64 in 2021.
PEOPLE: Final = 40_000
WEIGHT: Final = 100
SEED: Final = 1
# Shares in a note are counted over one in so many of these people.
NOTE_ONE_IN: Final = 4
# Assumptions on how people and counsellors behave. The others shape the population, which is drawn once.
BEHAVIOUR: Final = ("take_up.", "anticipation", "supply.")


@dataclass(frozen=True)
class Comparison:
    """Today's law beside a scenario. `results` counts all adults, `drawn` only the people drawn: a margin of chance
    belongs to those."""

    results: Results
    drawn: Results


# Today's law is looked at on the day on which the ready proposals would hold.
DAY: Final = "2027-03-01"
_DRAWING: Final = threading.Lock()
_STUDYING: Final = threading.Lock()


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


@dataclass(frozen=True)
class Studied:
    """What was worked out between rights for one scenario, at place `index` in it."""

    results: Results
    study: Study
    index: int

    def names(self, language: str) -> dict[str, str]:
        """Instruments in words."""
        law = self.results.simulation.scenarios[self.index].engine.law
        return {key: each.name[language] for key, each in law.instruments.items()}

    def condition(self, name: str, language: str) -> str:
        """A condition ("instrument.id") in words."""
        return condition_text(self.results, self.index, name)[language]


def studied(reform: Reform | None) -> Studied:
    """What a change of work does, and which conditions are almost the same, under a ready reform or today's law."""
    with _STUDYING:
        return _studied(None if reform is None else reform.id)


@cache
def _studied(identity: str | None) -> Studied:
    reforms = {each.id: each for each in ready_reforms()}
    reform = reforms[identity] if identity else None
    day = str((reform.as_of or reform.date) if reform else DAY)
    simulation = Simulation(law_book(), [reform], Setting(day))
    frame = pl.concat(_people(day))
    found = study(simulation, frame, days.day_of(day), PEOPLE * WEIGHT)
    return Studied(Results(simulation, simulation.empty(), read_assumptions()), found, 0)


def note(comparison: Comparison, language: str) -> bytes:
    """The note on a comparison as an accessible PDF, with what a change of work does and which conditions are alike."""
    simulation = comparison.results.simulation
    day = simulation.setting.as_of
    some = pl.concat(_people(day)).gather_every(NOTE_ONE_IN)
    found = study(simulation, some, days.day_of(day), PEOPLE * WEIGHT)
    return render(document(comparison.results, language, found, comparison.drawn), language, large_type=False)


def warm_up() -> None:
    """Do once what every scenario needs, so that the first one to be opened is as quick as the next."""
    ready = ready_reforms()
    for reform in ready:
        compare(reform, {})
    for one in (None, *ready):
        studied(one)


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
