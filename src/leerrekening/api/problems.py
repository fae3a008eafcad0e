"""Problem documents (RFC 9457): how every door says, for programs, what is wrong with what it was given."""

from __future__ import annotations

from decimal import Decimal
from http import HTTPStatus
from typing import Any, Final

import orjson

from leerrekening.rules.situation import Problem, SituationError

CONTENT_TYPE: Final = "application/problem+json"
NOT_ACCEPTED: Final = "urn:leerrekening:problem:not-accepted"

# What programs are told of refusals that happen before a view is reached.
DETAILS: Final = {
    400: "The request cannot be read.",
    401: "Sign in first.",
    403: "This address is not meant for the caller.",
    404: "There is nothing at this address.",
    405: "This address takes other methods; Allow says which.",
    411: "Say with Content-Length how large the body is.",
    413: "A body has at most 1,000,000 bytes.",
    429: "Too many requests in a short time; Retry-After says when to try again.",
    500: "The program failed. Nothing of what was sent is kept.",
    503: "The accounts cannot be reached; Retry-After says when to try again.",
}


def problem(status: int, detail: str, errors: list[Problem] | None = None) -> dict[str, Any]:
    """A problem document; ``errors`` lists each place that is wrong, with its value and what is allowed."""
    out: dict[str, Any] = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
    }
    if errors is not None:
        out["type"], out["title"] = NOT_ACCEPTED, "What was given breaks the contract"
        out["errors"] = [{"path": e.path, "value": _as_given(e.value), "allowed": e.allowed} for e in errors]
    return out


def situation_problem(error: SituationError) -> dict[str, Any]:
    """The problem document of a situation that was refused."""
    places = len(error.problems)
    found = "1 place is" if places == 1 else f"{places} places are"
    return problem(
        422, f"{found} not as the schema of a situation asks. Nothing was decided.", error.problems
    )


def _as_given(value: str) -> Any:
    """A refused value as the JSON it was; as text where it was cut, is no JSON, or a number that JSON readers round."""
    try:
        read = orjson.loads(value)
    except orjson.JSONDecodeError:
        return value
    rounded = isinstance(read, float) and Decimal(repr(read)) != Decimal(value)
    return value if rounded else read
