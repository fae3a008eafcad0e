"""One edition of the law book: the law that is served, in one language, as it stands on one day.

Everything that pages show goes through here, so that texts, figures, days and links look alike everywhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from django.urls import reverse

from leerrekening.lawtext.keeper import HeldLaw
from leerrekening.rules import days
from leerrekening.rules.decide import Slice
from leerrekening.rules.facts import Text
from leerrekening.rules.instruments import Citation, Instrument, Reference
from leerrekening.rules.parameters import Dated, Figure
from leerrekening.rules.values import Unknown
from leerrekening.rules.words import date_words, value_words
from leerrekening.web.lawbook.wording import (
    CODES,
    CONFIDENCES,
    NBSP,
    REFERENCE_KINDS,
    SOURCE_KINDS,
    STATUSES,
    said,
    typeset,
)

_PLACEHOLDER: Final = re.compile(r"\{([\w.]+)\}")


@dataclass(frozen=True)
class Piece:
    """Some characters of a text or formula. ``url`` leads to what they name; ``kind`` says how they look."""

    text: str
    url: str = ""
    kind: str = ""


@dataclass(frozen=True)
class SourceLink:
    """A source of the law: its tag, what it is, its address and its kind in words."""

    tag: str
    title: str
    url: str
    kind: str


@dataclass(frozen=True)
class ReferenceNote:
    """A conflict, gap or reading: what it is about, how it is treated, where to look it up (or empty)."""

    id: str
    anchor: str
    url: str
    kind: str
    is_open: bool
    matter: str
    treatment: str
    look_up: str
    sources: tuple[SourceLink, ...]


@dataclass(frozen=True)
class Basis:
    """Where a rule stands: act, article, sources, and how sure the reading is."""

    act: str
    act_url: str
    article: str
    sources: tuple[SourceLink, ...]
    confidence: str


def slug(owner: str) -> str:
    """The id of an instrument as it stands in addresses."""
    return owner.replace("_", "-")


class Edition:
    """The law that is ``held``, for readers of ``language``, as it stands on ``day``.

    ``asked`` is the day when the reader chose one, so that links keep it; None: today.
    """

    def __init__(self, held: HeldLaw, language: str, day: int, asked: str | None = None) -> None:
        self.held: Final = held
        self.law: Final = held.law
        self.engine: Final = held.engine
        self.language: Final = language
        self.day: Final = day
        self.asked: Final = asked

    # --- words ----------------------------------------------------------------------------------------------

    def text(self, text: Text) -> str:
        """A text of the law."""
        return typeset(text[self.language], self.language)

    def day_words(self, day: int) -> str:
        """A day, the month as a word."""
        return date_words(day, self.language)

    @property
    def colon(self) -> str:
        """A colon, in French after a space that does not break."""
        return f"{NBSP}:" if self.language == "fr" else ":"

    @property
    def semicolon(self) -> str:
        """A semicolon, in French after a space that does not break."""
        return f"{NBSP};" if self.language == "fr" else ";"

    def value(self, value: Any, unit: str) -> str:
        """A value in words; ``unit`` as rules see it. Codes have their label where one is known."""
        if isinstance(value, frozenset):
            return ", ".join(sorted(self.code(code) for code in value))
        if unit == "code" and isinstance(value, str):
            return self.code(value)
        return typeset(value_words(value, "count" if unit == "plain" else unit, self.language), self.language)

    def code(self, code: str) -> str:
        """A code of the law in words."""
        if code in self._code_labels:
            return self.text(self._code_labels[code])
        return said(CODES, code)

    @cached_property
    def _code_labels(self) -> Mapping[str, Text]:
        out: dict[str, Text] = {}
        for fact in self.law.facts.facts.values():
            codes = fact.codes or (fact.period_value.codes if fact.period_value else {})
            for code, label in codes.items():
                out.setdefault(code, label)
        return out

    # --- the law on the day ---------------------------------------------------------------------------------

    def slice(self, owner: Instrument) -> Slice:
        """An instrument as it stands on the day."""
        return self.engine.slice(owner.id, self.day)

    def status(self, owner: Instrument) -> str:
        """The state of the law on the day, as a code of the contract."""
        return self.slice(owner).status

    def status_words(self, owner: Instrument) -> str:
        """The state of the law on the day."""
        return said(STATUSES, self.status(owner))

    def reading(self, figure: Figure) -> tuple[str, str]:
        """A figure on the day: its words, and how it stands: known, unconfirmed, unknown, or none (not in force)."""
        dated = figure.at(self.day)
        if dated is None:
            return self.value(None, figure.rule_unit), "none"
        return self.value(dated.value, figure.rule_unit), self.standing(figure, dated)

    def standing(self, figure: Figure, dated: Dated) -> str:
        """How a dated value stands on the day: known, unconfirmed or unknown."""
        if dated.value is None:
            return "unknown"
        if dated.last_confirmed is not None and self.day > dated.last_confirmed:
            return "unconfirmed"
        return "known" if figure.at(self.day) is not dated or figure.is_certain(self.day) else "unconfirmed"

    def nearest_day(self, owner: Instrument, start: int = 1, end: int = days.FOREVER) -> int:
        """The day of the edition, or the nearest one from ``start`` to ``end`` on which the instrument may exist.

        The words of a rule that is not in force on the day are read with the figures of a day on which it is.
        """
        if owner.block:
            existing = [each for each in owner.existence.values if each.value != "absent"]
            start = max(start, min((each.start for each in existing), default=start))
            end = min(end, max((each.end for each in existing), default=end))
        return max(start, min(end, self.day))

    def pieces(self, text: Text, day: int) -> tuple[Piece, ...]:
        """A text of the law with its figures of a day in words, each leading to its own row."""
        out: list[Piece] = []
        rest = 0
        source = text[self.language]
        for match in _PLACEHOLDER.finditer(source):
            out.append(Piece(self._set(source[rest : match.start()])))
            figure = self.engine.figures[match.group(1)]
            value = figure.last_known(day)
            words = self.value(None if type(value) is Unknown else value, figure.rule_unit)
            kind = "" if figure.is_known(day) else "unconfirmed"
            out.append(Piece(words, self.figure_url(figure.id), kind))
            rest = match.end()
        out.append(Piece(self._set(source[rest:])))
        return tuple(piece for piece in out if piece.text)

    def _set(self, text: str) -> str:
        """A part of a sentence, with the spaces at its ends kept."""
        return typeset(text, self.language)

    # --- addresses ------------------------------------------------------------------------------------------

    def url(self, name: str, **parts: str) -> str:
        """A page of the law book on the same day."""
        address = reverse(name, kwargs=parts)
        return f"{address}?on={self.asked}" if self.asked else address

    def owner_url(self, owner: str) -> str:
        """The page of an instrument or of shared notions."""
        return self.url("law_book_instrument", instrument=slug(owner))

    def figure_url(self, figure: str) -> str:
        """The place of a figure."""
        return f"{self.owner_url(self._owner_of(figure))}#f-{figure}"

    def rule_url(self, owner: str, name: str) -> str:
        """The place of a condition or definition."""
        return f"{self.owner_url(owner)}#r-{name}"

    def fact_url(self, path: str) -> str:
        """The place of a fact."""
        return f"{reverse('law_book_facts')}#g-{path}"

    def reference_url(self, owner: str, reference: str) -> str:
        """The place of a conflict, gap or reading."""
        return f"{self.owner_url(owner)}#o-{reference}"

    def _owner_of(self, figure: str) -> str:
        return self._owners[figure]

    @cached_property
    def _owners(self) -> Mapping[str, str]:
        return {figure: owner.id for owner in self.owners() for figure in owner.figures}

    def owners(self) -> Iterable[Instrument]:
        """Every instrument, then every folder of shared notions."""
        return (*self.law.instruments.values(), *self.law.notions.values())

    # --- where it comes from --------------------------------------------------------------------------------

    def sources(self, owner: Instrument, tags: Iterable[str]) -> tuple[SourceLink, ...]:
        """Sources by their tags."""
        found = (owner.sources[tag] for tag in tags if tag in owner.sources)
        return tuple(
            SourceLink(s.tag, typeset(s.title, self.language), s.url, said(SOURCE_KINDS, s.kind))
            for s in found
        )

    def basis(self, owner: Instrument, citation: Citation) -> Basis:
        """Where a rule stands."""
        act = citation.act
        return Basis(
            self.text(act.title) if act is not None else "",
            act.url or "" if act is not None else "",
            typeset(citation.article, self.language) if citation.article is not None else "",
            self.sources(owner, citation.tags),
            said(CONFIDENCES, citation.confidence),
        )

    def references(self, owner: Instrument, ids: Iterable[str]) -> tuple[ReferenceNote, ...]:
        """Conflicts, gaps and readings by their ids."""
        return tuple(self._reference(owner, owner.references[i]) for i in dict.fromkeys(ids))

    def _reference(self, owner: Instrument, reference: Reference) -> ReferenceNote:
        return ReferenceNote(
            reference.id,
            f"o-{reference.id}",
            self.reference_url(owner.id, reference.id),
            said(REFERENCE_KINDS, reference.kind),
            reference.kind != "reading",
            self.text(reference.matter),
            self.text(reference.treatment),
            self.text(reference.look_up) if reference.look_up is not None else "",
            self.sources(owner, reference.sources),
        )

    def since(self, start: int, end: int) -> tuple[str, str]:
        """First and last day of a stretch in words; empty where there is no limit."""
        return (
            "" if start == 1 else self.day_words(start),
            "" if end == days.FOREVER else self.day_words(end),
        )
