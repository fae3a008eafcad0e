"""`./llr version`: which program this is."""

import argparse
import platform

from leerrekening import __version__
from leerrekening.cli import Subparsers


def register(subparsers: Subparsers) -> None:
    """Add the command."""
    parser = subparsers.add_parser("version", help="show the version of the program and of Python")
    parser.set_defaults(handler=show)


def show(_: argparse.Namespace) -> int:
    """Print both versions on one line."""
    print(f"leerrekening {__version__} (Python {platform.python_version()})")
    return 0
