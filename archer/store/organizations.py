"""Organizations and the API keys that act for them."""

import hashlib
import secrets
from copy import deepcopy
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import DateTime, Index, String, func, select, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from archer.store.base import Base, Identifier, Instant, OwnedByOrganization, Word
from archer.store.organization_settings import ArrangementLimits, OrganizationSettings, SegmentRules

__all__ = [
    "ROLE_RANK",
    "ApiKey",
    "ArrangementLimits",
    "KeyOwner",
    "Organization",
    "OrganizationSettings",
    "Role",
    "SegmentRules",
    "find_key_owner",
    "get_organization",
    "hash_api_key",
    "new_api_key",
    "number_owner",
]

Role = Literal["viewer", "operator", "admin"]
ROLE_RANK: dict[str, int] = {"viewer": 0, "operator": 1, "admin": 2}


_CONFIGURED: dict[UUID, tuple[dict[str, Any], OrganizationSettings]] = {}
"""What was read of each organization's row, and what it means: checking it costs more than a query."""
_KEPT = 1000


class Organization(Base):
    __tablename__ = "organizations"

    id: Mapped[Identifier]
    name: Mapped[str] = mapped_column(String(200))
    """Registered business name, spoken first in every call (I-01)."""
    settings: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict, server_default=text("'{}'"))
    created_at: Mapped[Instant] = mapped_column(server_default=func.now())

    @property
    def configured(self) -> OrganizationSettings:
        """The settings, checked and with their defaults; shared by all who read the same, so not to be changed."""
        kept = _CONFIGURED.get(self.id)
        if kept is None or kept[0] != self.settings:
            if len(_CONFIGURED) >= _KEPT:
                _CONFIGURED.clear()
            kept = _CONFIGURED[self.id] = deepcopy(self.settings), OrganizationSettings.model_validate(self.settings)
        return kept[1]


class ApiKey(OwnedByOrganization, Base):
    __tablename__ = "api_keys"
    __table_args__ = (Index("uq_api_keys_key_hash", "key_hash", unique=True),)

    id: Mapped[Identifier]
    name: Mapped[str] = mapped_column(String(100))
    key_hash: Mapped[str] = mapped_column(String(64))
    role: Mapped[Word]
    created_at: Mapped[Instant] = mapped_column(server_default=func.now())
    expires_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    revoked_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


@dataclass(frozen=True)
class KeyOwner:
    """Who an API key acts for."""

    key_id: UUID
    organization_id: UUID
    role: Role


def new_api_key() -> str:
    """A fresh key of 256 random bits; shown once, stored as its hash only."""
    return "ak_" + secrets.token_urlsafe(32)


def hash_api_key(key: str) -> str:
    """SHA-256 in hex: the keys are random, so a slow hash would cost each request and protect nothing."""
    return hashlib.sha256(key.encode()).hexdigest()


async def find_key_owner(session: AsyncSession, key: str) -> KeyOwner | None:
    """Whose key this is; None when unknown, revoked or expired. Works outside any organization."""
    row = (
        await session.execute(
            text("SELECT key_id, organization_id, role FROM api_key_owner(:hash)"), {"hash": hash_api_key(key)}
        )
    ).one_or_none()
    return None if row is None else KeyOwner(row.key_id, row.organization_id, row.role)


async def get_organization(session: AsyncSession, organization_id: UUID, *, lock: bool = False) -> Organization:
    """The organization of this transaction; raises NoResultFound when it is another's."""
    query = select(Organization).where(Organization.id == organization_id)
    if lock:
        query = query.with_for_update()
    return (await session.execute(query)).scalar_one()


async def number_owner(session: AsyncSession, e164: str) -> UUID | None:
    """The organization that answers at this number, whichever it is; None when nobody has claimed it."""
    found = await session.execute(text("SELECT organization_id FROM organization_of_number(:e164)"), {"e164": e164})
    return found.scalar_one_or_none()
