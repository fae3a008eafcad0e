"""Putting the invented people into the registry: as if every register had been asked about each of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from leerrekening.database.access import Access
from leerrekening.demo.personas import Persona
from leerrekening.registry import facts, people
from leerrekening.registry.facts import LISTS, Statement
from leerrekening.registry.situation import WHOLE
from leerrekening.registry.sources import REGISTERS


def load(access: Access, personas: Iterable[Persona]) -> Iterator[tuple[Persona, int]]:
    """Add each person with what the registers and they themselves say. Again: nothing changes."""
    for persona in personas:
        with access.transaction("batch") as connection:
            party = people.find_or_add(
                connection, persona.insz, persona.given_names, persona.family_name, persona.language
            )
            for register in REGISTERS:
                held = persona.registers.get(register.id)
                outcome = "nobody" if held is None else "answered"
                if register.id in persona.silent:
                    outcome = "unreachable"
                else:
                    facts.answer(connection, party, register.id, statements(held or {}), register.speaks_of)
                note_outcome(connection, party, register.id, outcome)
            for statement in statements(persona.declared, certified=False):
                facts.declare(
                    connection,
                    party,
                    statement.path,
                    statement.value,
                    item=statement.item,
                    valid_from=statement.valid_from,
                    valid_to=statement.valid_to,
                )
        yield persona, party


def note_outcome(connection: facts.Connection, party: int, source: str, outcome: str) -> None:
    """Note how a question to a register went."""
    good = outcome in ("answered", "nobody")
    connection.execute(
        "insert into registry.source_state as s (party, source, asked_at, answered_at, first_answered_at, outcome)"
        " values (%(party)s, %(source)s, now(), case when %(good)s then now() end, case when %(good)s then now() end,"
        " %(outcome)s) on conflict (party, source) do update set asked_at = now(), outcome = excluded.outcome,"
        " answered_at = coalesce(excluded.answered_at, s.answered_at),"
        " first_answered_at = coalesce(s.first_answered_at, excluded.first_answered_at)",
        {"party": party, "source": source, "good": good, "outcome": outcome},
    )


def statements(held: Mapping[str, Any], *, certified: bool = True) -> Iterator[Statement]:
    """What a persona's file says, as statements. A single value may be a list of dated ones: {from, to, value}."""
    for key, value in held.items():
        path = key if key in LISTS or "." in key else f"person.{key}"
        if path in LISTS:
            if value == "whole":
                yield Statement(path, value=True, item=WHOLE, certified=certified)
                continue
            for number, item in enumerate(value, start=1):
                begin = item.get("from") or item.get("on")
                name = f"{begin or 'unknown'}/{number}"
                yield Statement(
                    path, item, name, _day(begin), _day(item.get("to") or item.get("on")), certified
                )
        elif isinstance(value, list):
            for one in value:
                yield Statement(path, one["value"], "", _day(one.get("from")), _day(one.get("to")), certified)
        else:
            yield Statement(path, value, certified=certified)


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
