"""What is prepared (intents) and what is done (arrangements), and callbacks promised to a customer."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Boolean, Date, DateTime, ForeignKeyConstraint, Index, Numeric, String, Text, func, select, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from archer.store.base import Base, Identifier, Instant, OwnedByOrganization, Word


class Intent(OwnedByOrganization, Base):
    """Something that a tool prepared and the caller has not confirmed yet; it changes nothing."""

    __tablename__ = "intents"
    __table_args__ = (
        ForeignKeyConstraint(["organization_id", "call_id"], ["calls.organization_id", "calls.id"], ondelete="CASCADE"),
        Index("ix_intents_call_id", "call_id"),
    )

    id: Mapped[Identifier]
    call_id: Mapped[UUID]
    customer_id: Mapped[UUID]
    kind: Mapped[Word]
    """`payment`, `plan`, `promise`, `extension`, `settlement`."""
    method: Mapped[str | None] = mapped_column(String(32))
    amount: Mapped[Any | None] = mapped_column(Numeric(12, 2))
    due_date: Mapped[date | None] = mapped_column(Date)
    schedule: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, default=list, server_default=text("'[]'"))
    sentence: Mapped[str] = mapped_column(Text)
    """Read to the caller, who must say yes to it."""
    besides: Mapped[bool] = mapped_column(Boolean, default=False, server_default=text("false"))
    """Wanted besides what was arranged before in this call (a promise for the rest), and not in its place."""
    status: Mapped[Word]
    """`prepared`, `confirmed`, `superseded`."""
    created_at: Mapped[Instant]
    expires_at: Mapped[Instant]


class Arrangement(OwnedByOrganization, Base):
    """What customer and bank agreed on. One intent makes one arrangement, whatever is retried."""

    __tablename__ = "arrangements"
    __table_args__ = (
        ForeignKeyConstraint(["organization_id", "call_id"], ["calls.organization_id", "calls.id"], ondelete="CASCADE"),
        Index("uq_arrangements_intent_id", "intent_id", unique=True),
        Index(
            "uq_arrangements_call_id_active",
            "call_id",
            unique=True,
            postgresql_where=text("status = 'active' AND kind <> 'promise'"),
        ),
        Index(
            "uq_arrangements_call_id_promised",
            "call_id",
            unique=True,
            postgresql_where=text("status = 'active' AND kind = 'promise'"),
        ),
        Index("ix_arrangements_call_id", "call_id"),
        Index("ix_arrangements_customer_id", "customer_id"),
    )

    id: Mapped[Identifier]
    call_id: Mapped[UUID]
    customer_id: Mapped[UUID]
    intent_id: Mapped[UUID]
    kind: Mapped[Word]
    method: Mapped[str | None] = mapped_column(String(32))
    amount: Mapped[Any | None] = mapped_column(Numeric(12, 2))
    due_date: Mapped[date | None] = mapped_column(Date)
    schedule: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, default=list, server_default=text("'[]'"))
    status: Mapped[Word]
    """`active` or `void` (the caller changed his mind within the same call)."""
    created_at: Mapped[Instant]


class Callback(OwnedByOrganization, Base):
    """A call that the customer asked for."""

    __tablename__ = "callbacks"
    __table_args__ = (
        ForeignKeyConstraint(
            ["organization_id", "customer_id"], ["customers.organization_id", "customers.id"], ondelete="CASCADE"
        ),
        Index("uq_callbacks_call_id", "call_id", unique=True),
        Index("ix_callbacks_customer_id", "customer_id"),
        Index("ix_callbacks_due", "scheduled_for", postgresql_where=text("status = 'scheduled'")),
    )

    id: Mapped[Identifier]
    customer_id: Mapped[UUID]
    call_id: Mapped[UUID]
    """The call in which it was asked for; asking again in that call moves it."""
    asked_at: Mapped[Instant]
    scheduled_for: Mapped[Instant]
    timezone: Mapped[str] = mapped_column(String(64))
    reason: Mapped[str] = mapped_column(String(300), default="", server_default="")
    status: Mapped[Word]
    """`scheduled`, `started`, `done`, `canceled`."""
    updated_at: Mapped[datetime] = mapped_column(
        DateTime(timezone=True), server_default=func.now(), onupdate=func.now()
    )


async def arrangements_of(session: AsyncSession, call_id: UUID) -> list[Arrangement]:
    """Arrangements made in a call, oldest first."""
    rows = await session.execute(
        select(Arrangement).where(Arrangement.call_id == call_id).order_by(Arrangement.created_at, Arrangement.id)
    )
    return list(rows.scalars())


async def callback_of(session: AsyncSession, call_id: UUID) -> Callback | None:
    """The callback asked for in a call, if any."""
    return (await session.execute(select(Callback).where(Callback.call_id == call_id))).scalar_one_or_none()


async def extensions_since(session: AsyncSession, customer_id: UUID, since: datetime, *, besides: UUID) -> int:
    """Extensions in force that a customer was granted since then, those of the call `besides` left out."""
    found = await session.execute(
        select(func.count())
        .select_from(Arrangement)
        .where(
            Arrangement.customer_id == customer_id,
            Arrangement.kind == "extension",
            Arrangement.status == "active",
            Arrangement.created_at >= since,
            Arrangement.call_id != besides,
        )
    )
    return found.scalar_one()
