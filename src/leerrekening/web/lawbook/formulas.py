"""Formulas of the law made readable: broken into lines, every name a link, and each sign explained in words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final

from leerrekening.rules.histories import DERIVATIONS
from leerrekening.rules.instruments import Instrument
from leerrekening.web.lawbook.edition import Edition, Piece
from leerrekening.web.lawbook.wording import NOTATION, said

_TOKEN: Final = re.compile(r"'[^']*'|[A-Za-z_][\w.]*|\d+|[=!<>]=|\s+|.")
_BREAKS: Final = ("and", "or", "if", "else")
_OPEN: Final = ("(", "[")
_CLOSE: Final = (")", "]")
LONG: Final = 64
"""Characters from which a formula is broken over several lines."""


@dataclass(frozen=True)
class Meaning:
    """One name or sign of a formula, in plain words; ``url`` leads to its own place."""

    name: str
    words: str
    url: str = ""


@dataclass(frozen=True)
class Formula:
    """A formula in pieces (line breaks included), and what each name in it means."""

    pieces: tuple[Piece, ...]
    meanings: tuple[Meaning, ...]


def tokens(text: str) -> list[str]:
    """The words and signs of a rule text, spaces included."""
    return _TOKEN.findall(text)


def read_formula(edition: Edition, owner: Instrument, text: str) -> Formula:
    """A rule text of ``owner`` with links and explanations."""
    reader = _Reader(edition, owner)
    pieces = tuple(reader.piece(token) for token in _with_lines(text))
    return Formula(pieces, tuple(reader.meanings(text)))


def _with_lines(text: str) -> Iterator[str]:
    """The tokens of a text; a long one gets a line for each part that ``and``, ``or`` or a choice joins."""
    depth = 0
    found = tokens(text)
    for i, token in enumerate(found):
        depth += (token in _OPEN) - (token in _CLOSE)
        following = found[i + 1] if i + 1 < len(found) else ""
        if token.isspace() and following in _BREAKS and len(text) > LONG and depth <= 3:
            yield "\n" + "  " * (depth + 1)
        else:
            yield token


class _Reader:
    """Looks up what names mean where a formula stands."""

    def __init__(self, edition: Edition, owner: Instrument) -> None:
        self.edition: Final = edition
        self.owner: Final = owner

    def piece(self, token: str) -> Piece:
        name = self._name(token)
        if name is not None:
            return Piece(token, name.url, "name")
        if token.startswith("'"):
            return Piece(token, "", "code")
        return Piece(token, "", "word" if token in NOTATION else "")

    def meanings(self, text: str) -> Iterator[Meaning]:
        seen: set[str] = set()
        found = [token for token in tokens(text) if not token.isspace()]
        for i, token in enumerate(found):
            following = found[i + 1] if i + 1 < len(found) else ""
            if token in seen or (following == "=" and token.isidentifier()):
                continue
            seen.add(token)
            meaning = self._name(token) or self._sign(token)
            if meaning is not None:
                yield meaning

    def _name(self, token: str) -> Meaning | None:
        edition, law = self.edition, self.edition.law
        if token in law.facts.facts:
            return Meaning(token, edition.text(law.facts.facts[token].label), edition.fact_url(token))
        if token in edition.engine.figures:
            figure = edition.engine.figures[token]
            words, standing = edition.reading(figure)
            name = edition.text(figure.name)
            shown = name if standing == "none" else f"{name} = {words}"
            return Meaning(token, shown, edition.figure_url(token))
        owner, _, local = token.rpartition(".")
        home = self.owner if not owner else law.instruments.get(owner) or law.notions.get(owner)
        if home is None or local not in home.rules:
            return None
        rule = home.rules[local]
        words = edition.text(rule.text) if rule.text is not None and "{" not in rule.text["nl"] else local
        return Meaning(token, words.replace("_", " "), edition.rule_url(home.id, local))

    def _sign(self, token: str) -> Meaning | None:
        if token in NOTATION:
            return Meaning(token, said(NOTATION, token))
        if token in DERIVATIONS:
            label = self.edition.law.facts.declaration(DERIVATIONS[token].shows).label
            return Meaning(token, self.edition.text(label))
        if token.startswith("'"):
            words = self.edition.code(token.strip("'"))
            return Meaning(token, words) if words != token.strip("'") else None
        return None


def difference(before: str, after: str) -> tuple[Piece, ...]:
    """What changed between two texts, word by word: pieces of kind ``gone``, ``new`` or none."""
    a, b = tokens(before), tokens(after)
    out: list[Piece] = []
    for change, a_start, a_end, b_start, b_end in SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        if change == "equal":
            out.append(Piece("".join(a[a_start:a_end])))
            continue
        if a_end > a_start:
            out.append(Piece("".join(a[a_start:a_end]), kind="gone"))
        if b_end > b_start:
            out.append(Piece("".join(b[b_start:b_end]), kind="new"))
    return tuple(out)
