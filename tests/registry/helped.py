"""A learning shop and the people around it, in a database of the tests."""

import itertools
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

import psycopg

from leerrekening.database.access import Access
from leerrekening.registry import actors, mandates, people, staff
from leerrekening.registry.insz import Insz

USUAL = staff.Limits(100, 100, 10, 30)
numbers = itertools.count(1)


def new_insz() -> Insz:
    """A number of its own for a person of a test."""
    start = f"8561{next(numbers):05}"
    return Insz(f"{start}{97 - int(start) % 97:02}")


@dataclass
class Shop:
    """Anna and Boris, the helpers Nadia and Omar of two organisations, and Inge, who looks at alarms."""

    access: Access
    anna: int = 0
    boris: int = 0
    nadia: int = 0
    omar: int = 0
    inge: int = 0
    citizens: dict[int, int] = field(default_factory=dict)
    insz_of_anna: Insz = field(default_factory=new_insz)
    insz_of_boris: Insz = field(default_factory=new_insz)

    def helper(self, actor: int, party: int | None = None) -> Any:
        return self.access.transaction("helper", actor=actor, party=party)

    def limits(self, **changed: int) -> None:
        """Set limits over those who open accounts; the usual ones for what is not named."""
        with self.access.transaction("administrator", actor=self.inge) as connection:
            staff.set_limits(connection, replace(USUAL, **changed), "test")

    def citizen(self, party: int) -> Any:
        return self.access.transaction("citizen", actor=self.citizens[party], party=party)

    def mandate(self, party: int, helper: int | None = None, **asked: Any) -> UUID:
        """A running mandate, asked by the helper and accepted by the person."""
        with self.helper(helper or self.nadia) as connection:
            mandate = mandates.ask(
                connection,
                asked.get("scopes", ("look",)),
                asked.get("duration", "month"),
                asked.get("given", "signed_in"),
            )
        with self.citizen(party) as connection:
            assert mandates.answer(connection, mandates.code_of(mandate), yes=True) == mandate
        return mandate


def open_shop(access: Access) -> Shop:
    """New people and helpers in a registry."""
    shop = Shop(access)
    this = next(numbers)
    with access.transaction("gate") as connection:
        shop.anna = people.find_or_add(connection, shop.insz_of_anna, "Anna", "Aerts")
        shop.boris = people.find_or_add(connection, shop.insz_of_boris, "Boris", "Bos")
        for party, name in ((shop.anna, "Anna Aerts"), (shop.boris, "Boris Bos")):
            citizen = actors.Actor(f"s{party}", "citizen", name, party=party)
            shop.citizens[party] = actors.enter(connection, citizen)
        shop.nadia = actors.enter(
            connection, actors.Actor(f"n{this}", "helper", "Nadia Haddad", "OVO1", "Leerwinkel Voorbeeldstad")
        )
        shop.omar = actors.enter(
            connection, actors.Actor(f"o{this}", "helper", "Omar Peeters", "OVO2", "Buurthuis Elders")
        )
        shop.inge = actors.enter(
            connection, actors.Actor(f"i{this}", "administrator", "Inge De Backer", "OVO3", "Dienst")
        )
    shop.limits()
    return shop


def opens(
    shop: Shop, mandate: UUID, scope: str = "look", *, helper: int | None = None
) -> tuple[Any, ...] | None:
    """What opening an account under a mandate gives: party, name, purposes; None when it does not open."""
    with shop.helper(helper or shop.nadia) as connection:
        row: tuple[Any, ...] | None = connection.execute(
            "select * from registry.open_by_mandate(%s, %s, 'account')",
            [mandate, scope],
        ).fetchone()
    return row


def owner(dsn: str, query: str, *values: object) -> list[tuple[Any, ...]]:
    """Rows as the owner of the tables sees them."""
    with psycopg.connect(dsn) as connection:
        connection.execute("set role llr_owner")
        done = connection.execute(query.encode(), values)
        return done.fetchall() if done.description else []
