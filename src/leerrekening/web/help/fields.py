"""The questions of the forms about help, as fields."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _

from leerrekening.registry.conversations import BARRIERS
from leerrekening.registry.insz import BadInsz, Insz
from leerrekening.registry.mandates import DURATIONS, SCOPES, WAYS
from leerrekening.web.components import Choice, Field

Posted = Mapping[str, list[str]]


def scope_words() -> dict[str, str]:
    """What a mandate may be for, as a choice says it."""
    return {
        "look": _("De rekening bekijken"),
        "reserve": _("Een recht reserveren"),
        "correct": _("Een fout melden of een antwoord geven"),
    }


def duration_words() -> dict[str, str]:
    """How long a mandate may run."""
    return {"day": _("1 dag"), "month": _("31 dagen"), "half_year": _("6 maanden"), "year": _("1 jaar")}


def way_words() -> dict[str, tuple[str, str]]:
    """How a person can say yes."""
    return {
        "desk": (
            _("Nu, hier aan de balie"),
            _("De burger meldt zich op dit toestel aan, met eID of itsme. U wordt eerst afgemeld."),
        ),
        "signed_in": (_("Thuis, met een code"), _("De burger meldt zich thuis aan en vult de code in.")),
        "paper": (
            _("Op papier"),
            _("De burger tekent een formulier. U vult daarna de code van het formulier in."),
        ),
    }


def barrier_words() -> dict[str, tuple[str, str]]:
    """What may stand in the way of learning, with an example in the words of a conversation."""
    return {
        "dispositional": (
            _("In de persoon zelf"),
            _("Bijvoorbeeld: “Ik kan niet goed leren”, schrik voor school."),
        ),
        "institutional": (
            _("In het aanbod"),
            _("Bijvoorbeeld: geen opleiding in de buurt, inschrijven is moeilijk, uren passen niet."),
        ),
        "situational": (_("In het leven nu"), _("Bijvoorbeeld: kinderen, zorg, ziekte, werkuren, vervoer.")),
        "informational": (
            _("In wat men weet"),
            _("Bijvoorbeeld: niet weten wat bestaat of waar te beginnen."),
        ),
        "financial": (_("In het geld"), _("Bijvoorbeeld: de prijs, of minder inkomen tijdens de opleiding.")),
    }


def ask_fields(posted: Posted | None = None, *, sent: bool = True) -> dict[str, Field]:
    """The form that asks for a mandate; filled in, and checked when it was `sent`."""

    def one(name: str) -> str:
        return "" if posted is None else (posted.get(name) or [""])[-1].strip()

    def chosen(name: str, known: tuple[str, ...]) -> str:
        return one(name) if one(name) in known else ""

    scopes = tuple(s for s in SCOPES if posted is not None and s in posted.get("scopes", []))
    way, duration = chosen("given", WAYS), chosen("duration", DURATIONS)
    on_paper = way == "paper"
    filled, sent = posted is not None, posted is not None and sent
    # In the order of the page: that is the order of the list of mistakes.
    return {
        "scopes": Field(
            "scopes",
            "checkboxes",
            _("Waarvoor is de hulp?"),
            hint=_("Vraag niet meer dan nodig. Bekijken hoort er altijd bij."),
            choices=tuple(Choice(scope, scope_words()[scope]) for scope in SCOPES),
            value=scopes if filled else ("look",),
            error=_("Kies minstens bekijken.") if sent and "look" not in scopes else "",
        ),
        "duration": Field(
            "duration",
            "radios",
            _("Hoe lang?"),
            choices=tuple(Choice(each, duration_words()[each]) for each in DURATIONS),
            value=duration,
            error=_("Kies hoe lang de hulp duurt.") if sent and not duration else "",
        ),
        "given": Field(
            "given",
            "radios",
            _("Hoe zegt de burger ja?"),
            choices=tuple(Choice(way, *way_words()[way]) for way in WAYS),
            value=way,
            error=_("Kies hoe de burger ja zegt.") if sent and not way else "",
        ),
        "given_names": _name("given_names", _("Voornaam"), one("given_names"), needed=on_paper),
        "family_name": _name("family_name", _("Familienaam"), one("family_name"), needed=on_paper),
        "insz": Field(
            "insz",
            "text",
            _("Rijksregisternummer"),
            hint=_("Alleen op papier. Neem het over van de identiteitskaart die voor u ligt."),
            value=one("insz"),
            error=_insz_error(one("insz")) if on_paper else "",
        ),
    }


def _name(name: str, label: str, value: str, *, needed: bool) -> Field:
    return Field(
        name,
        "text",
        label,
        hint=_("Alleen op papier."),
        value=value,
        error=_("Vul de naam in zoals op de identiteitskaart.") if needed and not value else "",
    )


def _insz_error(text: str) -> str:
    try:
        Insz(text)
    except BadInsz:
        return _("Dit is geen rijksregisternummer. Kijk de 11 cijfers na.")
    return ""


def code_field(value: str = "", error: str = "") -> Field:
    """Where a code of a mandate is typed."""
    return Field(
        "code",
        "text",
        _("De code"),
        hint=_("12 letters en cijfers. Spaties maken niet uit."),
        value=value,
        error=error,
    )


def barrier_field(chosen: tuple[str, ...] = ()) -> Field:
    """What stands in the way: none, one or more."""
    return Field(
        "barriers",
        "checkboxes",
        _("Wat houdt tegen?"),
        hint=_("Kies niets als niets past. U mag er meer dan één kiezen."),
        choices=tuple(Choice(barrier, *barrier_words()[barrier]) for barrier in BARRIERS),
        value=chosen,
    )
