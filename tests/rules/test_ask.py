"""Questions: only those that can change an outcome, none twice, and an end that leaves nothing undecided."""

import copy
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.rules.invented import condition, figure, folder, law
from tests.rules.people import known
from tests.strategies import as_json, documents_with_less, fact_values, ordinary_document, the_law

from leerrekening.rules.ask import Question, answers, next_question, open_questions
from leerrekening.rules.days import day_of
from leerrekening.rules.decide import UNCONFIRMED, Engine, Finding
from leerrekening.rules.document import Documents
from leerrekening.rules.facts import Fact
from leerrekening.rules.situation import Situation
from leerrekening.rules.values import Unknown

ENGINE = Engine(the_law())
DOCUMENTS = Documents(ENGINE)
# The first moves the decisive day and the second comes in the place of what the jobs say: both are choices of the
# contract, not facts that were open (docs/decisions/0007).
KEEP = frozenset({"interruption.from", "person.career_days"})
MODERATE = settings(
    max_examples=60, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)


def outcome(finding: Finding) -> Any:
    """What a person would notice of a finding: status, verdict, right, award and price."""
    shown = DOCUMENTS.instrument(finding)
    kept = {
        key: shown.get(key) for key in ("status", "verdict", "right", "award", "counters", "pays", "price")
    }
    if finding.status == UNCONFIRMED:
        kept["last"] = shown["last_confirmed"]["verdict"]
    return repr(kept)


def answered(document: dict[str, Any], whole: dict[str, Any], question: Question) -> dict[str, Any] | None:
    """The document with the answer that ``whole`` has; None when that adds nothing."""
    out = copy.deepcopy(document)
    group, _, key = question.path.partition(".")
    if not key or group not in out or out[group] is None:
        if whole.get(group) is None:
            return None
        if not key or isinstance(whole[group], list):
            out[group] = whole[group]
        elif whole[group].get(key) is not None:
            out[group] = {key: whole[group][key]}
    elif isinstance(out[group], list):
        for item, full in zip(out[group], whole[group], strict=True):
            if full.get(key) is not None:
                item[key] = full[key]
    elif whole[group].get(key) is not None:
        out[group][key] = whole[group][key]
    return None if out == document else out


@MODERATE
@given(documents_with_less(keep=KEEP))
def test_when_nothing_is_asked_any_more_all_is_known_that_matters(
    pair: tuple[dict[str, Any], dict[str, Any]],
) -> None:
    whole, document = pair
    declined: set[str] = set()
    asked: list[tuple[str, bytes]] = []
    last_topic = None
    for _ in range(200):
        question = next_question(ENGINE, ENGINE.law.reader.check(document), last_topic, declined)
        if question is None:
            break
        assert question.path not in declined, "asked again though the person does not know"
        asked.append((question.path, as_json(document)))
        last_topic = question.topic
        better = answered(document, whole, question)
        if better is None:
            declined.add(question.path)
        else:
            document = better
    else:
        raise AssertionError(f"there is no end to the questions: {asked[-5:]}")
    assert len(asked) == len(set(asked)), "the same question in the same situation"
    now, then = ENGINE.law.reader.check(document), ENGINE.law.reader.check(whole)
    for found, full in zip(ENGINE.decide(now), ENGINE.decide(then), strict=True):
        assert outcome(found) == outcome(full), (found.instrument.id, document)


@MODERATE
@given(documents_with_less(keep=KEEP), st.data())
def test_every_question_can_change_something(
    pair: tuple[dict[str, Any], dict[str, Any]], data: st.DataObject
) -> None:
    situation = ENGINE.law.reader.check(pair[1])
    questions = open_questions(ENGINE, situation)
    assert len({q.path for q in questions}) == len(questions), "no question twice"
    topics = [q.topic for q in questions]
    assert topics == sorted(topics, key=list(ENGINE.law.facts.topics).index), "grouped by topic"
    best = next_question(ENGINE, situation)
    assert (best is None) == (not questions)
    if best is None:
        return
    assert best.path in {q.path for q in questions}
    question = data.draw(st.sampled_from(questions))
    assert question.text["nl"].endswith("?")
    before = [shape(f) for f in ENGINE.decide(situation)]
    tried = answers(ENGINE, situation, question.path)
    assert any([shape(f) for f in ENGINE.decide(s)] != before for s in tried), question.path


def shape(finding: Finding) -> Any:
    """The outcome, each condition, and what is still missing."""
    states = [(c.rule.id, v if isinstance(v, bool) else None) for c, v in finding.results]
    last = finding.as_last_confirmed().missing() if finding.status == UNCONFIRMED else []
    return outcome(finding), states, finding.missing(), last


@MODERATE
@given(documents_with_less(keep=KEEP))
def test_not_knowing_anything_also_ends(pair: tuple[dict[str, Any], dict[str, Any]]) -> None:
    situation = ENGINE.law.reader.check(pair[1])
    declined: list[str] = []
    while (question := next_question(ENGINE, situation, None, declined)) is not None:
        assert question.path not in declined
        declined.append(question.path)
    assert open_questions(ENGINE, situation, declined) == []


def test_the_empty_situation_is_asked_for_lists_first() -> None:
    empty = known("2021-10-15")
    paths = [q.path for q in open_questions(ENGINE, empty)]
    assert {"jobs", "guidance", "person.highest_diploma"} <= set(paths)
    assert not any(p.startswith("jobs.") for p in paths), "what a job is like is asked once there is one"
    assert not any(p.startswith("course.") for p in paths), "no course is chosen"


def test_a_settled_situation_is_asked_nothing() -> None:
    document = ordinary_document(day_of("2021-10-15"))
    assert next_question(ENGINE, ENGINE.law.reader.check(document)) is None


def test_the_topic_of_the_last_question_is_finished_first() -> None:
    situation = known("2021-10-15", jobs=[], course={})
    free = next_question(ENGINE, situation)
    assert free is not None
    others = {q.topic for q in open_questions(ENGINE, situation)} - {free.topic}
    for topic in others:
        kept = next_question(ENGINE, situation, topic)
        assert kept is not None
        assert kept.topic == topic


def test_a_question_says_who_can_answer_and_for_which_rights() -> None:
    question = next(
        q for q in open_questions(ENGINE, known("2021-10-15")) if q.path == "person.highest_diploma"
    )
    assert question.ask == ENGINE.law.facts.facts["person.highest_diploma"].ask
    assert "opleidingscheques" in question.instruments
    residence = known("2021-10-15", person={"residence": [{"from": None, "to": None, "region": None}]})
    again = next(q for q in open_questions(ENGINE, residence) if q.path == "person.residence")
    assert again.at == "2021-10-15"


def test_what_cannot_decide_is_not_asked() -> None:
    """Where one condition fails already, the facts of another are not asked."""
    engine = Engine(
        law(
            folder(
                conditions=[condition("X1", "person.lives_alone"), condition("X2", "jobless")],
                definitions=[{"id": "jobless", "expr": "not works(day)"}],
            )
        )
    )
    failing = engine.law.reader.check({"as_of": "2022-01-01", "person": {"lives_alone": False}})
    assert next_question(engine, failing) is None
    holding = engine.law.reader.check({"as_of": "2022-01-01", "person": {"lives_alone": True}})
    question = next_question(engine, holding)
    assert question is not None
    assert question.path == "jobs"


def test_what_only_an_amount_needs_is_asked_too() -> None:
    engine = Engine(
        law(
            folder(
                figures=[figure("b.top", "euro", {"value": 100})],
                conditions=[condition("X1", "True")],
                outcome={"award": {"unit": "cent", "value": "min(b.top, course.price_cents)"}},
            )
        )
    )
    chosen = engine.law.reader.check({"as_of": "2022-01-01", "course": {}})
    question = next_question(engine, chosen)
    assert question is not None
    assert question.path == "course.price_cents"


@settings(max_examples=80, deadline=None, derandomize=True)
@given(st.sampled_from(sorted(the_law().facts.facts)), st.data())
def test_sample_answers_are_situations(path: str, data: st.DataObject) -> None:
    """Whatever is declared can be tried as an answer."""
    fact = ENGINE.law.facts.facts[path]
    group = fact.group
    if group is None:
        return
    book = ENGINE.law.facts
    document: dict[str, Any] = {"as_of": "2021-10-15"}
    document[group] = [{}] if book.groups[group].kind == "list" else {}
    situation = ENGINE.law.reader.check(document)
    tried = answers(ENGINE, situation, path)
    assert len(tried) >= 1
    for each in tried:
        assert isinstance(each, Situation)
        value = each.fact(path) if path in each.index else each.lists[group][0][fact.key]
        assert not isinstance(value, Unknown)
    check_types(fact, data)


def check_types(fact: Fact, data: st.DataObject) -> None:
    """A value drawn from a declaration is one that the contract takes."""
    assert fact.group is not None
    value = data.draw(fact_values(fact, day_of("2021-10-15")))
    content: Any = {fact.key: value}
    if ENGINE.law.facts.groups[fact.group].kind == "list":
        content = [content]
    ENGINE.law.reader.check({"as_of": "2021-10-15", fact.group: content})
