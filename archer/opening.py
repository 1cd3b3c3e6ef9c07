"""What the agent is told when it opens a session: whom it calls and as whom, and where an earlier session stopped."""

import logging
from datetime import date, timedelta
from typing import TypeGuard
from zoneinfo import ZoneInfo

from sqlalchemy import func, or_, select

from archer.clock import CLOCK
from archer.conversation.prompts import PromptError, for_session
from archer.failures import where
from archer.protocol import HeardLine, Session, SessionState, ToolSchema
from archer.sessions import Opened
from archer.settings import settings
from archer.store.calls import Call, CallEntry
from archer.store.customers import Customer, get_customer
from archer.store.dial_facts import CustomerFlags
from archer.store.organizations import Organization
from archer.store.playbook import SystemPrompt, as_carried, prompt_of, tactic_of
from archer.work import Work

VALIDATION_DAYS = 37
"""30 days after assumed receipt (P-20), which is five days that are no Saturday, Sunday or holiday after sending."""
_FALLBACK_ZONE = "America/New_York"
log = logging.getLogger(__name__)


def in_validation_period(customer: Customer, today: date) -> bool:
    """Whether dispute rights must not be overshadowed now (I-16); errs on the longer side."""
    sent = CustomerFlags.model_validate(customer.flags).validation_notice_sent_on
    if not sent:
        return False
    try:
        return date.fromisoformat(sent) <= today <= date.fromisoformat(sent) + timedelta(days=VALIDATION_DAYS)
    except ValueError:
        return True


async def _first_communication(unit: Work, call: Call) -> bool:
    earlier = await unit.session.execute(
        select(func.count())
        .select_from(Call)
        .where(
            or_(Call.customer_id == call.customer_id, Call.phone_number == call.phone_number),
            Call.id != call.id,
            Call.conversation,
        )
    )
    return not earlier.scalar_one()


async def _state(unit: Work, call: Call) -> SessionState:
    if call.session_epoch <= 1:
        return SessionState(verified=call.verified, verification_attempts=call.verification_attempts)
    rows = await unit.session.execute(
        select(CallEntry.speaker, CallEntry.text, CallEntry.kind)
        .where(CallEntry.call_id == call.id)
        .order_by(CallEntry.seq)
    )
    lines, tool_calls = [], 0
    for speaker, text, kind in rows:
        if kind == "transcript" and speaker and text:
            lines.append(HeardLine(speaker=speaker, text=text))
        tool_calls += kind == "tool"
    return SessionState(
        verified=call.verified,
        verification_attempts=call.verification_attempts,
        conversation=call.conversation_state,
        lines=lines,
        tool_calls=tool_calls,
    )


RULES = 2
"""The rung of the ladder from which on no language model is asked."""


def best_level(configured: int) -> int:
    """The best rung of the ladder that a call may use: the organization's switch and the environment's, the worse."""
    return max(settings().agent_level, configured)


async def call_session(
    unit: Work, call: Call, organization: Organization, *, token: str = "", state: SessionState | None = None
) -> Session:
    """What whoever talks on a call must know of it, without tools and prompt."""
    configured = organization.configured
    customer = await get_customer(unit.session, call.customer_id) if call.customer_id else None
    if customer is None:
        raise LookupError(f"call {call.id} has no customer to talk to")
    tactic = await tactic_of(unit.session, call)
    known = SessionState(verified=call.verified, verification_attempts=call.verification_attempts)
    return Session(
        call_id=call.id,
        epoch=call.session_epoch,
        session_token=token,
        direction="inbound" if call.direction == "inbound" else "outbound",
        business_name=organization.name,
        agent_name=configured.agent_name,
        callback_number=configured.callback_number,
        customer_name=customer.name,
        customer_timezone=next(filter(_is_a_zone, (customer.timezone, configured.timezone)), _FALLBACK_ZONE),
        customer_country="CA" if customer.country == "CA" else "US",
        language=customer.language,
        collector_mode="third_party" if call.collector_mode == "third_party" else "first_party",
        first_communication=await _first_communication(unit, call),
        in_validation_period=in_validation_period(customer, CLOCK.now().date()),
        now=unit.now,
        agent_profile=call.agent_profile,
        tactic=as_carried(tactic) if tactic else None,
        tools=[],
        state=state or known,
        degradation_level=best_level(configured.agent_level),
    )


async def opening_session(
    unit: Work, call: Call, organization: Organization, opened: Opened, tools: list[ToolSchema]
) -> Session:
    """The answer to an opened session. The prompt that it carries is noted with the call."""
    session = await call_session(unit, call, organization, token=opened.token, state=await _state(unit, call))
    prompt = await prompt_of(unit.session, call, settings().environment)
    rendered = _rendered(prompt, session)
    if prompt is not None and rendered is not None:
        call.prompt, call.prompt_version = prompt.name, prompt.version
    return session.model_copy(update={"tools": tools, "prompt": rendered})


def _is_a_zone(name: str | None) -> TypeGuard[str]:
    """Whether times can be talked about in it: the bank's own record of a customer may say anything."""
    try:
        return bool(name) and ZoneInfo(name or "") is not None
    except (KeyError, ValueError, OSError):
        return False


def _rendered(prompt: SystemPrompt | None, session: Session) -> str | None:
    """The organization's prompt; None without one that can be rendered: the agent has one of its own."""
    if prompt is None:
        return None
    try:
        return for_session(prompt.template, session)
    except PromptError as error:
        log.error("prompt %s version %d of %s: %s", prompt.name, prompt.version, prompt.environment, where(error))
        return None
