"""Recordings of calls: what is wanted and what the carrier keeps, never the audio itself (R-03)."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import DateTime, ForeignKeyConstraint, Index, String, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from archer.store.base import Base, Identifier, Instant, OwnedByOrganization, Word
from archer.store.calls import Call

OVER = frozenset({"completed", "absent", "failed", "deleted"})
"""Statuses of a recording that will not change at the carrier any more."""


class Recording(OwnedByOrganization, Base):
    """One recording at the carrier: written down before it is asked for, as a dial is."""

    __tablename__ = "recordings"
    __table_args__ = (
        ForeignKeyConstraint(["organization_id", "call_id"], ["calls.organization_id", "calls.id"], ondelete="CASCADE"),
        Index("uq_recordings_recording_sid", "recording_sid", unique=True),
        Index("uq_recordings_call_id_unplaced", "call_id", unique=True, postgresql_where=text("recording_sid IS NULL")),
        Index("ix_recordings_call_id", "call_id"),
        Index("ix_recordings_organization_id_started_at", "organization_id", "started_at"),
        Index(
            "ix_recordings_due",
            "started_at",
            postgresql_where=text(
                "deleted_at IS NULL AND (card_data_at IS NOT NULL"
                " OR status IN ('requested', 'asking', 'in-progress', 'paused'))"
            ),
        ),
    )

    id: Mapped[Identifier]
    call_id: Mapped[UUID]
    recording_sid: Mapped[str | None] = mapped_column(String(64))
    """None until the carrier has said so, or a webhook was quicker."""
    status: Mapped[Word]
    """`requested` (the carrier was not asked yet), `asking` (it was, and its answer is awaited or lost), `in-progress`,
    `paused`, `completed`, `absent` (there is none), `failed`; `deleted` once the carrier has deleted it."""
    wanted: Mapped[Word] = mapped_column(default="in-progress", server_default="in-progress")
    """What it is to be: `in-progress`, `paused` while card data is handled (I-20), `completed` after an objection
    (I-05). Whoever looks after the call brings `status` to it."""
    attempts: Mapped[int] = mapped_column(default=0, server_default="0")
    """How often the carrier was asked to begin."""
    asked_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    """Wall-clock time of the last of these."""
    error: Mapped[str | None] = mapped_column(String(300))
    started_at: Mapped[Instant]
    duration_seconds: Mapped[int | None]
    card_data_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    """Card data was spoken into it: it is deleted as soon as the call has ended (I-20, R-07)."""
    deleted_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


async def recordings_of(session: AsyncSession, call_id: UUID) -> list[Recording]:
    """A call's recordings, oldest first."""
    rows = await session.execute(
        select(Recording).where(Recording.call_id == call_id).order_by(Recording.started_at, Recording.id)
    )
    return list(rows.scalars())


async def open_recording(session: AsyncSession, call_id: UUID, *, lock: bool = False) -> Recording | None:
    """The call's recording that runs, or is to; `lock` holds the row until the transaction ends."""
    query = (
        select(Recording)
        .where(Recording.call_id == call_id, Recording.status.not_in(OVER))
        .order_by(Recording.started_at.desc(), Recording.id)
        .limit(1)
    )
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    return (await session.execute(query)).scalar_one_or_none()


async def keep_recording(
    session: AsyncSession, call: Call, *, sid: str, status: str, started_at: datetime, duration_seconds: int | None
) -> None:
    """Keep a report about a recording of a locked call; reports in any order leave the same row.

    A report that comes before the carrier's own answer is taken for that answer. What has ended stays ended.
    """
    rows = await recordings_of(session, call.id)
    row = next((one for one in rows if one.recording_sid == sid), None)
    row = row or next((one for one in rows if one.recording_sid is None and one.status == "asking"), None)
    if row is None:
        new = insert(Recording).values(
            id=uuid4(),
            organization_id=call.organization_id,
            call_id=call.id,
            recording_sid=sid,
            status=status,
            started_at=started_at,
            duration_seconds=duration_seconds,
        )
        await session.execute(new.on_conflict_do_nothing())
        return
    if row.recording_sid is None:
        row.recording_sid, row.started_at = sid, started_at
    if status in OVER and duration_seconds is not None and row.duration_seconds is None:
        row.duration_seconds = duration_seconds
    if row.status in OVER or (row.status == "paused" and status not in OVER):
        return  # a late "in-progress" is about its beginning
    row.status = status
