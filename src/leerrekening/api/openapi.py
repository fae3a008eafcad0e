"""The OpenAPI 3.1 description, made from the fact declarations and the law that are served."""

from __future__ import annotations

from typing import Any, Final

import orjson

from leerrekening import __version__
from leerrekening.api.problems import CONTENT_TYPE, situation_problem
from leerrekening.api.schemas import DAY, Schema, decision_schemas, one_of, other_schemas, ref
from leerrekening.lawtext.keeper import HeldLaw
from leerrekening.rules.situation import SituationError

EXAMPLES: Final[dict[str, dict[str, Any]]] = {
    "only_a_day": {"summary": "Nothing is known but the day", "value": {"as_of": "2021-10-15"}},
    "employee_with_course": {
        "summary": "An employee at four fifths, with a course",
        "value": {
            "as_of": "2021-10-15",
            "person": {
                "birth_date": "1985-04-12",
                "residence": [{"from": "2010-01-01", "to": None, "region": "vlaams_gewest"}],
                "highest_diploma": "secundair",
                "benefits": [],
            },
            "jobs": [
                {
                    "from": "2015-09-01",
                    "to": None,
                    "kind": "employee",
                    "sector": "private",
                    "workplace_region": "vlaams_gewest",
                    "fraction": [{"from": "2015-09-01", "to": None, "value": 0.8}],
                }
            ],
            "guidance": [],
            "used": [],
            "course": {
                "id": "course-1",
                "start": "2021-10-20",
                "end": "2022-06-30",
                "odb": [{"from": "2019-09-01", "to": None}],
                "counted_in": "lesson_hours",
                "contact_minutes": 3600,
                "price_cents": 30000,
                "paid_by": "worker",
                "initiative": "own",
            },
        },
    },
}
WRONG: Final = {"as_of": "2021-02-30", "persons": {}}


def openapi(held: HeldLaw) -> dict[str, Any]:
    """The whole description."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Leer- en loopbaanrekening",
            "version": __version__,
            "description": "Every right to learn of one person, decided by the law as data. Nothing is kept: no "
            "account, no cookie, no log of what was sent. Left out or null means unknown, never zero and never no.",
            "license": {"name": "EUPL-1.2", "identifier": "EUPL-1.2"},
        },
        "jsonSchemaDialect": "https://json-schema.org/draft/2020-12/schema",
        "servers": [{"url": "/api/v1"}],
        "security": [],
        "tags": [{"name": "decide"}, {"name": "law"}, {"name": "service"}],
        "paths": _paths(held),
        "components": {
            "schemas": {"Situation": _situation(held), **decision_schemas(held.law), **other_schemas()}
        },
    }


def _situation(held: HeldLaw) -> Schema:
    """The schema of a situation. What it cannot say: intervals end on or after the day they start; a number has
    at most 20 decimals; a text is printable; a key stands once in an object."""
    schema = held.law.facts.schema()
    del schema["$schema"]
    return schema


def _paths(held: HeldLaw) -> dict[str, Any]:
    name = {"name": "name", "in": "path", "required": True, "schema": one_of(*held.law.instruments)}
    on = {"name": "on", "in": "query", "schema": DAY, "description": "Only what holds on this day."}
    return {
        "/decisions": {"post": _decisions(held)},
        "/facts": {"get": _get("facts", "law", "What can be told about a person", "Facts")},
        "/instruments": {"get": _get("instruments", "law", "Every instrument", "Instruments")},
        "/instruments/{name}": {
            "get": _get(
                "instrument", "law", "One instrument through time, or on one day", "Instrument", [name, on]
            )
        },
        "/openapi.json": {"get": _get("openapi", "service", "This description", None)},
        "/health": {"get": _get("health", "service", "Whether decisions can be made", "Health", kept=False)},
    }


def _decisions(held: HeldLaw) -> dict[str, Any]:
    known = EXAMPLES["only_a_day"]["value"]
    first = next(iter(held.law.instruments))
    decision = orjson.loads(held.documents.decision(held.law.reader.check(known), first))
    instrument = {"name": "instrument", "in": "query", "schema": one_of(*held.law.instruments)}
    return {
        "operationId": "decide",
        "tags": ["decide"],
        "summary": "Decide on every right of one person",
        "description": "The same situation, law and engine give the same bytes. Nothing of the body is kept.",
        "parameters": [{**instrument, "description": "Decide on this right only."}],
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": ref("Situation"), "examples": EXAMPLES}},
        },
        "responses": {
            "200": _json("The decision.", "Decision", examples={"one_right": {"value": decision}}),
            "400": _problem("The body broke off."),
            "405": _problem("Another method; Allow says which."),
            "411": _problem("The size of the body was not given."),
            "413": _problem("The body has more than 1,000,000 bytes."),
            "415": _problem("The body is not application/json in UTF-8."),
            "422": _problem("Not a situation; each wrong place is named.", _wrong(held)),
            "503": _problem("No text of the law can be read."),
        },
    }


def _wrong(held: HeldLaw) -> dict[str, Any] | None:
    try:
        held.law.reader.check(WRONG)
    except SituationError as error:
        return situation_problem(error)
    return None


def _get(
    operation: str,
    tag: str,
    summary: str,
    schema: str | None,
    parameters: list[Schema] | None = None,
    *,
    kept: bool = True,
) -> dict[str, Any]:
    """A reading operation. What depends on the law alone has an ETag."""
    responses = {
        "200": _json(summary + ".", schema),
        "405": _problem("Another method; Allow says which."),
        "422": _problem("A parameter of the address cannot be used."),
        "503": _problem("No text of the law can be read."),
    }
    if kept:
        responses["200"]["headers"] = {"ETag": {"schema": {"type": "string"}}}
        responses["304"] = {"description": "Not changed since the ETag in If-None-Match."}
    if any(p["in"] == "path" for p in parameters or ()):
        responses["404"] = _problem("There is no such instrument.")
    out: dict[str, Any] = {
        "operationId": operation,
        "tags": [tag],
        "summary": summary,
        "responses": responses,
    }
    return {**out, "parameters": parameters} if parameters else out


def _json(description: str, schema: str | None, **more: Any) -> dict[str, Any]:
    content = {"schema": {"type": "object"} if schema is None else ref(schema), **more}
    return {"description": description, "content": {"application/json": content}}


def _problem(description: str, example: dict[str, Any] | None = None) -> dict[str, Any]:
    content: dict[str, Any] = {"schema": ref("Problem")}
    if example is not None:
        content["example"] = example
    return {"description": description, "content": {CONTENT_TYPE: content}}
