"""One round of a campaign: settle calls that have ended, ask for those that are due, say when to look again.

Everything that a round decides is one transaction that holds the campaign's row: members are locked, the gate is
asked for all of them at once, calls are stored with their verdicts and queue messages, members marked. Killed at any
point, nothing or all of it has happened. A call's id is made of the member and the number of the call, so the same
call cannot be asked for twice. Only look-ups over the network happen outside, before the verdict that needs them.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from uuid import UUID, uuid5

from sqlalchemy import exists, func, select, update

from archer import lookups
from archer.campaigns import look_due, note, publish_progress, skip_pending
from archer.clock import CLOCK
from archer.compliance.gate import Decision
from archer.consents import agreed_on
from archer.dialing import decision_row, guards_work, verdict
from archer.placing import Order, place
from archer.simulation import Simulated, if_clean, simulate
from archer.store.calls import Call
from archer.store.campaigns import Campaign, CampaignMember, get_campaign, progress_of
from archer.store.customers import Customer
from archer.store.dial_rows import one_of_ids
from archer.store.organizations import Organization, get_organization
from archer.store.playbook import BehavioralTactic, chosen_tactic
from archer.work import Work, work
from durable.campaign_outcome import gate_reason, settle
from durable.inputs import CampaignRef
from durable.waking import next_wake_number
from durable.watch import State

PLACED_AT_ONCE = 10
"""Calls placed in one transaction: the organization's audit log waits for it."""
SPARE, MANY = 5, 100
"""Members whom the gate is asked about in one transaction: so many more than may be called, as some will be refused;
and so many at all when it turned out that most are."""
PASSES = 10
"""Transactions in one round at most; a long list then goes on in the next one."""
SOON, WATCHDOG, LONGEST = 5.0, 30.0, 900.0
"""Wall-clock seconds until the next look: something is in the way, calls are under way, nothing is expected."""
ASK_AGAIN = timedelta(minutes=10)
"""When a look-up was not answered, the member waits so long."""
_LOOK_UPS_AT_ONCE = 5
_MINUTE = timedelta(minutes=1)
_OPEN = ("queued", "dialing", "ringing", "in_progress")
_ACTOR = "system:campaign"


@dataclass
class Pass:
    """What one transaction of a round did and found."""

    changed: bool = False
    placed: int = 0
    again: bool = False
    """There is more to do at once."""
    look_up: list[UUID] = field(default_factory=list)
    """Customers whom only an open look-up keeps from being called."""
    free_at: datetime | None = None
    """When the calls per minute allow the next one; None when they do not stand in the way."""
    full: bool = False
    """The campaign has as many calls under way as it may, or a guard does not work; there is no haste to look again."""
    state: State = field(default_factory=lambda: State(True))


async def unfinished(ref: CampaignRef) -> bool:
    """Whether a campaign needs its orchestration."""
    async with work(ref.organization_id) as unit:
        campaign = await get_campaign(unit.session, ref.campaign_id)
        return campaign is not None and campaign.look_due_at is not None


async def run_round(ref: CampaignRef) -> State:
    """One round; see the module. The wait is numbered before anything is read (decision 0001)."""
    number = await next_wake_number(ref)
    looked_up: set[UUID] = set()
    done = Pass(placed=PLACED_AT_ONCE)
    for _ in range(PASSES):
        done = await _pass(ref, looked_up, refused=done.placed < PLACED_AT_ONCE)
        if done.look_up:
            await _look_up(ref, done.look_up)
            looked_up.update(done.look_up)
        elif not done.again:
            return replace(done.state, wake_number=number)
    return State(False, CLOCK.rate, number)


async def _pass(ref: CampaignRef, looked_up: set[UUID], *, refused: bool) -> Pass:
    """One transaction; `refused`: the one before found fewer to call than it might have."""
    done = Pass()
    async with work(ref.organization_id) as unit:
        campaign = await get_campaign(unit.session, ref.campaign_id, lock=True)
        if campaign is None:
            return done
        done.changed = await settle(unit, campaign) > 0
        if campaign.status == "running":
            if campaign.ends_at is not None and campaign.ends_at <= unit.now:
                done.changed |= await skip_pending(unit, campaign, {"cause": "campaign_ended"}) > 0
            elif campaign.starts_at is None or campaign.starts_at <= unit.now:
                await _call(unit, campaign, looked_up, done, refused=refused)
        await unit.session.flush()
        members = (await progress_of(unit.session, [campaign.id]))[campaign.id]
        if campaign.status == "running" and not members["pending"] and not members["calling"]:
            campaign.status, campaign.ended_at, done.changed = "completed", unit.now, True
            await note(unit, campaign, "campaign.completed", _ACTOR, {"members": members})
        if done.changed:
            publish_progress(unit, campaign, members)
        done.state = await _next(unit, campaign, members, done)
        campaign.look_due_at = None if done.state.over else look_due(done.state.wait_seconds / CLOCK.rate)
    return done


async def _next(unit: Work, campaign: Campaign, members: dict[str, int], done: Pass) -> State:
    """When to look again if nobody wakes the campaign before."""
    if campaign.status in ("completed", "canceled") and not members["calling"]:
        return State(True)
    waits = [LONGEST]
    if members["calling"]:
        waits.append(WATCHDOG)
    if campaign.status == "running":
        if campaign.starts_at is not None and campaign.starts_at > unit.now:
            waits.append(CLOCK.wall_seconds(campaign.starts_at - unit.now))
        elif members["pending"]:
            waits.append(await _until_due(unit, campaign, done))
        if campaign.ends_at is not None:
            waits.append(CLOCK.wall_seconds(campaign.ends_at - unit.now))
    return State(False, max(1.0, min(waits)) * CLOCK.rate)


async def _until_due(unit: Work, campaign: Campaign, done: Pass) -> float:
    """Wall-clock seconds until somebody who waits may be called."""
    first = (
        await unit.session.execute(
            select(func.min(CampaignMember.next_attempt_at)).where(
                CampaignMember.campaign_id == campaign.id, CampaignMember.status == "pending"
            )
        )
    ).scalar_one_or_none()
    due = max(filter(None, (first, done.free_at)), default=unit.now)
    if due > unit.now:
        return CLOCK.wall_seconds(due - unit.now)
    return WATCHDOG if done.full else SOON


async def _call(unit: Work, campaign: Campaign, looked_up: set[UUID], done: Pass, *, refused: bool) -> None:
    """Ask the gate about who is due, as far as the campaign's limits go, and place the calls that it allows.

    While a guard does not work (P-31) nobody is asked about: the refusal would be the guard's, not the member's.
    """
    organization = await get_organization(unit.session, unit.organization_id)
    free = await _free(unit, campaign, done)
    done.full = free <= 0 or not await guards_work(unit.session, organization, unit.now)
    if done.full:
        return
    most = min(free, PLACED_AT_ONCE)
    ask = MANY if refused else most + SPARE
    due = await _due(unit, campaign, ask)
    results = await simulate(
        unit.session,
        organization,
        [customer for _, customer in due],
        at=unit.now,
        collector_mode=campaign.collector_mode,
        healthy=True,
    )
    calls: list[tuple[CampaignMember, Customer, Simulated]] = []
    numbers: set[str] = set()
    for (member, customer), result in zip(due, results, strict=True):
        decision = _decision(unit, result, looked_up)
        if decision is not None and decision.decision != "allow":
            _put_off(unit, member, result, decision)
        elif len(calls) + len(done.look_up) < most and customer.phone_number not in numbers:
            numbers.add(customer.phone_number)
            if decision is None:
                done.look_up.append(customer.id)
            else:
                calls.append((member, customer, result))
    await _place(unit, organization, campaign, calls)
    moved = sum(member.status != "pending" or member.next_attempt_at > unit.now for member, _ in due)
    done.changed |= moved > 0
    done.placed, done.full = len(calls), len(calls) >= free
    done.again = moved > 0 and not done.full and (len(due) == ask or len(calls) == PLACED_AT_ONCE)


async def _free(unit: Work, campaign: Campaign, done: Pass) -> int:
    """How many calls the campaign's limits leave room for now."""
    calling = select(func.count()).where(CampaignMember.campaign_id == campaign.id, CampaignMember.status == "calling")
    recent = select(func.count(), func.min(Call.queued_at)).where(
        Call.campaign_id == campaign.id, Call.queued_at > unit.now - _MINUTE
    )
    under_way = (await unit.session.execute(calling)).scalar_one()
    asked, first = (await unit.session.execute(recent)).one()
    if asked >= campaign.calls_per_minute:
        done.free_at = first + _MINUTE
    return int(min(campaign.max_concurrent_calls - under_way, campaign.calls_per_minute - asked))


async def _due(unit: Work, campaign: Campaign, most: int) -> list[tuple[CampaignMember, Customer]]:
    """Members who are due and not on the telephone with us just now, locked; whoever else holds is left out."""
    talking = exists().where(
        Call.organization_id == Customer.organization_id,
        Call.phone_number == Customer.phone_number,
        Call.status.in_(_OPEN),
    )
    rows = await unit.session.execute(
        select(CampaignMember, Customer)
        .join(Customer, Customer.id == CampaignMember.customer_id)
        .where(
            CampaignMember.campaign_id == campaign.id,
            CampaignMember.status == "pending",
            CampaignMember.next_attempt_at <= unit.now,
            ~talking,
        )
        .order_by(CampaignMember.next_attempt_at, CampaignMember.id)
        .limit(most)
        .with_for_update(of=CampaignMember, skip_locked=True)
    )
    return [(member, customer) for member, customer in rows]


def _decision(unit: Work, result: Simulated, looked_up: set[UUID]) -> Decision | None:
    """What is to be done about a member; None: look the number up first, nothing else is in the way."""
    if result.decision.decision == "allow" or not result.unknown_number or result.customer_id in looked_up:
        return result.decision
    clean = verdict(if_clean(result.facts, unit.now))
    if clean.decision == "allow":
        return None
    return clean if clean.decision == "block_until" else result.decision


def _put_off(unit: Work, member: CampaignMember, result: Simulated, decision: Decision) -> None:
    """Let a member wait until the gate would allow the call, or skip him. Only what is final is kept as a verdict."""
    member.updated_at = unit.now
    if decision.decision == "block_until" and decision.until is not None:
        rules = [{"id": rule.id, "reason": rule.reason} for rule in decision.rules]
        member.next_attempt_at = decision.until
        member.reason = {"cause": "gate", "decision": "block_until", "rules": rules}
        return
    row = decision_row(unit, member.customer_id, result.facts, result.decision, stage="campaign")
    unit.session.add(row)
    member.status, member.reason = "skipped", gate_reason(row)


async def _place(
    unit: Work,
    organization: Organization,
    campaign: Campaign,
    calls: Sequence[tuple[CampaignMember, Customer, Simulated]],
) -> None:
    tactics: dict[str, BehavioralTactic | None] = {}
    for member, customer, result in calls:
        if customer.segment not in tactics:
            tactics[customer.segment] = await _tactic(unit, organization, campaign, customer.segment)
        order = Order(
            campaign.agent_profile,
            campaign.collector_mode,
            tactics[customer.segment],
            campaign_id=campaign.id,
            call_id=uuid5(member.id, str(member.calls + 1)),
        )
        judged = (result.facts, result.decision)
        placed = await place(unit, organization, customer, order, actor=_ACTOR, judged=judged)
        member.status, member.reason, member.updated_at = "calling", None, unit.now
        member.attempts, member.calls, member.last_call_id = member.attempts + 1, member.calls + 1, placed.call.id


async def _tactic(unit: Work, organization: Organization, campaign: Campaign, segment: str) -> BehavioralTactic | None:
    """The campaign's own, or the segment's where it has none or that one was retired meanwhile."""
    own = await chosen_tactic(unit.session, organization.configured, segment, campaign.tactic)
    return own or await chosen_tactic(unit.session, organization.configured, segment)


async def _look_up(ref: CampaignRef, customer_ids: Sequence[UUID]) -> None:
    """Find out what is not known of these numbers; who gets no answer waits."""
    async with work(ref.organization_id) as unit:
        rows = await unit.session.scalars(select(Customer).where(one_of_ids(Customer.id, customer_ids)))
        customers = rows.all()
        consented = await agreed_on(unit.session, customer_ids)
        today = unit.now.date()
    gate = asyncio.Semaphore(_LOOK_UPS_AT_ONCE)

    async def one(customer: Customer) -> lookups.NumberAnswers:
        async with gate:
            return await lookups.look_up(customer, today, consented.get(customer.id))

    answers = dict(
        zip((c.id for c in customers), await asyncio.gather(*(one(customer) for customer in customers)), strict=True)
    )
    async with work(ref.organization_id) as unit:
        rows = await unit.session.scalars(select(Customer).where(one_of_ids(Customer.id, customer_ids)))
        for customer in rows:
            lookups.keep(customer, answers[customer.id])
        unanswered = [customer_id for customer_id, answer in answers.items() if answer.unanswered]
        await unit.session.execute(
            update(CampaignMember)
            .where(
                CampaignMember.campaign_id == ref.campaign_id,
                one_of_ids(CampaignMember.customer_id, unanswered),
                CampaignMember.status == "pending",
            )
            .values(next_attempt_at=unit.now + ASK_AGAIN, reason={"cause": "look_up"}, updated_at=unit.now)
            .execution_options(synchronize_session=False)
        )
