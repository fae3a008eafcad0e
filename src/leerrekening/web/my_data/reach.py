"""Where a person is reached. A change asks a fresh and strong sign-in, and is told at the old and the new address."""

from __future__ import annotations

from typing import Final
from uuid import UUID, uuid4

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from leerrekening.registry import contacts
from leerrekening.registry.contacts import BadContact
from leerrekening.web import database
from leerrekening.web.account.navigation import address
from leerrekening.web.audience import audience
from leerrekening.web.components import Field, Text

LABELS: Final[dict[str, tuple[str | Promise, str | Promise]]] = {
    "email": (_("E-mail"), _("Bijvoorbeeld: naam@voorbeeld.be")),
    "phone": (_("Telefoon"), _("Bijvoorbeeld: 0470 12 34 56")),
    "post": (_("Postadres"), _("Straat en nummer op de eerste regel, postcode en gemeente op de tweede.")),
}
MISTAKES: Final[dict[str, str | Promise]] = {
    "email": _("Dit is geen e-mailadres. Kijk het na."),
    "phone": _("Dit is geen telefoonnummer. Kijk het na."),
    "post": _("Vul straat, nummer, postcode en gemeente in, op minstens twee regels."),
}
KEPT: Final = "bewaard"


def form(kind: str, value: str, error: Text = "") -> Field:
    """The question for one kind of contact."""
    label, hint = LABELS[kind]
    return Field(kind, "text", label, hint, value=value, error=error)


@audience("citizen", level="act_on_post", methods=("GET", "POST"))
def contacts_page(request: HttpRequest) -> HttpResponse:
    """Show the contacts; keep those that were changed. One wrong value keeps none, and everything typed stays."""
    party = request.visitor.party
    typed = (
        {kind: request.POST.get(kind, "") for kind in contacts.KINDS} if request.method == "POST" else None
    )
    with database.transaction(request) as connection:
        now = contacts.contacts(connection, party)
        wrong = mistakes(typed or {})
        if typed is not None and not wrong:
            event = event_of(request)
            changed = [
                kind
                for kind in contacts.KINDS
                if contacts.change(connection, party, kind, typed[kind], event=event)
            ]
    if typed is not None and not wrong:
        return redirect(f"{address(request, 'account_contacts')}{f'?{KEPT}=1' if changed else ''}")
    questions = [form(kind, (typed or now).get(kind, ""), wrong.get(kind, "")) for kind in contacts.KINDS]
    context = {"fields": questions, "event": uuid4(), "kept": KEPT in request.GET}
    return render(request, "my_data/contacts.html", context, status=422 if wrong else 200)


def mistakes(typed: dict[str, str]) -> dict[str, Text]:
    """What cannot be read, by kind."""
    found: dict[str, Text] = {}
    for kind, value in typed.items():
        try:
            contacts.checked(kind, value)
        except BadContact:
            found[kind] = MISTAKES[kind]
    return found


def event_of(request: HttpRequest) -> str:
    """The key of this form: the same form sent twice is one change."""
    try:
        return str(UUID(request.POST.get("event", "")))
    except ValueError:
        return str(uuid4())
