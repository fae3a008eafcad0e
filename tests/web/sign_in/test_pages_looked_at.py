"""Every page of signing in, in a real browser: axe, a phone and a wide screen, kept as a picture."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page
from tests.web.sign_in.ways import choose

from leerrekening.demo.access_service.service import AccessService

Audit = Callable[[Page], list[str]]
Keep = Callable[[Page, str], Path]
SIZES = {"phone": {"width": 390, "height": 844}, "wide": {"width": 1280, "height": 800}}


@pytest.mark.parametrize("language", ["nl", "de"])
def test_pages_of_signing_in(
    audited: Page, site: str, service: AccessService, axe: Audit, screenshot: Keep, language: str
) -> None:
    def look(name: str) -> None:
        for size, pixels in SIZES.items():
            audited.set_viewport_size(pixels)
            screenshot(audited, f"sign-in-{name}-{language}-{size}")
            assert axe(audited) == [], name
            assert audited.evaluate("document.documentElement.scrollWidth") <= pixels["width"], name

    audited.goto(f"{site}/{language}/aanmelding")
    look("chooser")
    choose(audited, "Nadia Haddad")
    look("session")
    audited.goto(f"{site}/{language}/afmelden")
    look("out")
    audited.goto(f"{site}/{language}/")
    look("start")
    audited.goto(f"{site}/aanmelden/terug?state=old&code=old")
    look("refused")
