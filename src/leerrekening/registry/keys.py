"""The keys that hide national numbers: one to find a person by (a keyed hash), some to seal the number with.

    lookup 3f...       64 hexadecimal digits; never changes, or nobody would be found again
    seal  kP3...=      a Fernet key; the first one seals, all of them open, so a new one can be put first

They come from LLR_REGISTRY_KEY (these lines, or the path of a file that holds them), else from a file made once in the
data folder that only its owner reads. Whoever has the database without the keys has no numbers.
"""

from __future__ import annotations

import contextlib
import hmac
import os
import secrets
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Final

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from leerrekening.database.server import default_data_dir
from leerrekening.registry.insz import Insz

VARIABLE: Final = "LLR_REGISTRY_KEY"
FILE: Final = "registry.key"


class KeyProblem(Exception):
    """The keys are missing, malformed, or not those the numbers were sealed with."""


class Keys:
    """Hides and opens numbers. Errors: KeyProblem."""

    __slots__ = ("_lookup", "_seal", "seals")

    def __init__(self, lookup: bytes, seals: Sequence[bytes]) -> None:
        if len(lookup) != 32 or not seals:
            raise KeyProblem("a lookup key of 32 bytes and at least one sealing key are needed")
        self._lookup = lookup
        try:
            self._seal = MultiFernet([Fernet(seal) for seal in seals])
        except ValueError:
            raise KeyProblem("a sealing key is not a Fernet key (44 characters of base64)") from None
        self.seals = len(seals)

    def key_of(self, insz: Insz) -> bytes:
        """The keyed hash by which a person is found: 32 bytes, the same for the same number."""
        return hmac.digest(self._lookup, insz.digits.encode(), "sha256")

    def derive(self, purpose: str, content: bytes) -> bytes:
        """32 bytes that follow from the content for one purpose, and that nobody makes without the keys."""
        return hmac.digest(
            hmac.digest(self._lookup, b"derive:" + purpose.encode(), "sha256"), content, "sha256"
        )

    def seal(self, insz: Insz) -> bytes:
        """The number, sealed with the current key; every time another text."""
        return self._seal.encrypt(insz.digits.encode())

    def open(self, sealed: bytes) -> Insz:
        """The number in a seal made with any of the keys. Errors: KeyProblem."""
        try:
            return Insz(self._seal.decrypt(sealed).decode())
        except InvalidToken:
            raise KeyProblem(
                f"a number was sealed with another key than those in {VARIABLE}; put the old key back as last line"
            ) from None

    def reseal(self, sealed: bytes) -> bytes:
        """The same number under the current key. Errors: KeyProblem."""
        try:
            return self._seal.rotate(sealed)
        except InvalidToken:
            raise KeyProblem("a number was sealed with a key that is not among these") from None


def read_keys(text: str, where: str) -> Keys:
    """Keys from their lines. Errors: KeyProblem, which names the line and never its content."""
    lookup: bytes | None = None
    seals: list[bytes] = []
    for number, line in enumerate(text.replace(";", "\n").splitlines(), start=1):
        name, _, value = line.strip().partition(" ")
        if not name or name.startswith("#"):
            continue
        if name == "lookup" and lookup is None:
            with contextlib.suppress(ValueError):
                lookup = bytes.fromhex(value)
        elif name == "seal":
            seals.append(value.strip().encode())
        else:
            raise KeyProblem(f"{where}, line {number}: expected one `lookup KEY` and some `seal KEY`")
    if lookup is None:
        raise KeyProblem(f"{where}: the line `lookup` with 64 hexadecimal digits is missing")
    return Keys(lookup, seals)


def new_keys_text() -> str:
    """Lines with fresh keys."""
    return f"lookup {secrets.token_hex(32)}\nseal {Fernet.generate_key().decode()}\n"


def keys(data_dir: Path | None = None) -> Keys:
    """The keys of this installation, made when there are none. Errors: KeyProblem."""
    return _keys(os.environ.get(VARIABLE, ""), data_dir or default_data_dir())


@lru_cache(maxsize=8)
def _keys(setting: str, data_dir: Path) -> Keys:
    if setting.strip():
        if "lookup" in setting:
            return read_keys(setting, VARIABLE)
        try:
            return read_keys(Path(setting).read_text(encoding="ascii"), setting)
        except OSError as error:
            raise KeyProblem(f"{VARIABLE} names {setting}, which cannot be read: {error.strerror}") from None
    return read_keys(key_file(data_dir), FILE)


def key_file(data_dir: Path) -> str:
    """The lines in the data folder; made by whoever comes first, and never half."""
    file = data_dir / FILE
    if not file.exists():
        data_dir.mkdir(parents=True, exist_ok=True)
        fresh = data_dir / f"{FILE}.{secrets.token_hex(4)}"
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as stream:
            stream.write(new_keys_text())
            stream.flush()
            os.fsync(stream.fileno())
        with contextlib.suppress(FileExistsError):
            os.link(fresh, file)
        fresh.unlink()
    if file.stat().st_mode & 0o077:
        raise KeyProblem(f"{file} can be read by others than its owner.\n  Close it:  chmod 600 {file}")
    return file.read_text(encoding="ascii")
