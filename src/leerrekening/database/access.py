"""Connections for a program that serves many people: one pool for each kind of user, and who acts in each transaction.

    access = Access(lambda kind: server.dsn(login_of(kind)))
    with access.transaction("citizen", party=4711) as connection:
        connection.execute(...)

The login decides what kind of user it is (row-level security); actor and party hold for that one transaction, so a
pooled connection never carries them over to the next user.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

import psycopg
from psycopg_pool import ConnectionPool

Row = tuple[Any, ...]

LARGEST_POOL: Final = 4
SECONDS_TO_WAIT: Final = 5.0


class Access:
    """Pools by kind of user, opened on first use. Safe to share between threads, not between processes."""

    def __init__(self, dsn_of: Callable[[str], str], largest: int = LARGEST_POOL) -> None:
        self._dsn_of: Final = dsn_of
        self._largest: Final = largest
        self._pools: Final[dict[str, ConnectionPool[psycopg.Connection[Row]]]] = {}
        self._lock: Final = threading.Lock()

    @contextmanager
    def transaction(
        self, kind: str, *, actor: int | None = None, party: int | None = None
    ) -> Iterator[psycopg.Connection[Row]]:
        """One transaction as this kind of user; done when the block ends, undone when it raises.

        Errors: psycopg.OperationalError (psycopg_pool.PoolTimeout among them) when the database is away.
        """
        with self._pool(kind).connection() as connection, connection.transaction():
            connection.execute(
                "select set_config('llr.actor', %s, true), set_config('llr.party', %s, true)",
                ["" if actor is None else str(actor), "" if party is None else str(party)],
            )
            yield connection

    def close(self) -> None:
        """Give all connections back. The next use opens them again."""
        with self._lock:
            for pool in self._pools.values():
                pool.close()
            self._pools.clear()

    def _pool(self, kind: str) -> ConnectionPool[psycopg.Connection[Row]]:
        pool = self._pools.get(kind)
        if pool is None:
            with self._lock:
                pool = self._pools.get(kind)
                if pool is None:
                    pool = ConnectionPool(
                        self._dsn_of(kind),
                        min_size=1,
                        max_size=self._largest,
                        timeout=SECONDS_TO_WAIT,
                        check=ConnectionPool.check_connection,
                        open=True,
                        name=f"llr-{kind}",
                    )
                    self._pools[kind] = pool
        return pool
