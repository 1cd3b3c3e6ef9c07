"""Rounds of a campaign as its orchestration runs them, and calls that end as a test wants."""

import uuid
from typing import Any

from sqlalchemy import update

from archer.clock import CLOCK
from archer.store import Call, Campaign, CampaignMember
from archer.store.database import database
from durable.campaign_round import run_round
from durable.close import close
from durable.inputs import CallRef, CampaignRef
from durable.watch import State
from tests.campaign_support import members
from tests.support import Tenant


def campaign_ref(tenant: Tenant, campaign: str) -> CampaignRef:
    return CampaignRef(organization_id=tenant.organization_id, campaign_id=uuid.UUID(campaign))


async def a_round(tenant: Tenant, campaign: str) -> State:
    return await run_round(campaign_ref(tenant, campaign))


async def end_call(tenant: Tenant, call_id: str, status: str = "completed", **values: Any) -> None:
    """Let a call end with this status, and be closed as its orchestration would close it."""
    async with database().transaction(tenant.organization_id) as session:
        changes = {"status": status, "dialed_at": CLOCK.now(), "ended_at": CLOCK.now()} | values
        await session.execute(update(Call).where(Call.id == uuid.UUID(call_id)).values(**changes))
    await close(CallRef(organization_id=tenant.organization_id, call_id=uuid.UUID(call_id)))


async def end_calls(tenant: Tenant, campaign: str, status: str = "completed", **values: Any) -> None:
    """Let every call under way of a campaign end so."""
    for member in (await members(tenant, campaign)).values():
        if member["status"] == "calling":
            await end_call(tenant, member["last_call_id"], status, **values)


async def set_members(tenant: Tenant, campaign: str, **values: Any) -> None:
    async with database().transaction(tenant.organization_id) as session:
        await session.execute(
            update(CampaignMember).where(CampaignMember.campaign_id == uuid.UUID(campaign)).values(**values)
        )


async def set_campaign(tenant: Tenant, campaign: str, **values: Any) -> None:
    async with database().transaction(tenant.organization_id) as session:
        await session.execute(update(Campaign).where(Campaign.id == uuid.UUID(campaign)).values(**values))


async def forget_calls(tenant: Tenant, **changes: Any) -> None:
    """Change every call of the organization: move them into the past, say, where no rule counts them."""
    async with database().transaction(tenant.organization_id) as session:
        await session.execute(update(Call).values(**changes))
