"""Once a day: counts of groups for the pages on policy. No person leaves the database."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Final

import psycopg

from leerrekening.account.counts import DIMENSIONS, counts
from leerrekening.jobs.work import Task, Work
from leerrekening.policy.monitor import barriers
from leerrekening.policy.monitor.counts import GroupCount, usual_file, write_counts
from leerrekening.registry import conversations

QUARTERS_SHOWN: Final = 8


def count_use(work: Work, day: str) -> None:
    """Who was granted each right and who used it. Where nobody has a right yet nothing is written."""
    on = date.fromisoformat(day)
    with psycopg.connect(work.dsn_of("batch")) as connection:
        rows = [GroupCount(c.right, c.year, c.groups, c.entitled, c.used) for c in counts(connection, on)]
    if rows:
        write_counts(usual_file(), on, DIMENSIONS, rows)


def count_barriers(work: Work, day: str) -> None:
    """What stood in the way of learning, in conversations with helpers. While no number may be told: no file."""
    with work.access.transaction("batch") as connection:
        found = [
            barriers.Quarter(year, quarter, conversations.barrier_counts(connection, year, quarter))
            for year, quarter in quarters_before(date.fromisoformat(day))
        ]
    told = [each for each in found if any(people is not None for people in each.people.values())]
    if told:
        barriers.write_barriers(barriers.beside(usual_file()), told)


def quarters_before(day: date) -> Iterator[tuple[int, int]]:
    """The last quarters that are over on a day, the newest first."""
    number = day.year * 4 + (day.month - 1) // 3
    for back in range(1, QUARTERS_SHOWN + 1):
        year, quarter = divmod(number - back, 4)
        yield year, quarter + 1


TASKS: Final = (
    Task("count_use", count_use, every="day"),
    Task("count_barriers", count_barriers, every="day"),
)
