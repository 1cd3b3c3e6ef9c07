"""The audit log: who did what, in a chain of hashes that shows every change."""

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query
from fastapi.responses import StreamingResponse
from pydantic import AwareDatetime, BaseModel
from sqlalchemy import select

from api.auth import Admin
from api.customers import Text
from api.problems import responses
from archer.compliance.audit_chain import Break
from archer.store.audit_trail import export_lines, verify
from archer.store.database import database
from archer.store.decisions import AuditEntry
from archer.work import work

router = APIRouter(prefix="/audit", tags=["audit"])
Word = Annotated[Text, Query(max_length=120)]


class AuditOut(BaseModel):
    number: int
    at: datetime
    actor: str
    action: str
    subject: str
    details: dict[str, Any]
    previous_hash: str
    hash: str


class AuditPage(BaseModel):
    items: list[AuditOut]
    next_cursor: str | None


class Verification(BaseModel):
    """Whether the chain is whole. Keep `head` elsewhere to find out later whether entries were cut off its end."""

    verified: bool
    entries: int
    head: str
    first_break: Break | None


@router.get("", response_model=AuditPage, responses=responses(401, 403, 422))
async def list_audit(
    who: Admin,
    subject: Word | None = None,
    action: Word | None = None,
    actor: Word | None = None,
    from_: Annotated[AwareDatetime | None, Query(alias="from")] = None,
    to: AwareDatetime | None = None,
    cursor: Annotated[
        str | None, Query(pattern=r"^[0-9]{1,18}$", description="`next_cursor` of the page before")
    ] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> AuditPage:
    """Entries, newest first."""
    query = select(AuditEntry).order_by(AuditEntry.number.desc()).limit(limit + 1)
    for column, value in ((AuditEntry.subject, subject), (AuditEntry.action, action), (AuditEntry.actor, actor)):
        if value is not None:
            query = query.where(column == value)
    if from_:
        query = query.where(AuditEntry.at >= from_)
    if to:
        query = query.where(AuditEntry.at < to)
    if cursor:
        query = query.where(AuditEntry.number < int(cursor))
    async with work(who.organization_id) as unit:
        rows = list((await unit.session.execute(query)).scalars())
    more, rows = len(rows) > limit, rows[:limit]
    return AuditPage(
        items=[AuditOut.model_validate(row, from_attributes=True) for row in rows],
        next_cursor=str(rows[-1].number) if more else None,
    )


@router.get("/verification", response_model=Verification, responses=responses(401, 403))
async def verify_audit(who: Admin) -> Verification:
    """Follow the organization's whole chain; the first break, if there is one."""
    async with work(who.organization_id) as unit:
        chain = await verify(unit.session)
    return Verification(verified=chain.broken is None, entries=chain.entries, head=chain.head, first_break=chain.broken)


@router.get("/export", responses={**responses(401, 403), 200: {"content": {"application/jsonl": {}}}})
async def export_audit(who: Admin) -> StreamingResponse:
    """The whole log as JSON Lines, for `python -m archer.compliance audit-verify`."""

    async def lines() -> AsyncIterator[bytes]:
        async with database().transaction(who.organization_id) as session:
            async for line in export_lines(session):
                yield line

    headers = {"Content-Disposition": 'attachment; filename="audit.jsonl"', "Cache-Control": "no-store"}
    return StreamingResponse(lines(), media_type="application/jsonl", headers=headers)
