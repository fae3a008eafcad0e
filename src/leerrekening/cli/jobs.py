"""`./llr jobs`: what waits, what is being done, what failed, what is stuck; and trying a failed job again."""

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from leerrekening.cli import Subparsers
from leerrekening.cli.database import add_data_option
from leerrekening.cli.errors import BadInput, CheckFailed

if TYPE_CHECKING:
    import psycopg


def register(subparsers: Subparsers) -> None:
    """Add the commands."""
    parser = subparsers.add_parser(
        "jobs", help="background work: what waits, failed or is stuck; retry", allow_abbrev=False
    )
    add_data_option(parser)
    commands = parser.add_subparsers(metavar="ACTION", required=True)
    text = "list jobs that need a person; with --all every job"
    listing = commands.add_parser("list", help=text, description=text, allow_abbrev=False)
    listing.add_argument("--all", action="store_true", help="also what waits, runs or is done")
    listing.set_defaults(handler=show)
    text = "how many jobs of each kind are in each state; status 1 when some need a person"
    commands.add_parser("count", help=text, description=text, allow_abbrev=False).set_defaults(handler=count)
    text = "try a failed job again"
    retrying = commands.add_parser("retry", help=text, description=text, allow_abbrev=False)
    retrying.add_argument("job", type=int, help="its number, as `list` gives it")
    retrying.set_defaults(handler=retry)


@contextmanager
def queue(arguments: argparse.Namespace) -> "Iterator[psycopg.Connection[tuple[Any, ...]]]":
    """The database as the administrator of the queue."""
    import psycopg

    from leerrekening.account.installation import install
    from leerrekening.cli.ledger import opened
    from leerrekening.jobs.installation import login_of

    with opened(arguments.data) as server:
        install(server)
        with psycopg.connect(server.dsn(login_of("administrator"))) as connection:
            yield connection


def show(arguments: argparse.Namespace) -> int:
    """One line a job, the newest first."""
    from leerrekening.jobs import state

    with queue(arguments) as connection:
        found = state.jobs(connection, None if arguments.all else state.NEEDS_A_PERSON)
    for job in found:
        line = f"{job.number:>8}  {job.state:<8}  {job.task:<20}  tried {job.attempts}  {job.since:%Y-%m-%d %H:%M}"
        print(line + (f"  {job.failure_kind} at {job.failure_place}" if job.failure_kind else ""))
    if not found:
        print("no jobs" if arguments.all else "no job needs a person")
    return 0


def count(arguments: argparse.Namespace) -> int:
    """A table. Errors: CheckFailed when a job or a letter needs a person."""
    from leerrekening.jobs import state
    from leerrekening.registry import post

    with queue(arguments) as connection:
        counts, seen = state.counts(connection), state.heartbeat(connection)
        letters = post.counts(connection)
    for (task, what), number in sorted(counts.items()):
        print(f"{task:<20}  {what:<8}  {number:>8}")
    print(f"last sign of a worker: {seen:%Y-%m-%d %H:%M:%S}" if seen else "no worker")
    for each in letters:
        print(
            f"{'letters':<20}  {each.state:<8}  {each.letters:>8}"
            + (f"  stuck {each.stuck}" if each.stuck else "")
        )
    if troubled := sum(number for (_, what), number in counts.items() if what in state.NEEDS_A_PERSON):
        raise CheckFailed(f"{troubled} jobs need a person:  ./llr jobs list")
    if stuck := sum(each.stuck for each in letters):
        raise CheckFailed(f"{stuck} letters need a person:  ./llr letters list")
    return 0


def retry(arguments: argparse.Namespace) -> int:
    """Put a failed job back. Errors: BadInput."""
    from leerrekening.jobs import state

    with queue(arguments) as connection:
        if not state.retry(connection, arguments.job):
            raise BadInput(f"{arguments.job} is not the number of a failed job:  ./llr jobs list")
    print(f"job {arguments.job} is in the queue again")
    return 0
