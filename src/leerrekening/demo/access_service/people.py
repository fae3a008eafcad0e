"""The invented people as the access service knows them, each with the capacities they may choose."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from leerrekening.demo import personas as demo

# What the organisation gives for each capacity (web/sign_in/roles.yaml).
RIGHTS: Final = {
    "helper": "LLR-helper",
    "caseworker": "LLR-dossierbehandelaar",
    "analyst": "LLR-beleid",
    "auditor": "LLR-auditor",
    "administrator": "LLR-beheerder",
    "mailroom": "LLR-postkamer",
}


@dataclass(frozen=True, slots=True)
class Capacity:
    """As whom somebody comes: `right` of an organisation, or empty for a citizen."""

    right: str = ""
    organisation: str = ""
    name: str = ""

    @property
    def id(self) -> str:
        """What a form sends for it."""
        return f"{self.right}:{self.organisation}" if self.right else "BUR"


@dataclass(frozen=True, slots=True)
class Persona:
    """One invented person. `story`: a line by language."""

    id: str
    given_name: str
    family_name: str
    insz: str
    story: Mapping[str, str]
    capacities: tuple[Capacity, ...]

    @property
    def name(self) -> str:
        """Given and family name."""
        return f"{self.given_name} {self.family_name}"

    def claims(self, capacity: Capacity, application: str) -> dict[str, Any]:
        """What the access service tells of this person in this capacity."""
        told: dict[str, Any] = {
            "sub": f"demo-{self.id}",
            "given_name": self.given_name,
            "family_name": self.family_name,
            "rrn": self.insz,
            "vo_id": f"demo-{self.id}",
            "vo_doelgroepcode": "BUR",
        }
        if capacity.right:
            told |= {
                "vo_doelgroepcode": "OV",
                "vo_orgcode": capacity.organisation,
                "vo_orgnaam": capacity.name,
                f"{application}_rol_3d": [f"{capacity.right}:{capacity.organisation}"],
            }
        return told


@cache
def personas() -> tuple[Persona, ...]:
    """Citizens, then those who also come for an organisation: they may come for themselves too."""
    citizens = [
        Persona(each.id, each.given_names, each.family_name, each.insz.digits, each.story, (Capacity(),))
        for each in demo.people().values()
    ]
    staff = [
        Persona(
            f"staff-{each.id}",
            each.given_names,
            each.family_name,
            each.insz.digits,
            each.story,
            (Capacity(), Capacity(RIGHTS[each.capacity], each.organisation, each.organisation_name)),
        )
        for each in demo.staff().values()
    ]
    return (*citizens, *staff)


def find(persona_id: str, capacity_id: str) -> tuple[Persona, Capacity] | None:
    """A person in one of their own capacities."""
    for persona in personas():
        if persona.id == persona_id:
            for capacity in persona.capacities:
                if capacity.id == capacity_id:
                    return persona, capacity
    return None
