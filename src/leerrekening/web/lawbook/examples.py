"""The worked examples beside the law, decided anew each time one is opened."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

from django.urls import reverse

from leerrekening.lawtext.cases import CONTAINED, SETS, Case, Cases
from leerrekening.lawtext.check import failures_of, shown
from leerrekening.lawtext.keeper import HeldLaw
from leerrekening.lawtext.reader import LawError
from leerrekening.rules import days
from leerrekening.rules.facts import Fact
from leerrekening.web.lawbook.edition import Edition, Piece, SourceLink, slug
from leerrekening.web.lawbook.wording import (
    EXPECTED,
    INITIATIVES,
    MET,
    NOTHING,
    PARTS,
    PAYMENTS,
    RECEIVERS,
    STATUSES,
    VERDICTS,
    said,
)

log = logging.getLogger("leerrekening.web.lawbook")


class Shelf:
    """The examples of the law that is served."""

    def __init__(self) -> None:
        self._told = ""

    def cases(self, held: HeldLaw) -> Cases | None:
        """All examples; None when their files cannot be read as they now stand. The operators are told once."""
        try:
            return held.cases
        except (LawError, OSError) as error:
            if self._told != held.mark:
                self._told = held.mark
                log.error("the worked examples cannot be read: %s", error)
            return None


SHELF: Final = Shelf()


@dataclass(frozen=True)
class Told:
    """One thing that is known of the person: its name and its value in words."""

    label: str
    value: str


@dataclass(frozen=True)
class Section:
    """What is known on one subject: an object of the situation, or one item of a list."""

    title: str
    rows: tuple[Told, ...]


@dataclass(frozen=True)
class Compared:
    """One expectation: what was expected and what came out, in words or, where ``as_data``, as JSON."""

    label: str
    expected: str
    found: str
    as_data: bool
    meets: bool


@dataclass(frozen=True)
class ConditionResult:
    """A condition for this person: met, not met or open, and the facts behind it."""

    id: str
    url: str
    text: str
    verdict: str
    verdict_words: str
    decides: bool
    facts: tuple[Told, ...]


@dataclass(frozen=True)
class ExampleView:
    """An example with its decision."""

    id: str
    text: str
    reading: str
    sources: tuple[SourceLink, ...]
    sections: tuple[Section, ...]
    document: str
    status: str
    verdict: str
    verdict_words: str
    amounts: tuple[Told, ...]
    conditions: tuple[ConditionResult, ...]
    requirements: tuple[str, ...]
    limits: tuple[str, ...]
    questions: tuple[str, ...]
    compared: tuple[Compared, ...]
    all_met: bool
    found: str

    @property
    def some_missed(self) -> bool:
        """Whether something expected does not come out: then the comparison stands open."""
        return not self.all_met


def example_view(edition: Edition, case: Case) -> ExampleView:
    """Decide an example with the law that is served and show all of it."""
    held = edition.held
    finding = held.engine.decide(case.situation, case.instrument)[0]
    found = shown(held.documents, finding)
    owner = held.law.instruments[case.instrument]
    language = edition.language
    failed = {failure.key for failure in failures_of(case, found)}
    compared = tuple(_compared(case, key, found, key not in failed) for key in case.expect)
    return ExampleView(
        case.id,
        title_of(edition, case),
        case.source.reading or "",
        edition.sources(owner, case.source.tags),
        tuple(situation_in_words(edition, case.document)),
        as_json(case.document, indent=2),
        said(STATUSES, found["status"]),
        found["verdict"],
        said(VERDICTS, found["verdict"]),
        tuple(_amounts(edition, found)),
        tuple(_conditions(edition, case.instrument, found)),
        tuple(edition.text(c["text"]) for c in found["requirements"]),
        tuple(edition.text(limit["text"]) for limit in found["limits"]),
        tuple(dict.fromkeys(edition.text(m["question"]) for m in found["missing"])),
        compared,
        not failed,
        as_json(_in_one_language(found, language), indent=2),
    )


def title_of(edition: Edition, case: Case) -> str:
    """What an example is about; one without words has its id for a title."""
    text = edition.text(case.text)
    return text.replace("-", " ") if text == case.id else text


def as_json(value: Any, indent: int | None = None) -> str:
    """Plain data as JSON, numbers as they are written."""
    return json.dumps(value, indent=indent, ensure_ascii=False, default=_number)


def _number(value: object) -> int | float:
    if isinstance(value, Decimal):
        return int(value) if value == int(value) else float(value)
    raise TypeError(f"not plain data: {type(value).__name__}")


def _in_one_language(value: Any, language: str) -> Any:
    """The document with each text in the reader's language only, to be read by a person."""
    if isinstance(value, Mapping):
        if "nl" in value and language in value:
            return value[language]
        return {key: _in_one_language(below, language) for key, below in value.items()}
    return [_in_one_language(below, language) for below in value] if isinstance(value, list) else value


def _compared(case: Case, key: str, found: Mapping[str, Any], meets: bool) -> Compared:
    expected = case.expect[key]
    actual = found.get(key)
    if key in (*SETS, *CONTAINED):
        name = {"missing": "fact", "unconfirmed": "parameter"}.get(key, "id")
        actual = list(dict.fromkeys(a if isinstance(a, str) else a[name] for a in actual or ()))
    actual = _only(expected, actual)
    label, words = said(EXPECTED, key), (_outcome_words(key, expected), _outcome_words(key, actual))
    if words[0] is None or words[1] is None:
        return Compared(label, as_json(expected), as_json(actual), as_data=True, meets=meets)
    return Compared(label, words[0], words[1], as_data=False, meets=meets)


def _outcome_words(key: str, value: Any) -> str | None:
    """A status, a verdict or a list of ids in words; None for what is shown as data."""
    if key == "status":
        return said(STATUSES, value)
    if key == "verdict":
        return said(VERDICTS, value)
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        return ", ".join(value) or said(NOTHING, "none")
    return None


def _only(expected: Any, actual: Any) -> Any:
    """The part of what came out that the expectation speaks of."""
    if isinstance(expected, Mapping) and isinstance(actual, Mapping):
        return {key: _only(value, actual.get(key)) for key, value in expected.items()}
    if isinstance(expected, list) and isinstance(actual, list) and actual and isinstance(actual[0], Mapping):
        keys = {key for row in expected if isinstance(row, Mapping) for key in row}
        return [{key: value for key, value in row.items() if key in keys} for row in actual]
    return actual


# --- what came out, in words -------------------------------------------------------------------------------


def _amounts(edition: Edition, found: Mapping[str, Any]) -> Iterator[Told]:
    for key in ("right", "award"):
        if found[key] is not None:
            yield Told(said(EXPECTED, key), _amount(edition, found[key]))
            for part in ("used", "left"):
                if found[key].get(part) is not None:
                    label = f"{said(EXPECTED, key)}{edition.colon} {said(PARTS, part)}"
                    yield Told(label, _exact(edition, found[key][part], found[key]["unit"]))
    for counter in found["counters"]:
        yield Told(said(INITIATIVES, counter.get("initiative", "")), _amount(edition, counter))
    for payment in found["pays"]:
        who = f"{said(PAYMENTS, payment['what'])}, {said(RECEIVERS, payment['to'])}"
        yield Told(who, _amount(edition, payment))
    for key, words in (("now_cents", "now"), ("refund_later_cents", "later"), ("person_cents", "person")):
        if found["price"][key] is not None:
            yield Told(said(PARTS, words), _exact(edition, found["price"][key], "cent"))


def _amount(edition: Edition, amount: Mapping[str, Any]) -> str:
    return _exact(edition, amount["value"], amount["unit"])


def _exact(edition: Edition, value: Any, unit: str) -> str:
    return edition.value(Fraction(str(value)) if value is not None else None, unit)


def _conditions(edition: Edition, owner: str, found: Mapping[str, Any]) -> Iterator[ConditionResult]:
    for c in found["conditions"]:
        facts = tuple(
            Told(edition.text(edition.law.facts.declaration(path).label), fact_in_words(edition, path, value))
            for path, value in c["facts"].items()
            if _tells(edition, path, value)
        )
        yield ConditionResult(
            c["id"],
            edition.rule_url(owner, c["id"]),
            edition.text(c["text"]),
            c["verdict"],
            said(MET, c["verdict"]),
            c["id"] in found["deciding"],
            facts,
        )


def _tells(edition: Edition, path: str, value: Any) -> bool:
    """Whether the value is one of the fact itself: what was counted or found out from a list has no name of its own
    in the document of a decision, and would read as if it stood in the list."""
    declared = edition.law.facts.declaration(path)
    if not isinstance(declared, Fact):
        return False
    return not isinstance(value, bool) or declared.type in ("boolean", "periods")


# --- the situation, in words -------------------------------------------------------------------------------


def situation_in_words(edition: Edition, document: Mapping[str, Any]) -> Iterator[Section]:
    """What a situation tells, subject by subject, in the order of the topics. What it leaves out is unknown."""
    book = edition.law.facts
    top = [Told(edition.text(f.label), fact_in_words(edition, f.path, document[f.key]))
           for f in book.members(None) if document.get(f.key) is not None]  # fmt: skip
    if top:
        yield Section("", tuple(top))
    for group in book.groups.values():
        told = document.get(group.path)
        if told is None:
            continue
        label = edition.text(group.label)
        if isinstance(told, Mapping):
            yield Section(label, tuple(_told(edition, group.path, told)))
        elif not told:
            yield Section(label, (Told(label, said(NOTHING, "none")),))
        else:
            for number, item in enumerate(told, start=1):
                title = f"{label}, {number}" if len(told) > 1 else label
                yield Section(title, tuple(_told(edition, group.path, item)))


def _told(edition: Edition, group: str, values: Mapping[str, Any]) -> Iterator[Told]:
    for fact in edition.law.facts.members(group):
        if fact.key in values and (values[fact.key] is not None or fact.key == "to"):
            words = said(NOTHING, "running") if values[fact.key] is None else None
            yield Told(edition.text(fact.label), words or fact_in_words(edition, fact.path, values[fact.key]))


def fact_in_words(edition: Edition, path: str, value: Any) -> str:
    """The value of a fact as people write it."""
    fact = edition.law.facts.facts.get(path)
    if isinstance(value, list):
        items = [
            _period(edition, v) if isinstance(v, Mapping) else fact_in_words(edition, path, v) for v in value
        ]
        return f"{edition.semicolon} ".join(items) or said(NOTHING, "none")
    if isinstance(value, Mapping):
        return _period(edition, value)
    if isinstance(value, bool):
        if not value and fact is not None and fact.type == "periods":
            return said(NOTHING, "none")
        return edition.value(value, "boolean")
    if isinstance(value, str):
        if fact is not None and value in _codes(fact):
            return edition.text(_codes(fact)[value])
        return _day(edition, value)
    if isinstance(value, int | float | Decimal):
        return edition.value(Fraction(str(value)), _unit(fact))
    return str(value)


def _codes(fact: Fact) -> Mapping[str, Any]:
    return fact.codes or (fact.period_value.codes if fact.period_value is not None else {})


def _unit(fact: Fact | None) -> str:
    if fact is None:
        return "count"
    if fact.unit is not None:
        return fact.unit
    low_high = fact.period_value if fact.period_value is not None else fact
    return "fraction" if low_high.type == "decimal" and low_high.maximum == 1 else "count"


def _day(edition: Edition, text: str) -> str:
    try:
        return edition.day_words(days.day_of(text))
    except ValueError:
        return text


def _period(edition: Edition, period: Mapping[str, Any]) -> str:
    """An interval: its value, if any, and its days."""
    start = _day(edition, period["from"]) if period.get("from") else "…"
    end = _day(edition, period["to"]) if period.get("to") else said(NOTHING, "running")
    values = [edition.code(v) if isinstance(v, str) else _share(edition, v) for k, v in period.items()
              if k not in ("from", "to") and v is not None]  # fmt: skip
    return f"{' '.join(values)} ({start} – {end})" if values else f"{start} – {end}"


def _share(edition: Edition, value: Any) -> str:
    if isinstance(value, bool):
        return edition.value(value, "boolean")
    exact = Fraction(str(value))
    return edition.value(exact, "fraction" if exact <= 1 else "count")


def links(edition: Edition, cases: Cases | None, instrument: str) -> tuple[Piece, ...]:
    """The examples of an instrument: title and address."""
    if cases is None:
        return ()
    return tuple(
        Piece(
            title_of(edition, case),
            reverse("law_book_example", kwargs={"instrument": slug(instrument), "case": case.id}),
            case.id,
        )
        for case in cases.of(instrument)
    )
