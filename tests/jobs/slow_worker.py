"""A worker for the tests, started as a process of its own: its tasks stop half way, to be killed or stopped there."""

import sys
import time
from datetime import date

from leerrekening.database.access import Access
from leerrekening.jobs.queue import run_worker
from leerrekening.jobs.work import Task, Work


def slow(work: Work, year: int) -> None:
    """Writes a row, says so, and is not done yet."""
    with work.access.transaction("batch") as connection:
        connection.execute("insert into jobs.done values (%s)", [year])
        print("half way", flush=True)
        time.sleep(60)


def patient(work: Work, year: int) -> None:
    """Waits for the end, and listens."""
    print("waiting", flush=True)
    while True:
        work.checkpoint()
        time.sleep(0.05 * year)


if __name__ == "__main__":
    strings = {"batch": sys.argv[1], "worker": sys.argv[2]}
    run_worker(
        Work(Access(strings.__getitem__), strings.__getitem__, lambda: date(2026, 11, 20)),
        {"slow": Task("slow", slow), "patient": Task("patient", patient)},
    )
