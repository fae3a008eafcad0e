"""The form in which this program asks a register whose message nobody has published: JSON of our own.

    question  {"insz": "00000000000"}
    reply     {"insz": "00000000000", "known": true, "covers_from": "2015-01-01", ...what it holds}

`known` false: the register does not know the person. What it holds is written as the public contract writes it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from leerrekening.registry.insz import Insz
from leerrekening.registry.sources.source import Malformed, Nobody, Question, day, same_person


def question(insz: Insz) -> Question:
    """What to send."""
    return Question("application/json", json.dumps({"insz": insz.digits}).encode())


def read(reply: bytes, insz: Insz, keys: set[str]) -> tuple[dict[str, Any], date | None]:
    """What a reply holds under `keys`, and the first day it speaks of. Errors: Malformed, Nobody, OtherPerson."""
    try:
        document = json.loads(reply.decode("utf-8"), parse_float=Decimal)
    except (ValueError, RecursionError):
        raise Malformed("the reply is not JSON in UTF-8") from None
    if not isinstance(document, dict):
        raise Malformed("the reply is no JSON object")
    if unknown := set(document) - keys - {"insz", "known", "covers_from"}:
        raise Malformed(f"the reply has {len(unknown)} unknown keys")
    number = document.get("insz")
    if not isinstance(number, str):
        raise Malformed("the reply does not say whom it is about")
    same_person([number], insz)
    if document.get("known") is False:
        raise Nobody("the register does not know this person")
    if document.get("known") is not True:
        raise Malformed("the reply does not say whether the person is known")
    first = document.get("covers_from")
    if first is not None and not isinstance(first, str):
        raise Malformed("covers_from is not a day")
    return {key: document[key] for key in keys if key in document}, day(first, "covers_from")


def reply(insz: Insz, holds: Mapping[str, Any] | None) -> bytes:
    """What a register that holds this would reply. For the demo."""
    return json.dumps({"insz": insz.digits, "known": holds is not None, **(holds or {})}).encode()


def items(
    held: Mapping[str, Any], key: str, allowed: Mapping[str, type | tuple[type, ...]]
) -> list[dict[str, Any]]:
    """A list of objects in a reply, each value of the type it should have. Errors: Malformed."""
    found = held.get(key, [])
    if not isinstance(found, list) or len(found) > 1000:
        raise Malformed(f"{key} is no list of at most 1000 items")
    for item in found:
        if not isinstance(item, dict) or set(item) - set(allowed):
            raise Malformed(f"{key} has an item that is not as agreed")
        for name, value in item.items():
            if value is not None and (isinstance(value, bool) or not isinstance(value, allowed[name])):
                raise Malformed(f"{key}.{name} has a value that is not as agreed")
            if name in ("from", "to", "on", "pop_signed_on"):
                day(None if value is None else str(value), f"{key}.{name}")
            elif isinstance(value, int) and not 0 <= value <= 10**12:
                raise Malformed(f"{key}.{name} is out of range")
    return found


def one_of(items_: list[dict[str, Any]], key: str, codes: tuple[str, ...], where: str) -> None:
    """Check that a code is one of those agreed. Errors: Malformed."""
    if any(item.get(key) not in codes for item in items_):
        raise Malformed(f"{where}.{key} has a code that is not as agreed")
