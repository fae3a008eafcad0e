"""The limits over those who open accounts. The database holds them; an administrator changes them, with a reason."""

from __future__ import annotations

from dataclasses import asdict
from typing import Final

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from leerrekening.registry import staff
from leerrekening.registry.staff import Limits
from leerrekening.web import database
from leerrekening.web.audience import audience
from leerrekening.web.components import Field

LABELS: Final[dict[str, str | Promise]] = {
    "files_an_hour": gettext_lazy("Rekeningen die een helper in een uur opent"),
    "files_a_day": gettext_lazy("Rekeningen die een helper op een dag opent"),
    "paper_a_day": gettext_lazy("Toestemmingen op papier die een helper op een dag begint"),
    "cases_an_hour": gettext_lazy("Mensen van wie een behandelaar in een uur een dossier opent"),
}
SMALLEST: Final = {"files_an_hour": 1, "files_a_day": 1, "paper_a_day": 0, "cases_an_hour": 1}
LARGEST: Final = {"files_an_hour": 1000, "files_a_day": 10_000, "paper_a_day": 1000, "cases_an_hour": 1000}


@audience("administrator", methods=("GET", "POST"), level="act_on_post")
def limits_page(request: HttpRequest) -> HttpResponse:
    """Show the limits; change them."""
    with database.transaction(request) as connection:
        try:
            now = {name: str(value) for name, value in asdict(staff.limits(connection)).items()}
        except staff.NotForYou:
            raise Http404 from None
    if request.method != "POST":
        return shown(request, form(now, "", sent=False))
    fields = form(
        {name: request.POST.get(name, "").strip() for name in LABELS}, request.POST.get("why", ""), sent=True
    )
    if any(field.error for field in fields.values()):
        return shown(request, fields, status=422)
    with database.transaction(request) as connection:
        try:
            chosen = Limits(**{name: int(str(fields[name].value)) for name in LABELS})
            staff.set_limits(connection, chosen, str(fields["why"].value))
        except staff.NotForYou:
            raise Http404 from None
    return redirect("staff_alarms")


def shown(request: HttpRequest, fields: dict[str, Field], status: int = 200) -> HttpResponse:
    """The page."""
    return render(request, "staff/limits.html", {"fields": fields}, status=status)


def form(typed: dict[str, str], why: str, *, sent: bool) -> dict[str, Field]:
    """A question for each limit and the reason; checked when it was `sent`."""
    numbers = {
        name: int(value) if value.isascii() and value.isdigit() and len(value) < 7 else -1
        for name, value in typed.items()
    }
    errors = {
        name: _("Vul een getal in van %(low)s tot %(high)s.") % {"low": SMALLEST[name], "high": LARGEST[name]}
        for name, number in numbers.items()
        if not SMALLEST[name] <= number <= LARGEST[name]
    }
    if not errors and numbers["files_a_day"] < numbers["files_an_hour"]:
        errors["files_a_day"] = _("Op een dag kunnen er niet minder zijn dan in een uur.")
    fields = {
        name: Field(name, "number", label, value=typed[name], error=errors.get(name, "") if sent else "")
        for name, label in LABELS.items()
    }
    missing = _("Schrijf een reden.") if sent and not why.strip() else ""
    return {**fields, "why": Field("why", "text", _("Reden"), value=why, error=missing)}
