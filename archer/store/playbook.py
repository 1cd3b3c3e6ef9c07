"""How the agent talks: behavioral tactics and system prompts, versioned per organization."""

from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import Boolean, Index, String, Text, UniqueConstraint, func, select, text
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from archer.conversation.prompts import default_template
from archer.conversation.tactics import TacticConfig, library
from archer.store.base import Base, Identifier, Instant, OwnedByOrganization
from archer.store.calls import Call
from archer.store.organization_settings import OrganizationSettings

DEFAULT_PROMPT = "collections"
ENVIRONMENTS = ("development", "test", "staging", "production")


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


async def tactic_of(session: AsyncSession, call: Call) -> BehavioralTactic | None:
    """The very version that a call was asked for with, whatever is in force by now; None when it has none."""
    if call.tactic is None:
        return None
    if call.tactic_version is None:
        return await active_tactic(session, call.tactic)
    rows = await session.execute(
        select(BehavioralTactic).where(
            BehavioralTactic.name == call.tactic, BehavioralTactic.version == call.tactic_version
        )
    )
    return rows.scalar_one_or_none()


async def chosen_tactic(
    session: AsyncSession, configured: OrganizationSettings, segment: str, wanted: str | None = None
) -> BehavioralTactic | None:
    """The tactic of a new call: the one that is wanted, else that of the segment, else the organization's.

    None when the one that is wanted is not in force, or when nobody names one.
    """
    name = wanted if wanted is not None else configured.tactic_for(segment)
    return await active_tactic(session, name) if name is not None else None


def as_carried(row: BehavioralTactic) -> dict[str, Any]:
    """A tactic in the terms in which a session carries it (`archer.protocol.Session.tactic`)."""
    return {"name": row.name, "archetype": row.archetype, "version": row.version, **row.config}


async def tactic_versions(session: AsyncSession, name: str) -> list[BehavioralTactic]:
    """All versions of a tactic, newest first; empty when there is none of that name."""
    rows = await session.execute(
        select(BehavioralTactic).where(BehavioralTactic.name == name).order_by(BehavioralTactic.version.desc())
    )
    return list(rows.scalars())


async def all_tactics(session: AsyncSession) -> list[BehavioralTactic]:
    """Of each tactic the version in force, or the newest of one that is retired; by name."""
    rows = await session.execute(
        select(BehavioralTactic)
        .distinct(BehavioralTactic.name)
        .order_by(BehavioralTactic.name, BehavioralTactic.is_active.desc(), BehavioralTactic.version.desc())
    )
    return list(rows.scalars())


async def add_tactic_version(
    session: AsyncSession, organization_id: UUID, name: str, archetype: str, config: TacticConfig
) -> BehavioralTactic:
    """A new version, in force from now on; the first one when there is none of that name. Call under `hold`."""
    newest = (
        await session.execute(select(func.max(BehavioralTactic.version)).where(BehavioralTactic.name == name))
    ).scalar_one()
    await retire_tactic(session, name)
    row = BehavioralTactic(
        organization_id=organization_id,
        name=name,
        version=(newest or 0) + 1,
        archetype=archetype,
        config=config.model_dump(mode="json"),
        is_active=True,
    )
    session.add(row)
    await session.flush()
    return row


async def activate_tactic(session: AsyncSession, row: BehavioralTactic) -> None:
    """Put a version in force, and the one that was in force out of it. Call under `hold`."""
    await retire_tactic(session, row.name)
    row.is_active = True
    await session.flush()


async def retire_tactic(session: AsyncSession, name: str) -> None:
    """No version is in force any more; calls that were asked for with one keep it. Call under `hold`."""
    for row in await tactic_versions(session, name):
        row.is_active = False
    await session.flush()


def library_rows(organization_id: UUID) -> list[dict[str, Any]]:
    """The library's tactics as rows of an organization, version 1 each."""
    return [
        {
            "id": uuid5(organization_id, tactic.name),
            "organization_id": organization_id,
            "name": tactic.name,
            "version": 1,
            "archetype": tactic.archetype,
            "config": tactic.config.model_dump(mode="json"),
            "is_active": True,
        }
        for tactic in library()
    ]


async def add_missing_tactics(session: AsyncSession, organization_id: UUID) -> list[str]:
    """Give an organization the tactics of the library that it has no version of; their names."""
    added = await session.execute(
        insert(BehavioralTactic)
        .values(library_rows(organization_id))
        .on_conflict_do_nothing()
        .returning(BehavioralTactic.name)
    )
    return sorted(added.scalars())


async def active_prompt(session: AsyncSession, name: str, environment: str) -> SystemPrompt | None:
    """The version in force of a prompt in one environment."""
    rows = await session.execute(
        select(SystemPrompt).where(
            SystemPrompt.name == name, SystemPrompt.environment == environment, SystemPrompt.is_active
        )
    )
    return rows.scalar_one_or_none()


async def prompt_of(session: AsyncSession, call: Call, environment: str) -> SystemPrompt | None:
    """The prompt of a call: the very version that its first session was given, before that the one in force."""
    if call.prompt is None or call.prompt_version is None:
        return await active_prompt(session, call.agent_profile, environment)
    rows = await session.execute(
        select(SystemPrompt).where(
            SystemPrompt.name == call.prompt,
            SystemPrompt.environment == environment,
            SystemPrompt.version == call.prompt_version,
        )
    )
    return rows.scalar_one_or_none()


async def prompt_versions(session: AsyncSession, name: str, environment: str) -> list[SystemPrompt]:
    """All versions of a prompt in one environment, newest first."""
    rows = await session.execute(
        select(SystemPrompt)
        .where(SystemPrompt.name == name, SystemPrompt.environment == environment)
        .order_by(SystemPrompt.version.desc())
    )
    return list(rows.scalars())


async def all_prompts(session: AsyncSession, environment: str | None = None) -> list[SystemPrompt]:
    """Of each prompt and environment the version in force, or the newest of one that is retired."""
    query = (
        select(SystemPrompt)
        .distinct(SystemPrompt.name, SystemPrompt.environment)
        .order_by(
            SystemPrompt.name, SystemPrompt.environment, SystemPrompt.is_active.desc(), SystemPrompt.version.desc()
        )
    )
    if environment is not None:
        query = query.where(SystemPrompt.environment == environment)
    return list((await session.execute(query)).scalars())


async def add_prompt_version(
    session: AsyncSession, organization_id: UUID, name: str, environment: str, template: str
) -> SystemPrompt:
    """A new version, in force from now on; the first one when there is none. Call under `hold`."""
    versions = await prompt_versions(session, name, environment)
    await retire_prompt(session, name, environment)
    row = SystemPrompt(
        organization_id=organization_id,
        name=name,
        environment=environment,
        version=versions[0].version + 1 if versions else 1,
        template=template,
        is_active=True,
    )
    session.add(row)
    await session.flush()
    return row


async def activate_prompt(session: AsyncSession, row: SystemPrompt) -> None:
    """Put a version in force, and the one that was in force out of it. Call under `hold`."""
    await retire_prompt(session, row.name, row.environment)
    row.is_active = True
    await session.flush()


async def retire_prompt(session: AsyncSession, name: str, environment: str) -> None:
    """No version is in force any more: calls get the prompt that ships with Archer. Call under `hold`."""
    for row in await prompt_versions(session, name, environment):
        row.is_active = False
    await session.flush()


def prompt_rows(organization_id: UUID) -> list[dict[str, Any]]:
    """The prompt that ships with Archer as rows of an organization, version 1 in each environment."""
    return [
        {
            "id": uuid5(organization_id, f"prompt:{DEFAULT_PROMPT}:{environment}"),
            "organization_id": organization_id,
            "name": DEFAULT_PROMPT,
            "environment": environment,
            "version": 1,
            "template": default_template(DEFAULT_PROMPT),
            "is_active": True,
        }
        for environment in ENVIRONMENTS
    ]


async def hold(session: AsyncSession, organization_id: UUID, what: str) -> None:
    """Let changes of one tactic or prompt (`what` names it) wait for each other until the transaction ends."""
    key = func.hashtextextended(f"playbook:{organization_id}:{what}", 0)
    await session.execute(select(func.pg_advisory_xact_lock(key)))
