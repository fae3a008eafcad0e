"""Earlier use of Flemish rights to learn, in a form of our own: no message of these services has been published."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any, Final

from leerrekening.registry.facts import Statement
from leerrekening.registry.insz import Insz
from leerrekening.registry.sources import own_form
from leerrekening.registry.sources.register import Register
from leerrekening.registry.sources.source import (
    Answer,
    Column,
    Malformed,
    Question,
    Row,
    Source,
    named_items,
    needed_day,
)

INSTRUMENTS: Final = (
    "opleidingscheques",
    "vlaams_opleidingsverlof",
    "betaald_educatief_verlof",
    "vlaams_opleidingskrediet",
    "loopbaancheques",
    "loopbaankrediet",
)
GUIDANCE: Final = ("loopbaancheques", "loopbaankrediet", "unsubsidised")
LONGEST_TEXT: Final = 64


class RightsUsed(Source):
    """`used` and `guidance`, each a list as the public contract writes it."""

    register = Register(
        "rights_used",
        {
            "nl": "Gebruikte Vlaamse opleidingsrechten",
            "fr": "Droits flamands à la formation déjà utilisés",
            "de": "Genutzte flämische Weiterbildungsrechte",
            "en": "Flemish training rights already used",
        },
        {
            "nl": "het Departement Werk en Sociale Economie",
            "fr": "le Departement Werk en Sociale Economie",
            "de": "das Departement Werk en Sociale Economie",
            "en": "the Departement Werk en Sociale Economie",
        },
        ("used", "guidance"),
        timedelta(days=31),
    )

    columns = (
        Column("instrument", "code", needed=True, codes=tuple(dict.fromkeys(INSTRUMENTS + GUIDANCE))),
        Column("on", "day", needed=True),
        Column("to", "day"),
        Column("initiative", "code", codes=("own", "joint")),
        Column("minutes", "whole"),
        Column("cents", "whole"),
        Column("vouchers", "whole"),
        Column("pop_signed_on", "day"),
        Column("course", "text"),
    )
    in_files = ("used", "guidance")

    def question(self, insz: Insz, today: date) -> Question:
        """Ask for everything."""
        return own_form.question(insz)

    def read(self, reply: bytes, insz: Insz) -> Answer:
        """What was used, and the guidance that was followed."""
        held, covers_from = own_form.read(reply, insz, {"used", "guidance"})
        used = own_form.items(
            held,
            "used",
            {"instrument": str, "on": str, "initiative": str, "minutes": int, "cents": int, "course": str},
        )
        own_form.one_of(used, "instrument", INSTRUMENTS, "used")
        own_form.one_of([u for u in used if u.get("initiative")], "initiative", ("own", "joint"), "used")
        guidance = own_form.items(
            held,
            "guidance",
            {
                "from": str,
                "to": str,
                "instrument": str,
                "minutes": int,
                "vouchers": int,
                "pop_signed_on": str,
                "pop_courses": list,
            },
        )
        own_form.one_of(guidance, "instrument", GUIDANCE, "guidance")
        for text in (text for item in used for text in [item.get("course")] if text is not None):
            check_text(text, "used.course")
        for text in (text for item in guidance for text in item.get("pop_courses") or []):
            check_text(text, "guidance.pop_courses")
        for item in used:
            needed_day(item.get("on"), "used.on")
        for item in guidance:
            needed_day(item.get("from"), "guidance.from")
        return Answer(
            named_items("used", ((f"{i['instrument']}/{i['on']}", i) for i in used))
            + named_items("guidance", ((f"{i['instrument']}/{i['from']}", i) for i in guidance)),
            covers_from,
        )

    def row_fault(self, row: Row) -> tuple[str, str] | None:
        """Guidance has other columns than the rest."""
        others = ("initiative", "cents", "course") if row["instrument"] in GUIDANCE else ("to", "vouchers")
        for column in others:
            if column in row:
                return column, f"does not belong to {row['instrument']}"
        return None

    def row_name(self, row: Row) -> str:
        """One row a day, an instrument and a course."""
        return f"{row['instrument']}/{row['on']}/{row.get('course', '')}"

    def of_rows(self, rows: Sequence[Row], on: date) -> tuple[Statement, ...]:
        """Guidance in the list of guidance, everything else in the list of use."""
        guidance, used = [], []
        for row in rows:
            if row["instrument"] in GUIDANCE:
                guidance.append({("from" if key == "on" else key): value for key, value in row.items()})
            else:
                used.append(dict(row))
        return named_items("used", ((self.row_name(item), item) for item in used)) + named_items(
            "guidance", ((f"{item['instrument']}/{item['from']}", item) for item in guidance)
        )

    def demo(self, insz: Insz, holds: Mapping[str, Any] | None, today: date) -> bytes:
        """The reply about an invented person."""
        return own_form.reply(insz, holds)


def check_text(text: object, where: str) -> None:
    """Check a text that the contract will hold. Errors: Malformed."""
    if not isinstance(text, str) or not text.isprintable() or len(text) > LONGEST_TEXT:
        raise Malformed(f"{where} is no printable text of at most {LONGEST_TEXT} characters")


SOURCE = RightsUsed()
