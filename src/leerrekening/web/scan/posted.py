"""What the form of a topic changes in the document.

Names of inputs are the paths of the contract with their indexes (`jobs[0].kind`): a form is read by what it holds,
without knowing how the page was made.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext_lazy as _

from leerrekening.rules.facts import Fact, FactBook, Group
from leerrekening.rules.situation import Situation, SituationError
from leerrekening.web.components import UNKNOWN, Text
from leerrekening.web.scan import fields
from leerrekening.web.scan.answers import Answers, Document, Typed, get, last, put
from leerrekening.web.scan.fields import DAY, Kind, Mistake, kind_of
from leerrekening.web.scan.topics import GIVEN, MOST_SHOWN, NO, YES


@dataclass
class Posted:
    """What a form changed: the new document, what was left open, and what could not be read, by input."""

    document: Document
    left_open: set[str]
    mistakes: dict[str, Text] = field(default_factory=dict)
    opened: bool = False  # a "yes" was chosen for which there is something to fill in now


def read_topic(
    book: FactBook, answers: Answers, typed: Typed, check: Callable[[Document], Situation]
) -> Posted:
    """What the form changes in the answers. Mistakes leave their fact as it was."""
    posted = Posted(answers.copied(), set(answers.left_open))
    topics = {topic for name in typed if (topic := _topic_of(book, name)) is not None}
    for fact in book.facts.values():
        if fact.group is None and fact.topic in topics:
            _read_value(fact, kind_of(fact), fact.path, typed, posted)
    for group in book.groups.values():
        if group.topic in topics:
            (_read_list if group.kind == "list" else _read_object)(book, group, typed, posted)
    for path in last(typed, "shown").split():
        declared = book.facts.get(path) or book.groups.get(path)
        if declared is not None and path != "as_of":
            known = _is_known(posted.document, path)
            (posted.left_open.discard if known else posted.left_open.add)(path)
    if not posted.mistakes:
        _check_whole(posted, check)
    return posted


def _is_known(document: Document, path: str) -> bool:
    """Whether a declared path is answered; in a list, for each of its items."""
    above, _dot, key = path.rpartition(".")
    items = document.get(above) if above else None
    if isinstance(items, list):
        return all(item.get(key) is not None for item in items)
    return get(document, path) is not None


def _topic_of(book: FactBook, name: str) -> str | None:
    first = name.partition(".")[0].partition("[")[0].partition("-")[0]
    if first in book.groups:
        return book.groups[first].topic
    return book.facts[first].topic if first in book.facts else None


def _check_whole(posted: Posted, check: Callable[[Document], Situation]) -> None:
    """What only shows in the whole: an end before its start, or a bound of the contract."""
    try:
        check(posted.document)
    except SituationError as error:
        for problem in error.problems:
            name = problem.path.removeprefix("$.")
            late = name.endswith((".to", ".end"))
            posted.mistakes[name] = (
                _("De laatste dag ligt vóór de eerste dag. Kijk de datums na.")
                if late
                else _("Dit antwoord kan niet. Kijk het na.")
            )


def _read_object(book: FactBook, group: Group, typed: Typed, posted: Posted) -> None:
    given = last(typed, f"{group.path}.{GIVEN}")
    document = posted.document
    if given == NO:
        document.pop(group.path, None)
        posted.left_open.add(group.path)
        return
    if given == YES and document.get(group.path) is None:
        document[group.path] = {}
        posted.opened = True
    for fact in book.members(group.path):
        if fact.type == "periods":
            _read_periods(fact, fact.path, typed, posted)
        else:
            _read_value(fact, kind_of(fact), fact.path, typed, posted)


def _read_list(book: FactBook, group: Group, typed: Typed, posted: Posted) -> None:
    if not _read_gate(group.path, typed, posted):
        return
    items = posted.document.get(group.path) or []
    for i, item in enumerate(items[:MOST_SHOWN]):
        here, before = f"{group.path}[{i}]", dict(item)
        for fact in book.members(group.path):
            if fact.type != "periods":
                _read_value(fact, kind_of(fact), f"{here}.{fact.key}", typed, posted)
        for fact in book.members(group.path):
            if fact.type == "periods":
                _read_periods(fact, f"{here}.{fact.key}", typed, posted)
                _start_with_item(item, before, fact)
        _work_out_share(item, before)


def _start_with_item(item: dict[str, Any], before: dict[str, Any], fact: Fact) -> None:
    """A single period of an item was asked without its days: it starts when the item does."""
    periods = item.get(fact.key)
    if not periods or len(periods) != 1 or item.get("from") is None:
        return
    if not before.get(fact.key) or periods[0].get("from") == before.get("from") != item["from"]:
        periods[0]["from"] = item["from"]


def _work_out_share(item: dict[str, Any], before: dict[str, Any]) -> None:
    """The share of a full-time job from the hours of both, when those are answered and the share is not."""
    hours, full = item.get("weekly_hours"), item.get("full_time_weekly_hours")
    answered = (hours, full) != (before.get("weekly_hours"), before.get("full_time_weekly_hours"))
    if answered and not item.get("fraction") and hours is not None and full and hours <= full:
        share = fields.exact_decimal(Fraction(hours) / Fraction(full))
        item["fraction"] = [{"from": item.get("from"), "to": None, "value": share}]


def _read_gate(path: str, typed: Typed, posted: Posted) -> bool:
    """Whether there is something to read; "no" makes the list empty, "yes" gives it a first, blank item."""
    given = last(typed, f"{path}.{GIVEN}")
    if given == NO:
        put(posted.document, path, [])
        return False
    if given == UNKNOWN:
        put(posted.document, path, None)
        return False
    if given == YES and not get(posted.document, path):
        put(posted.document, path, [{}])
        posted.opened = True
    return True


def _read_periods(fact: Fact, path: str, typed: Typed, posted: Posted) -> None:
    if not _read_gate(path, typed, posted):
        return
    count = 0
    while count < MOST_SHOWN and any(key.startswith(f"{path}[{count}].") for key in typed):
        count += 1
    if not count:
        return
    value = get(posted.document, path)
    periods: list[dict[str, Any]] = value or []
    before, after = periods[:count], periods[count:]
    before += [{} for _blank in range(count - len(before))]
    put(posted.document, path, [*before, *after])
    for i in range(count):
        if fact.period_value is not None:
            _read_value(fact, kind_of(fact), f"{path}[{i}].{fact.period_value.key}", typed, posted)
        for key in ("from", "to"):
            _read_value(fact, DAY, f"{path}[{i}].{key}", typed, posted)
    filled = [p for p in [*before, *after] if any(value is not None for value in p.values())]
    put(posted.document, path, filled or (None if value != [] else []))


def _read_value(fact: Fact, kind: Kind, path: str, typed: Typed, posted: Posted) -> None:
    if not fields.is_present(kind, path, typed):
        return
    before = get(posted.document, path)
    try:
        value = fields.read(kind, path, typed, before)
    except Mistake as mistake:
        posted.mistakes[path] = mistake.text
        return
    if value is None and fact.required:
        posted.mistakes[path] = _("Vul de dag in waarop u uw rechten wilt kennen.")
    elif value is not None or before is not None:
        put(posted.document, path, value)
