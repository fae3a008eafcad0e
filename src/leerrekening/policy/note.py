# ruff: noqa: E501 - a sentence in four languages stays on its line
"""A note on a comparison that a minister's office could read: what, who, what it costs, and what that rests on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from leerrekening.policy.results import MOVES, Results
from leerrekening.policy.synthesis import EDUCATIONS

WORDS: Final[Mapping[str, Mapping[str, str]]] = {
    "nl": {
        "block:money": "alle rechten in geld", "block:time": "alle rechten in tijd", "block:guidance": "alle rechten op begeleiding",
        "today": "De wet van vandaag", "title": "Vergelijking van {n} scenario's over {size} volwassenen", "day": "Peildag: {day}. Wet: {version}.",
        "reading": "Cijfers die geen bron voor deze dag bevestigt, zijn gelezen zoals ze het laatst bevestigd waren: {list}.",
        "entitled": "Wie heeft recht", "instrument": "Recht", "yes": "ja", "undecided": "onbeslist", "no": "nee",
        "low": "kortgeschoold", "middle": "middengeschoold", "high": "hooggeschoold", "moves": "Winnaars en verliezers",
        "gain": "krijgt recht", "lose": "verliest recht", "open": "wordt onzeker", "use": "Verwacht gebruik in een jaar",
        "users": "gebruikers", "cost": "kost voor de overheid, euro", "own": "eigen bijdragen, euro", "limit": "beperkt door aanbod",
        "assumptions": "Aannames", "value": "waarde", "range": "bereik", "source": "bron", "notes": "Opmerkingen", "ours": "van ons",
        "unequal": "Recht van hoog- tegenover kortgeschoolden (verhouding, 95 %)", "author": "Auteur", "date": "datum",
        "caution": "Wie recht heeft, volgt uit de wet en de bevolking. Gebruik en kost volgen uit aannames die te veranderen zijn.",
    },
    "fr": {
        "block:money": "tous les droits en argent", "block:time": "tous les droits en temps", "block:guidance": "tous les droits à l'accompagnement",
        "today": "La loi d'aujourd'hui", "title": "Comparaison de {n} scénarios sur {size} adultes", "day": "Jour de référence : {day}. Loi : {version}.",
        "reading": "Les chiffres qu'aucune source ne confirme pour ce jour sont lus tels qu'ils ont été confirmés en dernier : {list}.",
        "entitled": "Qui a droit", "instrument": "Droit", "yes": "oui", "undecided": "indécis", "no": "non",
        "low": "peu qualifié", "middle": "moyennement qualifié", "high": "hautement qualifié", "moves": "Gagnants et perdants",
        "gain": "obtient le droit", "lose": "perd le droit", "open": "devient incertain", "use": "Recours attendu en un an",
        "users": "utilisateurs", "cost": "coût public, euros", "own": "contributions personnelles, euros", "limit": "limité par l'offre",
        "assumptions": "Hypothèses", "value": "valeur", "range": "fourchette", "source": "source", "notes": "Remarques", "ours": "de nous",
        "unequal": "Droit des hautement face aux peu qualifiés (rapport, 95 %)", "author": "Auteur", "date": "date",
        "caution": "Qui a droit découle de la loi et de la population. Le recours et le coût découlent d'hypothèses modifiables.",
    },
    "de": {
        "block:money": "alle Ansprüche auf Geld", "block:time": "alle Ansprüche auf Zeit", "block:guidance": "alle Ansprüche auf Beratung",
        "today": "Das heutige Recht", "title": "Vergleich von {n} Szenarien über {size} Erwachsene", "day": "Stichtag: {day}. Recht: {version}.",
        "reading": "Zahlen, die keine Quelle für diesen Tag bestätigt, sind gelesen, wie sie zuletzt bestätigt waren: {list}.",
        "entitled": "Wer Anspruch hat", "instrument": "Anspruch", "yes": "ja", "undecided": "offen", "no": "nein",
        "low": "gering qualifiziert", "middle": "mittel qualifiziert", "high": "hoch qualifiziert", "moves": "Gewinner und Verlierer",
        "gain": "erhält Anspruch", "lose": "verliert Anspruch", "open": "wird unsicher", "use": "Erwartete Nutzung in einem Jahr",
        "users": "Nutzer", "cost": "öffentliche Kosten, Euro", "own": "Eigenbeiträge, Euro", "limit": "durch Angebot begrenzt",
        "assumptions": "Annahmen", "value": "Wert", "range": "Spanne", "source": "Quelle", "notes": "Anmerkungen", "ours": "von uns",
        "unequal": "Anspruch hoch gegenüber gering Qualifizierter (Verhältnis, 95 %)", "author": "Autor", "date": "Datum",
        "caution": "Wer Anspruch hat, folgt aus Recht und Bevölkerung. Nutzung und Kosten folgen aus änderbaren Annahmen.",
    },
    "en": {
        "block:money": "all rights in money", "block:time": "all rights in time", "block:guidance": "all rights to guidance",
        "today": "Today's law", "title": "Comparison of {n} scenarios over {size} adults", "day": "Day: {day}. Law: {version}.",
        "reading": "Figures that no source confirms for this day are read as they were last confirmed: {list}.",
        "entitled": "Who is entitled", "instrument": "Right", "yes": "yes", "undecided": "undecided", "no": "no",
        "low": "low-educated", "middle": "middle-educated", "high": "high-educated", "moves": "Winners and losers",
        "gain": "gains a right", "lose": "loses a right", "open": "becomes uncertain", "use": "Expected use in a year",
        "users": "users", "cost": "public cost, euro", "own": "own contributions, euro", "limit": "limited by supply",
        "assumptions": "Assumptions", "value": "value", "range": "range", "source": "source", "notes": "Remarks", "ours": "ours",
        "unequal": "Entitlement of high- against low-educated (ratio, 95 %)", "author": "Author", "date": "date",
        "caution": "Who is entitled follows from the law and the population. Use and cost follow from assumptions that can be changed.",
    },
}  # fmt: skip


def number(value: float, language: str) -> str:
    """A whole number with the thousands mark of the language."""
    mark = {"nl": ".", "de": ".", "fr": "\u202f", "en": ","}[language]
    return f"{round(value):,}".replace(",", mark)


def markdown(results: Results, language: str = "nl") -> str:
    """The note as Markdown. The same results and assumptions give the same text."""
    w = WORDS[language]
    simulation, totals = results.simulation, results.totals
    first = simulation.scenarios[0]
    names = {i: instrument.name[language] for i, instrument in first.engine.law.instruments.items()}
    out = [
        f"# {w['title'].format(n=len(simulation.scenarios), size=number(totals.persons.sum(), language))}",
        "",
    ]
    out += [
        w["day"].format(day=simulation.setting.as_of, version=first.engine.law.version[:19]),
        "",
        w["caution"],
        "",
    ]
    used: set[str] = set()
    for index, scenario in enumerate(simulation.scenarios):
        reform = scenario.reform
        out += [f"## {w['today'] if reform is None else reform.name[language]}", ""]
        if reform is not None:
            out += [
                reform.reason[language],
                "",
                f"{w['author']}: {reform.author}; {w['date']}: {reform.date}",
                "",
            ]
        if scenario.unconfirmed and simulation.setting.last_known:
            out += [w["reading"].format(list=", ".join(scenario.unconfirmed)), ""]
        head = [
            w["instrument"],
            w["yes"],
            w["undecided"],
            w["no"],
            *(f"{w[e]}, %" for e in EDUCATIONS),
            w["unequal"],
        ]
        out += [f"### {w['entitled']}", "", _row(head), _rule(len(head))]
        for instrument, name in names.items():
            counts = results.verdicts(index, instrument).sum(axis=0)
            by = results.entitled(index, instrument, "education")
            shares = [f"{100 * row[2] / max(row.sum(), 1):.1f}" for row in by]
            ratio = next((m for m in results.inequality(index, instrument) if m.name == "risk ratio"), None)
            shown = "-" if ratio is None else f"{ratio.value:.2f} ({ratio.low:.2f} - {ratio.high:.2f})"
            out.append(_row([name, *(number(int(counts[v]), language) for v in (2, 1, 0)), *shares, shown]))
        out.append("")
        if totals.moves[index]:
            head = [w["instrument"], w["gain"], w["lose"], w["open"]]
            out += [f"### {w['moves']}", "", _row(head), _rule(len(head))]
            for name, table in sorted(totals.moves[index].items()):
                count = dict(zip(MOVES, table.sum(axis=0), strict=True))
                gains = sum(
                    int(c) for m, c in count.items() if m.endswith("to yes") and not m.startswith("yes")
                )
                losses = int(count["yes to no"])
                opened = int(count["yes to undecided"] + count["no to undecided"])
                label = names.get(name) or w[name]
                out.append(_row([label, *(number(c, language) for c in (gains, losses, opened))]))
            out.append("")
        head = [w["instrument"], w["users"], w["cost"], w["own"], w["limit"]]
        rows = []
        for instrument, name in names.items():
            expected = results.expected(index, instrument)
            if expected is not None and expected.entitled:
                used |= set(expected.assumptions)
                amounts = (expected.users, expected.public_cost / 100, expected.own_contribution / 100)
                limited = w["yes"] if expected.limited_by_supply else w["no"]
                rows.append(_row([name, *(number(a, language) for a in amounts), limited]))
        if rows:
            out += [f"### {w['use']}", "", _row(head), _rule(len(head)), *rows, ""]
        if reform is not None and reform.notes:
            out += [f"### {w['notes']}", "", *(f"- {note[language]}" for note in reform.notes), ""]
    head = [w["assumptions"], w["value"], w["range"], w["source"]]
    out += [f"## {w['assumptions']}", "", _row(head), _rule(len(head))]
    for key in sorted(used):
        a = results.assumptions[key]
        source = a.source.replace("ours", w["ours"], 1) if a.source.startswith("ours") else a.source
        out.append(_row([a.name[language], f"{a.value:g}", f"{a.low:g} - {a.high:g}", source]))
    return "\n".join(out) + "\n"


def _row(cells: list[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def _rule(columns: int) -> str:
    return "|" + " --- |" * columns
