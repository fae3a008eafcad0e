"""The pages in a real browser: axe, a narrow screen, the keyboard, no JavaScript, paper."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page
from tests.web.conftest import PAGES, plain_pages

Audit = Callable[[Page], list[str]]
Keep = Callable[[Page, str], Path]
WIDE = {"width": 1280, "height": 800}
PHONE = {"width": 375, "height": 800}
NARROW = {"width": 320, "height": 640}  # also what is left of 1280 pixels at 400 %


@pytest.mark.parametrize("address", PAGES)
def test_axe_finds_nothing(audited: Page, site: str, axe: Audit, screenshot: Keep, address: str) -> None:
    name = address.strip("/").replace("/", "-")
    for width, size in (("wide", WIDE), ("phone", PHONE)):
        audited.set_viewport_size(size)
        audited.goto(site + address)
        screenshot(audited, f"{name}-{width}")
        assert axe(audited) == []


@pytest.mark.parametrize("address", PAGES)
def test_fits_a_narrow_screen(page: Page, site: str, address: str) -> None:
    page.set_viewport_size(NARROW)
    page.goto(site + address)
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]


def test_policy_blocks_nothing_of_our_own(page: Page, site: str) -> None:
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{site}/nl/_gallery")
    assert said == []
    assert [address for address in asked if not address.startswith(site)] == []
    assert page.evaluate("document.fonts.check('19px \"Source Sans 3\"')")
    assert page.evaluate("htmx.config.allowEval") is False


@pytest.mark.parametrize("name", ["start", "_gallery"])
def test_keyboard_focus_is_always_visible(page: Page, site: str, name: str) -> None:
    """Tab through everything: each stop differs, to the eye, from the same thing without focus."""
    page.goto(f"{site}/nl/{'' if name == 'start' else name}")
    style = """() => {
        let element = document.activeElement;
        const mark = each => { const s = getComputedStyle(each); const a = getComputedStyle(each, '::after');
            const label = each.labels && each.labels[0];
            const box = label ? getComputedStyle(label, '::before') : s;
            return [s.outlineStyle + s.outlineWidth + s.outlineColor, s.boxShadow, s.backgroundColor,
                    box.boxShadow, box.outlineStyle + box.outlineWidth].join('|'); };
        const focused = mark(element);
        element.blur();
        const plain = mark(element);
        element.focus();
        const words = (element.textContent || '').trim().slice(0, 30);
        return [`${element.tagName}#${element.id} ${words}`, focused !== plain];
    }"""
    page.evaluate("document.activeElement.blur()")
    stops = 0
    for _ in range(120):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement === document.body"):
            break
        stops += 1
        where, visible = page.evaluate(style)
        assert visible, where
    assert stops > 8


def test_skip_link_leads_to_the_content(page: Page, site: str) -> None:
    page.goto(f"{site}/nl/")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null")


def test_errors_get_the_focus_and_lead_to_the_field(page: Page, site: str) -> None:
    page.goto(f"{site}/nl/_gallery")
    assert page.evaluate("document.activeElement.hasAttribute('data-llr-errors')")
    page.get_by_role("link", name="31 februari bestaat niet.").click()
    assert page.evaluate("document.activeElement.id") == "birth"


@pytest.mark.parametrize("name", plain_pages())
def test_works_without_script(without_script: Page, site: str, name: str) -> None:
    without_script.goto(f"{site}/fr/{name}")
    assert without_script.locator("h1").is_visible()
    # a page that carries answers changes language with a button, so that they come along
    choice = without_script.get_by_role("link", name="Deutsch")
    choice.or_(without_script.get_by_role("button", name="Deutsch")).click()
    assert without_script.locator("html").get_attribute("lang") == "de"
    step = "/vragen" if name == "wat-heb-ik" else ""
    assert without_script.url == f"{site}/de/{name}{step}"


def test_details_open_without_script(without_script: Page, site: str) -> None:
    without_script.goto(f"{site}/nl/_gallery")
    hidden = without_script.get_by_text("U hebt geen diploma van de middelbare school.")
    assert not hidden.is_visible()
    without_script.get_by_text("Waarom?").click()
    assert hidden.is_visible()


def test_paper_has_large_type_and_no_navigation(page: Page, site: str) -> None:
    page.goto(f"{site}/nl/over")
    page.emulate_media(media="print")
    assert not page.get_by_role("navigation", name="Hoofdmenu").is_visible()
    pixels = page.evaluate("parseFloat(getComputedStyle(document.querySelector('main p')).fontSize)")
    assert pixels * 0.75 >= 14
