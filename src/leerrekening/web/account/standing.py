"""Where each right of an account stands: the decision and the balances joined, for the reader.

An amount is available only when the law of today says yes and the ledger holds it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any, Final

from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from leerrekening.account.overview import AccountRight, Balance, Overview
from leerrekening.rules.decide import UNCONFIRMED
from leerrekening.rules.document import Documents
from leerrekening.rules.values import Unknown
from leerrekening.rules.words import value_words
from leerrekening.web.account.origins import words_of
from leerrekening.web.components import State, Text
from leerrekening.web.rights.outcome import (
    BLOCK_TITLES,
    STATE_ORDER,
    Outcome,
    condition_words,
    language,
    margin_words,
    outcome,
)
from leerrekening.web.rights.reasons import reasons

KEPT_TEXTS: Final = 1024


@dataclass(frozen=True)
class ShownBalance:
    """One balance in words. `acquired`: under which rule it was granted and until when it can be used."""

    balance: Balance
    label: str
    available: str
    reserved: str
    used: str
    granted: str
    acquired: str
    expires: str


@dataclass(frozen=True)
class ShortCondition:
    """A condition in one line. `verdict`: met, not_met or open."""

    text: str
    verdict: str
    margin: str


@dataclass(frozen=True)
class ShownRight:
    """One right for the overview. `conditions`: all of them in short, read with the last confirmed rules when the law
    of today is not confirmed."""

    right: AccountRight
    outcome: Outcome
    state: State
    amount: str
    reason: str
    note: str
    balances: tuple[ShownBalance, ...]
    kept: tuple[ShownBalance, ...]
    conditions: SafeString
    owed: str

    @property
    def id(self) -> str:
        """The id of the instrument."""
        return self.right.id

    @property
    def title(self) -> str:
        """Its name, beginning with a capital."""
        return self.outcome.title

    @property
    def asks_more(self) -> bool:
        """Whether something is not known yet that would count."""
        finding = self.outcome.finding
        return bool((finding.as_last_confirmed() if self.is_last_confirmed else finding).missing())

    @property
    def is_last_confirmed(self) -> bool:
        """Whether the conditions are those of the last confirmed rules."""
        return self.outcome.finding.status == UNCONFIRMED


def shown_rights(account: Overview) -> list[ShownRight]:
    """Every right of an account."""
    return [shown(account, right) for right in account.rights]


def blocks(rights: Iterable[ShownRight]) -> list[tuple[str, Text, list[ShownRight]]]:
    """Money, time and guidance, each with its rights: what can be used first, what has ended last."""
    rank = {state: place for place, state in enumerate(STATE_ORDER)}
    each = list(rights)
    return [
        (
            name,
            title,
            sorted(
                (right for right in each if right.outcome.finding.instrument.block == name),
                key=lambda right: (right.outcome.finding.status == "ended", rank[right.state]),
            ),
        )
        for name, title in BLOCK_TITLES.items()
    ]


def shown(account: Overview, right: AccountRight) -> ShownRight:
    """One right for the reader."""
    told, conditions = _told(
        _Key(right), account.reading.law_version, account.reading.id.hex, right.id, language()
    )
    state, reason, note, amount = told.state, told.reason, told.note, told.amount
    usable = right.usable
    if right.holds and right.is_balance:
        if usable:
            state = _state_of(usable)
            amount = in_unit(_first(usable).available, usable[0].unit) if state is State.AVAILABLE else ""
            if state is not told.state:
                reason = _REASONS[state]()
        elif state is State.AVAILABLE and any(
            grant.instrument == right.id and grant.amount for grant in account.reading.grants()
        ):
            state, amount, note = State.NOT_YET, "", ""
            if account.is_proven:
                reason = _(
                    "U hebt dit recht: %(amount)s. Wij zetten het nu in uw rekening. Daarna kunt u het gebruiken."
                ) % {"amount": told.amount}
            else:
                reason = _(
                    "Klopt wat u vertelde, dan hebt u dit recht: %(amount)s. Wij zetten het in uw rekening als u zich"
                    " een eerste keer aanmeldt."
                ) % {"amount": told.amount}
    elif state is State.USED:
        reason = _REASONS[state]()
    balances = tuple(shown_balance(account, balance) for balance in usable)
    kept = tuple(
        shown_balance(account, balance)
        for balance in right.running
        if balance not in usable and balance.posted
    )
    owed = ", ".join(in_unit(claim.posted, claim.unit) for claim in right.claims)
    return ShownRight(right, told, state, amount, reason, note, balances, kept, conditions, owed)


def _first(balances: tuple[Balance, ...]) -> Balance:
    """The balance for the headline: the first from which something can be used."""
    return next((balance for balance in balances if balance.available > 0), balances[0])


def _state_of(balances: tuple[Balance, ...]) -> State:
    if any(balance.available > 0 for balance in balances):
        return State.AVAILABLE
    if any(balance.reserved > 0 for balance in balances):
        return State.RESERVED
    return State.UNKNOWN if any(balance.is_frozen for balance in balances) else State.USED


_REASONS: Final = {
    State.AVAILABLE: lambda: _("U voldoet aan alle voorwaarden die wij kunnen nakijken."),
    State.RESERVED: lambda: _("Alles wat u nog had, is gereserveerd."),
    State.USED: lambda: _("U gebruikte dit recht al helemaal."),
    State.UNKNOWN: lambda: _("Dit recht staat stil zolang een dienst het nakijkt."),
}


class _Key:
    """A right as an argument that caching does not look at: what it follows from stands beside it."""

    def __init__(self, right: AccountRight) -> None:
        self.right: Final = right

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Key)

    def __hash__(self) -> int:
        return 0


@lru_cache(maxsize=KEPT_TEXTS)
def _told(
    key: _Key, _version: str, _reading: str, _instrument: str, _language: str
) -> tuple[Outcome, SafeString]:
    """What the law says, in words: the same for the same reading and language, so kept for the next page."""
    told = outcome(key.right.finding)
    finding = told.finding
    read = finding.as_last_confirmed() if finding.status == UNCONFIRMED else finding
    verdicts: dict[Any, str] = {True: "met", False: "not_met"}
    conditions = tuple(
        ShortCondition(
            condition_words(read, condition),
            verdicts.get(value, "open") if isinstance(value, bool) else "open",
            margin_words(read, condition) if value is False else "",
        )
        for condition, value in read.results
        if not (type(value) is Unknown and value.free)
    )
    ordered = sorted(conditions, key=lambda c: ("not_met", "open", "met").index(c.verdict))
    return told, render_to_string("account/conditions.html", {"conditions": ordered})


def why(account: Overview, shown_right: ShownRight, documents: Documents) -> SafeString:
    """Everything behind a right, as HTML. What is not known yet stands on the page itself, with the way to tell it."""
    return _why(_Why(shown_right.outcome, documents), account.reading.id.hex, shown_right.id, language())


class _Why:
    """What the reasons are read from, as an argument that caching does not look at."""

    def __init__(self, told: Outcome, documents: Documents) -> None:
        self.told: Final = told
        self.documents: Final = documents

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Why)

    def __hash__(self) -> int:
        return 0


@lru_cache(maxsize=KEPT_TEXTS // 4)
def _why(of: _Why, _reading: str, _instrument: str, _language: str) -> SafeString:
    right = reasons(of.told, of.documents)
    named = {"right": right, "missing_list": "", "level": 3}
    return render_to_string("rights/why.html", named)


def shown_balance(account: Overview, balance: Balance) -> ShownBalance:
    """One balance in words."""
    return ShownBalance(
        balance,
        balance_label(balance),
        in_unit(balance.available, balance.unit),
        in_unit(balance.reserved, balance.unit),
        in_unit(balance.used, balance.unit),
        in_unit(balance.granted, balance.unit),
        acquired_words(account, balance),
        "" if balance.end is None else words_of(balance.end),
    )


def balance_label(balance: Balance) -> str:
    """What tells balances of one right apart."""
    if balance.initiative == "own":
        return _("Op eigen initiatief")
    if balance.initiative == "joint":
        return _("Op voorstel van uw werkgever")
    return _("Uw tegoed")


def acquired_words(account: Overview, balance: Balance) -> str:
    """Under which rule a balance was granted, and until when it can be used."""
    if balance.decision is None:
        return ""
    rule = words_of(balance.decision.as_of)
    if balance.end is None:
        return _("Verworven onder de regel van %(rule)s. Er is geen einddatum.") % {"rule": rule}
    if balance.end < account.today:
        return _("Verworven onder de regel van %(rule)s, gold tot en met %(end)s.") % {
            "rule": rule,
            "end": words_of(balance.end),
        }
    return _("Verworven onder de regel van %(rule)s, geldig tot en met %(end)s.") % {
        "rule": rule,
        "end": words_of(balance.end),
    }


def in_unit(amount: int, unit: str) -> str:
    """An amount of the ledger with its unit."""
    return value_words(amount, unit, language())


def period_words(start: date, end: date | None) -> str:
    """From when to when a balance counts."""
    if end is None:
        return _("Voor uw hele loopbaan")
    return _("Van %(start)s tot en met %(end)s") % {"start": words_of(start), "end": words_of(end)}


def signed(change: int, unit: str) -> str:
    """A change with its sign; empty when there is none."""
    if not change:
        return ""
    return f"{'+' if change > 0 else '−'}\N{NO-BREAK SPACE}{in_unit(abs(change), unit)}"
