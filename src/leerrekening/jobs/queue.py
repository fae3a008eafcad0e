"""The only module that knows procrastinate: it fetches jobs, runs them in threads, tries again, and stops in time."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import threading
import traceback
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

import procrastinate
import psycopg
from procrastinate import exceptions, retry
from procrastinate.jobs import Job as QueuedJob

from leerrekening.jobs.schedule import plan
from leerrekening.jobs.work import Stopped, Task, Work

log: Final = logging.getLogger("leerrekening.jobs")

CONCURRENCY: Final = 2
SECONDS_BETWEEN_HEARTBEATS: Final = 5.0
SECONDS_UNTIL_GONE: Final = 30  # a worker that was silent for so long is dead
SECONDS_BETWEEN_SWEEPS: Final = 15.0
SECONDS_TO_FINISH: Final = 3.0
FIRST_PAUSE: Final = 4  # seconds; each next one is four times as long
LONGEST_PAUSE: Final = 6 * 3600
NEVER: Final = 10 * 365 * 86400
TIME_ZONE: Final = ZoneInfo("Europe/Brussels")


class Patience(retry.BaseRetryStrategy):
    """Longer and longer pauses; at once for a task that was only interrupted."""

    def __init__(self, attempts: int) -> None:
        self.attempts: Final = attempts

    def get_retry_decision(self, *, exception: BaseException, job: QueuedJob) -> retry.RetryDecision | None:
        """When to try again; None: never."""
        if isinstance(exception, Stopped):
            return retry.RetryDecision(retry_in={"seconds": 0})
        if job.attempts + 1 >= self.attempts:
            return None
        return retry.RetryDecision(retry_in={"seconds": min(FIRST_PAUSE * 4**job.attempts, LONGEST_PAUSE)})


class TaskFailed(Exception):
    """Stands in for what went wrong: the message of the fault itself may hold answers, and is not kept."""


def run_worker(
    work: Work,
    tasks: Mapping[str, Task],
    *,
    once: bool = False,
    ready: Callable[[], None] = lambda: None,
    seconds_until_gone: int = SECONDS_UNTIL_GONE,
) -> None:
    """Do the jobs until SIGINT or SIGTERM; with `once` until none is waiting.

    Needs the logins `worker` (the queue, nothing else) and `batch` (the work itself).
    """
    # It would write arguments and messages of exceptions; we write our own line about each job.
    logging.getLogger("procrastinate").setLevel(logging.CRITICAL)
    asyncio.run(_run(work, tasks, once, ready, seconds_until_gone))


async def _run(
    work: Work, tasks: Mapping[str, Task], once: bool, ready: Callable[[], None], seconds_until_gone: int
) -> None:
    connector = procrastinate.PsycopgConnector(
        conninfo=work.dsn_of("worker"),
        kwargs={"options": "-c search_path=jobs"},
        min_size=1,
        max_size=CONCURRENCY + 2,
    )
    app = procrastinate.App(connector=connector)
    for task in tasks.values():
        app.task(name=task.name, pass_context=True, retry=Patience(task.attempts))(doing(task, work))
    upkeep(work, tasks, seconds_until_gone)
    async with app.open_async():
        keeping = asyncio.create_task(keep_up(work, tasks, seconds_until_gone))
        working = asyncio.create_task(
            app.run_worker_async(
                concurrency=CONCURRENCY,
                wait=not once,
                # Rows of dead workers are swept by us, together with their jobs; pruned first, they would hide them.
                stalled_worker_timeout=NEVER,
                update_heartbeat_interval=SECONDS_BETWEEN_HEARTBEATS,
                shutdown_graceful_timeout=SECONDS_TO_FINISH,
                install_signal_handlers=False,
            )
        )
        stop_on_signals(working, work)
        ready()
        try:
            await working
        except asyncio.CancelledError:
            log.info("the worker has stopped")
        finally:
            keeping.cancel()


def stop_on_signals(working: asyncio.Task[None], work: Work) -> None:
    """On SIGINT or SIGTERM: tasks get a moment to reach a checkpoint. What does not stop is left behind; the next
    sweep puts it back into the queue."""

    def stop() -> None:
        work.stopping.set()
        working.cancel()
        watchdog = threading.Timer(SECONDS_TO_FINISH + 0.5, os._exit, [0])
        watchdog.daemon = True
        watchdog.start()

    if threading.current_thread() is threading.main_thread():
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, stop)


def doing(task: Task, work: Work) -> Callable[..., None]:
    """The function that the queue calls: it writes how it went, and keeps what went wrong to the kind of fault."""

    def do(context: procrastinate.JobContext, **arguments: Any) -> None:
        try:
            task.do(work, **arguments)
        except Stopped:
            raise
        except Exception as error:  # noqa: BLE001 - whatever a task does, the worker goes on
            kind, place = type(error).__name__, place_of(error)
            log.error("job %s %s failed: %s at %s", context.job.id, task.name, kind, place)
            with work.access.transaction("batch") as connection:
                connection.execute("select jobs.note_failure(%s, %s, %s)", [context.job.id, kind, place])
            raise TaskFailed(kind) from None
        log.info("job %s %s done", context.job.id, task.name)

    return do


def place_of(error: BaseException) -> str:
    """The lines of code a fault went through, the last one first."""
    frames = traceback.extract_tb(error.__traceback__)
    return " < ".join(
        f"{frame.filename.rsplit('/', 1)[-1]}:{frame.lineno} {frame.name}" for frame in reversed(frames)
    )


async def keep_up(work: Work, tasks: Mapping[str, Task], seconds_until_gone: int) -> None:
    """Sweep and plan, again and again, as long as the worker works."""
    while True:
        await asyncio.sleep(SECONDS_BETWEEN_SWEEPS)
        try:
            await asyncio.to_thread(upkeep, work, tasks, seconds_until_gone)
        except (psycopg.OperationalError, exceptions.ConnectorException):
            log.warning("the database is away; the queue waits")


def upkeep(work: Work, tasks: Mapping[str, Task], seconds_until_gone: int) -> None:
    """Put back the jobs of dead workers, before anybody forgets these workers; then queue what comes round."""
    most = max((task.attempts for task in tasks.values()), default=1)
    with work.access.transaction("batch") as connection:
        row = connection.execute("select * from jobs.sweep(%s, %s)", [seconds_until_gone, most]).fetchone()
        planned = plan(connection, tasks.values(), work.today(), datetime.now(TIME_ZONE))
    if row and any(row):
        log.warning("jobs of workers that are gone: %d put back, %d given up", row[0], row[1])
    if planned:
        log.info("queued: %s", ", ".join(planned))


__all__ = ["run_worker"]
