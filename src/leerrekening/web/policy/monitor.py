"""What the pages on learning show: published figures as charts and tables, in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from leerrekening.policy import inequality
from leerrekening.policy.monitor import matthew
from leerrekening.policy.monitor.figures import AREAS, Figure, Published, read_published
from leerrekening.policy.monitor.series import Route, Series, route, series_of, target_of
from leerrekening.web.components import Source, Text
from leerrekening.web.policy import wording
from leerrekening.web.policy.charts import BarChart, Line, LineChart, Point, bar_chart, line_chart
from leerrekening.web.policy.wording import Row, Table, number, percent, points, published, times

LETTERS = "abcdefgh"
# Per chart its area, its question and how high its axis goes.
CHARTS = (
    ("flanders", "12_months", 70),
    ("flanders", "4_weeks", 20),
    ("belgium", "12_months", 70),
    ("belgium", "4_weeks", 20),
    ("eu", "12_months", 70),
)


@cache
def figures() -> Published:
    """The published figures, read once. Errors: DataFault."""
    return read_published(settings.PROJECT / "data" / "participation")


@dataclass(frozen=True)
class SeriesView:
    """Surveys of one area and question: chart, what its cuts mean, table, remarks, sources."""

    title: str
    chart: LineChart
    cuts: tuple[str, ...]
    table: Table
    remarks: tuple[str, ...]
    sources: tuple[Source, ...]


@dataclass(frozen=True)
class ComparisonView:
    """One survey question by group: bars and table."""

    title: str
    chart: BarChart
    table: Table
    sources: tuple[Source, ...]


@dataclass(frozen=True)
class DimensionView:
    """Every comparison of one dimension; the newest stands open."""

    title: Text
    first: ComparisonView
    others: tuple[ComparisonView, ...]


def sources_of(found: Iterable[Figure]) -> tuple[Source, ...]:
    """The publications behind figures, each once, in the order met."""
    publications = dict.fromkeys(each.source for each in found)
    return tuple(  # A document that quotes a survey is a step further away from it than the survey itself.
        Source(
            title=f"{each.publisher}, {each.title}",
            url=each.url,
            confidence="high" if each.url else "medium",
        )
        for each in publications
    )


def series_views() -> list[SeriesView]:
    """Each chart of the page on taking part."""
    return [_series_view(*each) for each in CHARTS]


def _series_view(area: str, period: str, highest: int) -> SeriesView:
    series = series_of(figures(), area, period)
    target = target_of(figures())
    with_target = period == target.period
    cuts = _cuts(series)
    title = _("{area}: wie volgde een opleiding {period}?").format(
        area=wording.AREAS[area], period=wording.PERIODS[period]
    )
    return SeriesView(
        title=title,
        chart=line_chart(
            f"{area}-{period}".replace("_", "-"),
            title,
            _("Lijnen met de cijfers uit de tabel hieronder. Elke enquête heeft haar eigen lijn."),
            [_line(each, target if with_target and area == "flanders" else None) for each in series],
            highest=highest,
            breaks=[(year, letter) for (year, _reason), letter in cuts.items()],
            target=(Point(target.year, Fraction(target.value)), published(target)) if with_target else None,
        ),
        cuts=tuple(
            _("{letter}: breuk vóór {year}, {reason}").format(
                letter=letter, year=year, reason=wording.BREAKS[reason]
            )
            for (year, reason), letter in cuts.items()
        ),
        table=_series_table(title, series, cuts),
        remarks=_remarks(series),
        sources=sources_of(figure for each in series for figure in each.figures),
    )


def _cuts(series: Iterable[Series]) -> dict[tuple[int, str], str]:
    """A letter for each break: year after it and reason."""
    breaks = sorted({(figure.year, figure.break_before) for each in series for figure in each.breaks})
    return dict(zip(breaks, LETTERS, strict=False))


def _name(series: Series) -> str:
    return wording.pair(wording.SURVEYS[series.key.survey], wording.CONCEPTS[series.key.concept])


def _line(series: Series, target: Figure | None) -> Line:
    way: tuple[Point, ...] = ()
    if target:
        steps = route(series.last, target).levels()
        way = (Point(*steps[0]), Point(*steps[-1]))
    pieces = tuple(
        tuple(Point(figure.year, Fraction(figure.value)) for figure in segment) for segment in series.segments
    )
    return Line(_name(series), pieces, way)


def _series_table(title: str, series: tuple[Series, ...], cuts: dict[tuple[int, str], str]) -> Table:
    years = sorted({figure.year for each in series for figure in each.figures})
    by_year = [{figure.year: figure for figure in each.figures} for each in series]

    def cell(figure: Figure | None) -> str:
        if figure is None:
            return _("geen cijfer")
        letter = cuts.get((figure.year, figure.break_before))
        remark = "*" if "read" in figure.flags else ""
        return f"{published(figure)}{remark}" + (f" ({letter})" if letter else "")

    return Table(
        caption=title,
        columns=(_("Jaar"), *(_short(each) for each in series)),
        rows=tuple(Row(str(year), tuple(cell(known.get(year)) for known in by_year)) for year in years),
    )


def _short(series: Series) -> str:
    """The head of a column: the abbreviation, and the question where one survey has two."""
    extra = {
        "participation_with_guided": _("met werkplek"),
        "participation_target": _("zoals het doel"),
    }.get(series.key.concept)
    short = wording.SHORT_SURVEYS[series.key.survey]
    return f"{short}, {extra}" if extra else short


def _remarks(series: Iterable[Series]) -> tuple[str, ...]:
    found = [figure for each in series for figure in each.figures]
    remarks = []
    if any("read" in figure.flags for figure in found):
        remarks.append(
            _("* Op de bron staat het jaar 2020 twee keer. Wij lezen het tweede cijfer als dat van 2021.")
        )
    if any(figure.concept == "participation_target" for figure in found):
        remarks.append(
            _(
                "Het doel van 60 procent telt begeleid leren op de werkplek niet mee. De tweede reeks van de AES telt "
                "zoals het doel, de eerste telt meer mee."
            )
        )
    return tuple(remarks)


def routes() -> tuple[Table, Table]:
    """The way to the target per survey of Flanders, and the level needed in each year."""
    target = target_of(figures())
    ways: list[tuple[Series, Route]] = [
        (each, route(each.last, target)) for each in series_of(figures(), "flanders", target.period)
    ]
    summary = Table(
        caption=_("Wat er elk jaar bij moet komen, per enquête"),
        columns=(
            _("Enquête"),
            _("Laatste cijfer"),
            _("Jaren tot 2030"),
            _("Erbij per jaar"),
            _("Groei per jaar"),
        ),
        rows=tuple(
            Row(
                wording.SHORT_SURVEYS[each.key.survey],
                (
                    _("{level} in {year}").format(level=published(way.start), year=way.start.year),
                    str(way.years),
                    _("{number} procentpunten").format(number=number(way.points_per_year, 2)),
                    _("{number} %").format(number=number(way.growth_per_year * 100, 1)),
                ),
            )
            for each, way in ways
        ),
    )
    levels = [dict(way.levels()) for _series, way in ways]
    years = sorted({year for each in levels for year in each})
    steps = Table(
        caption=_("Het peil dat elk jaar nodig is, per enquête"),
        columns=(_("Jaar"), *(wording.SHORT_SURVEYS[each.key.survey] for each, _way in ways)),
        rows=tuple(
            Row(
                str(year),
                tuple(
                    _("{number} %").format(number=number(each[year], 1)) if year in each else _("geen cijfer")
                    for each in levels
                ),
            )
            for year in years
        ),
    )
    return summary, steps


def dimension_views() -> list[DimensionView]:
    """Who learns and who does not in Flanders, by dimension."""
    found: dict[str, list[matthew.Comparison]] = {}
    for each in matthew.comparisons(figures(), "flanders"):
        found.setdefault(each.dimension, []).append(each)
    return [
        DimensionView(
            wording.DIMENSIONS[dimension],
            _comparison_view(first),
            tuple(_comparison_view(each) for each in others),
        )
        for dimension, (first, *others) in found.items()
    ]


def elsewhere_views() -> list[ComparisonView]:
    """The same question in Belgium and the European Union, for who wants to compare."""
    return [
        _comparison_view(each) for area in ("belgium", "eu") for each in matthew.comparisons(figures(), area)
    ]


def _comparison_view(comparison: matthew.Comparison) -> ComparisonView:
    about = comparison.about
    title = _("{area}: {concept} {period}, {survey} {year}").format(
        area=wording.AREAS[about.area],
        concept=_lower(wording.CONCEPTS[about.concept]),
        period=wording.PERIODS[about.period],
        survey=wording.SHORT_SURVEYS[about.survey],
        year=about.year,
    )
    rows = [
        Row(
            wording.GROUPS[each.group],
            (f"{published(each)} ({_rounding(each)})",),
        )
        for each in comparison.figures
    ]
    rows.append(
        Row(
            _("Verschil tussen de eerste en de laatste groep"),
            (f"{points(comparison.gap.value)} ({wording.between(comparison.gap, 1, 100)})",),
        )
    )
    for head, ratio in (
        (_("Hoeveel keer zo vaak"), comparison.risk_ratio),
        (_("Verhouding van de kansen (odds ratio)"), comparison.odds_ratio),
    ):
        if ratio:
            rows.append(Row(head, (f"{times(ratio.value)} ({wording.between(ratio, 2)})",)))
    return ComparisonView(
        title=title,
        chart=bar_chart(
            "-".join(
                (about.area, about.dimension, about.survey, about.concept, about.period, str(about.year))
            ),
            title,
            _("Balken met de cijfers uit de tabel hieronder, van 0 tot 100 procent."),
            [(wording.GROUPS[each.group], published(each), each.rate) for each in comparison.figures],
        ),
        table=Table(title, (_("Groep of maat"), _("Cijfer (door afronding)")), tuple(rows)),
        sources=sources_of(comparison.figures),
    )


def _lower(text: Text) -> str:
    plain = str(text)
    return plain[:1].lower() + plain[1:]


def _rounding(figure: Figure) -> str:
    """Between which values rounding leaves a published figure."""
    if figure.rounding is None:
        return _("niet bekend")
    measure = matthew.Measure(
        figure.rate, max(figure.rate - figure.rounding, Fraction(0)), figure.rate + figure.rounding
    )
    digits = 2 if figure.rounding < Fraction(1, 200) else 1
    return wording.between(measure, digits, 100)


def places_view() -> ComparisonView:
    """Regions and provinces, the latest year that holds them all."""
    found = [
        each
        for each in figures().figures
        if each.source.id == "eurostat_trng_lfse_04" and each.dimension == "total" and each.year == 2019
    ]
    found.sort(key=lambda each: AREAS.index(each.area))
    title = _("Regio en provincie: volgde een opleiding in 4 weken, EAK 2019")
    return _levels_view("places", title, [(wording.AREAS[each.area], each) for each in found])


def women_view() -> ComparisonView:
    """Women beside everybody: men are not published by themselves."""
    asked: dict[str, Any] = {"area": "flanders", "year": 2019, "period": "4_weeks", "survey": "eak"}
    women = figures().one(group="women", **asked)
    everybody = figures().one(group="total", **asked)
    title = _("Vrouwen: volgde een opleiding in 4 weken, EAK 2019, Vlaanderen")
    return _levels_view("women", title, [(wording.GROUPS[each.group], each) for each in (women, everybody)])


def _levels_view(identity: str, title: str, found: list[tuple[Text, Figure]]) -> ComparisonView:
    return ComparisonView(
        title=title,
        chart=bar_chart(
            identity,
            title,
            _("Balken met de cijfers uit de tabel hieronder, van 0 tot 100 procent."),
            [(label, published(each), each.rate) for label, each in found],
        ),
        table=Table(
            title,
            (_("Groep"), _("Cijfer (door afronding)")),
            tuple(Row(label, (f"{published(each)} ({_rounding(each)})",)) for label, each in found),
        ),
        sources=sources_of(each for _label, each in found),
    )


def all_groups() -> tuple[Table, Table]:
    """The three levels of schooling, and the measures over all of them."""
    found = matthew.schooling_2019(figures())
    everybody = inequality.mean(found.groups)
    in_proportion = inequality.representation(found.groups)
    middle = matthew.Measure(found.middle, found.middle_low, found.middle_high)
    groups = Table(
        caption=_("Drie groepen naar diploma, Vlaanderen, EAK 2019, 12 maanden"),
        columns=(_("Groep"), _("Deel van de bevolking"), _("Volgde een opleiding"), _("Tegenover iedereen")),
        rows=tuple(
            Row(
                wording.GROUPS[code],
                (
                    percent(group.share),
                    f"{percent(group.rate)} ({wording.between(middle, 1, 100)})"
                    if code == "middle"
                    else percent(group.rate),
                    times(each),
                ),
            )
            for code, group, each in zip(("low", "middle", "high"), found.groups, in_proportion, strict=True)
        ),
    )
    deviation = inequality.mean_log_deviation(found.groups)
    assert deviation is not None, "no published rate here is zero"
    measures = Table(
        caption=_("Maten over alle groepen samen"),
        columns=(_("Maat"), _("Waarde"), _("Gelijk verdeeld")),
        rows=(
            Row(_("Iedereen samen"), (percent(everybody), _("niet van toepassing"))),
            Row(
                _("Index van Erreygers"),
                (f"{number(found.erreygers.value, 3)} ({wording.between(found.erreygers, 3)})", "0"),
            ),
            Row(_("Concentratie-index"), (number(inequality.concentration(found.groups), 3), "0")),
            Row(_("Index van Wagstaff"), (number(inequality.wagstaff(found.groups), 3), "0")),
            Row(_("Theil-index"), (number(inequality.theil(found.groups), 3), "0")),
            Row(_("Gemiddelde logaritmische afwijking"), (number(deviation, 3), "0")),
        ),
    )
    return groups, measures


def suspect_table() -> tuple[Table, tuple[Source, ...]]:
    """Published figures that are not used."""
    found = figures().suspect
    table = Table(
        _("Cijfers die wij niet gebruiken"),
        (_("Groep"), _("Jaar"), _("Staat in de bron als deelname")),
        tuple(Row(wording.GROUPS[each.group], (str(each.year), published(each))) for each in found),
    )
    return table, sources_of(found)
