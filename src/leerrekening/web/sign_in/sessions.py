"""Sessions on the server, through the gate alone. The browser holds a random key; the database holds its hash.

Named in the settings as SESSION_ENGINE. A session that ended is not loaded, but still tells whose it was, so that a
form of the same person is not lost, until the run of the night deletes it (registry/retention.yaml).
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any, Final

import psycopg
from django.contrib.sessions.backends.base import CreateError, SessionBase, UpdateError

from leerrekening.web import database
from leerrekening.web.visitor import Visitor

VISITOR: Final = "visitor"
# How the key begins of somebody who has signed in, and of somebody who is about to.
SIGNED_IN, ON_THE_WAY = "in-", "to-"
IDLE: Final = timedelta(minutes=30)
LONGEST: Final = timedelta(hours=10)
# For somebody who is on the way to the access service and back.
UNFINISHED: Final = timedelta(minutes=30)
# The end of a session moves on at most this often, so that reading does not write each time.
SELDOM: Final = timedelta(minutes=1)


class SessionStore(SessionBase):  # type: ignore[misc] # Django has no types
    """One session. `ended_actor`: who a session belonged to that was asked for and had ended."""

    ended_actor: int | None = None

    def create(self) -> None:
        """Keep what the session holds under a new key, which tells pages for everyone whether somebody signed in."""
        begins = SIGNED_IN if VISITOR in self._get_session(no_load=True) else ON_THE_WAY
        self._session_key = begins + secrets.token_urlsafe(32)
        self.save(must_create=True)
        self.modified = True

    def save(self, must_create: bool = False) -> None:
        """Keep what the session holds. Errors: UpdateError when somebody signed out in the meantime."""
        if self.session_key is None:
            self.create()
            return
        held = self._get_session(no_load=must_create)
        actor = held.get(VISITOR, {}).get("actor")
        idle = IDLE if actor else UNFINISHED
        key, data = hash_of(self.session_key), self.encode(held)
        with gate() as connection:
            if must_create:
                longest = LONGEST if actor else UNFINISHED
                made = connection.execute(
                    "select registry.begin_session(%s, %s, %s, %s, %s)", [key, data, actor, idle, longest]
                ).fetchone()
                if made != (True,):
                    raise CreateError
            else:
                kept = connection.execute(
                    "select registry.keep_session(%s, %s, %s, %s)", [key, data, actor, idle]
                ).fetchone()
                if kept != (True,):
                    raise UpdateError

    def load(self) -> dict[str, Any]:
        """What a session that lives holds; else nothing, and a new key when something is to be kept."""
        if self.session_key is None:
            return {}
        with gate() as connection:
            row = connection.execute(
                "select data, actor from registry.use_session(%s, %s, %s)",
                [hash_of(self.session_key), IDLE, SELDOM],
            ).fetchone()
        if row is None or row[0] is None:
            self.ended_actor = row[1] if row else None
            self._session_key = None  # type: ignore[assignment]
            return {}
        held: dict[str, Any] = self.decode(row[0])
        return held

    def delete(self, session_key: str | None = None) -> None:
        """Forget a session, by default this one."""
        key = session_key or self.session_key
        if key is not None:
            with gate() as connection:
                connection.execute("select registry.end_session(%s)", [hash_of(key)])


@contextmanager
def gate() -> Iterator[psycopg.Connection[tuple[Any, ...]]]:
    """One transaction as the gate. Errors: database.AWAY."""
    with database.access().transaction("gate") as connection:
        yield connection


def hash_of(key: str) -> bytes:
    """What the database keeps of a key."""
    return hashlib.sha256(key.encode()).digest()


def visitor_of(session: SessionStore) -> Visitor | None:
    """Who has signed in. Errors: database.AWAY."""
    held = session.get(VISITOR)
    if held is None:
        return None
    return Visitor(**{**held, "auth_time": datetime.fromisoformat(held["auth_time"])})


def remember(session: SessionStore, visitor: Visitor) -> None:
    """Make the session this visitor's, under a new key: a key from before signing in opens nothing.

    Nothing else stays in it.
    """
    key = session.session_key
    session.flush()
    session[VISITOR] = {**asdict(visitor), "auth_time": visitor.auth_time.isoformat()}
    session.create()
    assert session.session_key != key
