"""What the agent container asks during a call: see `archer.protocol` for the order and the messages."""

from collections.abc import Iterable
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path
from sqlalchemy import func, select

from api.auth import CallToken, SessionToken
from api.problems import Problem, responses
from archer.advisor import advisor
from archer.opening import best_level, opening_session
from archer.protocol import (
    TERMINAL_STATUSES,
    EndRequest,
    Entry,
    EntryBatch,
    EntryReceipt,
    Session,
    SessionRequest,
    StreamGrant,
    ToolOutcome,
    ToolRequest,
)
from archer.record import conversation_ended, keep, session_opened
from archer.recording import follow
from archer.security import CallClaims
from archer.sessions import SessionRefused, check_acting, check_unused, open_session
from archer.store.calls import Call, CallEntry, get_call
from archer.store.organizations import Organization, get_organization
from archer.streams import streams
from archer.work import Work, work
from tools.registry import schemas
from tools.runner import ToolCallReused, UnknownTool, ask_ahead, run_tool, stored_outcome

router = APIRouter(prefix="/agent/calls/{call_id}", tags=["agent"])

LATENCY_SAMPLES = 500
"""Measurements kept per call and kind."""
ToolPath = Annotated[str, Path(max_length=64, pattern=r"^[a-z_]+$")]
ToolCallPath = Annotated[str, Path(max_length=64, pattern=r"^[A-Za-z0-9_.:-]+$")]


async def _call(unit: Work, claims: CallClaims) -> Call:
    call = await get_call(unit.session, claims.call_id, lock=True)
    if call is None:
        raise Problem(404, "not-found", f"no call {claims.call_id}")
    return call


async def _acting(unit: Work, claims: CallClaims) -> Call:
    call = await _call(unit, claims)
    try:
        check_acting(call, claims)
    except SessionRefused as error:
        raise Problem(409, "session-overtaken", str(error)) from error
    return call


@router.post("/stream", response_model=StreamGrant, responses=responses(401, 404, 409, 422))
async def stream(call_id: UUID, claims: CallToken) -> StreamGrant:
    """May this media stream be carried? The token is looked at, not used up."""
    async with work(claims.organization_id) as unit:
        call = await _call(unit, claims)
        if call.status in TERMINAL_STATUSES:
            raise Problem(409, "call-ended", f"call {call_id} has ended: {call.status}")
        try:
            check_unused(call, claims)
        except SessionRefused as error:
            raise Problem(409, "token-used", str(error)) from error
        organization = await get_organization(unit.session, claims.organization_id)
        return StreamGrant(call_id=call_id, max_seconds=organization.configured.max_call_seconds)


@router.post("/session", response_model=Session, responses=responses(401, 404, 409, 422))
async def session(call_id: UUID, body: SessionRequest, claims: CallToken) -> Session:
    """Open the session: the token is used up; the same nonce is answered again."""
    async with work(claims.organization_id) as unit:
        call = await _call(unit, claims)
        if call.status in TERMINAL_STATUSES:
            raise Problem(409, "call-ended", f"call {call_id} has ended: {call.status}")
        organization = await get_organization(unit.session, claims.organization_id)
        try:
            opened = open_session(call, claims, body.nonce, organization.configured.max_call_seconds)
        except SessionRefused as error:
            raise Problem(409, "token-used", str(error)) from error
        if not opened.repeated:
            await session_opened(unit, call)
            streams().succeeded()
        advisor().prepare()
        return await opening_session(unit, call, organization, opened, schemas())


@router.post("/tools/{tool}", response_model=ToolOutcome, responses=responses(401, 404, 409, 422))
async def use_tool(tool: ToolPath, body: ToolRequest, claims: SessionToken) -> ToolOutcome:
    """Run a tool once per `tool_call_id`, after storing what was said before it."""
    advice = await ask_ahead(claims.organization_id, claims.call_id, tool, body)
    async with work(claims.organization_id) as unit:
        call = await _acting(unit, claims)
        try:
            if body.entries:
                await _store(unit, call, f"agent:{claims.epoch}", body.entries)
            return await run_tool(unit, call, tool, body, advice)
        except UnknownTool as error:
            raise Problem(404, "not-found", f"no tool {tool!r}") from error
        except ToolCallReused as error:
            raise Problem(
                409, "tool-call-reused", f"tool_call_id {body.tool_call_id!r} was used for something else"
            ) from error


@router.get("/tools/{tool_call_id}", response_model=ToolOutcome, responses=responses(401, 404, 409, 422))
async def tool_outcome(tool_call_id: ToolCallPath, claims: SessionToken) -> ToolOutcome:
    """What became of a tool call whose answer was lost; 404: it did not happen."""
    async with work(claims.organization_id) as unit:
        call = await _acting(unit, claims)
        entry = await stored_outcome(unit, call, tool_call_id)
        if entry is None:
            raise Problem(404, "not-found", f"tool call {tool_call_id!r} did not happen")
        return ToolOutcome.model_validate(entry.tool_outcome)


async def _stored_to(unit: Work, call: Call, source: str) -> tuple[int, int]:
    """The last entry known, and the organization's `agent_level`."""
    level = select(Organization.settings["agent_level"].as_integer()).where(Organization.id == call.organization_id)
    query = select(func.max(CallEntry.source_n), level.scalar_subquery()).where(
        CallEntry.call_id == call.id, CallEntry.source == source
    )
    with unit.session.no_autoflush:  # what the batch changes in the call's row is written once
        found = await unit.session.execute(query)
    stored_to, configured = found.one()
    return stored_to or 0, configured or 0


async def _store(unit: Work, call: Call, source: str, numbered: list[Entry]) -> EntryReceipt:
    stored_to, configured = await _stored_to(unit, call, source)
    rows = []
    for entry in sorted(numbered, key=lambda item: item.n):
        if entry.n != stored_to + 1:
            continue  # known already, or behind a gap: the receipt tells the agent where to go on
        stored_to = entry.n
        rows.append(
            await keep(
                unit,
                call,
                at=entry.at,
                kind=entry.kind,
                speaker=entry.speaker,
                text=entry.text,
                interrupted=entry.interrupted,
                event=entry.event,
                data=entry.data,
                source=source,
                source_n=entry.n,
            )
        )
    await follow(unit, call, rows)
    return EntryReceipt(stored_to=stored_to, best_level=best_level(configured))


def _add_latencies(call: Call, measured: dict[str, list[float]]) -> None:
    if not measured:
        return
    merged = dict(call.latency)
    for name, values in measured.items():
        if name in ("turn", "tool", "barge_in"):
            earlier: Iterable[float] = merged.get(name, [])
            merged[name] = [*earlier, *(round(value, 2) for value in values)][:LATENCY_SAMPLES]
    call.latency = merged


@router.post("/entries", response_model=EntryReceipt, responses=responses(401, 404, 409, 422))
async def entries(body: EntryBatch, claims: SessionToken) -> EntryReceipt:
    """Store what was said and what happened. A session that was overtaken may still hand in what it had."""
    async with work(claims.organization_id) as unit:
        call = await _call(unit, claims)
        if claims.epoch > call.session_epoch:
            raise Problem(409, "session-overtaken", "this session is not of this call")
        if claims.epoch == call.session_epoch and body.conversation is not None:
            call.conversation_state = body.conversation
        _add_latencies(call, body.latency_ms)
        return await _store(unit, call, f"agent:{claims.epoch}", body.entries)


@router.post("/end", status_code=204, responses=responses(401, 404, 409, 422))
async def end(body: EndRequest, claims: SessionToken) -> None:
    """The conversation is over; the orchestration closes the line if the carrier does not."""
    async with work(claims.organization_id) as unit:
        call = await _acting(unit, claims)
        await conversation_ended(unit, call, outcome=body.outcome, reason=body.reason, hang_up=body.hang_up)
