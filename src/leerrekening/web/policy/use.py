"""The page on use against entitlement: one dimension, at most one filter, and nothing that a subtraction could undo."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from typing import Final

from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from leerrekening.lawtext.keeper import the_keeper
from leerrekening.policy import inequality
from leerrekening.policy.inequality import Interval
from leerrekening.policy.monitor.barriers import BARRIERS, Quarter, beside, read_barriers
from leerrekening.policy.monitor.counts import Counts, Question, read_counts
from leerrekening.policy.monitor.use import Lean, count, lean
from leerrekening.policy.suppression import THRESHOLD, Group, Release, release
from leerrekening.policy.suppression import Row as ReleasedRow
from leerrekening.web.components import Choice, Field
from leerrekening.web.help.fields import barrier_words
from leerrekening.web.policy import wording
from leerrekening.web.policy.charts import BarChart, bar_chart
from leerrekening.web.policy.wording import Row, Table, number, percent, points, span, times

EVERYBODY = "all"
MOST_QUARTERS: Final = 4
EXAMPLE: Final = settings.PROJECT / "data" / "example" / "use.csv"


@dataclass(frozen=True)
class _Source:
    """A file of counts as it was last changed."""

    file: Path
    changed: int
    invented: bool


def _source() -> _Source:
    own: Path = settings.COUNTS
    try:
        return _Source(own, own.stat().st_mtime_ns, invented=False)
    except FileNotFoundError:
        return _Source(EXAMPLE, 0, invented=True)


def counts() -> Counts:
    """The counts of the account where it has made them, else invented ones, and the page says so. Errors: DataFault."""
    return _read(_source())


@lru_cache(maxsize=2)
def _read(source: _Source) -> Counts:
    return read_counts(source.file, invented=source.invented)


def released(question: Question) -> Release:
    """What may be shown of a right in a year, worked out once for every question about it."""
    return _released(_source(), question)


@lru_cache(maxsize=64)
def _released(source: _Source, question: Question) -> Release:
    return release(_read(source).people[question])


def barrier_table() -> Table | None:
    """People by barrier, in the last quarters that were told; None while there are none. Errors: DataFault."""
    quarters = read_barriers(beside(settings.COUNTS))[:MOST_QUARTERS]
    if not quarters:
        return None
    named = barrier_words()
    return Table(
        _("Mensen die een drempel noemden, per kwartaal"),
        (
            _("Drempel"),
            *(quarter_in_words(each) for each in quarters),
        ),
        tuple(
            Row(named[barrier][0], tuple(told(each.people.get(barrier)) for each in quarters))
            for barrier in BARRIERS
        ),
    )


def quarter_in_words(quarter: Quarter) -> str:
    """Such as: kwartaal 2 van 2027."""
    return _("kwartaal %(quarter)s van %(year)s") % {"quarter": quarter.quarter, "year": quarter.year}


def told(people: int | None) -> str:
    """A number of people, or that it is not told."""
    return _("verborgen") if people is None else number(Fraction(people), 0)


@dataclass(frozen=True)
class UseView:
    """One answer: the form as filled in, chart and table, or what to mend. `nothing`: too few people to show any."""

    fields: tuple[Field, ...]
    invented: bool
    as_of: date
    chart: BarChart | None = None
    table: Table | None = None
    measures: Table | None = None
    hidden: bool = False
    nothing: bool = False
    threshold: int = THRESHOLD


def use_view(asked: Mapping[str, str]) -> UseView:
    """The page for what was asked: `right` as right:year, `by` a dimension, `only` a group as dimension:group."""
    known = counts()
    questions = {f"{right}:{year}": (right, year) for right, year in sorted(known.people)}
    wanted = asked.get("right", next(iter(questions)))
    about = Field(
        *("right", "select", _("Recht")),
        choices=tuple(Choice(key, _named(question)) for key, question in questions.items()),
        value=wanted,
        error="" if wanted in questions else _("Kies een recht uit de lijst."),
    )
    if about.error:
        return UseView((about,), known.invented, known.as_of)
    shown = released(questions[wanted])
    if not shown.groups:
        return UseView((about,), known.invented, known.as_of, nothing=True)
    by, only = asked.get("by", ""), asked.get("only", EVERYBODY)
    by = by or next(iter(shown.groups), "")
    by_error = "" if by in shown.groups else _("Kies een indeling uit de lijst.")
    filtered = _filter(shown, only)
    only_error = ""
    if only != EVERYBODY and filtered is None:
        only_error = _("Kies een groep uit de lijst.")
    elif filtered and filtered[0] == by:
        only_error = _("Kies een groep uit een andere indeling.")
    fields = (
        about,
        Field(
            *("by", "select", _("Toon per")),
            choices=tuple(Choice(name, wording.DIMENSIONS[name]) for name in shown.groups),
            value=by,
            error=by_error,
        ),
        Field(
            *("only", "select", _("Alleen deze groep")),
            choices=(
                Choice(EVERYBODY, _("iedereen")),
                *(
                    Choice(
                        f"{name}:{_code(group)}",
                        wording.pair(wording.DIMENSIONS[name], wording.joined(group)),
                    )
                    for name, groups in shown.groups.items()
                    for group in groups
                ),
            ),
            value=only,
            error=only_error,
        ),
    )
    if by_error or only_error:
        return UseView(fields, known.invented, known.as_of)
    rows = shown.rows(by, filtered)
    title = _("Wie gebruikte zijn recht? Per {dimension}, {group}").format(
        dimension=_lower(str(wording.DIMENSIONS[by])),
        group=wording.joined(filtered[1]) if filtered else _("iedereen"),
    )
    leans = lean(by, rows)
    return UseView(
        fields,
        known.invented,
        known.as_of,
        chart=bar_chart(
            "use",
            title,
            _("Balken met het deel dat zijn recht gebruikte, van 0 tot 100 procent, zoals in de tabel."),
            [
                (wording.joined(row.group), percent(count(row.use).rate), count(row.use).rate)
                if row.use
                else (wording.joined(row.group), _("verborgen"), None)
                for row in rows
            ],
        ),
        table=Table(
            title,
            (_("Groep"), _("Heeft recht"), _("Gebruikte het"), _("Deel")),
            tuple(_row(row) for row in rows),
        ),
        measures=_measures(leans) if leans else None,
        hidden=any(row.use is None for row in rows),
    )


def _named(question: Question) -> str:
    """A right and its year in words."""
    right, year = question
    instrument = the_keeper().held().law.instruments.get(right)
    name = instrument.name[get_language() or "nl"] if instrument else right
    return f"{wording.typographic(name)}, {_('hele loopbaan') if year == 'career' else year}"


def _filter(shown: Release, only: str) -> tuple[str, Group] | None:
    name, _colon, code = only.partition(":")
    group = tuple(code.split("+"))
    return (name, group) if group in shown.groups.get(name, ()) else None


def _code(group: Group) -> str:
    return "+".join(group)


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]


def _row(row: ReleasedRow) -> Row:
    if row.use is None:
        return Row(wording.joined(row.group), (_("verborgen"),) * 3)
    rate = count(row.use)
    margin = inequality.rate_interval(rate)
    return Row(
        wording.joined(row.group),
        (
            number(Fraction(row.use.entitled), 0),
            number(Fraction(row.use.used), 0),
            f"{percent(rate.rate)} ({_range(margin, 1, 100)})",
        ),
    )


def _range(margin: Interval, digits: int, scale: int = 1) -> str:
    return span(margin.low * scale, margin.high * scale, digits)


def _measures(found: Lean) -> Table:
    """Gap and ratios between the first and the last group, each with its interval."""
    low, high = found.rates
    rows = [
        Row(
            _("Verschil tussen de eerste en de laatste groep"),
            (points(inequality.gap(low.rate, high.rate)), _range(found.gap, 1, 100)),
        )
    ]
    for head, ratio, margin in (
        (_("Hoeveel keer zo vaak"), inequality.risk_ratio(low.rate, high.rate), found.risk_ratio),
        (
            _("Verhouding van de kansen (odds ratio)"),
            inequality.odds_ratio(low.rate, high.rate),
            found.odds_ratio,
        ),
    ):
        if ratio is not None and margin is not None:
            rows.append(Row(head, (times(ratio), _range(margin, 2))))
    if found.erreygers:
        middle = (found.erreygers.low + found.erreygers.high) / 2
        rows.append(Row(_("Index van Erreygers"), (number(middle, 3), _range(found.erreygers, 3))))
    return Table(
        _("Hoe sterk helt het gebruik over?"),
        (_("Maat"), _("Waarde"), _("Marge van 95 procent")),
        tuple(rows),
    )
