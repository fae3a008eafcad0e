"""Entry of every command: finds it, runs it, turns its end into an exit status."""

import argparse
import os
import sys
import traceback
from collections.abc import Sequence

from leerrekening.cli import (
    account,
    database,
    decide,
    explain,
    facts,
    jobs,
    law,
    ledger,
    letters,
    people,
    receipts,
    run,
    simulate,
    testing,
    translations,
    version,
    worker,
)
from leerrekening.cli.errors import BadInput, CommandError

# Each module has `register(subparsers)`; each of its parsers sets `handler`, a function from the parsed
# arguments to the exit status. A parser with `passes_rest=True` finds unknown ones in `arguments.rest`.
# Modules import what is heavy inside their handler, so that every command starts at once.
COMMAND_GROUPS = (
    run,
    worker,
    jobs,
    account,
    decide,
    explain,
    facts,
    law,
    receipts,
    simulate,
    database,
    ledger,
    people,
    letters,
    testing,
    translations,
    version,
)


def build_parser() -> argparse.ArgumentParser:
    """The parser of all commands."""
    parser = argparse.ArgumentParser(
        prog="llr",
        description="Leer- en loopbaanrekening: every right to learn of one person, and why.",
        epilog="./llr COMMAND --help explains one command. LLR_DEBUG=1 shows where an error came from.",
        allow_abbrev=False,
    )
    subparsers = parser.add_subparsers(metavar="COMMAND", required=True)
    # ./llr itself does this, before this package can be imported; it stands here to be found in the help.
    subparsers.add_parser("setup", help="make the environment and stop (--test: with what the tests need)")
    helper = subparsers.add_parser("help", help="show this")
    helper.set_defaults(handler=lambda _: print_help(parser))
    for group in COMMAND_GROUPS:
        group.register(subparsers)
    return parser


def print_help(parser: argparse.ArgumentParser) -> int:
    """Show all commands."""
    parser.print_help()
    return 0


def main(argv: Sequence[str]) -> int:
    """Run one command. Returns its exit status (see `errors`); shows a traceback only when LLR_DEBUG=1."""
    try:
        return dispatch(argv)
    except SystemExit as ended:  # argparse, after it has printed its own explanation
        return ended.code if isinstance(ended.code, int) else 2
    except CommandError as error:
        return report(str(error), error.status)
    except BrokenPipeError:
        # The reader of our output (head, less) had enough. Python would complain once more while closing it.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        return report("stopped", 130)
    except Exception as error:  # noqa: BLE001 - the last line of defence
        return report(f"a fault in the program, not in your input: {type(error).__name__}: {error}", 1)


def dispatch(argv: Sequence[str]) -> int:
    """Parse and run."""
    parser = build_parser()
    arguments, rest = parser.parse_known_args(list(argv) or ["help"])
    if rest and not getattr(arguments, "passes_rest", False):
        raise BadInput(f"unknown argument: {' '.join(rest)}\n  ./llr help lists the commands.")
    arguments.rest = rest
    status: int = arguments.handler(arguments)
    sys.stdout.flush()
    return status


def report(message: str, status: int) -> int:
    """Say on standard error how it ended."""
    if os.environ.get("LLR_DEBUG") == "1":
        traceback.print_exc()
    print(f"llr: {message}", file=sys.stderr)
    return status
