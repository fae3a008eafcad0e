"""The demo access service as a WSGI application: authorization code with PKCE, RS256, one persona a session.

What it shares with the real one: a scope or client that was not agreed is refused before signing in; `acr` says which
means was used, out of those asked for; `max_age` and `prompt` ask for a new sign-in; the session has one capacity,
chosen at sign-in, and `switch` on the end-session address asks for another without signing in again; a code works once,
for 30 seconds.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import secrets
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Any, Final

from joserfc import jwt
from joserfc.jwk import RSAKey

from leerrekening.demo.access_service import pages, people
from leerrekening.demo.access_service.people import Capacity, Persona
from leerrekening.demo.access_service.wire import (
    COOKIE,
    Answer,
    BadRequest,
    cookie_of,
    document,
    form_of,
    page,
    query_of,
    redirect,
)

CODE_SECONDS: Final = 30
TOKEN_SECONDS: Final = 300
MEANS: Final = {
    "urn:be:vlaanderen:authmech:eid": "eID",
    "urn:be:vlaanderen:authmech:itsme": "itsme",
    "urn:be:vlaanderen:authmech:csamsms": "sms",
    "urn:be:vlaanderen:authmech:csampassword": "password",
}
CLAIMS_OF_SCOPE: Final = {
    "openid": ("sub",),
    "profile": ("given_name", "family_name"),
    "rrn": ("rrn",),
    "vo": ("vo_id", "vo_doelgroepcode", "vo_orgcode", "vo_orgnaam"),
}


@dataclass(frozen=True, slots=True)
class Client:
    """A program that may ask people to sign in."""

    id: str
    secret: str
    application: str
    redirect_uris: frozenset[str]
    post_logout_uris: frozenset[str]

    @property
    def scopes(self) -> frozenset[str]:
        """What was agreed."""
        return frozenset({*CLAIMS_OF_SCOPE, self.application})


@dataclass(frozen=True, slots=True)
class Session:
    """Somebody who has shown who they are. `capacity` None: still to be chosen."""

    persona: Persona
    acr: str
    auth_time: int
    capacity: Capacity | None


@dataclass(frozen=True, slots=True)
class Grant:
    """What a code stands for."""

    client: Client
    redirect_uri: str
    challenge: str
    nonce: str
    scopes: frozenset[str]
    session: Session
    until: float


class AccessService:
    """One demo access service. Everything is in memory; safe to share between threads."""

    def __init__(self, issuer: str, client: Client) -> None:
        self.issuer: Final = issuer
        self.client: Final = client
        self._lock: Final = threading.Lock()
        self._sessions: dict[str, Session] = {}
        self._grants: dict[str, Grant] = {}
        self.key = new_key()

    def rotate(self) -> None:
        """Sign with a new key from now on; the old one is no longer published."""
        self.key = new_key()

    def __call__(
        self, environ: dict[str, Any], start_response: Callable[[str, list[tuple[str, str]]], Any]
    ) -> Iterable[bytes]:
        """Answer one request."""
        try:
            answer = self.answer(environ)
        except BadRequest as error:
            answer = page(pages.problem(str(error)), HTTPStatus.BAD_REQUEST)
        headers = [*answer.headers, ("Content-Length", str(len(answer.body))), ("Cache-Control", "no-store")]
        start_response(f"{answer.status.value} {answer.status.phrase}", headers)
        return [answer.body]

    def answer(self, environ: dict[str, Any]) -> Answer:
        """The answer for a path and method. Errors: BadRequest."""
        route = (environ["REQUEST_METHOD"], environ.get("PATH_INFO", ""))
        match route:
            case ("GET", "/.well-known/openid-configuration"):
                return document(self.discovery())
            case ("GET", "/jwks"):
                return document({"keys": [self.key.as_dict(private=False)]})
            case ("GET", "/authorize"):
                return self.authorize(query_of(environ), cookie_of(environ))
            case ("POST", "/authorize"):
                return self.chosen(query_of(environ), form_of(environ), cookie_of(environ))
            case ("POST", "/token"):
                return self.token(form_of(environ), environ.get("HTTP_AUTHORIZATION", ""))
            case ("GET", "/end_session"):
                return self.end_session(query_of(environ), cookie_of(environ))
            case ("GET", "/llr.css"):
                return Answer(HTTPStatus.OK, pages.style(), [("Content-Type", "text/css; charset=utf-8")])
            case ("GET", "/source-sans-3.woff2"):
                return Answer(HTTPStatus.OK, pages.font(), [("Content-Type", "font/woff2")])
        return page(pages.problem("Not found"), HTTPStatus.NOT_FOUND)

    def discovery(self) -> dict[str, Any]:
        """What it publishes about itself."""
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/jwks",
            "end_session_endpoint": f"{self.issuer}/end_session",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "code_challenge_methods_supported": ["S256"],
            "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
            "acr_values_supported": list(MEANS),
            "authorization_response_iss_parameter_supported": True,
        }

    def authorize(self, asked: Mapping[str, str], cookie: str) -> Answer:
        """Send a person with a good session back at once; let the others choose. Errors: BadRequest."""
        self.check_client(asked)
        problem = self.problem_of(asked)
        if problem:
            return self.back(asked, {"error": problem})
        session = self._sessions.get(cookie)
        if session is None or not serves(session, asked):
            if asked.get("prompt") == "none":
                return self.back(asked, {"error": "login_required"})
            known = session if session is not None and proves(session, asked) else None
            return page(pages.chooser(asked, self.means(asked), known))
        return self.back(asked, {"code": self.grant(asked, session)})

    def chosen(self, asked: Mapping[str, str], form: Mapping[str, str], cookie: str) -> Answer:
        """A person and a capacity were chosen. Errors: BadRequest."""
        self.check_client(asked)
        if self.problem_of(asked):
            raise BadRequest("This request is not what was agreed.")
        if "cancel" in form:
            return self.back(asked, {"error": "access_denied"})
        persona_id, _, capacity_id = form.get("who", "").partition("/")
        found = people.find(persona_id, capacity_id)
        session = self._sessions.get(cookie)
        if found is None:
            raise BadRequest("Nobody was chosen.")
        persona, capacity = found
        if (
            session is not None
            and session.capacity is None
            and session.persona == persona
            and proves(session, asked)
        ):
            session = replace(session, capacity=capacity)
        else:
            acr = form.get("means", "")
            if acr not in self.means(asked):
                raise BadRequest("This means was not asked for.")
            session = Session(persona, acr, int(time.time()), capacity)
        key = secrets.token_urlsafe(24)
        with self._lock:
            self._sessions.pop(cookie, None)
            self._sessions[key] = session
        answer = self.back(asked, {"code": self.grant(asked, session)})
        answer.headers.append(("Set-Cookie", f"{COOKIE}={key}; Path=/; HttpOnly; SameSite=Lax"))
        return answer

    def token(self, form: Mapping[str, str], authorization: str) -> Answer:
        """The ID token for a code, once."""
        if not self.is_client(form, authorization):
            return document({"error": "invalid_client"}, HTTPStatus.UNAUTHORIZED)
        with self._lock:
            grant = self._grants.pop(form.get("code", ""), None)
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if (
            form.get("grant_type") != "authorization_code"
            or grant is None
            or grant.until < time.time()
            or grant.redirect_uri != form.get("redirect_uri")
            or not secrets.compare_digest(grant.challenge, challenge)
        ):
            return document({"error": "invalid_grant"}, HTTPStatus.BAD_REQUEST)
        return document(
            {
                "access_token": secrets.token_urlsafe(24),
                "token_type": "Bearer",
                "expires_in": TOKEN_SECONDS,
                "id_token": self.sign(self.claims(grant)),
            }
        )

    def claims(self, grant: Grant) -> dict[str, Any]:
        """What the ID token says."""
        assert grant.session.capacity is not None
        application = grant.client.application
        names = {name for scope in grant.scopes for name in CLAIMS_OF_SCOPE.get(scope, (f"{scope}_rol_3d",))}
        told = grant.session.persona.claims(grant.session.capacity, application)
        now = int(time.time())
        return {
            **{name: value for name, value in told.items() if name in names},
            "iss": self.issuer,
            "aud": grant.client.id,
            "iat": now,
            "exp": now + TOKEN_SECONDS,
            "nonce": grant.nonce,
            "acr": grant.session.acr,
            "auth_time": grant.session.auth_time,
        }

    def sign(self, claims: Mapping[str, Any]) -> str:
        """Sign as this service does."""
        return jwt.encode({"alg": "RS256", "kid": self.key.kid}, dict(claims), self.key, algorithms=["RS256"])

    def end_session(self, asked: Mapping[str, str], cookie: str) -> Answer:
        """Forget the session, or with `switch` only its capacity, and go back. Errors: BadRequest."""
        back = asked.get("post_logout_redirect_uri", "")
        if asked.get("client_id") != self.client.id or back not in self.client.post_logout_uris:
            raise BadRequest("This address to go back to was not agreed.")
        with self._lock:
            session = self._sessions.pop(cookie, None)
            if session is not None and "switch" in asked:
                self._sessions[cookie] = replace(session, capacity=None)
        return redirect(back, {name: asked[name] for name in ("state",) if name in asked})

    def check_client(self, asked: Mapping[str, str]) -> None:
        """Errors: BadRequest for a client or an address that was not agreed: nobody is sent to it."""
        if asked.get("client_id") != self.client.id:
            raise BadRequest("This program is not known here.")
        if asked.get("redirect_uri") not in self.client.redirect_uris:
            raise BadRequest("This address to go back to was not agreed.")

    def problem_of(self, asked: Mapping[str, str]) -> str:
        """Code of what is wrong with a request of a known client; empty when nothing is."""
        scopes = set(asked.get("scope", "").split())
        if asked.get("response_type") != "code":
            return "unsupported_response_type"
        if "openid" not in scopes or not scopes <= self.client.scopes:
            return "invalid_scope"
        if asked.get("code_challenge_method") != "S256" or len(asked.get("code_challenge", "")) != 43:
            return "invalid_request"
        if not asked.get("max_age", "0").isdigit() or not self.means(asked):
            return "invalid_request"
        return ""

    def means(self, asked: Mapping[str, str]) -> dict[str, str]:
        """The means that this service has, out of those asked for."""
        wanted = asked.get("acr_values", " ".join(MEANS)).split()
        return {urn: MEANS[urn] for urn in wanted if urn in MEANS}

    def grant(self, asked: Mapping[str, str], session: Session) -> str:
        """A new code."""
        code = secrets.token_urlsafe(24)
        grant = Grant(
            self.client,
            asked["redirect_uri"],
            asked["code_challenge"],
            asked.get("nonce", ""),
            frozenset(asked["scope"].split()),
            session,
            time.time() + CODE_SECONDS,
        )
        with self._lock:
            self._grants = {each: held for each, held in self._grants.items() if held.until > time.time()}
            self._grants[code] = grant
        return code

    def back(self, asked: Mapping[str, str], values: Mapping[str, str]) -> Answer:
        """Send the person back to the program."""
        state = {"state": asked["state"]} if "state" in asked else {}
        return redirect(asked["redirect_uri"], {**values, **state, "iss": self.issuer})

    def is_client(self, form: Mapping[str, str], authorization: str) -> bool:
        """Whether the program proves that it is the agreed one."""
        given = f"{form.get('client_id', '')}:{form.get('client_secret', '')}"
        if authorization.startswith("Basic "):
            try:
                given = base64.b64decode(authorization[6:]).decode()
            except (binascii.Error, UnicodeDecodeError):
                return False
        return secrets.compare_digest(given.encode(), f"{self.client.id}:{self.client.secret}".encode())


def new_key() -> RSAKey:
    """A key to sign with."""
    key = RSAKey.generate_key(2048, {"use": "sig", "alg": "RS256"}, auto_kid=True)
    key.ensure_kid()
    return key


def proves(session: Session, asked: Mapping[str, str]) -> bool:
    """Whether the person need not show again who they are."""
    recent = time.time() - session.auth_time <= int(asked.get("max_age", "999999999"))
    return recent and session.acr in asked.get("acr_values", session.acr).split()


def serves(session: Session, asked: Mapping[str, str]) -> bool:
    """Whether this session answers the request without a word from the person."""
    return session.capacity is not None and proves(session, asked) and asked.get("prompt") != "login"
