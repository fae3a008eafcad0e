"""One fact in a form: from its value in the document to what the inputs hold, and back.

People see hours, euro, percent and days of the calendar; the document holds minutes, cents, decimals and ISO dates.
Nothing is rounded on the way: what cannot be said exactly is refused with a reason.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from leerrekening.rules import days
from leerrekening.rules.facts import MAX_DECIMALS, MAX_INTEGER, MAX_ITEMS, MAX_TEXT, Fact
from leerrekening.rules.facts import Text as LawText
from leerrekening.web.components import UNKNOWN, Choice, Field, FieldKind, Text
from leerrekening.web.rights.wording import words
from leerrekening.web.scan.answers import Typed, last

NONE_OF_THESE: Final = "-"
# What people write where a list has nothing in it; leaving it empty says that they do not know.
NO_TEXTS: Final = frozenset(("geen", "aucun", "aucune", "kein", "keine", "no", "none"))
MOST_RADIOS: Final = 8
MOST_RADIOS_IN_ITEM: Final = 2
BIRTH_DATE: Final = "person.birth_date"

_UNIT_WORDS: Final[dict[str, Text]] = {
    "minute": _("uur"),
    "hour": _("uur"),
    "cent": _("euro"),
    "day": _("dagen"),
    "lestijd": _("lestijden"),
    "credit": _("studiepunten"),
}


class Mistake(ValueError):
    """What was typed cannot be read. `text` tells the person how to mend it."""

    def __init__(self, text: Text) -> None:
        self.text: Final = text
        super().__init__()


@dataclass(frozen=True)
class Kind:
    """What values a fact, or one period of a dated fact, can have."""

    type: str
    codes: Mapping[str, LawText]
    minimum: int | None
    maximum: int | None
    unit: str | None

    @property
    def is_share(self) -> bool:
        """Whether it is a part of a whole, asked for in percent."""
        return self.type == "decimal" and self.maximum == 1

    @property
    def unit_words(self) -> Text:
        """What stands behind the number."""
        return "%" if self.is_share else _UNIT_WORDS.get(self.unit or "", "")


def kind_of(fact: Fact) -> Kind:
    """The kind of a fact; of a dated fact, that of the value its periods carry."""
    if fact.type == "periods" and fact.period_value is not None:
        value = fact.period_value
        return Kind(value.type, value.codes, value.minimum, value.maximum, fact.unit)
    return Kind(fact.type, fact.codes, fact.minimum, fact.maximum, fact.unit)


DAY: Final = Kind("date", {}, None, None, None)


# --- from the document to the form ------------------------------------------------------------------------


def shown(kind: Kind, name: str, value: Any) -> dict[str, tuple[str, ...]]:
    """What the inputs of `name` hold for a value of the document."""
    if value is None:
        return {}
    if kind.type == "date":
        year, month, day = value.split("-")
        return {f"{name}-day": (str(int(day)),), f"{name}-month": (str(int(month)),), f"{name}-year": (year,)}
    if kind.type == "boolean":
        return {name: ("true" if value else "false",)}
    if kind.type == "codes":
        return {name: tuple(value) or (NONE_OF_THESE,)}
    if kind.type == "texts":
        return {name: ("; ".join(value) or _("geen"),)}
    if kind.type in ("integer", "decimal"):
        return {name: (_number_shown(kind, value),)}
    return {name: (value,)}


def _number_shown(kind: Kind, value: int | Decimal) -> str:
    if kind.unit == "minute":
        hours, minutes = divmod(int(value), 60)
        if minutes % 3:
            return f"{hours}:{minutes:02d}"
        return _decimal_shown(Decimal(hours) + Decimal(minutes) / 60)
    if kind.unit == "cent":
        euro, cents = divmod(int(value), 100)
        return _decimal_shown(Decimal(f"{euro}.{cents:02d}")) if cents else str(euro)
    if kind.is_share:
        return _decimal_shown(Decimal(value).scaleb(2))
    return _decimal_shown(Decimal(value))


def _decimal_shown(value: Decimal) -> str:
    text = format(value, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return text if get_language() == "en" else text.replace(".", ",")


def field(
    kind: Kind,
    name: str,
    typed: Typed,
    label: Text,
    *,
    hint: Text = "",
    error: Text = "",
    unknown: bool = True,
    compact: bool = False,
) -> Field:
    """The field for `name` as the form holds it. `compact`: for one item of a list, with choices in a drop-down."""
    choices: tuple[Choice, ...] = ()
    value: str | tuple[str, ...] | Mapping[str, str] = last(typed, name)
    shape: FieldKind = "text"
    if kind.type == "date":
        shape = "date"
        value = {part: last(typed, f"{name}-{part}") for part in ("day", "month", "year")}
    elif kind.type == "boolean":
        shape = "radios"
        choices = (Choice("true", _("Ja")), Choice("false", _("Nee")))
    elif kind.type == "code":
        choices = tuple(Choice(code, words(text)) for code, text in kind.codes.items())
        shape = "radios" if len(choices) <= (MOST_RADIOS_IN_ITEM if compact else MOST_RADIOS) else "select"
    elif kind.type == "codes":
        shape = "checkboxes"
        choices = tuple(Choice(code, words(text)) for code, text in kind.codes.items())
        choices += (Choice(NONE_OF_THESE, _("Niets hiervan")),)
        value = tuple(typed.get(name, ()))
    elif kind.type in ("integer", "decimal"):
        shape = "number"
    if last(typed, f"{name}-unknown") == UNKNOWN and (
        not any(value.values()) if isinstance(value, Mapping) else not value
    ):
        value = UNKNOWN
    return Field(
        name,
        shape,
        label,
        hint=hint,
        choices=choices,
        value=value,
        unit=kind.unit_words,
        error=error,
        unknown=unknown,
        is_birth_date=name == BIRTH_DATE,
    )


# --- from the form to the document ------------------------------------------------------------------------


def is_present(kind: Kind, name: str, typed: Typed) -> bool:
    """Whether the form held inputs for `name`. Choices that nobody made send nothing."""
    return any(key in typed for key in (name, f"{name}-unknown", f"{name}-day"))


def is_given_up(name: str, typed: Typed) -> bool:
    """Whether the answer is "I do not know"."""
    return UNKNOWN in typed.get(f"{name}-unknown", ()) or UNKNOWN in typed.get(name, ())


def read(kind: Kind, name: str, typed: Typed, before: Any) -> Any:
    """The value for the document; None when it is left open. Raises Mistake.

    `before` is the value as it was: where nothing was changed in the form it stays as it is, to the last decimal.
    """
    before_shown = shown(kind, name, before)
    keys = (f"{name}-day", f"{name}-month", f"{name}-year") if kind.type == "date" else (name,)
    if before_shown and all(tuple(v.strip() for v in typed.get(k, ())) == before_shown.get(k) for k in keys):
        return before
    if kind.type == "date":
        return _read_date(name, typed)
    if kind.type == "codes":
        codes = [code for code in kind.codes if code in typed.get(name, ())]
        return codes if codes or NONE_OF_THESE in typed.get(name, ()) else None
    text = last(typed, name)
    if text in ("", UNKNOWN):
        return None
    if kind.type == "boolean":
        return {"true": True, "false": False}.get(text)
    if kind.type == "code":
        return text if text in kind.codes else None
    if kind.type == "texts":
        if text.strip(" .").casefold() in NO_TEXTS:
            return []
        return [_plain_text(part.strip()) for part in text.split(";")[:MAX_ITEMS] if part.strip()]
    if kind.type in ("integer", "decimal"):
        return _read_number(kind, text)
    return _plain_text(text)


def _read_date(name: str, typed: Typed) -> str | None:
    day, month, year = (last(typed, f"{name}-{part}") for part in ("day", "month", "year"))
    if not (day or month or year):
        return None
    if not (day and month and year):
        raise Mistake(_("Vul de dag, de maand en het jaar in."))
    if not all(re.fullmatch(r"[0-9]{1,4}", part) for part in (day, month, year)):
        raise Mistake(_("Vul de datum in cijfers in. Bijvoorbeeld: 27 3 1986."))
    if len(year) != 4 or not days.FIRST_YEAR <= int(year) <= days.LAST_YEAR:
        raise Mistake(_("Vul het jaar in met vier cijfers. Bijvoorbeeld: 1986."))
    try:
        return date(int(year), int(month), int(day)).isoformat()
    except ValueError:
        raise Mistake(_("Deze datum bestaat niet. Kijk de dag en de maand na.")) from None


def _plain_text(text: str) -> str:
    if len(text) > MAX_TEXT:
        raise Mistake(_("Vul hoogstens %(most)s tekens in.") % {"most": MAX_TEXT})
    if not text.isprintable():
        raise Mistake(_("Vul alleen gewone letters, cijfers en tekens in."))
    return text


_CLOCK: Final = re.compile(r"([0-9]{1,9}) ?[:uh] ?([0-5][0-9])")


def exact_number(text: str) -> Fraction:
    """A number as people type it: decimal comma or point, spaces or points between thousands. Raises Mistake."""
    plain = re.sub(r"[\s\u00a0\u202f']|€|%|euro", "", text, flags=re.IGNORECASE)
    commas, points = plain.count(","), plain.count(".")
    mark = "." if get_language() == "en" else ","
    if commas and points:
        mark = "," if plain.rindex(",") > plain.rindex(".") else "."
    elif commas + points == 1 and not re.fullmatch(r"[1-9][0-9]{0,2}[.,][0-9]{3}", plain):
        mark = "," if commas else "."
    other = "." if mark == "," else ","
    whole, _mark, rest = plain.partition(mark)
    if other in whole:
        if not re.fullmatch(rf"[0-9]{{1,3}}({re.escape(other)}[0-9]{{3}})+", whole):
            raise Mistake(_("Vul een getal in cijfers in. Bijvoorbeeld: 30 of 30,4."))
        whole = whole.replace(other, "")
    if not re.fullmatch(r"[0-9]{1,16}", whole) or not re.fullmatch(rf"[0-9]{{0,{MAX_DECIMALS - 2}}}", rest):
        raise Mistake(_("Vul een getal in cijfers in. Bijvoorbeeld: 30 of 30,4."))
    return Fraction(f"{whole}.{rest or 0}")


def _read_number(kind: Kind, text: str) -> int | Decimal:
    clock = _CLOCK.fullmatch(text.lower()) if kind.unit in ("minute", "hour") else None
    value = Fraction(int(clock[1]) * 60 + int(clock[2]), 60) if clock else exact_number(text)
    if kind.unit == "minute":
        value *= 60
        if value.denominator != 1:
            raise Mistake(_("Vul hele minuten in. Bijvoorbeeld: 7,5 of 7:30."))
    elif kind.unit == "cent":
        value *= 100
        if value.denominator != 1:
            raise Mistake(_("Vul hoogstens twee cijfers na de komma in."))
    elif kind.is_share:
        if 0 < value <= 1:
            raise Mistake(_("Vul procenten in. Voltijds is 100, vier vijfde is 80."))
        value /= 100
    elif kind.type == "integer" and value.denominator != 1:
        raise Mistake(_("Vul een heel getal in."))
    low = 0 if kind.minimum is None else kind.minimum
    high = MAX_INTEGER if kind.maximum is None else kind.maximum
    if not low <= value <= high:
        raise Mistake(_out_of_bounds(kind, low, high))
    return exact_decimal(value)


def _out_of_bounds(kind: Kind, low: int, high: int) -> Text:
    if kind.is_share:
        return _("Vul een getal in van 0 tot 100 procent.")
    if high == MAX_INTEGER:
        return _("Dit getal is te groot. Kijk het na.")
    return _("Vul een getal in van %(low)s tot %(high)s.") % {"low": low, "high": high}


def exact_decimal(value: Fraction) -> int | Decimal:
    """A number as the document holds it; one that does not end is cut after the decimals the contract allows."""
    if value.denominator == 1:
        return value.numerator
    scaled = value.numerator * 10**MAX_DECIMALS // value.denominator
    whole, rest = divmod(scaled, 10**MAX_DECIMALS)
    return Decimal(f"{whole}.{rest:0{MAX_DECIMALS}d}".rstrip("0"))
