"""The answers of one person as the pages carry them: the contract's document, and how far the person is.

Each page holds them in hidden fields and sends them back. Nothing of it is kept here or put in an address.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any, Final, TypeAlias

import orjson

from leerrekening.rules.instruments import Law
from leerrekening.rules.situation import Situation, parse_json

Document: TypeAlias = dict[str, Any]
"""The contract's document of a situation: plain JSON, numbers with a fraction as Decimal."""

Typed: TypeAlias = Mapping[str, Sequence[str]]
"""What a form holds: the values by name of the input."""

FIRST_TOPIC: Final = "question"
MAX_CARRIED_BYTES: Final = 900_000  # a page adds its own fields, and a body may hold one megabyte


@dataclass(frozen=True)
class Answers:
    """What a page carries.

    `left_open`: the facts (contract paths) the person was asked and did not know; they are not asked again.
    `trail`: the topics visited, the latest last. `turn`: how often the answers were sent; the highest is newest.
    """

    document: Document
    left_open: frozenset[str] = frozenset()
    trail: tuple[str, ...] = ()
    turn: int = 0

    def changed(self, document: Document) -> Answers:
        """The same with another document."""
        return replace(self, document=document)

    def copied(self) -> Document:
        """The document to make changes in."""
        return copy.deepcopy(self.document)

    @property
    def text(self) -> str:
        """The document as a hidden field holds it."""
        return written(self.document).decode()

    @property
    def left_open_text(self) -> str:
        """What was left open, as a hidden field holds it."""
        return " ".join(sorted(self.left_open))

    @property
    def trail_text(self) -> str:
        """The topics visited, as a hidden field holds them."""
        return " ".join(self.trail)


def fresh(today: date) -> Answers:
    """Nothing answered yet: the question is about today."""
    return Answers({"as_of": today.isoformat()})


def written(document: Document, pretty: bool = False) -> bytes:
    """The document as JSON, every number as exact as it was read."""
    return orjson.dumps(document, default=_exact, option=orjson.OPT_INDENT_2 if pretty else None)


def _exact(value: Any) -> Any:
    if isinstance(value, Decimal):
        return orjson.Fragment(format(value, "f"))
    raise TypeError(f"not JSON: {type(value).__name__}")


def carried(typed: Typed, law: Law, today: date) -> tuple[Answers, Situation]:
    """The answers that a form brought back, checked. Raises SituationError when they are not a situation."""
    text = last(typed, "document")
    document = parse_json(text) if text else fresh(today).document
    situation = law.reader.check(document)
    book = law.facts
    known = book.facts.keys() | book.groups.keys()
    turn = last(typed, "turn")
    return Answers(
        document,
        frozenset(path for path in last(typed, "left_open").split() if path in known),
        tuple(topic for topic in last(typed, "trail").split()[-50:] if topic in book.topics),
        int(turn) if turn.isdecimal() and turn.isascii() and len(turn) < 8 else 0,
    ), situation


def last(typed: Typed, name: str) -> str:
    """The value of an input that has one; empty when the form did not hold it."""
    values = typed.get(name) or ("",)
    return values[-1].strip()


def get(document: Document, path: str) -> Any:
    """The value at a contract path with its indexes (`jobs[0].kind`); None when it is not known."""
    value: Any = document
    for step in steps(path):
        if isinstance(step, int):
            value = value[step] if isinstance(value, list) and step < len(value) else None
        else:
            value = value.get(step) if isinstance(value, dict) else None
    return value


def put(document: Document, path: str, value: Any) -> None:
    """Set the value at a path, making the object above it when it is not there; None takes it out."""
    *above, key = steps(path)
    place: Any = document
    for step in above:
        if isinstance(step, int):
            place = place[step]
        else:
            if value is None and place.get(step) is None:
                return
            if place.get(step) is None:
                place[step] = {}
            place = place[step]
    if value is None:
        place.pop(key, None)
    else:
        place[key] = value


def steps(path: str) -> list[str | int]:
    """The keys and indexes of a path."""
    parts = path.replace("[", ".[").split(".")
    return [int(part[1:-1]) if part.startswith("[") else part for part in parts]


def without_indexes(path: str) -> str:
    """The path as facts are declared: `jobs[0].kind` is `jobs.kind`."""
    return ".".join(step for step in steps(path) if isinstance(step, str))
