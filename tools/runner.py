"""Run one tool once: permission, arguments, effect, record, events, all in one transaction.

`tool_call_id` is the key. The call's row is locked, so tools of one call run one after the other; a repeated request
finds the stored outcome. A tool that fails unexpectedly leaves nothing behind and may be asked for again.
"""

import logging
import time
from typing import Any
from uuid import UUID

from pydantic import ValidationError
from sqlalchemy import select

from archer.advisor import Guidance, advisor
from archer.failures import where
from archer.opening import RULES, best_level
from archer.protocol import ToolOutcome, ToolRequest
from archer.record import redacted
from archer.store.calls import Call, CallEntry, add_entry, get_call
from archer.store.customers import Customer
from archer.store.organizations import Organization
from archer.work import Work, work
from tools.context import Arguments, CallContext, ToolResult, refused
from tools.registry import TOOLS, Tool

log = logging.getLogger(__name__)


class UnknownTool(LookupError):
    """There is no tool of that name."""


class ToolCallReused(Exception):
    """The same `tool_call_id` was used for another tool or other arguments."""


async def stored_outcome(unit: Work, call: Call, tool_call_id: str) -> CallEntry | None:
    """The entry of a tool call that has run, if it has."""
    rows = await unit.session.execute(
        select(CallEntry).where(CallEntry.call_id == call.id, CallEntry.tool_call_id == tool_call_id)
    )
    return rows.scalar_one_or_none()


def asks_ahead(name: str) -> bool:
    """Whether a tool has a question for the advisor that would be tried now."""
    return hasattr(TOOLS.get(name), "question") and advisor().available


async def ask_ahead(organization_id: UUID, call_id: UUID, name: str, request: ToolRequest) -> Guidance | None:
    """What the advisor says to a tool's question, if the tool has one.

    Asked before the tool runs and outside of its transaction, so that nothing is locked while the network is waited
    for. None when there is no advice; the tool then goes by its rules.
    """
    tool = TOOLS.get(name)
    if tool is None or not hasattr(tool, "question") or not advisor().available:
        return None
    async with work(organization_id) as unit:
        call = await get_call(unit.session, call_id)
        if call is None or await stored_outcome(unit, call, request.tool_call_id) is not None:
            return None
        ready = await _ready(unit, call, tool, redacted(request.arguments))
        if isinstance(ready, ToolResult):
            return None
        context = ready[0]
        if best_level(context.settings.agent_level) >= RULES:
            return None  # models are switched off by hand
        question = await tool.question(*ready)
    return await advisor().ask(question)


async def run_tool(
    unit: Work, call: Call, name: str, request: ToolRequest, advice: Guidance | None = None
) -> ToolOutcome:
    """Run a tool on a locked call. Raises UnknownTool, ToolCallReused."""
    tool = TOOLS.get(name)
    if tool is None:
        raise UnknownTool(name)
    arguments = redacted(request.arguments)
    before = await stored_outcome(unit, call, request.tool_call_id)
    if before is not None:
        if before.tool != name or before.tool_arguments != arguments:
            raise ToolCallReused(request.tool_call_id)
        return ToolOutcome.model_validate(before.tool_outcome)
    started = time.perf_counter()
    result = await _attempt(unit, call, tool, arguments, advice)
    outcome = ToolOutcome(
        tool_call_id=request.tool_call_id,
        name=name,
        ok=result.error is None,
        say=result.say,
        data=result.data,
        error=result.error,
        duration_ms=round((time.perf_counter() - started) * 1000, 2),
    )
    kept = outcome.error != "unavailable"  # what may be asked for again must not be remembered as answered
    entry = await add_entry(
        unit.session,
        call,
        at=unit.now,
        kind="tool",
        tool=name,
        tool_call_id=request.tool_call_id if kept else None,
        tool_arguments=arguments,
        tool_outcome=outcome.model_dump(mode="json"),
    )
    unit.publish(
        "call_tool_execution",
        call.id,
        {"tool": name, "arguments": arguments, "ok": outcome.ok, "data": outcome.data, "error": outcome.error},
        seq=entry.seq,
    )
    return outcome


async def _ready(
    unit: Work, call: Call, tool: Tool, arguments: dict[str, Any]
) -> tuple[CallContext, Arguments] | ToolResult:
    """What the tool is run with; the refusal when it may not be run."""
    if tool.NEEDS_VERIFICATION and not call.verified:
        return refused("not_verified")
    try:
        checked = tool.Arguments.model_validate(arguments)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        return refused("invalid_arguments", field=".".join(str(part) for part in first["loc"]), problem=first["msg"])
    found = await unit.session.execute(
        select(Customer, Organization)
        .join(Organization, Organization.id == Customer.organization_id)
        .where(Customer.id == call.customer_id)
    )
    known = found.one_or_none()
    if known is None:
        return refused("not_allowed", field="customer", problem="nobody is known at this number")
    return CallContext(unit, call, *known), checked


async def _attempt(
    unit: Work, call: Call, tool: Tool, arguments: dict[str, Any], advice: Guidance | None
) -> ToolResult:
    ready = await _ready(unit, call, tool, arguments)
    if isinstance(ready, ToolResult):
        return ready
    context, checked = ready
    context.advice = advice
    before = unit.mark()
    try:
        async with unit.session.begin_nested():
            return await tool.run(context, checked)
    except Exception as error:
        log.error("tool %s failed in call %s: %s", tool.NAME, call.id, where(error))
        unit.back_to(before)
        await unit.session.refresh(call)
        return refused("unavailable")
