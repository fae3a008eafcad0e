"""The decision document of the contract: findings as JSON, the same bytes for the same question.

What does not depend on the person (texts, sources, names) is encoded once per slice; the rest is put
together for each decision.
"""

from __future__ import annotations

from decimal import Context as DecimalContext
from decimal import Decimal, Inexact
from fractions import Fraction
from typing import Any, Final

import orjson

from leerrekening.rules import ENGINE_VERSION, days
from leerrekening.rules.decide import (
    ENDED,
    NOT_YET,
    PROPOSED,
    UNCONFIRMED,
    YES,
    Condition,
    Engine,
    Finding,
    ReadyAmount,
    Slice,
)  # fmt: skip
from leerrekening.rules.instruments import Citation, Instrument
from leerrekening.rules.margins import margin_of
from leerrekening.rules.shown import shown_facts
from leerrekening.rules.situation import Situation
from leerrekening.rules.values import FactAt, Unknown
from leerrekening.rules.words import fill

DECIMALS: Final = 6
"""Decimals of an exact value that does not end, such as a third of an hour; such a value is cut, not raised."""

_EXACT: Final = DecimalContext(prec=60, traps=[Inexact])


def number(value: int | Fraction) -> Any:
    """A number as JSON writes it: exact, without binary floating point."""
    if type(value) is int:
        return value
    assert isinstance(value, Fraction)
    if value.denominator == 1:
        return value.numerator
    try:
        text = format(_EXACT.divide(Decimal(value.numerator), Decimal(value.denominator)), "f")
    except Inexact:
        scaled = value.numerator * 10**DECIMALS // value.denominator
        text = format(Decimal(scaled).scaleb(-DECIMALS), "f")
    return orjson.Fragment(text)


def plain(value: Any, unit: str) -> Any:
    """A value as the document has it: days as dates, sets as sorted lists, numbers exact, unknown as null."""
    if value is None or type(value) is Unknown:
        return None
    if type(value) is bool or type(value) is str:
        return value
    if unit == "date":
        return days.iso(value)
    if isinstance(value, frozenset):
        return sorted(value)
    return number(value)


def citation(cited: Citation, owner: Instrument) -> dict[str, Any]:
    """Where a rule stands, in the form of the contract."""
    url = cited.act.url if cited.act is not None and cited.act.url else owner.sources[cited.tags[0]].url
    return {
        "act": cited.act.title["nl"] if cited.act is not None else None,
        "article": cited.article,
        "url": url,
        "confidence": cited.confidence,
        "tags": list(cited.tags),
    }


class Documents:
    """Writes decision documents for one engine."""

    def __init__(self, engine: Engine) -> None:
        self.engine: Final = engine
        self._static: Final[dict[int, dict[str, Any]]] = {}
        self._questions: Final[dict[str, tuple[Any, str]]] = {}

    def decision(self, situation: Situation, only: str | None = None) -> bytes:
        """The whole document as JSON bytes."""
        return orjson.dumps(self.document(situation, self.engine.decide(situation, only)))

    def document(self, situation: Situation, findings: list[Finding]) -> dict[str, Any]:
        """The whole document; parts may be ``orjson.Fragment``."""
        return {
            "as_of": days.iso(situation.as_of),
            "law": {"version": self.engine.law.version, "engine": ENGINE_VERSION},
            "instruments": [self.instrument(finding) for finding in findings],
        }

    def instrument(self, finding: Finding) -> dict[str, Any]:
        """The part of the document on one instrument."""
        static = self._of_slice(finding.slice)
        yes = finding.verdict == YES
        out: dict[str, Any] = {
            "id": finding.instrument.id,
            "name": static["name"],
            "status": finding.status,
            "verdict": finding.verdict,
            "right": self._right(finding) if yes else None,
            "counters": [self._amount(finding, a) for a in finding.slice.counters] if yes else [],
            "award": self._award(finding) if yes else None,
            "pays": self._pays(finding) if yes else [],
            "price": self._price(finding),
            "deciding": finding.deciding(),
            "requirements": [static["conditions"][c.rule.id] for c in finding.requirements()],
            "notes": static["notes"],
            "limits": self._limits(finding, static),
            "conditions": self._conditions(finding, static),
            "missing": [self.missing(fact) for fact in finding.missing()],
            "unconfirmed": self._unconfirmed(finding),
            "conflicts": self.conflicts(finding),
        }
        if finding.status == UNCONFIRMED:
            out["last_confirmed"] = self._last_confirmed(finding)
        return out

    # --- what holds for everybody on these days -----------------------------------------------------------

    def _of_slice(self, slice_: Slice) -> dict[str, Any]:
        found = self._static.get(id(slice_))
        if found is None:
            found = self._static[id(slice_)] = self._encode(slice_)
        return found

    def _encode(self, slice_: Slice) -> dict[str, Any]:
        owner = slice_.instrument

        def words(text: Any) -> dict[str, str]:
            return fill(text, lambda name: (self.engine.figures[name], slice_.figure_value(name)))

        conditions: dict[str, Any] = {}
        tails: dict[str, Any] = {}
        for c in slice_.conditions:
            assert c.rule.text is not None and c.rule.citation is not None
            text, source = words(c.version.text or c.rule.text), citation(c.rule.citation, owner)
            conditions[c.rule.id] = orjson.Fragment(
                orjson.dumps({"id": c.rule.id, "text": text, "source": source})
            )
            tails[c.rule.id] = (orjson.Fragment(orjson.dumps(text)), orjson.Fragment(orjson.dumps(source)))
        notes = [
            {"id": n.id, "text": words(n.text), "source": citation(n.citation, owner)} for n in slice_.notes
        ]
        return {
            "name": orjson.Fragment(orjson.dumps(dict(owner.name))),
            "notes": orjson.Fragment(orjson.dumps(notes)),
            "limits": {limit.id: orjson.Fragment(orjson.dumps(words(limit.text))) for limit in owner.limits},
            "conditions": conditions,
            "tails": tails,
            "fixed_conflicts": self._fixed_conflicts(slice_),
        }

    def _fixed_conflicts(self, slice_: Slice) -> list[str]:
        """Conflicts that touch everybody while these rules are in force.

        Those of the condition versions; those of figures, unless some version of a condition names them (then that
        version says when); gaps in figures only while the figure is not certain.
        """
        owner = slice_.instrument
        placed = {r for rule in owner.conditions for version in rule.versions for r in version.conflicts}
        named = {r for c in slice_.conditions for r in c.version.conflicts}
        for figure in slice_.all_figures:
            open_ = not figure.is_certain(slice_.day)
            named |= {r for r in figure.conflicts if open_ or owner.references[r].kind == "conflict"} - placed
        return sorted(named)

    # --- what depends on the person -----------------------------------------------------------------------

    def _amount(self, finding: Finding, ready: ReadyAmount) -> dict[str, Any]:
        values = finding.values_of(ready)
        out: dict[str, Any] = dict(ready.amount.labels)
        for key, value in values.items():
            if key != "when" and not key.startswith("period_"):
                out[key] = plain(value, ready.amount.parts[key].type.unit)
        return out

    def _right(self, finding: Finding) -> dict[str, Any] | None:
        ready = finding.slice.right
        if ready is None:
            return None
        out = {"used": None, "left": None, **self._amount(finding, ready)}
        values = finding.values_of(ready)
        period = {
            key.removeprefix("period_"): plain(value, ready.amount.parts[key].type.unit)
            for key, value in values.items()
            if key.startswith("period_")
        }
        return {**out, "period": {"kind": None, "from": None, "to": None, **period}}

    def _award(self, finding: Finding) -> dict[str, Any] | None:
        ready = finding.slice.award
        if ready is None:
            return None
        value = finding.values_of(ready)["value"]
        return None if type(value) is Unknown and value.free else self._amount(finding, ready)

    def _pays(self, finding: Finding) -> list[dict[str, Any]]:
        out = []
        for ready in finding.slice.pays:
            values = finding.values_of(ready)
            value = values["value"]
            if values.get("when", True) is not True or (type(value) is Unknown and value.free):
                continue
            out.append(self._amount(finding, ready))
        return out

    def _price(self, finding: Finding) -> dict[str, Any]:
        ready = finding.slice.price
        values = finding.values_of(ready) if ready is not None and finding.verdict == YES else {}
        if type(now := values.get("now")) is Unknown and now.free:
            values = {}
        return {
            "now_cents": plain(values.get("now"), "cent"),
            "refund_later_cents": plain(values.get("later"), "cent"),
            "person_cents": plain(values.get("person"), "cent"),
        }

    def _limits(self, finding: Finding, static: dict[str, Any]) -> list[dict[str, Any]]:
        out = []
        for limit, value in finding.limits():
            shown: dict[str, Any] = {"id": limit.id, "text": static["limits"][limit.id]}
            if limit.value is not None:
                shown["unit"] = limit.value.type.unit
                shown["value"] = plain(value, limit.value.type.unit)
            out.append(shown)
        return out

    def _conditions(self, finding: Finding, static: dict[str, Any]) -> list[dict[str, Any]]:
        out = []
        for condition, value in finding.results:
            if type(value) is Unknown and value.free:
                continue
            text, source = static["tails"][condition.rule.id]
            verdict = "yes" if value is True else "no" if value is False else "undecided"
            out.append(
                {
                    "id": condition.rule.id,
                    "verdict": verdict,
                    "text": text,
                    "source": source,
                    "facts": self._facts(finding, condition),
                    "margin": margin_of(finding, condition) if value is False else None,
                }
            )
        return out

    def _facts(self, finding: Finding, condition: Condition) -> dict[str, Any]:
        assert finding.frame is not None
        return {
            path: plain(shown.value, shown.unit)
            for path, shown in shown_facts(finding.frame, condition.version.node).items()
        }

    def missing(self, fact: FactAt) -> dict[str, Any]:
        """A missing fact with its question and who can answer it."""
        path, at = fact
        if path not in self._questions:
            declared = self.engine.law.facts.declaration(path)
            question = declared.question if declared.question is not None else declared.label
            self._questions[path] = (orjson.Fragment(orjson.dumps(dict(question))), declared.ask)
        question_json, ask = self._questions[path]
        out = {"fact": path, "question": question_json, "ask": ask}
        return {"fact": path, "at": at, **out} if at is not None else out

    def _unconfirmed(self, finding: Finding) -> list[dict[str, Any]]:
        day = finding.frame.day if finding.frame is not None else finding.person.situation.as_of
        if finding.status in (NOT_YET, ENDED, PROPOSED):
            return []
        out = []
        for figure in finding.unconfirmed():
            until = figure.last_confirmed(day)
            out.append({"parameter": figure.id, "last_confirmed": None if until is None else days.iso(until)})
        return out

    def conflicts(self, finding: Finding) -> list[str]:
        """Ids of the logged conflicts and gaps that touch this finding."""
        named = set(self._of_slice(finding.slice)["fixed_conflicts"])
        for _, value in finding.results:
            if type(value) is Unknown and not value.free:
                named |= {r for r in value.law if r in finding.instrument.references}
        return sorted(named)

    def _last_confirmed(self, finding: Finding) -> dict[str, Any]:
        before = finding.as_last_confirmed()
        day = finding.frame.day if finding.frame is not None else finding.person.situation.as_of
        until = finding.slice.confirmed_until(day)
        return {
            "until": None if until is None else days.iso(until),
            "verdict": before.verdict,
            "right": self._right(before) if before.verdict == YES else None,
            "award": self._award(before) if before.verdict == YES else None,
        }
