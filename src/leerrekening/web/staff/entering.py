"""Accepting a case with the fact as its owner confirmed it: for data that this system keeps itself.

The form is the one in which people tell of themselves. What is entered names the case, and the person reads the reason.
"""

from __future__ import annotations

from typing import Final

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from leerrekening.lawtext.keeper import HeldLaw, the_keeper
from leerrekening.registry import corrections, staff
from leerrekening.registry.corrections import CannotMove, NoSuchCase, Opened
from leerrekening.registry.owners import owner_of
from leerrekening.web import database
from leerrekening.web.audience import audience
from leerrekening.web.components import Choice, Field, Text
from leerrekening.web.my_data import item_form
from leerrekening.web.my_data.item_form import Draft, Target, target_of
from leerrekening.web.my_data.subject import label_of
from leerrekening.web.staff.cases import by, can_be_entered
from leerrekening.web.today import today

IS_SO: Final = "zo"
IS_NOT_SO: Final = "niet"


@audience("caseworker", level="act_on_post", methods=("GET", "POST"))
def enter(request: HttpRequest, number: str) -> HttpResponse:
    """The form, and keeping what it holds. Errors: Http404, also for a case of another organisation."""
    held = the_keeper().held()
    try:
        with database.transaction(request) as connection:
            case = corrections.open_case(connection, number, by(request))
    except NoSuchCase:
        raise Http404 from None
    target = target_of(held.law.facts, case.path)
    if target is None or not can_be_entered(case, held.law.facts) or case.state != "answered":
        raise Http404
    draft = item_form.draft_of(target, case.shown, today())
    if request.method != "POST":
        return page(request, held, case, target, draft)
    typed = dict(request.POST.lists())
    draft = item_form.read(target, held.law, typed, draft, None)
    if item_form.adds(typed):
        return page(request, held, case, target, draft, typed if draft.mistakes else None)
    answer, why = request.POST.get("klopt", ""), request.POST.get("why", "").strip()
    wrong: dict[str, Text] = {}
    if answer not in (IS_SO, IS_NOT_SO):
        wrong["klopt"] = _("Kies wat de eigenaar bevestigde.")
    if not why:
        wrong["why"] = _("Schrijf een reden. De persoon leest ze.")
    draft = Draft(draft.document, {}) if answer == IS_NOT_SO else item_form.checked(target, held.law, draft)
    if wrong or draft.mistakes:
        return page(request, held, case, target, draft, typed, wrong)
    value = None if answer == IS_NOT_SO else item_form.value_in(target, draft)
    try:
        with database.transaction(request) as connection:
            corrections.accept_with(connection, case, value, why=why, today=today(), by=by(request))
            staff.note(connection, "case_accepted", number, why)
    except (NoSuchCase, staff.NotForYou):
        raise Http404 from None
    except CannotMove:
        wrong["why"] = _("Dat kan nu niet meer: iemand anders deed al een stap. Kijk opnieuw.")
        return page(request, held, case, target, draft, typed, wrong)
    return redirect("staff_cases")


def page(
    request: HttpRequest,
    held: HeldLaw,
    case: Opened,
    target: Target,
    draft: Draft,
    typed: dict[str, list[str]] | None = None,
    wrong: dict[str, Text] | None = None,
) -> HttpResponse:
    """The page with the form."""
    wrong = wrong or {}
    form = item_form.form(target, held.law.facts, draft, typed, None)
    is_so = Field(
        "klopt",
        "radios",
        _("Wat bevestigde de eigenaar?"),
        choices=(
            Choice(IS_SO, _("Het gegeven is zoals hieronder")),
            Choice(IS_NOT_SO, _("Het gegeven bestaat niet"), _("Dan tellen de velden hieronder niet.")),
        ),
        value=request.POST.get("klopt", ""),
        error=wrong.get("klopt", ""),
    )
    why = Field("why", "text", _("Reden"), error=wrong.get("why", ""))
    errors = [
        *(each for each in (is_so,) if each.error),
        *form.errors,
        *(each for each in (why,) if each.error),
    ]
    context = {
        "case": case,
        "label": label_of(held.law.facts, case.path),
        "owner": owner_of(case.source),
        "form": form,
        "is_so": is_so,
        "why_field": why,
        "why": request.POST.get("why", ""),
        "problems": errors,
    }
    return render(request, "staff/enter.html", context, status=422 if errors else 200)
