"""`./llr simulate`: the law, and reforms of it, over a population."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from leerrekening.cli import Subparsers
from leerrekening.cli.errors import BadInput

if TYPE_CHECKING:
    from leerrekening.policy.files import Population
    from leerrekening.policy.reforms import Assumption, Reform
    from leerrekening.policy.results import Results
    from leerrekening.policy.simulation import Setting
    from leerrekening.policy.study import Study

DEFAULT_REFORMS = ("loopbaankrediet", "sociale_partners")


def register(subparsers: Subparsers) -> None:
    """Add the command."""
    parser = subparsers.add_parser(
        "simulate",
        help="run the law and reforms of it over a whole population",
        description="Compares today's law with reforms over a population. Without --population a synthetic one of four "
        "million adults is drawn once and kept. Results go to a folder: results.csv, portability.csv, "
        "near_duplicates.csv, notes (PDF and Markdown), run.json.",
        allow_abbrev=False,
    )
    parser.add_argument(
        "--reform",
        action="append",
        default=[],
        metavar="ID|FILE",
        help="a reform, by id or file; may be repeated",
    )
    parser.add_argument(
        "--as-of", metavar="DATE", help="the day asked about; default: the day the reforms name"
    )
    parser.add_argument(
        "--population", type=Path, metavar="PATH", help="a population folder, or one Parquet file"
    )
    parser.add_argument("--population-day", metavar="DATE", help="the day a population is a picture of")
    parser.add_argument("--size", type=int, default=4_000_000, help="persons in the synthetic population")
    parser.add_argument("--seed", type=int, default=1, help="seed of the synthetic population")
    parser.add_argument(
        "--course", type=Path, metavar="FILE", help="JSON with the course everybody is asked about"
    )
    parser.add_argument("--no-course", action="store_true", help="ask about the rights as such")
    parser.add_argument(
        "--confirmed", action="store_true", help="leave open what no source confirms for the day"
    )
    parser.add_argument(
        "--assume",
        action="append",
        default=[],
        metavar="ID=VALUE",
        help="change an assumption within its range",
    )
    parser.add_argument(
        "--engine",
        choices=("auto", "kernel", "columns"),
        default="auto",
        help="how to compute; the results are the same",
    )
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1)
    parser.add_argument(
        "--out", type=Path, default=Path("simulation"), metavar="FOLDER", help="where the results go"
    )
    parser.add_argument(
        "--needs", action="store_true", help="list the facts the law asks for, and on which days; run nothing"
    )
    parser.add_argument(
        "--columns", action="store_true", help="list the columns of a population file; run nothing"
    )
    parser.add_argument(
        "--assumptions", action="store_true", help="list the assumptions with their ranges; run nothing"
    )
    parser.add_argument("--reforms", action="store_true", help="list the reforms that are ready; run nothing")
    parser.set_defaults(handler=simulate)


def simulate(arguments: argparse.Namespace) -> int:
    """Run the comparison. Raises BadInput."""
    from leerrekening.lawtext.reader import LawError
    from leerrekening.policy.persons import PopulationError
    from leerrekening.policy.reforms import ReformError
    from leerrekening.rules.situation import SituationError
    from leerrekening.rules.terms import Unrepresentable

    try:
        return _simulate(arguments)
    except (PopulationError, ReformError, Unrepresentable, SituationError, LawError) as error:
        raise BadInput(str(error)) from None


def _simulate(arguments: argparse.Namespace) -> int:
    from leerrekening.policy.reforms import LawBook, ready_reforms
    from leerrekening.policy.results import Results
    from leerrekening.policy.simulation import Simulation
    from leerrekening.policy.study import sample, study

    if arguments.columns:
        return _print_columns()
    if arguments.reforms:
        for reform in ready_reforms():
            print(f"{reform.id:20} {reform.date}  {reform.name['nl']}")
        return 0
    assumptions = _assumptions(arguments.assume)
    if arguments.assumptions:
        for key, a in assumptions.items():
            print(f"{key:32} {a.value:<10g} {a.low:g} to {a.high:g} {a.unit} ({a.source})")
        return 0
    reforms = _reforms(arguments.reform or list(DEFAULT_REFORMS))
    setting = _setting(arguments, reforms)
    simulation = Simulation(LawBook(), [None, *reforms], setting)
    if arguments.needs:
        for column, unit, asked in simulation.needs():
            print(f"{column}\t{unit}\t{asked}")
        return 0
    started = time.perf_counter()
    population = _population(arguments, setting.as_of)
    engine = simulation.engine_for(arguments.engine)
    progress = _Progress("simulating", population.size)
    totals = simulation.run(population.parts, population.day, engine, arguments.threads, progress.add)
    progress.end()
    results = Results(simulation, totals, assumptions)
    chosen = sample(population.parts, population.size)
    found = study(simulation, chosen, population.day, population.size)
    record = {
        "as_of": setting.as_of, "scenarios": [s.id for s in simulation.scenarios], "last_known": setting.last_known,
        "law": [s.engine.law.version for s in simulation.scenarios],
        "statuses": [dict(s.statuses) for s in simulation.scenarios],
        "population": {k: v for k, v in population.record.items() if k not in ("parts", "margins")},
        "assumptions": {k: a.value for k, a in assumptions.items()}, "unknown": dict(sorted(totals.unknown.items())),
        "course": setting.course, "sample": found.persons,
    }  # fmt: skip
    _write(arguments.out, results, found, record)
    _summary(results)
    seconds = time.perf_counter() - started
    print(
        f"\n{population.size:,} persons in {seconds:.1f} s ({engine}). Results: {arguments.out}/",
        file=sys.stderr,
    )
    return 0


def _print_columns() -> int:
    from leerrekening.policy.persons import COLUMNS

    for column in COLUMNS.values():
        holds = " | ".join(column.codes) if column.kind == "code" else column.kind
        print(f"{column.name}\t{holds}\tempty: {column.null}\t{column.about}")
    return 0


def _assumptions(changes: list[str]) -> dict[str, Assumption]:
    from leerrekening.policy.synthesis import read_assumptions

    out = read_assumptions()
    for change in changes:
        key, _, value = change.partition("=")
        if key not in out:
            raise BadInput(
                f"--assume {change}: there is no assumption {key!r}; ./llr simulate --assumptions lists them"
            )
        try:
            out[key] = out[key].at(float(value))
        except ValueError as error:
            raise BadInput(f"--assume {change}: {error}") from None
    return out


def _reforms(wanted: list[str]) -> list[Reform]:
    from leerrekening.policy.reforms import read_reform, ready_reforms

    ready = {r.id: r for r in ready_reforms()}
    out = []
    for name in wanted:
        if name in ready:
            out.append(ready[name])
        elif Path(name).is_file():
            out.append(read_reform(Path(name)))
        else:
            raise BadInput(f"--reform {name}: no such file and no such reform; ready are {', '.join(ready)}")
    return out


def _setting(arguments: argparse.Namespace, reforms: list[Reform]) -> Setting:
    from leerrekening.policy.simulation import Setting
    from leerrekening.rules import days

    as_of = arguments.as_of or next((r.as_of for r in reforms if r.as_of), None) or time.strftime("%Y-%m-%d")
    try:
        days.day_of(as_of)
    except ValueError as error:
        raise BadInput(f"--as-of: {error}") from None
    last_known = not arguments.confirmed
    if arguments.no_course:
        return Setting(as_of, None, last_known)
    if arguments.course is None:
        return Setting(as_of, last_known=last_known)
    try:
        course: Any = json.loads(arguments.course.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise BadInput(f"--course {arguments.course}: {error}") from None
    return Setting(as_of, course, last_known)


def _population(arguments: argparse.Namespace, as_of: str) -> Population:
    from leerrekening.policy.files import FOLDER, open_population, write_synthetic

    if arguments.population is not None:
        if not arguments.population.exists():
            raise BadInput(f"--population {arguments.population}: there is no such file or folder")
        return open_population(arguments.population, arguments.population_day)
    if arguments.size < 1000:
        raise BadInput("--size: a population has at least 1,000 persons")
    folder = FOLDER / f"synthetic-{arguments.size}-{arguments.seed}-{as_of}"
    if not folder.exists():
        progress = _Progress("drawing a population", arguments.size)
        write_synthetic(folder, arguments.size, arguments.seed, as_of, progress.add)
        progress.end()
    return open_population(folder)


def _write(folder: Path, results: Results, found: Study, record: dict[str, Any]) -> None:
    """Write all results, or none: the folder takes its name when it is whole."""
    from leerrekening.paper import LANGUAGES, markdown_of, render
    from leerrekening.policy.note import document

    if folder.exists() and not (folder / "run.json").exists() and any(folder.iterdir()):
        raise BadInput(f"--out {folder}: holds other files; name a new folder")
    new = folder.with_name(f"{folder.name}.{os.getpid()}.part")
    shutil.rmtree(new, ignore_errors=True)
    new.mkdir(parents=True)
    try:
        (new / "results.csv").write_text(results.csv(), "utf-8")
        (new / "portability.csv").write_text(found.changes_csv(), "utf-8")
        (new / "near_duplicates.csv").write_text(found.pairs_csv(), "utf-8")
        for language in LANGUAGES:
            note = document(results, language, found)
            (new / f"note.{language}.md").write_text(markdown_of(note), "utf-8")
            (new / f"note.{language}.pdf").write_bytes(render(note, language, large_type=False))
        (new / "run.json").write_text(
            json.dumps(record, indent=1, ensure_ascii=False, sort_keys=True) + "\n", "utf-8"
        )
        shutil.rmtree(folder, ignore_errors=True)
        new.replace(folder)
    finally:
        shutil.rmtree(new, ignore_errors=True)


def _summary(results: Any) -> None:
    simulation = results.simulation
    for number, scenario in enumerate(simulation.scenarios):
        print(f"\n{scenario.id}  ({scenario.engine.law.version[:19]})")
        for instrument in simulation.instruments:
            no, undecided, yes = (int(x) for x in results.verdicts(number, instrument).sum(axis=0))
            print(
                f"  {instrument:28} yes {yes:>9,}  undecided {undecided:>9,}  no {no:>9,}   "
                f"{scenario.statuses[instrument]}"
            )


class _Progress:
    """One line on a terminal that is rewritten; nothing elsewhere."""

    def __init__(self, what: str, size: int) -> None:
        self.what, self.size, self.done = what, size, 0
        self.shown = sys.stderr.isatty()

    def add(self, persons: int) -> None:
        self.done += persons
        if self.shown:
            sys.stderr.write(f"\r\033[K{self.what}: {100 * self.done // max(self.size, 1)} %")
            sys.stderr.flush()

    def end(self) -> None:
        if self.shown:
            sys.stderr.write("\r\033[K")
            sys.stderr.flush()
