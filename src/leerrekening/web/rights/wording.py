"""Texts of the law as they are printed for the reader."""

from __future__ import annotations

import re
from typing import Final

from django.utils.translation import get_language

from leerrekening.rules.facts import Text as LawText


def words(text: LawText) -> str:
    """A text of the law in the reader's language."""
    return printed(text[get_language() or "nl"])


# In German a noun and the polite "Sie" and "Ihr" keep their capital in the middle of a sentence; these words lose it.
GERMAN_SMALL: Final = frozenset(
    re.findall(
        r"\w+",
        "Ab Am An Auf Bis Das Der Die Durch Es Für Gilt Im In Kein Keine Mit Nicht Noch Seit Unbekannt Verfügbar"
        " Vom Von Wenn Ändert",
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
