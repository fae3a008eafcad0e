"""The commands as somebody at the keyboard meets them, without starting a process for each."""

import io
import sys
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from leerrekening.cli.main import main


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    status: int
    out: bytes
    err: str


Llr = Callable[..., Ended]


@pytest.fixture
def llr(monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]) -> Llr:
    """Runs a command, with bytes on standard input when ``given``."""
    monkeypatch.delenv("LLR_DEBUG", raising=False)

    def run(*arguments: str, given: bytes | None = None) -> Ended:
        if given is not None:
            monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(given)))
        status = main(arguments)
        sys.stdout.flush()
        found = capfdbinary.readouterr()
        return Ended(status, found.out, found.err.decode())

    return run
