"""Invented people in a database of the tests: Anna, whose account it is, and others who come near it."""

from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from tests.installed import Installed

TODAY: Final = date(2026, 11, 20)
DIPLOMA: Final = UUID("00000000-0000-4000-8000-000000000001")
MANDATE: Final = UUID("00000000-0000-4000-8000-0000000000aa")
OFFICE: Final = "OVO999002"  # handles every correction in the demonstration (registry/owners.yaml)


@dataclass(frozen=True)
class Town:
    """Parties of Anna and Boris; actors of their helper, of caseworkers in and outside the office."""

    installed: Installed
    anna: int = 100001
    boris: int = 100002
    helper: int = 500001
    caseworker: int = 500002
    stranger: int = 500003
    anna_signed_in: int = 500004
    diploma: UUID = DIPLOMA
    mandate: UUID = MANDATE


def settle(installed: Installed) -> Town:
    """Fill a fresh database."""
    town = Town(installed)
    for party, name in ((town.anna, "Anna"), (town.boris, "Boris")):
        installed.all("insert into led.party values (%s)", party)
        installed.all(
            "insert into registry.person (party, insz_key, insz_sealed, given_names, family_name)"
            " values (%s, decode(md5(%s) || md5(%s), 'hex'), 'sealed', %s, 'Voorbeeld')",
            *(party, name, name, name),
        )
    actors = (
        (town.helper, "helper", "LW1", "Leerwinkel Voorbeeldstad", "Hilde Helper", None),
        (town.caseworker, "caseworker", OFFICE, "Dienst leerrekening", "Dirk Dossier", None),
        (town.stranger, "caseworker", "OVO999009", "Andere dienst", "Vera Vreemd", None),
        (town.anna_signed_in, "citizen", "", "", "Anna Voorbeeld", town.anna),
    )
    for actor, capacity, organisation, organisation_name, name, party in actors:
        installed.all(
            "insert into registry.actor (actor, subject, capacity, organisation, organisation_name, name, party)"
            " values (%s, %s, %s, %s, %s, %s, %s)",
            *(actor, f"subject-{actor}", capacity, organisation, organisation_name, name, party),
        )
    installed.all(
        "insert into registry.fact (fact, party, path, value, source, certified)"
        " values (%s, %s, 'person.highest_diploma', '\"secundair\"', 'learning_credentials', true)",
        *(town.diploma, town.anna),
    )
    return town


def give_mandate(town: Town, scopes: str = "{look}") -> None:
    """Anna's helper may do this, from yesterday until tomorrow."""
    town.installed.all(
        "insert into registry.mandate (mandate, party, helper, scopes, duration, given, begins_at, ends_at)"
        " values (%s, %s, %s, %s, 'day', 'desk', now() - interval '1 day', now() + interval '1 day')",
        *(town.mandate, town.anna, town.helper, scopes),
    )
