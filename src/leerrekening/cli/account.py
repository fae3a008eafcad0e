"""`./llr account`: decide and grant for everybody on a day, and count them by group."""

import argparse
import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from leerrekening.cli import Subparsers
from leerrekening.cli.database import add_data_option
from leerrekening.cli.errors import BadInput, CheckFailed
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

    text = "tell everybody whom a change of the rules touches: their own before and after"
    telling = commands.add_parser("rule-change", help=text, description=text, allow_abbrev=False)
    telling.add_argument("--on", type=day, required=True, help="the day from which the new rule counts")
    telling.add_argument(
        "--before", type=Path, help="folder of the law as it was (default: the same law, the day before)"
    )
    telling.set_defaults(handler=rule_change)

    text = "show the account of one person: what the law says, and every balance line by line"
    showing = commands.add_parser("show", help=text, description=text, allow_abbrev=False)
    showing.add_argument("person", type=int, help="number of the person, as the ledger has it")
    showing.add_argument("--on", type=day, required=True, help="the day of the question (YYYY-MM-DD)")
    showing.set_defaults(handler=show)


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
    """Count everybody into the file that the site reads. Errors: CheckFailed when nobody has a right yet."""
    import psycopg

    from leerrekening.account.counts import DIMENSIONS, counts
    from leerrekening.cli.ledger import opened
    from leerrekening.ledger.installation import login_of
    from leerrekening.policy.monitor.counts import GroupCount, usual_file, write_counts

    target: Path = arguments.out or usual_file()
    with opened(arguments.data) as server, psycopg.connect(server.dsn(login_of("batch"))) as connection:
        rows = [
            GroupCount(c.right, c.year, c.groups, c.entitled, c.used)
            for c in counts(connection, arguments.on)
        ]
    if not rows:
        raise CheckFailed("nobody was granted a right yet; ./llr account grant does that")
    write_counts(target, arguments.on, DIMENSIONS, rows)
    print(f"{len(rows)} groups counted into {target}")
    return 0


def show(arguments: argparse.Namespace) -> int:
    """Print an account. Errors: BadInput, CheckFailed."""
    from leerrekening.account.overview import overview
    from leerrekening.cli.ledger import opened
    from leerrekening.database.access import Access
    from leerrekening.lawtext.keeper import the_keeper
    from leerrekening.ledger.installation import login_of
    from leerrekening.registry import people
    from leerrekening.rules.situation import SituationError

    with opened(arguments.data) as server:
        access = Access(lambda kind: server.dsn(login_of(kind)))
        try:
            with access.transaction("batch", party=arguments.person) as connection:
                if people.name_of(connection, arguments.person) is None:
                    raise BadInput(f"there is no person {arguments.person}")
                account = overview(connection, the_keeper().held(), arguments.person, arguments.on)
        except SituationError as error:
            raise CheckFailed(f"what is known of this person breaks the contract: {error}") from error
        finally:
            access.close()
    for right in account.rights:
        deciding = " ".join(right.finding.deciding())
        print(f"{right.id}: {right.finding.status}, {right.finding.verdict} {deciding}".rstrip())
        for balance in (*right.running, *right.past, *right.claims):
            end = balance.end or "always"
            print(f"  {balance.right} {balance.start} to {end}: {balance.posted} {balance.unit}, ", end="")
            print(f"{balance.reserved} reserved")
            for line in balance.lines:
                held = f", reserved {line.reserved_change:+}" if line.reserved_change else ""
                print(f"    {line.valid_on} {line.reason:12} {line.posted_change:+}{held} -> {line.posted}")
    return 0


def rule_change(arguments: argparse.Namespace) -> int:
    """Tell everybody whom a change touches. Errors: BadInput."""
    from leerrekening.account.rule_change import RuleChange, tell_all
    from leerrekening.cli.ledger import opened
    from leerrekening.database.access import Access
    from leerrekening.lawtext.keeper import LawKeeper, the_keeper
    from leerrekening.lawtext.reader import LawError
    from leerrekening.ledger.installation import login_of

    after = the_keeper().held()
    try:
        before = after if arguments.before is None else LawKeeper(arguments.before).held()
    except LawError as error:
        raise BadInput(f"{arguments.before}: {error}") from None
    change = RuleChange(before, after, arguments.on)
    if not change.instruments():
        raise BadInput(f"no rule of the law changes on {arguments.on}: there is nothing to tell")
    with opened(arguments.data) as server:
        access = Access(lambda kind: server.dsn(login_of(kind)))
        try:
            looked, told = tell_all(lambda: access.transaction("batch"), change)
        finally:
            access.close()
    print(f"looked at {looked} people; {told} new notices")
    return 0


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
