"""The files of the project as the house rules see them."""

import ast
import subprocess
from functools import cache
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
PACKAGE = PROJECT / "src" / "leerrekening"


@cache
def project_files() -> tuple[Path, ...]:
    """Every file that is, or may come, in version control; without git everything that is no output."""
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )
    if listing.returncode == 0:
        names = [PROJECT / name for name in listing.stdout.split("\0") if name]
        return tuple(sorted(file for file in names if file.is_file()))
    made_by_us = {".venv", ".llr", ".git", "__pycache__", "node_modules", "htmlcov"}
    return tuple(
        sorted(
            file
            for file in PROJECT.rglob("*")
            if file.is_file()
            and not any(
                part in made_by_us or part.endswith("_cache") for part in file.relative_to(PROJECT).parts
            )
        )
    )


def texts() -> list[tuple[str, str]]:
    """Name and content of every file that is text."""
    found = []
    for file in project_files():
        try:
            found.append((str(file.relative_to(PROJECT)), file.read_text(encoding="utf-8")))
        except UnicodeDecodeError:
            continue
    return found


def python_files(folder: Path = PACKAGE) -> list[Path]:
    """Python files in a folder of the project."""
    return [file for file in project_files() if file.suffix == ".py" and file.is_relative_to(folder)]


@cache
def tree_of(file: Path) -> ast.Module:
    """The syntax tree of a Python file."""
    return ast.parse(file.read_text(encoding="utf-8"), filename=str(file))


def place(file: Path, node: ast.AST) -> str:
    """`file:line`, as editors understand it."""
    return f"{file.relative_to(PROJECT)}:{getattr(node, 'lineno', 1)}"
