"""The reading of one person: a tree becomes a function of a context, with unknowns all the way.

``compile_node`` turns a typed tree into a closure. Figures are read on the decisive day when it is compiled;
facts, derived facts and other rules are read from the context when it runs. Derived facts and rules are
computed once per context.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from fractions import Fraction
from typing import Any, Final, Protocol

from leerrekening.rules import days
from leerrekening.rules.expressions import Node
from leerrekening.rules.histories import DERIVATIONS
from leerrekening.rules.situation import Situation
from leerrekening.rules.values import Unknown, Value, both, choose, either, join, negate, unsettled

UNSET: Final[Any] = object()


class Context(Protocol):
    """What a compiled rule reads from: one instrument, one person, one day."""

    situation: Situation
    values: list[Value]
    day: int
    memo: dict[Any, Value]

    def rule(self, name: str) -> Value: ...


Reading = Callable[[Any], Value]
"""A compiled tree: a function of a context."""


class Sources(Protocol):
    """Where the compiler finds figures and facts."""

    def figure_value(self, name: str) -> Value: ...
    def fact_index(self, path: str) -> int: ...


BINARY: Final[dict[str, Callable[[Any, Any], Any]]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": lambda a, b: Fraction(a) / b,
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "min": min,
    "max": max,
    "in": lambda a, b: a in b,
    "overlaps": lambda a, b: not a.isdisjoint(b),
    "pay": lambda minutes, rate: Fraction(minutes * rate, 60),
}

UNARY: Final[dict[str, Callable[[Any], Any]]] = {
    "half_up": lambda x: x if type(x) is int else (2 * x.numerator + x.denominator) // (2 * x.denominator),
    "down": lambda x: x if type(x) is int else x.numerator // x.denominator,
}


def compile_node(node: Node, sources: Sources) -> Reading:
    """The closure of a tree. Constant parts are computed here, once."""
    return _COMPILERS[node.op](node, sources)


def _literal(node: Node, sources: Sources) -> Reading:
    value = node.value
    return lambda c: value


def _day(node: Node, sources: Sources) -> Reading:
    return lambda c: c.day


def _fact(node: Node, sources: Sources) -> Reading:
    index = sources.fact_index(node.value)
    return lambda c: c.values[index]


def _figure(node: Node, sources: Sources) -> Reading:
    value = sources.figure_value(node.value)
    return lambda c: value


def _unclear(node: Node, sources: Sources) -> Reading:
    value = unsettled(node.value)
    return lambda c: value


def _rule(node: Node, sources: Sources) -> Reading:
    name = node.value
    return lambda c: c.rule(name)


def _and(node: Node, sources: Sources) -> Reading:
    parts = tuple(compile_node(arg, sources) for arg in node.args)

    def run(c: Context) -> Value:
        out: Any = True
        for part in parts:
            v: Any = part(c)
            if v is False:
                return False
            if v is not True:
                out = v if out is True else both(out, v)
        return out  # type: ignore[no-any-return]

    return run


def _or(node: Node, sources: Sources) -> Reading:
    parts = tuple(compile_node(arg, sources) for arg in node.args)

    def run(c: Context) -> Value:
        out: Any = False
        for part in parts:
            v: Any = part(c)
            if v is True:
                return True
            if v is not False:
                out = v if out is False else either(out, v)
        return out  # type: ignore[no-any-return]

    return run


def _not(node: Node, sources: Sources) -> Reading:
    part = compile_node(node.args[0], sources)
    return lambda c: negate(part(c))  # type: ignore[arg-type]


def _if(node: Node, sources: Sources) -> Reading:
    test, yes, no = (compile_node(arg, sources) for arg in node.args)

    def run(c: Context) -> Value:
        t = test(c)
        if t is True:
            return yes(c)
        if t is False:
            return no(c)
        return choose(t, yes(c), no(c))  # type: ignore[arg-type]

    return run


def _binary(node: Node, sources: Sources) -> Reading:
    apply = BINARY[node.op]
    left, right = (compile_node(arg, sources) for arg in node.args)

    def run(c: Context) -> Value:
        a, b = left(c), right(c)
        if type(a) is Unknown or type(b) is Unknown:
            return join(a, b)
        return apply(a, b)  # type: ignore[no-any-return]

    if all(arg.op in ("literal", "figure") for arg in node.args):
        constant = run(None)  # type: ignore[arg-type]
        return lambda c: constant
    return run


def _unary(node: Node, sources: Sources) -> Reading:
    apply = UNARY[node.op]
    part = compile_node(node.args[0], sources)

    def run(c: Context) -> Value:
        v = part(c)
        return v if type(v) is Unknown else apply(v)

    return run


def _in_days(node: Node, sources: Sources) -> Reading:
    part = compile_node(node.args[0], sources)
    months = 12 if node.value == "year" else 1

    def run(c: Context) -> Value:
        v: Any = part(c)
        return v if type(v) is Unknown else Fraction(365 * months * v, 12)

    constant = run(None) if node.args[0].op in ("literal", "figure") else None  # type: ignore[arg-type]
    return run if constant is None else lambda c: constant


def _surely(node: Node, sources: Sources) -> Reading:
    part = compile_node(node.args[0], sources)

    def run(c: Context) -> Value:
        v = part(c)
        return False if type(v) is Unknown and v.free else v

    return run


def _given(node: Node, sources: Sources) -> Reading:
    first, second = (compile_node(arg, sources) for arg in node.args)

    def run(c: Context) -> Value:
        v = first(c)
        return second(c) if type(v) is Unknown else v

    return run


def _call(node: Node, sources: Sources) -> Reading:
    return _applied(getattr(days, node.value), tuple(compile_node(arg, sources) for arg in node.args))


def _applied(function: Callable[..., Any], parts: tuple[Reading, ...]) -> Reading:
    if len(parts) == 1:
        only = parts[0]

        def run_one(c: Context) -> Value:
            v = only(c)
            return v if type(v) is Unknown else function(v)

        return run_one

    def run(c: Context) -> Value:
        args = [part(c) for part in parts]
        for i, arg in enumerate(args):
            if type(arg) is Unknown:
                for other in args[i + 1 :]:
                    if type(other) is Unknown:
                        arg = join(arg, other)
                return arg
        return function(*args)  # type: ignore[no-any-return]

    return run


def _derived(node: Node, sources: Sources) -> Reading:
    function = DERIVATIONS[node.value].function
    filters = dict(node.filters)
    key = (node.value, node.filters)
    parts = tuple(compile_node(arg, sources) for arg in node.args)
    if not parts:

        def run_none(c: Context) -> Value:
            v = c.memo.get(key, UNSET)
            if v is UNSET:
                v = c.memo[key] = function(c.situation, **filters)
            return v  # type: ignore[no-any-return]

        return run_none
    if len(parts) == 1:
        only = parts[0]

        def run_one(c: Context) -> Value:
            a = only(c)
            if type(a) is Unknown:
                return a
            known = (key, a)
            v = c.memo.get(known, UNSET)
            if v is UNSET:
                v = c.memo[known] = function(c.situation, a, **filters)
            return v  # type: ignore[no-any-return]

        return run_one

    def on_args(c: Context) -> Callable[..., Any]:
        def remembered(*args: Any) -> Any:
            known = (key, *args)
            v = c.memo.get(known, UNSET)
            if v is UNSET:
                v = c.memo[known] = function(c.situation, *args, **filters)
            return v

        return remembered

    def run(c: Context) -> Value:
        return _applied(on_args(c), parts)(c)

    return run


_COMPILERS: Final[dict[str, Callable[[Node, Sources], Reading]]] = {
    "literal": _literal,
    "day": _day,
    "fact": _fact,
    "figure": _figure,
    "unclear": _unclear,
    "rule": _rule,
    "and": _and,
    "or": _or,
    "not": _not,
    "if": _if,
    "in_days": _in_days,
    "surely": _surely,
    "given": _given,
    "call": _call,
    "derived": _derived,
    **dict.fromkeys(BINARY, _binary),
    **dict.fromkeys(UNARY, _unary),
}
