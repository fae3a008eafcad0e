"""`./llr law`: the instruments, what the law says of one, what is not certain, and the check of its worked examples."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson

from leerrekening.cli import Subparsers, asking
from leerrekening.cli.errors import BadInput, CheckFailed
from leerrekening.rules import days
from leerrekening.rules.facts import LANGUAGES

if TYPE_CHECKING:
    from leerrekening.lawtext.keeper import HeldLaw
    from leerrekening.lawtext.openings import OpenFigure
    from leerrekening.rules.instruments import Instrument, Law


def register(subparsers: Subparsers) -> None:
    """Add the commands."""
    parser = subparsers.add_parser("law", help="list, show and check the law", allow_abbrev=False)
    commands = parser.add_subparsers(metavar="WHAT", required=True)
    lists = _command(commands, "list", "the instruments, and from when to when they exist")
    lists.set_defaults(handler=list_)
    shows = _command(commands, "show", "everything the law says of one instrument")
    shows.add_argument("instrument", metavar="ID")
    shows.add_argument("--on", metavar="DATE", help="only what holds on this day, with its figures filled in")
    shows.set_defaults(handler=show)
    states = _command(commands, "status", "what is not confirmed and where to look it up; conflicts and gaps")
    states.add_argument("--instrument", metavar="ID", help="of this instrument only")
    states.add_argument("--on", metavar="DATE", help="what is not certain on this day (default: from now on)")
    states.set_defaults(handler=status)
    checks = _command(commands, "check", "run every worked example, and see what none of them reaches")
    checks.add_argument("--instrument", metavar="ID", help="the examples of this instrument only")
    checks.set_defaults(handler=check, lang="en")  # who writes law reads the rest of the report in English


def _command(commands: Subparsers, name: str, what: str) -> argparse.ArgumentParser:
    parser = commands.add_parser(name, help=what, description=what.capitalize(), allow_abbrev=False)
    parser.add_argument(
        "--law", metavar="DIR", type=Path, help="another law folder than that of this program"
    )
    parser.add_argument("--format", choices=(asking.TEXT, asking.JSON), default=asking.TEXT)
    parser.add_argument("--lang", choices=LANGUAGES, default="nl", help="language of the words of the law")
    return parser


def _held(arguments: argparse.Namespace) -> HeldLaw:
    """The law of a folder, ready. Raises BadInput without a folder, CheckFailed with file, line and reason."""
    from leerrekening.lawtext.keeper import LawKeeper, law_folder
    from leerrekening.lawtext.reader import LawError

    root: Path = arguments.law or law_folder()
    if not root.is_dir():
        raise BadInput(f"--law {root}: there is no such folder")
    try:
        return LawKeeper(root).held()
    except LawError as error:
        raise CheckFailed(f"the law cannot be read\n  {error}") from None


def _chosen(law: Law, name: str | None) -> list[Instrument]:
    asking.check_instrument(law, name)
    return list(law.instruments.values()) if name is None else [law.instruments[name]]


def _day(text: str | None) -> int | None:
    if text is None:
        return None
    try:
        return days.day_of(text)
    except ValueError:
        raise BadInput(f"--on {text}: expected a date that exists, as YYYY-MM-DD") from None


def _write_json(document: Any) -> None:
    asking.write(orjson.dumps(document, option=orjson.OPT_INDENT_2))


def _table(rows: Sequence[tuple[str, ...]]) -> str:
    """Columns as wide as their widest cell, the last one free."""
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]) - 1)]
    cells = ("  ".join([*(c.ljust(w) for c, w in zip(row, widths, strict=False)), row[-1]]) for row in rows)
    return "\n".join(line.rstrip() for line in cells)


# --- list ------------------------------------------------------------------------------------------------


def list_(arguments: argparse.Namespace) -> int:
    """Write the instruments, one a line."""
    law = _held(arguments).law
    if arguments.format == asking.JSON:
        from leerrekening.api import lawbook

        _write_json(lawbook.instruments(law))
        return 0
    from leerrekening.cli.law_words import existence
    from leerrekening.cli.vocabulary import BLOCKS, said

    language = arguments.lang
    rows = [
        (i.id, said(BLOCKS, i.block, language).lower(), i.name[language], existence(i, language))
        for i in law.instruments.values()
    ]
    asking.write_text(_table(rows))
    return 0


# --- show ------------------------------------------------------------------------------------------------


def show(arguments: argparse.Namespace) -> int:
    """Write one instrument: words, conditions with their source, figures, notes, conflicts, examples."""
    held = _held(arguments)
    law = held.law
    day = _day(arguments.on)
    name = arguments.instrument
    if name not in law.instruments:
        raise BadInput(f"{name}: no such instrument; known: {', '.join(law.instruments)}")
    from leerrekening.api import lawbook

    document = lawbook.instrument(held, name, day)
    if arguments.format == asking.JSON:
        _write_json(document)
        return 0
    from leerrekening.cli.law_words import LawInWords

    asking.write_text(LawInWords(law, arguments.lang).instrument(document))
    return 0


# --- status ----------------------------------------------------------------------------------------------


def status(arguments: argparse.Namespace) -> int:
    """Write what is not certain: figures with the day they were last confirmed, conflicts and gaps."""
    from leerrekening.lawtext.openings import open_figures, open_matters

    law = _held(arguments).law
    day = _day(arguments.on)
    chosen = _chosen(law, arguments.instrument)
    if arguments.format == asking.JSON:
        found = [
            {
                "id": i.id,
                "unconfirmed": [_open_figure(f) for f in open_figures(i, day)],
                "matters": [
                    {
                        "id": r.id,
                        "kind": r.kind,
                        "matter": dict(r.matter),
                        "treatment": dict(r.treatment),
                        "look_up": None if r.look_up is None else dict(r.look_up),
                        "sources": [{"tag": tag, "url": i.sources[tag].url} for tag in r.sources],
                    }
                    for r in open_matters(i)
                ],
            }
            for i in chosen
        ]
        _write_json({"law": law.version, "on": arguments.on, "instruments": found})
        return 0
    from leerrekening.cli.law_words import LawInWords

    words = LawInWords(law, arguments.lang)
    parts = [words.openings(i, open_figures(i, day), open_matters(i)) for i in chosen]
    asking.write_text("\n\n".join(parts))
    return 0


def _open_figure(found: OpenFigure) -> dict[str, Any]:
    confirmed = found.last_confirmed
    return {
        "parameter": found.figure.id,
        "name": dict(found.figure.name),
        "since": days.iso(found.since),
        "last_confirmed": None if confirmed is None else days.iso(confirmed),
        "informative": found.figure.informative is not None,
        "look_up": [{"id": r.id, "look_up": dict(r.look_up)} for r in found.gaps if r.look_up is not None],
        "sources": [{"tag": tag, "url": found.instrument.sources[tag].url} for tag in found.sources],
    }


# --- check -----------------------------------------------------------------------------------------------


def check(arguments: argparse.Namespace) -> int:
    """Run the worked examples. Returns 0 when all come out and reach everything, else 1.

    Errors: BadInput; CheckFailed when the law or an example cannot be read.
    """
    from leerrekening.cli import law_report
    from leerrekening.lawtext.check import check_law
    from leerrekening.lawtext.reader import LawError

    held = _held(arguments)
    law = held.law
    _chosen(law, arguments.instrument)
    try:
        cases = held.cases
    except LawError as error:
        raise CheckFailed(f"the worked examples cannot be read\n  {error}") from None
    report = check_law(held.engine, cases, arguments.instrument)
    if arguments.format == asking.JSON:
        _write_json(law_report.document(report))
    else:
        asking.write_text("\n".join(law_report.text(report, law, arguments.lang)))
    return 0 if report.ok else CheckFailed.status
