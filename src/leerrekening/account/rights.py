"""Which decision becomes which right of the ledger. Read off the law's own data; nothing here knows an instrument.

A right is granted when the law is confirmed and in force, the verdict is yes, and the amount is known. An amount per
month is paid as long as something lasts: it is no balance. A proposal, a law that is not confirmed, an open verdict and
an amount that is not known never grant.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any, Final

from leerrekening.rules import days
from leerrekening.rules.decide import IN_FORCE, YES, Finding, ReadyAmount
from leerrekening.rules.values import Unknown

UNITS: Final = {"cent": "cent", "minute": "minute", "voucher": "voucher"}
ROLLING: Final = "rolling"


@dataclass(frozen=True, slots=True)
class Period:
    """The period of a right as the ledger counts it: `kind` as `led.define_right` takes it, length in years."""

    kind: str
    years: int
    start: date
    end: date | None


@dataclass(frozen=True, slots=True)
class Grant:
    """What one decision gives in one right of the ledger: whole cents, minutes or vouchers, rounded down.

    `right` is the code in the ledger; `initiative` tells counters of one instrument apart (empty: it has one).
    `used` is what the law counts as used already, of everything that is known.
    """

    right: str
    instrument: str
    initiative: str
    unit: str
    amount: int
    used: int
    period: Period

    def as_json(self) -> dict[str, Any]:
        """As a decision keeps it."""
        end = self.period.end
        return {
            "right": self.right,
            "amount": self.amount,
            "from": self.period.start.isoformat(),
            "to": None if end is None else end.isoformat(),
        }


def grants_of(finding: Finding) -> tuple[Grant, ...]:
    """What a finding gives in the ledger; nothing unless it is a certain yes."""
    if finding.status != IN_FORCE or finding.verdict != YES or finding.slice.right is None:
        return ()
    if not is_balance(finding):
        return ()
    period = period_of(finding)
    if period is None:
        return ()
    counters = finding.slice.counters or (finding.slice.right,)
    return tuple(_grants(finding, counters, period))


def is_balance(finding: Finding) -> bool:
    """Whether the right is an amount that is used up, and not one that is paid each month."""
    right = finding.slice.right
    return right is not None and not right.amount.labels.get("per") and _unit(right) in UNITS


def period_of(finding: Finding) -> Period | None:
    """The period in which the right counts; None when it is not known."""
    right = finding.slice.right
    values = {} if right is None else finding.values_of(right)
    kind = values.get("period_kind")
    if not isinstance(kind, str):
        return None
    start, end = _day(values.get("period_from")), _day(values.get("period_to"))
    if kind == "career":
        return Period("career", 1, date(1900, 1, 1), None)
    if start is None or end is None:
        return None
    if kind.startswith(ROLLING):
        return Period(ROLLING, (end.toordinal() - start.toordinal() + 2) // 365, start, end)
    return Period(kind, 1, start, end)


def code_of(instrument: str, initiative: str, period: Period) -> str:
    """The code of a right in the ledger. The period is part of it: terms never change under a balance."""
    length = f"{period.years}" if period.kind == ROLLING else ""
    return "_".join(filter(None, (instrument, initiative, period.kind + length)))


def instrument_of(right: str, instruments: Iterable[str]) -> str:
    """The instrument of a right of the ledger: the longest id that its code begins with; empty when none does."""
    return max(
        (name for name in instruments if right == name or right.startswith(f"{name}_")), key=len, default=""
    )


def initiative_of(right: str, instrument: str) -> str:
    """The counter of a right of the ledger: own or joint, empty when its instrument has one."""
    first = right.removeprefix(f"{instrument}_").partition("_")[0]
    return first if first in ("own", "joint") else ""


def _grants(finding: Finding, counters: Iterable[ReadyAmount], period: Period) -> Iterable[Grant]:
    name = finding.instrument.id
    for ready in counters:
        values = finding.values_of(ready)
        amount = whole(values.get("value"))
        initiative = str(ready.amount.labels.get("initiative", ""))
        if amount is None or _unit(ready) not in UNITS:
            continue
        code = code_of(name, initiative, period)
        used = whole(values.get("used")) or 0
        yield Grant(code, name, initiative, UNITS[_unit(ready)], amount, used, period)


def whole(value: Any) -> int | None:
    """A known number rounded down to a whole, None when it is not known. The law's own amounts stay exact."""
    if isinstance(value, bool) or not isinstance(value, int | Fraction):
        return None
    return value if isinstance(value, int) else value.numerator // value.denominator


def _unit(ready: ReadyAmount) -> str:
    return str(ready.amount.labels.get("unit", ""))


def _day(value: Any) -> date | None:
    if type(value) is Unknown or not isinstance(value, int) or not 1 <= value < days.FOREVER:
        return None
    return date.fromordinal(value)
