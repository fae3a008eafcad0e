"""`./llr ledger`: define and grant rights, look at balances, explain them, close a period, seal, audit."""

import argparse
import csv
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from leerrekening.cli import Subparsers
from leerrekening.cli.database import add_data_option
from leerrekening.cli.errors import BadInput, CheckFailed, EnvironmentMissing

if TYPE_CHECKING:
    from leerrekening.database.server import Server
    from leerrekening.ledger import Ledger
    from leerrekening.ledger.auditor import Report
    from leerrekening.ledger.requests import Right

PERIODS = ("calendar_year", "school_year", "career", "rolling")
UNITS = ("cent", "minute", "voucher")
MOST_FINDINGS_SHOWN = 50


def register(subparsers: Subparsers) -> None:
    """Add the commands."""
    parser = subparsers.add_parser(
        "ledger", help="balances of rights: grant, show, explain, close, audit", allow_abbrev=False
    )
    add_data_option(parser)
    commands = parser.add_subparsers(metavar="ACTION", required=True)

    def action(name: str, handler: Callable[[argparse.Namespace], int], text: str) -> argparse.ArgumentParser:
        made: argparse.ArgumentParser = commands.add_parser(
            name, help=text, description=text, allow_abbrev=False
        )
        made.set_defaults(handler=handler)
        return made

    define = action("define", define_right, "make a right, with the accounts of its scheme")
    define.add_argument("right", help="its code: lower case letters, digits and _")
    define.add_argument("--scheme", required=True, help="code of the scheme whose budget pays it")
    define.add_argument("--unit", required=True, choices=UNITS)
    define.add_argument("--period", required=True, choices=PERIODS)
    define.add_argument("--years", type=int, default=1, help="length of the period (default 1)")
    define.add_argument(
        "--carry", type=int, default=0, help="the most that goes to the next period (default 0)"
    )
    define.add_argument("--capped", action="store_true", help="no more may be granted than the budget holds")

    allotting = action("allot", allot, "put an amount into the budget of a right's scheme")
    allotting.add_argument("right")
    allotting.add_argument("amount", type=int)
    allotting.add_argument("--on", required=True, type=day)
    allotting.add_argument(
        "--name", required=True, help="a name for this allotment; again with it: no effect"
    )

    granting = action("grant", grant, "grant a right to many people; goes on where an earlier call stopped")
    granting.add_argument("right")
    granting.add_argument("--on", required=True, type=day, help="a day in the period (YYYY-MM-DD)")
    granting.add_argument(
        "--name", required=True, help="a name for this run; again with it: nothing is granted twice"
    )
    granting.add_argument(
        "--file", type=Path, help="CSV with the columns person and amount (default: standard input)"
    )

    for name, handler, text in (
        ("show", show, "balances of one person"),
        ("explain", explain, "one balance, line by line"),
    ):
        looking = action(name, handler, text)
        looking.add_argument("person", type=int, help="number of the person in the ledger")
        if name == "explain":
            looking.add_argument("lot", type=int, help="number of the lot, as `show` gives it")
            looking.add_argument("--on", type=day, help="only what counts on this day")
            looking.add_argument("--moment", help="only what was known then (see `moment`)")

    action("moment", moment, "print what is known now, to ask with later")
    action(
        "budgets",
        budgets,
        "what each scheme has been given, has granted, holds reserved, has spent and has left",
    )

    closing = action(
        "close", close, "close the lots of a period that is over; goes on where an earlier call stopped"
    )
    closing.add_argument("right")
    closing.add_argument("--period", required=True, type=day, help="first day of the period")
    closing.add_argument(
        "--as-of", required=True, type=day, help="the day on which it is closed, after its end"
    )
    closing.add_argument("--name", required=True, help="a name for this run")

    lapsing = action("release", release, "release reservations whose last day is past")
    lapsing.add_argument("--as-of", required=True, type=day)

    action("seal", seal, "seal the journal so that later changes are found")
    auditing = action("audit", run_audit, "work out every balance again and say what is wrong")
    auditing.add_argument("--head", help="a seal noted earlier, which must still be in the chain")


def day(text: str) -> date:
    """A day on the command line."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a day; write it as 2026-09-01") from None


@contextmanager
def opened(data: Path | None, said: Callable[[str], None] = lambda _: None) -> "Iterator[Server]":
    """The server, running and up to date, for as long as needed. Errors: EnvironmentMissing."""
    from leerrekening.account.installation import install
    from leerrekening.database.errors import DatabaseProblem
    from leerrekening.database.server import ensure_server

    try:
        server = ensure_server(data)
    except DatabaseProblem as error:
        raise EnvironmentMissing(str(error)) from error
    try:
        try:
            for step in install(server):
                said(f"applied {step}")
        except DatabaseProblem as error:
            raise EnvironmentMissing(str(error)) from error
        yield server
    finally:
        server.stop()


@contextmanager
def ledger_of(arguments: argparse.Namespace) -> "Iterator[Ledger]":
    """The ledger with the login for long runs."""
    import psycopg

    from leerrekening.ledger import Ledger
    from leerrekening.ledger.installation import login_of

    with opened(arguments.data) as server, Ledger(server.dsn(login_of("batch"))) as ledger:
        try:
            yield ledger
        except psycopg.Error as error:
            raise CheckFailed(
                f"the database refused it, and nothing of it was kept:\n  {str(error).strip()}"
            ) from error


def right_named(ledger: "Ledger", code: str) -> "Right":
    """A right by its code. Errors: BadInput."""
    try:
        return ledger.right(code)
    except KeyError:
        raise BadInput(
            f"there is no right {code}.\n  Make it with:  ./llr ledger define {code} ..."
        ) from None


def define_right(arguments: argparse.Namespace) -> int:
    """Make a right."""
    with ledger_of(arguments) as ledger:
        right = ledger.define_right(
            arguments.right,
            arguments.scheme,
            arguments.unit,
            arguments.period,
            years=arguments.years,
            carry_cap=arguments.carry,
            capped=arguments.capped,
        )
        print(f"{right.code}: right {right.id}, in {right.unit.name.lower()}s, per {right.period_kind}")
    return 0


def allot(arguments: argparse.Namespace) -> int:
    """Fill a budget. Errors: CheckFailed."""
    from leerrekening.ledger.ledger import run_id

    with ledger_of(arguments) as ledger:
        right = right_named(ledger, arguments.right)
        code = ledger.allot(right.fund, run_id(f"allot:{arguments.name}"), arguments.amount, arguments.on)
        if not code.holds:
            raise CheckFailed(f"not allotted: {code.name.lower()}")
        print("allotted" if code == 0 else "was allotted before")
    return 0


def grant(arguments: argparse.Namespace) -> int:
    """Grant from a file. Errors: BadInput, CheckFailed when somebody was refused."""
    granted = refused = 0
    with ledger_of(arguments) as ledger:
        right = right_named(ledger, arguments.right)
        lines = sys.stdin if arguments.file is None else open_text(arguments.file)
        with lines:
            people = read_people(lines)
            for outcome in ledger.grant(arguments.name, right, arguments.on, people, progress=tell_progress):
                granted += outcome.granted
                refused += len(outcome.refused)
                for person, code in outcome.refused.items():
                    print(f"person {person}: {code.name.lower()}", file=sys.stderr)
    print(f"granted to {granted} people now; refused: {refused}")
    return 1 if refused else 0


def open_text(path: Path) -> TextIO:
    """A file to read. Errors: BadInput."""
    try:
        return path.open(newline="", encoding="utf-8")
    except OSError as error:
        raise BadInput(f"{path} cannot be read: {error.strerror}") from None


def read_people(lines: Iterable[str]) -> Iterator[tuple[int, int]]:
    """Persons and amounts of a CSV, in rising order. Errors: BadInput with the line."""
    last = 0
    reader = csv.DictReader(lines)
    if not {"person", "amount"} <= set(reader.fieldnames or ()):
        raise BadInput("the first line must name the columns: person,amount")
    for row in reader:
        try:
            person, amount = int(row["person"]), int(row["amount"])
        except (TypeError, ValueError):
            raise BadInput(f"line {reader.line_num}: person and amount must be whole numbers") from None
        if person <= last:
            raise BadInput(f"line {reader.line_num}: people must come in rising order, each once ({person})")
        last = person
        yield person, amount


def tell_progress(person: int) -> None:
    """Say how far a run is; what was said is on disk."""
    print(f"up to person {person}", file=sys.stderr)


def show(arguments: argparse.Namespace) -> int:
    """Balances of one person."""
    with ledger_of(arguments) as ledger:
        lots = ledger.lots(arguments.person)
    for lot in lots:
        marks = "".join(
            f", {text}"
            for text, holds in (("frozen", lot.frozen), ("closed", lot.closed), ("owed", lot.is_claim))
            if holds
        )
        print(
            f"{lot.lot}  {lot.right} {lot.period_from} to {lot.usable_to or 'end of career'}:"
            f" {lot.posted - lot.reserved} {lot.unit.name.lower()} available, {lot.reserved} reserved{marks}"
        )
    if not lots:
        print("no balances")
    return 0


def explain(arguments: argparse.Namespace) -> int:
    """One balance, line by line."""
    with ledger_of(arguments) as ledger:
        lines = ledger.explain(
            arguments.person, arguments.lot, valid_on=arguments.on, moment=arguments.moment
        )
    print(
        f"{'counts on':10}  {'what':8} {'why':18} {'change':>12} {'reserved':>12} {'balance':>12}"
        f" {'of which reserved':>18}"
    )
    for line in lines:
        print(
            f"{line.valid_on}  {line.op.name.lower():8} {line.reason or '':18} {line.posted_change:12} "
            f"{line.reserved_change:12} {line.posted:12} {line.reserved:18}"
        )
    return 0


def moment(arguments: argparse.Namespace) -> int:
    """What is known now."""
    with ledger_of(arguments) as ledger:
        print(ledger.moment())
    return 0


def budgets(arguments: argparse.Namespace) -> int:
    """Budgets of all schemes."""
    with ledger_of(arguments) as ledger:
        for b in ledger.budgets():
            print(
                f"{b.scheme} ({b.unit}{', capped' if b.capped else ''}): allotted {b.allotted}, granted {b.granted},"
                f" left {b.remaining}; of what was granted {b.reserved} reserved, {b.spent} spent, {b.expired} expired"
            )
    return 0


def close(arguments: argparse.Namespace) -> int:
    """Close a period."""
    seen = carried = expired = waiting = 0
    with ledger_of(arguments) as ledger:
        right = right_named(ledger, arguments.right)
        for outcome in ledger.close_period(arguments.name, right, arguments.period, arguments.as_of):
            seen, carried = seen + outcome.seen, carried + outcome.carried
            expired, waiting = expired + outcome.expired, waiting + outcome.waiting
            print(f"{seen} lots seen", file=sys.stderr)
    print(f"{seen} lots: {carried} carried over, {expired} expired; {waiting} lots still have reservations")
    return 0


def release(arguments: argparse.Namespace) -> int:
    """Release reservations that have lapsed."""
    with ledger_of(arguments) as ledger:
        print(f"{ledger.release_lapsed(arguments.as_of)} reservations released")
    return 0


def seal(arguments: argparse.Namespace) -> int:
    """Seal the journal."""
    with ledger_of(arguments) as ledger:
        print(f"{ledger.seal()} rows sealed")
    return 0


def run_audit(arguments: argparse.Namespace) -> int:
    """Audit with the login that can only read."""
    from leerrekening.ledger.auditor import audit
    from leerrekening.ledger.installation import login_of

    with opened(arguments.data) as server:
        return report(audit(server.dsn(login_of("auditor")), arguments.head))


def report(audited: "Report") -> int:
    """Show what an audit found. Errors: CheckFailed when something is wrong."""
    print(f"audited: {audited.rows} transfers, {audited.lots} balances, {audited.sealed} sealed rows")
    if audited.head:
        print(f"head of the seals, to be kept elsewhere: {audited.head}")
    if audited.clean:
        print("everything is as promised")
        return 0
    shown = "\n".join(f"  {finding}" for finding in audited.findings[:MOST_FINDINGS_SHOWN])
    raise CheckFailed(f"{len(audited.findings)} findings:\n{shown}")
