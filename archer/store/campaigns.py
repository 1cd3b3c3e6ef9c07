"""Campaigns: a list of customers to call within limits, and what became of each of them.

The counts of a campaign are never stored: they are its members, counted. Times are policy time but for `look_due_at`.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any, Literal, get_args
from uuid import UUID

from sqlalchemy import DateTime, ForeignKeyConstraint, Index, String, UniqueConstraint, func, select, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from archer.store.base import Base, Identifier, Instant, OwnedByOrganization, Word
from archer.store.dial_rows import one_of_ids

CampaignStatus = Literal["draft", "running", "paused", "completed", "canceled"]
MemberStatus = Literal["pending", "calling", "done", "skipped", "failed"]
OPEN_STATUSES: tuple[CampaignStatus, ...] = ("draft", "running", "paused")
"""A campaign in one of these may still call somebody."""


class Campaign(OwnedByOrganization, Base):
    __tablename__ = "campaigns"
    __table_args__ = (
        UniqueConstraint("organization_id", "id"),
        Index("ix_campaigns_organization_id_created_at_id", "organization_id", "created_at", "id"),
        Index("ix_campaigns_look_due_at", "look_due_at", postgresql_where=text("look_due_at IS NOT NULL")),
    )

    id: Mapped[Identifier]
    name: Mapped[str] = mapped_column(String(200))
    agent_profile: Mapped[str] = mapped_column(String(64))
    tactic: Mapped[str | None] = mapped_column(String(64))
    """None: each customer's call gets the tactic of his segment."""
    collector_mode: Mapped[Word]
    max_concurrent_calls: Mapped[int]
    calls_per_minute: Mapped[int]
    max_attempts: Mapped[int]
    """Calls to one member at most, until somebody is reached."""
    retry_after_minutes: Mapped[int]
    starts_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    """Nobody is called earlier, however early it is started."""
    ends_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    """From then on nobody is called; who is still pending is skipped."""
    status: Mapped[Word]
    """A `CampaignStatus`."""
    created_at: Mapped[Instant]
    started_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    ended_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    wake_number: Mapped[int] = mapped_column(default=0, server_default="0")
    """Names the event that the campaign's orchestration waits for now (decision 0001)."""
    look_due_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    """Wall clock: if nobody has looked at the campaign by then, its orchestration is lost. None: nobody has to."""


class CampaignMember(OwnedByOrganization, Base):
    """One customer in one campaign."""

    __tablename__ = "campaign_members"
    __table_args__ = (
        ForeignKeyConstraint(
            ["organization_id", "campaign_id"], ["campaigns.organization_id", "campaigns.id"], ondelete="CASCADE"
        ),
        ForeignKeyConstraint(
            ["organization_id", "customer_id"], ["customers.organization_id", "customers.id"], ondelete="CASCADE"
        ),
        UniqueConstraint("campaign_id", "customer_id"),
        Index("ix_campaign_members_campaign_id_status_next_attempt_at", "campaign_id", "status", "next_attempt_at"),
        Index("ix_campaign_members_campaign_id_added_at_id", "campaign_id", "added_at", "id"),
        Index("ix_campaign_members_customer_id", "customer_id"),
    )

    id: Mapped[Identifier]
    campaign_id: Mapped[UUID]
    customer_id: Mapped[UUID]
    status: Mapped[Word]
    """A `MemberStatus`; `calling` from the moment a call is asked for until it is closed."""
    attempts: Mapped[int] = mapped_column(default=0, server_default="0")
    """Calls that counted; one that the gate stopped before the carrier was asked does not."""
    calls: Mapped[int] = mapped_column(default=0, server_default="0")
    """Calls asked for; numbers them, so that each is asked for once."""
    next_attempt_at: Mapped[Instant]
    last_call_id: Mapped[UUID | None]
    reason: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    """Why it is skipped, has failed or waits: `cause`, and with it `rules`, `decision_id`, `restriction_id` …"""
    added_at: Mapped[Instant]
    updated_at: Mapped[Instant]


async def get_campaign(session: AsyncSession, campaign_id: UUID, *, lock: bool = False) -> Campaign | None:
    """One campaign of this organization; `lock` lets rounds and changes of it wait for each other."""
    query = select(Campaign).where(Campaign.id == campaign_id)
    if lock:
        # Not FOR UPDATE: rows that point at the campaign (calls, members) may be written meanwhile.
        query = query.with_for_update(key_share=True).execution_options(populate_existing=True)
    return (await session.execute(query)).scalar_one_or_none()


async def progress_of(session: AsyncSession, campaign_ids: Iterable[UUID]) -> dict[UUID, dict[str, int]]:
    """Members by status of each of these campaigns, in one query; statuses that nobody has are 0."""
    rows = await session.execute(
        select(CampaignMember.campaign_id, CampaignMember.status, func.count())
        .where(one_of_ids(CampaignMember.campaign_id, campaign_ids))
        .group_by(CampaignMember.campaign_id, CampaignMember.status)
    )
    counted: dict[UUID, dict[str, int]] = defaultdict(lambda: dict.fromkeys(get_args(MemberStatus), 0))
    for campaign_id, status, count in rows:
        counted[campaign_id][status] = count
    return counted


async def get_member(session: AsyncSession, campaign_id: UUID, customer_id: UUID) -> CampaignMember | None:
    """A customer's membership in a campaign, locked."""
    rows = await session.execute(
        select(CampaignMember)
        .where(CampaignMember.campaign_id == campaign_id, CampaignMember.customer_id == customer_id)
        .with_for_update()
    )
    return rows.scalar_one_or_none()


async def memberships_of(session: AsyncSession, customer_id: UUID) -> list[tuple[CampaignMember, Campaign]]:
    """Every campaign that a customer was or is in, oldest first."""
    rows = await session.execute(
        select(CampaignMember, Campaign)
        .join(Campaign, Campaign.id == CampaignMember.campaign_id)
        .where(CampaignMember.customer_id == customer_id)
        .order_by(CampaignMember.added_at, CampaignMember.id)
    )
    return [(member, campaign) for member, campaign in rows]
