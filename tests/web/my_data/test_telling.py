"""Telling what no register knows, in a real browser and out of it: named after the points of the journeys they hold."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from tests.account.world import JOB, World
from tests.installed import Installed
from tests.web.account.conftest import TODAY
from tests.web.objects import new_mandate
from tests.web.visitors import OpenAs, SignIn, new_visitor

from leerrekening.registry import facts
from leerrekening.registry.situation import known
from leerrekening.web.today import VARIABLE, today

PHONE = {"width": 320, "height": 800}
TELL = "/nl/mijn-rekening/vertel"
JOB_TYPED = {
    "gegeven": "jobs",
    "go": "keep",
    "naam": "5f0c1c1e-55a0-4d1c-9f6b-0a4a2a6d3d10",
    "alles": "ja",
    "jobs[0].from-day": "3",
    "jobs[0].from-month": "9",
    "jobs[0].from-year": "2012",
    "jobs[0].kind": "employee",
    "jobs[0].sector": "private",
    "jobs[0].workplace_region": "vlaams_gewest",
    "jobs[0].fraction[0].value": "80",
}


@pytest.fixture(autouse=True)
def fixed_day(monkeypatch: pytest.MonkeyPatch) -> None:
    """The day it is for the site: one on which the law is confirmed."""
    monkeypatch.setenv(VARIABLE, TODAY)


def silent(world: World, party: int, source: str) -> None:
    """A register of which nobody ever got an answer about this person."""
    world.installed.all("delete from registry.source_state where party = %s and source = %s", party, source)


@pytest.fixture
def without_job(world: World) -> int:
    """Somebody whose jobs no register knows."""
    party = world.person(job=None)
    silent(world, party, "employment")
    return party


def said(accounts: Installed, party: int, path: str = "jobs") -> list[Any]:
    with accounts.access.transaction("citizen", party=party) as connection:
        return [
            (fact.item, fact.value)
            for fact in facts.living(connection, party, facts.PERSON, [path])
            if fact.item != "*"
        ]


def document(accounts: Installed, party: int) -> dict[str, Any]:
    with accounts.access.transaction("citizen", party=party) as connection:
        return known(connection, party, today()).document


def test_j1_4_from_unknown_to_an_answer_by_telling_the_job_that_is_missing(
    without_job: int,
    accounts: Installed,
    sign_in: SignIn,
    open_as: OpenAs,
    site: str,
    axe: Callable[[Page], list[str]],
) -> None:
    page = open_as(
        sign_in("citizen", party=without_job), audited=True, viewport=PHONE, java_script_enabled=True
    )
    page.goto(f"{site}/nl/mijn-rekening/recht/vlaams_opleidingsverlof")
    expect(page.locator("main .llr-state").first).to_have_text("Onbekend")
    page.locator(".llr-missing a").first.click()
    page.get_by_role("button", name="Bewaar mijn antwoord").click()
    assert page.title().startswith("Kijk na:")
    assert axe(page) == []
    page.locator("[name='jobs[0].from-day']").fill("31")
    page.locator("[name='jobs[0].from-month']").fill("2")
    page.locator("[name='jobs[0].from-year']").fill("2012")
    page.locator("[name='jobs[0].kind']").select_option("employee")
    page.locator("[name='jobs[0].sector']").select_option("private")
    page.locator("[name='jobs[0].workplace_region']").select_option("vlaams_gewest")
    page.locator("[name='jobs[0].fraction[0].value']").fill("80")
    page.get_by_label("Ja, dit is alles").check()
    page.get_by_role("button", name="Bewaar mijn antwoord").click()
    expect(page.locator(".llr-error-summary")).to_contain_text("Deze datum bestaat niet")
    assert page.locator("[name='jobs[0].fraction[0].value']").input_value() == "80"
    assert page.locator("[name='jobs[0].kind']").input_value() == "employee"
    assert page.get_by_label("Ja, dit is alles").is_checked()
    page.locator("[name='jobs[0].from-day']").fill("3")
    page.locator("[name='jobs[0].from-month']").fill("9")
    page.keyboard.press("Enter")
    page.wait_for_url("**/recht/vlaams_opleidingsverlof?bewaard=1")
    page.locator(".llr-missing a").first.click()
    page.locator("[name='jobs[0].weekly_hours']").fill("30,4")
    page.locator("[name='jobs[0].full_time_weekly_hours']").fill("38")
    page.get_by_label("Ja, dit is alles").check()
    page.get_by_role("button", name="Bewaar mijn antwoord").click()
    page.wait_for_url("**/recht/vlaams_opleidingsverlof?bewaard=1")
    expect(page.locator("main .llr-state").first).to_have_text("Beschikbaar")
    assert "zelf gezegd" in page.inner_text("main")
    assert axe(page) == []
    assert "2012" not in page.url
    assert accounts.all(
        "select what, detail ->> 'path' from registry.journal where party = %s order by entry", without_job
    ) == [("fact_told", "jobs"), ("list_called_whole", "jobs"), ("fact_told", "jobs")]
    assert accounts.all(
        "select distinct cause from account.reading where party = %s and cause = 'changed_fact'", without_job
    ) == [("changed_fact",)]
