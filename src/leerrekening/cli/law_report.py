"""The report of `./llr law check`: as lines for who writes law, as plain data for programs."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, Final

from leerrekening.lawtext.cases import Case
from leerrekening.lawtext.check import Failure, Report, Unreached
from leerrekening.rules import days
from leerrekening.rules.instruments import Law

REASONS: Final = {
    "not_named": "no rule in force on those days reads it",
    "not_decided": "only amounts read it, and on those days nothing is decided",
}


def document(report: Report) -> dict[str, Any]:
    """The whole report as plain data."""
    return {
        "ok": report.ok,
        "instruments": [{"id": name, "cases": count} for name, count in report.instruments.items()],
        "outcomes": [
            {"status": status, "verdict": verdict, "cases": count}
            for (status, verdict), count in sorted(report.outcomes.items())
        ],
        "failures": [
            {
                "case": f.case.id,
                "instrument": f.case.instrument,
                "file": f.case.file,
                "line": f.case.line,
                "key": f.key,
                "expected": _plain(f.expected),
                "found": _plain(f.found),
                "source": _source(f.case),
            }
            for f in report.failures
        ],
        "uncovered": [
            {"instrument": u.instrument, "condition": u.condition, **_period(u.start, u.end)}
            for u in report.uncovered
        ],
        "unreached": [
            {
                "parameter": u.figure.id,
                "instrument": u.instrument,
                **_period(u.start, u.end),
                "reason": u.reason,
                "words": None if u.figure.informative is None else dict(u.figure.informative),
            }
            for u in report.unreached
        ],
        "untranslated": [{"place": u.place, "language": u.language} for u in report.untranslated],
        "not_expressible": report.not_expressible,
    }


def text(report: Report, law: Law, language: str) -> Iterator[str]:
    """The report line by line: what went wrong first, then what no case reaches and why, then the count."""
    for failure in report.failures:
        yield from _failure(failure)
    for u in report.uncovered:
        yield f"no case is decided by {u.condition} alone: {u.instrument}, {_span(u.start, u.end)}"
    for value in report.missing_cases:
        yield f"no case reads {value.figure.id}: {value.instrument}, {_span(value.start, value.end)}"
    for missing in report.untranslated:
        yield f"no words in {missing.language}: {missing.place}"
    explained = [value for value in report.unreached if value.reason is not None]
    if explained:
        yield f"Figures that no case reads, with the reason ({len(explained)}):"
        yield from (_explained(value, language) for value in explained)
    yield "Cases:"
    width = max(len(name) for name in report.instruments)
    yield from (f"  {name.ljust(width)}  {count}" for name, count in report.instruments.items())
    wrong = len({f.case.id for f in report.failures})
    total = sum(report.instruments.values())
    yield f"{total} cases, {wrong} wrong; {report.not_expressible} examples of the sources cannot be expressed"
    yield f"law {law.version}: {'all is well' if report.ok else 'NOT all is well'}"


def _failure(failure: Failure) -> Iterator[str]:
    case = failure.case
    place = case.file if case.line is None else f"{case.file}, line {case.line}"
    yield f"case {case.id} ({place})"
    yield f"  expected {failure.key}: {_short(failure.expected)}"
    yield f"  came out {failure.key}: {_short(failure.found)}"
    yield f"  source: {_source(case)}"


def _explained(value: Unreached, language: str) -> str:
    informative = value.figure.informative
    reason = informative[language] if informative is not None else REASONS[str(value.reason)]
    return f"  {value.figure.id}, {_span(value.start, value.end)}: {reason}"


def _source(case: Case) -> str:
    return case.source.reading or ", ".join(case.source.tags)


def _short(value: Any) -> str:
    return json.dumps(_plain(value), ensure_ascii=False)


def _plain(value: Any) -> Any:
    """Plain data to show; the document shows texts in all languages, of which an id is enough here."""
    if isinstance(value, Decimal):
        return float(value) if value % 1 else int(value)
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items() if key != "text"}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value


def _period(start: int, end: int) -> dict[str, str | None]:
    return {
        "from": None if start == 1 else days.iso(start),
        "to": None if end == days.FOREVER else days.iso(end),
    }


def _span(start: int, end: int) -> str:
    first = "always" if start == 1 else f"from {days.iso(start)}"
    return first if end == days.FOREVER else f"{first} to {days.iso(end)}"
