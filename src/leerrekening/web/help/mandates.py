"""The helper's side of a mandate: the workbench, asking, the form, the code, ending."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from leerrekening.paper import PaperError
from leerrekening.paper import render as print_on_paper
from leerrekening.registry import mandates
from leerrekening.registry.insz import Insz
from leerrekening.registry.letters import mandate_form
from leerrekening.web.audience import audience
from leerrekening.web.database import transaction
from leerrekening.web.errors import error_response
from leerrekening.web.help.fields import ask_fields, code_field, duration_words, scope_words
from leerrekening.web.sign_in.views import leave

# On the address that the helper's device is handed over with: who answers there is signed out at once.
AT_THE_DESK = "balie"
AS_BEFORE = "zoals"


@audience("helper")
def workbench(request: HttpRequest) -> HttpResponse:
    """Whom this helper may help now, and what was asked. Nobody else, and no way to search."""
    with transaction(request) as connection:
        found = mandates.of_helper(connection)
        locked = mandates.is_locked(connection)
    context = {
        "running": [shown(each) for each in found if each.begins_at],
        "asked": [shown(each) for each in found if not each.begins_at],
        "locked": locked,
    }
    return render(request, "help/workbench.html", context)


def shown(mandate: mandates.Mandate) -> dict[str, Any]:
    """A mandate as the pages show it."""
    scopes = [words for scope, words in scope_words().items() if scope in mandate.scopes]
    return {"mandate": mandate, "scopes": scopes, "duration": duration_words()[mandate.duration]}


@audience("helper", methods=("GET", "POST"))
def ask(request: HttpRequest) -> HttpResponseBase:
    """Ask for a mandate: how the person says yes, what for, how long."""
    if request.method != "POST":
        return render(request, "help/ask.html", {"fields": ask_fields(as_before(request), sent=False)})
    fields = ask_fields(dict(request.POST.lists()))
    if any(field.error for field in fields.values()):
        return render(request, "help/ask.html", {"fields": fields}, status=422)
    given = str(fields["given"].value)
    on_paper: dict[str, Any] = {}
    if given == "paper":
        on_paper = {
            "insz": Insz(str(fields["insz"].value)),
            "given_names": str(fields["given_names"].value),
            "family_name": str(fields["family_name"].value),
        }
    with transaction(request) as connection:
        if mandates.is_locked(connection):
            return redirect("help")
        mandate = mandates.ask(
            connection, list(fields["scopes"].value), str(fields["duration"].value), given, **on_paper
        )
    return redirect("help_asked", request_id=mandate)


def as_before(request: HttpRequest) -> dict[str, list[str]] | None:
    """What a mandate that runs is for and how long, to ask the same again; None when none is named, or none runs."""
    try:
        named = UUID(request.GET.get(AS_BEFORE, ""))
    except ValueError:
        return None
    with transaction(request) as connection:
        mandate = mandates.one(connection, named)
    if mandate is None:
        return None
    return {"scopes": sorted(mandate.scopes), "duration": [mandate.duration]}


@audience("helper", methods=("GET", "POST"))
def asked(request: HttpRequest, request_id: UUID) -> HttpResponseBase:
    """A request with its code: what to do next. On paper: the code of the signed form begins the mandate."""
    with transaction(request) as connection:
        mandate = mandates.one(connection, request_id)
    if mandate is None:
        return no_mandate(request)
    if mandate.begins_at:
        return redirect("help")
    field = code_field()
    if request.method == "POST" and mandate.given == "paper":
        typed = request.POST.get("code", "")
        with transaction(request) as connection:
            outcome = mandates.confirm(connection, request_id, typed, get_language() or "nl")
        if outcome == "begun":
            return redirect("help_begun", request_id)
        field = code_field(typed, not_begun(outcome))
    context = {
        **shown(mandate),
        "code": mandates.spelled(mandates.code_of(request_id)),
        "field": field,
        "fields": [field],
    }
    return render(request, "help/asked.html", context, status=422 if field.error else 200)


def not_begun(outcome: str) -> str:
    """Why the code of a form did not begin a mandate."""
    return {
        "wrong_code": _("Deze code hoort niet bij dit formulier. Kijk ze na."),
        "closed": _("Deze vraag is verlopen of gesloten. Begin opnieuw."),
        "too_many": _("U begon vandaag al veel mandaten op papier. Een beheerder kijkt dit eerst na."),
    }[outcome]


@audience("helper")
def form(request: HttpRequest, request_id: UUID) -> HttpResponseBase:
    """The form to sign, as a PDF in large type."""
    with transaction(request) as connection:
        mandate = mandates.one(connection, request_id)
    if mandate is None or mandate.begins_at:
        return no_mandate(request)
    return pdf(request, mandate_form(mandate, get_language() or "nl"), "formulier")


def pdf(request: HttpRequest, document: Any, name: str) -> HttpResponse:
    """A document to print. A name in letters that the typeface lacks is a page that says so."""
    try:
        content = print_on_paper(document, get_language() or "nl")
    except PaperError as error:
        return error_response(request, 422, str(error))
    answer = HttpResponse(content, content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    return answer


@audience("helper", methods=("POST",))
def hand_over(request: HttpRequest, request_id: UUID) -> HttpResponseBase:
    """Give the device to the citizen at the desk: the helper is signed out first, at the access service too."""
    with transaction(request) as connection:
        mandate = mandates.one(connection, request_id)
    if mandate is None or mandate.begins_at or mandate.given != "desk":
        return no_mandate(request)
    question = f"{reverse('account_helper_asks', args=[request_id])}?{AT_THE_DESK}=1"
    sign_in = f"{reverse('sign_in')}?{urlencode({'terug': question, 'niveau': 'act'})}"
    return leave(request, switch=False, then=sign_in)


@audience("helper", methods=("POST",))
def end(request: HttpRequest, request_id: UUID) -> HttpResponseBase:
    """Take a request back that nobody answered yet. What runs is ended below the mandate (sessions.end)."""
    with transaction(request) as connection:
        before = mandates.one(connection, request_id)
        if before is None or before.begins_at or not mandates.end(connection, request_id):
            return no_mandate(request)
    return redirect("help")


def no_mandate(request: HttpRequest) -> HttpResponse:
    """The same page for every mandate that does not open: ended, another helper's, never there."""
    return render(request, "help/no_mandate.html", status=404)
