"""Pages that show an account: overview, one right with all that is behind it, time line, print."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from leerrekening.account.overview import Balance, Overview
from leerrekening.lawtext.keeper import HeldLaw
from leerrekening.rules import ENGINE_VERSION
from leerrekening.web.account import origins, standing, timeline
from leerrekening.web.account.opening import Unreadable, opened
from leerrekening.web.audience import audience
from leerrekening.web.my_data.item_form import target_of
from leerrekening.web.my_data.telling import KEPT
from leerrekening.web.rights.reasons import missing_facts

View = Callable[..., HttpResponse]


def of_account(view: View) -> View:
    """A page of an account: it gets the law and the account. What cannot be read gets a page that says so."""

    @wraps(view)
    def page(request: HttpRequest, *arguments: Any, **named: Any) -> HttpResponse:
        try:
            held, account = opened(request)
        except Unreadable:
            return render(request, "account/unreadable.html", {"holder": request.holder}, status=200)
        return view(request, held, account, *arguments, **named)

    return page


def context(request: HttpRequest, held: HeldLaw, account: Overview, **more: Any) -> dict[str, Any]:
    """What each page of an account needs."""
    return {
        "holder": request.holder,
        "day": origins.words_of(account.today),
        "due": account.due,
        "is_proven": account.is_proven,
        "stale": origins.stale_sources(account.known.stale),
        "law_version": held.law.version,
        "engine_version": ENGINE_VERSION,
        **more,
    }


@audience("holder", scope="look")
@of_account
def overview(request: HttpRequest, held: HeldLaw, account: Overview) -> HttpResponse:
    """Money, time and guidance: what there is, how much is left, and why."""
    blocks = standing.blocks(standing.shown_rights(account))
    return render(request, "account/overview.html", context(request, held, account, blocks=blocks))


@audience("holder", scope="look")
@of_account
def right(request: HttpRequest, held: HeldLaw, account: Overview, instrument: str) -> HttpResponse:
    """One right: its balances line by line, all its reasons, and where what is known comes from."""
    found = account.right(instrument)
    if found is None:
        raise Http404
    shown = standing.shown(account, found)
    read = found.finding.as_last_confirmed() if shown.is_last_confirmed else found.finding
    more = {
        "shown": shown,
        "why": standing.why(account, shown, held.documents),
        "missing": [
            {"fact": each, "can_be_told": target_of(held.law.facts, each.path) is not None}
            for each in missing_facts(read, held.law.facts)
        ],
        "kept": KEPT in request.GET,
        "facts": origins.facts_of(read, account.known),
        "ledgers": [_ledger(account, b) for b in (*found.running, *found.past, *found.claims)],
    }
    return render(request, "account/right.html", context(request, held, account, **more))


def _ledger(account: Overview, balance: Balance) -> dict[str, Any]:
    """One balance with its lines, for a table: each line, and what is there after it."""
    unit = balance.unit
    return {
        "lot": balance.lot,
        "label": standing.balance_label(balance),
        "period": standing.period_words(balance.start, balance.end),
        "acquired": standing.acquired_words(account, balance),
        "is_claim": balance.is_claim,
        "lines": [
            {
                "day": line.valid_on,
                "text": timeline.line_words(line, unit) or "",
                "change": standing.signed(line.posted_change, unit),
                "reserved": standing.signed(line.reserved_change, unit),
                "after": standing.in_unit(line.posted - line.reserved, unit),
            }
            for line in balance.lines
        ],
        "posted": standing.in_unit(balance.posted, unit),
        "held": standing.in_unit(balance.reserved, unit),
        "available": standing.in_unit(balance.posted - balance.reserved, unit),
    }


@audience("holder", scope="look")
@of_account
def time_line(request: HttpRequest, held: HeldLaw, account: Overview) -> HttpResponse:
    """What was, what is, and what is known to come."""
    stretches = timeline.stretches(account)
    return render(request, "account/timeline.html", context(request, held, account, stretches=stretches))


@audience("holder", scope="look")
@of_account
def paper(request: HttpRequest, held: HeldLaw, account: Overview) -> HttpResponse:
    """The overview in large type, for two pages of paper at most."""
    blocks = standing.blocks(standing.shown_rights(account))
    return render(request, "account/print.html", context(request, held, account, blocks=blocks))
