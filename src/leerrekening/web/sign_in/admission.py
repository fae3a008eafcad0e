"""May this request open this page? Who it is, in which capacity, how sure, for whose account."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from leerrekening.web import database
from leerrekening.web.declared import Declared
from leerrekening.web.errors import API_PREFIX, error_response
from leerrekening.web.sign_in import flow, kept, limits
from leerrekening.web.sign_in.levels import Level, levels
from leerrekening.web.sign_in.refused import refusal_response
from leerrekening.web.sign_in.sessions import visitor_of
from leerrekening.web.visitor import Holder, Scope, Visitor

SAFE = frozenset({"GET", "HEAD"})


def admit(request: HttpRequest, page: Declared, arguments: dict[str, Any]) -> HttpResponseBase | None:
    """Set who is behind the request and whose account it is about; an answer instead when it may not go on.

    Errors: database.AWAY.
    """
    request.visitor = visitor = visitor_of(request.session)
    if "visitor" in page.names:
        wait = limits.wait_to_sign_in(request)
        return too_often(request, wait) if wait else None
    if request.method not in page.methods:
        return None  # the view says which methods it knows
    if visitor is not None and (wait := limits.wait_for_account(visitor.actor)):
        return too_often(request, wait)
    level = level_asked(page, request.method or "")
    if visitor is not None and visitor.capacity not in capacities(page, arguments):
        if "mandate" in arguments:
            return error_response(request, 404)
        here = _("U bent hier als: {capacity}. Deze pagina hoort bij een andere rol.")
        return error_response(request, 403, here.format(capacity=visitor.capacity_label))
    if visitor is None or not levels().suffices(visitor, level):
        return to_sign_in(request, visitor, level)
    if "holder" in page.names:
        request.holder = holder = holder_for(visitor, page.scope, arguments, name_of(request))
        if holder is None:
            return render(request, "help/no_mandate.html", status=404)
    form = kept.of(request.session)
    if form is not None and request.method == "POST" and form.path == request.path:
        kept.drop(request.session)
    return None


def too_often(request: HttpRequest, seconds: int) -> HttpResponseBase:
    """Wait a moment."""
    answer = error_response(request, 429)
    answer["Retry-After"] = str(seconds)
    return answer


def level_asked(page: Declared, method: str) -> Level:
    """`act_on_post` asks the strong level only for what changes something."""
    return "act" if page.level == "act" or (page.level == "act_on_post" and method not in SAFE) else "look"


def capacities(page: Declared, arguments: dict[str, Any]) -> frozenset[str]:
    """Who may open the page. An account is its citizen's, or below a mandate that helper's."""
    if "holder" not in page.names:
        return page.names
    return page.names - {"holder"} | {"helper" if "mandate" in arguments else "citizen"}


def holder_for(visitor: Visitor, scope: Scope, arguments: dict[str, Any], page: str) -> Holder | None:
    """Whose account the page shows. None: there is no such mandate now, for this helper and this purpose.

    A look under a mandate is written into the journal of the person here, before anything is shown.
    """
    if "mandate" not in arguments:
        assert visitor.party is not None
        return Holder(visitor.party, visitor.name)
    mandate = arguments["mandate"]
    with database.access().transaction("helper", actor=visitor.actor) as connection:
        row = connection.execute(
            "select party, name, scopes from registry.open_by_mandate(%s, %s, %s)",
            [mandate, scope, page],
        ).fetchone()
    return None if row is None else Holder(row[0], row[1], mandate, frozenset(row[2]))


def name_of(request: HttpRequest) -> str:
    """The name of the page that is asked for, such as account_right."""
    return (request.resolver_match.url_name or "") if request.resolver_match else ""


def to_sign_in(request: HttpRequest, visitor: Visitor | None, level: Level) -> HttpResponseBase:
    """Send the person to sign in and back to this page; what they filled in is kept."""
    if request.path_info.startswith(API_PREFIX):
        return error_response(request, 401)
    again = reverse("sign_in_again")
    if request.method not in SAFE:
        owner = visitor.actor if visitor else request.session.ended_actor
        saved = kept.keep(request, owner, level)
        answer: HttpResponseBase = redirect(again if saved else f"{again}?weg=1")
        answer.status_code = 303
        return by_script(request, answer)
    if wait := limits.wait_to_sign_in(request):
        return too_often(request, wait)
    try:
        return by_script(request, redirect(flow.begin(request, request.get_full_path(), level)))
    except flow.Refused as error:
        return refusal_response(request, error)


def by_script(request: HttpRequest, answer: HttpResponseBase) -> HttpResponseBase:
    """A part of a page cannot follow us to another site: the whole page goes."""
    if not getattr(request, "htmx", False):
        return answer
    whole = HttpResponse(status=204)
    if request.method in SAFE:
        whole["HX-Refresh"] = "true"
    else:
        whole["HX-Redirect"] = answer["Location"]
    return whole
