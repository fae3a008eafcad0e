"""Signing in at a certified OpenID Provider (npm `oidc-provider`): we speak the standard, not just what our own demo
understands. What tests/web/sign_in/ proves at the demo is proven here where the provider has a say in it.

Thorough, since it installs packages: `./llr test --deep tests/web/sign_in`. It needs Node 20 or newer and npm; without
them it fails.
"""

import json
import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
import requests
from django.conf import settings
from django.test import Client, override_settings
from playwright.sync_api import Page
from tests.installed import Installed
from tests.web.sign_in.ways import EID, PASSWORD, SMS, back, query_of, to_service

from leerrekening.demo.access_service import people
from leerrekening.demo.access_service.server import AFTER_LOGOUT, CALLBACK
from leerrekening.web.sign_in import flow
from leerrekening.web.sign_in.levels import levels
from leerrekening.web.sign_in.provider import provider
from leerrekening.web.sign_in.sessions import VISITOR

pytestmark = pytest.mark.deep
FOLDER = Path(__file__).parent / "oidc_provider"
OLDEST_NODE = 20
CLIENT, SECRET, APPLICATION = "leerrekening", "a-secret-of-the-test", "llr"
PUBLIC, ANOTHER, NARROW = "a-public-client", "another-client", "a-client-with-few-scopes"
CITIZEN, HELPER = "demo-fatima_el_amrani", "demo-staff-helper"
PAGE = "/nl/aanmelding"


def program(name: str) -> str:
    """A program of Node. Missing is a failure, never a reason to skip."""
    found = shutil.which(name)
    if found is None:
        pytest.fail(f"{name} is missing: apt-get install nodejs npm (Node 20 or newer)", pytrace=False)
    return found


def node() -> str:
    """Node itself, new enough."""
    found = program("node")
    said = subprocess.run([found, "--version"], capture_output=True, text=True, check=True).stdout.strip()
    if int(said.removeprefix("v").split(".")[0]) < OLDEST_NODE:
        pytest.fail(f"{found} is Node {said}: the provider needs Node {OLDEST_NODE} or newer", pytrace=False)
    return found


@pytest.fixture(scope="module")
def certified(site: str) -> Iterator[str]:
    """Issuer of the provider, installed exactly as its lock file says."""
    running = [node(), "provider.mjs"]
    npm = [program("npm"), "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline"]
    done = subprocess.run(npm, cwd=FOLDER, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.fail(f"npm could not install the provider:\n{done.stderr}", pytrace=False)
    ours = {
        "redirect_uris": [site + CALLBACK],
        "post_logout_redirect_uris": [site + path for path in AFTER_LOGOUT],
        "response_types": ["code"],
        "grant_types": ["authorization_code"],
        "scope": f"openid profile rrn vo {APPLICATION}",
    }
    confidential = {"client_secret": SECRET, "token_endpoint_auth_method": "client_secret_basic"}
    asked = {
        "clients": [
            {**ours, **confidential, "client_id": CLIENT},
            {**ours, **confidential, "client_id": ANOTHER},
            {**ours, **confidential, "client_id": NARROW, "scope": "openid profile"},
            {**ours, "client_id": PUBLIC, "token_endpoint_auth_method": "none"},
        ],
        "application": APPLICATION,
        "means": [EID, SMS, PASSWORD],
        "people": [
            persona.claims(persona.capacities[-1], APPLICATION)
            for persona in people.personas()
            if f"demo-{persona.id}" in (CITIZEN, HELPER)
        ],
    }
    with subprocess.Popen(
        [*running, json.dumps(asked)], cwd=FOLDER, stdout=subprocess.PIPE, text=True
    ) as process:
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


@pytest.fixture
def browser_there() -> Iterator[requests.Session]:
    """What a browser holds of the provider."""
    with requests.Session() as session:
        session.trust_env = False
        yield session


def authorize(
    browser: requests.Session, address: str, who: str = CITIZEN, means: str = EID, **form: str
) -> dict[str, str]:
    """Sign in at the provider, or not when it still knows the person; what it sends back to the site."""
    for _ in range(8):
        answer = browser.get(address, allow_redirects=False, timeout=10)
        if answer.status_code == 200:
            chosen = form or {"sub": who, "acr": means}
            answer = browser.post(address, chosen, allow_redirects=False, timeout=10)
        address = requests.compat.urljoin(address, answer.headers["Location"])
        if urlsplit(address).path == CALLBACK:
            return query_of(address)
    pytest.fail(f"the provider does not send back: {address}")


def changed(address: str, **values: str | None) -> str:
    """An address with other parameters; None leaves one out."""
    head, _, query = address.partition("?")
    kept = {**dict(parse_qsl(query)), **values}
    return f"{head}?{urlencode({name: value for name, value in kept.items() if value is not None})}"


def on_the_way(client: Client, **values: str) -> None:
    """Change what the site remembers of the way that was begun."""
    session = client.session
    ((state, way),) = session[flow.PENDING].items()
    session[flow.PENDING] = {state: {**way, **values}}
    session.save()


def visitor(client: Client) -> dict[str, Any]:
    return dict(client.session[VISITOR])


def is_signed_in(client: Client) -> bool:
    return VISITOR in client.session


def test_the_certified_one_publishes_what_we_need(issuer: str) -> None:
    known = provider(issuer).metadata()
    assert known["issuer"] == issuer
    assert "S256" in known["code_challenge_methods_supported"]
    assert known["end_session_endpoint"].startswith(issuer)
    assert {"rrn", "vo", APPLICATION} <= set(known["scopes_supported"])


def test_claims_of_a_citizen(client: Client, issuer: str, browser_there: requests.Session) -> None:
    before = datetime.now(UTC)
    answer = back(client, authorize(browser_there, to_service(client)))
    assert answer.status_code == 302
    came = visitor(client)
    assert (came["capacity"], came["name"], came["level"]) == ("citizen", "Fatima El Amrani", 35)
    assert came["party"]
    signed_in_at = datetime.fromisoformat(came["auth_time"])
    assert timedelta(seconds=-2) < signed_in_at - before < timedelta(seconds=30)


def test_claims_of_a_helper(client: Client, issuer: str, browser_there: requests.Session) -> None:
    back(client, authorize(browser_there, to_service(client), HELPER, SMS))
    came = visitor(client)
    assert (came["capacity"], came["organisation"], came["level"]) == ("helper", "OVO999001", 25)
    assert (came["party"], came["organisation_name"]) == (None, "Leerwinkel Voorbeeldstad")


@pytest.mark.parametrize(
    ("scopes", "said"),
    [("openid profile", "rijksregisternummer"), ("openid rrn", "geen naam")],
)
def test_a_scope_that_was_not_asked_gives_no_claim(
    client: Client, issuer: str, browser_there: requests.Session, scopes: str, said: str
) -> None:
    with override_settings(SIGN_IN_SCOPES=scopes):
        answer = back(client, authorize(browser_there, to_service(client)))
    assert (answer.status_code, is_signed_in(client)) == (403, False)
    assert said in answer.content.decode()


def test_a_scope_that_was_not_agreed(client: Client, issuer: str, browser_there: requests.Session) -> None:
    """The provider refuses before anybody signs in, and the site says that it did not work."""
    with override_settings(SIGN_IN_CLIENT_ID=NARROW):
        values = authorize(browser_there, to_service(client))
        answer = back(client, values)
    assert values["error"] == "invalid_scope"
    assert (answer.status_code, is_signed_in(client)) == (403, False)


def test_cancelled(client: Client, issuer: str, browser_there: requests.Session) -> None:
    values = authorize(browser_there, to_service(client), cancel="")
    assert values["error"] == "access_denied"
    answer = back(client, values)
    assert (answer.status_code, "brak het aanmelden af" in answer.content.decode()) == (403, True)


def test_pkce(client: Client, issuer: str, browser_there: requests.Session) -> None:
    """The provider wants it, and gives no token for another verifier than the one of this way."""
    address = to_service(client)
    without = changed(address, code_challenge=None, code_challenge_method=None)
    assert authorize(browser_there, without)["error"] == "invalid_request"
    on_the_way(client, verifier="v" * 43)
    assert back(client, authorize(browser_there, address)).status_code == 400
    assert not is_signed_in(client)


def test_a_code_works_once(client: Client, issuer: str, browser_there: requests.Session) -> None:
    values = authorize(browser_there, to_service(client))
    pending = client.session[flow.PENDING]
    assert back(client, values).status_code == 302
    thief = Client()
    to_service(thief)
    session = thief.session
    session[flow.PENDING] = pending  # even with everything that the browser of the victim had
    session.save()
    assert back(thief, values).status_code == 400
    assert not is_signed_in(thief)


def test_a_code_for_another_client(client: Client, issuer: str, browser_there: requests.Session) -> None:
    values = authorize(browser_there, changed(to_service(client), client_id=ANOTHER))
    assert back(client, values).status_code == 400
    assert not is_signed_in(client)


def test_a_token_for_another_client(client: Client, issuer: str, browser_there: requests.Session) -> None:
    """The provider gives one, to somebody who is that client: the audience is not ours."""
    with override_settings(SIGN_IN_CLIENT_ID=ANOTHER):
        values = authorize(browser_there, to_service(client))
        way = client.session[flow.PENDING][values["state"]]
        token = provider(issuer).id_token(values["code"], way["verifier"], settings.ADDRESS + CALLBACK)
    with pytest.raises(flow.tokens.TokenRefused, match="invalid_claim"):
        flow.tokens.check(token, provider(issuer), client_id=CLIENT, nonce=way["nonce"])
    assert flow.tokens.check(token, provider(issuer), client_id=ANOTHER, nonce=way["nonce"])


def test_a_token_of_another_way(client: Client, issuer: str, browser_there: requests.Session) -> None:
    values = authorize(browser_there, to_service(client))
    on_the_way(client, nonce="of-another-way")
    assert back(client, values).status_code == 403
    assert not is_signed_in(client)


def test_an_answer_of_another_issuer(client: Client, issuer: str, browser_there: requests.Session) -> None:
    """The certified one names itself in its answer (RFC 9207); an answer that names nobody is not its own."""
    for other in ("https://elsewhere.example", None):
        values = {
            **authorize(browser_there, to_service(client)),
            **({"iss": other} if other else {}),
        }
        if other is None:
            del values["iss"]
        assert back(client, values).status_code == 403
        assert not is_signed_in(client)


def test_a_public_client(client: Client, issuer: str, browser_there: requests.Session) -> None:
    """Without a secret: PKCE alone."""
    with override_settings(SIGN_IN_CLIENT_ID=PUBLIC, SIGN_IN_CLIENT_SECRET=""):
        assert back(client, authorize(browser_there, to_service(client))).status_code == 302
    assert is_signed_in(client)


def test_a_wrong_secret_is_no_fault_of_the_person(
    client: Client, issuer: str, browser_there: requests.Session
) -> None:
    values = authorize(browser_there, to_service(client))
    with override_settings(SIGN_IN_CLIENT_SECRET="another"):
        assert back(client, values).status_code == 503
    assert not is_signed_in(client)


@pytest.mark.parametrize("who", [CITIZEN, HELPER])
def test_a_means_that_is_too_weak(
    client: Client, issuer: str, browser_there: requests.Session, who: str
) -> None:
    """The means asked for are a wish: the certified one may answer with a password."""
    assert PASSWORD not in query_of(to_service(client))["acr_values"]
    answer = back(client, authorize(browser_there, to_service(client), who, PASSWORD))
    assert (answer.status_code, is_signed_in(client)) == (403, False)
    assert "niet sterk genoeg" in answer.content.decode()


def test_a_means_that_is_too_weak_to_act(
    client: Client, issuer: str, browser_there: requests.Session
) -> None:
    answer = back(client, authorize(browser_there, to_service(client, "/nl/aanmelden?niveau=act"), means=SMS))
    assert (answer.status_code, is_signed_in(client)) == (403, False)


def test_when_somebody_signed_in(client: Client, issuer: str, browser_there: requests.Session) -> None:
    """A second way tells the first moment, unless it asks to show anew who one is; what is not fresh does not act."""
    back(client, authorize(browser_there, to_service(client)))
    first = visitor(client)["auth_time"]
    time.sleep(1.1)  # moments are whole seconds
    back(client, authorize(browser_there, to_service(client, f"/nl/aanmelden?terug={PAGE}")))
    assert visitor(client)["auth_time"] == first

    to_act = f"/nl/aanmelden?niveau=act&terug={PAGE}"
    ignored = changed(to_service(client, to_act), prompt=None, max_age=None)
    strict = replace(levels(), fresh=timedelta(seconds=1))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(flow, "levels", lambda: strict)
        answer = back(client, authorize(browser_there, ignored))
    assert answer.status_code == 403
    assert "te oud" in answer.content.decode()

    asked = to_service(client, to_act)
    assert int(query_of(asked)["max_age"]) == levels().fresh.total_seconds()
    back(client, authorize(browser_there, asked))
    assert visitor(client)["auth_time"] > first


def test_somebody_whose_sign_in_is_too_old_is_asked_again(
    client: Client, issuer: str, browser_there: requests.Session
) -> None:
    """max_age alone is enough for the certified one."""
    authorize(browser_there, to_service(client))
    time.sleep(2.1)
    address = to_service(client)
    again = browser_there.get(changed(address, max_age="1"), timeout=10)
    assert "<title>Login" in again.text
    assert "code=" in browser_there.get(address, timeout=10, allow_redirects=False).headers["Location"]


def test_keys_that_change(client: Client, issuer: str, browser_there: requests.Session) -> None:
    """A token under a key that the site has not seen: it asks for the keys once more."""
    back(client, authorize(browser_there, to_service(client)))
    known = set(provider(issuer)._keys)
    requests.post(f"{issuer}/rotate", timeout=10).raise_for_status()
    after = Client()
    assert back(after, authorize(browser_there, to_service(after))).status_code == 302
    assert is_signed_in(after)
    assert set(provider(issuer)._keys).isdisjoint(known)


def test_sign_in_step_up_and_out(page: Page, site: str, issuer: str) -> None:
    """In a real browser."""
    page.goto(f"{site}{PAGE}")
    assert page.url.startswith(issuer)
    page.get_by_role("combobox").select_option(SMS)
    page.get_by_role("button", name="Fatima").click()
    page.wait_for_url(f"{site}{PAGE}")
    assert "Fatima El Amrani" in page.get_by_role("main").inner_text()
    assert "Burger" in page.get_by_role("main").inner_text()

    # It still knows her, by text message; what is strong asks again, and only for what is strong.
    page.goto(f"{site}/nl/aanmelden?niveau=act&terug={PAGE}")
    assert page.url.startswith(issuer)
    assert page.get_by_role("combobox").inner_text().split() == [EID]
    page.get_by_role("button", name="Fatima").click()
    page.wait_for_url(f"{site}{PAGE}")

    page.goto(f"{site}/nl/afmelden")
    page.get_by_role("main").get_by_role("button").click()
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url(f"{site}/nl/afgemeld")
    page.goto(f"{site}{PAGE}")
    assert page.url.startswith(issuer)


def test_another_capacity(page: Page, site: str, issuer: str) -> None:
    """A provider that does not know `switch` signs out, and one chooses anew; in one's own language."""
    page.goto(f"{site}/fr/aanmelding")
    page.get_by_role("button", name="Nadia").click()
    page.wait_for_url(f"{site}/fr/aanmelding")
    main = page.get_by_role("main")
    assert "Leerwinkel Voorbeeldstad" in main.inner_text()
    main.locator('form[action$="/wissel"]').get_by_role("button").click()
    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("button", name="Fatima").click()
    page.wait_for_url(re.compile(f"{site}/fr/"))
    page.goto(f"{site}/fr/aanmelding")
    assert "Fatima El Amrani" in main.inner_text()
    assert "Leerwinkel" not in main.inner_text()


@pytest.mark.parametrize("missing", ["node", "npm"])
def test_without_node_it_fails(missing: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(pytest.fail.Exception, match=f"{missing} is missing"):
        program(missing)


def test_with_an_old_node_it_fails(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    old = tmp_path / "node"
    old.write_text("#!/bin/sh\necho v18.19.0\n")
    old.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    with pytest.raises(pytest.fail.Exception, match="needs Node 20"):
        node()
