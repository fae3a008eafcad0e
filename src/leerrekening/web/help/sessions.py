"""While helping: the conversation guide, closing with a letter, ending the mandate. All below a running mandate."""

from __future__ import annotations

from datetime import UTC, datetime

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from leerrekening.registry import conversations, helped, journal, mandates, people, post
from leerrekening.registry.letters import HERE, helped_letter
from leerrekening.web.audience import audience
from leerrekening.web.components import Field
from leerrekening.web.database import transaction
from leerrekening.web.help import telling
from leerrekening.web.help.fields import barrier_field, barrier_words
from leerrekening.web.help.mandates import no_mandate, pdf
from leerrekening.web.today import today


@audience("holder", methods=("GET", "POST"))
def conversation(request: HttpRequest) -> HttpResponseBase:
    """What to ask, and what to write down: the question about learning, and what stands in the way."""
    visitor, holder = request.visitor, request.holder
    if holder.mandate is None:
        return redirect("account")
    typed = request.POST.get("question", "").strip()
    chosen = tuple(request.POST.getlist("barriers"))
    error = ""
    with transaction(request) as connection:
        if request.method == "POST":
            try:
                conversations.write(
                    connection,
                    holder.party,
                    helper=visitor.actor,
                    mandate=holder.mandate,
                    question=typed,
                    barriers=chosen,
                )
            except ValueError:
                error = _("Schrijf een vraag op van hoogstens 2000 tekens, of kies wat tegenhoudt.")
            else:
                telling.act(connection, visitor, holder.party, "conversation_written", mandate=holder.mandate)
        kept = conversations.conversations(connection, holder.party)
    if request.method == "POST" and not error:
        return redirect("help_conversation", mandate=holder.mandate)
    field = Field(
        "question", "text", _("Wat wil deze persoon leren of veranderen?"), value=typed, error=error
    )
    context = {
        "field": field,
        "fields": [field],
        "barriers": barrier_field(chosen),
        "kept": [(each, [barrier_words()[b][0] for b in each.barriers]) for each in kept],
    }
    return render(request, "help/conversation.html", context, status=422 if error else 200)


@audience("holder", methods=("GET", "POST"))
def close(request: HttpRequest) -> HttpResponseBase:
    """Close the help of today: what was done goes into a letter."""
    visitor, holder = request.visitor, request.holder
    if holder.mandate is None:
        return redirect("account")
    if request.method == "POST":
        with transaction(request) as connection:
            telling.act(connection, visitor, holder.party, "help_closed", mandate=holder.mandate)
            helped.tell_soon(connection, holder.mandate)
            has_address = post.has_address(connection, holder.party)
        return render(request, "help/closed.html", {"has_address": has_address})
    return render(request, "help/close.html")


@audience("holder")
def begun(request: HttpRequest) -> HttpResponseBase:
    """Help on paper has begun: the letter to hand over, and whether one goes by post."""
    holder = request.holder
    if holder.mandate is None:
        return redirect("account")
    with transaction(request) as connection:
        context = {
            "has_address": post.has_address(connection, holder.party),
            "is_proven": people.is_proven(connection, holder.party),
        }
    return render(request, "help/begun.html", context)


@audience("holder")
def letter(request: HttpRequest) -> HttpResponseBase:
    """What was done today under this mandate, to print and hand over."""
    holder = request.holder
    if holder.mandate is None:
        return redirect("account")
    with transaction(request) as connection:
        mandate = mandates.one(connection, holder.mandate)
        lines = journal.under(connection, holder.party, holder.mandate)
    assert mandate is not None
    lines = [line for line in lines if line.at.astimezone(HERE).date() >= today()]
    document = helped_letter(
        mandate, lines, get_language() or "nl", recipient=(holder.name,), written=datetime.now(UTC)
    )
    return pdf(request, document, "brief")


@audience("holder", methods=("GET", "POST"))
def end(request: HttpRequest) -> HttpResponseBase:
    """Stop helping this person."""
    holder = request.holder
    if holder.mandate is None:
        return redirect("account")
    if request.method != "POST":
        return render(request, "help/end.html")
    with transaction(request) as connection:
        telling.ended_by_helper(connection, request.visitor, holder.party, holder.mandate)
        helped.tell_soon(connection, holder.mandate)
        if not mandates.end(connection, holder.mandate):
            return no_mandate(request)
    return redirect("help")
