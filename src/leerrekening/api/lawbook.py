"""The law and the declared facts as plain data for programs."""

from __future__ import annotations

import logging
from typing import Any

from leerrekening.lawtext.cases import CaseSource
from leerrekening.lawtext.keeper import HeldLaw
from leerrekening.lawtext.reader import LawError
from leerrekening.rules import days
from leerrekening.rules.decide import Engine, Slice
from leerrekening.rules.document import citation, plain
from leerrekening.rules.facts import Fact, FactBook, Group, Text
from leerrekening.rules.instruments import Instrument, Law, Note, Rule, Version
from leerrekening.rules.parameters import Dated, Figure
from leerrekening.rules.words import fill

faults = logging.getLogger("leerrekening.api")


def facts(law: Law) -> dict[str, Any]:
    """The JSON Schema of a situation, and topics, groups and facts as they are declared."""
    book: FactBook = law.facts
    return {
        "law": law.version,
        "schema": book.schema(),
        "topics": [{"id": t.id, "name": dict(t.name), "order": t.order} for t in book.topics.values()],
        "groups": [_group(g) for g in book.groups.values()],
        "facts": [_fact(f) for f in book.facts.values()],
    }


def _group(group: Group) -> dict[str, Any]:
    return {
        "path": group.path,
        "kind": group.kind,
        "topic": group.topic,
        "label": dict(group.label),
        "question": _words(group.question),
        "help": _words(group.help),
        "ask": group.ask,
    }


def _fact(fact: Fact) -> dict[str, Any]:
    value = fact.period_value
    return {
        "path": fact.path,
        "type": fact.type,
        "topic": fact.topic,
        "label": dict(fact.label),
        "question": dict(fact.question),
        "help": _words(fact.help),
        "ask": fact.ask,
        "influence": fact.influence,
        "required": fact.required,
        "codes": {code: dict(words) for code, words in fact.codes.items()},
        "minimum": fact.minimum,
        "maximum": fact.maximum,
        "unit": fact.unit,
        "period_value": None if value is None else {"key": value.key, "type": value.type},
    }


def _words(text: Text | None) -> dict[str, str] | None:
    return None if text is None else dict(text)


def instruments(law: Law) -> dict[str, Any]:
    """Every instrument in short."""
    return {"law": law.version, "instruments": [_head(i) for i in law.instruments.values()]}


def _head(i: Instrument) -> dict[str, Any]:
    return {
        "id": i.id,
        "name": dict(i.name),
        "summary": dict(i.summary),
        "block": i.block,
        "unit": i.unit,
        "existence": [_dated(v, i.existence) for v in i.existence.values],
    }


def instrument(held: HeldLaw, name: str, day: int | None) -> dict[str, Any]:
    """Everything the law says about one instrument; with a day only what holds on that day, figures filled in."""
    i = held.law.instruments[name]
    book = _LawBook(held.engine, i, day)
    return {
        "law": held.law.version,
        "on": None if day is None else days.iso(day),
        "status": None if book.slice is None else book.slice.status,
        **_head(i),
        **{key: dict(text) for key, text in i.words.items()},
        "acts": [
            {"id": a.id, "title": dict(a.title), "date": _day(a.date), "url": a.url} for a in i.acts.values()
        ],
        "sources": {s.tag: {"title": s.title, "url": s.url, "kind": s.kind} for s in i.sources.values()},
        "conditions": [book.rule(r) for r in i.conditions if book.versions(r)],
        "definitions": [book.rule(r) for r in i.definitions.values() if book.versions(r)],
        "limits": [{"id": limit.id, "text": book.words(limit.text)} for limit in i.limits],
        "notes": [book.note(n) for n in i.notes if day is None or n.start <= day <= n.end],
        "figures": [book.figure(f) for f in i.figures.values()],
        "conflicts": [
            {
                "id": r.id,
                "kind": r.kind,
                "matter": dict(r.matter),
                "treatment": dict(r.treatment),
                "look_up": _words(r.look_up),
                "sources": list(r.sources),
            }
            for r in i.references.values()
        ],
        "cumulation": [
            {
                "with": c.other,
                "verdict": c.verdict,
                "text": dict(c.text),
                "sources": list(c.sources),
                "confidence": c.confidence,
            }
            for c in i.cumulation
        ],
        "history": [
            {
                "date": days.iso(e.date),
                "text": dict(e.text),
                "sources": list(e.sources),
                "confidence": e.confidence,
            }
            for e in i.history
        ],
        **_examples(held, name),
    }


class _LawBook:
    """Rules and figures of one instrument through time, or on one day."""

    def __init__(self, engine: Engine, owner: Instrument, day: int | None) -> None:
        self.engine = engine
        self.owner = owner
        self.day = day
        self.slice: Slice | None = None if day is None else engine.slice(owner.id, day)

    def words(self, text: Text) -> dict[str, str]:
        """A text; on a day with its figures filled in, otherwise with their ids between braces."""
        on = self.slice
        if on is None:
            return dict(text)
        return fill(text, lambda name: (self.engine.figures[name], on.figure_value(name)))

    def versions(self, rule: Rule) -> list[Version]:
        """The versions of a rule that are asked for."""
        return [v for v in rule.versions if self.day is None or v.start <= self.day <= v.end]

    def rule(self, rule: Rule) -> dict[str, Any]:
        """A condition or definition with its versions."""
        return {
            "id": rule.id,
            "text": None if rule.text is None else self.words(rule.text),
            "source": None if rule.citation is None else citation(rule.citation, self.owner),
            "conflicts": list(rule.conflicts),
            "refines": list(rule.refines),
            "presumes": list(rule.presumes),
            "versions": [
                {
                    "from": _day(v.start),
                    "to": _day(v.end),
                    "expression": v.source_text,
                    "text": None if v.text is None else self.words(v.text),
                    "conflicts": list(v.conflicts),
                }
                for v in self.versions(rule)
            ],
        }

    def note(self, note: Note) -> dict[str, Any]:
        """A condition that no fact can establish."""
        return {
            "id": note.id,
            "from": _day(note.start),
            "to": _day(note.end),
            "text": self.words(note.text),
            "source": citation(note.citation, self.owner),
        }

    def figure(self, figure: Figure) -> dict[str, Any]:
        """A figure with its values through time; on a day with the one value, and whether it is confirmed."""
        out: dict[str, Any] = {
            "id": figure.id,
            "name": dict(figure.name),
            "unit": figure.unit,
            "rule_unit": figure.rule_unit,
            "conflicts": list(figure.conflicts),
            "informative": _words(figure.informative),
        }
        if self.day is None:
            return {**out, "values": [_dated(v, figure) for v in figure.values]}
        dated = figure.at(self.day)
        return {
            **out,
            "values": [] if dated is None else [_dated(dated, figure)],
            "confirmed": figure.is_known(self.day),
            "last_confirmed": _day(figure.last_confirmed(self.day)),
        }


def _dated(dated: Dated, figure: Figure) -> dict[str, Any]:
    value = (
        dict(dated.value)
        if figure.unit == "text" and dated.value is not None
        else plain(dated.value, figure.unit)
    )
    return {
        "from": _day(dated.start),
        "to": _day(dated.end),
        "value": value,
        "last_confirmed": _day(dated.last_confirmed),
        "end_unknown": dated.end_unknown,
        "confidence": dated.confidence,
        "sources": list(dated.sources),
        "note": _words(dated.note),
    }


def _day(day: int | None) -> str | None:
    """A day as a date; None for what is unknown, has always been or does not end."""
    return None if day is None or day in (1, days.FOREVER) else days.iso(day)


def _examples(held: HeldLaw, name: str) -> dict[str, Any]:
    """The worked examples; null when they cannot be read, which leaves the law itself as it is."""
    try:
        found = held.cases
    except LawError as error:
        faults.error("the worked examples cannot be read: %s", error)
        return {"cases": None, "not_expressible": None}
    cases = [
        {
            "id": c.id,
            "text": dict(c.text),
            "source": _source(c.source),
            "situation": c.document,
            "expect": c.expect,
        }
        for c in found.of(name)
    ]
    impossible = [
        {"id": n.id, "source": _source(n.source), "reason": dict(n.reason)}
        for n in found.not_expressible
        if n.instrument == name
    ]
    return {"cases": cases, "not_expressible": impossible}


def _source(source: CaseSource) -> dict[str, Any]:
    return {"tags": list(source.tags), "reading": source.reading}
