"""The demo access service refuses what the real one refuses."""

import base64
import hashlib
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
import requests
from joserfc import jwt

from leerrekening.demo.access_service.people import personas
from leerrekening.demo.access_service.server import running
from leerrekening.demo.access_service.service import MEANS, AccessService

SITE = "http://site.example"
VERIFIER = "v" * 43
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
EID, ITSME, SMS, PASSWORD = MEANS
WHO = "jozef_claes/BUR"


@pytest.fixture(scope="module")
def service() -> Iterator[AccessService]:
    with running({SITE}) as made:
        yield made


@pytest.fixture
def browser() -> Iterator[requests.Session]:
    with requests.Session() as made:
        made.trust_env = False
        yield made


def address(service: AccessService, **changed: str) -> str:
    """Of a good request; a change to nothing leaves a parameter out."""
    asked = {
        "client_id": service.client.id,
        "redirect_uri": f"{SITE}/aanmelden/terug",
        "response_type": "code",
        "scope": "openid profile rrn vo llr",
        "state": "s",
        "nonce": "n",
        "code_challenge": CHALLENGE,
        "code_challenge_method": "S256",
        "acr_values": f"{EID} {SMS}",
        **changed,
    }
    return f"{service.issuer}/authorize?" + urlencode({name: value for name, value in asked.items() if value})


def sent_back(answer: requests.Response) -> dict[str, str]:
    assert answer.status_code == 303, answer.text
    return {name: values[0] for name, values in parse_qs(urlsplit(answer.headers["Location"]).query).items()}


def ask(browser: requests.Session, where: str) -> requests.Response:
    return browser.get(where, allow_redirects=False, timeout=5)


def choose(browser: requests.Session, where: str, who: str = WHO, means: str = EID) -> dict[str, str]:
    return sent_back(browser.post(where, {"who": who, "means": means}, allow_redirects=False, timeout=5))


def token(browser: requests.Session, service: AccessService, code: str, **changed: str) -> requests.Response:
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": f"{SITE}/aanmelden/terug",
        "code_verifier": VERIFIER,
        **changed,
    }
    who = (service.client.id, service.client.secret)
    return browser.post(f"{service.issuer}/token", form, auth=who, timeout=5)


def claims_of(answer: requests.Response, service: AccessService) -> dict[str, Any]:
    found: dict[str, Any] = jwt.decode(answer.json()["id_token"], service.key, algorithms=["RS256"]).claims
    return found


def test_claims_by_scope(service: AccessService, browser: requests.Session) -> None:
    where = address(service, scope="openid vo")
    claims = claims_of(token(browser, service, choose(browser, where)["code"]), service)
    assert claims["vo_doelgroepcode"] == "BUR"
    assert {"rrn", "given_name"}.isdisjoint(claims)
    assert (claims["acr"], claims["aud"], claims["nonce"]) == (EID, service.client.id, "n")


@pytest.mark.parametrize(
    "changed", [{"client_id": "another"}, {"redirect_uri": "http://evil.example/"}, {"redirect_uri": ""}]
)
def test_nobody_is_sent_to_an_address_that_was_not_agreed(
    service: AccessService, browser: requests.Session, changed: dict[str, str]
) -> None:
    assert ask(browser, address(service, **changed)).status_code == 400
    assert browser.post(address(service, **changed), {"who": WHO, "means": EID}, timeout=5).status_code == 400


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"scope": "openid phone"}, "invalid_scope"),
        ({"scope": "profile"}, "invalid_scope"),
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"code_challenge": ""}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"acr_values": "urn:unknown"}, "invalid_request"),
        ({"max_age": "-1"}, "invalid_request"),
        ({"prompt": "none"}, "login_required"),
    ],
)
def test_what_was_not_agreed_fails_at_once(
    service: AccessService, browser: requests.Session, changed: dict[str, str], error: str
) -> None:
    back = sent_back(ask(browser, address(service, **changed)))
    assert (back["error"], back["state"], back["iss"]) == (error, "s", service.issuer)


def test_a_code_needs_its_verifier_and_works_once(service: AccessService, browser: requests.Session) -> None:
    wrong = choose(browser, address(service))["code"]
    assert token(browser, service, wrong, code_verifier="w" * 43).json() == {"error": "invalid_grant"}
    assert token(browser, service, wrong).status_code == 400  # and the try has used it up
    good = choose(browser, address(service))["code"]
    assert token(browser, service, good).status_code == 200
    assert token(browser, service, good).status_code == 400


def test_a_program_proves_who_it_is(service: AccessService, browser: requests.Session) -> None:
    code = choose(browser, address(service))["code"]
    answer = browser.post(
        f"{service.issuer}/token", {"code": code}, auth=(service.client.id, "guessed"), timeout=5
    )
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")


def test_one_sign_in_serves_until_more_is_asked(service: AccessService, browser: requests.Session) -> None:
    choose(browser, address(service), means=SMS)
    assert "code" in sent_back(ask(browser, address(service)))
    assert ask(browser, address(service, acr_values=EID)).status_code == 200  # stronger: asks again
    assert ask(browser, address(service, prompt="login")).status_code == 200
    service._sessions = {
        key: type(held)(held.persona, held.acr, held.auth_time - 100, held.capacity)
        for key, held in service._sessions.items()
    }
    assert ask(browser, address(service, max_age="60")).status_code == 200
    assert "code" in sent_back(ask(browser, address(service, max_age="600")))


def test_a_means_that_was_not_asked_for(service: AccessService, browser: requests.Session) -> None:
    answer = browser.post(address(service), {"who": WHO, "means": PASSWORD}, allow_redirects=False, timeout=5)
    assert answer.status_code == 400


def test_nobody_comes_in_a_capacity_of_another(service: AccessService, browser: requests.Session) -> None:
    for who in ("jozef_claes/LLR-auditor:OVO999003", "nobody/BUR", "", "/"):
        answer = browser.post(address(service), {"who": who, "means": EID}, allow_redirects=False, timeout=5)
        assert answer.status_code == 400


@pytest.mark.parametrize("language", ["nl", "fr", "de", "en", "xx"])
def test_the_page_is_marked_as_a_demonstration(
    service: AccessService, browser: requests.Session, language: str
) -> None:
    page = ask(browser, address(service, ui_locales=language))
    assert "demo" in page.text.lower()
    assert f'lang="{language if language != "xx" else "nl"}"' in page.text
    assert "frame-ancestors 'none'" in page.headers["Content-Security-Policy"]


def test_signing_out_goes_back_only_where_agreed(service: AccessService, browser: requests.Session) -> None:
    end = f"{service.issuer}/end_session?client_id={service.client.id}&post_logout_redirect_uri="
    assert browser.get(f"{end}http://evil.example/", allow_redirects=False, timeout=5).status_code == 400
    answer = browser.get(f"{end}{SITE}/aanmelden/afgemeld&state=de", allow_redirects=False, timeout=5)
    assert answer.headers["Location"] == f"{SITE}/aanmelden/afgemeld?state=de"


def test_all_people_are_invented() -> None:
    from leerrekening.registry.insz import Insz

    assert len(personas()) > 10
    assert all(Insz(each.insz).invented for each in personas())


def test_bad_bodies(service: AccessService, browser: requests.Session) -> None:
    assert browser.post(address(service), b"\xff\xfe", timeout=5).status_code == 400
    assert browser.post(f"{service.issuer}/token", b"x" * 30_000, timeout=5).status_code == 400
    assert browser.get(f"{service.issuer}/nowhere", timeout=5).status_code == 404
    assert browser.get(service.issuer, headers={"cookie": "=;;; ="}, timeout=5).status_code == 404
