"""Requests and answers of the demo access service, between its rules and WSGI."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from http.cookies import CookieError, SimpleCookie
from typing import Any, Final
from urllib.parse import parse_qs, urlencode, urlsplit

COOKIE: Final = "llr-demo-access"
LARGEST_BODY: Final = 20_000


@dataclass(slots=True)
class Answer:
    """A status, headers and a body."""

    status: HTTPStatus
    body: bytes = b""
    headers: list[tuple[str, str]] = field(default_factory=list)


class BadRequest(Exception):
    """Something that is told on a page, since nobody can be sent back."""


def query_of(environ: Mapping[str, Any]) -> dict[str, str]:
    """Parameters of the address; of a repeated one the last."""
    return {name: values[-1] for name, values in parse_qs(environ.get("QUERY_STRING", "")).items()}


def form_of(environ: Mapping[str, Any]) -> dict[str, str]:
    """Fields of a posted form. Errors: BadRequest."""
    try:
        size = int(environ.get("CONTENT_LENGTH") or 0)
        if not 0 <= size <= LARGEST_BODY:
            raise BadRequest("This form is too large.")
        body = environ["wsgi.input"].read(size).decode("ascii")
    except (ValueError, UnicodeDecodeError):
        raise BadRequest("This form cannot be read.") from None
    return {name: values[-1] for name, values in parse_qs(body).items()}


def cookie_of(environ: Mapping[str, Any]) -> str:
    """The key of the session, or nothing."""
    try:
        found = SimpleCookie(environ.get("HTTP_COOKIE", "")).get(COOKIE)
    except CookieError:
        return ""
    return found.value if found else ""


def document(content: Mapping[str, Any], status: HTTPStatus = HTTPStatus.OK) -> Answer:
    """A JSON answer."""
    return Answer(status, json.dumps(content).encode(), [("Content-Type", "application/json")])


def page(content: str, status: HTTPStatus = HTTPStatus.OK) -> Answer:
    """A page. No form-action: the form leads back to the program."""
    policy = "default-src 'none'; style-src 'self'; font-src 'self'; frame-ancestors 'none'; base-uri 'none'"
    return Answer(
        status,
        content.encode(),
        [
            ("Content-Type", "text/html; charset=utf-8"),
            ("Content-Security-Policy", policy),
            ("X-Content-Type-Options", "nosniff"),
            ("Referrer-Policy", "no-referrer"),
        ],
    )


def redirect(address: str, values: Mapping[str, str]) -> Answer:
    """Send the browser on."""
    joint = "&" if urlsplit(address).query else "?"
    target = f"{address}{joint}{urlencode(values)}" if values else address
    return Answer(HTTPStatus.SEE_OTHER, b"", [("Location", target)])
