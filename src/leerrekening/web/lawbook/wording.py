"""The fixed words of the law book, and law texts set as print asks: quotes, apostrophes, French spaces."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final, TypeAlias

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Words: TypeAlias = str | Promise

NBSP: Final = "\u00a0"
_QUOTES: Final = {"nl": ("“", "”"), "en": ("“", "”"), "de": ("„", "“"), "fr": ("«", "»")}

STATUSES: Final[Mapping[str, Words]] = {
    "in_force": _("van kracht"),
    "unconfirmed": _("niet bevestigd"),
    "proposed": _("voorstel (nog geen wet)"),
    "not_yet": _("nog niet van kracht"),
    "ended": _("afgelopen"),
}
STATUS_REASONS: Final[Mapping[str, Words]] = {
    "in_force": _("Bronnen bevestigen op deze dag het bestaan en elk cijfer waarop de voorwaarden steunen."),
    "unconfirmed": _(
        "Voor deze dag bevestigt geen enkele bron het bestaan of een cijfer waarop een voorwaarde steunt."
    ),
    "proposed": _("Dit is gepland. Het is nog niet goedgekeurd."),
    "not_yet": _("Op deze dag bestaat de regeling nog niet."),
    "ended": _("Op deze dag bestaat de regeling niet meer."),
}
BLOCKS: Final[Mapping[str, Words]] = {"money": _("Geld"), "time": _("Tijd"), "guidance": _("Begeleiding")}
VERDICTS: Final[Mapping[str, Words]] = {"yes": _("ja"), "no": _("nee"), "undecided": _("nog open")}
MET: Final[Mapping[str, Words]] = {"yes": _("vervuld"), "no": _("niet vervuld"), "undecided": _("nog open")}
CUMULATION: Final[Mapping[str, Words]] = {
    "allowed": _("mag samen"),
    "forbidden": _("mag niet samen"),
    "unknown": _("onbekend"),
}
CONFIDENCES: Final[Mapping[str, Words]] = {
    "high": _("zekere bron"),
    "medium": _("bron met enige twijfel"),
    "low": _("onzekere bron"),
}
REFERENCE_KINDS: Final[Mapping[str, Words]] = {
    "conflict": _("Bronnen spreken elkaar tegen"),
    "gap": _("Bronnen zwijgen"),
    "reading": _("Onze lezing"),
}
SOURCE_KINDS: Final[Mapping[str, Words]] = {
    "official": _("officiële bron"),
    "secondary": _("vakliteratuur"),
    "press": _("pers"),
    "union": _("vakbond"),
    "institution": _("instelling"),
    "parliament": _("parlement"),
    "social_partners": _("sociale partners"),
}
ASKED_OF: Final[Mapping[str, Words]] = {
    "person": _("de persoon zelf"),
    "register": _("een register"),
    "official": _("een ambtenaar"),
}
FACT_TYPES: Final[Mapping[str, Words]] = {
    "date": _("datum"),
    "boolean": _("ja of nee"),
    "integer": _("geheel getal"),
    "decimal": _("getal"),
    "code": _("één antwoord uit een lijst"),
    "codes": _("antwoorden uit een lijst"),
    "text": _("tekst"),
    "texts": _("teksten"),
    "periods": _("periodes met een begin en een einde"),
}
UNITS: Final[Mapping[str, Words]] = {
    "euro": _("euro"),
    "cent": _("eurocent"),
    "euro_per_hour": _("euro per uur"),
    "hour": _("uur"),
    "minute": _("minuten"),
    "day": _("dagen"),
    "month": _("maanden"),
    "year": _("jaar"),
    "lestijd": _("lestijden van 50 minuten"),
    "credit": _("studiepunten"),
    "count": _("aantal"),
    "fraction": _("deel van een geheel"),
    "boolean": _("ja of nee"),
    "date": _("datum"),
    "code": _("vaste keuze"),
    "codes": _("vaste keuzes"),
    "text": _("tekst"),
    "voucher": _("cheques"),
}
CODES: Final[Mapping[str, Words]] = {
    "exists": _("bestaat"),
    "absent": _("bestaat niet"),
    "proposed": _("voorstel"),
    "calendar_year": _("kalenderjaar"),
    "school_year": _("schooljaar"),
    "interruption": _("onderbreking"),
    "career": _("loopbaan"),
    "whole_hours": _("hele uren"),
    "september_of_training_year": _("september van het opleidingsjaar"),
    "march_before_training_year": _("maart vóór het opleidingsjaar"),
    "month_of_course_start": _("de maand waarin de opleiding start"),
    "exists_detail_unknown": _("bestaat, maar hoe precies is onbekend"),
}
PARTS: Final[Mapping[str, Words]] = {
    "value": _("bedrag"),
    "used": _("gebruikt"),
    "left": _("over"),
    "net": _("netto"),
    "now": _("u betaalt nu"),
    "later": _("u krijgt later terug"),
    "person": _("u betaalt in totaal"),
    "when": _("alleen als"),
    "period_kind": _("soort periode"),
    "period_from": _("periode vanaf"),
    "period_to": _("periode tot en met"),
}
NOTHING: Final[Mapping[str, Words]] = {"none": _("geen"), "running": _("loopt nog")}
RECEIVERS: Final[Mapping[str, Words]] = {
    "person": _("aan u"),
    "employer": _("aan de werkgever"),
    "provider": _("aan de opleider"),
    "centre": _("aan het loopbaancentrum"),
    "counsellor": _("aan de loopbaanbegeleider"),
}
PAYMENTS: Final[Mapping[str, Words]] = {
    "flemish_share": _("deel van Vlaanderen"),
    "refund": _("terugbetaling"),
    "flat_rate": _("vast bedrag per uur"),
    "wage_cap": _("hoogste loon dat telt"),
    "premium": _("premie"),
    "fee_ex_vat": _("vergoeding zonder btw"),
}
INITIATIVES: Final[Mapping[str, Words]] = {
    "own": _("eigen initiatief: uw eigen idee"),
    "joint": _("gemeenschappelijk initiatief: een idee van uw werkgever waarmee u akkoord ging"),
}
EXPECTED: Final[Mapping[str, Words]] = {
    "status": _("toestand van de wet"),
    "verdict": _("antwoord"),
    "right": _("recht"),
    "award": _("voor deze opleiding"),
    "price": _("prijs"),
    "pays": _("betalingen"),
    "counters": _("tellers"),
    "deciding": _("beslissende voorwaarden"),
    "requirements": _("vereisten voor de opleiding"),
    "limits": _("grenzen"),
    "missing": _("gegevens die ontbreken"),
    "unconfirmed": _("niet bevestigd"),
    "conflicts": _("onduidelijk in de bronnen"),
    "last_confirmed": _("volgens de laatst bevestigde regels"),
}

# What a formula can contain besides facts, figures and rules: signs, functions, values derived from a history.
NOTATION: Final[Mapping[str, Words]] = {
    "and": _("en: alles moet waar zijn"),
    "or": _("of: één ervan is genoeg"),
    "not": _("niet"),
    "in": _("komt voor in"),
    "if": _("als: het deel ervoor geldt als het deel erna waar is"),
    "else": _("anders"),
    "==": _("is gelijk aan"),
    "!=": _("is niet gelijk aan"),
    "<": _("is minder dan, of vroeger dan"),
    "<=": _("is hoogstens, of niet later dan"),
    ">": _("is meer dan, of later dan"),
    ">=": _("is minstens, of niet vroeger dan"),
    "True": _("ja"),
    "False": _("nee"),
    "day": _("de dag die telt"),
    "min": _("het kleinste van de twee"),
    "max": _("het grootste van de twee"),
    "half_up": _("afgerond op een hele eenheid, een half naar boven"),
    "down": _("afgerond naar beneden op een hele eenheid"),
    "unclear": _("de bronnen zeggen het niet: het antwoord blijft open"),
    "surely": _("telt pas als de opleiding gekozen is"),
    "given": _("het eerste, of het tweede als het eerste niet bekend is"),
    "overlaps": _("minstens één van deze mogelijkheden"),
    "pay": _("tijd maal een bedrag per uur"),
    "in_days": _("omgezet in dagen: een jaar is 365 dagen"),
    "add_years": _("een aantal jaren later"),
    "add_months": _("een aantal maanden later"),
    "school_year_start": _("de eerste dag van het schooljaar, 1 september"),
    "school_year_end": _("de laatste dag van het schooljaar, 31 augustus"),
    "calendar_year_start": _("1 januari van dat jaar"),
    "calendar_year_end": _("31 december van dat jaar"),
    "month_start": _("de eerste dag van de maand"),
    "month_end": _("de laatste dag van de maand"),
    "day_before": _("de dag ervoor"),
    "works": _("er loopt op die dag een job die aan alles tussen haakjes voldoet"),
    "highest_fraction": _("het grootste deel van een voltijdse job tussen die dagen"),
    "fraction_in_month": _("het deel van een voltijdse job in die maand"),
    "weekly_minutes_in_month": _("de werktijd per week in die maand"),
    "under_contract_since": _("sinds wanneer de contracten zonder onderbreking lopen"),
    "monthly_gross": _("het brutoloon per maand op die dag"),
    "apprentice_minutes_per_month": _("de werktijd per maand met een leercontract"),
    "career_days": _("de dagen loopbaan vóór die dag die zeker tellen"),
    "possible_career_days": _("de dagen loopbaan vóór die dag, als ook meetelt wat de wet open laat"),
    "career_is_known": _("van elke job zijn soort en begin bekend"),
    "career_year_days": _("de loopbaan vóór die dag die zeker telt, een jaar als 365 dagen"),
    "possible_career_year_days": _("de loopbaan vóór die dag, als ook meetelt wat de wet open laat"),
    "worked_days_between": _("de gewerkte dagen tussen die dagen die zeker tellen"),
    "possible_worked_days_between": _(
        "de gewerkte dagen tussen die dagen, als ook meetelt wat de wet open laat"
    ),
    "longest_stretch_between": _("de langste periode werk zonder onderbreking tussen die dagen"),
    "residence": _("het gewest of land van de woonplaats op die dag"),
    "receives": _("krijgt op die dag zo’n uitkering"),
    "voucher_round_start": _("de eerste dag van de lopende reeks loopbaancheques"),
    "vouchers_in_round": _("het aantal loopbaancheques dat in deze reeks al gebruikt is"),
    "ever_guided": _("kreeg ooit zulke begeleiding, tot en met die dag"),
    "guided_minutes": _("de tijd die aan zulke begeleiding ging, tot en met die dag"),
    "in_development_plan_signed_before": _(
        "de opleiding staat in een ontwikkelingsplan (POP) dat vóór die dag getekend werd en nog telt"
    ),
    "in_development_plan": _("de opleiding staat in een ontwikkelingsplan (POP) dat op die dag nog telt"),
    "ever_in_development_plan": _("de opleiding staat in een ontwikkelingsplan (POP), hoe oud ook"),
    "used_minutes": _("de tijd die van dit recht al gebruikt is tussen die dagen"),
    "used_cents": _("het geld dat van dit recht al gebruikt is tussen die dagen"),
    "school_years_on_course": _("het aantal vorige schooljaren waarin dezelfde opleiding gevolgd werd"),
    "in_course_database": _("de opleiding is op die dag geregistreerd in de opleidingsdatabank"),
    "once_in_course_database": _(
        "de opleiding staat op die dag in de opleidingsdatabank, of stond er vroeger in"
    ),
    "training_day": _("de dag die telt voor opleidingsverlof"),
}


def said(words: Mapping[str, Words], key: str) -> str:
    """The words for a code, in the reader's language; a code that newer law brings reads as itself."""
    return str(words[key]) if key in words else key.replace("_", " ")


def typeset(text: str, language: str) -> str:
    """A text of the law as print asks: curved quotes and apostrophes, and in French a space that does not break."""
    opening, closing = _QUOTES[language]
    if language == "fr":
        opening, closing = opening + NBSP, NBSP + closing
    text = re.sub(r'"([^"]*)"', rf"{opening}\1{closing}", text)
    text = text.replace("'", "’").replace("...", "…").replace("--", "–")
    if language == "fr":
        text = re.sub(r"(?<=[^\s«]) ?([?!;:])(?=\s|$)", rf"{NBSP}\1", text)
        text = re.sub(r"« ", f"«{NBSP}", text)
        text = re.sub(r" »", f"{NBSP}»", text)
    return text
