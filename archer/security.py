"""Tokens: what lets the agent act for one call, and nothing else.

A *call token* travels through the carrier to the agent and opens one session; a *session token* then runs tools and
stores entries for that call. Both are short-lived JWTs (HS256) of this deployment; whether they are used up or
overtaken by a newer session is a question for the call's row, not for the token.
"""

import time
from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

import jwt

CALL_TOKEN_SECONDS = 600
"""A call token outlives ringing, answering and Cartesia's call back to us, with room for a queue at the carrier."""
SESSION_GRACE_SECONDS = 1800
"""After the longest call, entries that were buffered while the API was away are still accepted this long."""

Audience = Literal["archer-call", "archer-session"]


class InvalidToken(Exception):
    """The token does not let its bearer do this; the message says why and holds nothing of the token."""


@dataclass(frozen=True)
class CallClaims:
    """What a token of either kind says."""

    organization_id: UUID
    call_id: UUID
    token_id: UUID
    epoch: int


def issue(secret: str, audience: Audience, claims: CallClaims, seconds: int) -> str:
    """A signed token for `seconds` from now (wall clock)."""
    now = int(time.time())
    body: dict[str, Any] = {
        "aud": audience,
        "sub": str(claims.call_id),
        "org": str(claims.organization_id),
        "jti": str(claims.token_id),
        "epoch": claims.epoch,
        "iat": now,
        "exp": now + seconds,
    }
    return jwt.encode(body, secret, algorithm="HS256")


def read(secret: str, audience: Audience, token: str, call_id: UUID) -> CallClaims:
    """The claims of a token of this kind for this call; raises InvalidToken with the reason."""
    try:
        body = jwt.decode(
            token,
            secret,
            algorithms=["HS256"],
            audience=audience,
            options={"require": ["exp", "sub", "org", "jti", "epoch"]},
        )
        claims = CallClaims(UUID(body["org"]), UUID(body["sub"]), UUID(body["jti"]), int(body["epoch"]))
    except jwt.ExpiredSignatureError as error:
        raise InvalidToken("the token has expired") from error
    except (jwt.InvalidTokenError, ValueError, TypeError) as error:
        raise InvalidToken("the token is not valid here") from error
    if claims.call_id != call_id:
        raise InvalidToken("the token is for another call")
    return claims
