"""`./llr test` hands on what it is given, and measures coverage only when everything is run."""

from pathlib import Path

import pytest

from leerrekening.cli import main, testing


@pytest.fixture
def commands(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The commands that would have been started, each ending with status 1."""
    started: list[list[str]] = []

    class Ended:
        returncode = 1

    def run(command: list[str], **_: object) -> Ended:
        started.append(command[2:])
        return Ended()

    monkeypatch.setattr(testing.subprocess, "run", run)
    return started


def test_arguments_go_to_pytest(commands: list[list[str]]) -> None:
    assert main.main(["test", "tests/rules", "-k", "age", "--deep", "-x"]) == 1
    assert main.main(["test", "--", "-x"]) == 1
    assert commands == [["pytest", "--deep", "tests/rules", "-k", "age", "-x"], ["pytest", "-x"]]


def test_coverage_of_what_exists(
    commands: list[list[str]], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(testing, "PROJECT", tmp_path)
    main.main(["test"])
    (tmp_path / "src" / "leerrekening" / "ledger").mkdir(parents=True)
    main.main(["test", "--deep"])
    assert commands[0] == ["pytest", *testing.AT_ONCE]
    expected = ["pytest", "--deep", *testing.AT_ONCE, "--cov=leerrekening.ledger", "--cov-branch"]
    assert commands[1][: len(expected)] == expected
    assert f"--cov-fail-under={testing.CORE_BRANCHES_PERCENT}" in commands[1]
