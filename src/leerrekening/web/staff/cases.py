"""Cases to correct: only those routed to the caseworker's organisation. Opening one stands in the person's journal."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from leerrekening.lawtext.keeper import the_keeper
from leerrekening.registry import corrections, staff
from leerrekening.registry.corrections import By, CannotMove, NoSuchCase, Opened
from leerrekening.registry.owners import is_kept_here, owner_of
from leerrekening.rules.facts import FactBook
from leerrekening.web import database
from leerrekening.web.account.origins import day_of
from leerrekening.web.audience import audience
from leerrekening.web.components import Field, Text
from leerrekening.web.my_data.correcting import STATES, step_words
from leerrekening.web.my_data.item_form import target_of
from leerrekening.web.my_data.subject import label_of, words_of
from leerrekening.web.today import today

# What a caseworker may do from each state, as the buttons say it.
MOVES: Final[dict[str, tuple[tuple[str, str | Promise], ...]]] = {
    "received": (
        ("sent", gettext_lazy("Doorgestuurd naar de eigenaar")),
        ("answered", gettext_lazy("De eigenaar heeft geantwoord")),
    ),
    "sent": (
        ("sent", gettext_lazy("Opnieuw gevraagd aan de eigenaar")),
        ("answered", gettext_lazy("De eigenaar heeft geantwoord")),
    ),
    "answered": (
        ("accepted", gettext_lazy("Aanvaard: de persoon had gelijk")),
        ("refused", gettext_lazy("Niet aanvaard")),
    ),
}
EXTEND: Final = "extend"


def by(request: HttpRequest) -> By:
    """The caseworker, as the person will read it."""
    return By(request.visitor.name, request.visitor.organisation_name)


def can_be_entered(case: Opened, book: FactBook) -> bool:
    """Whether the corrected fact of a case is entered here: its data are kept here, and a form can ask for it."""
    return is_kept_here(case.source) and target_of(book, case.path) is not None


@audience("caseworker")
def queue(request: HttpRequest) -> HttpResponse:
    """Open cases, the nearest deadline first. Nothing of the person."""
    book = the_keeper().held().law.facts
    with database.transaction(request) as connection:
        waiting = corrections.queue(connection)
    cases = [
        {
            "case": case,
            "label": label_of(book, case.path),
            "register": owner_of(case.source).register,
            "state": STATES[case.state],
            "needs_repair": case.needs_repair(today()),
            "is_late": case.deadline < today(),
        }
        for case in waiting
    ]
    return render(request, "staff/cases.html", {"cases": cases})


@audience("caseworker")
def one(request: HttpRequest, number: str) -> HttpResponse:
    """Open a case."""
    return shown(request, number)


def shown(request: HttpRequest, number: str, error: Text = "") -> HttpResponse:
    """The page of a case. Errors: Http404, also for a case of another organisation."""
    with database.transaction(request) as connection:
        try:
            case = corrections.open_case(connection, number, by(request))
        except NoSuchCase:
            raise Http404 from None
        steps = [step_words(each) for each in corrections.steps(connection, case.correction)]
    return render(
        request, "staff/case.html", context(case, steps, error, request), status=422 if error else 200
    )


def context(case: Opened, steps: list[Any], error: Text, request: HttpRequest) -> dict[str, Any]:
    """What the page of a case shows."""
    book = the_keeper().held().law.facts
    moves = list(MOVES.get(case.state, ()))
    if not case.extended and case.deadline >= today() and case.state in corrections.OPEN:
        moves.append((EXTEND, gettext_lazy("Twee maanden meer tijd nodig")))
    return {
        "case": case,
        "label": label_of(book, case.path),
        "told": words_of(book, case.path, case.shown),
        "owner": owner_of(case.source),
        "state": STATES[case.state],
        "received": received(case),
        "steps": steps,
        "moves": moves,
        "can_enter": case.state == "answered" and can_be_entered(case, the_keeper().held().law.facts),
        "error": error,
        "why": request.POST.get("why", ""),
        "chosen": request.POST.get("to", ""),
        "problems": [Field("why", "text", _("Reden"), error=error)] if error else [],
        "is_late": case.deadline < today(),
        "needs_repair": case.state == "sent" and case.answer_due is not None and case.answer_due <= today(),
    }


def received(case: Opened) -> date:
    """The day on which it came in."""
    return day_of(case.received_at)


@audience("caseworker", level="act", methods=("POST",))
def step(request: HttpRequest, number: str) -> HttpResponse:
    """Take a case one step on."""
    to, why = request.POST.get("to", ""), request.POST.get("why", "").strip()
    if not to:
        return shown(request, number, _("Kies wat er gebeurde."))
    if not why:
        return shown(request, number, _("Schrijf een reden. De persoon leest ze."))
    try:
        with database.transaction(request) as connection:
            case = corrections.open_case(connection, number, by(request))
            if to == EXTEND:
                corrections.extend(connection, case, why=why, today=today(), by=by(request))
            else:
                corrections.move(connection, case.correction, to, why=why, today=today(), by=by(request))
            staff.note(connection, f"case_{to}", number, why)
    except (NoSuchCase, staff.NotForYou):
        raise Http404 from None
    except CannotMove:
        return shown(
            request, number, _("Dat kan nu niet meer: iemand anders deed al een stap. Kijk opnieuw.")
        )
    if to in ("accepted", "refused"):
        return redirect("staff_cases")
    return redirect("staff_case", number)
