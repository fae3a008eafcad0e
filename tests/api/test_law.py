"""The addresses that tell about the law and the facts: content, caching, headers."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from tests.web.test_house_rules import EXPECTED_HEADERS

from leerrekening.lawtext.keeper import HeldLaw, LawKeeper
from leerrekening.lawtext.reader import LAW_FOLDER

KEPT = (
    "facts",
    "instruments",
    "instruments/opleidingscheques",
    "instruments/loopbaankrediet?on=2021-10-15",
    "openapi.json",
)
VARYING = {
    "Content-Language",
    "Content-Length",
    "Content-Type",
    "ETag",
    "Vary",
    "X-Request-ID",
    "Cache-Control",
}


def read(client: Client, name: str) -> dict[str, Any]:
    answer = client.get(f"/api/v1/{name}")
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/json")
    content = json.loads(answer.content)
    assert isinstance(content, dict)
    return content


def test_facts(client: Client, held: HeldLaw) -> None:
    facts = read(client, "facts")
    assert facts["schema"] == held.law.facts.schema()
    assert [f["path"] for f in facts["facts"]] == list(held.law.facts.facts)
    assert facts["law"] == held.law.version


def test_instruments(client: Client, held: HeldLaw) -> None:
    assert [i["id"] for i in read(client, "instruments")["instruments"]] == list(held.law.instruments)


def test_each_instrument_has_everything_the_law_says(client: Client, held: HeldLaw) -> None:
    for name, instrument in held.law.instruments.items():
        told = read(client, f"instruments/{name}")
        assert [c["id"] for c in told["conditions"]] == [c.id for c in instrument.conditions]
        assert [f["id"] for f in told["figures"]] == list(instrument.figures)
        assert list(told["sources"]) == list(instrument.sources)
        assert {c["id"] for c in told["conflicts"]} == set(instrument.references)
        assert len(told["cumulation"]) == len(instrument.cumulation)
        assert (told["on"], told["status"]) == (None, None)
        assert [c["id"] for c in told["cases"]] == [c.id for c in held.cases.of(name)]


def test_worked_examples_that_are_wrong_leave_the_law(
    client: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = shutil.copytree(LAW_FOLDER, tmp_path / "law")
    keeper = LawKeeper(folder, seconds=0)
    monkeypatch.setattr("leerrekening.api.answers.the_keeper", lambda: keeper)
    before = client.get("/api/v1/instruments/opleidingscheques")
    (folder / "vlaanderen/opleidingscheques/cases.yaml").write_text("cases: [\n", encoding="utf-8")
    after = client.get("/api/v1/instruments/opleidingscheques")
    assert before["ETag"] != after["ETag"]
    told = json.loads(after.content)
    assert (told["cases"], told["not_expressible"]) == (None, None)
    assert told["law"] == json.loads(before.content)["law"]


def test_an_instrument_on_a_day(client: Client) -> None:
    told = read(client, "instruments/opleidingscheques?on=2016-03-01")
    assert (told["on"], told["status"]) == ("2016-03-01", "in_force")
    figures = {f["id"]: f for f in told["figures"]}
    ceiling = figures["oc.ceiling.standard"]
    assert [(v["value"], v["from"], v["to"]) for v in ceiling["values"]] == [
        (25000, "2015-01-01", "2019-08-31")
    ]
    assert (ceiling["unit"], ceiling["rule_unit"], ceiling["confirmed"]) == ("euro", "cent", True)
    assert all(len(c["versions"]) == 1 for c in told["conditions"])
    assert "{" not in json.dumps([c["text"] for c in told["conditions"]]).replace('{"', "")


def test_the_worked_examples_of_an_instrument(client: Client) -> None:
    """Each whole, so that a program can have it decided."""
    examples = {case["id"]: case for case in read(client, "instruments/opleidingscheques")["cases"]}
    asked = examples["OC-E2"]
    assert asked["expect"]["award"] == {"unit": "cent", "value": 25000}
    decided = client.post("/api/v1/decisions", asked["situation"], content_type="application/json")
    assert json.loads(decided.content)["instruments"][0]["award"] == asked["expect"]["award"]


def test_not_known(client: Client) -> None:
    answer = client.get("/api/v1/instruments/nothing")
    assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")
    answer = client.get("/api/v1/nothing")
    assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")


@pytest.mark.parametrize("query", ["on=2021-02-30", "on=", "on=0001-01-01", "on=today", "day=2021-01-01"])
def test_wrong_parameters(client: Client, query: str) -> None:
    answer = client.get(f"/api/v1/instruments/opleidingscheques?{query}")
    assert answer.status_code == 422
    assert json.loads(answer.content)["errors"][0]["path"] == f"?{query.partition('=')[0]}"


@pytest.mark.parametrize("name", KEPT)
def test_kept_until_the_law_changes(client: Client, name: str) -> None:
    first = client.get(f"/api/v1/{name}")
    assert first["Cache-Control"] == "public, no-cache"
    for given in (first["ETag"], f"W/{first['ETag']}", "*"):
        again = client.get(f"/api/v1/{name}", headers={"if-none-match": given})
        assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
    assert client.get(f"/api/v1/{name}", headers={"if-none-match": '"other"'}).status_code == 200


def test_each_address_has_its_own_etag(client: Client) -> None:
    assert len({client.get(f"/api/v1/{name}")["ETag"] for name in KEPT}) == len(KEPT)


@pytest.mark.parametrize("name", [*KEPT, "health", "nothing", "instruments/x"])
def test_headers(client: Client, name: str) -> None:
    """The same strict headers as the pages of the site."""
    answer = client.get(f"/api/v1/{name}")
    expected = {key: value for key, value in EXPECTED_HEADERS.items() if key not in VARYING}
    assert {key: value for key, value in answer.items() if key not in VARYING} == expected
    assert not answer.cookies


@pytest.mark.parametrize("name", [*KEPT, "health"])
def test_another_method(client: Client, name: str) -> None:
    answer = client.post(f"/api/v1/{name}", b"{}", content_type="application/json")
    assert (answer.status_code, answer["Allow"]) == (405, "GET, HEAD")


def test_health(client: Client, held: HeldLaw) -> None:
    health = read(client, "health")
    assert health["status"] == "ok"
    assert health["law"]["version"] == held.law.version
    assert health["refused"] is None


def test_health_says_why_a_newer_text_is_not_served(
    client: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = shutil.copytree(LAW_FOLDER, tmp_path / "law")
    keeper = LawKeeper(folder, seconds=0)
    version = keeper.held().law.version
    (folder / "facts" / "work.yaml").write_text("topic: [\n", encoding="utf-8")
    for place in ("answers", "views"):
        monkeypatch.setattr(f"leerrekening.api.{place}.the_keeper", lambda: keeper)
    health = read(client, "health")
    assert (health["status"], health["law"]["version"]) == ("older_law", version)
    assert health["refused"]["file"] == "facts/work.yaml"
    assert read(client, "instruments")["law"] == version
