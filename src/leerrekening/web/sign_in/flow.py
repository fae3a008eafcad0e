"""The way to the access service and back: authorization code with PKCE, one state and one nonce for each way."""

from __future__ import annotations

import logging
import secrets
import time
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlencode

import psycopg
from django.conf import settings
from django.http import HttpRequest
from django.urls import Resolver404, resolve, reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language, get_language_from_path, override

from leerrekening.registry import actors, people
from leerrekening.web import registers
from leerrekening.web.sign_in import kept, sessions, tokens
from leerrekening.web.sign_in.identity import Identity, NoCapacity, identities_of
from leerrekening.web.sign_in.levels import Level, levels
from leerrekening.web.sign_in.provider import (
    AccessServiceAway,
    CodeRefused,
    Provider,
    note_our_fault,
    provider,
)
from leerrekening.web.visitor import Visitor

log = logging.getLogger("leerrekening.web.sign_in")

PENDING: Final = "pending"
CHOICE: Final = "choice"
MOST_PENDING: Final = 5  # a person may have several windows open
LONGEST_WAY: Final = 1800  # seconds at the access service


class Refused(Exception):
    """The person does not come in. `reason`: a code of refusals.py; `way`: what was asked, when that is known."""

    def __init__(self, reason: str, way: dict[str, Any] | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.way = way


def configured() -> Provider:
    """The access service of the settings. Errors: Refused when there is none."""
    if not settings.SIGN_IN_ISSUER:
        raise Refused("none")
    return provider(settings.SIGN_IN_ISSUER)


def begin(request: HttpRequest, return_to: str, level: Level = "look", *, again: bool = False) -> str:
    """Remember where the person was going; the address of the access service to send them to.

    `again`: the person must show anew who they are, even when the access service still knows them. To act they always
    must: a service may take the means asked for as a wish and answer with an old, weaker sign-in. Errors: Refused.
    """
    service = configured()
    state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
    longest = levels().fresh if level == "act" else sessions.LONGEST
    language = get_language()
    try:
        with service.client(address_of(request, "sign_in_return")) as client:
            address, _ = client.create_authorization_url(
                service.metadata()["authorization_endpoint"],
                state=state,
                code_verifier=verifier,
                nonce=nonce,
                acr_values=levels().accepted(level),
                max_age=int(longest.total_seconds()),
                ui_locales=language,
                **({"prompt": "login"} if again or level == "act" else {}),
            )
    except AccessServiceAway as error:
        raise Refused("away") from error
    way = {
        "nonce": nonce,
        "verifier": verifier,
        "return_to": return_to,
        "level": level,
        "language": language,
        "at": int(time.time()),
    }
    others = list(request.session.get(PENDING, {}).items())[1 - MOST_PENDING :]
    request.session[PENDING] = {**dict(others), state: way}
    return str(address)


def finish(request: HttpRequest) -> dict[str, Any]:
    """Take the answer of the access service, sign the person in; the way that was begun. Errors: Refused, AWAY."""
    pending = request.session.get(PENDING, {})
    state = request.GET.get("state", "")
    way: dict[str, Any] | None = pending.pop(state, None)
    if way is None or way["at"] < time.time() - LONGEST_WAY:
        raise Refused("state", way)
    # Used once, whatever comes of it.
    request.session[PENDING] = pending
    request.session.save()
    service = configured()
    try:
        if not service.names_itself(request.GET.get("iss")):
            raise Refused("token", way)
        if "error" in request.GET:
            note_our_fault(request.GET["error"])
            raise Refused("cancelled", way)
        token = service.id_token(
            request.GET.get("code", ""), way["verifier"], address_of(request, "sign_in_return")
        )
        proof = tokens.check(token, service, client_id=settings.SIGN_IN_CLIENT_ID, nonce=way["nonce"])
        identities = identities_of(proof.claims)
    except AccessServiceAway as error:
        raise Refused("away", way) from error
    except CodeRefused as error:
        raise Refused("state", way) from error
    except tokens.TokenRefused as error:
        log.warning("token refused: %s", error)
        raise Refused("token", way) from error
    except NoCapacity as error:
        raise Refused(str(error), way) from error
    enough(identities[0], proof, way)
    choice = Choice(identities, proof.level, proof.auth_time, way)
    if len(identities) > 1:
        request.session[CHOICE] = choice.as_data()
    else:
        come_in(request, choice, 0)
    return way


@dataclass(frozen=True, slots=True)
class Choice:
    """Somebody who has shown who they are and may come in in these capacities."""

    identities: list[Identity]
    level: int
    auth_time: datetime
    way: dict[str, Any]

    def as_data(self) -> dict[str, Any]:
        """For in a session."""
        return {**asdict(self), "auth_time": self.auth_time.isoformat()}

    @classmethod
    def of(cls, session: Any) -> Choice | None:
        """The choice that this session is waiting for, unless it waits too long."""
        held = session.get(CHOICE)
        if held is None or held["way"]["at"] < time.time() - LONGEST_WAY:
            return None
        identities = [Identity(**each) for each in held["identities"]]
        return cls(identities, held["level"], datetime.fromisoformat(held["auth_time"]), held["way"])


def come_in(request: HttpRequest, choice: Choice, which: int) -> None:
    """Sign the person in, in one capacity. Errors: Refused, AWAY."""
    visitor = enter(choice.identities[which], choice.level, choice.auth_time, choice.way["language"])
    if visitor.party is not None:
        registers.freshen(visitor.party)
    form, pending = kept.of(request.session), request.session.get(PENDING, {})
    sessions.remember(request.session, visitor)
    request.session[PENDING] = pending  # other windows of this browser
    if form is not None and form.actor == visitor.actor:
        kept.put(request.session, form)
    log.info("signed in: %s at level %d", visitor.capacity, visitor.level)


def enough(identity: Identity, proof: tokens.Proof, way: dict[str, Any]) -> None:
    """Refuse a sign-in that is too weak for what it was asked for, or not fresh. Errors: Refused."""
    level: Level = way["level"]
    if proof.level < levels().required(level, identity.capacity):
        raise Refused("too_low", way)
    someone = Visitor(0, identity.capacity, identity.name, proof.level, proof.auth_time)
    if not levels().suffices(someone, level):
        raise Refused("not_fresh", way)


def enter(identity: Identity, level: int, auth_time: datetime, language: str) -> Visitor:
    """The person as this site knows them; made known at the first visit. Errors: Refused, AWAY."""
    with sessions.gate() as connection:
        party = None
        try:
            if identity.capacity == "citizen":
                party = people.find_or_add(
                    connection, identity.insz, identity.given_names, identity.family_name, language
                )
            actor = actors.enter(
                connection,
                actors.Actor(
                    identity.subject,
                    identity.capacity,
                    identity.name,
                    identity.organisation,
                    identity.organisation_name,
                    party,
                ),
            )
        except ValueError as error:
            raise Refused("no_number") from error
        except (LookupError, psycopg.IntegrityError) as error:
            raise Refused("other_number") from error
    return Visitor(
        actor,
        identity.capacity,
        identity.name,
        level,
        auth_time,
        party,
        identity.organisation,
        identity.organisation_name,
    )


def end_address(request: HttpRequest, *, switch: bool = False) -> str:
    """Where the person signs out at the access service too; empty when it has no such place or is away."""
    try:
        service = configured()
        address = service.metadata().get("end_session_endpoint")
    except (Refused, AccessServiceAway):
        return ""
    if not address:
        return ""
    back = address_of(request, "sign_in_switched" if switch else "sign_in_ended")
    values = {
        "client_id": settings.SIGN_IN_CLIENT_ID,
        "post_logout_redirect_uri": back,
        "state": get_language(),
        **({"switch": "true"} if switch else {}),
    }
    return f"{address}?{urlencode(values)}"


def address_of(request: HttpRequest, name: str) -> str:
    """A whole address of this site, as the access service knows it."""
    path = reverse(name)
    return settings.ADDRESS + path if settings.ADDRESS else str(request.build_absolute_uri(path))


def safe_return(path: str, otherwise: str) -> str:
    """A page of this site to come back to; `otherwise` for anything else, such as the address of another site."""
    if not path.startswith("/") or not url_has_allowed_host_and_scheme(path, allowed_hosts=None):
        return otherwise
    try:
        with override(get_language_from_path(path) or get_language()):
            resolve(path.partition("?")[0])
    except Resolver404:
        return otherwise
    return path
