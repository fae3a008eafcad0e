"""Reforms: overlays of figures and rules on a day, with author, reason and source. The law itself is never touched.

A reform is one YAML file. It is laid over the plain data of the law, and the result goes through the same checks
as the law: units, dates, sources, versions that overlap, circles.
"""

from __future__ import annotations

import copy
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final

import yaml

from leerrekening.lawtext.reader import LAW_FOLDER, law_version, read_documents
from leerrekening.rules.building.law import build_law
from leerrekening.rules.facts import DeclarationError, Text, check_keys, read_text
from leerrekening.rules.instruments import Law

REFORM_FOLDER: Final = Path(__file__).resolve().parents[3] / "reforms"

_KEYS: Final = {
    "id", "name", "author", "date", "reason", "as_of", "instrument_sources", "figures", "rules", "assumptions", "notes",
    "adopts",
}  # fmt: skip
_FIGURE_KEYS: Final = {"id", "from", "value", "confidence", "sources", "unit", "name", "note"}
_RULE_KEYS: Final = {"instrument", "id", "kind", "from", "expr", "text", "source", "confidence", "exceptions"}
_ASSUMPTION_KEYS: Final = {"value", "low", "high", "unit", "name", "source"}


_NAMED: Final = re.compile(r"\bid:\s*[\"']?([\w.-]+)")


class ReformError(ValueError):
    """A reform that cannot be laid over the law; the message has the place in the reform and the place in the law."""


@dataclass(frozen=True, slots=True)
class Assumption:
    """Something no statistic gives: a value, the range it may lie in, and where the value comes from."""

    id: str
    name: Text
    value: float
    low: float
    high: float
    unit: str
    source: str

    def at(self, value: float) -> Assumption:
        """The same assumption with another value. Raises ReformError outside its range."""
        if not self.low <= value <= self.high:
            raise ReformError(f"assumption {self.id}: {value} is outside its range {self.low} to {self.high}")
        return Assumption(self.id, self.name, value, self.low, self.high, self.unit, self.source)


@dataclass(frozen=True, slots=True)
class Reform:
    """A reform as read. ``as_of`` is the day on which it is meant to be compared; None: any day.

    ``adopts`` names the proposed instruments that it makes law; a proposal that nothing adopts gives nobody a right.
    """

    id: str
    name: Text
    author: str
    date: str
    reason: Text
    as_of: str | None
    content: Mapping[str, Any]
    assumptions: Mapping[str, Assumption]
    notes: tuple[Text, ...]
    file: str
    lines: Mapping[str, int] = field(default_factory=dict)
    hash: str = ""
    adopts: tuple[str, ...] = ()


class LawBook:
    """The plain data of the law, read once; ``with_reform`` gives the law with a reform laid over it."""

    def __init__(self, root: Path = LAW_FOLDER) -> None:
        self.root: Final = root
        self.version: Final = law_version(root)
        self._facts, self._folders = read_documents(root)
        self._law: Law | None = None

    def law(self) -> Law:
        """Today's law, built at the first asking."""
        if self._law is None:
            self._law = build_law(self.version, self._facts, self._folders)
        return self._law

    def with_reform(self, reform: Reform | None) -> Law:
        """The law with a reform. Raises ReformError naming the place in the reform and in the law."""
        if reform is None:
            return self.law()
        touched = {item["instrument"] for item in reform.content.get("rules") or []}
        prefixes = {str(item["id"]).partition(".")[0] for item in reform.content.get("figures") or []}
        folders: list[Any] = [
            copy.deepcopy(dict(f))
            if f["instrument"]["id"] in touched or f["instrument"]["prefix"] in prefixes
            else f
            for f in self._folders
        ]
        overlay = _Overlay(reform, folders)
        overlay.apply()
        digest = hashlib.sha256(f"{self.version}+{reform.hash}".encode()).hexdigest()
        try:
            return build_law(f"sha256:{digest}", self._facts, folders)
        except DeclarationError as error:
            raise ReformError(
                f"{overlay.last_place(str(error))}: the law with this reform is refused: {error}"
            ) from None


class _Overlay:
    def __init__(self, reform: Reform, folders: list[Any]) -> None:
        self.reform = reform
        self.by_id = {f["instrument"]["id"]: f for f in folders}
        self.by_prefix = {f["instrument"]["prefix"]: f for f in folders}

    def place(self, name: str) -> str:
        line = self.reform.lines.get(name)
        return self.reform.file if line is None else f"{self.reform.file}, line {line}"

    def last_place(self, reason: str) -> str:
        """The line of the entry that a refusal speaks of."""
        named = [n for n in self.reform.lines if n in reason]
        return self.place(max(named, key=len)) if named else self.reform.file

    def apply(self) -> None:
        for item in self.reform.content.get("figures") or []:
            self._figure(
                check_keys(item, set(_FIGURE_KEYS), {"id", "from", "value", "sources"}, self.reform.file)
            )
        for item in self.reform.content.get("rules") or []:
            self._rule(
                check_keys(item, set(_RULE_KEYS), {"instrument", "id", "from", "expr"}, self.reform.file)
            )
        for instrument, sources in (self.reform.content.get("instrument_sources") or {}).items():
            folder = self.by_id.get(instrument)
            if folder is None:
                raise ReformError(f"{self.reform.file}: there is no instrument {instrument!r} under law/")
            taken = set(sources) & set(folder["instrument"]["sources"])
            if taken:
                raise ReformError(
                    f"{self.place(min(taken))}: the source {min(taken)!r} also stands in law/, "
                    f"{instrument}/instrument.yaml"
                )
            folder["instrument"]["sources"] = {**folder["instrument"]["sources"], **sources}

    def _figure(self, item: Mapping[str, Any]) -> None:
        name = str(item["id"])
        folder = self.by_prefix.get(name.partition(".")[0])
        if folder is None:
            raise ReformError(
                f"{self.place(name)}: no instrument under law/ has figures called {name.partition('.')[0]}.*"
            )
        start = _day(item["from"], self.place(name))
        value = {
            "from": str(start), "to": None, "value": item["value"], "confidence": item.get("confidence", "low"),
            "sources": item["sources"],
        }  # fmt: skip
        figures = folder["parameters"]["parameters"]
        found = next((f for f in figures if f["id"] == name), None)
        if found is None:
            if "unit" not in item or "name" not in item:
                where = f"{folder['instrument']['id']}/parameters.yaml"
                raise ReformError(
                    f"{self.place(name)}: {where} has no figure {name}; a new figure needs a unit and a name"
                )
            figures.append({"id": name, "name": item["name"], "unit": item["unit"], "values": [value]})
            return
        if "unit" in item and item["unit"] != found["unit"]:
            raise ReformError(
                f"{self.place(name)}: {name} in {item['unit']}; in law/, "
                f"{folder['instrument']['id']}/parameters.yaml, it is in "
                f"{found['unit']}"
            )
        found["values"] = [*_before(found["values"], start), value]

    def _rule(self, item: Mapping[str, Any]) -> None:
        name, owner = str(item["id"]), str(item["instrument"])
        folder = self.by_id.get(owner)
        if folder is None:
            raise ReformError(f"{self.place(name)}: there is no instrument {owner!r} under law/")
        start = _day(item["from"], self.place(name))
        version = {k: item[k] for k in ("expr", "text", "exceptions") if k in item} | {
            "from": str(start),
            "to": None,
        }
        for kind in ("definitions", "conditions"):
            for rule in folder["rules"].get(kind) or []:
                if rule["id"] == name:
                    old = rule.pop("versions", None)
                    if old is None:
                        old = [{k: rule.pop(k) for k in ("from", "to", "expr", "exceptions") if k in rule}]
                    rule["versions"] = [*_before(old, start), version]
                    return
        kind = str(item.get("kind"))
        if kind not in ("definitions", "conditions"):
            raise ReformError(
                f"{self.place(name)}: {owner}/rules.yaml has no rule {name}; "
                "a new one says its kind, definitions or conditions"
            )
        new = {k: item[k] for k in ("id", "text", "source", "confidence", "expr", "exceptions") if k in item}
        folder["rules"].setdefault(kind, []).append({**new, "from": str(start)})


def _day(raw: object, where: str) -> date:
    try:
        return date.fromisoformat(str(raw))
    except ValueError:
        raise ReformError(f"{where}: {raw!r} is not a date of the form YYYY-MM-DD") from None


def _before(values: list[Any], start: date) -> list[Any]:
    """What held before a day, ended on the eve of it."""
    out = []
    for value in values:
        first, last = value.get("from"), value.get("to")
        if first is not None and date.fromisoformat(str(first)) >= start:
            continue
        value = dict(value)
        if last is None or date.fromisoformat(str(last)) >= start:
            value["to"] = str(start - timedelta(days=1))
        out.append(value)
    return out


def read_reform(path: Path) -> Reform:
    """A reform file. Raises ReformError with file, line and reason."""
    try:
        text = path.read_text("utf-8")
        raw = yaml.load(text, Loader=_Loader)  # noqa: S506 - a safe loader
    except yaml.MarkedYAMLError as error:
        line = "" if error.problem_mark is None else f", line {error.problem_mark.line + 1}"
        raise ReformError(f"{path.name}{line}: {error.problem or 'not valid YAML'}") from None
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise ReformError(f"{path.name}: cannot be read: {error}") from None
    try:
        head = check_keys(raw, set(_KEYS), {"id", "name", "author", "date", "reason"}, path.name)
        for item in head.get("figures") or []:
            check_keys(item, set(_FIGURE_KEYS), {"id", "from", "value", "sources"}, f"{path.name}, figures")
        for item in head.get("rules") or []:
            check_keys(item, set(_RULE_KEYS), {"instrument", "id", "from", "expr"}, f"{path.name}, rules")
        assumptions = {
            str(key): read_assumption(str(key), value, path.name)
            for key, value in (head.get("assumptions") or {}).items()
        }
        name = read_text(head["name"], f"{path.name}, name")
        reason = read_text(head["reason"], f"{path.name}, reason")
        notes = tuple(read_text(n, f"{path.name}, notes") for n in head.get("notes") or [])
    except DeclarationError as error:
        raise ReformError(str(error)) from None
    if head.get("as_of") is not None:
        _day(head["as_of"], path.name)
    _day(head["date"], path.name)
    digest = hashlib.sha256(text.encode()).hexdigest()
    lines = _lines(text)
    return Reform(
        str(head["id"]), name, str(head["author"]), str(head["date"]), reason, head.get("as_of"), head, assumptions,
        notes,
        path.name, lines, digest, tuple(head.get("adopts") or ()),
    )  # fmt: skip


def read_assumption(key: str, raw: Any, where: str) -> Assumption:
    """An assumption as its file has it. Raises DeclarationError where it has no range, or lies outside it."""
    a = check_keys(
        raw,
        set(_ASSUMPTION_KEYS),
        {"value", "low", "high", "unit", "name", "source"},
        f"{where}, assumption {key}",
    )
    numbers = [a[k] for k in ("value", "low", "high")]
    if any(isinstance(n, bool) or not isinstance(n, int | float) for n in numbers):
        raise DeclarationError(f"{where}, assumption {key}: value, low and high are numbers")
    if not a["low"] <= a["value"] <= a["high"]:
        raise DeclarationError(
            f"{where}, assumption {key}: {a['value']} is outside its range {a['low']} to {a['high']}"
        )
    if not str(a["source"]).strip():
        raise DeclarationError(f"{where}, assumption {key}: it needs a source, or 'ours'")
    return Assumption(
        key, read_text(a["name"], f"{where}, assumption {key}"), float(a["value"]), float(a["low"]), float(a["high"]),
        str(a["unit"]), str(a["source"]),
    )  # fmt: skip


def _lines(text: str) -> dict[str, int]:
    out: dict[str, int] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        for name in _NAMED.findall(line):
            out.setdefault(name, number)
    return out


class _Loader(yaml.CSafeLoader):
    """Safe YAML in which dates stay as written."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.CSafeLoader.yaml_implicit_resolvers.items()
}


def ready_reforms(folder: Path = REFORM_FOLDER) -> list[Reform]:
    """The reforms in a folder, by file name."""
    return [read_reform(path) for path in sorted(folder.glob("*.yaml"))]
