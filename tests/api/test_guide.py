"""What docs/api.md shows is what the doors do."""

import json
import re
import shlex

from django.test import Client
from tests.api.situations import CONTRACT
from tests.house.source_tree import PROJECT

from leerrekening.cli.main import build_parser

GUIDE = (PROJECT / "docs" / "api.md").read_text(encoding="utf-8")


def test_the_call_works(client: Client) -> None:
    found = re.search(r"-d '(\{.*?\})'", GUIDE, re.DOTALL)
    assert found
    answer = client.post("/api/v1/decisions", found[1].encode(), content_type="application/json")
    cheques = json.loads(answer.content)["instruments"][0]
    assert (answer.status_code, cheques["id"], cheques["verdict"]) == (200, "opleidingscheques", "yes")


def test_the_refusal_is_the_one_shown(client: Client) -> None:
    shown = re.search(r"```json\n(.*?)```", GUIDE, re.DOTALL)
    assert shown
    body = json.dumps({**CONTRACT, "person": {"highest_diploma": "phd"}})
    answer = client.post("/api/v1/decisions", body, content_type="application/json")
    assert json.loads(answer.content) == json.loads(shown[1])


def test_the_commands_exist() -> None:
    lines = [line for line in GUIDE.splitlines() if line.startswith("./llr ")]
    assert len(lines) > 6
    for line in lines:
        words = shlex.split(line.partition("#")[0])
        plain = words[1 : next((i for i, word in enumerate(words) if word in ("<", ">", "|")), None)]
        assert build_parser().parse_args(plain).handler, line
