"""Situations for tests, short to write."""

from __future__ import annotations

from typing import Any

from tests.strategies import the_law

from leerrekening.rules.days import day_of
from leerrekening.rules.decide import Engine, Finding
from leerrekening.rules.situation import Situation
from leerrekening.rules.values import Unknown, Value

ALWAYS = "1990-01-01"


def known(as_of: str = "2022-03-15", **groups: Any) -> Situation:
    """A checked situation; ``groups`` are those of the contract."""
    return the_law().reader.check({"as_of": as_of, **groups})


def job(first: str | None = ALWAYS, last: str | None = None, share: Any = 1, **more: Any) -> dict[str, Any]:
    """A job in the private sector in Flanders; ``share`` None: its share of full time is not known."""
    out = {
        "from": first,
        "to": last,
        "kind": "employee",
        "sector": "private",
        "workplace_region": "vlaams_gewest",
        **more,
    }
    if share is not None and "fraction" not in more:
        out["fraction"] = [{"from": first, "to": last, "value": share}]
    return out


def day(text: str) -> int:
    """A day as the engine has it."""
    return day_of(text)


def asked(value: Value) -> set[str]:
    """The facts that an unknown value waits for."""
    assert isinstance(value, Unknown), f"{value!r} is known"
    return {path for path, _ in value.facts}


def finding(engine: Engine, document: dict[str, Any], name: str = "bon") -> Finding:
    """What a law says of one instrument for a document."""
    return engine.decide(engine.law.reader.check(document), name)[0]
