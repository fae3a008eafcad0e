"""Watching over staff: alarms and locks, roles, and what was done with which reason."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from leerrekening.registry import alarms as helper_alarms
from leerrekening.registry import staff
from leerrekening.registry.letters import words
from leerrekening.web import database
from leerrekening.web.audience import audience
from leerrekening.web.components import Field, Text

# The pages of each capacity, in the order of its home: name of the page, what its link says, what it is for.
PAGES: Final[dict[str, tuple[tuple[str, str | Promise, str | Promise], ...]]] = {
    "caseworker": (
        (
            "staff_cases",
            gettext_lazy("Verbeteringen"),
            gettext_lazy("Vragen van mensen om een fout te verbeteren."),
        ),
    ),
    "administrator": (
        (
            "staff_jobs",
            gettext_lazy("Werking"),
            gettext_lazy("Werkt alles? Wat wacht, mislukte of zit vast?"),
        ),
        (
            "staff_alarms",
            gettext_lazy("Alarmen"),
            gettext_lazy("Wie opende te veel dossiers en is geblokkeerd?"),
        ),
        (
            "staff_limits",
            gettext_lazy("Grenzen"),
            gettext_lazy("Hoeveel rekeningen en dossiers mag iemand openen?"),
        ),
        ("staff_roles", gettext_lazy("Rollen"), gettext_lazy("Wie werkt hier, en in welke rol?")),
    ),
    "mailroom": (
        ("staff_letters", gettext_lazy("Brieven"), gettext_lazy("Brieven om af te drukken en te versturen.")),
    ),
    "auditor": (
        (
            "staff_acts",
            gettext_lazy("Handelingen"),
            gettext_lazy("Wat medewerkers en helpers deden, en waarom."),
        ),
        (
            "staff_alarms",
            gettext_lazy("Alarmen"),
            gettext_lazy("Wie opende te veel dossiers en is geblokkeerd?"),
        ),
        ("staff_roles", gettext_lazy("Rollen"), gettext_lazy("Wie werkt hier, en in welke rol?")),
    ),
}
SHORTEST_REASON: Final = 3
ACTS: Final[dict[str, str | Promise]] = {
    "case_sent": gettext_lazy("stuurde een dossier door naar de eigenaar"),
    "case_answered": gettext_lazy("noteerde het antwoord van de eigenaar"),
    "case_accepted": gettext_lazy("aanvaardde een vraag"),
    "case_refused": gettext_lazy("aanvaardde een vraag niet"),
    "case_extend": gettext_lazy("nam twee maanden meer tijd"),
    "job_retried": gettext_lazy("liet een taak opnieuw proberen"),
    "alarm_unlocked": gettext_lazy("handelde een alarm af en liet de persoon weer toe"),
    "alarm_kept": gettext_lazy("handelde een alarm af en hield de persoon geblokkeerd"),
    "helper_alarm_closed": gettext_lazy("handelde een alarm over een helper af"),
    "limits_set": gettext_lazy("wijzigde de grenzen"),
    "acts_read": gettext_lazy("las deze lijst"),
    "letters_taken": gettext_lazy("nam brieven mee"),
    "letters_fetched": gettext_lazy("haalde brieven op"),
    "letters_sent": gettext_lazy("bracht brieven naar de post"),
    "letters_put_back": gettext_lazy("legde brieven terug"),
    "letter_returned": gettext_lazy("noteerde dat een brief terugkwam"),
    "letter_again": gettext_lazy("liet een brief opnieuw versturen"),
}
CAPACITIES: Final[dict[str, str | Promise]] = {
    "helper": gettext_lazy("helper"),
    "caseworker": gettext_lazy("dossierbehandelaar"),
    "analyst": gettext_lazy("onderzoeker"),
    "auditor": gettext_lazy("auditor"),
    "administrator": gettext_lazy("beheerder"),
    "mailroom": gettext_lazy("postkamer"),
}


@audience("caseworker", "administrator", "auditor", "mailroom")
def home(request: HttpRequest) -> HttpResponse:
    """What this member of staff can do here."""
    pages = [
        {"url": reverse(name), "title": title, "text": text}
        for name, title, text in PAGES[request.visitor.capacity]
    ]
    return render(request, "staff/home.html", {"pages": pages})


@audience("administrator", "auditor")
def alarms(request: HttpRequest) -> HttpResponse:
    """Alarms, the open ones first."""
    return shown(request)


def shown(request: HttpRequest, error: Text = "") -> HttpResponse:
    """The page of alarms."""
    with database.transaction(request) as connection:
        try:
            limits = staff.limits(connection)
        except staff.NotForYou:
            raise Http404 from None
        found = staff.alarms(connection)
        of_helpers = helper_alarms.alarms(connection, still_open=False)
    context = {
        "alarms": found,
        "of_helpers": of_helpers,
        "limits": limits,
        "may_resolve": request.visitor.capacity == "administrator",
        "problems": [Field("why", "text", _("Reden"), error=error)] if error else [],
    }
    return render(request, "staff/alarms.html", context, status=422 if error else 200)


@audience("administrator", level="act", methods=("POST",))
def resolve(request: HttpRequest, alarm: UUID) -> HttpResponse:
    """Close an alarm, and unlock or not."""
    why = request.POST.get("why", "").strip()
    if not why:
        return shown(request, _("Schrijf een reden."))
    with database.transaction(request) as connection:
        try:
            done = staff.resolve(connection, alarm, unlock=request.POST.get("do") == "unlock", why=why)
        except staff.NotForYou:
            raise Http404 from None
    if not done:
        raise Http404
    return redirect("staff_alarms")


@audience("administrator", level="act", methods=("POST",))
def close_helper_alarm(request: HttpRequest, helper_alarm: int) -> HttpResponse:
    """Close an alarm over a helper, which opens the lock."""
    why = request.POST.get("why", "").strip()
    if len(why) < SHORTEST_REASON:
        return shown(request, _("Schrijf een reden."))
    with database.transaction(request) as connection:
        if not helper_alarms.close(connection, helper_alarm, why):
            raise Http404
        staff.note(connection, "helper_alarm_closed", str(helper_alarm), why)
    return redirect("staff_alarms")


@audience("administrator", "auditor")
def roles(request: HttpRequest) -> HttpResponse:
    """Everybody who is more than a citizen here."""
    with database.transaction(request) as connection:
        found = staff.roles(connection)
    people = [{"role": each, "capacity": CAPACITIES[each.capacity]} for each in found]
    return render(request, "staff/roles.html", {"people": people})


def act_in_words(what: str) -> Text:
    """What was done, for who reads over many people: as the journal of a person says it, without about what."""
    if what in ACTS:
        return ACTS[what]
    journal, language = words("journal"), get_language() or "nl"
    said = journal["what"].get(what, journal["what"]["other"])[language]
    return str(said).format(page=journal["page"]["other"][language], thing="").rstrip(": \N{NO-BREAK SPACE}")


@audience("auditor")
def acts(request: HttpRequest) -> HttpResponse:
    """What staff and helpers did, without who it was about. Read only; the look itself is an act."""
    with database.transaction(request) as connection:
        try:
            staff.note(connection, "acts_read", "", "audit")
        except staff.NotForYou:
            raise Http404 from None
        found = staff.acts(connection)
    lines = [
        {
            "act": each,
            "capacity": CAPACITIES.get(each.capacity, each.capacity),
            "words": act_in_words(each.what),
        }
        for each in found
    ]
    return render(request, "staff/acts.html", {"acts": lines})
