"""`./llr decide`: from a situation to the decision, for one person or for a file with one person a line."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import orjson

from leerrekening.cli import Subparsers, asking, documents
from leerrekening.cli.errors import BadInput, CheckFailed, EnvironmentMissing

if TYPE_CHECKING:
    from leerrekening.lawtext.keeper import HeldLaw
    from leerrekening.rules.situation import Situation

SECONDS_BETWEEN_REPORTS: Final = 0.5


def register(subparsers: Subparsers) -> None:
    """Add the command."""
    parser = subparsers.add_parser(
        "decide",
        help="decide on every right of the person in FILE",
        description="Reads one situation and writes the decision. A file with one situation a line (JSON Lines) "
        'gives one decision a line; a bad line gives {"line": n, "error": ...} in its place. '
        "Exit status 2 when something in the input was refused.",
        allow_abbrev=False,
    )
    asking.add_options(parser, instrument="decide on this right only")
    parser.add_argument("--receipt", metavar="OUT", help="also write a receipt, for ./llr replay")
    parser.set_defaults(handler=decide)


def decide(arguments: argparse.Namespace) -> int:
    """Decide and write. Returns 0, or 2 when a line was refused. Errors: BadInput, CheckFailed."""
    asking.check_day(arguments.as_of)
    with documents.opened(arguments.file) as found:
        held = asking.held_law()
        asking.check_instrument(held.law, arguments.instrument)
        answer = _answerer(held, arguments)
        if not found.lines:
            _decide_one(held, arguments, next(found.documents)[1], answer)
            return 0
        if arguments.receipt:
            raise BadInput("--receipt: a receipt is of one decision; this input has one situation a line")
        return _decide_lines(held, arguments, found.documents, answer)


_Answer: TypeAlias = "Callable[[Situation], bytes]"


def _answerer(held: HeldLaw, arguments: argparse.Namespace) -> _Answer:
    """From a situation to what is written about it."""
    only = arguments.instrument
    if arguments.format == asking.JSON:
        return lambda situation: bytes(held.documents.decision(situation, only))

    from leerrekening.cli.in_words import DecisionInWords

    words = DecisionInWords(held.law, arguments.lang)
    return lambda situation: words.decision(held.documents.decision(situation, only)).encode()


def _decide_one(held: HeldLaw, arguments: argparse.Namespace, text: bytes, answer: _Answer) -> None:
    from leerrekening.rules.situation import SituationError

    try:
        situation = asking.read_situation(held.law.reader, text, arguments.as_of)
    except SituationError as error:
        raise asking.refusal(error, arguments.format) from None
    decision = answer(situation)
    if arguments.receipt:
        _write_receipt(held, situation, arguments)
    asking.write(decision)


def _write_receipt(held: HeldLaw, situation: Situation, arguments: argparse.Namespace) -> None:
    from leerrekening.lawtext.archive import ArchiveError, keep_law
    from leerrekening.rules.receipt import make_receipt

    receipt = make_receipt(held.documents, situation, arguments.instrument)
    try:
        keep_law(held.law.version, held.root)
        Path(arguments.receipt).write_bytes(receipt)
    except ArchiveError as error:
        raise CheckFailed(f"--receipt: {error}") from None
    except OSError as error:
        raise EnvironmentMissing(
            f"--receipt {arguments.receipt}: cannot be written ({error.strerror})"
        ) from None


def _decide_lines(
    held: HeldLaw, arguments: argparse.Namespace, lines: Iterator[documents.Line], answer: _Answer
) -> int:
    from leerrekening.rules.situation import SituationError

    progress = Progress()
    for number, text in lines:
        try:
            asking.write(answer(asking.read_situation(held.law.reader, text, arguments.as_of)))
        except SituationError as error:
            progress.refused += 1
            asking.write(_bad_line(number, error, arguments.format))
        progress.read += 1
        progress.show()
    progress.end()
    if progress.refused:
        print(f"llr: {progress.refused} of {progress.read} lines were refused", file=sys.stderr)
    return BadInput.status if progress.refused else 0


def _bad_line(number: int, error: Any, form: str) -> bytes:
    """What stands in the place of a decision."""
    from leerrekening.api.problems import situation_problem

    if form == asking.JSON:
        return orjson.dumps({"line": number, "error": situation_problem(error)})
    places = [f"{number}: {p.path}: {p.value} | {p.allowed}" for p in error.problems]
    return "\n".join(places).encode("utf-8", "replace")


class Progress:
    """How far a long file has come, on one line that is rewritten, when somebody watches."""

    def __init__(self) -> None:
        self.read = 0
        self.refused = 0
        self._watched = sys.stderr.isatty()
        self._shown_at = time.monotonic()
        self._shown = False

    def show(self) -> None:
        """Say how many lines were read, not too often."""
        if self._watched and time.monotonic() - self._shown_at >= SECONDS_BETWEEN_REPORTS:
            self._shown_at, self._shown = time.monotonic(), True
            sys.stderr.write(f"\r{self.read} lines read, {self.refused} refused")
            sys.stderr.flush()

    def end(self) -> None:
        """Leave the line."""
        if self._shown:
            sys.stderr.write("\r\033[K")
            sys.stderr.flush()
