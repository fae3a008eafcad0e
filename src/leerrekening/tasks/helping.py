"""Telling people what a helper did: at once when the helper closes, and later when nobody does."""

from __future__ import annotations

from datetime import timedelta
from typing import Final
from uuid import UUID

from leerrekening.jobs.work import Task, Work
from leerrekening.registry import helped

QUIET: Final = timedelta(hours=2)  # our choice: a conversation at a desk is over by then


def tell_of_help(work: Work, mandate: str) -> None:
    """A notice and a letter about what was done under this mandate."""
    with work.access.transaction("batch") as connection:
        helped.tell(connection, UUID(mandate))


def tell_helped(work: Work) -> None:
    """The same for each mandate under which something happened that nobody told of."""
    with work.access.transaction("batch") as connection:
        helped.tell_all(connection, QUIET)


TASKS: Final = (Task("tell_of_help", tell_of_help), Task("tell_helped", tell_helped, every="hour"))
