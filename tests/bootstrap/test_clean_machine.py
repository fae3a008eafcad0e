"""From nothing to a running command: a copy of the tree, an empty home, and later no network."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from tests.house.source_tree import PROJECT, project_files

# What a machine needs to reach a package index at all; nothing else of the environment goes along.
NETWORK_SETTINGS = (
    "PIP_",
    "UV_",
    "SSL_CERT_",
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "http_proxy",
    "https_proxy",
    "NO_PROXY",
)
# An index and a proxy that nobody listens to.
NO_NETWORK = {"HTTPS_PROXY": "http://127.0.0.1:9", "HTTP_PROXY": "http://127.0.0.1:9", "UV_OFFLINE": "1"}


def copy_of_the_tree(folder: Path) -> Path:
    root = folder / "a clean tree"
    for file in project_files():
        copy = root / file.relative_to(PROJECT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(file, copy)
    return root


def start(root: Path, home: Path, path: str, **settings: str) -> "subprocess.CompletedProcess[str]":
    environment = {name: value for name, value in os.environ.items() if name.startswith(NETWORK_SETTINGS)}
    environment |= {"HOME": str(home), "PATH": path, **settings}
    return subprocess.run(
        [root / "llr", "version"],
        cwd=home, env=environment, capture_output=True, text=True, check=False, timeout=600,
    )  # fmt: skip


@pytest.mark.deep
@pytest.mark.parametrize("installer", ["uv", "pip"])
def test_first_start_online_and_second_offline(installer: str, tmp_path: Path) -> None:
    programs = tmp_path / "programs"
    programs.mkdir()
    (programs / "python3").symlink_to(os.path.realpath(sys.executable))
    if installer == "uv":
        uv = shutil.which("uv")
        if uv is None:
            pytest.fail(
                "uv is not on PATH, so this way of installing cannot be tested: https://docs.astral.sh/uv/"
            )
        (programs / "uv").symlink_to(uv)
    path = f"{programs}{os.pathsep}{os.defpath}"
    home = tmp_path / "home"
    home.mkdir()
    root = copy_of_the_tree(tmp_path)

    first = start(root, home, path)
    assert first.returncode == 0, first.stderr
    assert f"installing with {installer}" in first.stderr
    assert first.stdout.startswith("leerrekening ")

    second = start(root, home, path, **NO_NETWORK)
    assert (second.returncode, second.stderr) == (0, "")
    assert second.stdout == first.stdout

    moved = root.rename(tmp_path / "moved")
    third = start(moved, home, path, **NO_NETWORK)
    assert (third.returncode, third.stderr) == (0, "")


@pytest.mark.deep
def test_first_start_without_network_explains_itself(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    programs = tmp_path / "programs"
    programs.mkdir()
    (programs / "python3").symlink_to(os.path.realpath(sys.executable))
    root = copy_of_the_tree(tmp_path)
    done = start(root, home, f"{programs}{os.pathsep}{os.defpath}", PIP_RETRIES="0", **NO_NETWORK)
    assert done.returncode == 3
    assert "The first start needs the network once" in done.stderr
    assert "Traceback" not in done.stderr
