"""A small world for the tests of the account: facts are told of people, and the ledger must follow."""

from __future__ import annotations

from datetime import date
from itertools import count
from typing import Any

from tests.installed import Installed

from leerrekening.account import decisions, grants
from leerrekening.account.grants import Settled
from leerrekening.lawtext.keeper import HeldLaw
from leerrekening.ledger import Ledger
from leerrekening.ledger.auditor import audit
from leerrekening.ledger.requests import Lot
from leerrekening.registry import facts, people
from leerrekening.registry.insz import invented_insz
from leerrekening.registry.sources import REGISTERS
from leerrekening.registry.sources.refreshing import note

# A cleaner in Flanders, full-time since 2012, born in 1980, upper secondary: leave, cheques, career vouchers in 2023.
JOB: dict[str, Any] = {
    "from": "2012-09-03",
    "to": None,
    "kind": "employee",
    "sector": "private",
    "workplace_region": "vlaams_gewest",
    "joint_committee": "121",
    "fraction": [{"from": "2012-09-03", "to": None, "value": 1}],
    "weekly_hours": 38,
    "full_time_weekly_hours": 38,
    "schedule": "variable",
    "monthly_gross_cents": 240000,
}
PERSON: dict[str, Any] = {
    "birth_date": "1980-04-12",
    "moved_from_other_eea": False,
    "highest_diploma": "secundair",
}
RESIDENCE = {"from": "1980-04-12", "to": None, "region": "vlaams_gewest"}

NUMBERS = count(1)


class World:
    """One database with people."""

    def __init__(self, installed: Installed, held: HeldLaw) -> None:
        self.installed, self.held = installed, held

    def person(self, *, job: dict[str, Any] | None = JOB, used: list[dict[str, Any]] | None = None,
               guidance: list[dict[str, Any]] | None = None, **other: Any) -> int:  # fmt: skip
        """A person of whom every register has answered."""
        with self.installed.access.transaction("batch") as connection:
            party = people.find_or_add(
                connection, invented_insz(date(1980, 4, 12), next(NUMBERS)), "An", "Voorbeeld"
            )
            for register in REGISTERS:
                note(connection, [party], register.id, "answered", counts=True)
        for path, value in {**PERSON, **other}.items():
            self.certify(party, f"person.{path}", value)
        self.certify(party, "person.residence", RESIDENCE, "1")
        if job is not None:
            self.certify(party, "jobs", job, "1")
        for number, item in enumerate(used or ()):
            self.certify(party, "used", item, f"{number}")
        for number, item in enumerate(guidance or ()):
            self.certify(party, "guidance", item, f"{number}")
        return party

    def certify(self, party: int, path: str, value: Any, item: str = "") -> None:
        """A register says so from now on."""
        with self.installed.access.transaction("batch") as connection:
            facts.certify(connection, party, "employment", path, value, item=item)

    def job(self, party: int, **changes: Any) -> None:
        """The job turns out otherwise; `share`: of full time, from its first day."""
        if "share" in changes:
            changes["fraction"] = [{"from": JOB["from"], "to": None, "value": changes.pop("share")}]
        self.certify(party, "jobs", {**JOB, **changes}, "1")

    def settle(self, party: int, today: str, cause: decisions.Cause = "first_sight") -> Settled:
        """Decide on a day."""
        with self.installed.access.transaction("batch") as connection:
            return grants.settle(connection, self.held, [party], date.fromisoformat(today), cause)[0]

    def lots(self, party: int) -> dict[str, Lot]:
        """Balances by right, and first day of the period where there are several."""
        with Ledger(self.installed.dsn("batch")) as ledger:
            found = ledger.lots(party)
        return {f"{lot.right} {lot.period_from}": lot for lot in found}

    def balances(self, party: int) -> dict[str, int]:
        """What is there, by right."""
        return {name: lot.posted for name, lot in self.lots(party).items()}

    def check(self) -> None:
        """The auditor must find nothing wrong."""
        report = audit(self.installed.dsn("auditor"))
        assert report.clean, [str(finding) for finding in report.findings]
