"""The server: made once, started when needed, shared by everybody who uses the same folder, stopped by the last.

A data folder holds `pg` (the cluster), `socket` (only the owner opens it), `secrets.json` (passwords, only the owner
reads it) and `server.log`. Every user of the folder holds a shared lock on `users.lock`; the kernel drops it when a
process dies, so a crash never leaves a server that nobody may stop.
"""

import contextlib
import fcntl
import hashlib
import os
import secrets
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

import psycopg
from psycopg import conninfo

from leerrekening.database.binaries import OLDEST_MAJOR, Binaries, find_binaries
from leerrekening.database.errors import DatabaseProblem, ServerFailed, UnsafeServer
from leerrekening.database.identity import Identity, find_identity
from leerrekening.database.passwords import read_secrets, write_secrets
from leerrekening.database.processes import (
    START_SECONDS,
    await_departure,
    children,
    read_status,
    running_pid,
    stop_cluster,
)
from leerrekening.database.safety import check_durable, refuse_network_disk

URL_VARIABLE = "LLR_DATABASE_URL"
DATABASE = "llr"
ADMINISTRATOR = "llr_admin"
LONGEST_SOCKET_PATH = 100

SETTINGS: Mapping[str, str] = {
    "listen_addresses": "''",
    "unix_socket_permissions": "0700",
    "max_connections": "128",
    "shared_buffers": "256MB",
    "max_wal_size": "4GB",
    # Files of the log are used again instead of made: making one holds up whoever commits at that moment.
    "min_wal_size": "512MB",
    "checkpoint_timeout": "15min",
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    "wal_level": "replica",
    "password_encryption": "'scram-sha-256'",
    "idle_in_transaction_session_timeout": "'5min'",
    "jit": "off",
    "timezone": "'UTC'",
    "log_timezone": "'UTC'",
    "log_min_messages": "warning",
    # A statement in the log could hold what is known of a person.
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
}


@dataclass(slots=True)
class Server:
    """A running server. `dsn` gives connection strings; `stop` ends our use of it."""

    data_dir: Path | None
    administrator: str = field(repr=False)
    version: str
    where: str
    passwords: dict[str, str] = field(repr=False, default_factory=dict)
    _use: IO[str] | None = field(repr=False, default=None)

    def dsn(self, role: str = ADMINISTRATOR) -> str:
        """Connection string of a login: `llr_admin`, or one that `add_login` has made. Errors: DatabaseProblem."""
        if role == ADMINISTRATOR:
            return self.administrator
        if role not in self.passwords:
            raise DatabaseProblem(
                f"the database has no login {role}.\n  Known: {', '.join(sorted(self.passwords))}."
            )
        return conninfo.make_conninfo(self.administrator, user=role, password=self.passwords[role])

    def add_login(self, role: str, member_of: str) -> None:
        """Make a login that is a member of one group role, with a password only we know. Again: no effect."""
        password = self.passwords.get(role) or secrets.token_urlsafe(24)
        with psycopg.connect(self.administrator, autocommit=True) as connection:
            exists = (
                connection.execute("select from pg_roles where rolname = %s", [role]).fetchone() is not None
            )
            if not exists or role not in self.passwords:
                verifier = connection.pgconn.encrypt_password(
                    password.encode(), role.encode(), b"scram-sha-256"
                ).decode()
                verb = "alter" if exists else "create"
                connection.execute(
                    f"{verb} role {role} login inherit nobypassrls nosuperuser password '{verifier}'"
                )
            connection.execute(f"grant {member_of} to {role}")
        if role not in self.passwords:
            self.passwords[role] = password
            if self.data_dir is not None:
                write_secrets(self.data_dir, self.passwords)

    def stop(self) -> None:
        """End our use. The last user of a server we run stops it. Errors: ServerFailed. Again: no effect."""
        if self._use is None or self.data_dir is None:
            return
        with starting(self.data_dir):
            use, self._use = self._use, None
            leave(use, self.data_dir)

    def alive(self) -> bool:
        """Whether a server of ours still runs. One that others run is theirs to watch."""
        return self.data_dir is None or self._use is None or running_pid(self.data_dir / "pg") is not None


def default_data_dir() -> Path:
    """Where data is kept unless another folder is named: LLR_DATA, else `.llr/data` beside the program."""
    named = os.environ.get("LLR_DATA")
    return Path(named) if named else Path(__file__).resolve().parents[3] / ".llr" / "data"


def ensure_server(data_dir: Path | None = None, settings: Mapping[str, str] | None = None) -> Server:
    """A server that runs: the one of LLR_DATABASE_URL, else ours in `data_dir`, made and started when needed.

    May be called by many processes at once, after a crash too. `settings` are for a new folder only.
    Errors: DatabaseProblem.
    """
    url = os.environ.get(URL_VARIABLE)
    folder = (data_dir or default_data_dir()).absolute()
    if url:
        return outside_server(url, folder)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    refuse_network_disk(folder)
    with starting(folder):
        use = open(folder / "users.lock", "w")  # noqa: SIM115 - held until `stop`
        try:
            fcntl.flock(use, fcntl.LOCK_SH)
            cluster = folder / "pg"
            major = int((cluster / "PG_VERSION").read_text()) if cluster.exists() else None
            binaries = find_binaries(major)
            identity = find_identity(folder, binaries.program("postgres"))
            if not cluster.exists():
                create_cluster(folder, binaries, identity, {**SETTINGS, **(settings or {})})
            passwords = read_secrets(folder)
            administrator = administrator_of(folder, passwords)
            await_answer(administrator, folder, binaries, identity)
            check_durable(administrator)
        except BaseException:
            leave(use, folder)
            raise
    return Server(folder, administrator, binaries.version, f"{folder} (as {identity.name})", passwords, use)


def attach(data_dir: Path | None = None) -> Server:
    """The server that another process keeps at work (`./llr run`), for a program that only connects to it.

    Starts nothing, looks at nothing but the files in the folder, and need not be stopped.
    Errors: DatabaseProblem when it does not run.
    """
    folder = (data_dir or default_data_dir()).absolute()
    if url := os.environ.get(URL_VARIABLE):
        return outside_server(url, folder)
    if running_pid(folder / "pg") is None:
        raise ServerFailed(f"no database server runs in {folder}.\n  ./llr run starts it.")
    passwords = read_secrets(folder)
    return Server(folder, administrator_of(folder, passwords), "", str(folder), passwords)


def administrator_of(folder: Path, passwords: Mapping[str, str]) -> str:
    """Connection string of the administrator of our own server."""
    return conninfo.make_conninfo(
        host=str(socket_folder(folder)),
        user=ADMINISTRATOR,
        password=passwords[ADMINISTRATOR],
        dbname=DATABASE,
    )


def leave(use: IO[str], folder: Path) -> None:
    """Give up our use of a folder, and stop its server when nobody else uses it. Only inside `starting`."""
    with use, contextlib.suppress(BlockingIOError):
        fcntl.flock(use, fcntl.LOCK_EX | fcntl.LOCK_NB)
        stop_cluster(folder / "pg")


def outside_server(url: str, folder: Path) -> Server:
    """A server that others run. Errors: DatabaseProblem when it is not there, too old, or not durable."""
    try:
        with psycopg.connect(url, connect_timeout=10) as connection:
            number = connection.info.server_version
    except psycopg.OperationalError as error:
        raise ServerFailed(f"the database of {URL_VARIABLE} does not answer: {str(error).strip()}") from None
    if number < OLDEST_MAJOR * 10000:
        raise ServerFailed(f"PostgreSQL {number // 10000} is too old: {OLDEST_MAJOR} or newer is needed.")
    check_durable(url)
    # Passwords of the logins that `add_login` makes on it are kept in our own folder.
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    passwords = read_secrets(folder) if (folder / "secrets.json").exists() else {}
    shown = conninfo.conninfo_to_dict(url)
    version = f"{number // 10000}.{number % 10000}"
    return Server(folder, url, version, f"{shown.get('host', 'local')} (from {URL_VARIABLE})", passwords)


@contextlib.contextmanager
def starting(folder: Path) -> Iterator[None]:
    """Only one process at a time makes, starts or stops the server of a folder."""
    with open(folder / "start.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def create_cluster(folder: Path, binaries: Binaries, identity: Identity, settings: Mapping[str, str]) -> None:
    """Make the data files. A half-made folder is never taken for a whole one: it gets its name last."""
    passwords = {ADMINISTRATOR: secrets.token_urlsafe(24)}
    identity.give(folder)
    fresh = folder / "pg.new"
    if fresh.exists():
        shutil.rmtree(fresh)
    fresh.mkdir(mode=0o700)
    identity.give(fresh)
    with tempfile.NamedTemporaryFile("w", dir=folder, prefix="password-") as password:
        password.write(passwords[ADMINISTRATOR])
        password.flush()
        identity.give(Path(password.name))
        run_program(
            [
                binaries.program("initdb"),
                "--pgdata",
                str(fresh),
                "--username",
                ADMINISTRATOR,
                "--pwfile",
                password.name,
                "--auth-local=scram-sha-256",
                "--auth-host=reject",
                "--data-checksums",
                "--encoding=UTF8",
                "--locale=C.UTF-8",
                "--no-instructions",
            ],
            identity,
        )
    with open(fresh / "postgresql.conf", "a") as conf:
        conf.write("\ninclude 'llr.conf'\n")
    (fresh / "llr.conf").write_text("".join(f"{name} = {value}\n" for name, value in settings.items()))
    identity.give(fresh / "llr.conf")
    (fresh / "pg_hba.conf").write_text(
        "# Local socket only, and always with a password.\n"
        "local all all scram-sha-256\n"
        "local replication all scram-sha-256\n"
    )
    write_secrets(folder, passwords)
    fresh.rename(folder / "pg")


def start_cluster(folder: Path, binaries: Binaries, identity: Identity) -> None:
    """Start the server and wait until it answers; recovery after a crash included. Errors: ServerFailed."""
    cluster = folder / "pg"
    sockets = socket_folder(folder)
    sockets.mkdir(mode=0o700, exist_ok=True)
    identity.give(sockets)
    owner = sockets.lstat()
    if owner.st_uid != identity.uid or owner.st_mode & 0o077 or sockets.is_symlink():
        raise UnsafeServer(
            f"{sockets} can be opened by others than its owner.\n  Remove it, or make it 0700."
        )
    await_departure(cluster)
    with open(folder / "server.log", "ab") as log:
        process = subprocess.Popen(
            [*identity.prefix, binaries.program("postgres"), "-D", str(cluster), "-k", str(sockets)],
            cwd=cluster,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            **identity.options(),  # type: ignore[call-overload]  # user, group and extra_groups are among its options
        )
    children[process.pid] = process
    deadline = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        if read_status(cluster) == (process.pid, "ready"):
            create_database(folder, sockets)
            return
        time.sleep(0.02)
    said = (folder / "server.log").read_text(errors="replace").splitlines()[-12:]
    raise ServerFailed(
        f"PostgreSQL {binaries.version} did not start in {cluster}.\n  Its last words ({folder / 'server.log'}):\n"
        + "\n".join(f"    {line}" for line in said)
    )


def await_answer(administrator: str, folder: Path, binaries: Binaries, identity: Identity) -> None:
    """Start the server unless it runs, and wait while it recovers; one that dies meanwhile is started again."""
    deadline = time.monotonic() + START_SECONDS
    while True:
        if running_pid(folder / "pg") is None:
            start_cluster(folder, binaries, identity)
        try:
            psycopg.connect(administrator).close()
            return
        except psycopg.OperationalError as error:
            # Only a server that comes, goes or recovers is waited for.
            if "password" in str(error) or time.monotonic() > deadline:
                raise ServerFailed(
                    f"the server in {folder} does not let us in: {str(error).strip()}"
                ) from None
            time.sleep(0.05)


def create_database(folder: Path, sockets: Path) -> None:
    """Make the one database, unless it is there."""
    password = read_secrets(folder)[ADMINISTRATOR]
    login = conninfo.make_conninfo(
        host=str(sockets), user=ADMINISTRATOR, password=password, dbname="postgres"
    )
    with psycopg.connect(login, autocommit=True) as connection:
        if connection.execute("select from pg_database where datname = %s", [DATABASE]).fetchone() is None:
            connection.execute(f"create database {DATABASE}")


def socket_folder(folder: Path) -> Path:
    """Where the socket stands. Sockets have short paths: a deep data folder gets one elsewhere."""
    inside = folder / "socket"
    if len(str(inside)) <= LONGEST_SOCKET_PATH:
        return inside
    name = hashlib.sha256(str(folder).encode()).hexdigest()[:16]
    return Path(os.environ.get("XDG_RUNTIME_DIR") or tempfile.gettempdir()) / f"llr-{os.geteuid()}-{name}"


def run_program(
    command: list[str], identity: Identity | None = None, environment: Mapping[str, str] | None = None
) -> str:
    """Run one program of PostgreSQL to its end; what it printed. Errors: ServerFailed with its own words."""
    done = subprocess.run(
        [*(identity.prefix if identity else ()), *command],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, **(environment or {})},
        **(identity.options() if identity else {}),  # type: ignore[call-overload]  # as in start_cluster
    )
    if done.returncode:
        raise ServerFailed(f"{Path(command[0]).name} failed: {(done.stderr or done.stdout).strip()}")
    return str(done.stdout)
