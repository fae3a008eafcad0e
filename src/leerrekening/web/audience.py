"""Who a page is for. Every view says it; a view that does not is never shown.

@audience("everyone")                                     knows nobody, needs no database, sets no cookie
@audience("everyone", methods=("GET", "POST"), keeps_nothing=True)
@audience("visitor")                                      whoever it is, signed in or not
@audience("citizen", "caseworker")                        signed in, in one of these capacities
@audience("holder", scope="look")                         the account of the citizen, or of one who gave a mandate
@audience("citizen", level="act_on_post", methods=("GET", "POST"))   a strong and fresh sign-in for what is sent

A view for a holder is mounted twice, below /mijn-rekening and below /hulp/<uuid:mandate>/rekening. It does not get the
mandate as argument: `request.holder` says whose account it is.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Final, ParamSpec, get_args

from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest, HttpResponseBase
from django.views.decorators.csrf import csrf_exempt

from leerrekening.web.database import AWAY, was_away
from leerrekening.web.declared import Audience, Declared, Strength
from leerrekening.web.errors import error_response
from leerrekening.web.visitor import Capacity, Scope

P = ParamSpec("P")
View = Callable[P, HttpResponseBase]

AUDIENCES: Final[frozenset[str]] = frozenset(get_args(Audience))
CAPACITIES: Final[tuple[Capacity, ...]] = get_args(Capacity)
ALONE: Final = ("everyone", "visitor")


def audience(
    *names: Audience,
    methods: tuple[str, ...] = ("GET",),
    scope: Scope = "look",
    level: Strength = "look",
    keeps_nothing: bool = False,
) -> Callable[[View[P]], View[P]]:
    """Declare who may open a view and with which methods (GET brings HEAD along); others get a 405 page.

    `keeps_nothing` says that the view stores nothing and knows nobody: a form posted to it from elsewhere does no
    harm, so it needs no token and thereby no cookie.
    """
    unknown = set(names) - AUDIENCES
    if unknown or not names:
        raise ImproperlyConfigured(f"unknown audience {unknown}; known: {', '.join(sorted(AUDIENCES))}")
    if len(names) > 1 and any(name in ALONE for name in names):
        raise ImproperlyConfigured(f"{names}: {' and '.join(ALONE)} stand alone")
    if keeps_nothing and names != ("everyone",):
        raise ImproperlyConfigured(f"{names}: only a view for everyone can know nobody")
    allowed = (*methods, "HEAD") if "GET" in methods else methods
    declared = Declared(frozenset(names), allowed, scope, level, keeps_nothing)

    def declare(view: View[P]) -> View[P]:
        @wraps(view)
        def shown(*args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            request = args[0]
            if isinstance(request, HttpRequest) and request.method not in allowed:
                refusal = error_response(request, 405)
                refusal["Allow"] = ", ".join(allowed)
                return refusal
            if "holder" in declared.names:
                kwargs.pop("mandate", None)
            return view(*args, **kwargs)

        shown.audience = declared  # type: ignore[attr-defined] # read by the middleware and the tests
        if "POST" in allowed and keeps_nothing:
            return csrf_exempt(shown)  # type: ignore[no-any-return]
        return shown

    return declare


class AudienceMiddleware:
    """Refuses to call a view that does not say who it is for, or for somebody it is not for."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request.visitor = request.holder = None
        request.is_private = False
        answer = self.get_response(request)
        if request.is_private:
            answer["Cache-Control"] = "no-store"
        return answer

    def process_view(
        self, request: HttpRequest, view: Any, _args: Any, kwargs: dict[str, Any]
    ) -> HttpResponseBase | None:
        """Called by Django just before the view. Errors: ImproperlyConfigured."""
        from leerrekening.web.sign_in.admission import admit

        declared = getattr(view, "audience", None)
        if not isinstance(declared, Declared):
            raise ImproperlyConfigured(f"{view.__module__}.{view.__qualname__} does not declare its audience")
        if "everyone" in declared.names:
            return None
        request.is_private = True
        try:
            return admit(request, declared, kwargs)
        except AWAY:
            was_away()
            return error_response(request, 503)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponseBase | None:
        """Called by Django when a view failed: the database may be away."""
        if not isinstance(error, AWAY):
            return None
        was_away()
        return error_response(request, 503)
