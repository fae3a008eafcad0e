"""The parts of ``instrument.yaml`` that stand by themselves: sources, acts, conflicts and gaps, cumulation, history."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from leerrekening.rules.facts import DeclarationError, check_keys, read_text
from leerrekening.rules.instruments import CUMULATIONS, Act, Cumulation, Event, Reference, Source
from leerrekening.rules.parameters import read_day

TEXTS: Final = ("authority", "who_pays_whom", "decisive_day", "how_to_apply")
INSTRUMENT_KEYS = {
    "id", "prefix", "name", "summary", "block", "unit", "acts", "sources", "conflicts", "cumulation", "history",
    *TEXTS,
}  # fmt: skip
NOTION_KEYS = {"id", "prefix", "name", "summary", "acts", "sources", "conflicts", "history"}


def read_sources(raw: Mapping[str, Any], where: str) -> dict[str, Source]:
    """The sources by their tag. Raises DeclarationError."""
    out = {}
    for tag, value in raw.items():
        s = check_keys(value, {"title", "url", "kind"}, {"title", "url", "kind"}, f"{where}, source {tag}")
        out[str(tag)] = Source(str(tag), s["title"], s["url"], s["kind"])
    return out


def read_acts(raw: list[Any], where: str) -> dict[str, Act]:
    """The legal acts by their id. Raises DeclarationError."""
    out = {}
    for item in raw:
        a = check_keys(item, {"id", "title", "date", "url", "from", "to"}, {"id", "title"}, f"{where}, act")
        here = f"{where}, act {a['id']}"
        date, start, end = (
            read_day(a[key], here) if a.get(key) is not None else None for key in ("date", "from", "to")
        )
        out[a["id"]] = Act(a["id"], read_text(a["title"], here), date, a.get("url"), start, end)
    return out


def read_references(raw: list[Any], where: str) -> dict[str, Reference]:
    """The logged conflicts between sources and the gaps, by their id. Raises DeclarationError."""
    out = {}
    keys = {"id", "kind", "matter", "treatment", "look_up", "sources"}
    for item in raw:
        r = check_keys(item, keys, {"id", "kind", "matter", "treatment"}, f"{where}, conflict")
        here = f"{where}, {r['id']}"
        out[r["id"]] = Reference(
            r["id"],
            r["kind"],
            read_text(r["matter"], f"{here}, matter"),
            read_text(r["treatment"], f"{here}, treatment"),
            read_text(r["look_up"], f"{here}, look_up") if r.get("look_up") else None,
            tuple(r.get("sources") or ()),
        )
    return out


def read_cumulation(raw: list[Any], where: str) -> tuple[Cumulation, ...]:
    """What is known of combining with other instruments. Raises DeclarationError: an answer needs a source."""
    out = []
    keys = {"with", "verdict", "text", "sources", "confidence"}
    for item in raw:
        c = check_keys(item, keys, {"with", "verdict", "text"}, f"{where}, cumulation")
        here = f"{where}, cumulation with {c['with']}"
        if c["verdict"] not in CUMULATIONS:
            raise DeclarationError(f"{here}: the verdict must be one of {', '.join(CUMULATIONS)}")
        if c["verdict"] != "unknown" and not c.get("sources"):
            raise DeclarationError(f"{here}: {c['verdict']} needs a source; without one it is unknown")
        text = read_text(c["text"], here)
        sources = tuple(c.get("sources") or ())
        out.append(Cumulation(c["with"], c["verdict"], text, sources, c.get("confidence", "low")))
    return tuple(out)


def read_history(raw: list[Any], where: str) -> tuple[Event, ...]:
    """What changed in the law, oldest first. Raises DeclarationError."""
    out = []
    for item in raw:
        e = check_keys(item, {"date", "text", "sources", "confidence"}, {"date", "text"}, f"{where}, history")
        text = read_text(e["text"], f"{where}, history of {e['date']}")
        day = read_day(e["date"], f"{where}, history")
        out.append(Event(day, text, tuple(e.get("sources") or ()), e.get("confidence", "medium")))
    return tuple(sorted(out, key=lambda event: event.date))
