"""The page for somebody who does not come in."""

from __future__ import annotations

import logging
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language, override

from leerrekening.web.sign_in.flow import Refused, safe_return
from leerrekening.web.sign_in.refusals import REFUSALS

log = logging.getLogger("leerrekening.web.sign_in")


def refusal_response(request: HttpRequest, refused: Refused) -> HttpResponse:
    """What happened and what to do, in the language in which the person began."""
    refusal = REFUSALS[refused.reason]
    way = refused.way or {}
    log.info("refused: %s", refused.reason)
    with override(way.get("language") or get_language()):
        return_to = safe_return(way.get("return_to", ""), "")
        asked = {
            "opnieuw": "1",
            "niveau": way.get("level", "look"),
            **({"terug": return_to} if return_to else {}),
        }
        again = "" if refusal.status == 503 else f"{reverse('sign_in')}?{urlencode(asked)}"
        context = {"refusal": refusal, "again": again}
        answer: HttpResponse = render(request, "sign_in/refused.html", context, status=refusal.status)
    if refusal.status == 503:
        answer["Retry-After"] = "120"
    return answer
