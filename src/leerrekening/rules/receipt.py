"""Receipts: enough to run a decision again and see that it gives the same bytes."""

from __future__ import annotations

import hashlib
from decimal import Decimal
from typing import Any, Final

import orjson

from leerrekening.rules import ENGINE_VERSION
from leerrekening.rules.document import Documents
from leerrekening.rules.situation import Situation, SituationError, parse_json

KIND: Final = "leerrekening-receipt/1"
MOST_DIGITS: Final = 40
"""Before or after the point: more than any number of the contract has."""


class ReceiptError(ValueError):
    """A receipt that cannot be read, or that was altered."""


def _digest(content: bytes) -> str:
    return f"sha256:{hashlib.sha256(content).hexdigest()}"


def _exact(value: object) -> Any:
    if (
        isinstance(value, Decimal)
        and value.is_finite()
        and (not value or abs(value.adjusted()) <= MOST_DIGITS)
    ):
        text = format(value or Decimal(0), "f")
        return orjson.Fragment(text.rstrip("0").rstrip(".") if "." in text else text)
    raise TypeError(f"not a value of a situation: {type(value).__name__}")


def canonical(document: object) -> bytes:
    """A situation as bytes that do not depend on the order of keys or on spaces."""
    return orjson.dumps(document, default=_exact, option=orjson.OPT_SORT_KEYS)


def make_receipt(documents: Documents, situation: Situation, only: str | None = None) -> bytes:
    """The receipt of a decision: hashes of law, facts and decision, the engine, and the facts themselves."""
    facts = canonical(dict(situation.source))
    decision = documents.decision(documents.engine.law.reader.read(facts), only)
    return orjson.dumps(
        {
            "receipt": KIND,
            "law": documents.engine.law.version,
            "engine": ENGINE_VERSION,
            "facts": _digest(facts),
            "decision": _digest(decision),
            "instrument": only,
            "situation": orjson.Fragment(facts),
        },
        option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE,
    )


def read_receipt(content: bytes) -> dict[str, Any]:
    """A receipt as a mapping. Raises ReceiptError for another document or for facts that were altered."""
    try:
        raw = parse_json(content)
    except SituationError as error:
        raise ReceiptError(f"not a receipt: {error}") from None
    keys = {"receipt", "law", "engine", "facts", "decision", "instrument", "situation"}
    if not isinstance(raw, dict) or raw.get("receipt") != KIND or set(raw) != keys:
        raise ReceiptError(f"not a receipt of the form {KIND}")
    try:
        facts = canonical(raw["situation"])
    except (TypeError, RecursionError):
        raise ReceiptError("the situation in this receipt is no situation of the contract") from None
    if _digest(facts) != raw["facts"]:
        raise ReceiptError("the situation in this receipt is not the one it was made for: its hash differs")
    return raw


def replay(documents: Documents, receipt: dict[str, Any]) -> tuple[bytes, bool]:
    """The decision of a receipt, decided again, and whether it has the same bytes as then.

    Raises ReceiptError when this law has no such instrument, SituationError when it knows no such facts.
    """
    only = receipt["instrument"]
    if only is not None and (type(only) is not str or only not in documents.engine.law.instruments):
        raise ReceiptError(f"this law has no instrument {str(only)[:60]!r}")
    situation = documents.engine.law.reader.read(canonical(receipt["situation"]))
    decision = documents.decision(situation, only)
    return decision, _digest(decision) == receipt["decision"]
