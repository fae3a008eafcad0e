"""The access service: what it publishes about itself, kept for a while, and its keys, asked again when they change."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final
from urllib.parse import urlsplit

import requests
from authlib.integrations.base_client import OAuthError
from authlib.integrations.requests_client import OAuth2Session
from django.conf import settings
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, RSAKey

log = logging.getLogger("leerrekening.web.sign_in")

# Codes of RFC 6749 that say that we, or what was agreed, are wrong; and never the person or their code.
OUR_FAULTS: Final = frozenset(
    {"invalid_client", "invalid_request", "invalid_scope", "unauthorized_client", "unsupported_grant_type"}
    | {"unsupported_response_type"}
)
SECONDS_TO_ANSWER: Final = 5.0
SECONDS_TO_KEEP: Final = 3600.0
SECONDS_LEFT_ALONE: Final = 10.0
LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})
NEEDED: Final = ("authorization_endpoint", "token_endpoint", "jwks_uri")


class AccessServiceAway(Exception):
    """The access service does not answer, or answers with something else than it should."""


class CodeRefused(Exception):
    """The access service gives no token for this code: used before, too old, or not for us."""


class Provider:
    """One access service, by its issuer address. Safe to share between threads."""

    def __init__(self, issuer: str) -> None:
        self.issuer: Final = issuer
        self._lock: Final = threading.Lock()
        self._metadata: Mapping[str, Any] | None = None
        self._ask_again_at = 0.0
        self._keys: Mapping[str, RSAKey] = {}

    def metadata(self) -> Mapping[str, Any]:
        """Its discovery document; an old one while a new one cannot be had. Errors: AccessServiceAway.

        After a failure it is left alone for a while, so that people do not wait for it one after another.
        """
        with self._lock:
            now = time.monotonic()
            if now > self._ask_again_at:
                try:
                    self._metadata = self._discover()
                    self._ask_again_at = now + SECONDS_TO_KEEP
                except AccessServiceAway:
                    self._ask_again_at = time.monotonic() + SECONDS_LEFT_ALONE
            if self._metadata is None:
                raise AccessServiceAway(self.issuer)
            return self._metadata

    def names_itself(self, issuer: str | None) -> bool:
        """Whether an answer that names this issuer, or none, may be ours (RFC 9207). Errors: AccessServiceAway."""
        if issuer is None:
            return not self.metadata().get("authorization_response_iss_parameter_supported", False)
        return issuer == self.issuer

    def key(self, kid: str) -> RSAKey | None:
        """The key with this name; the keys are asked once more when it is not among them. Errors: AccessServiceAway."""
        if kid not in self._keys:
            self._keys = self._fetch_keys()
        return self._keys.get(kid)

    def client(self, redirect_uri: str) -> OAuth2Session:
        """A client of it, as the settings describe us."""
        session = OAuth2Session(
            client_id=settings.SIGN_IN_CLIENT_ID,
            client_secret=settings.SIGN_IN_CLIENT_SECRET or None,
            scope=settings.SIGN_IN_SCOPES,
            redirect_uri=redirect_uri,
            code_challenge_method="S256",
        )
        session.trust_env = not self._is_loopback(self.issuer)
        return session

    def id_token(self, code: str, verifier: str, redirect_uri: str) -> str:
        """The ID token for a code, not yet checked. Errors: CodeRefused, AccessServiceAway."""
        with self.client(redirect_uri) as client:
            try:
                answer = client.fetch_token(
                    self.metadata()["token_endpoint"],
                    grant_type="authorization_code",
                    code=code,
                    code_verifier=verifier,
                    timeout=SECONDS_TO_ANSWER,
                    allow_redirects=False,
                )
            except OAuthError as error:
                if note_our_fault(error.error):
                    raise AccessServiceAway("it refuses us") from error
                raise CodeRefused from error
            except (requests.RequestException, ValueError) as error:
                raise AccessServiceAway from error
        token = answer.get("id_token")
        if not isinstance(token, str):
            raise AccessServiceAway("no ID token in the answer")
        return token

    def _discover(self) -> Mapping[str, Any]:
        found = self._get(self.issuer.rstrip("/") + "/.well-known/openid-configuration")
        if found.get("issuer") != self.issuer:
            raise AccessServiceAway("the discovery document is of another issuer")
        for name in (*NEEDED, "end_session_endpoint"):
            address = found.get(name)
            if name in NEEDED and not isinstance(address, str):
                raise AccessServiceAway(f"the discovery document has no {name}")
            if address is not None and not (address.startswith("https://") or self._is_loopback(address)):
                raise AccessServiceAway(f"{name} is not reached over https")
        return found

    def _fetch_keys(self) -> Mapping[str, RSAKey]:
        try:
            keys = KeySet.import_key_set(self._get(self.metadata()["jwks_uri"]))  # type: ignore[arg-type]
        except (JoseError, ValueError, KeyError, TypeError) as error:
            raise AccessServiceAway("its keys cannot be read") from error
        return {key.kid: key for key in keys.keys if isinstance(key, RSAKey) and key.kid}

    def _get(self, address: str) -> dict[str, Any]:
        with requests.Session() as session:
            session.trust_env = not self._is_loopback(self.issuer)
            try:
                answer = session.get(address, timeout=SECONDS_TO_ANSWER, allow_redirects=False)
                document = answer.json() if answer.status_code == 200 else None
            except (requests.RequestException, ValueError) as error:
                raise AccessServiceAway(address) from error
        if not isinstance(document, dict):
            raise AccessServiceAway(address)
        return document

    @staticmethod
    def _is_loopback(address: str) -> bool:
        return urlsplit(address).hostname in LOOPBACK


def note_our_fault(code: str | None) -> bool:
    """Whether the access service says that it is our settings that are wrong; who operates the site reads so."""
    ours = code in OUR_FAULTS
    if ours:
        log.warning("the access service refuses us: %s (LLR_CLIENT_ID, LLR_CLIENT_SECRET, LLR_SCOPES)", code)
    return ours


@lru_cache(maxsize=4)
def provider(issuer: str) -> Provider:
    """The access service at this address, with what is remembered of it."""
    return Provider(issuer)
