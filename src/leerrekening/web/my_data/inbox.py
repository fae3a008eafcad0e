"""Messages in the account. A helper reads them when the person agreed to that."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language

from leerrekening.registry import notices
from leerrekening.web import database
from leerrekening.web.account.origins import day_of
from leerrekening.web.audience import audience


@audience("holder")
def inbox(request: HttpRequest) -> HttpResponse:
    """The messages, newest first. Opening the page marks them as read, for the person alone."""
    with database.transaction(request) as connection:
        party = request.holder.party
        found = notices.inbox(connection, party, get_language() or "nl")
        if request.holder.mandate is None:
            notices.mark_read(connection, party)
    messages = [{"notice": each, "day": day_of(each.at), "is_new": each.read_at is None} for each in found]
    return render(request, "my_data/inbox.html", {"messages": messages, "holder": request.holder})
