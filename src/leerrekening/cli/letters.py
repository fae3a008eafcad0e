"""`./llr letters`: letters that wait to be printed: export them, say that they are sent, or that one came back."""

import argparse
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from leerrekening.cli import Subparsers
from leerrekening.cli.database import add_data_option
from leerrekening.cli.errors import BadInput, CheckFailed

if TYPE_CHECKING:
    from leerrekening.database.access import Access


def register(subparsers: Subparsers) -> None:
    """Add the commands."""
    parser = subparsers.add_parser(
        "letters",
        help="letters to print: export, sent, returned",
        description="Letters wait as PDFs. One batch is out at a time, so that nothing is sent twice.",
        allow_abbrev=False,
    )
    add_data_option(parser)
    commands = parser.add_subparsers(metavar="ACTION", required=True)

    def action(name: str, handler: Callable[[argparse.Namespace], int], text: str) -> argparse.ArgumentParser:
        made: argparse.ArgumentParser = commands.add_parser(
            name, help=text, description=text, allow_abbrev=False
        )
        made.set_defaults(handler=handler)
        return made

    action("list", show, "how many letters are where, and since when; status 1 when some are stuck")
    exporting = action(
        "export", export, "take the letters that wait and write a PDF each; again: the batch that is out"
    )
    exporting.add_argument("folder", type=Path, help="where a folder of the batch is made")
    for name, handler, text in (
        ("sent", sent, "the batch went to the post, or to the printing service"),
        ("put-back", put_back, "the batch was not sent: its letters wait again"),
    ):
        action(name, handler, text).add_argument("batch", type=int, help="its number, as `export` gives it")
    returning = action("returned", returned, "a letter came back: the person is told in the account")
    returning.add_argument("letter", help="the number above its address, such as B-000123-71")
    returning.add_argument("--reason", required=True, help="why; see the list when it is another word")
    action("again", again, "send a letter that came back once more, as it was").add_argument("letter")


@contextmanager
def registry(arguments: argparse.Namespace) -> "Iterator[Access]":
    """The registry, for runs. Errors: EnvironmentMissing."""
    from leerrekening.cli.ledger import opened
    from leerrekening.database.access import Access
    from leerrekening.ledger.installation import login_of

    with opened(arguments.data) as server:
        access = Access(lambda kind: server.dsn(login_of(kind)))
        try:
            yield access
        finally:
            access.close()


def show(arguments: argparse.Namespace) -> int:
    """A line a state. Errors: CheckFailed when letters are stuck."""
    from leerrekening.registry import post

    with registry(arguments) as access, access.transaction("batch") as connection:
        counts, back = post.counts(connection), post.back(connection)
        out = next((each for each in post.batches(connection) if each.outcome is None), None)
    for each in counts:
        print(f"{each.state:<8}  {each.letters:>6}  oldest {each.oldest:%Y-%m-%d}  stuck {each.stuck}")
    if out is not None:
        print(f"batch {out.batch} is out since {out.taken_at:%Y-%m-%d %H:%M}: {out.letters} letters")
    for letter in back:
        print(f"{letter.number}  came back {letter.at:%Y-%m-%d}  {letter.reason}")
    if not counts:
        print("no letters")
    if stuck := sum(each.stuck for each in counts):
        raise CheckFailed(
            f"{stuck} letters are stuck: print them, say that they are sent, or look at what came back"
        )
    return 0


def export(arguments: argparse.Namespace) -> int:
    """Write the letters of a batch, all or none. Errors: BadInput."""
    from leerrekening.registry import post

    folder: Path = arguments.folder
    if not folder.is_dir():
        raise BadInput(
            f"{folder} is not a folder\n  Make it, readable by you alone: it will hold letters to people."
        )
    with registry(arguments) as access:
        with access.transaction("batch") as connection:
            batch = post.take(connection)
        if batch is None:
            print("no letters wait")
            return 0
        with access.transaction("batch") as connection:
            found = post.letters(connection, batch)
    # Only now: a letter that is outside the database stands in the journal of its person.
    target = folder / f"batch-{batch:06}"
    write(target, {f"{each.number}.pdf": each.document for each in found})
    print(f"{len(found)} letters in {target}")
    print(f"When they are at the post:  ./llr letters sent {batch}", file=sys.stderr)
    return 0


def write(target: Path, files: dict[str, bytes]) -> None:
    """A folder with these files, readable by its owner alone; whole, or not there. One that is there is replaced."""
    unfinished = target.with_name(f".{target.name}.unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(mode=0o700)
    for name, content in files.items():
        with open(os.open(unfinished / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(content)
    shutil.rmtree(target, ignore_errors=True)
    unfinished.rename(target)


def sent(arguments: argparse.Namespace) -> int:
    """The batch is at the post. Errors: BadInput."""
    close(arguments, sent=True)
    print(
        f"batch {arguments.batch} is sent; its PDFs leave the database 30 days from now. Delete the files you exported."
    )
    return 0


def put_back(arguments: argparse.Namespace) -> int:
    """The letters of a batch wait again. Errors: BadInput."""
    close(arguments, sent=False)
    print(f"the letters of batch {arguments.batch} wait again. Delete what you exported.")
    return 0


def close(arguments: argparse.Namespace, *, sent: bool) -> None:
    """End a batch. Errors: BadInput when it is not out."""
    from leerrekening.registry import post

    with registry(arguments) as access, access.transaction("batch") as connection:
        if not post.close(connection, arguments.batch, sent=sent):
            raise BadInput(f"batch {arguments.batch} is not out:  ./llr letters list")


def returned(arguments: argparse.Namespace) -> int:
    """A letter came back. Errors: BadInput."""
    from leerrekening.registry import post

    reason = next((each for each in post.REASONS if each == arguments.reason), None)
    if reason is None:
        raise BadInput(f"--reason {arguments.reason}: choose one of {', '.join(post.REASONS)}")
    number = number_of(arguments.letter)
    with registry(arguments) as access, access.transaction("batch") as connection:
        if not post.came_back(connection, number, reason):
            raise BadInput(f"{number}: no such letter was sent, or it came back before")
    print(f"{number}: the person is told in the account")
    return 0


def again(arguments: argparse.Namespace) -> int:
    """A letter that came back waits to be printed once more. Errors: BadInput."""
    from leerrekening.registry import post

    number = number_of(arguments.letter)
    with registry(arguments) as access, access.transaction("batch") as connection:
        if not post.again(connection, number):
            raise BadInput(f"{number} did not come back, or its PDF has left by its age")
    print(f"{number} waits to be printed again")
    return 0


def number_of(typed: str) -> str:
    """The number of a letter. Errors: BadInput."""
    from leerrekening.registry import post

    try:
        return post.number_of(typed)
    except ValueError as error:
        raise BadInput(f"{typed}: {error}") from None
