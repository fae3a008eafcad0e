"""Style, format, types and layers. Each check is one test, so that a run shows everything that is wrong at once."""

import subprocess
import sys

import pytest
from tests.house.source_tree import PACKAGE, PROJECT

# Strict types where a wrong type is a wrong decision about a person.
CORE = ("rules", "lawtext", "ledger")


def check(*arguments: str) -> None:
    """Run Python with these arguments from the root; what it found is the failure."""
    command = [sys.executable, *arguments]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.fail(f"{' '.join(arguments)}\n{done.stdout}{done.stderr}", pytrace=False)


def test_lint() -> None:
    check("-m", "ruff", "check", "--output-format", "concise", ".")


def test_format() -> None:
    check("-m", "ruff", "format", "--check", ".")


def test_types() -> None:
    check("-m", "mypy", "--no-error-summary", "-p", "leerrekening")


def test_strict_types_of_the_core() -> None:
    parts = [part for part in CORE if (PACKAGE / part).is_dir()]
    packages = [option for part in parts for option in ("-p", f"leerrekening.{part}")]
    check("-m", "mypy", "--strict", "--cache-dir=.mypy_cache/strict", "--no-error-summary", *packages)


def test_layers() -> None:
    # Called by name of the function: the installed script holds the path of the environment, which may have moved.
    check("-c", "from importlinter.cli import lint_imports_command as main; main()", "--no-logo")
