"""Letters to print: how many wait, the batch that is out, and letters that came back. Numbers of letters, no names."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from leerrekening.registry import post, staff
from leerrekening.web import database
from leerrekening.web.audience import audience
from leerrekening.web.components import Choice, Field

STATES: Final[dict[str, str | Promise]] = {
    "queued": gettext_lazy("wordt gemaakt"),
    "made": gettext_lazy("klaar om af te drukken"),
    "taken": gettext_lazy("meegenomen, nog niet op de post"),
    "failed": gettext_lazy("teruggekomen"),
    "owed": gettext_lazy("geen postadres bekend"),
}
OUTCOMES: Final[dict[str | None, str | Promise]] = {
    "sent": gettext_lazy("op de post"),
    "put_back": gettext_lazy("teruggelegd"),
    None: gettext_lazy("nog niet op de post"),
}
REASONS: Final[dict[post.Reason, str | Promise]] = {
    "unknown_address": gettext_lazy("Niemand met die naam op het adres"),
    "moved": gettext_lazy("Verhuisd"),
    "refused": gettext_lazy("Geweigerd"),
    "not_collected": gettext_lazy("Niet afgehaald"),
    "damaged": gettext_lazy("Beschadigd"),
}


@contextmanager
def mail_room(request: HttpRequest) -> Iterator[post.Connection]:
    """A transaction of the mail room. Errors: Http404 for who is locked."""
    with database.transaction(request) as connection:
        try:
            yield connection
        except staff.NotForYou:
            raise Http404 from None


@audience("mailroom")
def letters(request: HttpRequest) -> HttpResponse:
    """How many letters are where, and what can be done now."""
    return shown(request)


def shown(request: HttpRequest, fields: dict[str, Field] | None = None) -> HttpResponse:
    """The page, with a form that came back when `fields` are given."""
    with database.transaction(request) as connection:
        counts = post.counts(connection)
        batches = post.batches(connection)
        back = post.back(connection)
    waiting = {each.state: each.letters for each in counts}
    context = {
        "counts": [{"count": each, "state": STATES[each.state]} for each in counts],
        "ready": waiting.get("made", 0),
        "out": next((each for each in batches if each.outcome is None), None),
        "batches": [
            {"batch": each, "outcome": OUTCOMES[each.outcome]} for each in batches if each.outcome is not None
        ],
        "back": [{"letter": each, "reason": REASONS[each.reason]} for each in back],
        "fields": fields or returned_fields("", "", sent=False),
    }
    return render(request, "staff/letters.html", context, status=422 if fields else 200)


def returned_fields(number: str, reason: str, *, sent: bool, error: str = "") -> dict[str, Field]:
    """The form about a letter that came back; checked when it was `sent`."""
    if sent and not error:
        try:
            post.number_of(number)
        except ValueError:
            error = _("Dit is geen nummer van een brief. Kijk het na boven het adres.")
    return {
        "number": Field(
            "number",
            "text",
            _("Nummer van de brief"),
            hint=_("Het staat boven het adres. Bijvoorbeeld: B-000123-71"),
            value=number,
            error=error,
        ),
        "reason": Field(
            "reason",
            "radios",
            _("Waarom kwam hij terug?"),
            choices=tuple(Choice(code, words) for code, words in REASONS.items()),
            value=reason,
            error=_("Kies waarom de brief terugkwam.") if sent and reason not in REASONS else "",
        ),
    }


@audience("mailroom", level="act", methods=("POST",))
def take(request: HttpRequest) -> HttpResponse:
    """Take the letters that wait. While a batch is out, nothing more is taken."""
    with mail_room(request) as connection:
        post.take(connection)
    return redirect("staff_letters")


@audience("mailroom", level="act")
def fetch(request: HttpRequest, batch: int) -> HttpResponse:
    """The letters of the batch that is out, a PDF each, in one ZIP. The look stands in the journal of each person."""
    with mail_room(request) as connection:
        found = post.letters(connection, batch)
    if not found:
        raise Http404
    answer = HttpResponse(post.archive(found), content_type="application/zip")
    answer["Content-Disposition"] = f'attachment; filename="brieven-{batch}.zip"'
    return answer


@audience("mailroom", level="act", methods=("POST",))
def close(request: HttpRequest, batch: int) -> HttpResponse:
    """The batch is at the post, or its letters wait again."""
    outcome = request.POST.get("outcome", "")
    if outcome not in ("sent", "put_back"):
        raise Http404
    with mail_room(request) as connection:
        done = post.close(connection, batch, sent=outcome == "sent")
    if not done:
        raise Http404
    return redirect("staff_letters")


@audience("mailroom", level="act", methods=("POST",))
def came_back(request: HttpRequest) -> HttpResponse:
    """A letter came back: the person is told in the account."""
    typed, reason = request.POST.get("number", "").strip(), request.POST.get("reason", "")
    fields = returned_fields(typed, reason, sent=True)
    if any(field.error for field in fields.values()):
        return shown(request, fields)
    with mail_room(request) as connection:
        known = post.came_back(connection, post.number_of(typed), reason)
    if not known:
        unknown = _("Deze brief is niet verstuurd, of hij is al teruggekomen.")
        return shown(request, returned_fields(typed, reason, sent=True, error=unknown))
    return redirect("staff_letters")


@audience("mailroom", level="act", methods=("POST",))
def again(request: HttpRequest) -> HttpResponse:
    """Send a letter that came back once more."""
    with mail_room(request) as connection:
        done = post.again(connection, request.POST.get("number", ""))
    if not done:
        raise Http404
    return redirect("staff_letters")
