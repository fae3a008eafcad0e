"""Copies of the whole server: made while it works, checked file by file, put back into an empty folder.

A copy is what `pg_basebackup` makes, with the journal of changes it needs, and the logins' passwords beside it. Copies
are physical because order in the ledger is by transaction number, which a copy of rows alone would not keep.
"""

import hashlib
import json
import shutil
from pathlib import Path

from psycopg import conninfo

from leerrekening.database.binaries import find_binaries
from leerrekening.database.errors import BackupFailed, ServerFailed
from leerrekening.database.identity import find_identity
from leerrekening.database.passwords import read_secrets, write_secrets
from leerrekening.database.processes import running_pid
from leerrekening.database.server import Server, run_program, starting


def back_up(server: Server, target: Path) -> None:
    """Copy a running server of ours into a new folder, and check the copy. Errors: BackupFailed."""
    if server.data_dir is None or not (server.data_dir / "pg").exists():
        raise BackupFailed(
            "this server is run by others, and so are its copies.\n"
            "  See docs/operations-database.md for what they need to do."
        )
    target = target.absolute()
    if target.exists() and any(target.iterdir()):
        raise BackupFailed(
            f"{target} is not empty.\n  Name a new folder: copies do not overwrite each other."
        )
    binaries = find_binaries(int((server.data_dir / "pg" / "PG_VERSION").read_text()))
    target.mkdir(mode=0o700, parents=True, exist_ok=True)
    login = conninfo.conninfo_to_dict(server.dsn())
    try:
        run_program(
            [
                binaries.program("pg_basebackup"),
                "--pgdata",
                str(target / "pg"),
                "--wal-method=stream",
                "--checkpoint=fast",
                "--no-password",
                "--manifest-checksums=SHA256",
            ],
            environment={
                "PGHOST": str(login["host"]),
                "PGUSER": str(login["user"]),
                "PGPASSWORD": str(login["password"]),
            },
        )
    except ServerFailed as error:
        raise BackupFailed(f"no copy was made in {target}: {error}") from error
    write_secrets(target, server.passwords)
    verify(target)


def verify(copy: Path) -> None:
    """Check every file of a copy against its list of hashes. Errors: BackupFailed with what differs.

    Done here, because pg_verifybackup of the wheel breaks down. The changes (pg_wal) carry checksums of their
    own, which the server checks when it starts on the copy.
    """
    manifest = copy / "pg" / "backup_manifest"
    if not manifest.is_file():
        raise BackupFailed(f"{copy} holds no copy made with ./llr db backup.")
    text = manifest.read_bytes()
    body, last_line = text.rsplit(b"\n", 2)[0] + b"\n", text.rstrip(b"}\n").rsplit(b'"', 2)
    problems = []
    if hashlib.sha256(body).hexdigest().encode() != last_line[1]:
        problems.append("the list of files was changed")
    for entry in json.loads(text)["Files"]:
        name = entry["Path"] if "Path" in entry else bytes.fromhex(entry["Encoded-Path"]).decode()
        file = copy / "pg" / name
        if not file.is_file():
            problems.append(f"{name} is missing")
        elif hash_of(file) != entry["Checksum"]:
            problems.append(f"{name} differs")
    if problems:
        raise BackupFailed(f"the copy in {copy} is damaged: {'; '.join(problems[:10])}.\n  Use another copy.")


def hash_of(file: Path) -> str:
    """SHA-256 of a file, read in pieces."""
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def restore(copy: Path, data_dir: Path) -> None:
    """Put a copy back into a folder that holds no server yet. It starts with the next use. Errors: BackupFailed."""
    copy, data_dir = copy.absolute(), data_dir.absolute()
    verify(copy)
    data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    with starting(data_dir):
        cluster = data_dir / "pg"
        if cluster.exists():
            state = "runs" if running_pid(cluster) else "is"
            raise BackupFailed(
                f"a server {state} in {data_dir}; it is not overwritten.\n"
                "  Stop it and move its folder away, or restore into another:  ./llr db --data FOLDER restore ..."
            )
        binaries = find_binaries(int((copy / "pg" / "PG_VERSION").read_text()))
        passwords = read_secrets(copy)
        identity = find_identity(data_dir, binaries.program("postgres"))
        fresh = data_dir / "pg.restoring"
        if fresh.exists():
            shutil.rmtree(fresh)
        shutil.copytree(copy / "pg", fresh, symlinks=True)
        identity.give(data_dir)
        for path in (fresh, *fresh.rglob("*")):
            identity.give(path)
        write_secrets(data_dir, passwords)
        fresh.rename(cluster)
