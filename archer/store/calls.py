"""Calls: the row that is the truth of a call, its dial attempts, its entries, and what the carrier reported."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import DateTime, ForeignKeyConstraint, Index, String, Text, UniqueConstraint, func, select
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from archer.store.base import Base, Identifier, Instant, OwnedByOrganization, Word


class Call(OwnedByOrganization, Base):
    __tablename__ = "calls"
    __table_args__ = (
        ForeignKeyConstraint(["organization_id", "customer_id"], ["customers.organization_id", "customers.id"]),
        ForeignKeyConstraint(["organization_id", "campaign_id"], ["campaigns.organization_id", "campaigns.id"]),
        UniqueConstraint("organization_id", "id"),
        Index("uq_calls_call_sid", "call_sid", unique=True),
        Index("ix_calls_organization_id_queued_at_id", "organization_id", "queued_at", "id"),
        Index("ix_calls_customer_id_queued_at", "customer_id", "queued_at"),
        Index("ix_calls_organization_id_phone_number_queued_at", "organization_id", "phone_number", "queued_at"),
        Index(
            "ix_calls_campaign_id_queued_at",
            "campaign_id",
            "queued_at",
            postgresql_where=sql("campaign_id IS NOT NULL"),
        ),
        Index(
            "ix_calls_open",
            "updated_at",
            postgresql_where=sql("status IN ('queued', 'dialing', 'ringing', 'in_progress')"),
        ),
        Index(
            "ix_calls_unwrapped",
            "updated_at",
            postgresql_where=sql(
                "wrapped_up_at IS NULL AND status IN ('completed', 'no_answer', 'busy', 'failed', 'canceled')"
            ),
        ),
    )

    id: Mapped[Identifier]
    customer_id: Mapped[UUID | None]
    """None for an inbound call of somebody unknown."""
    campaign_id: Mapped[UUID | None]
    """The campaign that asked for it."""
    phone_number: Mapped[str] = mapped_column(String(20))
    """The other side's number."""
    direction: Mapped[Word]
    status: Mapped[Word]
    disposition: Mapped[str | None] = mapped_column(String(32))
    agent_profile: Mapped[str] = mapped_column(String(64), default="collections", server_default="collections")
    tactic: Mapped[str | None] = mapped_column(String(64))
    tactic_version: Mapped[int | None]
    """The version of the tactic that was in force when the call was asked for; it holds for the whole call."""
    prompt: Mapped[str | None] = mapped_column(String(64))
    prompt_version: Mapped[int | None]
    """The stored prompt that the agent was given; it holds for the whole call. None: the one that ships with Archer,
    or nobody has talked yet."""
    collector_mode: Mapped[Word]
    details: Mapped[dict[str, Any]] = mapped_column("metadata", JSONB, default=dict, server_default=sql("'{}'"))
    """The caller's own `metadata`, given back as it came."""
    call_sid: Mapped[str | None] = mapped_column(String(64))

    queued_at: Mapped[Instant]
    dialed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    answered_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    ended_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    wrapped_up_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    duration_seconds: Mapped[int | None]
    answered_by: Mapped[str | None] = mapped_column(String(16))
    connected: Mapped[bool] = mapped_column(default=False, server_default=sql("false"))
    """It rang, was answered, dropped or reached voicemail: it counts for P-10 (a busy line does not)."""
    conversation: Mapped[bool] = mapped_column(default=False, server_default=sql("false"))
    """The consumer was spoken with: it starts the seven days of P-11."""

    verified: Mapped[bool] = mapped_column(default=False, server_default=sql("false"))
    verification_attempts: Mapped[int] = mapped_column(default=0, server_default="0")
    outcome: Mapped[str | None] = mapped_column(String(32))
    """What the conversation achieved so far; becomes the disposition at wrap-up."""
    degradation_level: Mapped[int] = mapped_column(default=0, server_default="0")
    session_epoch: Mapped[int] = mapped_column(default=0, server_default="0")
    """Sessions opened so far; only the newest may act."""
    session_nonce: Mapped[UUID | None]
    stream_token_id: Mapped[UUID | None]
    """The call token that may open the next session; None once it is used."""
    agent_ended_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    transfer_requested_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    transfer_started_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    resumptions: Mapped[int] = mapped_column(default=0, server_default="0")
    """How often the media stream broke off and the carrier came back to ask what next."""
    hangup_requested_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    wake_number: Mapped[int] = mapped_column(default=0, server_default="0")
    """Names the event that the call's orchestration waits for now: a name is waited for once (decision 0001)."""
    last_seq: Mapped[int] = mapped_column(default=0, server_default="0")
    conversation_state: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    latency: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict, server_default=sql("'{}'"))
    """Milliseconds: `setup`, and lists under `turn`, `tool`, `barge_in` until wrap-up sums them up."""
    summary: Mapped[str | None] = mapped_column(Text)
    updated_at: Mapped[Instant] = mapped_column(server_default=func.now(), onupdate=func.now())
    """Wall-clock time of the last change, for the sweeper."""


class CallAttempt(OwnedByOrganization, Base):
    """One request to the carrier to place a call: written before it is sent, so that a retry can look first."""

    __tablename__ = "call_attempts"
    __table_args__ = (
        ForeignKeyConstraint(["organization_id", "call_id"], ["calls.organization_id", "calls.id"], ondelete="CASCADE"),
        UniqueConstraint("call_id", "attempt"),
    )

    id: Mapped[Identifier]
    call_id: Mapped[UUID]
    attempt: Mapped[int]
    state: Mapped[Word]
    """`asking` (sent or about to be), `placed`, `refused` (the carrier said no)."""
    asked_at: Mapped[Instant]
    """Wall-clock: compared with the carrier's clock."""
    call_sid: Mapped[str | None] = mapped_column(String(64))
    error: Mapped[str | None] = mapped_column(String(300))


class CallEntry(OwnedByOrganization, Base):
    """One line of a call's record: something said, a tool run, an event. Never changed once written."""

    __tablename__ = "call_entries"
    __table_args__ = (
        ForeignKeyConstraint(["organization_id", "call_id"], ["calls.organization_id", "calls.id"], ondelete="CASCADE"),
        Index("uq_call_entries_call_id_source_source_n", "call_id", "source", "source_n", unique=True),
        Index(
            "uq_call_entries_call_id_tool_call_id",
            "call_id",
            "tool_call_id",
            unique=True,
            postgresql_where=sql("tool_call_id IS NOT NULL"),
        ),
        Index("ix_call_entries_at", "at", postgresql_using="brin"),  # entries come in the order of time: a few pages
    )

    call_id: Mapped[UUID] = mapped_column(primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True)
    """Order of arrival within the call, from 1 without gaps."""
    at: Mapped[Instant]
    kind: Mapped[Word]
    speaker: Mapped[str | None] = mapped_column(String(16))
    text: Mapped[str | None] = mapped_column(Text)
    interrupted: Mapped[bool] = mapped_column(default=False, server_default=sql("false"))
    event: Mapped[str | None] = mapped_column(String(64))
    data: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    tool: Mapped[str | None] = mapped_column(String(64))
    tool_call_id: Mapped[str | None] = mapped_column(String(64))
    tool_arguments: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    tool_outcome: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    source: Mapped[str | None] = mapped_column(String(32))
    """Who numbered it (`agent:1` = the agent's first session); None for entries of the API itself."""
    source_n: Mapped[int | None]


class CarrierEvent(OwnedByOrganization, Base):
    """A report of the carrier, stored once however often and in whatever order it is delivered."""

    __tablename__ = "carrier_events"
    __table_args__ = (
        ForeignKeyConstraint(["organization_id", "call_id"], ["calls.organization_id", "calls.id"], ondelete="CASCADE"),
        UniqueConstraint("call_sid", "kind", "sequence"),
        Index("ix_carrier_events_call_id", "call_id"),
    )

    id: Mapped[Identifier]
    call_id: Mapped[UUID]
    call_sid: Mapped[str] = mapped_column(String(64))
    kind: Mapped[Word]
    """`status`, `machine_detection`, `stream`."""
    sequence: Mapped[int]
    status: Mapped[str | None] = mapped_column(String(32))
    carrier_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    received_at: Mapped[Instant]
    payload: Mapped[dict[str, Any]] = mapped_column(JSONB)


async def get_call(session: AsyncSession, call_id: UUID, *, lock: bool = False) -> Call | None:
    """One call of this organization; `lock` holds the row until the transaction ends."""
    query = select(Call).where(Call.id == call_id)
    if lock:
        query = query.with_for_update()
    return (await session.execute(query)).scalar_one_or_none()


async def add_entry(session: AsyncSession, call: Call, **values: Any) -> CallEntry:
    """Append to a locked call's record, giving the entry the next sequence number."""
    call.last_seq += 1
    entry = CallEntry(organization_id=call.organization_id, call_id=call.id, seq=call.last_seq, **values)
    session.add(entry)
    return entry


async def entries_of(session: AsyncSession, call_id: UUID) -> list[CallEntry]:
    """A call's record in order."""
    rows = await session.execute(select(CallEntry).where(CallEntry.call_id == call_id).order_by(CallEntry.seq))
    return list(rows.scalars())
