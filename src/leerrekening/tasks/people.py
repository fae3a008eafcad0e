"""What follows for one person from a changed fact, and for everybody from a new year."""

from __future__ import annotations

from typing import Final

from leerrekening.jobs.work import Task

TASKS: Final[tuple[Task, ...]] = ()
