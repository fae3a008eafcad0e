"""From the document to the form and back: nothing is lost, nothing is rounded, mistakes are told."""

import copy
from decimal import Decimal
from typing import Any

import pytest
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st
from tests.strategies import situation_documents
from tests.web.scan.forms import CLEANER, ENGINE, known, page_of, sent

from leerrekening.rules.ask import open_questions
from leerrekening.rules.situation import parse_json
from leerrekening.web.components import UNKNOWN
from leerrekening.web.scan.answers import Answers, carried, get, put, steps, written
from leerrekening.web.scan.fields import Mistake, kind_of, read, shown
from leerrekening.web.scan.posted import Posted, read_topic
from leerrekening.web.scan.topics import add, best_question, not_set_aside, remove
from leerrekening.web.scan.views import today

BOOK = ENGINE.law.facts
CHECK = ENGINE.law.reader.check
LANGUAGES = st.sampled_from(["nl", "fr", "de", "en"])


def post(document: dict[str, Any], **typed: Any) -> Posted:
    """What a form with these inputs makes of a document."""
    return read_topic(
        BOOK, Answers(document), {k: v if isinstance(v, list) else [v] for k, v in typed.items()}, CHECK
    )


@given(situation_documents())
def test_the_hidden_state_carries_any_document(document: dict[str, Any]) -> None:
    answers = Answers(document, frozenset({"person.benefits", "jobs"}), ("question", "person"), 7)
    typed = {"document": [answers.text], "left_open": [answers.left_open_text], "turn": ["7"]}
    back, situation = carried({**typed, "trail": [answers.trail_text]}, ENGINE.law, today())
    assert back.document == document
    assert back == answers
    assert situation.as_of == CHECK(document).as_of


@given(situation_documents(), st.sampled_from(list(BOOK.topics)), LANGUAGES)
def test_a_form_nobody_touched_changes_nothing(document: dict[str, Any], topic: str, language: str) -> None:
    with override(language):
        posted = read_topic(BOOK, Answers(document), sent(page_of(document, topic)), CHECK)
    assert posted.mistakes == {}
    before = known(copy.deepcopy(document))
    for path in ("person", "course", "interruption", "request"):
        if not before.get(path) and not known(posted.document).get(path):
            before.pop(path, None)
            posted.document.pop(path, None)
    assert without_blank_periods(known(posted.document)) == without_blank_periods(before)


def without_blank_periods(document: Any) -> Any:
    """A period that says nothing at all is not shown and not kept."""
    for fact in BOOK.facts.values():
        if fact.type != "periods" or fact.group is None:
            continue
        holders = document.get(fact.group) or []
        for holder in holders if isinstance(holders, list) else [holders]:
            periods = holder.get(fact.key)
            if periods is not None and periods != []:
                holder[fact.key] = [p for p in periods if p]
                if not holder[fact.key]:
                    del holder[fact.key]
    return document


NUMBERS = [
    ("course.contact_minutes", "7,5", 450),
    ("course.contact_minutes", "7:20", 440),
    ("course.contact_minutes", "1.250", 75_000),
    ("course.price_cents", "1.250,50", 125_050),
    ("course.price_cents", "€ 300", 30_000),
    ("course.price_cents", "1 250", 125_000),
    ("jobs.fraction", "80", Decimal("0.8")),
    ("jobs.fraction", "100 %", 1),
    ("jobs.fraction", "52,63", Decimal("0.5263")),
    ("jobs.weekly_hours", "30,4", Decimal("30.4")),
    ("person.children_on_benefit", "2", 2),
]


@pytest.mark.parametrize(("path", "typed", "value"), NUMBERS)
def test_numbers_as_people_write_them(path: str, typed: str, value: Any) -> None:
    kind = kind_of(BOOK.facts[path])
    assert read(kind, "x", {"x": [typed]}, None) == value
    assert read(kind, "x", shown(kind, "x", value), None) == value


def test_thousands_and_decimals_follow_the_language() -> None:
    kind = kind_of(BOOK.facts["course.contact_minutes"])
    with override("en"):
        assert read(kind, "x", {"x": ["1.250"]}, None) == 75
        assert read(kind, "x", {"x": ["1,250"]}, None) == 75_000


WRONG = [
    ("course.price_cents", "veel"),
    ("course.price_cents", "1,234,5"),
    ("course.price_cents", "0,005"),
    ("course.contact_minutes", "0,001"),
    ("jobs.fraction", "0,8"),
    ("jobs.fraction", "120"),
    ("jobs.weekly_hours", "169"),
    ("person.children_on_benefit", "1,5"),
    ("person.children_on_benefit", "-1"),
    ("person.children_on_benefit", "9" * 16),
    ("course.qualification_level", "9"),
    ("course.id", "x" * 65),
    ("course.id", "a\u0007b"),
]


@pytest.mark.parametrize(("path", "typed"), WRONG)
def test_what_cannot_be_read_is_a_mistake(path: str, typed: str) -> None:
    with pytest.raises(Mistake) as mistake:
        read(kind_of(BOOK.facts[path]), "x", {"x": [typed]}, None)
    assert str(mistake.value.text)


@pytest.mark.parametrize(
    ("day", "month", "year"),
    [
        ("31", "2", "1986"),
        ("", "2", "1986"),
        ("1", "1", "86"),
        ("1", "mei", "1986"),
        ("1", "1", "1850"),
        ("²", "1", "1986"),
    ],
)
def test_dates_that_do_not_exist(day: str, month: str, year: str) -> None:
    typed = {"x-day": [day], "x-month": [month], "x-year": [year]}
    with pytest.raises(Mistake):
        read(kind_of(BOOK.facts["person.birth_date"]), "x", typed, None)


def test_a_mistake_leaves_the_answer_as_it_was() -> None:
    posted = post({"as_of": "2026-01-01"}, **{"as_of-day": "31", "as_of-month": "2", "as_of-year": "2026"})
    assert list(posted.mistakes) == ["as_of"]
    assert posted.document == {"as_of": "2026-01-01"}


def test_the_day_of_the_question_is_needed() -> None:
    posted = post({"as_of": "2026-01-01"}, **{"as_of-day": "", "as_of-month": "", "as_of-year": ""})
    assert list(posted.mistakes) == ["as_of"]


def test_an_end_before_its_start_stands_beside_the_field() -> None:
    dates = {"jobs[0].from-day": "1", "jobs[0].from-month": "5", "jobs[0].from-year": "2020"}
    dates |= {"jobs[0].to-day": "1", "jobs[0].to-month": "4", "jobs[0].to-year": "2020"}
    assert list(post({"as_of": "2026-01-01", "jobs": [{}]}, **dates).mistakes) == ["jobs[0].to"]


def test_no_is_an_answer_and_not_knowing_is_none() -> None:
    start = {"as_of": "2026-01-01"}
    assert post(start, **{"used.given": "no"}).document["used"] == []
    unknown = post({**start, "used": []}, **{"used.given": UNKNOWN, "shown": "used"})
    assert "used" not in unknown.document
    assert unknown.left_open == {"used"}
    opened = post(start, **{"used.given": "yes", "shown": "used"})
    assert opened.document["used"] == [{}]
    assert opened.opened
    assert opened.left_open == set()


def test_a_course_can_be_taken_back() -> None:
    start = {"as_of": "2026-01-01"}
    with_course = post(start, **{"course.given": "yes"}).document
    assert with_course["course"] == {}
    assert "course" not in post(with_course, **{"course.given": "no"}).document


def test_unknown_ticked_beside_an_answer_does_not_lose_it() -> None:
    typed = {"request.hours": "6", "request.hours-unknown": UNKNOWN, "shown": "request.hours"}
    posted = post({"as_of": "2026-01-01", "request": {}}, **typed)
    assert posted.document["request"] == {"hours": 6}
    assert posted.left_open == set()


def test_the_share_follows_the_job_and_the_hours() -> None:
    document = {"as_of": "2026-01-01", "jobs": [{"from": "2020-01-01"}]}
    shared = post(document, **{"jobs[0].fraction[0].value": "80"}).document
    assert shared["jobs"][0]["fraction"] == [{"value": Decimal("0.8"), "from": "2020-01-01"}]
    moved = {"jobs[0].from-day": "1", "jobs[0].from-month": "2", "jobs[0].from-year": "2021"}
    assert post(shared, **moved).document["jobs"][0]["fraction"][0]["from"] == "2021-02-01"
    hours = {
        "jobs[0].fraction[0].value": "",
        "jobs[0].weekly_hours": "30,4",
        "jobs[0].full_time_weekly_hours": "38",
    }
    worked_out = post(document, **hours).document["jobs"][0]["fraction"]
    assert worked_out == [{"from": "2020-01-01", "to": None, "value": Decimal("0.8")}]


def test_items_are_added_and_removed() -> None:
    document = copy.deepcopy(CLEANER)
    add(document, "jobs")
    add(document, "jobs[0].fraction")
    assert document["jobs"][1] == {}
    assert len(document["jobs"][0]["fraction"]) == 2
    remove(document, "jobs[1]")
    remove(document, "jobs[0]")
    assert "jobs" not in document
    remove(document, "jobs[5]")


def test_paths() -> None:
    assert steps("jobs[0].fraction[12].value") == ["jobs", 0, "fraction", 12, "value"]
    document: dict[str, Any] = {"as_of": "2026-01-01"}
    put(document, "person.birth_date", None)
    assert document == {"as_of": "2026-01-01"}
    put(document, "person.birth_date", "1986-03-27")
    assert get(document, "person.birth_date") == "1986-03-27"
    assert get(document, "jobs[3].kind") is None


def test_numbers_keep_every_decimal() -> None:
    text = b'{"as_of":"2026-01-01","jobs":[{"weekly_hours":30.40000000000000000001}]}'
    assert written(parse_json(text)) == text


def test_what_was_set_aside_is_not_asked_again() -> None:
    situation = CHECK({"as_of": "2025-11-20"})
    first = open_questions(ENGINE, situation)
    paths = {q.path for q in first}
    assert "jobs" in paths
    rest = not_set_aside(first, frozenset({"jobs", "interruption"}), BOOK)
    assert {q.path for q in rest} == {p for p in paths if p != "jobs" and not p.startswith("interruption.")}
    assert best_question(ENGINE, situation, [], "person") is None
    best = best_question(ENGINE, situation, rest, "person")
    assert best is not None
    assert best in rest
