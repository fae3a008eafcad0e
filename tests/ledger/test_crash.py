"""Kill -9 under load, and the rest of what goes wrong with machines: nothing acknowledged is lost, nothing is done
twice, no half transfer. The seed of a run decides every request and every pause.
"""

# ruff: noqa: E501, PT012 - requests are readable on one line

import os
import random
import resource
import signal
import threading
import time
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from uuid import UUID

import psycopg
import pytest
from tests.ledger.conftest import Books
from tests.ledger.world import DAY, World

from leerrekening.database import backup
from leerrekening.database.processes import processes_in, running_pid
from leerrekening.database.server import Server, ensure_server
from leerrekening.ledger import Code, Ledger, Op, Reason, Request, install
from leerrekening.ledger.auditor import audit
from leerrekening.ledger.installation import login_of
from leerrekening.ledger.ledger import APPLY
from leerrekening.ledger.requests import lot_number

PEOPLE = range(1, 41)
WRITERS = 6


class Load:
    """Writers that ask, note what was acknowledged, and ask again what they are not sure of."""

    def __init__(self, server: Server | Books, seed: int) -> None:
        self.dsn = server.dsn("batch") if isinstance(server, Books) else server.dsn(login_of("batch"))
        self.server = server
        self.seed = seed
        self.acknowledged: dict[tuple[int, UUID], int] = {}
        self.refused_after_doubt: list[Request] = []
        self.unsure = 0
        self.patient = False  # whether the ledger itself may ask again
        self.stop = threading.Event()
        self.lock = threading.Lock()
        with Ledger(self.dsn) as ledger:
            self.right = ledger.define_right("cheques", "oc", "cent", "calendar_year")
            ledger.add_parties(PEOPLE)
            list(ledger.grant("start", self.right, DAY, [(p, 10**9) for p in PEOPLE]))
        self.lot = lot_number(self.right.id, date(2026, 1, 1), 1)

    def requests(self, writer: int) -> Iterator[list[Request]]:
        draw = random.Random(self.seed * 1000 + writer)
        held: list[Request] = []
        while True:
            batch = []
            for _ in range(draw.choice((1, 1, 1, 5, 20))):
                key = UUID(int=draw.getrandbits(128))
                if held and draw.random() < 0.5:
                    ref = held.pop(draw.randrange(len(held)))
                    op = Op.POST if draw.random() < 0.8 else Op.VOID
                    batch.append(Request(ref.party, key, op, DAY, Reason.USE, ref=ref.id))
                else:
                    made = Request(draw.choice(PEOPLE), key, Op.RESERVE, DAY, Reason.USE, 1, self.lot,
                                   self.right.consumption, draw.randint(1, 500))  # fmt: skip
                    batch.append(made)
            yield batch
            held += [request for request in batch if request.op == Op.RESERVE]

    def write(self, writer: int) -> None:
        for batch in self.requests(writer):
            doubt = False
            while not self.stop.is_set():
                try:
                    with Ledger(self.dsn) as ledger:
                        if not self.patient:
                            ledger._run = ask_once(ledger)  # type: ignore[method-assign]  # no help with repeating here
                        results = ledger.apply(batch)
                    break
                except psycopg.Error:
                    doubt = True
                    self.unsure += 1
                    time.sleep(0.01)
            else:
                return
            with self.lock:
                for request, result in zip(batch, results, strict=True):
                    if result.code.holds:
                        self.acknowledged[request.party or 0, request.id or UUID(int=0)] = request.amount or 0
                    elif doubt:
                        self.refused_after_doubt.append(request)

    def run(self, seconds: float, kill: "Killer | None" = None) -> None:
        self.stop.clear()
        threads = [threading.Thread(target=self.write, args=(n,)) for n in range(WRITERS)]
        for thread in threads:
            thread.start()
        if kill:
            kill(seconds)
        else:
            time.sleep(seconds)
        self.stop.set()
        for thread in threads:
            thread.join()
        self.seed += 1


def ask_once(ledger: Ledger):  # type: ignore[no-untyped-def]  # stands in for a method, whatever its types
    def run(work):  # type: ignore[no-untyped-def]
        with ledger._transaction() as connection:
            return work(connection)

    return run


class Killer:
    """Kills every process of the server, in random order, at a random moment; and starts it again."""

    def __init__(self, server: Server, draw: random.Random) -> None:
        self.server = server
        self.draw = draw

    def __call__(self, seconds: float) -> None:
        assert self.server.data_dir
        cluster = self.server.data_dir / "pg"
        time.sleep(seconds * self.draw.uniform(0.3, 1))
        doomed = processes_in(cluster)
        self.draw.shuffle(doomed)
        for pid in doomed:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        ensure_server(self.server.data_dir).stop()


@pytest.fixture
def own_server(tmp_path: Path) -> Iterator[Server]:
    server = ensure_server(tmp_path / "data")
    install(server)
    yield server
    server.stop()


def check(load: Load) -> None:
    """Everything acknowledged is there, once, and the books are right."""
    with psycopg.connect(load.server.dsn(login_of("auditor"))) as connection:
        rows = connection.execute("select party, id, amount, op from led.transfer where op > 1").fetchall()
    kept = {(party, key) for party, key, _, _ in rows}
    assert len(kept) == len(rows)
    lost = set(load.acknowledged) - kept
    assert not lost, f"seed {load.seed}: acknowledged and lost: {lost}"
    # what is there without having been acknowledged was in doubt when the writers were stopped
    assert len(kept - set(load.acknowledged)) <= WRITERS * 20
    report = audit(load.server.dsn(login_of("auditor")))
    assert report.clean, [str(finding) for finding in report.findings[:5]]


def crash(server: Server, cycles: int, seed: int) -> None:
    load = Load(server, seed)
    killer = Killer(server, random.Random(seed))
    for _ in range(cycles):
        load.run(0.6, killer)
        with Ledger(server.dsn(login_of("batch"))) as ledger:
            ledger.seal()
        check(load)
    assert not load.refused_after_doubt, (
        f"seed {seed}: refused when asked again: {load.refused_after_doubt[:3]}"
    )
    assert len(load.acknowledged) > cycles * 50
    print(
        f"{cycles} crashes, {len(load.acknowledged)} acknowledged, {load.unsure} unsure and asked again; lost 0, double 0"
    )


def test_ten_crashes_lose_nothing(own_server: Server) -> None:
    crash(own_server, 10, seed=20261)


@pytest.mark.deep
def test_two_hundred_crashes_lose_nothing(own_server: Server) -> None:
    crash(own_server, 200, seed=20262)


def test_the_same_seed_asks_the_same(own_server: Server) -> None:
    load = Load(own_server, 7)

    def some(n: int) -> list[Request]:
        found: list[Request] = []
        for batch in load.requests(n):
            found += batch
            if len(found) > 300:
                return found
        return found

    assert some(3) == some(3)
    assert some(3) != some(4)


def test_the_same_seed_leaves_the_same_journal(new_books: Callable[[], Books]) -> None:
    """A run of the writers one after another, in an order that the seed decides, kept and compared row by row."""

    def run(seed: int) -> list[tuple[object, ...]]:
        books = new_books()
        load = Load(books, seed)
        draw = random.Random(seed)
        sources = [load.requests(writer) for writer in range(WRITERS)]
        codes: list[object] = []
        with books.ledger() as ledger:
            for _ in range(150):
                codes += [result.code for result in ledger.apply(next(draw.choice(sources)))]
        with books.admin() as connection:
            rows = connection.execute(
                "select party, id, debit, credit, amount, op, reason, ref, ref_amount, valid_on from led.transfer order by seq"
            ).fetchall()
        return [*rows, tuple(codes)]

    assert run(11) == run(11)
    assert run(11) != run(12)


def backends(server: Server) -> list[int]:
    with psycopg.connect(server.dsn()) as connection:
        rows = connection.execute(
            "select pid from pg_stat_activity where usename = 'llr_batch_login' order by pid"
        ).fetchall()
    return [row[0] for row in rows]


def test_a_cut_connection_is_repeated_without_doing_it_twice(own_server: Server) -> None:
    load = Load(own_server, 1)
    with Ledger(own_server.dsn(login_of("batch"))) as ledger:
        source = load.requests(1)
        for _ in range(20):
            ledger.moment()
            with psycopg.connect(own_server.dsn(), autocommit=True) as admin:
                for pid in backends(own_server):
                    admin.execute("select pg_terminate_backend(%s)", [pid])
            results = ledger.apply(next(source))
            assert all(result.code == Code.DONE for result in results)
    assert audit(own_server.dsn(login_of("auditor"))).clean


def test_a_killed_client_leaves_no_half_transfer(own_server: Server) -> None:
    """The client asks for a group and is gone before the answer: all of it is there, or nothing."""
    load = Load(own_server, 1)
    for n in range(8):
        group = UUID(int=900 + n)
        batch = [
            Request(1, UUID(int=1000 + 10 * n + k), Op.RESERVE, DAY, Reason.USE, 1, load.lot, load.right.consumption, 5,
                    group=group) for k in range(5)
        ]  # fmt: skip
        child = os.fork()
        if child == 0:  # pragma: no cover - the child is killed
            Ledger(own_server.dsn(login_of("batch"))).apply(batch)
            os._exit(0)
        time.sleep(random.Random(n).uniform(0, 0.03))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    deadline = time.monotonic() + 10
    while backends(own_server) and time.monotonic() < deadline:
        time.sleep(0.02)
    with psycopg.connect(own_server.dsn()) as connection:
        sizes = connection.execute(
            "select count(*) from led.transfer where group_id is not null group by group_id"
        )
        assert {row[0] for row in sizes} <= {5}
    assert audit(own_server.dsn(login_of("auditor"))).clean


@pytest.mark.parametrize("files", ["table", "journal of changes"])
def test_a_full_disk_is_told_and_leaves_nothing(own_server: Server, files: str) -> None:
    """The server's process may not make its files longer: what a full disk answers, without filling the disk."""
    load = Load(own_server, 2)
    requests = load.requests(1)
    with psycopg.connect(own_server.dsn(login_of("batch")), autocommit=True) as connection:
        assert connection.execute("select 1").fetchone()
        for pid in backends(own_server):
            limit = 17 * 2**20 if files == "table" else 0
            resource.prlimit(pid, resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
        ledger = Ledger("", connection=connection)
        ledger._run = ask_once(ledger)  # type: ignore[method-assign]  # told once, not tried again
        with pytest.raises(psycopg.Error) as told:
            while True:
                ledger.apply([request for _ in range(30) for request in next(requests)])
    assert "could not" in str(told.value) or "terminat" in str(told.value), told.value
    recovered = wait_for(own_server)
    assert audit(recovered.dsn(login_of("auditor"))).clean
    with Ledger(recovered.dsn(login_of("batch"))) as ledger:
        assert all(result.code == Code.DONE for result in ledger.apply(next(load.requests(9))))
    recovered.stop()


def wait_for(server: Server) -> Server:
    """The same server when it has recovered by itself, or been started again."""
    assert server.data_dir
    deadline = time.monotonic() + 60
    while True:
        try:
            again = ensure_server(server.data_dir)
            with psycopg.connect(again.dsn()) as connection:
                connection.execute("select 1")
                return again
        except psycopg.OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)


def test_a_statement_that_takes_too_long_is_told_and_leaves_nothing(world: World) -> None:
    blocker = psycopg.connect(world.books.dsn("batch"))
    Ledger("", connection=blocker).apply([world.reserve(1)])
    with psycopg.connect(
        world.books.dsn("batch"), autocommit=True, options="-c statement_timeout=200"
    ) as waiting:
        ledger = Ledger("", connection=waiting)
        with pytest.raises(psycopg.errors.QueryCanceled, match="statement timeout"):
            ledger.apply([world.reserve(2), world.reserve(3, party=2)])
    blocker.rollback()
    blocker.close()
    assert world.available() == 10_000


def test_a_step_is_made_while_people_are_served(own_server: Server, tmp_path: Path) -> None:
    """The next step of the schema is applied under load: no request fails, and the books stay right."""
    import shutil

    from leerrekening.database.migrations import migrate
    from leerrekening.ledger.installation import SQL

    folder = tmp_path / "sql"
    shutil.copytree(SQL, folder)
    number = len(list(folder.glob("*.sql"))) + 1
    (folder / f"{number:04}_note.sql").write_text(
        "set local role llr_owner;\nalter table led.lot add column seen smallint not null default 0;\n"
        "alter table led.transfer add column channel smallint;\n"
    )
    load = Load(own_server, 5)
    load.patient = True

    def step(seconds: float) -> None:
        time.sleep(seconds / 2)
        assert migrate(own_server.dsn(), folder) == [f"{number:04}_note.sql"]
        time.sleep(seconds / 2)

    load.run(2, step)  # type: ignore[arg-type]  # called as the killer is
    assert load.unsure == 0
    assert len(load.acknowledged) > 200
    check(load)


def test_backup_and_restore_drill(own_server: Server, tmp_path: Path) -> None:
    """A copy made under load, put back elsewhere: whole, audited clean, and it goes on from there."""
    load = Load(own_server, 6)
    copy = tmp_path / "copy"
    load.run(1, lambda _: backup.back_up(own_server, copy))  # type: ignore[arg-type]  # called as the killer is
    restored_at = tmp_path / "restored"
    backup.restore(copy, restored_at)
    restored = ensure_server(restored_at)
    try:
        assert install(restored) == []
        report = audit(restored.dsn(login_of("auditor")))
        assert report.clean and report.rows > 40
        with Ledger(restored.dsn(login_of("batch"))) as ledger:
            assert ledger.apply(next(load.requests(50)))[0].code == Code.DONE
            assert ledger.seal() > 0
        assert audit(restored.dsn(login_of("auditor"))).clean
        with pytest.raises(backup.BackupFailed, match="not overwritten"):
            backup.restore(copy, restored_at)
    finally:
        restored.stop()
    with pytest.raises(backup.BackupFailed, match="not empty"):
        backup.back_up(own_server, copy)
    victim = max(
        (copy / "pg" / "base").rglob("*"), key=lambda file: file.stat().st_size if file.is_file() else 0
    )
    damaged = bytearray(victim.read_bytes())
    damaged[len(damaged) // 2] ^= 1
    victim.write_bytes(damaged)
    with pytest.raises(backup.BackupFailed, match="damaged"):
        backup.restore(copy, tmp_path / "another")
    with pytest.raises(backup.BackupFailed, match="holds no copy"):
        backup.verify(tmp_path)


def test_requests_of_unknown_shape_never_break_the_call(books: Books) -> None:
    """Every column of a call filled with its extremes: always one code per request."""
    world = World(books)
    draw = random.Random(1)
    extremes: dict[str, list[object]] = {
        "bigint[]": [None, 0, 1, -1, 2**63 - 1, -(2**63), 8, -9],
        "smallint[]": [None, 0, 1, 2, 5, 32767, -32768],
        "uuid[]": [None, UUID(int=0), UUID(int=2**128 - 1)],
        "date[]": [None, date(1, 1, 1), date(9999, 12, 31), DAY],
    }
    from leerrekening.ledger.ledger import COLUMNS

    with psycopg.connect(books.dsn("batch"), autocommit=True) as connection:
        for _ in range(3000):
            length = draw.choice((1, 1, 3, 7))
            columns = [[draw.choice(extremes[kind]) for _ in range(length)] for _, kind in COLUMNS]
            if draw.random() < 0.1:
                columns[draw.randrange(14)].append(None)
            row = connection.execute(APPLY, columns).fetchone()
            assert row and len(row[0]) == len(columns[1]), columns
            assert all(0 <= code <= 15 for code in row[0])
        for dates in ("infinity", "-infinity"):
            row = connection.execute(
                "select led.apply_batch('{1}', array[gen_random_uuid()], '{2}', '{1}', %s, %s, '{5}', '{null}', '{null}',"
                " '{2}', array[%s::date], '{null}', '{null}', '{null}')",
                [[world.lot], [world.cheques.consumption], dates],
            ).fetchone()
            assert row == ([12],)
    world.ledger.close()
    assert running_pid(Path(str(books.server.data_dir)) / "pg")
    assert audit(books.dsn("auditor")).clean
