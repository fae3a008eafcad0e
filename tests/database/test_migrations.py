"""Steps of the schema: forward only, once, whole or not at all; and one that is made while people are served."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from leerrekening.database.errors import MigrationRefused
from leerrekening.database.migrations import migrate
from leerrekening.database.server import Server, ensure_server


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    server = ensure_server(tmp_path_factory.mktemp("steps"))
    yield server
    server.stop()


@pytest.fixture
def dsn(running: Server) -> Iterator[str]:
    with psycopg.connect(running.dsn(), autocommit=True) as connection:
        connection.execute("drop table if exists llr_step, a, b")
    return running.dsn()


def write(folder: Path, *texts: str) -> Path:
    for number, text in enumerate(texts, start=1):
        (folder / f"{number:04}_step.sql").write_text(text)
    return folder


def test_each_step_once_and_in_order(dsn: str, tmp_path: Path) -> None:
    folder = write(tmp_path, "create table a (x int); insert into a values (1);", "insert into a values (2)")
    assert migrate(dsn, folder, upto=1) == ["0001_step.sql"]
    assert migrate(dsn, folder) == ["0002_step.sql"]
    assert migrate(dsn, folder) == []
    with psycopg.connect(dsn) as connection:
        assert connection.execute("select x from a order by x").fetchall() == [(1,), (2,)]


def test_a_step_that_fails_leaves_nothing(dsn: str, tmp_path: Path) -> None:
    folder = write(tmp_path, "create table a (x int)", "create table b (x int); select 1/0")
    with pytest.raises(MigrationRefused, match=r"(?s)0002_step.sql was not applied.*division by zero"):
        migrate(dsn, folder)
    write(tmp_path, "create table a (x int)", "create table b (x int)")
    assert migrate(dsn, folder) == ["0002_step.sql"]


def test_history_is_kept(dsn: str, tmp_path: Path) -> None:
    folder = write(tmp_path, "create table a (x int)", "create table b (x int)")
    migrate(dsn, folder)
    write(tmp_path, "create table a (x bigint)")
    with pytest.raises(MigrationRefused, match="never changes"):
        migrate(dsn, folder)
    (tmp_path / "0002_step.sql").unlink()
    with pytest.raises(MigrationRefused, match="Use the newer program"):
        migrate(dsn, folder)
    (tmp_path / "0009_far.sql").write_text("")
    with pytest.raises(MigrationRefused, match="must be named 0002"):
        migrate(dsn, folder)


def test_several_at_once_take_turns(dsn: str, tmp_path: Path) -> None:
    folder = write(tmp_path, "create table a (x int); select pg_sleep(0.2)")
    applied: list[str] = []
    threads = [threading.Thread(target=lambda: applied.extend(migrate(dsn, folder))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert applied == ["0001_step.sql"]


def test_a_step_that_gives_way_is_made_again(dsn: str, tmp_path: Path) -> None:
    """Somebody holds what the step wants next and asks for what it has: the database ends one of the two."""
    migrate(dsn, write(tmp_path, "create table a (x int); create table b (x int)"))
    write(
        tmp_path, "create table a (x int); create table b (x int)", "lock a; lock b; insert into a values (1)"
    )
    made: list[str] = []
    step = threading.Thread(target=lambda: made.extend(migrate(dsn, tmp_path)))
    with psycopg.connect(dsn, autocommit=True) as watching, psycopg.connect(dsn) as serving:
        # Who waits first looks for a circle first, and is the one that ends.
        serving.execute("set deadlock_timeout = '1min'")
        serving.execute("lock b")
        step.start()
        waits = "select count(*) from pg_locks where not granted and relation = 'b'::regclass"
        while not watching.execute(waits).fetchone()[0]:  # type: ignore[index]
            time.sleep(0.01)
        serving.execute("lock a")
        serving.commit()
    step.join()
    assert made == ["0002_step.sql"]
    with psycopg.connect(dsn) as connection:
        assert connection.execute("select x from a").fetchall() == [(1,)]
