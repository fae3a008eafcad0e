"""The time line of an account: what was granted, used and lost, what runs now, and what is known to come."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

from django.utils.translation import gettext as _

from leerrekening.account.overview import AccountRight, Balance, Line, Overview
from leerrekening.account.uses import known_uses
from leerrekening.ledger.requests import Op
from leerrekening.rules import days
from leerrekening.rules.decide import ENDED, IN_FORCE, NOT_YET, PROPOSED, UNCONFIRMED
from leerrekening.rules.timeline import HORIZON_YEARS
from leerrekening.web.account.origins import words_of
from leerrekening.web.account.standing import acquired_words, balance_label, in_unit
from leerrekening.web.components import Text, TimelineRow
from leerrekening.web.rights.outcome import capital, in_words
from leerrekening.web.rights.reasons import later_words
from leerrekening.web.rights.wording import pair, small_start

Part = Literal["past", "now", "future"]


@dataclass(frozen=True)
class Stretch:
    """Past, present or future, with its rows: the newest first in the past, the nearest first in the future."""

    id: Part
    title: Text
    rows: tuple[TimelineRow, ...]


def stretches(account: Overview) -> tuple[Stretch, ...]:
    """The time line in three parts."""
    coming = sorted(_future(account), key=lambda row: row.start or date.max)
    present = sorted(_present(account), key=lambda row: (row.end or date.max, str(row.text)))
    gone = sorted(_past(account), key=lambda row: row.start or date.min, reverse=True)
    return (
        Stretch("future", _("Wat komt"), tuple(coming)),
        Stretch("now", _("Nu"), tuple(present)),
        Stretch("past", _("Wat was"), tuple(gone)),
    )


def _present(account: Overview) -> Iterator[TimelineRow]:
    for right in account.rights:
        for balance in right.running:
            granted = _("%(amount)s toegekend") % {"amount": in_unit(balance.granted, balance.unit)}
            text = pair(f"{_title(right)}, {small_start(balance_label(balance))}", granted)
            start: date | None = balance.start
            if balance.start.year == 1900:  # for a whole career: what is known is when it was granted
                start = balance.lines[0].valid_on if balance.lines else None
            yield TimelineRow(start, balance.end, text, acquired_words(account, balance), current=True)


def _past(account: Overview) -> Iterator[TimelineRow]:
    yield from _told_uses(account)
    for right in account.rights:
        for balance in (*right.running, *right.past):
            for line in balance.lines:
                if line.valid_on <= account.today:
                    yield from _line_row(account, right, balance, line)
        for claim in right.claims:
            for line in claim.lines:
                text = _("%(right)s: u gebruikte %(amount)s meer dan uw recht") % {
                    "right": _title(right),
                    "amount": in_unit(claim.posted, claim.unit),
                }
                yield TimelineRow(line.valid_on, line.valid_on, text, event=True)


def _told_uses(account: Overview) -> Iterator[TimelineRow]:
    """Use that is told of, in periods for which this account never had a balance."""
    names = {right.id: _title(right) for right in account.rights}
    for use in known_uses(account.party, account.known):
        kept = any(
            balance.instrument == use.instrument
            and balance.start <= use.on
            and (balance.end is None or use.on <= balance.end)
            for balance in account.balances
        )
        if kept or use.on > account.today or use.instrument not in names:
            continue
        amounts = ", ".join(in_unit(amount, unit) for unit, amount in use.amounts.items() if amount)
        text = _("%(amount)s gebruikt") % {"amount": amounts} if amounts else _("gebruikt")
        note = _("Zo staat het bij wat wij over u weten. Uw rekening bestond toen nog niet.")
        yield TimelineRow(use.on, use.on, pair(names[use.instrument], text), note, event=True)


def _line_row(account: Overview, right: AccountRight, balance: Balance, line: Line) -> Iterator[TimelineRow]:
    text = line_words(line, balance.unit)
    if not text:
        return
    note = acquired_words(account, balance) if line.reason == "grant" else ""
    title = f"{_title(right)}, {small_start(balance_label(balance))}"
    yield TimelineRow(line.valid_on, line.valid_on, pair(title, text), note, event=True)


def line_words(line: Line, unit: str) -> str:
    """What one line of a balance did, in words; empty for what is only administration."""
    amount = in_unit(abs(line.posted_change or line.reserved_change), unit)
    if line.op in (Op.RESERVE, Op.VOID):
        if line.op is Op.RESERVE and line.until is not None:
            return _("%(amount)s gereserveerd tot %(day)s") % {"amount": amount, "day": words_of(line.until)}
        words = _("%(amount)s gereserveerd") if line.op is Op.RESERVE else _("%(amount)s weer vrij")
        return words % {"amount": amount}
    if line.op in (Op.FREEZE, Op.UNFREEZE, Op.CLOSE):
        return {
            Op.FREEZE: _("stilgezet voor een onderzoek"),
            Op.UNFREEZE: _("weer te gebruiken"),
            Op.CLOSE: _("periode afgesloten"),
        }[line.op]
    if line.reason == "correction":
        more = line.posted_change > 0
        words = _("verbeterd: %(amount)s meer") if more else _("verbeterd: %(amount)s minder")
        return words % {"amount": amount}
    words = {
        "grant": _("%(amount)s toegekend"),
        "use": _("%(amount)s gebruikt"),
        "absent": _("%(amount)s verloren door afwezigheid"),
        "mistake": _("%(amount)s teruggezet, want het was verkeerd geboekt"),
        "expired": _("%(amount)s vervallen"),
        "carried_over": _("%(amount)s overgedragen"),
        "conversion": _("%(amount)s omgezet"),
        "claim": _("%(amount)s te veel gebruikt"),
        "claim_settled": _("%(amount)s vereffend"),
    }.get(line.reason, _("%(amount)s aangepast"))
    return words % {"amount": amount}


def _future(account: Overview) -> Iterator[TimelineRow]:
    for right in account.rights:
        for balance in right.running:
            if balance.end is not None and balance.available > 0:
                text = _("%(right)s: wat u dan nog niet gebruikte, vervalt") % {"right": _title(right)}
                yield TimelineRow(balance.end, balance.end, text, balance_label(balance), event=True)
            for line in balance.lines:
                if (
                    line.op is Op.RESERVE
                    and line.until
                    and line.until >= account.today
                    and _is_held(balance, line)
                ):
                    words = _("%(right)s: uw reservatie van %(amount)s loopt af") % {
                        "right": _title(right),
                        "amount": in_unit(line.reserved_change, balance.unit),
                    }
                    yield TimelineRow(line.until, line.until, words, event=True)
        yield from _changes(account, right)


def _is_held(balance: Balance, hold: Line) -> bool:
    return all(line.ref != hold.id for line in balance.lines)


def _changes(account: Overview, right: AccountRight) -> Iterator[TimelineRow]:
    """What the law announces, and the first day on which time alone changes the answer for this person."""
    finding = right.finding
    engine = finding.person.engine
    shown = set()
    if right.later is not None:
        shown.add(right.later.day)
        yield _event(right.later.day, pair(_title(right), small_start(later_words(finding, right.later))))
    today = account.today.toordinal()
    status = finding.status
    for day in engine.boundaries(right.id):
        if not today < day <= days.add_years(today, HORIZON_YEARS):
            continue
        then = engine.slice(right.id, day).status
        if then != status and day not in shown:
            yield _event(day, pair(_title(right), status_words(then)))
        status = then


def status_words(status: str) -> str:
    """What changes when the law of an instrument gets another status."""
    return {
        IN_FORCE: _("de regeling geldt"),
        UNCONFIRMED: _("vanaf dan is de wet niet bevestigd"),
        PROPOSED: _("vanaf dan is er een voorstel, nog geen wet"),
        NOT_YET: _("de regeling bestaat dan nog niet"),
        ENDED: _("de regeling stopt"),
    }[status]


def _event(day: int, text: str) -> TimelineRow:
    on = date.fromordinal(day)
    return TimelineRow(on, on, text, event=True)


def _title(right: AccountRight) -> str:
    return capital(in_words(right.finding.instrument.name))
