"""What keeps promises to people: notices go out, deadlines are followed, copies are made, old data leave."""

from __future__ import annotations

from datetime import date
from typing import Final
from uuid import UUID

from leerrekening import jobs
from leerrekening.jobs.work import Task, Work
from leerrekening.registry import copies, corrections, helped, notices, retention

DAYS_THAT_DONE_JOBS_STAY: Final = 30


def deliver(work: Work, delivery: str) -> None:
    """Send one e-mail, or make one letter that waits to be printed, unless that was done.

    The row stays locked meanwhile, so that nobody else does it too.
    """
    from leerrekening.tasks import channels

    with work.access.transaction("batch") as connection:
        row = connection.execute(
            "select d.channel, d.address, p.language, d.party, n.params, now() from registry.delivery d"
            " join registry.person p on p.party = d.party join registry.notice n on n.notice = d.notice"
            " where d.delivery = %s and d.state = 'queued' and d.address is not null for update of d",
            [delivery],
        ).fetchone()
        if row is None:
            return
        channel, address, language, party, params, now = row
        if channel == "email":
            channels.email(address, language, UUID(delivery))
            connection.execute(
                "update registry.delivery set state = 'sent', tries = tries + 1, tried_at = now() where delivery = %s",
                [delivery],
            )
            return
        paper = (
            helped.letter_for(connection, party, params, language, address, now)
            if "mandate" in params
            else None
        )
        (number,) = connection.execute("select registry.new_letter_number()").fetchone() or ("",)
        document = channels.letter(address, language, number, paper)
        connection.execute(
            "update registry.delivery set state = 'made', tried_at = now(), letter = %s, document = %s"
            " where delivery = %s",
            [number, document, delivery],
        )


def follow_deadlines(work: Work, day: str) -> None:
    """Ask silent owners again, tell people whose deadline has passed."""
    with work.access.transaction("batch") as connection:
        corrections.follow_deadlines(connection, date.fromisoformat(day))


def delete_past(work: Work, day: str) -> None:
    """Let go what is past its period; done jobs too."""
    with work.access.transaction("batch") as connection:
        retention.delete_past(connection, date.fromisoformat(day))
        connection.execute("select jobs.forget(%s)", [DAYS_THAT_DONE_JOBS_STAY])


def make_copy(work: Work, party: int, download: str) -> None:
    """Make the copy that a person asked for, seeing what the person may see, and say that it is ready."""
    with work.access.transaction("citizen", party=party) as connection:
        row = connection.execute("select language from registry.person where party = %s", [party]).fetchone()
        if row is not None:
            copies.make(connection, party, UUID(download), row[0])
            notices.tell(connection, party, "download_ready", event=download)


def requeue_deliveries(work: Work) -> None:
    """Put deliveries back into the queue that have no job any more, for instance after a database was put back."""
    with work.access.transaction("batch") as connection:
        waiting = connection.execute(
            "select d.delivery from registry.delivery d where d.state = 'queued'"
            " and d.tried_at < now() - interval '1 hour' and d.tried_at > now() - interval '7 days'"
            " order by d.tried_at, d.delivery limit 500"
        ).fetchall()
        for (delivery,) in waiting:
            jobs.defer(connection, "deliver", key=str(delivery), delivery=delivery)


TASKS: Final = (
    Task("deliver", deliver, attempts=8),
    Task("follow_deadlines", follow_deadlines, every="day"),
    Task("delete_past", delete_past, every="day"),
    Task("make_copy", make_copy),
    Task("requeue_deliveries", requeue_deliveries, every="hour"),
)
