"""Pages for what went wrong: what happened, and what the person can do now. Programs get the same as JSON."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from leerrekening.api.problems import CONTENT_TYPE, DETAILS, problem

API_PREFIX = "/api/"


@dataclass(frozen=True)
class Fault:
    """One kind of refusal, in words for the person who meets it."""

    title: str | Promise
    what: str | Promise
    next_step: str | Promise


FAULTS = {
    400: Fault(
        _("Wij begrijpen deze vraag niet"),
        _("Uw browser stuurde iets dat wij niet kunnen lezen."),
        _("Ga terug naar de startpagina en probeer het opnieuw."),
    ),
    401: Fault(
        _("U bent niet aangemeld"),
        _("Deze pagina is alleen voor wie aangemeld is."),
        _("Meld u aan, en probeer het dan opnieuw."),
    ),
    403: Fault(
        _("U mag deze pagina niet openen"),
        _("Deze pagina is niet voor u bestemd, of uw toegang is verlopen."),
        _("Ga terug naar de startpagina."),
    ),
    404: Fault(
        _("Deze pagina bestaat niet"),
        _("Het adres is verkeerd getypt, of de pagina is verplaatst."),
        _("Kijk het adres na, of ga naar de startpagina."),
    ),
    405: Fault(
        _("Zo werkt deze pagina niet"),
        _("Deze pagina kan niet doen wat uw browser vraagt."),
        _("Ga terug naar de startpagina en begin opnieuw."),
    ),
    411: Fault(
        _("De grootte ontbreekt"),
        _("Uw programma zei niet hoe groot de inhoud is. Daarom lezen wij die niet."),
        _("Stuur de inhoud opnieuw, met de grootte erbij (Content-Length)."),
    ),
    413: Fault(
        _("Dit is te groot"),
        _("Wat u stuurde, is groter dan 1 megabyte. Meer lezen wij niet."),
        _("Kies een kleiner bestand. Uw antwoorden passen in een paar kilobyte."),
    ),
    422: Fault(
        _("Wij kunnen uw antwoorden niet lezen"),
        _("Het bestand heeft niet de vorm die wij verwachten."),
        _("Kies het bestand dat u hier bewaarde, of vul de vragen opnieuw in."),
    ),
    429: Fault(
        _("Even wachten"),
        _(
            "Er kwamen in korte tijd te veel vragen van u of uw netwerk. U verliest geen recht door te wachten."
        ),
        _("Wacht een minuut en probeer het opnieuw."),
    ),
    500: Fault(
        _("Er ging iets mis bij ons"),
        _("Dit ligt niet aan u. Wij bewaarden niets van wat u invulde."),
        _("Probeer het over een paar minuten opnieuw."),
    ),
    503: Fault(
        _("De rekeningen zijn even niet bereikbaar"),
        _("Dit ligt niet aan u. Er ging niets verloren van wat al bewaard was."),
        _("Probeer het over een paar minuten opnieuw. De pagina’s zonder aanmelden werken wel."),
    ),
}
# Seconds after which it makes sense to try again.
RETRY_AFTER = {429: "60", 503: "120"}


def error_response(request: HttpRequest, status: int, detail: str = "") -> HttpResponse:
    """The answer for `status`, one of FAULTS; `detail` says more about this case, in the person's language."""
    fault = FAULTS[status]
    if request.path_info.startswith(API_PREFIX):
        document = problem(status, DETAILS.get(status, HTTPStatus(status).phrase))
        answer: HttpResponse = JsonResponse(document, status=status, content_type=CONTENT_TYPE)
    else:
        # The page of a thing that is not there says nothing of its address, so that two of them are the same page.
        request.is_nowhere = status == 404
        # Only after a fault of ours is there something to look up.
        reference = getattr(request, "reference", "") if status == 500 else ""
        context = {"fault": fault, "detail": detail, "reference": reference}
        answer = render(request, "errors/error.html", context, status=status)
    if status in RETRY_AFTER:
        answer["Retry-After"] = RETRY_AFTER[status]
    return answer


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Called by Django for what it finds suspicious."""
    return error_response(request, 400)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Called by Django when a view refuses, or a form came from another site."""
    return error_response(request, 403)


def form_refused(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Called by Django when a form misses its token."""
    return error_response(request, 403)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Called by Django when no address fits."""
    return error_response(request, 404)


def server_error(request: HttpRequest) -> HttpResponse:
    """Called by Django when a view failed."""
    return error_response(request, 500)
