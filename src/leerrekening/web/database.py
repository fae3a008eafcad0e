"""The database as the pages reach it: as the visitor's kind of user, for the account that is on the screen.

    with transaction(request) as connection:
        connection.execute(...)

Nothing here runs for the pages that are for everyone: those work without a database.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

import psycopg
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest

from leerrekening.database.access import Access
from leerrekening.database.errors import DatabaseProblem
from leerrekening.database.server import ensure_server
from leerrekening.registry.installation import login_of
from leerrekening.web.visitor import Holder, Visitor

# What a view may raise when the database is away: the visitor gets a page that says so.
AWAY: Final = (psycopg.OperationalError, DatabaseProblem)
# Kinds of user with a login of their own. An analyst sees no person and has none.
KINDS: Final = frozenset({"citizen", "helper", "caseworker", "auditor", "administrator"})

_lock = threading.Lock()
_access: Access | None = None


def access() -> Access:
    """The pools of this process, opened on first use. Errors: DatabaseProblem."""
    global _access  # noqa: PLW0603 - one for the process
    with _lock:
        if _access is None:
            server = ensure_server()
            _access = Access(lambda kind: server.dsn(login_of(kind)))
        return _access


def connect_to(dsn_of: Callable[[str], str] | None) -> None:
    """Use the database with these connection strings by kind of user from now on; None: the usual one again."""
    global _access  # noqa: PLW0603
    with _lock:
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
