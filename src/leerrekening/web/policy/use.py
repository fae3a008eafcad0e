"""The page on use against entitlement: one dimension, at most one filter, and nothing that a subtraction could undo."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache

from django.conf import settings
from django.utils.translation import gettext as _

from leerrekening.policy import inequality
from leerrekening.policy.inequality import Interval
from leerrekening.policy.monitor.use import Counted, Lean, count, lean, read_counts
from leerrekening.policy.suppression import THRESHOLD, Group, Release
from leerrekening.policy.suppression import Row as ReleasedRow
from leerrekening.web.components import Choice, Field
from leerrekening.web.policy import wording
from leerrekening.web.policy.charts import BarChart, bar_chart
from leerrekening.web.policy.wording import Row, Table, number, percent, points, span, times

EVERYBODY = "all"


@cache
def counted() -> Counted:
    """The counts shown. The account has none of its own yet: invented ones, and the page says so. Errors: DataFault."""
    return read_counts(settings.PROJECT / "data" / "example" / "use.csv", None, invented=True)


@cache
def released() -> Release:
    """What may be shown of them, worked out once for every question."""
    return counted().release()


@dataclass(frozen=True)
class UseView:
    """One answer: the form as filled in, chart and table, or what to mend."""

    fields: tuple[Field, ...]
    invented: bool
    chart: BarChart | None = None
    table: Table | None = None
    measures: Table | None = None
    hidden: bool = False
    threshold: int = THRESHOLD


def use_view(asked: Mapping[str, str]) -> UseView:
    """The page for what was asked: `by` a dimension, `only` a group of another as dimension:group."""
    shown = released()
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
        return UseView(fields, counted().invented)
    rows = shown.rows(by, filtered)
    title = _("Wie gebruikte zijn recht? Per {dimension}, {group}").format(
        dimension=_lower(str(wording.DIMENSIONS[by])),
        group=wording.joined(filtered[1]) if filtered else _("iedereen"),
    )
    leans = lean(by, rows)
    return UseView(
        fields,
        counted().invented,
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
