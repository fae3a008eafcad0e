"""Letters from the mail room: printed, sent, and back; nobody else gets at them, and what is stuck is shown."""

import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.test import override_settings
from playwright.sync_api import Page, expect
from tests.installed import Installed
from tests.web.visitors import OpenAs, SignIn


@pytest.fixture
def letter(accounts: Installed, sign_in: SignIn) -> Any:
    """A person to whom a letter waits since a week; `number` on it."""
    client = sign_in("citizen", name="Jozef Claes")
    party = client.visitor.party
    (notice,) = accounts.all(
        "insert into registry.notice (party, kind, event, params, at) values (%s, 'helped', 'x',"
        " '{\"helper\": \"Nadia\"}', now() - interval '7 days') returning notice",
        party,
    )[0]
    (client.number,) = accounts.all(
        "insert into registry.delivery (notice, party, channel, address, state, tried_at, letter, document)"
        " values (%s, %s, 'letter', 'Jozef Claes', 'made', now() - interval '7 days', registry.new_letter_number(),"
        " '%%PDF-x')"
        " returning letter",
        *(notice, party),
    )[0]
    return client


def test_letters_from_the_stack_to_the_post_and_back(
    accounts: Installed, sign_in: SignIn, open_as: OpenAs, site: str, letter: Any
) -> None:
    boss = sign_in("administrator")
    assert "1 zit vast" in boss.get("/nl/beheer/taken").content.decode()
    with override_settings(METRICS_TOKEN="t"):
        figures = boss.get("/_metingen", headers={"Authorization": "Bearer t"}).content.decode()
    assert 'llr_letters_stuck{state="made"} 1.0' in figures
    pia = sign_in("mailroom", name="Pia Verlinden")
    page = open_as(pia, java_script_enabled=False)
    page.goto(f"{site}/nl/beheer/brieven")
    expect(page.get_by_role("heading", name="1 brief wacht")).to_be_visible()
    page.get_by_role("button", name="Neem ze mee").click()
    fetch = page.get_by_role("link", name="Haal de brieven op (ZIP)").get_attribute("href")
    answer = pia.get(str(fetch))
    assert answer["Content-Disposition"].startswith("attachment")
    with zipfile.ZipFile(BytesIO(answer.content)) as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == {
            f"{letter.number}.pdf": b"%PDF-x"
        }
    assert "Jozef" not in page.content()
    for capacity in ("administrator", "auditor", "caseworker", "helper", "citizen"):
        assert sign_in(capacity).get(str(fetch)).status_code == 403
    page.get_by_role("button", name="Ze zijn op de post").click()
    expect(page.get_by_text("Er wachten geen brieven.")).to_be_visible()
    assert pia.get(str(fetch)).status_code == 404, "what is at the post is not printed again"
    page.get_by_label("Nummer van de brief").fill("B-000001-11")
    page.get_by_role("button", name="De brief kwam terug").click()
    expect(page.locator(".llr-error-summary")).to_contain_text("Dit is geen nummer van een brief")
    expect(page.locator(".llr-error-summary")).to_contain_text("Kies waarom")
    page.get_by_label("Nummer van de brief").fill(letter.number.replace("-", " "))
    page.get_by_label("Verhuisd").check()
    page.get_by_role("button", name="De brief kwam terug").click()
    expect(page.get_by_role("heading", name=letter.number)).to_be_visible()
    assert "teruggekomen" in boss.get("/nl/beheer/taken").content.decode()
    told = letter.get("/fr/mijn-rekening/berichten").content.decode()
    assert "Une lettre pour vous est revenue" in told and "vous avez déménagé" in told
    looked = letter.get("/nl/mijn-rekening/gekeken").content.decode()
    assert "Pia Verlinden (postkamer, Leerwinkel Voorbeeldstad)" in looked
    assert "haalde een brief aan u op" in looked
    page.reload()
    expect(page.get_by_role("heading", name=letter.number)).to_have_count(0)


def test_an_administrator_closes_an_alarm_over_a_helper(
    accounts: Installed, sign_in: SignIn, open_as: OpenAs, site: str
) -> None:
    """From the page of alarms: no reason is no closing; then the helper works again, and it stands among the acts."""
    helper = sign_in("helper", name="Nadia Haddad")
    actor = helper.visitor.actor
    accounts.all("update registry.actor set locked_at = now() where actor = %s", actor)
    accounts.all("insert into registry.alarm (actor, kind, counted) values (%s, 'many_files', 16)", actor)
    assert "tijdelijk gestopt" in helper.get("/nl/hulp").content.decode()
    auditor = open_as(sign_in("auditor"), java_script_enabled=False)
    auditor.goto(f"{site}/nl/beheer/alarmen")
    expect(auditor.get_by_role("heading", name="Nadia Haddad").first).to_be_visible()
    expect(auditor.get_by_role("button", name="Laat weer toe")).to_have_count(0)
    page = open_as(sign_in("administrator", name="Inge De Backer"), java_script_enabled=False)
    page.goto(f"{site}/nl/beheer/alarmen")
    about = page.locator("section").filter(has=page.get_by_role("heading", name="Nadia Haddad")).first
    about.get_by_role("button", name="Laat weer toe").click()
    expect(page.locator(".llr-error-summary")).to_contain_text("Schrijf een reden")
    assert "tijdelijk gestopt" in helper.get("/nl/hulp").content.decode()
    about = page.locator("section").filter(has=page.get_by_role("heading", name="Nadia Haddad")).first
    about.get_by_label("Reden").fill("Gebeld: een open huis in de leerwinkel.")
    about.get_by_role("button", name="Laat weer toe").click()
    expect(page.get_by_text("Gebeld: een open huis in de leerwinkel.")).to_be_visible()
    assert "tijdelijk gestopt" not in helper.get("/nl/hulp").content.decode()
    (alarm, by) = accounts.all("select alarm, closed_by from registry.alarm where actor = %s", actor)[0]
    acts = accounts.all(
        "select actor, why from registry.staff_act where what = 'helper_alarm_closed' and about = %s",
        str(alarm),
    )
    assert acts == [(by, "Gebeld: een open huis in de leerwinkel.")]


def test_an_administrator_changes_the_limits_with_a_reason(accounts: Installed, sign_in: SignIn) -> None:
    boss = sign_in("administrator")
    now = {"files_an_hour": "15", "files_a_day": "60", "paper_a_day": "5", "cases_an_hour": "30"}
    for wrong in (
        {},
        {"why": "x", "files_an_hour": "0"},
        {"why": "x", "files_a_day": "14"},
        {"why": "x", "paper_a_day": "veel"},
    ):
        answer = boss.post("/nl/beheer/alarmen/grenzen", {**now, **wrong})
        assert answer.status_code == 422
        assert "llr-error-summary" in answer.content.decode()
    kept = "select files_an_hour, files_a_day, paper_a_day, cases_an_hour from registry.limits_now()"
    assert accounts.all(kept) == [(15, 60, 5, 30)]
    try:
        answer = boss.post("/nl/beheer/alarmen/grenzen", {**now, "files_an_hour": "20", "why": "Open huis"})
        assert answer.status_code == 302
        assert accounts.all(kept) == [(20, 60, 5, 30)]
        assert "na 20 rekeningen" in boss.get("/nl/beheer/alarmen").content.decode()
        acts = "select about, why from registry.staff_act where what = 'limits_set' order by act desc limit 1"
        assert accounts.all(acts) == [("20 60 5 30", "Open huis")]
    finally:
        accounts.all("insert into registry.reading_limit default values")


@pytest.mark.parametrize(("language", "width"), [("nl", 390), ("fr", 1280)])
def test_letters_and_limits_looked_at(
    accounts: Installed,
    sign_in: SignIn,
    open_as: OpenAs,
    site: str,
    letter: Any,
    axe: Callable[[Page], list[str]],
    screenshot: Callable[[Page, str], Path],
    language: str,
    width: int,
) -> None:
    viewport = {"width": width, "height": 800}
    pia = sign_in("mailroom")

    def look(page: Page, address: str, name: str) -> None:
        page.goto(f"{site}/{language}/beheer/{address}")
        assert axe(page) == [], name
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), name
        screenshot(page, f"beheer-{name}-{language}-{width}")

    page = open_as(pia, audited=True, viewport=viewport)
    look(page, "brieven", "brieven-wachten")
    pia.post("/nl/beheer/brieven/meenemen")
    (batch,) = accounts.all("select batch from registry.letter_batch where closed_at is null")[0]
    look(page, "brieven", "brieven-mee")
    pia.post(f"/nl/beheer/brieven/{batch}/klaar", {"outcome": "sent"})
    pia.post("/nl/beheer/brieven/teruggekomen", {"number": letter.number, "reason": "moved"})
    look(page, "brieven", "brieven-terug")
    boss = open_as(sign_in("administrator"), audited=True, viewport=viewport)
    look(boss, "alarmen/grenzen", "grenzen")
    look(boss, "taken", "taken-brieven")
