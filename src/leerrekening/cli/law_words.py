"""The law as text to read: one instrument, or what is not certain, in the four languages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from leerrekening.cli.in_words import indented
from leerrekening.cli.vocabulary import CONFIDENCES, STATUSES, Words, phrase, said
from leerrekening.lawtext.openings import OpenFigure
from leerrekening.rules import days
from leerrekening.rules.instruments import Instrument, Law, Reference
from leerrekening.rules.parameters import Dated, Figure
from leerrekening.rules.words import PLACEHOLDER, date_words, value_words


def _in(nl: str, fr: str, de: str, en: str) -> Words:
    return {"nl": nl, "fr": fr, "de": de, "en": en}


PHRASES: Final = {
    "exists": _in("bestaat", "existe", "besteht", "exists"),
    "proposed": _in("voorstel", "proposition", "Vorschlag", "proposal"),
    "unknown": _in("niet bekend", "inconnu", "nicht bekannt", "not known"),
    "absent": _in("bestaat niet", "n'existe pas", "besteht nicht", "does not exist"),
    "always": _in("altijd", "toujours", "immer", "always"),
    "since": _in("sinds {start}", "depuis le {start}", "seit {start}", "since {start}"),
    "until": _in("tot en met {end}", "jusqu'au {end}", "bis {end}", "until {end}"),
    "between": _in(
        "van {start} tot en met {end}",
        "du {start} au {end}",
        "vom {start} bis {end}",
        "from {start} to {end}",
    ),
    "confirmed": _in(
        "laatst bevestigd op {day}",
        "confirmé pour la dernière fois le {day}",
        "zuletzt bestätigt am {day}",
        "last confirmed on {day}",
    ),
    "never": _in("nooit bevestigd", "jamais confirmé", "nie bestätigt", "never confirmed"),
    "in_force": _in("van kracht", "en vigueur", "in Kraft", "in force"),
    "conditions": _in("Voorwaarden", "Conditions", "Bedingungen", "Conditions"),
    "figures": _in("Cijfers", "Chiffres", "Zahlen", "Figures"),
    "notes": _in("Opmerkingen", "Remarques", "Hinweise", "Notes"),
    "cumulation": _in("Samen met", "Avec", "Zusammen mit", "Together with"),
    "allowed": _in("mag", "permis", "erlaubt", "allowed"),
    "forbidden": _in("mag niet", "interdit", "nicht erlaubt", "not allowed"),
    "history": _in("Wat wanneer veranderde", "Ce qui a changé et quand", "Was sich wann änderte", "What changed when"),
    "unconfirmed": _in("Niet bevestigd", "Non confirmé", "Nicht bestätigt", "Not confirmed"),
    "matters": _in(
        "Tegenspraak en leemten in de bronnen",
        "Contradictions et lacunes des sources",
        "Widersprüche und Lücken der Quellen",
        "Conflicts and gaps in the sources",
    ),
    "look_up": _in(
        "Na te kijken: {where}", "À vérifier : {where}", "Nachzusehen: {where}", "Look up: {where}"
    ),
    "read": _in("Gelezen: {where}", "Lu : {where}", "Gelesen: {where}", "Read: {where}"),
    "nothing": _in("alles is bevestigd", "tout est confirmé", "alles ist bestätigt", "everything is confirmed"),
    "examples": _in(
        "Voorbeelden", "Exemples", "Beispiele", "Worked examples"
    ),
}  # fmt: skip


def span(start: int, end: int, language: str) -> str:
    """From when to when, in words."""
    first, last = (date_words(day, language) for day in (start, min(end, days.FOREVER)))
    if start == 1:
        return (
            PHRASES["always"][language]
            if end == days.FOREVER
            else PHRASES["until"][language].format(end=last)
        )
    name = "since" if end == days.FOREVER else "between"
    return PHRASES[name][language].format(start=first, end=last)


def existence(instrument: Instrument, language: str) -> str:
    """From when to when an instrument exists, as far as is known; what is always absent is left out."""
    parts = []
    for dated in instrument.existence.values:
        if dated.value == "absent":
            continue
        text = f"{said(PHRASES, dated.value or 'unknown', language)} {span(dated.start, dated.end, language)}"
        if dated.last_confirmed is not None:
            text += (
                f" ({PHRASES['confirmed'][language].format(day=date_words(dated.last_confirmed, language))})"
            )
        parts.append(text)
    return "; ".join(parts)


class LawInWords:
    """Writes one law in one language."""

    def __init__(self, law: Law, language: str) -> None:
        self.law: Final = law
        self.figures: Final = {f.id: f for i in law.instruments.values() for f in i.figures.values()}
        self.language: Final = language

    def say(self, key: str, **parts: str) -> str:
        """A phrase of this module."""
        return PHRASES[key][self.language].format(**parts)

    # --- one instrument -----------------------------------------------------------------------------------

    def instrument(self, document: dict[str, Any]) -> str:
        """An instrument from its document in the law book."""
        owner = self.law.instruments[document["id"]]
        name = owner.name[self.language]
        lines = [name, "=" * len(name), indented(owner.summary[self.language], 0)]
        if document["status"] is not None:
            state = document["status"]
            words = self.say("in_force") if state == "in_force" else said(STATUSES, state, self.language)
            lines.append(f"{date_words(days.day_of(document['on']), self.language)}: {words}")
        else:
            lines.append(existence(owner, self.language))
        lines += self._section("conditions", self._conditions(document))
        lines += self._section("figures", self._figures(owner, document))
        lines += self._section("notes", (self._ruled(note) for note in document["notes"]))
        lines += self._section("cumulation", self._cumulation(owner))
        lines += self._section("matters", (self._matter(r) for r in owner.references.values()))
        lines += self._section("history", self._history(owner))
        lines += self._section(
            "examples",
            (f"{case['id']}: {case['text'][self.language]}" for case in document["cases"] or () or ()),
        )
        return "\n".join(lines)

    def _section(self, key: str, parts: Iterator[str]) -> list[str]:
        found: list[str] = []
        for part in parts:
            first, *rest = part.split("\n")
            found += [indented(first, 1, "- "), *(indented(line, 2) for line in rest)]
        return ["", self.say(key), *found] if found else []

    def _conditions(self, document: dict[str, Any]) -> Iterator[str]:
        for condition in document["conditions"]:
            versions = condition["versions"]
            for version in versions:
                text = self._filled((version["text"] or condition["text"])[self.language], version)
                when = "" if document["on"] else f" [{self._dates(version)}]" if _dated(version) else ""
                yield f"{condition['id']}{when}: {text}\n{self._citation(condition['source'])}"

    def _ruled(self, note: dict[str, Any]) -> str:
        return f"{note['id']}: {self._filled(note['text'][self.language], note)}\n{self._citation(note['source'])}"

    def _citation(self, source: dict[str, Any]) -> str:
        words = [source["act"]] if source["act"] else []
        if source["article"]:
            words.append(phrase("article", self.language, article=source["article"]))
        words += [f"[{', '.join(source['tags'])}]", source["url"]]
        sure = said(CONFIDENCES, source["confidence"], self.language)
        return phrase("source", self.language, source=f"{', '.join(words)} ({sure})")

    def _dates(self, version: dict[str, Any]) -> str:
        return span(*self._days(version), self.language)

    def _days(self, version: dict[str, Any]) -> tuple[int, int]:
        start = 1 if version["from"] is None else days.day_of(version["from"])
        return start, days.FOREVER if version["to"] is None else days.day_of(version["to"])

    def _figures(self, owner: Instrument, document: dict[str, Any]) -> Iterator[str]:
        on = None if document["on"] is None else days.day_of(document["on"])
        for figure in owner.figures.values():
            values = figure.values if on is None else [v for v in figure.values if v.start <= on <= v.end]
            if values:
                told = "\n".join(self._value(figure, dated) for dated in values)
                yield f"{figure.name[self.language]} ({figure.id})\n{told}"

    def _value(self, figure: Figure, dated: Dated) -> str:
        told = self._told(figure, dated.value)
        text = f"{told}, {span(dated.start, dated.end, self.language)}"
        if dated.last_confirmed is not None:
            text += f", {self.say('confirmed', day=date_words(dated.last_confirmed, self.language))}"
        return f"{text} [{', '.join(dated.sources)}] ({said(CONFIDENCES, dated.confidence, self.language)})"

    def _told(self, figure: Figure, value: Any) -> str:
        if figure.unit == "code" and value in PHRASES:
            return PHRASES[value][self.language]
        return value_words(value, figure.rule_unit, self.language)

    def _filled(self, text: str, version: dict[str, Any]) -> str:
        """A text with, for each figure, the values it has had while these words were in force."""
        start, end = self._days(version)

        def values(match: re.Match[str]) -> str:
            figure = self.figures[match.group(1)]
            told = [self._told(figure, v.value) for v in figure.values if v.start <= end and v.end >= start]
            return " / ".join(dict.fromkeys(told))

        return PLACEHOLDER.sub(values, text)

    def _cumulation(self, owner: Instrument) -> Iterator[str]:
        for c in owner.cumulation:
            other = self.law.instruments[c.other].name[self.language]
            sources = f" [{', '.join(c.sources)}]" if c.sources else ""
            yield f"{other}: {said(PHRASES, c.verdict, self.language)}. {c.text[self.language]}{sources}"

    def _history(self, owner: Instrument) -> Iterator[str]:
        for event in owner.history:
            sources = f" [{', '.join(event.sources)}]" if event.sources else ""
            yield f"{date_words(event.date, self.language)}: {event.text[self.language]}{sources}"

    def _matter(self, reference: Reference) -> str:
        lines = [f"{reference.id}: {reference.matter[self.language]} {reference.treatment[self.language]}"]
        if reference.look_up is not None:
            lines.append(self.say("look_up", where=reference.look_up[self.language]))
        if reference.sources:
            lines.append(self.say("read", where=", ".join(reference.sources)))
        return "\n".join(lines)

    # --- what is not certain ------------------------------------------------------------------------------

    def openings(self, owner: Instrument, figures: list[OpenFigure], matters: list[Reference]) -> str:
        """What is not certain in one instrument."""
        name = owner.name[self.language]
        lines = [name, "=" * len(name)]
        if not figures and not matters:
            lines.append(self.say("nothing"))
        lines += self._section("unconfirmed", (self._open_figure(found) for found in figures))
        lines += self._section("matters", (self._matter(r) for r in matters))
        return "\n".join(lines)

    def _open_figure(self, found: OpenFigure) -> str:
        confirmed = found.last_confirmed
        if confirmed is None:
            when = self.say("never")
        else:
            when = self.say("confirmed", day=date_words(confirmed, self.language))
        lines = [f"{found.figure.name[self.language]} ({found.figure.id}): {when}"]
        gaps = [r.id for r in found.gaps if r.look_up is not None]
        if gaps:  # told in full below, among the conflicts and gaps
            lines.append(self.say("look_up", where=", ".join(gaps)))
        lines += [f"[{tag}] {found.instrument.sources[tag].url}" for tag in found.sources]
        return "\n".join(lines)


def _dated(version: dict[str, Any]) -> bool:
    return version["from"] is not None or version["to"] is not None
