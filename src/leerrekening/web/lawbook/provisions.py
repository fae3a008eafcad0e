"""Conditions, definitions and amounts of an instrument, in words and as formulas, beside their article."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from leerrekening.rules.facts import Text
from leerrekening.rules.instruments import Amount, Instrument, Limit, Note, Rule, RuleException, Version
from leerrekening.web.lawbook.edition import Basis, Edition, Piece, ReferenceNote
from leerrekening.web.lawbook.formulas import Formula, difference, read_formula
from leerrekening.web.lawbook.wording import INITIATIVES, PARTS, PAYMENTS, RECEIVERS, UNITS, said


@dataclass(frozen=True)
class ExceptionView:
    """What takes the place of a formula, and when."""

    priority: int
    when: Formula
    then: Formula
    basis: Basis


@dataclass(frozen=True)
class VersionView:
    """A rule from a day to a day; ``start`` and ``end`` are empty where there is no limit.

    ``new_words`` and ``new_formula`` show what differs from the version before; empty when nothing does.
    """

    start: str
    end: str
    current: bool
    words: tuple[Piece, ...]
    formula: Formula
    exceptions: tuple[ExceptionView, ...]
    references: tuple[ReferenceNote, ...]
    is_first: bool
    new_words: tuple[Piece, ...]
    new_formula: tuple[Piece, ...]


@dataclass(frozen=True)
class Named:
    """A link to another rule."""

    id: str
    url: str


@dataclass(frozen=True)
class RuleView:
    """A condition or definition. ``now`` is its version on the day of the edition, None when none is in force."""

    id: str
    anchor: str
    now: VersionView | None
    versions: tuple[VersionView, ...]
    basis: Basis | None
    references: tuple[ReferenceNote, ...]
    refines: tuple[Named, ...]
    presumes: tuple[Named, ...]


@dataclass(frozen=True)
class PartView:
    """A part of an amount: what it is, and its formula."""

    label: str
    formula: Formula


@dataclass(frozen=True)
class AmountView:
    """An amount of the outcome: whom or what it is for, its unit, and its parts."""

    title: str
    unit: str
    per_month: bool
    parts: tuple[PartView, ...]


@dataclass(frozen=True)
class LimitView:
    """Why an award is smaller than one might expect."""

    id: str
    words: tuple[Piece, ...]
    when: Formula
    value: Formula | None


@dataclass(frozen=True)
class NoteView:
    """A condition of the law that no fact can show."""

    id: str
    start: str
    end: str
    in_force: bool
    words: tuple[Piece, ...]
    basis: Basis


def rule_views(edition: Edition, owner: Instrument, rules: Iterable[Rule]) -> tuple[RuleView, ...]:
    """Rules with all their versions."""
    return tuple(_rule(edition, owner, rule) for rule in rules)


def _rule(edition: Edition, owner: Instrument, rule: Rule) -> RuleView:
    versions = []
    before: Version | None = None
    for version in rule.versions:
        versions.append(_version(edition, owner, rule, version, before))
        before = version
    return RuleView(
        rule.id,
        f"r-{rule.id}",
        next((version for version in versions if version.current), None),
        tuple(versions),
        edition.basis(owner, rule.citation) if rule.citation is not None else None,
        edition.references(owner, rule.conflicts),
        tuple(Named(name, edition.rule_url(owner.id, name)) for name in rule.refines),
        tuple(Named(name, edition.rule_url(owner.id, name)) for name in rule.presumes),
    )


def _version(
    edition: Edition, owner: Instrument, rule: Rule, version: Version, before: Version | None
) -> VersionView:
    text = version.text or rule.text
    start, end = edition.since(version.start, version.end)
    day = edition.nearest_day(owner, version.start, version.end)
    new_words: tuple[Piece, ...] = ()
    new_formula: tuple[Piece, ...] = ()
    if before is not None:
        old_text = before.text or rule.text
        if text is not None and old_text is not None and text != old_text:
            old_day = edition.nearest_day(owner, before.start, before.end)
            new_words = difference(_plain(edition, old_text, old_day), _plain(edition, text, day))
        if _whole(before) != _whole(version):
            new_formula = difference(_whole(before), _whole(version))
    return VersionView(
        start,
        end,
        version.start <= edition.day <= version.end,
        edition.pieces(text, day) if text is not None else (),
        read_formula(edition, owner, version.source_text),
        tuple(_exception(edition, owner, each) for each in version.exceptions),
        edition.references(owner, version.conflicts),
        before is None,
        new_words,
        new_formula,
    )


def _plain(edition: Edition, text: Text, day: int) -> str:
    return "".join(piece.text for piece in edition.pieces(text, day))


def _whole(version: Version) -> str:
    """A version as one text, exceptions in front as choices, to compare it with another."""
    choices = "".join(f"{e.source_text} if {e.when} else " for e in version.exceptions)
    return choices + version.source_text


def _exception(edition: Edition, owner: Instrument, each: RuleException) -> ExceptionView:
    return ExceptionView(
        each.priority,
        read_formula(edition, owner, each.when),
        read_formula(edition, owner, each.source_text),
        edition.basis(owner, each.citation),
    )


def amount_views(edition: Edition, owner: Instrument, titles: dict[str, str]) -> tuple[AmountView, ...]:
    """Every amount of the outcome, in the order in which a person meets them. ``titles``: right, award, price."""
    outcome = owner.outcome
    out = []
    for title, amount in (
        (titles["right"], outcome.right),
        *((said(INITIATIVES, c.labels.get("initiative", "")), c) for c in outcome.counters),
        (titles["award"], outcome.award),
        *((_payment(p), p) for p in outcome.pays),
        (titles["price"], outcome.price),
    ):
        if amount is not None:
            out.append(_amount(edition, owner, title, amount))
    return tuple(out)


def _payment(amount: Amount) -> str:
    what = said(PAYMENTS, amount.labels.get("what", ""))
    return f"{what}, {said(RECEIVERS, amount.labels.get('to', ''))}"


def _amount(edition: Edition, owner: Instrument, title: str, amount: Amount) -> AmountView:
    unit = amount.labels.get("unit", "cent")
    return AmountView(
        title,
        said(UNITS, unit),
        amount.labels.get("per") == "month",
        tuple(
            PartView(said(PARTS, name), read_formula(edition, owner, text))
            for name, text in amount.source_texts.items()
        ),
    )


def limit_views(edition: Edition, owner: Instrument) -> tuple[LimitView, ...]:
    """Every limit."""
    return tuple(_limit(edition, owner, limit) for limit in owner.limits)


def _limit(edition: Edition, owner: Instrument, limit: Limit) -> LimitView:
    value = read_formula(edition, owner, limit.value_text) if limit.value_text is not None else None
    when = read_formula(edition, owner, limit.when_text)
    return LimitView(limit.id, edition.pieces(limit.text, edition.nearest_day(owner)), when, value)


def note_views(edition: Edition, owner: Instrument) -> tuple[NoteView, ...]:
    """Every note."""
    return tuple(_note(edition, owner, note) for note in owner.notes)


def _note(edition: Edition, owner: Instrument, note: Note) -> NoteView:
    start, end = edition.since(note.start, note.end)
    in_force = note.start <= edition.day <= note.end
    words = edition.pieces(note.text, edition.nearest_day(owner, note.start, note.end))
    return NoteView(note.id, start, end, in_force, words, edition.basis(owner, note.citation))
