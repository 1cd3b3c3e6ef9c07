"""Text messages to customers, and the outbox: queue messages that leave with the change that caused them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    DateTime,
    ForeignKeyConstraint,
    Identity,
    Index,
    String,
    Text,
    func,
    select,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from archer.store.base import Base, Identifier, Instant, OwnedByOrganization, Word

Queue = Literal[
    "call-requests", "call-signals", "call-wrapup", "campaign-signals", "outbound-messages", "knowledge-ingest"
]


class Message(OwnedByOrganization, Base):
    """One text message. `key` says what it is for, so that no cause sends two."""

    __tablename__ = "messages"
    __table_args__ = (
        ForeignKeyConstraint(
            ["organization_id", "customer_id"], ["customers.organization_id", "customers.id"], ondelete="CASCADE"
        ),
        Index("uq_messages_organization_id_key", "organization_id", "key", unique=True),
        Index("uq_messages_message_sid", "message_sid", unique=True),
        Index("ix_messages_call_id", "call_id"),
        Index("ix_messages_customer_id_sent_at", "customer_id", "sent_at"),
        Index("ix_messages_organization_id_to_number_sent_at", "organization_id", "to_number", "sent_at"),
        Index("ix_messages_unsent", "created_at", postgresql_where=text("status IN ('queued', 'sending')")),
    )

    id: Mapped[Identifier]
    customer_id: Mapped[UUID]
    call_id: Mapped[UUID | None]
    channel: Mapped[Word]
    to_number: Mapped[str] = mapped_column(String(20))
    body: Mapped[str] = mapped_column(Text)
    key: Mapped[str] = mapped_column(String(100))
    status: Mapped[Word]
    """`queued`, `sending`, `sent`, `delivered`, `failed`; `sending` is reconciled before it is tried again."""
    message_sid: Mapped[str | None] = mapped_column(String(64))
    error: Mapped[str | None] = mapped_column(String(300))
    created_at: Mapped[Instant]
    asked_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    sent_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class OutboxMessage(OwnedByOrganization, Base):
    """A queue message waiting to leave: written in the transaction of its cause, sent right after the commit."""

    __tablename__ = "outbox"
    __table_args__ = (Index("ix_outbox_unsent", "created_at", postgresql_where=text("sent_at IS NULL")),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    queue: Mapped[str] = mapped_column(String(64))
    body: Mapped[dict[str, Any]] = mapped_column(JSONB)
    created_at: Mapped[Instant] = mapped_column(server_default=func.now())
    sent_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


async def put_outbox(session: AsyncSession, organization_id: UUID, queue: Queue, body: dict[str, Any]) -> OutboxMessage:
    """Write a message that must leave if and only if this transaction commits; it gets its id at once."""
    message = OutboxMessage(
        organization_id=organization_id, queue=queue, body={"organization_id": str(organization_id), **body}
    )
    session.add(message)
    await session.flush()
    return message


async def mark_sent(session: AsyncSession, ids: Sequence[int]) -> None:
    """Remember that the queue has taken these messages."""
    await session.execute(update(OutboxMessage).where(OutboxMessage.id.in_(ids)).values(sent_at=func.now()))


async def unsent(session: AsyncSession, before: datetime, limit: int = 500) -> list[OutboxMessage]:
    """Messages of this organization older than `before` (wall clock) that never left, locked for the sender."""
    rows = await session.execute(
        select(OutboxMessage)
        .where(OutboxMessage.sent_at.is_(None), OutboxMessage.created_at < before)
        .order_by(OutboxMessage.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return list(rows.scalars())


async def messages_of(session: AsyncSession, call_id: UUID) -> list[Message]:
    """Text messages that a call caused, oldest first."""
    rows = await session.execute(select(Message).where(Message.call_id == call_id).order_by(Message.created_at))
    return list(rows.scalars())
