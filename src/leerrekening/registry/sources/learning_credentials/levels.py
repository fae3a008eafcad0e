"""From category, type, grade and level of a proof to a diploma of the contract.

The values are those met in the public test messages of the LED, not the official lists. The level of the education
qualification (Vlaamse kwalificatiestructuur, 1 to 8) decides where it is given; a final proof of higher education that
neither it nor the grade places is `OPEN`: it may be higher than everything else, so nothing is said.
"""

from __future__ import annotations

from typing import Final

LEVELS: Final = (
    "geen",
    "lager_secundair",
    "secundair",
    "hbo5",
    "graduaat",
    "bachelor",
    "master",
    "doctoraat",
)
OPEN: Final = "open"

SECONDARY, VOCATIONAL, HIGHER = "Secundair onderwijs", "Hoger beroepsonderwijs", "Hoger onderwijs"
_HIGHER_BY_LEVEL: Final = {"5": "graduaat", "6": "bachelor", "7": "master", "8": "doctoraat"}
_HIGHER_BY_GRADE: Final = {"Academische bachelor": "bachelor", "Master": "master", "Licentiaat": "master"}


def level_of(category: str, kind: str, grade: str, level: str) -> str | None:
    """The diploma that a final proof is; None when it is none (a course, a certificate of experience)."""
    if category == HIGHER:
        if kind not in ("Diploma", "Gelijkwaardigheid"):
            return None
        return _HIGHER_BY_LEVEL.get(level) or _HIGHER_BY_GRADE.get(grade) or OPEN
    if category == VOCATIONAL:
        return "hbo5" if kind in ("Diploma", "Gelijkwaardigheid") else None
    if category == SECONDARY:
        if kind in ("Diploma", "Gelijkwaardigheid") and (level == "4" or grade.startswith("3de graad")):
            return "secundair"
        if kind in ("Diploma", "Getuigschrift", "Studiegetuigschrift", "Attest", "Gelijkwaardigheid"):
            return "lager_secundair"
    return None
