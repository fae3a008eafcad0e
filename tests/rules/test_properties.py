"""What holds of every situation, tried on random ones: more knowledge never turns an answer round."""

import json
import random
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.strategies import (
    as_json,
    documents_with_less,
    path_of,
    places,
    situation_documents,
    the_law,
    without,
)

from leerrekening.rules.decide import (
    ENDED,
    IN_FORCE,
    NO,
    NOT_YET,
    PROPOSED,
    UNCONFIRMED,
    UNDECIDED,
    YES,
    Engine,
    Finding,
)
from leerrekening.rules.document import Documents
from leerrekening.rules.receipt import canonical
from leerrekening.rules.shown import paths_read
from leerrekening.rules.values import Unknown

ENGINE = Engine(the_law())
DOCUMENTS = Documents(ENGINE)
# Exceptions that are the law's or the contract's own, each explained in docs/decisions/0007.
CHOICES = frozenset({"interruption.from", "person.career_days"})
MANY = settings(
    max_examples=120, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
DEEP = settings(max_examples=8000, deadline=None, database=None, suppress_health_check=list(HealthCheck))
Pair = tuple[dict[str, Any], dict[str, Any]]


def decided(document: dict[str, Any]) -> list[Finding]:
    return ENGINE.decide(ENGINE.law.reader.check(document))


def check_more_knowledge(pair: Pair) -> None:
    whole, less = pair
    for knowing, guessing in zip(decided(whole), decided(less), strict=True):
        if guessing.verdict != UNDECIDED:
            assert knowing.verdict == guessing.verdict, knowing.instrument.id
        if guessing.status == knowing.status == UNCONFIRMED:
            before, after = guessing.as_last_confirmed().verdict, knowing.as_last_confirmed().verdict
            assert before in (UNDECIDED, after), knowing.instrument.id


@MANY
@given(documents_with_less(keep=CHOICES))
def test_a_new_fact_never_turns_yes_into_no_or_no_into_yes(pair: Pair) -> None:
    check_more_knowledge(pair)


@pytest.mark.deep
@DEEP
@given(documents_with_less(keep=CHOICES))
def test_a_new_fact_never_turns_an_answer_thorough(pair: Pair) -> None:
    check_more_knowledge(pair)


@MANY
@given(situation_documents(), st.data())
def test_a_whole_list_never_turns_an_answer(document: dict[str, Any], data: st.DataObject) -> None:
    lists = [key for key, value in document.items() if isinstance(value, list)]
    gone = data.draw(st.lists(st.sampled_from(lists), unique=True)) if lists else []
    if "career_days" not in (document.get("person") or {}):
        check_more_knowledge((document, {k: v for k, v in document.items() if k not in gone}))


def test_the_exceptions_are_real() -> None:
    """The two facts that are left out above do turn answers: were that to end, they should be tried above too."""
    person = {"benefits": [], "residence": [{"from": "2000-01-01", "to": None, "region": "vlaams_gewest"}]}
    job = {
        "from": "2005-01-01",
        "to": None,
        "kind": "employee",
        "sector": "private",
        "workplace_region": "vlaams_gewest",
    }
    base = {"as_of": "2021-10-15", "person": person, "jobs": [job], "guidance": []}
    registered = {**base, "person": {**person, "career_days": 10}}
    (before,) = ENGINE.decide(ENGINE.law.reader.check(base), "loopbaancheques")
    (after,) = ENGINE.decide(ENGINE.law.reader.check(registered), "loopbaancheques")
    assert (before.verdict, after.verdict) == (YES, NO)


def read_by(finding: Finding) -> set[str]:
    """Every path that some rule of an instrument can look at: conditions, amounts, limits and decisive day."""
    slice_, owner = finding.slice, finding.instrument
    nodes = [c.version.node for c in slice_.conditions] + [owner.decisive_day]
    out = owner.outcome
    for amount in (out.right, out.award, out.price, *out.counters, *out.pays):
        if amount is not None:
            nodes += amount.parts.values()
    for limit in owner.limits:
        nodes += [limit.when] if limit.value is None else [limit.when, limit.value]
    paths: set[str] = set()
    for node in nodes:
        paths |= paths_read(slice_, node)
    return paths


@MANY
@given(situation_documents(), st.data())
def test_a_fact_without_a_part_changes_nothing(document: dict[str, Any], data: st.DataObject) -> None:
    found = list(places(document))
    if not found:
        return
    place = data.draw(st.sampled_from(found))
    path = path_of(place)
    for before, after in zip(decided(document), decided(without(document, [place])), strict=True):
        read = read_by(before) | read_by(after)
        if path in read or any(p.startswith(f"{path}.") for p in read):
            continue
        assert as_json_of(before) == as_json_of(after), (before.instrument.id, path)


def as_json_of(finding: Finding) -> bytes:
    return canonical_bytes(DOCUMENTS.instrument(finding))


def canonical_bytes(part: dict[str, Any]) -> bytes:

    return orjson.dumps(part)


@MANY
@given(situation_documents())
def test_what_a_finding_says_of_itself(document: dict[str, Any]) -> None:
    for finding in decided(document):
        values = [value for _, value in finding.results]
        open_ = [v for v in values if isinstance(v, Unknown) and not v.free]
        if finding.verdict == YES:
            assert finding.deciding() == []
            assert open_ == []
            assert False not in values
        elif finding.verdict == NO:
            assert finding.status in (NOT_YET, ENDED) or finding.deciding(), "a no has a reason"
            assert finding.missing() == []
        else:
            assert finding.dayless is not None or finding.deciding() or finding.status == UNCONFIRMED
        if finding.status in (NOT_YET, ENDED):
            assert finding.verdict == NO or finding.dayless is not None
        if finding.status == UNCONFIRMED:
            assert finding.verdict == UNDECIDED
        assert finding.status in (IN_FORCE, UNCONFIRMED, PROPOSED, NOT_YET, ENDED)
        assert len(set(finding.missing())) == len(finding.missing())
        if not finding.person.situation.has_course and finding.dayless is None:
            assert not any(path.startswith("course.") for path, _ in finding.missing())
        if finding.person.situation.has_course:
            assert finding.requirements() == []


def shuffled(value: Any, rng: random.Random) -> Any:
    if isinstance(value, dict):
        keys = list(value)
        rng.shuffle(keys)
        return {key: shuffled(value[key], rng) for key in keys}
    return [shuffled(item, rng) for item in value] if isinstance(value, list) else value


@MANY
@given(situation_documents(), st.integers(0, 2**32))
def test_the_bytes_do_not_depend_on_the_order_of_keys(document: dict[str, Any], seed: int) -> None:
    reader = ENGINE.law.reader
    first = DOCUMENTS.decision(reader.read(as_json(document)))
    again = shuffled(document, random.Random(seed))
    assert DOCUMENTS.decision(reader.read(as_json(again))) == first
    assert DOCUMENTS.decision(reader.read(canonical(reader.read(as_json(again)).source))) == first
    assert json.loads(first)["as_of"] == document["as_of"]


@MANY
@given(situation_documents(course=False))
def test_without_a_course_the_course_is_never_what_is_missing(document: dict[str, Any]) -> None:
    explicit = {**document, "course": None}
    assert DOCUMENTS.decision(ENGINE.law.reader.check(document)) == DOCUMENTS.decision(
        ENGINE.law.reader.check(explicit)
    )
    for finding in decided(document):
        assert not any(path.startswith("course.") for path, _ in finding.missing())
        shown = DOCUMENTS.instrument(finding)
        assert {c.rule.id for c in finding.requirements()}.isdisjoint(c["id"] for c in shown["conditions"])


@MANY
@given(situation_documents(course=True))
def test_the_right_without_a_course_is_not_refused_to_who_has_a_course(document: dict[str, Any]) -> None:
    """A "yes" for a course means a "yes" for the right as such, on the same decisive day."""
    as_such = {key: value for key, value in document.items() if key != "course"}
    for with_course, alone in zip(decided(document), decided(as_such), strict=True):
        if with_course.frame is None or alone.frame is None or with_course.frame.day != alone.frame.day:
            continue
        if with_course.verdict == YES:
            assert alone.verdict == YES, with_course.instrument.id
        if alone.verdict == NO:
            assert with_course.verdict == NO, (alone.instrument.id, alone.deciding())
