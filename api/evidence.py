"""Evidence of one call or one customer as one archive; asking for it is itself on record."""

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any
from uuid import UUID

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from api.auth import Admin, Principal
from api.problems import Problem, responses
from archer.evidence import archive
from archer.store.calls import get_call
from archer.store.customers import get_customer
from archer.store.database import database
from archer.store.decisions import audit
from archer.store.organizations import get_organization
from archer.work import Work, work

router = APIRouter(tags=["evidence"])
_ZIP: dict[int | str, dict[str, Any]] = {
    200: {"content": {"application/zip": {"schema": {"type": "string", "format": "binary"}}}, "description": "ZIP"}
}


async def _noted(unit: Work, who: Principal, subject: str) -> datetime:
    await audit(
        unit.session, unit.organization_id, at=unit.now, actor=who.name, action="evidence.exported", subject=subject
    )
    return unit.now


def _stream(who: Principal, at: datetime, *, call_id: UUID | None = None, customer_id: UUID | None = None) -> Any:
    async def parts() -> AsyncIterator[bytes]:
        async with database().transaction(who.organization_id) as session:
            found = archive(
                session,
                await get_organization(session, who.organization_id),
                at=at,
                call=await get_call(session, call_id) if call_id else None,
                customer=await get_customer(session, customer_id) if customer_id else None,
            )
            async for part in found:
                yield part

    name = f"evidence-{'call' if call_id else 'customer'}-{call_id or customer_id}.zip"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return StreamingResponse(parts(), media_type="application/zip", headers=headers)


@router.get(
    "/calls/{call_id}/evidence", response_class=StreamingResponse, responses=responses(401, 403, 404, 422) | _ZIP
)
async def call_evidence(call_id: UUID, who: Admin) -> Any:
    """Everything on record about one call, with a manifest of hashes."""
    async with work(who.organization_id) as unit:
        if await get_call(unit.session, call_id) is None:
            raise Problem(404, "not-found", f"no call {call_id}")
        at = await _noted(unit, who, f"call:{call_id}")
    return _stream(who, at, call_id=call_id)


@router.get(
    "/customers/{customer_id}/evidence",
    response_class=StreamingResponse,
    responses=responses(401, 403, 404, 422) | _ZIP,
)
async def customer_evidence(customer_id: UUID, who: Admin) -> Any:
    """Everything on record about one customer and every call, with a manifest of hashes."""
    async with work(who.organization_id) as unit:
        if await get_customer(unit.session, customer_id) is None:
            raise Problem(404, "not-found", f"no customer {customer_id}")
        at = await _noted(unit, who, f"customer:{customer_id}")
    return _stream(who, at, customer_id=customer_id)
