"""The worked examples beside each law: read, checked for form, and merged into whole situations.

A ``cases.yaml`` holds::

    situations:                    # optional: situations that several cases start from
      worker: {as_of: 2021-10-15, person: {...}}
    cases:
      - id: OC-E1
        source: {tags: [C5a]}      # the sources that give the example; or {reading: "..."} for one of our own
        text: {nl: ..., fr: ..., de: ..., en: ...}    # optional: without words its id stands in their place
        base: worker               # optional
        situation: {...}           # the contract; with a base, changes to it (see ``merged``)
        expect: {verdict: yes, award: {value: 12000}}
    not_expressible:               # examples of the sources that the facts of the contract cannot say
      - {id: V-E16, source: {tags: [V23]}, reason: {nl: ..., fr: ..., de: ..., en: ...}}

``expect`` compares only the keys it gives; ``check`` says how.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from leerrekening.lawtext.reader import CASES, LAW_FOLDER, LawError, LawLoader, instrument_folders, load
from leerrekening.rules.facts import LANGUAGES, DeclarationError, Text, check_keys, read_text
from leerrekening.rules.instruments import Law
from leerrekening.rules.situation import Situation, SituationError

STATUSES: Final = ("in_force", "unconfirmed", "proposed", "not_yet", "ended")
VERDICTS: Final = ("yes", "no", "undecided")
SUBSETS: Final = ("right", "award", "price", "last_confirmed")
"""Expected objects: each key given must be found with the same value."""
ROWS: Final = ("pays", "counters")
"""Expected lists of objects: each expected object must be matched by one that is found."""
SETS: Final = ("deciding", "requirements", "limits", "missing")
"""Expected names, compared as sets: neither more nor fewer."""
CONTAINED: Final = ("unconfirmed", "conflicts")
"""Expected names that must be among those found."""

_EXPECT: Final = {"status", "verdict", *SUBSETS, *ROWS, *SETS, *CONTAINED}
_CASE: Final = {"id", "source", "text", "base", "situation", "expect"}
_FILE: Final = {"situations", "cases", "not_expressible"}


@dataclass(frozen=True, slots=True)
class CaseSource:
    """Where an example comes from: tags of ``instrument.yaml``, or a reading of our own in one sentence."""

    tags: tuple[str, ...]
    reading: str | None


@dataclass(frozen=True, slots=True)
class Case:
    """One worked example. ``document`` is the whole situation, ``situation`` the same, checked."""

    id: str
    instrument: str
    file: str
    line: int | None
    source: CaseSource
    text: Text
    document: Mapping[str, Any]
    situation: Situation
    expect: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class NotExpressible:
    """An example of the sources that no situation can express, with the reason."""

    id: str
    instrument: str
    source: CaseSource
    reason: Text


@dataclass(frozen=True, slots=True)
class Cases:
    """All examples of a law, in the order of its folders and files."""

    cases: tuple[Case, ...]
    not_expressible: tuple[NotExpressible, ...]

    def of(self, instrument: str) -> tuple[Case, ...]:
        """The cases of one instrument."""
        return tuple(case for case in self.cases if case.instrument == instrument)


class _CaseLoader(LawLoader):
    """As the law's loader, but yes and no stay the words they are: they are verdicts here."""


_CaseLoader.yaml_implicit_resolvers = {
    first: [
        (tag, re.compile(r"^(?:true|false)$") if tag.endswith(":bool") else pattern)
        for tag, pattern in resolvers
        if not tag.endswith(":bool") or first in "tf"
    ]
    for first, resolvers in LawLoader.yaml_implicit_resolvers.items()
}


def merged(base: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """``base`` with ``changes`` laid over it, at every depth of objects; neither is touched.

    An object is merged key by key, anything else (lists too) is replaced whole, and ``None`` takes the key away.
    """
    out = dict(base)
    for key, value in changes.items():
        if value is None:
            out.pop(key, None)
        elif isinstance(value, Mapping):
            below = out.get(key)
            out[key] = merged(below if isinstance(below, Mapping) else {}, value)
        else:
            out[key] = value
    return out


def read_cases(law: Law, root: Path = LAW_FOLDER) -> Cases:
    """The ``cases.yaml`` of every instrument. Raises LawError at the first thing that is wrong."""
    cases: list[Case] = []
    impossible: list[NotExpressible] = []
    for folder in instrument_folders(root):
        if (folder / CASES).exists():
            reader = _FileReader(law, root, folder / CASES)
            cases += reader.cases
            impossible += reader.impossible
    places: dict[str, str] = {}
    for entry in cases:
        if entry.id in places:
            reason = f"the case {entry.id} also stands in {places[entry.id]}; an id is used once"
            raise LawError(entry.file, entry.line, reason)
        places[entry.id] = f"{entry.file}, line {entry.line}"
    return Cases(tuple(cases), tuple(impossible))


class _FileReader:
    """Reads one file; ``cases`` and ``impossible`` hold what it gives."""

    def __init__(self, law: Law, root: Path, path: Path) -> None:
        self.law: Final = law
        self.name: Final = path.relative_to(root).as_posix()
        self.lines: Final = path.read_text("utf-8").splitlines()
        raw = self._checked(load(path, root, _CaseLoader), _FILE, {"cases"}, "cases.yaml", None)
        owner = load(path.parent / "instrument.yaml", root).get("id")
        if owner not in law.instruments:
            raise LawError(self.name, None, f"there is no instrument {owner!r} for these cases")
        self.instrument: Final = law.instruments[owner]
        self.bases: Final[Mapping[str, Any]] = raw.get("situations") or {}
        self.cases: Final = [self._case(item) for item in raw["cases"] or []]
        self.impossible: Final = [self._not_expressible(item) for item in raw.get("not_expressible") or []]

    def _line(self, case_id: object) -> int | None:
        wanted = re.compile(rf"^\s*-\s+\{{?\s*id:\s*[\"']?{re.escape(str(case_id))}[\"']?\s*(?:[,}}#]|$)")
        return next((n for n, line in enumerate(self.lines, start=1) if wanted.match(line)), None)

    def _checked(
        self, raw: object, allowed: set[str], needed: set[str], where: str, line: int | None
    ) -> Mapping[str, Any]:
        try:
            return check_keys(raw, allowed, needed, where)
        except DeclarationError as error:
            raise LawError(self.name, line, str(error)) from None

    def _text(self, raw: object, where: str, line: int | None) -> Text:
        try:
            return read_text(raw, where)
        except DeclarationError as error:
            raise LawError(self.name, line, str(error)) from None

    def _source(self, raw: object, where: str, line: int | None) -> CaseSource:
        source = self._checked(raw, {"tags", "reading"}, set(), f"{where}, source", line)
        tags = tuple(source.get("tags") or ())
        if bool(tags) == bool(source.get("reading")):
            raise LawError(self.name, line, f"{where}: give the tags of its sources, or our own reading")
        for tag in tags:
            if tag not in self.instrument.sources:
                raise LawError(
                    self.name, line, f"{where}: the source {tag!r} is not listed in instrument.yaml"
                )
        return CaseSource(tags, source.get("reading"))

    def _not_expressible(self, raw: object) -> NotExpressible:
        line = self._line(raw.get("id")) if isinstance(raw, Mapping) else None
        item = self._checked(
            raw, {"id", "source", "reason"}, {"id", "source", "reason"}, "not_expressible", line
        )
        where = f"not_expressible {item['id']}"
        return NotExpressible(
            item["id"],
            self.instrument.id,
            self._source(item["source"], where, line),
            self._text(item["reason"], f"{where}, reason", line),
        )

    def _case(self, raw: object) -> Case:
        line = self._line(raw.get("id")) if isinstance(raw, Mapping) else None
        case = self._checked(raw, _CASE, _CASE - {"base", "text"}, "case", line)
        where = f"case {case['id']}"
        document = self._document(case, where, line)
        try:
            situation = self.law.reader.check(document)
        except SituationError as error:
            raise LawError(self.name, line, f"{where}: {error}") from None
        return Case(
            case["id"],
            self.instrument.id,
            self.name,
            line,
            self._source(case["source"], where, line),
            self._text(case.get("text", dict.fromkeys(LANGUAGES, case["id"])), f"{where}, text", line),
            document,
            situation,
            self._expect(case["expect"], where, line),
        )

    def _document(self, case: Mapping[str, Any], where: str, line: int | None) -> dict[str, Any]:
        base: object = {}
        if "base" in case:
            if case["base"] not in self.bases:
                raise LawError(
                    self.name, line, f"{where}: there is no situation {case['base']!r} to start from"
                )
            base = self.bases[case["base"]]
        if not isinstance(base, Mapping) or not isinstance(case["situation"], Mapping):
            raise LawError(self.name, line, f"{where}: a situation is a mapping of facts")
        return merged(base, case["situation"])

    def _expect(self, raw: object, where: str, line: int | None) -> Mapping[str, Any]:
        expect = self._checked(raw, _EXPECT, {"verdict"}, f"{where}, expect", line)
        for key, allowed in (("status", STATUSES), ("verdict", VERDICTS)):
            if key in expect and expect[key] not in allowed:
                reason = f"{where}: {key} {expect[key]!r} is not one of {', '.join(allowed)}"
                raise LawError(self.name, line, reason)
        shapes = {**dict.fromkeys(SUBSETS, Mapping), **dict.fromkeys((*ROWS, *SETS, *CONTAINED), list)}
        for key, shape in shapes.items():
            if key in expect and not isinstance(expect[key], shape):
                if not (key in SUBSETS and expect[key] is None):
                    kind = "mapping" if shape is Mapping else "list"
                    raise LawError(self.name, line, f"{where}: {key} must be a {kind}")
        return expect
