"""Help on paper: the form of a mandate, and the letter that tells what was done. Words are in texts/letters.yaml."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

import yaml

from leerrekening.paper import (
    Block,
    Code,
    Column,
    Document,
    Heading,
    Items,
    Notice,
    Pairs,
    Paragraph,
    Table,
)
from leerrekening.registry.journal import Entry
from leerrekening.registry.mandates import SCOPES, Mandate, code_of
from leerrekening.rules.words import date_words

TEXTS: Final = Path(__file__).parent / "texts"
HERE: Final = ZoneInfo("Europe/Brussels")
PHONE: Final = "LLR_HELP_PHONE"
SIGN_HERE: Final = "\N{HORIZONTAL ELLIPSIS}" * 18


@cache
def words(file: str) -> Mapping[str, Any]:
    """A file of texts."""
    return dict(yaml.safe_load((TEXTS / f"{file}.yaml").read_text(encoding="utf-8")))


def scopes_in_words(scopes: frozenset[Any], language: str) -> tuple[str, ...]:
    """What a mandate is for, the least first."""
    return tuple(words("letters")["scope"][scope][language] for scope in SCOPES if scope in scopes)


def duration_in_words(duration: str, language: str) -> str:
    """How long a mandate runs."""
    return str(words("letters")["duration"][duration][language])


def entry_in_words(entry: Entry, language: str) -> str:
    """What a line of the journal says was done, without who did it."""
    journal = words("journal")
    page = entry.detail.get("page", "other")
    shown = journal["page"].get(page, journal["page"]["other"])[language]
    what = journal["what"].get(entry.what, journal["what"]["other"])
    things = journal["thing"]
    thing = things.get(entry.detail.get("path"), things["other"])[language]
    return str(what[language]).format(page=shown, thing=thing)


def or_on_site(texts: Mapping[str, Any], key: str, language: str) -> str:
    """A text with the number of the telephone service, or the text for an installation that has none."""
    phone = os.environ.get(PHONE, "").strip()
    return str(texts[key][language]).format(phone=phone) if phone else str(texts[f"{key}_on_site"][language])


def day_in_words(moment: datetime, language: str) -> str:
    """The day of a moment, here."""
    return date_words(moment.astimezone(HERE).date().toordinal(), language)


def mandate_form(mandate: Mandate, language: str) -> Document:
    """The form that a person signs on paper. Asked on paper: the form holds the name as the helper wrote it.

    One sheet, so that nobody puts another sheet before the one that was signed.
    """
    form = words("letters")["form"]

    def say(key: str, **values: str) -> str:
        return str(form[key][language]).format(**values)

    duration = duration_in_words(mandate.duration, language)
    blocks: tuple[Block, ...] = (
        Pairs(
            (
                (say("me"), mandate.person or SIGN_HERE),
                (say("helper"), f"{mandate.helper}, {mandate.organisation}"),
            )
        ),
        Heading(say("what")),
        Items(scopes_in_words(mandate.scopes, language)),
        Heading(say("how_long")),
        Paragraph(say("from_then", duration=duration)),
        Heading(say("stop")),
        Paragraph(or_on_site(form, "how_to_stop", language)),
        Code(say("code"), code_of(mandate.mandate)),
        Paragraph(say("told")),
        Paragraph(f"{say('signature')}: {SIGN_HERE}", bold=True),
        Paragraph(say("keep"), small=True),
    )
    return Document(title=say("title"), blocks=blocks)


def helped_letter(
    mandate: Mandate,
    entries: Sequence[Entry],
    language: str,
    *,
    recipient: tuple[str, ...],
    written: datetime,
) -> Document:
    """What was done under a mandate since the last letter, and how to end it. Looks of one day are told once."""
    letter, form = words("letters")["letter"], words("letters")["form"]
    lines = dict.fromkeys(
        (day_in_words(entry.at, language), _capital(entry_in_words(entry, language))) for entry in entries
    )
    ended = mandate.ended_at is not None or mandate.ends_at is None or mandate.ends_at < written
    until = "" if mandate.ends_at is None else day_in_words(mandate.ends_at, language)
    done: Block = (
        Table(
            letter["table"][language],
            (Column(letter["day"][language]), Column(letter["what"][language])),
            tuple(lines),
        )
        if lines
        else Paragraph(letter["nothing"][language])
    )
    still: tuple[Block, ...] = (
        (Paragraph(letter["over"][language]),)
        if ended
        else (
            Paragraph(letter["until"][language].format(day=until)),
            Heading(form["stop"][language]),
            Paragraph(or_on_site(form, "how_to_stop", language)),
            Code(form["code"][language], code_of(mandate.mandate)),
        )
    )
    return Document(
        title=letter["title"][language],
        recipient=recipient,
        dateline=day_in_words(written, language),
        blocks=(
            Heading(letter["who"][language]),
            Pairs(
                (
                    (form["name"][language], mandate.helper),
                    (form["organisation"][language], mandate.organisation),
                )
            ),
            Heading(letter["did"][language]),
            done,
            *still,
            Notice(or_on_site(letter, "not_you", language)),
        ),
    )


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
