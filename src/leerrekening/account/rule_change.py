"""Telling people that a rule has changed for them: their own before and after. Who notices nothing is told nothing.

    tell_all(connection_of, RuleChange(before, after, day))     # everybody whom it touches; nobody twice

Two readings of one person are compared: the day before and the day itself under one law (a dated change that comes into
force), or one day under an old and a new law (corrected, confirmed or adopted). Only instruments in which something of
the law changed between the two are compared, so that a birthday is no change of the law.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

import psycopg

from leerrekening.lawtext.keeper import HeldLaw
from leerrekening.registry import notices, situation
from leerrekening.rules.decide import IN_FORCE, NO, YES, Finding
from leerrekening.rules.receipt import canonical
from leerrekening.rules.situation import SituationError
from leerrekening.rules.timeline import moved
from leerrekening.rules.values import Unknown
from leerrekening.rules.words import LANGUAGES, date_words, value_words

KIND: Final = "rule_changed"
PEOPLE_AT_ONCE: Final = 200
ANSWERS: Final[Mapping[str, Mapping[str, str]]] = {
    YES: {"nl": "ja", "fr": "oui", "de": "ja", "en": "yes"},
    NO: {"nl": "nee", "fr": "non", "de": "nein", "en": "no"},
    "undecided": {"nl": "nog open", "fr": "encore ouvert", "de": "noch offen", "en": "still open"},
    "unconfirmed": {
        "nl": "niet bevestigd",
        "fr": "pas confirmé",
        "de": "nicht bestätigt",
        "en": "not confirmed",
    },
    "proposed": {
        "nl": "een voorstel, nog geen wet",
        "fr": "une proposition, pas encore une loi",
        "de": "ein Vorschlag, noch kein Gesetz",
        "en": "a proposal, not yet law",
    },
    "not_yet": {
        "nl": "bestond nog niet",
        "fr": "n’existait pas encore",
        "de": "gab es noch nicht",
        "en": "did not exist yet",
    },
    "ended": {
        "nl": "bestaat niet meer",
        "fr": "n’existe plus",
        "de": "gibt es nicht mehr",
        "en": "no longer exists",
    },
}


@dataclass(frozen=True, slots=True)
class RuleChange:
    """From which reading to which: `before` and `after` are the same law for a change by date alone."""

    before: HeldLaw
    after: HeldLaw
    day: date

    @property
    def day_before(self) -> date:
        """The day on which the old rule is read."""
        return self.day - timedelta(days=1) if self.is_dated else self.day

    @property
    def is_dated(self) -> bool:
        """Whether the law stays the same text and only the day passes."""
        return self.before.law.version == self.after.law.version

    def instruments(self) -> list[str]:
        """Instruments whose law may differ between the two readings."""
        names = [name for name in self.after.law.instruments if name in self.before.law.instruments]
        if not self.is_dated:
            return names
        return [name for name in names if self.day.toordinal() in self.after.engine.boundaries(name)]


@dataclass(frozen=True, slots=True)
class Effect:
    """One right of one person, as the old rule and as the new rule have it."""

    before: Finding
    after: Finding

    @property
    def instrument(self) -> str:
        """The id of the instrument."""
        return self.after.instrument.id

    def in_words(self, day: date) -> dict[str, str]:
        """What the notice fills in, in each language."""
        cited = next(
            (c.rule.citation for c, _value in self.after.results if c.rule.citation is not None), None
        )
        told: dict[str, str] = {}
        for language in LANGUAGES:
            name = self.after.instrument.name[language]
            source = name if cited is None or cited.act is None else cited.act.title[language]
            told |= {
                f"right_{language}": name[:1].upper() + name[1:],
                f"before_{language}": answer_words(self.before, language),
                f"after_{language}": answer_words(self.after, language),
                f"source_{language}": source,
                f"day_{language}": date_words(day.toordinal(), language),
            }
        return told


def effects(change: RuleChange, document: Mapping[str, Any]) -> list[Effect]:
    """What a change of rules does to one person. Errors: SituationError."""
    facts = canonical({**document, "as_of": change.day.isoformat()})
    found = []
    after = change.after.law.reader.read(facts)
    before = moved(change.before.law.reader.read(facts), change.day_before.toordinal())
    for name in change.instruments():
        old = change.before.engine.decide(before, name)[0]
        new = change.after.engine.decide(after, name)[0]
        if _outcome(old) != _outcome(new):
            found.append(Effect(old, new))
    return found


def _outcome(finding: Finding) -> tuple[object, ...]:
    """What a person notices: status, answer and the size of the right; not how much of it was used."""
    ready = finding.slice.right
    value = finding.values_of(ready).get("value") if ready is not None and finding.verdict == YES else None
    return finding.status, finding.verdict, None if type(value) is Unknown else value


def answer_words(finding: Finding, language: str) -> str:
    """The answer with its amount, in a language."""
    if finding.status != IN_FORCE:
        return ANSWERS[finding.status][language]
    told = ANSWERS[finding.verdict][language]
    ready = finding.slice.right
    value = finding.values_of(ready).get("value") if ready is not None and finding.verdict == YES else None
    if value is None or type(value) is Unknown or ready is None:
        return told
    return f"{told}, {value_words(value, str(ready.amount.labels.get('unit', 'count')), language)}"


def tell_all(
    connection_of: Callable[[], Any],
    change: RuleChange,
    progress: Callable[[int, int], None] = lambda _p, _t: None,
) -> tuple[int, int]:
    """Tell everybody whom the change touches; people looked at, and notices that were new. Nobody is told twice.

    `connection_of` opens a transaction as the kind of user `batch`; each piece of people is one.
    """
    looked, told, after = 0, 0, 0
    while True:
        with connection_of() as connection:
            people = _people(connection, after)
            for party in people:
                told += tell(connection, change, party)
        if not people:
            return looked, told
        looked, after = looked + len(people), people[-1]
        progress(looked, told)


def _people(connection: psycopg.Connection[Any], after: int) -> list[int]:
    rows = connection.execute(
        "select party from registry.person where party > %s order by party limit %s", [after, PEOPLE_AT_ONCE]
    )
    return [party for (party,) in rows]


def tell(connection: psycopg.Connection[Any], change: RuleChange, party: int) -> int:
    """Tell one person of each right that the change touches; how many notices were new."""
    return sum(
        notices.tell(
            connection,
            party,
            KIND,
            event=f"{change.after.law.version}|{change.day.isoformat()}|{effect.instrument}",
            **effect.in_words(change.day),  # type: ignore[arg-type] # values of the text; their names carry a language
        )
        for effect in _effects_for(connection, change, party)
    )


def _effects_for(connection: psycopg.Connection[Any], change: RuleChange, party: int) -> Iterator[Effect]:
    known = situation.known(connection, party, change.day)
    try:
        yield from effects(change, known.document)
    except SituationError:
        return  # nothing can be said of what cannot be read; the account says so itself
