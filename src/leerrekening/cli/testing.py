"""`./llr test`: everything that must hold before a change is kept."""

import argparse
import subprocess
import sys
from pathlib import Path

from leerrekening.cli import Subparsers

PROJECT = Path(__file__).resolve().parents[3]
# Where a forgotten branch is a wrong decision about a person, and the share of branches tests must reach.
CORE = ("rules", "ledger")
CORE_BRANCHES_PERCENT = 90
# Files are shared out over the cores, in the order of tests/conftest.py; the tests of one file stay together, with what
# they set up.
AT_ONCE = ("--numprocesses=auto", "--dist=loadfile", "--no-loadscope-reorder")


def register(subparsers: Subparsers) -> None:
    """Add the command."""
    parser = subparsers.add_parser(
        "test",
        help="check everything: style, types, layers, tests, coverage of the core",
        description="Without arguments everything is checked. Other arguments go to pytest, which then runs "
        "only what they choose: ./llr test tests/rules -k age",
        allow_abbrev=False,
    )
    parser.add_argument("--deep", action="store_true", help="also the slow and thorough tests")
    parser.set_defaults(handler=test, passes_rest=True)


def test(arguments: argparse.Namespace) -> int:
    """Run pytest, which also checks style, types and layers (tests/house). Returns pytest's exit status."""
    rest = [argument for argument in arguments.rest if argument != "--"]
    options = ["--deep"] if arguments.deep else []
    command = [sys.executable, "-m", "pytest", *options, *(rest or [*AT_ONCE, *coverage_options()])]
    return subprocess.run(command, cwd=PROJECT, check=False).returncode


def coverage_options() -> list[str]:
    """Measure the branches of those parts of the core that exist."""
    parts = [part for part in CORE if (PROJECT / "src" / "leerrekening" / part).is_dir()]
    if not parts:
        return []
    sources = [f"--cov=leerrekening.{part}" for part in parts]
    return [
        *sources,
        "--cov-branch",
        "--cov-report=term-missing:skip-covered",
        f"--cov-fail-under={CORE_BRANCHES_PERCENT}",
    ]
