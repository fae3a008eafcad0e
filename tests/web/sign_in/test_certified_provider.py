"""Signing in at a certified OpenID Provider (npm `oidc-provider`) in a real browser: we speak the standard, not just
what our own demo understands.

Slow and thorough, since it installs packages: `./llr test --deep tests/web/sign_in`. It needs Node 20 or newer and npm.
"""

import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import override_settings
from playwright.sync_api import Page
from tests.installed import Installed
from tests.web.sign_in.ways import EID, SMS

from leerrekening.demo.access_service import people
from leerrekening.demo.access_service.server import AFTER_LOGOUT, CALLBACK

pytestmark = pytest.mark.deep
FOLDER = Path(__file__).parent / "oidc_provider"
CLIENT, SECRET, APPLICATION = "leerrekening", "a-secret-of-the-test", "llr"


def program(name: str) -> str:
    """A program of Node. Missing is a failure, never a reason to skip."""
    found = shutil.which(name)
    if found is None:
        pytest.fail(f"{name} is missing: apt-get install nodejs npm (Node 20 or newer)", pytrace=False)
    return found


@pytest.fixture(scope="module")
def certified(site: str) -> Iterator[str]:
    """Issuer of the provider, installed exactly as its lock file says."""
    npm = [program("npm"), "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    done = subprocess.run(npm, cwd=FOLDER, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    asked = {
        "client_id": CLIENT,
        "client_secret": SECRET,
        "redirect_uris": [site + CALLBACK],
        "post_logout_redirect_uris": [site + path for path in AFTER_LOGOUT],
        "application": APPLICATION,
        "means": [EID, SMS],
        "people": [
            persona.claims(persona.capacities[-1], APPLICATION)
            for persona in people.personas()
            if persona.id in ("fatima_el_amrani", "staff-helper")
        ],
    }
    command = [program("node"), "provider.mjs", json.dumps(asked)]
    with subprocess.Popen(command, cwd=FOLDER, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield next(line.strip() for line in process.stdout if line.startswith("http://"))
        finally:
            process.terminate()


@pytest.fixture
def issuer(certified: str, accounts: Installed, site: str) -> Iterator[str]:
    """The site, with that provider as its access service."""
    with override_settings(
        SIGN_IN_ISSUER=certified,
        SIGN_IN_CLIENT_ID=CLIENT,
        SIGN_IN_CLIENT_SECRET=SECRET,
        SIGN_IN_APPLICATION=APPLICATION,
        ADDRESS=site,
    ):
        yield certified


def test_sign_in_step_up_and_out(page: Page, site: str, issuer: str) -> None:
    page.goto(f"{site}/nl/aanmelding")
    assert page.url.startswith(issuer)
    page.get_by_role("combobox").select_option(SMS)
    page.get_by_role("button", name="Fatima").click()
    page.wait_for_url(f"{site}/nl/aanmelding")
    assert "Fatima El Amrani" in page.get_by_role("main").inner_text()
    assert "Burger" in page.get_by_role("main").inner_text()

    # It still knows her, by text message; what is strong asks again, and only for what is strong.
    page.goto(f"{site}/nl/aanmelden?niveau=act&terug=/nl/aanmelding")
    assert page.url.startswith(issuer)
    assert page.get_by_role("combobox").inner_text().split() == [EID]
    page.get_by_role("button", name="Fatima").click()
    page.wait_for_url(f"{site}/nl/aanmelding")

    page.goto(f"{site}/nl/afmelden")
    page.get_by_role("main").get_by_role("button").click()
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url(f"{site}/nl/afgemeld")
    page.goto(f"{site}/nl/aanmelding")
    assert page.url.startswith(issuer)


def test_a_helper(page: Page, site: str, issuer: str) -> None:
    page.goto(f"{site}/fr/aanmelding")
    page.get_by_role("button", name="Nadia").click()
    page.wait_for_url(f"{site}/fr/aanmelding")
    assert "Leerwinkel Voorbeeldstad" in page.get_by_role("main").inner_text()
