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
    world: World,
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
    expect(page.locator("main")).to_contain_text("U hebt dit recht: ")
    assert ("redecide", {"party": without_job, "cause": "changed_fact"}) in accounts.all(
        "select task_name, args from jobs.procrastinate_jobs"
    )
    world.settle(without_job, TODAY, "changed_fact")  # what the worker does
    page.reload()
    expect(page.locator("main .llr-state").first).to_have_text("Beschikbaar")
    assert "zelf gezegd" in page.inner_text("main")
    assert axe(page) == []
    assert "2012" not in page.url
    assert accounts.all(
        "select what, detail ->> 'path' from registry.journal where party = %s order by entry", without_job
    ) == [("fact_told", "jobs"), ("list_called_whole", "jobs"), ("fact_told", "jobs")]


def test_j5_2_a_helper_tells_and_both_names_are_kept(
    without_job: int, accounts: Installed, sign_in: SignIn, open_as: OpenAs, site: str
) -> None:
    helper = new_visitor(accounts, "helper", name="Hilde Helper")
    mandate = new_mandate(accounts, without_job, helper.actor)
    page = open_as(sign_in(visitor=helper), viewport=PHONE, java_script_enabled=False)
    page.goto(f"{site}/nl/hulp/{mandate}/rekening/vertel?gegeven=jobs&recht=vlaams_opleidingsverlof")
    page.get_by_role("button", name="Ik heb nog nooit gewerkt").click()
    page.wait_for_url("**/recht/vlaams_opleidingsverlof?bewaard=1")
    expect(page.locator("main .llr-state").first).to_have_text("Geen recht")
    assert document(accounts, without_job)["jobs"] == []
    assert accounts.all(
        "select actor_name, mandate::text, what from registry.journal where party = %s and what <> 'looked'",
        without_job,
    ) == [("Hilde Helper", mandate, "list_called_whole")]
    seen = sign_in("citizen", party=without_job).get("/nl/mijn-rekening/gekeken").content.decode()
    assert "Hilde Helper" in seen and "zei dat dit alles is: werk" in seen


def test_j5_3_outside_the_scope_nothing_can_be_told(
    without_job: int, accounts: Installed, sign_in: SignIn
) -> None:
    looker = new_visitor(accounts, "helper")
    mandate = new_mandate(accounts, without_job, looker.actor, scopes="array['look']")
    client = sign_in(visitor=looker)
    here = f"/nl/hulp/{mandate}/rekening"
    assert client.post(f"{here}/vertel", JOB_TYPED).status_code == 404
    assert client.post(f"{here}/vertel/alles", {"gegeven": "jobs", "alles": "ja"}).status_code == 404
    assert said(accounts, without_job) == []
    for page in ("/gegevens", "/recht/vlaams_opleidingsverlof"):
        assert "/vertel" not in client.get(here + page).content.decode()


def test_sending_a_form_twice_is_telling_once_and_another_answer_supersedes(
    without_job: int, accounts: Installed, sign_in: SignIn
) -> None:
    client = sign_in("citizen", party=without_job)
    for _ in range(2):
        assert client.post(TELL, JOB_TYPED).status_code == 302
    ((item, before),) = said(accounts, without_job)
    assert [(each["from"], str(each["value"])) for each in before["fraction"]] == [("2012-09-03", "0.8")]
    rows = accounts.all(
        "select fact::text from registry.fact where party = %s and item = %s", without_job, item
    )
    assert len(rows) == 1
    page = client.get(f"{TELL}?gegeven=jobs&welk={rows[0][0]}").content.decode()
    assert "Wijzig wat u zei" in page and 'value="2012"' in page
    changed = {**JOB_TYPED, "naam": "", "welk": rows[0][0], "jobs[0].fraction[0].value": "50"}
    assert client.post(TELL, changed).status_code == 302
    ((same, after),) = said(accounts, without_job)
    assert same == item and str(after["fraction"][0]["value"]) == "0.5"
    history = accounts.all(
        "select count(*), count(supersedes) from registry.fact where party = %s and item = %s",
        without_job,
        item,
    )
    assert history == [(2, 1)]
    now = accounts.all(
        "select f.fact::text from registry.fact f where party = %s and item = %s and supersedes is not null",
        without_job,
        item,
    )
    for _ in range(2):
        assert client.post(f"{TELL}/terug", {"gegeven": "jobs", "welk": now[0][0]}).status_code == 302
    assert said(accounts, without_job) == []
    assert document(accounts, without_job)["jobs"] == []  # the person said that the list is whole


@pytest.mark.parametrize(
    ("path", "typed", "kept"),
    [
        (
            "person.benefits",
            {"person.benefits[0].kind": "leefloon", "person.benefits[0].from-day": "1",
             "person.benefits[0].from-month": "2", "person.benefits[0].from-year": "2024"},
            {"kind": "leefloon", "from": "2024-02-01"},
        ),
        (
            "used",
            {"used[0].instrument": "opleidingscheques", "used[0].on-day": "1", "used[0].on-month": "2",
             "used[0].on-year": "2024", "used[0].cents": "125,50"},
            {"instrument": "opleidingscheques", "on": "2024-02-01", "cents": 12550},
        ),
        (
            "person.residence",
            {"person.residence[0].region": "other_eea", "person.residence[0].from-day": "1",
             "person.residence[0].from-month": "2", "person.residence[0].from-year": "1990",
             "person.residence[0].to-day": "1", "person.residence[0].to-month": "2",
             "person.residence[0].to-year": "1999"},
            {"region": "other_eea", "from": "1990-02-01", "to": "1999-02-01"},
        ),
        (
            "jobs",
            {"jobs[0].kind": "self_employed_main", "jobs[0].from-day": "1", "jobs[0].from-month": "2",
             "jobs[0].from-year": "2024"},
            {"kind": "self_employed_main", "from": "2024-02-01"},
        ),
    ],
)  # fmt: skip
def test_each_list_can_be_told_of(
    accounts: Installed, sign_in: SignIn, path: str, typed: dict[str, str], kept: dict[str, Any]
) -> None:
    client = sign_in("citizen")
    party = client.visitor.party
    answer = client.post(TELL, {"gegeven": path, "go": "keep", "alles": "ja", **typed})
    assert answer.status_code == 302, answer.content.decode()
    assert [value for _item, value in said(accounts, party, path)] == [kept]
    found = document(accounts, party)
    assert (found if path == "jobs" or path == "used" else found["person"])[path.rpartition(".")[2]] == [kept]
    assert "zelf gezegd" in client.get(f"{TELL}?gegeven={path}").content.decode()


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"jobs[0].fraction[0].value": "0,8"}, "Vul procenten in."),
        ({"jobs[0].fraction[0].value": "800"}, "Vul een getal in van 0 tot 100 procent."),
        ({"jobs[0].from-year": "12"}, "Vul het jaar in met vier cijfers."),
        (
            {"jobs[0].to-day": "1", "jobs[0].to-month": "1", "jobs[0].to-year": "2000"},
            "De laatste dag ligt vóór",
        ),
        ({"jobs[0].monthly_gross_cents": "veel"}, "Vul een getal in cijfers in."),
        ({"jobs[0].monthly_gross_cents": "9" * 16}, "Dit getal is te groot."),
        ({"jobs[0].joint_committee": "2\u0000"}, "Vul alleen gewone letters"),
        ({"alles": ""}, "Kies ja of nee."),
    ],
)
def test_what_cannot_be_read_is_told_at_its_field_and_nothing_is_lost(
    without_job: int, accounts: Installed, sign_in: SignIn, wrong: dict[str, str], told: str
) -> None:
    client = sign_in("citizen", party=without_job)
    answer = client.post(TELL, {**JOB_TYPED, **wrong})
    text = answer.content.decode()
    assert answer.status_code == 422 and told in text
    assert 'value="vlaams_gewest" selected' in re.sub(r"\s+", " ", text)
    assert JOB_TYPED["naam"] in text
    assert said(accounts, without_job) == []


def test_a_forged_form_keeps_nothing_but_its_own_fact(
    without_job: int, accounts: Installed, sign_in: SignIn
) -> None:
    client = sign_in("citizen", party=without_job)
    forged = {
        **JOB_TYPED,
        "document": '{"as_of": "2025-11-20", "person": {"birth_date": "1950-01-01"}, "used": [], "jobs": [{}, {}]}',
        "person.highest_diploma": "master",
        "jobs[0].kind": "emperor",
        "jobs[1].kind": "employee",
        "used[0].instrument": "opleidingscheques",
    }
    assert client.post(TELL, forged).status_code == 302
    ((_item, value),) = said(accounts, without_job)
    assert "kind" not in value and value["from"] == "2012-09-03"
    assert accounts.all(
        "select distinct path from registry.fact where party = %s and source = 'person'", without_job
    ) == [("jobs",)]
    for path in ("as_of", "course.start", "person", "nonsense", "jobs.nothing", "request.hours"):
        assert client.get(TELL, {"gegeven": path}).status_code == 404
        assert client.post(TELL, {"gegeven": path}).status_code == 404


def test_another_persons_statement_does_not_exist(
    without_job: int, world: World, accounts: Installed, sign_in: SignIn
) -> None:
    sign_in("citizen", party=without_job).post(TELL, JOB_TYPED)
    key = accounts.all(
        "select fact::text from registry.fact where party = %s and item like 'person/%%'", without_job
    )[0][0]
    boris = sign_in("citizen", party=world.person())
    assert boris.get(TELL, {"gegeven": "jobs", "welk": key}).status_code == 404
    assert boris.post(TELL, {**JOB_TYPED, "welk": key}).status_code == 404
    assert boris.post(f"{TELL}/terug", {"gegeven": "jobs", "welk": key}).status_code == 302
    assert len(said(accounts, without_job)) == 1


def test_beside_a_register_what_is_told_is_shown_and_does_not_count_before_the_owner_says_so(
    world: World, accounts: Installed, sign_in: SignIn
) -> None:
    party = world.person(job={key: value for key, value in JOB.items() if key != "schedule"})
    client = sign_in("citizen", party=party)
    certified = accounts.all(
        "select fact::text from registry.fact where party = %s and path = 'jobs'", party
    )[0][0]
    page = client.get(f"{TELL}?gegeven=jobs&welk={certified}").content.decode()
    assert "Vul aan" in page and "jobs[0].schedule" in page and "jobs[0].sector" not in page
    typed = {
        "gegeven": "jobs",
        "welk": certified,
        "go": "keep",
        "jobs[0].schedule": "fixed",
        "jobs[0].sector": "public",
    }
    assert client.post(TELL, typed).status_code == 302
    assert document(accounts, party)["jobs"] == [JOB | {"schedule": "fixed"}]
    answer = client.post(TELL, {**JOB_TYPED, "jobs[0].kind": "student_contract"})
    assert answer.status_code == 302 and "/vertel?" in answer["Location"]
    listed = client.get(answer["Location"]).content.decode()
    assert "Dit telt nog niet mee: geen register zegt dit." in listed
    assert len(document(accounts, party)["jobs"]) == 1
    client.post(TELL, {"gegeven": "person.highest_diploma", "go": "keep", "person.highest_diploma": "master"})
    assert "Tegenspraak" in client.get("/nl/mijn-rekening/gegevens").content.decode()
    assert document(accounts, party)["person"]["highest_diploma"] == "secundair"


def test_what_the_law_cannot_read_is_never_kept(
    without_job: int, accounts: Installed, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A check of the whole situation stands behind that of the form: nothing of a refused form stays."""
    from leerrekening.web.my_data import telling

    def refuses(*_arguments: object) -> None:
        raise telling.DoesNotFit

    monkeypatch.setattr(telling, "_check", refuses)
    answer = sign_in("citizen", party=without_job).post(TELL, JOB_TYPED)
    assert answer.status_code == 422 and "Dit past niet bij" in answer.content.decode()
    assert said(accounts, without_job) == []
    assert accounts.all("select count(*) from registry.journal where party = %s", without_job) == [(0,)]


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("language", ["nl", "fr"])
def test_the_pages_looked_at(
    without_job: int,
    sign_in: SignIn,
    open_as: OpenAs,
    site: str,
    axe: Callable[[Page], list[str]],
    screenshot: Callable[[Page, str], Path],
    language: str,
    width: int,
) -> None:
    client = sign_in("citizen", party=without_job)
    page = open_as(client, audited=True, viewport={"width": width, "height": 800})
    here = f"{site}/{language}/mijn-rekening"
    pages = {
        "wat": "/vertel",
        "job": "/vertel?gegeven=jobs&recht=vlaams_opleidingsverlof",
        "recht": "/recht/vlaams_opleidingsverlof",
        "lijst": "/vertel?gegeven=jobs&recht=vlaams_opleidingsverlof",
        "register": "/vertel?gegeven=person.residence",
        "een": "/vertel?gegeven=person.highest_diploma",
        "gegevens": "/gegevens",
    }
    for name, rest in pages.items():
        if name == "lijst":
            client.post(TELL, {**JOB_TYPED, "alles": "nee"})
        page.goto(here + rest)
        assert width > 390 or axe(page) == [], name
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), name
        screenshot(page, f"vertel-{name}-{language}-{width}")
