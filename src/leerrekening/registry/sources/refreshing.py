"""Asking registers about one person, all at once, within a budget of time; whatever happens, what was known stays."""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from leerrekening.database.access import Access
from leerrekening.registry import facts, people
from leerrekening.registry.insz import Insz
from leerrekening.registry.sources.register import Register
from leerrekening.registry.sources.source import Answer, NoAnswer, Nobody, Source, TimedOut, Unreachable
from leerrekening.registry.sources.transport import line_to, send

log: Final = logging.getLogger(__name__)
SECONDS: Final = 4.0
MOST_AT_ONCE: Final = 24
"""Questions under way in this process. One more is not asked, rather than waited for."""
_under_way: Final = threading.BoundedSemaphore(MOST_AT_ONCE)


@dataclass(frozen=True, slots=True)
class Refreshed:
    """How it went: an outcome for each register that was asked, and the paths on which an answer changed something."""

    outcomes: dict[str, str] = field(default_factory=dict)
    changed: frozenset[str] = frozenset()


def refresh(
    access: Access, party: int, asked: Iterable[Source], today: date, *, seconds: float = SECONDS
) -> Refreshed:
    """Ask registers about a person and keep what they answer; takes at most `seconds` and a moment.

    A register that is not connected is left out; none is asked with a number that is not proven. Errors: LookupError
    (no such person), KeyProblem.
    """
    deadline = time.monotonic() + seconds
    with access.transaction("batch", party=party) as connection:
        insz = people.insz_of(connection, party)
    if insz is None:
        return Refreshed()
    sources = list(asked)
    answers: queue.SimpleQueue[tuple[Source, Answer | NoAnswer | None]] = queue.SimpleQueue()
    for source in sources:
        # Not of a pool: its threads are waited for when the program ends, and a register may take its time.
        threading.Thread(
            target=lambda source=source: answers.put((source, ask(source, insz, today, deadline))),
            name=f"llr-source-{source.register.id}",
            daemon=True,
        ).start()
    results: dict[str, Answer | NoAnswer | None] = {}
    while len(results) < len(sources):
        try:
            source, result = answers.get(timeout=max(0.0, deadline - time.monotonic()))
        except queue.Empty:
            break
        results[source.register.id] = result
    outcomes: dict[str, str] = {}
    changed: set[str] = set()
    for source in sources:
        result = results.get(source.register.id, TimedOut("the budget was used up"))
        if result is None:
            continue
        with access.transaction("batch", party=party) as connection:
            kept = keep(connection, party, source.register, result)
        outcomes[source.register.id] = result.outcome if isinstance(result, NoAnswer) else "answered"
        changed |= kept.paths
    return Refreshed(outcomes, frozenset(changed))


def ask(source: Source, insz: Insz, today: date, deadline: float) -> Answer | NoAnswer | None:
    """What one register answers, or how it failed; None when it is not connected."""
    if not _under_way.acquire(blocking=False):
        return Unreachable("too many questions are under way")
    try:
        line = line_to(source.register.id)
        if line is None:
            return None
        return source.read(send(line, source.question(insz, today), deadline), insz)
    except NoAnswer as failed:
        if not isinstance(failed, Nobody):
            log.warning("register %s: %s (%s)", source.register.id, failed.outcome, failed)
        return failed
    except Exception as fault:  # noqa: BLE001 - a fault in one adapter never takes the others along
        # Its text could hold what the register said.
        log.error("register %s: fault in its adapter: %s", source.register.id, type(fault).__name__)
        return Unreachable("a fault in the adapter")
    finally:
        _under_way.release()


def keep(
    connection: facts.Connection, party: int, register: Register, result: Answer | NoAnswer
) -> facts.Changes:
    """Store what a register answered, or that it did not, in the caller's transaction.

    A register that knew the person and now says that it does not has not answered: what it said is kept, and shown
    as old. One that never knew them has answered that it holds nothing, if that is what it means.
    """
    changes = facts.Changes(frozenset())
    covers_from = None
    if isinstance(result, Answer):
        changes = facts.answer(connection, party, register.id, result.statements, register.speaks_of)
        outcome, counts, covers_from = "answered", True, result.covers_from
    else:
        outcome = result.outcome
        counts = (
            outcome == "nobody"
            and register.nobody_means_none
            and not facts.living(connection, party, register.id, register.speaks_of)
        )
    note(connection, [party], register.id, outcome, counts=counts, covers_from=covers_from)
    return changes


def note(
    connection: facts.Connection,
    parties: Sequence[int],
    source: str,
    outcome: str,
    *,
    counts: bool,
    covers_from: date | None = None,
) -> None:
    """Note how a question to a register about these people went; `counts`: it is an answer that people may go by."""
    connection.execute(
        "insert into registry.source_state as s (party, source, asked_at, answered_at, first_answered_at, outcome,"
        " covers_from) select p, %(source)s, now(), case when %(counts)s then now() end,"
        " case when %(counts)s then now() end, %(outcome)s, %(covers_from)s::date from unnest(%(parties)s::bigint[]) p"
        " on conflict (party, source) do update set asked_at = now(), outcome = excluded.outcome,"
        " answered_at = coalesce(excluded.answered_at, s.answered_at),"
        " first_answered_at = coalesce(s.first_answered_at, excluded.first_answered_at),"
        " covers_from = case when %(counts)s then excluded.covers_from else s.covers_from end",
        {
            "parties": list(parties),
            "source": source,
            "outcome": outcome,
            "counts": counts,
            "covers_from": covers_from,
        },
    )


def due(
    connection: facts.Connection, party: int, registers: Sequence[Register], *, at_least_seconds: int = 60
) -> list[str]:
    """Registers worth asking now: their answer is old or missing, and they were not asked a moment ago."""
    rows = connection.execute(
        "select source, answered_at, now() - asked_at < make_interval(secs => %s), now()"
        " from registry.source_state where party = %s",
        [at_least_seconds, party],
    ).fetchall()
    states = {source: (answered_at, just_asked, now) for source, answered_at, just_asked, now in rows}
    out = []
    for register in registers:
        answered_at, just_asked, now = states.get(register.id, (None, False, None))
        old = answered_at is None or now - answered_at > register.fresh_for
        if old and not just_asked:
            out.append(register.id)
    return out
