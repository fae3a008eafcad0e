"""The lots of people as the ledger has them now: what was given, what is free, and what lines say so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import psycopg

UNIT_CODES: Final = {1: "cent", 2: "minute", 3: "voucher"}
"""Number of a unit, the last part of the number of a lot, to its code."""


@dataclass(frozen=True, slots=True)
class Lot:
    """A right of a person in one period with what the journal says of it, in its own unit.

    `consumption`: the account to which use is booked. `lines`: how many it has; none: opened, still to be granted.
    """

    lot: int
    right: str
    start: date
    end: date | None
    given: int
    claimed: int
    free: int
    consumption: int
    lines: int

    @property
    def entitled(self) -> int:
        """What was given, less what turned out to be owed."""
        return self.given - self.claimed

    @property
    def unit(self) -> str:
        """cent, minute or voucher."""
        return UNIT_CODES[self.lot % 8]


Lots = Mapping[tuple[str, date], Lot]
"""The lots of one person, by right and first day of the period."""


def lots_of(
    connection: psycopg.Connection[Any], parties: Sequence[int]
) -> dict[int, dict[tuple[str, date], Lot]]:
    """Every lot of these people but claims, by person, right and first day of the period."""
    rows = connection.execute(
        "select l.party, l.lot, r.code, l.period_from, l.usable_to, e.given, e.claimed,"
        " case when l.state = 0 then l.posted - l.reserved else 0 end, r.consumption,"
        " (select count(*) from led.transfer t where t.party = l.party and l.lot in (t.debit, t.credit))"
        " from led.lot l join led.right_type r on r.right_id = l.right_id and not r.is_claim"
        " cross join lateral led.entitlement(l.party, l.lot) e where l.party = any(%s)",
        [list(parties)],
    )
    found: dict[int, dict[tuple[str, date], Lot]] = {}
    for party, *row in rows:
        lot = Lot(*row)
        found.setdefault(party, {})[lot.right, lot.start] = lot
    return found
