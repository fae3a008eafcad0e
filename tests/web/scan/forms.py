"""Forms of the quick scan as a browser would send them."""

import html
import json
import re
from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse
from playwright.sync_api import Page
from tests.strategies import the_law

from leerrekening.rules.ask import open_questions
from leerrekening.rules.decide import Engine
from leerrekening.web.components import UNKNOWN, Field
from leerrekening.web.scan.answers import Answers, Document
from leerrekening.web.scan.topics import PageMaker, TopicPage

ENGINE = Engine(the_law())
HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')

# A cleaner with a contract of four fifths, on a day whose law is partly confirmed.
CLEANER: Document = {
    "as_of": "2025-11-20",
    "person": {
        "birth_date": "1992-04-12",
        "highest_diploma": "geen",
        "moved_from_other_eea": False,
        "benefits": [],
        "residence": [{"from": "2010-01-01", "to": None, "region": "vlaams_gewest"}],
    },
    "jobs": [
        {
            "from": "2021-09-01",
            "to": None,
            "kind": "employee",
            "sector": "private",
            "workplace_region": "vlaams_gewest",
            "fraction": [{"from": "2021-09-01", "to": None, "value": 0.8}],
            "weekly_hours": 30.4,
            "schedule": "fixed",
        }
    ],
    "guidance": [],
    "used": [],
}


def page_of(document: Document, topic: str) -> TopicPage:
    """The page of a topic."""
    situation = ENGINE.law.reader.check(document)
    every = open_questions(ENGINE, situation)
    return PageMaker(ENGINE.law.facts, Answers(document), {q.path for q in every}).page(topic)


def sent(page: TopicPage) -> dict[str, list[str]]:
    """What a browser sends for a page whose fields nobody touched."""
    out: dict[str, list[str]] = {"shown": [page.shown], "here": [page.topic], "language": ["nl"]}
    for field in page.fields:
        out.update(sent_field(field))
    return out


def sent_field(field: Field) -> dict[str, list[str]]:
    """What one field sends."""
    if field.kind == "date":
        out = {part.name: [part.value] for part in field.date_parts}
    elif field.kind in ("number", "text", "select"):
        out = {field.name: [field.text]}
    else:
        values = [field.value] if isinstance(field.value, str) else list(field.value)
        out = {field.name: values} if any(values) else {}
    if field.is_unknown and field.kind in ("date", "number", "text"):
        out[f"{field.name}-unknown"] = [UNKNOWN]
    return out


def hidden(answer: HttpResponse) -> dict[str, str]:
    """The hidden fields of a page."""
    return {name: html.unescape(value) for name, value in HIDDEN.findall(answer.content.decode())}


def document_of(answer: HttpResponse) -> Any:
    """The document that a page carries."""
    return json.loads(hidden(answer)["document"])


def known(value: Any) -> Any:
    """A document without what is not known: nulls, and periods that say nothing."""
    if isinstance(value, dict):
        return {key: known(each) for key, each in value.items() if each is not None}
    if isinstance(value, list):
        return [known(each) for each in value]
    return value


def open_step(page: Page, site: str, address: str, fields: Mapping[str, str]) -> None:
    """Open a page of the scan in a browser, by sending it a form; `file` is sent as a file with that content."""
    page.goto(f"{site}/nl/over/privacy")
    page.evaluate(
        """([address, fields]) => {
            const form = document.createElement("form");
            Object.assign(form, {method: "post", action: address, enctype: "multipart/form-data"});
            for (const name in fields) {
                const input = document.createElement("input");
                if (name === "file") {
                    const files = new DataTransfer();
                    files.items.add(new File([fields[name]], "answers.json", {type: "application/json"}));
                    Object.assign(input, {type: "file", name: name, files: files.files});
                } else {
                    Object.assign(input, {type: "hidden", name: name, value: fields[name]});
                }
                form.append(input);
            }
            document.body.append(form);
            setTimeout(() => form.submit(), 0);
        }""",
        [site + address, dict(fields)],
    )
    page.wait_for_url(site + address)
    page.wait_for_load_state("load")
