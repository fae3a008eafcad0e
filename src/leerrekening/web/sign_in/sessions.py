"""Sessions on the server, through the gate alone. The browser holds a random key; the database holds its hash.

Named in the settings as SESSION_ENGINE. A session that ended is not loaded, but still tells whose it was, so that a
form of the same person is not lost.
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
# An ended session is kept this long, to know whose form it was.
KEPT_AFTER_END: Final = timedelta(hours=12)


class SessionStore(SessionBase):  # type: ignore[misc] # Django has no types
    """One session. `ended_actor`: who a session belonged to that was asked for and had ended."""

    ended_actor: int | None = None

    def exists(self, session_key: str) -> bool:
        """Whether a session has this key."""
        with gate() as connection:
            found = connection.execute(
                "select from registry.session where key_hash = %s", [hash_of(session_key)]
            )
            return found.fetchone() is not None

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
        values = {
            "key": hash_of(self.session_key),
            "data": self.encode(held),
            "actor": actor,
            "idle": idle,
            "longest": LONGEST if actor else UNFINISHED,
        }
        with gate() as connection:
            if must_create:
                made = connection.execute(
                    "insert into registry.session (key_hash, data, actor, expires_at, ends_at)"
                    " values (%(key)s, %(data)s, %(actor)s, now() + %(idle)s, now() + %(longest)s)"
                    " on conflict (key_hash) do nothing",
                    values,
                )
                if made.rowcount != 1:
                    raise CreateError
            else:
                changed = connection.execute(
                    "update registry.session set data = %(data)s, actor = %(actor)s,"
                    " expires_at = least(now() + %(idle)s, ends_at)"
                    " where key_hash = %(key)s and expires_at > now()",
                    values,
                )
                if changed.rowcount != 1:
                    raise UpdateError

    def load(self) -> dict[str, Any]:
        """What a session that lives holds; else nothing, and a new key when something is to be kept."""
        if self.session_key is None:
            return {}
        with gate() as connection:
            row = connection.execute(
                "select data, actor, expires_at > now(), expires_at < least(now() + %s - %s::interval, ends_at)"
                " from registry.session where key_hash = %s",
                [IDLE, SELDOM, hash_of(self.session_key)],
            ).fetchone()
            if row is not None and row[2] and row[1] is not None and row[3]:
                connection.execute(
                    "update registry.session set expires_at = least(now() + %s, ends_at) where key_hash = %s",
                    [IDLE, hash_of(self.session_key)],
                )
        if row is None or not row[2]:
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
                connection.execute("delete from registry.session where key_hash = %s", [hash_of(key)])

    @classmethod
    def clear_expired(cls) -> None:
        """Forget the sessions that ended long enough ago."""
        with gate() as connection:
            connection.execute("delete from registry.session where expires_at < now() - %s", [KEPT_AFTER_END])


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
