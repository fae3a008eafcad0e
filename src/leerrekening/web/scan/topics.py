"""The page of one topic: what it asks, and what its form changes in the document.

A page asks what can still change an outcome, and shows what is already answered. Names of inputs are the paths of
the contract with their indexes (`jobs[0].kind`), so a form can be read without knowing how it was shown.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from leerrekening.rules.ask import Question, next_question
from leerrekening.rules.decide import Engine
from leerrekening.rules.facts import Fact, FactBook, Group
from leerrekening.rules.facts import Text as LawText
from leerrekening.rules.situation import Situation
from leerrekening.web.components import UNKNOWN, Choice, Field, Text
from leerrekening.web.rights.wording import words
from leerrekening.web.scan import fields
from leerrekening.web.scan.answers import (
    FIRST_TOPIC,
    Answers,
    Document,
    Typed,
    get,
    last,
    put,
    without_indexes,
)
from leerrekening.web.scan.fields import DAY, Kind, kind_of

GIVEN: Final = "given"  # the input that says whether there is something to fill in at all
YES, NO = "yes", "no"
MOST_SHOWN: Final = 20  # items of a list on a page; a longer list is carried along but not shown whole

# With or without a course is another question, so it is asked on the first page too.
COURSE: Final = "course"

# What is asked of each item at once; the rest of its facts only when it can change an outcome.
ITEM_FACTS: Final = {
    "jobs": ("from", "to", "kind", "sector", "workplace_region", "fraction"),
    "guidance": ("from", "to", "instrument", "vouchers", "minutes", "pop_signed_on", "pop_courses"),
    "used": ("instrument", "on", "cents", "minutes", "initiative"),
}
# Facts from which another can be worked out, asked beside it while it is not known.
INSTEAD_OF: Final = {"jobs.fraction": ("weekly_hours", "full_time_weekly_hours")}
# Dated facts that everybody has: the first period is asked for without asking whether there is any.
ALWAYS_SOME: Final = frozenset({"person.residence", "jobs.fraction"})
# Objects whose facts are asked without asking first whether they concern the person.
ALWAYS_THERE: Final = frozenset({"person"})

# The help of the fact speaks of fractions, as the contract has them; people are asked for percent.
SHARE_HINT: Final = _("Voltijds is 100. Vier vijfde is 80. Halftijds is 50.")
SHARE_HINT_OR_HOURS: Final = _(
    "Voltijds is 100. Vier vijfde is 80. Halftijds is 50. Weet u het niet? Laat dit leeg en vul de uren in."
)

ITEM_NAMES: Final[dict[str, Text]] = {
    "jobs": _("Job"),
    "guidance": _("Loopbaanbegeleiding"),
    "used": _("Gebruikt recht"),
}
YES_NO: Final[dict[str, tuple[Text, Text]]] = {
    "jobs": (_("Ik vul mijn jobs in"), _("Ik heb nog nooit gewerkt")),
}
ADD: Final[dict[str, Text]] = {
    "jobs": _("Voeg een job toe"),
    "guidance": _("Voeg een begeleiding toe"),
    "used": _("Voeg een gebruikt recht toe"),
    "jobs.fraction": _("Mijn uren veranderden: voeg een periode toe"),
}


@dataclass(frozen=True)
class Action:
    """A button of a form: what it sends as `go`, and its words."""

    go: str
    label: Text
    about: str = ""


@dataclass(frozen=True)
class Row:
    """One item of a list, or one period of a dated fact."""

    title: str
    fields: tuple[Field, ...]
    actions: tuple[Action, ...] = ()


@dataclass(frozen=True)
class Section:
    """One question: a field, or a heading with rows."""

    path: str
    fields: tuple[Field, ...] = ()
    title: str = ""
    hint: str = ""
    rows: tuple[Row, ...] = ()
    add: Action | None = None
    more: int = 0

    @property
    def all_fields(self) -> list[Field]:
        """Its fields in the order of the page."""
        return [*self.fields, *(each for row in self.rows for each in row.fields)]


@dataclass(frozen=True)
class TopicPage:
    """What one page asks. `answered`: what could stay as it is; `shown`: the declared paths, with spaces between."""

    topic: str
    title: str
    open: tuple[Section, ...]
    answered: tuple[Section, ...]
    shown: str

    @property
    def fields(self) -> list[Field]:
        """All fields in the order of the page."""
        return [each for section in (*self.open, *self.answered) for each in section.all_fields]


# --- showing ---------------------------------------------------------------------------------------------------


class PageMaker:
    """Builds the page of a topic from the answers, or from a form that held mistakes."""

    def __init__(
        self,
        book: FactBook,
        answers: Answers,
        open_paths: set[str],
        typed: Typed | None = None,
        mistakes: dict[str, Text] | None = None,
    ) -> None:
        self.book: Final = book
        self.answers: Final = answers
        self.open_paths: Final = open_paths
        self._typed: Final = typed
        self._mistakes: Final = mistakes or {}

    def page(self, topic: str) -> TopicPage:
        """The page of `topic`."""
        sections = list(self._sections(topic))
        # What is asked comes first, then what is answered.
        unanswered = tuple(s for s in sections if self._is_open(s.path))
        answered = tuple(s for s in sections if not self._is_open(s.path))
        names = [s.path for s in sections] + [each.name for s in sections for each in s.all_fields]
        shown = " ".join(sorted({self._declared(name) for name in names}))
        return TopicPage(topic, words(self.book.topics[topic].name), unanswered, answered, shown)

    def section(self, path: str) -> Section:
        """What is asked about one declared fact or list."""
        group = self.book.groups.get(path)
        if group is not None:
            return self._list(group)
        fact = self.book.facts[path]
        return self._periods(fact, path) if fact.type == "periods" else self._single(fact, path)

    def _declared(self, name: str) -> str:
        """The fact or group that an input belongs to."""
        path = without_indexes(name)
        while path not in self.book.facts and path not in self.book.groups:
            path = path.rpartition(".")[0]
        return path

    def _is_open(self, path: str) -> bool:
        group = self.book.groups.get(path)
        if group is not None:
            return True  # a list can always be added to, and an object is asked as a whole
        return get(self.answers.document, path) is None

    def _sections(self, topic: str) -> Iterator[Section]:
        for fact in self.book.facts.values():
            if fact.topic == topic and fact.group is None:
                yield self._single(fact, fact.path)
        if topic == FIRST_TOPIC and COURSE in self.book.groups:
            yield self._gate_section(self.book.groups[COURSE])
        for group in self.book.groups.values():
            if group.topic != topic:
                continue
            if group.kind == "list":
                yield self._list(group)
            else:
                yield from self._object(group)

    def _object(self, group: Group) -> Iterator[Section]:
        document = self.answers.document
        gated = group.path not in ALWAYS_THERE
        if gated:
            yield self._gate_section(group)
        if gated and document.get(group.path) is None:
            return
        for fact in self.book.members(group.path):
            value = get(document, fact.path)
            if value is None and fact.path not in self.open_paths and not self._has_typed(fact.path):
                continue
            yield self._periods(fact, fact.path) if fact.type == "periods" else self._single(fact, fact.path)

    def _gate_section(self, group: Group) -> Section:
        return Section(
            group.path, fields=(self._gate(group.path, group.question or group.label, group.help),)
        )

    def _list(self, group: Group) -> Section:
        items = self.answers.document.get(group.path)
        question = words(group.question or group.label)
        if not items:
            return Section(
                group.path, fields=(self._gate(group.path, group.question or group.label, group.help),)
            )
        name = ITEM_NAMES.get(group.path, words(group.label).capitalize())
        rows = []
        for i in range(min(len(items), MOST_SHOWN)):
            here, title = f"{group.path}[{i}]", f"{name} {i + 1}"
            item_fields: list[Field] = []
            actions = [Action(f"remove:{here}", _("Verwijder"), title)]
            for fact in self._item_facts(group, items[i]):
                item_fields += self._item_fields(fact, f"{here}.{fact.key}", title, actions)
            rows.append(Row(title, tuple(item_fields), tuple(actions)))
        return Section(
            group.path,
            title=question,
            hint=words(group.help) if group.help else "",
            rows=tuple(rows),
            add=Action(f"add:{group.path}", ADD.get(group.path, _("Voeg er een toe"))),
            more=max(0, len(items) - MOST_SHOWN),
        )

    def _item_facts(self, group: Group, item: dict[str, Any]) -> Iterator[Fact]:
        always = ITEM_FACTS.get(group.path)
        for path, others in INSTEAD_OF.items():
            if always and path.rpartition(".")[0] == group.path and not item.get(self.book.facts[path].key):
                always = (*always, *others)
        for fact in self.book.members(group.path):
            known = item.get(fact.key) is not None
            if known or always is None or fact.key in always or fact.path in self.open_paths:
                yield fact

    def _item_fields(self, fact: Fact, path: str, title: str, actions: list[Action]) -> list[Field]:
        if fact.type != "periods":
            return [self._field(fact, kind_of(fact), path, words(fact.question), unknown=False, compact=True)]
        periods = get(self.answers.document, path) or []
        actions.append(Action(f"add:{path}", ADD.get(fact.path, _("Voeg een periode toe")), title))
        if len(periods) <= 1 and fact.period_value is not None:
            label = words(fact.question)
            inner = f"{path}[0].{fact.period_value.key}"
            return [self._field(fact, kind_of(fact), inner, label, unknown=False, compact=True)]
        out = []
        for i in range(min(len(periods), MOST_SHOWN)):
            out += self._period_fields(fact, f"{path}[{i}]", f"{words(fact.label).capitalize()} {i + 1}: ")
        return out

    def _periods(self, fact: Fact, path: str) -> Section:
        periods = get(self.answers.document, path)
        if not periods and fact.path not in ALWAYS_SOME:
            return Section(path, fields=(self._gate(path, fact.question, fact.help),))
        rows = []
        count = min(len(periods or [{}]), MOST_SHOWN)
        for i in range(count):
            here, title = f"{path}[{i}]", f"{words(fact.label).capitalize()} {i + 1}"
            remove = (Action(f"remove:{here}", _("Verwijder"), title),) if count > 1 or periods else ()
            rows.append(Row(title if count > 1 else "", tuple(self._period_fields(fact, here, "")), remove))
        return Section(
            path,
            title=words(fact.question),
            hint=words(fact.help) if fact.help else "",
            rows=tuple(rows),
            add=Action(f"add:{path}", ADD.get(fact.path, _("Voeg een periode toe"))) if periods else None,
            more=max(0, len(periods or ()) - MOST_SHOWN),
        )

    def _period_fields(self, fact: Fact, path: str, before: str) -> list[Field]:
        out = []
        if fact.period_value is not None:
            label = f"{before}{words(fact.label)}".strip()
            inner = f"{path}.{fact.period_value.key}"
            out.append(
                self._field(
                    fact,
                    kind_of(fact),
                    inner,
                    label[:1].upper() + label[1:],
                    unknown=False,
                    compact=True,
                    helped=False,
                )
            )
        for key, label in (("from", _("Vanaf welke dag?")), ("to", _("Tot en met welke dag?"))):
            hint = _("Loopt het nog? Laat dit dan leeg.") if key == "to" else ""
            typed = self._typed_of(DAY, f"{path}.{key}")
            error = self._mistakes.get(f"{path}.{key}", "")
            out.append(
                fields.field(
                    DAY, f"{path}.{key}", typed, f"{before}{label}", hint=hint, error=error, unknown=False
                )
            )
        return out

    def _single(self, fact: Fact, path: str) -> Section:
        shown = self._field(fact, kind_of(fact), path, words(fact.question), unknown=not fact.required)
        return Section(path, fields=(shown,))

    def _field(
        self,
        fact: Fact,
        kind: Kind,
        name: str,
        label: Text,
        *,
        unknown: bool,
        compact: bool = False,
        helped: bool = True,
    ) -> Field:
        typed = self._typed_of(kind, name)
        hint: Text = words(fact.help) if fact.help and helped else ""
        if kind.is_share:
            hint = SHARE_HINT_OR_HOURS if fact.path in INSTEAD_OF else SHARE_HINT
        if unknown and not any(any(v) for v in typed.values()) and fact.path in self.answers.left_open:
            typed = {name: (UNKNOWN,), f"{name}-unknown": (UNKNOWN,)}
            if kind.type not in ("boolean", "code", "codes"):
                typed.pop(name)
        error = self._mistakes.get(name, "")
        return fields.field(
            kind, name, typed, label, hint=hint, error=error, unknown=unknown, compact=compact
        )

    def _gate(self, path: str, question: LawText, help_: LawText | None) -> Field:
        """The question whether there is anything to fill in. Of an object "no" means: not asked about here."""
        declared = without_indexes(path)
        group = self.book.groups.get(declared)
        is_object = group is not None and group.kind == "object"
        value = get(self.answers.document, path)
        chosen = ""
        if value is not None:
            chosen = NO if value == [] else YES
        elif declared in self.answers.left_open:
            chosen = NO if is_object else UNKNOWN
        if self._typed is not None:
            chosen = last(self._typed, f"{path}.{GIVEN}") or chosen
        yes, no = YES_NO.get(path, (_("Ja"), _("Nee")))
        return Field(
            f"{path}.{GIVEN}",
            "radios",
            words(question),
            hint=words(help_) if help_ else "",
            choices=(Choice(YES, yes), Choice(NO, no)),
            value=chosen,
            unknown=not is_object,
        )

    def _typed_of(self, kind: Kind, name: str) -> Typed:
        if self._typed is not None and fields.is_present(kind, name, self._typed):
            return self._typed
        return fields.shown(kind, name, get(self.answers.document, name))

    def _has_typed(self, name: str) -> bool:
        return self._typed is not None and any(
            key == name or key.startswith((f"{name}-", f"{name}[")) for key in self._typed
        )


# --- the way through the topics --------------------------------------------------------------------------------


def add(document: Document, path: str) -> None:
    """Put a blank item at the end of a list."""
    items = get(document, path)
    put(document, path, [*(items if isinstance(items, list) else []), {}])


def remove(document: Document, path: str) -> None:
    """Take an item out of a list; with the last one the list is no longer known."""
    above, _bracket, index = path.rpartition("[")
    items = get(document, above)
    at = index.rstrip("]")
    if isinstance(items, list) and at.isdecimal() and int(at) < len(items):
        del items[int(at)]
        put(document, above, items or None)


def not_set_aside(questions: list[Question], left_open: frozenset[str], book: FactBook) -> list[Question]:
    """The questions that the person has not set aside, alone or with the whole group they stand in."""
    groups = left_open & book.groups.keys()
    return [q for q in questions if q.path not in left_open and q.path.rpartition(".")[0] not in groups]


def best_question(engine: Engine, situation: Situation, asked: list[Question], here: str) -> Question | None:
    """The one of `asked` to answer now: this topic is finished first, then comes what keeps most open."""
    best = next_question(engine, situation, here)
    if best is not None and best in asked:
        return best
    ranked = sorted(asked, key=lambda q: (q.topic != here, q.ask != "person"))
    return ranked[0] if ranked else None


def comes_up_as(question: Question, book: FactBook, document: Document) -> LawText:
    """The words for a question: whether there is an object to speak of at all comes before what is asked of it."""
    group = book.groups.get(question.path.partition(".")[0])
    if (
        group is None
        or group.question is None
        or group.path in ALWAYS_THERE
        or document.get(group.path) is not None
    ):
        return question.text
    return group.question
