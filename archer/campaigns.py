"""Campaigns as people and rights change them: start, pause, resume, cancel; members come, go and are skipped.

Who calls them is `durable/campaign.py`. Every change holds the campaign's row, as every round of calls does: when a
pause or a cancellation is answered, no further call is asked for. Locks are taken in one order: campaign, members,
calls.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import func, literal, or_, select, update
from sqlalchemy.dialects.postgresql import insert

from archer.call_state import end_without_carrier, wake
from archer.store.calls import Call
from archer.store.campaigns import (
    OPEN_STATUSES,
    Campaign,
    CampaignMember,
    CampaignStatus,
    get_member,
    progress_of,
)
from archer.store.customers import Customer
from archer.store.decisions import audit
from archer.store.dial_rows import one_of_ids, one_of_words
from archer.work import Work

Verb = Literal["start", "pause", "resume", "cancel"]
LOOK_SECONDS = 60
"""Wall clock: how late a look may be before the sweeper takes the campaign's orchestration for lost."""
_CHANGES: dict[Verb, tuple[tuple[CampaignStatus, ...], CampaignStatus, str]] = {
    "start": (("draft",), "running", "campaign.started"),
    "pause": (("running",), "paused", "campaign.paused"),
    "resume": (("paused",), "running", "campaign.resumed"),
    "cancel": (OPEN_STATUSES, "canceled", "campaign.canceled"),
}


class NotNow(Exception):
    """The campaign or the member is in a state in which this cannot be done; the message says why."""


@dataclass(frozen=True)
class Line:
    """What became of one customer who was to be added."""

    line: int
    """From 1, in the order of the request."""
    key: str
    """As it was given: an id of ours or the bank's own."""
    customer_id: UUID | None
    result: Literal["added", "already_there", "unknown"]


@dataclass(frozen=True)
class Held:
    """A membership that is locked and not over."""

    id: UUID
    campaign_id: UUID
    status: str
    last_call_id: UUID | None


def look_due(wait_seconds: float = 0.0) -> datetime:
    """The wall-clock instant after which a look that is to come in `wait_seconds` (wall) is overdue."""
    return datetime.now(UTC) + timedelta(seconds=wait_seconds + LOOK_SECONDS)


async def wake_campaign(unit: Work, campaign_id: UUID, signal: str) -> None:
    """Let the campaign's orchestration look again, or begin."""
    await unit.enqueue("campaign-signals", {"campaign_id": str(campaign_id), "signal": signal})


async def show(unit: Work, campaigns: Iterable[Campaign]) -> None:
    """Count the members of campaigns and publish where they stand."""
    shown = list(campaigns)
    await unit.session.flush()
    progress = await progress_of(unit.session, [campaign.id for campaign in shown])
    for campaign in shown:
        publish_progress(unit, campaign, progress[campaign.id])


def publish_progress(unit: Work, campaign: Campaign, members: dict[str, int]) -> None:
    """Publish where a campaign stands: its status, and its members by theirs."""
    data = {"campaign_id": str(campaign.id), "status": campaign.status, "members": members}
    unit.publish("campaign_update", None, data)


async def change(unit: Work, campaign: Campaign, verb: Verb, *, actor: str) -> None:
    """Start, pause, resume or cancel a locked campaign; what holds already stays as it is. Raises NotNow."""
    allowed, target, action = _CHANGES[verb]
    if campaign.status == target:
        return
    if campaign.status not in allowed:
        hint = "; resume it" if (verb, campaign.status) == ("start", "paused") else ""
        raise NotNow(f"{verb}: the campaign is {campaign.status}, not {' or '.join(allowed)}{hint}")
    if verb == "start":
        await _startable(unit, campaign)
        campaign.started_at = unit.now
    campaign.status = target
    stopped = 0
    if verb == "cancel":
        campaign.ended_at = unit.now
        stopped = await _stop(unit, campaign)
    campaign.look_due_at = look_due()
    await wake_campaign(unit, campaign.id, verb)
    await note(unit, campaign, action, actor, {"stopped_calls": stopped} if verb == "cancel" else {})
    await show(unit, [campaign])


async def note(unit: Work, campaign: Campaign, action: str, actor: str, details: dict[str, Any]) -> None:
    """Put an act on record in the audit log."""
    await audit(
        unit.session,
        unit.organization_id,
        at=unit.now,
        actor=actor,
        action=action,
        subject=f"campaign:{campaign.id}",
        details=details,
    )


async def _startable(unit: Work, campaign: Campaign) -> None:
    if campaign.ends_at is not None and campaign.ends_at <= unit.now:
        raise NotNow(f"start: the campaign was to end at {campaign.ends_at.isoformat()}")
    somebody = await unit.session.execute(
        select(CampaignMember.id)
        .where(CampaignMember.campaign_id == campaign.id, CampaignMember.status == "pending")
        .limit(1)
    )
    if somebody.scalar_one_or_none() is None:
        raise NotNow("start: nobody is to be called; add members first")


async def _stop(unit: Work, campaign: Campaign) -> int:
    """Skip who waits, and cancel calls that have not been dialed; calls under way go on. How many calls."""
    reason = {"cause": "campaign_canceled"}
    await skip_pending(unit, campaign, reason)
    rows = await unit.session.execute(
        select(CampaignMember.id, CampaignMember.last_call_id)
        .where(CampaignMember.campaign_id == campaign.id, CampaignMember.status == "calling")
        .order_by(CampaignMember.id)
        .with_for_update()
    )
    members = {call_id: member_id for member_id, call_id in rows}
    queued = await unit.session.scalars(
        select(Call)
        .where(one_of_ids(Call.id, filter(None, members)), Call.status == "queued")
        .order_by(Call.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    ended = queued.all()
    for call in ended:
        await end_without_carrier(unit, call, "canceled", "hung_up")
        await wake(unit, call, "campaign_canceled")
    await _set_skipped(unit, [members[call.id] for call in ended], reason)
    return len(ended)


async def skip_pending(unit: Work, campaign: Campaign, reason: dict[str, Any]) -> int:
    """Skip everybody who still waits in a campaign; how many."""
    waiting = (
        select(CampaignMember.id)
        .where(CampaignMember.campaign_id == campaign.id, CampaignMember.status == "pending")
        .order_by(CampaignMember.id)
        .with_for_update()
    )
    skipped = await unit.session.execute(
        update(CampaignMember)
        .where(CampaignMember.id.in_(waiting))
        .values(status="skipped", reason=reason, updated_at=unit.now)
        .returning(CampaignMember.id)
        .execution_options(synchronize_session=False)
    )
    return len(skipped.all())


async def hold_members(unit: Work, *, customers: Collection[UUID], numbers: Collection[str]) -> list[Held]:
    """Lock the memberships of these customers and numbers that are not over, in campaigns that are not.

    A round that is asking for their calls is waited for, so that the calls can be seen afterwards.
    """
    people = select(Customer.id).where(
        or_(one_of_ids(Customer.id, customers), one_of_words(Customer.phone_number, numbers))
    )
    rows = await unit.session.execute(
        select(CampaignMember.id, CampaignMember.campaign_id, CampaignMember.status, CampaignMember.last_call_id)
        .where(
            CampaignMember.customer_id.in_(people),
            CampaignMember.status.in_(("pending", "calling")),
            CampaignMember.campaign_id.in_(select(Campaign.id).where(Campaign.status.in_(OPEN_STATUSES))),
        )
        .order_by(CampaignMember.id)
        .with_for_update()
    )
    return [Held(*row) for row in rows]


async def skip_held(unit: Work, held: Sequence[Held], calls: Collection[UUID], reason: dict[str, Any]) -> list[UUID]:
    """Skip those of the held members who wait or whose call was just stopped; the campaigns that they are in."""
    skipped = [one for one in held if one.status == "pending" or one.last_call_id in calls]
    if not skipped:
        return []
    await _set_skipped(unit, [one.id for one in skipped], reason)
    affected = {one.campaign_id for one in skipped}
    rows = await unit.session.scalars(select(Campaign).where(one_of_ids(Campaign.id, affected)).order_by(Campaign.id))
    campaigns = rows.all()
    for campaign in campaigns:
        if campaign.status == "running":
            await wake_campaign(unit, campaign.id, "skipped")
    await show(unit, campaigns)
    return [one.campaign_id for one in skipped]


async def _set_skipped(unit: Work, members: Sequence[UUID], reason: dict[str, Any]) -> None:
    await unit.session.execute(
        update(CampaignMember)
        .where(one_of_ids(CampaignMember.id, members))
        .values(status="skipped", reason=reason, updated_at=unit.now)
        .execution_options(synchronize_session=False)
    )


async def add_members(
    unit: Work, campaign: Campaign, *, customer_ids: Sequence[UUID], external_ids: Sequence[str], actor: str
) -> list[Line]:
    """Add customers to a locked campaign; who was removed before comes back. Raises NotNow when it is over."""
    if campaign.status not in OPEN_STATUSES:
        raise NotNow(f"members: the campaign is {campaign.status}")
    rows = await unit.session.execute(
        select(Customer.id, Customer.external_id).where(
            or_(one_of_ids(Customer.id, customer_ids), one_of_words(Customer.external_id, external_ids))
        )
    )
    by_key = {external_id: customer_id for customer_id, external_id in rows}
    known = set(by_key.values())
    wanted = [(str(one), one if one in known else None) for one in customer_ids]
    wanted += [(key, by_key.get(key)) for key in external_ids]
    added = await _insert(unit, campaign, known)
    lines = []
    for number, (key, customer_id) in enumerate(wanted, 1):
        new = customer_id in added
        added.discard(customer_id)
        result: Any = "unknown" if customer_id is None else "added" if new else "already_there"
        lines.append(Line(number, key, customer_id, result))
    count = sum(line.result == "added" for line in lines)
    if count:
        await note(unit, campaign, "campaign.members_added", actor, {"members": count})
        if campaign.status == "running":
            await wake_campaign(unit, campaign.id, "members")
        await show(unit, [campaign])
    return lines


async def _insert(unit: Work, campaign: Campaign, customers: Collection[UUID]) -> set[UUID | None]:
    """Make members of these customers; those who were none, or had been removed."""
    columns = ["id", "organization_id", "campaign_id", "customer_id", "status", "next_attempt_at", "added_at"]
    values = select(
        func.gen_random_uuid(),
        literal(unit.organization_id),
        literal(campaign.id),
        Customer.id,
        literal("pending"),
        literal(unit.now),
        literal(unit.now),
        literal(unit.now),
    ).where(one_of_ids(Customer.id, customers))
    query = insert(CampaignMember).from_select([*columns, "updated_at"], values)
    rows = await unit.session.execute(
        query.on_conflict_do_update(
            index_elements=["campaign_id", "customer_id"],
            set_={"status": "pending", "reason": None, "next_attempt_at": unit.now, "updated_at": unit.now},
            where=CampaignMember.reason["cause"].astext == "removed",
        ).returning(CampaignMember.customer_id)
    )
    return set(rows.scalars())


async def remove_member(unit: Work, campaign: Campaign, customer_id: UUID, *, actor: str) -> bool:
    """Take a customer out of a locked campaign; whether he was in it. Raises NotNow when he was called already.

    From a draft he goes without a trace; in a campaign that began, the membership stays on record as skipped.
    """
    member = await get_member(unit.session, campaign.id, customer_id)
    if member is None:
        return False
    if member.reason is not None and member.reason["cause"] == "removed":
        return True
    if member.status != "pending" or campaign.status not in OPEN_STATUSES:
        raise NotNow(f"the member is {member.status}, the campaign {campaign.status}: only who waits can be removed")
    if campaign.status == "draft":
        await unit.session.delete(member)
    else:
        member.status, member.reason, member.updated_at = "skipped", {"cause": "removed", "by": actor}, unit.now
    await note(unit, campaign, "campaign.member_removed", actor, {"customer_id": str(customer_id)})
    if campaign.status == "running":
        await wake_campaign(unit, campaign.id, "members")
    await show(unit, [campaign])
    return True
