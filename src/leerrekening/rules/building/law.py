"""The checked law from the plain data of its files."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from leerrekening.rules.building.folder import Folder, open_folder
from leerrekening.rules.building.heads import TEXTS, read_cumulation, read_history
from leerrekening.rules.building.outcome import read_limit, read_note, read_outcome
from leerrekening.rules.building.rules import RuleBuilder, one_line
from leerrekening.rules.expressions import Parser
from leerrekening.rules.facts import DeclarationError, read_fact_book, read_text
from leerrekening.rules.instruments import BLOCKS, RIGHT_UNITS, Instrument, Law
from leerrekening.rules.situation import SituationReader


def _read_instrument(builder: RuleBuilder, folder: Folder) -> Instrument:
    head, where = folder.head, folder.where
    is_instrument = "block" in head
    if is_instrument:
        if head["block"] not in BLOCKS:
            raise DeclarationError(f"{where}: block must be one of {', '.join(BLOCKS)}")
        if head["unit"] not in RIGHT_UNITS:
            raise DeclarationError(f"{where}: unit must be one of {', '.join(RIGHT_UNITS)}")
        if f"{head['prefix']}.existence" not in folder.figures:
            raise DeclarationError(
                f"{where}: the figure {head['prefix']}.existence is missing in parameters.yaml"
            )
    names = [r["id"] for r in folder.rules.get("definitions") or []]
    definitions = {name: builder.rule(folder, name) for name in names}
    conditions = tuple(builder.rule(folder, r["id"]) for r in folder.rules.get("conditions") or [])
    if is_instrument and not conditions:
        raise DeclarationError(
            f"{where}: no conditions in rules.yaml; without one everybody would have the right"
        )
    known = {c.id for c in conditions}
    for condition in conditions:
        for other in (*condition.refines, *condition.presumes):
            if other not in known:
                raise DeclarationError(
                    f"{where}, rule {condition.id}: {other!r} is no condition of this instrument"
                )
    parser = Parser(builder.scope(folder), f"{where}, decisive_day")
    return Instrument(
        id=folder.id,
        prefix=head["prefix"],
        name=read_text(head["name"], f"{where}, name"),
        summary=read_text(head["summary"], f"{where}, summary"),
        block=head.get("block", ""),
        unit=head.get("unit", ""),
        words={key: read_text(head[key], f"{where}, {key}") for key in TEXTS if head.get(key)},
        acts=folder.acts,
        sources=folder.sources,
        references=folder.references,
        cumulation=read_cumulation(head.get("cumulation") or [], where),
        history=read_history(head.get("history") or [], where),
        figures=folder.figures,
        decisive_day=parser.parse(folder.rules.get("decisive_day") or "as_of", "date"),
        decisive_day_text=one_line(folder.rules.get("decisive_day") or "as_of"),
        definitions=definitions,
        conditions=conditions,
        outcome=read_outcome(builder, folder),
        limits=tuple(read_limit(builder, folder, raw) for raw in folder.rules.get("limits") or []),
        notes=tuple(read_note(folder, raw) for raw in folder.rules.get("notes") or []),
        rules={**definitions, **{c.id: c for c in conditions}},
    )


def build_law(version: str, fact_files: list[Mapping[str, Any]], folders: list[Mapping[str, Any]]) -> Law:
    """The checked law from the plain data of its files.

    Each folder is a mapping with ``instrument``, ``parameters`` and ``rules``. A folder whose head has no
    ``block`` holds shared notions. Raises DeclarationError.
    """
    facts = read_fact_book(fact_files)
    opened = [open_folder(raw) for raw in folders]
    for key in ("id", "prefix"):
        seen: dict[str, str] = {}
        for folder in opened:
            if folder.head[key] in seen:
                raise DeclarationError(
                    f"two folders have the {key} {folder.head[key]!r}: {seen[folder.head[key]]} and {folder.id}"
                )
            seen[folder.head[key]] = folder.id
    builder = RuleBuilder(opened, facts)
    read = [_read_instrument(builder, folder) for folder in opened]
    instruments = {i.id: i for i in read if i.block}
    for instrument in instruments.values():
        for c in instrument.cumulation:
            if c.other not in instruments:
                raise DeclarationError(f"{instrument.id}, cumulation: there is no instrument {c.other!r}")
    ordered = sorted(instruments.values(), key=lambda i: (BLOCKS.index(i.block), i.id))
    return Law(
        version,
        facts,
        {i.id: i for i in ordered},
        {i.id: i for i in read if not i.block},
        SituationReader(facts),
    )
