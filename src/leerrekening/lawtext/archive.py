"""Keeps the text of every law that a receipt was made under, so that the receipt can be run again later.

A text is kept as one zip named after its hash. The same text gives the same zip on any machine: files in the order
of the hash, no times, no compression. The store is ``.llr/law-store``, or the folder in ``LLR_LAW_STORE``.
"""

from __future__ import annotations

import os
import re
import tempfile
import zipfile
from pathlib import Path
from typing import Final

from leerrekening.lawtext.reader import LAW_FOLDER, LawError, law_files, law_version, read_law
from leerrekening.rules.instruments import Law

STORE_VARIABLE: Final = "LLR_LAW_STORE"
STORE: Final = LAW_FOLDER.parent / ".llr" / "law-store"
MOST_BYTES: Final = 50_000_000
"""A law text larger than this is none of ours."""

_VERSION: Final = re.compile(r"sha256:([0-9a-f]{64})")
_NAME: Final = re.compile(r"[\w-]+(/[\w-]+){1,2}\.yaml")
_LONG_AGO: Final = (1980, 1, 1, 0, 0, 0)


class ArchiveError(Exception):
    """A law text cannot be kept, or is not in the store, or is not what its name says."""


def store_folder() -> Path:
    """Where law texts are kept on this machine."""
    named = os.environ.get(STORE_VARIABLE)
    return Path(named) if named else STORE


def archive_path(version: str, store: Path | None = None) -> Path:
    """The file that holds a text. Raises ArchiveError where ``version`` is no hash of a law."""
    match = _VERSION.fullmatch(version)
    if match is None:
        raise ArchiveError(f"{version!r} is not the hash of a law text (sha256: and 64 hexadecimal digits)")
    return (store_folder() if store is None else store) / f"{match.group(1)}.zip"


def keep_law(version: str, root: Path = LAW_FOLDER, store: Path | None = None) -> Path:
    """Put the text under ``root`` in the store unless it is there already; gives its file.

    Raises ArchiveError where the files no longer are the text that ``version`` stands for, and OSError where the
    store cannot be written.
    """
    path = archive_path(version, store)
    if path.exists():
        return path
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=path.parent) as work:
        made = Path(work) / path.name
        copy = Path(work) / "law"
        with zipfile.ZipFile(made, "w", zipfile.ZIP_STORED) as archive:
            for file in law_files(root):
                name, content = file.relative_to(root).as_posix(), file.read_bytes()
                (copy / name).parent.mkdir(parents=True, exist_ok=True)
                (copy / name).write_bytes(content)
                archive.writestr(zipfile.ZipInfo(name, _LONG_AGO), content)
        # the copy, not the folder: the folder may be in the middle of a change
        if law_version(copy) != version:
            raise ArchiveError(
                f"the law on this machine is no longer {version}; it cannot be kept under that name"
            )
        made.replace(path)
    return path


def read_archived(version: str, store: Path | None = None) -> Law:
    """The law with a hash, from the store. Raises ArchiveError where it is missing or damaged."""
    path = archive_path(version, store)
    if not path.exists():
        raise ArchiveError(
            f"the law text {version} is not in the store {path.parent}. Copy {path.name} there from the machine "
            f"that made the receipt (or name its store in {STORE_VARIABLE}), or take the version of law/ that has "
            "this hash from the project's history"
        )
    with tempfile.TemporaryDirectory() as work:
        root = Path(work)
        try:
            _unpack(path, root)
            found = law_version(root)
            if found != version:
                raise ArchiveError(f"{path.name} was altered: its text has the hash {found}")
            return read_law(root)
        except (zipfile.BadZipFile, EOFError, NotImplementedError, OSError, RuntimeError) as error:
            raise ArchiveError(f"{path.name} cannot be read: {error}") from None
        except LawError as error:
            raise ArchiveError(f"{path.name} cannot be read by this engine: {error}") from None


def _unpack(path: Path, root: Path) -> None:
    with zipfile.ZipFile(path) as archive:
        entries = archive.infolist()
        if sum(entry.file_size for entry in entries) > MOST_BYTES:
            raise ArchiveError(f"{path.name} is too large for a law text")
        for entry in entries:
            if _NAME.fullmatch(entry.filename) is None:
                raise ArchiveError(f"{path.name} holds {entry.filename!r}, which is no file of a law")
            target = root / entry.filename
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(archive.read(entry))
