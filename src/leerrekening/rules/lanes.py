"""Terms lowered to arithmetic on whole columns, the one form from which columns, kernel and SQL text are written.

A truth value is three bits that rise with its order (``values``): no 000, unknown 001, free 011, yes 111. So
``and`` is bitwise and, ``or`` is bitwise or, and no reading has a branch or a NULL in it. A number is a pair: its
value and its state, known 000, unknown 001, free 011; states join by bitwise or, as ``values.join`` does. The value
of a number that is not known is 0 and never looked at.

How leaves stand in a table (``Layout``):

* truth: the three bits, in 8 bits;
* code: the place of the code in the sorted codes of its leaf; 254 free, 255 unknown;
* number: the numerator over the scale of the leaf; the two lowest integers of its width mean unknown and free.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from fractions import Fraction
from math import lcm
from typing import Any, Final

from leerrekening.rules.residue import Program
from leerrekening.rules.steps import ANY, BITS, INT, NO, OPEN, RAW, YES, Step, Steps
from leerrekening.rules.terms import CODE, NUMBER, TRUTH, Term, Unrepresentable, is_leaf
from leerrekening.rules.values import Unknown, Value

CODE_FREE, CODE_UNKNOWN = 254, 255
MOST_CODES: Final = 250


@dataclass(frozen=True, slots=True)
class Layout:
    """How a leaf stands in a table: its kind, width in bits, scale and codes."""

    name: str
    kind: str
    unit: str
    width: int
    scale: int
    codes: tuple[str, ...]

    @property
    def unknown(self) -> int:
        """What stands in the table where the value is not known."""
        return OPEN if self.kind == TRUTH else CODE_UNKNOWN if self.kind == CODE else -(2 ** (self.width - 1))

    @property
    def free(self) -> int:
        """What stands in the table where a course not yet chosen decides."""
        return ANY if self.kind == TRUTH else CODE_FREE if self.kind == CODE else self.unknown + 1

    def encode(self, value: Value) -> int:
        """The number that stands in the table for a value. Raises Unrepresentable."""
        if type(value) is Unknown:
            return self.free if value.free else self.unknown
        if self.kind == TRUTH:
            return YES if value else NO
        if self.kind == CODE:
            return self.codes.index(str(value))
        scaled = Fraction(value) * self.scale  # type: ignore[arg-type]
        if scaled.denominator != 1:
            raise Unrepresentable(f"{self.name}: {value} has more than six decimals")
        if not self.free < scaled.numerator < 2 ** (self.width - 1):
            raise Unrepresentable(f"{self.name}: {value} is too large for a population table")
        return scaled.numerator

    def decode(self, stored: int) -> Value:
        """The value that a number in the table stands for."""
        if stored in (self.unknown, self.free):
            return Unknown(free=stored == self.free)
        if self.kind == TRUTH:
            return stored == YES
        if self.kind == CODE:
            return self.codes[stored]
        value = Fraction(stored, self.scale)
        return value.numerator if value.denominator == 1 else value


def layout_of(leaf: Term) -> Layout:
    """How a leaf stands in a table."""
    if leaf.kind == NUMBER:
        width = 32 if max(-leaf.low, leaf.high) < 2**31 - 2 else 64
        return Layout(leaf.text(), NUMBER, leaf.unit, width, leaf.scale, ())
    if leaf.kind not in (TRUTH, CODE) or len(leaf.codes) > MOST_CODES:
        raise Unrepresentable(f"{leaf.text()}: a {leaf.kind} cannot be a column")
    return Layout(leaf.text(), leaf.kind, leaf.unit, 8, 1, leaf.codes)


@dataclass(frozen=True, slots=True)
class Lane:
    """An output: its name, unit, scale, and the steps that hold its value and whether it exists."""

    name: str
    unit: str
    scale: int
    value: int
    exists: int


@dataclass(slots=True)
class Lanes:
    """A program as steps, in an order in which each needs only earlier ones.

    ``verdict`` is the step with the bits of the verdict; ``figures`` the arguments in order.
    """

    program: Program
    columns: tuple[Layout, ...]
    figures: tuple[str, ...]
    steps: list[Step] = field(default_factory=list)
    verdict: int = 0
    outputs: tuple[Lane, ...] = ()

    def shape(self) -> str:
        """Everything but the figures, as text: two programs of the same shape share one compiled kernel."""
        lines = [f"{c.name}|{c.kind}|{c.width}" for c in self.columns]
        lines += [f"{s.number} {s.op} {s.args} {s.gives} {s.value}" for s in self.steps]
        lines += [f"out {o.name} {o.scale} {o.value} {o.exists}" for o in self.outputs]
        return "\n".join([*lines, f"verdict {self.verdict}"])

    def uses(self) -> dict[int, int]:
        """How many times each step is used by another step or as a result."""
        out: dict[int, int] = {}
        for step in self.steps:
            for arg in step.args:
                out[arg] = out.get(arg, 0) + 1
        for number in self.results():
            out[number] = out.get(number, 0) + 1
        return out

    def results(self) -> list[int]:
        """The steps that are results."""
        return [self.verdict] + [n for o in self.outputs for n in (o.value, o.exists)]

    def arguments(self) -> tuple[list[int], list[int]]:
        """The figures as the kernel takes them: numerators (0 when unknown), and bits or states."""
        values: list[int] = []
        states: list[int] = []
        kinds = {s.value: s.op for s in self.steps if s.op in ("figure_value", "figure_bits")}
        for index, name in enumerate(self.figures):
            value = self.program.figures[name]
            if type(value) is Unknown:
                values.append(0)
                states.append(OPEN)
            elif kinds.get(index) == "figure_bits":
                values.append(0)
                states.append(YES if value else NO)
            else:
                scale = self._scales.get(name, 1)
                values.append(int(Fraction(value) * scale))  # type: ignore[arg-type]
                states.append(0)
        return values, states

    _scales: dict[str, int] = field(default_factory=dict)


def lower(program: Program, wanted: Iterable[str] | None = None) -> Lanes:
    """A program as steps. ``wanted`` names the outputs to keep; None keeps all that can be columns."""
    return _Lowering(program).run(None if wanted is None else frozenset(wanted))


def with_figures(lanes: Lanes) -> Lanes:
    """The same program with its figures filled in, for readings that are written anew for each reform anyway."""
    values, states = lanes.arguments()
    made = Steps()
    number: list[int] = []
    for s in lanes.steps:
        if s.op == "figure_value":
            number.append(made.integer(values[s.value]))
        elif s.op.startswith("figure"):
            number.append(made.bits(states[s.value]))
        else:
            number.append(made.again(s, tuple(number[a] for a in s.args)))
    outputs = tuple(Lane(o.name, o.unit, o.scale, number[o.value], number[o.exists]) for o in lanes.outputs)
    return _pruned(Lanes(lanes.program, lanes.columns, (), made.steps, number[lanes.verdict], outputs))


def _pruned(lanes: Lanes) -> Lanes:
    """The steps that results need, and the columns those read, numbered anew."""
    needed: set[int] = set()
    stack = lanes.results()
    while stack:
        n = stack.pop()
        if n not in needed:
            needed.add(n)
            stack += lanes.steps[n].args
    kept = [s for s in lanes.steps if s.number in needed]
    number = {s.number: i for i, s in enumerate(kept)}
    read = {lanes.columns[s.value].name: lanes.columns[s.value] for s in kept if s.op == "column"}
    place = {name: i for i, name in enumerate(sorted(read))}
    steps = []
    for s in kept:
        value = place[lanes.columns[s.value].name] if s.op == "column" else s.value
        steps.append(Step(number[s.number], s.op, tuple(number[a] for a in s.args), s.gives, value, s.level))
    outputs = tuple(Lane(o.name, o.unit, o.scale, number[o.value], number[o.exists]) for o in lanes.outputs)
    columns = tuple(read[name] for name in place)
    return replace(lanes, columns=columns, steps=steps, verdict=number[lanes.verdict], outputs=outputs)


class _Lowering(Steps):
    """Lowers terms, each once."""

    def __init__(self, program: Program) -> None:
        super().__init__()
        layouts = tuple(layout_of(leaf) for leaf in program.leaves())
        self.columns: Final = {layout.name: layout for layout in layouts}
        self.index: Final = {name: i for i, name in enumerate(self.columns)}
        self.figures: Final = {name: i for i, name in enumerate(program.figures)}
        self.lanes: Final = Lanes(program, layouts, tuple(program.figures), self.steps)
        self.truths: Final[dict[int, int]] = {}
        self.pairs: Final[dict[int, tuple[int, int]]] = {}

    def run(self, wanted: frozenset[str] | None) -> Lanes:
        program = self.lanes.program
        self.lanes.verdict = self.truth(program.verdict)
        may = self.flag(">=", self.lanes.verdict, self.bits(ANY))
        outputs = []
        for output in program.outputs:
            if (wanted is not None and output.name not in wanted) or output.term.kind != NUMBER:
                continue
            value, state = self.number(output.term)
            exists = self.both(may, self.flag("==", state, self.bits(NO)))
            if output.when is not None:
                exists = self.both(exists, self.flag("==", self.truth(output.when), self.bits(YES)))
            outputs.append(Lane(output.name, output.unit, output.term.scale, value, exists))
        self.lanes.outputs = tuple(outputs)
        return _pruned(self.lanes)

    # --- truth ----------------------------------------------------------------------------------------

    def truth(self, term: Term) -> int:
        found = self.truths.get(id(term))
        if found is None:
            found = self.truths[id(term)] = self._truth(term)
        return found

    def _truth(self, term: Term) -> int:
        op = term.op
        if op == "constant":
            return self.bits(_bits(term.value))
        if op == "figure":
            return self.step("figure_bits", (), BITS, self.figures[term.value])
        if is_leaf(term):
            return self.step("column", (), BITS, self.index[term.text()])
        if op in ("and", "or"):
            join = self.meet if op == "and" else self.merge
            out = self.truth(term.args[0])
            for arg in term.args[1:]:
                out = join(out, self.truth(arg))
            return out
        if op == "not":
            return self.opposite(self.truth(term.args[0]))
        if op == "surely":
            inner = self.truth(term.args[0])
            return self.where(self.flag("==", inner, self.bits(ANY)), self.bits(NO), inner)
        if op == "given":
            first, second = self.truth(term.args[0]), self.truth(term.args[1])
            return self.where(self.flag("==", self.open(first), self.bits(NO)), first, second)
        if op == "if":
            return self._truth_if(*(self.truth(arg) for arg in term.args))
        if op == "in" or term.args[0].kind == CODE:
            return self._membership(term)
        (a, sa), (b, sb) = self._aligned(term.args)
        return self._known(self.merge(sa, sb), self.flag(op, a, b))

    def _known(self, state: int, flag: int) -> int:
        known = self.where(flag, self.bits(YES), self.bits(NO))
        if self.certain(state) == NO:
            return known
        return self.where(self.flag("==", state, self.bits(NO)), known, state)

    def _truth_if(self, test: int, yes: int, no: int) -> int:
        """``values.choose`` for truth, which needs no choice: (test and yes) or (not test and no) or (yes and no)."""
        other = self.opposite(test)
        chosen = self.merge(self.meet(test, yes), self.meet(other, no))
        return self.merge(chosen, self.meet(yes, no))

    def _membership(self, term: Term) -> int:
        """A code in a set of codes, or equal to one."""
        leaf, other = term.args if not term.args[0].is_constant else (term.args[1], term.args[0])
        raw = self.step("column", (), RAW, self.index[leaf.text()])
        if type(other.value) is Unknown:
            free = self.bits(ANY)
            state = free if other.value.free else self.bits(OPEN)
            return self.where(self.flag("==", raw, self.integer(CODE_FREE)), free, state)
        out = self.bits(YES if term.op == "!=" else NO)
        hit = self.bits(NO if term.op == "!=" else YES)
        wanted = other.value if isinstance(other.value, frozenset) else {other.value}
        for place in sorted(leaf.codes.index(c) for c in wanted if c in leaf.codes):
            out = self.where(self.flag("==", raw, self.integer(place)), hit, out)
        if self.lanes.program.free:
            out = self.where(self.flag("==", raw, self.integer(CODE_FREE)), self.bits(ANY), out)
        return self.where(self.flag("==", raw, self.integer(CODE_UNKNOWN)), self.bits(OPEN), out)

    # --- numbers --------------------------------------------------------------------------------------

    def number(self, term: Term) -> tuple[int, int]:
        """The steps of the value (over the scale of the term) and of the state."""
        found = self.pairs.get(id(term))
        if found is None:
            found = self.pairs[id(term)] = self._number(term)
        return found

    def _number(self, term: Term) -> tuple[int, int]:
        op = term.op
        known = self.bits(NO)
        if op == "constant":
            if type(term.value) is Unknown:
                return self.integer(0), self.bits(ANY if term.value.free else OPEN)
            return self.integer(int(Fraction(term.value) * term.scale)), known
        if op == "figure":
            index = self.figures[term.value]
            self.lanes._scales[term.value] = term.scale
            return self.step("figure_value", (), INT, index), self.step("figure_state", (), BITS, index)
        if is_leaf(term):
            layout = self.columns[term.text()]
            raw = self.step("column", (), RAW, self.index[layout.name])
            state = known
            if self.lanes.program.free:
                state = self.where(self.flag("==", raw, self.integer(layout.free)), self.bits(ANY), known)
            state = self.where(self.flag("==", raw, self.integer(layout.unknown)), self.bits(OPEN), state)
            sure = self.flag(">", raw, self.integer(layout.free))
            return self.where(sure, self.widen(raw), self.integer(0)), state
        if op == "if":
            return self._number_if(term)
        if op in ("+", "-", "min", "max"):
            (a, sa), (b, sb) = self._aligned(term.args)
            state = self.merge(sa, sb)
            if op in ("min", "max"):
                return self.where(self.flag("<" if op == "min" else ">", b, a), b, a), state
            return self.arithmetic(op, a, b), state
        if op == "given":
            (a, sa), (b, sb) = self._aligned(term.args)
            sure = self.flag("==", sa, known)
            return self.where(sure, a, b), self.where(sure, known, sb)
        (a, sa) = self.number(term.args[0])
        if op in ("*", "pay"):
            (b, sb) = self.number(term.args[1])
            return self.arithmetic("*", a, b), self.merge(sa, sb)
        if op == "/":
            if type(term.args[1].value) is Unknown:
                return self.integer(0), self.merge(sa, self.bits(OPEN))
            return self.arithmetic("*", a, self.integer(Fraction(term.args[1].value).denominator)), sa
        if op == "in_days":
            return self.arithmetic("*", a, self.integer(365)), sa
        assert op in ("half_up", "down")
        scale = term.args[0].scale
        if op == "down":
            return self.arithmetic("//", a, self.integer(scale)), sa
        doubled = self.arithmetic("+", self.arithmetic("*", a, self.integer(2)), self.integer(scale))
        return self.arithmetic("//", doubled, self.integer(2 * scale)), sa

    def _aligned(self, args: tuple[Term, ...]) -> tuple[tuple[int, int], tuple[int, int]]:
        a, b = args
        scale = lcm(a.scale, b.scale)
        out = []
        for term in (a, b):
            value, state = self.number(term)
            out.append((self.arithmetic("*", value, self.integer(scale // term.scale)), state))
        return out[0], out[1]

    def _or_free(self, state: int) -> int:
        """A state that can be joined to others by bitwise and, so that unknown goes before free; known gives way."""
        if self.certain(state) == NO:
            return self.bits(ANY)
        return self.where(self.flag("==", state, self.bits(NO)), self.bits(ANY), state)

    def _number_if(self, term: Term) -> tuple[int, int]:
        test = self.truth(term.args[0])
        (y, sy), (n, sn) = self._aligned(term.args[1:])
        known = self.bits(NO)
        is_no = self.flag("==", test, self.bits(NO))
        is_yes = self.flag("==", test, self.bits(YES))
        same = self.both(self.flag("==", self.merge(sy, sn), known), self.flag("==", y, n))
        lowest = self.meet(self.meet(test, self._or_free(sy)), self._or_free(sn))
        opened = self.where(same, known, lowest)
        state = self.where(is_yes, sy, self.where(is_no, sn, opened))
        return self.where(is_no, n, y), state


def _bits(value: Any) -> int:
    if type(value) is Unknown:
        return ANY if value.free else OPEN
    return YES if value else NO
