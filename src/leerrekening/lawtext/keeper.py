"""Holds the law ready for every door: read once, read again when its files change, the last good one kept.

keeper = the_keeper()
held = keeper.held()            # raises LawError only when no text has ever been good
held.law.reader.read(body)      # then held.engine, held.documents
keeper.refusal()                # why the text that now stands in the files is not served, else None
"""

from __future__ import annotations

import hashlib
import logging
import os
import threading
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache, cached_property
from pathlib import Path
from typing import Final, TypeAlias

from leerrekening.lawtext.cases import Cases, read_cases
from leerrekening.lawtext.reader import CASES, LAW_FOLDER, LawError, instrument_folders, law_files, read_law
from leerrekening.rules.decide import Engine
from leerrekening.rules.document import Documents
from leerrekening.rules.instruments import Law

SECONDS_BETWEEN_LOOKS: Final = 1.0
FOLDER_VARIABLE: Final = "LLR_LAW"

faults = logging.getLogger("leerrekening.lawtext")

_Stamp: TypeAlias = tuple[tuple[str, int, int], ...]


@dataclass(frozen=True)
class HeldLaw:
    """One good law, ready to decide. A request takes it once and uses it to its end.

    ``mark`` changes with anything that can be read of the law, its worked examples included; ``read_at`` is the
    moment at which it was read.
    """

    law: Law
    engine: Engine
    documents: Documents
    root: Path
    mark: str
    read_at: datetime

    @cached_property
    def cases(self) -> Cases:
        """The worked examples, read on first use. Raises LawError: they do not decide, so they may be wrong alone."""
        return read_cases(self.law, self.root)


class LawKeeper:
    """Serves the newest good law of a folder; safe to share between threads.

    At most once in ``seconds`` the names, sizes and times of the files are compared with those last seen. One
    thread reads what changed while the others go on with the law that is there.
    """

    def __init__(self, root: Path, seconds: float = SECONDS_BETWEEN_LOOKS) -> None:
        self.root: Final = root
        self._seconds: Final = seconds
        self._lock: Final = threading.Lock()
        self._held: HeldLaw | None = None
        self._refusal: LawError | None = None
        self._stamp: _Stamp | None = None
        self._looked = 0.0

    def held(self) -> HeldLaw:
        """The law to decide with now. Raises LawError when no good one has been read yet."""
        held = self._held
        if held is None:
            with self._lock:
                if self._held is None:
                    self._look()
        elif time.monotonic() - self._looked >= self._seconds and self._lock.acquire(blocking=False):
            try:
                self._look()
            finally:
                self._lock.release()
        held = self._held
        if held is None:
            why = self._refusal
            assert why is not None
            raise LawError(why.file, why.line, why.reason)
        return held

    def refusal(self) -> LawError | None:
        """What is wrong with the files as they now stand, None when they are what is served."""
        return self._refusal

    def _look(self) -> None:
        """Read the files when they are not those last seen. Called with the lock held."""
        try:
            stamp = _stamp_of(self.root)
            if stamp != self._stamp:
                self._stamp = stamp
                self._held, self._refusal = _read(self.root), None
        except LawError as error:
            self._refuse(error)
        except Exception as error:  # noqa: BLE001 - whatever stands in a file, the last good law is served on
            self._stamp = None  # a file that went away while it was read may be back in the same form
            self._refuse(LawError(".", None, f"the law cannot be read ({type(error).__name__}: {error})"))
        finally:
            self._looked = time.monotonic()

    def _refuse(self, error: LawError) -> None:
        """Keep why the text is not served, and write it down once for who runs the site."""
        if self._held is not None and str(error) != str(self._refusal):
            faults.error("the law has changed and is not served: %s", error)
        self._refusal = error


def _read(root: Path) -> HeldLaw:
    law = read_law(root)
    engine = Engine(law)
    mark = hashlib.sha256(law.version.encode())
    for path in _case_files(root):
        mark.update(path.read_bytes())
    return HeldLaw(law, engine, Documents(engine), root, mark.hexdigest(), datetime.now(UTC))


def _case_files(root: Path) -> list[Path]:
    return [path for folder in instrument_folders(root) if (path := folder / CASES).exists()]


def _stamp_of(root: Path) -> _Stamp:
    """Name, size and time of change of every file that can be read here."""
    found = []
    for path in [*law_files(root), *_case_files(root)]:
        about = path.stat()
        found.append((str(path), about.st_size, about.st_mtime_ns))
    return tuple(found)


def law_folder() -> Path:
    """The folder that holds the law: LLR_LAW, else the one beside the program."""
    given = os.environ.get(FOLDER_VARIABLE)
    return Path(given) if given else LAW_FOLDER


@cache
def the_keeper() -> LawKeeper:
    """The keeper that all doors of one process share."""
    return LawKeeper(law_folder())
