"""Idempotency keys: the same key and body give the same answer, another body is a conflict."""

import hashlib
import json
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, func, select
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from archer.store.base import Base, Instant


class IdempotencyKey(Base):
    """The answer that a key was given; rows older than a day may go."""

    __tablename__ = "idempotency_keys"
    __table_args__ = (Index("ix_idempotency_keys_created_at", "created_at"),)

    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organizations.id", ondelete="CASCADE"), primary_key=True)
    route: Mapped[str] = mapped_column(String(100), primary_key=True)
    key: Mapped[str] = mapped_column(String(200), primary_key=True)
    request_hash: Mapped[str] = mapped_column(String(64))
    status: Mapped[int | None]
    body: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    created_at: Mapped[Instant] = mapped_column(server_default=func.now())


class KeyReused(Exception):
    """The key was used with another request body."""


def request_hash(body: dict[str, Any]) -> str:
    """SHA-256 of a request in canonical JSON."""
    return hashlib.sha256(json.dumps(body, sort_keys=True, default=str).encode()).hexdigest()


async def claim(
    session: AsyncSession, organization_id: UUID, route: str, key: str, hashed: str
) -> IdempotencyKey | None:
    """Claim a key for this transaction: None when it is new, else the row with the answer it was given.

    A second request with the same key waits here until the first has committed (or rolled back), so two at once
    cannot both be new. Raises KeyReused when the body differs.
    """
    inserted = await session.execute(
        insert(IdempotencyKey)
        .values(organization_id=organization_id, route=route, key=key, request_hash=hashed)
        .on_conflict_do_nothing()
        .returning(IdempotencyKey.key)
    )
    if inserted.scalar_one_or_none() is not None:
        return None
    row = (
        await session.execute(
            select(IdempotencyKey).where(
                IdempotencyKey.organization_id == organization_id,
                IdempotencyKey.route == route,
                IdempotencyKey.key == key,
            )
        )
    ).scalar_one()
    if row.request_hash != hashed:
        raise KeyReused(key)
    return row


async def remember(
    session: AsyncSession, organization_id: UUID, route: str, key: str, *, status: int, body: dict[str, Any]
) -> None:
    """Keep the answer that this key was given."""
    row = await session.get(IdempotencyKey, (organization_id, route, key))
    if row is None:
        raise LookupError(f"idempotency key {key!r} was not claimed")
    row.status, row.body = status, body
