"""`./llr explain` and `./llr ask`: what would change an answer and when, and what is still worth asking."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

import orjson

from leerrekening.cli import Subparsers, asking, documents

if TYPE_CHECKING:
    from leerrekening.cli.in_words import DecisionInWords


def register(subparsers: Subparsers) -> None:
    """Add both commands."""
    parser = subparsers.add_parser(
        "explain",
        help="what decides one right of the person in FILE, what would change it, and when",
        allow_abbrev=False,
    )
    asking.add_options(parser, instrument="the right to explain", needed=True)
    parser.set_defaults(handler=explain)
    parser = subparsers.add_parser(
        "ask",
        help="the questions that can still change an outcome for the person in FILE",
        allow_abbrev=False,
    )
    parser.add_argument("file", metavar="FILE", help="a situation as JSON, or - for standard input")
    parser.add_argument("--as-of", metavar="DATE", help="ask for this day instead of the one in the document")
    asking.add_format(parser)
    parser.set_defaults(handler=ask)


def explain(arguments: argparse.Namespace) -> int:
    """Write the explanation of one right."""
    from leerrekening.rules.explain import changes, next_change

    held, situation = _read(arguments, "explain")
    finding = held.engine.decide(situation, arguments.instrument)[0]
    document = held.documents.document(situation, [finding])
    document["changes"] = [_change(held, c) for c in changes(finding)]
    later = next_change(finding)
    document["next_change"] = None if later is None else _next_change(held, later)
    content = orjson.dumps(document)
    if arguments.format == asking.JSON:
        asking.write(content)
    else:
        asking.write_text(_explained(held, content, arguments.lang))
    return 0


def ask(arguments: argparse.Namespace) -> int:
    """Write the best next question and all that are open."""
    from leerrekening.rules.ask import next_question, open_questions

    held, situation = _read(arguments, "ask")
    best = next_question(held.engine, situation)
    questions = [_question(held, q) for q in open_questions(held.engine, situation)]
    if arguments.format == asking.JSON:
        document = held.documents.document(situation, [])
        del document["instruments"]
        document["next"] = None if best is None else _question(held, best)
        document["open"] = questions
        asking.write(orjson.dumps(document))
    else:
        asking.write_text(_asked(held, None if best is None else best.path, questions, arguments.lang))
    return 0


def _read(arguments: argparse.Namespace, command: str) -> tuple[Any, Any]:
    """The law and the situation. Raises BadInput."""
    from leerrekening.rules.situation import SituationError

    asking.check_day(arguments.as_of)
    with documents.opened(arguments.file) as found:
        held = asking.held_law()
        asking.check_instrument(held.law, getattr(arguments, "instrument", None))
        try:
            return held, asking.read_situation(
                held.law.reader, documents.only(found, command), arguments.as_of
            )
        except SituationError as error:
            raise asking.refusal(error, arguments.format) from None


def _change(held: Any, change: Any) -> dict[str, Any]:
    from leerrekening.rules.document import plain

    label = held.law.facts.declaration(change.fact).label
    value = plain(change.value, change.unit)
    return {
        "fact": change.fact,
        "label": dict(label),
        "value": value,
        "unit": change.unit,
        "verdict": change.verdict,
    }


def _next_change(held: Any, later: Any) -> dict[str, Any]:
    from leerrekening.rules.days import iso

    then = held.documents.instrument(later.finding)
    kept = {key: then[key] for key in ("status", "verdict", "right", "deciding")}
    return {"on": iso(later.day), **kept}


def _question(held: Any, question: Any) -> dict[str, Any]:
    topic = held.law.facts.topics[question.topic]
    out = {
        "fact": question.path,
        "at": question.at,
        "topic": {"id": topic.id, "name": dict(topic.name)},
        "question": dict(question.text),
        "help": None if question.help is None else dict(question.help),
        "ask": question.ask,
        "instruments": list(question.instruments),
    }
    return out if question.at is not None else {key: value for key, value in out.items() if key != "at"}


def _explained(held: Any, content: bytes, language: str) -> str:
    """The explanation as text: the decision on the right, then what would change it."""
    import json
    from decimal import Decimal

    from leerrekening.cli.in_words import DecisionInWords, indented
    from leerrekening.rules.timeline import HORIZON_YEARS

    words = DecisionInWords(held.law, language)
    document = json.loads(content, parse_float=Decimal)
    instrument = document["instruments"][0]
    lines = words.instrument(instrument)
    if document["changes"]:
        lines.append(indented(words.say("changes"), 1))
    lines += [indented(_change_in_words(words, change), 2, "- ") for change in document["changes"]]
    if not document["changes"] and instrument["verdict"] == "no":
        lines.append(indented(words.say("no_change"), 1))
    later = document["next_change"]
    if later is None:
        lines.append(indented(words.say("no_next_change", years=HORIZON_YEARS), 1))
    else:
        day, verdict = words.day(later["on"]), words.verdict(later)
        lines.append(indented(words.say("next_change", day=day, verdict=verdict), 1))
    return "\n".join(lines) + "\n"


def _change_in_words(words: DecisionInWords, change: dict[str, Any]) -> str:
    from leerrekening.cli.vocabulary import VERDICTS, said

    value, unit = change["value"], change["unit"]
    coded = isinstance(value, str | list | bool) or unit in ("integer", "decimal")
    return words.say(
        "change",
        fact=change["label"][words.language],
        value=words.fact(change["fact"], value) if coded else words.amount(value, unit),
        verdict=said(VERDICTS, change["verdict"], words.language),
    )


def _asked(held: Any, best: str | None, questions: list[dict[str, Any]], language: str) -> str:
    """The questions as text: the best one, then all by topic."""
    from leerrekening.cli.in_words import DecisionInWords, indented

    words = DecisionInWords(held.law, language)
    if not questions:
        return words.say("nothing_to_ask") + "\n"

    def shown(question: dict[str, Any]) -> list[str]:
        names = ", ".join(held.law.instruments[i].name[language] for i in question["instruments"])
        lines = [indented(question["question"][language], 1, "- ")]
        if question["help"] is not None:
            lines.append(indented(question["help"][language], 2))
        return [*lines, indented(words.say("decides_on", instruments=names), 2)]

    lines = []
    first = [q for q in questions if q["fact"] == best]
    if first:
        lines += [words.say("next_question"), *shown(first[0])]
    topic = None
    for question in questions:
        if question["topic"]["id"] != topic:
            topic = question["topic"]["id"]
            lines += ["", question["topic"]["name"][language]]
        lines += shown(question)
    return "\n".join(lines) + "\n"
