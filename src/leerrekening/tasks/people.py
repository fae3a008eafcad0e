"""What follows for one person from a changed fact, and for everybody from a new year."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, Final, cast

import psycopg

from leerrekening import jobs
from leerrekening.account import grants, yearly
from leerrekening.account.decisions import Cause
from leerrekening.account.overview import overview
from leerrekening.account.rule_change import RuleChange, tell_all
from leerrekening.jobs.work import Task, Work
from leerrekening.lawtext.keeper import the_keeper
from leerrekening.registry import notices, sources
from leerrekening.rules.situation import SituationError

# Periods of rights begin on these days. The run over everybody is tried again each night for so long; what is done is
# never done again.
BEGINNINGS: Final = ((1, 1), (9, 1))
DAYS_OF_TRYING: Final = 14
# A newcomer sees what was granted, and `tell_rule_change` tells of a changed law.
TOLD: Final[frozenset[Cause]] = frozenset({"changed_fact", "correction"})


def refresh(work: Work, party: int, cause: str = "changed_fact") -> None:
    """Ask the registers about a person; what they say anew leads to a new decision."""
    found = sources.refresh(work.access, party, today=work.today(), seconds=20.0)
    if found.changed or cause == "correction":
        with work.access.transaction("batch") as connection:
            jobs.defer(connection, "redecide", key=f"party-{party}", party=party, cause=cause)


def redecide(work: Work, party: int, cause: str) -> None:
    """Decide anew for a person after something changed."""
    with work.access.transaction("batch") as connection:
        _settle(connection, party, work.today(), cast(Cause, cause))


def bring_in_line(work: Work, party: int) -> None:
    """Do for a person what their account was seen to lack, if it still does: a first grant, a change not decided on."""
    with work.access.transaction("batch") as connection:
        try:
            cause = overview(connection, the_keeper().held(), party, work.today()).due
        except SituationError:
            return  # nothing can be decided on what cannot be read; the account says so itself
        if cause is not None:
            _settle(connection, party, work.today(), cause)


def _settle(connection: psycopg.Connection[Any], party: int, today: date, cause: Cause) -> None:
    """Decide, bring the ledger in line, and tell the person of a change: once, in the same transaction."""
    settled = grants.settle(connection, the_keeper().held(), [party], today, cause)[0]
    if cause in TOLD and settled.change is not None:
        notices.tell(connection, party, "right_changed", event=str(settled.change))


def grants_of_the_year(work: Work, day: str) -> None:
    """In the days after a period of rights began: decide and grant for everybody, from its first day."""
    today = date.fromisoformat(day)
    for month, first in BEGINNINGS:
        on = date(today.year, month, first)
        if on <= today < on + timedelta(days=DAYS_OF_TRYING):
            yearly.run(work.dsn_of("batch"), on, progress=lambda _progress: work.checkpoint())


def tell_rule_change(work: Work, day: str) -> None:
    """On the day on which a dated rule begins to count: tell each person whom it touches. Nobody is told twice."""
    held = the_keeper().held()
    change = RuleChange(held, held, date.fromisoformat(day))
    if change.instruments():
        tell_all(
            lambda: work.access.transaction("batch"),
            change,
            progress=lambda _looked, _told: work.checkpoint(),
        )


TASKS: Final = (
    Task("refresh", refresh),
    Task("redecide", redecide),
    Task("bring_in_line", bring_in_line),
    Task("grants_of_the_year", grants_of_the_year, every="day"),
    Task("tell_rule_change", tell_rule_change, every="day"),
)
