"""The law once it is read: instruments with their figures, conditions, amounts and sources, as plain values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from leerrekening.rules.expressions import Node
from leerrekening.rules.facts import FactBook, Text
from leerrekening.rules.parameters import Figure
from leerrekening.rules.situation import SituationReader

BLOCKS: Final = ("money", "time", "guidance")
RIGHT_UNITS: Final = ("cent", "minute", "voucher")
CUMULATIONS: Final = ("allowed", "forbidden", "unknown")


@dataclass(frozen=True, slots=True)
class Source:
    """A page or document that a statement of the law rests on."""

    tag: str
    title: str
    url: str
    kind: str


@dataclass(frozen=True, slots=True)
class Act:
    """A legal act, and the days on which it is the basis; None: not told, or no end known."""

    id: str
    title: Text
    date: int | None
    url: str | None
    start: int | None
    end: int | None


@dataclass(frozen=True, slots=True)
class Citation:
    """Where a rule stands: the act, the article when known, the sources read, and how sure the reading is."""

    act: Act | None
    article: str | None
    tags: tuple[str, ...]
    confidence: str


@dataclass(frozen=True, slots=True)
class Reference:
    """A logged conflict between sources, or a gap in what is known."""

    id: str
    kind: str
    matter: Text
    treatment: Text
    look_up: Text | None
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Cumulation:
    """Whether this instrument may be combined with another; unknown is never allowed."""

    other: str
    verdict: str
    text: Text
    sources: tuple[str, ...]
    confidence: str


@dataclass(frozen=True, slots=True)
class Event:
    """Something that changed in the law on a day."""

    date: int
    text: Text
    sources: tuple[str, ...]
    confidence: str


@dataclass(frozen=True, slots=True)
class RuleException:
    """What takes the place of a rule when ``when`` holds, as it is written. The highest priority decides."""

    id: str
    priority: int
    when: str
    source_text: str
    citation: Citation


@dataclass(frozen=True, slots=True)
class Version:
    """What a rule says from a day to a day. ``text`` is set where this version is worded differently.

    ``source_text`` is the base as it is written, ``exceptions`` what stands above it, first the one that decides
    first; ``node`` holds all of it.
    """

    start: int
    end: int
    source_text: str
    exceptions: tuple[RuleException, ...]
    node: Node
    text: Text | None
    conflicts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rule:
    """A named rule: a definition, or a condition when it has words and a citation."""

    id: str
    versions: tuple[Version, ...]
    text: Text | None
    citation: Citation | None
    conflicts: tuple[str, ...]
    refines: tuple[str, ...]
    presumes: tuple[str, ...]

    def version_on(self, day: int) -> Version | None:
        """The version in force on a day."""
        return next((v for v in self.versions if v.start <= day <= v.end), None)


@dataclass(frozen=True, slots=True)
class Note:
    """A condition of the law that no fact of the contract can establish."""

    id: str
    start: int
    end: int
    text: Text
    citation: Citation


@dataclass(frozen=True, slots=True)
class Amount:
    """An amount of the outcome: what it is, its unit, and its parts (value, used, ...) as trees and as written."""

    labels: Mapping[str, str]
    parts: Mapping[str, Node]
    source_texts: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Limit:
    """Why an award is smaller than one might expect: shown when its tree is true."""

    id: str
    text: Text
    when: Node
    value: Node | None
    when_text: str
    value_text: str | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What follows when all conditions hold."""

    right: Amount | None
    counters: tuple[Amount, ...]
    award: Amount | None
    pays: tuple[Amount, ...]
    price: Amount | None


@dataclass(frozen=True, slots=True)
class Instrument:
    """One right to learn, with everything the law says about it."""

    id: str
    prefix: str
    name: Text
    summary: Text
    block: str
    unit: str
    words: Mapping[str, Text]
    acts: Mapping[str, Act]
    sources: Mapping[str, Source]
    references: Mapping[str, Reference]
    cumulation: tuple[Cumulation, ...]
    history: tuple[Event, ...]
    figures: Mapping[str, Figure]
    decisive_day: Node
    decisive_day_text: str
    definitions: Mapping[str, Rule]
    conditions: tuple[Rule, ...]
    outcome: Outcome
    limits: tuple[Limit, ...]
    notes: tuple[Note, ...]
    rules: Mapping[str, Rule]

    @property
    def existence(self) -> Figure:
        """The figure that says from when to when the instrument exists."""
        return self.figures[f"{self.prefix}.existence"]

    def condition(self, condition_id: str) -> Rule:
        """A condition by its id. Raises KeyError."""
        for condition in self.conditions:
            if condition.id == condition_id:
                return condition
        raise KeyError(condition_id)


@dataclass(frozen=True, slots=True)
class Law:
    """All instruments and facts, read and checked. ``version`` is the hash of the text it was read from."""

    version: str
    facts: FactBook
    instruments: Mapping[str, Instrument]
    notions: Mapping[str, Instrument]
    reader: SituationReader

    def owner(self, name: str) -> Instrument:
        """An instrument or a folder of shared notions, by id. Raises KeyError."""
        return self.instruments.get(name) or self.notions[name]
