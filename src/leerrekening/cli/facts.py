"""`./llr facts`: what can be known of a person, as a table or as the JSON Schema of a situation."""

from __future__ import annotations

import argparse

import orjson

from leerrekening.cli import Subparsers, asking
from leerrekening.rules.facts import LANGUAGES, Fact, FactBook


def register(subparsers: Subparsers) -> None:
    """Add the command."""
    parser = subparsers.add_parser("facts", help="list what can be told about a person", allow_abbrev=False)
    parser.add_argument(
        "--schema", action="store_true", help="the JSON Schema of a situation instead of a table"
    )
    parser.add_argument(
        "--lang", choices=LANGUAGES, default="nl", help="language of the labels (default: nl)"
    )
    parser.set_defaults(handler=show)


def show(arguments: argparse.Namespace) -> int:
    """Write the table, or the schema."""
    book = asking.held_law().law.facts
    if arguments.schema:
        asking.write(orjson.dumps(book.schema(), option=orjson.OPT_INDENT_2))
    else:
        asking.write_text(table(book, arguments.lang))
    return 0


def table(book: FactBook, language: str) -> str:
    """One line a fact, by topic: path, who knows it best, label, what it may hold."""
    rows = [(f.path, f.ask, f.label[language], holds(f), f.topic) for f in book.facts.values()]
    widths = [max(len(row[i]) for row in rows) for i in range(3)]
    lines: list[str] = []
    shown = None
    for *cells, what, topic in rows:
        if topic != shown:
            lines += [""] if lines else []
            lines.append(book.topics[topic].name[language])
            shown = topic
        columns = "  ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True))
        lines.append(f"  {columns}  {what}")
    return "\n".join(lines)


def holds(fact: Fact) -> str:
    """What a fact may hold, short: its type, unit and codes."""
    value = fact.period_value
    if fact.type == "periods":
        inner = "" if value is None else f" of {value.key}: {'|'.join(value.codes) or value.type}"
        return f"periods{inner}"
    if fact.codes:
        return f"{fact.type}: {'|'.join(fact.codes)}"
    return fact.type if fact.unit is None else f"{fact.type} ({fact.unit})"
