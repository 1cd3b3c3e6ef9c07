"""Why a dial was allowed or refused, and who did what: rows that are written once and never changed."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, DateTime, Identity, Index, String, UniqueConstraint, func, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from archer.compliance.audit_chain import GENESIS, audit_hash
from archer.store.base import Base, Identifier, Instant, OwnedByOrganization, Word


class DialDecision(OwnedByOrganization, Base):
    """One verdict of the compliance gate with the facts it was given: enough to replay it years later (R-01)."""

    __tablename__ = "dial_decisions"
    __table_args__ = (
        Index("ix_dial_decisions_call_id_decided_at", "call_id", "decided_at"),
        Index("ix_dial_decisions_customer_id", "customer_id"),
    )

    id: Mapped[Identifier]
    customer_id: Mapped[UUID]
    call_id: Mapped[UUID | None]
    stage: Mapped[Word]
    """`request` when the call was asked for, `dial` right before the carrier was asked, `campaign` when a campaign
    skipped the customer without asking for a call."""
    decided_at: Mapped[Instant]
    decision: Mapped[Word]
    until: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    rules: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    facts: Mapped[dict[str, Any]] = mapped_column(JSONB)
    facts_used: Mapped[dict[str, Any]] = mapped_column(JSONB)
    ruleset: Mapped[str] = mapped_column(String(32))


class AuditEntry(OwnedByOrganization, Base):
    """One act of a person, a key or the system. Each hash covers the one before it, so a gap or a change shows."""

    __tablename__ = "audit_log"
    __table_args__ = (
        UniqueConstraint("organization_id", "number"),
        Index("ix_audit_log_organization_id_subject", "organization_id", "subject"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    number: Mapped[int] = mapped_column(BigInteger)
    """Position in the organization's chain, from 1."""
    at: Mapped[Instant]
    actor: Mapped[str] = mapped_column(String(100))
    action: Mapped[str] = mapped_column(String(64))
    subject: Mapped[str] = mapped_column(String(120))
    details: Mapped[dict[str, Any]] = mapped_column(JSONB)
    previous_hash: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))


async def audit(
    session: AsyncSession,
    organization_id: UUID,
    *,
    at: datetime,
    actor: str,
    action: str,
    subject: str,
    details: dict[str, Any] | None = None,
) -> AuditEntry:
    """Append to the organization's chain; appenders of one organization wait for each other until commit."""
    details = details or {}
    await session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(f"audit:{organization_id}", 0))))
    last = (
        await session.execute(
            select(AuditEntry.number, AuditEntry.hash)
            .where(AuditEntry.organization_id == organization_id)
            .order_by(AuditEntry.number.desc())
            .limit(1)
        )
    ).one_or_none()
    number, previous = (1, GENESIS) if last is None else (last.number + 1, last.hash)
    entry = AuditEntry(
        organization_id=organization_id,
        number=number,
        at=at,
        actor=actor,
        action=action,
        subject=subject,
        details=details,
        previous_hash=previous,
        hash=audit_hash(
            previous_hash=previous,
            number=number,
            at=at,
            actor=actor,
            action=action,
            subject=subject,
            details=details,
        ),
    )
    session.add(entry)
    await session.flush()
    return entry


async def latest_decision(session: AsyncSession, call_id: UUID) -> DialDecision | None:
    """The newest verdict about a call."""
    rows = await session.execute(
        select(DialDecision)
        .where(DialDecision.call_id == call_id)
        .order_by(DialDecision.decided_at.desc(), DialDecision.id)
        .limit(1)
    )
    return rows.scalar_one_or_none()
