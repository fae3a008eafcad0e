"""What is left of a rule once the day and the question are known: the shape in which whole populations are read.

For one person every rule is read from scratch. For a population most of it is the same for everybody: the day,
the school year of that day, which version of a rule is in force, the course everybody is asked about. ``Residue``
reads the trees of an instrument once with all that filled in. What remains is a small graph of terms over

* *leaves*: facts, and facts derived from histories on a known day. One column of a population table each;
* *figures* of the law that only enter as numbers or as yes or no. They stay arguments, so that a reform of a
  figure needs nothing new; a figure that decides the form of the graph (a code, a divisor, a period of which a
  history is read) is filled in.

Numbers are integers over a fixed denominator, the *scale* of their term, so that no reading can round.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from math import lcm
from typing import Any, Final

from leerrekening.rules import days
from leerrekening.rules.decide import ENDED, NOT_YET, UNCONFIRMED, Engine, Slice
from leerrekening.rules.expressions import NUMBERS, Node
from leerrekening.rules.histories import DERIVATIONS
from leerrekening.rules.instruments import Amount
from leerrekening.rules.situation import Situation
from leerrekening.rules.terms import (
    CODE,
    CODES,
    COMPARISONS,
    FREE,
    LARGEST_FRACTION,
    NUMBER,
    PARTS,
    TRUTH,
    UNKNOWN,
    WIDEST,
    Term,
    Unrepresentable,
    evaluate,
    from_situation,
    is_leaf,
    kind_of,
    limit_of,
)  # fmt: skip
from leerrekening.rules.values import Unknown, Value, both, either


@dataclass(frozen=True, slots=True)
class Question:
    """What everybody in a population is asked, and what is the same for everybody.

    ``template`` holds the facts that do not differ; ``fixed`` names their top-level groups (``as_of``, ``course``,
    ``interruption``, ``request``). ``days`` gives, for an owner whose decisive day differs by person, a day in the
    stretch of law that all these persons share; None when that day is not known of them.
    """

    template: Situation
    fixed: frozenset[str]
    days: Mapping[str, int | None]
    last_known: bool = False


@dataclass(frozen=True, slots=True)
class Output:
    """An amount of the outcome: its place (``award.value``), unit, term, and the condition under which it exists."""

    name: str
    unit: str
    term: Term
    when: Term | None


@dataclass(frozen=True, slots=True)
class Program:
    """What is left of one instrument: its conditions, the amounts, and the figures that stay arguments.

    ``fixed_verdict`` is set where the verdict is the same for everybody: the instrument does not exist on that day,
    or nobody knows the law. The conditions are then empty. ``free``: no course has been chosen, so leaves can be free.
    """

    instrument: str
    day: int
    status: str
    fixed_verdict: str | None
    conditions: Mapping[str, Term]
    verdict: Term
    outputs: tuple[Output, ...]
    figures: Mapping[str, Value]
    free: bool

    def leaves(self) -> tuple[Term, ...]:
        """The columns that a population table needs for this instrument, by name."""
        found: dict[str, Term] = {}
        seen: set[int] = set()
        stack = [self.verdict]
        for output in self.outputs:
            stack += [output.term] if output.when is None else [output.term, output.when]
        while stack:
            term = stack.pop()
            if id(term) in seen:
                continue
            seen.add(id(term))
            if is_leaf(term):
                found[term.text()] = term
            else:
                stack += term.args
        return tuple(found[name] for name in sorted(found))


class Residue:
    """Reads the instruments of one law for one question. Raises Unrepresentable."""

    def __init__(self, engine: Engine, question: Question) -> None:
        self.engine: Final = engine
        self.question: Final = question
        self._terms: Final[dict[Any, Term]] = {}
        self._rules: Final[dict[tuple[str, str, bool], Term]] = {}
        self._days: Final[dict[str, Term]] = {}
        self._figures: dict[str, Value] = {}

    # --- one instrument -------------------------------------------------------------------------------

    def program(self, instrument: str) -> Program:
        """What is left of an instrument."""
        self._figures = {}
        self._rules.clear()
        slice_ = self._slice(instrument)
        if slice_ is None:
            day = self.question.template.as_of
            status = self.engine.slice(instrument, day, self.question.last_known).status
            return self._decided(instrument, day, status, verdict=UNKNOWN)
        if slice_.status in (NOT_YET, ENDED):
            return self._decided(instrument, slice_.day, slice_.status, verdict=False)
        if slice_.status == UNCONFIRMED and not self.question.last_known:
            return self._decided(instrument, slice_.day, UNCONFIRMED, verdict=UNKNOWN)
        conditions = {c.rule.id: self.rule(instrument, c.rule.id, frozen=False) for c in slice_.conditions}
        verdict = self._all(tuple(conditions.values()), "and")
        outputs = tuple(self._outputs(slice_, instrument))
        program = Program(
            instrument, slice_.day, slice_.status, None, conditions, verdict, outputs, dict(self._figures),
            free=not self.question.template.has_course,
        )  # fmt: skip
        used = {t.value for t in _reachable(program) if t.op == "figure"}
        return replace(program, figures={k: v for k, v in sorted(self._figures.items()) if k in used})

    def _decided(self, instrument: str, day: int, status: str, *, verdict: Value) -> Program:
        """A program of which the verdict is the same for everybody."""
        word = "no" if verdict is False else "undecided"
        return Program(
            instrument, day, status, word, {}, self.constant(verdict, "boolean"), (), {}, free=False
        )

    def _outputs(self, slice_: Slice, owner: str) -> Iterator[Output]:
        out = slice_.instrument.outcome
        main = (("right", out.right), ("award", out.award), ("price", out.price))
        named: list[tuple[str, Amount]] = [(name, amount) for name, amount in main if amount is not None]
        named += [(f"pays.{a.labels.get('to')}.{a.labels.get('what')}", a) for a in out.pays]
        named += [(f"counters.{a.labels.get('initiative')}", a) for a in out.counters]
        for name, amount in named:
            when = self.term(amount.parts["when"], owner) if "when" in amount.parts else None
            for part, node in amount.parts.items():
                if part != "when" and not part.startswith("period_"):
                    unit = "cent" if name == "price" else amount.labels.get("unit", node.type.unit)
                    yield Output(f"{name}.{part}", unit, self.term(node, owner), when)

    # --- days and rules -------------------------------------------------------------------------------

    def day(self, owner: str) -> Term:
        """The decisive day of an owner: a constant when it is the same for everybody."""
        found = self._days.get(owner)
        if found is None:
            self._days[owner] = self.constant(self.question.template.as_of, "date")
            if "as_of" not in self.question.fixed:
                self._days[owner] = self._make("fact", NUMBER, "date", value="as_of", high=limit_of("date"))
            found = self.term(self.engine.law.owner(owner).decisive_day, owner, frozen=True)
            self._days[owner] = found
        return found

    def _slice(self, owner: str) -> Slice | None:
        """The stretch of law in which an owner is read; None when the day is not known."""
        day = self.day(owner)
        on: int | None
        if day.is_constant:
            on = None if type(day.value) is Unknown else day.value
        elif owner in self.question.days:
            on = self.question.days[owner]
        else:
            raise Unrepresentable(
                f"{owner}: its decisive day differs by person ({day.text()}); ask about one course or one day"
            )
        return None if on is None else self.engine.slice(owner, on, self.question.last_known)

    def rule(self, owner: str, name: str, frozen: bool) -> Term:
        """The term of a rule, read where the instrument stands or in another folder on its own day."""
        key = (owner, name, frozen)
        found = self._rules.get(key)
        if found is None:
            found = self._rules[key] = self._read_rule(owner, name, frozen)
        return found

    def _read_rule(self, owner: str, name: str, frozen: bool) -> Term:
        law = self.engine.law.owner(owner)
        slice_ = self._slice(owner)
        if slice_ is None:
            return self.constant(UNKNOWN, "boolean")
        rule = law.rules.get(name)
        version = rule.version_on(slice_.day) if rule is not None else None
        if version is not None:
            return self.term(version.node, owner, frozen)
        other, _, local = name.partition(".")
        if local and other in (*self.engine.law.instruments, *self.engine.law.notions):
            foreign = self._slice(other)
            if foreign is not None and local in foreign.readings:
                return self.rule(other, local, frozen)
            day = self.day(other)
            if foreign is None and day.is_constant:
                return self.constant(day.value, "boolean")
        return self.constant(UNKNOWN, "boolean")

    # --- trees ----------------------------------------------------------------------------------------

    def term(self, node: Node, owner: str, frozen: bool = False) -> Term:
        """The term of a tree. ``frozen`` fills in every figure."""
        unit = node.type.unit
        op = node.op
        if op == "literal":
            return self.constant(node.value, unit)
        if op == "day":
            return self.day(owner)
        if op == "unclear":
            return self.constant(UNKNOWN, "boolean")
        if op == "rule":
            return self.rule(owner, node.value, frozen)
        if op == "fact":
            return self._fact(node)
        if op == "figure":
            return self._figure(node.value, unit, owner, frozen)
        inner = frozen or op in ("derived", "call", "overlaps", "in") or kind_of(unit) in (CODE, CODES)
        inner = inner or any(kind_of(a.type.unit) in (CODE, CODES) for a in node.args)
        fill = (inner, True) if op == "/" else (inner,) * len(node.args)
        args = tuple(self.term(arg, owner, frozen=f) for arg, f in zip(node.args, fill, strict=True))
        return self.combine(op, unit, args, node)

    def _fact(self, node: Node) -> Term:
        path = node.value
        if path.partition(".")[0] in self.question.fixed:
            return self.constant(self.question.template.fact(path), node.type.unit)
        declared = self.engine.law.facts.facts[path]
        scale = PARTS if declared.type == "decimal" else 1
        unit = node.type.unit
        codes = tuple(sorted(declared.codes))
        high = limit_of(unit) * scale
        low = -high if declared.minimum is None or declared.minimum < 0 else 0
        return self._make(
            "fact", kind_of(unit), unit, value=path, codes=codes, scale=scale, low=low, high=high
        )

    def _figure(self, name: str, unit: str, owner: str, frozen: bool) -> Term:
        slice_ = self._slice(owner)
        value: Value = UNKNOWN
        if slice_ is not None:
            value = slice_.figure_value(name)
        kind = kind_of(unit)
        if frozen or kind in (CODE, CODES) or unit not in (NUMBERS | {"boolean"}):
            return self.constant(value, unit)
        if repr(self._figures.get(name, value)) != repr(value) and slice_ is not None:
            name = f"{name}@{days.iso(slice_.day)}"
        self._figures[name] = value
        scale = PARTS if unit == "fraction" else 1
        high = (LARGEST_FRACTION if unit == "fraction" else limit_of(unit)) * scale
        if type(value) is not Unknown and kind == NUMBER and not 0 <= value * scale <= high:  # type: ignore[operator]
            raise Unrepresentable(
                f"the figure {name} is {value}; population readings take 0 to {high // scale}"
            )
        if type(value) is not Unknown and kind == NUMBER and Fraction(value * scale).denominator != 1:  # type: ignore[operator]
            raise Unrepresentable(f"the figure {name} has more than six decimals")
        return self._make("figure", kind, unit, value=name, scale=scale, high=high)

    def combine(self, op: str, unit: str, args: tuple[Term, ...], node: Node | None = None) -> Term:
        """An operation on terms, computed at once where all of them are constants."""
        if op in ("and", "or"):
            return self._all(args, op)
        value = node.value if node is not None else None
        filters = node.filters if node is not None else ()
        if op == "if" and args[0].is_constant and type(args[0].value) is not Unknown:
            return args[1] if args[0].value else args[2]
        if op == "given" and args[0].is_constant:
            return args[1] if type(args[0].value) is Unknown else args[0]
        known = op != "derived" or self._is_shared(str(value)) or any(type(a.value) is Unknown for a in args)
        if known and all(arg.is_constant for arg in args):
            probe = Term(op, kind_of(unit), unit, args, value, filters)
            return self.constant(evaluate(probe, from_situation(self.question.template), {}), unit)
        if op in ("half_up", "down") and args[0].scale == 1:
            return args[0]
        codes: tuple[str, ...] = ()
        if node is not None and kind_of(unit) == CODE:
            codes = tuple(sorted(node.type.codes or ()))
        scale, low, high = self._range(op, unit, args, value)
        return self._make(op, kind_of(unit), unit, args, value, filters, codes, scale, low, high)

    def _is_shared(self, derivation: str) -> bool:
        """Whether a derivation reads only what is the same for everybody."""
        return all(path.partition(".")[0] in self.question.fixed for path in DERIVATIONS[derivation].reads)

    def _all(self, args: tuple[Term, ...], op: str) -> Term:
        """``and`` or ``or`` of many, without what does not matter."""
        neutral = op == "and"
        kept: dict[int, Term] = {}
        for arg in args:
            for part in arg.args if arg.op == op else (arg,):
                if part.is_constant and part.value is (not neutral):
                    return part
                if not (part.is_constant and part.value is neutral):
                    kept[id(part)] = part
        parts = tuple(kept.values())
        if not parts:
            return self.constant(neutral, "boolean")
        if all(p.is_constant for p in parts):
            joined: Any = neutral
            for p in parts:
                joined = (both if neutral else either)(joined, p.value)
            return self.constant(joined, "boolean")
        return parts[0] if len(parts) == 1 else self._make(op, TRUTH, "boolean", parts)

    def _range(self, op: str, unit: str, args: tuple[Term, ...], value: Any) -> tuple[int, int, int]:
        """Scale and bounds of a number. Raises Unrepresentable where it could leave 64 bits."""
        if kind_of(unit) != NUMBER:
            if op in COMPARISONS and kind_of(args[0].unit) == NUMBER:
                self._common(args)
            return 1, 0, 0
        if op == "derived":
            facts = self.engine.law.facts.facts
            exact = any(facts[p].type == "decimal" for p in DERIVATIONS[value].reads if p in facts)
            parted = exact or any(
                facts[p].period_value is not None and facts[p].period_value.type == "decimal"  # type: ignore[union-attr]
                for p in DERIVATIONS[value].reads
                if p in facts
            )
            scale = PARTS if parted else 1
            return scale, 0, limit_of(unit) * scale
        if op == "call":
            return 1, 0, limit_of("date")
        numbers = args[1:] if op == "if" else args
        if op in ("+", "-", "min", "max", "if", "given"):
            scale, spans = self._common(numbers)
            (a, b), (c, d) = spans
            low, high = {
                "+": (a + c, b + d), "-": (a - d, b - c), "min": (min(a, c), min(b, d)), "max": (max(a, c), max(b, d)),
            }.get(op, (min(a, c), max(b, d)))  # fmt: skip
        elif op in ("*", "pay"):
            x, y = args
            scale = x.scale * y.scale * (60 if op == "pay" else 1)
            corners = [p * q for p in (x.low, x.high) for q in (y.low, y.high)]
            low, high = min(corners), max(corners)
        elif op == "/":
            divisor = args[1].value
            if type(divisor) is Unknown:
                return 1, 0, 0
            if divisor <= 0:
                raise Unrepresentable(f"a division by {divisor}")
            exact_divisor = Fraction(divisor)
            scale = args[0].scale * exact_divisor.numerator
            low, high = args[0].low * exact_divisor.denominator, args[0].high * exact_divisor.denominator
        elif op == "in_days":
            scale = args[0].scale * (1 if value == "year" else 12)
            low, high = args[0].low * 365, args[0].high * 365
        else:
            assert op in ("half_up", "down")
            scale = 1
            low, high = args[0].low // args[0].scale, args[0].high // args[0].scale + 1
        if 2 * max(-low, high) + scale > WIDEST:
            raise Unrepresentable(f"{op}: numbers up to {max(-low, high)} / {scale} do not fit in 64 bits")
        return scale, low, high

    def _common(self, args: tuple[Term, ...]) -> tuple[int, list[tuple[int, int]]]:
        scale = lcm(*(arg.scale for arg in args))
        spans = [(arg.low * (scale // arg.scale), arg.high * (scale // arg.scale)) for arg in args]
        if max(max(-a, b) for a, b in spans) > WIDEST:
            raise Unrepresentable(f"numbers over {scale} do not fit in 64 bits")
        return scale, spans

    # --- making terms ---------------------------------------------------------------------------------

    def constant(self, value: Value, unit: str) -> Term:
        """A constant; what it is missing when unknown does not matter for a population."""
        scale, low = 1, 0
        if type(value) is Unknown:
            value = FREE if value.free else UNKNOWN
        elif kind_of(unit) == NUMBER:
            exact = Fraction(value)  # type: ignore[arg-type]
            scale, low = exact.denominator, exact.numerator
            value = low if scale == 1 else exact
        return self._make("constant", kind_of(unit), unit, value=value, scale=scale, low=low, high=low)

    def _make(
        self,
        op: str,
        kind: str,
        unit: str,
        args: tuple[Term, ...] = (),
        value: Any = None,
        filters: tuple[tuple[str, frozenset[str]], ...] = (),
        codes: tuple[str, ...] = (),
        scale: int = 1,
        low: int = 0,
        high: int = 0,
    ) -> Term:
        known = repr(value) if type(value) is not Unknown else f"?{value.free}"
        key = (op, kind, unit if op == "constant" else "", tuple(map(id, args)), known, filters)
        found = self._terms.get(key)
        if found is None:
            found = self._terms[key] = Term(op, kind, unit, args, value, filters, codes, scale, low, high)
        return found


def _reachable(program: Program) -> Iterator[Term]:
    seen: set[int] = set()
    stack = [program.verdict]
    for output in program.outputs:
        stack += [output.term] if output.when is None else [output.term, output.when]
    while stack:
        term = stack.pop()
        if id(term) not in seen:
            seen.add(id(term))
            yield term
            stack += term.args
