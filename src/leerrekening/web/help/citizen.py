"""The citizen's side of help: who may help me, a code to accept, ending it; and ending by code without signing in."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from leerrekening.registry import conversations, mandates, notices, post
from leerrekening.registry.letters import duration_in_words, scopes_in_words
from leerrekening.registry.mandates import Asked, Mandate
from leerrekening.web import database
from leerrekening.web.audience import audience
from leerrekening.web.components import Field
from leerrekening.web.database import transaction
from leerrekening.web.help import telling
from leerrekening.web.help.fields import barrier_words, code_field
from leerrekening.web.help.mandates import AT_THE_DESK
from leerrekening.web.sign_in.views import leave


@audience("citizen")
def helpers(request: HttpRequest) -> HttpResponse:
    """Who may help me now, and who might before."""
    with transaction(request) as connection:
        found = mandates.of_citizen(connection, request.visitor.party)
        now = connection.execute("select now()").fetchone()
        has_address = post.has_address(connection, request.visitor.party)
    assert now is not None
    running = [each for each in found if each.ended_at is None and each.ends_at and each.ends_at > now[0]]
    context = {
        "running": [(each, in_words(each)) for each in running],
        "over": [
            (each, in_words(each), each.ended_at or each.ends_at) for each in found if each not in running
        ],
        "field": code_field(),
        "has_address": has_address,
    }
    return render(request, "help/helpers.html", context)


def with_field(field: Field) -> dict[str, Any]:
    """A page with one question."""
    return {"field": field, "fields": [field]}


def in_words(mandate: Mandate | Asked) -> tuple[tuple[str, ...], str]:
    """What it is for and how long, for the person it is about."""
    language = get_language() or "nl"
    return scopes_in_words(mandate.scopes, language), duration_in_words(mandate.duration, language)


@audience("citizen", methods=("POST",))
def code(request: HttpRequest) -> HttpResponseBase:
    """The code that a helper gave: what it asks for."""
    typed = request.POST.get("code", "")
    with transaction(request) as connection:
        asked = mandates.asked_with(connection, typed)
    if asked is None:
        error = _("Deze code kennen wij niet, of ze is verlopen. Kijk ze na met uw helper.")
        return render(request, "help/code.html", with_field(code_field(typed, error)), status=422)
    return redirect("account_helper_asks", request_id=asked.mandate)


@audience("citizen", methods=("GET", "POST"), level="act_on_post")
def answer(request: HttpRequest, request_id: UUID) -> HttpResponseBase:
    """What a helper asks; yes or no. Saying yes needs a fresh and strong sign-in.

    On the device of the helper the answer is the last thing: the helper must not find the account open.
    """
    visitor = request.visitor
    at_the_desk = AT_THE_DESK in request.GET or AT_THE_DESK in request.POST
    secret = mandates.code_of(request_id)
    with transaction(request) as connection:
        asked = mandates.asked_with(connection, secret)
        if asked is None:
            error = _("Deze vraag is verlopen of al beantwoord. Vraag uw helper om een nieuwe code.")
            return render(request, "help/code.html", with_field(code_field("", error)), status=404)
        given = request.POST.get("answer")
        if request.method == "POST" and given in ("yes", "no"):
            mandates.answer(connection, secret, yes=given == "yes")
            if given == "yes":
                name = f"{asked.helper} ({asked.organisation})"
                telling.act(connection, visitor, visitor.party, "mandate_given", mandate=asked.mandate)
                notices.tell(
                    connection, visitor.party, "mandate_given", event=str(asked.mandate), helper=name
                )
    if request.method == "POST" and given in ("yes", "no"):
        if at_the_desk:
            return leave(request, switch=False, then=reverse("help_answered"))
        return redirect("account_helpers")
    scopes, duration = in_words(asked)
    context = {
        "asked": asked,
        "scopes": scopes,
        "duration": duration,
        "desk": AT_THE_DESK if at_the_desk else "",
    }
    return render(request, "help/answer.html", context)


@audience("visitor")
def answered(request: HttpRequest) -> HttpResponse:
    """After the answer on the device of the helper: give it back. Says nothing of who answered, or what."""
    return render(request, "help/answered.html")


@audience("citizen")
def talks(request: HttpRequest) -> HttpResponse:
    """What helpers wrote down about conversations with me."""
    with transaction(request) as connection:
        found = conversations.conversations(connection, request.visitor.party)
    kept = [(each, [barrier_words()[barrier][0] for barrier in each.barriers]) for each in found]
    return render(request, "help/talks.html", {"kept": kept})


@audience("citizen", methods=("POST",))
def end(request: HttpRequest, mandate_id: UUID) -> HttpResponseBase:
    """Stop the help of somebody. Asks no stronger sign-in: stopping is always easy."""
    visitor = request.visitor
    with transaction(request) as connection:
        if mandates.end(connection, mandate_id):
            telling.act(connection, visitor, visitor.party, "mandate_ended", mandate=mandate_id)
    return redirect("account_helpers")


@audience("visitor", methods=("GET", "POST"))
def stop(request: HttpRequest) -> HttpResponse:
    """End help with the code alone: for who has no sign-in, and for the telephone service. Says nothing of anybody."""
    if request.method != "POST":
        return render(request, "help/stop.html", with_field(code_field()))
    typed = request.POST.get("code", "")
    with database.access().transaction("gate") as connection:
        ended = mandates.end_by_code(connection, typed)
    if not ended:
        error = _("Bij deze code loopt geen hulp. Kijk de code na. Misschien is de hulp al gestopt.")
        return render(request, "help/stop.html", with_field(code_field(typed, error)), status=422)
    return render(request, "help/stopped.html")
