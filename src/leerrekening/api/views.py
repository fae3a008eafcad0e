"""The addresses of the API. It keeps nothing: no cookie, no session, no body in a log."""

from __future__ import annotations

from typing import Final

import orjson
from django.http import HttpRequest, HttpResponse
from django.http.request import UnreadablePostError

from leerrekening.api import answers, lawbook
from leerrekening.api.answers import Refusal, with_law
from leerrekening.api.openapi import openapi
from leerrekening.lawtext.keeper import HeldLaw, the_keeper
from leerrekening.rules import ENGINE_VERSION, days
from leerrekening.rules.situation import MAX_BYTES, SituationError
from leerrekening.web.audience import audience

JSON_TYPES: Final = ("application/json",)


@audience("everyone", methods=("POST",), keeps_nothing=True)
@with_law
def decisions(request: HttpRequest, held: HeldLaw) -> HttpResponse:
    """Decide on the situation in the body; ``instrument`` asks for one right only."""
    only = answers.parameters(request, "instrument").get("instrument")
    if only is not None and only not in held.law.instruments:
        raise answers.refused_parameter("instrument", only, " | ".join(held.law.instruments))
    body = _body(request)
    try:
        situation = held.law.reader.read(body)
    except SituationError as error:
        raise answers.refused_situation(error) from None
    return answers.decision_answer(held.documents.decision(situation, only))


def _body(request: HttpRequest) -> bytes:
    """The body. Raises Refusal for another type (415), for size (413) and for one that breaks off (400)."""
    kind, charset = request.content_type, (request.content_params or {}).get("charset", "utf-8")
    if kind not in JSON_TYPES or charset.lower() not in ("utf-8", "utf8"):
        raise Refusal(415, "Send a situation as application/json, in UTF-8.")
    try:
        announced = int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        raise Refusal(400, "The Content-Length is not a number.") from None
    if announced > MAX_BYTES:
        raise _too_large()
    try:
        body: bytes = request.read(MAX_BYTES + 1)
    except (UnreadablePostError, OSError):
        raise Refusal(400, "The body broke off before its end.") from None
    if len(body) > MAX_BYTES:
        raise _too_large()
    if len(body) < announced:
        raise Refusal(400, "The body is shorter than its Content-Length.")
    return body


def _too_large() -> Refusal:
    return Refusal(413, f"A situation has at most {MAX_BYTES} bytes.")


@audience("everyone")
@with_law
def facts(request: HttpRequest, held: HeldLaw) -> HttpResponse:
    """What can be told about a person: the schema of a situation, and every declaration."""
    answers.parameters(request)
    return answers.law_answer(request, held, lambda: lawbook.facts(held.law))


@audience("everyone")
@with_law
def instruments(request: HttpRequest, held: HeldLaw) -> HttpResponse:
    """Every instrument: what it is and when it exists."""
    answers.parameters(request)
    return answers.law_answer(request, held, lambda: lawbook.instruments(held.law))


@audience("everyone")
@with_law
def instrument(request: HttpRequest, held: HeldLaw, name: str) -> HttpResponse:
    """One instrument through time, or as it stands ``on`` a day."""
    on = answers.parameters(request, "on").get("on")
    if name not in held.law.instruments:
        raise Refusal(404, f"There is no such instrument. Known: {', '.join(held.law.instruments)}.")
    day = None if on is None else _day(on)
    return answers.law_answer(request, held, lambda: lawbook.instrument(held, name, day))


def _day(text: str) -> int:
    try:
        day = days.day_of(text)
    except ValueError:
        day = 0
    if not day or not days.FIRST_YEAR <= int(text[:4]) <= days.LAST_YEAR:
        allowed = f"a date that exists, as YYYY-MM-DD, from {days.FIRST_YEAR}-01-01 to {days.LAST_YEAR}-12-31"
        raise answers.refused_parameter("on", text, allowed)
    return day


@audience("everyone")
@with_law
def openapi_document(request: HttpRequest, held: HeldLaw) -> HttpResponse:
    """The description of this API, made from the same declarations."""
    answers.parameters(request)
    return answers.law_answer(request, held, lambda: openapi(held))


@audience("everyone")
@with_law
def health(request: HttpRequest, held: HeldLaw) -> HttpResponse:
    """Whether decisions can be made, and on which text; what is wrong with a newer text that is not served."""
    answers.parameters(request)
    wrong = the_keeper().refusal()
    content = {
        "status": "ok" if wrong is None else "older_law",
        "law": {"version": held.law.version, "engine": ENGINE_VERSION},
        "refused": None
        if wrong is None
        else {"file": wrong.file, "line": wrong.line, "reason": wrong.reason},
    }
    answer = HttpResponse(orjson.dumps(content), content_type="application/json")
    answer["Cache-Control"] = answers.KEPT_BY_NOBODY
    return answer
