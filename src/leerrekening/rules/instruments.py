"""The law as read from its files: instruments with their figures, conditions, amounts and sources.

``build_law`` takes the plain data of the files and checks all of it: keys, languages, sources, units,
versions that overlap, references that do not hold on some day, cycles. Every refusal is a
``DeclarationError`` that names the instrument and the rule, and the other place where two are involved.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from leerrekening.rules import days
from leerrekening.rules.expressions import BOOLEAN, Node, Parser, Type
from leerrekening.rules.facts import (
    DeclarationError,
    Fact,
    FactBook,
    Text,
    check_keys,
    read_fact_book,
    read_text,
)
from leerrekening.rules.parameters import (
    CONFIDENCES,
    Figure,
    read_day,
    read_figure,
    read_interval,
    refuse_overlap,
)
from leerrekening.rules.situation import SituationReader

BLOCKS: Final = ("money", "time", "guidance")
RIGHT_UNITS: Final = ("cent", "minute", "voucher")
CUMULATIONS: Final = ("allowed", "forbidden", "unknown")


@dataclass(frozen=True, slots=True)
class Source:
    """A page or document that a statement of the law rests on."""

    tag: str
    title: str
    url: str
    kind: str


@dataclass(frozen=True, slots=True)
class Act:
    """A legal act, and the days on which it is the basis; None: not told, or no end known."""

    id: str
    title: Text
    date: int | None
    url: str | None
    start: int | None
    end: int | None


@dataclass(frozen=True, slots=True)
class Citation:
    """Where a rule stands: the act, the article when known, the sources read, and how sure the reading is."""

    act: Act | None
    article: str | None
    tags: tuple[str, ...]
    confidence: str


@dataclass(frozen=True, slots=True)
class Reference:
    """A logged conflict between sources, or a gap in what is known."""

    id: str
    kind: str
    matter: Text
    treatment: Text
    look_up: Text | None
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Cumulation:
    """Whether this instrument may be combined with another; unknown is never allowed."""

    other: str
    verdict: str
    text: Text
    sources: tuple[str, ...]
    confidence: str


@dataclass(frozen=True, slots=True)
class Event:
    """Something that changed in the law on a day."""

    date: int
    text: Text
    sources: tuple[str, ...]
    confidence: str


@dataclass(frozen=True, slots=True)
class RuleException:
    """What takes the place of a rule when ``when`` holds, as it is written. The highest priority decides."""

    id: str
    priority: int
    when: str
    source_text: str
    citation: Citation


@dataclass(frozen=True, slots=True)
class Version:
    """What a rule says from a day to a day. ``text`` is set where this version is worded differently.

    ``source_text`` is the base as it is written, ``exceptions`` what stands above it, first the one that decides
    first; ``node`` holds all of it.
    """

    start: int
    end: int
    source_text: str
    exceptions: tuple[RuleException, ...]
    node: Node
    text: Text | None
    conflicts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rule:
    """A named rule: a definition, or a condition when it has words and a citation."""

    id: str
    versions: tuple[Version, ...]
    text: Text | None
    citation: Citation | None
    conflicts: tuple[str, ...]
    refines: tuple[str, ...]
    presumes: tuple[str, ...]

    def version_on(self, day: int) -> Version | None:
        """The version in force on a day."""
        return next((v for v in self.versions if v.start <= day <= v.end), None)


@dataclass(frozen=True, slots=True)
class Note:
    """A condition of the law that no fact of the contract can establish."""

    id: str
    start: int
    end: int
    text: Text
    citation: Citation


@dataclass(frozen=True, slots=True)
class Amount:
    """An amount of the outcome: what it is, its unit, and its parts (value, used, ...) as trees and as written."""

    labels: Mapping[str, str]
    parts: Mapping[str, Node]
    source_texts: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Limit:
    """Why an award is smaller than one might expect: shown when its tree is true."""

    id: str
    text: Text
    when: Node
    value: Node | None
    when_text: str
    value_text: str | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What follows when all conditions hold."""

    right: Amount | None
    counters: tuple[Amount, ...]
    award: Amount | None
    pays: tuple[Amount, ...]
    price: Amount | None


@dataclass(frozen=True, slots=True)
class Instrument:
    """One right to learn, with everything the law says about it."""

    id: str
    prefix: str
    name: Text
    summary: Text
    block: str
    unit: str
    words: Mapping[str, Text]
    acts: Mapping[str, Act]
    sources: Mapping[str, Source]
    references: Mapping[str, Reference]
    cumulation: tuple[Cumulation, ...]
    history: tuple[Event, ...]
    figures: Mapping[str, Figure]
    decisive_day: Node
    decisive_day_text: str
    definitions: Mapping[str, Rule]
    conditions: tuple[Rule, ...]
    outcome: Outcome
    limits: tuple[Limit, ...]
    notes: tuple[Note, ...]
    rules: Mapping[str, Rule]

    @property
    def existence(self) -> Figure:
        """The figure that says from when to when the instrument exists."""
        return self.figures[f"{self.prefix}.existence"]

    def condition(self, condition_id: str) -> Rule:
        """A condition by its id. Raises KeyError."""
        for condition in self.conditions:
            if condition.id == condition_id:
                return condition
        raise KeyError(condition_id)


@dataclass(frozen=True, slots=True)
class Law:
    """All instruments and facts, read and checked. ``version`` is the hash of the text it was read from."""

    version: str
    facts: FactBook
    instruments: Mapping[str, Instrument]
    notions: Mapping[str, Instrument]
    reader: SituationReader

    def owner(self, name: str) -> Instrument:
        """An instrument or a folder of shared notions, by id. Raises KeyError."""
        return self.instruments.get(name) or self.notions[name]


# --- reading the files ---------------------------------------------------------------------------------

_TEXTS: Final = ("authority", "who_pays_whom", "decisive_day", "how_to_apply")
_INSTRUMENT_KEYS = {
    "id", "prefix", "name", "summary", "block", "unit", "acts", "sources", "conflicts", "cumulation", "history",
    *_TEXTS,
}  # fmt: skip
_NOTION_KEYS = {"id", "prefix", "name", "summary", "acts", "sources", "conflicts", "history"}


def _read_sources(raw: Mapping[str, Any], where: str) -> dict[str, Source]:
    out = {}
    for tag, value in raw.items():
        s = check_keys(value, {"title", "url", "kind"}, {"title", "url", "kind"}, f"{where}, source {tag}")
        out[str(tag)] = Source(str(tag), s["title"], s["url"], s["kind"])
    return out


def _read_acts(raw: list[Any], where: str) -> dict[str, Act]:
    out = {}
    for item in raw:
        a = check_keys(item, {"id", "title", "date", "url", "from", "to"}, {"id", "title"}, f"{where}, act")
        here = f"{where}, act {a['id']}"
        date, start, end = (
            read_day(a[key], here) if a.get(key) is not None else None for key in ("date", "from", "to")
        )
        out[a["id"]] = Act(a["id"], read_text(a["title"], here), date, a.get("url"), start, end)
    return out


def _read_references(raw: list[Any], where: str) -> dict[str, Reference]:
    out = {}
    keys = {"id", "kind", "matter", "treatment", "look_up", "sources"}
    for item in raw:
        r = check_keys(item, keys, {"id", "kind", "matter", "treatment"}, f"{where}, conflict")
        here = f"{where}, {r['id']}"
        out[r["id"]] = Reference(
            r["id"],
            r["kind"],
            read_text(r["matter"], f"{here}, matter"),
            read_text(r["treatment"], f"{here}, treatment"),
            read_text(r["look_up"], f"{here}, look_up") if r.get("look_up") else None,
            tuple(r.get("sources") or ()),
        )
    return out


def _read_cumulation(raw: list[Any], where: str) -> tuple[Cumulation, ...]:
    out = []
    keys = {"with", "verdict", "text", "sources", "confidence"}
    for item in raw:
        c = check_keys(item, keys, {"with", "verdict", "text"}, f"{where}, cumulation")
        here = f"{where}, cumulation with {c['with']}"
        if c["verdict"] not in CUMULATIONS:
            raise DeclarationError(f"{here}: the verdict must be one of {', '.join(CUMULATIONS)}")
        if c["verdict"] != "unknown" and not c.get("sources"):
            raise DeclarationError(f"{here}: {c['verdict']} needs a source; without one it is unknown")
        text = read_text(c["text"], here)
        sources = tuple(c.get("sources") or ())
        out.append(Cumulation(c["with"], c["verdict"], text, sources, c.get("confidence", "low")))
    return tuple(out)


def _read_history(raw: list[Any], where: str) -> tuple[Event, ...]:
    out = []
    for item in raw:
        e = check_keys(item, {"date", "text", "sources", "confidence"}, {"date", "text"}, f"{where}, history")
        text = read_text(e["text"], f"{where}, history of {e['date']}")
        day = read_day(e["date"], f"{where}, history")
        out.append(Event(day, text, tuple(e.get("sources") or ()), e.get("confidence", "medium")))
    return tuple(sorted(out, key=lambda event: event.date))


@dataclass(slots=True)
class _Folder:
    """One folder while it is read: the checked parts and the raw rules."""

    id: str
    where: str
    head: Mapping[str, Any]
    acts: dict[str, Act]
    sources: dict[str, Source]
    references: dict[str, Reference]
    figures: dict[str, Figure]
    raw_rules: dict[str, Mapping[str, Any]]
    rules: Mapping[str, Any]


def _open_folder(raw: Mapping[str, Any]) -> _Folder:
    """The parts of a folder that stand by themselves: head, sources, figures; the rules by name, unread."""
    head = raw["instrument"]
    where = str(head.get("id", "instrument") if isinstance(head, Mapping) else "instrument")
    keys = _INSTRUMENT_KEYS if isinstance(head, Mapping) and "block" in head else _NOTION_KEYS
    head = check_keys(head, keys, {"id", "prefix", "name", "summary", "sources"}, f"{where}, instrument.yaml")
    sources = _read_sources(head["sources"], where)
    references = _read_references(head.get("conflicts") or [], where)
    tags, cited = frozenset(sources), frozenset(references)
    figures: dict[str, Figure] = {}
    for item in (raw.get("parameters") or {}).get("parameters") or []:
        figure = read_figure(item, tags, cited)
        if not figure.id.startswith(f"{head['prefix']}."):
            raise DeclarationError(f"{where}, figure {figure.id}: its id must begin with {head['prefix']}.")
        if figure.id in figures:
            raise DeclarationError(f"{where}: the figure {figure.id} stands twice in parameters.yaml")
        figures[figure.id] = figure
    rules = check_keys(
        raw.get("rules") or {},
        {"decisive_day", "definitions", "conditions", "outcome", "limits", "notes"},
        set(),
        f"{where}, rules.yaml",
    )
    named: dict[str, Mapping[str, Any]] = {}
    for kind in ("definitions", "conditions"):
        for item in rules.get(kind) or []:
            named_so = f", rule {item['id']}" if isinstance(item, Mapping) and "id" in item else ""
            r = check_keys(item, _RULE_KEYS, {"id"}, f"{where}, rules.yaml, {kind}{named_so}")
            if r["id"] in named:
                raise DeclarationError(f"{where}: two rules are called {r['id']}")
            named[r["id"]] = r
    return _Folder(
        head["id"],
        where,
        head,
        _read_acts(head.get("acts") or [], where),
        sources,
        references,
        figures,
        named,
        rules,
    )


_RULE_KEYS: Final = {
    "id", "text", "source", "confidence", "conflicts", "refines", "presumes", "expr", "from", "to", "versions",
    "exceptions",
}  # fmt: skip
_VERSION_KEYS: Final = {"from", "to", "expr", "text", "exceptions", "conflicts"}
_EXCEPTION_KEYS: Final = {"id", "priority", "when", "expr", "source", "confidence"}


class _Builder:
    """Reads the rules of all folders, each on first use, so that types follow references and cycles show."""

    def __init__(self, folders: list[_Folder], facts: FactBook) -> None:
        self.folders: Final = {f.id: f for f in folders}
        self.facts: Final = facts
        self.prefixes: Final = {f.head["prefix"]: f for f in folders}
        self.built: Final[dict[tuple[str, str], Rule]] = {}
        self.reading: Final[list[str]] = []

    def scope(self, folder: _Folder) -> _Scope:
        return _Scope(self, folder)

    def rule(self, folder: _Folder, name: str) -> Rule:
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

    def find(self, folder: _Folder, name: str) -> tuple[_Folder, str] | None:
        """The folder and id that a name means where it stands, None when it is no rule."""
        if name in folder.raw_rules:
            return folder, name
        owner, _, local = name.partition(".")
        other = self.folders.get(owner)
        return (other, local) if other is not None and local in other.raw_rules else None

    def _read_rule(self, folder: _Folder, raw: Mapping[str, Any]) -> Rule:
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

    def _read_version(self, folder: _Folder, raw: object, where: str) -> Version:
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
        self, folder: _Folder, parser: Parser, base: Node, raw: list[Any], where: str
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

    def _refuse_gaps(self, folder: _Folder, node: Node, start: int, end: int, where: str) -> None:
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

    builder: _Builder
    folder: _Folder

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


def read_citation(folder: _Folder, raw: Mapping[str, Any], where: str) -> Citation:
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


_AMOUNT_LABELS: Final = {"unit", "to", "what", "per", "initiative"}


def _read_amount(builder: _Builder, folder: _Folder, raw: object, where: str) -> Amount:
    """An amount: its labels as they are, everything else as expressions; a period is flattened."""
    if not isinstance(raw, Mapping):
        raise DeclarationError(f"{where}: expected a mapping")
    flat: dict[str, Any] = {k: v for k, v in raw.items() if k != "period"}
    for key, value in (raw.get("period") or {}).items():
        flat[f"period_{key}"] = value
    labels = {k: str(v) for k, v in flat.items() if k in _AMOUNT_LABELS}
    parts: dict[str, Node] = {}
    for key, value in flat.items():
        if key in _AMOUNT_LABELS:
            continue
        parser = Parser(builder.scope(folder), f"{where}, {key}")
        parts[key] = parser.parse(str(value))
        _check_amount_unit(parser, key, parts[key], labels.get("unit"))
    return Amount(labels, parts, {key: one_line(flat[key]) for key in parts})


def _check_amount_unit(parser: Parser, key: str, node: Node, unit: str | None) -> None:
    if key in ("now", "later", "person", "net"):
        parser.fit(node, Type("cent"))
    elif key == "when":
        parser.fit(node, BOOLEAN)
    elif key in ("period_from", "period_to"):
        parser.fit(node, Type("date"))
    elif unit is not None and key != "period_kind":
        parser.fit(node, Type("count" if unit == "voucher" else unit))


def _read_outcome(builder: _Builder, folder: _Folder) -> Outcome:
    raw = check_keys(
        folder.rules.get("outcome") or {},
        {"right", "counters", "award", "pays", "price"},
        set(),
        f"{folder.where}, outcome",
    )

    def amount(key: str) -> Amount | None:
        return _read_amount(builder, folder, raw[key], f"{folder.where}, {key}") if raw.get(key) else None

    def amounts(key: str) -> tuple[Amount, ...]:
        items = raw.get(key) or []
        return tuple(
            _read_amount(builder, folder, v, f"{folder.where}, {key} {i + 1}") for i, v in enumerate(items)
        )

    return Outcome(amount("right"), amounts("counters"), amount("award"), amounts("pays"), amount("price"))


def _read_limit(builder: _Builder, folder: _Folder, raw: object) -> Limit:
    limit = check_keys(raw, {"id", "text", "when", "value"}, {"id", "text", "when"}, f"{folder.where}, limit")
    where = f"{folder.where}, limit {limit['id']}"
    parser = Parser(builder.scope(folder), where)
    value = parser.parse(limit["value"]) if limit.get("value") is not None else None
    when = parser.parse(limit["when"], "boolean")
    texts = (one_line(limit["when"]), None if value is None else one_line(limit["value"]))
    return Limit(limit["id"], read_text(limit["text"], where), when, value, *texts)


def _read_note(folder: _Folder, raw: object) -> Note:
    keys = {"id", "text", "source", "confidence", "from", "to"}
    note = check_keys(raw, keys, {"id", "text", "source"}, f"{folder.where}, note")
    where = f"{folder.where}, note {note['id']}"
    start, end = read_interval(note, where)
    return Note(note["id"], start, end, read_text(note["text"], where), read_citation(folder, note, where))


def _read_instrument(builder: _Builder, folder: _Folder) -> Instrument:
    head, where = folder.head, folder.where
    is_instrument = "block" in head
    if is_instrument:
        if head["block"] not in BLOCKS:
            raise DeclarationError(f"{where}: block must be one of {', '.join(BLOCKS)}")
        if head["unit"] not in RIGHT_UNITS:
            raise DeclarationError(f"{where}: unit must be one of {', '.join(RIGHT_UNITS)}")
        if f"{head['prefix']}.existence" not in folder.figures:
            raise DeclarationError(
                f"{where}: the figure {head['prefix']}.existence is missing in parameters.yaml"
            )
    names = [r["id"] for r in folder.rules.get("definitions") or []]
    definitions = {name: builder.rule(folder, name) for name in names}
    conditions = tuple(builder.rule(folder, r["id"]) for r in folder.rules.get("conditions") or [])
    if is_instrument and not conditions:
        raise DeclarationError(
            f"{where}: no conditions in rules.yaml; without one everybody would have the right"
        )
    known = {c.id for c in conditions}
    for condition in conditions:
        for other in (*condition.refines, *condition.presumes):
            if other not in known:
                raise DeclarationError(
                    f"{where}, rule {condition.id}: {other!r} is no condition of this instrument"
                )
    parser = Parser(builder.scope(folder), f"{where}, decisive_day")
    return Instrument(
        id=folder.id,
        prefix=head["prefix"],
        name=read_text(head["name"], f"{where}, name"),
        summary=read_text(head["summary"], f"{where}, summary"),
        block=head.get("block", ""),
        unit=head.get("unit", ""),
        words={key: read_text(head[key], f"{where}, {key}") for key in _TEXTS if head.get(key)},
        acts=folder.acts,
        sources=folder.sources,
        references=folder.references,
        cumulation=_read_cumulation(head.get("cumulation") or [], where),
        history=_read_history(head.get("history") or [], where),
        figures=folder.figures,
        decisive_day=parser.parse(folder.rules.get("decisive_day") or "as_of", "date"),
        decisive_day_text=one_line(folder.rules.get("decisive_day") or "as_of"),
        definitions=definitions,
        conditions=conditions,
        outcome=_read_outcome(builder, folder),
        limits=tuple(_read_limit(builder, folder, raw) for raw in folder.rules.get("limits") or []),
        notes=tuple(_read_note(folder, raw) for raw in folder.rules.get("notes") or []),
        rules={**definitions, **{c.id: c for c in conditions}},
    )


def build_law(version: str, fact_files: list[Mapping[str, Any]], folders: list[Mapping[str, Any]]) -> Law:
    """The checked law from the plain data of its files.

    Each folder is a mapping with ``instrument``, ``parameters`` and ``rules``. A folder whose head has no
    ``block`` holds shared notions. Raises DeclarationError.
    """
    facts = read_fact_book(fact_files)
    opened = [_open_folder(raw) for raw in folders]
    for key in ("id", "prefix"):
        seen: dict[str, str] = {}
        for folder in opened:
            if folder.head[key] in seen:
                raise DeclarationError(
                    f"two folders have the {key} {folder.head[key]!r}: {seen[folder.head[key]]} and {folder.id}"
                )
            seen[folder.head[key]] = folder.id
    builder = _Builder(opened, facts)
    read = [_read_instrument(builder, folder) for folder in opened]
    instruments = {i.id: i for i in read if i.block}
    for instrument in instruments.values():
        for c in instrument.cumulation:
            if c.other not in instruments:
                raise DeclarationError(f"{instrument.id}, cumulation: there is no instrument {c.other!r}")
    ordered = sorted(instruments.values(), key=lambda i: (BLOCKS.index(i.block), i.id))
    return Law(
        version,
        facts,
        {i.id: i for i in ordered},
        {i.id: i for i in read if not i.block},
        SituationReader(facts),
    )
