"""Dated figures: what the law says in numbers, from when to when, and until when a source confirms it.

A figure is read on a day. It is then *known*, or *unconfirmed* (the last source that confirms it is older
than the day), or *unknown* (no source gives it). The last two read as ``Unknown``; ``last_known`` gives
what the latest confirmed text said.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final

from leerrekening.rules import days
from leerrekening.rules.facts import DeclarationError, Text, check_keys, read_text
from leerrekening.rules.values import Unknown, Value, unsettled

UNITS: Final = {
    # unit in the file: (unit in rules, factor to the integer unit)
    "euro": ("cent", 100),
    "euro_per_hour": ("cent_per_hour", 100),
    "hour": ("minute", 60),
    "minute": ("minute", 1),
    "cent": ("cent", 1),
    "day": ("day", 1),
    "month": ("month", 1),
    "year": ("year", 1),
    "lestijd": ("lestijd", 1),
    "credit": ("credit", 1),
    "count": ("count", 1),
    "fraction": ("fraction", 1),
}
OTHER_UNITS: Final = frozenset({"boolean", "date", "code", "codes", "text"})
CONFIDENCES: Final = ("high", "medium", "low")


@dataclass(frozen=True, slots=True)
class Dated:
    """One value of a figure. ``value`` is in integer units, or None where no source gives it.

    ``end_unknown``: it is read on every day since ``start``, but a later value may exist that no source gives.
    """

    start: int
    end: int
    value: Any
    shown: Any
    last_confirmed: int | None
    end_unknown: bool
    confidence: str
    sources: tuple[str, ...]
    note: Text | None


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure of the law and its values through time, sorted and without overlap."""

    id: str
    name: Text
    unit: str
    values: tuple[Dated, ...]
    conflicts: tuple[str, ...]
    informative: Text | None

    @property
    def rule_unit(self) -> str:
        """The unit in which rules see it."""
        return UNITS[self.unit][0] if self.unit in UNITS else self.unit

    def at(self, day: int) -> Dated | None:
        """The value whose validity covers a day, None when the file says nothing of that day."""
        i = bisect_right([v.start for v in self.values], day) - 1
        if i < 0 or self.values[i].end < day:
            return None
        return self.values[i]

    def read(self, day: int) -> Value:
        """The value on a day; ``Unknown`` with this figure's id when it is not confirmed for that day."""
        dated = self.at(day)
        if dated is None or dated.value is None:
            return unsettled(self.id)
        if dated.last_confirmed is not None and day > dated.last_confirmed:
            return unsettled(self.id)
        value: Value = dated.value
        return value

    def last_known(self, day: int) -> Value:
        """The value on a day, or else what the latest confirmed text before it said."""
        for dated in reversed(self.values):
            if dated.start <= day and dated.value is not None:
                value: Value = dated.value
                return value
        return unsettled(self.id)

    def last_confirmed(self, day: int) -> int | None:
        """The latest day not after ``day`` for which a source gives a value, None when there is none."""
        for dated in reversed(self.values):
            if dated.start <= day and dated.value is not None:
                if dated.end_unknown:
                    return dated.start
                until = dated.end if dated.last_confirmed is None else min(dated.end, dated.last_confirmed)
                return min(until, day)
        return None

    def boundaries(self) -> set[int]:
        """The days on which reading it may give another answer than the day before."""
        out: set[int] = set()
        for dated in self.values:
            out.add(dated.start)
            if dated.end != days.FOREVER:
                out.add(dated.end + 1)
            if dated.last_confirmed is not None:
                out.add(dated.last_confirmed + 1)
        return out

    def is_known(self, day: int) -> bool:
        """Whether the law gives this figure, confirmed, on a day."""
        return type(self.read(day)) is not Unknown

    def is_certain(self, day: int) -> bool:
        """Whether it is known and no later value can have replaced it."""
        dated = self.at(day)
        return self.is_known(day) and dated is not None and not dated.end_unknown


def read_day(raw: object, where: str) -> int:
    """A date of a law file (a YAML date or YYYY-MM-DD)."""
    try:
        return days.day_of(str(raw))
    except ValueError as error:
        raise DeclarationError(f"{where}: {raw} is no date that exists, as YYYY-MM-DD ({error})") from None


def read_interval(raw: Mapping[str, Any], where: str) -> tuple[int, int]:
    """``from`` (null: always) and ``to`` (null: no end known) of a law file, both inclusive."""
    start = read_day(raw["from"], f"{where}, from") if raw.get("from") is not None else 1
    end = read_day(raw["to"], f"{where}, to") if raw.get("to") is not None else days.FOREVER
    if end < start:
        raise DeclarationError(f"{where}: ends on {raw['to']}, before it starts on {raw['from']}")
    return start, end


def refuse_overlap(intervals: list[tuple[int, int]], where: str) -> None:
    """Sorted intervals must not overlap; the message names both."""
    for (a_start, a_end), (b_start, b_end) in zip(intervals, intervals[1:], strict=False):
        if b_start <= a_end:
            raise DeclarationError(
                f"{where}: two versions are valid on {days.iso(b_start)}: the one from {_iso(a_start)} to "
                f"{_iso(a_end)} and the one from {_iso(b_start)} to {_iso(b_end)}"
            )


def _iso(day: int) -> str:
    return "always" if day == 1 else "open" if day == days.FOREVER else days.iso(day)


def _number(raw: object, factor: int, where: str) -> int | Fraction:
    if isinstance(raw, bool) or not isinstance(raw, int | float | str):
        raise DeclarationError(f"{where}: expected a number, found {raw!r}")
    try:
        exact = Fraction(str(raw)) * factor
    except ValueError:
        raise DeclarationError(f"{where}: expected a number, found {raw!r}") from None
    return exact.numerator if exact.denominator == 1 else exact


def _read_value(raw: object, unit: str, where: str) -> Any:
    if raw == "unknown":
        return None
    if unit in UNITS:
        value = _number(raw, UNITS[unit][1], where)
        if unit != "fraction" and not isinstance(value, int):
            raise DeclarationError(f"{where}: {raw} {unit} is not a whole number of {UNITS[unit][0]}")
        return value
    if unit == "boolean":
        if not isinstance(raw, bool):
            raise DeclarationError(f"{where}: expected true or false, found {raw!r}")
        return raw
    if unit == "date":
        return read_day(raw, where)
    if unit == "codes":
        if not isinstance(raw, list):
            raise DeclarationError(f"{where}: expected a list of codes")
        return frozenset(str(code) for code in raw)
    if unit == "text":
        return read_text(raw, where)
    return str(raw)


_FIGURE_KEYS = {"id", "name", "unit", "values", "conflicts", "informative"}
_VALUE_KEYS = {"from", "to", "value", "last_confirmed", "end_unknown", "confidence", "sources", "note"}


def _read_dated(raw: object, unit: str, sources: frozenset[str], where: str) -> Dated:
    v = check_keys(raw, _VALUE_KEYS, {"from", "to", "value", "confidence", "sources"}, where)
    start, end = read_interval(v, where)
    if v["confidence"] not in CONFIDENCES:
        raise DeclarationError(f"{where}: confidence must be one of {', '.join(CONFIDENCES)}")
    if not v["sources"]:
        raise DeclarationError(f"{where}: no source; every figure of the law needs one")
    for tag in v["sources"]:
        if tag not in sources:
            raise DeclarationError(f"{where}: the source {tag!r} is not listed in instrument.yaml")
    confirmed = v.get("last_confirmed")
    return Dated(
        start=start,
        end=end,
        value=_read_value(v["value"], unit, where),
        shown=v["value"],
        last_confirmed=read_day(confirmed, f"{where}, last_confirmed") if confirmed is not None else None,
        end_unknown=bool(v.get("end_unknown", False)),
        confidence=v["confidence"],
        sources=tuple(v["sources"]),
        note=read_text(v["note"], f"{where}, note") if v.get("note") else None,
    )


def read_figure(raw: object, sources: frozenset[str], references: frozenset[str]) -> Figure:
    """One figure of a parameters file; ``sources`` and ``references`` are the tags it may name."""
    where = f"figure {raw.get('id') if isinstance(raw, Mapping) else raw!r}"
    f = check_keys(raw, _FIGURE_KEYS, {"id", "name", "unit", "values"}, where)
    if f["unit"] not in UNITS and f["unit"] not in OTHER_UNITS:
        allowed = ", ".join([*UNITS, *sorted(OTHER_UNITS)])
        raise DeclarationError(f"{where}: unknown unit {f['unit']!r}; allowed: {allowed}")
    values = sorted(
        (_read_dated(v, f["unit"], sources, f"{where}, value {i + 1}") for i, v in enumerate(f["values"])),
        key=lambda v: v.start,
    )
    refuse_overlap([(v.start, v.end) for v in values], where)
    conflicts = tuple(f.get("conflicts") or ())
    for reference in conflicts:
        if reference not in references:
            raise DeclarationError(f"{where}: the conflict {reference!r} is not listed in instrument.yaml")
    return Figure(
        id=f["id"],
        name=read_text(f["name"], f"{where}, name"),
        unit=f["unit"],
        values=tuple(values),
        conflicts=conflicts,
        informative=read_text(f["informative"], f"{where}, informative") if f.get("informative") else None,
    )
