"""Every page of signing in, in a real browser: axe, a phone and a wide screen, kept as a picture."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import override_settings
from playwright.sync_api import Page, expect
from tests.web.sign_in.ways import choose
from tests.web.visitors import HIGH, SUBSTANTIAL, OpenAs, SignIn

from leerrekening.demo.access_service.service import AccessService
from leerrekening.web.sign_in import kept, limits
from leerrekening.web.sign_in.sessions import VISITOR

Audit = Callable[[Page], list[str]]
Keep = Callable[[Page, str], Path]
SIZES = {"phone": {"width": 390, "height": 844}, "wide": {"width": 1280, "height": 800}}


@pytest.mark.parametrize("language", ["nl"])
def test_pages_of_signing_in_and_out(
    audited: Page, site: str, service: AccessService, axe: Audit, screenshot: Keep, language: str
) -> None:
    """A helper comes in and goes out again, and is asked anew after that."""

    def look(name: str) -> None:
        for size, pixels in SIZES.items():
            audited.set_viewport_size(pixels)
            screenshot(audited, f"sign-in-{name}-{language}-{size}")
            assert axe(audited) == [], name
            assert audited.evaluate("document.documentElement.scrollWidth") <= pixels["width"], name

    page = f"{site}/{language}/aanmelding"
    audited.goto(page)
    assert "Demo" in audited.content()
    look("chooser")
    choose(audited, "Nadia Haddad")
    expect(audited).to_have_url(page)
    expect(audited.get_by_role("main")).to_contain_text("Leerwinkel Voorbeeldstad")
    look("session")
    audited.goto(f"{site}/{language}/afmelden")
    look("out")
    audited.goto(page)
    audited.get_by_role("main").get_by_role("button", name="Afmelden").click()
    expect(audited).to_have_url(f"{site}/{language}/afgemeld")
    look("goodbye")
    audited.goto(page)
    assert "Demo" in audited.content()
    audited.get_by_role("button").last.click()  # do not sign in
    look("refused")


@pytest.mark.parametrize("language", ["fr"])
def test_pages_of_a_form_that_waits(
    open_as: OpenAs,
    sign_in: SignIn,
    site: str,
    axe: Audit,
    screenshot: Keep,
    language: str,
    service: AccessService,
) -> None:
    """G2: what was filled in is kept, said so, and one button away."""
    client = sign_in("citizen", level=SUBSTANTIAL)
    session = client.session
    kept.put(session, kept.Form("/nl/aanmelding", [["what", "typed"]], client.visitor.actor, "act"))
    session.save()
    page = open_as(client, audited=True)

    def look(name: str, title: str) -> None:
        assert page.title().startswith(title)
        for size, pixels in SIZES.items():
            page.set_viewport_size(pixels)
            screenshot(page, f"sign-in-{name}-{language}-{size}")
            assert axe(page) == [], name
            assert page.evaluate("document.documentElement.scrollWidth") <= pixels["width"], name

    waits = f"{site}/{language}/aanmelden/verder"
    words = {
        "nl": ("Meld u opnieuw aan", "Uw aanmelding is verlopen", "Ga verder met wat u invulde"),
        "fr": (
            "Identifiez-vous à nouveau",
            "Votre identification a expiré",
            "Continuez avec ce que vous avez rempli",
        ),
    }[language]
    page.goto(waits)
    look("step-up", words[0])
    session[VISITOR] = {**session[VISITOR], "level": HIGH}
    session.save()
    page.goto(waits)
    look("resume", words[2])
    page.set_viewport_size({"width": 320, "height": 640})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    page.context.clear_cookies()
    page.goto(f"{waits}?weg=1")
    look("ended", words[1])
    with override_settings(LIMIT_SIGN_IN=1):
        page.goto(waits)
        page.goto(f"{waits}?weg=1")
        limits.forget()
        look("slow", {"nl": "Even wachten", "fr": "Attendez un instant"}[language])
