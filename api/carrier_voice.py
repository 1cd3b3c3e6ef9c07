"""The conversation without a media stream: the rules talk by the carrier's own voice, one webhook a turn.

A webhook is taken in one transaction on the locked call: state restored, event handled, tools run, record written,
state and answer stored. So a turn happens once or not at all, and whoever asks again gets the stored answer. A tool
that is slow is left for the next webhook, which the carrier sends after a word to bridge it.
"""

import asyncio
import logging
import sys
from collections.abc import Awaitable, Callable
from importlib import import_module
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Response
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from api.problems import Problem, responses
from api.webhooks import Signed, locked_call, need, xml
from archer.advisor import Guidance, advisor
from archer.carrier_turns import STATE, CarrierTurn, carrier_turn
from archer.dialing import own_number
from archer.failures import where
from archer.opening import best_level
from archer.people import reachable
from archer.protocol import ToolRequest
from archer.record import conversation_ended, keep, session_opened
from archer.sessions import take_over
from archer.settings import settings
from archer.store.calls import Call, get_call
from archer.store.organizations import Organization, get_organization
from archer.telephony import twiml
from archer.work import Work, work
from tools.runner import ask_ahead

router = APIRouter(prefix="/twilio", tags=["twilio"])
log = logging.getLogger(__name__)

PERSON = 3
"""The rung of the ladder (`degradation_level`) without a conversation: a person, or goodbye."""
STATEMENT_MS = "4000"
"""What one statement, waiting for a lock included, may take: a tool beyond it is `unavailable`, and tried once more."""
SORRY = "I am sorry, we cannot continue this call because of a technical problem. Goodbye."

Answer = Callable[[Work, Call, Organization], Awaitable[str]]


async def ready() -> None:
    """Load a whole conversation, off the event loop and before any call is locked; the second time it is there."""
    if "api.speaking" not in sys.modules:
        await asyncio.to_thread(_load)


def _load() -> None:
    import_module("api.speaking")
    import_module("archer.carrier_voice").warm_up()


async def begin(unit: Work, call: Call, organization: Organization) -> str:
    """Take a locked call over from the agent, or begin it; the TwiML to go on with."""
    from api.speaking import begun

    if best_level(organization.configured.agent_level) >= PERSON:
        return await give_up(unit, call, organization, "configured")
    take_over(call)
    await session_opened(unit, call)
    unit.publish("alert", call.id, {"alert": "carrier_voice"})
    return await begun(unit, call, organization)


async def give_up(unit: Work, call: Call, organization: Organization, reason: str) -> str:
    """No conversation is left: a person for somebody verified, else an apology."""
    await keep(unit, call, at=unit.now, kind="event", event="degraded", data={"level": PERSON, "reason": reason})
    people = reachable(organization.configured, unit.now)
    turn = carrier_turn(call) or CarrierTurn()
    turn.number, turn.last_words = turn.number + 1, None
    if people and call.verified:
        call.transfer_requested_at = call.transfer_started_at = unit.now
        await conversation_ended(unit, call, outcome="transferred", reason=reason, hang_up=False)
        hooks = twiml.Webhooks(settings(), call.organization_id)
        turn.answer = twiml.transfer(hooks, call.id, people, own_number(organization))
    else:
        await conversation_ended(unit, call, outcome="error", reason=reason, hang_up=False)
        turn.answer = twiml.say_and_hang_up(SORRY)
    call.conversation_state = {**(call.conversation_state or {}), STATE: turn.model_dump(mode="json")}
    return turn.answer


@router.post("/{organization_id}/calls/{call_id}/turns/{number}", responses=responses(403, 404, 409, 422))
async def turn(
    organization_id: UUID,
    call_id: UUID,
    number: Annotated[int, Path(ge=0, le=100_000)],
    form: Signed,
    cut: bool = False,
) -> Response:
    """What the caller answered; the answer says what to speak next. The same turn again: the same answer again."""
    sid = need(form, "CallSid")
    await ready()
    from api.speaking import taken

    advice = await _advice(organization_id, call_id, number)

    async def answer(unit: Work, call: Call, organization: Organization) -> str:
        kept = carrier_turn(call)
        if kept is None or number > kept.number:
            raise Problem(409, "conflict", f"turn {number}: the carrier was not told to ask for it")
        if number < kept.number:
            return kept.answer
        return await taken(unit, call, organization, kept, form, cut=cut, advice=advice)

    return await answered(organization_id, call_id, sid, answer)


async def answered(organization_id: UUID, call_id: UUID, sid: str, answer: Answer) -> Response:
    """Answer a webhook about a call with TwiML. A defect of ours must not cost the caller his call: nothing of the
    turn has happened then, and the call goes to a person or to an end that is said. A database that does not answer
    is another matter: the carrier asks again."""
    try:
        async with work(organization_id) as unit:
            await unit.session.execute(select(func.set_config("statement_timeout", STATEMENT_MS, True)))
            call = await locked_call(unit, call_id, sid)
            return xml(await answer(unit, call, await get_organization(unit.session, organization_id)))
    except (SQLAlchemyError, OSError, Problem):
        raise
    except Exception as error:
        log.error("call %s: the conversation by the carrier's voice failed: %s", call_id, where(error))
    async with work(organization_id) as unit:
        call = await locked_call(unit, call_id, sid)
        organization = await get_organization(unit.session, organization_id)
        return xml(await give_up(unit, call, organization, "conversation_fault"))


async def _advice(organization_id: UUID, call_id: UUID, number: int) -> Guidance | None:
    """Ask the advisor for a tool that was left for this webhook because it has a question; nothing is locked."""
    if not advisor().available:
        return None
    async with work(organization_id) as unit:
        call = await get_call(unit.session, call_id)
        kept = carrier_turn(call) if call is not None else None
        state = (call.conversation_state or {}).get("state", {}) if call is not None else {}
    pending = state.get("pending")
    if kept is None or kept.number != number or pending is None or kept.advised != pending["tool_call_id"]:
        return None
    request = ToolRequest(tool_call_id=pending["tool_call_id"], arguments=pending["arguments"])
    return await ask_ahead(organization_id, call_id, pending["name"], request)
