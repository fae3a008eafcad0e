"""One-line rule text: parsed with ``ast`` against a whitelist into a small typed tree, checked at load.

The grammar is a subset of Python's expressions, and each engine reads the same tree::

    course.price_cents                      a fact (path of the contract)
    oc.ceiling.standard                     a figure of the law, on the decisive day
    ceiling   vlaams_opleidingsverlof.VC1   a rule of this instrument, or of another
    day   as_of                             the decisive day, the day of the question
    works(day, kind=('employee',))          a fact derived from histories (histories.py)
    125  'secundair'  ('a', 'b')  True      literals
    + - * /   == != < <= > >=   in   and or not   x if c else y   min max
    half_up(x, 'ours')  down(x, 'ours')     rounding, with the source that asks for it, or 'ours'
    unclear('C-5')                          the law is not known on this point
    surely(c)                               a course not yet chosen does not count as meeting c
    given(x, y)                             x, or y where x is not known
    overlaps(course.teaches, ('nt2',))      some code of a set
    pay(minutes, rate)                      time at a rate an hour
    in_days(n)                              years of 365 days, months of a twelfth of that
    add_years add_months school_year_start school_year_end calendar_year_start calendar_year_end
    month_start month_end day_before

Units are checked: cents with cents, minutes with minutes; counts, credits and lestijden may multiply either.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

from leerrekening.rules.facts import DeclarationError, Fact
from leerrekening.rules.histories import DERIVATIONS, Derivation
from leerrekening.rules.parameters import Figure

_FROM: Final = re.compile(r"\.from\b")
"""``from`` is a fact of the contract and a keyword of Python."""

COUNTS: Final = frozenset({"plain", "count", "lestijd", "credit"})
NUMBERS: Final = COUNTS | {"cent", "minute", "cent_per_hour", "day", "month", "year", "fraction"}


class RuleTextError(DeclarationError):
    """A rule text that is not allowed; the message has the text and the reason."""


@dataclass(frozen=True, slots=True)
class Type:
    """The unit of a value; for codes also which codes it can have."""

    unit: str
    codes: frozenset[str] | None = None

    def __str__(self) -> str:
        return self.unit


BOOLEAN: Final = Type("boolean")
DATE: Final = Type("date")
PLAIN: Final = Type("plain")


@dataclass(frozen=True, slots=True)
class Node:
    """A node of the tree: an operation, its operands and the type of its value."""

    op: str
    type: Type
    args: tuple[Node, ...] = ()
    value: Any = None
    filters: tuple[tuple[str, frozenset[str]], ...] = ()

    def walk(self) -> Iterator[Node]:
        """This node and all below it."""
        yield self
        for arg in self.args:
            yield from arg.walk()


class Scope(Protocol):
    """What names mean where a rule stands."""

    def fact(self, path: str) -> Fact | None: ...
    def figure(self, name: str) -> Figure | None: ...
    def rule_type(self, name: str) -> Type | None: ...
    def may_cite(self, reference: str) -> bool: ...
    def is_source(self, tag: str) -> bool: ...


@dataclass(frozen=True, slots=True)
class Function:
    """A built-in function: units of its arguments (None: any number) and of its result."""

    arguments: tuple[str, ...]
    result: str


DATE_FUNCTIONS: Final = {
    "add_years": Function(("date", "year"), "date"),
    "add_months": Function(("date", "month"), "date"),
    "school_year_start": Function(("date",), "date"),
    "school_year_end": Function(("date",), "date"),
    "calendar_year_start": Function(("date",), "date"),
    "calendar_year_end": Function(("date",), "date"),
    "month_start": Function(("date",), "date"),
    "month_end": Function(("date",), "date"),
    "day_before": Function(("date",), "date"),
}


def figure_type(figure: Figure) -> Type:
    """The type in which rules see a figure."""
    if figure.unit == "code":
        return Type("code", frozenset(v.value for v in figure.values if v.value is not None))
    if figure.unit == "codes":
        every: set[str] = set()
        for v in figure.values:
            every |= v.value or set()
        return Type("codes", frozenset(every))
    return Type(figure.rule_unit)


def fact_type(fact: Fact) -> Type:
    """The type in which rules see a fact."""
    if fact.type in ("code", "codes"):
        return Type(fact.type, frozenset(fact.codes))
    if fact.type == "integer":
        return Type(fact.unit if fact.unit in NUMBERS else "count")
    if fact.type == "decimal":
        return Type(fact.unit if fact.unit in NUMBERS else "fraction")
    return Type(fact.type)


def _fact_node(fact: Fact) -> Node:
    """A fact as rules see it; hours become minutes."""
    node = Node("fact", fact_type(fact), value=fact.path)
    if fact.unit != "hour":
        return node
    return Node("*", Type("minute"), (node, Node("literal", PLAIN, value=60)))


@dataclass(slots=True)
class Parser:
    """Parses rule texts in one scope. Every refusal is a ``RuleTextError`` with the text and the reason."""

    scope: Scope
    where: str
    text: str = field(default="", init=False)

    def parse(self, text: str, expected: str | None = None) -> Node:
        """The typed tree of a text; ``expected`` is the unit it must have."""
        self.text = " ".join(str(text).split())
        try:
            node = self.read(ast.parse(_FROM.sub(".from_", self.text), mode="eval").body)
        except SyntaxError as error:
            raise self.error(f"not an expression: {error.msg}") from None
        except (RecursionError, MemoryError):
            raise self.error("nested too deeply") from None
        if expected is not None:
            self.fit(node, Type(expected))
        return node

    def error(self, reason: str) -> RuleTextError:
        return RuleTextError(f"{self.where}: {reason}; in: {self.text}")

    def fit(self, node: Node, wanted: Type) -> None:
        """Refuse a node that is not of the wanted unit. A plain number fits any number only when it is 0."""
        got = node.type.unit
        if got == wanted.unit:
            return
        if node.op == "literal" and node.type.unit == "plain" and wanted.unit in NUMBERS:
            if node.value == 0 or wanted.unit in COUNTS | {"month", "year", "fraction"}:
                return
        if got in COUNTS and wanted.unit == "count" or got == "count" and wanted.unit == "plain":
            return
        raise self.error(f"expected {wanted}, found {got}")

    # each method below reads one kind of Python node

    def read(self, tree: ast.expr) -> Node:
        method: Callable[[Any], Node] | None = getattr(self, f"_{type(tree).__name__.lower()}", None)
        if method is None:
            raise self.error(f"{type(tree).__name__} is not part of the grammar")
        return method(tree)

    def _constant(self, tree: ast.Constant) -> Node:
        value = tree.value
        if value is True or value is False:
            return Node("literal", BOOLEAN, value=value)
        if type(value) is int:
            return Node("literal", PLAIN, value=value)
        if type(value) is str:
            return Node("literal", Type("code", frozenset({value})), value=value)
        raise self.error(f"the literal {value!r} is not allowed; write whole numbers, codes, True or False")

    def _tuple(self, tree: ast.Tuple) -> Node:
        codes = frozenset(self._code(item) for item in tree.elts)
        return Node("literal", Type("codes", codes), value=codes)

    def _code(self, tree: ast.expr) -> str:
        if isinstance(tree, ast.Constant) and isinstance(tree.value, str):
            return tree.value
        raise self.error("expected a code between quotes")

    def _name(self, tree: ast.Name) -> Node:
        return self._named(tree.id)

    def _attribute(self, tree: ast.Attribute) -> Node:
        return self._named(ast.unparse(tree))

    def _named(self, name: str) -> Node:
        if name == "day":
            return Node("day", DATE)
        name = name.removesuffix("_") if name.endswith(".from_") else name
        found: list[Node] = []
        if (fact := self.scope.fact(name)) is not None:
            found.append(_fact_node(fact))
        if (figure := self.scope.figure(name)) is not None:
            found.append(Node("figure", figure_type(figure), value=name))
        if (rule := self.scope.rule_type(name)) is not None:
            found.append(Node("rule", rule, value=name))
        if not found:
            raise self.error(f"{name!r} is no fact, figure or rule known here")
        if len(found) > 1:
            raise self.error(f"{name!r} is at once {' and '.join(node.op for node in found)}")
        return found[0]

    def _boolop(self, tree: ast.BoolOp) -> Node:
        args = tuple(self.read(value) for value in tree.values)
        for arg in args:
            self.fit(arg, BOOLEAN)
        return Node("and" if isinstance(tree.op, ast.And) else "or", BOOLEAN, args)

    def _unaryop(self, tree: ast.UnaryOp) -> Node:
        if isinstance(tree.op, ast.USub) and isinstance(tree.operand, ast.Constant):
            if type(tree.operand.value) is int:
                return Node("literal", PLAIN, value=-tree.operand.value)
        if not isinstance(tree.op, ast.Not):
            raise self.error("the only unary operators are 'not' and a minus before a whole number")
        arg = self.read(tree.operand)
        self.fit(arg, BOOLEAN)
        return Node("not", BOOLEAN, (arg,))

    def _ifexp(self, tree: ast.IfExp) -> Node:
        test, yes, no = self.read(tree.test), self.read(tree.body), self.read(tree.orelse)
        self.fit(test, BOOLEAN)
        return Node("if", self._common(yes, no), (test, yes, no))

    def _common(self, a: Node, b: Node) -> Type:
        if a.type.unit == "code" and b.type.unit == "code":
            return Type("code", (a.type.codes or frozenset()) | (b.type.codes or frozenset()))
        if a.op == "literal" and a.type.unit == "plain":
            self.fit(a, b.type)
            return b.type
        self.fit(b, a.type)
        return a.type

    def _binop(self, tree: ast.BinOp) -> Node:
        a, b = self.read(tree.left), self.read(tree.right)
        ops = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/"}
        op = ops.get(type(tree.op))
        if op is None:
            raise self.error(f"the operator {type(tree.op).__name__} is not allowed")
        return Node(op, self._arithmetic(op, a, b), (a, b))

    def _arithmetic(self, op: str, a: Node, b: Node) -> Type:
        x, y = a.type.unit, b.type.unit
        if op == "-" and x == y == "date":
            return Type("day")
        if op in "+-" and x == "date" and y == "day":
            return DATE
        if x not in NUMBERS or y not in NUMBERS:
            raise self.error(f"{x} {op} {y} has no meaning")
        if op in "+-":
            return self._common(a, b)
        if op == "*":
            for factors in ({"plain"}, COUNTS | {"fraction"}):
                for one, other in ((a, b), (b, a)):
                    if one.type.unit in factors:
                        return other.type
            raise self.error(f"{x} * {y} has no meaning")
        if b.op not in ("literal", "figure") or (b.op == "literal" and b.value == 0):
            raise self.error("divide only by a whole number other than 0 or by a figure")
        if b.op == "figure" and self._may_be_zero(b.value):
            raise self.error(f"{b.value} is 0 on some day, and nothing can be divided by 0")
        if x == y:
            return Type("fraction")
        if y in COUNTS | {"fraction"}:
            return a.type
        raise self.error(f"{x} / {y} has no meaning")

    def _may_be_zero(self, name: str) -> bool:
        figure = self.scope.figure(name)
        return figure is not None and any(dated.value == 0 for dated in figure.values)

    def _compare(self, tree: ast.Compare) -> Node:
        parts = []
        left = self.read(tree.left)
        for op, right_tree in zip(tree.ops, tree.comparators, strict=True):
            right = self.read(right_tree)
            parts.append(self._comparison(op, left, right))
            left = right
        return parts[0] if len(parts) == 1 else Node("and", BOOLEAN, tuple(parts))

    def _comparison(self, op: ast.cmpop, a: Node, b: Node) -> Node:
        names = {ast.Eq: "==", ast.NotEq: "!=", ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">="}
        if isinstance(op, ast.In | ast.NotIn):
            if a.type.unit != "code" or b.type.unit != "codes":
                raise self.error(f"'in' needs a code and a set of codes, found {a.type} in {b.type}")
            self._same_codes(a, b)
            node = Node("in", BOOLEAN, (a, b))
            return Node("not", BOOLEAN, (node,)) if isinstance(op, ast.NotIn) else node
        name = names.get(type(op))
        if name is None:
            raise self.error(f"the comparison {type(op).__name__} is not allowed")
        if a.type.unit == "code" and b.type.unit == "code":
            self._same_codes(a, b)
        elif a.type.unit == "boolean" or b.type.unit == "boolean":
            raise self.error("compare a yes/no value with 'and', 'or' and 'not' instead")
        else:
            self._common(a, b)
        if name not in ("==", "!=") and a.type.unit not in NUMBERS | {"date"}:
            raise self.error(f"{a.type} has no order")
        return Node(name, BOOLEAN, (a, b))

    def _same_codes(self, a: Node, b: Node) -> None:
        for literal, other in ((a, b), (b, a)):
            if literal.op == "literal" and other.op != "literal" and other.type.codes is not None:
                if unknown := sorted((literal.type.codes or frozenset()) - other.type.codes):
                    allowed = ", ".join(sorted(other.type.codes))
                    raise self.error(f"{unknown[0]!r} is not one of the codes {allowed}")

    def _call(self, tree: ast.Call) -> Node:
        if not isinstance(tree.func, ast.Name):
            raise self.error("only named functions can be called")
        name = tree.func.id
        if name in DERIVATIONS:
            return self._derived(DERIVATIONS[name], tree)
        if tree.keywords:
            raise self.error(f"{name} takes no filters")
        if name in ("unclear", "half_up", "down"):
            return self._cited(name, tree.args)
        args = tuple(self.read(arg) for arg in tree.args)
        if name in DATE_FUNCTIONS:
            wanted = DATE_FUNCTIONS[name]
            self._arity(name, args, len(wanted.arguments))
            for arg, unit in zip(args, wanted.arguments, strict=True):
                self.fit(arg, Type(unit))
            return Node("call", Type(wanted.result), args, value=name)
        special: Callable[[tuple[Node, ...]], Node] | None = getattr(self, f"_call_{name}", None)
        if special is None:
            raise self.error(f"{name!r} is no function of the grammar and no derived fact")
        return special(args)

    def _arity(self, name: str, args: tuple[Node, ...], count: int) -> None:
        if len(args) != count:
            raise self.error(f"{name} takes {count} argument(s), found {len(args)}")

    def _cited(self, name: str, args: list[ast.expr]) -> Node:
        reference = self._code(args[-1]) if args else ""
        if name == "unclear":
            if len(args) != 1 or not self.scope.may_cite(reference):
                raise self.error("unclear names one conflict or gap listed in instrument.yaml")
            return Node("unclear", BOOLEAN, value=reference)
        if len(args) != 2 or not (reference == "ours" or self.scope.is_source(reference)):
            raise self.error(f"{name} takes a number and the source of the rounding, or 'ours'")
        number = self.read(args[0])
        if number.type.unit not in NUMBERS:
            raise self.error(f"{number.type} cannot be rounded")
        return Node(name, number.type, (number,), value=reference)

    def _call_min(self, args: tuple[Node, ...]) -> Node:
        return self._extreme("min", args)

    def _call_max(self, args: tuple[Node, ...]) -> Node:
        return self._extreme("max", args)

    def _extreme(self, name: str, args: tuple[Node, ...]) -> Node:
        self._arity(name, args, 2)
        common = self._common(*args)
        if common.unit not in NUMBERS | {"date"}:
            raise self.error(f"{common} has no order")
        return Node(name, common, args)

    def _call_surely(self, args: tuple[Node, ...]) -> Node:
        self._arity("surely", args, 1)
        self.fit(args[0], BOOLEAN)
        return Node("surely", BOOLEAN, args)

    def _call_given(self, args: tuple[Node, ...]) -> Node:
        self._arity("given", args, 2)
        return Node("given", self._common(*args), args)

    def _call_overlaps(self, args: tuple[Node, ...]) -> Node:
        self._arity("overlaps", args, 2)
        if any(arg.type.unit != "codes" for arg in args):
            raise self.error("overlaps takes two sets of codes")
        self._same_codes(*args)
        return Node("overlaps", BOOLEAN, args)

    def _call_pay(self, args: tuple[Node, ...]) -> Node:
        self._arity("pay", args, 2)
        self.fit(args[0], Type("minute"))
        self.fit(args[1], Type("cent_per_hour"))
        return Node("pay", Type("cent"), args)

    def _call_in_days(self, args: tuple[Node, ...]) -> Node:
        self._arity("in_days", args, 1)
        if args[0].type.unit not in ("year", "month"):
            raise self.error(f"in_days takes years or months, found {args[0].type}")
        return Node("in_days", Type("day"), args, value=args[0].type.unit)

    def _derived(self, derivation: Derivation, tree: ast.Call) -> Node:
        args = tuple(self.read(arg) for arg in tree.args)
        self._arity(derivation.name, args, len(derivation.arguments))
        for arg, unit in zip(args, derivation.arguments, strict=True):
            self.fit(arg, Type(unit))
        filters: list[tuple[str, frozenset[str]]] = []
        for keyword in tree.keywords:
            if keyword.arg not in derivation.filters:
                raise self.error(f"{derivation.name} has no filter {keyword.arg!r}")
            if not isinstance(keyword.value, ast.Tuple):
                raise self.error(f"the filter {keyword.arg} takes a set of codes, as ('a', 'b')")
            filters.append((keyword.arg, self._filter_codes(derivation, keyword.arg, keyword.value)))
        if absent := [key for key in derivation.needed if key not in dict(filters)]:
            raise self.error(f"{derivation.name} needs the filter {absent[0]!r}")
        codes = None
        if derivation.codes_of is not None and (fact := self.scope.fact(derivation.codes_of)) is not None:
            value = fact.period_value
            codes = frozenset(value.codes if value is not None else fact.codes)
        return Node("derived", Type(derivation.unit, codes), args, derivation.name, tuple(sorted(filters)))

    def _filter_codes(self, derivation: Derivation, key: str, tree: ast.Tuple) -> frozenset[str]:
        codes = frozenset(self._code(item) for item in tree.elts)
        group = derivation.reads[0].partition(".")[0]
        fact = self.scope.fact(f"{group}.{key}") or self.scope.fact(derivation.reads[0])
        declared: frozenset[str] = frozenset()
        if fact is not None:
            declared = frozenset(fact.codes or (fact.period_value.codes if fact.period_value else ()))
        if declared and (unknown := sorted(codes - declared)):
            raise self.error(
                f"{unknown[0]!r} is not one of the codes of {group}.{key}: {', '.join(sorted(declared))}"
            )
        return codes
