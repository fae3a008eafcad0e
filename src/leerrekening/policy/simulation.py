"""The same law, and any reform, over a whole population, partition by partition.

A scenario is today's law or a reform of it. What is left of every instrument in every scenario (``rules.residue``) is
compared first: two that say the same, figures included, are run once. Every partition is read once, its facts on the
day are derived once, and all scenarios run over it; only counts and sums are kept, so memory does not grow.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import Any, Final

import numpy as np
import polars as pl

from leerrekening.policy import kernels
from leerrekening.policy.facts import leaf_columns
from leerrekening.policy.persons import (
    COLUMNS,
    REGIONS,
    SECTORS,
    SEXES,
    STATUSES,
    UNKNOWN,
    Array,
    Part,
    PopulationError,
    check_dates,
    rows_of,
)
from leerrekening.policy.reforms import LawBook, Reform
from leerrekening.policy.synthesis import AGES, EDUCATIONS, education_of
from leerrekening.rules import days
from leerrekening.rules.columns import Columns, dtype_of
from leerrekening.rules.decide import PROPOSED, Engine
from leerrekening.rules.kernel import FULL
from leerrekening.rules.lanes import Lanes, lower
from leerrekening.rules.residue import Program, Question, Residue
from leerrekening.rules.situation import Situation
from leerrekening.rules.terms import Term

KERNEL, COLUMNS_ENGINE, AUTO = "kernel", "columns", "auto"
VERDICTS: Final = ("no", "undecided", "yes")
WANTED: Final = ("right.value", "right.left", "award.value", "price.person")

DIMENSIONS: Final[Mapping[str, tuple[str, ...]]] = {
    "sex": SEXES,
    "age": tuple(f"{low}-{high}" for low, high in AGES),
    "education": EDUCATIONS,
    "status": STATUSES,
    "sector": (*SECTORS, "none"),
    "region": (*REGIONS[:3], "other", "none"),
}
SHAPE: Final = tuple(len(names) for names in DIMENSIONS.values())
CELLS: Final = int(np.prod(SHAPE))

STANDARD_COURSE: Final[Mapping[str, Any]] = {
    "id": "course-plan", "provider_kind": "cvo", "provider_registered": True,
    "odb": [{"from": "2000-01-01", "to": None}],
    "odb_label_opleidingskrediet": True, "counted_in": "lesson_hours", "contact_minutes": 3600,
    "contact_teaching": True,
    "excluded_activity": "none", "leads_to": "none", "teaches": [], "enrolment_contract": "not_applicable",
    "coinciding_minutes": 1800, "price_cents": 30000, "paid_by": "worker", "initiative": "own", "bev_recognised": True,
}  # fmt: skip
"""The course everybody is asked about unless another is given: 60 hours of adult education at 300 euro."""


@dataclass(frozen=True, slots=True)
class Setting:
    """What is asked of everybody: the day, the course, and how figures that are not confirmed are read."""

    as_of: str
    course: Mapping[str, Any] | None = field(default_factory=lambda: dict(STANDARD_COURSE))
    last_known: bool = True

    def shared(self) -> dict[str, Any]:
        """The facts that do not differ, as a document of the contract."""
        out: dict[str, Any] = {
            "as_of": self.as_of,
            "request": {"hours": 6, "quota_reached": False},
            "interruption": {
                "from": self.as_of, "kind": "full", "fraction_before": 1, "rva_allowance": True,
                "applied_on": self.as_of,
            },
        }  # fmt: skip
        if self.course is not None:
            day = days.day_of(self.as_of)
            out["course"] = {"start": self.as_of, "end": days.iso(day + 90), **self.course}
        return out


@dataclass(frozen=True, slots=True)
class Scenario:
    """One law to run: today's, or a reform of it."""

    id: str
    reform: Reform | None
    engine: Engine
    programs: Mapping[str, Program]
    statuses: Mapping[str, str]
    unconfirmed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Unit:
    """One instrument in one or more scenarios that is run once. Where the verdict is fixed the rest is None."""

    instrument: str
    program: Program
    lanes: Lanes | None
    columns: Columns | None


@dataclass(slots=True)
class Totals:
    """What a run found, by cell (sex x age x education x status x sector x region of work).

    ``verdicts[unit]``: cells x (no, undecided, yes). ``sums[unit][output]``, ``known[unit][output]``: whole units and
    persons by cell. ``moves[scenario][name]``: cells x 9, from the verdict in the first scenario to that in this one.
    ``patterns[scenario]``: persons by the set of instruments they are entitled to.
    """

    persons: Array
    verdicts: list[Array]
    sums: list[dict[str, Array]]
    known: list[dict[str, Array]]
    moves: list[dict[str, Array]]
    patterns: list[Array]
    unknown: dict[str, int]

    def add(self, other: Totals) -> None:
        """Add the totals of another partition."""
        self.persons += other.persons
        for mine, theirs in zip(self.verdicts, other.verdicts, strict=True):
            mine += theirs
        for pairs in (
            zip(self.sums, other.sums, strict=True),
            zip(self.known, other.known, strict=True),
            zip(self.moves, other.moves, strict=True),
        ):
            for into, more in pairs:
                for name, array in more.items():
                    into[name] = into[name] + array if name in into else array
        for mine, theirs in zip(self.patterns, other.patterns, strict=True):
            mine += theirs
        for name, count in other.unknown.items():
            self.unknown[name] = self.unknown.get(name, 0) + count


class Simulation:
    """A comparison ready to run. The first scenario is the one others are compared with.

    Raises ReformError, Unrepresentable.
    """

    def __init__(
        self,
        book: LawBook,
        reforms: Sequence[Reform | None],
        setting: Setting,
        outputs: Iterable[str] | None = None,
    ) -> None:
        self.setting: Final = setting
        self.units: Final[list[Unit]] = []
        self.of: Final[list[dict[str, int]]] = []
        self.scenarios: Final[list[Scenario]] = []
        self._outputs: Final = None if outputs is None else frozenset(outputs)
        known: dict[Any, int] = {}
        for reform in reforms:
            self._add(book, reform, known)
        first = self.scenarios[0].engine
        self.shared: Final[Situation] = first.law.reader.read(json.dumps(setting.shared()))
        self.leaves: Final = self._leaves()
        self.instruments: Final = tuple(first.law.instruments)

    def _add(self, book: LawBook, reform: Reform | None, known: dict[Any, int]) -> None:
        engine = Engine(book.with_reform(reform))
        template = engine.law.reader.read(json.dumps(self.setting.shared()))
        fixed = frozenset({"as_of", "course", "interruption", "request"})
        residue = Residue(engine, Question(template, fixed, {}, self.setting.last_known))
        adopted = reform.adopts if reform is not None else ()
        programs = {name: _in_force(residue.program(name), adopted) for name in engine.law.instruments}
        units: dict[str, int] = {}
        for name, program in programs.items():
            lanes = None if program.fixed_verdict is not None else lower(program, self._kept(program))
            key: Any = (name, program.fixed_verdict)
            if lanes is not None:
                key = (name, lanes.shape(), repr(lanes.arguments()))
            if key not in known:
                known[key] = len(self.units)
                self.units.append(Unit(name, program, lanes, None if lanes is None else Columns(lanes)))
            units[name] = known[key]
        day = template.as_of
        unconfirmed = sorted(
            figure.id
            for name, program in programs.items()
            if program.fixed_verdict is None
            for figure in engine.slice(name, day).all_figures
            if not figure.is_known(day)
        )
        statuses = {name: engine.slice(name, day).status for name in engine.law.instruments}
        self.scenarios.append(
            Scenario(
                "today" if reform is None else reform.id,
                reform,
                engine,
                programs,
                statuses,
                tuple(dict.fromkeys(unconfirmed)),
            )
        )
        self.of.append(units)

    def _kept(self, program: Program) -> list[str]:
        names = [o.name for o in program.outputs]
        if self._outputs is not None:
            return [n for n in names if n in self._outputs]
        return [n for n in names if n in WANTED or (n.startswith("pays.") and "wage_cap" not in n)]

    def _leaves(self) -> list[Term]:
        found: dict[str, Term] = {}
        for unit in self.units:
            if unit.lanes is not None:
                used = {c.name for c in unit.lanes.columns}
                found |= {leaf.text(): leaf for leaf in unit.program.leaves() if leaf.text() in used}
        return [found[name] for name in sorted(found)]

    def needs(self) -> list[tuple[str, str, str]]:
        """The facts a population must answer: column, unit, and the instruments that ask for it."""
        asked: dict[str, set[str]] = {}
        for unit in self.units:
            for column in unit.lanes.columns if unit.lanes is not None else ():
                asked.setdefault(column.name, set()).add(unit.instrument)
        return [(leaf.text(), leaf.unit, ", ".join(sorted(asked[leaf.text()]))) for leaf in self.leaves]

    # --- running --------------------------------------------------------------------------------------

    def engine_for(self, engine: str) -> str:
        """Which reading to use: the kernel where it is compiled, else columns, unless one is asked for."""
        if engine != AUTO:
            return engine
        lanes = [u.lanes for u in self.units if u.lanes is not None]
        return KERNEL if all(kernels.is_ready(one, FULL) for one in lanes) else COLUMNS_ENGINE

    def table(
        self, frame: pl.DataFrame, population_day: int, first_row: int = 0
    ) -> tuple[dict[str, Array], dict[str, Array]]:
        """Rows and leaf columns of a partition, moved from the day of the population to the day asked about."""
        rows = rows_of(frame, first_row)
        check_dates(rows, population_day, first_row)
        move = self.shared.as_of - population_day
        if move:
            for name, column in COLUMNS.items():
                if column.kind == "date":
                    rows[name] = np.where(rows[name] == UNKNOWN, UNKNOWN, rows[name] + move)
        given = {
            leaf.text(): frame[leaf.text()].to_numpy() for leaf in self.leaves if leaf.text() in frame.columns
        }
        return rows, leaf_columns(rows, self.leaves, self.shared, given)

    def run_unit(
        self, unit: Unit, table: Mapping[str, Array], length: int, engine: str
    ) -> tuple[Array, list[Array], list[Array]]:
        """Verdict bits, values and existence of the outputs of one unit for one partition."""
        lanes = unit.lanes
        if lanes is None or unit.columns is None:
            bits = 1 if unit.program.fixed_verdict == "undecided" else 0
            return np.full(length, bits, np.uint8), [], []
        if engine == KERNEL:
            kernel = kernels.load(lanes, FULL)
            verdict = np.empty(length, np.uint8)
            results = [np.empty(length, t) for _ in lanes.outputs for t in (np.int64, np.uint8)]
            values, states = lanes.arguments()
            arguments = np.array(values, np.int64), np.array(states, np.uint8)
            kernel(length, *(table[c.name] for c in lanes.columns), *arguments, verdict, *results)
            return verdict, results[0::2], results[1::2]
        frame = pl.DataFrame({c.name: pl.Series(table[c.name], dtype=dtype_of(c)) for c in lanes.columns})
        if not lanes.columns:
            frame = pl.DataFrame({"one": np.zeros(length, np.uint8)})
        out = unit.columns.run(frame.lazy()).collect()
        columns = [s.to_numpy() for s in out.iter_columns()]
        columns = [np.repeat(c, length) if len(c) == 1 < length else c for c in columns]
        return columns[0], columns[1::2], [c.astype(np.uint8) for c in columns[2::2]]

    def partition(self, frame: pl.DataFrame, population_day: int, engine: str, first_row: int = 0) -> Totals:
        """The totals of one partition."""
        rows, table = self.table(frame, population_day, first_row)
        length = len(frame)
        cells = cells_of(rows, self.shared.as_of)
        totals = self.empty()
        totals.persons += np.bincount(cells, minlength=CELLS)
        totals.unknown = {
            name: int((rows[name] == UNKNOWN).sum())
            for name, c in COLUMNS.items()
            if c.null != "none"
            and not name.startswith(("job_", "benefit_", "guidance_", "leave_", "cheque_"))
        }
        verdicts: list[Array] = []
        for number, unit in enumerate(self.units):
            bits, values, exists = self.run_unit(unit, table, length, engine)
            classes = np.minimum(bits, 2).astype(np.int64)
            verdicts.append(classes)
            totals.verdicts[number] += np.bincount(cells * 3 + classes, minlength=CELLS * 3).reshape(CELLS, 3)
            for lane, value, there in zip(
                unit.lanes.outputs if unit.lanes else (), values, exists, strict=True
            ):
                amounts = value // lane.scale
                some = there.astype(bool)
                totals.sums[number][lane.name] = np.bincount(
                    cells[some], weights=amounts[some], minlength=CELLS
                ).astype(np.int64)
                totals.known[number][lane.name] = np.bincount(cells[some], minlength=CELLS)
        self._compare(totals, verdicts, cells)
        return totals

    def _compare(self, totals: Totals, verdicts: list[Array], cells: Array) -> None:
        blocks = {name: i.block for name, i in self.scenarios[0].engine.law.instruments.items()}

        def of_block(units: Mapping[str, int], block: str) -> Array:
            out = np.zeros(len(cells), np.int64)
            for name, unit in units.items():
                if blocks[name] == block:
                    np.maximum(out, verdicts[unit], out=out)
            return out

        base = {block: of_block(self.of[0], block) for block in sorted(set(blocks.values()))}
        for number, units in enumerate(self.of):
            pattern = np.zeros(len(cells), np.int64)
            for place, name in enumerate(self.instruments):
                pattern |= (verdicts[units[name]] == 2).astype(np.int64) << place
            totals.patterns[number] += np.bincount(pattern, minlength=2 ** len(self.instruments))
            if number == 0:
                continue
            pairs = {
                name: (verdicts[self.of[0][name]], verdicts[unit])
                for name, unit in units.items()
                if unit != self.of[0][name]
            }
            changed = {blocks[name] for name in pairs}
            pairs |= {f"block:{block}": (base[block], of_block(units, block)) for block in sorted(changed)}
            for name, (before, after) in pairs.items():
                totals.moves[number][name] = np.bincount(
                    cells * 9 + before * 3 + after, minlength=CELLS * 9
                ).reshape(CELLS, 9)

    def empty(self) -> Totals:
        """Totals of nobody."""
        count = len(self.units)
        return Totals(
            np.zeros(CELLS, np.int64), [np.zeros((CELLS, 3), np.int64) for _ in range(count)],
            [{} for _ in range(count)],
            [{} for _ in range(count)], [{} for _ in self.scenarios],
            [np.zeros(2 ** len(self.scenarios[0].engine.law.instruments), np.int64) for _ in self.scenarios], {},
        )  # fmt: skip

    def run(
        self,
        parts: Iterable[Part],
        population_day: int,
        engine: str = AUTO,
        threads: int = 2,
        progress: Callable[[int], None] | None = None,
    ) -> Totals:
        """Run over partitions; the order of the sums is theirs.

        Raises PopulationError with file, column, row and reason: then there is no result at all.
        """
        chosen = self.engine_for(engine)
        totals = self.empty()

        def one(part: Part) -> Totals:
            try:
                return self.partition(part.read(), population_day, chosen, part.first_row)
            except PopulationError as error:
                if not part.file or part.file in str(error):
                    raise
                raise PopulationError(f"{part.file}: {error}") from None

        with ThreadPoolExecutor(threads) as pool:
            waiting: list[Any] = []
            for part in parts:
                waiting.append(pool.submit(one, part))
                if len(waiting) > threads:
                    _take(waiting, totals, progress)
            while waiting:
                _take(waiting, totals, progress)
        return totals


def _in_force(program: Program, adopted: Sequence[str]) -> Program:
    """The program, or a plain no where it is a proposal that this scenario does not adopt."""
    if program.status != PROPOSED or program.instrument in adopted:
        return program
    return replace(program, fixed_verdict="no", conditions={}, outputs=(), figures={})


def _take(waiting: list[Any], totals: Totals, progress: Callable[[int], None] | None) -> None:
    done = waiting.pop(0).result()
    totals.add(done)
    if progress is not None:
        progress(int(done.persons.sum()))


def cells_of(rows: Mapping[str, Array], as_of: int) -> Array:
    """The cell of every row. A group that is not known counts as the last of its dimension."""
    years = (as_of - rows["birth_date"]) / 365.25
    band = np.clip(np.searchsorted([low for low, _ in AGES], years, side="right") - 1, 0, len(AGES) - 1)
    diploma = rows["highest_diploma"]
    education = education_of(np.where(diploma == UNKNOWN, 0, diploma))
    sector = np.where(rows["job_sector"] == UNKNOWN, len(SECTORS), rows["job_sector"])
    region = np.where(rows["job_region"] == UNKNOWN, 4, np.minimum(rows["job_region"], 3))
    sex = np.where(rows["sex"] == UNKNOWN, 0, rows["sex"])
    status = np.where(rows["status"] == UNKNOWN, len(STATUSES) - 1, rows["status"])
    out: Array = np.ravel_multi_index((sex, band, education, status, sector, region), SHAPE)
    return out


def by_group(values: Array, dimension: str) -> Array:
    """Sum cells to one dimension: groups x whatever columns the values have."""
    place = list(DIMENSIONS).index(dimension)
    cube = values.reshape(*SHAPE, -1)
    axes = tuple(i for i in range(len(SHAPE)) if i != place)
    out: Array = cube.sum(axis=axes)
    return out
