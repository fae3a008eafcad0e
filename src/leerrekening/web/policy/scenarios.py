"""What the pages on scenarios show: the form with figures and assumptions, and the outcome as tables and a chart."""

from __future__ import annotations

import re
import threading
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from importlib.util import find_spec
from typing import TYPE_CHECKING

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from leerrekening.policy.reforms import Reform, ReformError, ready_reforms
from leerrekening.rules.terms import Unrepresentable
from leerrekening.web.components import Field
from leerrekening.web.policy import wording
from leerrekening.web.policy.charts import BarChart, bar_chart
from leerrekening.web.policy.wording import Row, Table, number, percent, span
from leerrekening.web.rights.outcome import day_words

if TYPE_CHECKING:
    from leerrekening.policy.results import Results
    from leerrekening.web.policy.workbench import Comparison

NEEDED = ("numba", "numpy", "polars", "pyarrow")
TYPED = re.compile(r"-?\d{1,9}(?:[.,]\d{1,6})?")
YES, UNDECIDED, NO = 2, 1, 0
# From no or undecided to yes; from yes to no; from yes or no to undecided: places in the nine moves.
GAINS, LOSSES, OPENED = (2, 5), (6,), (1, 7)
SHOWN = ("education", "age", "status", "sex", "sector", "region")


def missing() -> list[str]:
    """The packages that scenarios need and this installation lacks."""
    return [name for name in NEEDED if find_spec(name) is None]


def warm_up() -> threading.Thread | None:
    """Make the first scenario quick: load what all need, beside the pages. None: this installation lacks packages."""
    if missing():
        return None

    # Not at a lower priority: a page that needs the same would then wait for a thread that waits for the machine.
    def work() -> None:
        from leerrekening.web.policy import workbench

        workbench.warm_up()

    thread = threading.Thread(target=work, name="warm-up", daemon=True)
    thread.start()
    return thread


@dataclass(frozen=True)
class Entry:
    """One scenario in the list."""

    id: str
    name: str
    author: str
    date: str
    reason: str
    is_today: bool


@dataclass(frozen=True)
class Outcome:
    """What came out, for the page and the note."""

    law_version: str
    day: str
    charts: tuple[BarChart, ...]
    shares: Table
    entitled: Table
    moves: tuple[Table, ...]
    use: Table
    lean: Table
    together: Table
    notes: tuple[str, ...]


@dataclass(frozen=True)
class ScenarioView:
    """The page of one scenario. `outcome` is None when something has to be mended first."""

    entry: Entry
    figures: tuple[Field, ...]
    fixed: tuple[str, ...]
    assumptions: tuple[Field, ...]
    outcome: Outcome | None
    comparison: Comparison | None
    is_copy: bool

    @property
    def assumptions_wrong(self) -> bool:
        """Whether an assumption has to be mended: then they stand open."""
        return any(each.error for each in self.assumptions)


def entries() -> list[Entry]:
    """Every scenario that is ready. Errors: ReformError."""
    return [_entry(each) for each in ready_reforms()]


def find(identity: str) -> Reform | None:
    """A ready scenario by its id."""
    return next((each for each in ready_reforms() if each.id == identity), None)


def _entry(reform: Reform) -> Entry:
    return Entry(
        reform.id,
        _text(reform.name),
        wording.typographic(reform.author),
        _day(reform.date),
        _text(reform.reason),
        not reform.content.get("figures") and not reform.content.get("rules"),
    )


def _text(text: Mapping[str, str]) -> str:
    return wording.typographic(text[get_language() or "nl"])


def _day(text: str) -> str:
    """A day with its month as a word; what a reform writes otherwise stays as it is."""
    try:
        return day_words(date.fromisoformat(text).toordinal())
    except ValueError:
        return text


def view(reform: Reform, sent: Mapping[str, str]) -> ScenarioView:
    """The page for a scenario, with what was typed in its form (nothing: as it is ready)."""
    from leerrekening.web.policy import workbench

    law = workbench.law_book().law()
    known = {name: figure for each in law.instruments.values() for name, figure in each.figures.items()}
    figures, fixed, values = [], [], {}
    for place, item in enumerate(reform.content.get("figures") or []):
        declared = known.get(item["id"])
        name = _text(declared.name if declared else item["name"])
        unit = declared.unit if declared else item["unit"]
        if not _is_number(item["value"]):
            fixed.append(wording.pair(name, wording.EXISTENCE.get(str(item["value"]), str(item["value"]))))
            continue
        field_name = f"figure-{place}"
        typed = sent.get(field_name, wording.decimal_mark(str(item["value"]))).strip()
        error = "" if TYPED.fullmatch(typed) else _("Vul een getal in cijfers in, bijvoorbeeld 7 of 15,50.")
        if not error:
            values[place] = typed.replace(",", ".")
        figures.append(Field(field_name, "number", name, value=typed, unit=wording.unit(unit), error=error))
    assumed: dict[str, float] = {}
    assumptions = []
    for key, each in workbench.behaviour().items():
        typed = sent.get(key, wording.decimal_mark(f"{each.value:g}")).strip()
        error = ""
        if not TYPED.fullmatch(typed):
            error = _("Vul een getal in cijfers in, bijvoorbeeld 7 of 15,50.")
        elif not each.low <= float(typed.replace(",", ".")) <= each.high:
            error = _("Kies een getal binnen het bereik.")
        else:
            assumed[key] = float(typed.replace(",", "."))
        hint = _("Bereik: {span}").format(span=_range(each.low, each.high))
        assumptions.append(Field(key, "number", _text(each.name), hint=hint, value=typed, error=error))
    comparison = None
    if not any(each.error for each in (*figures, *assumptions)):
        try:
            comparison = workbench.compare(workbench.changed(reform, values), assumed)
        except (ReformError, Unrepresentable) as refusal:
            if not figures:
                raise
            figures = _refused(figures, reform, str(refusal))
    return ScenarioView(
        _entry(reform),
        tuple(figures),
        tuple(fixed),
        tuple(assumptions),
        _outcome(comparison, reform) if comparison else None,
        comparison,
        comparison is not None and comparison.results.simulation.scenarios[1].id != reform.id,
    )


def _refused(fields: list[Field], reform: Reform, reason: str) -> list[Field]:
    """The fields with an error at the figure that the law refuses; at the first when it names none."""
    named = [
        reform.content["figures"][int(each.name.removeprefix("figure-"))]["id"] in reason for each in fields
    ]
    place = named.index(True) if True in named else 0
    error = _("De wet kan met dit getal niet gelezen worden.")
    return [replace(each, error=error) if at == place else each for at, each in enumerate(fields)]


def _is_number(value: object) -> bool:
    return not isinstance(value, bool) and TYPED.fullmatch(str(value)) is not None


def _range(low: float, high: float) -> str:
    return f"{_plain(low)} – {_plain(high)}"


def _plain(value: float) -> str:
    exact = Decimal(f"{value:g}").normalize()
    exponent = exact.as_tuple().exponent
    assert isinstance(exponent, int)
    return number(exact, max(-exponent, 0))


def _outcome(found: Comparison, reform: Reform) -> Outcome:
    results = found.results
    simulation = results.simulation
    names = {key: _text(each.name) for key, each in simulation.scenarios[0].engine.law.instruments.items()}
    return Outcome(
        law_version=simulation.scenarios[1].engine.law.version.removeprefix("sha256:")[:12],
        day=_day(simulation.setting.as_of),
        charts=_charts(results, names),
        shares=_shares(results, names),
        entitled=_entitled(results, names),
        moves=_moves(results, names),
        use=_use(results, names),
        lean=_lean(found.drawn, names),
        together=_together(results, names),
        notes=tuple(_text(each) for each in reform.notes),
    )


def _people(count: float) -> str:
    return number(Fraction(round(count)), 0)


def _about(amount: float) -> str:
    """A number that rests on assumptions: three digits that count, more would only look exact."""
    digits = 3 - len(str(int(abs(amount)) or 1))
    return _people(round(amount, min(digits, 0)))


def _touched(results: Results) -> list[str]:
    """Instruments of which somebody's answer changes, else all."""
    moved = [name for name in results.totals.moves[1] if not name.startswith("block:")]
    return [name for name in results.simulation.instruments if name in moved] or list(
        results.simulation.instruments
    )


def _charts(results: Results, names: Mapping[str, str]) -> tuple[BarChart, ...]:
    """Per right that changes, today and in the scenario: the share of each level of schooling that has it."""
    charts = []
    for scenario, label in ((0, _("vandaag")), (1, _("scenario"))):
        for name in _touched(results):
            by = results.entitled(scenario, name, "education")
            if not by[:, YES].sum():
                continue
            shares = [Fraction(int(row[YES]), max(int(row.sum()), 1)) for row in by]
            charts.append(
                bar_chart(
                    f"{name}-{scenario}",
                    f"{names[name]}, {label}",
                    _("Balken van 0 tot 100 procent: wie recht heeft, naar diploma."),
                    [
                        (wording.GROUPS[code], percent(share), share)
                        for code, share in zip(("low", "middle", "high"), shares, strict=True)
                    ],
                )
            )
    return tuple(charts)


def _shares(results: Results, names: Mapping[str, str]) -> Table:
    """The figures of the charts as a table."""
    codes = ("low", "middle", "high")
    rows = []
    for scenario, label in ((0, _("vandaag")), (1, _("scenario"))):
        for name in _touched(results):
            by = results.entitled(scenario, name, "education")
            shares = (Fraction(int(row[YES]), max(int(row.sum()), 1)) for row in by)
            rows.append(Row(f"{names[name]}, {label}", tuple(percent(share) for share in shares)))
    return Table(
        _("Deel van elke groep dat recht heeft"),
        (_("Recht"), *(wording.GROUPS[code] for code in codes)),
        tuple(rows),
    )


def _entitled(results: Results, names: Mapping[str, str]) -> Table:
    rows = []
    for name in results.simulation.instruments:
        before, after = (results.verdicts(each, name).sum(axis=0) for each in (0, 1))
        difference = int(after[YES]) - int(before[YES])
        sign = "+" if difference > 0 else ""
        rows.append(
            Row(
                names[name],
                (
                    _people(before[YES]),
                    _people(after[YES]),
                    f"{sign}{_people(difference)}",
                    _people(after[UNDECIDED]),
                ),
            )
        )
    return Table(
        _("Hoeveel mensen hebben recht?"),
        (_("Recht"), _("Vandaag"), _("In het scenario"), _("Verschil"), _("Nog open in het scenario")),
        tuple(rows),
    )


def _moves(results: Results, names: Mapping[str, str]) -> tuple[Table, ...]:
    """Winners and losers: one table per dimension, over the blocks that change."""
    blocks = sorted(name for name in results.totals.moves[1] if name.startswith("block:"))
    tables = []
    for dimension in SHOWN:
        rows = []
        for block in blocks:
            for group, row in results.moves_table(1, block, dimension):
                rows.append(
                    Row(
                        wording.pair(
                            wording.BLOCKS[block.removeprefix("block:")], wording.simulated(dimension, group)
                        ),
                        tuple(
                            _people(sum(int(row[place]) for place in places))
                            for places in (GAINS, LOSSES, OPENED)
                        ),
                    )
                )
        if rows:
            tables.append(
                Table(
                    _("Wie wint en wie verliest? Naar {dimension}").format(
                        dimension=str(wording.SIMULATED[dimension]).lower()
                    ),
                    (_("Groep"), _("Krijgt recht"), _("Verliest recht"), _("Wordt open")),
                    tuple(rows),
                )
            )
    return tuple(tables)


def _use(results: Results, names: Mapping[str, str]) -> Table:
    rows = []
    for scenario, label in ((0, _("vandaag")), (1, _("scenario"))):
        for name in results.simulation.instruments:
            expected = results.expected(scenario, name)
            if expected is None or not expected.entitled:
                continue
            rows.append(
                Row(
                    f"{names[name]}, {label}",
                    (
                        _about(expected.users),
                        _about(expected.public_cost / 100),
                        _about(expected.own_contribution / 100),
                        _("ja") if expected.limited_by_supply else _("nee"),
                    ),
                )
            )
    return Table(
        _("Verwacht gebruik in een jaar"),
        (
            _("Recht"),
            _("Gebruikers"),
            _("Kost voor de overheid, euro"),
            _("Eigen bijdragen, euro"),
            _("Te weinig begeleiders"),
        ),
        tuple(rows),
    )


def _lean(drawn: Results, names: Mapping[str, str]) -> Table:
    """How entitlement leans to higher diplomas. The margin is that of the people drawn, before weighting."""
    rows = []
    for scenario, label in ((0, _("vandaag")), (1, _("scenario"))):
        for name in _touched(drawn):
            found = {each.name: each for each in drawn.inequality(scenario, name)}
            if not found:
                continue
            cells = []
            for measure, digits, scale in (("gap", 1, 100), ("risk ratio", 2, 1), ("Erreygers", 3, 1)):
                each = found[measure]
                value, low, high = (
                    Decimal(str(float(part))) * scale for part in (each.value, each.low, each.high)
                )
                cells.append(f"{number(value, digits)} ({span(low, high, digits)})")
            rows.append(Row(f"{names[name]}, {label}", tuple(cells)))
    return Table(
        _("Helt het recht over naar hogere diploma’s?"),
        (_("Recht"), _("Verschil in procentpunten"), _("Hoeveel keer zo vaak"), _("Index van Erreygers")),
        tuple(rows),
    )


def _together(results: Results, names: Mapping[str, str]) -> Table:
    """Who meets the conditions of several rights at once, today and in the scenario."""
    before, after = (dict(results.overlap(each)) for each in (0, 1))
    sets = sorted({*before, *after}, key=lambda each: -max(before.get(each, 0), after.get(each, 0)))
    return Table(
        _("Welke rechten hebben mensen samen?"),
        (_("Precies deze rechten"), _("Vandaag"), _("In het scenario")),
        tuple(
            Row(
                ", ".join(names[name] for name in each) or _("geen enkel recht"),
                (_people(before.get(each, 0)), _people(after.get(each, 0))),
            )
            for each in sets[:12]
        ),
    )
