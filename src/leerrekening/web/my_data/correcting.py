""" "This is wrong": ask a register to correct it, follow the case, take it back; or correct what you said yourself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from leerrekening import jobs
from leerrekening.lawtext.keeper import the_keeper
from leerrekening.registry import corrections, facts
from leerrekening.registry.corrections import By, CannotMove, Case, NoSuchCase, Step
from leerrekening.registry.owners import Owner, owner_of, term
from leerrekening.registry.situation import known
from leerrekening.rules.facts import Fact
from leerrekening.rules.situation import SituationError
from leerrekening.web import database
from leerrekening.web.account.navigation import address
from leerrekening.web.account.origins import day_of
from leerrekening.web.audience import audience
from leerrekening.web.components import Field, Text
from leerrekening.web.my_data.subject import Subject, label_of, subject_of
from leerrekening.web.scan import fields
from leerrekening.web.today import today

STATES: Final[dict[str, str | Promise]] = {
    "received": gettext_lazy("Ontvangen"),
    "sent": gettext_lazy("Gevraagd aan de eigenaar"),
    "answered": gettext_lazy("De eigenaar heeft geantwoord"),
    "accepted": gettext_lazy("Aanvaard: u had gelijk"),
    "refused": gettext_lazy("Niet aanvaard"),
    "withdrawn": gettext_lazy("Door u teruggenomen"),
}


@dataclass(frozen=True)
class ShownCase:
    """A case for the pages."""

    case: Case
    label: str
    owner: Owner
    state: str | Promise
    received: date
    is_open: bool
    can_be_withdrawn: bool
    is_late: bool


def by(request: HttpRequest) -> By:
    """Who acts, as the person will read it."""
    return By(request.visitor.name, request.visitor.organisation_name, request.holder.mandate)


def shown(case: Case) -> ShownCase:
    """A case in words."""
    is_open = case.state in corrections.OPEN
    return ShownCase(
        case,
        label_of(the_keeper().held().law.facts, case.path),
        owner_of(case.source),
        STATES[case.state],
        day_of(case.received_at),
        is_open,
        is_open,
        is_open and case.deadline < today(),
    )


def subject_in(request: HttpRequest) -> Subject:
    """What the page is about. Errors: Http404."""
    path = request.POST.get("gegeven", "") or request.GET.get("gegeven", "")
    with database.transaction(request) as connection:
        found = subject_of(
            the_keeper().held().law.facts, known(connection, request.holder.party, today()), path
        )
    if found is None:
        raise Http404
    return found


@audience("holder", scope="correct", methods=("GET", "POST"))
def correct(request: HttpRequest) -> HttpResponse:
    """Say what is wrong; what was said by the person is corrected at once."""
    if not (request.GET.get("gegeven") or request.POST.get("gegeven")):
        return redirect(address(request, "account_facts"))
    subject = subject_in(request)
    error: Text = ""
    if request.method == "POST" and subject.can_be_answered:
        error = answer_again(request, subject)
        if not error:
            return redirect(address(request, "account"))
    elif request.method == "POST":
        number, error = ask(request, subject)
        if number:
            return redirect(address(request, "account_correction", number))
    context = {
        "subject": subject,
        "field": answer_field(subject, request, error) if subject.can_be_answered else None,
        "said": request.POST.get("said", ""),
        "chosen": request.POST.get("saying", str(subject.sayings[0].key) if subject.sayings else ""),
        "error": error,
        "problems": [problem(error)] if error else [],
        "longest": corrections.LONGEST_TEXT,
        "term": term(),
        "last_day": term().deadline(today()),
    }
    return render(request, "my_data/correct.html", context, status=422 if error else 200)


def problem(error: Text) -> Field:
    """An error for the list on top of the page."""
    return Field("said", "text", _("Wat klopt er niet?"), error=error)


def ask(request: HttpRequest, subject: Subject) -> tuple[str, Text]:
    """Make a case: its number, or what is wrong with the form."""
    said = " ".join(request.POST.get("said", "").split(" ")).strip()
    if not said:
        return "", _("Schrijf wat er volgens u niet klopt.")
    if len(said) > corrections.LONGEST_TEXT:
        return "", ngettext(
            "Schrijf hoogstens %(most)s teken.",
            "Schrijf hoogstens %(most)s tekens.",
            corrections.LONGEST_TEXT,
        ) % {"most": corrections.LONGEST_TEXT}
    chosen = next((each for each in subject.sayings if str(each.key) == request.POST.get("saying")), None)
    if chosen is None and subject.sayings:
        chosen = next((each for each in subject.sayings if each.certified), subject.sayings[0])
    with database.transaction(request) as connection:
        try:
            _key, number = corrections.ask(
                connection,
                request.holder.party,
                path=chosen.path if chosen else subject.path,
                item=chosen.item if chosen else "",
                fact=chosen.key if chosen else None,
                said=said,
                source=chosen.source if chosen else subject.source,
                today=today(),
                by=by(request),
            )
        except NoSuchCase:
            raise Http404 from None
    return number, ""


def answer_field(subject: Subject, request: HttpRequest, error: Text) -> Field:
    """The question for what the person said, with the present answer."""
    assert isinstance(subject.fact, Fact)
    kind = fields.kind_of(subject.fact)
    before = fields.shown(kind, subject.path, subject.value)
    typed = (
        {name: tuple(request.POST.getlist(name)) for name in request.POST}
        if request.method == "POST"
        else before
    )
    return fields.field(kind, subject.path, typed, subject.label, error=error)


def answer_again(request: HttpRequest, subject: Subject) -> Text:
    """Keep another answer of the person, which counts at once; what is wrong with the form, if anything is."""
    assert isinstance(subject.fact, Fact)
    kind = fields.kind_of(subject.fact)
    typed = {name: tuple(request.POST.getlist(name)) for name in request.POST}
    try:
        value = fields.read(kind, subject.path, typed, subject.value)
    except fields.Mistake as mistake:
        return mistake.text
    group, _dot, key = subject.path.partition(".")
    try:
        the_keeper().held().law.reader.check({"as_of": today().isoformat(), group: {key: value}})
    except SituationError:
        return _("Kies of vul iets in dat hier kan.")
    party = request.holder.party
    with database.transaction(request) as connection:
        facts.declare(connection, party, subject.path, value)
        jobs.defer(connection, "redecide", key=f"party-{party}", party=party, cause="changed_fact")
    return ""


@audience("holder")
def overview(request: HttpRequest) -> HttpResponse:
    """All cases."""
    with database.transaction(request) as connection:
        cases = [shown(case) for case in corrections.cases(connection, request.holder.party)]
    return render(request, "my_data/corrections.html", {"cases": cases, "holder": request.holder})


@audience("holder")
def one(request: HttpRequest, number: str) -> HttpResponse:
    """One case: whose turn it is, by when, and each step."""
    return render(request, "my_data/correction.html", case_context(request, number))


def case_context(request: HttpRequest, number: str, **more: Any) -> dict[str, Any]:
    """What the page of a case shows. Errors: Http404, also for a case of somebody else."""
    with database.transaction(request) as connection:
        try:
            case = corrections.case(connection, request.holder.party, number)
        except NoSuchCase:
            raise Http404 from None
        steps = corrections.steps(connection, case.correction)
    return {"shown": shown(case), "steps": [step_words(step) for step in steps], "term": term(), **more}


def step_words(step: Step) -> dict[str, Any]:
    """One step of the way of a case."""
    who = step.actor_name or _("het programma")
    if step.organisation_name:
        who = f"{who}, {step.organisation_name}"
    return {"day": day_of(step.at), "state": STATES[step.state], "who": who, "why": step.why}


@audience("holder", scope="correct", methods=("POST",))
def withdraw(request: HttpRequest, number: str) -> HttpResponse:
    """Take a case back."""
    with database.transaction(request) as connection:
        try:
            case = corrections.case(connection, request.holder.party, number)
            corrections.move(connection, case.correction, "withdrawn", why="", today=today(), by=by(request))
        except NoSuchCase:
            raise Http404 from None
        except CannotMove:
            pass  # closed meanwhile: the page says how
    return redirect(address(request, "account_correction", number))
