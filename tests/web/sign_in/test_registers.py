"""Signing in asks the registers, so that the first page is not empty; whatever they do, the person gets in."""

from collections.abc import Iterator

import pytest
from django.test import Client
from tests.installed import Installed
from tests.web.sign_in.ways import HELPER, sign_in_as

from leerrekening.demo.sources.server import DemoSources
from leerrekening.registry.sources import SOURCES
from leerrekening.registry.sources.transport import ALL
from leerrekening.web import registers

pytestmark = pytest.mark.usefixtures("service")
OF = " join registry.person p using (party) where p.family_name = %s"
STATES = f"select s.source, s.outcome from registry.source_state s{OF}"


@pytest.fixture
def demo(monkeypatch: pytest.MonkeyPatch) -> Iterator[DemoSources]:
    with DemoSources() as server:
        monkeypatch.setenv(ALL, server.url)
        yield server


def test_a_citizen_arrives_and_is_known(client: Client, accounts: Installed, demo: DemoSources) -> None:
    sign_in_as(client, "hassan_cherif/BUR")
    # He was never self-employed; every other register has something to say.
    assert dict(accounts.all(STATES, "Cherif")) == {
        name: "nobody" if name == "self_employment" else "answered" for name in SOURCES
    }
    said = f"select f.value from registry.fact f{OF} and f.path = 'person.birth_date'"
    assert accounts.all(said, "Cherif") == [("1987-09-22",)]
    asked = dict(demo.asked)
    sign_in_as(Client(), "hassan_cherif/BUR")
    assert demo.asked == asked  # a moment ago is fresh enough


def test_with_registers_that_are_slow_and_down_a_citizen_arrives(
    client: Client, accounts: Installed, demo: DemoSources, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(registers, "SECONDS", 0.5)
    for name in SOURCES:
        demo.behave(name, "slow" if name == "employment" else "down")
    assert sign_in_as(client, "wim_jacobs/BUR").status_code == 302
    assert dict(accounts.all(STATES, "Jacobs")) == {
        name: "timeout" if name == "employment" else "unreachable" for name in SOURCES
    }


def test_nobody_is_asked_about_a_helper(client: Client, accounts: Installed, demo: DemoSources) -> None:
    sign_in_as(client, HELPER)
    assert set(demo.asked.values()) == {0}
