"""Small invented laws as plain data, for tests that need a law to be exactly so."""

from __future__ import annotations

import copy
from functools import cache
from typing import Any

import yaml

from leerrekening.lawtext.reader import LAW_FOLDER
from leerrekening.rules.building.law import build_law
from leerrekening.rules.instruments import Law


def four(text: str) -> dict[str, str]:
    """The same words in the four languages."""
    return {"nl": text, "fr": text, "de": text, "en": text}


@cache
def _declared() -> list[dict[str, Any]]:
    files = sorted((LAW_FOLDER / "facts").glob("*.yaml"))
    return [yaml.safe_load(file.read_text("utf-8")) for file in files]


def the_facts() -> list[dict[str, Any]]:
    """The fact declarations of the project, fresh: a test may change them."""
    return copy.deepcopy(_declared())


def figure(name: str, unit: str, *values: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A figure; each value needs ``value``, and may say ``from``, ``to`` and the rest."""
    usual = {"from": "2010-01-01", "to": None, "confidence": "high", "sources": ["T1"]}
    return {"id": name, "name": four(name), "unit": unit, "values": [{**usual, **v} for v in values], **more}


def condition(name: str, expr: str, **more: Any) -> dict[str, Any]:
    """A condition with words and a source."""
    return {"id": name, "text": four(f"text of {name}"), "source": {"tags": ["T1"]}, "expr": expr, **more}


def folder(
    name: str = "bon",
    prefix: str = "b",
    figures: list[dict[str, Any]] | None = None,
    conditions: list[dict[str, Any]] | None = None,
    head: dict[str, Any] | None = None,
    **rules: Any,
) -> dict[str, Any]:
    """A folder of an instrument that exists since 2015; ``rules``: decisive_day, definitions, outcome, ..."""
    existence = figure(
        f"{prefix}.existence",
        "code",
        {"from": "2000-01-01", "to": "2014-12-31", "value": "absent"},
        {"from": "2015-01-01", "value": "exists"},
    )
    own = figures or []
    return {
        "instrument": {
            "id": name,
            "prefix": prefix,
            "name": four(name),
            "summary": four("An invented right."),
            "block": "money",
            "unit": "cent",
            "acts": [
                {
                    "id": "act_1",
                    "title": four("An act"),
                    "date": "2014-06-01",
                    "url": "https://example.org/act",
                }
            ],
            "sources": {"T1": {"title": "A page", "url": "https://example.org/page", "kind": "official"}},
            "conflicts": [
                {"id": "C-1", "kind": "conflict", "matter": four("matter"), "treatment": four("treatment")},
                {"id": "G-1", "kind": "gap", "matter": four("matter"), "treatment": four("treatment")},
            ],
            **(head or {}),
        },
        "parameters": {
            "parameters": own if any(f["id"] == f"{prefix}.existence" for f in own) else [existence, *own]
        },
        "rules": {"decisive_day": "as_of", "conditions": conditions or [condition("X0", "True")], **rules},
    }


def law(*folders: dict[str, Any], version: str = "sha256:invented") -> Law:
    """The checked law of some folders and the facts of the project."""
    return build_law(version, _declared(), list(folders))
