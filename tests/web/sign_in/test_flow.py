"""The way to the access service and back, and what an attacker would try on it."""

import hashlib
import logging
import re
from typing import Any

import pytest
import requests
from django.conf import settings
from django.test import Client, override_settings
from tests.house.source_tree import PROJECT
from tests.installed import Installed
from tests.web.sign_in.ways import (
    CITIZEN,
    EID,
    HELPER,
    PASSWORD,
    SMS,
    authorize,
    back,
    query_of,
    sign_in_as,
    to_service,
)
from tests.web.visitors import SignIn

from leerrekening.demo.access_service import people
from leerrekening.demo.access_service.service import AccessService
from leerrekening.web.sign_in import flow

pytestmark = pytest.mark.usefixtures("service")
PAGE = "/nl/aanmelding"


def key_of(client: Client) -> str:
    return str(client.cookies[settings.SESSION_COOKIE_NAME].value)


def is_signed_in(client: Client) -> bool:
    return bool(client.get(PAGE).status_code == 200)


def test_what_the_site_asks(client: Client) -> None:
    asked = query_of(to_service(client))
    assert asked["response_type"] == "code"
    assert asked["code_challenge_method"] == "S256"
    assert asked["scope"] == "openid profile rrn vo llr"
    assert asked["acr_values"].split()[0] == EID
    assert PASSWORD not in asked["acr_values"]
    assert len(asked["state"]) == len(asked["nonce"]) == 43
    again = query_of(to_service(client))
    assert {again[name] for name in ("state", "nonce", "code_challenge")}.isdisjoint(asked.values())


def test_scopes_are_configuration(client: Client) -> None:
    with override_settings(SIGN_IN_SCOPES="openid rrn"):
        assert query_of(to_service(client))["scope"] == "openid rrn"


def test_a_citizen_is_known_by_number(client: Client, accounts: Installed) -> None:
    once = "select party from registry.person where family_name = 'Wouters'"
    assert sign_in_as(client, "pieter_wouters/BUR").status_code == 302
    assert "Pieter Wouters" in client.get(PAGE).content.decode()
    first = accounts.all(once)
    assert len(first) == 1
    sign_in_as(Client(), "pieter_wouters/BUR")
    assert accounts.all(once) == first


def test_a_citizen_in_a_weak_way_stays_out(client: Client, service: AccessService) -> None:
    """Even when the access service lets them through."""
    answer = back(client, forge(client, service, CITIZEN, acr=PASSWORD))
    assert answer.status_code == 403
    assert "niet sterk genoeg" in answer.content.decode()
    assert not is_signed_in(client)


def test_staff_need_two_factors(client: Client, service: AccessService) -> None:
    assert back(client, forge(client, service, HELPER, acr=PASSWORD)).status_code == 403
    assert back(client, forge(client, service, HELPER, acr=SMS)).status_code == 302


def test_a_helper_of_no_organisation(client: Client, service: AccessService) -> None:
    answer = back(client, forge(client, service, HELPER, llr_rol_3d=["LLR-helper:OVO000666"]))
    assert answer.status_code == 403
    assert "geen rol" in answer.content.decode()


@pytest.mark.parametrize(
    "rights", [[], None, "LLR-helper", ["LLR-helper"], ["LLR-onbekend:OVO999001"], [7], {}]
)
def test_rights_that_give_nothing(client: Client, service: AccessService, rights: Any) -> None:
    assert back(client, forge(client, service, HELPER, llr_rol_3d=rights)).status_code == 403


@pytest.mark.parametrize("number", [None, "", "12345678901", "6811029907", "<script>", 68110299067])
def test_a_citizen_without_a_good_number(client: Client, service: AccessService, number: Any) -> None:
    answer = back(client, forge(client, service, CITIZEN, rrn=number))
    assert answer.status_code == 403
    assert "rijksregisternummer" in answer.content.decode()
    assert str(number or "?!") not in answer.content.decode()


def test_a_subject_cannot_become_another_person(client: Client, service: AccessService) -> None:
    assert sign_in_as(Client(), CITIZEN).status_code == 302
    other = people.find("fatima_el_amrani", "BUR")
    assert other is not None
    answer = back(client, forge(client, service, CITIZEN, rrn=other[0].insz))
    assert answer.status_code == 403
    assert not is_signed_in(client)


def forge(
    client: Client, service: AccessService, who: str, path: str = "/nl/aanmelden", **changed: Any
) -> dict[str, str]:
    """What the access service sends back, with other claims in the token that it will give."""
    answer = authorize(to_service(client, path), who)
    grant = service._grants[answer["code"]]
    persona, capacity = people.find(*who.split("/", 1)) or pytest.fail("nobody")
    said = persona.claims(capacity, service.client.application)
    made = {**said, **{name: value for name, value in changed.items() if name != "acr"}}

    class Changed:
        """The same person, of whom something else is told."""

        id = persona.id

        def claims(self, *_: object) -> dict[str, Any]:
            return {name: value for name, value in made.items() if value is not None}

    from dataclasses import replace

    session = replace(grant.session, persona=Changed(), acr=changed.get("acr", grant.session.acr))
    service._grants[answer["code"]] = replace(grant, session=session)
    return answer


# Replay, mixing up, forging the way


def test_a_code_works_once(client: Client) -> None:
    answer = authorize(to_service(client), CITIZEN)
    assert back(client, answer).status_code == 302
    key = key_of(client)
    again = back(client, answer)  # the button "back": nothing happens
    assert (again.status_code, key_of(client)) == (302, key)
    assert back(Client(), answer).status_code == 400


def test_a_code_works_once_at_the_access_service(client: Client) -> None:
    answer = authorize(to_service(client), CITIZEN)
    pending = client.session[flow.PENDING]
    back(client, answer)
    thief = Client()
    to_service(thief)
    session = thief.session
    session[flow.PENDING] = pending  # even with everything that the browser of the victim had
    session.save()
    assert back(thief, answer).status_code == 400


def test_a_code_of_another_browser(client: Client) -> None:
    """An attacker's code and state in the victim's browser: the victim is not signed in as the attacker."""
    attacker = Client()
    answer = authorize(to_service(attacker), CITIZEN)
    to_service(client)
    assert back(client, answer).status_code == 400
    assert not is_signed_in(client)


def test_a_code_under_the_state_of_another_way(client: Client) -> None:
    """The verifier and the nonce belong to the state: a code obtained elsewhere does not fit."""
    stolen = authorize(to_service(Client()), CITIZEN)
    mine = query_of(to_service(client))
    assert back(client, {**stolen, "state": mine["state"]}).status_code == 400
    assert not is_signed_in(client)


def test_an_answer_of_another_issuer(client: Client) -> None:
    answer = authorize(to_service(client), CITIZEN)
    assert back(client, {**answer, "iss": "https://elsewhere.example"}).status_code == 403
    assert not is_signed_in(client)
    answer = authorize(to_service(client), CITIZEN)
    del answer["iss"]  # the demo says that it always names itself
    assert back(client, answer).status_code == 403
    assert not is_signed_in(client)


def test_logs_hold_nothing_of_a_person(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    logging.getLogger("leerrekening").propagate = True  # so that the test sees what is written
    with caplog.at_level(logging.DEBUG):
        address = to_service(client)
        answer = authorize(address, CITIZEN)
        back(client, answer)
        back(Client(), answer)
        client.get(PAGE)
        client.post("/nl/afmelden")
    logging.getLogger("leerrekening").propagate = False
    persona, _ = people.find(*CITIZEN.split("/")) or pytest.fail("nobody")
    secrets = {persona.given_name, persona.family_name, persona.insz, answer["code"], answer["state"]}
    # urllib3 names the address it asks; with a real access service, https://, that is the host and a path.
    said = "\n".join(
        record.getMessage() for record in caplog.records if record.name.startswith("leerrekening")
    )
    assert "signed in: citizen" in said
    assert [secret for secret in secrets if secret in said] == []


def test_an_old_way(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    answer = authorize(to_service(client), CITIZEN)
    monkeypatch.setattr(flow, "LONGEST_WAY", -1)
    assert back(client, answer).status_code == 400


@pytest.mark.parametrize("values", [{}, {"code": "x"}, {"state": ""}, {"code": "x", "state": "☃"}])
def test_nonsense(client: Client, values: dict[str, str]) -> None:
    assert back(client, values).status_code == 400


def test_no_state_at_all_after_a_start(client: Client) -> None:
    answer = authorize(to_service(client), CITIZEN)
    assert back(client, {"code": answer["code"]}).status_code == 400


def test_cancelled(client: Client, service: AccessService) -> None:
    state = query_of(to_service(client))["state"]
    answer = back(client, {"error": "access_denied", "state": state, "iss": service.issuer})
    assert (answer.status_code, "brak het aanmelden af" in answer.content.decode()) == (403, True)
    assert back(client, {"error": "access_denied", "state": state}).status_code == 400


def test_several_windows(client: Client) -> None:
    """Both windows of somebody whose session had ended come in, each on its own page."""
    first, second = to_service(client, "/nl/aanmelden?terug=/nl/over"), to_service(client, "/nl/aanmelding")
    assert back(client, authorize(first, CITIZEN))["Location"] == "/nl/over"
    assert back(client, authorize(second, CITIZEN))["Location"] == "/nl/aanmelding"
    assert is_signed_in(client)


def test_ways_do_not_pile_up(client: Client) -> None:
    first = to_service(client)
    for _ in range(flow.MOST_PENDING):
        to_service(client)
    assert back(client, authorize(first, CITIZEN)).status_code == 400


def test_an_access_service_that_is_away(client: Client, service: AccessService) -> None:
    with override_settings(SIGN_IN_ISSUER="http://127.0.0.1:9"):
        answer = client.get("/nl/aanmelden")
    assert answer.status_code == 503
    assert answer["Retry-After"]
    assert client.get("/nl/").status_code == 200


def test_no_access_service(client: Client) -> None:
    with override_settings(SIGN_IN_ISSUER=""):
        assert client.get("/nl/aanmelden").status_code == 503


def test_a_token_endpoint_that_dies(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    answer = authorize(to_service(client), CITIZEN)

    def dead(*_: object, **__: object) -> None:
        raise requests.ConnectionError

    monkeypatch.setattr(requests.Session, "request", dead)
    assert back(client, answer).status_code == 503


def test_a_wrong_secret_is_no_fault_of_the_person(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    """They read that it does not work now; who operates the site reads why."""
    answer = authorize(to_service(client), CITIZEN)
    logging.getLogger("leerrekening").propagate = True  # so that the test sees what is written
    with override_settings(SIGN_IN_CLIENT_SECRET="another"), caplog.at_level(logging.WARNING):
        assert back(client, answer).status_code == 503
    logging.getLogger("leerrekening").propagate = False
    assert "the access service refuses us: invalid_client" in caplog.text
    assert not is_signed_in(client)


# Where one comes back


@pytest.mark.parametrize("path", ["/nl/over", "/fr/wetboek", "/nl/aanmelding"])
def test_return_to_a_page_of_this_site(client: Client, path: str) -> None:
    assert sign_in_as(client, CITIZEN, path=f"/nl/aanmelden?terug={path}")["Location"] == path


@pytest.mark.parametrize(
    "elsewhere",
    [
        *(
            "https://elsewhere.example/",
            "//elsewhere.example",
            "/\\elsewhere.example",
            "\\\\elsewhere.example",
        ),
        *(
            "javascript:alert(1)",
            "///elsewhere.example",
            "/%09/elsewhere.example",
            "http:elsewhere",
            "nl/over",
        ),
        *("/nl/no-such-page", "/\t/elsewhere.example", "https:/nl/over", "@elsewhere.example", ""),
    ],
)
def test_no_open_redirect(client: Client, elsewhere: str) -> None:
    from urllib.parse import quote

    answer = sign_in_as(client, CITIZEN, path=f"/nl/aanmelden?terug={quote(elsewhere)}")
    assert answer.status_code == 302
    assert answer["Location"] in ("/nl/aanmelding", "/nl/mijn-rekening")


# Sessions


def test_a_new_key_at_sign_in(client: Client) -> None:
    """Session fixation: the key from before signing in opens nothing."""
    address = to_service(client)
    planted = key_of(client)
    back(client, authorize(address, CITIZEN))
    assert key_of(client) != planted
    attacker = Client()
    attacker.cookies[settings.SESSION_COOKIE_NAME] = planted
    assert not is_signed_in(attacker)
    assert is_signed_in(client)


@pytest.mark.parametrize(
    "planted", ["chosen-by-an-attacker", "", "é", "a" * 5000, "'; drop table registry.session"]
)
def test_a_key_that_somebody_chose_is_not_taken(client: Client, planted: str) -> None:
    client.cookies[settings.SESSION_COOKIE_NAME] = planted
    back(client, authorize(to_service(client), CITIZEN))
    assert key_of(client) != planted


def test_pages_for_everyone_say_whether_somebody_signed_in(client: Client) -> None:
    """From the kind of key alone: somebody who turned back at the access service has nothing to sign out of."""
    begun = authorize(to_service(client), CITIZEN)
    assert "Aanmelden" in client.get("/nl/").content.decode()
    back(client, begun)
    page = client.get("/nl/").content.decode()
    assert "Afmelden" in page and "Aanmelden" not in page
    client.post("/nl/afmelden")
    assert "Aanmelden" in client.get("/nl/").content.decode()


def test_only_the_hash_of_a_key_is_kept(client: Client, accounts: Installed) -> None:
    sign_in_as(client, CITIZEN)
    key = key_of(client)
    rows = accounts.all("select key_hash, data from registry.session")
    assert hashlib.sha256(key.encode()).digest() in {bytes(row[0]) for row in rows}
    assert all(key not in str(row) for row in rows)


def test_another_signing_key_ends_every_session(client: Client) -> None:
    """What the database holds of a session is believed only under the key of the settings."""
    sign_in_as(client, CITIZEN)
    with override_settings(SECRET_KEY="another"):
        assert not is_signed_in(client)
        assert sign_in_as(client, CITIZEN).status_code == 302
        assert is_signed_in(client)


def test_who_operates_the_site_ends_the_sessions_of_one_person(client: Client, accounts: Installed) -> None:
    """The statement of docs/operations.md."""
    other = Client()
    sign_in_as(client, CITIZEN)
    sign_in_as(other, HELPER)
    told = (PROJECT / "docs" / "operations.md").read_text(encoding="utf-8")
    statement = told[told.index("delete from registry.session s using") :].split(";")[0]
    accounts.all(
        re.sub("--.*", "", statement).replace("who they are for the access service", "demo-jozef_claes")
    )
    assert (is_signed_in(client), is_signed_in(other)) == (False, True)


def test_cookie(client: Client) -> None:
    sign_in_as(client, CITIZEN)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    assert cookie["httponly"]
    assert (cookie["samesite"], cookie["path"], cookie["domain"]) == ("Lax", "/", "")
    assert not cookie["max-age"] and not cookie["expires"]


def test_signing_out_ends_the_session_here_and_there(client: Client, service: AccessService) -> None:
    sign_in_as(client, CITIZEN)
    old = key_of(client)
    answer = client.post("/nl/afmelden")
    assert answer.status_code == 200
    assert f"{service.issuer}/end_session?client_id=llr-demo" in answer.content.decode()
    thief = Client()
    thief.cookies[settings.SESSION_COOKIE_NAME] = old
    assert not is_signed_in(thief)
    assert answer["Cache-Control"] == "no-store"


def test_signing_out_works_while_the_access_service_is_away(client: Client) -> None:
    sign_in_as(client, CITIZEN)
    with override_settings(SIGN_IN_ISSUER="http://127.0.0.1:9"):
        assert client.post("/nl/afmelden").status_code == 200
    assert not is_signed_in(client)


def test_back_from_signing_out_in_ones_own_language(client: Client) -> None:
    assert client.get("/aanmelden/afgemeld?state=de")["Location"] == "/de/afgemeld"
    assert client.get("/aanmelden/afgemeld?state=//evil.example")["Location"] == "/nl/afgemeld"
    assert client.get("/aanmelden/gewisseld?state=fr")["Location"] == "/fr/aanmelden"


def test_cross_site_sign_out(sign_in: SignIn) -> None:
    """Neither a picture that leads to the page nor a form of another site signs somebody out."""
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = sign_in("citizen").cookies
    assert strict.get("/nl/afmelden").status_code == 200
    assert strict.post("/nl/afmelden").status_code == 403
    assert strict.post("/nl/aanmelding/wissel", headers={"origin": "https://evil.example"}).status_code == 403
    assert is_signed_in(strict)


def test_pages_of_an_account_are_not_kept_by_browsers(sign_in: SignIn) -> None:
    assert sign_in("citizen").get(PAGE)["Cache-Control"] == "no-store"


def test_switching_to_another_capacity(client: Client) -> None:
    """The access service asks again, without a new sign-in, and the site begins a new session."""
    with requests.Session() as browser:
        back(client, authorize(to_service(client), HELPER, session=browser))
        assert "Leerwinkel" in client.get(PAGE).content.decode()
        page = client.post("/nl/aanmelding/wissel").content.decode()
        end = page.split('content="0;url=')[1].split('"')[0].replace("&amp;", "&")
        browser.trust_env = False
        went = browser.get(end, allow_redirects=False, timeout=10)
        assert "/aanmelden/gewisseld" in went.headers["Location"]
        address = to_service(client)
        chooser = browser.get(address, timeout=10)
        assert "Nadia Haddad" in chooser.text and "Jozef" not in chooser.text
        back(client, authorize(address, "staff-helper/BUR", means="", session=browser))
    assert "Burger" in client.get(PAGE).content.decode()
