"""Signing in in a real browser, at the demo access service: what is on the way is not lost. In and out:
test_pages_looked_at.py.
"""

from playwright.sync_api import Page
from tests.installed import Installed
from tests.web.sign_in.ways import SMS, choose

from leerrekening.demo.access_service.service import AccessService


def test_g2_nothing_is_lost_after_an_expired_session(
    without_script: Page, site: str, service: AccessService, accounts: Installed
) -> None:
    """Without JavaScript: what was typed before the session ended is sent after signing in again."""
    page = without_script
    page.goto(f"{site}/nl/mijn-rekening/wat-als")
    choose(page, "Jozef Claes")
    assert page.url == f"{site}/nl/mijn-rekening/wat-als"
    for label, typed in (("Dag", "17"), ("Maand", "3"), ("Jaar", "2027")):
        page.get_by_role("main").get_by_label(label, exact=True).first.fill(typed)
    accounts.all(
        "update registry.session set expires_at = now() - interval '1 minute'"
        " where actor in (select actor from registry.actor where subject = 'demo-jozef_claes')"
    )
    page.get_by_role("button", name="Vergelijk").click()
    assert page.title().startswith("Uw aanmelding is verlopen")
    page.get_by_role("main").get_by_role("link", name="Aanmelden").click()
    assert page.title().startswith("Ga verder met wat u invulde")
    page.get_by_role("button", name="Verstuur wat ik invulde").click()
    assert page.url.startswith(f"{site}/nl/mijn-rekening/wat-als")
    assert page.get_by_role("main").get_by_label("Dag", exact=True).first.input_value() == "17"
    assert page.get_by_role("main").get_by_label("Jaar", exact=True).first.input_value() == "2027"


def test_step_up_by_the_keyboard(page: Page, site: str, service: AccessService) -> None:
    """A weak sign-in is enough to look; for what matters the access service asks again, and comes back."""
    page.goto(f"{site}/nl/mijn-rekening")
    choose(page, "Fatima El Amrani", SMS)
    assert page.url == f"{site}/nl/mijn-rekening"
    page.goto(f"{site}/nl/aanmelden?niveau=act&terug=/nl/mijn-rekening")
    assert page.get_by_role("combobox").inner_text().split("\n") == ["Met uw eID", "Met itsme"]
    page.get_by_role("button", name="Fatima El Amrani").focus()
    page.keyboard.press("Enter")
    page.wait_for_url(f"{site}/nl/mijn-rekening")
