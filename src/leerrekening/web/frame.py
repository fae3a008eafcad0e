"""What surrounds each page: the navigation and the choice of language."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from leerrekening.web.sign_in.sessions import SIGNED_IN
from leerrekening.web.visitor import Visitor

# Name of the page, and what its link says. A page below one of them (law_book_instrument) belongs to it.
NAVIGATION: tuple[tuple[str, str | Promise], ...] = (
    ("scan", _("Wat heb ik?")),
    ("account", _("Mijn rekening")),
    ("law_book", _("Wetboek")),
    ("policy", _("Beleid")),
    ("about", _("Over")),
)
# For who works here, the link to their own first page stands in the place of the account.
OWN = "account"
WORK = _("Mijn werk")


@dataclass(frozen=True)
class Link:
    """A link of the frame; `current` marks where the reader is."""

    label: str | Promise
    url: str
    current: bool
    language: str = ""


def navigation(page: str, visitor: Visitor | None) -> list[Link]:
    """The links on top of the page named `page`."""
    works = visitor is not None and visitor.capacity != "citizen"
    return [
        Link(WORK, reverse("sign_in"), current=False)
        if works and name == OWN
        else Link(label, reverse(name), page == name or page.startswith(f"{name}_"))
        for name, label in NAVIGATION
    ]


def languages(path: str) -> list[Link]:
    """The same page in each language. `path` is the address without its query: that may hold answers."""
    current = get_language()
    first, _slash, rest = path.removeprefix("/").partition("/")
    tail = rest if first in dict(settings.LANGUAGES) else ""
    return [Link(name, f"/{code}/{tail}", code == current, code) for code, name in settings.LANGUAGES]


def frame(request: HttpRequest) -> dict[str, Any]:
    """Context processor: `frame` for base.html."""
    visitor: Visitor | None = getattr(request, "visitor", None)
    page = (request.resolver_match.url_name or "") if request.resolver_match else ""
    return {
        "frame": {
            "language": get_language(),
            "languages": languages("/" if getattr(request, "is_nowhere", False) else request.path_info),
            "navigation": navigation(page, visitor),
            "at_start": page == "start",
            "visitor": visitor,
            "holder": getattr(request, "holder", None),
            # Pages for everyone do not look whose session it is, only what kind of key the browser holds.
            "has_session": visitor is not None
            or (
                request.COOKIES.get(settings.SESSION_COOKIE_NAME, "").startswith(SIGNED_IN)
                and not getattr(request, "is_private", False)
            ),
        }
    }
