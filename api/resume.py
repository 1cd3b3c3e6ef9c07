"""What next? Twilio asks when a media stream has ended, or before the first one when streams are known to fail.

The agent again while that is worth the caller's patience; then a conversation by the carrier's own voice.
"""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from api.carrier_voice import answered, begin, ready
from api.problems import responses
from api.webhooks import Signed, need
from archer.carrier_turns import carrier_turn
from archer.dialing import own_number
from archer.people import reachable
from archer.protocol import TERMINAL_STATUSES
from archer.sessions import issue_call_token
from archer.settings import settings
from archer.store.calls import Call, add_entry
from archer.store.organizations import Organization
from archer.streams import streams
from archer.telephony import twiml
from archer.work import Work

router = APIRouter(prefix="/twilio", tags=["twilio"])

MAX_RESUMPTIONS = 3
"""A stream that breaks more often than this is not worth the caller's patience."""
MAX_UNHEARD = 1
"""The same before anybody has spoken: so far he has heard nothing but silence."""

Breaks = Annotated[int | None, Query(ge=0, le=1000, description="streams of this call that had broken before")]


@router.post("/{organization_id}/calls/{call_id}/resume", responses=responses(403, 404, 409, 422))
async def resume(
    organization_id: UUID, call_id: UUID, form: Signed, breaks: Breaks = None, first: bool = False
) -> Response:
    """The media stream has ended: hang up, a person, the agent again, or the carrier's own voice.

    `first`: there was none yet, and whether to offer one is decided now.
    """

    async def answer(unit: Work, call: Call, organization: Organization) -> str:
        hooks = twiml.Webhooks(settings(), organization_id)
        people = reachable(organization.configured, unit.now)
        if call.hangup_requested_at is None and call.transfer_requested_at is not None and people:
            call.transfer_started_at = call.transfer_started_at or unit.now
            return twiml.transfer(hooks, call.id, people, own_number(organization))
        over = call.agent_ended_at or call.hangup_requested_at or call.status in TERMINAL_STATUSES
        if over or form.get("CallStatus") == "completed":
            return twiml.hang_up()
        talking = carrier_turn(call)
        if talking is not None:
            return talking.answer
        offered = call.stream_token_id is not None or call.session_epoch > 0
        if offered if first else breaks is not None and breaks < call.resumptions:
            return _once_more(call, hooks)
        return await _next(unit, call, organization, hooks, first=first)

    sid = need(form, "CallSid")
    await ready()
    return await answered(organization_id, call_id, sid, answer)


def _once_more(call: Call, hooks: twiml.Webhooks) -> str:
    """This was asked and answered; whether the answer arrived is not known."""
    if call.stream_token_id is None:  # it did: the stream that it opened is the one that goes on
        return twiml.ask(hooks, call.id, breaks=call.resumptions)
    return twiml.stream(hooks, call.id, issue_call_token(call, again=True), breaks=call.resumptions)


async def _next(unit: Work, call: Call, organization: Organization, hooks: twiml.Webhooks, *, first: bool) -> str:
    unheard = call.session_epoch == 0
    if not first:
        if call.stream_token_id is not None:  # nobody came to open the session
            streams().failed()
        call.resumptions += 1
        entry = await add_entry(
            unit.session, call, at=unit.now, kind="event", event="stream_broken", data={"times": call.resumptions}
        )
        unit.publish("alert", call.id, {"alert": "stream_broken", "times": call.resumptions}, seq=entry.seq)
    worthwhile = call.resumptions <= (MAX_UNHEARD if unheard else MAX_RESUMPTIONS)
    if worthwhile and streams().allow():
        return twiml.stream(hooks, call.id, issue_call_token(call), breaks=call.resumptions)
    return await begin(unit, call, organization)
