"""Words for the codes of the monitor, and numbers as people write them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from django.utils.formats import get_format, number_format
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from leerrekening.policy.monitor.figures import Figure
from leerrekening.policy.monitor.matthew import Measure
from leerrekening.web.components import Text

FRENCH_SPACE = re.compile(r" ([?!:;])")

AREAS: dict[str, Text] = {
    "flanders": _("Vlaanderen"),
    "brussels": _("Brussel"),
    "wallonia": _("Wallonië"),
    "belgium": _("België"),
    "eu": _("Europese Unie"),
    "antwerp": _("Antwerpen"),
    "limburg": _("Limburg"),
    "east_flanders": _("Oost-Vlaanderen"),
    "flemish_brabant": _("Vlaams-Brabant"),
    "west_flanders": _("West-Vlaanderen"),
}
SURVEYS: dict[str, Text] = {
    "eak": _("EAK (enquête naar de arbeidskrachten)"),
    "aes": _("AES (enquête over leren door volwassenen)"),
    "lfs": _("LFS (enquête naar de arbeidskrachten, gemiddelde van Europa)"),
    "piaac": _("PIAAC (onderzoek naar vaardigheden)"),
}
SHORT_SURVEYS = {"eak": "EAK", "aes": "AES", "lfs": "LFS", "piaac": "PIAAC"}
PERIODS: dict[str, Text] = {"12_months": _("in 12 maanden"), "4_weeks": _("in 4 weken")}
CONCEPTS: dict[str, Text] = {
    "participation": _("Volgde een opleiding"),
    "participation_with_guided": _("Volgde een opleiding, ook begeleid leren op de werkplek"),
    "participation_target": _("Volgde een opleiding, zoals het doel het telt"),
    "formal": _("Volgde een opleiding voor een diploma"),
    "non_formal": _("Volgde een opleiding zonder diploma"),
    "informal": _("Leerde zelf bij"),
    "job_related": _("Volgde een opleiding voor het werk"),
    "wants_more": _("Wil meer opleiding"),
    "informed": _("Kreeg gratis informatie over opleiding"),
    "motivated": _("Volgde een opleiding of wil dat"),
    "not_wanted": _("Volgde geen opleiding en wil dat ook niet"),
}
DIMENSIONS: dict[str, Text] = {
    "schooling": _("Diploma"),
    "age": _("Leeftijd"),
    "status": _("Werk"),
    "contract": _("Contract"),
    "sex": _("Geslacht"),
    "region": _("Provincie"),
}
GROUPS: dict[str, Text] = {
    "total": _("iedereen"),
    "low": _("zonder diploma secundair onderwijs"),
    "middle": _("met diploma secundair onderwijs"),
    "high": _("met diploma hoger onderwijs"),
    "to_24": _("tot en met 24 jaar"),
    "25_34": _("25 tot 34 jaar"),
    "35_44": _("35 tot 44 jaar"),
    "45_54": _("45 tot 54 jaar"),
    "55_64": _("55 tot 64 jaar"),
    "65_up": _("65 jaar en ouder"),
    "unknown": _("niet bekend"),
    "employed": _("werkt"),
    "unemployed": _("zoekt werk"),
    "inactive": _("werkt niet en zoekt geen werk"),
    "agency": _("uitzendwerk"),
    "fixed_term": _("contract voor bepaalde tijd"),
    "permanent": _("contract voor onbepaalde tijd"),
    "women": _("vrouwen"),
    "men": _("mannen"),
    **{
        code: AREAS[code]
        for code in ("antwerp", "limburg", "east_flanders", "flemish_brabant", "west_flanders")
    },
}
BREAKS: dict[str, Text] = {
    "eak_2017": _("de enquête vroeg het vanaf 2017 op een andere manier."),
    "eak_2021": _("vanaf 2021 gelden nieuwe Europese regels voor de enquête."),
    "eak_2024": _(
        "in 2024 kwamen er nieuwe vragen. Dat er meer mensen leren, kunt u hier niet uit besluiten."
    ),
    "eurostat": _("Eurostat meldt hier een breuk: de enquête vroeg het vanaf 2017 op een andere manier."),
}

# Values of a figure that are no number: whether an instrument exists.
EXISTENCE: dict[str, Text] = {
    "exists": _("bestaat"),
    "absent": _("bestaat niet"),
    "proposed": _("is een voorstel"),
    "True": _("ja"),
    "False": _("nee"),
}
BLOCKS: dict[str, Text] = {"money": _("Geld"), "time": _("Tijd"), "guidance": _("Begeleiding")}
# Dimensions and groups of a simulated population, as it names them.
SIMULATED: dict[str, Text] = {
    "education": _("Diploma"),
    "age": _("Leeftijd"),
    "status": _("Werk"),
    "sex": _("Geslacht"),
    "sector": _("Sector"),
    "region": _("Waar men werkt"),
}
SIMULATED_GROUPS: dict[str, Text] = {
    "f": _("vrouwen"),
    "m": _("mannen"),
    "18-24": _("18 tot 24 jaar"),
    "25-34": _("25 tot 34 jaar"),
    "35-44": _("35 tot 44 jaar"),
    "45-54": _("45 tot 54 jaar"),
    "55-64": _("55 tot 64 jaar"),
    "employee": _("werknemer"),
    "temp_agency": _("uitzendkracht"),
    "civil_servant": _("vast benoemd ambtenaar"),
    "self_employed": _("zelfstandige"),
    "unemployed": _("zoekt werk"),
    "inactive": _("werkt niet en zoekt geen werk"),
    "private": _("privésector"),
    "social_profit": _("socialprofit"),
    "public": _("overheid"),
    "education": _("onderwijs"),
    "autonomous_public_company": _("autonoom overheidsbedrijf"),
    "vlaams_gewest": _("in Vlaanderen"),
    "brussels_gewest": _("in Brussel"),
    "waals_gewest": _("in Wallonië"),
    "other": _("elders"),
    "none": _("geen werk"),
}
UNITS: dict[str, Text] = {
    "euro": _("euro"),
    "euro_per_hour": _("euro per uur"),
    "hour": _("uur"),
    "day": _("dagen"),
    "month": _("maanden"),
    "year": _("jaar"),
    "fraction": _("deel van één"),
}


FITS_COLUMNS, FITS_LETTERS = 3, 12  # on a phone


@dataclass(frozen=True)
class Row:
    """One line of a table."""

    head: Text
    cells: tuple[Text, ...]


@dataclass(frozen=True)
class Table:
    """A table of figures: first column heads the rows."""

    caption: Text
    columns: tuple[Text, ...]
    rows: tuple[Row, ...]

    @property
    def is_wide(self) -> bool:
        """Whether its columns are too many or too wide to stand beside each other on a phone."""
        longest = max((len(str(cell)) for row in self.rows for cell in row.cells), default=0)
        return (
            len(self.columns) > FITS_COLUMNS or longest > FITS_LETTERS and len(self.columns) == FITS_COLUMNS
        )

    @property
    def labelled(self) -> list[tuple[Row, list[tuple[Text, Text]]]]:
        """Each row with its cells, and the name of the column beside each cell."""
        return [(row, list(zip(self.columns[1:], row.cells, strict=True))) for row in self.rows]


def number(value: Fraction | Decimal, digits: int) -> str:
    """A number with this many decimals, half up, with the comma or point of the language."""
    exact = Decimal(value.numerator) / value.denominator if isinstance(value, Fraction) else value
    rounded = exact.quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP)
    return str(number_format(rounded, digits, use_l10n=True, force_grouping=True)).replace("-", "−")


def percent(share: Fraction, digits: int = 1) -> str:
    """A share of one in per cent."""
    return gettext("{number} %").format(number=number(share * 100, digits))


def published(figure: Figure) -> str:
    """A published percentage with the decimals its source gives."""
    exponent = figure.value.as_tuple().exponent
    assert isinstance(exponent, int)
    return gettext("{number} %").format(number=number(figure.value, -exponent))


def points(share: Fraction) -> str:
    """A difference of shares, in percentage points."""
    return gettext("{number} procentpunten").format(number=number(share * 100, 1))


def times(ratio: Fraction) -> str:
    """A ratio."""
    return gettext("{number} keer").format(number=number(ratio, 2))


def between(measure: Measure, digits: int, scale: int = 1) -> str:
    """The interval of a measure, or that there is none."""
    if measure.low is None or measure.high is None:
        return gettext("niet bekend")
    return span(measure.low * scale, measure.high * scale, digits)


def span(low: Fraction | Decimal, high: Fraction | Decimal, digits: int) -> str:
    """Two bounds, kept together on one line."""
    text = gettext("{low} tot {high}").format(low=number(low, digits), high=number(high, digits))
    return text.replace(" ", "\N{NO-BREAK SPACE}")


def joined(codes: Sequence[str]) -> str:
    """The name of a group, or of groups that are counted together."""
    return gettext(" en ").join(str(GROUPS[code]) for code in codes)


def pair(first: Text, second: Text) -> str:
    """Two texts with a colon between them, as the language writes it."""
    return gettext("{first}: {second}").format(first=first, second=second)


def simulated(dimension: str, group: str) -> str:
    """The name of a group of a simulated population."""
    return str(GROUPS[group] if dimension == "education" else SIMULATED_GROUPS[group])


def unit(code: str) -> Text:
    """The words for a unit; nothing for one that says nothing, such as a count."""
    return UNITS.get(code, "")


def typographic(text: str) -> str:
    """A text from a data file with the apostrophes and spaces of print."""
    curly = text.replace("'", "’")
    return FRENCH_SPACE.sub("\N{NO-BREAK SPACE}\\1", curly) if get_language() == "fr" else curly


def decimal_mark(text: str) -> str:
    """A plain number such as 0.04 with the decimal mark of the language, to be changed by hand."""
    return text.replace(".", get_format("DECIMAL_SEPARATOR"))
