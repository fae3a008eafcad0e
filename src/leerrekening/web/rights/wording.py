"""Texts of the law as they are printed for the reader."""

from __future__ import annotations

import re
from datetime import date
from typing import Final

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from leerrekening.rules.facts import Text as LawText
from leerrekening.rules.words import counted


def words(text: LawText) -> str:
    """A text of the law in the reader's language."""
    return printed(text[get_language() or "nl"])


# In German a noun and the polite "Sie" and "Ihr" keep their capital in the middle of a sentence; these words lose it.
GERMAN_SMALL: Final = frozenset(
    re.findall(
        r"\w+",
        "Ab Am An Auf Bis Das Der Die Durch Ein Eine Einen Es Für Gilt Im In Kein Keine Mit Nicht Noch Seit"
        " Unbekannt Verfügbar Vom Von Wenn Ändert",
    )
)


def small_start(text: object) -> str:
    """The text as it goes on in the middle of a sentence: without the capital it began with."""
    plain = str(text)
    first = plain.partition(" ")[0]
    if first[1:].isupper() or (get_language() == "de" and first not in GERMAN_SMALL):
        return plain
    return plain[:1].lower() + plain[1:]


def printed(text: str) -> str:
    """The text as it is printed: the curved apostrophe and, in French, the space that keeps a sign with its word."""
    text = text.replace("'", "’")
    return re.sub(r" (?=[?!:;»])|(?<=«) ", "\u00a0", text) if get_language() == "fr" else text


def pair(label: object, value: object) -> str:
    """A label and what belongs to it, with the colon as the language writes it."""
    return _("%(label)s: %(value)s") % {"label": label, "value": value}


def wait_words(start: int, end: int) -> str:
    """How long it is from one day to another: in years and months where that is exact by the calendar, else in days."""
    language = get_language() or "nl"
    first, last = date.fromordinal(start), date.fromordinal(end)
    months = (last.year - first.year) * 12 + last.month - first.month
    if (
        months < 1 or first.day != last.day
    ):  # a month that is too short for the day is not counted as a whole one
        return counted(end - start, "day", language)
    years, rest = divmod(months, 12)
    parts = [counted(n, unit, language) for n, unit in ((years, "year"), (rest, "month")) if n]
    return (
        _("%(first)s en %(second)s") % {"first": parts[0], "second": parts[1]}
        if len(parts) == 2
        else parts[0]
    )
