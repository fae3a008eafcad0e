"""The database as the pages reach it: as the visitor's kind of user, for the account that is on the screen.

    with transaction(request) as connection:
        connection.execute(...)

Nothing here runs for the pages that are for everyone: those work without a database.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

import psycopg
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest

from leerrekening.database.access import Access
from leerrekening.database.errors import DatabaseProblem
from leerrekening.database.server import attach
from leerrekening.registry.installation import login_of
from leerrekening.web.visitor import Holder, Visitor

# What a view may raise when the database is away: the visitor gets a page that says so.
AWAY: Final = (psycopg.OperationalError, DatabaseProblem)
# Kinds of user with a login of their own. An analyst sees no person and has none.
KINDS: Final = frozenset({"citizen", "helper", "caseworker", "auditor", "administrator", "mailroom"})

# After a failure nobody waits for the database for so long, so that its visitors do not hold up all others.
SECONDS_LEFT_ALONE: Final = 2.0

_lock = threading.Lock()
_access: Access | None = None
_away_until = 0.0


def access() -> Access:
    """The pools of this process, opened on first use. Errors: DatabaseProblem when the database is or was just away."""
    global _access  # noqa: PLW0603 - one for the process
    if time.monotonic() < _away_until:
        raise DatabaseProblem("the database was away a moment ago")
    with _lock:
        if _access is None:
            server = attach()
            _access = Access(lambda kind: server.dsn(login_of(kind)))
        return _access


def was_away() -> None:
    """Leave the database alone for a moment: it has just failed to answer."""
    global _away_until  # noqa: PLW0603
    _away_until = time.monotonic() + SECONDS_LEFT_ALONE


def connect_to(dsn_of: Callable[[str], str] | None) -> None:
    """Use the database with these connection strings by kind of user from now on; None: the usual one again."""
    global _access, _away_until  # noqa: PLW0603
    with _lock:
        _away_until = 0.0
        if _access is not None:
            _access.close()
        _access = None if dsn_of is None else Access(dsn_of)


@contextmanager
def transaction(request: HttpRequest) -> Iterator[psycopg.Connection[tuple[Any, ...]]]:
    """One transaction as the visitor of this request, for the account on the screen, else for the visitor's own.

    Errors: one of AWAY; ImproperlyConfigured on a page without a visitor that the database knows.
    """
    visitor: Visitor | None = request.visitor
    if visitor is None or visitor.capacity not in KINDS:
        raise ImproperlyConfigured("this page has no visitor with a login in the database")
    holder: Holder | None = request.holder
    party = visitor.party if holder is None else holder.party
    with access().transaction(visitor.capacity, actor=visitor.actor, party=party) as connection:
        yield connection
