"""The pages of the quick scan. Each gets the answers in the body of the request and gives them back in the page."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from leerrekening.lawtext.keeper import HeldLaw, the_keeper
from leerrekening.rules import ENGINE_VERSION
from leerrekening.rules.ask import Question, open_questions
from leerrekening.rules.situation import Situation, SituationError
from leerrekening.web.audience import audience
from leerrekening.web.components import Field, Text
from leerrekening.web.errors import error_response
from leerrekening.web.rights.comparison import compare
from leerrekening.web.rights.outcome import Outcome, blocks, cards, day_words, outcomes
from leerrekening.web.rights.reasons import reasons
from leerrekening.web.rights.wording import words
from leerrekening.web.scan import what_if
from leerrekening.web.scan.answers import (
    FIRST_TOPIC,
    Answers,
    Typed,
    carried,
    fresh,
    get,
    last,
    without_indexes,
)
from leerrekening.web.scan.fields import Mistake
from leerrekening.web.scan.posted import read_topic
from leerrekening.web.scan.saved import CannotLoad, file_of, load
from leerrekening.web.scan.topics import (
    PageMaker,
    add,
    best_question,
    comes_up_as,
    not_set_aside,
    remove,
)
from leerrekening.web.today import today
from leerrekening.web.translations import LANGUAGE_NAMES

# What the Enter key in a field does on a page, as its main button would.
DEFAULT_GO: Final = {"vragen": "next", "wat-als": "compare"}
KEEP_NOTHING_BEHIND: Final = '"cache", "cookies", "storage"'


class Visit:
    """One request: the law it is answered with, the answers it brought, and what follows from them."""

    def __init__(self, request: HttpRequest, held: HeldLaw, answers: Answers, situation: Situation) -> None:
        self.request: Final = request
        self.held: Final = held
        self.answers = answers
        self.situation = situation
        self.typed: Final[Typed] = dict(request.POST.lists())
        self._questions: tuple[Situation, list[Question]] | None = None

    @property
    def go(self) -> str:
        """What the pressed button asks for."""
        return last(self.typed, "go")

    def accept(self, answers: Answers) -> None:
        """Go on with other answers."""
        self.answers = answers
        self.situation = self.held.law.reader.check(answers.document)

    def outcomes(self) -> list[Outcome]:
        """Every right, for the reader."""
        return outcomes(self.held.engine.decide(self.situation))

    def open_paths(self) -> set[str]:
        """The facts that can still change an outcome, set aside or not."""
        return {question.path for question in self._open_questions()}

    def asked(self) -> list[Question]:
        """The questions still worth asking."""
        return not_set_aside(self._open_questions(), self.answers.left_open, self.held.law.facts)

    def _open_questions(self) -> list[Question]:
        found = self._questions
        if found is None or found[0] is not self.situation:
            found = self._questions = (self.situation, open_questions(self.held.engine, self.situation))
        return found[1]

    def context(self, step: str, here: str = "", **more: Any) -> dict[str, Any]:
        """What each page needs. `step`: the page; `here`: the topic whose fields it holds, if any."""
        return {
            "answers": self.answers,
            "here": here,
            "language_buttons": language_buttons(step),
            "language_go": "stay" if step == "vragen" else self.go,
            "default_go": DEFAULT_GO.get(step, "stay"),
            "law_version": self.held.law.version,
            "engine_version": ENGINE_VERSION,
            "day": day_words(self.situation.as_of),
            "law_refused": the_keeper().refusal() is not None,
            **more,
        }


def language_buttons(step: str) -> list[dict[str, Any]]:
    """The same page in each language. They are buttons, for the answers go along."""
    current, out = get_language(), []
    for code, name in LANGUAGE_NAMES.items():
        with override(code):
            url = reverse("scan_step", args=[step])
        out.append({"code": code, "name": name, "url": url, "current": code == current})
    return out


@audience("everyone", methods=("GET", "POST"), keeps_nothing=True)
def start(request: HttpRequest) -> HttpResponse:
    """The first page: for which day, and with a course in mind or not."""
    if request.method == "POST":
        return step(request, "vragen")
    held = the_keeper().held()
    answers = fresh(today())
    visit = Visit(request, held, answers, held.law.reader.check(answers.document))
    return topic_page(visit, FIRST_TOPIC)


@audience("everyone", methods=("GET", "POST"), keeps_nothing=True)
def step(request: HttpRequest, step: str) -> HttpResponse:
    """Every other page, with the answers in the body. Opened without answers it leads to the first page."""
    if request.method != "POST":
        return redirect("scan")
    held = the_keeper().held()
    if step in WITHOUT_ANSWERS:
        return WITHOUT_ANSWERS[step](request, held)
    typed = dict(request.POST.lists())
    try:
        answers, situation = carried(typed, held.law, today())
    except SituationError:
        return error_response(request, 422)
    visit = Visit(request, held, answers, situation)
    refused = take_in(visit, forgiving=step == "tussenstand")
    return refused or STEPS[step](visit)


def take_in(visit: Visit, forgiving: bool) -> HttpResponse | None:
    """Read what the form of a topic changes. Gives the page again where something cannot be read, unless forgiving."""
    here, book = last(visit.typed, "here"), visit.held.law.facts
    answers = visit.answers
    if here not in book.topics:
        visit.answers = replace(answers, turn=answers.turn + 1)
        return None
    # Numbers were typed the way of the language the page was shown in, which a button may just have changed.
    page_language = last(visit.typed, "language")
    with override(page_language if page_language in LANGUAGE_NAMES else None):
        posted = read_topic(book, answers, visit.typed, visit.held.law.reader.check)
    dropped = visit.go.removeprefix("remove:") if visit.go.startswith("remove:") else None
    mistakes = {n: t for n, t in posted.mistakes.items() if dropped is None or not n.startswith(dropped)}
    if mistakes and not forgiving:
        return topic_page(visit, here, mistakes)
    try:
        visit.accept(
            replace(
                answers,
                document=posted.document,
                left_open=frozenset(posted.left_open),
                turn=answers.turn + 1,
            )
        )
    except SituationError:
        visit.answers = replace(answers, turn=answers.turn + 1)
    if posted.opened and visit.go in ("next", ""):
        return topic_page(visit, here)
    return None


# --- the topics ------------------------------------------------------------------------------------------------


def questions(visit: Visit) -> HttpResponse:
    """The topic that the pressed button leads to."""
    here, go = last(visit.typed, "here"), visit.go
    action, _colon, argument = go.partition(":")
    book = visit.held.law.facts
    here = here if here in book.topics else FIRST_TOPIC
    if action in ("add", "remove") and _is_list(visit, argument, item=action == "remove"):
        document = visit.answers.copied()
        (add if action == "add" else remove)(document, argument)
        # What nobody knew of the other items may be known of a new one.
        group = f"{argument.partition('[')[0]}."
        left_open = frozenset(path for path in visit.answers.left_open if not path.startswith(group))
        visit.accept(replace(visit.answers, document=document, left_open=left_open))
        return topic_page(visit, here)
    if action == "topic" and argument in book.topics:
        return topic_page(visit, argument)
    if action == "back":
        trail = visit.answers.trail
        trail = trail[:-1] if trail and trail[-1] == here else trail
        visit.answers = replace(visit.answers, trail=trail)
        return topic_page(visit, trail[-1] if trail else FIRST_TOPIC)
    if action == "stay":
        return topic_page(visit, here)
    question = best_question(visit.held.engine, visit.situation, visit.asked(), here)
    return topic_page(visit, question.topic) if question is not None else result(visit)


def _is_list(visit: Visit, path: str, item: bool) -> bool:
    """Whether a button names a list of the contract that has its place in the answers, or an `item` of one."""
    found = re.fullmatch(r"(.*)\[[0-9]{1,3}\]", path) if item else re.fullmatch(r"(.*[^\]])", path)
    if found is None:
        return False
    above = found[1].rpartition(".")[0]
    if not re.fullmatch(r"\w*(\[[0-9]{1,3}\])?", above):
        return False
    book, declared = visit.held.law.facts, without_indexes(found[1])
    fact, group = book.facts.get(declared), book.groups.get(declared)
    there = "[" not in above or isinstance(get(visit.answers.document, above), dict)
    is_list = fact.type == "periods" if fact is not None else group is not None and group.kind == "list"
    return there and is_list


def topic_page(visit: Visit, topic: str, mistakes: dict[str, Text] | None = None) -> HttpResponse:
    """The page of one topic, with the rights as they stand beside it."""
    book = visit.held.law.facts
    trail = visit.answers.trail
    if not trail or trail[-1] != topic:
        visit.answers = replace(visit.answers, trail=(*trail, topic))
    asked = visit.asked()
    maker = PageMaker(book, visit.answers, visit.open_paths(), visit.typed if mistakes else None, mistakes)
    page = maker.page(topic)
    context = visit.context(
        "vragen",
        topic,
        page=page,
        at_start=topic == FIRST_TOPIC,
        errors=[each for each in page.fields if each.error],
        can_go_back=len(visit.answers.trail) > 1,
        **_topics(visit, asked, topic),
        **_partial(visit, asked, topic),
    )
    return render(visit.request, "scan/topic.html", context, status=422 if mistakes else 200)


def _topics(visit: Visit, asked: list[Question], here: str) -> dict[str, Any]:
    """The topics with how many questions each still has."""
    rows = []
    for topic in visit.held.law.facts.topics.values():
        number = sum(q.topic == topic.id for q in asked)
        rows.append({"id": topic.id, "name": words(topic.name), "open": number, "here": topic.id == here})
    return {"topics": rows, "topics_done": sum(not row["open"] for row in rows), "topics_total": len(rows)}


def _partial(visit: Visit, asked: list[Question], here: str) -> dict[str, Any]:
    """The rights as they stand, in short, and the next best question."""
    found = visit.outcomes()
    best = best_question(visit.held.engine, visit.situation, asked, "")
    counts: dict[Text, int] = {}
    for outcome in found:
        counts[outcome.state.label] = counts.get(outcome.state.label, 0) + 1
    return {
        "cards": cards(found),
        "counts": list(counts.items()),
        "best": _best(visit, best) | {"is_here": best.topic == here} if best is not None else None,
        "show_partial": visit.answers.turn > 0,
    }


def _best(visit: Visit, best: Question) -> dict[str, Any]:
    """The next best question, in words, and the topic whose page asks it."""
    text = comes_up_as(best, visit.held.law.facts, visit.answers.document)
    return {"text": words(text), "topic": best.topic}


def partial(visit: Visit) -> HttpResponse:
    """The rights as they stand, for a page that is being filled in."""
    visit.answers = replace(visit.answers, turn=max(1, visit.answers.turn))
    context = visit.context(
        "vragen", swapped=True, **_partial(visit, visit.asked(), last(visit.typed, "here"))
    )
    return render(visit.request, "scan/partial.html", context)


# --- the result ------------------------------------------------------------------------------------------------


def result(visit: Visit, loaded: bool = False) -> HttpResponse:
    """Every right with all its reasons."""
    asked = visit.asked()
    found = visit.outcomes()
    shown = [
        (name, title, [reasons(outcome, visit.held.documents) for outcome in each])
        for name, title, each in blocks(found)
    ]
    best = best_question(visit.held.engine, visit.situation, asked, "")
    context = visit.context(
        "resultaat",
        blocks=shown,
        loaded=loaded,
        open_questions=len(asked),
        best=None if best is None else _best(visit, best),
        **_topics(visit, asked, ""),
    )
    return render(visit.request, "scan/result.html", context)


def paper(visit: Visit) -> HttpResponse:
    """The result in large type, for two pages of paper at most."""
    return render(visit.request, "scan/print.html", visit.context("afdruk", blocks=blocks(visit.outcomes())))


def other(visit: Visit) -> HttpResponse:
    """What if one thing were different."""
    book, document = visit.held.law.facts, visit.answers.document
    choices = what_if.choices(book, document)
    path = last(visit.typed, "fact")
    if path not in {choice.value for choice in choices}:
        path = ""
    same = path and path == last(visit.typed, "then_fact")
    question, comparison, error = None, None, ""
    if same and visit.go in ("compare", "keep"):
        try:
            with override(_language_of(visit)):
                changed, situation = what_if.changed(
                    book, path, visit.answers.copied(), visit.typed, visit.held.law.reader.check
                )
            if visit.go == "keep":
                visit.accept(visit.answers.changed(changed))
                return result(visit)
            then = outcomes(visit.held.engine.decide(situation))
            comparison = compare(visit.outcomes(), then)
        except Mistake as mistake:
            error = mistake.text
    if path:
        question = what_if.question(book, path, document, visit.typed if same else None, error)
    chooser = Field("fact", "select", _("Wat zou er anders zijn?"), choices=tuple(choices), value=path)
    context = visit.context(
        "wat-als",
        chooser=chooser,
        question=question,
        fact=path,
        comparison=comparison,
        errors=[question] if error else [],
    )
    return render(visit.request, "scan/what_if.html", context, status=422 if error else 200)


def _language_of(visit: Visit) -> str | None:
    language = last(visit.typed, "language")
    return language if language in LANGUAGE_NAMES else None


# --- the answers as a file -------------------------------------------------------------------------------------


def save(visit: Visit) -> HttpResponse:
    """The answers as a file."""
    name, content = file_of(visit.answers)
    return HttpResponse(
        content,
        content_type="application/json",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def load_file(request: HttpRequest, held: HeldLaw) -> HttpResponse:
    """Answers from a file, with their result; or what is wrong with the file."""
    file = request.FILES.get("file")
    answers = fresh(today())
    try:
        document = load(file.read() if file is not None else b"", held.law)
    except CannotLoad as error:
        visit = Visit(request, held, answers, held.law.reader.check(answers.document))
        context = visit.context("vragen", troubles=error.troubles, no_file=file is None)
        return render(request, "scan/not_loaded.html", context, status=422)
    turn = last(dict(request.POST.lists()), "turn")
    answers = Answers(
        document, trail=(FIRST_TOPIC,), turn=int(turn) + 1 if turn.isdecimal() and len(turn) < 8 else 1
    )
    return result(Visit(request, held, answers, held.law.reader.check(document)), loaded=True)


def wipe(request: HttpRequest, _held: HeldLaw) -> HttpResponse:
    """Nothing left: the browser is told to forget all that came from this site."""
    response = render(request, "scan/wiped.html")
    response["Clear-Site-Data"] = KEEP_NOTHING_BEHIND
    response["Cache-Control"] = "no-store"
    return response


STEPS: Final[dict[str, Callable[[Visit], HttpResponse]]] = {
    "vragen": questions,
    "tussenstand": partial,
    "resultaat": result,
    "afdruk": paper,
    "wat-als": other,
    "bewaren": save,
}
WITHOUT_ANSWERS: Final[dict[str, Callable[[HttpRequest, HeldLaw], HttpResponse]]] = {
    "laden": load_file,
    "wissen": wipe,
}
STEP_NAMES: Final = (*STEPS, *WITHOUT_ANSWERS)


class StepConverter:
    """The steps as part of an address."""

    regex = "|".join(STEP_NAMES)

    def to_python(self, value: str) -> str:
        """The step named in an address."""
        return value

    def to_url(self, value: str) -> str:
        """The address of a step. Raises ValueError when there is no such step."""
        if value not in STEP_NAMES:
            raise ValueError(value)
        return value
