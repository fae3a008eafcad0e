"""Rules for the Python source that no linter knows."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.house.source_tree import PACKAGE, PROJECT, place, project_files, python_files, tree_of

MOST_LINES = 500
# Reading rules is pure: what these reach for is not in the situation, so two readings could differ.
IMPURE_MODULES = {
    *(
        "asyncio",
        "http",
        "importlib",
        "io",
        "logging",
        "multiprocessing",
        "os",
        "pathlib",
        "random",
        "secrets",
    ),
    *("shutil", "socket", "sqlite3", "subprocess", "sys", "tempfile", "threading", "time", "urllib"),
    *("babel", "django", "psycopg", "yaml"),
}
IMPURE_CALLS = {"open", "print", "input"}
CLOCKS = {
    ("date", "today"),
    ("datetime", "today"),
    ("datetime", "now"),
    ("datetime", "utcnow"),
    ("time", "time"),
}
# Words for what is known of a person. A log is read by people who have no business with it.
PERSONAL = {
    *("insz", "rrn", "national_number", "birth_date", "first_name", "last_name", "family_name", "given_name"),
    *("email", "phone", "address", "residence", "diploma", "benefits", "situation", "answers", "person"),
}
LOG_METHODS = {"debug", "info", "warning", "error", "exception", "critical", "log"}


def nodes(*parts: str) -> Iterator[tuple[Path, ast.AST]]:
    """Every node of the syntax trees of these parts of the package."""
    for part in parts:
        for file in python_files(PACKAGE / part):
            for node in ast.walk(tree_of(file)):
                yield file, node


def imported(node: ast.AST) -> set[str]:
    """First names of the modules that a node imports."""
    if isinstance(node, ast.Import):
        return {alias.name.split(".")[0] for alias in node.names}
    if isinstance(node, ast.ImportFrom) and node.module and not node.level:
        return {node.module.split(".")[0]}
    return set()


def words_of(node: ast.AST) -> set[str]:
    """Names, attributes, keywords and words of string literals below a node."""
    words = set()
    for part in ast.walk(node):
        if isinstance(part, ast.Name):
            words.add(part.id)
        elif isinstance(part, ast.Attribute):
            words.add(part.attr)
        elif isinstance(part, ast.keyword) and part.arg:
            words.add(part.arg)
        elif isinstance(part, ast.Constant) and isinstance(part.value, str) and part.value.isidentifier():
            words.add(part.value)
    return words


def test_rules_are_pure() -> None:
    """No input, no output, no web, no database in `rules`."""
    found = [
        f"{place(file, node)} imports {', '.join(sorted(names))}"
        for file, node in nodes("rules")
        if (names := imported(node) & IMPURE_MODULES)
    ]
    found += [
        f"{place(file, node)} calls {node.func.id}"
        for file, node in nodes("rules")
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in IMPURE_CALLS
    ]
    assert not found, "\n".join(found)


def test_rules_and_ledger_read_no_clock() -> None:
    """A decision depends on the day it is asked for, never on the day it is computed."""
    found = [
        place(file, node)
        for file, node in nodes("rules", "ledger")
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name | ast.Attribute)
        and (node.value.id if isinstance(node.value, ast.Name) else node.value.attr, node.attr) in CLOCKS
    ]
    assert not found, "\n".join(found)


def test_money_and_time_are_no_floats() -> None:
    """Cents, minutes and shares are exact. Telling whether something is a float, to refuse it, is allowed."""
    found = []
    for file, node in nodes("rules", "ledger"):
        annotations = []
        if isinstance(node, ast.AnnAssign | ast.arg):
            annotations = [node.annotation]
        elif isinstance(node, ast.FunctionDef):
            annotations = [node.returns]
        converts = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "float"
        literal = isinstance(node, ast.Constant) and isinstance(node.value, float)
        if converts or literal or any("float" in words_of(part) for part in annotations if part):
            found.append(place(file, node))
    assert not found, "\n".join(found)


def test_logs_hold_no_personal_data() -> None:
    """Nothing known of a person is passed to a logger."""
    found = [
        f"{place(file, node)} logs {', '.join(sorted(words))}"
        for file in python_files()
        for node in ast.walk(tree_of(file))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in LOG_METHODS
        and "log" in ast.unparse(node.func.value).lower()
        and (words := words_of(ast.Tuple([*node.args, *(k.value for k in node.keywords)])) & PERSONAL)
    ]
    assert not found, "\n".join(found)


def test_files_have_one_reason_to_change() -> None:
    """A long file is split by subject."""
    lengths = {
        str(file.relative_to(PROJECT)): len(file.read_text(encoding="utf-8").splitlines())
        for file in python_files()
    }
    long = {name for name, length in lengths.items() if length > MOST_LINES}
    assert not long


def test_law_is_data() -> None:
    """No program in `law/`: who writes law needs no Python, and nothing there can run."""
    law = PROJECT / "law"
    kinds = {file.suffix for file in project_files() if file.is_relative_to(law)}
    assert kinds <= {".yaml", ".md"}


@pytest.mark.parametrize("folder", ["tests", "src"])
def test_python_files_say_what_they_are_for(folder: str) -> None:
    """Every module begins with its purpose."""
    silent = [
        str(file.relative_to(PROJECT))
        for file in python_files(PROJECT / folder)
        if not ast.get_docstring(tree_of(file))
    ]
    assert not silent
