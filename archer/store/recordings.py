"""Recordings of calls: references to what the carrier keeps, never the audio itself (R-03)."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import DateTime, ForeignKeyConstraint, Index, String, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from archer.store.base import Base, Identifier, Instant, OwnedByOrganization, Word
from archer.store.calls import Call


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


async def keep_recording(
    session: AsyncSession, call: Call, *, sid: str, status: str, started_at: datetime, duration_seconds: int | None
) -> None:
    """Keep a report about a recording; reports in any order leave the same row, and what ended stays ended."""
    new = insert(Recording).values(
        id=uuid4(),
        organization_id=call.organization_id,
        call_id=call.id,
        recording_sid=sid,
        status=status,
        started_at=started_at,
        duration_seconds=duration_seconds,
    )
    await session.execute(
        new.on_conflict_do_update(
            index_elements=["recording_sid"],
            set_={
                "status": new.excluded.status,
                "duration_seconds": func.coalesce(new.excluded.duration_seconds, Recording.duration_seconds),
            },
            where=(Recording.call_id == call.id) & (Recording.status == "in-progress"),
        )
    )
