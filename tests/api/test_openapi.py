"""The published descriptions are true: OpenAPI is valid, real answers fit it, schema and check agree."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator, FormatChecker
from openapi_spec_validator import OpenAPIV31SpecValidator
from tests.api.situations import CONTRACT, situation

from leerrekening.lawtext.keeper import the_keeper
from leerrekening.rules.facts import FactBook
from leerrekening.rules.situation import SituationError

DAYS = (
    "2012-05-01",
    "2016-03-01",
    "2019-09-01",
    "2021-10-15",
    "2024-02-29",
    "2026-11-20",
    "2027-03-01",
    "2090-01-01",
)
# What no JSON Schema says, and the check does (docs/api.md).
BEYOND_THE_SCHEMA = ("a day on or after", "a printable text", "with at most 20 decimals")


@pytest.fixture(scope="session")
def description() -> dict[str, Any]:
    answer = Client(headers={"host": "localhost"}).get("/api/v1/openapi.json")
    content = json.loads(answer.content)
    assert isinstance(content, dict)
    return content


def validator(description: dict[str, Any], name: str) -> Draft202012Validator:
    schema = {"$ref": f"#/components/schemas/{name}", "components": description["components"]}
    return Draft202012Validator(schema, format_checker=FormatChecker())


def test_the_description_is_valid(description: dict[str, Any]) -> None:
    assert description["openapi"] == "3.1.0"
    errors = [error.message for error in OpenAPIV31SpecValidator(description).iter_errors()]
    assert errors == []


def media(node: Any) -> Iterator[dict[str, Any]]:
    """Every body that is described, with its schema and examples."""
    if isinstance(node, dict):
        if "content" in node:
            yield from node["content"].values()
        for below in node.values():
            yield from media(below)


def test_examples_fit_their_schema(description: dict[str, Any]) -> None:
    tried = 0
    for body in media(description["paths"]):
        examples = [e["value"] for e in body.get("examples", {}).values()]
        examples += [body["example"]] if "example" in body else []
        for example in examples:
            name = body["schema"]["$ref"].rpartition("/")[2]
            assert [e.message for e in validator(description, name).iter_errors(example)] == []
            tried += 1
    assert tried >= 4


def test_every_address_is_described(description: dict[str, Any]) -> None:
    from leerrekening.api.urls import urlpatterns

    described = {path.strip("/").replace("{name}", "<slug:name>") for path in description["paths"]}
    assert described == {str(each.pattern) for each in urlpatterns}


@pytest.mark.parametrize("day", DAYS)
@pytest.mark.parametrize("groups", [(), ("person", "jobs"), tuple(CONTRACT)[1:]], ids=["bare", "work", "all"])
def test_real_decisions_fit(
    client: Client, description: dict[str, Any], day: str, groups: tuple[str, ...]
) -> None:
    body = json.dumps({"as_of": day, **{key: CONTRACT[key] for key in groups}}).encode()
    decision = json.loads(client.post("/api/v1/decisions", body, content_type="application/json").content)
    assert [e.message for e in validator(description, "Decision").iter_errors(decision)] == []


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("facts", "Facts"),
        ("instruments", "Instruments"),
        ("instruments/opleidingscheques", "Instrument"),
        ("instruments/vlaams_opleidingsverlof?on=2021-10-15", "Instrument"),
        ("instruments/loopbaankrediet?on=2019-10-15", "Instrument"),
        ("instruments/loopbaancheques", "Instrument"),
        ("instruments/betaald_educatief_verlof", "Instrument"),
        ("instruments/vlaams_opleidingskrediet", "Instrument"),
        ("health", "Health"),
        ("instruments/x", "Problem"),
        ("instruments?x=1", "Problem"),
    ],
)
def test_other_answers_fit(client: Client, description: dict[str, Any], address: str, name: str) -> None:
    content = json.loads(client.get(f"/api/v1/{address}").content)
    assert [e.message for e in validator(description, name).iter_errors(content)] == []


@pytest.mark.parametrize(
    ("method", "address", "headers", "status"),
    [
        ("put", "decisions", {}, 405),
        ("post", "facts", {}, 405),
        ("post", "decisions", {"transfer-encoding": "chunked"}, 411),
        ("post", "decisions", {"content-length": "1000001"}, 413),
        ("get", "nothing", {}, 404),
        ("get", "facts", {"host": "elsewhere.example"}, 400),
    ],
)
def test_refusals_before_a_view_fit(
    client: Client,
    description: dict[str, Any],
    method: str,
    address: str,
    headers: dict[str, str],
    status: int,
) -> None:
    answer = getattr(client, method)(f"/api/v1/{address}", headers=headers)
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")
    assert [
        e.message for e in validator(description, "Problem").iter_errors(json.loads(answer.content))
    ] == []


def test_refusals_fit(client: Client, description: dict[str, Any]) -> None:
    for body, kind in (
        (b"{}", "application/json"),
        (b"{}", "text/plain"),
        (situation(x=1), "application/json"),
    ):
        problem = json.loads(client.post("/api/v1/decisions", body, content_type=kind).content)
        assert [e.message for e in validator(description, "Problem").iter_errors(problem)] == []


# --- schema and check -----------------------------------------------------------------------------------

JUNK = st.sampled_from(
    [None, True, False, 0, 1, -1, 1.5, 2.0, 10**17, "", "x", "2021-02-30", "2021-01-01", [], {}, [None]]
)
DATES = st.dates().map(str) | st.sampled_from(
    ["2021-02-29", "2020-02-29", "1899-12-31", "2200-01-01", "2021-1-1"]
)


def values(schema: dict[str, Any]) -> st.SearchStrategy[Any]:
    """Values that a schema takes, mixed with what it should not."""
    if "enum" in schema:
        return st.sampled_from(schema["enum"]) | JUNK
    kinds = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    if "object" in kinds:
        keys = {key: values(below) for key, below in schema["properties"].items()}
        return st.fixed_dictionaries({}, optional={**keys, "unheard_of": JUNK}) | JUNK
    if "array" in kinds:
        return st.lists(values(schema["items"]), max_size=3) | JUNK
    if "boolean" in kinds:
        return st.booleans() | JUNK
    if "integer" in kinds or "number" in kinds:
        return st.integers(-10, 10**16) | st.floats(0, 2, width=32) | JUNK
    if schema.get("format") == "date":
        return DATES | JUNK
    return st.text(max_size=70) | JUNK


BOOK: FactBook = the_keeper().held().law.facts
SCHEMA = Draft202012Validator(BOOK.schema(), format_checker=FormatChecker())
GROUPS = BOOK.schema()["properties"]
DOCUMENTS = st.fixed_dictionaries(
    {"as_of": st.just("2021-10-15") | values(GROUPS["as_of"])},
    optional={key: values(below) for key, below in GROUPS.items() if key != "as_of"},
)


@settings(max_examples=400, deadline=None)
@given(document=DOCUMENTS)
def test_the_schema_and_the_check_agree(document: dict[str, Any]) -> None:
    text = json.dumps(document)
    by_schema = SCHEMA.is_valid(json.loads(text))
    try:
        the_keeper().held().law.reader.read(text)
        problems = []
    except SituationError as error:
        problems = error.problems
    if by_schema:
        assert all(any(known in p.allowed for known in BEYOND_THE_SCHEMA) for p in problems), problems
    else:
        assert problems, [e.message for e in SCHEMA.iter_errors(document)]
