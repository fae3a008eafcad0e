"""The invented people of `people/` and the staff of `staff.yaml`, read and checked.

One file a person; its name is the person's id. What a register holds stands under that register; a register that is
left out does not know the person, one under `silent` never answers about them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml

from leerrekening.registry.insz import Insz

FOLDER: Final = Path(__file__).parent / "people"
STAFF: Final = Path(__file__).parent / "staff.yaml"


@dataclass(frozen=True, slots=True)
class Persona:
    """An invented person. `story`: who it is, by language. `registers`: what each register holds, as the contract
    writes it. `declared`: what the person says. `shows`: conditions and points of the journeys it is made for.
    """

    id: str
    given_names: str
    family_name: str
    insz: Insz
    language: str
    story: Mapping[str, str]
    registers: Mapping[str, Mapping[str, Any]]
    declared: Mapping[str, Any] = field(default_factory=dict)
    silent: tuple[str, ...] = ()
    shows: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """Given and family name."""
        return f"{self.given_names} {self.family_name}"


@dataclass(frozen=True, slots=True)
class Staff:
    """An invented person who signs in for an organisation."""

    id: str
    given_names: str
    family_name: str
    insz: Insz
    language: str
    capacity: str
    organisation: str
    organisation_name: str
    story: Mapping[str, str]

    @property
    def name(self) -> str:
        """Given and family name."""
        return f"{self.given_names} {self.family_name}"


@cache
def people() -> Mapping[str, Persona]:
    """All invented people by id, in order of id."""
    return {file.stem: _persona(file) for file in sorted(FOLDER.glob("*.yaml"))}


@cache
def staff() -> Mapping[str, Staff]:
    """All invented staff by id."""
    raw = yaml.safe_load(STAFF.read_text(encoding="utf-8"))
    return {
        name: Staff(
            name,
            entry["name"][0],
            entry["name"][1],
            Insz(entry["insz"]),
            entry["language"],
            entry["capacity"],
            str(entry["organisation"]),
            entry["organisation_name"],
            entry["story"],
        )
        for name, entry in raw.items()
    }


def plain(value: Any) -> Any:
    """A value of YAML as the contract writes it: days as text."""
    if isinstance(value, Mapping):
        return {key: plain(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [plain(inner) for inner in value]
    return value.isoformat() if hasattr(value, "isoformat") else value


def _persona(file: Path) -> Persona:
    raw = plain(yaml.safe_load(file.read_text(encoding="utf-8")))
    return Persona(
        file.stem,
        raw["name"][0],
        raw["name"][1],
        Insz(raw["insz"]),
        raw["language"],
        raw["story"],
        raw.get("registers") or {},
        raw.get("declared") or {},
        tuple(raw.get("silent") or ()),
        tuple(raw.get("shows") or ()),
    )
