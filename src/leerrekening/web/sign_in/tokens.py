"""The ID token: what is checked before anything in it is believed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey

from leerrekening.web.sign_in.levels import levels
from leerrekening.web.sign_in.provider import Provider

ALGORITHM: Final = "RS256"
CLOCK_DIFFERENCE: Final = 30  # seconds
OLDEST: Final = 600  # seconds: a token is used as soon as it is made
NEVER: Final = datetime.fromtimestamp(0, UTC)


class TokenRefused(Exception):
    """A token that proves nothing. The message is a code for the log; it holds nothing of the token."""


@dataclass(frozen=True, slots=True)
class Proof:
    """What a good token says. `auth_time`: 1970 when the access service does not tell, so that it is never fresh."""

    claims: Mapping[str, Any]
    level: int
    auth_time: datetime


def check(
    token: str, provider: Provider, *, client_id: str, nonce: str, now: datetime | None = None
) -> Proof:
    """Check signature, algorithm, issuer, audience, nonce, times and means. Errors: TokenRefused, AccessServiceAway."""
    moment = int((now or datetime.now(UTC)).timestamp())

    def key_of(candidate: Any) -> RSAKey:
        kid = candidate.headers().get("kid")
        key = provider.key(kid) if isinstance(kid, str) else None
        if key is None:
            raise TokenRefused("unknown_key")
        return key

    try:
        claims = jwt.decode(token, key_of, algorithms=[ALGORITHM]).claims
        jwt.JWTClaimsRegistry(
            now=moment,
            leeway=CLOCK_DIFFERENCE,
            iss={"essential": True, "value": provider.issuer},
            aud={"essential": True, "value": client_id},
            sub={"essential": True},
            exp={"essential": True},
            iat={"essential": True},
            nonce={"essential": True, "value": nonce},
            acr={"essential": True},
        ).validate(claims)
    except (JoseError, ValueError) as error:
        raise TokenRefused(getattr(error, "error", "malformed")) from error
    if claims["aud"] not in (client_id, [client_id]):
        raise TokenRefused("audience_of_others")
    if claims.get("azp", client_id) != client_id:
        raise TokenRefused("issued_to_another")
    if claims["iat"] < moment - OLDEST:
        raise TokenRefused("too_old")
    level = levels().means.get(claims["acr"]) if isinstance(claims["acr"], str) else None
    if level is None:
        raise TokenRefused("unknown_means")
    return Proof(claims, level, proven_at(claims.get("auth_time"), moment))


def proven_at(auth_time: object, moment: int) -> datetime:
    """When the person last proved who they are. Errors: TokenRefused when that is no moment of the past."""
    if auth_time is None:
        return NEVER
    if (
        isinstance(auth_time, bool)
        or not isinstance(auth_time, int)
        or not 0 <= auth_time <= moment + CLOCK_DIFFERENCE
    ):
        raise TokenRefused("auth_time")
    return datetime.fromtimestamp(auth_time, UTC)
