"""The one interface behind which every register stands: a question as bytes, and reading the reply."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar, Literal

from leerrekening.registry.facts import Statement
from leerrekening.registry.insz import Insz
from leerrekening.registry.sources.register import Register

FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2199, 12, 31)


class NoAnswer(Exception):
    """A register gave no answer that can be used. `outcome` is how it is noted; the text holds nothing personal."""

    outcome: ClassVar[str] = "unreachable"


class TimedOut(NoAnswer):
    """It did not answer in time."""

    outcome = "timeout"


class Unreachable(NoAnswer):
    """It cannot be reached, or refuses to answer."""


class Nobody(NoAnswer):
    """It does not know this person."""

    outcome = "nobody"


class Malformed(NoAnswer):
    """Its reply is not what it should be; nothing of it is kept."""

    outcome = "malformed"


class OtherPerson(NoAnswer):
    """Its reply is about somebody else; nothing of it is kept."""

    outcome = "other_person"


@dataclass(frozen=True, slots=True)
class Question:
    """What is sent. The number of a person stands in the body only, never in an address."""

    content_type: str
    body: bytes
    action: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a register says of one person. `covers_from`: the first day it speaks of; None: everything."""

    statements: tuple[Statement, ...]
    covers_from: date | None = None


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a register's file. `kind`: text (of `most` characters), day, whole (a number) or code."""

    name: str
    kind: Literal["text", "day", "whole", "code"]
    needed: bool = False
    codes: tuple[str, ...] = ()
    most: int = 64


Row = Mapping[str, Any]
"""A checked row of a file: a value (text, whole number, day as text) for each column that is filled in."""


class Source(ABC):
    """One register. A folder below `registry.sources` holds one, as `SOURCE`.

    `columns`: of its files, besides the person; empty when it has no form as a file. `in_files`: what its files
    speak of.
    """

    register: ClassVar[Register]
    columns: ClassVar[tuple[Column, ...]] = ()
    in_files: ClassVar[tuple[str, ...]] = ()

    @abstractmethod
    def question(self, insz: Insz, today: date) -> Question:
        """What to send to ask about this person."""

    @abstractmethod
    def read(self, reply: bytes, insz: Insz) -> Answer:
        """What a reply says. Errors: Nobody, Malformed, OtherPerson, Unreachable (it refused)."""

    @abstractmethod
    def demo(self, insz: Insz, holds: Mapping[str, Any] | None, today: date) -> bytes:
        """The reply of a register that holds this about the person, as `demo/people` writes it; None: nobody."""

    def row_fault(self, row: Row) -> tuple[str, str] | None:
        """What is wrong with a row though each of its values is right: a column, and what; None: nothing."""
        return _ends_before(row, "from", "to") or _ends_before(row, "begin", "end")

    def row_name(self, row: Row) -> str:
        """What a row is about, for one person: a later row with the same name replaces it."""
        return "/".join(str(row.get(column.name, "")) for column in self.columns if column.needed)

    def of_rows(self, rows: Sequence[Row], on: date) -> tuple[Statement, ...]:
        """What all rows about one person say together; `on`: the day of the newest file."""
        raise NotImplementedError


def _ends_before(row: Row, first: str, last: str) -> tuple[str, str] | None:
    if row.get(first) and row.get(last) and row[last] < row[first]:
        return last, f"lies before {first}"
    return None


def same_person(found: Iterable[str | None], insz: Insz) -> None:
    """Check that a reply is about the person asked, and nobody else. Errors: OtherPerson, Malformed."""
    numbers = {(number or "").strip() for number in found}
    if not numbers:
        raise Malformed("the reply does not say whom it is about")
    if numbers != {insz.digits}:
        raise OtherPerson("the reply is about somebody else")


def day(text: str | None, where: str) -> date | None:
    """A day in a reply; None when there is none. Errors: Malformed."""
    if text is None or not text.strip():
        return None
    try:
        found = date.fromisoformat(text.strip())
    except ValueError:
        raise Malformed(f"{where} is not a day") from None
    if not FIRST_DAY <= found <= LAST_DAY:
        raise Malformed(f"{where} is a day outside {FIRST_DAY.year} to {LAST_DAY.year}")
    return found


def needed_day(text: str | None, where: str) -> date:
    """A day that must be there. Errors: Malformed."""
    found = day(text, where)
    if found is None:
        raise Malformed(f"{where} is missing")
    return found


def named_items(path: str, items: Iterable[tuple[str, dict[str, Any]]]) -> tuple[Statement, ...]:
    """Statements for the items of a list; two with one name are told apart in the order of the reply."""
    seen: dict[str, int] = {}
    out = []
    for name, value in items:
        seen[name] = seen.get(name, 0) + 1
        unique = name if seen[name] == 1 else f"{name}/{seen[name]}"
        begin, end = value.get("from") or value.get("on"), value.get("to") or value.get("on")
        out.append(
            Statement(
                path,
                value,
                unique[:200],
                date.fromisoformat(begin) if begin else None,
                date.fromisoformat(end) if end else None,
            )
        )
    return tuple(out)
