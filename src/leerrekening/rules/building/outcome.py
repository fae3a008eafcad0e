"""What follows when all conditions hold: amounts and limits, and the notes that no fact can establish."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from leerrekening.rules.building.folder import Folder
from leerrekening.rules.building.rules import RuleBuilder, one_line, read_citation
from leerrekening.rules.expressions import BOOLEAN, Node, Parser, Type
from leerrekening.rules.facts import DeclarationError, check_keys, read_text
from leerrekening.rules.instruments import Amount, Limit, Note, Outcome
from leerrekening.rules.parameters import read_interval

_AMOUNT_LABELS: Final = {"unit", "to", "what", "per", "initiative"}


def _read_amount(builder: RuleBuilder, folder: Folder, raw: object, where: str) -> Amount:
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


def read_outcome(builder: RuleBuilder, folder: Folder) -> Outcome:
    """The amounts of an instrument, with their units checked. Raises DeclarationError."""
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


def read_limit(builder: RuleBuilder, folder: Folder, raw: object) -> Limit:
    """A reason for a smaller award. Raises DeclarationError."""
    limit = check_keys(raw, {"id", "text", "when", "value"}, {"id", "text", "when"}, f"{folder.where}, limit")
    where = f"{folder.where}, limit {limit['id']}"
    parser = Parser(builder.scope(folder), where)
    value = parser.parse(limit["value"]) if limit.get("value") is not None else None
    when = parser.parse(limit["when"], "boolean")
    texts = (one_line(limit["when"]), None if value is None else one_line(limit["value"]))
    return Limit(limit["id"], read_text(limit["text"], where), when, value, *texts)


def read_note(folder: Folder, raw: object) -> Note:
    """A condition of the law in words only, with its citation. Raises DeclarationError."""
    keys = {"id", "text", "source", "confidence", "from", "to"}
    note = check_keys(raw, keys, {"id", "text", "source"}, f"{folder.where}, note")
    where = f"{folder.where}, note {note['id']}"
    start, end = read_interval(note, where)
    return Note(note["id"], start, end, read_text(note["text"], where), read_citation(folder, note, where))
