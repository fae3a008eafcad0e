"""Telling people what a helper did, when the helper did not close the help."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

from leerrekening.jobs.work import Task, Work
from leerrekening.registry import helped

QUIET: Final = timedelta(hours=2)  # our choice: a conversation at a desk is over by then


def tell_helped(work: Work) -> None:
    """A notice and a letter for each mandate under which something happened that nobody told of."""
    with work.access.transaction("batch") as connection:
        helped.tell_all(connection, datetime.now(UTC) - QUIET)


TASKS: Final = (Task("tell_helped", tell_helped, every="hour"),)
