"""From codes of places (NIS) and of countries (ISO 3166, three letters) to the regions of the contract."""

from __future__ import annotations

from typing import Final

REGIONS: Final = ("vlaams_gewest", "brussels_gewest", "waals_gewest", "other_eea", "other")
# Province digit of a NIS code of a municipality; the arrondissements of the old province of Brabant tell its three
# parts apart. Statbel, REFNIS.
_PROVINCES: Final = {
    "1": "vlaams_gewest",
    "3": "vlaams_gewest",
    "4": "vlaams_gewest",
    "5": "waals_gewest",
    "6": "waals_gewest",
    "7": "vlaams_gewest",
    "8": "waals_gewest",
    "9": "waals_gewest",
}
_BRABANT: Final = {
    "21": "brussels_gewest",
    "23": "vlaams_gewest",
    "24": "vlaams_gewest",
    "25": "waals_gewest",
}
# Members of the European Economic Area other than Belgium.
OTHER_EEA: Final = frozenset(
    (
        *(
            "AUT",
            "BGR",
            "CYP",
            "CZE",
            "DEU",
            "DNK",
            "ESP",
            "EST",
            "FIN",
            "FRA",
            "GRC",
            "HRV",
            "HUN",
            "IRL",
            "ISL",
        ),
        *("ITA", "LIE", "LTU", "LUX", "LVA", "MLT", "NLD", "NOR", "POL", "PRT", "ROU", "SVK", "SVN", "SWE"),
    )
)
EXAMPLES: Final = {"vlaams_gewest": "24062", "brussels_gewest": "21004", "waals_gewest": "62063"}
"""A municipality of each region, for the demo: Leuven, Brussels, Liège."""


def region_of_municipality(nis: str | None) -> str | None:
    """The region of a municipality; None when the code is none we know."""
    if not nis or len(nis) != 5 or not nis.isdigit():
        return None
    return _BRABANT.get(nis[:2]) if nis[0] == "2" else _PROVINCES.get(nis[0])


def region_of_country(iso: str | None) -> str | None:
    """`other_eea` or `other`; None for Belgium (ask its municipality) and for no code."""
    if not iso or iso == "BEL":
        return None
    return "other_eea" if iso in OTHER_EEA else "other"
