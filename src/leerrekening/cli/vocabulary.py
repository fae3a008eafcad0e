"""The fixed words of decisions in text, in the four languages; the law brings all other words itself.

Templates are filled with ``str.format``. The words are those of docs/plain-language.md.
"""

from __future__ import annotations

from typing import Final

Words = dict[str, str]
"""The same words by language."""


def _in(nl: str, fr: str, de: str, en: str) -> Words:
    return {"nl": nl, "fr": fr, "de": de, "en": en}


BLOCKS: Final = {
    "money": _in("GELD", "ARGENT", "GELD", "MONEY"),
    "time": _in("TIJD", "TEMPS", "ZEIT", "TIME"),
    "guidance": _in("BEGELEIDING", "ACCOMPAGNEMENT", "BERATUNG", "GUIDANCE"),
}
VERDICTS: Final = {
    "yes": _in("ja", "oui", "ja", "yes"),
    "no": _in("nee", "non", "nein", "no"),
    "undecided": _in("nog open", "encore ouvert", "noch offen", "still open"),
}
# What the law's own state adds to the answer; in force adds nothing.
STATUSES: Final = {
    "unconfirmed": _in("niet bevestigd", "non confirmé", "nicht bestätigt", "not confirmed"),
    "proposed": _in(
        "voorstel (nog geen wet)",
        "proposition (pas encore une loi)",
        "Vorschlag (noch kein Gesetz)",
        "proposal (not yet law)",
    ),
    "not_yet": _in("nog niet", "pas encore", "noch nicht", "not yet"),
    "ended": _in("afgelopen", "terminé", "beendet", "ended"),
}
CONFIDENCES: Final = {
    "high": _in("zekerheid: hoog", "certitude : élevée", "Sicherheit: hoch", "certainty: high"),
    "medium": _in("zekerheid: middelmatig", "certitude : moyenne", "Sicherheit: mittel", "certainty: medium"),
    "low": _in("zekerheid: laag", "certitude : faible", "Sicherheit: gering", "certainty: low"),
}
ASKED_OF: Final = {
    "person": _in(
        "u weet dit zelf",
        "vous le savez vous-même",
        "das wissen Sie selbst",
        "you know this yourself",
    ),
    "register": _in(
        "dit staat in een register",
        "cela se trouve dans un registre",
        "das steht in einem Register",
        "this is in a register",
    ),
    "official": _in(
        "een ambtenaar weet dit",
        "un agent d'un service public le sait",
        "das weiß eine Behörde",
        "an official knows this",
    ),
}
PERIODS: Final = {
    "school_year": _in("schooljaar", "année scolaire", "Schuljahr", "school year"),
    "calendar_year": _in("kalenderjaar", "année civile", "Kalenderjahr", "calendar year"),
    "interruption": _in("onderbreking", "interruption", "Unterbrechung", "interruption"),
    "career": _in("loopbaan", "carrière", "Laufbahn", "career"),
}
RECEIVERS: Final = {
    "person": _in("u", "vous", "Sie", "you"),
    "employer": _in("uw werkgever", "votre employeur", "Ihr Arbeitgeber", "your employer"),
    "provider": _in("de opleider", "l'organisme de formation", "der Anbieter", "the provider"),
    "centre": _in("het loopbaancentrum", "le centre de carrière", "das Laufbahnzentrum", "the career centre"),
    "counsellor": _in(
        "de loopbaanbegeleider", "le conseiller de carrière", "die Laufbahnberatung", "the career counsellor"
    ),
}
PAYMENTS: Final = {
    "flemish_share": _in(
        "deel van Vlaanderen", "part de la Flandre", "Anteil Flanderns", "share of Flanders"
    ),
    "refund": _in("terugbetaling", "remboursement", "Rückzahlung", "refund"),
    "flat_rate": _in(
        "vast bedrag per uur", "montant fixe par heure", "fester Betrag pro Stunde", "fixed amount per hour"
    ),
    "wage_cap": _in(
        "brutoloon waartoe uw werkgever uw loon tijdens het verlof mag beperken",
        "salaire brut auquel votre employeur peut limiter votre salaire pendant le congé",
        "Bruttolohn, auf den Ihr Arbeitgeber Ihren Lohn während des Urlaubs begrenzen darf",
        "gross wage to which your employer may limit your pay during the leave",
    ),
    "premium": _in("premie", "prime", "Prämie", "allowance"),
    "fee_ex_vat": _in(
        "vergoeding zonder btw", "rémunération hors TVA", "Vergütung ohne MwSt.", "fee without VAT"
    ),
}
INITIATIVES: Final = {
    "own": _in("uw eigen idee", "votre propre idée", "Ihre eigene Idee", "your own idea"),
    "joint": _in(
        "voorstel van uw werkgever",
        "proposition de votre employeur",
        "Vorschlag Ihres Arbeitgebers",
        "proposal of your employer",
    ),
}
PHRASES: Final = {
    "between": _in("; ", " ; ", "; ", "; "),
    "pair": _in("{label}: {value}", "{label} : {value}", "{label}: {value}", "{label}: {value}"),
    "heading": _in(
        "Uw rechten op {day}",
        "Vos droits le {day}",
        "Ihre Rechte am {day}",
        "Your rights on {day}",
    ),
    "version": _in(
        "Tekst van de wet: {version}",
        "Texte de la loi : {version}",
        "Text des Gesetzes: {version}",
        "Text of the law: {version}",
    ),
    "no_promise": _in(
        "Dit is een berekening, geen beslissing van een dienst.",
        "Ceci est un calcul, pas la décision d'un service.",
        "Das ist eine Berechnung, keine Entscheidung einer Behörde.",
        "This is a calculation, not a decision of an office.",
    ),
    "decides": _in("Dit beslist:", "Ceci décide :", "Das entscheidet:", "This decides:"),
    "open": _in("Dit is nog open:", "Ceci est encore ouvert :", "Das ist noch offen:", "This is still open:"),
    "source": _in("Bron: {source}", "Source : {source}", "Quelle: {source}", "Source: {source}"),
    "article": _in("artikel {article}", "article {article}", "Artikel {article}", "article {article}"),
    "known": _in("Wij weten: {facts}", "Nous savons : {facts}", "Wir wissen: {facts}", "We know: {facts}"),
    "short": _in(
        "Er ontbreekt: {amount}",
        "Il manque : {amount}",
        "Es fehlt: {amount}",
        "Short by: {amount}",
    ),
    "met_on": _in(
        "Vervuld op {day}, als er niets anders verandert",
        "Remplie le {day}, si rien d'autre ne change",
        "Erfüllt am {day}, wenn sich sonst nichts ändert",
        "Met on {day}, if nothing else changes",
    ),
    "right": _in(
        "Uw recht: {amount}",
        "Votre droit : {amount}",
        "Ihr Recht: {amount}",
        "Your right: {amount}",
    ),
    "used": _in("gebruikt: {amount}", "utilisé : {amount}", "genutzt: {amount}", "used: {amount}"),
    "left": _in("over: {amount}", "reste : {amount}", "übrig: {amount}", "left: {amount}"),
    "period": _in(
        "{kind}, van {start} tot en met {end}",
        "{kind}, du {start} au {end}",
        "{kind}, vom {start} bis {end}",
        "{kind}, from {start} to {end}",
    ),
    "period_since": _in(
        "{kind}, vanaf {start}",
        "{kind}, à partir du {start}",
        "{kind}, ab {start}",
        "{kind}, from {start}",
    ),
    "award": _in(
        "Nu voor u: {amount}",
        "Maintenant pour vous : {amount}",
        "Jetzt für Sie: {amount}",
        "For you now: {amount}",
    ),
    "month": _in("{amount} per maand", "{amount} par mois", "{amount} pro Monat", "{amount} a month"),
    "net": _in(
        "netto ongeveer {amount}",
        "net environ {amount}",
        "netto etwa {amount}",
        "net about {amount}",
    ),
    "pays": _in(
        "{who}: {amount} ({what})",
        "{who} : {amount} ({what})",
        "{who}: {amount} ({what})",
        "{who}: {amount} ({what})",
    ),
    "amount_of": _in("{what}: {amount}", "{what} : {amount}", "{what}: {amount}", "{what}: {amount}"),
    "paid": _in("Er wordt betaald aan:", "Sera payé à :", "Gezahlt wird an:", "Paid to:"),
    "price_now": _in(
        "U betaalt nu: {amount}",
        "Vous payez maintenant : {amount}",
        "Sie zahlen jetzt: {amount}",
        "You pay now: {amount}",
    ),
    "price_later": _in(
        "U krijgt later terug: {amount}",
        "Vous recevez plus tard : {amount}",
        "Sie bekommen später zurück: {amount}",
        "You get back later: {amount}",
    ),
    "price_person": _in(
        "U betaalt in totaal: {amount}",
        "Vous payez au total : {amount}",
        "Sie zahlen insgesamt: {amount}",
        "You pay in all: {amount}",
    ),
    "limits": _in("Waarom niet meer:", "Pourquoi pas plus :", "Warum nicht mehr:", "Why not more:"),
    "requirements": _in(
        "Wat de opleiding moet hebben:",
        "Ce que la formation doit remplir :",
        "Was der Kurs erfüllen muss:",
        "What the course must meet:",
    ),
    "questions": _in(
        "Vragen die nog open zijn:",
        "Questions encore ouvertes :",
        "Fragen, die noch offen sind:",
        "Questions still open:",
    ),
    "at": _in("voor {day}", "pour {day}", "für {day}", "for {day}"),
    "nothing": _in("niets", "rien", "nichts", "none"),
    "notes": _in(
        "Let ook hierop:",
        "Faites aussi attention à ceci :",
        "Achten Sie auch darauf:",
        "Also note:",
    ),
    "unconfirmed": _in("Niet bevestigd:", "Non confirmé :", "Nicht bestätigt:", "Not confirmed:"),
    "until": _in(
        "{figure}: laatst bevestigd op {day}",
        "{figure} : confirmé pour la dernière fois le {day}",
        "{figure}: zuletzt bestätigt am {day}",
        "{figure}: last confirmed on {day}",
    ),
    "never": _in(
        "{figure}: nooit bevestigd",
        "{figure} : jamais confirmé",
        "{figure}: nie bestätigt",
        "{figure}: never confirmed",
    ),
    "last_confirmed": _in(
        "Volgens de laatst bevestigde regels ({day}): {verdict}",
        "Selon les dernières règles confirmées ({day}) : {verdict}",
        "Nach den zuletzt bestätigten Regeln ({day}): {verdict}",
        "By the last confirmed rules ({day}): {verdict}",
    ),
    "no_day": _in("dag niet bekend", "jour inconnu", "Tag nicht bekannt", "day not known"),
    "conflicts": _in(
        "Waarover de bronnen niet duidelijk zijn:",
        "Ce que les sources laissent dans le doute :",
        "Was die Quellen nicht klar sagen:",
        "What the sources leave in doubt:",
    ),
    "changes": _in(
        "Wat het antwoord zou veranderen:",
        "Ce qui changerait la réponse :",
        "Was die Antwort ändern würde:",
        "What would change the answer:",
    ),
    "change": _in(
        "{fact}: {value} (dan {verdict})",
        "{fact} : {value} (alors {verdict})",
        "{fact}: {value} (dann {verdict})",
        "{fact}: {value} (then {verdict})",
    ),
    "no_change": _in(
        "Wij vonden geen enkel antwoord dat u alleen kunt veranderen en dat de uitkomst verandert.",
        "Nous n'avons trouvé aucune réponse que vous pouvez changer et qui change le résultat.",
        "Wir fanden keine einzelne Antwort, die Sie ändern können und die das Ergebnis ändert.",
        "We found no single answer that you can change and that changes the outcome.",
    ),
    "next_change": _in(
        "Verandert er niets anders, dan is het antwoord vanaf {day}: {verdict}",
        "Si rien d'autre ne change, la réponse est à partir du {day} : {verdict}",
        "Wenn sich sonst nichts ändert, lautet die Antwort ab dem {day}: {verdict}",
        "If nothing else changes, the answer from {day} is: {verdict}",
    ),
    "no_next_change": _in(
        "De tijd alleen verandert niets in de volgende {years} jaar.",
        "Le temps seul ne change rien dans les {years} prochaines années.",
        "Die Zeit allein ändert in den nächsten {years} Jahren nichts.",
        "Time alone changes nothing in the next {years} years.",
    ),
    "next_question": _in(
        "De beste volgende vraag:",
        "La meilleure question suivante :",
        "Die beste nächste Frage:",
        "The best next question:",
    ),
    "nothing_to_ask": _in(
        "Geen vraag kan nog iets veranderen.",
        "Plus aucune question ne peut changer quelque chose.",
        "Keine Frage kann noch etwas ändern.",
        "No question can change anything any more.",
    ),
    "decides_on": _in(
        "telt voor: {instruments}",
        "compte pour : {instruments}",
        "zählt für: {instruments}",
        "counts for: {instruments}",
    ),
}


def said(table: dict[str, Words], key: str, language: str) -> str:
    """The words for a code; a code that newer law brings reads as itself."""
    words = table.get(key)
    return words[language] if words is not None else key.replace("_", " ")


def phrase(key: str, language: str, **parts: object) -> str:
    """A phrase with its parts filled in."""
    return PHRASES[key][language].format(**parts)
