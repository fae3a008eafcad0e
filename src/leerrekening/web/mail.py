"""How e-mail leaves, from one setting (LLR_MAIL)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final
from urllib.parse import unquote, urlsplit

BACKENDS: Final = "django.core.mail.backends"


@dataclass(frozen=True, slots=True)
class Mail:
    """Settings of Django's mail backends."""

    backend: str
    folder: str | None = None
    host: str = ""
    port: int = 0
    user: str = ""
    password: str = field(default="", repr=False)
    ssl: bool = False
    starttls: bool = False


def mail_settings(text: str) -> Mail:
    """`console`, `file:FOLDER`, `smtp://USER:PASSWORD@HOST:PORT` (STARTTLS, except to this machine) or `smtps://...`.

    Errors: ValueError that does not repeat the setting, which may hold a password.
    """
    if text == "console":
        return Mail(f"{BACKENDS}.console.EmailBackend")
    if text.startswith("file:") and text.removeprefix("file:"):
        return Mail(f"{BACKENDS}.filebased.EmailBackend", folder=text.removeprefix("file:"))
    parts = urlsplit(text)
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
        raise ValueError("LLR_MAIL must be console, file:FOLDER, smtp://HOST:PORT or smtps://HOST:PORT")
    ssl = parts.scheme == "smtps"
    return Mail(
        f"{BACKENDS}.smtp.EmailBackend",
        host=parts.hostname,
        port=parts.port or (465 if ssl else 587),
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        ssl=ssl,
        starttls=not ssl and parts.hostname not in ("localhost", "127.0.0.1", "::1"),
    )
