"""Situations: what the contract allows is read exactly; all else is refused with path, value and what is allowed."""

import contextlib
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.rules.people import day, known
from tests.strategies import as_json, situation_documents, the_law

from leerrekening.rules.days import FOREVER
from leerrekening.rules.situation import MAX_BYTES, Problem, SituationError, parse_json
from leerrekening.rules.values import Unknown


def problems(document: Any) -> list[Problem]:
    with pytest.raises(SituationError) as refused:
        the_law().reader.check(document)
    return refused.value.problems


def only(document: Any) -> Problem:
    (problem,) = problems(document)
    return problem


def test_left_out_and_null_are_unknown() -> None:
    for person in (None, {}, {"birth_date": None}):
        value = known(person=person).fact("person.birth_date")
        assert isinstance(value, Unknown)
        assert value.facts == {("person.birth_date", None)}
        assert not value.free
    assert "jobs" not in known(jobs=None).lists
    assert known(jobs=[]).lists["jobs"] == []
    assert known(jobs=[{"kind": None}]).lists["jobs"] == [{}]


def test_facts_of_a_course_that_is_not_chosen_are_free() -> None:
    for nothing in (known(), known(course=None)):
        assert not nothing.has_course
        assert nothing.fact("course.price_cents").free
    chosen = known(course={})
    assert chosen.has_course
    assert not chosen.fact("course.price_cents").free
    with pytest.raises(KeyError):
        chosen.fact("course.colour")


def test_values_are_exact() -> None:
    read = known(
        person={
            "birth_date": "1985-04-12",
            "residence": [
                {"from": None, "to": None, "region": "vlaams_gewest"},
                {"from": "2010-01-01", "to": "2010-01-01"},
            ],
        },
        course={"credits": 3.3, "teaches": ["nt2"], "price_cents": 30_000},
        request={"hours": Decimal("2.50")},
        guidance=[{"pop_courses": ["a", "b"], "from": "2020-02-29", "to": None}],
    )
    assert read.fact("person.birth_date") == day("1985-04-12")
    assert read.fact("person.residence") == (
        (None, FOREVER, "vlaams_gewest"),
        (day("2010-01-01"), day("2010-01-01"), None),
    )
    assert read.fact("course.credits") == Fraction(33, 10)
    assert read.fact("course.teaches") == {"nt2"}
    assert read.fact("request.hours") == Fraction(5, 2)
    assert read.lists["guidance"] == [{"pop_courses": frozenset({"a", "b"}), "from": day("2020-02-29")}]
    whole = known(request={"hours": Decimal("2.0")}).fact("request.hours")
    assert (whole, type(whole)) == (2, int)


@pytest.mark.parametrize(
    ("groups", "path", "value", "allowed"),
    [
        (
            {"person": {"birth_date": "2021-02-30"}},
            "$.person.birth_date",
            '"2021-02-30"',
            "a date that exists",
        ),
        (
            {"person": {"birth_date": "1899-12-31"}},
            "$.person.birth_date",
            '"1899-12-31"',
            "from 1900-01-01 to 2199",
        ),
        ({"person": {"birth_date": 1985}}, "$.person.birth_date", "1985", "a date that exists"),
        ({"person": {"lives_alone": 1}}, "$.person.lives_alone", "1", "true, false or null"),
        (
            {"person": {"children_on_benefit": -1}},
            "$.person.children_on_benefit",
            "-1",
            "a whole number from 0",
        ),
        ({"person": {"children_on_benefit": True}}, "$.person.children_on_benefit", "true", "a whole number"),
        ({"person": {"children_on_benefit": 1.0}}, "$.person.children_on_benefit", "1.0", "a whole number"),
        ({"course": {"price_cents": 2**53}}, "$.course.price_cents", str(2**53), "to 9007199254740991"),
        ({"course": {"qualification_level": 9}}, "$.course.qualification_level", "9", "from 1 to 8"),
        (
            {"interruption": {"fraction_before": 1.01}},
            "$.interruption.fraction_before",
            "1.01",
            "a number from 0 to 1",
        ),
        (
            {"interruption": {"fraction_before": "1"}},
            "$.interruption.fraction_before",
            '"1"',
            "a number from 0 to 1",
        ),
        (
            {"interruption": {"fraction_before": Decimal("NaN")}},
            "$.interruption.fraction_before",
            "NaN",
            "a number",
        ),
        (
            {"interruption": {"fraction_before": Decimal("0.1e-20")}},
            "$.interruption.fraction_before",
            "1E-21",
            "with at most 20 decimals",
        ),
        (
            {"person": {"highest_diploma": "phd"}},
            "$.person.highest_diploma",
            '"phd"',
            "geen | lager_secundair",
        ),
        ({"person": {"highest_diploma": ["geen"]}}, "$.person.highest_diploma", '["geen"]', "geen | "),
        (
            {"course": {"teaches": ["nt2", "nt2"]}},
            "$.course.teaches",
            '["nt2", "nt2"]',
            "a list without doubles",
        ),
        ({"course": {"teaches": "nt2"}}, "$.course.teaches", '"nt2"', "a list without doubles"),
        ({"course": {"teaches": [[]]}}, "$.course.teaches", "[[]]", "a list without doubles"),
        ({"course": {"id": "x" * 65}}, "$.course.id", '"' + "x" * 56 + "...", "at most 64 characters"),
        ({"course": {"id": "a\nb"}}, "$.course.id", '"a\\nb"', "a printable text"),
        (
            {"guidance": [{"pop_courses": "x"}]},
            "$.guidance[0].pop_courses",
            '"x"',
            "a list of at most 1000 texts",
        ),
        ({"guidance": [{"pop_courses": [1]}]}, "$.guidance[0].pop_courses[0]", "1", "a printable text"),
        ({"person": []}, "$.person", "[]", "an object, or null"),
        ({"jobs": {}}, "$.jobs", "{}", "a list of at most 1000 objects, or null"),
        ({"jobs": [{}] * 1001}, "$.jobs", "[{}, ", "a list of at most 1000 objects"),
        ({"jobs": [None]}, "$.jobs[0]", "null", "an object"),
        ({"jobs": [{}, {"colour": 1}]}, "$.jobs[1].colour", "1", "no such key; known here: from | to"),
        ({"person": {"colour": 1}}, "$.person.colour", "1", "no such key; known here: birth_date"),
        (
            {"jobs": [{"from": "2021-01-02", "to": "2021-01-01"}]},
            "$.jobs[0].to",
            '"2021-01-01"',
            "a day on or after 2021-01-02 (from), or null",
        ),
        (
            {"course": {"start": "2021-01-02", "end": "2021-01-01"}},
            "$.course.end",
            '"2021-01-01"',
            "a day on or after 2021-01-02 (start)",
        ),
        ({"course": {"odb": {}}}, "$.course.odb", "{}", "a list of at most 1000 intervals, or null"),
        ({"course": {"odb": [1]}}, "$.course.odb[0]", "1", "an interval with from | to"),
        (
            {"course": {"odb": [{"region": "x"}]}},
            "$.course.odb[0].region",
            '"x"',
            "no such key; known here: from | to",
        ),
        (
            {"course": {"odb": [{"from": "2021-01-02", "to": "2021-01-01"}]}},
            "$.course.odb[0].to",
            '"2021-01-01"',
            "a day on or after 2021-01-02 (from), or null while it is still running",
        ),
        ({"course": {"odb": [{"to": "soon"}]}}, "$.course.odb[0].to", '"soon"', "a date that exists"),
        (
            {"person": {"residence": [{"region": "moon"}]}},
            "$.person.residence[0].region",
            '"moon"',
            "vlaams_gewest | ",
        ),
        (
            {"jobs": [{"fraction": [{"value": 2}]}]},
            "$.jobs[0].fraction[0].value",
            "2",
            "a number from 0 to 1",
        ),
        ({"dreams": 1}, "$.dreams", "1", "no such key; known here: as_of | "),
        ({"as_of": "2021-1-1"}, "$.as_of", '"2021-1-1"', "a date that exists"),
    ],
)
def test_refusals(groups: dict[str, Any], path: str, value: str, allowed: str) -> None:
    problem = only({"as_of": "2021-10-15", **groups})
    assert problem.path == path
    assert problem.value.startswith(value)
    assert allowed in problem.allowed


def test_the_day_of_the_question_is_required() -> None:
    for document in ({}, {"as_of": None}):
        problem = only(document)
        assert problem.path == "$.as_of"
        assert problem.allowed.startswith("required: a date that exists")
    for document in ([], "x", 3, None, True):
        assert only(document).allowed == "a JSON object with the key as_of"


def test_every_problem_is_told_up_to_twenty() -> None:
    document = {"as_of": "x", "person": {"lives_alone": 1}, "jobs": [{"kind": "king"}]}
    assert {p.path for p in problems(document)} == {"$.as_of", "$.person.lives_alone", "$.jobs[0].kind"}
    assert len(problems({"as_of": "2021-01-01", "jobs": [{"kind": "king"}] * 100})) == 20


def test_the_message_of_a_refusal() -> None:
    with pytest.raises(SituationError) as refused:
        the_law().reader.check({"as_of": "2021-10-15", "course": {"price_cents": "a"}})
    assert str(refused.value).startswith('$.course.price_cents: "a" is not allowed; allowed: a whole number')


# --- JSON -------------------------------------------------------------------------------------------------


def unread(text: bytes | str) -> Problem:
    with pytest.raises(SituationError) as refused:
        parse_json(text)
    (problem,) = refused.value.problems
    assert problem.path == "$"
    return problem


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (b"", "nothing"),
        (b" \n ", "nothing"),
        (b"{", "not valid JSON"),
        (b'{"as_of": NaN}', "NaN is not a JSON number"),
        (b'{"a": Infinity}', "Infinity is not a JSON number"),
        (b'{"as_of": "2021-01-01", "as_of": "2022-01-01"}', "the key 'as_of' stands twice"),
        (b"\xff\xfe", "not valid JSON"),
        (b"[" * 100_000, "nested too deeply"),
        (b'{"a":' * 50_000, "nested too deeply"),
        (b'{"a": ' + b"9" * 5000 + b"}", "a whole number of thousands of digits"),
        (b'{"a": 1e99999999999999999999}', "a number with an exponent beyond measure"),
        (b'{"a": "' + b"x" * MAX_BYTES + b'"}', f"{MAX_BYTES + 9} bytes"),
        ("\ud800", "not valid JSON"),
    ],
)
def test_what_is_no_json(text: bytes | str, found: str) -> None:
    assert found in unread(text).value


def test_a_text_may_be_read_as_it_came() -> None:
    assert the_law().reader.read('{"as_of": "2021-10-15"}').as_of == day("2021-10-15")
    assert the_law().reader.read(b'{"as_of": "2021-10-15"}').as_of == day("2021-10-15")
    assert parse_json("0.1") == Decimal("0.1")


def test_values_that_cannot_be_shown_are_still_refused() -> None:
    deep: Any = []
    for _ in range(20_000):
        deep = [deep]
    assert only({"as_of": "2021-10-15", "x": deep}).value == "a value nested too deeply"
    assert only({"as_of": "2021-10-15", "\ud800": 1}).path == "$.?"


@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.binary(max_size=200))
def test_random_bytes_never_crash(text: bytes) -> None:
    with contextlib.suppress(SituationError):
        the_law().reader.read(text)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=6,
)


@settings(max_examples=200, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(situation_documents(), json_values, st.data())
def test_a_document_with_one_strange_value_is_read_or_refused(
    document: dict[str, Any], strange: Any, data: st.DataObject
) -> None:
    group = data.draw(st.sampled_from(sorted(the_law().facts.groups)))
    members = [f.key for f in the_law().facts.members(group)]
    content = {data.draw(st.sampled_from(members)): strange}
    document[group] = content if the_law().facts.groups[group].kind == "object" else [content]
    found: list[Problem] = []
    try:
        the_law().reader.read(as_json(document))
    except SituationError as error:
        found = error.problems
    assert all(p.path.startswith("$") and p.allowed for p in found)


@settings(max_examples=150, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(situation_documents())
def test_random_documents_are_valid(document: dict[str, Any]) -> None:
    checked = the_law().reader.check(document)
    assert checked.source is document
    assert len(checked.values) == len(the_law().facts.scalars)
