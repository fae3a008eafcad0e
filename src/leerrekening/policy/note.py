"""A note on a comparison that a minister's office could read: what, who, what it costs, and what that rests on.

It is a plain document (`paper`), so that the same note becomes a PDF or Markdown.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from leerrekening.paper import Block, Column, Document, Heading, Items, Paragraph, Table, markdown_of
from leerrekening.policy.duplicates import Mostly
from leerrekening.policy.note_words import WORDS
from leerrekening.policy.persons import STATUSES
from leerrekening.policy.reforms import Reform
from leerrekening.policy.results import MOVES, Results
from leerrekening.policy.simulation import Scenario
from leerrekening.policy.study import Study
from leerrekening.policy.synthesis import EDUCATIONS
from leerrekening.rules import days
from leerrekening.rules.words import date_words, fill, number_words, value_words

FROM = "employee"
"""The note tells what a change does to employees; the file of the matrix has every status."""


def markdown(results: Results, language: str = "nl", study: Study | None = None) -> str:
    """The note as Markdown. The same results and assumptions give the same text."""
    return markdown_of(document(results, language, study))


def document(
    results: Results, language: str = "nl", study: Study | None = None, drawn: Results | None = None
) -> Document:
    """The note as a document. ``drawn`` are the same results over the people drawn, before each stands for more:
    margins of chance belong to those."""
    return _Note(results, language, study, drawn or results).document()


def number(value: float, language: str) -> str:
    """A whole number with the thousands mark of the language."""
    return number_words(round(value), language)


@dataclass(frozen=True)
class _Note:
    results: Results
    language: str
    study: Study | None
    drawn: Results

    def document(self) -> Document:
        w, simulation = WORDS[self.language], self.results.simulation
        size = self._count(int(self.results.totals.persons.sum()))
        version = simulation.scenarios[0].engine.law.version[:19]
        blocks: list[Block] = [
            Paragraph(w["day"].format(day=self._day(simulation.setting.as_of), version=version)),
            Paragraph(w["caution"]),
        ]
        for index in range(len(simulation.scenarios)):
            blocks += self._scenario(index)
        used = sorted(self._used())
        if used:
            blocks += [Heading(w["assumptions"]), self._assumptions(used)]
        title = w["title"].format(n=len(simulation.scenarios), size=size)
        return Document(
            title, tuple(blocks), reference=f"{simulation.setting.as_of}, {version}", landscape=True
        )

    def _count(self, value: float) -> str:
        return number(value, self.language)

    def _day(self, text: str) -> str:
        """A day with its month as a word; what is no day stays as it is."""
        try:
            return date_words(days.day_of(text), self.language)
        except ValueError:
            return text

    @property
    def _names(self) -> dict[str, str]:
        law = self.results.simulation.scenarios[0].engine.law
        return {key: each.name[self.language] for key, each in law.instruments.items()}

    def _scenario(self, index: int) -> Iterator[Block]:
        w = WORDS[self.language]
        simulation = self.results.simulation
        scenario = simulation.scenarios[index]
        reform = scenario.reform
        yield Heading(w["today"] if reform is None else reform.name[self.language])
        if reform is not None:
            yield Paragraph(reform.reason[self.language])
            colon = "\N{NO-BREAK SPACE}:" if self.language == "fr" else ":"
            yield Paragraph(f"{w['author']}{colon} {reform.author} ({self._day(reform.date)})")
            if reform.content.get("figures"):
                yield self._figures(scenario, reform)
        told = simulation.scenarios[0].unconfirmed if index else ()
        if scenario.unconfirmed and scenario.unconfirmed != told and simulation.setting.last_known:
            names = dict.fromkeys(
                scenario.engine.figures[each].name[self.language] for each in scenario.unconfirmed
            )
            yield Paragraph(w["reading"].format(list="; ".join(names)), small=True)
        yield self._entitled(index)
        if self.results.totals.moves[index]:
            yield self._moves(index)
        if (use := self._use(index)) is not None:
            yield use
        if self.study is not None:
            yield from self._changes(index, self.study)
            yield from self._alike(index, self.study)
        if reform is not None and reform.notes:
            yield Heading(w["notes"], 2)
            yield Items(tuple(note[self.language] for note in reform.notes))

    def _figures(self, scenario: Scenario, reform: Reform) -> Table:
        """What the scenario changes, as it was run: also what somebody changed in a copy."""
        w, rows = WORDS[self.language], []
        for item in reform.content["figures"]:
            figure = scenario.engine.figures[item["id"]]
            value = figure.read(days.day_of(str(item["from"])))
            words = w.get(str(value)) or value_words(value, figure.rule_unit, self.language)
            on = date_words(days.day_of(str(item["from"])), self.language)
            rows.append((figure.name[self.language], words, on))
        columns = (Column(w["figure"]), Column(w["value"]), Column(w["from"]))
        return Table(w["figures"], columns, tuple(rows))

    def _entitled(self, index: int) -> Table:
        w = WORDS[self.language]
        rows = []
        for instrument, name in self._names.items():
            counts = self.results.verdicts(index, instrument).sum(axis=0)
            by = self.results.entitled(index, instrument, "education")
            shares = [self._decimal(Fraction(100 * int(row[2]), max(int(row.sum()), 1)), 1) for row in by]
            found = (m for m in self.drawn.inequality(index, instrument) if m.name == "risk ratio")
            ratio = next(found, None)
            shown = "-"
            if ratio is not None:
                value, low, high = (
                    self._decimal(Fraction(x), 2) for x in (ratio.value, ratio.low, ratio.high)
                )
                shown = f"{value} ({low} - {high})"
            rows.append((name, *(self._count(int(counts[v])) for v in (2, 1, 0)), *shares, shown))
        heads = [w["yes"], w["undecided"], w["no"], *(f"{w[e]}, %" for e in EDUCATIONS), w["unequal"]]
        return _table(w["entitled"], w["instrument"], heads, rows)

    def _moves(self, index: int) -> Table:
        w, rows = WORDS[self.language], []
        for name, table in sorted(self.results.totals.moves[index].items()):
            count = dict(zip(MOVES, table.sum(axis=0), strict=True))
            gains = sum(int(c) for m, c in count.items() if m.endswith("to yes") and not m.startswith("yes"))
            losses = int(count["yes to no"])
            opened = int(count["yes to undecided"] + count["no to undecided"])
            label = self._names.get(name) or w[name]
            rows.append((label, *(self._count(c) for c in (gains, losses, opened))))
        return _table(w["moves"], w["instrument"], [w["gain"], w["lose"], w["open"]], rows)

    def _use(self, index: int) -> Table | None:
        w, rows = WORDS[self.language], []
        for instrument, name in self._names.items():
            expected = self.results.expected(index, instrument)
            if expected is None or not expected.entitled:
                continue
            amounts = (expected.users, expected.public_cost / 100, expected.own_contribution / 100)
            limited = w["yes"] if expected.limited_by_supply else w["no"]
            rows.append((name, *(self._count(a) for a in amounts), limited))
        heads = [w["users"], w["cost"], w["own"], w["limit"]]
        return _table(w["use"], w["instrument"], heads, rows) if rows else None

    def _changes(self, index: int, study: Study) -> Iterator[Block]:
        w = WORDS[self.language]
        targets = [status for status in STATUSES if status != FROM]
        found = {(c.instrument, c.changed_to): c for c in study.changes[index] if c.status == FROM}
        rows = []
        for instrument, name in self._names.items():
            cells = [found[instrument, target] for target in targets]
            if cells[0].entitled:
                shares = [self._decimal(Fraction(100 * c.keeps, c.entitled), 0) + " %" for c in cells]
                rows.append((name, *shares))
        if rows:
            yield _table(w["changes"], w["instrument"], [w[t] for t in targets], rows)
            yield self._sampled(study)

    def _alike(self, index: int, study: Study) -> Iterator[Block]:
        w = WORDS[self.language]
        rows = [
            (
                self._condition(index, pair.first),
                self._condition(index, pair.second),
                self._count(pair.both),
                self._only(pair.only_first, pair.first_mostly),
                self._only(pair.only_second, pair.second_mostly),
            )
            for pair in study.pairs[index]
        ]
        if rows:
            columns = (
                Column(w["first"]),
                Column(w["second"]),
                *(Column(w[key], number=True) for key in ("both", "only_first", "only_second")),
            )
            yield Table(w["alike"], columns, tuple(rows))
            yield self._sampled(study)

    def _only(self, persons: int, mostly: Mostly | None) -> str:
        count = self._count(persons)
        return count if mostly is None else f"{count} ({group_words(mostly, self.language)})"

    def _sampled(self, study: Study) -> Paragraph:
        words = WORDS[self.language]["sample"]
        return Paragraph(words.format(n=self._count(study.persons), size=self._count(study.of)), small=True)

    def _condition(self, index: int, name: str) -> str:
        instrument, _, condition = name.partition(".")
        text = condition_text(self.results, index, name)[self.language]
        return f"{self._names[instrument]}, {condition}: {text}"

    def _used(self) -> set[str]:
        used: set[str] = set()
        for index in range(len(self.results.simulation.scenarios)):
            for instrument in self._names:
                expected = self.results.expected(index, instrument)
                if expected is not None and expected.entitled:
                    used |= set(expected.assumptions)
        return used

    def _assumptions(self, used: list[str]) -> Table:
        w, rows = WORDS[self.language], []
        for key in used:
            a = self.results.assumptions[key]
            source = a.source.replace("ours", w["ours"], 1) if a.source.startswith("ours") else a.source
            value, low, high = (self._plain(x) for x in (a.value, a.low, a.high))
            rows.append((a.name[self.language], value, f"{low} - {high}", source))
        columns = (
            Column(w["assumptions"]),
            Column(w["value"], number=True),
            Column(w["range"]),
            Column(w["source"]),
        )
        return Table(w["assumptions"], columns, tuple(rows))

    def _decimal(self, value: Fraction, digits: int) -> str:
        return number_words(value, self.language, digits)

    def _plain(self, value: float) -> str:
        return number_words(Fraction(f"{value:g}"), self.language, 6)


def group_words(mostly: Mostly, language: str) -> str:
    """Who stands out among those who meet only one of two conditions, in words."""
    return f"{WORDS[language]['mostly']} {WORDS[language][mostly.group]}"


def condition_text(results: Results, index: int, name: str) -> dict[str, str]:
    """The words of a condition ("instrument.id") in a scenario, figures filled in, in four languages."""
    instrument, _, wanted = name.partition(".")
    simulation = results.simulation
    engine = simulation.scenarios[index].engine
    on = engine.slice(instrument, simulation.shared.as_of, simulation.setting.last_known)
    found = next(c for c in on.conditions if c.rule.id == wanted)
    text = found.version.text or found.rule.text
    assert text is not None, "a condition has words"
    return fill(text, lambda figure: (engine.figures[figure], on.figure_value(figure)))


def _table(caption: str, first: str, heads: list[str], rows: list[tuple[str, ...]]) -> Table:
    return Table(caption, (Column(first), *(Column(head, number=True) for head in heads)), tuple(rows))
