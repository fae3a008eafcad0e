"""The pages of an account in the order of its menu, and addresses within the present mount.

An account is mounted twice: for the citizen, and for a helper below a mandate. `address` stays within the one the
request came through. A page is one line in PAGES; its URL is a line in `urls`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

from leerrekening.web.components import Text
from leerrekening.web.visitor import Holder

PAGES: Final[tuple[tuple[str, Text], ...]] = (
    ("account", _("Overzicht")),
    ("account_timeline", _("Tijdlijn")),
    ("account_what_if", _("Wat als?")),
    ("account_status_matrix", _("Als uw werk verandert")),
    ("account_facts", _("Wat wij over u weten")),
    ("account_corrections", _("Verbeteringen")),
    ("account_inbox", _("Berichten")),
    ("account_contacts", _("Hoe bereiken wij u?")),
    ("account_my_data", _("Mijn gegevens")),
    ("account_looked", _("Wie keek?")),
    ("account_helpers", _("Hulp")),
)


@dataclass(frozen=True)
class Entry:
    """One entry of the menu."""

    label: Text
    url: str
    current: bool


def address(request: HttpRequest, name: str, *arguments: object) -> str:
    """Where a page of the account on the screen is. Errors: NoReverseMatch."""
    holder: Holder | None = getattr(request, "holder", None)
    mandate = [holder.mandate] if holder is not None and holder.mandate is not None else []
    return reverse(name, args=[*mandate, *arguments])


def menu(request: HttpRequest) -> list[Entry]:
    """The menu of the account on the screen; what has no page here (a citizen's own matter) is left out."""
    here = request.resolver_match.url_name if request.resolver_match else ""
    found = []
    for name, label in PAGES:
        try:
            found.append(Entry(label, address(request, name), name == here))
        except NoReverseMatch:
            continue
    return found
