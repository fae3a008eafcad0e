"""Problem documents (RFC 9457): how every door says, for programs, what is wrong with what it was given."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any, Final

from leerrekening.rules.situation import Problem, SituationError

CONTENT_TYPE: Final = "application/problem+json"
NOT_ACCEPTED: Final = "urn:leerrekening:problem:not-accepted"


def problem(status: int, detail: str, errors: list[Problem] | None = None) -> dict[str, Any]:
    """A problem document; ``errors`` lists each place that is wrong, with its value and what is allowed."""
    phrase = HTTPStatus(status).phrase
    out: dict[str, Any] = {"type": "about:blank", "title": phrase, "status": status, "detail": detail}
    if errors is not None:
        out["type"] = NOT_ACCEPTED
        out["title"] = "The document breaks the contract"
        out["errors"] = [{"path": e.path, "value": e.value, "allowed": e.allowed} for e in errors]
    return out


def situation_problem(error: SituationError) -> dict[str, Any]:
    """The problem document of a situation that was refused."""
    places = len(error.problems)
    found = "1 place is" if places == 1 else f"{places} places are"
    return problem(
        422, f"{found} not as the schema of a situation asks; nothing was decided.", error.problems
    )
