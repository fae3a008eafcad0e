"""One folder of the law while it is read: its head, figures and sources checked, its rules still as written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from leerrekening.rules.building.heads import (
    INSTRUMENT_KEYS,
    NOTION_KEYS,
    read_acts,
    read_references,
    read_sources,
)
from leerrekening.rules.facts import DeclarationError, check_keys
from leerrekening.rules.instruments import Act, Reference, Source
from leerrekening.rules.parameters import Figure, read_figure

_RULE_KEYS: Final = {
    "id", "text", "source", "confidence", "conflicts", "refines", "presumes", "expr", "from", "to", "versions",
    "exceptions",
}  # fmt: skip


@dataclass(slots=True)
class Folder:
    """One folder while it is read: the checked parts and the raw rules."""

    id: str
    where: str
    head: Mapping[str, Any]
    acts: dict[str, Act]
    sources: dict[str, Source]
    references: dict[str, Reference]
    figures: dict[str, Figure]
    raw_rules: dict[str, Mapping[str, Any]]
    rules: Mapping[str, Any]


def open_folder(raw: Mapping[str, Any]) -> Folder:
    """The parts of a folder that stand by themselves: head, sources, figures; the rules by name, unread."""
    head = raw["instrument"]
    where = str(head.get("id", "instrument") if isinstance(head, Mapping) else "instrument")
    keys = INSTRUMENT_KEYS if isinstance(head, Mapping) and "block" in head else NOTION_KEYS
    head = check_keys(head, keys, {"id", "prefix", "name", "summary", "sources"}, f"{where}, instrument.yaml")
    sources = read_sources(head["sources"], where)
    references = read_references(head.get("conflicts") or [], where)
    tags, cited = frozenset(sources), frozenset(references)
    figures: dict[str, Figure] = {}
    for item in (raw.get("parameters") or {}).get("parameters") or []:
        figure = read_figure(item, tags, cited)
        if not figure.id.startswith(f"{head['prefix']}."):
            raise DeclarationError(f"{where}, figure {figure.id}: its id must begin with {head['prefix']}.")
        if figure.id in figures:
            raise DeclarationError(f"{where}: the figure {figure.id} stands twice in parameters.yaml")
        figures[figure.id] = figure
    rules = check_keys(
        raw.get("rules") or {},
        {"decisive_day", "definitions", "conditions", "outcome", "limits", "notes"},
        set(),
        f"{where}, rules.yaml",
    )
    named: dict[str, Mapping[str, Any]] = {}
    for kind in ("definitions", "conditions"):
        for item in rules.get(kind) or []:
            named_so = f", rule {item['id']}" if isinstance(item, Mapping) and "id" in item else ""
            r = check_keys(item, _RULE_KEYS, {"id"}, f"{where}, rules.yaml, {kind}{named_so}")
            if r["id"] in named:
                raise DeclarationError(f"{where}: two rules are called {r['id']}")
            named[r["id"]] = r
    return Folder(
        head["id"],
        where,
        head,
        read_acts(head.get("acts") or [], where),
        sources,
        references,
        figures,
        named,
        rules,
    )
