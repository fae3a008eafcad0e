"""The server of our own: made, shared, stopped, killed, and shut to others."""

import json
import os
import signal
import stat
import subprocess
import sys
import tempfile
import textwrap
from pathlib import Path

import psycopg
import pytest
from psycopg import conninfo

from leerrekening.database import binaries, identity, processes, safety, server
from leerrekening.database.errors import CannotRunAs, DatabaseProblem, NoPostgres, ServerFailed, UnsafeServer
from leerrekening.database.server import ensure_server


def pid_of(folder: Path) -> int | None:
    return processes.running_pid(folder / "pg")


def test_it_starts_durable_and_private_and_stops(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    running = ensure_server(folder)
    try:
        assert int(running.version.split(".")[0]) >= 16
        assert "password" not in repr(running)
        with psycopg.connect(running.dsn()) as connection:
            for name, value in (
                ("fsync", "on"),
                ("synchronous_commit", "on"),
                ("full_page_writes", "on"),
                ("data_checksums", "on"),
                ("listen_addresses", ""),
            ):
                assert connection.execute("select current_setting(%s)", [name]).fetchone() == (value,)
        socket = Path(str(conninfo.conninfo_to_dict(running.dsn())["host"]))
        assert stat.S_IMODE(socket.stat().st_mode) == 0o700
        assert stat.S_IMODE((folder / "secrets.json").stat().st_mode) == 0o600
        assert stat.S_IMODE((folder / "pg").stat().st_mode) == 0o700
        for password in ("", "wrong"):
            with pytest.raises(psycopg.OperationalError, match="password"):
                psycopg.connect(conninfo.make_conninfo(running.dsn(), password=password), passfile="")
        pid = pid_of(folder)
        assert pid
        status = Path(f"/proc/{pid}/status").read_text()
        assert "CapEff:\t0000000000000000" in status
    finally:
        running.stop()
    assert pid_of(folder) is None
    running.stop()
    with ensured(folder) as again, psycopg.connect(again.dsn()) as connection:
        assert connection.execute("select 1").fetchone() == (1,)


class ensured:  # noqa: N801 - reads as a verb
    """A server for the length of a block."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __enter__(self) -> server.Server:
        self.server = ensure_server(self.folder)
        return self.server

    def __exit__(self, *_: object) -> None:
        self.server.stop()


def test_the_last_user_stops_it(tmp_path: Path) -> None:
    with ensured(tmp_path) as first:
        with ensured(tmp_path) as second:
            assert second.dsn() == first.dsn()
            pid = pid_of(tmp_path)
        assert pid_of(tmp_path) == pid
    assert pid_of(tmp_path) is None


USER = textwrap.dedent(
    """
    import sys, time
    from pathlib import Path
    import psycopg
    from leerrekening.database.server import ensure_server
    server = ensure_server(Path(sys.argv[1]))
    with psycopg.connect(server.dsn()) as connection:
        connection.execute("select 1")
    print("ready", flush=True)
    time.sleep(60 if sys.argv[2:] else 0)
    server.stop()
    """
)


def test_many_start_it_at_once_and_one_dies(tmp_path: Path) -> None:
    """Six processes at once on an empty folder; one more is killed while it uses the server."""
    command = [sys.executable, "-c", USER, str(tmp_path)]
    environment = {**os.environ, "PYTHONPATH": str(Path(server.__file__).parents[2])}
    together = [subprocess.Popen(command, env=environment, stdout=subprocess.PIPE) for _ in range(6)]
    for process in together:
        output, _ = process.communicate(timeout=120)
        assert process.returncode == 0 and output == b"ready\n"
    assert pid_of(tmp_path) is None
    with subprocess.Popen([*command, "stay"], env=environment, stdout=subprocess.PIPE) as doomed:
        assert doomed.stdout and doomed.stdout.readline() == b"ready\n"
        left = pid_of(tmp_path)
        doomed.kill()
    with ensured(tmp_path):
        assert pid_of(tmp_path) == left
    assert pid_of(tmp_path) is None


def test_it_comes_back_after_kill_9(tmp_path: Path) -> None:
    with ensured(tmp_path) as first:
        with psycopg.connect(first.dsn(), autocommit=True) as connection:
            connection.execute("create table t (x int)")
            connection.execute("insert into t values (1)")
            pid = pid_of(tmp_path)
            assert pid
            os.kill(pid, signal.SIGKILL)
        with ensured(tmp_path) as second, psycopg.connect(second.dsn()) as connection:
            assert connection.execute("select x from t").fetchall() == [(1,)]


def test_a_half_made_folder_is_made_again(tmp_path: Path) -> None:
    (tmp_path / "pg.new").mkdir()
    (tmp_path / "pg.new" / "left").write_text("by a start that was broken off")
    with ensured(tmp_path):
        assert pid_of(tmp_path)


def test_a_process_that_outlives_its_killed_server_does_not_keep_the_next_from_starting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It waits for a lock of a process that is gone, or, as here, stands still: it would never leave by itself."""
    monkeypatch.setattr(processes, "ORPHAN_SECONDS", 0.5)
    with ensured(tmp_path) as first:
        connection = psycopg.connect(first.dsn(), autocommit=True)
        backend, postmaster = connection.info.backend_pid, pid_of(tmp_path)
        assert postmaster
        os.kill(backend, signal.SIGSTOP)
        assert not processes.is_orphan(backend) and not processes.is_orphan(postmaster)
        os.kill(postmaster, signal.SIGKILL)
        with ensured(tmp_path) as again, psycopg.connect(again.dsn()) as other:
            assert other.execute("select 1").fetchone() == (1,)
            assert backend not in processes.processes_in(tmp_path / "pg")
        connection.close()
    assert pid_of(tmp_path) is None


def test_a_deep_folder_gets_its_socket_elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    deep = tmp_path / ("d" * 90)
    with tempfile.TemporaryDirectory() as short:  # that of the tests may be deep itself
        monkeypatch.setenv("XDG_RUNTIME_DIR", short)
        with ensured(deep) as running:
            host = str(conninfo.conninfo_to_dict(running.dsn())["host"])
            assert len(host) <= server.LONGEST_SOCKET_PATH
        Path(host).chmod(0o755)
        with pytest.raises(UnsafeServer, match="opened by others"):
            ensure_server(deep)


def test_what_does_not_start_is_explained(tmp_path: Path) -> None:
    with ensured(tmp_path):
        pass
    with (tmp_path / "pg" / "llr.conf").open("a") as conf:
        conf.write("shared_buffers = nonsense\n")
    with pytest.raises(ServerFailed, match=r"(?s)did not start.*nonsense"):
        ensure_server(tmp_path)


def test_unsafe_settings_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UnsafeServer, match=r"fsync = off"):
        ensure_server(tmp_path, {"fsync": "off"})
    processes.stop_cluster(tmp_path / "pg")


def test_a_network_disk_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    line = f"1 2 0:1 / {tmp_path} rw - nfs4 host:/share rw\n"
    monkeypatch.setattr(Path, "read_text", lambda *_, **__: line)
    with pytest.raises(UnsafeServer, match="network file system"):
        safety.refuse_network_disk(tmp_path)


def test_a_connection_string_takes_its_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with ensured(tmp_path / "theirs") as theirs:
        monkeypatch.setenv(server.URL_VARIABLE, theirs.dsn())
        ours = ensure_server(tmp_path / "ours")
        assert not (tmp_path / "ours" / "pg").exists()
        with psycopg.connect(theirs.dsn(), autocommit=True) as connection:
            connection.execute("create role llr_example nologin")
        ours.add_login("llr_example_login", "llr_example")
        ours.add_login("llr_example_login", "llr_example")
        with psycopg.connect(ours.dsn("llr_example_login")) as connection:
            assert connection.execute("select current_user").fetchone() == ("llr_example_login",)
        again = ensure_server(tmp_path / "ours")
        assert again.dsn("llr_example_login") == ours.dsn("llr_example_login")
        with pytest.raises(DatabaseProblem, match="no login"):
            ours.dsn("nobody")
        # A site only has to find the server: it is given a login without rights, and not the administrator's.
        monkeypatch.setenv(server.URL_VARIABLE, ours.dsn("llr_example_login"))
        site = server.attach(tmp_path / "ours")
        assert site.dsn("llr_example_login") == ours.dsn("llr_example_login")
        with psycopg.connect(site.dsn()) as connection:
            assert connection.execute("select current_user").fetchone() == ("llr_example_login",)
        monkeypatch.setenv(server.URL_VARIABLE, theirs.dsn())
        ours.stop()
    with pytest.raises(ServerFailed, match="does not answer"):
        ensure_server(tmp_path / "ours")


def test_binaries(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    found = binaries.find_binaries()
    assert found.major >= 16
    assert binaries.find_binaries(16).major == 16
    with pytest.raises(NoPostgres, match="pg_nothing is missing"):
        found.program("pg_nothing")
    with pytest.raises(NoPostgres, match="PostgreSQL 9 "):
        binaries.find_binaries(9)
    monkeypatch.setenv("LLR_POSTGRES_BIN", str(tmp_path))
    with pytest.raises(NoPostgres, match="none"):
        binaries.find_binaries()


def test_other_versions_run_the_ledger_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """PostgreSQL 16 of the same wheel: the steps apply, and a folder stays with the version that made it."""
    from leerrekening.ledger import install

    older = binaries.find_binaries(16)
    monkeypatch.setenv("LLR_POSTGRES_BIN", str(older.folder))
    with ensured(tmp_path) as running:
        assert install(running)
    monkeypatch.delenv("LLR_POSTGRES_BIN")
    with ensured(tmp_path) as running:
        assert running.version == older.version


def test_missing_secrets_are_told(tmp_path: Path) -> None:
    with ensured(tmp_path):
        pass
    assert set(json.loads((tmp_path / "secrets.json").read_text())) == {"llr_admin"}
    (tmp_path / "secrets.json").unlink()
    with pytest.raises(ServerFailed, match="nobody can log in"):
        ensure_server(tmp_path)
    processes.stop_cluster(tmp_path / "pg")


class TestIdentity:
    """As whom the server runs, when root starts it. The kernel's part is played by stand-ins."""

    @pytest.fixture(autouse=True)
    def as_root(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(os, "geteuid", lambda: 0)
        monkeypatch.delenv(identity.ACCOUNT_VARIABLE, raising=False)

    def reach(self, monkeypatch: pytest.MonkeyPatch, *names: str) -> None:
        monkeypatch.setattr(identity, "can_run", lambda who, *_: who.name in names)

    def test_an_account_that_reaches_the_data(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        monkeypatch.setattr(identity, "USUAL_ACCOUNTS", ("no-such-account", "daemon"))
        self.reach(monkeypatch, "daemon")
        found = identity.find_identity(tmp_path / "data", "x")
        assert (found.name, found.drops) == ("daemon", True)
        assert found.options()["user"] == found.uid != 0

    def test_else_a_namespace_else_nobody(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        self.reach(monkeypatch, "root, without its rights", "nobody")
        assert identity.find_identity(tmp_path / "data", "x").prefix[0] == "unshare"
        self.reach(monkeypatch, "nobody")
        assert identity.find_identity(tmp_path / "data", "x").name == "nobody"
        self.reach(monkeypatch)
        with pytest.raises(CannotRunAs, match="refuses to run as root"):
            identity.find_identity(tmp_path / "data", "x")

    def test_the_named_account(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        monkeypatch.setenv(identity.ACCOUNT_VARIABLE, "daemon")
        self.reach(monkeypatch, "daemon")
        assert identity.find_identity(tmp_path / "data", "x").name == "daemon"
        self.reach(monkeypatch)
        with pytest.raises(CannotRunAs, match="cannot reach"):
            identity.find_identity(tmp_path / "data", "x")
        with pytest.raises(CannotRunAs, match="is root"):
            identity.account("root")

    def test_a_plain_user_is_itself(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        monkeypatch.setattr(os, "geteuid", lambda: os.getuid() or 1)
        assert not identity.find_identity(tmp_path, "x").drops
