"""Rights now and then, side by side."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from leerrekening.rules.decide import YES, Finding
from leerrekening.rules.words import value_words
from leerrekening.web.components import State
from leerrekening.web.rights.outcome import Outcome, known, language


@dataclass(frozen=True)
class Comparison:
    """One right now and then."""

    title: str
    now_state: State
    now: str
    then_state: State
    then: str
    difference: str
    reason: str
    is_different: bool


def compare(now: list[Outcome], then: list[Outcome]) -> list[Comparison]:
    """Each right, now and then; what differs comes first."""
    rows = [_row(a, b) for a, b in zip(now, then, strict=True)]
    return sorted(rows, key=lambda row: not row.is_different)


def _row(now: Outcome, then: Outcome) -> Comparison:
    before, after = _shown(now), _shown(then)
    different = (now.state, before) != (then.state, after)
    return Comparison(
        now.title,
        now.state,
        before,
        then.state,
        after,
        _difference(now, then) if different else _("Geen verschil"),
        then.reason,
        different,
    )


def _shown(outcome: Outcome) -> str:
    if outcome.last_known is not None:
        amount = f", {outcome.last_known.amount}" if outcome.last_known.amount else ""
        return _("Volgens de laatst bevestigde regels: %(answer)s") % {
            "answer": f"{outcome.last_known.verdict}{amount}"
        }
    return outcome.amount


def _difference(now: Outcome, then: Outcome) -> str:
    before, after = _left(now.finding), _left(then.finding)
    if before is not None and after is not None and now.state is then.state is State.AVAILABLE:
        sign = "+" if after > before else "−"
        return f"{sign} {value_words(abs(after - before), _unit(then.finding), language())}"
    if now.state is then.state:
        return _("Het antwoord verandert")
    return f"{now.state.label} → {then.state.label}"


def _left(finding: Finding) -> Any:
    ready = finding.slice.right
    if ready is None or finding.verdict != YES:
        return None
    values = finding.values_of(ready)
    left = known(values.get("left"))
    return known(values.get("value")) if left is None else left


def _unit(finding: Finding) -> str:
    ready = finding.slice.right
    assert ready is not None
    return str(ready.amount.labels["unit"])
