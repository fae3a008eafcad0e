"""Answers of the API: JSON and problems, with how long they may be kept."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, Final, ParamSpec

import orjson
from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag

from leerrekening.api.problems import CONTENT_TYPE, problem, situation_problem
from leerrekening.lawtext.keeper import HeldLaw, the_keeper
from leerrekening.lawtext.reader import LawError
from leerrekening.rules import ENGINE_VERSION
from leerrekening.rules.situation import Problem, SituationError

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]
LawView = Callable[Concatenate[HttpRequest, HeldLaw, P], HttpResponse]

KEPT_BY_NOBODY: Final = "no-store"
ASKED_AGAIN: Final = "public, no-cache"

faults = logging.getLogger("leerrekening.api")


class Refusal(Exception):
    """The request cannot be answered; the status and the problem say why."""

    def __init__(self, status: int, detail: str, errors: list[Problem] | None = None) -> None:
        super().__init__(detail)
        self.document: Final = problem(status, detail, errors)


def problem_answer(document: dict[str, Any]) -> HttpResponse:
    """A problem document as an answer; nobody keeps it."""
    answer = HttpResponse(orjson.dumps(document), content_type=CONTENT_TYPE, status=document["status"])
    answer["Cache-Control"] = KEPT_BY_NOBODY
    return answer


def decision_answer(content: bytes) -> HttpResponse:
    """A decision: about a person, so nobody keeps it."""
    answer = HttpResponse(content, content_type="application/json")
    answer["Cache-Control"] = KEPT_BY_NOBODY
    return answer


def law_answer(request: HttpRequest, held: HeldLaw, make: Callable[[], Any]) -> HttpResponse:
    """What depends on the law alone: kept, and asked again with its ETag, which changes with law and engine."""
    made_of = "\0".join((held.mark, ENGINE_VERSION, request.path_info, request.META.get("QUERY_STRING", "")))
    etag = quote_etag(hashlib.sha256(made_of.encode("utf-8", "surrogateescape")).hexdigest()[:32])
    answer = get_conditional_response(request, etag=etag)
    if answer is None:
        answer = HttpResponse(orjson.dumps(make()), content_type="application/json")
    answer["ETag"] = etag
    answer["Cache-Control"] = ASKED_AGAIN
    return answer


def with_law(view: LawView[P]) -> View[P]:
    """Give a view the law; turn what it refuses into a problem document."""

    @wraps(view)
    def answer(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        try:
            held = the_keeper().held()
        except LawError as error:
            faults.error("no text of the law can be read: %s", error)
            return problem_answer(problem(503, "The law cannot be read at the moment. Try again later."))
        try:
            return view(request, held, *args, **kwargs)
        except Refusal as refusal:
            return problem_answer(refusal.document)

    return answer


def parameters(request: HttpRequest, *known: str) -> dict[str, str]:
    """The parameters of the address. Raises Refusal for one that is unknown or given twice."""
    wrong = []
    for name, values in request.GET.lists():
        if name not in known:
            allowed = f"no such parameter; known here: {' | '.join(known) or 'none'}"
            wrong.append(Problem(f"?{name[:60]}", _text(values[0]), allowed))
        elif len(values) > 1:
            wrong.append(Problem(f"?{name}", _text(values[1]), "given once"))
    if wrong:
        raise refused_parameters(wrong)
    return {name: request.GET[name] for name in known if name in request.GET}


def refused_parameter(name: str, value: str, allowed: str) -> Refusal:
    """One parameter of the address that cannot be used."""
    return refused_parameters([Problem(f"?{name}", _text(value), allowed)])


def refused_parameters(wrong: list[Problem]) -> Refusal:
    """Parameters of the address that cannot be used."""
    return Refusal(422, "A parameter of the address cannot be used.", wrong)


def refused_situation(error: SituationError) -> Refusal:
    """A body that is not as the contract asks."""
    document = situation_problem(error)
    return Refusal(document["status"], document["detail"], error.problems)


def _text(value: str) -> str:
    return orjson.dumps(value[:60].encode("utf-8", "replace").decode()).decode()
