"""The nightly round of the ledger: release what lapsed, close what is over, seal, check everything again."""

from __future__ import annotations

from datetime import date
from typing import Final

from leerrekening.jobs.work import Task, Work
from leerrekening.ledger import Ledger
from leerrekening.ledger.auditor import audit

OPEN_AND_OVER: Final = """
    select distinct r.code, l.period_from
      from led.lot l join led.right_type r on r.right_id = l.right_id
     where l.state & 2 = 0 and not r.is_claim and l.usable_to < %s
     order by 1, 2
"""


class AuditFailed(Exception):
    """The auditor found something: `./llr ledger audit` says what."""


def release_lapsed(work: Work, day: str) -> None:
    """Give back reservations whose last day is past."""
    with Ledger(work.dsn_of("batch")) as ledger:
        ledger.release_lapsed(date.fromisoformat(day))


def close_periods(work: Work, day: str) -> None:
    """Close the lots of periods that are over; goes on where it was. What is still reserved waits another night."""
    with work.access.transaction("batch") as connection:
        over = connection.execute(OPEN_AND_OVER, [day]).fetchall()
    with Ledger(work.dsn_of("batch")) as ledger:
        for code, period_from in over:
            name = f"close:{code}:{period_from}:{day}"
            for _chunk in ledger.close_period(name, ledger.right(code), period_from, date.fromisoformat(day)):
                work.checkpoint()


def seal(work: Work) -> None:
    """Seal the journal of the ledger, so that a later change is found."""
    with Ledger(work.dsn_of("batch")) as ledger:
        ledger.seal()


def audit_ledger(work: Work, day: str) -> None:
    """Work out every balance again. Errors: AuditFailed, which stays among the failed jobs until somebody looked."""
    if not audit(work.dsn_of("auditor")).clean:
        raise AuditFailed


TASKS: Final = (
    Task("release_lapsed", release_lapsed, every="day"),
    Task("close_periods", close_periods, every="day"),
    Task("seal", seal, every="ten_minutes"),
    Task("audit_ledger", audit_ledger, attempts=1, every="day"),
)
