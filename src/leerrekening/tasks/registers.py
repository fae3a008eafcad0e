"""Asking registers without a visitor, so that nobody's account gets old; a changed fact is decided on at once."""

from __future__ import annotations

from typing import Final

from leerrekening import jobs
from leerrekening.jobs.work import Task, Work
from leerrekening.registry.sources import REGISTERS, refresh
from leerrekening.registry.sources.refreshing import due
from leerrekening.registry.sources.transport import line_to
from leerrekening.tasks.people import redecide

SECONDS: Final = 10.0
MOST_A_NIGHT: Final = 5000
DAYS_BEFORE_ASKING_AGAIN: Final = 7
"""A register that does not answer about somebody is not asked about them every night."""

_OLD: Final = """
    select distinct s.party from registry.source_state s
      join unnest(%(ids)s::text[], %(days)s::int[]) as r (id, days) on r.id = s.source
     where s.asked_at < now() - make_interval(days => %(pause)s)
       and (s.answered_at is null or s.answered_at < now() - make_interval(days => r.days))
     order by 1 limit %(most)s
"""


def refresh_person(work: Work, party: int) -> None:
    """Ask the registers whose answer about a person is old or missing; decide anew when something changed."""
    with work.access.transaction("batch", party=party) as connection:
        sources = due(connection, party, REGISTERS)
    if not sources:
        return
    found = refresh(work.access, party, sources=sources, seconds=SECONDS, today=work.today())
    if found.changed:
        redecide(work, party, "changed_fact")


def refresh_old(work: Work, day: str) -> None:
    """Queue those whose answers are old, a night's worth of them. Nothing when no register is connected."""
    connected = [register for register in REGISTERS if line_to(register.id) is not None]
    with work.access.transaction("batch") as connection:
        old = connection.execute(
            _OLD,
            {
                "ids": [register.id for register in connected],
                "days": [register.fresh_for.days for register in connected],
                "pause": DAYS_BEFORE_ASKING_AGAIN,
                "most": MOST_A_NIGHT,
            },
        ).fetchall()
        for (party,) in old:
            jobs.defer(connection, "refresh_person", key=f"refresh:{party}", party=party)


TASKS: Final = (
    Task("refresh_person", refresh_person, attempts=3),
    Task("refresh_old", refresh_old, every="day"),
)
