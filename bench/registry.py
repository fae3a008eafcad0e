"""Speed of the registry beside a floor of the same run: a person's situation, an invented population, a file.

    .venv/bin/python -m bench.registry                        situation of a person with 10 years of history
    .venv/bin/python -m bench.registry --invent 100000        and that many invented people
    .venv/bin/python -m bench.registry --rows 1000000         and a file of that many rows, with the memory it took

Floors: an empty round trip to the server; COPY of as many rows of the same size into a table without an index.
"""

import argparse
import os
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "src"))

from leerrekening.account.installation import install
from leerrekening.database.access import Access
from leerrekening.database.server import ensure_server
from leerrekening.demo import invention, loading, personas
from leerrekening.ledger.installation import login_of
from leerrekening.registry.imports.importing import Progress, import_file
from leerrekening.registry.keys import VARIABLE, new_keys_text
from leerrekening.registry.situation import known
from leerrekening.registry.sources import SOURCES

TODAY = date(2026, 11, 28)


def median_ms(work: Callable[[], object], rounds: int = 400) -> float:
    """Median of one call, in milliseconds."""
    taken = []
    for number in range(rounds + 20):
        began = time.perf_counter()
        work()
        if number >= 20:
            taken.append(time.perf_counter() - began)
    return statistics.median(taken) * 1000


def situation(access: Access) -> None:
    """The situation of the invented person with the longest history, as a citizen."""
    pieter = personas.people()["pieter_wouters"]
    ((_, party),) = loading.load(access, [pieter], TODAY)
    with access.transaction("citizen", party=party) as connection:
        floor = median_ms(lambda: connection.execute("select 1").fetchone())
        whole = median_ms(lambda: known(connection, party, TODAY))
    print(f"known, 10 years and 30 used rights: {whole:.2f} ms (target 2), round trip {floor:.3f} ms")


def population(access: Access, count: int) -> None:
    """So many invented people."""
    began = time.perf_counter()
    for _ in invention.invent(access, count, 1, TODAY):
        pass
    seconds = time.perf_counter() - began
    with access.transaction("batch") as connection:
        facts = connection.execute("select count(*) from registry.fact").fetchone()[0]
        connection.execute("create temporary table floor (a bigint, b text, c text, d text)")
        floor_began = time.perf_counter()
        with connection.cursor().copy("copy floor from stdin") as copy:
            for number in range(facts):
                copy.write_row(
                    (number, "person.highest_diploma", "invented/2020-01-01", '{"from": "2020-01-01"}' * 3)
                )
        floor = time.perf_counter() - floor_began
    print(f"{count} people, {facts} facts: {seconds:.1f} s (target 120), COPY of as many rows {floor:.1f} s")


def file(access: Access, rows: int, folder: Path) -> None:
    """A file of so many rows about the people who are there, or 10,000 new ones."""
    list(invention.invent(access, 10_000, 2, TODAY))
    people = [invention.person(2, number, TODAY).insz.digits for number in range(10_000)]
    path = folder / "use.csv"
    with path.open("w") as stream:
        stream.write("insz,instrument,on,cents,course\n")
        for row in range(rows):
            bad = "x" if row % 1000 == 0 else ""
            stream.write(
                f"{people[row % 10_000]},opleidingscheques,2026-01-{row % 28 + 1:02},{100 + row % 99}{bad},c{row}\n"
            )
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began = time.perf_counter()
    last = Progress(0, 0, 0, 0)

    def note(progress: Progress) -> None:
        nonlocal last
        last = progress

    import_file(access, path, SOURCES["rights_used"], TODAY, folder / "report.csv", note)
    seconds = time.perf_counter() - began
    more = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    print(f"{rows} rows, {last.bad} bad, {last.people} people: {seconds:.1f} s, {more:.0f} MB more memory")


def main() -> None:
    """Measure on a server of its own."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--invent", type=int, metavar="PEOPLE")
    parser.add_argument("--rows", type=int)
    arguments = parser.parse_args()
    os.environ[VARIABLE] = new_keys_text()
    with tempfile.TemporaryDirectory() as folder:
        server = ensure_server(Path(folder) / "data")
        access = Access(lambda kind: server.dsn(login_of(kind)))
        try:
            install(server)
            situation(access)
            if arguments.invent:
                population(access, arguments.invent)
            if arguments.rows:
                file(access, arguments.rows, Path(folder))
        finally:
            access.close()
            server.stop()


if __name__ == "__main__":
    main()
