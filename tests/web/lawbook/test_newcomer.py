"""The guide for newcomers, followed to the letter: its files are a right that shows at every door, without code."""

import html
import json
import re
import shutil
from pathlib import Path

import pytest
from django.test import Client
from tests.house.source_tree import PROJECT
from tests.web.conftest import LANGUAGES

from leerrekening.cli.main import main
from leerrekening.lawtext.keeper import the_keeper

GUIDE = PROJECT / "docs" / "how-to-write-a-law.md"
EXAMPLE = PROJECT / "tests" / "fixtures" / "law_example"
NAME = "opleidingsbon_voorbeeld"
BLOCK = re.compile(r"^File: (\S+)\n\n```yaml\n(.*?)^```$", re.MULTILINE | re.DOTALL)
PERSON = {
    "as_of": "2024-05-06",
    "person": {"highest_diploma": "secundair"},
    "jobs": [{"from": "2020-01-01", "to": None, "kind": "employee", "workplace_region": "vlaams_gewest"}],
    "course": {"start": "2024-09-10", "contact_minutes": 1200, "price_cents": 30000, "teaches": []},
}


def files_of_the_guide() -> dict[str, str]:
    """Every file that the guide prints, by its path."""
    return dict(BLOCK.findall(GUIDE.read_text("utf-8")))


@pytest.fixture
def with_example(own_law: Path) -> Path:
    """The law with the files of the guide added in one folder."""
    for name, content in files_of_the_guide().items():
        file = own_law / "voorbeeld" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content, "utf-8")
    return own_law


def test_the_guide_prints_whole_files() -> None:
    kept = {str(file.relative_to(EXAMPLE)): file.read_text("utf-8") for file in EXAMPLE.rglob("*.yaml")}
    assert files_of_the_guide() == kept


def test_checks_pass(with_example: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["law", "check", "--law", str(with_example), "--instrument", NAME]) == 0, (
        capfd.readouterr().out
    )


def test_command_line_knows_it(with_example: Path, capfd: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert main(["law", "list", "--law", str(with_example)]) == 0
    assert NAME in capfd.readouterr().out
    file = tmp_path / "person.json"
    file.write_text(json.dumps(PERSON), "utf-8")
    assert main(["decide", str(file), "--instrument", NAME]) == 0
    (decided,) = json.loads(capfd.readouterr().out)["instruments"]
    assert (decided["id"], decided["verdict"], decided["award"]["value"]) == (NAME, "yes", 10000)


def test_api_knows_it(with_example: Path) -> None:
    client = Client(headers={"host": "localhost"})
    listed = client.get("/api/v1/instruments").content.decode()
    assert NAME in listed
    assert client.get(f"/api/v1/instruments/{NAME}").status_code == 200
    answer = client.post("/api/v1/decisions", json.dumps(PERSON), content_type="application/json")
    assert answer.status_code == 200
    decided = next(i for i in answer.json()["instruments"] if i["id"] == NAME)
    assert decided["verdict"] == "yes"


@pytest.mark.parametrize("language", LANGUAGES)
def test_law_book_shows_it(with_example: Path, client: Client, language: str) -> None:
    owner = the_keeper().held().law.instruments[NAME]
    address = f"/{language}/wetboek/opleidingsbon-voorbeeld"
    assert f'href="{address}"' in client.get(f"/{language}/wetboek").content.decode()
    page = client.get(f"{address}?on=2024-05-06").content.decode()
    assert all(f'id="r-{rule}"' in page for rule in owner.rules)
    assert all(f'id="f-{figure}"' in page for figure in owner.figures)
    cases = the_keeper().held().cases.of(NAME)
    assert len(cases) > 5
    for case in cases:
        assert client.get(f"{address}/voorbeelden/{case.id}").status_code == 200
    for overview in ("niet-bevestigd", "samen-gebruiken"):
        assert (
            f"/{language}/wetboek/opleidingsbon-voorbeeld"
            in client.get(f"/{language}/wetboek/{overview}").content.decode()
        )


@pytest.mark.parametrize("language", LANGUAGES)
def test_quick_scan_finds_it(with_example: Path, client: Client, language: str) -> None:
    """The situation opened in the quick scan, as the button beside an example does."""
    page = client.post(f"/{language}/wat-heb-ik/resultaat", {"document": json.dumps(PERSON)})
    assert page.status_code == 200
    name = the_keeper().held().law.instruments[NAME].name[language]
    assert name[1:] in html.unescape(page.content.decode())


def test_taken_away_it_is_gone(with_example: Path, client: Client) -> None:
    assert client.get("/nl/wetboek/opleidingsbon-voorbeeld").status_code == 200
    shutil.rmtree(with_example / "voorbeeld")
    assert client.get("/nl/wetboek/opleidingsbon-voorbeeld").status_code == 404
