"""The form for one thing of a person: a single fact, or one item of a list such as a job.

The questions, the reading of what was typed and its check are those of the quick scan. Of an item the form carries a
draft along in a hidden field, so that a period can be added before anything is kept.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import override

from leerrekening.registry.facts import LISTS
from leerrekening.rules.facts import FactBook
from leerrekening.rules.instruments import Law
from leerrekening.rules.situation import SituationError, parse_json
from leerrekening.web.components import Field, Text
from leerrekening.web.scan.answers import Answers, Document, Typed, get, last, put, written
from leerrekening.web.scan.posted import read_topic
from leerrekening.web.scan.topics import INSTEAD_OF, ITEM_FACTS, Action, PageMaker, add
from leerrekening.web.translations import LANGUAGE_NAMES

# Keys of an item that do not say anything by themselves.
SAYS_NOTHING: Final = frozenset({"to"})


@dataclass(frozen=True)
class Target:
    """What a form is about. `path`: as facts are stored; `asked`: the fact of it that brought the person here."""

    path: str
    asked: str

    @property
    def is_list(self) -> bool:
        """Whether it is an item of a list."""
        return self.path in LISTS

    @property
    def place(self) -> str:
        """Where the value stands in the document of the form."""
        return f"{self.path}[0]" if self.is_list else self.path

    def key_of(self, name: str) -> str:
        """The key of the item that an input belongs to; empty when it belongs to none."""
        if not name.startswith(f"{self.place}."):
            return ""
        return name[len(self.place) + 1 :].partition(".")[0].partition("[")[0].partition("-")[0]


@dataclass(frozen=True)
class Draft:
    """What the form holds: a document with nothing but its value. `mistakes`: what cannot be read, by input."""

    document: Document
    mistakes: Mapping[str, Text]

    @property
    def text(self) -> str:
        """The document as the hidden field holds it."""
        return written(self.document).decode()


@dataclass(frozen=True)
class Form:
    """The fields of a page. `more`: those that seldom matter, behind a click; `actions`: buttons that add a period."""

    main: tuple[Field, ...]
    more: tuple[Field, ...]
    actions: tuple[Action, ...]
    draft: Draft

    @property
    def errors(self) -> list[Field]:
        """What is wrong, for the list on top of the page; also what no field of the page can show."""
        shown = [each for each in (*self.main, *self.more) if each.error]
        names = {each.name for each in shown}
        first = self.main[0].name if self.main else ""
        hidden = [text for name, text in self.draft.mistakes.items() if name not in names]
        return [*shown, *(Field(first, "text", "", error=text) for text in hidden)]

    @property
    def more_is_open(self) -> bool:
        """Whether something in `more` needs a look."""
        return any(each.error for each in self.more)


def target_of(book: FactBook, path: str) -> Target | None:
    """What a path of the contract is told with; None for what nobody tells of a person."""
    group = path.partition(".")[0]
    for stored in (path, group):
        if stored in LISTS and (path in book.facts or path in book.groups):
            return Target(stored, path)
    fact = book.facts.get(path)
    return Target(path, path) if fact is not None and group == "person" and fact.type != "periods" else None


def targets(book: FactBook) -> list[Target]:
    """Everything that can be told, lists first."""
    singles = [fact.path for fact in book.members("person") if fact.path not in LISTS]
    made = [target_of(book, path) for path in ("jobs", *(p for p in LISTS if p != "jobs"), *singles)]
    return [each for each in made if each is not None]


def draft_of(target: Target, value: Any, today: date) -> Draft:
    """A form that holds a value, or nothing yet."""
    document: Document = {"as_of": today.isoformat()}
    if target.is_list:
        put(document, target.path, [dict(value or {})])
    elif value is not None:
        put(document, target.path, value)
    return Draft(document, {})


def value_in(target: Target, draft: Draft) -> Any:
    """The value that a form holds; None when it says nothing."""
    value = get(draft.document, target.place)
    if not isinstance(value, dict):
        return value
    value = {key: inner for key, inner in value.items() if inner not in (None, [])}
    return value if value.keys() - SAYS_NOTHING else None


def read(target: Target, law: Law, typed: Typed, before: Draft, keys: Collection[str] | None) -> Draft:
    """What the person typed. `before`: what was there when the form was opened first; `keys`: those of the item that
    may be said, None for all."""
    draft = _carried(target, law, typed) or before
    said = {
        name: values
        for name, values in typed.items()
        if name.startswith(target.path) and (keys is None or target.key_of(name) in keys)
    }
    language = last(typed, "language")
    with override(language if language in LANGUAGE_NAMES else None):
        posted = read_topic(law.facts, Answers(draft.document), said, law.reader.check)
    if target.is_list and not get(posted.document, target.path):
        put(posted.document, target.path, [{}])  # all was emptied
    go, mistakes = last(typed, "go"), dict(posted.mistakes)
    if go in _places_to_add(target, law.facts) and not mistakes:
        add(posted.document, go.removeprefix("add:"))
    return Draft(posted.document, mistakes)


def adds(typed: Typed) -> bool:
    """Whether the pressed button asks for room for one more period, not to keep anything."""
    return last(typed, "go").startswith("add:")


def checked(target: Target, law: Law, draft: Draft) -> Draft:
    """The form with a mistake where it says nothing, or what the law's own reader refuses."""
    mistakes = dict(draft.mistakes)
    if not mistakes:
        try:
            law.reader.check(draft.document)
        except SituationError:
            mistakes[target.place] = _("Kies of vul iets in dat hier kan.")
    if not mistakes and value_in(target, draft) is None:
        mistakes[target.place] = _("Vul minstens één antwoord in.")
    return Draft(draft.document, mistakes)


def form(
    target: Target, book: FactBook, draft: Draft, typed: Typed | None, keys: Collection[str] | None
) -> Form:
    """The fields. `typed`: what was sent, to show it again beside what is wrong with it."""
    everything = {fact.path for fact in book.facts.values()}
    # A mistake about the whole stands at the first field of the page.
    maker = PageMaker(book, Answers(draft.document), everything, typed, dict(draft.mistakes))
    section = maker.section(target.path)
    fields = [
        each
        for each in section.all_fields
        if keys is None or not target.is_list or target.key_of(each.name) in keys
    ]
    usual = _usual(target)
    main = [
        each
        for each in fields
        if usual is None
        or target.key_of(each.name) in usual
        or f"{target.path}.{target.key_of(each.name)}" == target.asked
    ]
    if not main:
        main = fields
    actions = [
        action
        for row in section.rows
        for action in row.actions
        if action.go in _places_to_add(target, book)
        and any(target.key_of(each.name) in action.go for each in fields)
    ]
    more = [each for each in fields if each not in main]
    return Form(tuple(main), tuple(more), tuple(actions), draft)


def _usual(target: Target) -> frozenset[str] | None:
    """The keys that are asked of every item; None: all."""
    usual = ITEM_FACTS.get(target.path)
    if usual is None:
        return None
    instead = [key for path, keys in INSTEAD_OF.items() if path.startswith(f"{target.path}.") for key in keys]
    return frozenset((*usual, *instead))


def _places_to_add(target: Target, book: FactBook) -> frozenset[str]:
    """What the buttons that add a period send."""
    if not target.is_list:
        return frozenset()
    return frozenset(
        f"add:{target.place}.{fact.key}" for fact in book.members(target.path) if fact.type == "periods"
    )


def _carried(target: Target, law: Law, typed: Typed) -> Draft | None:
    """The draft that the form brought back: its value alone, and only when the law can read it."""
    try:
        document = parse_json(last(typed, "document"))
        law.reader.check(document)
    except SituationError:
        return None
    kept: Document = {"as_of": document["as_of"]}
    value = get(document, target.place)
    if target.is_list:
        put(kept, target.path, [value if isinstance(value, dict) else {}])
    elif value is not None:
        put(kept, target.path, value)
    return Draft(kept, {})
