"""The queue: in the caller's transaction, without names, once, again after a fault, and whole after a killed worker."""

import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from procrastinate.schema import SchemaManager
from tests.installed import Installed

from leerrekening import jobs
from leerrekening.database.errors import MigrationRefused
from leerrekening.database.migrations import completed, read_steps
from leerrekening.jobs import BadJob, schedule, state
from leerrekening.jobs.installation import SQL
from leerrekening.jobs.queue import Patience, run_worker
from leerrekening.jobs.work import Stopped, Task, Work

SLOW_WORKER = Path(__file__).parent / "slow_worker.py"
PARTY = 100001


def statuses(installed: Installed) -> list[str]:
    return [row[0] for row in installed.all("select status::text from jobs.procrastinate_jobs order by id")]


def until(true: Callable[[], bool], seconds: float = 20) -> None:
    limit = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < limit
        time.sleep(0.05)


def test_a_job_is_queued_with_the_transaction_or_not_at_all(installed: Installed) -> None:
    with installed.access.transaction("citizen", party=PARTY) as connection:
        jobs.defer(connection, "deliver", notice=uuid4())
        raise psycopg.Rollback
    assert statuses(installed) == []
    with installed.access.transaction("citizen", party=PARTY) as connection:
        assert jobs.defer(connection, "deliver", notice=uuid4())
    assert statuses(installed) == ["todo"]


@pytest.mark.parametrize(
    "arguments",
    [
        {"name": "Jan Peeters"},
        {"party": "Jan Peeters"},
        {"party": 85041233322},  # as long as a national number
        {"source": "Jan Peeters"},
        {"notice": "85.04.12-333.22"},
        {"day": "yesterday"},
        {"party": -1},
        {"party": True},
        {"party": None},
        {"source": ["rsz"]},
        {"party": 1.5},
    ],
)
def test_a_job_holds_no_name_and_no_number_of_a_person(
    installed: Installed, arguments: dict[str, object]
) -> None:
    with installed.access.transaction("citizen", party=PARTY) as connection:
        with pytest.raises(BadJob) as refused:
            jobs.defer(connection, "deliver", **arguments)  # type: ignore[arg-type] # the mistake under test
        assert "Peeters" not in str(refused.value)
        assert "85" not in str(refused.value)
        assert jobs.defer(connection, "deliver", party=PARTY, day=date(2026, 11, 20), source="rsz")
    assert len(statuses(installed)) == 1


def test_the_table_refuses_a_name_whoever_writes_it(installed: Installed) -> None:
    with psycopg.connect(installed.dsn("worker")) as connection, pytest.raises(psycopg.errors.CheckViolation):
        connection.execute(
            "insert into jobs.procrastinate_jobs (queue_name, task_name, args)"
            " values ('default', 'deliver', '{\"name\": \"Jan\"}')"
        )


def test_one_job_a_key_waits(installed: Installed) -> None:
    with installed.access.transaction("batch") as connection:
        assert jobs.defer(connection, "refresh", key="party-1", party=1)
        assert jobs.defer(connection, "refresh", key="party-1", party=1) is None
        assert jobs.defer(connection, "refresh", key="party-2", party=2)
        with pytest.raises(BadJob):
            jobs.defer(connection, "refresh", key="Jan Peeters", party=2)
        with pytest.raises(BadJob):
            jobs.defer(connection, "Refresh Jan", party=2)


def test_only_the_worker_sees_the_queue(installed: Installed) -> None:
    with installed.access.transaction("citizen", party=PARTY) as connection:
        jobs.defer(connection, "deliver", party=PARTY)
    for kind in (
        "citizen",
        "helper",
        "gate",
        "caseworker",
        "provider",
        "counsellor",
        "auditor",
        "administrator",
        "batch",
    ):
        with psycopg.connect(installed.dsn(kind)) as connection:
            for table in ("procrastinate_jobs", "procrastinate_events", "planned", "failure"):
                with pytest.raises(psycopg.errors.InsufficientPrivilege), connection.transaction():
                    connection.execute(f"select * from jobs.{table}".encode())
    for kind in ("citizen", "helper", "caseworker"):
        with psycopg.connect(installed.dsn(kind)) as connection:
            for call in (
                "jobs.list()",
                "jobs.retry(1)",
                "jobs.sweep(0, 1)",
                "jobs.forget(0)",
                "jobs.plan('a', 'b', '{}')",
            ):
                with pytest.raises(psycopg.errors.InsufficientPrivilege), connection.transaction():
                    connection.execute(f"select * from {call}".encode())
    with psycopg.connect(installed.dsn("worker")) as connection:
        assert connection.execute("select count(*) from jobs.procrastinate_jobs").fetchone() == (1,)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("select * from registry.person")


def test_row_level_security_on_every_table_of_the_queue(installed: Installed) -> None:
    bare = installed.all(
        "select relname from pg_class where relnamespace = 'jobs'::regnamespace and relkind in ('r', 'p')"
        " and not (relrowsecurity and relforcerowsecurity)"
    )
    assert bare == []


def test_the_worker_does_what_waits(installed: Installed, work: Work) -> None:
    done: list[int] = []
    tasks = {"count": Task("count", lambda _work, party: done.append(party))}
    with installed.access.transaction("batch") as connection:
        for party in (1, 2, 3):
            jobs.defer(connection, "count", party=party)
        jobs.defer(connection, "count", party=4, at=datetime.now(UTC) + timedelta(hours=1))
    run_worker(work, tasks, once=True)
    assert sorted(done) == [1, 2, 3]
    with installed.access.transaction("administrator") as connection:
        assert state.counts(connection) == {("count", "done"): 3, ("count", "planned"): 1}


def test_a_fault_is_kept_without_its_message_and_tried_again(
    installed: Installed, work: Work, caplog: pytest.LogCaptureFixture
) -> None:
    def fails(_work: Work, party: int) -> None:
        raise ValueError(f"Jan Peeters of {party} has no diploma")

    with installed.access.transaction("batch") as connection:
        number = jobs.defer(connection, "fails", party=PARTY)
    assert number is not None
    run_worker(work, {"fails": Task("fails", fails, attempts=1)}, once=True)
    assert "Peeters" not in caplog.text
    with installed.access.transaction("administrator") as connection:
        (job,) = state.jobs(connection, state.NEEDS_A_PERSON)
        assert (job.state, job.failure_kind, job.number) == ("failed", "ValueError", number)
        assert "fails" in (job.failure_place or "")
        assert not state.retry(connection, 999)
        assert state.retry(connection, number)
        assert not state.retry(connection, number)
    done: list[int] = []
    run_worker(work, {"fails": Task("fails", lambda _work, party: done.append(party))}, once=True)
    assert done == [PARTY]


def test_pauses_grow_and_end() -> None:
    from procrastinate.jobs import Job

    job = Job(id=1, queue="default", lock=None, queueing_lock=None, task_name="a")
    pauses = []
    for attempts in range(6):
        decision = Patience(6).get_retry_decision(exception=ValueError(), job=job.evolve(attempts=attempts))
        pauses.append(decision and decision.retry_at is not None)
    assert pauses == [True] * 5 + [None]
    assert Patience(1).get_retry_decision(exception=Stopped(), job=job.evolve(attempts=9))


def test_a_killed_worker_loses_nothing_and_does_nothing_twice(installed: Installed, work: Work) -> None:
    """Killed in the middle, with its transaction open: the job is put back and done once."""
    installed.all("create table jobs.done (year int)")
    installed.all("grant insert on jobs.done to llr_batch")
    with installed.access.transaction("batch") as connection:
        jobs.defer(connection, "slow", year=1)
    command = [sys.executable, str(SLOW_WORKER), installed.dsn("batch"), installed.dsn("worker")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as killed:
        assert killed.stdout is not None
        assert killed.stdout.readline() == "half way\n"
        killed.send_signal(signal.SIGKILL)
    assert statuses(installed) == ["doing"]
    until(
        lambda: (
            not installed.all(
                "select from pg_stat_activity where datname = %s and state = 'idle in transaction'",
                installed.name,
            )
        )
    )
    assert installed.all("select year from jobs.done") == []
    # a worker that only prunes the dead would now hide the job for ever
    time.sleep(1.1)
    with installed.access.transaction("batch") as connection:
        assert connection.execute("select * from jobs.sweep(1, 5)").fetchone() == (1, 0)
        assert connection.execute("select * from jobs.sweep(1, 5)").fetchone() == (0, 0)
    run_worker(work, {"slow": Task("slow", slow_once)}, once=True)
    assert statuses(installed) == ["succeeded"]
    assert installed.all("select year from jobs.done") == [(1,)]
    assert installed.all("select kind from jobs.failure") == [("WorkerGone",)]


def slow_once(work: Work, year: int) -> None:
    """What the slow worker does, without the waiting."""
    with work.access.transaction("batch") as connection:
        connection.execute("insert into jobs.done values (%s)", [year])


def test_a_job_that_kills_every_worker_is_given_up(installed: Installed) -> None:
    with installed.access.transaction("batch") as connection:
        jobs.defer(connection, "deadly", year=1)
    for attempt in range(3):
        installed.all("update jobs.procrastinate_jobs set status = 'doing' where status = 'todo'")
        with installed.access.transaction("batch") as connection:
            assert connection.execute("select * from jobs.sweep(1, 3)").fetchone() == (
                (1, 0) if attempt < 2 else (0, 1)
            )
    assert statuses(installed) == ["failed"]


def test_a_worker_stops_when_told(installed: Installed) -> None:
    command = [sys.executable, str(SLOW_WORKER), installed.dsn("batch"), installed.dsn("worker")]
    with installed.access.transaction("batch") as connection:
        jobs.defer(connection, "patient", year=1)
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as stopped:
        assert stopped.stdout is not None
        assert stopped.stdout.readline() == "waiting\n"
        stopped.send_signal(signal.SIGTERM)
        assert stopped.wait(5) == 0
    assert statuses(installed) == ["todo"]
    assert installed.all("select count(*) from jobs.procrastinate_workers") == [(0,)]


def test_what_comes_round_is_queued_once_a_slot(installed: Installed) -> None:
    tasks = [
        Task("nightly", lambda _work, day: None, every="day"),
        Task("often", lambda _work: None, every="ten_minutes"),
    ]
    night, early = datetime(2026, 11, 20, 3, 7), datetime(2026, 11, 20, 0, 30)  # noqa: DTZ001 - as the worker's zone says
    with installed.access.transaction("batch") as connection:
        assert schedule.plan(connection, tasks, early.date(), early) == ["often"]
        assert schedule.plan(connection, tasks, night.date(), night) == ["nightly", "often"]
        assert schedule.plan(connection, tasks, night.date(), night) == []
        assert schedule.plan(connection, tasks, night.date(), night + timedelta(hours=5)) == ["often"]
    assert installed.all("select args from jobs.procrastinate_jobs where task_name = 'nightly'") == [
        ({"day": "2026-11-20"},)
    ]


def test_the_step_is_for_the_pinned_version() -> None:
    """A newer package is noticed here, before it is at an installation."""
    (step, *_) = read_steps(SQL)
    assert "CREATE TABLE procrastinate_jobs" in completed(step, {"procrastinate": SchemaManager.get_schema()})
    with pytest.raises(MigrationRefused, match="brings other SQL"):
        completed(step, {"procrastinate": "create table something_else ()"})
