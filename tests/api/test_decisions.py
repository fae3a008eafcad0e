"""POST /api/v1/decisions: the contract, every kind of refusal, and nothing kept."""

import json
import logging
from typing import Any

import pytest
from django.test import Client, RequestFactory
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.api.situations import CONTRACT, REFUSED, situation

from leerrekening.api import views
from leerrekening.lawtext import keeper as keepers
from leerrekening.lawtext.keeper import HeldLaw, LawKeeper
from leerrekening.lawtext.reader import LAW_FOLDER

ADDRESS = "/api/v1/decisions"
JSON = "application/json"
KEYS = [
    *(
        "id",
        "name",
        "status",
        "verdict",
        "right",
        "counters",
        "award",
        "pays",
        "price",
        "deciding",
        "requirements",
    ),
    *("notes", "limits", "conditions", "missing", "unconfirmed", "conflicts"),
]


def post(client: Client, body: bytes, query: str = "", kind: str = JSON) -> Any:
    return client.post(ADDRESS + query, body, content_type=kind, headers={"content-type": kind})


def test_the_situation_of_the_contract(client: Client, held: HeldLaw) -> None:
    answer = post(client, situation())
    assert (answer.status_code, answer["Content-Type"]) == (200, JSON)
    assert answer.content == held.documents.decision(held.law.reader.check(CONTRACT))
    decision = json.loads(answer.content)
    assert list(decision) == ["as_of", "law", "instruments"]
    assert decision["as_of"] == CONTRACT["as_of"]
    assert list(decision["law"]) == ["version", "engine"]
    assert [i["id"] for i in decision["instruments"]] == list(held.law.instruments)
    for instrument in decision["instruments"]:
        assert [key for key in instrument if key != "last_confirmed"] == KEYS
        assert ("last_confirmed" in instrument) == (instrument["status"] == "unconfirmed")
        assert not instrument["deciding"] or instrument["verdict"] != "yes"


def test_the_same_bytes_for_the_same_question(client: Client) -> None:
    reordered = json.dumps(dict(reversed(CONTRACT.items())), indent=2).encode()
    assert post(client, situation()).content == post(client, reordered).content


def test_prices_of_the_contract(client: Client) -> None:
    """Contract, how it is read, 6: a course of 300 euro, and one of 180 euro with full refund."""
    course = CONTRACT["course"]
    answer = post(client, situation(used=[]), "?instrument=opleidingscheques")
    assert json.loads(answer.content)["instruments"][0]["price"] == {
        "now_cents": 17500,
        "refund_later_cents": 0,
        "person_cents": 17500,
    }
    literate = {**course, "price_cents": 18000, "teaches": ["basic_literacy"]}
    person = {**CONTRACT["person"], "highest_diploma": "geen"}
    answer = post(client, situation(used=[], person=person, course=literate), "?instrument=opleidingscheques")
    assert json.loads(answer.content)["instruments"][0]["price"] == {
        "now_cents": 9000,
        "refund_later_cents": 9000,
        "person_cents": 0,
    }


def test_one_instrument(client: Client) -> None:
    decision = json.loads(post(client, situation(), "?instrument=loopbaancheques").content)
    assert [i["id"] for i in decision["instruments"]] == ["loopbaancheques"]


def test_null_is_as_left_out(client: Client) -> None:
    bare = post(client, b'{"as_of": "2021-10-15"}')
    nulls = dict.fromkeys(CONTRACT, None) | {"as_of": "2021-10-15"}
    assert post(client, json.dumps(nulls).encode()).content == bare.content


@pytest.mark.parametrize("name", REFUSED)
def test_refused(client: Client, name: str) -> None:
    body, path = REFUSED[name]
    answer = post(client, body)
    problem = json.loads(answer.content)
    assert (answer.status_code, answer["Content-Type"]) == (422, "application/problem+json")
    assert (problem["status"], problem["title"]) == (422, "What was given breaks the contract")
    assert problem["errors"][0]["path"] == path
    assert all(set(error) == {"path", "value", "allowed"} and error["allowed"] for error in problem["errors"])


def test_empty_body(client: Client) -> None:
    assert post(client, b"").status_code == 422


def test_every_wrong_place_is_named_with_its_value(client: Client) -> None:
    answer = post(client, b'{"as_of": "2021-02-30", "person": {"career_days": 1.5}, "x": {"y": [null]}}')
    errors = json.loads(answer.content)["errors"]
    assert [(e["path"], e["value"]) for e in errors] == [
        ("$.as_of", "2021-02-30"),
        ("$.person.career_days", 1.5),
        ("$.x", {"y": [None]}),
    ]


def test_a_number_that_json_rounds_is_shown_as_given(client: Client) -> None:
    answer = post(
        client, b'{"as_of": "2021-10-15", "jobs": [{"weekly_hours": 1e-400}, {"weekly_hours": 99e400}]}'
    )
    assert [e["value"] for e in json.loads(answer.content)["errors"]] == ["1E-400", "9.9E+401"]


def test_size(client: Client) -> None:
    start = b'{"as_of": "2021-10-15"}'
    assert post(client, start + b" " * (1_000_000 - len(start))).status_code == 200
    answer = post(client, start + b" " * (1_000_001 - len(start)))
    assert (answer.status_code, answer["Content-Type"]) == (413, "application/problem+json")
    assert json.loads(answer.content)["status"] == 413


@pytest.mark.parametrize(
    ("announced", "body", "status"),
    [("1000001", b"", 413), ("many", b"{}", 400), ("30", b"{}", 400), ("-1", b"{}", 422)],
)
def test_size_in_the_view_itself(announced: str, body: bytes, status: int) -> None:
    """Whatever stands before it, the view looks at what is announced and at what it reads."""
    request = RequestFactory().post(ADDRESS, body, content_type=JSON, headers={"content-type": JSON})
    request.META["CONTENT_LENGTH"] = announced
    assert views.decisions(request).status_code == status


def test_more_is_read_than_was_announced() -> None:
    request = RequestFactory().post(ADDRESS, b" " * 1_000_001, content_type=JSON)
    request.META["CONTENT_LENGTH"] = "5"
    assert views.decisions(request).status_code == 413


def test_a_body_that_breaks_off() -> None:
    request = RequestFactory().post(ADDRESS, b"{}", content_type=JSON)

    class Broken:
        """A connection that is gone."""

        def read(self, *_: object) -> bytes:
            raise OSError("connection reset")

    request._stream = Broken()
    assert views.decisions(request).status_code == 400


def test_a_size_that_is_not_given(client: Client) -> None:
    answer = client.post(ADDRESS, b"{}", content_type=JSON, headers={"transfer-encoding": "chunked"})
    assert answer.status_code == 411


@pytest.mark.parametrize(
    "kind",
    [
        *(
            "text/plain",
            "application/x-www-form-urlencoded",
            "multipart/form-data; boundary=x",
            "application/xml",
        ),
        *("application/jsonx", "application/json; charset=utf-16", "application/json; charset=latin-1"),
    ],
)
def test_another_content_type(client: Client, kind: str) -> None:
    answer = post(client, situation(), kind=kind)
    assert (answer.status_code, answer["Content-Type"]) == (415, "application/problem+json")


@pytest.mark.parametrize("kind", ["application/json; charset=utf-8", "Application/JSON; charset=UTF-8"])
def test_the_content_type_in_full(client: Client, kind: str) -> None:
    assert post(client, situation(), kind=kind).status_code == 200


@pytest.mark.parametrize("method", ["get", "put", "patch", "delete", "options", "head"])
def test_another_method(client: Client, method: str) -> None:
    answer = getattr(client, method)(ADDRESS)
    assert (answer.status_code, answer["Allow"]) == (405, "POST")
    assert answer["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("query", "path"),
    [
        ("?instrument=x", "?instrument"),
        ("?instruments=loopbaancheques", "?instruments"),
        ("?instrument=loopbaancheques&instrument=x", "?instrument"),
        ("?%00=%ff", "?\x00"),
    ],
)
def test_wrong_parameter(client: Client, query: str, path: str) -> None:
    answer = post(client, situation(), query)
    assert answer.status_code == 422
    assert json.loads(answer.content)["errors"][0]["path"] == path


def test_nothing_is_kept(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    """No cookie, no cache, and nothing of the body in a log: neither of a good nor of a bad one."""
    for name in ("leerrekening", "leerrekening.api", "leerrekening.web.access"):
        logging.getLogger(name).addHandler(caplog.handler)
    try:
        for body in (situation(), b'{"as_of": "1985-04-12", "person": {"career_days": "secret-value"}}'):
            answer = post(client, body)
            assert answer["Cache-Control"] == "no-store"
            assert not answer.cookies
    finally:
        for name in ("leerrekening", "leerrekening.api", "leerrekening.web.access"):
            logging.getLogger(name).removeHandler(caplog.handler)
    assert "decisions" in caplog.text
    assert not any(word in caplog.text for word in ("1985-04-12", "secret-value", "career_days"))


def test_forms_of_other_sites_need_no_token() -> None:
    strict = Client(
        enforce_csrf_checks=True, headers={"host": "localhost", "origin": "https://elsewhere.example"}
    )
    assert post(strict, situation()).status_code == 200


def test_without_law(client: Client, tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("leerrekening.api.answers.the_keeper", lambda: LawKeeper(tmp_path))
    answer = post(client, situation())
    assert (answer.status_code, answer["Content-Type"]) == (503, "application/problem+json")
    assert keepers.the_keeper().root == LAW_FOLDER


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=st.binary(max_size=200) | st.binary(max_size=60).map(lambda b: b'{"as_of":"2021-10-15",' + b))
def test_random_bytes(client: Client, body: bytes) -> None:
    """Whatever is sent: a decision or a problem, never a fault."""
    answer = post(client, body)
    assert answer.status_code in (200, 422)
    assert isinstance(json.loads(answer.content), dict)
