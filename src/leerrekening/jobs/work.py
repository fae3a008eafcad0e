"""What a task is, and what it gets to work with."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

from leerrekening.database.access import Access


class Stopped(Exception):
    """The worker has to end; the task goes back into the queue and goes on where it was."""


@dataclass(frozen=True, slots=True)
class Work:
    """What every task may use. `today` is the day of the one who runs the worker: tasks read no clock."""

    access: Access
    dsn_of: Callable[[str], str] = field(repr=False)
    today: Callable[[], date]
    stopping: threading.Event = field(default_factory=threading.Event)

    def checkpoint(self) -> None:
        """Called by long tasks between two pieces, each of which stands by itself. Errors: Stopped."""
        if self.stopping.is_set():
            raise Stopped


# The work itself, called with `Work` and the arguments of the job. May be done twice: a worker can die after the last
# line and before saying so.
Doing = Callable[..., None]


@dataclass(frozen=True, slots=True)
class Task:
    """A kind of work. `attempts`: how often it is tried, with longer and longer pauses, before a person must look.

    `every`: how often it comes round by itself: "day", "hour", "ten_minutes", or None.
    """

    name: str
    do: Doing
    attempts: int = 6
    every: str | None = None
