"""A copy of everything that is kept of a person: one file for programs (JSON) and one to read (HTML), in a zip."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import datetime
from html import escape
from typing import Any, Final
from uuid import UUID

import psycopg

from leerrekening import jobs
from leerrekening.registry import retention

Connection = psycopg.Connection[tuple[Any, ...]]
# The day that stands on the files inside: the same data give the same bytes.
ZIP_DAY: Final = (2000, 1, 1, 0, 0, 0)
# What stands above the readable copy. It goes with the data, outside the pages and their translations.
TITLES: Final = {
    "nl": ("Alles wat wij over u bewaren", "Niets bewaard", "Waarom en hoelang"),
    "fr": ("Tout ce que nous conservons sur vous", "Rien de conservé", "Pourquoi et combien de temps"),
    "de": ("Alles, was wir über Sie aufbewahren", "Nichts aufbewahrt", "Warum und wie lange"),
    "en": ("Everything we keep of you", "Nothing kept", "Why and how long"),
}
HEAD: Final = """<!DOCTYPE html><html lang="LANGUAGE"><head><meta charset="utf-8"><title>TITLE</title>
<meta name="viewport" content="width=device-width"><style>body{font:18px/1.5 sans-serif;max-width:50em;margin:1em auto;
padding:0 1em}dt{font-weight:bold}dd{margin:0 0 .3em 1em;overflow-wrap:anywhere}article{border-top:1px solid #999;
padding:.5em 0}</style></head><body>"""


def ask(connection: Connection, party: int, name: str) -> UUID:
    """Ask for a copy, as the person; the key of the one that is being made. The journal says so."""
    row = connection.execute("select registry.ask_download(%s, %s)", [party, name]).fetchone()
    assert row is not None
    jobs.defer(connection, "make_copy", key=str(row[0]), party=party, download=row[0])
    return UUID(str(row[0]))


def copies(connection: Connection, party: int) -> list[tuple[UUID, datetime, datetime | None]]:
    """Copies that were asked for, newest first: key, when asked, when made."""
    return [
        (key, asked, made)
        for key, asked, made in connection.execute(
            "select download, asked_at, made_at from registry.download where party = %s"
            " order by asked_at desc, download",
            [party],
        )
    ]


def content(connection: Connection, party: int, key: UUID) -> bytes | None:
    """The zip of a copy of this person; None when there is none (yet)."""
    row = connection.execute(
        "select content from registry.download where party = %s and download = %s", [party, key]
    ).fetchone()
    return bytes(row[0]) if row and row[0] is not None else None


def make(connection: Connection, party: int, key: UUID, language: str) -> None:
    """Fill a copy that was asked for, as the person. Again: no effect."""
    everything = {
        (part, name): rows
        for part, name, rows in connection.execute(
            "select part, name, rows from registry.everything_of(%s)", [party]
        )
    }
    connection.execute("select registry.keep_download(%s, %s)", [key, zipped(everything, language)])


def zipped(everything: dict[tuple[str, str], list[dict[str, Any]]], language: str) -> bytes:
    """The zip of rows by schema and table."""
    by_name = {f"{part}.{name}": rows for (part, name), rows in sorted(everything.items())}
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for file, text in (
            ("data.json", json.dumps(by_name, ensure_ascii=False, indent=1, sort_keys=True)),
            ("data.html", readable(by_name, language)),
        ):
            archive.writestr(zipfile.ZipInfo(file, ZIP_DAY), text)
    return made.getvalue()


def readable(by_name: dict[str, list[dict[str, Any]]], language: str) -> str:
    """The same as a page that opens anywhere, by class of data, with what is empty left out of each row."""
    title, nothing, why = TITLES[language]
    parts = [HEAD.replace("LANGUAGE", language).replace("TITLE", title), f"<h1>{title}</h1>"]
    told: set[str] = set()
    for each in retention.classes():
        tables = [table for table in each.tables if table in by_name and table not in told]
        if not tables:
            continue
        told.update(tables)
        parts.append(f"<h2>{escape(each.what[language])}</h2><p>{why}: {escape(each.ground)}</p>")
        rows = [row for table in tables for row in by_name[table]]
        parts += [article(row) for row in rows] or [f"<p>{nothing}</p>"]
    for table in sorted(set(by_name) - told):
        parts.append(f"<h2>{escape(table)}</h2>")
        parts += [article(row) for row in by_name[table]] or [f"<p>{nothing}</p>"]
    return "".join(parts) + "</body></html>"


def article(row: dict[str, Any]) -> str:
    """One row as a list of names and values."""
    lines = (
        f"<dt>{escape(name.replace('_', ' '))}</dt><dd>{escape(shown(value))}</dd>"
        for name, value in row.items()
        if value not in (None, "", {}, [])
    )
    return f"<article><dl>{''.join(lines)}</dl></article>"


def shown(value: Any) -> str:
    """A value as text."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
