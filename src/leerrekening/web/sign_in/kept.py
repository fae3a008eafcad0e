"""A form that was sent when the session had ended or was too weak: kept, and shown again to the same person."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Final

from django.http import HttpRequest

from leerrekening.web.sign_in.levels import Level

KEPT: Final = "kept"
LARGEST: Final = 100_000  # characters
TOKEN: Final = "csrfmiddlewaretoken"  # noqa: S105 - the name of a field


@dataclass(frozen=True, slots=True)
class Form:
    """What was sent, to which page, by whom. `actor`: only this one gets it back."""

    path: str
    fields: list[list[str]]
    actor: int
    level: Level


def keep(request: HttpRequest, actor: int | None, level: Level) -> bool:
    """Keep the form of this request; whether it could be: it is somebody's, without files and not too large."""
    fields = [
        [name, str(value)] for name, values in request.POST.lists() for value in values if name != TOKEN
    ]
    size = sum(len(name) + len(value) for name, value in fields)
    if actor is None or request.FILES or size > LARGEST:
        return False
    put(request.session, Form(request.path, fields, actor, level))
    return True


def put(session: Any, form: Form) -> None:
    """Keep a form in this session."""
    session[KEPT] = asdict(form)


def of(session: Any) -> Form | None:
    """The form this session keeps, if any."""
    held = session.get(KEPT)
    return Form(**held) if held else None


def drop(session: Any) -> None:
    """Keep it no longer."""
    session.pop(KEPT, None)
