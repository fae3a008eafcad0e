"""The ID token: each thing that can be wrong with one is refused, and nothing of it is told."""

import base64
import hmac
import json
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import requests
from joserfc import jwt
from joserfc.jwk import RSAKey
from tests.web.sign_in.ways import EID, PASSWORD

from leerrekening.demo.access_service.server import running
from leerrekening.demo.access_service.service import AccessService, new_key
from leerrekening.web.sign_in import provider as providers
from leerrekening.web.sign_in.provider import AccessServiceAway, Provider
from leerrekening.web.sign_in.tokens import NEVER, Proof, TokenRefused, check

CLIENT, NONCE = "llr-demo", "nonce-of-this-way"


@pytest.fixture(scope="module")
def own_service() -> Iterator[AccessService]:
    """An access service whose keys these tests change."""
    with running({"http://site.example"}) as service:
        yield service


@pytest.fixture
def provider(own_service: AccessService) -> Provider:
    """It, as a site sees it that has just started."""
    return Provider(own_service.issuer)


class FromNow(int):
    """A moment, in seconds from the making of the token: tests are collected long before they run."""


def good(service: AccessService, **changed: Any) -> dict[str, Any]:
    """Claims of a good token; a change to None leaves one out."""
    now = int(time.time())
    claims = {
        "iss": service.issuer,
        "aud": CLIENT,
        "sub": "demo-jozef",
        "iat": now,
        "exp": now + 300,
        "nonce": NONCE,
        "acr": EID,
        "auth_time": now - 5,
        **changed,
    }
    return {
        name: now + value if isinstance(value, FromNow) else value
        for name, value in claims.items()
        if value is not None
    }


def checked(token: str, provider: Provider) -> Proof:
    return check(token, provider, client_id=CLIENT, nonce=NONCE)


def part(value: dict[str, Any] | bytes) -> str:
    """A part of a token, written by hand."""
    raw = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def test_a_good_token(own_service: AccessService, provider: Provider) -> None:
    claims = good(own_service)
    proof = checked(own_service.sign(claims), provider)
    assert (proof.level, proof.auth_time) == (35, datetime.fromtimestamp(claims["auth_time"], UTC))
    assert checked(own_service.sign(good(own_service, aud=[CLIENT], azp=CLIENT)), provider).level == 35


def test_without_auth_time_it_is_never_fresh(own_service: AccessService, provider: Provider) -> None:
    assert checked(own_service.sign(good(own_service, auth_time=None)), provider).auth_time == NEVER


WRONG: dict[str, dict[str, Any]] = {
    "another issuer": {"iss": "https://elsewhere.example"},
    "the issuer with a slash": {"iss": "http://127.0.0.1/"},
    "no issuer": {"iss": None},
    "another audience": {"aud": "another"},
    "two audiences": {"aud": [CLIENT, "another"]},
    "two audiences, issued to us": {"aud": [CLIENT, "another"], "azp": CLIENT},
    "no audience": {"aud": None},
    "issued to another": {"azp": "another"},
    "another nonce": {"nonce": "of-another-way"},
    "no nonce": {"nonce": None},
    "no subject": {"sub": None},
    "a subject that is no text": {"sub": 7},
    "expired": {"exp": FromNow(-120)},
    "no end": {"exp": None},
    "made in the future": {"iat": FromNow(600)},
    "made long ago": {"iat": FromNow(-3600)},
    "not yet": {"nbf": FromNow(600)},
    "no moment": {"iat": None},
    "a moment that is no number": {"iat": "yesterday"},
    "no means": {"acr": None},
    "an unknown means": {"acr": "urn:be:vlaanderen:authmech:horoscope"},
    "a means that is no text": {"acr": [EID]},
    "signed in tomorrow": {"auth_time": FromNow(86400)},
    "signed in at no moment": {"auth_time": "now"},
    "signed in at a truth": {"auth_time": True},
}


@pytest.mark.parametrize("changed", WRONG.values(), ids=WRONG)
def test_a_wrong_claim(own_service: AccessService, provider: Provider, changed: dict[str, Any]) -> None:
    with pytest.raises(TokenRefused) as refused:
        checked(own_service.sign(good(own_service, **changed)), provider)
    assert "jozef" not in str(refused.value)


def hs256(kid: str | None, claims: dict[str, Any], secret: bytes) -> str:
    """A token signed with a secret, by hand: the library refuses to misuse a public key."""
    text = f"{part({'alg': 'HS256', 'kid': kid})}.{part(claims)}"
    return f"{text}.{part(hmac.digest(secret, text.encode(), 'sha256'))}"


def forged(service: AccessService) -> dict[str, str]:
    """Tokens with good claims that the service did not sign."""
    claims = good(service)
    kid = service.key.kid
    thief = new_key()
    assert isinstance(thief, RSAKey)
    good_token = service.sign(claims)
    head, body, signature = good_token.split(".")
    sign: Callable[..., str] = jwt.encode
    same = RSAKey.import_key(service.key.as_pem(private=True))  # for any algorithm
    return {
        "alg none": f"{part({'alg': 'none', 'kid': kid})}.{body}.",
        "alg None with a signature": f"{part({'alg': 'NONE', 'kid': kid})}.{body}.{signature}",
        "HS256 with the public key": hs256(kid, claims, service.key.as_pem(private=False)),
        "HS256 with the client's secret": hs256(kid, claims, service.client.secret.encode()),
        "RS512 with the right key": sign({"alg": "RS512", "kid": kid}, claims, same, algorithms=["RS512"]),
        "PS256 with the right key": sign({"alg": "PS256", "kid": kid}, claims, same, algorithms=["PS256"]),
        "another key with the name of the right one": sign(
            {"alg": "RS256", "kid": kid}, claims, thief, algorithms=["RS256"]
        ),
        "a key of its own": sign(
            {"alg": "RS256", "kid": thief.kid, "jwk": thief.as_dict(private=False)},
            claims,
            thief,
            algorithms=["RS256"],
        ),
        "no name of a key": sign({"alg": "RS256"}, claims, service.key, algorithms=["RS256"]),
        "changed claims": f"{head}.{part({**claims, 'sub': 'another'})}.{signature}",
        "claims that are a list": f"{head}.{part(b'[]')}.{signature}",
        "no signature": f"{head}.{body}.",
        "two parts": f"{head}.{body}",
        "nothing": "",
        "no token at all": "Not a token! ☃",
    }


@pytest.mark.parametrize("which", range(15))
def test_a_forged_token(own_service: AccessService, provider: Provider, which: int) -> None:
    token = list(forged(own_service).values())[which]
    with pytest.raises(TokenRefused):
        checked(token, provider)


def test_a_weak_means_has_its_low_level(own_service: AccessService, provider: Provider) -> None:
    assert checked(own_service.sign(good(own_service, acr=PASSWORD)), provider).level == 5


def test_keys_are_asked_again_when_they_change(own_service: AccessService, provider: Provider) -> None:
    before = own_service.sign(good(own_service))
    assert checked(before, provider)
    own_service.rotate()
    assert checked(own_service.sign(good(own_service)), provider)
    with pytest.raises(TokenRefused, match="unknown_key"):
        checked(before, provider)


def test_keys_are_kept(
    own_service: AccessService, provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    checked(own_service.sign(good(own_service)), provider)
    monkeypatch.setattr(requests.Session, "get", lambda *_, **__: pytest.fail("asked again"))
    checked(own_service.sign(good(own_service)), provider)


def test_an_old_discovery_document_serves_while_the_service_is_away(
    own_service: AccessService, provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = provider.metadata()
    provider._ask_again_at = 0.0
    asked = []

    def away(*_: object, **__: object) -> None:
        asked.append(1)
        raise requests.ConnectionError

    monkeypatch.setattr(requests.Session, "get", away)
    assert provider.metadata() == known
    newcomer = Provider(own_service.issuer)
    for _ in range(3):
        with pytest.raises(AccessServiceAway):
            newcomer.metadata()
    assert len(asked) == 2  # once by each: then it is left alone for a while
    monkeypatch.undo()
    newcomer._ask_again_at = 0.0
    assert newcomer.metadata() == known


@pytest.mark.parametrize(
    "published",
    [
        {"issuer": "https://elsewhere.example"},
        {"jwks_uri": "http://plain.example/jwks"},
        {"token_endpoint": None},
        {"authorization_endpoint": "javascript:alert(1)"},
    ],
)
def test_a_wrong_discovery_document(
    own_service: AccessService, monkeypatch: pytest.MonkeyPatch, published: dict[str, Any]
) -> None:
    document = {**own_service.discovery(), **published}
    monkeypatch.setattr(type(own_service), "discovery", lambda _: document)
    with pytest.raises(AccessServiceAway):
        Provider(own_service.issuer).metadata()


def test_a_service_that_hangs_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    import socket

    monkeypatch.setattr(providers, "SECONDS_TO_ANSWER", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent, pytest.raises(AccessServiceAway):
        Provider(f"http://127.0.0.1:{silent.getsockname()[1]}").metadata()
