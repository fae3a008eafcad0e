"""What we depend on: pinned, hashed, from the public index, and under licences we can live with."""

import re
import tomllib
from importlib.metadata import distributions
from typing import Any

import pytest
from tests.house.source_tree import PROJECT

PUBLIC_HOSTS = {"pypi.org", "files.pythonhosted.org"}
AGPL = re.compile(r"\bAGPL|Affero", re.IGNORECASE)


def project() -> dict[str, Any]:
    return tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))


def locked() -> dict[str, dict[str, Any]]:
    lock = tomllib.loads((PROJECT / "uv.lock").read_text(encoding="utf-8"))
    return {package["name"]: package for package in lock["package"] if package["name"] != "leerrekening"}


def required(name: str) -> dict[str, tuple[str, set[str]]]:
    """Package to version and hashes, as written in a requirements file."""
    text = (PROJECT / name).read_text(encoding="utf-8")
    found = {}
    for block in re.split(r"\n(?=[a-z0-9])", text):
        pin = re.match(r"([a-z0-9._-]+)==([^ ;\\]+)", block)
        if pin:
            found[pin[1]] = (pin[2], set(re.findall(r"--hash=(sha256:[0-9a-f]{64})", block)))
    return found


def test_every_dependency_is_pinned_exactly() -> None:
    groups = project()["dependency-groups"]
    declared = [
        *project()["project"]["dependencies"],
        *(entry for group in groups.values() for entry in group),
    ]
    loose = [
        entry for entry in declared if not re.fullmatch(r"[a-z0-9_-]+(\[[a-z,]+\])?==[0-9][0-9a-z.]*", entry)
    ]
    assert not loose


def test_dependencies_stand_in_order() -> None:
    for group in (project()["project"]["dependencies"], *project()["dependency-groups"].values()):
        names = [entry.split("==")[0] for entry in group]
        assert names == sorted(names)


@pytest.mark.parametrize(
    "name",
    [
        "uv.lock",
        "requirements.txt",
        "requirements-policy.txt",
        "requirements-test.txt",
        "requirements-deep.txt",
    ],
)
def test_locks_name_public_hosts_only(name: str) -> None:
    text = (PROJECT / name).read_text(encoding="utf-8")
    assert set(re.findall(r"[a-z]+://([^/\"\s]+)", text)) <= PUBLIC_HOSTS
    assert not re.search(r"(?m)^--|file:", text), "an option or a local file in a lock"


def test_requirements_say_what_the_lock_says() -> None:
    """pip and uv install the same. Renew them with the commands in CONTRIBUTING."""
    lock = locked()
    everything = {
        name: (
            package["version"],
            {file["hash"] for file in [*package.get("wheels", []), package.get("sdist")] if file},
        )
        for name, package in lock.items()
    }
    assert required("requirements-deep.txt") == everything
    runtime = required("requirements.txt")
    for part in (runtime, required("requirements-policy.txt"), required("requirements-test.txt")):
        assert part == {name: everything[name] for name in part}
    declared = {entry.split("==")[0].split("[")[0] for entry in project()["project"]["dependencies"]}
    assert declared <= set(runtime)
    assert all(hashes for _, hashes in runtime.values())


def test_third_party_list_is_complete() -> None:
    text = (PROJECT / "THIRD-PARTY.md").read_text(encoding="utf-8")
    listed = re.findall(r"(?m)^\| ([a-z0-9-]+) \| ([0-9][^ |]*) \| ([^|]+) \| (https://[^ |]+) \|$", text)
    assert {name: version for name, version, _, _ in listed} == {
        name: version for name, (version, _) in required("requirements-policy.txt").items()
    }
    assert listed == sorted(listed)


def test_no_agpl() -> None:
    """Neither among what we ship with nor among what we test with."""
    third_party = (PROJECT / "THIRD-PARTY.md").read_text(encoding="utf-8")
    assert not re.search(r"(?m)^\|.*(AGPL|Affero)", third_party)
    refused = []
    for distribution in distributions():
        metadata = distribution.metadata
        licence = [
            metadata.get("License-Expression") or "",
            (metadata.get("License") or "")[:200],
            *(line for line in metadata.get_all("Classifier") or [] if line.startswith("License")),
        ]
        if any(AGPL.search(line) for line in licence):
            refused.append(metadata["Name"])
    assert not refused
