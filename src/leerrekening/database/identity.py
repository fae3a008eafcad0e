"""As which user of the machine the server runs. PostgreSQL refuses to be root, and is right.

A plain person runs it as themselves. Started by root it runs as an account without rights, when that account can
reach the folder; else in a user namespace, where the process has no rights beyond root's files. Nothing is made
readable for others to get there: no account is created and no folder is opened.
"""

import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from leerrekening.database.errors import CannotRunAs

ACCOUNT_VARIABLE = "LLR_DATABASE_OS_USER"
# An account made for it first. "nobody" comes after the namespace: other programs may run as nobody too.
USUAL_ACCOUNTS = ("postgres",)
LAST_ACCOUNT = "nobody"
NAMESPACE = ("unshare", "--user", "--map-user=65534", "--map-group=65534", "--")


@dataclass(frozen=True, slots=True)
class Identity:
    """How programs of PostgreSQL are started."""

    name: str
    uid: int
    gid: int
    prefix: tuple[str, ...] = ()
    drops: bool = False

    def options(self) -> dict[str, object]:
        """Arguments for subprocess that make the program run as this user."""
        return {"user": self.uid, "group": self.gid, "extra_groups": []} if self.drops else {}

    def give(self, path: Path) -> None:
        """Make a file or folder, which we made, belong to the server."""
        if self.drops:
            os.chown(path, self.uid, self.gid)


def find_identity(folder: Path, program: str) -> Identity:
    """Who runs `program` on the data in `folder`, whose parent exists. Errors: CannotRunAs.

    A cluster that is there decides: it stays with its owner.
    """
    if os.geteuid() != 0:
        return Identity(pwd.getpwuid(os.geteuid()).pw_name, os.geteuid(), os.getegid())
    cluster = folder / "pg"
    if cluster.exists():
        owner = cluster.stat().st_uid
        return in_namespace(folder, program) if owner == 0 else account(pwd.getpwuid(owner).pw_name)
    named = os.environ.get(ACCOUNT_VARIABLE)
    if named:
        chosen = account(named)
        if not can_run(chosen, folder, program):
            raise CannotRunAs(
                f"the account {named} ({ACCOUNT_VARIABLE}) cannot reach {folder} or {program}.\n"
                "  Choose a data folder that it can reach:  ./llr db --data FOLDER ..."
            )
        return chosen
    for name in USUAL_ACCOUNTS:
        try:
            chosen = account(name)
        except CannotRunAs:
            continue
        if can_run(chosen, folder, program):
            return chosen
    try:
        return in_namespace(folder, program)
    except CannotRunAs:
        chosen = account(LAST_ACCOUNT)
        if can_run(chosen, folder, program):
            return chosen
        raise


def account(name: str) -> Identity:
    """An account of the machine. Errors: CannotRunAs when it does not exist or is root."""
    try:
        entry = pwd.getpwnam(name)
    except KeyError:
        raise CannotRunAs(f"there is no account {name} on this machine") from None
    if entry.pw_uid == 0:
        raise CannotRunAs(f"the account {name} is root, and PostgreSQL refuses to run as root")
    return Identity(name, entry.pw_uid, entry.pw_gid, drops=True)


def in_namespace(folder: Path, program: str) -> Identity:
    """Root's own files without root's powers. Errors: CannotRunAs where the kernel does not allow it."""
    chosen = Identity("root, without its rights", 0, 0, NAMESPACE)
    if shutil.which(NAMESPACE[0]) is None or not can_run(chosen, folder, program):
        raise CannotRunAs(
            "PostgreSQL refuses to run as root, and no account was found that can reach the data.\n"
            f"  Data: {folder}\n"
            "  Start it as a plain user; or choose a data folder that the account postgres can reach and set\n"
            f"  {ACCOUNT_VARIABLE}=postgres; or name a server that runs already with LLR_DATABASE_URL."
        )
    return chosen


def can_run(identity: Identity, folder: Path, program: str) -> bool:
    """Whether the program starts as this user beside the place where the data is, or will be."""
    try:
        done = subprocess.run(
            # The shell changes folder, since subprocess would do that while it is still root.
            [
                *identity.prefix,
                "/bin/sh",
                "-c",
                'cd "$1" && exec "$2" --version',
                "sh",
                folder.parent,
                program,
            ],
            capture_output=True,
            check=False,
            timeout=30,
            **identity.options(),  # type: ignore[call-overload]  # user, group and extra_groups are among its options
        )
    except (OSError, subprocess.SubprocessError):
        return False
    return bool(done.returncode == 0)
