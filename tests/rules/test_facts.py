"""Fact declarations: what they give, the published schema, and what is refused."""

import re
from typing import Any

import pytest
from tests.rules.invented import four, the_facts
from tests.strategies import the_law

from leerrekening.rules.facts import DeclarationError, Group, read_fact_book


def declared(**fact: Any) -> dict[str, Any]:
    usual = {"path": "x.y", "type": "boolean", "label": four("y"), "question": four("y?"), "ask": "person"}
    return {**usual, **fact}


def files(*facts: dict[str, Any], groups: list[dict[str, Any]] | None = None) -> list[dict[str, Any]]:
    group = {"path": "x", "kind": "object", "label": four("x")}
    return [
        {
            "topic": {"id": "t", "name": four("t"), "order": 1},
            "groups": [group] if groups is None else groups,
            "facts": list(facts),
        }
    ]


def test_the_declarations_of_the_project() -> None:
    book = the_law().facts
    assert next(iter(book.topics)) == min(book.topics.values(), key=lambda t: t.order).id
    assert book.facts["as_of"].required
    assert [f.path for f in book.facts.values() if f.required] == ["as_of"]
    assert book.facts["as_of"].group is None
    assert book.facts["jobs.fraction"].group == "jobs"
    assert isinstance(book.declaration("jobs"), Group)
    assert book.declaration("jobs.kind").path == "jobs.kind"
    with pytest.raises(KeyError):
        book.declaration("jobs.colour")
    assert "person.birth_date" in book.scalars
    assert "jobs.kind" not in book.scalars, "a fact of a list has no single value"
    assert sorted(book.scalars.values()) == list(range(len(book.scalars)))


def test_facts_stand_in_the_order_of_their_topics() -> None:
    book = read_fact_book(list(reversed(the_facts())))
    assert list(book.topics) == list(the_law().facts.topics)
    order = [list(book.topics).index(f.topic) for f in book.facts.values()]
    assert order == sorted(order)


def test_schema() -> None:
    book = the_law().facts
    schema = book.schema()
    assert schema["required"] == ["as_of"]
    assert schema["additionalProperties"] is False
    properties = schema["properties"]
    assert set(properties) == {"as_of", *book.groups}
    assert properties["as_of"]["type"] == "string", "required, so never null"
    person, jobs, course = (properties[name] for name in ("person", "jobs", "course"))
    assert person["type"] == ["object", "null"]
    assert person["additionalProperties"] is False
    assert jobs["type"] == ["array", "null"]
    assert jobs["items"]["type"] == "object"
    job = jobs["items"]["properties"]
    assert job["kind"]["enum"][-1] is None
    assert "employee" in job["kind"]["enum"]
    assert job["fraction"]["items"]["properties"]["value"] == {
        "type": ["number", "null"],
        "minimum": 0,
        "maximum": 1,
    }
    assert set(course["properties"]["odb"]["items"]["properties"]) == {"from", "to"}
    assert course["properties"]["teaches"]["uniqueItems"] is True
    assert course["properties"]["id"]["maxLength"] == 64
    assert course["properties"]["price_cents"]["x-unit"] == "cent"
    assert course["properties"]["price_cents"]["type"] == ["integer", "null"]
    assert properties["guidance"]["items"]["properties"]["pop_courses"]["items"]["type"] == "string"
    assert set(person["properties"]["birth_date"]["x-label"]) == {"nl", "fr", "de", "en"}


@pytest.mark.parametrize(
    ("documents", "reason"),
    [
        (files(declared(type="wish")), "fact 'x.y': unknown type 'wish'; allowed: boolean, code"),
        (files(declared(ask="nobody")), "fact 'x.y': ask must be one of official, person, register"),
        (
            files(declared(type="code")),
            "fact 'x.y': codes belong to the types code and codes, and only to those",
        ),
        (files(declared(codes={"a": four("a")})), "codes belong to the types code and codes"),
        (files(declared(type="code", codes=["a"])), "codes must be a mapping of code to text"),
        (
            files(declared(type="code", codes={"a": {"nl": "a"}})),
            "fact 'x.y', code 'a': the text in 'fr' is missing",
        ),
        (files(declared(colour="red")), "fact 'x.y': unknown key 'colour'"),
        (files({"path": "x.y"}), "fact 'x.y': the key 'ask' is missing"),
        (files(declared(label={**four("a"), "es": "a"})), "label: unknown language 'es'"),
        (files(declared(label={**four("a"), "de": "  "})), "label: the text in 'de' is missing"),
        (files(declared(label="a")), "label: expected a text in nl, fr, de, en"),
        (files(declared(), declared()), "fact x.y is declared twice"),
        (files(declared(path="z.y")), "fact z.y: the group 'z' is not declared"),
        (files("x"), "fact 'x': expected a mapping, found str"),
        (
            files(declared(type="periods", period_value={"key": "k"})),
            "period_value: the key 'type' is missing",
        ),
        (
            files(declared(type="periods", period_value={"key": "k", "type": "codes"})),
            "a period cannot carry a value of type 'codes'",
        ),
        (
            files(groups=[{"path": "x", "kind": "heap", "label": four("x")}]),
            "group 'x': kind must be object or list, found 'heap'",
        ),
        (files(groups=[{"path": "x", "kind": "list", "label": four("x")}] * 2), "group x is declared twice"),
        (files(groups=["x"]), "group 'x': expected a mapping"),
        (["x"], "fact file: expected a mapping"),
        ([{"topic": {"id": "t"}}], "topic: the key 'name' is missing"),
    ],
)
def test_a_declaration_that_is_not_well_formed(documents: Any, reason: str) -> None:
    with pytest.raises(DeclarationError, match=re.escape(reason)):
        read_fact_book(documents)


def test_a_new_fact_needs_nothing_but_its_declaration() -> None:
    codes = {"red": four("red")}
    book = read_fact_book(
        files(
            declared(type="periods", codes=codes, period_value={"key": "colour", "type": "code"}),
            declared(path="x.n", type="decimal", min=0, max=5, unit="hour", help=four("h"), influence=True),
        )
    )
    shown = book.schema()["properties"]["x"]["properties"]
    assert shown["y"]["items"]["properties"]["colour"] == {"enum": ["red", None]}
    assert (shown["n"]["minimum"], shown["n"]["maximum"]) == (0, 5)
    assert book.facts["x.n"].influence
