"""Why somebody does not come in, in words for that person. Nothing here tells who has an account."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Refusal:
    """A page: what happened, what to do now, and the status of the answer."""

    title: str | Promise
    what: str | Promise
    next_step: str | Promise
    status: int = 403


_NOT_SIGNED_IN = _("U bent niet aangemeld")
REFUSALS: dict[str, Refusal] = {
    "none": Refusal(
        _("Aanmelden kan hier niet"),
        _("Deze site is niet verbonden met een toegangsdienst."),
        _("De pagina’s zonder aanmelden werken wel."),
        503,
    ),
    "away": Refusal(
        _("Aanmelden lukt nu niet"),
        _("De toegangsdienst antwoordt niet. Dat ligt niet aan u."),
        _("Probeer het over een paar minuten opnieuw. De pagina’s zonder aanmelden werken wel."),
        503,
    ),
    "state": Refusal(
        _NOT_SIGNED_IN,
        _("Het aanmelden duurde te lang, of was al gebruikt."),
        _("Meld u opnieuw aan."),
        400,
    ),
    "cancelled": Refusal(
        _NOT_SIGNED_IN,
        _("U brak het aanmelden af, of de toegangsdienst kon u niet aanmelden."),
        _("U kunt het opnieuw proberen."),
    ),
    "token": Refusal(
        _NOT_SIGNED_IN,
        _("Het antwoord van de toegangsdienst klopt niet. Daarom laten wij niemand binnen."),
        _("Probeer het opnieuw. Lukt het weer niet? Meld het ons dan."),
    ),
    "too_low": Refusal(
        _("Kies een andere manier om u aan te melden"),
        _("Deze manier van aanmelden is niet sterk genoeg voor wat u wilt doen."),
        _("Meld u opnieuw aan, met uw eID of met itsme."),
    ),
    "not_fresh": Refusal(
        _("Meld u opnieuw aan"),
        _("Voor deze stap moet u net aangemeld zijn. Uw aanmelding is te oud."),
        _("Meld u af, en meld u daarna opnieuw aan."),
    ),
    "no_number": Refusal(
        _NOT_SIGNED_IN,
        _(
            "De toegangsdienst gaf geen geldig rijksregisternummer. Zonder dat nummer vinden wij uw rekening niet."
        ),
        _("Meld u opnieuw aan, met uw eID of met itsme."),
    ),
    "no_name": Refusal(
        _NOT_SIGNED_IN,
        _("De toegangsdienst gaf geen naam."),
        _("Probeer het opnieuw. Lukt het weer niet? Meld het ons dan."),
    ),
    "no_role": Refusal(
        _("U hebt hier geen rol voor deze organisatie"),
        _("Uw organisatie gaf u geen recht om hier voor haar te werken."),
        _("Vraag het aan de beheerder van uw organisatie. Of meld u aan als burger voor uw eigen rekening."),
    ),
    "other_number": Refusal(
        _NOT_SIGNED_IN,
        _("Er klopt iets niet met de gegevens van uw aanmelding."),
        _("Neem contact met ons op. Uw rekening blijft intussen dicht."),
    ),
}
