"""Where what is known of a person comes from, in words: which register, when, and whether it is certain."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from leerrekening.registry.facts import OFFICE
from leerrekening.registry.owners import owner_of
from leerrekening.registry.situation import Known, Origin, Other, Stale
from leerrekening.registry.sources import REGISTERS
from leerrekening.rules.decide import Finding
from leerrekening.rules.facts import Fact, FactBook
from leerrekening.rules.shown import shown_facts
from leerrekening.web.rights.known import fact_label, fact_words
from leerrekening.web.rights.outcome import day_words, in_words

NAMES = {register.id: register.name for register in REGISTERS}
OWNERS = {register.id: register.owner for register in REGISTERS}


@dataclass(frozen=True)
class Provenance:
    """Where one value comes from. `conflict`: what another source says; `owner`: who can mend it; `case_number`: of the
    request to correct that it follows from."""

    source: str
    certified: bool
    retrieved: date
    validity: str
    conflict: tuple[str, ...]
    owner: str
    case_number: str = ""


@dataclass(frozen=True)
class KnownFact:
    """One fact that counts for a right, in words, with where it comes from. `path`: as the contract names it."""

    path: str
    label: str
    value: str
    origins: tuple[Provenance, ...]


@dataclass(frozen=True)
class StaleSource:
    """A source whose answer is old or missing. `since`: the day of its last good answer."""

    name: str
    since: str
    is_missing: bool


def source_name(source: str) -> str:
    """A source in the reader's language."""
    if source in NAMES:
        return in_words(NAMES[source])
    if source == OFFICE:
        return in_words(owner_of(source).name)
    return _("Uzelf") if source == "person" else source.replace("_", " ")


def facts_of(finding: Finding, known: Known) -> list[KnownFact]:
    """The facts that were looked at for a right, each once, in the order of the law."""
    if finding.frame is None:
        return []
    book = finding.person.engine.law.facts
    found: dict[str, KnownFact] = {}
    for condition, _value in finding.results:
        for path, shown in shown_facts(finding.frame, condition.version.node).items():
            if path not in found and path != "as_of":
                label = fact_label(book, path, shown.derived)
                origins = tuple(_provenances(book, path, known))
                words = fact_words(book, path, *shown)
                found[path] = KnownFact(path, label, words, origins)
    return list(found.values())


def _provenances(book: FactBook, path: str, known: Known) -> Iterator[Provenance]:
    group = path.partition(".")[0]
    items = f"{path}[" if group == "person" else f"{group}["
    whole = (path,) if group == "person" else (path, group)
    places = [place for place in known.origins if place in whole or place.startswith(items)]
    seen = set()
    for place in places:
        made = provenance(book, path, known.origins[place])
        key = (made.source, made.retrieved, made.validity, made.conflict)
        if key not in seen:
            seen.add(key)
            yield made


def provenance(book: FactBook, path: str, origin: Origin) -> Provenance:
    """Where one value comes from, in words."""
    return Provenance(
        source_name(origin.source),
        origin.certified,
        day_of(origin.received_at),
        validity_words(origin.valid_from, origin.valid_to),
        tuple(_other(book, path, other) for other in origin.conflict),
        in_words(OWNERS[origin.source]) if origin.source in OWNERS else "",
        origin.case_number or "",
    )


def _other(book: FactBook, path: str, other: Other) -> str:
    declared = book.declaration(path)
    name = source_name(other.source)
    if other.value is None:
        return _("%(source)s zegt dat dit niet zo is.") % {"source": name}
    value = other.value
    if isinstance(value, dict):
        value = value.get(path.rpartition(".")[2])
    if value is None or isinstance(value, list | dict) or not isinstance(declared, Fact):
        return _("%(source)s zegt iets anders.") % {"source": name}
    unit = "code" if declared.codes else declared.unit or declared.type
    if declared.type == "date":
        value, unit = date.fromisoformat(value).toordinal(), "date"
    return _("%(source)s zegt: %(value)s.") % {"source": name, "value": fact_words(book, path, value, unit)}


def validity_words(start: date | None, end: date | None) -> str:
    """From when to when a statement holds."""
    if start is not None and start == end:
        return _("Op %(day)s.") % {"day": words_of(start)}
    if start is not None and end is not None:
        return _("Geldt van %(start)s tot en met %(end)s.") % {"start": words_of(start), "end": words_of(end)}
    if start is not None:
        return _("Geldt sinds %(start)s.") % {"start": words_of(start)}
    return _("Geldt tot en met %(end)s.") % {"end": words_of(end)} if end is not None else ""


def stale_sources(stale: Iterable[Stale]) -> list[StaleSource]:
    """The sources that a banner names."""
    return [
        StaleSource(
            source_name(each.source),
            "" if each.answered_at is None else words_of(day_of(each.answered_at)),
            each.answered_at is None,
        )
        for each in stale
    ]


def day_of(moment: datetime) -> date:
    """The day of a moment, here."""
    return timezone.localtime(moment).date()


def words_of(day: date) -> str:
    """A day with its month as a word."""
    return day_words(day.toordinal())
