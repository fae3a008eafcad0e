"""Passwords of the logins, in one file that only its owner reads."""

import json
import os
from collections.abc import Mapping
from pathlib import Path

from leerrekening.database.errors import ServerFailed


def read_secrets(folder: Path) -> dict[str, str]:
    """Passwords by login. Errors: ServerFailed when they have gone."""
    try:
        passwords: dict[str, str] = json.loads((folder / "secrets.json").read_text())
    except (OSError, ValueError):
        raise ServerFailed(
            f"{folder / 'secrets.json'} is missing or cannot be read: nobody can log in."
        ) from None
    return passwords


def write_secrets(folder: Path, passwords: Mapping[str, str]) -> None:
    """Keep passwords where only the owner reads them; the old file stays until the new one is whole."""
    fresh = folder / "secrets.json.new"
    fresh.unlink(missing_ok=True)
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump(passwords, file)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(folder / "secrets.json")
