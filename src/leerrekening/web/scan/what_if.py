"""What if one thing were different: the same question read twice, side by side. The answers stay as they are."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _

from leerrekening.rules.facts import Fact, FactBook
from leerrekening.rules.situation import Situation, SituationError
from leerrekening.web.components import Choice, Field, Text
from leerrekening.web.rights.outcome import capital
from leerrekening.web.rights.wording import words
from leerrekening.web.scan import fields
from leerrekening.web.scan.answers import Document, Typed, get, put, without_indexes
from leerrekening.web.scan.fields import Mistake, kind_of
from leerrekening.web.scan.topics import ITEM_NAMES, SHARE_HINT

THEN = "then."  # names of inputs on this page: apart from those of the answers themselves


def choices(book: FactBook, document: Document) -> list[Choice]:
    """What can be made different: the day, and each fact a person can influence that has a place in the answers."""
    return [Choice(path, _label(book, path)) for path in changeable(book, document)]


def changeable(book: FactBook, document: Document) -> Iterator[str]:
    """The paths of the choices."""
    yield "as_of"
    for fact in book.facts.values():
        group = book.groups.get(fact.group) if fact.group else None
        if group is None or not fact.influence and fact.key != "to" or not _single_valued(fact):
            continue
        if group.kind == "list":
            items = document.get(group.path) or []
            yield from (f"{group.path}[{i}].{fact.key}" for i in range(min(len(items), 5)))
        elif group.path != "course" or document.get("course") is not None:
            yield fact.path


def _single_valued(fact: Fact) -> bool:
    return fact.type != "periods" or fact.period_value is not None


def _label(book: FactBook, path: str) -> str:
    declared = book.declaration(without_indexes(path))
    text = capital(words(declared.label))
    if "[" not in path:
        return text
    group, _bracket, rest = path.partition("[")
    item = ITEM_NAMES.get(group, words(book.groups[group].label))
    number = int(rest.partition("]")[0]) + 1
    return _("%(label)s: %(value)s") % {"label": f"{item} {number}", "value": words(declared.label)}


def question(book: FactBook, path: str, document: Document, typed: Typed | None, error: Text = "") -> Field:
    """The field for the other value."""
    fact = book.facts[without_indexes(path)]
    kind, name = kind_of(fact), THEN + path
    hint: Text = SHARE_HINT if kind.is_share else words(fact.help) if fact.help else ""
    if fact.type == "periods":
        hint = _("Dit geldt dan vanaf de dag van de vraag.")
    if typed is None or not fields.is_present(kind, name, typed):
        typed = fields.shown(kind, name, _now(fact, path, document))
    return fields.field(kind, name, typed, words(fact.question), hint=hint, error=error, unknown=False)


def _now(fact: Fact, path: str, document: Document) -> Any:
    value = get(document, path)
    if fact.type != "periods" or not value:
        return None if fact.type == "periods" else value
    assert fact.period_value is not None
    return value[-1].get(fact.period_value.key)


def changed(
    book: FactBook, path: str, document: Document, typed: Typed, check: Callable[[Document], Situation]
) -> tuple[Document, Situation]:
    """The document with the other value, checked. Raises Mistake."""
    fact = book.facts[without_indexes(path)]
    kind = kind_of(fact)
    before = _now(fact, path, document)
    value = fields.read(kind, THEN + path, typed, before)
    if value is None:
        raise Mistake(_("Vul in wat er anders zou zijn."))
    if fact.type == "periods":
        value = _from_day(fact, get(document, path) or [], value, document["as_of"])
    put(document, path, value)
    try:
        return document, check(document)
    except SituationError:
        raise Mistake(_("Dit past niet bij uw andere antwoorden. Kijk het na.")) from None


def _from_day(fact: Fact, periods: list[dict[str, Any]], value: Any, day: str) -> list[dict[str, Any]]:
    """The periods with another value from a day on: what ran on ends the day before."""
    assert fact.period_value is not None
    key = fact.period_value.key
    before = (date.fromisoformat(day) - timedelta(days=1)).isoformat()
    kept = []
    for period in periods:
        start, end = period.get("from"), period.get("to")
        if start is not None and start >= day:
            continue
        kept.append({**period, "to": before} if end is None or end >= day else period)
    return [*kept, {"from": day, "to": None, key: value}]
