"""The conventions that every command keeps: exit status, standard error, no traceback."""

import argparse

import pytest

from leerrekening import __version__
from leerrekening.cli import Subparsers, main
from leerrekening.cli.errors import BadInput, CheckFailed, EnvironmentMissing


class Group:
    """A group of one command, `try`, that ends as told."""

    def __init__(self, ending: BaseException | int) -> None:
        self.ending = ending

    def register(self, subparsers: Subparsers) -> None:
        subparsers.add_parser("try").set_defaults(handler=self.handle)

    def handle(self, _: argparse.Namespace) -> int:
        if isinstance(self.ending, BaseException):
            raise self.ending
        return self.ending


@pytest.mark.parametrize(
    ("ending", "status"),
    [
        (0, 0),
        (1, 1),
        (CheckFailed("why"), 1),
        (BadInput("why"), 2),
        (EnvironmentMissing("why"), 3),
        (ValueError("why"), 1),
        (KeyboardInterrupt(), 130),
    ],
)
def test_exit_status(
    ending: BaseException | int,
    status: int,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.delenv("LLR_DEBUG", raising=False)
    monkeypatch.setattr(main, "COMMAND_GROUPS", (Group(ending),))
    assert main.main(["try"]) == status
    output = capsys.readouterr()
    assert output.out == ""
    assert output.err.startswith("llr: ") == isinstance(ending, BaseException)
    assert "Traceback" not in output.err


def test_traceback_when_asked_for(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LLR_DEBUG", "1")
    monkeypatch.setattr(main, "COMMAND_GROUPS", (Group(BadInput("why")),))
    assert main.main(["try"]) == 2
    assert "Traceback" in capsys.readouterr().err


@pytest.mark.parametrize("argv", [["nonsense"], ["version", "--nonsense"], ["run", "--port", "x"]])
def test_unknown_command_or_argument(argv: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main.main(argv) == 2
    assert argv[-1].removeprefix("--") in capsys.readouterr().err


@pytest.mark.parametrize("argv", [[], ["help"], ["--help"]])
def test_help_lists_every_command(argv: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main.main(argv) == 0
    help_text = capsys.readouterr().out
    for command in ("setup", "run", "test", "version"):
        assert f"\n    {command} " in help_text


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert main.main(["version"]) == 0
    assert f"leerrekening {__version__} " in capsys.readouterr().out
