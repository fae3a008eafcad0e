"""Quarterly declarations for an invented person, from jobs as the contract writes them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final
from xml.sax.saxutils import escape

from leerrekening.registry.insz import Insz
from leerrekening.registry.sources.employment.jobs import Line
from leerrekening.registry.sources.regions import EXAMPLES

FIRST_YEAR: Final = 2003
WORKERS: Final = {
    "employee": "495",
    "temp_agency": "495",
    "apprentice": "439",
    "student_contract": "841",
    "statutory_civil_servant": "D01",
}
SECTORS: Final = {
    "private": "PRI",
    "social_profit": "PRI",
    "public": "D-PUB",
    "education": "D-EDU",
    "autonomous_public_company": "D-AUT",
}


def lines_of(insz: Insz, holds: Mapping[str, Any], today: date) -> list[Line]:
    """One line for each quarter that has been declared by today, and each share within it."""
    lines = []
    for number, job in enumerate(holds["jobs"], start=1):
        full = Decimal(str(job.get("full_time_weekly_hours", 38)))
        shares = job.get("fraction") or [{"from": job["from"], "to": job.get("to"), "value": None}]
        for share in shares:
            begin = date.fromisoformat(share["from"])
            end = date.fromisoformat(share["to"]) if share.get("to") else None
            hours = None if share["value"] is None else full * Decimal(str(share["value"]))
            for first, last in quarters(begin, end, today):
                lines.append(
                    Line(
                        employer(insz, job, number),
                        begin,
                        end if end and end <= last else None,
                        first,
                        last,
                        job.get("joint_committee"),
                        EXAMPLES[job["workplace_region"]] if "workplace_region" in job else None,
                        hours,
                        full,
                        WORKERS[job["kind"]],
                        SECTORS[job["sector"]],
                    )
                )
    return lines


def employer(insz: Insz, job: Mapping[str, Any], number: int) -> str:
    """A number of an enterprise that does not exist: 0999, then a part of the person's number."""
    return str(job.get("employer") or f"0999{insz.digits[6:9]}{number:03}")


def quarters(begin: date, end: date | None, today: date) -> Iterator[tuple[date, date]]:
    """First and last days of the quarters of an occupation that employers have declared by today."""
    year, quarter = max((begin.year, (begin.month + 2) // 3), (FIRST_YEAR, 1))
    while True:
        first = date(year, 3 * quarter - 2, 1)
        last = (date(year + 1, 1, 1) if quarter == 4 else date(year, 3 * quarter + 1, 1)) - timedelta(days=1)
        # The quarter that runs is declared at once by this demo, so that a job of this month is known too.
        if first > today or (end is not None and first > end):
            return
        yield first, last
        year, quarter = (year + 1, 1) if quarter == 4 else (year, quarter + 1)


def content(insz: Insz, lines: Iterable[Line]) -> str:
    """The content of a reply with these lines, one declaration each."""
    return f"<Attesten>{''.join(_declaration(insz, n, line) for n, line in enumerate(lines, start=1))}</Attesten>"


def _declaration(insz: Insz, number: int, line: Line) -> str:
    quarter = f"{line.quarter_from.year}{(line.quarter_from.month + 2) // 3}"
    end = f"<Einde>{line.end}</Einde>" if line.end else ""
    unit = (
        f"<LokaleEenheid><NISCode>{line.municipality}</NISCode></LokaleEenheid>" if line.municipality else ""
    )
    committee = f"<ParitairComite>{escape(line.committee)}</ParitairComite>" if line.committee else ""
    own = f"<Werknemer>{_hundredths(line.hours)}</Werknemer>" if line.hours is not None else ""
    full = _hundredths(line.full_time_hours or Decimal(38))
    return (
        f"<Attest><Identificatie><Nummer>{number}</Nummer><Status><Code>0</Code></Status></Identificatie>"
        f"<AangifteWerkgever><Kwartaal>{quarter}</Kwartaal><SectorIndicator>{line.sector}</SectorIndicator>"
        f"<Ondernemingsnummer>{line.employer}</Ondernemingsnummer><Werknemer><INSZ>{insz.digits}</INSZ>"
        f"<Werknemerslijn><Kerngetal>{line.worker}</Kerngetal><Tewerkstellingen><Tewerkstelling>{unit}"
        f"<Periode><Begin>{line.begin}</Begin>{end}</Periode>{committee}<GemiddeldAantalUrenPerWeek>"
        f"<Referentiepersoon>{full}</Referentiepersoon>{own}</GemiddeldAantalUrenPerWeek>"
        "</Tewerkstelling></Tewerkstellingen></Werknemerslijn></Werknemer></AangifteWerkgever></Attest>"
    )


def _hundredths(hours: Decimal) -> int:
    return int((hours * 100).to_integral_value())
