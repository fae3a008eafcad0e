"""What can be known of a person: the declared facts, their types, and the published JSON Schema.

A fact is declared once, as data under ``law/facts/``. From the declarations come the check of a situation,
the JSON Schema of the contract, the questions, and the types that rules are checked against.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

from leerrekening.rules import days

Text: TypeAlias = Mapping[str, str]
"""The same words in each language of the product, by language code."""

LANGUAGES: Final = ("nl", "fr", "de", "en")
MAX_INTEGER: Final = 9_007_199_254_740_991
MAX_DECIMALS: Final = 20
MAX_TEXT: Final = 64
MAX_ITEMS: Final = 1000

FACT_TYPES: Final = frozenset(
    {"date", "boolean", "integer", "decimal", "code", "codes", "text", "texts", "periods"}
)
ASKED_OF: Final = frozenset({"person", "register", "official"})


class DeclarationError(ValueError):
    """A declaration is not well formed; the message says where and why."""


@dataclass(frozen=True, slots=True)
class PeriodValue:
    """What each interval of a dated fact carries besides its first and last day."""

    key: str
    type: str
    codes: Mapping[str, Text] = field(default_factory=dict)
    minimum: int | None = None
    maximum: int | None = None


@dataclass(frozen=True, slots=True)
class Fact:
    """One declared fact; ``path`` is the contract's path without indexes."""

    path: str
    type: str
    topic: str
    label: Text
    question: Text
    help: Text | None
    ask: str
    influence: bool
    required: bool
    codes: Mapping[str, Text]
    minimum: int | None
    maximum: int | None
    unit: str | None
    period_value: PeriodValue | None

    @property
    def key(self) -> str:
        """The last segment of the path: the key in its object."""
        return self.path.rpartition(".")[2]

    @property
    def group(self) -> str | None:
        """The object or list it belongs to, None at the top."""
        return self.path.rpartition(".")[0] or None


@dataclass(frozen=True, slots=True)
class Group:
    """An object or a list of objects of the contract."""

    path: str
    kind: str
    topic: str
    label: Text
    question: Text | None
    help: Text | None
    ask: str


@dataclass(frozen=True, slots=True)
class Topic:
    """A subject that questions are grouped by."""

    id: str
    name: Text
    order: int


class FactBook:
    """All declared facts, by the order of their topics, then as their files have them."""

    def __init__(self, topics: list[Topic], groups: list[Group], facts: list[Fact]) -> None:
        self.topics: Final = {t.id: t for t in sorted(topics, key=lambda t: t.order)}
        order = {t: i for i, t in enumerate(self.topics)}
        facts = sorted(facts, key=lambda f: order[f.topic])
        self.groups: Final = {g.path: g for g in sorted(groups, key=lambda g: order[g.topic])}
        self.facts: Final = {f.path: f for f in facts}
        self.scalars: Final = {f.path: i for i, f in enumerate(f for f in facts if not self._in_list(f))}

    def _in_list(self, fact: Fact) -> bool:
        return fact.group is not None and self.groups[fact.group].kind == "list"

    def members(self, group: str | None) -> Iterator[Fact]:
        """The facts that stand directly in a group (None: at the top)."""
        return (f for f in self.facts.values() if f.group == group)

    def declaration(self, path: str) -> Fact | Group:
        """The fact or group at a path. Raises KeyError."""
        return self.facts.get(path) or self.groups[path]

    def schema(self) -> dict[str, Any]:
        """The JSON Schema (2020-12) of a situation, with titles in every language as ``x-label``."""
        properties: dict[str, Any] = {f.key: _fact_schema(f) for f in self.members(None)}
        for group in self.groups.values():
            items = {
                "type": ["object", "null"],
                "additionalProperties": False,
                "properties": {f.key: _fact_schema(f) for f in self.members(group.path)},
            }
            if group.kind == "list":
                items["type"] = "object"
                items = {"type": ["array", "null"], "items": items, "maxItems": MAX_ITEMS}
            properties[group.path] = {"title": group.label["en"], "x-label": dict(group.label), **items}
        return {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "title": "Situation",
            "description": "A person's situation on one day. Left out or null means unknown, never zero and never no.",
            "type": "object",
            "additionalProperties": False,
            "required": [f.path for f in self.facts.values() if f.required],
            "properties": properties,
        }


_CENTURIES: Final = "|".join(str(c) for c in range(days.FIRST_YEAR // 100, days.LAST_YEAR // 100 + 1))
_DATE_PATTERN: Final = f"^({_CENTURIES})[0-9]{{2}}-[0-9]{{2}}-[0-9]{{2}}$"


def _value_schema(kind: str, codes: Mapping[str, Text], low: int | None, high: int | None) -> dict[str, Any]:
    if kind == "date":
        return {"type": ["string", "null"], "format": "date", "pattern": _DATE_PATTERN}
    if kind == "boolean":
        return {"type": ["boolean", "null"]}
    if kind in ("integer", "decimal"):
        bounds = {
            "minimum": low if low is not None else -MAX_INTEGER,
            "maximum": high if high is not None else MAX_INTEGER,
        }
        return {"type": ["integer" if kind == "integer" else "number", "null"], **bounds}
    if kind == "code":
        return {"enum": [*codes, None]}
    if kind == "codes":
        return {"type": ["array", "null"], "items": {"enum": list(codes)}, "uniqueItems": True}
    text = {"type": "string", "maxLength": MAX_TEXT}
    if kind == "texts":
        return {"type": ["array", "null"], "items": text, "maxItems": MAX_ITEMS}
    return {**text, "type": ["string", "null"]}


def _fact_schema(fact: Fact) -> dict[str, Any]:
    about = {
        "title": fact.label["en"],
        "description": fact.question["en"],
        "x-label": dict(fact.label),
        "x-ask": fact.ask,
    }
    if fact.unit:
        about["x-unit"] = fact.unit
    if fact.type == "periods":
        day = {"type": ["string", "null"], "format": "date", "pattern": _DATE_PATTERN}
        properties: dict[str, Any] = {"from": day, "to": day}
        if (v := fact.period_value) is not None:
            properties[v.key] = _value_schema(v.type, v.codes, v.minimum, v.maximum)
        item = {"type": "object", "additionalProperties": False, "properties": properties}
        return {**about, "type": ["array", "null"], "items": item, "maxItems": MAX_ITEMS}
    schema = _value_schema(fact.type, fact.codes, fact.minimum, fact.maximum)
    if fact.required:
        schema["type"] = "string"
    return {**about, **schema}


# --- from plain data -----------------------------------------------------------------------------------


def read_text(raw: object, where: str) -> Text:
    """Words in all languages. Raises DeclarationError naming the language that is missing."""
    if not isinstance(raw, Mapping):
        raise DeclarationError(f"{where}: expected a text in {', '.join(LANGUAGES)}")
    for language in LANGUAGES:
        if not isinstance(raw.get(language), str) or not raw[language].strip():
            raise DeclarationError(f"{where}: the text in {language!r} is missing")
    if extra := set(raw) - set(LANGUAGES):
        raise DeclarationError(f"{where}: unknown language {sorted(map(str, extra))[0]!r}")
    return {language: raw[language].strip() for language in LANGUAGES}


def check_keys(raw: object, allowed: set[str], needed: set[str], where: str) -> Mapping[str, Any]:
    """A mapping with just the allowed keys and all the needed ones."""
    if not isinstance(raw, Mapping):
        raise DeclarationError(f"{where}: expected a mapping, found {type(raw).__name__}")
    if unknown := sorted(str(k) for k in raw if k not in allowed):
        raise DeclarationError(f"{where}: unknown key {unknown[0]!r}; allowed: {', '.join(sorted(allowed))}")
    if absent := sorted(needed - set(raw)):
        raise DeclarationError(f"{where}: the key {absent[0]!r} is missing")
    return raw


def _read_codes(raw: object, where: str) -> dict[str, Text]:
    if raw is None:
        return {}
    if not isinstance(raw, Mapping):
        raise DeclarationError(f"{where}: codes must be a mapping of code to text")
    return {str(code): read_text(label, f"{where}, code {code!r}") for code, label in raw.items()}


_TOPIC_KEYS = {"id", "name", "order"}
_GROUP_KEYS = {"path", "kind", "label", "question", "help", "ask"}
_FACT_KEYS = {
    "path", "type", "label", "question", "help", "ask", "influence", "required", "codes", "min", "max", "unit",
    "period_value",
}  # fmt: skip


def _read_group(raw: object, topic: str) -> Group:
    where = f"group {raw.get('path') if isinstance(raw, Mapping) else raw!r}"
    g = check_keys(raw, _GROUP_KEYS, {"path", "kind", "label"}, where)
    if g["kind"] not in ("object", "list"):
        raise DeclarationError(f"{where}: kind must be object or list, found {g['kind']!r}")
    return Group(
        path=str(g["path"]),
        kind=g["kind"],
        topic=topic,
        label=read_text(g["label"], f"{where}, label"),
        question=read_text(g["question"], f"{where}, question") if g.get("question") else None,
        help=read_text(g["help"], f"{where}, help") if g.get("help") else None,
        ask=g.get("ask", "person"),
    )


def _read_period_value(fact: Mapping[str, Any], codes: Mapping[str, Text], where: str) -> PeriodValue:
    v = check_keys(fact["period_value"], {"key", "type"}, {"key", "type"}, f"{where}, period_value")
    if v["type"] not in FACT_TYPES - {"periods", "codes", "texts"}:
        raise DeclarationError(f"{where}: a period cannot carry a value of type {v['type']!r}")
    return PeriodValue(v["key"], v["type"], codes, fact.get("min"), fact.get("max"))


def _read_fact(raw: object, topic: str) -> Fact:
    where = f"fact {raw.get('path') if isinstance(raw, Mapping) else raw!r}"
    f = check_keys(raw, _FACT_KEYS, {"path", "type", "label", "question", "ask"}, where)
    if f["type"] not in FACT_TYPES:
        raise DeclarationError(
            f"{where}: unknown type {f['type']!r}; allowed: {', '.join(sorted(FACT_TYPES))}"
        )
    if f["ask"] not in ASKED_OF:
        raise DeclarationError(f"{where}: ask must be one of {', '.join(sorted(ASKED_OF))}")
    codes = _read_codes(f.get("codes"), where)
    value = _read_period_value(f, codes, where) if f.get("period_value") else None
    if (f["type"] in ("code", "codes") or (value is not None and value.type == "code")) != bool(codes):
        raise DeclarationError(f"{where}: codes belong to the types code and codes, and only to those")
    return Fact(
        path=str(f["path"]),
        type=f["type"],
        topic=topic,
        label=read_text(f["label"], f"{where}, label"),
        question=read_text(f["question"], f"{where}, question"),
        help=read_text(f["help"], f"{where}, help") if f.get("help") else None,
        ask=f["ask"],
        influence=bool(f.get("influence", False)),
        required=bool(f.get("required", False)),
        codes=codes,
        minimum=f.get("min"),
        maximum=f.get("max"),
        unit=f.get("unit"),
        period_value=value,
    )


def read_fact_book(documents: list[Mapping[str, Any]]) -> FactBook:
    """All fact files, each a mapping with ``topic``, ``groups`` and ``facts``.

    Raises DeclarationError for a malformed declaration, a fact declared twice or outside any group.
    """
    topics: list[Topic] = []
    groups: dict[str, Group] = {}
    facts: dict[str, Fact] = {}
    for raw in documents:
        document = check_keys(raw, {"topic", "groups", "facts"}, {"topic"}, "fact file")
        t = check_keys(document["topic"], _TOPIC_KEYS, _TOPIC_KEYS, "topic")
        topic = Topic(t["id"], read_text(t["name"], f"topic {t['id']}"), int(t["order"]))
        topics.append(topic)
        for item in document.get("groups") or []:
            group = _read_group(item, topic.id)
            if group.path in groups:
                raise DeclarationError(f"group {group.path} is declared twice")
            groups[group.path] = group
        for item in document.get("facts") or []:
            fact = _read_fact(item, topic.id)
            if fact.path in facts:
                raise DeclarationError(f"fact {fact.path} is declared twice")
            facts[fact.path] = fact
    for fact in facts.values():
        if fact.group is not None and fact.group not in groups:
            raise DeclarationError(f"fact {fact.path}: the group {fact.group!r} is not declared")
    return FactBook(topics, list(groups.values()), list(facts.values()))
