"""Two pages between rights: what a change of work does to each, and conditions that ask almost the same."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from leerrekening.policy.reforms import Reform, ready_reforms
from leerrekening.web.components import Choice, Field
from leerrekening.web.lawbook.edition import slug
from leerrekening.web.policy import wording
from leerrekening.web.policy.wording import Row, Table, percent

if TYPE_CHECKING:
    from leerrekening.policy.duplicates import Mostly, Pair
    from leerrekening.policy.portability import Portability
    from leerrekening.web.policy.workbench import Studied

TODAY = "today"
STATUSES = ("employee", "temp_agency", "civil_servant", "self_employed", "unemployed", "inactive")


@dataclass(frozen=True)
class PortabilityView:
    """The form as filled in; who keeps a right and who gets one; nothing when the form has to be mended."""

    fields: tuple[Field, ...]
    keeps: Table | None = None
    gains: Table | None = None


@dataclass(frozen=True)
class Likeness:
    """Two conditions of two rights in words, and how many people meet which."""

    title: str
    conditions: tuple[tuple[str, str, str], ...]
    table: Table


@dataclass(frozen=True)
class ConditionsView:
    """The form as filled in, and the pairs found."""

    fields: tuple[Field, ...]
    pairs: tuple[Likeness, ...]


def portability_view(asked: Mapping[str, str]) -> PortabilityView:
    """The page for a `scenario` and the `status` that people leave."""
    reform, chosen = _scenario(asked.get("scenario", TODAY))
    status = asked.get("status", STATUSES[0])
    error = "" if status in STATUSES else _("Kies een groep uit de lijst.")
    choices = tuple(Choice(code, wording.SIMULATED_GROUPS[code]) for code in STATUSES)
    fields = (
        chosen,
        Field("status", "select", _("Wat de mensen nu zijn"), choices=choices, value=status, error=error),
    )
    if error or chosen.error:
        return PortabilityView(fields)
    studied = _studied(reform)
    targets = [code for code in STATUSES if code != status]
    changes = {
        (c.instrument, c.changed_to): c for c in studied.study.changes[studied.index] if c.status == status
    }
    columns = (_("Recht"), *(wording.SIMULATED_GROUPS[code] for code in targets))
    keeps, gains = [], []
    for name, words in studied.names(get_language() or "nl").items():
        cells = [changes[name, target] for target in targets]
        if any(cell.entitled for cell in cells):
            keeps.append(Row(words, tuple(_keeps(cell) for cell in cells)))
        if any(cell.gains for cell in cells):
            gains.append(Row(words, tuple(_gains(cell) for cell in cells)))
    return PortabilityView(
        fields,
        Table(_("Wie houdt het recht?"), columns, tuple(keeps)),
        Table(
            _("Wie krijgt er een recht bij? Van wie het nu niet heeft, per nieuw werk"), columns, tuple(gains)
        ),
    )


def conditions_view(asked: Mapping[str, str]) -> ConditionsView:
    """The page for a `scenario`."""
    reform, chosen = _scenario(asked.get("scenario", TODAY))
    if chosen.error:
        return ConditionsView((chosen,), ())
    studied = _studied(reform)
    return ConditionsView(
        (chosen,), tuple(_likeness(studied, pair) for pair in studied.study.pairs[studied.index])
    )


def _scenario(asked: str) -> tuple[Reform | None, Field]:
    """What was asked for, None being today's law, and the field that asks it."""
    ready = {each.id: each for each in ready_reforms()}
    language = get_language() or "nl"
    error = "" if asked in ready else _("Kies een scenario uit de lijst.")
    choices = tuple(Choice(key, wording.typographic(each.name[language])) for key, each in ready.items())
    field = Field("scenario", "select", _("Scenario"), choices=choices, value=asked, error=error)
    return (None if asked == TODAY else ready.get(asked)), field


def _studied(reform: Reform | None) -> Studied:
    from leerrekening.web.policy import workbench

    return workbench.studied(reform)


def _keeps(cell: Portability) -> str:
    if not cell.entitled:
        return _("niemand heeft het")
    kept = percent(Fraction(cell.keeps, cell.entitled), 0)
    if not cell.uncertain:
        return kept
    opened = percent(Fraction(cell.uncertain, cell.entitled), 0)
    return _("{kept}, en {opened} open").format(kept=kept, opened=opened)


def _gains(cell: Portability) -> str:
    without = cell.persons - cell.entitled
    return percent(Fraction(cell.gains, without), 0) if without else "–"


def _likeness(studied: Studied, pair: Pair) -> Likeness:
    language = get_language() or "nl"
    names = studied.names(language)
    conditions = []
    for place in (pair.first, pair.second):
        instrument, _dot, condition = place.partition(".")
        words = wording.typographic(studied.condition(place, language))
        conditions.append((f"{names[instrument]} ({condition})", words, slug(instrument)))
    some = pair.both + pair.only_first + pair.only_second
    rows = (
        Row(_("voldoet aan beide"), (percent(Fraction(pair.both, some)), "")),
        *(
            Row(
                _("alleen aan {condition}").format(condition=place.partition(".")[2]),
                (percent(Fraction(persons, some)), _who(mostly)),
            )
            for place, persons, mostly in (
                (pair.first, pair.only_first, pair.first_mostly),
                (pair.second, pair.only_second, pair.second_mostly),
            )
        ),
    )
    title = _("{one} en {other}").format(one=conditions[0][0], other=conditions[1][0])
    title = title[:1].upper() + title[1:]
    return Likeness(
        title,
        tuple(conditions),
        Table(
            _("Van wie aan minstens één van de twee voldoet: {title}").format(title=title),
            (_("Groep"), _("Deel"), _("Wie dat vooral zijn")),
            rows,
        ),
    )


def _who(mostly: Mostly | None) -> str:
    return "" if mostly is None else wording.simulated(mostly.dimension, mostly.group)
