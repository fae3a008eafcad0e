"""The decision for one person: every instrument on its decisive day, verdicts with their reasons.

An ``Engine`` holds a law ready to read. Between two days on which something in an instrument changes, its
rules and figures are constant; such a stretch is compiled once into a ``Slice``.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from leerrekening.rules import days
from leerrekening.rules.expressions import Node
from leerrekening.rules.facts import Fact
from leerrekening.rules.instruments import Amount, Instrument, Law, Limit, Rule, Version
from leerrekening.rules.parameters import Figure
from leerrekening.rules.readings import UNSET, Reading, compile_node
from leerrekening.rules.situation import Situation
from leerrekening.rules.values import FactAt, Unknown, Value, unsettled

IN_FORCE, UNCONFIRMED, PROPOSED, NOT_YET, ENDED = "in_force", "unconfirmed", "proposed", "not_yet", "ended"
YES, NO, UNDECIDED = "yes", "no", "undecided"


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition as in force in a slice, ready to run."""

    rule: Rule
    version: Version
    reading: Reading


@dataclass(slots=True)
class ReadyAmount:
    """An amount of the outcome, ready to run."""

    amount: Amount
    parts: dict[str, Reading]


class Slice:
    """One instrument between two days on which nothing in it changes.

    ``last_known`` slices read figures that are not confirmed as the latest confirmed text had them.
    """

    def __init__(self, engine: Engine, instrument: Instrument, day: int, last_known: bool) -> None:
        self.engine: Final = engine
        self.instrument: Final = instrument
        self.day: Final = day
        self.last_known: Final = last_known
        self._compiled: Final[dict[int, Reading]] = {}
        self.conditions: Final = [
            Condition(rule, version, self.compile(version.node))
            for rule in instrument.conditions
            if (version := rule.version_on(day)) is not None
        ]
        self.readings: Final[dict[str, Reading]] = {c.rule.id: c.reading for c in self.conditions}
        for name, rule in instrument.definitions.items():
            if (version := rule.version_on(day)) is not None:
                self.readings[name] = self.compile(version.node)
        self.deciding_figures: Final = self._figures(c.version.node for c in self.conditions)
        self.all_figures: Final = self._figures(
            [c.version.node for c in self.conditions] + list(outcome_nodes(instrument))
        )
        self.amounts_certain: Final = all(f.is_certain(day) for f in self.all_figures)
        self.status: Final = self._status()
        self.leaves: Final[dict[int, list[tuple[str, Node]]]] = {}
        out = instrument.outcome
        self.right: Final = self._ready(out.right)
        self.award: Final = self._ready(out.award)
        self.price: Final = self._ready(out.price)
        self.counters: Final = [self._ready_one(a) for a in out.counters]
        self.pays: Final = [self._ready_one(a) for a in out.pays]
        self.limits: Final = [
            (limit, self.compile(limit.when), None if limit.value is None else self.compile(limit.value))
            for limit in instrument.limits
        ]
        self.notes: Final = [n for n in instrument.notes if n.start <= day <= n.end]

    def compile(self, node: Node) -> Reading:
        """The closure of a tree on these days; made once for each tree."""
        found = self._compiled.get(id(node))
        if found is None:
            found = self._compiled[id(node)] = compile_node(node, self)
        return found

    def _ready_one(self, amount: Amount) -> ReadyAmount:
        return ReadyAmount(amount, {k: self.compile(n) for k, n in amount.parts.items()})

    def _ready(self, amount: Amount | None) -> ReadyAmount | None:
        return None if amount is None else self._ready_one(amount)

    # what the compiler asks for

    def figure_value(self, name: str) -> Value:
        figure = self.engine.figures[name]
        return figure.last_known(self.day) if self.last_known else figure.read(self.day)

    def fact_index(self, path: str) -> int:
        return self.engine.law.facts.scalars[path]

    # what holds of the law on these days

    def _figures(self, nodes: Iterable[Node]) -> list[Figure]:
        """The figures that trees name, through the rules of the same instrument that they name."""
        found: dict[str, Figure] = {}
        seen: set[str] = set()
        stack = list(nodes)
        while stack:
            for part in stack.pop().walk():
                if part.op == "figure":
                    found[part.value] = self.engine.figures[part.value]
                elif part.op == "rule" and part.value not in seen:
                    seen.add(part.value)
                    rule = self.instrument.rules.get(part.value)
                    version = rule.version_on(self.day) if rule is not None else None
                    if version is not None:
                        stack.append(version.node)
        return list(found.values())

    def _status(self) -> str:
        if not self.instrument.block:
            return IN_FORCE
        existence = self.instrument.existence
        dated = existence.at(self.day)
        before_start = bool(existence.values) and self.day < existence.values[0].start
        if not before_start and (dated is None or dated.value is None):
            return UNCONFIRMED
        if dated is None or dated.value == "absent":
            later = any(v.start > self.day and v.value in ("exists", "proposed") for v in existence.values)
            return NOT_YET if later else ENDED
        if dated.value == "proposed":
            return PROPOSED
        if not existence.is_known(self.day) or not all(f.is_known(self.day) for f in self.deciding_figures):
            return UNCONFIRMED
        return IN_FORCE

    def confirmed_until(self, day: int) -> int | None:
        """The latest day on which all that the conditions rest on was confirmed."""
        figures = [self.instrument.existence, *self.deciding_figures]
        untils = [f.last_confirmed(day) for f in figures if not f.is_known(self.day)]
        return min((u for u in untils if u is not None), default=None)


def outcome_nodes(instrument: Instrument) -> Iterable[Node]:
    """The trees of all amounts of an instrument."""
    out = instrument.outcome
    for amount in (out.right, out.award, out.price, *out.counters, *out.pays):
        if amount is not None:
            yield from amount.parts.values()


class Engine:
    """A law ready to read. Slices are compiled on first use and kept."""

    def __init__(self, law: Law) -> None:
        self.law: Final = law
        owners = [*law.instruments.values(), *law.notions.values()]
        self.figures: Final = {f.id: f for owner in owners for f in owner.figures.values()}
        self._boundaries: Final = {owner.id: self._boundaries_of(owner) for owner in owners}
        self._slices: Final[dict[tuple[str, int, bool], Slice]] = {}
        self._days: Final = {owner.id: compile_node(owner.decisive_day, _NoFigures(law)) for owner in owners}

    def _boundaries_of(self, owner: Instrument) -> list[int]:
        out = {1}
        for rule in owner.rules.values():
            for version in rule.versions:
                out |= {version.start, version.end + 1}
        for note in owner.notes:
            out |= {note.start, note.end + 1}
        named = {part.value for node in _all_nodes(owner) for part in node.walk() if part.op == "figure"}
        for figure_id in named | set(owner.figures):
            out |= self.figures[figure_id].boundaries()
        return sorted(day for day in out if day <= days.FOREVER)

    def boundaries(self, instrument: str) -> list[int]:
        """The days on which something in an instrument changes."""
        return self._boundaries[instrument]

    def slice(self, instrument: str, day: int, last_known: bool = False) -> Slice:
        """The instrument as it stands on a day."""
        start = self._boundaries[instrument][bisect_right(self._boundaries[instrument], day) - 1]
        key = (instrument, start, last_known)
        found = self._slices.get(key)
        if found is None:
            # Two threads may compile it at once. The first one kept is the one everybody uses: readings and texts
            # are kept by the identity of their slice, which must therefore never be let go.
            compiled = Slice(self, self.law.owner(instrument), start, last_known)
            found = self._slices.setdefault(key, compiled)
        return found

    def decide(self, situation: Situation, only: str | None = None) -> list[Finding]:
        """The finding for every instrument, or for one, in the law's order."""
        person = Person(self, situation)
        wanted = self.law.instruments if only is None else {only: self.law.instruments[only]}
        return [person.finding(name) for name in wanted]


class _NoFigures:
    """The decisive day is fixed before figures can be read, so its formula names none."""

    def __init__(self, law: Law) -> None:
        self.law: Final = law

    def figure_value(self, name: str) -> Value:
        raise ValueError(f"the decisive day cannot depend on the figure {name}")

    def fact_index(self, path: str) -> int:
        return self.law.facts.scalars[path]


def _all_nodes(owner: Instrument) -> Iterable[Node]:
    for rule in owner.rules.values():
        for version in rule.versions:
            yield version.node
    yield from outcome_nodes(owner)
    for limit in owner.limits:
        yield limit.when
        if limit.value is not None:
            yield limit.value


class Frame:
    """One instrument on one day for one person: what compiled rules read from."""

    __slots__ = ("situation", "values", "day", "memo", "slice", "computed", "person")

    def __init__(self, person: Person, day: int, slice_: Slice) -> None:
        self.person: Final = person
        self.situation: Final = person.situation
        self.values: Final = person.situation.values
        self.memo: Final = person.memo
        self.day: Final = day
        self.slice: Final = slice_
        self.computed: Final[dict[str, Value]] = {}

    def rule(self, name: str) -> Value:
        value: Value = self.computed.get(name, UNSET)
        if value is UNSET:
            reading = self.slice.readings.get(name)
            value = reading(self) if reading is not None else self.person.foreign(name)
            self.computed[name] = value
        return value


class _Dayless:
    """Enough of a frame to compute a decisive day."""

    __slots__ = ("situation", "values", "day", "memo")

    def __init__(self, person: Person) -> None:
        self.situation: Final = person.situation
        self.values: Final = person.situation.values
        self.memo: Final = person.memo
        self.day: Final = person.situation.as_of


class Person:
    """One reading of one situation. Frames and derived facts are shared by all instruments."""

    __slots__ = ("engine", "situation", "last_known", "memo", "_frames")

    def __init__(self, engine: Engine, situation: Situation, last_known: bool = False) -> None:
        self.engine: Final = engine
        self.situation: Final = situation
        self.last_known: Final = last_known
        self.memo: Final[dict[object, Value]] = {}
        self._frames: Final[dict[str, Frame | Unknown]] = {}

    def frame(self, owner: str) -> Frame | Unknown:
        """The frame of an instrument on its decisive day, or what is missing to know that day."""
        found = self._frames.get(owner)
        if found is None:
            day = self.engine._days[owner](_Dayless(self))
            if type(day) is int:
                found = Frame(self, day, self.engine.slice(owner, day, self.last_known))
            else:
                assert type(day) is Unknown
                found = day
            self._frames[owner] = found
        return found

    def foreign(self, name: str) -> Value:
        """The value of a rule of another folder; unknown where that has no such rule on its day."""
        owner, _, local = name.partition(".")
        if not local:
            return unsettled(name)
        frame = self.frame(owner)
        if type(frame) is Unknown:
            return frame
        assert isinstance(frame, Frame)
        if local not in frame.slice.readings:
            return unsettled(f"{frame.slice.instrument.prefix}.existence")
        return frame.rule(local)

    def finding(self, name: str) -> Finding:
        """The finding for one instrument."""
        frame = self.frame(name)
        if type(frame) is Unknown:
            slice_ = self.engine.slice(name, self.situation.as_of, self.last_known)
            return Finding(self, slice_, None, slice_.status, UNDECIDED, [], frame)
        assert isinstance(frame, Frame)
        slice_ = frame.slice
        status = slice_.status
        if status in (NOT_YET, ENDED):
            return Finding(self, slice_, frame, status, NO, [], None)
        results: list[tuple[Condition, Value]] = []
        open_, failed = False, False
        computed = frame.computed
        for condition in slice_.conditions:
            rule_id = condition.rule.id
            value = computed.get(rule_id, UNSET)
            if value is UNSET:
                value = computed[rule_id] = condition.reading(frame)
            results.append((condition, value))
            if value is not True:
                if value is False:
                    failed = True
                elif not value.free:
                    open_ = True
        if status == UNCONFIRMED and not self.last_known:
            verdict = UNDECIDED
        else:
            verdict = NO if failed else UNDECIDED if open_ else YES
        return Finding(self, slice_, frame, status, verdict, results, None)


@dataclass(slots=True)
class Finding:
    """What the law says of one instrument for one person."""

    person: Person
    slice: Slice
    frame: Frame | None
    status: str
    verdict: str
    results: list[tuple[Condition, Value]]
    dayless: Unknown | None = None
    _deciding: list[str] | None = field(default=None)
    _last_confirmed: Finding | None = field(default=None)

    @property
    def instrument(self) -> Instrument:
        return self.slice.instrument

    def deciding(self) -> list[str]:
        """Ids of the deciding conditions.

        For a "no": the failing ones, without those that another failing one explains (``refines``) or that only
        mean something where another holds (``presumes``): the smallest set that has to change for the "no" to
        fall. For "undecided": those still open. For "yes": none.
        """
        if self._deciding is None:
            self._deciding = self._find_deciding()
        return self._deciding

    def _find_deciding(self) -> list[str]:
        if self.verdict == YES:
            return []
        if self.verdict == UNDECIDED:
            return [c.rule.id for c, v in self.results if type(v) is Unknown and not v.free]
        failed = {c.rule.id: c.rule for c, v in self.results if v is False}
        explained = {parent for rule in failed.values() for parent in rule.refines if parent in failed}
        return [
            name
            for name, rule in failed.items()
            if name not in explained and not any(other in failed for other in rule.presumes)
        ]

    def requirements(self) -> list[Condition]:
        """Conditions that a course still has to meet, when none has been chosen."""
        return [c for c, v in self.results if type(v) is Unknown and v.free]

    def missing(self) -> list[FactAt]:
        """The facts that keep the verdict open, or with a "yes" the amounts, in the order of the fact book.

        Where the law is not confirmed, also those that its last confirmed text asks for: a figure that is not
        known can hide which facts it is held against.
        """
        unknowns: list[Value] = []
        if self.verdict == UNDECIDED:
            if self.dayless is not None:
                unknowns.append(self.dayless)
            unknowns += [v for _, v in self.results]
        elif self.verdict == YES:
            unknowns += self._amount_values()
        found: set[FactAt] = set()
        for value in unknowns:
            if type(value) is Unknown and not value.free:
                found |= value.facts
        if self.status == UNCONFIRMED and not self.person.last_known:
            found |= set(self.as_last_confirmed().missing())
        order = self.person.engine.law.facts
        return sorted(found, key=lambda f: (_rank(order.facts, f[0]), f[1] or ""))

    def _amount_values(self) -> list[Value]:
        out: list[Value] = []
        for ready in (
            self.slice.right,
            self.slice.award,
            self.slice.price,
            *self.slice.counters,
            *self.slice.pays,
        ):
            if ready is not None:
                out += self.values_of(ready).values()
        return out

    def values_of(self, ready: ReadyAmount) -> dict[str, Value]:
        """The parts of an amount for this person."""
        frame = self.frame
        return {} if frame is None else {key: reading(frame) for key, reading in ready.parts.items()}

    def limits(self) -> list[tuple[Limit, Value]]:
        """The limits that apply, each with its value."""
        if self.frame is None or self.verdict != YES:
            return []
        out: list[tuple[Limit, Value]] = []
        for limit, when, value in self.slice.limits:
            if when(self.frame) is True:
                out.append((limit, UNSET if value is None else value(self.frame)))
        return out

    def unconfirmed(self) -> list[Figure]:
        """The figures behind this finding that no source confirms for its day: existence, conditions, amounts."""
        slice_ = self.slice
        found = {f.id: f for f in (slice_.instrument.existence, *slice_.deciding_figures)}
        if not slice_.amounts_certain:
            found |= self.outcome_figures()
        return [f for f in found.values() if not f.is_certain(slice_.day)]

    def outcome_figures(self) -> dict[str, Figure]:
        """The figures that the amounts of this finding were read with; none unless the verdict is "yes"."""
        if self.verdict != YES:
            return {}
        assert self.frame is not None
        nodes = outcome_nodes(self.slice.instrument)
        return {f.id: f for node in nodes for f in figures_read(self.frame, node)}

    def as_last_confirmed(self) -> Finding:
        """The same question read with the last confirmed figures."""
        if self._last_confirmed is None:
            person = Person(self.person.engine, self.person.situation, last_known=True)
            self._last_confirmed = person.finding(self.instrument.id)
        return self._last_confirmed


def figures_read(frame: Frame, node: Node) -> Iterable[Figure]:
    """The figures that a tree reads for one person: of a choice, only the branch taken."""
    if node.op == "figure":
        yield frame.slice.engine.figures[node.value]
    elif node.op == "if":
        test = frame.slice.compile(node.args[0])(frame)
        yield from figures_read(frame, node.args[0])
        for branch in node.args[1:] if type(test) is Unknown else (node.args[1 if test else 2],):
            yield from figures_read(frame, branch)
    elif node.op == "rule":
        rule = frame.slice.instrument.rules.get(node.value)
        version = rule.version_on(frame.slice.day) if rule is not None else None
        if version is not None:
            yield from figures_read(frame, version.node)
    else:
        for arg in node.args:
            yield from figures_read(frame, arg)


def _rank(facts: Mapping[str, Fact], path: str) -> int:
    order = list(facts)
    return (
        order.index(path)
        if path in facts
        else next((i for i, p in enumerate(order) if p.startswith(path)), 0)
    )
