"""What the components show, as plain values. `templatetags/components.py` turns each into HTML.

Texts are in the reader's language already; nothing here is escaped or trusted: templates escape all of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Literal, TypeAlias

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Text: TypeAlias = str | Promise
Confidence = Literal["high", "medium", "low"]
FieldKind = Literal["radios", "checkboxes", "select", "date", "number", "text"]

# What a form sends for "I do not know". No code of a fact may be the same.
UNKNOWN = "?"


class State(StrEnum):
    """Where a right stands for one person. Only `available` may stand beside an amount that can be used now."""

    AVAILABLE = "available"
    RESERVED = "reserved"
    USED = "used"
    NOT_YET = "not_yet"
    NO = "no"
    UNKNOWN = "unknown"
    PROPOSED = "proposed"

    @property
    def label(self) -> Text:
        """The word for it."""
        return STATE_LABELS[self]


STATE_LABELS: dict[State, Text] = {
    State.AVAILABLE: _("Beschikbaar"),
    State.RESERVED: _("Gereserveerd"),
    State.USED: _("Gebruikt"),
    State.NOT_YET: _("Nog niet"),
    State.NO: _("Geen recht"),
    State.UNKNOWN: _("Onbekend"),
    State.PROPOSED: _("Voorstel"),
}

CONFIDENCE_LABELS: dict[Confidence, Text] = {
    "high": _("zekere bron"),
    "medium": _("bron met enige twijfel"),
    "low": _("onzekere bron"),
}


@dataclass(frozen=True)
class Choice:
    """One answer of a choice; `value` is what the form sends."""

    value: str
    label: Text
    hint: Text = ""


@dataclass(frozen=True)
class Field:
    """One question of a form.

    `value`: what to show as answered, as it was typed: a text; for `checkboxes` a tuple of texts; for `date` a
    mapping with the keys day, month and year. `UNKNOWN` means answered with "I do not know" (any kind).
    `is_birth_date`: the person's own; browsers may offer it (WCAG 1.3.5).
    `unknown`: offer that answer. `as_heading`: the question is the h1 of its page (one question on it).
    The form sends `name`; a date sends `name-day`, `name-month`, `name-year`; kinds that have no choices send
    `name-unknown` for "I do not know".
    """

    name: str
    kind: FieldKind
    label: Text
    hint: Text = ""
    choices: tuple[Choice, ...] = ()
    value: str | tuple[str, ...] | Mapping[str, str] = ""
    unit: Text = ""
    error: Text = ""
    unknown: bool = False
    as_heading: bool = False
    is_birth_date: bool = False

    @property
    def id(self) -> str:
        """The id of the first input, where an error summary leads to."""
        return self.name.replace(".", "-").replace("[", "-").replace("]", "")

    @property
    def described_by(self) -> str:
        """The ids of hint and error, for aria-describedby."""
        parts = ((self.hint, "hint"), (self.error, "error"))
        return " ".join(f"{self.id}-{part}" for text, part in parts if text)

    @property
    def is_unknown(self) -> bool:
        """Whether the answer given is "I do not know"."""
        return self.value == UNKNOWN or self.value == (UNKNOWN,)

    @property
    def text(self) -> str:
        """The typed answer of a kind with a single input."""
        return self.value if isinstance(self.value, str) and not self.is_unknown else ""

    def is_chosen(self, value: str) -> bool:
        """Whether a choice is the answer, or one of them."""
        return value in self.value if isinstance(self.value, tuple) else value == self.value

    @property
    def date_parts(self) -> tuple[DatePart, ...]:
        """The three inputs of a date."""
        typed = self.value if isinstance(self.value, Mapping) else {}
        day, month, year = (typed.get(part, "") for part in ("day", "month", "year"))
        known_as = [f"bday-{part}" if self.is_birth_date else "" for part in ("day", "month", "year")]
        return (
            DatePart(self.id, f"{self.name}-day", _("Dag"), day, 2, known_as[0]),
            DatePart(f"{self.id}-month", f"{self.name}-month", _("Maand"), month, 2, known_as[1]),
            DatePart(f"{self.id}-year", f"{self.name}-year", _("Jaar"), year, 4, known_as[2]),
        )


@dataclass(frozen=True)
class DatePart:
    """Day, month or year of a date; `width` in characters. `autocomplete`: what browsers know it as, if they do."""

    id: str
    name: str
    label: Text
    value: str
    width: int
    autocomplete: str = ""


@dataclass(frozen=True)
class Source:
    """Where a sentence or figure comes from. `url` leads to the act or page; `last_confirmed`: the latest day on
    which a source showed that it holds, when it has no known end; `unconfirmed`: that day is over."""

    title: Text
    article: Text = ""
    url: str = ""
    confidence: Confidence = "high"
    last_confirmed: date | None = None
    unconfirmed: bool = False

    @property
    def confidence_label(self) -> Text:
        """The words for it."""
        return CONFIDENCE_LABELS[self.confidence]


@dataclass(frozen=True)
class TimelineRow:
    """One period of a figure, or one event. `start` None: since always; `end` None: no end known."""

    start: date | None
    end: date | None
    text: Text
    note: Text = ""
    source: Source | None = None
    current: bool = False
    event: bool = False


@dataclass(frozen=True)
class SummaryRow:
    """An answer given, with the way to change it."""

    key: Text
    value: Text
    url: str = ""
    action: Text = ""


@dataclass(frozen=True)
class Right:
    """One right in its block. `reason` is the deciding condition in one sentence; `amount` may only be given
    when the state is available or reserved."""

    title: Text
    state: State
    reason: Text
    url: str = ""
    amount: Text = ""
    note: Text = ""

    def __post_init__(self) -> None:
        if self.amount and self.state not in (State.AVAILABLE, State.RESERVED):
            raise ValueError(f"{self.title}: no amount is shown for a right that is {self.state}")


@dataclass(frozen=True)
class Block:
    """Money, time or guidance, with its rights."""

    id: str
    title: Text
    intro: Text = ""
    rights: tuple[Right, ...] = field(default=())
