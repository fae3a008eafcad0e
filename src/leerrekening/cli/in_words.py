"""The decision document as text to read: for a citizen, a helper, a caseworker, in the four languages.

Written from the document of the contract alone, with names and labels from the law it was made by.
"""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

from leerrekening.cli.vocabulary import (
    ASKED_OF,
    BLOCKS,
    CONFIDENCES,
    INITIATIVES,
    PAYMENTS,
    PERIODS,
    RECEIVERS,
    STATUSES,
    VERDICTS,
    phrase,
    said,
)  # fmt: skip
from leerrekening.rules import days
from leerrekening.rules.facts import Fact
from leerrekening.rules.instruments import Law
from leerrekening.rules.words import NBSP, date_words, value_words

WIDTH: Final = 100
WAGE_CAP: Final = "wage_cap"
# French sets a space before these; it must not come at the end of a line.
_SPACED_MARK: Final = re.compile(" (?=[?!:;])")
_DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}")


def indented(text: str, depth: int, mark: str = "") -> str:
    """A paragraph, folded, ``depth`` steps of two spaces in; ``mark`` stands before its first line."""
    margin = "  " * depth
    return textwrap.fill(
        _SPACED_MARK.sub(NBSP, text),
        WIDTH,
        initial_indent=margin + mark,
        subsequent_indent=margin + " " * len(mark),
        break_long_words=False,
        break_on_hyphens=False,
    )


class DecisionInWords:
    """Writes decisions of one law in one language."""

    def __init__(self, law: Law, language: str) -> None:
        self.law: Final = law
        self.language: Final = language

    def decision(self, document: bytes) -> str:
        """The whole decision: one heading, then each right in its block."""
        read = json.loads(document, parse_float=Decimal)
        heading = self.say("heading", day=self.day(read["as_of"]))
        lines = [heading, "=" * len(heading), self.say("no_promise")]
        block = ""
        for instrument in read["instruments"]:
            found = self.law.instruments[instrument["id"]].block
            if found != block:
                block = found
                lines += ["", said(BLOCKS, block, self.language)]
            lines += ["", *self.instrument(instrument)]
        lines += ["", self.say("version", version=read["law"]["version"])]
        return "\n".join(lines) + "\n"

    def instrument(self, i: dict[str, Any]) -> list[str]:
        """One right: the answer, what decides it, amounts, what is open and what is not certain."""
        lines = [self.pair(i["name"][self.language], self.verdict(i))]
        lines += self._amounts(i)
        lines += self._deciding(i)
        lines += self._list("requirements", (c["text"][self.language] for c in i["requirements"]))
        lines += self._list("questions", (self._question(q) for q in i["missing"]))
        lines += self._not_certain(i)
        lines += self._list("notes", (n["text"][self.language] for n in i["notes"]))
        return lines

    def verdict(self, i: dict[str, Any]) -> str:
        """The answer, with what the state of the law adds to it."""
        verdict = said(VERDICTS, i["verdict"], self.language)
        if i["status"] == "in_force":
            return verdict
        status = said(STATUSES, i["status"], self.language)
        return f"{status}, {verdict}" if i["status"] == "proposed" else status

    # --- parts --------------------------------------------------------------------------------------------

    def _deciding(self, i: dict[str, Any]) -> list[str]:
        conditions = {c["id"]: c for c in i["conditions"]}
        wanted = [conditions[name] for name in i["deciding"] if name in conditions]
        if not wanted:
            return []
        lines = [indented(self.say("decides" if i["verdict"] == "no" else "open"), 1)]
        for condition in wanted:
            lines.append(indented(f"{condition['text'][self.language]} ({condition['id']})", 2, "- "))
            lines += [indented(text, 3) for text in self._reasons(i["id"], condition)]
        return lines

    def _reasons(self, instrument: str, condition: dict[str, Any]) -> Iterable[str]:
        margin = condition["margin"]
        if margin is not None:
            yield self.say("short", amount=self.amount(margin["short_by"], margin["unit"]))
            if margin.get("met_on"):
                yield self.say("met_on", day=self.day(margin["met_on"]))
        known = [self.pair(self.label(path), self.fact(path, v)) for path, v in condition["facts"].items()]
        if known:
            yield self.say("known", facts=self.say("between").join(known))
        yield self.source(instrument, condition["source"])

    def source(self, instrument: str, cited: dict[str, Any]) -> str:
        """Act, article and address of a source, and how sure it is."""
        name = cited["act"] or self._title(instrument, cited)
        parts = [name] if name else []
        if cited["article"]:
            parts.append(self.say("article", article=cited["article"]))
        parts += [cited["url"], said(CONFIDENCES, cited["confidence"], self.language)]
        return self.say("source", source=", ".join(parts))

    def _title(self, instrument: str, cited: dict[str, Any]) -> str:
        sources = self.law.instruments[instrument].sources
        return next((sources[tag].title for tag in cited.get("tags", ()) if tag in sources), "")

    def _amounts(self, i: dict[str, Any]) -> list[str]:
        lines = []
        if i["right"] is not None:
            lines.append(self.say("right", amount=self._right(i["right"])))
        for counter in i["counters"]:
            initiative = said(INITIATIVES, counter.get("initiative", ""), self.language)
            lines.append(self.pair(initiative, self._right(counter)))
        if i["award"] is not None:
            lines.append(self.say("award", amount=self._per_month(i["award"])))
        for key in ("now", "refund_later", "person"):
            cents = i["price"][f"{key}_cents"]
            if cents is not None:
                lines.append(
                    self.say(f"price_{key.removeprefix('refund_')}", amount=self.amount(cents, "cent"))
                )
        out = [indented(line, 1) for line in lines]
        out += self._list("paid", (self._payment(p) for p in i["pays"] if p["what"] != WAGE_CAP))
        out += [indented(self._wage_cap(p), 1) for p in i["pays"] if p["what"] == WAGE_CAP]
        return out + self._list("limits", (limit["text"][self.language] for limit in i["limits"]))

    def _right(self, right: dict[str, Any]) -> str:
        parts = [self._per_month(right)]
        known = (key for key in ("used", "left") if right.get(key) is not None)
        parts += [self.say(key, amount=self.amount(right[key], right["unit"])) for key in known]
        period = right.get("period") or {}
        if period.get("kind") is not None:
            parts.append(self._period(period))
        return self.say("between").join(parts)

    def _period(self, period: dict[str, Any]) -> str:
        kind = said(PERIODS, period["kind"], self.language)
        if period["from"] is None:
            return kind
        if period["to"] is None:
            return self.say("period_since", kind=kind, start=self.day(period["from"]))
        return self.say("period", kind=kind, start=self.day(period["from"]), end=self.day(period["to"]))

    def _per_month(self, amount: dict[str, Any]) -> str:
        text = self.amount(amount["value"], amount["unit"])
        if amount.get("per") == "month":
            text = self.say("month", amount=text)
        if amount.get("net") is not None:
            text += f" ({self.say('net', amount=self.amount(amount['net'], amount['unit']))})"
        return text

    def _payment(self, payment: dict[str, Any]) -> str:
        return self.say(
            "pays",
            who=said(RECEIVERS, payment["to"], self.language),
            what=said(PAYMENTS, payment["what"], self.language),
            amount=self._per_month(payment),
        )

    def _wage_cap(self, payment: dict[str, Any]) -> str:
        """The law lists it with what is paid, but nobody receives it: it bounds what the employer pays on."""
        what = said(PAYMENTS, payment["what"], self.language)
        return self.say("amount_of", what=what[:1].upper() + what[1:], amount=self._per_month(payment))

    def _question(self, missing: dict[str, Any]) -> str:
        who = said(ASKED_OF, missing["ask"], self.language)
        at = missing.get("at")
        moment = f"{self.say('at', day=self.day(at))}; " if at else ""
        return f"{missing['question'][self.language]} ({moment}{who})"

    def _not_certain(self, i: dict[str, Any]) -> list[str]:
        lines = []
        before = i.get("last_confirmed")
        if before is not None:
            day = self.day(before["until"]) if before["until"] else self.say("no_day")
            verdict = said(VERDICTS, before["verdict"], self.language)
            lines.append(indented(self.say("last_confirmed", day=day, verdict=verdict), 1))
            if before["right"] is not None:
                lines.append(indented(self.say("right", amount=self._right(before["right"])), 2, "- "))
            if before["award"] is not None:
                lines.append(indented(self.say("award", amount=self._per_month(before["award"])), 2, "- "))
        lines += self._list("unconfirmed", (self._figure(i["id"], u) for u in i["unconfirmed"]))
        references = self.law.instruments[i["id"]].references
        doubts = (f"{references[r].matter[self.language]} ({r})" for r in i["conflicts"] if r in references)
        return lines + self._list("conflicts", doubts)

    def _figure(self, instrument: str, unconfirmed: dict[str, Any]) -> str:
        name, day = unconfirmed["parameter"], unconfirmed["last_confirmed"]
        owners = (
            self.law.instruments[instrument],
            *self.law.instruments.values(),
            *self.law.notions.values(),
        )
        figure = next((o.figures[name].name[self.language] for o in owners if name in o.figures), name)
        return (
            self.say("never", figure=figure)
            if day is None
            else self.say("until", figure=figure, day=self.day(day))
        )

    def _list(self, heading: str, items: Iterable[str]) -> list[str]:
        lines = [indented(item, 2, "- ") for item in items]
        return [indented(self.say(heading), 1), *lines] if lines else []

    # --- words --------------------------------------------------------------------------------------------

    def say(self, key: str, **parts: object) -> str:
        """A phrase in the language of this text."""
        return phrase(key, self.language, **parts)

    def pair(self, label: str, value: str) -> str:
        """A label with what belongs to it."""
        return self.say("pair", label=label, value=value)

    def day(self, text: str) -> str:
        """A day in words; a month or anything else as it is."""
        return date_words(days.day_of(text), self.language) if _DATE.fullmatch(text) else text

    def amount(self, value: Any, unit: str) -> str:
        """An amount of the document in words."""
        return value_words(_exact(value), "count" if unit == "plain" else unit, self.language)

    def label(self, path: str) -> str:
        """The label of a fact."""
        return self.law.facts.declaration(path).label[self.language]

    def fact(self, path: str, value: Any) -> str:
        """The value of a fact in words: codes by their label, days as days, shares as percentages."""
        declared = self.law.facts.facts.get(path)
        if isinstance(value, list):
            return ", ".join(self.fact(path, one) for one in value) or self.say("nothing")
        if isinstance(value, bool):
            return value_words(value, "boolean", self.language)
        if isinstance(value, str):
            codes = {} if declared is None else declared.codes or getattr(declared.period_value, "codes", {})
            return codes[value][self.language] if value in codes else self.day(value)
        return value_words(_exact(value), _unit_of(declared), self.language)


def _exact(value: Any) -> Any:
    """A number of the document, exact."""
    return Fraction(value) if isinstance(value, Decimal) else value


def _unit_of(fact: Fact | None) -> str:
    if fact is None:
        return "count"
    value = fact.period_value
    share = value is not None and value.type == "decimal" and value.maximum == 1
    return "fraction" if share else fact.unit or "count"
