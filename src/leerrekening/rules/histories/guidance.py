"""Facts at a day from career guidance already followed: rounds of vouchers, and minutes."""

from __future__ import annotations

from typing import Final

from leerrekening.rules import days
from leerrekening.rules.histories.derivation import Codes, absent, derived
from leerrekening.rules.situation import Item, Situation
from leerrekening.rules.values import Truth, Unknown, either, missing

_GUIDANCE_READS: Final = ("guidance", "guidance.from", "guidance.instrument", "guidance.vouchers")


def _guidance_of(s: Situation, instrument: str, day: int) -> list[tuple[int, Item]] | Unknown:
    """Guidance under an instrument that began on or before ``day``, in order of its first day."""
    entries = s.lists.get("guidance")
    if entries is None:
        return missing("guidance")
    out: list[tuple[int, Item]] = []
    for entry in entries:
        kind = entry.get("instrument")
        if kind is not None and kind != instrument:
            continue
        if (open_ := absent(entry, "guidance", "instrument", "from")) is not None:
            return open_
        if entry["from"] <= day:
            out.append((entry["from"], entry))
    return sorted(out, key=lambda pair: pair[0])


def _cycle(s: Situation, day: int, years: int) -> tuple[int, list[Item]] | Unknown:
    """First day and guidance of the round of vouchers that still counts on ``day``.

    A round begins with the first guidance and ends on the eve of its ``years``-th anniversary (contract, 8).
    """
    entries = _guidance_of(s, "loopbaancheques", day)
    if type(entries) is Unknown:
        return entries
    begin = day
    items: list[Item] = []
    for start, entry in entries:
        if items and start < days.add_years(begin, years):
            items.append(entry)
        else:
            begin, items = start, [entry]
    if items and days.add_years(begin, years) <= day:
        return day, []
    return begin, items


@derived("date", "date", "year", reads=_GUIDANCE_READS, shows="guidance.from")
def voucher_round_start(s: Situation, day: int, years: int) -> int | Unknown:
    """The first day of the current round of career vouchers; ``day`` when a new round would begin."""
    cycle = _cycle(s, day, years)
    return cycle if type(cycle) is Unknown else cycle[0]


@derived("count", "date", "year", reads=_GUIDANCE_READS, shows="guidance.vouchers")
def vouchers_in_round(s: Situation, day: int, years: int) -> int | Unknown:
    """Career vouchers used in the current round."""
    cycle = _cycle(s, day, years)
    if type(cycle) is Unknown:
        return cycle
    total = 0
    for entry in cycle[1]:
        if entry.get("vouchers") is None:
            return missing("guidance.vouchers")
        total += entry["vouchers"]
    return total


@derived("boolean", "date", reads=_GUIDANCE_READS, shows="guidance.vouchers", filters=("instrument",))
def ever_guided(s: Situation, day: int, instrument: Codes) -> Truth:
    """Guidance under one of the instruments began on or before ``day``; an entry counts whatever its size."""
    out: Truth = False
    entries = s.lists.get("guidance")
    if entries is None:
        return missing("guidance")
    for entry in entries:
        kind, start = entry.get("instrument"), entry.get("from")
        if (kind is not None and kind not in instrument) or (start is not None and start > day):
            continue
        open_ = absent(entry, "guidance", "instrument", "from")
        out = either(out, True if open_ is None else open_)
    return out


@derived(
    "minute", "date", reads=("guidance", "guidance.minutes", "guidance.instrument"), filters=("instrument",)
)
def guided_minutes(s: Situation, day: int, instrument: Codes) -> int | Unknown:
    """Minutes of guidance under the instruments, begun on or before ``day``."""
    total = 0
    for name in sorted(instrument):
        entries = _guidance_of(s, name, day)
        if type(entries) is Unknown:
            return entries
        for _, entry in entries:
            if entry.get("minutes") is None:
                return missing("guidance.minutes")
            total += entry["minutes"]
    return total
