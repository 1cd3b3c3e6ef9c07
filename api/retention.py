"""Retention and erasure: what would be deleted, delete it, and requests of customers to be forgotten."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, ConfigDict
from sqlalchemy import select, tuple_

from api.auth import Admin
from api.consents import Reason, need_customer
from api.paging import Page, encode
from api.problems import responses
from archer.clock import CLOCK
from archer.erasing import request_erasure, run_retention
from archer.store.erasure import ErasureRequest
from archer.work import work

router = APIRouter(tags=["retention"])


class ErasureIn(BaseModel):
    model_config = ConfigDict(extra="forbid")

    reason: Reason


class ErasureOut(BaseModel):
    id: UUID
    customer_id: UUID
    requested_at: datetime
    requested_by: str
    reason: str
    status: str
    """`restricted`: contact has ended, the records wait for their day; `done`: everything is deleted."""
    erasable_on: date | None
    done_at: datetime | None


class ErasureAnswer(ErasureOut):
    held_by: dict[str, date]
    """What must be kept, and until when."""


class ErasurePage(BaseModel):
    items: list[ErasureOut]
    next_cursor: str | None


class RetentionReport(BaseModel):
    dry_run: bool
    today: date
    evidence: list[dict[str, Any]]
    erasures: list[dict[str, Any]]
    recordings: int
    unclaimed_calls: int
    kept: list[dict[str, Any]]
    """What was due, or asked for, and has to stay; why."""


@router.post("/retention/runs", response_model=RetentionReport, responses=responses(401, 403, 422))
async def run(
    who: Admin,
    dry_run: Annotated[bool, Query(description="only say what would be deleted; false deletes")] = True,
) -> RetentionReport:
    """Delete what has had its time, as every night; by default only say what that would be."""
    report = await run_retention(who.organization_id, CLOCK.now(), dry_run=dry_run, actor=who.name)
    return RetentionReport.model_validate(report, from_attributes=True)


@router.post(
    "/customers/{customer_id}/erasure",
    status_code=202,
    response_model=ErasureAnswer,
    responses={
        **responses(401, 403, 404, 422),
        200: {"model": ErasureAnswer, "description": "nothing had to be kept: the customer is deleted"},
    },
)
async def erase(customer_id: UUID, body: ErasureIn, who: Admin, response: Response) -> ErasureAnswer:
    """A customer asks to be forgotten: contact ends at once, the records go when the law lets them (R-09)."""
    async with work(who.organization_id) as unit:
        customer = await need_customer(unit, customer_id)
        row, held = await request_erasure(unit, customer, reason=body.reason, actor=who.name)
        response.status_code = 200 if row.status == "done" else 202
        return ErasureAnswer.model_validate(
            {**ErasureOut.model_validate(row, from_attributes=True).model_dump(), "held_by": held}
        )


@router.get("/erasures", response_model=ErasurePage, responses=responses(401, 403, 422))
async def list_erasures(who: Admin, page: Page) -> ErasurePage:
    """Requests to be forgotten, newest first."""
    query = (
        select(ErasureRequest)
        .order_by(ErasureRequest.requested_at.desc(), ErasureRequest.id.desc())
        .limit(page.limit + 1)
    )
    if page.after:
        query = query.where(tuple_(ErasureRequest.requested_at, ErasureRequest.id) < (page.after.at, page.after.id))
    async with work(who.organization_id) as unit:
        rows = list((await unit.session.execute(query)).scalars())
    more, rows = len(rows) > page.limit, rows[: page.limit]
    return ErasurePage(
        items=[ErasureOut.model_validate(row, from_attributes=True) for row in rows],
        next_cursor=encode(rows[-1].requested_at, rows[-1].id) if more else None,
    )
