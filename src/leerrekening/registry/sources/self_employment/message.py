"""GeefLoopbaanARZA 02.01: periods of self-employment, as main or as side occupation.

The public test messages show contribution series 100 (main occupation) among others. A series whose description is
neither main nor side occupation gives a period whose kind is unknown, never a guess.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any, Final
from xml.sax.saxutils import escape

from leerrekening.registry.facts import Statement
from leerrekening.registry.insz import Insz
from leerrekening.registry.sources.magda import Service
from leerrekening.registry.sources.register import Register
from leerrekening.registry.sources.source import (
    Answer,
    Column,
    Question,
    Row,
    Source,
    day,
    named_items,
    needed_day,
    same_person,
)

SERVICE: Final = Service(
    "GeefLoopbaanARZA",
    "02.01.0000",
    "http://webservice.geefloopbaanarzadienst-02_01.werk-02_01.vip.vlaanderen.be",
)
KINDS: Final = {"hoofdberoep": "self_employed_main", "bijberoep": "self_employed_side"}
FIRST_ASKED: Final = "1967-01-01"


class SelfEmployment(Source):
    """The general register of the self-employed."""

    register = Register(
        "self_employment",
        {
            "nl": "Loopbaan als zelfstandige (RSVZ)",
            "fr": "Carrière d'indépendant (INASTI)",
            "de": "Laufbahn als Selbstständiger (LISVS)",
            "en": "Career as self-employed (RSVZ)",
        },
        {
            "nl": "het RSVZ, via uw sociaal verzekeringsfonds",
            "fr": "l'INASTI, par votre caisse d'assurances sociales",
            "de": "das LISVS, über Ihre Sozialversicherungskasse",
            "en": "the RSVZ, through your social insurance fund",
        },
        ("jobs",),
        timedelta(days=100),
    )

    columns = (
        Column("from", "day", needed=True),
        Column("to", "day"),
        Column("kind", "code", needed=True, codes=tuple(KINDS.values())),
    )
    in_files = ("jobs",)

    def question(self, insz: Insz, today: date) -> Question:
        """Ask for the whole career."""
        return SERVICE.question(
            f"<Criteria><INSZ>{insz.digits}</INSZ><Periode><Begin>{FIRST_ASKED}</Begin><Einde>{today}</Einde></Periode>"
            "</Criteria><Taal>nl</Taal>",
            today,
        )

    def read(self, reply: bytes, insz: Insz) -> Answer:
        """One job a period."""
        found, _ = SERVICE.read(reply)
        people = found.findall("Zelfstandige")
        same_person([person.findtext("INSZ") for person in people], insz)
        items = []
        for career in (c for person in people for c in person.iter("Loopbaan")):
            first = needed_day(career.findtext("Periode/Begin"), "Periode/Begin").isoformat()
            last = day(career.findtext("Periode/Einde"), "Periode/Einde")
            item: dict[str, Any] = {"from": first, "to": last.isoformat() if last else None}
            kind = KINDS.get((career.findtext("Bijdragereeks/Omschrijving") or "").strip().lower())
            if kind:
                item["kind"] = kind
            items.append((f"self-employed/{first}", item))
        return Answer(named_items("jobs", items))

    def of_rows(self, rows: Sequence[Row], on: date) -> tuple[Statement, ...]:
        """One job a row."""
        items = [{"from": row["from"], "to": row.get("to"), "kind": row["kind"]} for row in rows]
        return named_items("jobs", ((f"self-employed/{item['from']}", item) for item in items))

    def demo(self, insz: Insz, holds: Mapping[str, Any] | None, today: date) -> bytes:
        """The reply about an invented person."""
        if holds is None or not holds["jobs"]:
            return SERVICE.reply(None, today)
        names = {kind: name.capitalize() for name, kind in KINDS.items()}
        careers = "".join(
            f"<Loopbaan><Bijdragereeks><Omschrijving>{escape(names[job['kind']])}</Omschrijving></Bijdragereeks>"
            f"<Periode><Begin>{job['from']}</Begin>"
            + (f"<Einde>{job['to']}</Einde>" if job.get("to") else "")
            + "</Periode></Loopbaan>"
            for job in holds["jobs"]
        )
        return SERVICE.reply(
            f"<Zelfstandige><INSZ>{insz.digits}</INSZ><Aansluitingen><Aansluiting><Loopbanen>{careers}</Loopbanen>"
            "</Aansluiting></Aansluitingen></Zelfstandige>",
            today,
        )
