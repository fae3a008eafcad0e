"""Receipts: the same bytes when run again, and refused when anything in them was altered."""

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from tests.rules.people import day
from tests.strategies import as_json, ordinary_document, situation_documents, the_law

from leerrekening.rules import ENGINE_VERSION
from leerrekening.rules.decide import Engine
from leerrekening.rules.document import Documents
from leerrekening.rules.receipt import KIND, ReceiptError, canonical, make_receipt, read_receipt, replay
from leerrekening.rules.situation import Situation

DOCUMENTS = Documents(Engine(the_law()))


def situation(**more: Any) -> Situation:
    return the_law().reader.read(as_json({**ordinary_document(day("2021-10-15")), **more}))


@settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(situation_documents())
def test_a_receipt_gives_the_same_bytes(document: dict[str, Any]) -> None:
    read = the_law().reader.read(as_json(document))
    receipt = make_receipt(DOCUMENTS, read)
    assert receipt == make_receipt(DOCUMENTS, read)
    decision, same = replay(DOCUMENTS, read_receipt(receipt))
    assert same
    assert decision == DOCUMENTS.decision(read)


def test_what_a_receipt_holds() -> None:
    receipt = json.loads(make_receipt(DOCUMENTS, situation(), "opleidingscheques"))
    assert receipt["receipt"] == KIND
    assert receipt["law"] == the_law().version
    assert receipt["engine"] == ENGINE_VERSION
    assert receipt["instrument"] == "opleidingscheques"
    assert receipt["facts"].startswith("sha256:")
    decision, same = replay(
        DOCUMENTS, read_receipt(make_receipt(DOCUMENTS, situation(), "opleidingscheques"))
    )
    assert same
    assert [part["id"] for part in json.loads(decision)["instruments"]] == ["opleidingscheques"]


def test_the_order_of_keys_does_not_matter() -> None:
    document = ordinary_document(day("2021-10-15"))
    turned = dict(reversed(list(document.items())))
    first, second = (the_law().reader.read(as_json(d)) for d in (document, turned))
    assert make_receipt(DOCUMENTS, first) == make_receipt(DOCUMENTS, second)


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("2.50", "2.5"),
        ("2.0", "2"),
        ("0.0", "0"),
        ("1e2", "100"),
        ("0e300", "0"),
        ("9007199254740990.12345678901234567890", "9007199254740990.1234567890123456789"),
    ],
)
def test_decimals_stay_exact(written: str, kept: str) -> None:
    text = f'{{"as_of": "2021-10-15", "request": {{"hours": {written}}}}}'
    read = the_law().reader.read(text)
    assert canonical(dict(read.source)) == f'{{"as_of":"2021-10-15","request":{{"hours":{kept}}}}}'.encode()
    assert replay(DOCUMENTS, read_receipt(make_receipt(DOCUMENTS, read)))[1]


def altered(**changes: Any) -> bytes:
    receipt = json.loads(make_receipt(DOCUMENTS, situation()))
    return json.dumps({**receipt, **changes}).encode()


def test_altered_facts_are_refused() -> None:
    document = ordinary_document(day("2021-10-15"))
    document["person"]["highest_diploma"] = "geen"
    with pytest.raises(ReceiptError, match="its hash differs"):
        read_receipt(altered(situation=document))
    with pytest.raises(ReceiptError, match="its hash differs"):
        read_receipt(altered(facts="sha256:0"))


def test_another_decision_is_not_the_same() -> None:
    decision, same = replay(DOCUMENTS, read_receipt(altered(decision="sha256:0")))
    assert not same
    assert decision == DOCUMENTS.decision(situation())


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"3",
        b'{"receipt": "leerrekening-receipt/1"}',
        b'{"receipt": "another", "law": 1}',
        altered(receipt="leerrekening-receipt/9"),
        altered(extra=1),
        altered(situation=2**70),
        altered(situation="\ud800"),
    ],
)
def test_what_is_no_receipt(content: bytes) -> None:
    with pytest.raises(ReceiptError):
        read_receipt(content)


@pytest.mark.parametrize("number", ["1e999999999", "1e-999999999", "1e41"])
def test_a_number_that_no_situation_has_is_refused_at_once(number: str) -> None:
    content = altered(situation="HERE").replace(b'"HERE"', f'{{"x": {number}}}'.encode())
    with pytest.raises(ReceiptError, match="no situation of the contract"):
        read_receipt(content)


def test_only_values_of_json_are_written() -> None:
    with pytest.raises(TypeError, match=r"not a value of a situation: set|not JSON serializable"):
        canonical({"x": {1}})
