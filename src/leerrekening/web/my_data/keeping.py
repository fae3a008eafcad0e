"""What is kept, why and how long; a copy of all of it; and consent where that is the ground."""

from __future__ import annotations

import re
from typing import Final
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from leerrekening.registry import consent, copies, retention
from leerrekening.registry.retention import DataClass
from leerrekening.web import database
from leerrekening.web.account.navigation import address
from leerrekening.web.account.origins import day_of
from leerrekening.web.audience import audience
from leerrekening.web.components import Text
from leerrekening.web.rights.outcome import in_words

MONTHS_IN_A_YEAR: Final = 12
# What Regulation (EU) 2016/679 is called; the files name it in English.
REGULATION: Final = {"nl": "AVG", "fr": "RGPD", "de": "DSGVO", "en": "GDPR"}
# What the articles that a class of data rests on come down to; the first that is cited is the reason.
REASONS: Final[dict[str, Text]] = {
    "5(1)(c)": gettext_lazy("om niet meer en niet langer te bewaren dan nodig"),
    "5(2)": gettext_lazy("om te tonen dat wij de regels volgen"),
    "6(1)(e)": gettext_lazy("voor een taak van algemeen belang"),
    "7(1)": gettext_lazy("om te tonen dat u toestemming gaf"),
    "15": gettext_lazy("omdat u recht hebt op een kopie"),
}


@audience("citizen")
def my_data(request: HttpRequest) -> HttpResponse:
    """The page."""
    party = request.visitor.party
    with database.transaction(request) as connection:
        made = copies.copies(connection, party)
        given = consent.given(connection, party)
    context = {
        "classes": [
            {
                "what": in_words(each.what),
                "period": period_words(each),
                "reason": reason_words(each),
                "ground": each.ground.replace("GDPR", in_words(REGULATION)),
                "ours": each.ours,
            }
            for each in retention.classes()
        ],
        "copies": [
            {"key": key, "asked": day_of(asked), "is_made": when is not None} for key, asked, when in made
        ],
        "consents": [
            {
                "purpose": purpose,
                "title": in_words(consent.texts()[purpose]["title"]),
                "text": in_words(consent.texts()[purpose]["text"]),
                "given": given[purpose],
            }
            for purpose in consent.PURPOSES
        ],
    }
    return render(request, "my_data/my_data.html", context)


def period_words(each: DataClass) -> str:
    """How long a class of data is kept, in words."""
    begins = in_words(each.begins)
    if each.days is not None:
        return ngettext("%(count)s dag %(begins)s", "%(count)s dagen %(begins)s", each.days) % {
            "count": each.days,
            "begins": begins,
        }
    if each.months is not None and each.months % MONTHS_IN_A_YEAR == 0:
        return _("%(count)s jaar %(begins)s") % {"count": each.months // MONTHS_IN_A_YEAR, "begins": begins}
    if each.months is not None:
        return _("%(count)s maanden %(begins)s") % {"count": each.months, "begins": begins}
    return begins


def reason_words(each: DataClass) -> str:
    """Why a class of data may be kept, in words. Raises KeyError for an article that has none yet."""
    first = each.ground.partition("art. ")[2]
    return str(REASONS[re.split("[;,]", first)[0].strip()])


@audience("citizen", level="act", methods=("POST",))
def ask_copy(request: HttpRequest) -> HttpResponse:
    """Ask for a copy; a job makes it."""
    with database.transaction(request) as connection:
        copies.ask(connection, request.visitor.party, request.visitor.name)
    return redirect(f"{address(request, 'account_my_data')}#kopie")


@audience("citizen", level="act")
def copy(request: HttpRequest, key: UUID) -> HttpResponse:
    """The copy as a file."""
    with database.transaction(request) as connection:
        content = copies.content(connection, request.visitor.party, key)
    if content is None:
        raise Http404
    answer = HttpResponse(content, content_type="application/zip")
    answer["Content-Disposition"] = 'attachment; filename="mijn-gegevens.zip"'
    return answer


@audience("citizen", methods=("POST",))
def answer_consent(request: HttpRequest) -> HttpResponse:
    """Give or withdraw consent."""
    purpose = request.POST.get("purpose", "")
    if purpose not in consent.PURPOSES:
        return redirect(address(request, "account_my_data"))
    with database.transaction(request) as connection:
        consent.answer(connection, request.visitor.party, purpose, yes=request.POST.get("answer") == "yes")
    return redirect(f"{address(request, 'account_my_data')}#toestemming")
