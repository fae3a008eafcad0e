"""What a correction is about: a fact in words, who says it, who answers for it, and who can change it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from django.utils.translation import gettext as _

from leerrekening.registry.facts import PERSON
from leerrekening.registry.owners import Owner, owner_of
from leerrekening.registry.situation import Known, Origin
from leerrekening.registry.sources import REGISTERS
from leerrekening.rules.facts import Fact, FactBook
from leerrekening.web.account.origins import Provenance, provenance
from leerrekening.web.rights.known import fact_words
from leerrekening.web.rights.outcome import capital, in_words
from leerrekening.web.rights.wording import pair

UNSAID: Final = "–"  # a statement that has no words


@dataclass(frozen=True)
class Saying:
    """One statement about it: who says it and since when; `key` chooses it in the form. `parts`: what it says,
    in words, a line for each member of an item."""

    key: UUID
    path: str
    item: str
    source: str
    certified: bool
    parts: tuple[str, ...]
    provenance: Provenance

    @property
    def words(self) -> str:
        """What it says, on one line."""
        return "; ".join(self.parts)


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


def words_of(book: FactBook, stored: str, value: Any, only: str = "") -> tuple[str, ...]:
    """A value in words: a single fact, or the members of an item (`only`: that member), a line for each."""
    declared = book.facts.get(stored)
    if isinstance(value, Mapping):
        if declared is not None and declared.type == "periods":
            return (_period(book, declared, value),)
        shown = (
            pair(capital(in_words(member.label)), words)
            for member in book.members(stored)
            if (not only or member.key == only) and (words := _single(book, member, value.get(member.key)))
        )
        return tuple(shown) or (UNSAID,)
    if isinstance(value, list):
        return (_("geen"),) if not value else (UNSAID,)
    return (declared is not None and _single(book, declared, value) or UNSAID,)


def _period(book: FactBook, declared: Fact, value: Mapping[str, Any]) -> str:
    """What holds in one period of a dated fact; the days of the period stand with where it comes from."""
    carried = declared.period_value
    said = value.get(carried.key) if carried is not None else None
    if carried is None or said is None:
        return UNSAID
    if said in carried.codes:
        return str(in_words(carried.codes[said]))
    return str(fact_words(book, declared.path, said, carried.type))


def _single(book: FactBook, declared: Fact, value: Any) -> str:
    """The words for one value, of a list of periods for each of them; empty for what has none."""
    if isinstance(value, list) and declared.type == "periods":
        return ", ".join(_period(book, declared, each) for each in value)
    if value is None or isinstance(value, list | dict):
        return ""
    unit = "code" if declared.codes else declared.unit or declared.type
    if declared.type == "date":
        value, unit = date.fromisoformat(value).toordinal(), "date"
    return str(fact_words(book, declared.path, value, unit))
