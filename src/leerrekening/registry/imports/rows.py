"""Rows of a file, one at a time: CSV with a header, or one JSON object a line. A bad row never stops the others."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final, TextIO

from leerrekening.registry.insz import BadInsz, Insz
from leerrekening.registry.people import LANGUAGES, LONGEST_NAME
from leerrekening.registry.sources.source import FIRST_DAY, LAST_DAY, Column, Source

LONGEST_CELL: Final = 10_000
LARGEST_NUMBER: Final = 10**12
INSZ: Final = "insz"
# With both names a person who is not known here yet is added.
NAMES: Final = (
    Column("given_names", "text", most=LONGEST_NAME),
    Column("family_name", "text", most=LONGEST_NAME),
    Column("language", "code", codes=LANGUAGES),
)


class BadFile(ValueError):
    """The file as a whole cannot be read. The text says what, where and what to do."""


@dataclass(frozen=True, slots=True)
class Good:
    """A row that is right in itself."""

    line: int
    insz: Insz
    content: Mapping[str, Any]
    names: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Bad:
    """A row that is not kept: where, what is wrong, and what to do. Never holds what was in the cell."""

    line: int
    column: str
    what: str
    do: str


def read(file: Path, source: Source) -> Iterator[Good | Bad]:
    """The rows of a file. Errors: BadFile."""
    if not source.columns:
        raise BadFile(f"{source.register.id} has no form as a file.\n  See docs/registry.md.")
    try:
        with file.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as stream:
            cells = (
                _json_lines(stream) if file.suffix in (".jsonl", ".ndjson") else _csv(stream, file, source)
            )
            for line, row in cells:
                yield row if isinstance(row, Bad) else _checked(line, row, source)
    except OSError as error:
        raise BadFile(f"{file} cannot be read: {error.strerror}") from None


def _csv(stream: TextIO, file: Path, source: Source) -> Iterator[tuple[int, dict[str, Any] | Bad]]:
    first = stream.readline(LONGEST_CELL)
    separator = max(",;\t", key=first.count)
    stream.seek(0)
    reader = csv.reader(stream, delimiter=separator, strict=True)
    header = [name.strip().lower() for name in _next(reader) or []]
    known = [INSZ, *(column.name for column in (*source.columns, *NAMES))]
    needed = [INSZ, *(column.name for column in source.columns if column.needed)]
    for problem, names in (
        ("lacks the column", [name for name in needed if name not in header]),
        ("has an unknown column", [name for name in header if name not in known]),
        ("has twice the column", [name for name in header if header.count(name) > 1]),
    ):
        if names:
            raise BadFile(
                f"{file}, line 1: {problem} {names[0]!r}.\n  Columns of {source.register.id}: {', '.join(known)}."
            )
    while True:
        line = reader.line_num + 1
        try:
            row = next(reader, None)
        except csv.Error as error:
            yield (
                line,
                Bad(
                    line,
                    "",
                    f"is not well-formed CSV ({error})",
                    'put a " around a cell, and double it inside',
                ),
            )
            continue
        if row is None:
            return
        if not row:
            continue
        if len(row) != len(header):
            yield (
                line,
                Bad(line, "", f"has {len(row)} cells, the header {len(header)}", "give each column one cell"),
            )
            continue
        yield line, {name: cell.strip() for name, cell in zip(header, row, strict=True) if cell.strip()}


def _next(reader: Iterator[list[str]]) -> list[str] | None:
    try:
        return next(reader, None)
    except csv.Error as error:
        raise BadFile(f"line 1 is not a header in CSV ({error})") from None


def _json_lines(stream: TextIO) -> Iterator[tuple[int, dict[str, Any] | Bad]]:
    for line, text in enumerate(stream, start=1):
        if not text.strip():
            continue
        try:
            row = json.loads(text)
        except (ValueError, RecursionError):
            yield line, Bad(line, "", "is not one JSON object", "write one object on one line")
            continue
        if not isinstance(row, dict):
            yield line, Bad(line, "", "is not one JSON object", "write one object on one line")
            continue
        yield line, {str(name): value for name, value in row.items() if value is not None}


def _checked(line: int, row: dict[str, Any], source: Source) -> Good | Bad:
    """The row with its values checked and typed."""
    columns = {column.name: column for column in (*source.columns, *NAMES)}
    for name in row:
        if name != INSZ and name not in columns:
            return Bad(
                line, name[:60] if name.isprintable() else "", "is not a column", f"use {', '.join(columns)}"
            )
    try:
        insz = Insz(str(row.get(INSZ, "")))
    except BadInsz as refused:
        return Bad(line, INSZ, f"is no number of a person: {refused}", "look for a mistyped digit")
    content: dict[str, Any] = {}
    names: dict[str, str] = {}
    for name, column in columns.items():
        if name not in row:
            if column.needed:
                return Bad(line, name, "is empty", "fill it in")
            continue
        value, fault = _value(row[name], column)
        if fault:
            return Bad(line, name, *fault)
        (names if column in NAMES else content)[name] = value
    fault = source.row_fault(content)
    if fault:
        return Bad(line, fault[0], fault[1], "look at the row as a whole")
    return Good(line, insz, content, names)


def _value(raw: object, column: Column) -> tuple[Any, tuple[str, str] | None]:
    """The value in its type, or what is wrong with it and what to do."""
    if column.kind == "whole":
        if isinstance(raw, int) and not isinstance(raw, bool):
            number = raw
        elif isinstance(raw, str) and raw.isascii() and raw.isdigit() and len(raw) <= 13:
            number = int(raw)
        else:
            return None, ("is no whole number of 0 or more", "write digits only, such as 1440")
        if 0 <= number <= LARGEST_NUMBER:
            return number, None
        return None, ("is out of range", f"write a number from 0 to {LARGEST_NUMBER}")
    if not isinstance(raw, str):
        return None, ("is no text", "write it between quotes")
    if column.kind == "day":
        try:
            found = date.fromisoformat(raw) if len(raw) == 10 else None
        except ValueError:
            found = None
        if found is None or not FIRST_DAY <= found <= LAST_DAY:
            return None, ("is no day", "write it as 2026-09-01")
        return raw, None
    if column.kind == "code":
        return (
            (raw, None) if raw in column.codes else (None, ("is no code", f"use {' | '.join(column.codes)}"))
        )
    if len(raw) > column.most or not raw.isprintable() or any("\udc80" <= c <= "\udcff" for c in raw):
        return None, (
            f"is no printable text in UTF-8 of at most {column.most} characters",
            "shorten it, or save the file as UTF-8",
        )
    return raw, None
