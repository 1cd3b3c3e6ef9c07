"""Requests to erase a customer, and the doors through which the database deletes what nobody may change.

The application cannot delete immutable rows. It asks functions that run as the schema's owner; each works inside the
organization of the transaction, counts what it deleted, and refuses whatever the law still wants kept (R-02, R-04).
"""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Date, DateTime, Index, String, select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from archer.store.base import Base, Identifier, Instant, OwnedByOrganization, Word


class ErasureRequest(OwnedByOrganization, Base):
    """A customer asked to be forgotten. Contact is restricted at once; the deletion follows when it may (R-09)."""

    __tablename__ = "erasure_requests"
    __table_args__ = (
        Index("ix_erasure_requests_organization_id_requested_at", "organization_id", "requested_at"),
        Index(
            "uq_erasure_requests_customer_id_open",
            "customer_id",
            unique=True,
            postgresql_where=text("status = 'restricted'"),
        ),
    )

    id: Mapped[Identifier]
    customer_id: Mapped[UUID]
    """Kept after the customer is gone, so no foreign key."""
    requested_at: Mapped[Instant]
    requested_by: Mapped[str] = mapped_column(String(100))
    reason: Mapped[str] = mapped_column(String(300))
    status: Mapped[Word]
    """`restricted` until the periods have ended, then `done`."""
    erasable_on: Mapped[date | None] = mapped_column(Date)
    """The first day on which everything may go, as last reckoned; later activity moves it on."""
    done_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


async def erase_evidence(session: AsyncSession, customer_id: UUID) -> dict[str, int] | None:
    """Delete a customer's calls with all their records, decisions, messages and callbacks; what was deleted.

    None: there is no such customer. Raises DBAPIError (check_violation) within three years of the last activity.
    """
    return await _asked(session, "SELECT erase_evidence(:id)", customer_id)


async def erase_customer(session: AsyncSession, customer_id: UUID) -> dict[str, int] | None:
    """Delete a customer and all evidence; numbers that must not be contacted stay suppressed (R-04).

    None: there is no such customer. Raises DBAPIError (check_violation) within the law's periods.
    """
    return await _asked(session, "SELECT erase_customer(:id)", customer_id)


async def erase_unclaimed_calls(session: AsyncSession, before: datetime) -> int:
    """Delete calls of nobody known that began before an instant; how many. The law's period is never undercut."""
    found = await session.execute(text("SELECT erase_unclaimed_calls(:before)"), {"before": before})
    return int(found.scalar_one())


async def purge_secret(session: AsyncSession, call_id: UUID, seq: int, kept: str) -> bool:
    """Replace the text of an entry by what may be kept of it (R-07); only masks may take the place of words."""
    found = await session.execute(
        text("SELECT purge_secret(:call_id, :seq, :kept)"), {"call_id": call_id, "seq": seq, "kept": kept}
    )
    return bool(found.scalar_one())


async def organization_ids(session: AsyncSession) -> list[UUID]:
    """Every organization; works outside any of them, for jobs that visit each."""
    return list((await session.execute(text("SELECT organization_id FROM organization_ids()"))).scalars())


async def open_requests(session: AsyncSession) -> list[ErasureRequest]:
    """Requests that wait for their day, oldest first, locked for whoever carries them out."""
    rows = await session.execute(
        select(ErasureRequest)
        .where(ErasureRequest.status == "restricted")
        .order_by(ErasureRequest.requested_at, ErasureRequest.id)
        .with_for_update(skip_locked=True)
    )
    return list(rows.scalars())


async def _asked(session: AsyncSession, query: str, customer_id: UUID) -> dict[str, int] | None:
    answer: Any = (await session.execute(text(query), {"id": customer_id})).scalar_one()
    return None if answer is None else {name: int(count) for name, count in answer.items()}
