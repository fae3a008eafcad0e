"""Putting the invented people into the registry, through the adapters: as if every register had just been asked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from leerrekening.database.access import Access
from leerrekening.demo.personas import Persona
from leerrekening.registry import facts, people
from leerrekening.registry.facts import LISTS
from leerrekening.registry.sources import SOURCES
from leerrekening.registry.sources.refreshing import keep
from leerrekening.registry.sources.source import Answer, NoAnswer, Source, Unreachable


def load(access: Access, personas: Iterable[Persona], today: date) -> Iterator[tuple[Persona, int]]:
    """Add each person with what the registers and they themselves say. Again: nothing changes."""
    for persona in personas:
        with access.transaction("batch") as connection:
            party = people.find_or_add(
                connection, persona.insz, persona.given_names, persona.family_name, persona.language
            )
            for source in SOURCES.values():
                keep(connection, party, source.register, answer_of(source, persona, today))
            declare(connection, party, persona.declared)
        yield persona, party


def answer_of(source: Source, persona: Persona, today: date) -> Answer | NoAnswer:
    """What a register answers about an invented person."""
    name = source.register.id
    if name in persona.silent:
        return Unreachable("this register never answers about them")
    try:
        return source.read(source.demo(persona.insz, persona.registers.get(name), today), persona.insz)
    except NoAnswer as none:
        return none


def declare(connection: facts.Connection, party: int, declared: Mapping[str, Any]) -> None:
    """Keep what a person says. An item of a list that begins with one of a register adds to that one."""
    for key, value in declared.items():
        path = key if "." in key or key in LISTS else f"person.{key}"
        if path not in LISTS:
            facts.declare(connection, party, path, value)
            continue
        certified = [fact.item for fact in facts.history(connection, party, path) if fact.certified]
        for number, item in enumerate(value, start=1):
            begin = item.get("from") or item.get("on")
            of_register = [name for name in certified if name.split("/")[1:2] == [begin]]
            facts.declare(
                connection,
                party,
                path,
                item,
                item=of_register[0] if of_register else f"person/{begin}/{number}",
                valid_from=date.fromisoformat(begin) if begin else None,
            )
