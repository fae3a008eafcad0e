"""Texts of the law as they are printed for the reader."""

from __future__ import annotations

import re

from django.utils.translation import get_language

from leerrekening.rules.facts import Text as LawText


def words(text: LawText) -> str:
    """A text of the law in the reader's language."""
    return printed(text[get_language() or "nl"])


def printed(text: str) -> str:
    """The text as it is printed: the curved apostrophe and, in French, the space that keeps a sign with its word."""
    text = text.replace("'", "’")
    return re.sub(r" (?=[?!:;»])|(?<=«) ", "\u00a0", text) if get_language() == "fr" else text
