"""Every component in every state on one page, to look at. Only shown for development and in the tests."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from leerrekening.web.audience import audience
from leerrekening.web.components import (
    UNKNOWN,
    Block,
    Choice,
    Field,
    Right,
    Source,
    State,
    SummaryRow,
    TimelineRow,
)

YES_NO = (Choice("true", "Ja"), Choice("false", "Nee"))
SECTORS = (
    Choice("private", "Privésector", "Een bedrijf of een vzw zonder zorg of onderwijs."),
    Choice("public", "Openbare dienst"),
    Choice("education", "Onderwijs"),
)
FIELDS = (
    Field("alone", "radios", "Woont u alleen?", choices=YES_NO, unknown=True),
    Field(
        *("job.sector", "radios", "In welke sector werkt u?"),
        hint="Het staat op uw loonbrief.",
        choices=SECTORS,
        value="public",
        unknown=True,
        error="Kies de sector waarin u werkt.",
    ),
    Field("days", "checkboxes", "Op welke dagen werkt u?", choices=SECTORS, value=("education", "private")),
    Field(
        *("birth", "date", "Wat is uw geboortedatum?"),
        hint="Bijvoorbeeld: 27 3 1986.",
        value={"day": "31", "month": "2", "year": "1986"},
        error="31 februari bestaat niet. Kijk de dag na.",
    ),
    Field("start", "date", "Wanneer begint de opleiding?", value=UNKNOWN, unknown=True),
    Field("hours", "number", "Hoeveel uren werkt u per week?", value="30,4", unit="uur", unknown=True),
    Field(
        "wage",
        "number",
        "Wat verdient u bruto per maand?",
        unit="euro",
        error="Vul een bedrag in cijfers in.",
    ),
    Field(
        "committee",
        "text",
        "Wat is het nummer van uw paritair comité?",
        hint="Bijvoorbeeld: 200.",
        value="200",
    ),
    Field("region", "select", "Waar woont u?", choices=SECTORS, value="private", unknown=True),
)
ACT = Source(
    "Besluit van de Vlaamse Regering van 17 mei 2019",
    article="art. 4, § 1",
    url="https://codex.vlaanderen.be/",
    last_confirmed=date(2024, 9, 1),
)
BLOCKS = (
    Block(
        *("money", "Geld", "Een deel van de prijs van uw opleiding."),
        rights=(
            Right("Opleidingscheques", State.AVAILABLE, "U voldoet aan alle voorwaarden.", amount="250 euro"),
            Right(
                "Vlaams opleidingskrediet",
                State.UNKNOWN,
                "Wij weten nog niet of u minder gaat werken.",
                note="Nog 2 vragen.",
            ),
        ),
    ),
    Block(
        *("time", "Tijd"),
        rights=(
            Right(
                *(
                    "Vlaams opleidingsverlof",
                    State.RESERVED,
                    "Voor de opleiding die begint op 1 september 2026.",
                ),
                url="#time",
                amount="60 uur",
                note="Nog 65 uur over in dit schooljaar.",
            ),
            Right("Betaald educatief verlof", State.NO, "De regeling is afgelopen sinds 1 september 2019."),
        ),
    ),
    Block(
        *("guidance", "Begeleiding"),
        rights=(
            Right("Loopbaancheques", State.NOT_YET, "U werkt nog geen 7 jaar: 5 jaar en 3 maanden."),
            Right("Loopbaancheques, eerste reeks", State.USED, "U gebruikte uw cheques op 1 mei 2018."),
        ),
    ),
)
TIMELINE = (
    TimelineRow(None, date(2019, 8, 31), "125 euro"),
    TimelineRow(date(2019, 9, 1), date(2024, 8, 31), "250 euro", source=ACT),
    TimelineRow(
        *(date(2024, 9, 1), None, "250 euro", "Per schooljaar."),
        source=Source("Persbericht", confidence="low", last_confirmed=date(2024, 9, 1), unconfirmed=True),
        current=True,
    ),
    TimelineRow(date(2025, 7, 1), None, "Het besluit wordt gewijzigd.", event=True),
)
SUMMARY = (
    SummaryRow("Geboortedatum", "27 maart 1986", "#birth", "Wijzig"),
    SummaryRow("Woonplaats", "Ik weet het niet", "#region", "Wijzig"),
    SummaryRow("Dag van de vraag", "20 november 2026"),
)


@audience("everyone")
def gallery(request: HttpRequest) -> HttpResponse:
    """All components."""
    context = {
        "fields": FIELDS,
        "states": list(State),
        "blocks": BLOCKS,
        "act": ACT,
        "timeline_rows": TIMELINE,
        "summary": SUMMARY,
        "text": {"nl": "Vier talen", "fr": "Quatre langues", "de": "Vier Sprachen", "en": "Four languages"},
    }
    return render(request, "pages/gallery.html", context)
