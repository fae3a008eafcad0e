"""A situation: one person on one day, checked against the declared facts.

``read_situation`` takes the JSON text of the contract, ``check_situation`` the parsed document. Both give a
``Situation`` or raise ``SituationError`` with every problem found: JSON path, value, what is allowed.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Any, Final, NoReturn

from leerrekening.rules import days
from leerrekening.rules.facts import (
    MAX_DECIMALS,
    MAX_INTEGER,
    MAX_ITEMS,
    MAX_TEXT,
    Fact,
    FactBook,
    PeriodValue,
)
from leerrekening.rules.values import Value, free_choice, missing

MAX_BYTES: Final = 1_000_000
MAX_PROBLEMS: Final = 20

Period = tuple[int | None, int, Any]
"""First day (None: unknown), last day (FOREVER: still running), and the value carried (None: unknown)."""

Item = dict[str, Any]
"""One object of a list, its facts checked: a key left out is unknown."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with a document."""

    path: str
    value: str
    allowed: str


class SituationError(ValueError):
    """The document breaks the contract. ``problems`` lists where, what was found and what is allowed."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems: Final = problems
        super().__init__(
            "; ".join(f"{p.path}: {p.value} is not allowed; allowed: {p.allowed}" for p in problems)
        )


@dataclass(slots=True)
class Situation:
    """A checked situation.

    ``values`` holds one value per scalar fact of the book, in the book's order; ``lists`` the checked lists
    (absent key: unknown); ``source`` the document as given.
    """

    as_of: int
    values: list[Value]
    lists: dict[str, list[Item]]
    has_course: bool
    source: Mapping[str, Any]
    index: Mapping[str, int]

    def fact(self, path: str) -> Any:
        """The value of a scalar fact. Raises KeyError for a path that is not declared."""
        return self.values[self.index[path]]


def _printable(text: str) -> str:
    return text.encode("utf-8", "replace").decode("utf-8")


def _show(value: object) -> str:
    try:
        text = (
            str(value) if isinstance(value, Decimal) else json.dumps(value, ensure_ascii=False, default=str)
        )
    except RecursionError:
        return "a value nested too deeply"
    return _printable(text if len(text) <= 60 else text[:57] + "...")


class _Check:
    """Collects problems while a document is read."""

    __slots__ = ("problems",)

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def refuse(self, path: str, value: object, allowed: str) -> None:
        self.problems.append(Problem(_printable(path[:120]), _show(value), allowed))
        if len(self.problems) >= MAX_PROBLEMS:
            raise SituationError(self.problems)


_Reader = Callable[[Any, str, _Check], Any]


@lru_cache(maxsize=4096)
def _day(text: str) -> int | None:
    try:
        day = days.day_of(text)
    except ValueError:
        return None
    return day if days.FIRST_YEAR <= int(text[:4]) <= days.LAST_YEAR else None


_DATE_ALLOWED: Final = (
    f"a date that exists, as YYYY-MM-DD, from {days.FIRST_YEAR}-01-01 to {days.LAST_YEAR}-12-31, or null"
)


def _read_date(value: Any, path: str, check: _Check) -> int | None:
    if type(value) is str:
        day = _day(value)
        if day is not None:
            return day
    check.refuse(path, value, _DATE_ALLOWED)
    return None


def _read_boolean(value: Any, path: str, check: _Check) -> bool | None:
    if value is True or value is False:
        return bool(value)
    check.refuse(path, value, "true, false or null")
    return None


def _number_reader(kind: str, low: int | None, high: int | None) -> _Reader:
    least = low if low is not None else -MAX_INTEGER
    most = high if high is not None else MAX_INTEGER
    what = "a whole number" if kind == "integer" else "a number"
    allowed = f"{what} from {least} to {most}, or null"

    def read_integer(value: Any, path: str, check: _Check) -> int | None:
        if type(value) is int and least <= value <= most:
            return value
        if type(value) is Decimal and value.is_finite() and least <= value <= most and value == int(value):
            return int(value)  # 3.0 is the same number as 3, in JSON and in its schema
        check.refuse(path, value, allowed)
        return None

    def read_decimal(value: Any, path: str, check: _Check) -> int | Fraction | None:
        if type(value) is int and least <= value <= most:
            return value
        if type(value) is float:
            value = Decimal(repr(value))
        if type(value) is Decimal and value.is_finite() and least <= value <= most:
            exponent = value.as_tuple().exponent
            if isinstance(exponent, int) and exponent >= -MAX_DECIMALS:
                exact = Fraction(value)
                return exact.numerator if exact.denominator == 1 else exact
            check.refuse(path, value, f"{allowed}, with at most {MAX_DECIMALS} decimals")
            return None
        check.refuse(path, value, allowed)
        return None

    return read_integer if kind == "integer" else read_decimal


def _code_reader(codes: Mapping[str, Any]) -> _Reader:
    known = frozenset(codes)
    allowed = " | ".join(codes) + " | null"

    def read_code(value: Any, path: str, check: _Check) -> str | None:
        if type(value) is str and value in known:
            return value
        check.refuse(path, value, allowed)
        return None

    return read_code


def _codes_reader(codes: Mapping[str, Any]) -> _Reader:
    known = frozenset(codes)
    allowed = "a list without doubles of: " + " | ".join(codes)

    def read_codes(value: Any, path: str, check: _Check) -> frozenset[str] | None:
        if type(value) is list and all(type(v) is str and v in known for v in value):
            if len(set(value)) == len(value):
                return frozenset(value)
        check.refuse(path, value, allowed)
        return None

    return read_codes


def _read_short_text(value: Any, path: str, check: _Check) -> str | None:
    if type(value) is str and len(value) <= MAX_TEXT and value.isprintable():
        return value
    check.refuse(path, value, f"a printable text of at most {MAX_TEXT} characters, or null")
    return None


def _read_texts(value: Any, path: str, check: _Check) -> frozenset[str] | None:
    if type(value) is list and len(value) <= MAX_ITEMS:
        texts = [_read_short_text(v, f"{path}[{i}]", check) for i, v in enumerate(value)]
        return frozenset(t for t in texts if t is not None)
    check.refuse(path, value, f"a list of at most {MAX_ITEMS} texts, or null")
    return None


def _plain_reader(kind: str, codes: Mapping[str, Any], low: int | None, high: int | None) -> _Reader:
    if kind == "date":
        return _read_date
    if kind == "boolean":
        return _read_boolean
    if kind in ("integer", "decimal"):
        return _number_reader(kind, low, high)
    if kind == "code":
        return _code_reader(codes)
    if kind == "codes":
        return _codes_reader(codes)
    if kind == "texts":
        return _read_texts
    return _read_short_text


def _interval(item: Mapping[str, Any], path: str, check: _Check) -> tuple[int | None, int]:
    first, last = item.get("from"), item.get("to")
    start = None if first is None else _read_date(first, f"{path}.from", check)
    end = days.FOREVER if last is None else _read_date(last, f"{path}.to", check)
    if start is not None and end is not None and end < start:
        check.refuse(
            f"{path}.to", last, f"a day on or after {first} (from), or null while it is still running"
        )
    return start, days.FOREVER if end is None else end


def _periods_reader(value: PeriodValue | None) -> _Reader:
    key = value.key if value is not None else None
    read = _plain_reader(value.type, value.codes, value.minimum, value.maximum) if value is not None else None
    keys = frozenset(("from", "to", key)) if key else frozenset(("from", "to"))
    allowed_keys = " | ".join(("from", "to", *((key,) if key else ())))

    def read_periods(raw: Any, path: str, check: _Check) -> tuple[Period, ...] | None:
        if type(raw) is not list or len(raw) > MAX_ITEMS:
            check.refuse(path, raw, f"a list of at most {MAX_ITEMS} intervals, or null")
            return None
        out: list[Period] = []
        for i, item in enumerate(raw):
            here = f"{path}[{i}]"
            if type(item) is not dict:
                check.refuse(here, item, f"an interval with {allowed_keys}")
                continue
            for name in item:
                if name not in keys:
                    check.refuse(f"{here}.{name}", item[name], f"no such key; known here: {allowed_keys}")
            start, end = _interval(item, here, check)
            carried = item.get(key) if key else None
            if carried is not None and read is not None:
                carried = read(carried, f"{here}.{key}", check)
            out.append((start, end, carried))
        return tuple(out)

    return read_periods


class SituationReader:
    """Checks documents against a fact book; made once per law, used for every situation."""

    def __init__(self, book: FactBook) -> None:
        self.book: Final = book
        self._readers: Final = {f.path: self._reader(f) for f in book.facts.values()}
        self._top: Final = {f.key: f for f in book.members(None)}
        self._groups: Final = {
            g.path: (g.kind, {f.key: (f.path, self._readers[f.path]) for f in book.members(g.path)})
            for g in book.groups.values()
        }
        self._index: Final = book.scalars
        self._unknown: Final[list[Value]] = [missing(path) for path in book.scalars]
        self._free: Final[list[Value]] = [
            free_choice(path) if path.startswith("course.") else missing(path) for path in book.scalars
        ]

    @staticmethod
    def _reader(fact: Fact) -> _Reader:
        if fact.type == "periods":
            return _periods_reader(fact.period_value)
        return _plain_reader(fact.type, fact.codes, fact.minimum, fact.maximum)

    def read(self, text: bytes | str) -> Situation:
        """Parse and check one JSON document. Raises SituationError."""
        return self.check(parse_json(text))

    def check(self, document: Any) -> Situation:
        """Check a parsed document. Raises SituationError."""
        check = _Check()
        if type(document) is not dict:
            check.refuse("$", document, "a JSON object with the key as_of")
            raise SituationError(check.problems)
        has_course = document.get("course") is not None
        values = list(self._unknown if has_course else self._free)
        lists: dict[str, list[Item]] = {}
        for key, raw in document.items():
            if key in self._groups:
                if raw is not None:
                    self._read_group(key, raw, values, lists, check)
            elif key in self._top:
                if raw is not None:
                    values[self._index[key]] = self._readers[key](raw, f"$.{key}", check)
            else:
                known = " | ".join([*self._top, *self._groups])
                check.refuse(f"$.{key}", raw, f"no such key; known here: {known}")
        for fact in self._top.values():
            if fact.required and document.get(fact.key) is None:
                check.refuse(f"$.{fact.key}", document.get(fact.key), f"required: {_DATE_ALLOWED[:-9]}")
        if check.problems:
            raise SituationError(check.problems)
        as_of = values[self._index["as_of"]]
        assert type(as_of) is int
        return Situation(as_of, values, lists, has_course, document, self._index)

    def _read_group(
        self, group: str, raw: Any, values: list[Value], lists: dict[str, list[Item]], check: _Check
    ) -> None:
        kind, members = self._groups[group]
        if kind == "object":
            if type(raw) is not dict:
                check.refuse(f"$.{group}", raw, "an object, or null")
                return
            for key, value in self._read_members(raw, f"$.{group}", members, check).items():
                values[self._index[f"{group}.{key}"]] = value
            return
        if type(raw) is not list or len(raw) > MAX_ITEMS:
            check.refuse(f"$.{group}", raw, f"a list of at most {MAX_ITEMS} objects, or null")
            return
        items: list[Item] = []
        for i, item in enumerate(raw):
            here = f"$.{group}[{i}]"
            if type(item) is not dict:
                check.refuse(here, item, "an object")
                continue
            items.append(self._read_members(item, here, members, check))
        lists[group] = items

    @staticmethod
    def _read_members(
        raw: dict[str, Any], path: str, members: dict[str, tuple[str, _Reader]], check: _Check
    ) -> dict[str, Any]:
        out: dict[str, Any] = {}
        for key, value in raw.items():
            member = members.get(key)
            if member is None:
                check.refuse(f"{path}.{key}", value, f"no such key; known here: {' | '.join(members)}")
            elif value is not None:
                out[key] = member[1](value, f"{path}.{key}", check)
        for first, last in (("from", "to"), ("start", "end")):
            start, end = out.get(first), out.get(last)
            if start is not None and end is not None and end < start:
                check.refuse(
                    f"{path}.{last}", raw[last], f"a day on or after {raw[first]} ({first}), or null"
                )
        return out


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a JSON number")


def _no_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    out = dict(pairs)
    if len(out) != len(pairs):
        seen: set[str] = set()
        double = next(k for k, _ in pairs if k in seen or seen.add(k))  # type: ignore[func-returns-value]
        raise ValueError(f"the key {double!r} stands twice in one object")
    return out


def parse_json(text: bytes | str) -> Any:
    """JSON with exact decimals. Raises SituationError for anything else, for size and for depth."""
    raw = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text

    def refuse(found: str, allowed: str) -> NoReturn:
        raise SituationError([Problem("$", found, allowed)])

    if len(raw) > MAX_BYTES:
        refuse(f"{len(raw)} bytes", f"at most {MAX_BYTES} bytes")
    if not raw.strip():
        refuse("nothing", "one JSON document with the key as_of")
    try:
        decoded = raw.decode("utf-8")
        return json.loads(
            decoded, parse_float=Decimal, parse_constant=_no_constant, object_pairs_hook=_no_doubles
        )
    except RecursionError:
        refuse("nested too deeply", "the lists and objects of the contract")
    except ArithmeticError:
        refuse("a number with an exponent beyond measure", "numbers as the contract has them")
    except ValueError as error:
        if "integer string conversion" in str(error):  # Python's own limit on the digits of a whole number
            refuse("a whole number of thousands of digits", "numbers as the contract has them")
        refuse(f"not valid JSON ({error})", "one JSON document in UTF-8")
