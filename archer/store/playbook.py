"""How the agent talks: behavioral tactics and system prompts, versioned per organization."""

from typing import Any

from sqlalchemy import Boolean, Index, String, Text, UniqueConstraint, func, select, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from archer.store.base import Base, Identifier, Instant, OwnedByOrganization


class BehavioralTactic(OwnedByOrganization, Base):
    """A way of negotiating: an archetype with urgency, empathy, persistence and authority (1 to 10)."""

    __tablename__ = "behavioral_tactics"
    __table_args__ = (
        UniqueConstraint("organization_id", "name", "version"),
        Index(
            "uq_behavioral_tactics_active",
            "organization_id",
            "name",
            unique=True,
            postgresql_where=text("is_active"),
        ),
    )

    id: Mapped[Identifier]
    name: Mapped[str] = mapped_column(String(64))
    version: Mapped[int] = mapped_column(default=1, server_default="1")
    archetype: Mapped[str] = mapped_column(String(64))
    config: Mapped[dict[str, Any]] = mapped_column(JSONB)
    is_active: Mapped[bool] = mapped_column(Boolean, default=True, server_default=text("true"))
    created_at: Mapped[Instant] = mapped_column(server_default=func.now())


class SystemPrompt(OwnedByOrganization, Base):
    """A prompt template of the language model, one active version per name and environment."""

    __tablename__ = "system_prompts"
    __table_args__ = (
        UniqueConstraint("organization_id", "name", "environment", "version"),
        Index(
            "uq_system_prompts_active",
            "organization_id",
            "name",
            "environment",
            unique=True,
            postgresql_where=text("is_active"),
        ),
    )

    id: Mapped[Identifier]
    name: Mapped[str] = mapped_column(String(64))
    environment: Mapped[str] = mapped_column(String(32))
    version: Mapped[int] = mapped_column(default=1, server_default="1")
    template: Mapped[str] = mapped_column(Text)
    variables: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict, server_default=text("'{}'"))
    is_active: Mapped[bool] = mapped_column(Boolean, default=True, server_default=text("true"))
    created_at: Mapped[Instant] = mapped_column(server_default=func.now())


async def active_tactic(session: AsyncSession, name: str) -> BehavioralTactic | None:
    """The version in force of a tactic of this organization."""
    rows = await session.execute(
        select(BehavioralTactic).where(BehavioralTactic.name == name, BehavioralTactic.is_active)
    )
    return rows.scalar_one_or_none()


async def active_prompt(session: AsyncSession, name: str, environment: str) -> SystemPrompt | None:
    """The version in force of a prompt in one environment."""
    rows = await session.execute(
        select(SystemPrompt).where(
            SystemPrompt.name == name, SystemPrompt.environment == environment, SystemPrompt.is_active
        )
    )
    return rows.scalar_one_or_none()
