"""Copies of the whole server: made while it works, checked file by file, put back into an empty folder.

A copy is what `pg_basebackup` makes, with the journal of changes it needs, and the logins' passwords beside it. Copies
are physical because order in the ledger is by transaction number, which a copy of rows alone would not keep.
"""

import shutil
from pathlib import Path

from psycopg import conninfo

from leerrekening.database.binaries import find_binaries
from leerrekening.database.errors import BackupFailed, ServerFailed
from leerrekening.database.identity import find_identity
from leerrekening.database.server import (
    Server,
    read_secrets,
    run_program,
    running_pid,
    starting,
    write_secrets,
)


def back_up(server: Server, target: Path) -> None:
    """Copy a running server of ours into a new folder, and check the copy. Errors: BackupFailed."""
    if server.data_dir is None or not (server.data_dir / "pg").exists():
        raise BackupFailed(
            "this server is run by others, and so are its copies.\n"
            "  See docs/operations-database.md for what they need to do."
        )
    target = target.absolute()
    if target.exists() and any(target.iterdir()):
        raise BackupFailed(f"{target} is not empty.\n  Name a new folder: copies do not overwrite each other.")
    binaries = find_binaries(int((server.data_dir / "pg" / "PG_VERSION").read_text()))
    target.mkdir(mode=0o700, parents=True, exist_ok=True)
    login = conninfo.conninfo_to_dict(server.dsn())
    try:
        run_program(
            [binaries.program("pg_basebackup"), "--pgdata", str(target / "pg"), "--wal-method=stream"]
            + ["--checkpoint=fast", "--no-password"],
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
    """Check every file of a copy against its list of hashes. Errors: BackupFailed with what differs."""
    if not (copy / "pg" / "backup_manifest").is_file():
        raise BackupFailed(f"{copy} holds no copy made with ./llr db backup.")
    binaries = find_binaries(int((copy / "pg" / "PG_VERSION").read_text()))
    try:
        run_program([binaries.program("pg_verifybackup"), str(copy / "pg")])
    except ServerFailed as error:
        raise BackupFailed(f"the copy in {copy} is damaged.\n  {error}") from error


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
