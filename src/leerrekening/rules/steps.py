"""Steps: operations on whole columns, each made once, with what is already certain worked out on the way.

A truth value is three bits that rise with its order (``values``): no 000, unknown 001, free 011, yes 111. So ``and``
is bitwise and, ``or`` is bitwise or, and no reading has a branch or a NULL in it.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

NO, OPEN, ANY, YES = 0, 1, 3, 7
"""The bits of no, unknown, free and yes."""

BITS, INT, FLAG, RAW = "bits", "int", "flag", "raw"
"""What a step gives: bits, a number in 64 bits, yes or no, or a column as it stands in the table."""

_COMPARE: Final[Mapping[str, Callable[[int, int], bool]]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_REACH: Final[Mapping[str, Callable[[int, int], int]]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "//": operator.floordiv,
}
_OPPOSITE: Final = {NO: YES, YES: NO, OPEN: OPEN, ANY: ANY}


@dataclass(frozen=True, slots=True)
class Step:
    """One operation on whole columns: its number, operation, the numbers of its operands, what it gives."""

    number: int
    op: str
    args: tuple[int, ...]
    gives: str
    value: Any = None
    level: int = 0


class Steps:
    """Steps in an order in which each needs only earlier ones. Methods give the number of the step they ask for."""

    def __init__(self) -> None:
        self.steps: Final[list[Step]] = []
        self._made: Final[dict[Any, int]] = {}

    def step(self, op: str, args: tuple[int, ...], gives: str, value: Any = None) -> int:
        """A step, made at its first asking."""
        key = (op, args, gives, value)
        found = self._made.get(key)
        if found is None:
            level = 1 + max((self.steps[a].level for a in args), default=-1)
            found = self._made[key] = len(self.steps)
            self.steps.append(Step(found, op, args, gives, value, level))
        return found

    def bits(self, value: int) -> int:
        """Certain bits."""
        return self.step("constant", (), BITS, value)

    def integer(self, value: int) -> int:
        """A certain number."""
        return self.step("constant", (), INT, value)

    def certain(self, n: int) -> int | None:
        """The value of a step that is the same for everybody; None where it is not."""
        step = self.steps[n]
        return step.value if step.op == "constant" else None

    def flag(self, op: str, a: int, b: int) -> int:
        """A comparison."""
        x, y = self.certain(a), self.certain(b)
        if x is not None and y is not None:
            return self.step("constant", (), FLAG, _COMPARE[op](x, y))
        return self.step(op, (a, b), FLAG)

    def both(self, a: int, b: int) -> int:
        """Two flags at once."""
        for one, other in ((a, b), (b, a)):
            sure = self.certain(one)
            if sure is not None:
                return other if sure else one
        return a if a == b else self.step("both", (a, b), FLAG)

    def meet(self, a: int, b: int) -> int:
        """Bitwise and."""
        for one, other in ((a, b), (b, a)):
            if self.certain(one) in (YES, NO):
                return other if self.certain(one) == YES else one
        return a if a == b else self.step("&", (a, b), BITS)

    def merge(self, a: int, b: int) -> int:
        """Bitwise or."""
        for one, other in ((a, b), (b, a)):
            if self.certain(one) in (YES, NO):
                return other if self.certain(one) == NO else one
        return a if a == b else self.step("|", (a, b), BITS)

    def opposite(self, a: int) -> int:
        """Not."""
        sure = self.certain(a)
        if sure is not None:
            return self.bits(_OPPOSITE[sure])
        step = self.steps[a]
        return step.args[0] if step.op == "not" else self.step("not", (a,), BITS)

    def open(self, a: int) -> int:
        """The bits of what is unknown or free, none for what is known."""
        sure = self.certain(a)
        return self.step("open", (a,), BITS) if sure is None else self.bits(NO if sure == YES else sure)

    def where(self, test: int, yes: int, no: int) -> int:
        """One of two, by a flag."""
        sure = self.certain(test)
        if sure is not None:
            return yes if sure else no
        return yes if yes == no else self.step("where", (test, yes, no), self.steps[yes].gives)

    def arithmetic(self, op: str, a: int, b: int) -> int:
        """Numbers in 64 bits; ``//`` goes down."""
        x, y = self.certain(a), self.certain(b)
        if x is not None and y is not None:
            return self.integer(_REACH[op](x, y))
        if (op == "*" and x == 1) or (op == "+" and x == 0):
            return b
        if (op in ("*", "//") and y == 1) or (op in ("+", "-") and y == 0):
            return a
        return self.step(op, (a, b), INT)

    def widen(self, a: int) -> int:
        """A column of a table as a number in 64 bits."""
        return self.step("widen", (a,), INT)

    def again(self, step: Step, args: tuple[int, ...]) -> int:
        """An earlier step over other operands, of which more may be certain."""
        match step.op:
            case "both":
                return self.both(*args)
            case "&":
                return self.meet(*args)
            case "|":
                return self.merge(*args)
            case "not":
                return self.opposite(*args)
            case "open":
                return self.open(*args)
            case "where":
                return self.where(*args)
            case "widen":
                return self.widen(*args)
            case op if op in _COMPARE:
                return self.flag(op, *args)
            case op if op in _REACH:
                return self.arithmetic(op, *args)
        return self.step(step.op, args, step.gives, step.value)
