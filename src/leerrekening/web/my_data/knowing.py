"""Everything that is known of a person, who says it and since when, each with a way to say that it is wrong."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from leerrekening.lawtext.keeper import the_keeper
from leerrekening.registry.facts import LISTS
from leerrekening.registry.situation import Known, known
from leerrekening.rules.facts import FactBook
from leerrekening.web import database
from leerrekening.web.account.origins import Provenance, provenance, stale_sources
from leerrekening.web.audience import audience
from leerrekening.web.my_data.subject import asked_of_people, label_of, statements, words_of
from leerrekening.web.my_data.telling import KEPT
from leerrekening.web.today import today


@dataclass(frozen=True)
class Thing:
    """One path: what is said under it, by whom."""

    path: str
    label: str
    said: tuple[tuple[tuple[str, ...], Provenance], ...]

    @property
    def is_list(self) -> bool:
        """Whether more can be added to it."""
        return self.path in LISTS


@audience("holder")
def facts_page(request: HttpRequest) -> HttpResponse:
    """The page."""
    book = the_keeper().held().law.facts
    with database.transaction(request) as connection:
        found = known(connection, request.holder.party, today())
    context = {
        "things": things(book, found),
        "unknown": [(path, label_of(book, path)) for path in not_known(book, found)],
        "stale": stale_sources(found.stale),
        "holder": request.holder,
        "kept": KEPT in request.GET,
    }
    return render(request, "my_data/facts.html", context)


def stored_paths(found: Known) -> list[str]:
    """Paths under which something is known, each once: single facts first, then lists."""
    places = [*found.origins, *found.unlisted]
    paths = dict.fromkeys(place.partition("[")[0] for place in places)
    return sorted(paths, key=lambda path: (not path.startswith("person."), path))


def things(book: FactBook, found: Known) -> list[Thing]:
    """What is known, in words."""
    return [
        Thing(
            path,
            label_of(book, path),
            tuple(
                (words_of(book, path, value), provenance(book, path, origin))
                for value, origin in statements(found, path)
            ),
        )
        for path in stored_paths(found)
        if path in book.facts or path in book.groups
    ]


def not_known(book: FactBook, found: Known) -> list[str]:
    """What a register could say and nobody has said."""
    paths = set(stored_paths(found))
    return [
        path
        for path in dict.fromkeys(asked_of_people())
        if path not in paths and (path in book.facts or path in book.groups) and path != "person"
    ]
