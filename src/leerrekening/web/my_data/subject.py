"""What a correction is about: a fact in words, who says it, who answers for it, and who can change it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from leerrekening.registry.facts import PERSON
from leerrekening.registry.owners import Owner, owner_of
from leerrekening.registry.situation import Known, Origin
from leerrekening.registry.sources import REGISTERS
from leerrekening.rules.facts import Fact, FactBook
from leerrekening.web.account.origins import Provenance, provenance
from leerrekening.web.account.origins import words_of as words_of_day
from leerrekening.web.rights.outcome import capital, in_words
from leerrekening.web.rights.reasons import fact_words
from leerrekening.web.scan.fields import kind_of
from leerrekening.web.scan.fields import shown as number_shown


@dataclass(frozen=True)
class Saying:
    """One statement about it: who says it and since when; `key` chooses it in the form."""

    key: UUID
    path: str
    item: str
    source: str
    certified: bool
    words: str
    provenance: Provenance


@dataclass(frozen=True)
class Subject:
    """A fact of the contract as this person has it. `value`: of a single fact, as the contract writes it."""

    path: str
    label: str
    sayings: tuple[Saying, ...]
    source: str
    fact: Fact | None
    value: Any

    @property
    def owner(self) -> Owner:
        """Who answers for it."""
        return owner_of(self.source)

    @property
    def is_own(self) -> bool:
        """Whether the person said it, or may: no register says it."""
        return not any(saying.certified for saying in self.sayings)

    @property
    def can_be_answered(self) -> bool:
        """Whether the page can ask for another value itself."""
        return self.is_own and self.fact is not None


def label_of(book: FactBook, path: str) -> str:
    """The name of a fact or of a list, in the reader's language; the path when the law no longer knows it."""
    declared = book.facts.get(path) or book.groups.get(path)
    return capital(in_words(declared.label)) if declared is not None else path


def subject_of(book: FactBook, known: Known, path: str) -> Subject | None:
    """The fact with this path; None when the law asks no such thing of a person."""
    group = path.partition(".")[0]
    if path not in book.facts and path not in book.groups:
        return None
    if path == "as_of" or not any(
        path == p or group == p or p.startswith(f"{path}.") for p in asked_of_people()
    ):
        return None
    sayings = tuple(_sayings(book, known, path, group))
    certified = next((saying.source for saying in sayings if saying.certified), None)
    source = certified or (PERSON if sayings else register_for(path, group))
    single = book.facts.get(path) if group == "person" else None
    if single is not None and single.type == "periods":
        single = None
    value = known.document.get("person", {}).get(path.partition(".")[2]) if single is not None else None
    return Subject(path, label_of(book, path), sayings, source, single, value)


def asked_of_people() -> tuple[str, ...]:
    """Paths of what can be known of a person."""
    return (*(path for register in REGISTERS for path in register.speaks_of), "person")


def register_for(path: str, group: str) -> str:
    """The register that would say it; the person when none does."""
    return next((each.id for each in REGISTERS if path in each.speaks_of or group in each.speaks_of), PERSON)


def _sayings(book: FactBook, known: Known, path: str, group: str) -> Iterator[Saying]:
    stored = path if group == "person" else group
    for value, origin in statements(known, stored):
        if origin.fact is not None:
            yield Saying(
                origin.fact,
                stored,
                origin.item,
                origin.source,
                origin.certified,
                words_of(book, stored, value, "" if path == stored else path.rpartition(".")[2]),
                provenance(book, path, origin),
            )


def statements(known: Known, stored: str) -> Iterator[tuple[Any, Origin]]:
    """What is known under a path as facts are stored: values of the document, and items that are not in it."""
    for place, origin in known.origins.items():
        if place == stored or place.startswith(f"{stored}["):
            value: Any = known.document
            for part in place.replace("[", ".").replace("]", "").split("."):
                value = value[int(part)] if isinstance(value, list) else (value or {}).get(part)
            yield value, origin
    yield from known.unlisted.get(stored, ())


def words_of(book: FactBook, stored: str, value: Any, only: str = "") -> str:
    """A value in words: a single fact, or the members of an item (`only`: that member)."""
    declared = book.facts.get(stored)
    if isinstance(value, Mapping) and declared is not None and declared.period_value is not None:
        return _period(book, declared, value)
    if isinstance(value, Mapping):
        shown = [
            f"{capital(in_words(member.label))}: {words}"
            for member in book.members(stored)
            if (not only or member.key == only) and (words := _single(book, member, value.get(member.key)))
        ]
        return "; ".join(shown)
    return _single(book, declared, value) if declared is not None else ""


def _single(book: FactBook, declared: Fact, value: Any) -> str:
    """The words for one value; empty for what has none."""
    if isinstance(value, list) and declared.period_value is not None:
        return ", ".join(_period(book, declared, each) for each in value)
    if value is None or isinstance(value, list | dict):
        return ""
    unit = "code" if declared.codes else declared.unit or declared.type
    if declared.type == "date":
        value, unit = date.fromisoformat(value).toordinal(), "date"
    return str(fact_words(book, declared.path, value, unit))


def _period(book: FactBook, declared: Fact, value: Mapping[str, Any]) -> str:
    """One period with what holds in it: from its first day to its last, or on when none is known."""
    assert declared.period_value is not None
    carried = value.get(declared.period_value.key)
    kind = kind_of(declared)
    if kind.is_share and carried is not None:
        shown = " %".join((*next(iter(number_shown(kind, declared.path, carried).values())), ""))
    else:
        shown = "" if carried is None else fact_words(book, declared.path, carried, declared.unit or "code")
    days = [words_of_day(date.fromisoformat(value[end])) if value.get(end) else "" for end in ("from", "to")]
    return f"{shown} ({days[0]} – {days[1]})" if any(days) else shown
