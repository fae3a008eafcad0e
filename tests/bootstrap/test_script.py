"""The script `llr` before there is an environment: what it makes, when it makes it again, what it explains."""

import importlib.util
import json
import os
import stat
import subprocess
import sys
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import ModuleType

import pytest

PROJECT = Path(__file__).resolve().parents[2]


@pytest.fixture
def llr(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The script as a module, looking at an empty project whose path holds a space."""
    loader = SourceFileLoader("llr_script", str(PROJECT / "llr"))
    spec = importlib.util.spec_from_loader("llr_script", loader)
    assert spec is not None
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    script = importlib.util.module_from_spec(spec)
    loader.exec_module(script)
    root = tmp_path / "a project"
    root.mkdir()
    for name in script.LOCKS:
        (root / name).write_text(f"{name}\n")
    monkeypatch.setattr(script, "ROOT", str(root))
    monkeypatch.setattr(script, "VENV", str(root / ".venv"))
    monkeypatch.setattr(script, "VENV_PYTHON", str(root / ".venv" / "bin" / "python"))
    monkeypatch.setattr(script, "STAMP", str(root / ".venv" / "complete.json"))
    return script


@pytest.fixture
def installed(llr: ModuleType, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was installed, in order; instead of installing, an environment of a link is made."""
    levels: list[str] = []

    def install(level: str) -> None:
        levels.append(level)
        venv = Path(llr.VENV)
        (venv / "bin").mkdir(parents=True, exist_ok=True)
        (venv / "lib" / "python3" / "site-packages").mkdir(parents=True, exist_ok=True)
        if not (venv / "bin" / "python").exists():
            (venv / "bin" / "python").symlink_to(sys.executable)

    monkeypatch.setattr(llr, "install", install)
    return levels


def program(folder: Path, name: str, text: str) -> Path:
    """A small shell program."""
    folder.mkdir(exist_ok=True)
    file = folder / name
    file.write_text(f"#!/bin/sh\n{text}\n")
    file.chmod(0o755)
    return file


def test_second_start_makes_nothing(llr: ModuleType, installed: list[str]) -> None:
    llr.prepare(llr.RUN)
    llr.prepare(llr.RUN)
    assert installed == ["run"]


def test_tests_need_more_and_running_needs_no_less(llr: ModuleType, installed: list[str]) -> None:
    llr.prepare(llr.RUN)
    llr.prepare(llr.TEST)
    llr.prepare(llr.RUN)
    assert installed == ["run", "test"]


@pytest.mark.parametrize("name", ["uv.lock", "requirements.txt", "requirements-test.txt"])
def test_other_versions_are_installed(llr: ModuleType, installed: list[str], name: str) -> None:
    llr.prepare(llr.RUN)
    Path(llr.ROOT, name).write_text("other\n")
    llr.prepare(llr.RUN)
    assert installed == ["run", "run"]


def test_half_made_environment_is_made_again(llr: ModuleType, installed: list[str]) -> None:
    half = Path(llr.VENV, "half")
    half.mkdir(parents=True)
    llr.prepare(llr.RUN)
    assert not half.exists()
    assert installed == ["run"]


@pytest.mark.parametrize("damage", ["", "{", "[]", "{}", '{"level": "other"}'])
def test_unreadable_stamp_counts_as_none(llr: ModuleType, installed: list[str], damage: str) -> None:
    llr.prepare(llr.RUN)
    Path(llr.STAMP).write_text(damage)
    llr.prepare(llr.RUN)
    assert installed == ["run", "run"]


def test_python_that_has_gone(llr: ModuleType, installed: list[str]) -> None:
    llr.prepare(llr.RUN)
    Path(llr.VENV_PYTHON).unlink()
    Path(llr.VENV_PYTHON).symlink_to(Path(llr.ROOT) / "gone")
    llr.prepare(llr.RUN)
    assert installed == ["run", "run"]
    assert json.loads(Path(llr.STAMP).read_text())["python"] == os.path.realpath(sys.executable)


def test_interruption_leaves_no_stamp(
    llr: ModuleType, installed: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    llr.prepare(llr.RUN)

    def interrupted(_: str) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(llr, "install", interrupted)
        assert llr.main(["test"]) == 130
    assert "starts the preparation again" in capsys.readouterr().err
    assert llr.read_stamp() is None
    llr.prepare(llr.TEST)
    assert installed == ["run", "test"]


def test_source_is_found_from_the_environment(llr: ModuleType, installed: list[str]) -> None:
    llr.prepare(llr.RUN)
    (pointer,) = Path(llr.VENV).glob("lib/*/site-packages/leerrekening.pth")
    assert (pointer.parent / pointer.read_text().strip()).resolve() == Path(llr.ROOT, "src").resolve()


@pytest.mark.parametrize(
    ("arguments", "level"),
    [(["run"], "run"), ([], "run"), (["test", "-x"], "test"), (["setup", "--test"], "test")],
)
def test_level_of_each_command(
    llr: ModuleType, monkeypatch: pytest.MonkeyPatch, arguments: list[str], level: str
) -> None:
    prepared: list[str] = []
    started: list[list[str]] = []
    monkeypatch.setattr(llr, "prepare", prepared.append)
    monkeypatch.setattr(llr.os, "execve", lambda _, command, __: started.append(command[1:]))
    llr.main(arguments)
    assert prepared == [level]
    assert started == ([] if arguments[:1] == ["setup"] else [["-m", "leerrekening.cli", *arguments]])


def test_missing_lock_is_explained(llr: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    Path(llr.ROOT, "uv.lock").unlink()
    assert llr.main(["run"]) == 3
    assert "uv.lock cannot be read" in capsys.readouterr().err


def test_missing_venv_module_is_explained(
    llr: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(llr, "has_venv", lambda: False)
    monkeypatch.setenv("PATH", llr.ROOT)
    assert llr.main(["run"]) == 3
    assert "sudo apt-get install python3-venv" in capsys.readouterr().err
    assert not Path(llr.VENV).exists()


def test_unwritable_folder_is_explained(
    llr: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    Path(llr.ROOT, ".llr").write_text("in the way")
    assert llr.main(["run"]) == 3
    assert "cannot be written to" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("said", "explained"),
    [
        ("Temporary failure in name resolution", "no package index can be reached"),
        ("error sending request for url: dns error", "no package index can be reached"),
        ("ERROR: No matching distribution found for django==1", "no package index can be reached"),
        ("SSLError(SSLCertVerificationError(1, '[SSL: CERTIFICATE_VERIFY_FAILED]", "not trusted"),
        ("invalid peer certificate: UnknownIssuer", "not trusted"),
        ("THESE PACKAGES DO NOT MATCH THE HASHES: hashes do not match", "its hash differs"),
        ("OSError: [Errno 28] No space left on device", "the disk is full"),
        ("ensurepip is not available", "sudo apt-get install python3-venv"),
        ("something new", "could not be installed"),
    ],
)
def test_failures_are_explained(llr: ModuleType, said: str, explained: str) -> None:
    text = llr.explain("pip", f"first\n{said}\nlast\n")
    assert explained in text
    assert "    last" in text


def test_failing_installer(llr: ModuleType, tmp_path: Path) -> None:
    failing = program(
        tmp_path / "bin", "failing", "echo Collecting django; echo no network: timed out; exit 1"
    )
    with pytest.raises(llr.CannotPrepare, match="no package index"):
        llr.run_installer([str(failing)], "pip")
    with pytest.raises(llr.CannotPrepare, match="cannot be started"):
        llr.run_installer([str(tmp_path / "none")], "pip")


def test_progress_is_shown(llr: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    working = program(tmp_path / "bin", "working", "echo 'Collecting django==1'; echo; echo other")
    llr.run_installer([str(working)], "pip")
    assert capsys.readouterr().err == "    django==1\n"


def test_pip_has_its_turn_when_uv_fails(
    llr: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    program(tmp_path / "bin", "uv", "echo invalid peer certificate: UnknownIssuer; exit 2")
    monkeypatch.setenv("PATH", str(tmp_path / "bin"), prepend=os.pathsep)
    levels: list[str] = []
    monkeypatch.setattr(llr, "install_with_pip", levels.append)
    llr.install(llr.TEST)
    assert levels == ["test"]
    assert "uv could not do it" in capsys.readouterr().err


def test_uv_is_told_which_python_and_what(
    llr: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program(
        tmp_path / "bin", "uv", f'echo "$UV_PROJECT_ENVIRONMENT|$UV_INDEX|$PYTHONPATH|$@" > "{tmp_path}/said"'
    )
    monkeypatch.setenv("PATH", str(tmp_path / "bin"), prepend=os.pathsep)
    monkeypatch.setenv("UV_PROJECT_ENVIRONMENT", "elsewhere")
    monkeypatch.setenv("UV_INDEX", "of the user")
    monkeypatch.setenv("PYTHONPATH", "elsewhere")
    llr.install(llr.TEST)
    environment, index, path, command = (tmp_path / "said").read_text().strip().split("|")
    assert (environment, index, path) == (llr.VENV, "of the user", "")
    assert command.startswith("sync --frozen ")
    assert command.endswith(f"--python {os.path.realpath(sys.executable)} --group policy --group test")


def test_old_python_looks_for_a_newer_one(
    llr: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(llr, "OLDEST_PYTHON", (99, 0))
    program(tmp_path / "bin", "python3.11", "exit 1")
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    assert llr.main(["run"]) == 3
    assert "Python 99.0 or newer is needed" in capsys.readouterr().err

    newer = program(tmp_path / "bin", "python3.12", "exit 0")
    started: list[list[str]] = []
    monkeypatch.setattr(llr.os, "execv", lambda _, command: started.append(command))
    llr.main(["run"])
    assert started == [[str(newer), str(PROJECT / "llr"), "run"]]


def test_script_can_be_started() -> None:
    assert stat.S_IMODE((PROJECT / "llr").stat().st_mode) & stat.S_IXUSR
    assert (PROJECT / "llr").read_text().startswith("#!/usr/bin/env python3\n")


def test_starts_from_another_folder_through_a_link(tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(PROJECT / "llr")
    done = subprocess.run([link, "version"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("leerrekening ")
