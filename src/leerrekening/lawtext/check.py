"""Checks a law against its worked examples: do they come out, and do they reach everything the law says?

``check_law`` runs every case and gathers what no case reaches: conditions that never decide alone, figures
that no case reads, texts that are not there in every language. Nothing here prints; a ``Report`` holds it all.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from decimal import Decimal
from typing import Any, Final

import orjson

from leerrekening.lawtext.cases import CONTAINED, ROWS, SETS, SUBSETS, Case, Cases
from leerrekening.rules.decide import (
    ENDED,
    NO,
    NOT_YET,
    UNCONFIRMED,
    Engine,
    Finding,
    Slice,
    figures_read,
)  # fmt: skip
from leerrekening.rules.document import Documents
from leerrekening.rules.expressions import Node
from leerrekening.rules.facts import LANGUAGES, Text
from leerrekening.rules.instruments import Instrument, Rule, Version
from leerrekening.rules.parameters import Dated, Figure
from leerrekening.rules.situation import parse_json
from leerrekening.rules.values import Unknown
from leerrekening.rules.words import figures_in

UNTRANSLATED: Final = "@@"


@dataclass(frozen=True, slots=True)
class Failure:
    """One expectation that did not come out."""

    case: Case
    key: str
    expected: Any
    found: Any


@dataclass(frozen=True, slots=True)
class Uncovered:
    """A version of a condition that is the deciding one in no case. ``start`` and ``end`` are its days."""

    instrument: str
    condition: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Unreached:
    """A dated value of a figure that no case reads, with the reason where there is one.

    ``informative``: the figure is only there to inform. ``not_named``: no rule in force on those days names it.
    ``not_decided``: only amounts name it, and on those days nothing is decided. None: a case is missing.
    """

    instrument: str
    figure: Figure
    start: int
    end: int
    reason: str | None


@dataclass(frozen=True, slots=True)
class Untranslated:
    """A text that is not there in a language."""

    place: str
    language: str


@dataclass(frozen=True, slots=True)
class Report:
    """What a check found. ``instruments`` counts the cases of each, ``outcomes`` those of each status and verdict."""

    instruments: Mapping[str, int]
    outcomes: Mapping[tuple[str, str], int]
    failures: tuple[Failure, ...]
    uncovered: tuple[Uncovered, ...]
    unreached: tuple[Unreached, ...]
    untranslated: tuple[Untranslated, ...]
    not_expressible: int

    @property
    def missing_cases(self) -> tuple[Unreached, ...]:
        """Values that a case could read and none does."""
        return tuple(value for value in self.unreached if value.reason is None)

    @property
    def ok(self) -> bool:
        """Whether every case comes out and together they reach everything."""
        return not (self.failures or self.uncovered or self.missing_cases or self.untranslated)


def check_law(engine: Engine, cases: Cases, only: str | None = None) -> Report:
    """Run the cases of a law, or of one instrument, and see what they reach. Raises KeyError for ``only``."""
    law = engine.law
    wanted = list(law.instruments.values()) if only is None else [law.instruments[only]]
    run = [case for instrument in wanted for case in cases.of(instrument.id)]
    findings = {case.id: finding_of(engine, case) for case in run}
    documents = Documents(engine)
    failures = [f for case in run for f in failures_of(case, shown(documents, findings[case.id]))]
    reach = Reach(engine, findings.values())
    return Report(
        instruments={i.id: len(cases.of(i.id)) for i in wanted},
        outcomes=Counter((f.status, f.verdict) for f in findings.values()),
        failures=tuple(failures),
        uncovered=tuple(u for i in wanted for u in reach.uncovered(i)),
        unreached=tuple(u for i in wanted for u in reach.unreached(i)),
        untranslated=tuple(untranslated(law) if only is None else untranslated(wanted[0], only)),
        not_expressible=sum(1 for n in cases.not_expressible if n.instrument in {i.id for i in wanted}),
    )


# --- does a case come out --------------------------------------------------------------------------------


def finding_of(engine: Engine, case: Case) -> Finding:
    """What the engine finds for the instrument of a case."""
    return engine.decide(case.situation, case.instrument)[0]


def shown(documents: Documents, finding: Finding) -> dict[str, Any]:
    """The part of the decision document that a finding becomes, as its readers get it."""
    part: dict[str, Any] = parse_json(orjson.dumps(documents.instrument(finding)))
    return part


def failures_of(case: Case, found: Mapping[str, Any]) -> list[Failure]:
    """Each expectation of a case that the document part ``found`` does not meet; keys not expected are free."""
    out = []
    for key, expected in case.expect.items():
        actual = _names(found, key) if key in (*SETS, *CONTAINED) else found.get(key)
        if not _meets(key, expected, actual):
            out.append(Failure(case, key, expected, actual))
    return out


def _names(found: Mapping[str, Any], key: str) -> list[str]:
    name = {"missing": "fact", "unconfirmed": "parameter"}.get(key, "id")
    names = [item if isinstance(item, str) else item[name] for item in found[key]]
    return list(dict.fromkeys(names))


def _meets(key: str, expected: Any, actual: Any) -> bool:
    if key in SETS:
        return set(expected) == set(actual)
    if key in CONTAINED:
        return set(expected) <= set(actual)
    if key in ROWS:
        return _all_matched(list(expected), list(actual))
    if key in SUBSETS:
        return _covers(actual, expected)
    return _same(expected, actual)


def _all_matched(expected: list[Any], actual: list[Any]) -> bool:
    """Whether each expected row is matched by a row of its own; none expected means none found."""
    if not expected:
        return not actual
    first, *rest = expected
    return any(
        _covers(row, first) and (not rest or _all_matched(rest, actual[:i] + actual[i + 1 :]))
        for i, row in enumerate(actual)
    )


def _covers(actual: Any, expected: Any) -> bool:
    if not isinstance(expected, Mapping) or not isinstance(actual, Mapping):
        return _same(expected, actual)
    return all(key in actual and _covers(actual[key], value) for key, value in expected.items())


def _same(expected: Any, actual: Any) -> bool:
    if isinstance(expected, float):
        expected = Decimal(repr(expected))
    if isinstance(expected, bool) or isinstance(actual, bool):
        return expected is actual
    return bool(expected == actual)


# --- what the cases reach --------------------------------------------------------------------------------


class Reach:
    """What a set of findings reaches of the law."""

    def __init__(self, engine: Engine, findings: Iterable[Finding]) -> None:
        self.engine: Final = engine
        self.read: Final[set[tuple[str, int]]] = set()
        self.decided: Final[set[tuple[str, str, int]]] = set()
        self.left_open: Final[set[tuple[str, str, int]]] = set()
        for finding in findings:
            self._add(finding)

    def _add(self, finding: Finding) -> None:
        day = finding.slice.day
        for figure in figures_behind(finding):
            if (dated := figure.at(day)) is not None:
                self.read.add((figure.id, dated.start))
        deciding = finding.deciding()
        if len(deciding) != 1:
            return
        start = next((c.version.start for c, _ in finding.results if c.rule.id == deciding[0]), None)
        if start is not None:
            reached = self.decided if finding.verdict == NO else self.left_open
            reached.add((finding.instrument.id, deciding[0], start))

    def uncovered(self, instrument: Instrument) -> Iterator[Uncovered]:
        """Versions of conditions that no case turns into the one reason: of a "no", or, where the law can
        never say no, of an open answer."""
        for rule in instrument.conditions:
            for version in rule.versions:
                key = (instrument.id, rule.id, version.start)
                if key in self.decided or (key in self.left_open and not self._can_fail(instrument, version)):
                    continue
                yield Uncovered(instrument.id, rule.id, version.start, version.end)

    def _can_fail(self, instrument: Instrument, version: Version) -> bool:
        starts = {
            version.start,
            *(b for b in self.engine.boundaries(instrument.id) if version.start <= b <= version.end),
        }
        slices = (self.engine.slice(instrument.id, day) for day in starts)
        return any(
            False in possible_truths(slice_, version.node)
            for slice_ in slices
            if slice_.status not in (UNCONFIRMED, NOT_YET, ENDED)
        )

    def unreached(self, instrument: Instrument) -> Iterator[Unreached]:
        """Dated values of figures that no case reads, each with its reason or None."""
        for figure in instrument.figures.values():
            for dated in figure.values:
                if (figure.id, dated.start) not in self.read:
                    reason = self._reason(figure, dated)
                    yield Unreached(instrument.id, figure, dated.start, dated.end, reason)

    def _reason(self, figure: Figure, dated: Dated) -> str | None:
        if figure.informative is not None:
            return "informative"
        named = [s for s in self._slices(dated) if figure.id in named_figures(s)]
        if not named:
            return "not_named"
        undecided = all(s.status in (UNCONFIRMED, NOT_YET, ENDED) for s in named)
        if undecided and not any(figure in s.deciding_figures for s in named):
            return "not_decided"
        return None

    def _slices(self, dated: Dated) -> Iterator[Slice]:
        for name in self.engine.law.instruments:
            starts = [b for b in self.engine.boundaries(name) if dated.start < b <= dated.end]
            for day in [dated.start, *starts]:
                yield self.engine.slice(name, day)


def named_figures(slice_: Slice) -> set[str]:
    """Every figure that rules or words in force in a slice name, whether or not a case gets there."""
    found = {f.id for f in slice_.all_figures} | {slice_.instrument.existence.id}
    for limit in slice_.instrument.limits:
        found |= figures_in(limit.text)
        for node in (limit.when, limit.value):
            found |= (
                {part.value for part in node.walk() if part.op == "figure"} if node is not None else set()
            )
    for condition in slice_.conditions:
        found |= figures_in(_words(condition.rule, condition.version))
    for note in slice_.notes:
        found |= figures_in(note.text)
    return found


def figures_behind(finding: Finding) -> list[Figure]:
    """The figures a finding was read with: existence, conditions and their words, and with a "yes" amounts and limits.

    Of a choice in a rule only the branch taken counts.
    """
    slice_, frame = finding.slice, finding.frame
    found = {slice_.instrument.existence.id: slice_.instrument.existence}
    if frame is None:
        return list(found.values())
    nodes: list[Node] = []
    names: set[str] = set()
    for condition, _ in finding.results:
        nodes.append(condition.version.node)
        names |= figures_in(_words(condition.rule, condition.version))
    if finding.results:
        names |= {name for note in slice_.notes for name in figures_in(note.text)}
    for limit, _ in finding.limits():
        nodes += [limit.when] if limit.value is None else [limit.when, limit.value]
        names |= figures_in(limit.text)
    found |= {f.id: f for node in nodes for f in figures_read(frame, node)}
    found |= finding.outcome_figures()
    return [*found.values(), *(slice_.engine.figures[name] for name in names - set(found))]


def _words(rule: Rule, version: Version) -> Text:
    return version.text or rule.text or dict.fromkeys(LANGUAGES, "")


def possible_truths(slice_: Slice, node: Node) -> frozenset[bool]:
    """Which of yes and no a tree can ever give in a slice, whatever is true of the person."""
    below = [possible_truths(slice_, arg) for arg in node.args] if node.op in ("and", "or", "not") else []
    if node.op == "unclear":
        return frozenset()
    if node.op == "literal":
        return frozenset((bool(node.value),))
    if node.op == "figure":
        value = slice_.figure_value(node.value)
        return frozenset() if type(value) is Unknown else frozenset((value is True,))
    if node.op == "not":
        return frozenset(not truth for truth in below[0])
    if node.op in ("and", "or"):
        settling = node.op == "or"
        out = {settling} if any(settling in truths for truths in below) else set()
        if all((not settling) in truths for truths in below):
            out.add(not settling)
        return frozenset(out)
    if node.op == "rule" and (rule := slice_.instrument.rules.get(node.value)) is not None:
        version = rule.version_on(slice_.day)
        return possible_truths(slice_, version.node) if version is not None else frozenset()
    if any(part.op == "figure" and type(slice_.figure_value(part.value)) is Unknown for part in node.walk()):
        return frozenset()
    return frozenset((True, False))


# --- texts -----------------------------------------------------------------------------------------------


def untranslated(part: object, place: str = "law") -> Iterator[Untranslated]:
    """Every text below a part of the law that is empty or only a mark in some language."""
    if isinstance(part, Mapping):
        if set(part) == set(LANGUAGES):
            for language in LANGUAGES:
                if not part[language].strip() or UNTRANSLATED in part[language]:
                    yield Untranslated(place, language)
            return
        for key, value in part.items():
            yield from untranslated(value, f"{place}.{key}")
    elif isinstance(part, tuple):
        for i, value in enumerate(part, start=1):
            name = getattr(value, "id", None)
            yield from untranslated(value, f"{place}.{name or i}")
    elif is_dataclass(part) and not isinstance(part, Node | type):
        for field in fields(part):
            if field.name != "rules":
                yield from untranslated(getattr(part, field.name), f"{place}.{field.name}")
