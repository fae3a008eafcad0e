"""What the findings mean for the person: a state, a reason and an amount for each right, in three blocks.

An amount is only given where the verdict is yes and the amount is known; whatever the law does not confirm, or only
proposes, is told apart from what holds.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from leerrekening.rules import days
from leerrekening.rules.decide import (
    ENDED,
    NO,
    NOT_YET,
    PROPOSED,
    UNCONFIRMED,
    UNDECIDED,
    YES,
    Condition,
    Finding,
    ReadyAmount,
)
from leerrekening.rules.explain import NextChange, next_change
from leerrekening.rules.facts import Text as LawText
from leerrekening.rules.margins import nearest_gap
from leerrekening.rules.values import Unknown
from leerrekening.rules.words import date_words, fill, value_words
from leerrekening.web.components import Block, Right, State, Text
from leerrekening.web.rights.wording import printed, wait_words, words

BLOCK_TITLES: Final[dict[str, Text]] = {
    "money": gettext_lazy("Geld"),
    "time": gettext_lazy("Tijd"),
    "guidance": gettext_lazy("Begeleiding"),
}
VERDICTS: Final[dict[str, Text]] = {
    YES: gettext_lazy("ja"),
    NO: gettext_lazy("nee"),
    UNDECIDED: gettext_lazy("nog open"),
}


@dataclass(frozen=True)
class LastKnown:
    """What the last confirmed rules would give: useful, never a decision."""

    until: str
    verdict: Text
    reason: str
    amount: str


@dataclass(frozen=True)
class Outcome:
    """One right of one person, for a summary."""

    finding: Finding
    state: State
    reason: str
    amount: str
    note: str
    later: NextChange | None
    last_known: LastKnown | None

    @property
    def id(self) -> str:
        """The id of the instrument."""
        return self.finding.instrument.id

    @property
    def title(self) -> str:
        """Its name, beginning with a capital."""
        return capital(in_words(self.finding.instrument.name))

    @property
    def right(self) -> Right:
        """As the cards beside the questions show it."""
        note = self.note
        if self.last_known is not None:
            note = " ".join(part for part in (note, _last_known_line(self.last_known)) if part)
        return Right(self.title, self.state, self.reason, amount=self.amount, note=note)


def outcomes(findings: list[Finding]) -> list[Outcome]:
    """Every finding for the reader."""
    return [outcome(finding) for finding in findings]


def blocks(found: list[Outcome]) -> list[tuple[str, Text, list[Outcome]]]:
    """Money, time and guidance, each with its rights: what can be used first, what has ended last."""
    rank = {state: i for i, state in enumerate(STATE_ORDER)}
    return [
        (
            name,
            title,
            sorted(
                (o for o in found if o.finding.instrument.block == name),
                key=lambda o: (o.finding.status == ENDED, rank[o.state]),
            ),
        )
        for name, title in BLOCK_TITLES.items()
    ]


def cards(found: list[Outcome]) -> list[Block]:
    """The blocks as cards."""
    return [Block(name, title, rights=tuple(o.right for o in each)) for name, title, each in blocks(found)]


STATE_ORDER: Final = (
    State.AVAILABLE,
    State.RESERVED,
    State.UNKNOWN,
    State.NOT_YET,
    State.PROPOSED,
    State.USED,
    State.NO,
)


def outcome(finding: Finding) -> Outcome:
    """State, reason and amount of one finding."""
    later = next_change(finding) if finding.verdict == NO and finding.status != ENDED else None
    state = state_of(finding, later)
    amount = amount_words(finding) if state is State.AVAILABLE else ""
    unconfirmed = finding.status == UNCONFIRMED and finding.frame is not None
    last_known = _last_known(finding) if unconfirmed else None
    return Outcome(
        finding,
        state,
        reason_of(finding, state, later),
        amount,
        _note(finding, state, amount),
        later,
        last_known,
    )


def state_of(finding: Finding, later: NextChange | None) -> State:
    """The word for where a right stands."""
    if finding.frame is None:
        return State.UNKNOWN
    if finding.status == PROPOSED:
        return State.PROPOSED
    if finding.status == NOT_YET:
        return State.NOT_YET
    if finding.verdict == UNDECIDED:
        return State.UNKNOWN
    if finding.verdict == YES:
        return State.USED if _nothing_left(finding) else State.AVAILABLE
    if finding.status == ENDED:
        return State.NO
    comes = later is not None and later.finding.verdict == YES
    return State.NOT_YET if comes or _time_meets_all(finding) else State.NO


def _time_meets_all(finding: Finding) -> bool:
    """Whether each deciding condition has a day on which it is met by waiting alone."""
    deciding = deciding_conditions(finding)
    gaps = [nearest_gap(finding, condition) for condition in deciding]
    return bool(gaps) and all(gap is not None and gap.met_on is not None for gap in gaps)


def _nothing_left(finding: Finding) -> bool:
    ready = finding.slice.right
    values = finding.values_of(ready) if ready is not None else {}
    left = values.get("left")
    return isinstance(left, int) and not isinstance(left, bool) and left <= 0


def deciding_conditions(finding: Finding) -> list[Condition]:
    """The conditions that decide, in the order of the law."""
    wanted = set(finding.deciding())
    return [condition for condition, _value in finding.results if condition.rule.id in wanted]


def reason_of(finding: Finding, state: State, later: NextChange | None) -> str:
    """Why, in a sentence or two: the deciding condition first."""
    if finding.frame is None:
        day = _("Wij weten nog niet welke dag telt.")
        return f"{day} {_verdict_reason(finding, state)}"
    if finding.status == ENDED:
        return _("Deze regeling bestaat niet meer op deze dag.")
    if finding.status == NOT_YET:
        text = _("Deze regeling bestaat nog niet op deze dag.")
        if later is not None:
            text += " " + _("Ze is gepland vanaf %(day)s.") % {"day": day_words(later.day)}
        return text
    if finding.status == UNCONFIRMED:
        return _("De wet voor deze dag is niet bevestigd.")
    if finding.status == PROPOSED:
        before = _("Dit is een voorstel, nog geen wet.")
        return f"{before} {_verdict_reason(finding, state)}"
    return _verdict_reason(finding, state)


def _verdict_reason(finding: Finding, state: State) -> str:
    if finding.verdict == YES:
        if state is State.USED:
            return _("U gebruikte dit recht al helemaal.")
        if finding.status == PROPOSED:
            amount = amount_words(finding)
            if amount:
                return _("U zou er recht op hebben: %(amount)s.") % {"amount": amount}
            return _("U zou er recht op hebben.")
        return _("U voldoet aan alle voorwaarden die wij kunnen nakijken.")
    if finding.verdict == NO:
        deciding = deciding_conditions(finding)
        return " ".join(failing_words(finding, condition) for condition in deciding[:1])
    missing = {path for path, _at in finding.missing()}
    if not missing:
        return _("De wet is op een punt niet duidelijk. Daarom blijft dit open.")
    return ngettext(
        "Er ontbreekt nog %(number)s antwoord.", "Er ontbreken nog %(number)s antwoorden.", len(missing)
    ) % {"number": len(missing)}


def failing_words(finding: Finding, condition: Condition) -> str:
    """A condition that is not met, with what is short and when it is met."""
    text = _("Niet vervuld: “%(condition)s”") % {"condition": condition_words(finding, condition).rstrip(".")}
    margin = margin_words(finding, condition)
    return f"{text}. {margin}" if margin else f"{text}."


def margin_words(finding: Finding, condition: Condition) -> str:
    """What a failing condition lacks, and when time alone gives it; empty when nothing can be counted."""
    gap = nearest_gap(finding, condition)
    if gap is None:
        return ""
    if gap.met_on is not None:
        short = wait_words(finding.person.situation.as_of, gap.met_on)
        return _("Nog %(short)s: u voldoet op %(day)s.") % {"short": short, "day": day_words(gap.met_on)}
    short = value_words(gap.short_by, gap.unit, language())
    return _("Verschil met wat nodig is: %(short)s.") % {"short": short}


def condition_words(finding: Finding, condition: Condition) -> str:
    """The condition in plain words, with its figures of the day that counts."""
    assert condition.rule.text is not None
    return law_words(finding, condition.version.text or condition.rule.text)


def law_words(finding: Finding, text: LawText) -> str:
    """A text of the law in the reader's language, with its figures filled in."""
    slice_ = finding.slice
    filled = fill(text, lambda name: (slice_.engine.figures[name], slice_.figure_value(name)))
    return printed(filled[language()])


def _note(finding: Finding, state: State, amount: str) -> str:
    if state is not State.AVAILABLE:
        return ""
    parts = []
    if finding.requirements():
        parts.append(_("De opleiding moet ook aan voorwaarden voldoen."))
    if finding.missing() and not (amount and _award_is_known(finding)):
        parts.append(_("Hoeveel precies, hangt af van een antwoord dat ontbreekt."))
    period = period_words(finding)
    return " ".join([period, *parts] if period else parts)


def _award_is_known(finding: Finding) -> bool:
    """Whether nothing is left open of what this course gives; without a course there is nothing to know."""
    ready = finding.slice.award
    if ready is None or not finding.person.situation.has_course:
        return True
    return known(finding.values_of(ready).get("value")) is not None


def _last_known(finding: Finding) -> LastKnown:
    before = finding.as_last_confirmed()
    day = finding.frame.day if finding.frame is not None else finding.person.situation.as_of
    until = finding.slice.confirmed_until(day)
    state = state_of(before, None)
    reason = "" if before.verdict == YES else _verdict_reason(before, state)
    amount = amount_words(before) if before.verdict == YES else ""
    return LastKnown("" if until is None else day_words(until), VERDICTS[before.verdict], reason, amount)


def _last_known_line(known: LastKnown) -> str:
    if not known.until:
        return ""
    answer = f"{known.verdict}, {known.amount}" if known.amount else str(known.verdict)
    before = _("Geen beslissing. Volgens de laatst bevestigde regels (tot en met %(day)s):") % {
        "day": known.until
    }
    return f"{before} {answer}."


# --- amounts in words ------------------------------------------------------------------------------------------


def amount_words(finding: Finding) -> str:
    """What is left of the right, or the whole of it; empty when that is not known."""
    ready = finding.slice.right
    if ready is None:
        return ""
    values = finding.values_of(ready)
    value = known(values.get("left"))
    return in_unit(known(values.get("value")) if value is None else value, ready)


def in_unit(value: Any, ready: ReadyAmount) -> str:
    """A value of an amount with its unit; empty when it is not known."""
    if value is None:
        return ""
    text = value_words(value, str(ready.amount.labels.get("unit", "count")), language())
    if ready.amount.labels.get("per") == "month":
        return _("%(amount)s per maand") % {"amount": text}
    return text


def known(value: Any) -> Any:
    """The value, None when it is unknown."""
    return None if type(value) is Unknown else value


def period_words(finding: Finding) -> str:
    """From when to when the amount of the right holds."""
    ready = finding.slice.right
    values = finding.values_of(ready) if ready is not None else {}
    start, end = known(values.get("period_from")), known(values.get("period_to"))
    if start is None:
        return ""
    if end is None or end >= days.FOREVER:
        return _("Vanaf %(start)s.") % {"start": day_words(start)}
    return _("Van %(start)s tot en met %(end)s.") % {"start": day_words(start), "end": day_words(end)}


def day_words(day: int) -> str:
    """A day with its month as a word."""
    return date_words(day, language())


def in_words(text: LawText) -> str:
    """A text of the law in the reader's language."""
    return words(text)


def language() -> str:
    """The reader's language."""
    return get_language() or "nl"


def capital(text: str) -> str:
    """The text beginning with a capital."""
    return text[:1].upper() + text[1:]
