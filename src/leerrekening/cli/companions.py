"""Programs that run beside the site for as long as it runs: started, started again when they end, stopped with it."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from types import TracebackType
from typing import Final, Self

SECONDS_BETWEEN_LOOKS: Final = 0.5
SECONDS_BETWEEN_STARTS: Final = 5.0
SECONDS_TO_FINISH: Final = 4.5
PR_SET_PDEATHSIG: Final = 1  # prctl(2): the signal a child gets when its parent dies


class Companion:
    """A context: the command runs inside it. `name` is what we call it when it ends by itself."""

    def __init__(self, name: str, command: Sequence[str]) -> None:
        self.name: Final = name
        self._command: Final = tuple(command)
        self._end: Final = threading.Event()
        self._watch: Final = threading.Thread(target=self._keep, name=name, daemon=True)
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self._start()
        self._watch.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end.set()
        self._watch.join()
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(SECONDS_TO_FINISH)
            except subprocess.TimeoutExpired:
                os.killpg(self._process.pid, signal.SIGKILL)
                self._process.wait()

    def _start(self) -> None:
        libc = ctypes.CDLL(None)
        self._process = subprocess.Popen(
            self._command,
            # In a session of its own: Ctrl-C reaches only us. When we are killed outright it must not stay behind.
            start_new_session=True,
            preexec_fn=lambda: libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM),  # noqa: PLW1509 - one system call
        )

    def _keep(self) -> None:
        while not self._end.wait(SECONDS_BETWEEN_LOOKS):
            if self._process is not None and (status := self._process.poll()) is not None:
                print(f"{self.name}: ended by itself (status {status}); it is started again", file=sys.stderr)
                if not self._end.wait(SECONDS_BETWEEN_STARTS):
                    self._start()
