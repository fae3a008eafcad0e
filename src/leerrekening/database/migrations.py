"""Bringing a schema to the version of the program: numbered SQL files, each applied once, in order, in one
transaction of its own, while others wait. Steps only go forward; a step that was applied never changes. Each part of
the program that keeps something (ledger, registry, account) has a folder of steps of its own.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import psycopg

from leerrekening.database.errors import MigrationRefused

NAME = re.compile(r"(\d{4})_[a-z0-9_]+\.sql")
BROUGHT = re.compile(r"(?m)^-- @(\w+) sha256:([0-9a-f]{64})$")
# A step that cannot get its lock gives way to the people who are being served, and says so.
LOCK_SECONDS = 10
# How often a step is tried that stood in a circle of waiting with the people who are being served.
TRIES = 5


@dataclass(frozen=True, slots=True)
class Step:
    """One file."""

    number: int
    name: str
    text: str

    @property
    def digest(self) -> str:
        """Hash of its text, to notice that an applied step was changed afterwards."""
        return hashlib.sha256(self.text.encode()).hexdigest()


def read_steps(folder: Path) -> list[Step]:
    """The steps in a folder, in order. Errors: MigrationRefused for a gap or a wrong name."""
    steps: list[Step] = []
    for file in sorted(folder.glob("*.sql")):
        found = NAME.fullmatch(file.name)
        if not found or int(found[1]) != len(steps) + 1:
            raise MigrationRefused(
                f"{file}: the next step must be named {len(steps) + 1:04}_what_it_does.sql"
            )
        steps.append(Step(int(found[1]), file.name, file.read_text(encoding="utf-8")))
    return steps


def migrate(
    dsn: str,
    folder: Path,
    upto: int | None = None,
    part: str = "ledger",
    packages: Mapping[str, str] | None = None,
) -> list[str]:
    """Apply what is not applied yet of a part, up to step `upto`; names of the steps applied.

    `packages`: SQL that comes with a package, to stand where a step has the line `-- @NAME sha256:HASH` for it.
    Errors: MigrationRefused.
    """
    steps = read_steps(folder)
    applied = []
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute("select pg_advisory_lock(hashtextextended('llr.migrations', 0))")
        connection.execute(
            "create table if not exists public.llr_step (part text not null, number int not null, name text not null,"
            " digest text not null, primary key (part, number))"
        )
        connection.execute(f"set lock_timeout = '{LOCK_SECONDS}s'")
        done = done_steps(connection, part)
        check_history(done, steps)
        for step in steps[len(done) : upto]:
            text = completed(step, packages or {})
            try:
                apply(connection, part, step, text)
            except psycopg.Error as error:
                raise MigrationRefused(
                    f"{step.name} was not applied and nothing of it remains: {str(error).strip()}\n"
                    "  The steps before it hold. Try again when the cause is gone."
                ) from error
            applied.append(step.name)
    return applied


def apply(connection: psycopg.Connection, part: str, step: Step, text: str) -> None:
    """One step, in one transaction; once more when it was the one that had to give way. Errors: psycopg.Error."""
    for left in reversed(range(TRIES)):
        try:
            with connection.transaction():
                connection.execute(text.encode())
                connection.execute("reset role")
                connection.execute(
                    "insert into public.llr_step values (%s, %s, %s, %s)",
                    [part, step.number, step.name, step.digest],
                )
            return
        except psycopg.errors.DeadlockDetected:
            if not left:
                raise


def completed(step: Step, packages: Mapping[str, str]) -> str:
    """The text of a step with what its packages bring. Errors: MigrationRefused when that is not what was meant."""

    def brought(mark: re.Match[str]) -> str:
        text = packages.get(mark[1], "")
        if hashlib.sha256(text.encode()).hexdigest() != mark[2]:
            raise MigrationRefused(
                f"{step.name}: the installed {mark[1]} brings other SQL than this step was written for.\n"
                "  Install the pinned version (./llr setup), or add a step for the newer one."
            )
        return text

    return BROUGHT.sub(brought, step.text)


def done_steps(connection: psycopg.Connection, part: str) -> list[tuple[int, str, str]]:
    """What the database says was applied of a part."""
    return connection.execute(
        "select number, name, digest from public.llr_step where part = %s order by number", [part]
    ).fetchall()


def check_history(done: list[tuple[int, str, str]], steps: list[Step]) -> None:
    """Refuse a database that is newer than the program, or was made by other steps. Errors: MigrationRefused."""
    if len(done) > len(steps):
        raise MigrationRefused(
            f"this database is at step {len(done)} ({done[-1][1]}) and the program knows {len(steps)}.\n"
            "  Use the newer program: a step back would lose what was written since."
        )
    for (_, name, digest), step in zip(done, steps, strict=False):
        if digest != step.digest:
            raise MigrationRefused(
                f"step {step.name} was applied as {name} with another content.\n"
                "  An applied step never changes: undo the change and add a new step."
            )
