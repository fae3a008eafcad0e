"""Figures and values in words, in the four languages of the product.

Amounts of money, times, shares, dates and counts as people write them; and texts of the law with their
``{figure}`` placeholders filled in for a day.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from fractions import Fraction
from typing import Any, Final

from leerrekening.rules.facts import LANGUAGES, Text
from leerrekening.rules.parameters import Figure
from leerrekening.rules.values import Unknown, Value

NBSP: Final = "\u00a0"

_MONTHS: Final = {
    "nl": [
        "januari", "februari", "maart", "april", "mei", "juni",
        "juli", "augustus", "september", "oktober", "november", "december",
    ],
    "fr": [
        "janvier", "février", "mars", "avril", "mai", "juin",
        "juillet", "août", "septembre", "octobre", "novembre", "décembre",
    ],
    "de": [
        "Januar", "Februar", "März", "April", "Mai", "Juni",
        "Juli", "August", "September", "Oktober", "November", "Dezember",
    ],
    "en": [
        "January", "February", "March", "April", "May", "June",
        "July", "August", "September", "October", "November", "December",
    ],
}  # fmt: skip

_UNIT_WORDS: Final[dict[str, dict[str, tuple[str, str]]]] = {
    "hour": {"nl": ("uur", "uur"), "fr": ("heure", "heures"), "de": ("Stunde", "Stunden"), "en": ("hour", "hours")},
    "minute": {
        "nl": ("minuut", "minuten"), "fr": ("minute", "minutes"),
        "de": ("Minute", "Minuten"), "en": ("minute", "minutes"),
    },
    "day": {"nl": ("dag", "dagen"), "fr": ("jour", "jours"), "de": ("Tag", "Tage"), "en": ("day", "days")},
    "month": {"nl": ("maand", "maanden"), "fr": ("mois", "mois"), "de": ("Monat", "Monate"), "en": ("month", "months")},
    "year": {"nl": ("jaar", "jaar"), "fr": ("an", "ans"), "de": ("Jahr", "Jahre"), "en": ("year", "years")},
    "lestijd": {
        "nl": ("lestijd", "lestijden"), "fr": ("période de cours", "périodes de cours"),
        "de": ("Lektion", "Lektionen"), "en": ("lesson period", "lesson periods"),
    },
    "credit": {
        "nl": ("studiepunt", "studiepunten"), "fr": ("crédit", "crédits"),
        "de": ("Studienpunkt", "Studienpunkte"), "en": ("credit", "credits"),
    },
    "voucher": {
        "nl": ("cheque", "cheques"), "fr": ("chèque", "chèques"),
        "de": ("Scheck", "Schecks"), "en": ("voucher", "vouchers"),
    },
}  # fmt: skip

_PER_HOUR: Final = {"nl": "per uur", "fr": "par heure", "de": "pro Stunde", "en": "an hour"}
_NOT_KNOWN: Final = {
    "nl": "nog niet bekend",
    "fr": "pas encore connu",
    "de": "noch nicht bekannt",
    "en": "not known yet",
}
_YES_NO: Final = {"nl": ("ja", "nee"), "fr": ("oui", "non"), "de": ("ja", "nein"), "en": ("yes", "no")}


def date_words(day: int, language: str) -> str:
    """A day, as ``1 september 2021``, ``1er septembre 2021``, ``1. September 2021``, ``1 September 2021``."""
    d = date.fromordinal(day)
    number = (
        f"{d.day}er" if language == "fr" and d.day == 1 else f"{d.day}." if language == "de" else str(d.day)
    )
    return f"{number}{NBSP}{_MONTHS[language][d.month - 1]}{NBSP}{d.year}"


def number_words(value: int | Fraction, language: str, decimals: int = 2) -> str:
    """A number with the thousands and decimal marks of a language; rounded for reading only."""
    exact = Fraction(value)
    scaled = (2 * exact.numerator * 10**decimals + exact.denominator) // (2 * exact.denominator)
    whole, rest = divmod(abs(scaled), 10**decimals)
    thousands = "," if language == "en" else "." if language in ("nl", "de") else NBSP
    text = f"{whole:,}".replace(",", thousands)
    if rest:
        text += ("." if language == "en" else ",") + f"{rest:0{decimals}d}".rstrip("0")
    return f"-{text}" if scaled < 0 else text


def money_words(cents: int | Fraction, language: str) -> str:
    """Cents as euro; always two decimals unless it is a whole number of euro."""
    text = number_words(Fraction(cents) / 100, language)
    mark = "." if language == "en" else ","
    head, _, tail = text.partition(mark)
    if tail:
        text = f"{head}{mark}{tail:0<2}"
    if language == "en":
        return f"€{text}"
    word = "Euro" if language == "de" else "euros" if language == "fr" and not -200 < cents < 200 else "euro"
    return f"{text}{NBSP}{word}"


def counted(value: int | Fraction, unit: str, language: str) -> str:
    """A number with its unit word."""
    one, many = _UNIT_WORDS[unit][language]
    return f"{number_words(value, language)}{NBSP}{one if value == 1 else many}"


def time_words(minutes: int | Fraction, language: str) -> str:
    """Minutes as hours and minutes."""
    hours, rest = divmod(minutes, 60)
    parts = []
    if hours or not rest:
        parts.append(counted(hours, "hour", language))
    if rest:
        parts.append(counted(rest, "minute", language))
    return " ".join(parts)


def value_words(value: Any, unit: str, language: str) -> str:
    """A value of a rule in words; ``unit`` as rules see it. Unknown is said, never shown as nothing."""
    if value is None or type(value) is Unknown:
        return _NOT_KNOWN[language]
    render = _RENDER.get(unit)
    if render is not None:
        return render(value, language)
    if unit in _UNIT_WORDS:
        return counted(value, unit, language)
    if isinstance(value, frozenset):
        return ", ".join(sorted(value))
    return number_words(value, language) if isinstance(value, int | Fraction) else str(value)


_RENDER: Final[dict[str, Callable[[Any, str], str]]] = {
    "cent": money_words,
    "minute": time_words,
    "date": date_words,
    "cent_per_hour": lambda v, language: f"{money_words(v, language)} {_PER_HOUR[language]}",
    "fraction": lambda v, language: f"{number_words(Fraction(v) * 100, language)}{NBSP}%",
    "boolean": lambda v, language: _YES_NO[language][0 if v else 1],
    "text": lambda v, language: str(v[language]),
}

PLACEHOLDER: Final = re.compile(r"\{([\w.]+)\}")


def figures_in(text: Text) -> set[str]:
    """Ids of the figures that a text names between braces."""
    return set(PLACEHOLDER.findall(text["nl"]))


def fill(text: Text, read: Callable[[str], tuple[Figure, Value]]) -> dict[str, str]:
    """A text with its figures in words; ``read`` gives a figure and its value on the day."""

    def replaced(language: str) -> str:
        def one(match: re.Match[str]) -> str:
            figure, value = read(match.group(1))
            words = value_words(value, figure.rule_unit, language)
            return f"[{words}]" if type(value) is Unknown else words

        return PLACEHOLDER.sub(one, text[language])

    return {language: replaced(language) for language in LANGUAGES}
