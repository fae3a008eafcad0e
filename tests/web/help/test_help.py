"""Journey J5: a citizen who reads with difficulty, with the bridge figure of a learning shop, in a real browser."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from io import BytesIO
from typing import Any
from uuid import UUID

import pikepdf
import pytest
from django.test import Client
from playwright.sync_api import Browser, Page, expect
from tests.installed import Installed
from tests.web.conftest import patterns
from tests.web.objects import new_mandate
from tests.web.sign_in.ways import choose
from tests.web.visitors import OpenAs, SignIn, new_person

from leerrekening.demo.access_service.service import AccessService
from leerrekening.jobs.work import Work
from leerrekening.registry import mandates
from leerrekening.registry.insz import Insz
from leerrekening.registry.letters import words
from leerrekening.web.today import today

Axe = Callable[[Page], list[str]]
Screenshot = Callable[[Page, str], Any]
Limit = Callable[..., None]


def ask(helper: Client, given: str, *scopes: str, duration: str = "month", **names: str) -> UUID:
    """Ask for a mandate through the form; its number."""
    form = {"given": given, "scopes": ["look", *scopes], "duration": duration, **names}
    answer = helper.post("/nl/hulp/nieuw", form)
    assert answer.status_code == 302, answer.content.decode()
    return UUID(answer["Location"].rsplit("/", 1)[1])


def helped(sign_in: SignIn, *scopes: str, name: str = "Jozef Claes") -> tuple[Client, Client, UUID]:
    """A helper, a citizen, and a mandate that the citizen gave."""
    helper = sign_in("helper", name="Nadia Haddad")
    citizen = sign_in("citizen", name=name)
    mandate = ask(helper, "signed_in", *scopes)
    answer = citizen.post(f"/nl/mijn-rekening/helpers/vraag/{mandate}", {"answer": "yes"})
    assert answer.status_code == 302
    return helper, citizen, mandate


def paper(sign_in: SignIn, number: str) -> tuple[Client, UUID]:
    helper = sign_in("helper", name="Nadia Haddad")
    mandate = ask(helper, "paper", duration="day", given_names="Jozef", family_name="Claes", insz=number)
    return helper, mandate


def test_j5_1_consent_with_the_citizens_own_sign_in(sign_in: SignIn, open_as: OpenAs, site: str) -> None:
    """Asked at the desk; the citizen signs in, reads what is asked, says yes. Purpose and duration are chosen."""
    helper = sign_in("helper", name="Nadia Haddad")
    page = open_as(helper, java_script_enabled=False)
    page.goto(f"{site}/nl/hulp")
    page.get_by_role("link", name="Iemand helpen").click()
    page.get_by_label("Een fout melden of een antwoord geven").check()
    page.get_by_label("31 dagen").check()
    page.get_by_label("Nu, hier aan de balie").check()
    page.get_by_role("button", name="Vraag toestemming").click()
    code = page.locator(".llr-help-code").inner_text()

    citizen = sign_in("citizen", name="Jozef Claes")
    own = open_as(citizen, java_script_enabled=False)
    own.goto(f"{site}/nl/mijn-rekening/helpers")
    own.get_by_label("De code").fill(code.lower())
    own.get_by_role("button", name="Toon wat de helper vraagt").click()
    expect(own.get_by_text("Nadia Haddad, Leerwinkel Voorbeeldstad")).to_be_visible()
    expect(own.get_by_text("voor u een fout melden of een antwoord geven")).to_be_visible()
    expect(own.get_by_text("31 dagen")).to_be_visible()
    own.get_by_role("button", name="Ja, ik geef toestemming").click()
    expect(own.get_by_role("heading", name="Nadia Haddad")).to_be_visible()

    page.goto(f"{site}/nl/hulp")
    expect(page.get_by_role("link", name="Jozef Claes", exact=True)).to_be_visible()


def test_j5_1_one_device_goes_from_the_helper_to_the_citizen_and_back(
    browser: Browser, site: str, service: AccessService
) -> None:
    """At the desk, on a narrow screen without JavaScript: each finds nobody else signed in, there neither."""
    page = browser.new_context(java_script_enabled=False, viewport={"width": 320, "height": 640}).new_page()
    page.goto(f"{site}/nl/hulp/nieuw")
    choose(page, "Nadia Haddad")
    page.get_by_role("button", name="Vraag toestemming").click()
    mistakes = page.locator(".llr-error-summary a").all_inner_texts()
    assert mistakes == ["Kies hoe lang de hulp duurt.", "Kies hoe de burger ja zegt."], (
        "in the order of the page"
    )
    page.get_by_label("31 dagen").check()
    page.get_by_label("Nu, hier aan de balie").check()
    page.get_by_role("button", name="Vraag toestemming").click()
    expect(page.get_by_role("link", name="in grote letters")).to_be_visible()
    page.get_by_role("button", name="Geef het toestel door").click()
    expect(page.get_by_text("kies in welke hoedanigheid")).to_have_count(0)
    choose(page, "Jozef Claes")
    expect(page.get_by_text("Nadia Haddad, Leerwinkel Voorbeeldstad")).to_be_visible()
    page.get_by_role("button", name="Ja, ik geef toestemming").click()
    expect(page.get_by_role("heading", name="Uw antwoord is bewaard")).to_be_visible()
    assert "Jozef" not in page.content()
    page.get_by_role("link", name="Naar wie ik help").click()
    choose(page, "Nadia Haddad")
    page.get_by_role("link", name="Jozef Claes", exact=True).click()
    expect(page.locator(".llr-help-bar")).to_contain_text("Nadia Haddad helpt Jozef Claes")
    page.context.close()


def test_j5_1_saying_yes_needs_a_fresh_sign_in(sign_in: SignIn) -> None:
    helper = sign_in("helper")
    mandate = ask(helper, "signed_in")
    tired = sign_in("citizen", signed_in_ago=timedelta(hours=2))
    answer = tired.post(f"/nl/mijn-rekening/helpers/vraag/{mandate}", {"answer": "yes"})
    assert answer["Location"].startswith("/nl/aanmelden/verder")
    assert b"Jozef" not in helper.get("/nl/hulp").content
    assert "Niemand gaf u nu toestemming" in helper.get("/nl/hulp").content.decode()


def test_j5_1_on_paper_in_large_type_with_a_code(
    sign_in: SignIn, open_as: OpenAs, site: str, number: str
) -> None:
    helper, mandate = paper(sign_in, number)
    answer = helper.get(f"/nl/hulp/vraag/{mandate}/formulier")
    with pikepdf.open(BytesIO(answer.content)) as pdf:
        assert str(pdf.Root.Lang) == "nl"
        assert len(pdf.pages) <= 2
    code = mandates.code_of(mandate)
    page = open_as(helper, java_script_enabled=False)
    page.goto(f"{site}/nl/hulp/vraag/{mandate}")
    page.get_by_label("De code").fill("AAAA BBBB CCCC")
    page.get_by_role("button", name="Begin te helpen").click()
    expect(page.locator("#code-error")).to_contain_text("hoort niet bij dit formulier")
    page.get_by_label("De code").fill(mandates.spelled(code))
    page.get_by_role("button", name="Begin te helpen").click()
    expect(page.get_by_role("heading", name="De hulp is begonnen")).to_be_visible()
    expect(page.get_by_text("Wij kennen geen postadres")).to_be_visible()
    handed_over = page.get_by_role("link", name="Open de brief (PDF)").get_attribute("href")
    assert helper.get(str(handed_over))["Content-Type"] == "application/pdf"
    page.goto(f"{site}/nl/hulp")
    expect(page.get_by_role("link", name="Jozef Claes", exact=True)).to_be_visible()


def test_j5_2_a_bar_says_who_helps_whom(sign_in: SignIn, open_as: OpenAs, site: str) -> None:
    helper, _citizen, mandate = helped(sign_in)
    page = open_as(helper)
    page.goto(f"{site}/nl/hulp/{mandate}/gesprek")
    expect(page.locator(".llr-help-bar")).to_contain_text("Nadia Haddad helpt Jozef Claes")


def test_j5_2_every_act_is_stored_with_both_names(sign_in: SignIn, accounts: Installed) -> None:
    helper, citizen, mandate = helped(sign_in)
    helper.post(f"/nl/hulp/{mandate}/gesprek", {"question": "Lassen", "barriers": ["financial"]})
    lines = accounts.all(
        "select what, actor_name, party, mandate from registry.journal where mandate = %s and capacity = 'helper'"
        " order by entry",
        mandate,
    )
    assert lines == [
        ("looked", "Nadia Haddad", citizen.visitor.party, mandate),
        ("conversation_written", "Nadia Haddad", citizen.visitor.party, mandate),
    ]


@pytest.mark.parametrize(
    "after", ["expiry", "ending by the citizen", "ending by phone", "another helper", "never"]
)
def test_j5_3_without_mandate_not_even_the_name(sign_in: SignIn, accounts: Installed, after: str) -> None:
    helper, citizen, mandate = helped(sign_in)
    before = helper.get(f"/nl/hulp/{mandate}/gesprek")
    assert before.status_code == 200
    assert "Jozef Claes" in before.content.decode()
    if after == "expiry":
        accounts.all(
            "update registry.mandate set begins_at = begins_at - interval '32 days',"
            " ends_at = ends_at - interval '32 days' where mandate = %s",
            mandate,
        )
    elif after == "ending by the citizen":
        citizen.post(f"/nl/mijn-rekening/helpers/{mandate}/stoppen")
    elif after == "ending by phone":
        assert Client().post("/nl/hulp/stoppen", {"code": mandates.code_of(mandate)}).status_code == 200
    elif after == "another helper":
        helper = sign_in("helper", name="Omar Peeters")
    else:
        mandate = UUID(int=mandate.int ^ 1)
    pages = [helper.get(f"/nl/hulp/{mandate}/{page}") for page in ("gesprek", "afsluiten", "brief", "einde")]
    for page in pages:
        text = page.content.decode()
        assert page.status_code == 404
        assert "Geen mandaat" in text
        assert "Jozef" not in text
    assert (
        len({re.sub(r"[0-9a-f-]{32,}|value=\"[^\"]*\"|/hulp/\S+", "", p.content.decode()) for p in pages})
        == 1
    )
    workbench = helper.get("/nl/hulp").content.decode()
    assert ("Jozef" in workbench) == (after == "never"), "the mandate that still runs, and no other"


def test_j5_3_out_of_scope(sign_in: SignIn, accounts: Installed) -> None:
    _helper, _citizen, mandate = helped(sign_in)
    row = accounts.all("select party, helper from registry.mandate where mandate = %s", mandate)[0]
    with accounts.access.transaction("helper", actor=row[1], party=row[0]) as connection:
        for scope, opens in (("look", True), ("correct", False), ("reserve", False)):
            asked = connection.execute("select registry.holds_mandate(%s, %s)", [row[0], scope]).fetchone()
            assert asked == (opens,)


def test_j5_4_a_letter_with_what_was_done_and_how_to_end_it(sign_in: SignIn, accounts: Installed) -> None:
    helper, citizen, mandate = helped(sign_in)
    helper.post(f"/nl/hulp/{mandate}/gesprek", {"question": "Lassen", "barriers": []})
    closed = helper.post(f"/nl/hulp/{mandate}/afsluiten")
    assert "Wij kennen geen postadres" in closed.content.decode()
    tell_what_waits(accounts)
    (params,) = accounts.all(
        "select params from registry.notice where party = %s and kind = 'helped'", citizen.visitor.party
    )[0]
    assert params["helper"] == "Nadia Haddad (Leerwinkel Voorbeeldstad)"
    letter = helper.get(f"/nl/hulp/{mandate}/brief")
    assert letter["Content-Type"] == "application/pdf"
    with pikepdf.open(BytesIO(letter.content)) as pdf:
        assert pdf.docinfo or pdf.Root.MarkInfo.Marked
    assert Client().post("/nl/hulp/stoppen", {"code": mandates.code_of(mandate)}).status_code == 200
    assert helper.get(f"/nl/hulp/{mandate}/gesprek").status_code == 404, "ending works at once"


def test_j5_5_who_looked_by_name_day_and_reason(sign_in: SignIn, open_as: OpenAs, site: str) -> None:
    helper, citizen, mandate = helped(sign_in)
    helper.get(f"/nl/hulp/{mandate}/gesprek")
    page = open_as(citizen, java_script_enabled=False)
    page.goto(f"{site}/nl/mijn-rekening/gekeken")
    line = page.get_by_role("listitem").filter(has_text="bekeek de gespreksgids")
    expect(line).to_contain_text("Nadia Haddad (helper, Leerwinkel Voorbeeldstad)")
    expect(line).to_contain_text("Waarom: u gaf toestemming voor hulp")


def test_j5_6_question_and_barriers_without_forcing_a_label(
    sign_in: SignIn, open_as: OpenAs, site: str, accounts: Installed
) -> None:
    helper, _citizen, mandate = helped(sign_in)
    page = open_as(helper, java_script_enabled=False)
    page.goto(f"{site}/nl/hulp/{mandate}/gesprek")
    page.get_by_label("Wat wil deze persoon leren of veranderen?").fill("Beter leren lezen")
    page.get_by_role("button", name="Bewaar").click()
    expect(page.get_by_text(": Beter leren lezen")).to_be_visible()
    page.get_by_label("In de persoon zelf").check()
    page.get_by_label("In het geld").check()
    page.get_by_role("button", name="Bewaar").click()
    kept = accounts.all(
        "select question, barriers from registry.conversation where mandate = %s order by at", mandate
    )
    assert kept == [("Beter leren lezen", []), ("", ["dispositional", "financial"])]


@pytest.mark.parametrize("language", ["nl", "fr"])
def test_g1_axe_and_320_pixels(
    sign_in: SignIn, open_as: OpenAs, site: str, axe: Axe, screenshot: Screenshot, language: str, number: str
) -> None:
    """Every page of help, in two languages: nothing for axe, nothing wider than the screen."""
    helper, citizen, mandate = helped(sign_in)
    helper.post(f"/nl/hulp/{mandate}/gesprek", {"question": "Lassen", "barriers": ["financial"]})
    desk, home = ask(helper, "desk"), ask(helper, "signed_in", "reserve")
    on_paper = ask(helper, "paper", given_names="An", family_name="Smet", insz=number)
    visits = {
        helper: [
            *("hulp", "hulp/nieuw", f"hulp/vraag/{desk}", f"hulp/vraag/{home}", f"hulp/vraag/{on_paper}"),
            *(f"hulp/{mandate}/{page}" for page in ("begonnen", "gesprek", "afsluiten", "einde")),
            "hulp/00000000-0000-4000-8000-000000000000/gesprek",
        ],
        citizen: [
            *("mijn-rekening/helpers", f"mijn-rekening/helpers/vraag/{home}", "mijn-rekening/gekeken"),
            *(
                "mijn-rekening/helpers/gesprekken",
                f"mijn-rekening/helpers/vraag/{desk}?balie=1",
                *("hulp/stoppen", "hulp/beantwoord"),
            ),
        ],
    }
    for client, addresses in visits.items():
        wide = open_as(client, audited=True)
        narrow = open_as(client, viewport={"width": 320, "height": 640})
        for address in addresses:
            wide.goto(f"{site}/{language}/{address}")
            name = re.sub(r"[0-9a-f-]{36}", "x", address).replace("/", "-").replace("?", "-")
            assert axe(wide) == [], address
            narrow.goto(f"{site}/{language}/{address}")
            scroll = narrow.evaluate("document.documentElement.scrollWidth")
            assert scroll <= 320, address
            screenshot(wide, f"help-{name}-{language}")
            screenshot(narrow, f"help-{name}-{language}-phone")


def tab_to(page: Page, name: str) -> None:
    """Go on with the tab key until the thing with this name has the focus."""
    named = (
        "() => { const e = document.activeElement;"
        " return (e.labels && e.labels.length ? e.labels[0] : e).textContent.trim(); }"
    )
    for _step in range(60):
        page.keyboard.press("Tab")
        if page.evaluate(named).startswith(name):
            return
    pytest.fail(f"the tab key never reaches {name}")


def test_g1_a_helper_works_with_the_keyboard_alone(sign_in: SignIn, open_as: OpenAs, site: str) -> None:
    """From the workbench to a question with its code, and a conversation that is kept."""
    helper, _citizen, _mandate = helped(sign_in)
    page = open_as(helper, viewport={"width": 320, "height": 640})
    page.goto(f"{site}/nl/hulp")
    tab_to(page, "Iemand helpen")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Toestemming vragen")).to_be_visible()
    tab_to(page, "Een fout melden")
    page.keyboard.press("Space")
    tab_to(page, "1 dag")
    page.keyboard.press("ArrowDown")
    tab_to(page, "Nu, hier aan de balie")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    tab_to(page, "Vraag toestemming")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Wacht op een ja")).to_be_visible()
    expect(page.get_by_text("31 dagen")).to_be_visible()
    expect(page.get_by_text("meldt zich thuis aan")).to_be_visible()
    tab_to(page, "Terug naar wie ik help")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Wie help ik?")).to_be_visible()
    tab_to(page, "Jozef Claes")
    page.keyboard.press("Enter")
    expect(page.locator(".llr-help-bar")).to_be_visible()
    tab_to(page, "Gesprek")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Gesprek over leren")).to_be_visible()
    tab_to(page, "Wat wil deze persoon")
    page.keyboard.type("Leren lassen")
    tab_to(page, "In het geld")
    page.keyboard.press("Space")
    tab_to(page, "Bewaar")
    page.keyboard.press("Enter")
    expect(page.get_by_text(": Leren lassen (In het geld)")).to_be_visible()


def test_g2_what_a_helper_typed_is_not_lost_when_the_session_ends(
    browser: Browser, site: str, service: AccessService, accounts: Installed
) -> None:
    page = browser.new_context(java_script_enabled=False).new_page()
    page.goto(f"{site}/nl/hulp")
    choose(page, "Nadia Haddad")
    (actor,) = accounts.all("select actor from registry.actor where subject = 'demo-staff-helper'")[0]
    mandate = new_mandate(accounts, new_person(accounts, "Jozef", "Claes"), actor)
    page.goto(f"{site}/nl/hulp/{mandate}/gesprek")
    page.get_by_label("Wat wil deze persoon leren of veranderen?").fill("Leren lassen")
    accounts.all(
        "update registry.session set expires_at = now() - interval '1 minute' where actor = %s", actor
    )
    page.get_by_role("button", name="Bewaar").click()
    assert page.title().startswith("Uw aanmelding is verlopen")
    assert "Jozef" not in page.content()
    page.get_by_role("main").get_by_role("link", name="Aanmelden").click()
    page.get_by_role("button", name="Verstuur wat ik invulde").click()
    expect(page.get_by_text(": Leren lassen")).to_be_visible()
    page.context.close()


def test_g2_mistakes_are_told_on_top_and_nothing_is_lost(sign_in: SignIn) -> None:
    helper = sign_in("helper")
    answer = helper.post(
        "/nl/hulp/nieuw",
        {"given": "paper", "scopes": ["look"], "duration": "day", "given_names": "Jozef", "insz": "123"},
    )
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "llr-error-summary" in text
    assert text.count("Dit is geen rijksregisternummer") == 2
    assert 'value="Jozef"' in text
    assert "<title>" in text


def test_codes_from_elsewhere_begin_and_end_nothing(sign_in: SignIn, number: str) -> None:
    """Another helper's request, a citizen's account, a wrong code: always the same, and nothing begins."""
    helper, mandate = paper(sign_in, number)
    other = sign_in("helper", name="Omar Peeters")
    assert other.post(f"/nl/hulp/vraag/{mandate}", {"code": mandates.code_of(mandate)}).status_code == 404
    assert other.get(f"/nl/hulp/vraag/{mandate}").status_code == 404
    assert other.post(f"/nl/hulp/vraag/{mandate}/stoppen").status_code == 404
    citizen = sign_in("citizen")
    answer = citizen.get(f"/nl/mijn-rekening/helpers/vraag/{mandate}")
    assert answer.status_code == 404
    assert "Nadia" not in answer.content.decode()
    assert Client().post("/nl/hulp/stoppen", {"code": "AAAA BBBB CCCC"}).status_code == 422
    assert helper.get(f"/nl/hulp/vraag/{mandate}").status_code == 200


def test_mass_reading_locks_the_helper(sign_in: SignIn, limits: Limit, accounts: Installed) -> None:
    limits(files_an_hour=1)
    helper, _first, mandate = helped(sign_in)
    assert helper.get(f"/nl/hulp/{mandate}/gesprek").status_code == 200
    citizen = sign_in("citizen", name="An Smet")
    second = ask(helper, "signed_in")
    citizen.post(f"/nl/mijn-rekening/helpers/vraag/{second}", {"answer": "yes"})
    assert helper.get(f"/nl/hulp/{second}/gesprek").status_code == 404
    assert helper.get(f"/nl/hulp/{mandate}/gesprek").status_code == 404
    assert "tijdelijk gestopt" in helper.get("/nl/hulp").content.decode()
    alarm = accounts.all("select kind, closed_at from registry.alarm where actor = %s", helper.visitor.actor)
    assert alarm == [("many_files", None)]


@pytest.fixture
def number(accounts: Installed) -> str:
    """A number of an invented person that no other test uses."""
    (next_one,) = accounts.all("select nextval('registry.party_number')")[0]
    start = f"6862{int(next_one) % 100000:05}"
    return Insz(f"{start}{97 - int(start) % 97:02}").digits


@pytest.fixture
def limits(accounts: Installed) -> Iterator[Limit]:
    """Sets limits over helpers, for one test."""

    def change(**limits: int) -> None:
        columns, values = ", ".join(limits), ", ".join(["%s"] * len(limits))
        accounts.all(f"insert into registry.reading_limit ({columns}) values ({values})", *limits.values())

    yield change
    accounts.all("insert into registry.reading_limit default values")


def tell_what_waits(accounts: Installed) -> None:
    """What the worker does for a helper who closes."""
    from leerrekening.tasks.helping import tell_of_help

    waiting = accounts.all(
        "select args ->> 'mandate' from jobs.procrastinate_jobs where task_name = 'tell_of_help' and status = 'todo'"
    )
    for (mandate,) in waiting:
        tell_of_help(Work(accounts.access, accounts.dsn, today), mandate)


@pytest.mark.parametrize("answered", ["yes", "no"])
def test_j5_1_at_the_desk_nobody_stays_signed_in_on_the_device_of_the_helper(
    sign_in: SignIn, accounts: Installed, service: AccessService, answered: str
) -> None:
    mandate = ask(sign_in("helper"), "desk")
    citizen = sign_in("citizen")
    address = f"/nl/mijn-rekening/helpers/vraag/{mandate}"
    shown = citizen.get(f"{address}?balie=1").content.decode()
    assert "melden wij u hier meteen af" in shown
    assert '<input type="hidden" name="balie" value="1">' in shown
    assert citizen.post(address, {"answer": answered, "balie": "1"}).status_code == 200
    assert citizen.get("/nl/mijn-rekening/helpers").status_code == 302, "signed out"
    begun = accounts.all("select begins_at is not null from registry.mandate where mandate = %s", mandate)
    assert begun == [(answered == "yes",)]


def test_j5_5_every_page_below_a_mandate_has_its_words() -> None:
    """What a helper looked at is named: no page is "a page of your account"."""
    below = {
        each.name
        for route, each in patterns()
        if "<uuid:mandate>" in route and "GET" in each.callback.audience.methods
    }
    assert below - set(words("journal")["page"]) == set()


@pytest.mark.parametrize("what", ["data_copied", "something_new"])
def test_j5_5_opens_whatever_was_done(sign_in: SignIn, accounts: Installed, what: str) -> None:
    citizen = sign_in("citizen")
    accounts.all(
        "insert into registry.journal (party, actor_name, capacity, what) values (%s, 'x', 'citizen', %s)",
        *(citizen.visitor.party, what),
    )
    assert citizen.get("/nl/mijn-rekening/gekeken").status_code == 200


def test_j5_6_the_person_reads_what_was_written_down(sign_in: SignIn) -> None:
    helper, citizen, mandate = helped(sign_in)
    helper.post(f"/nl/hulp/{mandate}/gesprek", {"question": "Leren lassen", "barriers": ["financial"]})
    own = citizen.get("/nl/mijn-rekening/helpers/gesprekken").content.decode()
    assert "Leren lassen" in own
    assert "In het geld" in own
    other = sign_in("citizen").get("/nl/mijn-rekening/helpers/gesprekken").content.decode()
    assert "Leren lassen" not in other


def test_renewing_asks_the_same_again_and_the_person_says_yes_again(
    sign_in: SignIn, open_as: OpenAs, site: str
) -> None:
    helper, citizen, mandate = helped(sign_in, "correct")
    page = open_as(helper, java_script_enabled=False)
    page.goto(f"{site}/nl/hulp")
    page.get_by_role("link", name="Verlengen").click()
    expect(page.get_by_label("Een fout melden of een antwoord geven")).to_be_checked()
    expect(page.get_by_label("31 dagen")).to_be_checked()
    expect(page.locator(".llr-error-summary")).to_have_count(0)
    page.get_by_label("Thuis, met een code").check()
    page.get_by_role("button", name="Vraag toestemming").click()
    renewed = page.url.rsplit("/", 1)[1]
    assert helper.get(f"/nl/hulp/{mandate}/gesprek").status_code == 200, "until the person says yes"
    citizen.post(f"/nl/mijn-rekening/helpers/vraag/{renewed}", {"answer": "yes"})
    assert helper.get(f"/nl/hulp/{mandate}/gesprek").status_code == 404
    assert helper.get(f"/nl/hulp/{renewed}/gesprek").status_code == 200
    assert "Jozef" not in sign_in("helper").get(f"/nl/hulp/nieuw?zoals={renewed}").content.decode()
