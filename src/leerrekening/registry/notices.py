"""What a person is told: once for one event, in the account, and by e-mail or letter that there is something new.

    notices.tell(connection, party, "mandate_given", event=str(mandate), helper="Leerwinkel Voorbeeldstad")

Outside the account nothing is said but that there is something new in it. The words are in texts/notices.yaml.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import psycopg
import yaml

from leerrekening.registry import post

Connection = psycopg.Connection[tuple[Any, ...]]
TEXTS: Final = Path(__file__).parent / "texts" / "notices.yaml"


class UnknownNotice(KeyError):
    """No text for this kind of notice, or a value that the text asks for is missing."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where a notice goes besides the present contacts. `channel`: "email" or "letter"."""

    channel: str
    address: str


@dataclass(frozen=True, slots=True)
class Notice:
    """A notice in the inbox, in one language."""

    notice: UUID
    kind: str
    at: datetime
    read_at: datetime | None
    title: str
    text: str


@cache
def texts() -> dict[str, Any]:
    """The file of texts."""
    return dict(yaml.safe_load(TEXTS.read_text(encoding="utf-8")))


def tell(
    connection: Connection,
    party: int,
    kind: str,
    *,
    event: str,
    also: Iterable[Address] = (),
    letter: bool = False,
    **params: str | int,
) -> bool:
    """Tell a person something; False when this `event` of this `kind` was told before.

    Goes into the inbox in the caller's transaction; e-mail and letter follow as jobs after it. `also`: more addresses
    (the old one after a change). `letter`: a letter too, now or as soon as there is a postal address.
    Errors: UnknownNotice.
    """
    if kind not in texts()["notices"]:
        raise UnknownNotice(kind)
    in_words(kind, dict(params), "nl")
    row = connection.execute(
        "select registry.tell(%s, %s, %s, %s::jsonb, %s::jsonb, %s)",
        [party, kind, event, json.dumps(params), json.dumps([asdict(each) for each in also]), letter],
    ).fetchone()
    deliveries = row[0] if row else None
    post.queue(connection, deliveries or ())
    return deliveries is not None


def in_words(kind: str, params: dict[str, Any], language: str) -> tuple[str, str]:
    """Title and text of a notice. Errors: UnknownNotice."""
    try:
        entry, words = texts()["notices"][kind], texts()["words"]
        said = {key: words[key][value][language] if key in words else value for key, value in params.items()}
        return entry["title"][language].format(**said), entry["text"][language].format(**said)
    except KeyError as error:
        raise UnknownNotice(f"{kind}: {error}") from None


def outside(language: str) -> tuple[str, str]:
    """Subject and body of the e-mail, the same for every notice: that there is something new, and no more."""
    return texts()["outside"]["subject"][language], texts()["outside"]["body"][language]


def on_paper(language: str) -> tuple[str, str]:
    """Title and text of the letter of a notice that has none of its own: that there is something new, and no more."""
    return texts()["outside"]["subject"][language], texts()["outside"]["letter"][language]


def inbox(connection: Connection, party: int, language: str, most: int = 100) -> list[Notice]:
    """Notices of a person, newest first. A helper sees them only with the person's consent."""
    rows = connection.execute(
        "select notice, kind, at, read_at, params from registry.notice where party = %s"
        " order by at desc, notice limit %s",
        [party, most],
    ).fetchall()
    return [
        Notice(notice, kind, at, read_at, *in_words(kind, params, language))
        for notice, kind, at, read_at, params in rows
    ]


def unread(connection: Connection, party: int) -> int:
    """How many notices the person has not opened."""
    row = connection.execute(
        "select count(*) from registry.notice where party = %s and read_at is null", [party]
    ).fetchone()
    return int(row[0]) if row else 0


def mark_read(connection: Connection, party: int) -> int:
    """The person has seen the inbox; how many were new."""
    row = connection.execute("select registry.read_notices(%s)", [party]).fetchone()
    return int(row[0]) if row else 0
