"""The quick scan in a real browser: by keyboard alone, without script, back and forth, on a phone, on paper."""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page
from tests.web.conftest import LANGUAGES
from tests.web.scan.forms import CLEANER, open_step

Audit = Callable[[Page], list[str]]
Keep = Callable[[Page, str], Path]
DOCUMENT = json.dumps(CLEANER)
WITH_COURSE = json.dumps({**CLEANER, "course": {"id": "course-1", "start": "2025-12-01"}})
NEXT_YEAR = json.dumps({**CLEANER, "as_of": "2027-03-01"})
NOTHING = '{"as_of":"2025-11-20"}'
STATES = {
    "question": ("vragen", {"go": "topic:question"}),
    "person": ("vragen", {"go": "topic:person"}),
    "person-empty": ("vragen", {"go": "topic:person", "document": NOTHING}),
    "work": ("vragen", {"go": "topic:work"}),
    "guidance": ("vragen", {"go": "add:guidance", "here": "guidance"}),
    "used": ("vragen", {"go": "add:used", "here": "used"}),
    "course": ("vragen", {"go": "topic:course", "document": WITH_COURSE}),
    "interruption": ("vragen", {"go": "stay", "here": "interruption", "interruption.given": "yes"}),
    "request": ("vragen", {"go": "topic:request"}),
    "mistakes": (
        "vragen",
        {"go": "next", "here": "person", "person.birth_date-day": "31", "person.birth_date-month": "2"}
        | {"person.birth_date-year": ""},
    ),
    "result": ("resultaat", {}),
    "result-course": ("resultaat", {"document": WITH_COURSE}),
    "result-proposal": ("resultaat", {"document": NEXT_YEAR}),
    "what-if": ("wat-als", {}),
    "what-if-compared": (
        "wat-als",
        {
            "fact": "jobs[0].fraction",
            "then_fact": "jobs[0].fraction",
            "then.jobs[0].fraction": "40",
            "go": "compare",
        },
    ),
    "print": ("afdruk", {}),
    "loaded": ("laden", {"file": DOCUMENT}),
    "not-loaded": ("laden", {}),
    "wiped": ("wissen", {}),
}
# What shows that a state is what its name says, where another page would pass the same checks.
SHOWS = {
    "mistakes": ".llr-error-summary",
    "loaded": "#loaded-title, #loaded",
    "not-loaded": ".llr-error-summary",
}
CARRIED = {"document": DOCUMENT, "turn": "3", "trail": "question person"}


def show(page: Page, site: str, language: str, name: str) -> None:
    """Open a state, with everything that can be opened on it open."""
    step, fields = STATES[name]
    open_step(page, site, f"/{language}/wat-heb-ik/{step}", {**CARRIED, **fields})


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", STATES)
def test_axe_finds_nothing(
    audited: Page, site: str, axe: Audit, screenshot: Keep, language: str, name: str
) -> None:
    for width, size in (("wide", (1280, 800)), ("phone", (375, 800))):
        audited.set_viewport_size({"width": size[0], "height": size[1]})
        show(audited, site, language, name)
        assert audited.locator(SHOWS.get(name, "h1")).first.is_visible()
        screenshot(audited, f"scan-{name}-{language}-{width}")
        audited.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
        assert axe(audited) == []


@pytest.mark.parametrize("name", STATES)
def test_fits_a_narrow_screen(page: Page, site: str, name: str) -> None:
    page.set_viewport_size({"width": 320, "height": 640})
    show(page, site, "de", name)
    page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


@pytest.mark.parametrize("name", ["person", "result", "what-if-compared"])
def test_the_policy_blocks_nothing(page: Page, site: str, name: str) -> None:
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    show(page, site, "nl", name)
    page.wait_for_timeout(200)
    assert said == []


# --- by keyboard alone, without script -------------------------------------------------------------------------

ANSWERS = {
    "as_of-day": "20",
    "as_of-month": "11",
    "as_of-year": "2025",
    "course.given": "no",
    "jobs.given": "yes",
    "jobs[0].from-day": "1",
    "jobs[0].from-month": "9",
    "jobs[0].from-year": "2021",
    "jobs[0].kind": "employee",
    "jobs[0].sector": "private",
    "jobs[0].workplace_region": "vlaams_gewest",
    "jobs[0].fraction[0].value": "80",
    "jobs[0].weekly_hours": "30,4",
    "jobs[0].schedule": "fixed",
    "person.highest_diploma": "geen",
    "person.benefits.given": "no",
    "person.moved_from_other_eea": "false",
    "person.birth_date-day": "12",
    "person.birth_date-month": "4",
    "person.birth_date-year": "1992",
    "person.residence[0].region": "vlaams_gewest",
    "person.residence[0].from-day": "1",
    "person.residence[0].from-month": "1",
    "person.residence[0].from-year": "2010",
    "guidance.given": "no",
    "used.given": "no",
    "interruption.given": "no",
    "request.given": "no",
}
FOCUSED = """() => { const e = document.activeElement; return e === document.body ? null :
    {tag: e.tagName, type: e.type || "", name: e.name || "", value: e.value || "", checked: !!e.checked,
     main: !!e.closest("main")}; }"""


def answer_page(page: Page, answers: dict[str, str]) -> None:
    """Tab through the page, answer what it asks, and press the main button; only keys are used."""
    for _ in range(150):
        page.keyboard.press("Tab")
        at: dict[str, Any] | None = page.evaluate(FOCUSED)
        if at is None:
            continue
        if at["tag"] == "BUTTON" and at["name"] == "go" and at["value"] == "next" and at["main"]:
            with page.expect_navigation():
                page.keyboard.press("Enter")
            return
        wanted = answers.get(at["name"])
        if wanted is None:
            continue
        if at["type"] == "radio":
            for _choice in range(12):
                if at["checked"] and at["value"] == wanted:
                    break
                page.keyboard.press("Space" if at["value"] == wanted else "ArrowDown")
                at = page.evaluate(FOCUSED)
                assert at is not None
            assert at["checked"]
        elif at["tag"] == "SELECT":
            for _choice in range(12):
                at = page.evaluate(FOCUSED)
                assert at is not None
                if at["value"] == wanted:
                    break
                page.keyboard.press("ArrowDown")
            assert at["value"] == wanted
        elif at["value"] == "":
            page.keyboard.type(wanted)
        elif at["value"] != wanted and at["type"] == "text":
            page.keyboard.press("Control+a")
            page.keyboard.type(wanted)
    pytest.fail(f"no main button to reach on {page.title()}")


def at_result(page: Page) -> bool:
    """Whether the questions are over."""
    return page.locator("article.llr-right").count() > 0


@pytest.mark.parametrize("language", LANGUAGES)
def test_whole_scan_by_keyboard_without_script(without_script: Page, site: str, language: str) -> None:
    page = without_script
    page.goto(f"{site}/{language}/wat-heb-ik")
    for _ in range(20):
        if at_result(page):
            break
        answer_page(page, ANSWERS)
    assert at_result(page)
    carried = json.loads(page.locator("#scan-form input[name=document]").input_value())
    assert carried["jobs"][0]["fraction"] == [{"value": 0.8, "from": "2021-09-01"}]
    assert carried["person"]["highest_diploma"] == "geen"
    assert carried["used"] == []
    assert "course" not in carried
    leave = page.locator("article", has=page.locator("#vlaams_opleidingsverlof-title"))
    assert leave.locator(".llr-state--available").count() == 1
    assert re.match(r"100\s", leave.locator(".llr-right__amount").inner_text())


@pytest.mark.parametrize("language", LANGUAGES)
def test_unknown_everywhere_reaches_the_result(without_script: Page, site: str, language: str) -> None:
    page = without_script
    page.goto(f"{site}/{language}/wat-heb-ik")
    for _ in range(20):
        if at_result(page):
            break
        answer_page(page, {})
    assert at_result(page)
    assert page.locator(".llr-state--available").count() == 0
    assert page.locator(".llr-right__amount").count() == 0


def test_enter_in_a_field_goes_on(without_script: Page, site: str) -> None:
    page = without_script
    page.goto(f"{site}/nl/wat-heb-ik")
    with page.expect_navigation():
        page.locator("#as_of-year").press("Enter")
    assert page.url.endswith("/nl/wat-heb-ik/vragen")


# --- back, and other languages ---------------------------------------------------------------------------------


@pytest.fixture(params=[True, False], ids=["script", "no-script"])
def browsing(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    """A page in a browser with and without JavaScript."""
    context = browser.new_context(java_script_enabled=request.param)
    yield context.new_page()
    context.close()


def start_person(page: Page, site: str) -> None:
    """From the first page to the topic of the person."""
    page.goto(f"{site}/nl/wat-heb-ik")
    with page.expect_navigation():
        page.get_by_role("button", name="Volgende vraag").click()
    go_to(page, "person")


def go_to(page: Page, topic: str) -> None:
    """Choose a topic from the list of all."""
    if page.locator(".llr-scan-topics[open]").count() == 0:
        page.locator(".llr-scan-topics > summary").click()
    with page.expect_navigation():
        page.locator(f".llr-scan-topics button[value='topic:{topic}']").click()


def test_the_own_back_button_keeps_every_answer(browsing: Page, site: str) -> None:
    start_person(browsing, site)
    browsing.get_by_label("master (of licentiaat)").check()
    with browsing.expect_navigation():
        browsing.get_by_role("button", name="Vorige").click()
    go_to(browsing, "person")
    assert browsing.get_by_label("master (of licentiaat)").is_checked()


def test_the_back_button_of_the_browser_keeps_every_answer(browsing: Page, site: str) -> None:
    start_person(browsing, site)
    browsing.get_by_label("master (of licentiaat)").check()
    browsing.locator("[name='person.residence[0].from-year']").fill("2010")
    browsing.locator("[name='person.residence[0].from-month']").fill("1")
    browsing.locator("[name='person.residence[0].from-day']").fill("1")
    go_to(browsing, "used")
    browsing.go_back()
    browsing.wait_for_timeout(500)
    assert browsing.get_by_label("master (of licentiaat)").is_checked()
    assert browsing.locator("[name='person.residence[0].from-year']").input_value() == "2010"


def test_later_answers_survive_going_back_twice(page: Page, site: str) -> None:
    start_person(page, site)
    page.get_by_label("master (of licentiaat)").check()
    go_to(page, "used")
    page.locator("[name='used.given'][value=no]").check()
    go_to(page, "guidance")
    page.go_back()
    page.go_back()
    page.wait_for_timeout(500)
    go_to(page, "used")
    assert page.locator("[name='used.given'][value=no]").is_checked()
    go_to(page, "person")
    assert page.get_by_label("master (of licentiaat)").is_checked()


def test_leaving_and_coming_back(page: Page, site: str) -> None:
    start_person(page, site)
    page.get_by_label("master (of licentiaat)").check()
    go_to(page, "used")
    page.get_by_role("link", name="Over", exact=True).click()
    page.get_by_role("link", name="Wat heb ik?").click()
    page.locator("#tussenstand").wait_for()
    go_to(page, "person")
    assert page.get_by_label("master (of licentiaat)").is_checked()


def test_what_was_typed_but_not_sent_comes_back(browsing: Page, site: str) -> None:
    start_person(browsing, site)
    browsing.get_by_label("master (of licentiaat)").check()
    browsing.locator("[name='person.residence[0].from-year']").fill("2010")
    with browsing.expect_navigation():
        browsing.get_by_role("link", name="Over", exact=True).click()
    browsing.go_back()
    browsing.wait_for_timeout(300)
    assert browsing.locator("[name='person.residence[0].from-year']").input_value() == "2010"
    assert browsing.get_by_label("master (of licentiaat)").is_checked()


def test_another_language_keeps_the_answers(browsing: Page, site: str) -> None:
    start_person(browsing, site)
    browsing.get_by_label("master (of licentiaat)").check()
    with browsing.expect_navigation():
        browsing.get_by_role("button", name="Français").click()
    assert browsing.locator("html").get_attribute("lang") == "fr"
    assert browsing.locator("[name='person.highest_diploma'][value=master]").is_checked()


def test_wiping_leaves_nothing_in_the_window(page: Page, site: str) -> None:
    start_person(page, site)
    page.get_by_label("master (of licentiaat)").check()
    go_to(page, "used")
    page.get_by_role("button", name="Wis alles en begin opnieuw").click()
    page.get_by_role("heading", name="Alles is gewist").wait_for()
    assert page.evaluate("sessionStorage.length + localStorage.length + document.cookie.length") == 0
    page.get_by_role("link", name="Begin opnieuw").click()
    page.wait_for_timeout(300)
    assert page.locator("#tussenstand").count() == 0


# --- beside the questions, what if, files, paper ---------------------------------------------------------------


def test_results_follow_while_answering(page: Page, site: str) -> None:
    open_step(page, site, "/nl/wat-heb-ik/vragen", {**CARRIED, "go": "topic:work"})
    time = page.locator("#tussenstand .llr-block", has=page.get_by_role("heading", name="Tijd", exact=True))
    assert "100" in time.inner_text()
    with page.expect_response("**/tussenstand"):
        page.locator("[name='jobs[0].kind']").select_option("self_employed_main")
    page.wait_for_timeout(200)
    assert "100" not in time.inner_text()
    assert page.locator("[name='jobs[0].kind']").input_value() == "self_employed_main"
    assert (
        json.loads(page.locator("#scan-form input[name=document]").input_value())["jobs"][0]["kind"]
        == "employee"
    )


def test_what_if_without_script(without_script: Page, site: str) -> None:
    page = without_script
    page.goto(f"{site}/nl/wat-heb-ik")
    for _ in range(20):
        if at_result(page):
            break
        answer_page(page, ANSWERS)
    with page.expect_navigation():
        page.get_by_role("button", name="Kijk wat er verandert als").click()
    page.locator("#fact").select_option("as_of")
    with page.expect_navigation():
        page.get_by_role("button", name="Verder").click()
    page.locator("#then-as_of-year").fill("2023")
    with page.expect_navigation():
        page.get_by_role("button", name="Vergelijk").click()
    rows = page.get_by_role("table").get_by_role("row")
    assert rows.count() == 7
    assert "Beschikbaar" in rows.nth(1).inner_text()
    assert json.loads(page.locator("#scan-form input[name=document]").input_value())["as_of"] == "2025-11-20"
    with page.expect_navigation():
        page.get_by_role("button", name="Terug naar het resultaat").click()
    assert "20 november 2025" in page.locator(".llr-lead").inner_text().replace("\u00a0", " ")


def test_save_and_load(page: Page, site: str, tmp_path: Path) -> None:
    open_step(page, site, "/nl/wat-heb-ik/resultaat", CARRIED)
    with page.expect_download() as download:
        page.get_by_role("button", name="Bewaar mijn antwoorden").click()
    file = tmp_path / download.value.suggested_filename
    download.value.save_as(file)
    assert json.loads(file.read_text(encoding="utf-8")) == CLEANER
    page.get_by_role("button", name="Wis alles en begin opnieuw").click()
    page.get_by_role("link", name="Begin opnieuw").click()
    page.locator("#file").set_input_files(file)
    page.get_by_role("button", name="Laad mijn antwoorden").click()
    page.get_by_role("heading", name="Uw antwoorden zijn geladen").wait_for()
    assert json.loads(page.locator("#scan-form input[name=document]").input_value()) == CLEANER


@pytest.mark.parametrize("language", LANGUAGES)
def test_paper_takes_two_pages_at_most(page: Page, site: str, language: str) -> None:
    show(page, site, language, "print")
    pdf = page.pdf(format="A4", margin=dict.fromkeys(("top", "right", "bottom", "left"), "15mm"))
    assert 1 <= len(re.findall(rb"/Type\s*/Page\b", pdf)) <= 2


def test_details_lead_to_the_question(page: Page, site: str) -> None:
    open_step(page, site, "/nl/wat-heb-ik/resultaat", {**CARRIED, "document": NOTHING})
    page.locator("article summary").first.click()
    with page.expect_navigation():
        page.locator("article details[open] button").first.click()
    assert page.locator("#scan-form input[name=here]").input_value() != ""


def test_the_page_weighs_little(page: Page, site: str) -> None:
    """Everything that comes over the wire for the result page, for a browser that has nothing yet."""
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    sizes: list[float] = []
    session.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    open_step(page, site, "/nl/wat-heb-ik/resultaat", CARRIED)
    page.wait_for_timeout(300)
    assert 0 < sum(sizes) < 150_000
