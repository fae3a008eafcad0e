"""Who looked at my file or did something in it: when, and why, in plain words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from leerrekening.registry import journal
from leerrekening.registry.journal import Entry
from leerrekening.registry.letters import day_in_words, entry_in_words, words
from leerrekening.web.audience import audience
from leerrekening.web.database import transaction

LINES: Final = 50
# The sentences of the journal are about somebody else; of the reader's own acts French and German have another verb.
OWN_VERB: Final = {"fr": ("a ", "avez "), "de": ("hat ", "haben ")}


@dataclass(frozen=True)
class Line:
    """One look or act, or several alike in a row. `who` names the person and the organisation; `why` is empty for the
    person's own acts.
    """

    at: datetime
    until: datetime
    who: str
    what: str
    why: str


@audience("holder")
def looked(request: HttpRequest) -> HttpResponse:
    """Everything in the journal of this account, newest first, fifty lines a page."""
    before = request.GET.get("voor", "")
    with transaction(request) as connection:
        found = journal.entries(
            connection,
            request.holder.party,
            before=int(before) if before.isascii() and before.isdigit() and len(before) < 19 else None,
            most=LINES + 1,
        )
    language = get_language() or "nl"
    shown = found[:LINES]
    days = [
        (day, list(together(in_words(entry, language) for entry in entries)))
        for day, entries in groupby(shown, key=lambda entry: day_in_words(entry.at, language))
    ]
    older = shown[-1].entry if len(found) > LINES else None
    return render(request, "help/looked.html", {"days": days, "older": older})


def together(lines: Iterable[Line]) -> Iterator[Line]:
    """Lines that say the same one after the other as one line. The lines come newest first."""
    for _same, alike in groupby(lines, key=lambda line: (line.who, line.what, line.why)):
        each = list(alike)
        yield replace(each[-1], until=each[0].at)


def in_words(entry: Entry, language: str) -> Line:
    """A line for the person it is about."""
    what = entry_in_words(entry, language)
    if entry.capacity == "citizen":
        who, why = _("U"), ""
        theirs, own = OWN_VERB.get(language, ("", ""))
        what = own + what.removeprefix(theirs) if what.startswith(theirs) else what
    elif entry.capacity == "program":
        who, why = "", entry.why
    else:
        role = words("journal")["capacity"][entry.capacity][language]
        place = f", {entry.organisation_name}" if entry.organisation_name else ""
        who = f"{entry.actor_name} ({role}{place})"
        why = _("u gaf toestemming voor hulp") if entry.mandate else reason_in_words(entry)
    return Line(entry.at, entry.at, who, what, why)


def reason_in_words(entry: Entry) -> str:
    """Why somebody who works on files looked: the case, or what they wrote down."""
    case = entry.detail.get("case")
    return _("uw vraag %(case)s") % {"case": case} if case else entry.why
