"""Terms: the small graph that is left of a rule, and the plain reading of it.

A term is an operation on terms, a constant, a figure, or a leaf: what a population table has a column for. The plain
reading (``evaluate``) is exact and slow; the fast readings are held against it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final

from leerrekening.rules import days
from leerrekening.rules.histories import DERIVATIONS
from leerrekening.rules.readings import BINARY, UNARY
from leerrekening.rules.situation import Situation
from leerrekening.rules.values import Unknown, Value, both, choose, either, join, negate

PARTS: Final = 1_000_000
"""Fractions are whole numbers of this many parts."""

LIMITS: Final = {
    "cent": 10**9, "minute": 10**7, "day": 10**7, "date": 10**7, "month": 10**4, "year": 10**3, "fraction": 1,
    "cent_per_hour": 10**5,
}  # fmt: skip
"""The largest size of a value, either way, that a population table may hold, by unit."""

COUNT_LIMIT: Final = 10**4
LARGEST_FRACTION: Final = 10
"""The largest fraction that a figure may be (a share is at most 1; a factor may be more)."""
WIDEST: Final = 2**62
"""No number that a population reading computes may come near the edge of 64 bits."""

TRUTH, NUMBER, CODE, CODES = "truth", "number", "code", "codes"

UNKNOWN: Final = Unknown()
FREE: Final = Unknown(free=True)
ABSENT: Final[Any] = object()
"""What a reader of leaves gives for a leaf that it does not read itself."""

COMPARISONS: Final = ("==", "!=", "<", "<=", ">", ">=")


class Unrepresentable(ValueError):
    """A value that a population table cannot hold exactly, or a rule that could leave 64 bits."""


@dataclass(frozen=True, slots=True, eq=False)
class Term:
    """A node of what is left. ``value`` is the constant, path, name, figure or set that ``op`` speaks of.

    Two terms that say the same are one object. ``low`` and ``high`` bound the numerator over ``scale``.
    """

    op: str
    kind: str
    unit: str
    args: tuple[Term, ...] = ()
    value: Any = None
    filters: tuple[tuple[str, frozenset[str]], ...] = ()
    codes: tuple[str, ...] = ()
    scale: int = 1
    low: int = 0
    high: int = 0

    @property
    def is_constant(self) -> bool:
        return self.op == "constant"

    def text(self) -> str:
        """The term in words of the grammar, days filled in: for a leaf the name of its column."""
        if self.op == "constant":
            return _constant_text(self.value, self.unit)
        if self.op in ("fact", "figure"):
            return str(self.value)
        inside = [arg.text() for arg in self.args]
        inside += [f"{key}={'|'.join(sorted(codes))}" for key, codes in self.filters]
        name = self.value if self.op in ("derived", "call") else self.op
        return f"{name}({', '.join(inside)})"

    def walk(self) -> Iterator[Term]:
        """This term and all below it."""
        yield self
        for arg in self.args:
            yield from arg.walk()


def _constant_text(value: Any, unit: str) -> str:
    if type(value) is Unknown:
        return "free" if value.free else "unknown"
    if unit == "date":
        return days.iso(value)
    if isinstance(value, frozenset):
        return "|".join(sorted(value))
    return str(value)


def kind_of(unit: str) -> str:
    """The kind of a unit: truth, number (days included), code, or codes."""
    return TRUTH if unit == "boolean" else unit if unit in (CODE, CODES) else NUMBER


def limit_of(unit: str) -> int:
    """The largest size of a value of a unit in a population table."""
    return LIMITS.get(unit, COUNT_LIMIT)


def is_leaf(term: Term) -> bool:
    """Whether a term is a column: a fact, a history on a day, or something no column arithmetic can express."""
    if term.op in ("constant", "figure"):
        return False
    if term.op in ("fact", "derived", "call", "overlaps"):
        return True
    if term.kind in (CODE, CODES):
        return True
    if any(arg.kind in (CODE, CODES) for arg in term.args):
        column = next((a for a in term.args if not a.is_constant), None)
        return (
            term.op not in ("in", "==", "!=") or all(not a.is_constant for a in term.args) or column is None
        )
    return False


# --- the plain reading ---------------------------------------------------------------------------------


def evaluate(term: Term, leaf: Callable[[Term], Value], figures: Mapping[str, Value]) -> Value:
    """The value of a term: the plain, exact and slow reading that the fast ones are held against.

    ``leaf`` gives the value of a leaf (from a situation, or from a row of a table), ``figures`` those of the figures
    that stayed arguments.
    """
    if term.op == "constant":
        value: Value = term.value
        return value
    if term.op == "figure":
        return figures[term.value]
    if is_leaf(term) and (found := leaf(term)) is not ABSENT:
        return found
    args = [evaluate(arg, leaf, figures) for arg in term.args]
    return _apply(term, args)


def _apply(term: Term, args: list[Value]) -> Value:
    op = term.op
    if op in ("and", "or"):
        out: Any = op == "and"
        for arg in args:
            out = (both if op == "and" else either)(out, arg)  # type: ignore[arg-type]
        return out  # type: ignore[no-any-return]
    if op == "not":
        return negate(args[0])  # type: ignore[arg-type]
    if op == "if":
        return choose(args[0], args[1], args[2])  # type: ignore[arg-type]
    if op == "surely":
        return False if type(args[0]) is Unknown and args[0].free else args[0]
    if op == "given":
        return args[1] if type(args[0]) is Unknown else args[0]
    unknown = [arg for arg in args if type(arg) is Unknown]
    if unknown:
        joined: Value = unknown[0]
        for other in unknown[1:]:
            joined = join(joined, other)
        return joined
    known: list[Any] = list(args)
    if op in BINARY:
        return BINARY[op](known[0], known[1])  # type: ignore[no-any-return]
    if op in UNARY:
        return UNARY[op](known[0])  # type: ignore[no-any-return]
    if op == "in_days":
        return Fraction(365 * (12 if term.value == "year" else 1) * known[0], 12)
    assert op == "call"
    return getattr(days, term.value)(*known)  # type: ignore[no-any-return]


def from_situation(situation: Situation) -> Callable[[Term], Value]:
    """Reads leaves from the histories of one person."""

    def leaf(term: Term) -> Value:
        if term.op == "fact":
            return situation.fact(term.value)  # type: ignore[no-any-return]
        if term.op != "derived":
            return ABSENT  # type: ignore[no-any-return]
        args = [evaluate(arg, leaf, {}) for arg in term.args]
        unknown = [arg for arg in args if type(arg) is Unknown]
        if unknown:
            joined: Value = unknown[0]
            for other in unknown[1:]:
                joined = join(joined, other)
            return joined
        return DERIVATIONS[term.value].function(situation, *args, **dict(term.filters))  # type: ignore[no-any-return]

    return leaf


def leaf_of(term: Term, situation: Situation) -> Value:
    """The value of a leaf for one person: the history becomes a fact."""
    return evaluate(term, from_situation(situation), {})
