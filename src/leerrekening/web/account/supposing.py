"""What if: another day and another situation, beside what holds now. And what each change of work costs or brings.

Nothing of it is kept: what is filled in comes in the body of a request and goes with its answer.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from leerrekening.account import what_if
from leerrekening.account.overview import Overview
from leerrekening.account.what_if import CannotChange, Change, Trap
from leerrekening.lawtext.keeper import HeldLaw
from leerrekening.rules.decide import PROPOSED, UNCONFIRMED, YES, Finding
from leerrekening.rules.facts import Fact, FactBook
from leerrekening.rules.situation import SituationError
from leerrekening.web.account.origins import words_of
from leerrekening.web.account.views import context, of_account
from leerrekening.web.audience import audience
from leerrekening.web.components import Choice, Field, State, Text
from leerrekening.web.rights.comparison import Comparison, compare
from leerrekening.web.rights.outcome import (
    VERDICTS,
    Outcome,
    amount_words,
    capital,
    in_words,
    language,
    outcomes,
)

SITUATIONS: Final[tuple[tuple[str, Text, Text], ...]] = (
    ("none", gettext_lazy("Er verandert niets, alleen de dag"), ""),
    ("hours", gettext_lazy("Ik werk meer of minder uren"), ""),
    (
        "dismissal",
        gettext_lazy("Ik word ontslagen"),
        gettext_lazy("Wij rekenen met: u werkt niet meer en krijgt een volledige werkloosheidsuitkering."),
    ),
    (
        "self_employed",
        gettext_lazy("Ik word zelfstandige in hoofdberoep"),
        gettext_lazy("Wij rekenen met: uw werk als werknemer stopt de dag ervoor."),
    ),
    ("work_region", gettext_lazy("Ik werk in een ander gewest"), ""),
    ("home_region", gettext_lazy("Ik verhuis naar een ander gewest"), ""),
    ("diploma", gettext_lazy("Ik behaal een diploma"), ""),
)
STATUS_NAMES: Final[dict[str, Text]] = {
    "full_time": gettext_lazy("Voltijds werknemer"),
    "four_fifths": gettext_lazy("Werknemer, 4/5 (80 %)"),
    "half_time": gettext_lazy("Werknemer, halftijds (50 %)"),
    "temp_agency": gettext_lazy("Uitzendkracht"),
    "civil_servant": gettext_lazy("Vastbenoemde ambtenaar"),
    "self_employed": gettext_lazy("Zelfstandige in hoofdberoep"),
    "sick_with_contract": gettext_lazy("Ziek, met een lopend contract"),
    "dismissal": gettext_lazy("Werkloos met uitkering"),
    "no_work": gettext_lazy("Zonder werk en zonder uitkering"),
}
LARGEST_SHARE: Final = 100
KEPT_MATRICES: Final = 256


@dataclass(frozen=True)
class Row:
    """One right now and then. `adopted`: for a proposal, what it would give; `trap`: what turns out otherwise later."""

    comparison: Comparison
    now_reason: str
    adopted: str
    trap: str


@dataclass(frozen=True)
class StatusRow:
    """One status of the matrix: each right, and how many of the rights of now it keeps."""

    name: Text
    cells: tuple[Cell, ...]
    kept: str
    is_possible: bool


@dataclass(frozen=True)
class Cell:
    """One right under one status. `change`: same, gains, loses, other."""

    title: str
    state: Text
    amount: str
    change: str


# --- what if ---------------------------------------------------------------------------------------------------


@audience("holder", scope="look", methods=("GET", "POST"))
@of_account
def what_if_page(request: HttpRequest, held: HeldLaw, account: Overview) -> HttpResponse:
    """Rights now, then, and the difference."""
    book = held.law.facts
    typed: Mapping[str, str] = request.POST if request.method == "POST" else {}
    errors: dict[str, str] = {}
    rows: list[Row] = []
    day, change = account.today, Change("none")
    if request.method == "POST":
        day, change, errors = _read(typed, book, account.today)
        if not errors:
            try:
                rows = _rows(held, account, day, change)
            except CannotChange:
                errors["situation"] = _("Wij kennen geen werk van u op die dag. Kies iets anders.")
            except SituationError:
                errors["situation"] = _("Dit past niet bij wat wij over u weten. Kies iets anders.")
    fields = _fields(book, typed, errors, account.today)
    more = {
        "fields": fields,
        "errors": [field for field in fields if field.error],
        "rows": rows,
        "then_day": words_of(day),
        "assumed": next((hint for code, _label, hint in SITUATIONS if code == change.kind), "")
        if rows
        else "",
    }
    return render(
        request,
        "account/what_if.html",
        context(request, held, account, **more),
        status=422 if errors else 200,
    )


def _read(typed: Mapping[str, str], book: FactBook, today: date) -> tuple[date, Change, dict[str, str]]:
    errors = {}
    day = today
    try:
        day = date(*(int(typed.get(f"day-{part}", "")) for part in ("year", "month", "day")))
        if not 1950 <= day.year <= today.year + 10:
            errors["day"] = _("Kies een dag van 1950 tot binnen tien jaar.")
    except ValueError:
        errors["day"] = _("Vul een dag in die bestaat, zoals 1 9 2026.")
    kind = typed.get("situation", "")
    if kind not in {code for code, _label, _hint in SITUATIONS}:
        errors["situation"] = _("Kies wat er zou veranderen.")
        return day, Change("none"), errors
    share, code = None, ""
    if kind == "hours":
        text = typed.get("share", "").strip().removesuffix("%").strip()
        if text.isascii() and text.isdecimal() and 1 <= int(text[:4]) <= LARGEST_SHARE:
            share = Decimal(int(text)) / 100
        else:
            errors["share"] = _("Vul een getal in van 1 tot 100. Halftijds is 50, 4/5 is 80.")
    wanted = {"work_region": "region", "home_region": "region", "diploma": "diploma"}.get(kind)
    if wanted is not None:
        code = typed.get(wanted, "")
        if code not in {choice.value for choice in _choices(book, wanted)}:
            errors[wanted] = _("Kies een gewest.") if wanted == "region" else _("Kies een diploma.")
    return day, Change(kind, share, code), errors  # type: ignore[arg-type] # one of SITUATIONS


def _fields(
    book: FactBook, typed: Mapping[str, str], errors: Mapping[str, str], today: date
) -> tuple[Field, ...]:
    parts = {part: typed.get(f"day-{part}", "") for part in ("day", "month", "year")}
    if not typed:
        parts = {"day": str(today.day), "month": str(today.month), "year": str(today.year)}
    return (
        Field("day", "date", _("Op welke dag?"), value=parts, error=errors.get("day", "")),
        Field(
            "situation",
            "radios",
            _("Wat zou er dan anders zijn?"),
            choices=tuple(Choice(code, label, hint) for code, label, hint in SITUATIONS),
            value=typed.get("situation", ""),
            error=errors.get("situation", ""),
        ),
        Field(
            "share",
            "number",
            _("Hoeveel zou u werken?"),
            hint=_("Alleen als uw uren veranderen. Halftijds is 50, 4/5 is 80."),
            unit="%",
            value=typed.get("share", ""),
            error=errors.get("share", ""),
        ),
        Field(
            "region",
            "select",
            _("Welk gewest?"),
            hint=_("Alleen als u in een ander gewest gaat werken of wonen."),
            choices=_choices(book, "region"),
            value=typed.get("region", ""),
            error=errors.get("region", ""),
        ),
        Field(
            "diploma",
            "select",
            _("Welk diploma?"),
            hint=_("Alleen als u een diploma behaalt."),
            choices=_choices(book, "diploma"),
            value=typed.get("diploma", ""),
            error=errors.get("diploma", ""),
        ),
    )


def _choices(book: FactBook, name: str) -> tuple[Choice, ...]:
    path = {"region": "jobs.workplace_region", "diploma": "person.highest_diploma"}[name]
    declared = book.declaration(path)
    codes = declared.codes if isinstance(declared, Fact) else {}
    return tuple(Choice(code, capital(in_words(text))) for code, text in codes.items())


def _rows(held: HeldLaw, account: Overview, day: date, change: Change) -> list[Row]:
    document = account.known.document
    now = outcomes(list(account.reading.findings))
    then = outcomes(what_if.findings(held, what_if.changed(document, day, change)))
    later = what_if.traps(held, document, day, change) if change.kind != "none" else {}
    by_title = {each.title: each for each in now}
    afterwards = {each.title: each for each in then}
    return [
        Row(
            row,
            by_title[row.title].reason,
            adopted_words(afterwards[row.title].finding),
            trap_words(later[found.id]) if (found := afterwards[row.title]).id in later else "",
        )
        for row in compare(now, then)
    ]


def adopted_words(finding: Finding) -> str:
    """For a proposal: what holds as long as it is none, and what it would give."""
    if finding.status != PROPOSED:
        return ""
    amount = amount_words(finding) if finding.verdict == YES else ""
    answer = f"{VERDICTS[finding.verdict]}, {amount}" if amount else str(VERDICTS[finding.verdict])
    return _("Zolang het geen wet is: geen recht. Als het wet wordt: %(answer)s.") % {"answer": answer}


def trap_words(trap: Trap) -> str:
    """A right that turns out otherwise on a later day."""
    before, after = _answer(trap.without), _answer(trap.with_change)
    text = _(
        "Let op: dit werkt later door. Op %(day)s is het antwoord %(after)s in plaats van %(before)s."
    ) % {
        "day": words_of(trap.day),
        "after": after,
        "before": before,
    }
    if trap.with_change.status == UNCONFIRMED:
        text += " " + _("Dat is volgens de laatst bevestigde regels.")
    return text


def _answer(finding: Finding) -> str:
    read = finding.as_last_confirmed() if finding.status == UNCONFIRMED else finding
    amount = amount_words(read) if read.verdict == YES else ""
    return f"“{VERDICTS[read.verdict]}, {amount}”" if amount else f"“{VERDICTS[read.verdict]}”"


# --- the matrix ------------------------------------------------------------------------------------------------


@audience("holder", scope="look")
@of_account
def status_matrix(request: HttpRequest, held: HeldLaw, account: Overview) -> HttpResponse:
    """What each change of status would cost or bring, from today on."""
    rows = _matrix(_Account(held, account), account.reading.id.hex, language())
    return render(request, "account/status_matrix.html", context(request, held, account, rows=rows))


class _Account:
    """An account as an argument that caching does not look at: what the matrix follows from stands beside it."""

    def __init__(self, held: HeldLaw, account: Overview) -> None:
        self.held: Final = held
        self.account: Final = account

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Account)

    def __hash__(self) -> int:
        return 0


@lru_cache(maxsize=KEPT_MATRICES)
def _matrix(of: _Account, _reading: str, _language: str) -> tuple[StatusRow, ...]:
    """The rows: the same for the same reading and language."""
    now = outcomes(list(of.account.reading.findings))
    heads = [each for each in now if each.finding.status != "ended"]
    first = StatusRow(_("Nu"), tuple(_cell(each, each) for each in heads), "", is_possible=True)
    others = (
        _status_row(of.held, of.account, heads, name, change) for name, change in what_if.STATUSES.items()
    )
    return (first, *others)


def _status_row(
    held: HeldLaw, account: Overview, heads: list[Outcome], name: str, change: Change
) -> StatusRow:
    try:
        document = what_if.changed(account.known.document, account.today, change)
        then = {each.id: each for each in outcomes(what_if.findings(held, document))}
    except (CannotChange, SituationError):
        return StatusRow(STATUS_NAMES[name], (), "", is_possible=False)
    cells = tuple(_cell(each, then[each.id]) for each in heads)
    had = [each for each in heads if _gives(each)]
    kept = sum(_gives(then[each.id]) for each in had)
    told = _("Blijft: %(kept)s van %(number)s.") % {"kept": kept, "number": len(had)} if had else ""
    return StatusRow(STATUS_NAMES[name], cells, told, is_possible=True)


def _cell(now: Outcome, then: Outcome) -> Cell:
    read = _read_of(then)
    state: Text = then.state.label
    amount = then.amount
    if then.finding.status == UNCONFIRMED:
        amount = _("volgens de laatst bevestigde regels: %(answer)s") % {"answer": _plain(read)}
    if _gives(now) and not _gives(then):
        change = "loses"
    elif _gives(then) and not _gives(now):
        change = "gains"
    else:
        change = "same" if _plain(_read_of(now)) == _plain(read) else "other"
    return Cell(now.title, state, amount, change)


def _read_of(outcome: Outcome) -> Finding:
    finding = outcome.finding
    return finding.as_last_confirmed() if finding.status == UNCONFIRMED else finding


def _gives(outcome: Outcome) -> bool:
    """Whether the right is there: by the law of the day, else by the last confirmed rules. A proposal gives nothing."""
    return outcome.state is not State.PROPOSED and _read_of(outcome).verdict == YES


def _plain(finding: Finding) -> str:
    amount = amount_words(finding) if finding.verdict == YES else ""
    return f"{VERDICTS[finding.verdict]}, {amount}" if amount else str(VERDICTS[finding.verdict])
