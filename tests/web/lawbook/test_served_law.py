"""What happens while the files of the law change: the last good law stays, and the operators are told."""

import logging
from pathlib import Path

import pytest
from django.test import Client

from leerrekening.lawtext.keeper import the_keeper


@pytest.fixture
def told(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    """What is written down."""
    logger = logging.getLogger("leerrekening")
    before, logger.propagate = logger.propagate, True
    yield caplog
    logger.propagate = before


def test_a_broken_law_changes_no_page(own_law: Path, client: Client, told: pytest.LogCaptureFixture) -> None:
    before = client.get("/nl/wetboek/opleidingscheques")
    file = own_law / "vlaanderen" / "opleidingscheques" / "rules.yaml"
    file.write_text(file.read_text("utf-8").replace("decisive_day: as_of", "decisive_day: as_off"), "utf-8")
    after = [client.get("/nl/wetboek/opleidingscheques") for _ in range(3)]
    assert [answer.status_code for answer in after] == [200] * 3
    assert after[0].content == before.content
    assert the_keeper().refusal() is not None
    errors = [record for record in told.records if record.name == "leerrekening.lawtext"]
    assert len(errors) == 1
    assert "as_off" in errors[0].getMessage()
    assert "as_off" not in after[0].content.decode()
    download = client.get("/nl/wetboek/opleidingscheques/bestanden/rules.yaml")
    assert download.status_code == 404, "a file that is not of the law that is served"


def test_a_changed_law_changes_the_page_and_its_mark(own_law: Path, client: Client) -> None:
    before = client.get("/nl/wetboek/opleidingscheques")
    file = own_law / "vlaanderen" / "opleidingscheques" / "instrument.yaml"
    text = file.read_text("utf-8").replace("Met opleidingscheques betaalt u", "Voortaan betaalt u")
    file.write_text(text, "utf-8")
    after = client.get("/nl/wetboek/opleidingscheques", headers={"if-none-match": before["ETag"]})
    assert after.status_code == 200
    assert "Voortaan betaalt u" in after.content.decode()
    assert after["ETag"] != before["ETag"]


def test_broken_examples_leave_the_law_readable(
    own_law: Path, client: Client, told: pytest.LogCaptureFixture
) -> None:
    file = own_law / "vlaanderen" / "opleidingscheques" / "cases.yaml"
    file.write_text("cases: [{id: half}]\n", "utf-8")
    for _ in range(2):
        page = client.get("/nl/wetboek/opleidingscheques")
        assert page.status_code == 200
        assert "De voorbeelden kunnen nu niet gelezen worden." in page.content.decode()
    assert client.get("/nl/wetboek").status_code == 200
    assert len([r for r in told.records if r.name == "leerrekening.web.lawbook"]) == 1
