"""Signing in and out in a real browser, at the demo access service."""

from playwright.sync_api import Page

from leerrekening.demo.access_service.service import AccessService


def test_a_helper_signs_in_and_out(page: Page, site: str, service: AccessService) -> None:
    page.goto(f"{site}/nl/aanmelding")
    assert "Demo" in page.content()
    page.get_by_role("button", name="Nadia Haddad").click()
    assert page.url == f"{site}/nl/aanmelding"
    assert "Leerwinkel Voorbeeldstad" in page.content()
    page.get_by_role("main").get_by_role("button", name="Afmelden").click()
    page.wait_for_url(f"{site}/nl/afgemeld")
    page.goto(f"{site}/nl/aanmelding")
    assert "Demo" in page.content()
