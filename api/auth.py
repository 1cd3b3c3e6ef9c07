"""Who may call: API keys with roles for people and systems, tokens for the agent."""

from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Header

from api.problems import Problem
from archer.security import CallClaims, InvalidToken, read
from archer.settings import settings
from archer.store.database import database
from archer.store.organizations import ROLE_RANK, Role, find_key_owner

_CHALLENGE = {"WWW-Authenticate": "Bearer"}


@dataclass(frozen=True)
class Principal:
    """Who asks: one organization, one role."""

    organization_id: UUID
    role: Role
    name: str
    """For the audit log: which key."""


def _bearer(authorization: str | None) -> str:
    scheme, _, token = (authorization or "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise Problem(401, "not-authenticated", "send an API key: `Authorization: Bearer ak_…`", headers=_CHALLENGE)
    return token.strip()


async def principal(authorization: Annotated[str | None, Header()] = None) -> Principal:
    """The owner of the API key of this request."""
    key = _bearer(authorization)
    async with database().outside() as session:
        owner = await find_key_owner(session, key)
    if owner is None:
        raise Problem(401, "not-authenticated", "the API key is unknown, revoked or expired", headers=_CHALLENGE)
    return Principal(owner.organization_id, owner.role, f"key:{owner.key_id}")


class _Needs:
    def __init__(self, role: Role) -> None:
        self.role = role

    def __call__(self, who: Annotated[Principal, Depends(principal)]) -> Principal:
        if ROLE_RANK[who.role] < ROLE_RANK[self.role]:
            raise Problem(403, "not-allowed", f"this needs the role {self.role}; the key has {who.role}")
        return who


Viewer = Annotated[Principal, Depends(_Needs("viewer"))]
Operator = Annotated[Principal, Depends(_Needs("operator"))]
Admin = Annotated[Principal, Depends(_Needs("admin"))]


def _claims(authorization: str | None, call_id: UUID, kind: str) -> CallClaims:
    token = _bearer(authorization)
    try:
        return read(
            settings().call_token_secret.get_secret_value(),
            "archer-call" if kind == "call" else "archer-session",
            token,
            call_id,
        )
    except InvalidToken as error:
        raise Problem(401, "not-authenticated", str(error), headers=_CHALLENGE) from error


def call_claims(call_id: UUID, authorization: Annotated[str | None, Header()] = None) -> CallClaims:
    """A call token: it came through the carrier and may open one session."""
    return _claims(authorization, call_id, "call")


def session_claims(call_id: UUID, authorization: Annotated[str | None, Header()] = None) -> CallClaims:
    """A session token: it acts for one call until a newer session takes over."""
    return _claims(authorization, call_id, "session")


CallToken = Annotated[CallClaims, Depends(call_claims)]
SessionToken = Annotated[CallClaims, Depends(session_claims)]
