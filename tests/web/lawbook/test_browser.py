"""The law book in a real browser: axe, a narrow screen, the keyboard, no JavaScript.

Its overviews have no name in their address and are tested with all such pages of the site.
"""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page
from tests.web.conftest import LANGUAGES

from leerrekening.lawtext.keeper import the_keeper
from leerrekening.web.lawbook.edition import slug

Audit = Callable[[Page], list[str]]
Keep = Callable[[Page, str], Path]
WIDE = {"width": 1280, "height": 800}
PHONE = {"width": 375, "height": 800}
HELD = the_keeper().held()
NAMES = [slug(name) for name in (*HELD.law.instruments, *HELD.law.notions)]
EXAMPLE = f"opleidingscheques/voorbeelden/{HELD.cases.of('opleidingscheques')[0].id}"
OPEN_ALL = "document.querySelectorAll('details').forEach(each => { each.open = true; })"


# The shortest instrument and what is not an instrument in each language; the long ones, all alike, in one each.
IN_EACH_LANGUAGE = ("loopbaankrediet", "begrippen", EXAMPLE, "opleidingscheques?on=2021-02-30")
IN_ONE_LANGUAGE = (
    ("fr", "opleidingscheques"),
    ("en", "vlaams-opleidingsverlof"),
    ("nl", "betaald-educatief-verlof"),
    ("de", "vlaams-opleidingskrediet"),
    ("en", "loopbaancheques"),
)


def test_every_instrument_is_looked_at() -> None:
    assert {*NAMES} <= {*IN_EACH_LANGUAGE, *(name for _language, name in IN_ONE_LANGUAGE)}


@pytest.mark.parametrize(
    ("language", "page_name"),
    [*((language, name) for name in IN_EACH_LANGUAGE for language in LANGUAGES), *IN_ONE_LANGUAGE],
)
def test_axe_finds_nothing(
    audited: Page, site: str, axe: Audit, screenshot: Keep, language: str, page_name: str
) -> None:
    audited.set_viewport_size(WIDE)
    audited.goto(f"{site}/{language}/wetboek/{page_name}")
    screenshot(audited, f"{language}-wetboek-{page_name.replace('/', '-').replace('?', '-')}-wide")
    audited.evaluate(OPEN_ALL)
    assert axe(audited) == []
    audited.set_viewport_size(PHONE)
    screenshot(audited, f"{language}-wetboek-{page_name.replace('/', '-').replace('?', '-')}-phone")


@pytest.mark.parametrize("language", ["nl", "de"])
@pytest.mark.parametrize("page_name", [*NAMES, EXAMPLE, "opleidingscheques?on=2021-02-30"])
def test_fits_a_narrow_screen(page: Page, site: str, language: str, page_name: str) -> None:
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto(f"{site}/{language}/wetboek/{page_name}")
    page.evaluate(OPEN_ALL)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_a_day_is_chosen_by_keyboard_without_script(without_script: Page, site: str) -> None:
    page = without_script
    page.goto(f"{site}/nl/wetboek/opleidingscheques")
    day = page.get_by_label("De wet zoals ze is op")
    day.fill("2018-03-10")
    day.press("Enter")
    assert page.url == f"{site}/nl/wetboek/opleidingscheques?on=2018-03-10"
    page.get_by_text("U ziet de wet op 10 maart 2018.").wait_for()
    page.get_by_role("link", name="Toon vandaag").click()
    assert page.url == f"{site}/nl/wetboek/opleidingscheques"


def test_a_formula_is_explained_by_keyboard_without_script(without_script: Page, site: str) -> None:
    page = without_script
    page.goto(f"{site}/nl/wetboek/opleidingscheques")
    rule = page.locator("#r-OC1")
    meaning = rule.get_by_text("werknemer met een arbeidscontract").first
    assert not meaning.is_visible()
    rule.locator("summary").first.focus()
    page.keyboard.press("Enter")
    assert meaning.is_visible()


def test_from_the_index_to_a_decided_example(without_script: Page, site: str) -> None:
    page = without_script
    page.goto(f"{site}/nl/wetboek")
    page.get_by_role("link", name="Opleidingscheques voor werknemers", exact=True).click()
    page.locator("#examples ~ ul a").first.click()
    assert page.get_by_role("heading", name="Verwacht en gevonden").is_visible()
    assert page.get_by_text("Alles wat het voorbeeld verwacht, komt eruit.").is_visible()


def test_every_focus_is_visible(page: Page, site: str) -> None:
    """Each stop of the Tab key is marked; the parts of a date field are marked by the browser itself."""
    page.goto(f"{site}/nl/wetboek/loopbaankrediet")
    page.evaluate("document.activeElement.blur()")
    look = """() => { const element = document.activeElement, s = getComputedStyle(element);
        const again = element === window.before; window.before = element;
        const marked = s.outlineStyle !== 'none' || s.boxShadow !== 'none';
        return [again || marked, element.outerHTML.slice(0, 200)]; }"""
    for _ in range(60):
        page.keyboard.press("Tab")
        marked, where = page.evaluate(look)
        assert marked, where


def test_paper_holds_no_forms(page: Page, site: str) -> None:
    page.goto(f"{site}/nl/wetboek/loopbaankrediet")
    page.emulate_media(media="print")
    assert not page.locator("form").first.is_visible()
