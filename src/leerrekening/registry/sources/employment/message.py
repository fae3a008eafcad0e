"""GeefDmfaVoorWerknemer 03.00: what employers declared for a worker, quarter by quarter.

Read of each declaration that was not cancelled or replaced: employer, worker code, and of each occupation the period,
the place of the local unit, the joint committee and the mean weekly hours of the worker and of a full-time worker.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final
from xml.etree.ElementTree import Element

from leerrekening.registry.facts import Statement
from leerrekening.registry.insz import Insz
from leerrekening.registry.sources.employment import demo
from leerrekening.registry.sources.employment.jobs import Line, jobs_of
from leerrekening.registry.sources.magda import Service
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
    "GeefDmfaVoorWerknemer", "03.00.0000", "http://magda.vlaanderen.be/werk/soap/geefdmfavoorwerknemer/v03_00"
)
FIRST_YEAR: Final = 2003
"""The first year of quarterly declarations. An occupation that began before is known from its own first day."""
CANCELLED: Final = "2"
MOST_LINES: Final = 5000


class Employment(Source):
    """Quarterly declarations of employers."""

    register = Register(
        "employment",
        {
            "nl": "Kwartaalaangiften van werkgevers (DmfA, RSZ)",
            "fr": "Déclarations trimestrielles des employeurs (DmfA, ONSS)",
            "de": "Vierteljährliche Erklärungen der Arbeitgeber (DmfA, LSS)",
            "en": "Quarterly declarations of employers (DmfA, RSZ)",
        },
        {
            "nl": "de RSZ, via uw werkgever",
            "fr": "l'ONSS, par votre employeur",
            "de": "das LSS, über Ihren Arbeitgeber",
            "en": "the National Social Security Office (RSZ), through your employer",
        },
        ("jobs",),
        timedelta(days=100),
    )

    columns = (
        Column("quarter", "text", needed=True, most=5),
        Column("employer", "text", needed=True, most=20),
        Column("begin", "day", needed=True),
        Column("end", "day"),
        Column("sector", "text", most=10),
        Column("worker", "text", most=3),
        Column("joint_committee", "text", most=20),
        Column("municipality", "text", most=5),
        Column("hours", "whole"),
        Column("full_time_hours", "whole"),
    )
    in_files = ("jobs",)

    def question(self, insz: Insz, today: date) -> Question:
        """Ask for all quarters until today."""
        return SERVICE.question(
            f"<Criteria><INSZ>{insz.digits}</INSZ><Kwartaal>"
            f"<Begin><Jaar>{FIRST_YEAR}</Jaar><Kwartaalcijfer>1</Kwartaalcijfer></Begin>"
            f"<Einde><Jaar>{today.year}</Jaar><Kwartaalcijfer>{(today.month + 2) // 3}</Kwartaalcijfer></Einde>"
            "</Kwartaal></Criteria><TypeAntwoord>0</TypeAntwoord><LaatsteSituatie>0</LaatsteSituatie><Bron>RSZ</Bron>",
            today,
        )

    def read(self, reply: bytes, insz: Insz) -> Answer:
        """Jobs with their periods, share, place, joint committee and hours."""
        found, said_on = SERVICE.read(reply)
        declarations = found.findall("Attesten/Attest")
        same_person([number.text for number in found.iter("INSZ")], insz)
        lines = [line for declaration in declarations for line in read_declaration(declaration)]
        if len(lines) > MOST_LINES:
            raise Malformed(f"the reply has more than {MOST_LINES} occupations")
        return Answer(named_items("jobs", jobs_of(lines, needed_day(said_on, "Tijdstip/Datum"))))

    def row_fault(self, row: Row) -> tuple[str, str] | None:
        """A row is one occupation in one quarter, as in a declaration."""
        try:
            line_of(row)
        except Malformed as fault:
            return "quarter", str(fault)
        if row.get("full_time_hours") == 0:
            return "full_time_hours", "is zero: leave it empty when it is not known"
        return super().row_fault(row)

    def of_rows(self, rows: Sequence[Row], on: date) -> tuple[Statement, ...]:
        """Jobs from all quarters together."""
        return named_items("jobs", jobs_of(map(line_of, rows), on))

    def demo(self, insz: Insz, holds: Mapping[str, Any] | None, today: date) -> bytes:
        """The reply about an invented person."""
        lines = demo.lines_of(insz, holds, today) if holds is not None else []
        return SERVICE.reply(demo.content(insz, lines) if lines else None, today)


def read_declaration(declaration: Element) -> list[Line]:
    """The occupations in one declaration; none when it was cancelled or a later version replaces it."""
    cancelled = declaration.findtext("Identificatie/Status/Code") == CANCELLED
    if cancelled or declaration.find("Versie/Volgende") is not None:
        return []
    of_employer = declaration.find("AangifteWerkgever")
    if of_employer is None:
        raise Malformed("a declaration names no employer")
    quarter = quarter_of(of_employer.findtext("Kwartaal"))
    employer = of_employer.findtext("Ondernemingsnummer") or of_employer.findtext("RSZNummer") or ""
    if not employer.isalnum() or len(employer) > 20:
        raise Malformed("a declaration has no number of an employer")
    return [
        read_occupation(
            occupation,
            employer,
            quarter,
            (worker.findtext("Kerngetal") or "").strip(),
            (of_employer.findtext("SectorIndicator") or "").strip(),
        )
        for worker in of_employer.iter("Werknemerslijn")
        for occupation in worker.iter("Tewerkstelling")
    ]


def read_occupation(
    occupation: Element, employer: str, quarter: tuple[date, date], worker: str, sector: str
) -> Line:
    """One occupation in one quarter. Errors: Malformed."""
    return make_line(
        employer,
        quarter,
        needed_day(occupation.findtext("Periode/Begin"), "Tewerkstelling/Periode/Begin"),
        day(occupation.findtext("Periode/Einde"), "Tewerkstelling/Periode/Einde"),
        (occupation.findtext("ParitairComite") or "").strip(),
        (occupation.findtext("LokaleEenheid/NISCode") or "").strip(),
        hours(occupation.findtext("GemiddeldAantalUrenPerWeek/Werknemer")),
        hours(occupation.findtext("GemiddeldAantalUrenPerWeek/Referentiepersoon")),
        worker,
        sector,
    )


def line_of(row: Row) -> Line:
    """The same from a row of a file. Errors: Malformed."""
    return make_line(
        row["employer"],
        quarter_of(row["quarter"]),
        needed_day(row["begin"], "begin"),
        day(row.get("end"), "end"),
        row.get("joint_committee", ""),
        row.get("municipality", ""),
        hours(str(row["hours"])) if "hours" in row else None,
        hours(str(row["full_time_hours"])) if "full_time_hours" in row else None,
        row.get("worker", ""),
        row.get("sector", ""),
    )


def make_line(
    employer: str,
    quarter: tuple[date, date],
    begin: date,
    end: date | None,
    committee: str,
    municipality: str,
    own: Decimal | None,
    full: Decimal | None,
    worker: str,
    sector: str,
) -> Line:
    """A line that hangs together. Errors: Malformed."""
    if begin > quarter[1] or (end is not None and (end < begin or end < quarter[0])):
        raise Malformed("an occupation does not lie in the quarter it is declared for")
    if len(committee) > 20 or not committee.isprintable():
        raise Malformed("a joint committee is not a code")
    if own is not None and full is not None and own > full:
        own = full  # extra hours are no more than a full-time job
    return Line(
        employer, begin, end, *quarter, committee or None, municipality or None, own, full, worker, sector
    )


def quarter_of(text: str | None) -> tuple[date, date]:
    """First and last day of a quarter such as 20233. Errors: Malformed."""
    if (
        text is None
        or len(text) != 5
        or not text.isdigit()
        or text[4] not in "1234"
        or text[:2] not in ("19", "20")
    ):
        raise Malformed("a quarter is not written as 20233")
    year, number = int(text[:4]), int(text[4])
    after = date(year + 1, 1, 1) if number == 4 else date(year, 3 * number + 1, 1)
    return date(year, 3 * number - 2, 1), after - timedelta(days=1)


def hours(text: str | None) -> Decimal | None:
    """Hours from hundredths of an hour; None when they are not given, or zero. Errors: Malformed."""
    if text is None or not text.strip():
        return None
    if not text.strip().isdigit() or int(text) > 16800:
        raise Malformed("the mean weekly hours are not hundredths of an hour")
    return Decimal(int(text)) / 100 or None
