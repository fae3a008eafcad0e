"""Once a day: count by group who was granted each right and who used it, for the page on use."""

from __future__ import annotations

from datetime import date
from typing import Final

import psycopg

from leerrekening.account.counts import DIMENSIONS, counts
from leerrekening.jobs.work import Task, Work
from leerrekening.policy.monitor.counts import GroupCount, usual_file, write_counts


def count_use(work: Work, day: str) -> None:
    """Write the file that the site reads. Where nobody has a right yet nothing is written."""
    on = date.fromisoformat(day)
    with psycopg.connect(work.dsn_of("batch")) as connection:
        rows = [GroupCount(c.right, c.year, c.groups, c.entitled, c.used) for c in counts(connection, on)]
    if rows:
        write_counts(usual_file(), on, DIMENSIONS, rows)


TASKS: Final = (Task("count_use", count_use, every="day"),)
