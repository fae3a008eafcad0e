"""`./llr people`: invented people, files from registers, what is known of somebody, new sealing keys."""

import argparse
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from leerrekening.cli import Subparsers
from leerrekening.cli.database import add_data_option
from leerrekening.cli.errors import BadInput, CheckFailed, EnvironmentMissing
from leerrekening.cli.ledger import day

if TYPE_CHECKING:
    from leerrekening.database.access import Access
    from leerrekening.registry.imports.importing import Progress

PEOPLE_RESEALED_AT_ONCE = 500


def register(subparsers: Subparsers) -> None:
    """Add the commands."""
    parser = subparsers.add_parser(
        "people",
        help="people and what is known of them: invented ones, files of registers",
        allow_abbrev=False,
    )
    add_data_option(parser)
    commands = parser.add_subparsers(metavar="ACTION", required=True)

    text = "add the invented people of the demo, with what each register says of them; again: nothing changes"
    loading = commands.add_parser("demo", help=text, description=text, allow_abbrev=False)
    loading.set_defaults(handler=demo)

    text = "add an invented population; again: goes on where it was, and adds nobody twice"
    inventing = commands.add_parser("invent", help=text, description=text, allow_abbrev=False)
    inventing.add_argument("count", type=int, help="how many people")
    inventing.add_argument("--seed", type=int, default=1, help="another seed gives other people (default 1)")
    inventing.add_argument("--on", type=day, help="the day on which histories end (default: today)")
    inventing.add_argument(
        "--grant", action="store_true", help="then decide for everybody and grant, on that day"
    )
    inventing.set_defaults(handler=invent)

    text = "keep a file of a register (CSV, or one JSON object a line); again: goes on where it was"
    importing = commands.add_parser("import", help=text, description=text, allow_abbrev=False)
    importing.add_argument("file", type=Path)
    importing.add_argument("--source", required=True, help="id of the register, such as employment")
    importing.add_argument("--on", type=day, help="the day the file speaks of (default: today)")
    importing.add_argument("--report", type=Path, help="where bad rows are told (default: FILE.report.csv)")
    importing.set_defaults(handler=import_)

    text = "show what is known of one person, where it comes from, and what is wrong with it"
    showing = commands.add_parser("show", help=text, description=text, allow_abbrev=False)
    showing.add_argument("person", type=int, help="number of the person, as the ledger has it")
    showing.add_argument("--on", type=day, help="the day of the question (default: today)")
    showing.set_defaults(handler=show)

    text = "seal all national numbers with the first sealing key, after a new one was put before the old"
    sealing = commands.add_parser("reseal", help=text, description=text, allow_abbrev=False)
    sealing.set_defaults(handler=reseal)


@contextmanager
def registry_of(arguments: argparse.Namespace) -> "Iterator[Access]":
    """The registry, for runs. Errors: EnvironmentMissing, CheckFailed."""
    import psycopg

    from leerrekening.cli.ledger import opened
    from leerrekening.database.access import Access
    from leerrekening.ledger.installation import login_of
    from leerrekening.registry.keys import KeyProblem

    if arguments.data is not None:
        os.environ["LLR_DATA"] = str(arguments.data.absolute())  # the keys lie beside the database
    with opened(arguments.data) as server:
        access = Access(lambda kind: server.dsn(login_of(kind)))
        try:
            yield access
        except KeyProblem as error:
            raise EnvironmentMissing(str(error)) from error
        except psycopg.Error as error:
            reason = error.diag.message_primary or type(error).__name__
            raise CheckFailed(
                f"the database refused it, and nothing of that piece was kept:\n  {reason}"
            ) from error
        finally:
            access.close()


def this_day(arguments: argparse.Namespace) -> date:
    """The day asked for, or today."""
    return arguments.on or datetime.now(UTC).date()


def demo(arguments: argparse.Namespace) -> int:
    """Load the invented people."""
    from leerrekening.demo import loading, personas

    with registry_of(arguments) as access:
        for persona, party in loading.load(access, personas.people().values(), datetime.now(UTC).date()):
            print(f"{party}  {persona.name}: {persona.story['en']}")
    return 0


def invent(arguments: argparse.Namespace) -> int:
    """Add an invented population. Errors: BadInput."""
    from leerrekening.demo import invention

    began = time.monotonic()
    done = invention.Done(0, 0)
    with registry_of(arguments) as access:
        try:
            for done in invention.invent(access, arguments.count, arguments.seed, this_day(arguments)):
                speed = done.people / (time.monotonic() - began)
                tell(f"{done.people} of {arguments.count} people, {speed:.0f} a second")
        except ValueError as error:
            raise BadInput(str(error)) from error
    print(file=sys.stderr)
    print(f"{done.people} invented people, {done.new} of them new")
    if arguments.grant:
        from leerrekening.cli import account

        arguments.on, arguments.workers = this_day(arguments), max(1, min(4, os.cpu_count() or 1))
        return account.grant(arguments)
    return 0


def import_(arguments: argparse.Namespace) -> int:
    """Keep a file of a register. Errors: BadInput, CheckFailed (some rows are bad)."""
    from leerrekening.registry.imports.importing import import_file
    from leerrekening.registry.imports.rows import BadFile
    from leerrekening.registry.sources import SOURCES
    from leerrekening.registry.sources.transport import line_to

    source = SOURCES.get(arguments.source)
    if source is None:
        raise BadInput(f"--source {arguments.source}: no such register\n  Known: {', '.join(SOURCES)}.")
    if line_to(arguments.source) is not None:
        raise BadInput(
            f"--source {arguments.source}: this register is connected, and its next answer would undo the file.\n"
            "  A register is asked, or fed by files, not both: take its address out of the settings."
        )
    report = arguments.report or arguments.file.with_name(f"{arguments.file.name}.report.csv")
    with registry_of(arguments) as access:
        try:
            done = import_file(access, arguments.file, source, this_day(arguments), report, told_of)
        except BadFile as error:
            raise BadInput(str(error)) from error
        except KeyboardInterrupt:
            print("\nstopped; the same command goes on from here", file=sys.stderr)
            raise
    print(file=sys.stderr)
    print(f"{done.kept} rows kept, of {done.people} people")
    if done.bad:
        raise CheckFailed(
            f"{done.bad} rows were not kept.\n  {report} tells the line, what is wrong and what to do."
        )
    return 0


def told_of(progress: "Progress") -> None:
    """Show how far an import is."""
    tell(
        f"line {progress.lines}, {progress.kept} rows kept, {progress.bad} bad, {progress.people} people done"
    )


def tell(text: str) -> None:
    """One line that is written over."""
    print(f"\r{text}   ", end="", file=sys.stderr, flush=True)


def show(arguments: argparse.Namespace) -> int:
    """Show what is known of a person. Errors: BadInput (nobody), CheckFailed (it breaks the contract)."""
    from leerrekening.lawtext.reader import read_law
    from leerrekening.registry.situation import known
    from leerrekening.rules.receipt import canonical
    from leerrekening.rules.situation import SituationError

    with registry_of(arguments) as access, access.transaction("batch", party=arguments.person) as connection:
        if (
            connection.execute("select from registry.person where party = %s", [arguments.person]).fetchone()
            is None
        ):
            raise BadInput(f"there is no person {arguments.person}")
        found = known(connection, arguments.person, this_day(arguments))
    print(canonical(found.document).decode())
    for place, origin in found.origins.items():
        kind = "certified" if origin.certified else "declared"
        added = f", with {', '.join(origin.added)} as declared" if origin.added else ""
        print(f"{place}: {kind} by {origin.source} on {origin.received_at:%Y-%m-%d}{added}")
        for other in origin.conflict:
            print(f"{place}: differs from {other.source} of {other.received_at:%Y-%m-%d}")
    for path, items in found.unlisted.items():
        print(f"{path}: {len(items)} stated, but the list is not whole or its register knows none of them")
    for stale in found.stale:
        when = f"{stale.answered_at:%Y-%m-%d}" if stale.answered_at else "never"
        print(f"register {stale.source}: {stale.outcome}; last answer: {when}")
    try:
        read_law().reader.check(found.document)
    except SituationError as error:
        raise CheckFailed(f"what is known breaks the contract: {error}") from error
    return 0


def reseal(arguments: argparse.Namespace) -> int:
    """Seal every number anew; can be stopped and started again."""
    from leerrekening.registry import people

    after: int | None = 0
    with registry_of(arguments) as access:
        while after is not None:
            with access.transaction("batch") as connection:
                after = people.reseal(connection, after, PEOPLE_RESEALED_AT_ONCE)
            if after is not None:
                tell(f"up to person {after}")
    print(file=sys.stderr)
    print("every number is sealed with the first key; keys after it can go")
    return 0
