"""The rules of all folders: versions, exceptions and citations, read in the order in which they need each other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from leerrekening.rules import days
from leerrekening.rules.building.folder import Folder
from leerrekening.rules.expressions import Node, Parser, Type
from leerrekening.rules.facts import DeclarationError, Fact, FactBook, check_keys, read_text
from leerrekening.rules.instruments import Citation, Rule, RuleException, Version
from leerrekening.rules.parameters import CONFIDENCES, Figure, read_interval, refuse_overlap

_VERSION_KEYS: Final = {"from", "to", "expr", "text", "exceptions", "conflicts"}
_EXCEPTION_KEYS: Final = {"id", "priority", "when", "expr", "source", "confidence"}


class RuleBuilder:
    """Reads the rules of all folders, each on first use, so that types follow references and cycles show."""

    def __init__(self, folders: list[Folder], facts: FactBook) -> None:
        self.folders: Final = {f.id: f for f in folders}
        self.facts: Final = facts
        self.prefixes: Final = {f.head["prefix"]: f for f in folders}
        self.built: Final[dict[tuple[str, str], Rule]] = {}
        self.reading: Final[list[str]] = []

    def scope(self, folder: Folder) -> _Scope:
        return _Scope(self, folder)

    def rule(self, folder: Folder, name: str) -> Rule:
        key = (folder.id, name)
        if key in self.built:
            return self.built[key]
        place = f"{folder.id}.{name}"
        if place in self.reading:
            circle = [*self.reading[self.reading.index(place) :], place]
            where = f"{folder.where}, rule {name}"
            raise DeclarationError(f"{where}: these rules need each other in a circle: {' -> '.join(circle)}")
        self.reading.append(place)
        rule = self._read_rule(folder, folder.raw_rules[name])
        self.reading.pop()
        self.built[key] = rule
        return rule

    def find(self, folder: Folder, name: str) -> tuple[Folder, str] | None:
        """The folder and id that a name means where it stands, None when it is no rule."""
        if name in folder.raw_rules:
            return folder, name
        owner, _, local = name.partition(".")
        other = self.folders.get(owner)
        return (other, local) if other is not None and local in other.raw_rules else None

    def _read_rule(self, folder: Folder, raw: Mapping[str, Any]) -> Rule:
        where = f"{folder.where}, rule {raw['id']}"
        versions = raw.get("versions")
        if versions is None:
            versions = [{k: raw[k] for k in ("from", "to", "expr", "exceptions") if k in raw}]
        elif "expr" in raw or "from" in raw:
            raise DeclarationError(f"{where}: give either expr or versions, not both")
        read = sorted((self._read_version(folder, v, where) for v in versions), key=lambda v: v.start)
        refuse_overlap([(v.start, v.end) for v in read], where)
        if len({v.node.type.unit for v in read}) != 1:
            raise DeclarationError(f"{where}: its versions have different units")
        is_condition = raw in (folder.rules.get("conditions") or [])
        citation = read_citation(folder, raw, where) if is_condition or raw.get("source") else None
        if is_condition and read[0].node.type.unit != "boolean":
            raise DeclarationError(f"{where}: a condition is yes or no, this one is {read[0].node.type}")
        for reference in raw.get("conflicts") or ():
            if reference not in folder.references:
                raise DeclarationError(f"{where}: {reference!r} is not listed in instrument.yaml")
        return Rule(
            raw["id"],
            tuple(read),
            read_text(raw.get("text"), f"{where}, text") if is_condition or raw.get("text") else None,
            citation,
            tuple(raw.get("conflicts") or ()),
            tuple(raw.get("refines") or ()),
            tuple(raw.get("presumes") or ()),
        )

    def _read_version(self, folder: Folder, raw: object, where: str) -> Version:
        v = check_keys(raw, _VERSION_KEYS, {"expr"}, f"{where}, version")
        start, end = read_interval(v, where)
        parser = Parser(self.scope(folder), where)
        node = parser.parse(v["expr"])
        node, exceptions = self._with_exceptions(folder, parser, node, v.get("exceptions") or [], where)
        self._refuse_gaps(folder, node, start, end, where)
        text = (
            read_text(v["text"], f"{where}, text of the version from {v.get('from')}")
            if v.get("text")
            else None
        )
        conflicts = tuple(v.get("conflicts") or ())
        for reference in conflicts:
            if reference not in folder.references:
                raise DeclarationError(f"{where}: {reference!r} is not listed in instrument.yaml")
        return Version(start, end, one_line(v["expr"]), exceptions, node, text, conflicts)

    def _with_exceptions(
        self, folder: Folder, parser: Parser, base: Node, raw: list[Any], where: str
    ) -> tuple[Node, tuple[RuleException, ...]]:
        """The base with its exceptions on top, and those as written: the highest priority decides first."""
        ranked: dict[int, Any] = {}
        written: dict[int, RuleException] = {}
        for item in raw:
            e = check_keys(item, _EXCEPTION_KEYS, {"id", "when", "expr", "source"}, f"{where}, exception")
            priority = e.get("priority")
            if not isinstance(priority, int) or isinstance(priority, bool):
                raise DeclarationError(f"{where}, exception {e['id']}: it needs a priority, a whole number")
            if priority in ranked:
                both = f"{ranked[priority]['id']} and {e['id']}"
                raise DeclarationError(
                    f"{where}: the exceptions {both} have the same priority {priority}; when both apply nothing "
                    "says which one decides"
                )
            citation = read_citation(folder, e, f"{where}, exception {e['id']}")
            texts = (one_line(e["when"]), one_line(e["expr"]))
            written[priority] = RuleException(e["id"], priority, *texts, citation)
            ranked[priority] = e
        node = base
        for _, e in sorted(ranked.items()):
            when = parser.parse(e["when"], "boolean")
            then = parser.parse(e["expr"])
            parser.fit(then, base.type)
            node = Node("if", base.type, (when, then, node))
        return node, tuple(e for _, e in sorted(written.items(), reverse=True))

    def _refuse_gaps(self, folder: Folder, node: Node, start: int, end: int, where: str) -> None:
        """Every rule that a version names must itself be in force on all of its days."""
        for part in node.walk():
            if part.op != "rule":
                continue
            found = self.find(folder, part.value)
            assert found is not None
            covered = start
            for version in self.rule(*found).versions:
                if version.start <= covered <= version.end:
                    covered = version.end + 1
            if covered <= end and found[0].id == folder.id:
                raise DeclarationError(
                    f"{where}: it needs {part.value} on {days.iso(covered)}, but {found[0].where}, rule {found[1]}, "
                    "has no version in force on that day"
                )


@dataclass(slots=True)
class _Scope:
    """What names mean in one folder."""

    builder: RuleBuilder
    folder: Folder

    def fact(self, path: str) -> Fact | None:
        return self.builder.facts.facts.get(path)

    def figure(self, name: str) -> Figure | None:
        owner = self.builder.prefixes.get(name.partition(".")[0])
        return owner.figures.get(name) if owner is not None else None

    def rule_type(self, name: str) -> Type | None:
        found = self.builder.find(self.folder, name)
        return self.builder.rule(*found).versions[0].node.type if found is not None else None

    def may_cite(self, reference: str) -> bool:
        return reference in self.folder.references

    def is_source(self, tag: str) -> bool:
        return tag in self.folder.sources


def one_line(text: object) -> str:
    """A rule text as it is read: on one line, whatever its lines in the file."""
    return " ".join(str(text).split())


def read_citation(folder: Folder, raw: Mapping[str, Any], where: str) -> Citation:
    """Act, article and sources of a rule. Raises DeclarationError where there is no source."""
    if not raw.get("source"):
        raise DeclarationError(f"{where}: no source; every rule of the law needs one")
    s = check_keys(raw["source"], {"act", "article", "tags"}, {"tags"}, f"{where}, source")
    for tag in s["tags"]:
        if tag not in folder.sources:
            raise DeclarationError(f"{where}: the source {tag!r} is not listed in instrument.yaml")
    if not s["tags"]:
        raise DeclarationError(f"{where}: no source; every rule of the law needs one")
    act = s.get("act")
    if act is not None and act not in folder.acts:
        raise DeclarationError(f"{where}: the act {act!r} is not listed in instrument.yaml")
    confidence = raw.get("confidence", "medium")
    if confidence not in CONFIDENCES:
        raise DeclarationError(f"{where}: confidence must be one of {', '.join(CONFIDENCES)}")
    article = s.get("article")
    return Citation(
        folder.acts[act] if act else None,
        str(article) if article is not None else None,
        tuple(s["tags"]),
        confidence,
    )
