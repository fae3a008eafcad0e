"""Who a good token is about, and in which capacity: a citizen, or one organisation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml
from django.conf import settings

from leerrekening.web.visitor import Capacity

# vo_doelgroepcode of somebody who comes for themselves.
CITIZEN: Final = "BUR"


class NoCapacity(Exception):
    """The person is known, but may not come in. The message is one of the codes of the page that says so."""


@dataclass(frozen=True, slots=True)
class Identity:
    """A person in one capacity, as the access service says. `insz`: of a citizen only, eleven digits as given."""

    subject: str
    capacity: Capacity
    given_names: str
    family_name: str
    insz: str = ""
    organisation: str = ""
    organisation_name: str = ""

    @property
    def name(self) -> str:
        """Given names and family name."""
        return f"{self.given_names} {self.family_name}".strip()


def identities_of(claims: Mapping[str, Any]) -> list[Identity]:
    """Read the claims of the Flemish access service: one capacity, or each that the organisation gave.

    Errors: NoCapacity.
    """
    given_names, family_name = text(claims, "given_name"), text(claims, "family_name")
    if not family_name and not given_names:
        raise NoCapacity("no_name")
    subject = claims["sub"]
    if (text(claims, "vo_doelgroepcode") or CITIZEN) == CITIZEN:
        insz = "".join(filter(str.isdigit, text(claims, "rrn")))
        if not insz:
            raise NoCapacity("no_number")
        return [Identity(subject, "citizen", given_names or family_name, family_name or given_names, insz)]
    organisation = text(claims, "vo_orgcode")
    name = text(claims, "vo_orgnaam") or organisation
    found = [
        Identity(subject, each, given_names, family_name, "", organisation, name)
        for each in capacities(claims, organisation)
    ]
    if not organisation or not found:
        raise NoCapacity("no_role")
    return found


def capacities(claims: Mapping[str, Any], organisation: str) -> list[Capacity]:
    """What the organisation lets this person do here, in the order of roles.yaml."""
    given = claims.get(f"{settings.SIGN_IN_APPLICATION}_rol_3d", [])
    if isinstance(given, str):
        given = [given]
    rights = {
        right
        for each in given
        if isinstance(each, str)
        for right, _, code in [each.rpartition(":")]
        if code == organisation
    }
    return [capacity for right, capacity in roles().items() if right in rights]


@cache
def roles() -> dict[str, Capacity]:
    """The capacity each right of roles.yaml stands for."""
    found: dict[str, Capacity] = yaml.safe_load((Path(__file__).parent / "roles.yaml").read_text("utf-8"))
    return found


def text(claims: Mapping[str, Any], name: str) -> str:
    """A claim that should be text; empty when it is not there or something else."""
    value = claims.get(name)
    return value.strip()[:200] if isinstance(value, str) else ""
