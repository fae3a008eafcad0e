"""GeefBewijs 02.00: proofs of learning, and from them the highest diploma over time.

A proof that the database holds as `Authentiek` certifies; one `Eigen verklaring - Op eer` is what the person says. The
database warns that it does not hold every diploma: what it lacks is unknown, and no proof at all is not "no diploma".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final
from xml.etree.ElementTree import Element
from xml.sax.saxutils import escape

from leerrekening.registry.facts import Statement
from leerrekening.registry.insz import Insz
from leerrekening.registry.sources.learning_credentials.levels import LEVELS, OPEN, level_of
from leerrekening.registry.sources.magda import Service
from leerrekening.registry.sources.register import Register
from leerrekening.registry.sources.source import (
    Answer,
    Column,
    Malformed,
    Question,
    Row,
    Source,
    same_person,
)

SERVICE: Final = Service(
    "GeefBewijs", "02.00.0000", "http://geefbewijs.bewijsraadplegingdienst.led.vlaanderen.be"
)
AUTHENTIC, ON_HONOUR = "Authentiek", "Eigen verklaring - Op eer"
FINAL, VALID = "Eindbewijs", "1"
"""Only final proofs in the status that the public test messages show count."""
MOST_PROOFS: Final = 2000
PATH: Final = "person.highest_diploma"


@dataclass(frozen=True, slots=True)
class Proof:
    """One final proof. `since`: the first day on which it was certainly there; None: the day is not known."""

    level: str
    authentic: bool
    since: date | None


class LearningCredentials(Source):
    """The database of learning and experience credentials."""

    register = Register(
        "learning_credentials",
        {
            "nl": "Leer- en Ervaringsbewijzendatabank (LED)",
            "fr": "Base de données des titres d'apprentissage et d'expérience (LED)",
            "de": "Datenbank der Lern- und Erfahrungsnachweise (LED)",
            "en": "Database of learning and experience credentials (LED)",
        },
        {
            "nl": "de LED, via de instelling die het bewijs uitreikte",
            "fr": "la LED, par l'établissement qui a délivré le titre",
            "de": "die LED, über die Einrichtung, die den Nachweis ausgestellt hat",
            "en": "the LED, through the institution that issued the proof",
        },
        (PATH,),
        timedelta(days=100),
        nobody_means_none=False,
    )

    columns = (
        Column("diploma", "code", needed=True, codes=LEVELS[1:]),
        Column("on", "day", needed=True),
        Column("authentic", "code", needed=True, codes=("yes", "no")),
    )
    in_files = (PATH,)

    def question(self, insz: Insz, today: date) -> Question:
        """Ask for all proofs."""
        return SERVICE.question(f"<INSZ>{insz.digits}</INSZ>", today)

    def read(self, reply: bytes, insz: Insz) -> Answer:
        """The highest diploma from each day on which it changed."""
        found, _ = SERVICE.read(reply)
        elements = found.findall("Bewijzen/Bewijs")
        if len(elements) > MOST_PROOFS:
            raise Malformed(f"the reply has more than {MOST_PROOFS} proofs")
        if elements:
            same_person([element.findtext("PersoonUitgereikt/INSZ") for element in elements], insz)
        proofs = [proof for proof in map(read_proof, elements) if proof]
        return Answer(
            tuple(
                statement
                for authentic in (True, False)
                for statement in over_time(
                    [proof for proof in proofs if proof.authentic == authentic], certified=authentic
                )
            )
        )

    def of_rows(self, rows: Sequence[Row], on: date) -> tuple[Statement, ...]:
        """The highest diploma over time; what is not authentic is the person's own statement."""
        return tuple(
            statement
            for authentic in ("yes", "no")
            for statement in over_time(
                [
                    Proof(row["diploma"], authentic == "yes", date.fromisoformat(row["on"]))
                    for row in rows
                    if row["authentic"] == authentic
                ],
                certified=authentic == "yes",
            )
        )

    def demo(self, insz: Insz, holds: Mapping[str, Any] | None, today: date) -> bytes:
        """The reply about an invented person."""
        if holds is None:
            return SERVICE.reply(None, today)
        proofs = "".join(_demo_proof(insz, held) for held in holds["highest_diploma"])
        return SERVICE.reply(f"<Bewijzen>{proofs}</Bewijzen>", today)


def read_proof(element: Element) -> Proof | None:
    """A final and valid proof with a level; None for another. Errors: Malformed."""
    authenticity = element.findtext("Basis/Authenticiteit/Naam")
    if authenticity not in (AUTHENTIC, ON_HONOUR):
        raise Malformed("a proof does not say whether it is authentic")
    if element.findtext("BewijsstatusLed/Code") != VALID:
        return None
    if element.findtext("Basis/Bewijsstaat/Naam") != FINAL:
        return None
    level = level_of(
        element.findtext("Basis/Categorie/Naam") or "",
        element.findtext("Basis/Bewijstype/Naam") or "",
        element.findtext("Basis/Graad/Naam") or "",
        element.findtext("Afgeleid/VKSNiveauOnderwijskwalificatie/Code") or "",
    )
    issued = element.find("Basis/Uitreikingsdatum")
    return None if level is None else Proof(level, authenticity == AUTHENTIC, _since(issued))


def over_time(proofs: list[Proof], *, certified: bool) -> list[Statement]:
    """The highest level from each day on which it rises. A proof whose level nobody can tell opens it: unknown."""
    if any(proof.level == OPEN for proof in proofs):
        return [Statement(PATH, None, certified=certified)]
    highest = -1
    out: list[Statement] = []
    for proof in sorted(proofs, key=lambda p: (p.since or date.min, LEVELS.index(p.level))):
        if LEVELS.index(proof.level) > highest:
            highest = LEVELS.index(proof.level)
            if out and out[-1].valid_from == proof.since:
                out.pop()
            out.append(Statement(PATH, proof.level, valid_from=proof.since, certified=certified))
    return out


def _since(issued: Element | None) -> date | None:
    """The day of issue; of a month or a year alone its last day. Years before 1900 mean: not known."""
    if issued is None:
        return None
    parts = [issued.findtext(name) for name in ("Jaar", "Maand", "Dag")]
    try:
        year, month, day = (int(part) if part and part.strip() else None for part in parts)
        if year is None or year < 1900:
            return None
        if month is None:
            return date(year, 12, 31)
        if day is None:
            return (date(year, month, 28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
        return date(year, month, day)
    except ValueError:
        raise Malformed("a proof has a day of issue that does not exist") from None


# For the demo: category, type, grade and level of education that give each diploma.
_DEMO: Final = {
    "lager_secundair": ("Secundair onderwijs", "Getuigschrift", "2de graad", "NVT"),
    "secundair": ("Secundair onderwijs", "Diploma", "3de graad", "4"),
    "hbo5": ("Hoger beroepsonderwijs", "Diploma", "Niet van toepassing", "5"),
    "graduaat": ("Hoger onderwijs", "Diploma", "Graduaat", "5"),
    "bachelor": ("Hoger onderwijs", "Diploma", "Academische bachelor", "6"),
    "master": ("Hoger onderwijs", "Diploma", "Master", "7"),
    "doctoraat": ("Hoger onderwijs", "Diploma", "Doctor", "8"),
}


def _demo_proof(insz: Insz, held: Mapping[str, Any]) -> str:
    category, kind, grade, level = map(escape, _DEMO[held["value"]])
    authenticity = ON_HONOUR if held.get("on_honour") else AUTHENTIC
    year, month, day = str(held["from"]).split("-")
    return (
        "<Bewijs><BewijsstatusLed><Code>1</Code></BewijsstatusLed>"
        f"<PersoonUitgereikt><INSZ>{insz.digits}</INSZ></PersoonUitgereikt><Basis>"
        f"<Authenticiteit><Naam>{authenticity}</Naam></Authenticiteit><Categorie><Naam>{category}</Naam></Categorie>"
        f"<Graad><Naam>{grade}</Naam></Graad><Bewijstype><Naam>{kind}</Naam></Bewijstype>"
        "<Bewijsstaat><Naam>Eindbewijs</Naam></Bewijsstaat>"
        f"<Uitreikingsdatum><Jaar>{year}</Jaar><Maand>{month}</Maand><Dag>{day}</Dag></Uitreikingsdatum></Basis>"
        f"<Afgeleid><VKSNiveauOnderwijskwalificatie><Code>{level}</Code></VKSNiveauOnderwijskwalificatie></Afgeleid>"
        "</Bewijs>"
    )
