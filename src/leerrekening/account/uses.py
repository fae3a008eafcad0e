"""Use of a right that registers and people tell of, as lines of the ledger. Each use has one id: none is booked twice.

All lines of one use carry the same group, made of the person and the name of the item in the registry. A use that turns
out otherwise is reversed and booked anew.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final
from uuid import NAMESPACE_URL, UUID, uuid5

import psycopg

from leerrekening.account.lots import Lot
from leerrekening.account.rights import Period, initiative_of, instrument_of
from leerrekening.ledger import Op, Reason, Request
from leerrekening.registry.situation import Known

AMOUNTS: Final = {"minute": "minutes", "cent": "cents", "voucher": "vouchers"}
"""Unit of a right to the name of the amount in the lists of the contract."""
DAYS: Final = {"used": "on", "guidance": "from"}
"""List of the contract that tells of uses, to the name of the day in it."""


@dataclass(frozen=True, slots=True)
class Use:
    """One use that is known. `amounts`: by unit; a unit that nobody tells is left out."""

    group: UUID
    instrument: str
    initiative: str
    on: date
    amounts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Booked:
    """A use as the ledger has it now. `times`: how many lines its group has had."""

    group: UUID
    id: UUID
    lot: int
    amount: int
    on: date
    times: int


@dataclass(frozen=True, slots=True)
class Told:
    """A use that is told of, and the lot it falls in."""

    use: Use
    lot: Lot

    @property
    def amount(self) -> int:
        """How much of the lot it is."""
        return self.use.amounts[self.lot.unit]


def known_uses(party: int, known: Known) -> list[Use]:
    """The uses that are told of, the oldest first. What has no day or no instrument cannot be booked."""
    found = []
    for path, day in DAYS.items():
        for place, item in enumerate(known.document.get(path) or ()):
            if item.get("instrument") is None or item.get(day) is None:
                continue
            amounts = {
                unit: int(item[key]) for unit, key in AMOUNTS.items() if isinstance(item.get(key), int)
            }
            origin = known.origins.get(f"{path}[{place}]")
            name = origin.item if origin is not None and origin.item else f"{place}"
            found.append(
                Use(
                    uuid5(NAMESPACE_URL, f"llr:use|{party}|{path}|{name}"),
                    item["instrument"],
                    item.get("initiative") or "",
                    date.fromisoformat(item[day]),
                    amounts,
                )
            )
    return sorted(found, key=lambda use: (use.on, use.group))


def belongs(use: Use, instrument: str, initiative: str, unit: str, period: Period) -> bool:
    """Whether a use is of this right in this period."""
    return (
        use.instrument == instrument
        and use.amounts.get(unit, 0) > 0
        and (not initiative or use.initiative == initiative)
        and period.start <= use.on
        and (period.end is None or use.on <= period.end)
    )


def booked(connection: psycopg.Connection[Any], parties: Sequence[int]) -> dict[int, dict[UUID, Booked]]:
    """The uses of these people that stand in the ledger and were not reversed, by person and group."""
    rows = connection.execute(
        "select t.party, t.group_id, t.id, t.debit, t.amount, t.valid_on,"
        " exists (select from led.transfer x where x.party = t.party and x.ref = t.id)"
        " from led.transfer t where t.party = any(%s) and t.op = %s and t.reason = %s and t.group_id is not null"
        " order by t.party, t.seq",
        [list(parties), int(Op.MOVE), int(Reason.USE)],
    )
    times: dict[tuple[int, UUID], int] = {}
    found: dict[int, dict[UUID, Booked]] = {}
    for party, group, made, lot, amount, on, reversed_ in rows:
        n = times.get((party, group), 0)
        if made != line_id(group, n):
            continue  # a use of another kind: booked by a course, not told by a register
        times[party, group] = n + 1
        left = 0 if reversed_ else amount
        found.setdefault(party, {})[group] = Booked(group, made, lot, left, on, n + 1)
    return found


def line_id(group: UUID, times: int) -> UUID:
    """The id of a line of a use: the group, and how many lines it had before."""
    return uuid5(group, f"use|{times}")


def told(known: Iterable[Use], lots: Iterable[Lot], instruments: Iterable[str]) -> dict[UUID, Told]:
    """Each use that is told of and falls in a lot, by group."""
    each, names = list(known), list(instruments)
    found = {}
    for lot in lots:
        instrument = instrument_of(lot.right, names)
        initiative = initiative_of(lot.right, instrument)
        period = Period("", 1, lot.start, lot.end)
        for use in each:
            if belongs(use, instrument, initiative, lot.unit, period):
                found[use.group] = Told(use, lot)
    return found


def reversals(party: int, groups: dict[UUID, Booked], now: Mapping[UUID, Told], on: date) -> list[Request]:
    """Take back what is no longer told, or told otherwise; in `groups` nothing of it is left."""
    requests = []
    for group, old in groups.items():
        use = now.get(group)
        stands = use is not None and (use.lot.lot, use.use.on) == (old.lot, old.on)
        if old.amount and (not stands or use is not None and old.amount > use.amount):
            requests.append(_reversal(party, old, on))
            groups[group] = replace(old, amount=0)
    return requests


def bookings(
    party: int,
    groups: Mapping[UUID, Booked],
    now: Mapping[UUID, Told],
    decisions: Mapping[tuple[str, date], UUID],
    on: date,
) -> list[Request]:
    """Book what is told and not booked yet, as far as each right reaches. `decisions`: by right and first day."""
    requests = []
    free = {each.lot.lot: each.lot.free for each in now.values()}
    for group, each in now.items():
        lot, old = each.lot, groups.get(group)
        have = old.amount if old is not None else 0
        room = min(each.amount - have, free[lot.lot])
        if room <= 0:
            continue
        if old is not None and have:
            requests.append(_reversal(party, old, on))
        requests.append(_booking(party, each, old, have + room, decisions.get((lot.right, lot.start))))
        free[lot.lot] -= room
    return requests


def _reversal(party: int, old: Booked, on: date) -> Request:
    return Request(
        party, uuid5(old.id, "reversed"), Op.REVERSE, on, Reason.MISTAKE, ref=old.id, group=old.group
    )


def _booking(party: int, each: Told, old: Booked | None, amount: int, decision: UUID | None) -> Request:
    use, lot = each.use, each.lot
    return Request(
        party,
        line_id(use.group, old.times if old is not None else 0),
        Op.MOVE,
        use.on,
        Reason.USE,
        unit=lot.lot % 8,
        debit=lot.lot,
        credit=lot.consumption,
        amount=amount,
        group=use.group,
        decision=decision,
    )
