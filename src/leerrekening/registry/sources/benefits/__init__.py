"""Benefits and children on benefit, in a form of our own: no message of these services has been published."""

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

KINDS: Final = (
    "unemployment_full",
    "unemployment_temporary",
    "leefloon",
    "igo",
    "integration",
    "incapacity_66",
    "sickness_with_contract",
)


class Benefits(Source):
    """`benefits`: [{from, to, kind}], `children_on_benefit`: how many (left out: the register does not say)."""

    register = Register(
        "benefits",
        {
            "nl": "Uitkeringen (sociale zekerheid)",
            "fr": "Allocations (sécurité sociale)",
            "de": "Leistungen (soziale Sicherheit)",
            "en": "Benefits (social security)",
        },
        {
            "nl": "de instelling die uw uitkering betaalt",
            "fr": "l'institution qui paie votre allocation",
            "de": "die Einrichtung, die Ihre Leistung zahlt",
            "en": "the institution that pays your benefit",
        },
        ("person.benefits", "person.children_on_benefit"),
        timedelta(days=31),
    )

    columns = (
        Column("kind", "code", needed=True, codes=KINDS),
        Column("from", "day", needed=True),
        Column("to", "day"),
    )
    in_files = ("person.benefits",)

    def question(self, insz: Insz, today: date) -> Question:
        """Ask for everything."""
        return own_form.question(insz)

    def read(self, reply: bytes, insz: Insz) -> Answer:
        """Periods of benefit, and the number of children."""
        held, covers_from = own_form.read(reply, insz, {"benefits", "children_on_benefit"})
        items = own_form.items(held, "benefits", {"from": str, "to": str, "kind": str})
        own_form.one_of(items, "kind", KINDS, "benefits")
        for item in items:
            needed_day(item.get("from"), "benefits.from")
        statements = list(named_items("person.benefits", ((f"{i['kind']}/{i['from']}", i) for i in items)))
        children = held.get("children_on_benefit")
        if children is not None:
            if type(children) is not int or not 0 <= children <= 30:
                raise Malformed("children_on_benefit is not a number of children")
            statements.append(Statement("person.children_on_benefit", children))
        return Answer(tuple(statements), covers_from)

    def of_rows(self, rows: Sequence[Row], on: date) -> tuple[Statement, ...]:
        """One period a row."""
        items = [{"from": row["from"], "to": row.get("to"), "kind": row["kind"]} for row in rows]
        return named_items("person.benefits", ((f"{item['kind']}/{item['from']}", item) for item in items))

    def demo(self, insz: Insz, holds: Mapping[str, Any] | None, today: date) -> bytes:
        """The reply about an invented person."""
        if holds is None:
            return own_form.reply(insz, None)
        return own_form.reply(insz, {key.removeprefix("person."): value for key, value in holds.items()})


SOURCE = Benefits()
