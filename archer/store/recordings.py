"""Recordings of calls: references to what the carrier keeps, never the audio itself (R-03)."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import DateTime, ForeignKeyConstraint, Index, String, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from archer.store.base import Base, Identifier, Instant, OwnedByOrganization, Word


class Recording(OwnedByOrganization, Base):
    """One recording at the carrier."""

    __tablename__ = "recordings"
    __table_args__ = (
        ForeignKeyConstraint(["organization_id", "call_id"], ["calls.organization_id", "calls.id"], ondelete="CASCADE"),
        Index("uq_recordings_recording_sid", "recording_sid", unique=True),
        Index("ix_recordings_call_id", "call_id"),
        Index("ix_recordings_organization_id_started_at", "organization_id", "started_at"),
    )

    id: Mapped[Identifier]
    call_id: Mapped[UUID]
    recording_sid: Mapped[str] = mapped_column(String(64))
    status: Mapped[Word]
    """`in-progress`, `completed`, `absent`; `deleted` once the carrier has deleted it."""
    started_at: Mapped[Instant]
    duration_seconds: Mapped[int | None]
    deleted_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


async def recordings_of(session: AsyncSession, call_id: UUID) -> list[Recording]:
    """A call's recordings, oldest first."""
    rows = await session.execute(
        select(Recording).where(Recording.call_id == call_id).order_by(Recording.started_at, Recording.id)
    )
    return list(rows.scalars())
