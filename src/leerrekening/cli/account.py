"""`./llr account`: decide and grant for everybody on a day, and count them by group."""

import argparse
import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from leerrekening.cli import Subparsers
from leerrekening.cli.database import add_data_option
from leerrekening.cli.errors import CheckFailed
from leerrekening.cli.ledger import day

if TYPE_CHECKING:
    from leerrekening.account.yearly import Progress


def register(subparsers: Subparsers) -> None:
    """Add the commands."""
    parser = subparsers.add_parser(
        "account", help="accounts of people: decide and grant for everybody", allow_abbrev=False
    )
    add_data_option(parser)
    commands = parser.add_subparsers(metavar="ACTION", required=True)
    text = "decide for everybody on a day and grant; again: goes on where it was, and does nothing twice"
    granting = commands.add_parser("grant", help=text, description=text, allow_abbrev=False)
    granting.add_argument("--on", type=day, required=True, help="the day to decide on (YYYY-MM-DD)")
    granting.add_argument(
        "--workers",
        type=int,
        default=max(1, min(4, os.cpu_count() or 1)),
        help="processes (default: one a core)",
    )
    granting.set_defaults(handler=grant)
    text = "count by group who was granted each right and who used it; no person leaves the database"
    counting = commands.add_parser("count", help=text, description=text, allow_abbrev=False)
    counting.add_argument("--on", type=day, required=True, help="the day to count on (YYYY-MM-DD)")
    counting.add_argument("--out", type=Path, help="the file (default: the one that the site reads)")
    counting.set_defaults(handler=count)


def grant(arguments: argparse.Namespace) -> int:
    """Run over everybody. Errors: CheckFailed."""
    from leerrekening.account.yearly import LawChanged, run
    from leerrekening.cli.ledger import opened
    from leerrekening.ledger.installation import login_of

    with opened(arguments.data) as server:
        try:
            done = run(
                server.dsn(login_of("batch")), arguments.on, workers=arguments.workers, progress=Teller()
            )
        except LawChanged as error:
            raise CheckFailed(str(error)) from error
    print(file=sys.stderr)
    print(f"decided for {done.done} of {done.total} people; {done.lines} lines written in the ledger now")
    if done.waiting:
        print(f"{done.waiting} rights wait until a reservation is resolved")
    if done.unreadable:
        raise CheckFailed(
            f"nothing could be decided for {done.unreadable} people: what is known of them breaks the contract.\n"
            "  ./llr people show PERSON tells what is wrong."
        )
    return 0


def count(arguments: argparse.Namespace) -> int:
    """Count everybody into a file that only this user can read: cells may be small. The file is whole or not there."""
    import psycopg

    from leerrekening.account.counts import DIMENSIONS, counts
    from leerrekening.cli.ledger import opened
    from leerrekening.ledger.installation import login_of
    from leerrekening.policy.monitor.counts import GroupCount, counts_csv

    target: Path = arguments.out or default_counts()
    with opened(arguments.data) as server, psycopg.connect(server.dsn(login_of("batch"))) as connection:
        rows = [
            GroupCount(c.right, c.year, c.groups, c.entitled, c.used)
            for c in counts(connection, arguments.on)
        ]
    if not rows:
        raise CheckFailed("nobody was granted a right yet; ./llr account grant does that")
    target.parent.mkdir(parents=True, exist_ok=True)
    new = target.with_name(f"{target.name}.{os.getpid()}.part")
    try:
        with open(
            os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8"
        ) as opened_file:
            opened_file.write(counts_csv(arguments.on, DIMENSIONS, rows))
        new.replace(target)
    finally:
        new.unlink(missing_ok=True)
    print(f"{len(rows)} groups counted into {target}")
    return 0


def default_counts() -> Path:
    """Where the site looks for counts (LLR_COUNTS, else the data folder of the project)."""
    return Path(os.environ.get("LLR_COUNTS") or Path(__file__).resolve().parents[3] / ".llr" / "counts.csv")


class Teller:
    """Shows how far a run is, a few times a second at most."""

    def __init__(self) -> None:
        self.started = time.monotonic()
        self.told = 0.0

    def __call__(self, progress: "Progress") -> None:
        now = time.monotonic()
        if now - self.told < 0.5 and progress.done < progress.total:
            return
        self.told = now
        speed = progress.done / max(now - self.started, 0.001)
        print(
            f"\r{progress.done}/{progress.total} people, {progress.lines} lines, {speed:.0f} people a second ",
            end="",
            file=sys.stderr,
            flush=True,
        )
