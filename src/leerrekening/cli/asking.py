"""What the commands that read a situation have in common: their options, the law, and how they refuse."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING, Final

import orjson

from leerrekening.cli.errors import BadInput, CheckFailed
from leerrekening.rules import days
from leerrekening.rules.facts import LANGUAGES

if TYPE_CHECKING:
    from leerrekening.lawtext.keeper import HeldLaw
    from leerrekening.rules.instruments import Law
    from leerrekening.rules.situation import Situation, SituationError, SituationReader

JSON, TEXT = "json", "text"
FORMATS: Final = (JSON, TEXT)


def add_options(parser: argparse.ArgumentParser, *, instrument: str, needed: bool = False) -> None:
    """The file and the options of the contract: --instrument, --as-of, --format, --lang."""
    parser.add_argument("file", metavar="FILE", help="a situation as JSON, or - for standard input")
    parser.add_argument("--instrument", metavar="ID", required=needed, help=instrument)
    parser.add_argument("--as-of", metavar="DATE", help="ask for this day instead of the one in the document")
    add_format(parser)


def add_format(parser: argparse.ArgumentParser) -> None:
    """The options that say in which form to answer."""
    parser.add_argument("--format", choices=FORMATS, default=JSON, help="json (default), or text to read")
    parser.add_argument("--lang", choices=LANGUAGES, default="nl", help="language of the text (default: nl)")


def held_law() -> HeldLaw:
    """The law, ready. Raises CheckFailed with file, line and reason when it cannot be read."""
    from leerrekening.lawtext.keeper import the_keeper
    from leerrekening.lawtext.reader import LawError

    try:
        return the_keeper().held()
    except LawError as error:
        raise CheckFailed(f"the law cannot be read\n  {error}") from None


def check_instrument(law: Law, name: str | None) -> None:
    """Raise BadInput for an instrument that the law does not have."""
    if name is not None and name not in law.instruments:
        raise BadInput(f"--instrument {name}: no such instrument; known: {', '.join(law.instruments)}")


def check_day(text: str | None) -> None:
    """Raise BadInput for what is no day of the contract."""
    if text is None:
        return
    try:
        days.day_of(text)
        allowed = days.FIRST_YEAR <= int(text[:4]) <= days.LAST_YEAR
    except ValueError:
        allowed = False
    if not allowed:
        raise BadInput(
            f"--as-of {text}: expected a date that exists, as YYYY-MM-DD, "
            f"from {days.FIRST_YEAR}-01-01 to {days.LAST_YEAR}-12-31"
        )


def read_situation(reader: SituationReader, text: bytes, as_of: str | None) -> Situation:
    """A checked situation, asked for another day when ``as_of`` is given. Raises SituationError."""
    from leerrekening.rules.situation import parse_json

    document = parse_json(text)
    if as_of is not None and isinstance(document, dict):
        document["as_of"] = as_of
    return reader.check(document)


def refusal(error: SituationError, form: str) -> BadInput:
    """A refused situation for people, and on the last line for programs when the form is JSON."""
    from leerrekening.api.problems import situation_problem

    lines = ["the situation is not as the contract asks; nothing was decided"]
    lines += [f"  {p.path}: found {p.value}\n    allowed: {p.allowed}" for p in error.problems]
    if form == JSON:
        lines.append(orjson.dumps(situation_problem(error)).decode())
    return BadInput("\n".join(lines))


def write(content: bytes) -> None:
    """Write to standard output as it is, with a line end."""
    sys.stdout.buffer.write(content + b"\n")


def write_text(text: str) -> None:
    """Write text to standard output; always UTF-8, whatever the locale of the machine."""
    write(text.rstrip("\n").encode("utf-8", "replace"))
