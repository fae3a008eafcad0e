"""GeefHistoriekPersoon 02.02: the day of birth, and since when a person lived where.

Read: `HistoriekGeboorte` and `HistoriekBeheerder` (the municipality, or the country, that keeps a person's file, which
is where they live). The household stands in another service (GeefHistoriekGezinssamenstelling) that is not asked:
whether somebody lives alone is what they say themselves.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any, Final
from xml.etree.ElementTree import Element

from leerrekening.registry.facts import Statement
from leerrekening.registry.insz import Insz
from leerrekening.registry.sources.magda import Service
from leerrekening.registry.sources.population_register.demo import content
from leerrekening.registry.sources.regions import region_of_country, region_of_municipality
from leerrekening.registry.sources.register import Register
from leerrekening.registry.sources.source import (
    Answer,
    Column,
    Malformed,
    Question,
    Row,
    Source,
    day,
    named_items,
    needed_day,
    same_person,
)

SERVICE: Final = Service(
    "GeefHistoriekPersoon",
    "02.02.0000",
    "http://magda.vlaanderen.be/persoon/soap/geefhistoriekpersoon/v02_02",
)


class PopulationRegister(Source):
    """The National Register."""

    register = Register(
        "population_register",
        {
            "nl": "Rijksregister",
            "fr": "Registre national",
            "de": "Nationalregister",
            "en": "National Register",
        },
        {
            "nl": "het Rijksregister, via de dienst Bevolking van uw gemeente",
            "fr": "le Registre national, par le service Population de votre commune",
            "de": "das Nationalregister, über den Dienst Bevölkerung Ihrer Gemeinde",
            "en": "the National Register, through the population service of your municipality",
        },
        ("person.birth_date", "person.residence", "person.moved_from_other_eea"),
        timedelta(days=31),
        nobody_means_none=False,
    )

    columns = (
        Column("birth_date", "day", needed=True),
        Column("from", "day", needed=True),
        Column("to", "day"),
        Column(
            "region",
            "code",
            needed=True,
            codes=("vlaams_gewest", "brussels_gewest", "waals_gewest", "other_eea", "other"),
        ),
    )
    in_files = ("person.birth_date", "person.residence")

    def question(self, insz: Insz, today: date) -> Question:
        """Ask for the whole history."""
        return SERVICE.question(
            f'<Criteria><INSZ>{insz.digits}</INSZ><Datum Op="0">1900-01-01</Datum></Criteria>'
            "<Bron>RR</Bron><Taal>nl</Taal>",
            today,
        )

    def read(self, reply: bytes, insz: Insz) -> Answer:
        """Birth, residence, and whether the person came from another country of the EEA."""
        found, _ = SERVICE.read(reply)
        people = found.findall("HistoriekPersoon")
        same_person([person.findtext("INSZ") for person in people], insz)
        if len(people) != 1:
            raise Malformed("the reply holds a person twice")
        person = people[0]
        birth = day(person.findtext("HistoriekGeboorte/Geboorte/Datum"), "Geboorte/Datum")
        residence = residences(person)
        statements = list(named_items("person.residence", ((item["from"], item) for item in residence)))
        if birth is not None:
            statements.append(Statement("person.birth_date", birth.isoformat()))
        moved = moved_from_other_eea(residence, birth)
        if moved is not None:
            statements.append(Statement("person.moved_from_other_eea", moved))
        return Answer(tuple(statements))

    def row_name(self, row: Row) -> str:
        """One row a period of residence."""
        return str(row["from"])

    def of_rows(self, rows: Sequence[Row], on: date) -> tuple[Statement, ...]:
        """Birth and residence."""
        items = [
            {"from": row["from"], "to": row.get("to"), "region": row["region"]}
            for row in sorted(rows, key=lambda row: str(row["from"]))
        ]
        birth = Statement("person.birth_date", rows[-1]["birth_date"])
        return (birth, *named_items("person.residence", ((item["from"], item) for item in items)))

    def demo(self, insz: Insz, holds: Mapping[str, Any] | None, today: date) -> bytes:
        """The reply about an invented person."""
        return SERVICE.reply(content(insz, holds) if holds is not None else None, today)


def residences(person: Element) -> list[dict[str, Any]]:
    """Periods of residence, oldest first; neighbours in one region are one. A place we cannot place has no region."""
    periods: list[tuple[date, date | None, str | None]] = []
    for keeper in person.findall("HistoriekBeheerder/Beheerder"):
        first = needed_day(keeper.get("DatumBegin"), "Beheerder/DatumBegin")
        after = day(keeper.get("DatumEinde"), "Beheerder/DatumEinde")
        region = region_of_municipality(keeper.findtext("Plaats/Gemeente/NISCode")) or region_of_country(
            keeper.findtext("Plaats/Land/ISOCode")
        )
        # A period ends on the day on which the next one begins.
        last = after - timedelta(days=1) if after else None
        if last is None or last >= first:
            periods.append((first, last, region))
    periods.sort(key=lambda period: period[0])
    joined: list[tuple[date, date | None, str | None]] = []
    for first, last, region in periods:
        before = joined[-1] if joined else None
        if before and before[2] == region and before[1] and before[1] >= first - timedelta(days=1):
            joined[-1] = (before[0], last, region)
        else:
            joined.append((first, last, region))
    return [
        {
            "from": first.isoformat(),
            "to": last.isoformat() if last else None,
            **({"region": region} if region else {}),
        }
        for first, last, region in joined
    ]


def moved_from_other_eea(residence: list[dict[str, Any]], birth: date | None) -> bool | None:
    """Whether the person lived in another country of the EEA before living in Belgium; None when the register does
    not say where they lived from birth, or a place is not known."""
    for position, item in enumerate(residence):
        if item.get("region") == "other_eea" and any(
            later.get("region", "").endswith("_gewest") for later in residence[position:]
        ):
            return True
    from_birth = bool(residence and birth and residence[0]["from"] == birth.isoformat())
    return False if from_birth and all(item.get("region") for item in residence) else None
