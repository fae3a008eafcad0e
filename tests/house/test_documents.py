"""The documents stay true: links lead somewhere, the version is the same everywhere, no machine of ours is named."""

import re
import tomllib

from tests.house.source_tree import PROJECT, project_files, texts

from leerrekening import __version__

LINK = re.compile(r"\]\(<?([^)>\s]+)>?[^)]*\)")
# Folders of somebody's machine. Written in parts, so that this file does not name them itself.
MACHINE_FOLDERS = re.compile(
    "(?<![\\w.}$-])/(" + "|".join(["wo" + "rk", "ro" + "ot", "o" + "pt", "t" + "mp", "ho" + "me"]) + ")/"
)
PRIVATE_HOSTS = re.compile(
    r"\b[\w-]+(?:\.[\w-]+)*\.(?:internal|lan|corp|intranet)\b"
    r"|(?<!==)\b(?:10|192\.168|172\.(?:1[6-9]|2\d|3[01]))(?:\.\d{1,3}){2,3}\b(?!\.)"
)
# Made by tools, or by others: version numbers and minified code that only look like addresses.
NOT_OURS = (
    *(
        "uv.lock",
        "requirements.txt",
        "requirements-policy.txt",
        "requirements-deep.txt",
        "requirements-test.txt",
        "src/leerrekening/web/assets/package-lock.json",
    ),
    *("src/leerrekening/web/static/llr/htmx.js", "tests/web/assets/axe.min.js"),
)


def test_links_between_documents_lead_to_files() -> None:
    broken = []
    for file in project_files():
        if file.suffix != ".md":
            continue
        for target in LINK.findall(file.read_text(encoding="utf-8")):
            path = target.split("#")[0]
            if path and not re.match(r"[a-z]+:", path) and not (file.parent / path).exists():
                broken.append(f"{file.relative_to(PROJECT)}: {target}")
    assert not broken, "\n".join(broken)


def test_every_document_is_in_the_index() -> None:
    """A document that the index of docs/ does not name is not found."""
    index = (PROJECT / "docs" / "README.md").read_text(encoding="utf-8")
    named = {target.split("#")[0] for target in LINK.findall(index)}
    documents = {
        str(file.relative_to(PROJECT / "docs"))
        for file in project_files()
        if file.suffix == ".md" and file.is_relative_to(PROJECT / "docs")
    }
    assert documents - named == {"README.md"}


def test_one_version() -> None:
    declared = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    assert declared == __version__
    changelog = (PROJECT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert re.search(rf"(?m)^## {re.escape(__version__)}\b", changelog)


def test_no_machine_is_named() -> None:
    """Paths and hosts of a machine mean nothing, or too much, to the next reader."""
    found = [
        f"{name}:{number}: {line.strip()[:100]}"
        for name, text in texts()
        if name not in NOT_OURS
        for number, line in enumerate(text.splitlines(), start=1)
        if MACHINE_FOLDERS.search(line) or PRIVATE_HOSTS.search(line)
    ]
    assert not found, "\n".join(found)
