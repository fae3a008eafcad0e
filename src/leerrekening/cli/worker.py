"""`./llr worker`: does what waits in the queue: refreshing, granting, sending, deleting. `./llr run` starts one too."""

import argparse
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from leerrekening.cli import Subparsers
from leerrekening.cli.database import add_data_option

if TYPE_CHECKING:
    from leerrekening.database.server import Server

SECONDS_BETWEEN_LOOKS = 1.0


def register(subparsers: Subparsers) -> None:
    """Add the command."""
    text = "do what waits in the queue; Ctrl-C stops it"
    parser = subparsers.add_parser("worker", help=text, description=text, allow_abbrev=False)
    add_data_option(parser)
    parser.add_argument("--once", action="store_true", help="stop when nothing waits any more")
    # For `./llr run`, which keeps the database at work itself.
    parser.add_argument("--beside", action="store_true", help=argparse.SUPPRESS)
    parser.set_defaults(handler=run)


def run(arguments: argparse.Namespace) -> int:
    """Work until SIGINT or SIGTERM. Errors: EnvironmentMissing."""
    import django

    if arguments.data is not None:
        os.environ["LLR_DATA"] = str(arguments.data.absolute())
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "leerrekening.web.settings")
    django.setup()

    from leerrekening.database.access import Access
    from leerrekening.jobs.queue import run_worker
    from leerrekening.jobs.work import Work
    from leerrekening.tasks import TASKS
    from leerrekening.web.today import today

    with beside_the_site() if arguments.beside else of_its_own(arguments) as server:

        def dsn_of(kind: str) -> str:
            return server.dsn(f"llr_{kind}_login")

        access = Access(dsn_of)
        try:
            run_worker(
                Work(access, dsn_of, today),
                TASKS,
                once=arguments.once,
                ready=lambda: print("Worker: does what waits in the queue", flush=True),
            )
        finally:
            access.close()
    return 0


@contextmanager
def of_its_own(arguments: argparse.Namespace) -> "Iterator[Server]":
    """The database, started when needed and brought up to date."""
    from leerrekening.account.installation import install
    from leerrekening.cli.ledger import opened

    with opened(arguments.data) as server:
        install(server)
        yield server


@contextmanager
def beside_the_site() -> "Iterator[Server]":
    """The database that `./llr run` keeps at work, once it has all tables."""
    import psycopg

    from leerrekening.database.errors import DatabaseProblem
    from leerrekening.database.server import attach

    while True:
        try:
            server = attach()
            with psycopg.connect(server.dsn("llr_worker_login")) as connection:
                connection.execute("select from jobs.procrastinate_jobs limit 1")
            with psycopg.connect(server.dsn("llr_batch_login")) as connection:
                connection.execute("select jobs.heartbeat()")
        except (DatabaseProblem, psycopg.Error):
            time.sleep(SECONDS_BETWEEN_LOOKS)
        else:
            yield server
            return
