"""Speed of the ledger beside the floor of the same server, in one run: rounds alternate, ratios are what counts.

    .venv/bin/python -m bench.ledger                  one by one, batches, hot budget, delay, CPU and WAL per transfer
    .venv/bin/python -m bench.ledger --grants 1000000 a yearly right for that many people

The floor is pgbench's simple-update (one durable update of one row, one insert, per transaction) on the same server.
Needs pgbench, which comes with the server's programs.
"""

# ruff: noqa: E501, S608 - pgbench scripts are put together from constants

import argparse
import multiprocessing
import re
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import psycopg
from psycopg import conninfo

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "src"))

from leerrekening.database.binaries import find_binaries
from leerrekening.database.processes import running_pid
from leerrekening.database.server import Server, ensure_server
from leerrekening.ledger import Ledger, install
from leerrekening.ledger.auditor import audit
from leerrekening.ledger.installation import login_of
from leerrekening.ledger.requests import lot_number

DAY = date(2026, 3, 1)
PEOPLE = 200_000
CONNECTIONS = 8
CALL = (
    "select led.apply_batch({party}, {key}, {op}, {unit}, {debit}, {credit}, {amount}, {none_uuid}, {none_uuid},"
    " {reason}, {day}, {none_date}, {provider}, {none_uuid});"
)


class Bench:
    """A server with a ledger of many people and a pgbench floor."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.pgbench = find_binaries(int(server.version.split(".")[0])).program("pgbench")
        install(server)
        with Ledger(server.dsn(login_of("batch"))) as ledger:
            self.right = ledger.define_right("cheques", "oc", "cent", "calendar_year")
            self.capped = ledger.define_right("leave", "vov", "minute", "calendar_year", capped=True)
            for first in range(1, PEOPLE, 20_000):
                ledger.add_parties(range(first, first + 20_000))
            list(ledger.grant("start", self.right, DAY, ((p, 10**9) for p in range(1, PEOPLE + 1))))
            ledger.open_lots(range(1, PEOPLE + 1), self.capped, DAY)
            from uuid import uuid4

            ledger.allot(self.capped.fund, uuid4(), 10**14, DAY)
        self.lot = lot_number(self.right.id, date(2026, 1, 1), 1)
        self.leave_lot = lot_number(self.capped.id, date(2026, 1, 1), 2)
        with psycopg.connect(server.dsn(), autocommit=True) as connection:
            connection.execute("create database floor")
            connection.execute("vacuum analyze")
        self.run(["-i", "-s", "20", "-q"], "floor", "llr_admin")

    def run(self, options: list[str], database: str, role: str) -> str:
        """One run of pgbench; what it printed."""
        login = conninfo.conninfo_to_dict(self.server.dsn(role))
        done = subprocess.run(
            [self.pgbench, "-n", *options, database]
            if "-i" not in options
            else [self.pgbench, *options, database],
            env={
                "PGHOST": str(login["host"]),
                "PGUSER": str(login["user"]),
                "PGPASSWORD": str(login["password"]),
            },
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise SystemExit(done.stderr)
        return done.stdout

    def rate(self, script: Path | None, seconds: int) -> float:
        """Transactions a second at 8 connections; None is the floor."""
        common = ["-M", "prepared", "-c", str(CONNECTIONS), "-j", "2", "-T", str(seconds)]
        if script is None:
            said = self.run([*common, "-N"], "floor", "llr_admin")
        else:
            said = self.run([*common, "-f", str(script)], "llr", login_of("batch"))
        found = re.search(r"tps = ([0-9.]+)", said)
        assert found, said
        return float(found[1])

    def script(self, folder: Path, name: str, *, n: int = 1, op: int = 2, debit: int, credit: int) -> Path:
        """A pgbench script that asks for n transfers of random people in one call."""

        def same(value: object, kind: str) -> str:
            return f"array_fill({value}::{kind}, array[{n}])" if n > 1 else f"array[{value}]::{kind}[]"

        party = f"array(select :p + g * 7 from generate_series(1, {n}) g)" if n > 1 else "array[:p]::bigint[]"
        key = (
            f"array(select gen_random_uuid() from generate_series(1, {n}))"
            if n > 1
            else "array[gen_random_uuid()]"
        )
        text = f"\\set p random(1, {PEOPLE - 7 * n})\n" + CALL.format(
            party=party.replace(")", ")::bigint[]", 0), key=key, op=same(op, "smallint"), unit=same(abs(debit) % 8, "smallint"),
            debit=same(debit, "bigint"), credit=same(credit, "bigint"), amount=same(1, "bigint"),
            none_uuid=same("null", "uuid"), reason=same(2, "smallint"), day=same("'2026-05-05'", "date"),
            none_date=same("null", "date"), provider=same(7, "bigint"),
        )  # fmt: skip
        path = folder / f"{name}.sql"
        path.write_text(text.replace("generate_series(1, ", "generate_series(1::bigint, ") if n > 1 else text)
        return path

    @contextmanager
    def cost(self, spent: dict[str, float]):  # type: ignore[no-untyped-def]  # a generator of nothing
        """CPU seconds of the server, and bytes of WAL, while a block runs."""
        before = cpu(self.server), wal(self.server)
        yield
        spent["cpu"], spent["wal"] = cpu(self.server) - before[0], wal(self.server) - before[1]

    def delays(self, script: Path | None, folder: Path, rate: float, seconds: int) -> list[float]:
        """Milliseconds from the planned start of each call to its answer, at a steady rate; None is the floor."""
        log = folder / f"delay-{script.stem if script else 'floor'}"
        options = [
            "-M",
            "prepared",
            "-c",
            str(CONNECTIONS),
            "-j",
            "2",
            "-T",
            str(seconds),
            "-R",
            str(int(rate)),
        ]
        options += ["-l", "--log-prefix", str(log)]
        if script is None:
            self.run([*options, "-N"], "floor", "llr_admin")
        else:
            self.run([*options, "-f", str(script)], "llr", login_of("batch"))
        return sorted(
            int(line.split()[2]) / 1000
            for file in folder.glob(f"{log.name}*")
            for line in file.read_text().splitlines()
        )


def cpu(server: Server) -> float:
    """CPU seconds of the server so far: a figure that neighbours on the machine hardly change."""
    assert server.data_dir
    time.sleep(1)  # connections that have ended are counted when their process has been reaped
    pid = running_pid(server.data_dir / "pg")
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return sum(int(value) for value in fields[11:15]) / 100


def wal(server: Server) -> float:
    """Bytes of changes written so far."""
    with psycopg.connect(server.dsn()) as connection:
        row = connection.execute("select pg_current_wal_insert_lsn() - '0/0'").fetchone()
        return float(row[0]) if row else 0.0


def transfers(bench: Bench, rounds: int, seconds: int) -> None:
    """Floor, one by one, batches and hot budget, round after round."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        one = bench.script(folder, "one", debit=bench.lot, credit=bench.right.consumption)
        hundred = bench.script(folder, "hundred", n=100, debit=bench.lot, credit=bench.right.consumption)
        free = bench.script(folder, "free", op=1, debit=bench.right.fund, credit=bench.lot)
        hot = bench.script(folder, "hot", op=1, debit=bench.capped.fund, credit=bench.leave_lot)
        table: dict[str, list[float]] = {"floor": [], "one": [], "hundred": [], "free": [], "hot": []}
        spent: dict[str, dict[str, float]] = {"floor": {}, "one": {}, "hundred": {}}
        bench.rate(one, 2)
        bench.rate(hundred, 2)
        for number in range(rounds):
            for label, script, times in (
                ("floor", None, 1), ("one", one, 1), ("hundred", hundred, 100), ("free", free, 1), ("hot", hot, 1),
            ):  # fmt: skip
                cost: dict[str, float] = {}
                with bench.cost(cost):
                    table[label].append(bench.rate(script, seconds) * times)
                if label in spent:
                    done = table[label][-1] * seconds
                    spent[label] = {"cpu": cost["cpu"] / done * 1e6, "wal": cost["wal"] / done}
            last = {label: rates[-1] for label, rates in table.items()}
            print(
                f"round {number + 1}: floor {last['floor']:.0f}/s, one by one {last['one']:.0f}/s"
                f" = {last['one'] / last['floor']:.2f} of it, batches of 100 {last['hundred']:.0f}/s"
                f" = {last['hundred'] / last['one']:.1f} times that; grants from a capped budget"
                f" {last['hot'] / last['free']:.2f} of those from a free one",
                flush=True,
            )

        def median(top: str, bottom: str) -> float:
            return statistics.median(a / b for a, b in zip(table[top], table[bottom], strict=True))

        print(
            f"median of {rounds}: one by one {median('one', 'floor'):.2f} of the floor (to reach: 0.5);"
            f" batches {median('hundred', 'one'):.1f} times one by one (to reach: 6);"
            f" hot budget {median('hot', 'free'):.2f} of a free one"
        )
        for label, cost in spent.items():
            print(
                f"{label}: {cost['cpu']:.0f} us CPU of the server and {cost['wal']:.0f} bytes WAL per transfer"
            )
        half = statistics.median(table["one"]) / 2
        # What the rounds left to be written is written first, as it is on a server that is not overloaded.
        with psycopg.connect(bench.server.dsn(), autocommit=True) as connection:
            connection.execute("checkpoint")
        for label, script in (("floor", None), ("reserving", one)):
            late = bench.delays(script, folder, half, max(20, seconds))
            p50, p90, p99 = (late[len(late) * part // 100] for part in (50, 90, 99))
            print(
                f"{label} at half load ({half:.0f}/s): p50 {p50:.1f} ms, p90 {p90:.1f} ms, p99 {p99:.1f} ms",
                end="",
            )
            print(" (to reach: under 10)" if script else "")


def grant_half(dsn: str, right_code: str, name: str, first: int, last: int) -> None:
    """One of two runs beside each other."""
    with Ledger(dsn) as ledger:
        right = ledger.right(right_code)
        for _ in ledger.grant(name, right, DAY, ((p, 25_000) for p in range(first, last + 1))):
            pass


def grants(server: Server, people: int) -> None:
    """A yearly right for many people, by two runs beside each other; then the same again; then an audit."""
    install(server)
    dsn = server.dsn(login_of("batch"))
    with Ledger(dsn) as ledger:
        ledger.define_right("yearly", "yearly", "cent", "calendar_year")
        for first in range(1, people, 50_000):
            ledger.add_parties(range(first, min(first + 50_000, people + 1)))
        for label in ("first", "again"):
            start, before = time.perf_counter(), (cpu(server), wal(server))
            middle = people // 2
            halves = [(1, middle), (middle + 1, people)]
            with multiprocessing.get_context("spawn").Pool(2) as pool:
                pool.starmap(grant_half, [(dsn, "yearly", f"run {a}", a, b) for a, b in halves])
            took = time.perf_counter() - start
            spent = cpu(server) - before[0], wal(server) - before[1]
            print(
                f"{label}: {people} grants in {took:.1f} s = {people / took:.0f}/s; each {spent[0] / people * 1e6:.0f} us"
                f" CPU of the server and {spent[1] / people:.0f} bytes WAL",
                flush=True,
            )
        start = time.perf_counter()
        rows = ledger.seal()
        print(f"sealed {rows} rows in {time.perf_counter() - start:.1f} s", flush=True)
    start = time.perf_counter()
    report = audit(server.dsn(login_of("auditor")))
    verdict = "clean" if report.clean else "NOT clean"
    print(f"audited {report.rows} rows in {time.perf_counter() - start:.1f} s: {verdict}")


def main() -> None:
    """Measure on a server of its own."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=5)
    parser.add_argument("--grants", type=int, metavar="PEOPLE")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        server = ensure_server(Path(folder) / "data", {"shared_buffers": "1GB", "max_wal_size": "8GB"})
        try:
            if arguments.grants:
                grants(server, arguments.grants)
            else:
                transfers(Bench(server), arguments.rounds, arguments.seconds)
        finally:
            server.stop()


if __name__ == "__main__":
    main()
