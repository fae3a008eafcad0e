"""Where a person is reached: e-mail, telephone, post. A change is told at the old and at the new address."""

from __future__ import annotations

import re
from typing import Any, Final

import psycopg

from leerrekening.registry import notices, post

Connection = psycopg.Connection[tuple[Any, ...]]
KINDS: Final = ("email", "phone", "post")
EMAIL: Final = re.compile(r"[^@\s<>\"(),:;]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
PHONE: Final = re.compile(r"\+?[0-9][0-9 ./-]{7,20}")
CHANNELS: Final = {"email": "email", "post": "letter"}


class BadContact(ValueError):
    """Not an address of this kind. The text names the kind, never the value."""


def contacts(connection: Connection, party: int) -> dict[str, str]:
    """Present contacts by kind."""
    rows = connection.execute(
        "select kind, value from registry.contact where party = %s and until is null order by kind", [party]
    ).fetchall()
    return {str(kind): str(value) for kind, value in rows}


def checked(kind: str, value: str) -> str | None:
    """The value as it is kept; None for an empty one, which takes the contact away. Errors: BadContact."""
    value = "\n".join(" ".join(line.split()) for line in value.strip().splitlines() if line.strip())
    if not value:
        return None
    fits = {
        "email": EMAIL.fullmatch(value) is not None and len(value) <= 254,
        "phone": PHONE.fullmatch(value) is not None,
        "post": 10 <= len(value) <= 400 and "\n" in value and any(letter.isdigit() for letter in value),
    }
    if not fits[kind]:
        raise BadContact(kind)
    return value


def change(connection: Connection, party: int, kind: str, value: str, *, event: str) -> bool:
    """Set a contact, or take it away with an empty value; whether that changed something.

    Needs a fresh and high sign-in, which the page asks. The notice goes to the old and the new address; `event` names
    this change (a key of the request), so that a form sent twice is one change. Errors: BadContact.
    """
    new = checked(kind, value)
    before = contacts(connection, party)
    if before.get(kind) == new:
        return False
    row = connection.execute("select registry.set_contact(%s, %s, %s)", [party, kind, new]).fetchone()
    old = row[0] if row else None
    channel = CHANNELS.get(kind)
    also = [notices.Address(channel, old)] if channel and old else []
    notices.tell(connection, party, f"contact_changed_{kind}", event=event, also=also, letter=kind != "phone")
    if kind == "post" and new:
        post.send_owed(connection, party)
    return True
