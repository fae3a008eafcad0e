"""Keeping a file of a register: rows first, in pieces that can be stopped between, then the facts of each person.

A row is kept under its name for its person. The facts of a person follow from all rows of all files of the register
together, so that a file of one quarter adds to the quarters before it.
"""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any, Final

from leerrekening.database.access import Access
from leerrekening.registry import facts
from leerrekening.registry.imports.rows import Bad, Good, read
from leerrekening.registry.keys import Keys, keys
from leerrekening.registry.people import LANGUAGES
from leerrekening.registry.sources.refreshing import note
from leerrekening.registry.sources.source import Source

ROWS_AT_ONCE: Final = 2000
PEOPLE_AT_ONCE: Final = 200
REPORT: Final = ("line", "column", "what", "do")


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a file is. `lines`: read; `kept`, `bad`: rows; `people`: with their facts brought up to date."""

    lines: int
    kept: int
    bad: int
    people: int
    finished: bool = False


def import_file(
    access: Access,
    file: Path,
    source: Source,
    on: date,
    report: Path,
    progress: Callable[[Progress], None] = lambda _: None,
) -> Progress:
    """Keep a file; goes on where an earlier call stopped, and does nothing for a file that is done.

    `on`: the day the file speaks of. `report`: a CSV with a row for each bad row of the file. Memory does not grow
    with the file. Errors: BadFile, KeyProblem; what was kept until then stays.
    """
    digest = _digest(file)
    run = _begin(access, source, digest)
    if run.finished:
        progress(run)
        return run
    run = _keep_rows(access, file, source, digest, run, report, progress)
    return _apply(access, source, digest, on, run, progress)


def _digest(file: Path) -> bytes:
    try:
        with file.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").digest()
    except OSError as error:
        from leerrekening.registry.imports.rows import BadFile

        raise BadFile(f"{file} cannot be read: {error.strerror}") from None


def _begin(access: Access, source: Source, digest: bytes) -> Progress:
    with access.transaction("batch") as connection:
        row = connection.execute(
            "insert into registry.import_run (source, file) values (%s, %s) on conflict (source, file) do update"
            " set source = excluded.source"
            " returning lines_read, rows_kept, rows_bad, people_done, finished_at is not null",
            [source.register.id, digest],
        ).fetchone()
    assert row is not None
    return Progress(*row)


def _keep_rows(
    access: Access,
    file: Path,
    source: Source,
    digest: bytes,
    run: Progress,
    report: Path,
    progress: Callable[[Progress], None],
) -> Progress:
    """Read the file from where it was, keep what is right, and write down what is not."""
    already = run.lines
    rows = (row for row in read(file, source) if row.line > already)
    chosen = keys()
    with _report(report, already) as written:
        while piece := list(islice(rows, ROWS_AT_ONCE)):
            bad = [row for row in piece if isinstance(row, Bad)]
            with access.transaction("batch") as connection:
                kept, strangers = _keep(
                    connection, [r for r in piece if isinstance(r, Good)], source, digest, chosen
                )
                bad += strangers
                run = Progress(piece[-1].line, run.kept + kept, run.bad + len(bad), run.people)
                connection.execute(
                    "update registry.import_run set lines_read = %s, rows_kept = %s, rows_bad = %s"
                    " where source = %s and file = %s",
                    [run.lines, run.kept, run.bad, source.register.id, digest],
                )
                written(sorted(bad, key=lambda row: row.line))
            progress(run)
    return run


def _keep(
    connection: facts.Connection, rows: Sequence[Good], source: Source, digest: bytes, chosen: Keys
) -> tuple[int, list[Bad]]:
    """Store rows under their people; how many, and those about nobody we know."""
    key_of = {row.insz: chosen.key_of(row.insz) for row in rows}
    party_of = _parties(connection, rows, key_of, chosen)
    strangers = []
    lines: dict[tuple[int, str], str] = {}
    kept = 0
    for row in rows:
        party = party_of.get(key_of[row.insz])
        if party is None:
            strangers.append(
                Bad(
                    row.line,
                    "insz",
                    "is of nobody known here",
                    "give given_names and family_name to add the person",
                )
            )
            continue
        kept += 1
        lines[party, source.row_name(row.content)[:200]] = json.dumps(row.content)
    connection.execute(
        "insert into registry.import_line as l (party, source, name, content, file)"
        " select p, %s, n, c::jsonb, %s from unnest(%s::bigint[], %s::text[], %s::text[]) as r (p, n, c)"
        " on conflict (party, source, name) do update set content = excluded.content, file = excluded.file",
        [
            source.register.id,
            digest,
            [party for party, _ in lines],
            [name for _, name in lines],
            list(lines.values()),
        ],
    )
    return kept, strangers


def _parties(
    connection: facts.Connection, rows: Sequence[Good], key_of: dict[Any, bytes], chosen: Keys
) -> dict[bytes, int]:
    found = connection.execute(
        "select insz_key, party from registry.find_people(%s::bytea[])", [list(set(key_of.values()))]
    ).fetchall()
    party_of = {bytes(key): party for key, party in found}
    newcomers = {
        key_of[row.insz]: row
        for row in rows
        if key_of[row.insz] not in party_of and {"given_names", "family_name"} <= set(row.names)
    }
    if newcomers:
        added = connection.execute(
            "select insz_key, party from registry.add_people(%s::bytea[], %s::bytea[], %s::text[], %s::text[],"
            " %s::text[])",
            [
                list(newcomers),
                [chosen.seal(row.insz) for row in newcomers.values()],
                [row.names["given_names"] for row in newcomers.values()],
                [row.names["family_name"] for row in newcomers.values()],
                [row.names.get("language", LANGUAGES[0]) for row in newcomers.values()],
            ],
        ).fetchall()
        party_of.update({bytes(key): party for key, party in added})
    return party_of


def _apply(
    access: Access,
    source: Source,
    digest: bytes,
    on: date,
    run: Progress,
    progress: Callable[[Progress], None],
) -> Progress:
    """Bring the facts of everybody in the file up to date."""
    name = source.register.id
    while True:
        with access.transaction("batch") as connection:
            parties = [
                row[0]
                for row in connection.execute(
                    "select distinct l.party from registry.import_line l, registry.import_run r"
                    " where l.source = %(source)s and l.file = %(file)s and r.source = l.source and r.file = l.file"
                    " and l.party > r.applied_to order by 1 limit %(most)s",
                    {"source": name, "file": digest, "most": PEOPLE_AT_ONCE},
                )
            ]
            if parties:
                facts.answers(connection, _said(connection, source, parties, on), name, source.in_files)
                note(connection, parties, name, "answered", counts=True)
            run = Progress(run.lines, run.kept, run.bad, run.people + len(parties), not parties)
            connection.execute(
                "update registry.import_run set applied_to = greatest(applied_to, %s), people_done = %s,"
                " finished_at = case when %s then now() end where source = %s and file = %s",
                [parties[-1] if parties else 0, run.people, run.finished, name, digest],
            )
        progress(run)
        if run.finished:
            return run


def _said(
    connection: facts.Connection, source: Source, parties: Sequence[int], on: date
) -> dict[int, tuple[facts.Statement, ...]]:
    rows: dict[int, list[dict[str, Any]]] = {party: [] for party in parties}
    for party, content in connection.execute(
        "select party, content from registry.import_line where source = %s and party = any(%s) order by party, name",
        [source.register.id, list(parties)],
    ):
        rows[party].append(content)
    return {party: source.of_rows(own, on) for party, own in rows.items()}


class _report:  # noqa: N801 - used as a function: with _report(file, lines) as written
    """A report on disk that never holds a line twice: what an earlier call wrote beyond `upto` goes first."""

    def __init__(self, file: Path, upto: int) -> None:
        self._file = file
        self._earlier = list(_rows_until(file, upto)) if upto and file.exists() else []

    def __enter__(self) -> Callable[[Iterable[Bad]], None]:
        self._stream = self._file.open("w", encoding="utf-8", newline="")
        writer = csv.writer(self._stream)
        writer.writerow(REPORT)
        writer.writerows(self._earlier)

        def written(bad: Iterable[Bad]) -> None:
            writer.writerows((row.line, row.column, row.what, row.do) for row in bad)
            self._stream.flush()

        return written

    def __exit__(self, *_: object) -> None:
        self._stream.close()


def _rows_until(file: Path, upto: int) -> Iterator[list[str]]:
    with file.open(encoding="utf-8", newline="") as stream:
        for row in csv.reader(stream):
            if row and row[0].isdigit() and int(row[0]) <= upto:
                yield row
