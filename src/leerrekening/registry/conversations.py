"""What came up in a conversation with a helper: a question about learning, and what stands in the way.

The barriers are those of adult learning research: in the person (dispositional), in what is on offer (institutional),
in the person's life (situational), in what is known (informational), in money (financial). None has to be chosen.
Policy gets counts alone, and no small ones; the words stay in the file of the person.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal, get_args
from uuid import UUID

import psycopg

Connection = psycopg.Connection[tuple[Any, ...]]
Barrier = Literal["dispositional", "institutional", "situational", "informational", "financial"]
BARRIERS: Final[tuple[Barrier, ...]] = get_args(Barrier)
LONGEST: Final = 2000
SMALLEST_COUNT: Final = 10


@dataclass(frozen=True, slots=True)
class Conversation:
    """One conversation as it was written down."""

    at: datetime
    question: str
    barriers: tuple[Barrier, ...]


def write(
    connection: Connection,
    party: int,
    *,
    helper: int,
    mandate: UUID,
    question: str,
    barriers: Collection[str],
) -> None:
    """Keep a conversation, as the helper under the mandate. Errors: ValueError when there is nothing to keep."""
    chosen = [barrier for barrier in BARRIERS if barrier in barriers]
    question = question.strip()
    if len(question) > LONGEST or len(chosen) != len(set(barriers)) or not (question or chosen):
        raise ValueError("a question of at most 2000 signs, a barrier from the list, or both")
    connection.execute(
        "insert into registry.conversation (party, helper, mandate, question, barriers) values (%s, %s, %s, %s, %s)",
        [party, helper, mandate, question, chosen],
    )


def conversations(connection: Connection, party: int) -> list[Conversation]:
    """Conversations of a person, newest first. As the citizen, or a helper under a mandate."""
    rows = connection.execute(
        "select at, question, barriers from registry.conversation where party = %s"
        " order by at desc, conversation limit 100",
        [party],
    ).fetchall()
    return [Conversation(at, question, tuple(barriers)) for at, question, barriers in rows]


def barrier_counts(
    connection: Connection, year: int, quarter: int, least: int = SMALLEST_COUNT
) -> dict[str, int | None]:
    """How many people met each barrier in a quarter (1 to 4); None where the number is too small to be told.

    Empty while the quarter runs: a count that grows from day to day tells who came in between. For runs.
    """
    rows = connection.execute(
        "select barrier, people from registry.barrier_counts(%s, %s, %s)", [year, quarter, least]
    ).fetchall()
    return dict(rows)
