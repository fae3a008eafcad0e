"""The invented people of the demo access service, each with the capacities they may choose."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml


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
    """One invented person. `story`: a line in each language."""

    id: str
    given_name: str
    family_name: str
    insz: str
    story: Mapping[str, str]
    capacities: tuple[Capacity, ...]

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
    """All of them, in the order of the file."""
    data = yaml.safe_load((Path(__file__).parent / "personas.yaml").read_text("utf-8"))
    return tuple(
        Persona(
            each["id"],
            each["given_name"],
            each["family_name"],
            each["insz"],
            each.get("story", {}),
            tuple(
                [Capacity()] * ("story" in each)
                + [
                    Capacity(right["right"], right["organisation"], right["name"])
                    for right in each.get("rights", [])
                ]
            ),
        )
        for each in data
    )


def find(persona_id: str, capacity_id: str) -> tuple[Persona, Capacity] | None:
    """A person in one of their own capacities."""
    for persona in personas():
        if persona.id == persona_id:
            for capacity in persona.capacities:
                if capacity.id == capacity_id:
                    return persona, capacity
    return None
