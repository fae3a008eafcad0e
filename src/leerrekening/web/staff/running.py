"""Work in the background: what waits, what failed or is stuck, and trying again."""

from __future__ import annotations

from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from leerrekening.jobs import state
from leerrekening.lawtext.keeper import the_keeper
from leerrekening.registry import post, staff
from leerrekening.web import database, health
from leerrekening.web.audience import audience
from leerrekening.web.components import Field, Text
from leerrekening.web.staff.letters import STATES as LETTERS

STATES: Final[dict[str, str | Promise]] = {
    "failed": gettext_lazy("mislukt"),
    "stuck": gettext_lazy("zit vast"),
    "doing": gettext_lazy("bezig"),
    "waiting": gettext_lazy("wacht"),
    "planned": gettext_lazy("gepland"),
    "done": gettext_lazy("klaar"),
}
PARTS: Final[dict[str, str | Promise]] = {
    "law": gettext_lazy("Wetboek"),
    "database": gettext_lazy("Databank"),
    "worker": gettext_lazy("Werker op de achtergrond"),
}


@audience("administrator")
def jobs_page(request: HttpRequest) -> HttpResponse:
    """The parts of the site, the law, and jobs."""
    return shown(request)


def shown(request: HttpRequest, error: Text = "") -> HttpResponse:
    """The page."""
    with database.transaction(request) as connection:
        counts = state.counts(connection)
        troubled = state.jobs(connection, state.NEEDS_A_PERSON)
        letters = post.counts(connection)
    held = the_keeper().held()
    context: dict[str, Any] = {
        "parts": [(PARTS[name], value == "up") for name, value in health.look().items()],
        "law_version": held.law.version,
        "law_read_at": held.read_at,
        "law_refused": the_keeper().refusal(),
        "counts": [
            {"task": task, "state": STATES[what], "number": number}
            for (task, what), number in sorted(counts.items())
        ],
        "counts_of_letters": [{"count": each, "state": LETTERS[each.state]} for each in letters],
        "jobs": [{"job": job, "state": STATES[job.state]} for job in troubled],
        "problems": [Field("why", "text", _("Reden"), error=error)] if error else [],
    }
    return render(request, "staff/jobs.html", context, status=422 if error else 200)


@audience("administrator", level="act", methods=("POST",))
def retry(request: HttpRequest, job: int) -> HttpResponse:
    """Try a failed job again."""
    why = request.POST.get("why", "").strip()
    if not why:
        return shown(request, _("Schrijf een reden."))
    with database.transaction(request) as connection:
        if not state.retry(connection, job):
            raise Http404
        try:
            staff.note(connection, "job_retried", str(job), why)
        except staff.NotForYou:
            raise Http404 from None
    return redirect("staff_jobs")
