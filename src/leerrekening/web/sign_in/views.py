"""Pages of signing in and out. What needs an account sends people here by itself (admission.py)."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import get_language, override
from django.utils.translation import gettext_lazy as _

from leerrekening.web.audience import CAPACITIES, audience
from leerrekening.web.components import SummaryRow
from leerrekening.web.sign_in import flow, kept, sessions
from leerrekening.web.sign_in.levels import Level, levels
from leerrekening.web.sign_in.refused import refusal_response
from leerrekening.web.visitor import CAPACITY_LABELS, Visitor

THEN = "then"
# Where each capacity begins; the page about the session until that page exists.
HOME = {
    "citizen": "account",
    "helper": "help",
    "caseworker": "staff",
    "administrator": "staff",
    "auditor": "staff",
    "mailroom": "staff_letters",
    "analyst": "policy",
}


def home_of(visitor: Visitor | None) -> str:
    """The first page for somebody in this capacity."""
    if visitor is None:
        return str(reverse("start"))
    try:
        return str(reverse(HOME[visitor.capacity]))
    except NoReverseMatch:
        return str(reverse("sign_in_session"))


@audience("visitor")
def sign_in(request: HttpRequest) -> HttpResponseBase:
    """Go to the access service; `terug` names the page of this site to come back to, `niveau` what it is for."""
    return_to = flow.safe_return(request.GET.get("terug", ""), "")
    if request.visitor is not None and not return_to:
        return redirect(home_of(request.visitor))
    level: Level = "act" if request.GET.get("niveau") == "act" else "look"
    try:
        return redirect(flow.begin(request, return_to, level, again="opnieuw" in request.GET))
    except flow.Refused as error:
        return refusal_response(request, error)


@audience("visitor")
def come_back(request: HttpRequest) -> HttpResponseBase:
    """The access service sends people here. Its address has no language: it stands in its configuration."""
    try:
        way = flow.finish(request)
    except flow.Refused as error:
        if error.reason == "state" and request.visitor is not None:
            return redirect(home_of(request.visitor))  # the button "back", after signing in
        return refusal_response(request, error)
    with override(way["language"]):
        return redirect("sign_in_capacity") if flow.CHOICE in request.session else onward(request, way)


def onward(request: HttpRequest, way: dict[str, Any]) -> HttpResponseBase:
    """Where somebody was going who has just signed in."""
    if kept.of(request.session) is not None:
        return redirect("sign_in_again")
    return redirect(flow.safe_return(way["return_to"], "") or home_of(sessions.visitor_of(request.session)))


@audience("visitor", methods=("GET", "POST"))
def capacity(request: HttpRequest) -> HttpResponseBase:
    """Choose one of the roles that the organisation gave."""
    choice = flow.Choice.of(request.session)
    if choice is None:
        return redirect("sign_in")
    which = request.POST.get("which", "")
    if request.method == "POST" and which in {str(number) for number in range(len(choice.identities))}:
        try:
            flow.come_in(request, choice, int(which))
        except flow.Refused as error:
            return refusal_response(request, error)
        return onward(request, choice.way)
    names = [CAPACITY_LABELS[each.capacity] for each in choice.identities]
    context = {"names": names, "organisation": choice.identities[0].organisation_name}
    return render(request, "sign_in/capacity.html", context)


@audience("visitor")
def again(request: HttpRequest) -> HttpResponseBase:
    """A form came while the session had ended or was too weak: sign in, then send it after all."""
    form = kept.of(request.session)
    visitor = request.visitor
    if form is None and "weg" not in request.GET:
        return redirect(home_of(visitor))
    if form is not None and visitor is not None and form.actor != visitor.actor:
        kept.drop(request.session)
        form = None
    if form is not None and visitor is not None and levels().suffices(visitor, form.level):
        return render(request, "sign_in/resume.html", {"form": form})
    context = {"form": form, "level": form.level if form else "look", "had_ended": visitor is None}
    return render(request, "sign_in/interrupted.html", context)


@audience(*CAPACITIES)
def session(request: HttpRequest) -> HttpResponse:
    """Who you are here, in which capacity; sign out, or come in another capacity."""
    visitor: Visitor = request.visitor
    rows = [
        SummaryRow(_("Naam"), visitor.name),
        SummaryRow(_("U bent hier als"), visitor.capacity_label),
        *([SummaryRow(_("Voor"), visitor.organisation_name)] if visitor.organisation_name else []),
    ]
    return render(request, "sign_in/session.html", {"rows": rows, "home": home_of(visitor)})


@audience("visitor", methods=("GET", "POST"))
def sign_out(request: HttpRequest) -> HttpResponse:
    """Ask first: a link from elsewhere signs nobody out. Then end the session here and at the access service."""
    if request.method != "POST":
        return render(request, "sign_in/sign_out.html")
    return leave(request, switch=False)


@audience("visitor", methods=("POST",))
def switch(request: HttpRequest) -> HttpResponse:
    """End the session here and choose another capacity at the access service."""
    return leave(request, switch=True)


def leave(request: HttpRequest, *, switch: bool, then: str = "") -> HttpResponse:
    """End the session; a page that goes on to the access service by itself.

    `switch`: the same person comes back in another capacity. `then`: the page of ours to show after it.
    """
    address = flow.end_address(request, switch=switch)
    request.session.flush()
    request.visitor = None
    if then:
        request.session[THEN] = then
    return render(request, "sign_in/leaving.html", {"address": address, "switch": switch})


@audience("visitor")
def ended(request: HttpRequest) -> HttpResponseBase:
    """Back from signing out at the access service. Of a device that is handed over the next page is somebody else's."""
    with override(language_of(request)):
        return redirect(request.session.pop(THEN, "") or "sign_in_goodbye")


@audience("visitor")
def switched(request: HttpRequest) -> HttpResponseBase:
    """Back from leaving one capacity: choose another."""
    with override(language_of(request)):
        return redirect("sign_in")


@audience("everyone")
def goodbye(request: HttpRequest) -> HttpResponse:
    """You have signed out."""
    return render(request, "sign_in/goodbye.html")


def language_of(request: HttpRequest) -> str:
    """The language that went along as `state`; the reader's own for anything else."""
    given = request.GET.get("state", "")
    return given if given in dict(settings.LANGUAGES) else get_language()
