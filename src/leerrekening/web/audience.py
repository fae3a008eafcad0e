"""Who a page is for. Every view says it; a view that does not is never shown.

@audience("everyone")
@audience("everyone", methods=("GET", "POST"), keeps_nothing=True)
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Literal, ParamSpec

from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest, HttpResponseBase
from django.views.decorators.csrf import csrf_exempt

from leerrekening.web.errors import error_response

P = ParamSpec("P")
View = Callable[P, HttpResponseBase]

Audience = Literal["everyone"]
AUDIENCES: frozenset[str] = frozenset({"everyone"})


def audience(
    name: Audience, *, methods: tuple[str, ...] = ("GET",), keeps_nothing: bool = False
) -> Callable[[View[P]], View[P]]:
    """Declare who may open a view and with which methods (GET brings HEAD along); others get a 405 page.

    `keeps_nothing` says that the view stores nothing and knows nobody: a form posted to it from elsewhere does no
    harm, so it needs no token and thereby no cookie.
    """
    if name not in AUDIENCES:
        raise ImproperlyConfigured(f"unknown audience {name!r}; known: {', '.join(sorted(AUDIENCES))}")
    allowed = (*methods, "HEAD") if "GET" in methods else methods

    def declare(view: View[P]) -> View[P]:
        @wraps(view)
        def shown(*args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            request = args[0]
            if isinstance(request, HttpRequest) and request.method not in allowed:
                refusal = error_response(request, 405)
                refusal["Allow"] = ", ".join(allowed)
                return refusal
            return view(*args, **kwargs)

        shown.audience = name  # type: ignore[attr-defined] # read by the middleware and the tests
        shown.keeps_nothing = keeps_nothing  # type: ignore[attr-defined]
        if "POST" in allowed and keeps_nothing:
            return csrf_exempt(shown)  # type: ignore[no-any-return]
        return shown

    return declare


class AudienceMiddleware:
    """Refuses to call a view that does not say who it is for."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(self, _request: HttpRequest, view: Any, _args: Any, _kwargs: Any) -> None:
        """Called by Django just before the view. Errors: ImproperlyConfigured."""
        if getattr(view, "audience", None) not in AUDIENCES:
            raise ImproperlyConfigured(f"{view.__module__}.{view.__qualname__} does not declare its audience")
