"""How far a condition is from being met: what is short, and the day on which time alone makes it good."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import orjson

from leerrekening.rules import days
from leerrekening.rules.decide import Condition, Finding, Frame, Person
from leerrekening.rules.expressions import Node
from leerrekening.rules.timeline import moved
from leerrekening.rules.values import Unknown, Value

_ORDERED = frozenset({"<", "<=", ">", ">="})


class Gap:
    """What a failing comparison lacks: an amount in a unit, and the day from which time alone meets it."""

    __slots__ = ("unit", "short_by", "met_on")

    def __init__(self, unit: str, short_by: int | Fraction, met_on: int | None) -> None:
        self.unit = unit
        self.short_by = short_by
        self.met_on = met_on


def margin_of(finding: Finding, condition: Condition) -> dict[str, Any] | None:
    """The margin of a failing condition in the form of the contract, None where nothing can be counted."""
    gap = nearest_gap(finding, condition)
    if gap is None:
        return None
    value = gap.short_by
    exact: Any = value.numerator if value.denominator == 1 else orjson.Fragment(_decimal(Fraction(value)))
    out: dict[str, Any] = {"unit": gap.unit, "short_by": exact}
    if gap.met_on is not None:
        out["met_on"] = days.iso(gap.met_on)
    return out


def _decimal(value: Fraction) -> str:
    scaled = -(-value.numerator * 10**6 // value.denominator)
    whole, rest = divmod(scaled, 10**6)
    return f"{whole}.{rest:06d}".rstrip("0").rstrip(".")


def nearest_gap(finding: Finding, condition: Condition) -> Gap | None:
    """The smallest thing that is short in a failing condition."""
    frame = finding.frame
    if frame is None:
        return None
    return _gap(frame, condition.version.node, finding, condition.rule.id)


def _value(frame: Frame, node: Node) -> Value:
    return frame.slice.compile(node)(frame)


def _gap(frame: Frame, node: Node, finding: Finding, rule_id: str) -> Gap | None:
    if node.op in _ORDERED:
        return _comparison_gap(frame, node, finding, rule_id)
    if node.op == "and":
        gaps = [_gap(frame, arg, finding, rule_id) for arg in node.args if _value(frame, arg) is False]
        return gaps[0] if len(gaps) == 1 else None
    if node.op == "or":
        found = [g for arg in node.args if (g := _gap(frame, arg, finding, rule_id)) is not None]
        return min(
            found, key=lambda g: (g.met_on is None, g.unit != "day", g.met_on or 0, g.short_by), default=None
        )
    if node.op == "if":
        test = _value(frame, node.args[0])
        return None if type(test) is Unknown else _gap(frame, node.args[1 if test else 2], finding, rule_id)
    if node.op == "rule":
        rule = frame.slice.instrument.rules.get(node.value)
        version = rule.version_on(frame.slice.day) if rule is not None else None
        return _gap(frame, version.node, finding, rule_id) if version is not None else None
    return None


def _comparison_gap(frame: Frame, node: Node, finding: Finding, rule_id: str) -> Gap | None:
    a, b = (_value(frame, arg) for arg in node.args)
    if type(a) is Unknown or type(b) is Unknown:
        return None
    low, high = (a, b) if node.op in (">", ">=") else (b, a)
    short: Any = high - low  # type: ignore[operator]
    whole = isinstance(short, int) or short.denominator == 1
    if node.op in (">", "<") and whole and node.args[0].type.unit != "fraction":
        short += 1
    if short <= 0:
        return None
    unit = node.args[0].type.unit if node.args[0].op != "literal" else node.args[1].type.unit
    unit = "day" if unit == "date" else "count" if unit == "plain" else unit
    met_on = _met_on(finding, rule_id, short) if unit == "day" else None
    return Gap(unit, short, met_on)


def _met_on(finding: Finding, rule_id: str, short: int | Fraction) -> int | None:
    """The day on which a count of days is full, if by then the whole condition holds and not the day before."""
    wait = -(-short.numerator // short.denominator)
    day = finding.person.situation.as_of + wait
    if day >= days.FOREVER or not _holds(finding, rule_id, day):
        return None
    return day if not _holds(finding, rule_id, day - 1) else None


def _holds(finding: Finding, rule_id: str, day: int) -> bool:
    person = Person(finding.person.engine, moved(finding.person.situation, day), finding.person.last_known)
    frame = person.frame(finding.instrument.id)
    return isinstance(frame, Frame) and rule_id in frame.slice.readings and frame.rule(rule_id) is True
