"""Calls: ask for one, look at it, end it, and see why it was allowed or refused."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Query
from fastapi.responses import JSONResponse
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator
from sqlalchemy import String, cast, or_, select, tuple_

from api.auth import Operator, Principal, Viewer
from api.call_views import (
    CallAccepted,
    CallDetail,
    CallPage,
    DecisionDetail,
    call_detail,
    decision_view,
    summary_fields,
)
from api.customers import Text
from api.idempotency import Key, act_once
from api.paging import Page, encode
from api.problems import Problem, document, responses
from archer import lookups
from archer.call_state import end_without_carrier, wake
from archer.clock import CLOCK
from archer.consents import agreed_on
from archer.placing import Order, place
from archer.protocol import TERMINAL_STATUSES, CallStatus, Disposition
from archer.store.calls import Call, get_call
from archer.store.customers import Customer, find_customer, get_customer
from archer.store.decisions import audit, latest_decision
from archer.store.organizations import get_organization
from archer.store.playbook import chosen_tactic
from archer.work import Work, work

router = APIRouter(prefix="/calls", tags=["calls"])
_ROUTE = "POST /calls"


class CallIn(BaseModel):
    """A call to place."""

    model_config = ConfigDict(extra="forbid")

    customer_id: UUID | None = None
    external_id: Annotated[Text, Field(max_length=100)] | None = None
    agent_profile: Literal["collections"] = "collections"
    tactic: Annotated[Text, Field(max_length=64)] | None = None
    collector_mode: Literal["first_party", "third_party"] = "first_party"
    metadata: dict[str, Any] = {}

    @model_validator(mode="after")
    def _one_customer(self) -> "CallIn":
        if (self.customer_id is None) == (self.external_id is None):
            raise ValueError("name the customer by customer_id or by external_id, one of them")
        return self


async def _customer(unit: Work, body: CallIn) -> Customer:
    if body.customer_id is not None:
        found = await get_customer(unit.session, body.customer_id)
    else:
        found = await find_customer(unit.session, body.external_id or "")
    if found is None:
        raise Problem(404, "not-found", f"no customer {body.customer_id or body.external_id}")
    return found


async def _answers(who: Principal, body: CallIn, today: datetime) -> lookups.NumberAnswers:
    """Look up what is not known of the number; outside any transaction, because it asks the network."""
    async with work(who.organization_id) as unit:
        customer = await _customer(unit, body)
        if not any(lookups.missing(customer, today.date())):
            return lookups.NumberAnswers()
        consented = await agreed_on(unit.session, [customer.id])
    return await lookups.look_up(customer, today.date(), consented.get(customer.id))


async def _place(
    unit: Work, who: Principal, body: CallIn, answers: lookups.NumberAnswers
) -> tuple[int, dict[str, Any]]:
    customer = await _customer(unit, body)
    lookups.keep(customer, answers)
    organization = await get_organization(unit.session, who.organization_id)
    tactic = await chosen_tactic(unit.session, organization.configured, customer.segment, body.tactic)
    if body.tactic is not None and tactic is None:
        raise Problem(422, "invalid-request", f"tactic: there is none named {body.tactic!r}")
    order = Order(body.agent_profile, body.collector_mode, tactic, body.metadata)
    placed = await place(unit, organization, customer, order, actor=who.name)
    call, shown = placed.call, decision_view(placed.decision)
    if call.status == "queued":
        return 202, CallAccepted(id=call.id, status="queued", decision=shown).model_dump(mode="json")
    reasons = "; ".join(f"{rule['id']}: {rule['reason']}" for rule in placed.decision.rules)
    return 409, document(
        409,
        "dial-refused",
        f"the compliance gate does not allow this call: {reasons}",
        id=str(call.id),
        decision=shown.model_dump(mode="json"),
    ) | {"call_status": "blocked"}


@router.post("", status_code=202, response_model=CallAccepted, responses=responses(401, 403, 404, 409, 422, 503))
async def place_call(body: CallIn, who: Operator, idempotency_key: Key = None) -> JSONResponse:
    """Ask for a call. The compliance gate answers at once: 202 queued, or 409 with its decision.

    With an `Idempotency-Key` the same request is answered the same and places one call.
    """
    answers = await _answers(who, body, CLOCK.now())

    async def act(unit: Work) -> tuple[int, dict[str, Any]]:
        return await _place(unit, who, body, answers)

    return await act_once(who, _ROUTE, idempotency_key, body, act)


@router.get("", response_model=CallPage, responses=responses(401, 403, 422))
async def list_calls(
    who: Viewer,
    page: Page,
    status: CallStatus | None = None,
    disposition: Disposition | None = None,
    customer_id: UUID | None = None,
    campaign_id: UUID | None = None,
    from_: Annotated[AwareDatetime | None, Query(alias="from")] = None,
    to: AwareDatetime | None = None,
    q: Annotated[
        str | None,
        Query(max_length=100, pattern=r"^[^\x00]*$", description="part of a name, number, key or call id"),
    ] = None,
) -> CallPage:
    """Calls, newest first."""
    query = select(Call).order_by(Call.queued_at.desc(), Call.id.desc()).limit(page.limit + 1)
    if status:
        query = query.where(Call.status == status)
    if disposition:
        query = query.where(Call.disposition == disposition)
    if customer_id:
        query = query.where(Call.customer_id == customer_id)
    if campaign_id:
        query = query.where(Call.campaign_id == campaign_id)
    if from_:
        query = query.where(Call.queued_at >= from_)
    if to:
        query = query.where(Call.queued_at < to)
    if q:
        query = query.outerjoin(Customer, Customer.id == Call.customer_id).where(
            or_(
                Customer.name.icontains(q, autoescape=True),
                Customer.external_id.icontains(q, autoescape=True),
                Call.phone_number.contains(q, autoescape=True),
                cast(Call.id, String).startswith(q.lower(), autoescape=True),
            )
        )
    if page.after:
        query = query.where(tuple_(Call.queued_at, Call.id) < (page.after.at, page.after.id))
    async with work(who.organization_id) as unit:
        rows = list((await unit.session.execute(query)).scalars())
    more, rows = len(rows) > page.limit, rows[: page.limit]
    return CallPage.model_validate(
        {
            "items": [summary_fields(row) for row in rows],
            "next_cursor": encode(rows[-1].queued_at, rows[-1].id) if more else None,
        }
    )


async def _call(unit: Work, call_id: UUID, *, lock: bool = False) -> Call:
    found = await get_call(unit.session, call_id, lock=lock)
    if found is None:
        raise Problem(404, "not-found", f"no call {call_id}")
    return found


@router.get("/{call_id}", response_model=CallDetail, responses=responses(401, 403, 404, 422))
async def read_call(call_id: UUID, who: Viewer) -> CallDetail:
    """One call with everything that was said and done."""
    async with work(who.organization_id) as unit:
        return await call_detail(unit, await _call(unit, call_id))


@router.get("/{call_id}/decision", response_model=DecisionDetail, responses=responses(401, 403, 404, 422))
async def read_decision(call_id: UUID, who: Viewer) -> DecisionDetail:
    """Why this call was allowed or refused, with the facts: enough to replay it."""
    async with work(who.organization_id) as unit:
        await _call(unit, call_id)
        row = await latest_decision(unit.session, call_id)
        if row is None:
            raise Problem(404, "not-found", f"call {call_id} was never decided on (inbound)")
        return DecisionDetail.model_validate(row, from_attributes=True)


@router.post(
    "/{call_id}/hangup", status_code=202, response_model=CallDetail, responses=responses(401, 403, 404, 409, 422)
)
async def hang_up(call_id: UUID, who: Operator) -> CallDetail:
    """End a call: a queued one is canceled at once, a running one is hung up by the carrier."""
    async with work(who.organization_id) as unit:
        call = await _call(unit, call_id, lock=True)
        if call.status in TERMINAL_STATUSES:
            raise Problem(409, "call-ended", f"call {call_id} has ended: {call.status}")
        call.hangup_requested_at = call.hangup_requested_at or unit.now
        if call.status == "queued":
            await end_without_carrier(unit, call, "canceled", "hung_up")
        await wake(unit, call, "hangup")
        await audit(
            unit.session,
            who.organization_id,
            at=unit.now,
            actor=who.name,
            action="call.hangup",
            subject=f"call:{call.id}",
        )
        return await call_detail(unit, call)
