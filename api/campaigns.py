"""Campaigns: a list of customers to call within limits. Make one, fill it, see whom the gate would skip, let it run.

The gate decides on every call anew; nothing here can loosen it.
"""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID, uuid4

from fastapi import APIRouter, Query
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field, model_validator
from sqlalchemy import select, tuple_

from api.auth import Operator, Principal, Viewer
from api.customers import Text
from api.gate import Show, Simulation, simulation
from api.idempotency import Key, act_once
from api.paging import Page, Paging, encode
from api.problems import Problem, responses
from archer.campaigns import Line, NotNow, Verb, add_members, change, note, remove_member
from archer.clock import CLOCK
from archer.compliance.facts import Instant
from archer.dialing import guards_work
from archer.simulation import MOST, simulate
from archer.store.calls import Call
from archer.store.campaigns import (
    Campaign,
    CampaignMember,
    CampaignStatus,
    MemberStatus,
    get_campaign,
    progress_of,
)
from archer.store.customers import Customer
from archer.store.organizations import get_organization
from archer.store.playbook import active_tactic
from archer.work import Work, work

router = APIRouter(prefix="/campaigns", tags=["campaigns"])
_CREATE, _ADD = "POST /campaigns", "POST /campaigns/members"


class CampaignIn(BaseModel):
    """A campaign to make. Nobody is called before it is started."""

    model_config = ConfigDict(extra="forbid")

    name: Annotated[Text, Field(max_length=200)]
    agent_profile: Literal["collections"] = "collections"
    tactic: Annotated[Text, Field(max_length=64)] | None = None
    """For every call; without it each customer's call gets the tactic of his segment."""
    collector_mode: Literal["first_party", "third_party"] = "first_party"
    max_concurrent_calls: Annotated[int, Field(ge=1, le=200)] = 5
    calls_per_minute: Annotated[int, Field(ge=1, le=600)] = 30
    max_attempts: Annotated[int, Field(ge=1, le=20)] = 3
    """Calls to one member at most, until somebody is reached."""
    retry_after_minutes: Annotated[int, Field(ge=1, le=43_200)] = 240
    """How long after a call that reached nobody the next one comes; the gate may ask for longer."""
    starts_at: Instant | None = None
    ends_at: Instant | None = None
    """From then on nobody is called; who is still pending is skipped."""

    @model_validator(mode="after")
    def _ends_after_it_starts(self) -> "CampaignIn":
        if self.starts_at and self.ends_at and self.ends_at <= self.starts_at:
            raise ValueError("ends_at must be later than starts_at")
        return self


class Progress(BaseModel):
    """Members by status."""

    pending: int
    calling: int
    done: int
    skipped: int
    failed: int


class CampaignOut(BaseModel):
    id: UUID
    name: str
    status: CampaignStatus
    agent_profile: str
    tactic: str | None
    collector_mode: str
    max_concurrent_calls: int
    calls_per_minute: int
    max_attempts: int
    retry_after_minutes: int
    starts_at: datetime | None
    ends_at: datetime | None
    created_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    members: Progress


class CampaignPage(BaseModel):
    items: list[CampaignOut]
    next_cursor: str | None


class MembersIn(BaseModel):
    """Customers to add, by our ids and by the bank's own."""

    model_config = ConfigDict(extra="forbid")

    customer_ids: Annotated[list[UUID], Field(max_length=MOST)] = []
    external_ids: Annotated[list[Annotated[Text, Field(max_length=100)]], Field(max_length=MOST)] = []

    @model_validator(mode="after")
    def _some(self) -> "MembersIn":
        named = len(self.customer_ids) + len(self.external_ids)
        if not 1 <= named <= MOST:
            raise ValueError(f"name 1 to {MOST} customers, by customer_ids and external_ids")
        return self


class LineOut(BaseModel):
    line: int
    """From 1: `customer_ids` first, then `external_ids`."""
    key: str
    customer_id: UUID | None
    result: Literal["added", "already_there", "unknown"]


class MembersAdded(BaseModel):
    added: int
    already_there: int
    unknown: int
    report: list[LineOut]


class MemberOut(BaseModel):
    customer_id: UUID
    external_id: str
    status: MemberStatus
    attempts: int
    next_attempt_at: datetime | None
    """Of a pending member: not earlier than then."""
    last_call_id: UUID | None
    last_disposition: str | None
    """How that call ended; null while it goes on."""
    reason: dict[str, Any] | None
    """Why the member is skipped, has failed or waits: `cause`, and what goes with it (rules, ids)."""
    added_at: datetime
    updated_at: datetime


class MemberPage(BaseModel):
    items: list[MemberOut]
    next_cursor: str | None


def _out(row: Campaign, progress: dict[str, int]) -> CampaignOut:
    fields = {name: getattr(row, name) for name in CampaignOut.model_fields if name != "members"}
    return CampaignOut.model_validate(fields | {"members": progress})


async def _shown(unit: Work, row: Campaign) -> CampaignOut:
    await unit.session.flush()
    return _out(row, (await progress_of(unit.session, [row.id]))[row.id])


async def _need(unit: Work, campaign_id: UUID, *, lock: bool = False) -> Campaign:
    found = await get_campaign(unit.session, campaign_id, lock=lock)
    if found is None:
        raise Problem(404, "not-found", f"no campaign {campaign_id}")
    return found


@router.post("", status_code=201, response_model=CampaignOut, responses=responses(401, 403, 409, 422))
async def create_campaign(body: CampaignIn, who: Operator, idempotency_key: Key = None) -> JSONResponse:
    """Make a campaign, as a draft without members."""

    async def act(unit: Work) -> tuple[int, dict[str, Any]]:
        if body.tactic is not None and await active_tactic(unit.session, body.tactic) is None:
            raise Problem(422, "invalid-request", f"tactic: there is none named {body.tactic!r}")
        row = Campaign(
            id=uuid4(),
            organization_id=who.organization_id,
            status="draft",
            created_at=unit.now,
            **body.model_dump(),
        )
        unit.session.add(row)
        await note(unit, row, "campaign.created", who.name, {})
        return 201, (await _shown(unit, row)).model_dump(mode="json")

    return await act_once(who, _CREATE, idempotency_key, body, act)


@router.get("", response_model=CampaignPage, responses=responses(401, 403, 422))
async def list_campaigns(who: Viewer, page: Page, status: CampaignStatus | None = None) -> CampaignPage:
    """Campaigns, newest first, with their members by status."""
    query = select(Campaign).order_by(Campaign.created_at.desc(), Campaign.id.desc()).limit(page.limit + 1)
    if status:
        query = query.where(Campaign.status == status)
    if page.after:
        query = query.where(tuple_(Campaign.created_at, Campaign.id) < (page.after.at, page.after.id))
    async with work(who.organization_id) as unit:
        rows = list((await unit.session.scalars(query)).all())
        more, rows = len(rows) > page.limit, rows[: page.limit]
        progress = await progress_of(unit.session, [row.id for row in rows])
    return CampaignPage(
        items=[_out(row, progress[row.id]) for row in rows],
        next_cursor=encode(rows[-1].created_at, rows[-1].id) if more else None,
    )


@router.get("/{campaign_id}", response_model=CampaignOut, responses=responses(401, 403, 404, 422))
async def read_campaign(campaign_id: UUID, who: Viewer) -> CampaignOut:
    """One campaign with its members by status. Its calls: `GET /calls?campaign_id=…`."""
    async with work(who.organization_id) as unit:
        return await _shown(unit, await _need(unit, campaign_id))


@router.post("/{campaign_id}/members", response_model=MembersAdded, responses=responses(401, 403, 404, 409, 413, 422))
async def add_to_campaign(
    campaign_id: UUID,
    body: MembersIn,
    who: Operator,
    report: Annotated[Literal["all", "problems", "none"], Query(description="which lines to report")] = "all",
    idempotency_key: Key = None,
) -> JSONResponse:
    """Add up to 10,000 customers; each line is reported. The same again adds nobody twice."""

    async def act(unit: Work) -> tuple[int, dict[str, Any]]:
        campaign = await _need(unit, campaign_id, lock=True)
        try:
            lines = await add_members(
                unit, campaign, customer_ids=body.customer_ids, external_ids=body.external_ids, actor=who.name
            )
        except NotNow as error:
            raise Problem(409, "conflict", str(error)) from error
        return 200, _report(lines, report).model_dump(mode="json")

    return await act_once(who, f"{_ADD} {campaign_id} {report}", idempotency_key, body, act)


def _report(lines: list[Line], shown: str) -> MembersAdded:
    counts = {result: sum(line.result == result for line in lines) for result in ("added", "already_there", "unknown")}
    told = [line for line in lines if shown == "all" or (shown == "problems" and line.result != "added")]
    return MembersAdded(report=[LineOut.model_validate(line, from_attributes=True) for line in told], **counts)


@router.get("/{campaign_id}/members", response_model=MemberPage, responses=responses(401, 403, 404, 422))
async def list_members(campaign_id: UUID, who: Viewer, page: Page, status: MemberStatus | None = None) -> MemberPage:
    """A campaign's members, the last added first."""
    async with work(who.organization_id) as unit:
        await _need(unit, campaign_id)
        rows = await _members(unit, campaign_id, page, status)
    more, rows = len(rows) > page.limit, rows[: page.limit]
    return MemberPage(
        items=[_member(*row) for row in rows],
        next_cursor=encode(rows[-1][0].added_at, rows[-1][0].id) if more else None,
    )


async def _members(
    unit: Work, campaign_id: UUID, page: Paging, status: MemberStatus | None
) -> list[tuple[CampaignMember, str, str | None]]:
    query = (
        select(CampaignMember, Customer.external_id, Call.disposition)
        .join(Customer, Customer.id == CampaignMember.customer_id)
        .outerjoin(Call, Call.id == CampaignMember.last_call_id)
        .where(CampaignMember.campaign_id == campaign_id)
        .order_by(CampaignMember.added_at.desc(), CampaignMember.id.desc())
        .limit(page.limit + 1)
    )
    if status:
        query = query.where(CampaignMember.status == status)
    if page.after:
        query = query.where(tuple_(CampaignMember.added_at, CampaignMember.id) < (page.after.at, page.after.id))
    return [(row[0], row[1], row[2]) for row in await unit.session.execute(query)]


def _member(row: CampaignMember, external_id: str, disposition: str | None) -> MemberOut:
    joined = {"external_id": external_id, "last_disposition": disposition}
    fields = {name: getattr(row, name) for name in MemberOut.model_fields if name not in joined}
    next_attempt = row.next_attempt_at if row.status == "pending" else None
    return MemberOut.model_validate(fields | joined | {"next_attempt_at": next_attempt})


@router.delete("/{campaign_id}/members/{customer_id}", status_code=204, responses=responses(401, 403, 404, 409, 422))
async def remove_from_campaign(campaign_id: UUID, customer_id: UUID, who: Operator) -> None:
    """Take a customer out. Once the campaign has begun, the membership stays on record as skipped."""
    async with work(who.organization_id) as unit:
        campaign = await _need(unit, campaign_id, lock=True)
        try:
            found = await remove_member(unit, campaign, customer_id, actor=who.name)
        except NotNow as error:
            raise Problem(409, "conflict", str(error)) from error
        if not found:
            raise Problem(404, "not-found", f"customer {customer_id} is not in campaign {campaign_id}")


@router.get("/{campaign_id}/preview", response_model=Simulation, responses=responses(401, 403, 404, 422))
async def preview_campaign(
    campaign_id: UUID,
    who: Viewer,
    at: Annotated[Instant | None, Query(description="ISO 8601 with offset; now, when it is left out")] = None,
    assume_clean_numbers: bool = False,
    show: Show = "skipped",
) -> Simulation:
    """Of the members who wait, whom the gate would skip if the calls were made at once, and why. Nobody is called."""
    moment = at or CLOCK.now()
    async with work(who.organization_id) as unit:
        campaign = await _need(unit, campaign_id)
        waiting = await unit.session.scalars(
            select(Customer)
            .join(CampaignMember, CampaignMember.customer_id == Customer.id)
            .where(CampaignMember.campaign_id == campaign_id, CampaignMember.status == "pending")
            .order_by(CampaignMember.next_attempt_at, CampaignMember.id)
            .limit(MOST + 1)
        )
        customers = list(waiting)
        organization = await get_organization(unit.session, who.organization_id)
        results = await simulate(
            unit.session,
            organization,
            customers[:MOST],
            at=moment,
            collector_mode=campaign.collector_mode,
            healthy=await guards_work(unit.session, organization, unit.now),
            assume_clean_numbers=assume_clean_numbers,
        )
    return simulation(results, at=moment, show=show, more=len(customers) > MOST)


async def _change(campaign_id: UUID, who: Principal, verb: Verb) -> CampaignOut:
    async with work(who.organization_id) as unit:
        campaign = await _need(unit, campaign_id, lock=True)
        try:
            await change(unit, campaign, verb, actor=who.name)
        except NotNow as error:
            raise Problem(409, "conflict", str(error)) from error
        return await _shown(unit, campaign)


@router.post("/{campaign_id}/start", response_model=CampaignOut, responses=responses(401, 403, 404, 409, 422))
async def start_campaign(campaign_id: UUID, who: Operator) -> CampaignOut:
    """Let a draft run. One that runs stays as it is."""
    return await _change(campaign_id, who, "start")


@router.post("/{campaign_id}/pause", response_model=CampaignOut, responses=responses(401, 403, 404, 409, 422))
async def pause_campaign(campaign_id: UUID, who: Operator) -> CampaignOut:
    """Ask for no further call until it is resumed; calls that were asked for go on."""
    return await _change(campaign_id, who, "pause")


@router.post("/{campaign_id}/resume", response_model=CampaignOut, responses=responses(401, 403, 404, 409, 422))
async def resume_campaign(campaign_id: UUID, who: Operator) -> CampaignOut:
    """Let a paused campaign go on."""
    return await _change(campaign_id, who, "resume")


@router.post("/{campaign_id}/cancel", response_model=CampaignOut, responses=responses(401, 403, 404, 409, 422))
async def cancel_campaign(campaign_id: UUID, who: Operator) -> CampaignOut:
    """End it for good: who waits is skipped, queued calls are cancelled, calls under way go on."""
    return await _change(campaign_id, who, "cancel")
