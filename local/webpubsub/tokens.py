"""Who may call the REST API, who may connect: HS256 tokens over the access key, as Azure Web PubSub checks them.

A REST token names the request's URL as its audience; a client token names `<endpoint>/client/hubs/<hub>` and carries
the user, roles and first groups. Expiry is checked against the wall clock.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import jwt
from aiohttp import web
from yarl import URL

KEY_BYTES = 32


class TokenError(Exception):
    """A token that does not admit its bearer; the text says why and is safe to show."""


@dataclass(frozen=True)
class ClientGrant:
    """What a client access token grants."""

    user_id: str | None
    roles: frozenset[str]
    groups: frozenset[str]
    expires_at: float
    """Wall-clock seconds since the epoch at which the connection ends."""

    def seconds_left(self) -> float:
        """Seconds until the grant ends."""
        return max(0.0, self.expires_at - time.time())


class Authority:
    """Checks and issues tokens with one access key of at least 32 bytes (ValueError else)."""

    def __init__(self, access_key: str) -> None:
        if len(access_key.encode()) < KEY_BYTES:
            raise ValueError(f"the access key must have at least {KEY_BYTES} bytes, has {len(access_key.encode())}")
        self._key = access_key

    def check_rest(self, request: web.Request) -> None:
        """Admit a REST request or raise TokenError."""
        self._decode(_bearer(request), f"{request.scheme}://{request.host}{request.path}")

    def check_client(self, request: web.Request, hub: str) -> ClientGrant:
        """Admit a client to a hub or raise TokenError."""
        token = request.query.get("access_token") or _bearer(request)
        claims = self._decode(token, f"{request.scheme}://{request.host}/client/hubs/{hub}")
        return ClientGrant(
            user_id=claims.get("sub"),
            roles=_names(claims, "role"),
            groups=_names(claims, "webpubsub.group"),
            expires_at=float(claims["exp"]),
        )

    def issue(self, audience: str, *, minutes: int, user_id: str | None, roles: list[str], groups: list[str]) -> str:
        """A client access token."""
        now = int(time.time())
        claims: dict[str, Any] = {"aud": audience, "iat": now, "exp": now + 60 * minutes}
        claims |= {name: value for name, value in (("role", roles), ("webpubsub.group", groups)) if value}
        return jwt.encode(claims | ({"sub": user_id} if user_id else {}), self._key, algorithm="HS256")

    def _decode(self, token: str, url: str) -> dict[str, Any]:
        try:
            claims: dict[str, Any] = jwt.decode(
                token,
                self._key,
                algorithms=["HS256"],
                options={"require": ["exp", "aud"], "verify_aud": False, "verify_iat": False},
            )
        except jwt.PyJWTError as error:
            raise TokenError(f"The access token is not valid: {error}") from error
        audiences = claims["aud"] if isinstance(claims["aud"], list) else [claims["aud"]]
        if _place(url) not in [_place(str(audience)) for audience in audiences]:
            raise TokenError(f"The access token is for {audiences[0]}, not for {url}")
        return claims


def _bearer(request: web.Request) -> str:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise TokenError("An access token is missing")
    return token


def _place(url: str) -> str:
    """What of an audience counts: origin and decoded path, whatever the case; the query does not."""
    try:
        parsed = URL(url)
        return f"{parsed.scheme}://{parsed.authority}{parsed.path}".lower().rstrip("/")
    except ValueError:
        return url


def _names(claims: Mapping[str, Any], name: str) -> frozenset[str]:
    value = claims.get(name, [])
    return frozenset([value] if isinstance(value, str) else value)
