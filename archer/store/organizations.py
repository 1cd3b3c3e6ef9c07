"""Organizations, their settings, and the API keys that act for them."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import DateTime, Index, String, func, select, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from archer.store.base import Base, Identifier, Instant, OwnedByOrganization, Word

Role = Literal["viewer", "operator", "admin"]
ROLE_RANK: dict[str, int] = {"viewer": 0, "operator": 1, "admin": 2}


class ArrangementLimits(BaseModel):
    """What the bank allows its agent to arrange; every number is the bank's policy, not law."""

    model_config = ConfigDict(extra="forbid")

    plan_months: list[int] = [3, 6, 12]
    plan_minimum_balance: Decimal = Decimal("100.00")
    minimum_installment: Decimal = Decimal("25.00")
    minimum_payment: Decimal = Decimal("25.00")
    promise_max_days: int = Field(default=14, ge=1, le=60)
    extension_max_days: int = Field(default=30, ge=1, le=90)
    extension_max_days_overdue: int = 60
    settlement_floor: Decimal | None = Field(default=None, ge=0, le=1)
    """Least share of the balance that settles the account; None: no settlement is offered."""
    settlement_min_days_overdue: int = 90
    payment_max_days_ahead: int = 14
    methods: list[Literal["sms_link", "bank_transfer"]] = ["sms_link", "bank_transfer"]
    link_valid_hours: int = 72


class OrganizationSettings(BaseModel):
    """What an organization sets for itself."""

    model_config = ConfigDict(extra="forbid")

    agent_name: str = "Archer"
    callback_number: str = ""
    """E.164; spoken on request and needed before any dial (I-01)."""
    caller_id: str = ""
    """E.164 number that calls show; empty: TWILIO_FROM_NUMBER."""
    caller_id_verified: bool = False
    """The number is real, callable and the organization's (P-29)."""
    name_indicates_collection: bool = False
    supported_languages: list[str] = ["en"]
    human_queue_number: str = ""
    """E.164 number of the people that calls are handed to; empty: nobody is there, a callback is offered."""
    human_hours: tuple[int, int] = (8, 21)
    """Local hours [open, close) of those people, in `timezone`."""
    timezone: str = "America/New_York"
    ring_timeout_seconds: int = Field(default=30, ge=15, le=60)
    """At least 15 s (I-02)."""
    max_call_seconds: int = Field(default=900, ge=60, le=3600)
    window_buffer_minutes: int = Field(default=5, ge=0, le=60)
    machine_detection: bool = True
    payment_link_base: str = ""
    limits: ArrangementLimits = ArrangementLimits()


class Organization(Base):
    __tablename__ = "organizations"

    id: Mapped[Identifier]
    name: Mapped[str] = mapped_column(String(200))
    """Registered business name, spoken first in every call (I-01)."""
    settings: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict, server_default=text("'{}'"))
    created_at: Mapped[Instant] = mapped_column(server_default=func.now())

    @property
    def configured(self) -> OrganizationSettings:
        return OrganizationSettings.model_validate(self.settings)


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


async def get_organization(session: AsyncSession, organization_id: UUID) -> Organization:
    """The organization of this transaction; raises NoResultFound when it is another's."""
    return (await session.execute(select(Organization).where(Organization.id == organization_id))).scalar_one()
