"""The pages on scenarios in a real browser. The other pages below /beleid are tried with the rest."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page
from tests.web.conftest import LANGUAGES

Audit = Callable[[Page], list[str]]
Keep = Callable[[Page, str], Path]


@pytest.mark.parametrize("language", LANGUAGES)
def test_axe_finds_nothing(audited: Page, site: str, axe: Audit, screenshot: Keep, language: str) -> None:
    for name, size in (("wide", {"width": 1280, "height": 800}), ("phone", {"width": 375, "height": 800})):
        audited.set_viewport_size(size)
        audited.goto(f"{site}/{language}/beleid/scenario/loopbaankrediet")
        screenshot(audited, f"{language}-beleid-scenario-{name}")
        assert axe(audited) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_fits_a_narrow_screen(page: Page, site: str, language: str) -> None:
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto(f"{site}/{language}/beleid/scenario/loopbaankrediet")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_text_in_charts_is_large_enough_on_a_narrow_screen(page: Page, site: str) -> None:
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto(f"{site}/nl/beleid/deelname")
    heights = page.eval_on_selector_all(
        ".llr-chart__picture text", "all => all.map(each => each.getBoundingClientRect().height)"
    )
    assert min(heights) >= 11


def test_a_figure_is_changed_with_the_keyboard_and_without_script(without_script: Page, site: str) -> None:
    without_script.goto(f"{site}/nl/beleid/scenario/loopbaankrediet")
    field = without_script.get_by_label("Jaren werkervaring")
    field.focus()
    field.fill("3")
    without_script.keyboard.press("Enter")
    without_script.get_by_text("U veranderde getallen in een kopie.").wait_for()
    assert without_script.get_by_label("Jaren werkervaring").input_value() == "3"


def test_a_filter_is_chosen_without_script(without_script: Page, site: str) -> None:
    without_script.goto(f"{site}/nl/beleid/gebruik")
    without_script.get_by_label("Alleen deze groep").select_option("status:unemployed")
    without_script.get_by_role("button", name="Toon de cijfers").click()
    assert without_script.get_by_text("verborgen").first.is_visible()


def test_the_policy_of_the_site_blocks_no_chart(page: Page, site: str) -> None:
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    for address in ("deelname", "ongelijkheid", "scenario/loopbaankrediet"):
        page.goto(f"{site}/nl/beleid/{address}")
    assert said == []


def test_paper_has_the_outcome_and_no_form(page: Page, site: str) -> None:
    page.goto(f"{site}/nl/beleid/scenario/loopbaankrediet")
    page.emulate_media(media="print")
    assert not page.get_by_role("button", name="Bereken opnieuw").is_visible()
    assert page.get_by_role("heading", name="Aannames", exact=True).is_visible()
