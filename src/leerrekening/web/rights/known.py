"""What is known of a person, as the person would say it."""

from __future__ import annotations

from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from leerrekening.rules.facts import Fact, FactBook
from leerrekening.rules.words import value_words
from leerrekening.web.components import Text
from leerrekening.web.rights.outcome import capital, in_words, language

DERIVED: Final[dict[str, Text]] = {
    "possible_career_days": gettext_lazy("gewerkte dagen in uw loopbaan, met alles wat misschien meetelt"),
    "possible_career_year_days": gettext_lazy(
        "gewerkte dagen in uw loopbaan, met alles wat misschien meetelt"
    ),
    "career_is_known": gettext_lazy("soort en eerste dag van elke job zijn bekend"),
    "worked_days_between": gettext_lazy("gewerkte dagen in de periode die telt"),
    "possible_worked_days_between": gettext_lazy(
        "dagen in de periode die telt, met alles wat misschien meetelt"
    ),
    "longest_stretch_between": gettext_lazy("langste tijd aan het werk zonder onderbreking"),
    "in_development_plan_signed_before": gettext_lazy("de opleiding staat in uw ontwikkelingsplan"),
    "in_development_plan": gettext_lazy("de opleiding staat in uw ontwikkelingsplan"),
    "ever_in_development_plan": gettext_lazy("de opleiding staat in uw ontwikkelingsplan"),
    "voucher_round_start": gettext_lazy("eerste dag van uw ronde met loopbaancheques"),
    "vouchers_in_round": gettext_lazy("loopbaancheques die u in deze ronde gebruikte"),
    "ever_guided": gettext_lazy("u volgde al loopbaanbegeleiding"),
    "school_years_on_course": gettext_lazy("vroegere schooljaren met deze opleiding"),
}
"""What was counted or found out from several facts, where the name of the fact alone would not say it."""


def fact_label(book: FactBook, path: str, derived: str) -> str:
    """What a value is, beginning with a capital: the name of the fact, or of what was derived from it."""
    return capital(str(DERIVED[derived]) if derived in DERIVED else in_words(book.declaration(path).label))


def fact_words(book: FactBook, path: str, value: Any, unit: str, derived: str = "") -> str:
    """The value of a fact as a person says it: the words of its codes, amounts with their unit."""
    declared = book.declaration(path)
    codes = declared.codes if isinstance(declared, Fact) else {}
    if isinstance(value, frozenset):
        named = [in_words(codes[v]) if v in codes else str(v) for v in sorted(value)]
        return ", ".join(named) if named else _("geen")
    if isinstance(value, str):
        return in_words(codes[value]) if value in codes else value
    if (
        value is False
        and derived not in DERIVED
        and not (isinstance(declared, Fact) and declared.type == "boolean")
    ):
        return _("geen")
    return value_words(value, "boolean" if isinstance(value, bool) else unit, language())
