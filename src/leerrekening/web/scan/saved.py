"""Answers kept in a file by the person: written as the contract's document, read again with every problem in words."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from leerrekening.rules.facts import MAX_TEXT, Fact, FactBook, Group
from leerrekening.rules.instruments import Law
from leerrekening.rules.situation import Problem, SituationError, parse_json
from leerrekening.web.rights.wording import words
from leerrekening.web.scan.answers import (
    MAX_CARRIED_BYTES,
    Answers,
    Document,
    steps,
    without_indexes,
    written,
)
from leerrekening.web.scan.fields import kind_of


@dataclass(frozen=True)
class Trouble:
    """One problem of a file: where in words and as a path, what stands there, what is allowed."""

    where: str
    path: str
    found: str
    allowed: str


class CannotLoad(ValueError):
    """The file does not hold answers. `troubles` says where and why."""

    def __init__(self, troubles: list[Trouble]) -> None:
        self.troubles = troubles
        super().__init__()


def file_of(answers: Answers) -> tuple[str, bytes]:
    """A name for the file, and its content."""
    return f"leerrekening-{answers.document['as_of']}.json", written(answers.document, pretty=True) + b"\n"


def load(content: bytes, law: Law) -> Document:
    """The document of a file. Raises CannotLoad."""
    try:
        document: Document = parse_json(content)
        law.reader.check(document)
        if len(written(document)) > MAX_CARRIED_BYTES:
            raise SituationError(
                [Problem("$", f"{len(content)} bytes", f"at most {MAX_CARRIED_BYTES} bytes")]
            )
    except SituationError as error:
        raise CannotLoad([_trouble(problem, law.facts) for problem in error.problems]) from None
    return document


def _trouble(problem: Problem, book: FactBook) -> Trouble:
    if problem.path == "$":
        return Trouble(
            _("Het hele bestand"), "$", problem.value, _("een bestand dat u op deze site bewaarde")
        )
    path = problem.path.removeprefix("$.")
    return Trouble(_place(path, book), problem.path, problem.value, _allowed(path, book))


def _declared(path: str, book: FactBook) -> Fact | Group | None:
    """The fact or group that a path lies in; None when there is no such thing."""
    plain = without_indexes(path)
    while plain:
        found = book.facts.get(plain) or book.groups.get(plain)
        if found is not None:
            return found
        plain = plain.rpartition(".")[0]
    return None


def _place(path: str, book: FactBook) -> str:
    declared = _declared(path, book)
    if declared is None:
        return path
    parts = [words(book.topics[declared.topic].name), words(declared.label)]
    numbers = [str(step + 1) for step in steps(path) if isinstance(step, int)]
    if numbers:
        parts.append(_("nummer %(number)s") % {"number": ", ".join(numbers)})
    return ": ".join(parts)


def _allowed(path: str, book: FactBook) -> str:
    declared = _declared(path, book)
    if declared is None or isinstance(declared, Group):
        return _("alleen wat deze site kent en op zijn plaats")
    if path.endswith((".to", ".end")):
        return _("een datum op of na de eerste dag, zoals 2026-11-20")
    kind = kind_of(declared)
    if path.endswith(".from") or kind.type == "date":
        return _("een datum die bestaat, zoals 2026-11-20")
    if kind.codes:
        return ", ".join(kind.codes)
    if kind.type == "boolean":
        return "true, false"
    if kind.type in ("integer", "decimal"):
        if kind.maximum is not None:
            return _("een getal van %(low)s tot %(high)s") % {"low": kind.minimum or 0, "high": kind.maximum}
        return _("een getal vanaf 0")
    return _("een tekst van hoogstens %(most)s tekens") % {"most": MAX_TEXT}
