"""From the ``law/`` folder to a checked ``Law``; every refusal names the file, the line and the reason."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import yaml

from leerrekening.rules.building.law import build_law
from leerrekening.rules.facts import DeclarationError
from leerrekening.rules.instruments import Law

LAW_FOLDER: Final = Path(__file__).resolve().parents[3] / "law"
FACTS: Final = "facts"
HEAD, FIGURES, RULES, CASES = "instrument.yaml", "parameters.yaml", "rules.yaml", "cases.yaml"
_PARTS: Final = {"instrument": HEAD, "parameters": FIGURES, "rules": RULES}


@dataclass(eq=False)
class LawError(Exception):
    """The law cannot be read. ``file`` is relative to the law folder; ``line`` is None when it is not one line."""

    file: str
    line: int | None
    reason: str

    def __str__(self) -> str:
        place = self.file if self.line is None else f"{self.file}, line {self.line}"
        return f"{place}: {self.reason}"


def instrument_folders(root: Path) -> list[Path]:
    """Every folder below ``root`` that holds an instrument or shared notions, in order of path."""
    return sorted(path.parent for path in root.glob(f"*/*/{HEAD}"))


def law_files(root: Path) -> list[Path]:
    """The files that decide: facts, heads, figures and rules. Worked examples are not among them."""
    facts = sorted((root / FACTS).glob("*.yaml"))
    return facts + [
        f / name for f in instrument_folders(root) for name in _PARTS.values() if (f / name).exists()
    ]


def law_version(root: Path) -> str:
    """``sha256:`` and the hash of the deciding files, by relative path and content."""
    digest = hashlib.sha256()
    for path in law_files(root):
        content = path.read_bytes()
        digest.update(f"{path.relative_to(root).as_posix()}\0{len(content)}\0".encode())
        digest.update(content)
    return f"sha256:{digest.hexdigest()}"


def read_law(root: Path = LAW_FOLDER) -> Law:
    """Read and check the whole law. Raises LawError at the first thing that is wrong."""
    fact_files, folders = read_documents(root)
    try:
        return build_law(law_version(root), fact_files, folders)
    except DeclarationError as error:
        raise _located(str(error), root) from None
    except (KeyError, TypeError, AttributeError) as error:
        raise LawError(".", None, f"a value has the wrong shape ({type(error).__name__}: {error})") from error


def read_documents(root: Path = LAW_FOLDER) -> tuple[list[Any], list[Mapping[str, Any]]]:
    """The plain data of the fact files and of each folder, unchecked: what ``build_law`` takes. Raises LawError."""
    fact_files = [load(path, root) for path in sorted((root / FACTS).glob("*.yaml"))]
    if not fact_files:
        raise LawError(f"{FACTS}/", None, "no fact files; a law folder needs at least one")
    folders: list[Mapping[str, Any]] = []
    for folder in instrument_folders(root):
        parts = {key: load(folder / name, root) for key, name in _PARTS.items() if (folder / name).exists()}
        _refuse_other_name(folder, parts["instrument"], root)
        folders.append(parts)
    return fact_files, folders


def _refuse_other_name(folder: Path, head: Any, root: Path) -> None:
    """A folder bears the id of what stands in it, so that a person and a program find it by that name."""
    named = head.get("id") if isinstance(head, dict) else None
    if named is not None and named != folder.name:
        place = (folder / HEAD).relative_to(root).as_posix()
        reason = f"the id is {named!r}, but the folder is called {folder.name!r}; give both the same name"
        raise LawError(place, _line_of("id:", folder / HEAD), reason)


def load(path: Path, root: Path, loader: type[yaml.CSafeLoader] | None = None) -> Any:
    """The plain data of one file; ``loader`` defaults to that of the law. Raises LawError."""
    name = path.relative_to(root).as_posix()
    try:
        return yaml.load(path.read_text("utf-8"), Loader=loader or LawLoader)  # noqa: S506 - both are safe loaders
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        reason = f"{error.problem or 'not valid YAML'} {error.context or ''}".strip()
        raise LawError(name, None if mark is None else mark.line + 1, reason) from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise LawError(name, None, f"not valid YAML: {error}") from None


class LawLoader(yaml.CSafeLoader):
    """Safe YAML that refuses a key written twice in one mapping."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen = set()
        for key_node, _ in node.value:
            key = key_node.value
            if key in seen:
                raise yaml.constructor.ConstructorError(
                    None, None, f"the key {key!r} stands twice in one mapping", key_node.start_mark
                )
            seen.add(key)
        return super().construct_mapping(node, deep)


# YAML 1.1 reads on/off/yes/no as booleans and dates as dates; dates stay as written here and are read with
# the day they stand for, so that 2021-02-30 is refused by us with a reason.
LawLoader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.CSafeLoader.yaml_implicit_resolvers.items()
}

_NAMED: Final = re.compile(r"\b(figure|rule|limit|note|fact|group|exception|conflict|act) '?([\w.-]+)")


_IN_HEAD: Final = (
    (re.compile(r"cumulation with ([\w-]+)"), r"\s+(?:-\s+)?\{{?\s*with: {}\b"),
    (re.compile(r"history of ([\d-]+)"), r"\s+-\s+\{{?\s*date: {}\b"),
    (re.compile(r"^[\w-]+, (?:instrument\.yaml: the key )?(\w+)"), r"{}:"),
)
"""Parts of a head that have no id: how a refusal names them, and the line they begin on."""


def _located(reason: str, root: Path) -> LawError:
    """The refusal with the file and line of what it names first."""
    owner = re.split(r"[,:. ]", reason, maxsplit=1)[0]
    folders = [f for f in instrument_folders(root) if f.name == owner] or instrument_folders(root)
    files = [f / name for f in folders for name in _PARTS.values()] + sorted((root / FACTS).glob("*.yaml"))
    for _, name in _NAMED.findall(reason):
        wanted = (
            rf"\s*(?:-\s+)?(?:\{{)?\s*(?:id|path):\s*[\"']?{re.escape(name.rstrip(':'))}[\"']?\s*(?:[,}}#]|$)"
        )
        for path in files:
            if (line := _line_of(wanted, path)) is not None:
                return LawError(path.relative_to(root).as_posix(), line, reason)
    if len(folders) != 1:
        return LawError(".", None, reason)
    head = folders[0] / HEAD
    for named, begins in _IN_HEAD:
        found = named.search(reason)
        if found and (line := _line_of(begins.format(re.escape(found.group(1))), head)) is not None:
            return LawError(head.relative_to(root).as_posix(), line, reason)
    return LawError(folders[0].relative_to(root).as_posix() + "/", None, reason)


def _line_of(wanted: str, path: Path) -> int | None:
    """The first line of a file that begins as wanted, None when there is none."""
    if not path.exists():
        return None
    begins = re.compile(wanted)
    lines = path.read_text("utf-8").splitlines()
    return next((number for number, line in enumerate(lines, start=1) if begins.match(line)), None)
