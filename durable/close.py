"""Close a call: one disposition, written once, and the wrap-up on its way."""

from sqlalchemy import exists, select

from archer.campaigns import wake_campaign
from archer.carrier_turns import LastWords, carrier_turn
from archer.protocol import TERMINAL_STATUSES
from archer.record import conversation_ended
from archer.store.calls import Call, CallEntry, get_call
from archer.work import Work, work
from durable.inputs import CallRef

_BY_STATUS = {"no_answer": "no_answer", "busy": "busy", "failed": "error", "canceled": "hung_up", "blocked": "blocked"}
_NO_CONVERSATION = {"third_party", "wrong_number", "voicemail"}


def disposition_of(call: Call) -> str:
    """Why the call ended, from its row alone."""
    if call.disposition:
        return call.disposition
    if call.status != "completed":
        return call.outcome if call.status == "failed" and call.outcome else _BY_STATUS[call.status]
    if call.outcome:
        return call.outcome
    return "voicemail" if call.answered_by == "machine" else "hung_up"


async def _customer_spoke(unit: Work, call: Call) -> bool:
    spoke = exists().where(
        CallEntry.call_id == call.id, CallEntry.kind == "transcript", CallEntry.speaker == "customer"
    )
    return bool((await unit.session.execute(select(spoke))).scalar_one())


async def _end_carrier_voice(unit: Work, call: Call) -> None:
    """Nobody reports the end of a conversation by the carrier's voice when the caller hangs up."""
    turn = carrier_turn(call)
    if turn is not None and call.agent_ended_at is None:
        last = turn.last_words or LastWords(outcome=None, reason="caller_hung_up")
        await conversation_ended(unit, call, outcome=last.outcome, reason=last.reason, hang_up=False)


async def close(ref: CallRef) -> None:
    """Write the disposition of an ended call and ask for its wrap-up; a second time changes nothing."""
    async with work(ref.organization_id) as unit:
        call = await get_call(unit.session, ref.call_id, lock=True)
        if call is None or call.status not in TERMINAL_STATUSES or call.wrapped_up_at is not None:
            return
        await _end_carrier_voice(unit, call)
        call.disposition = disposition_of(call)
        call.ended_at = call.ended_at or unit.now
        if not call.conversation and call.disposition not in _NO_CONVERSATION:
            # Stricter than needed: whoever spoke may have been the consumer (P-11).
            call.conversation = await _customer_spoke(unit, call)
        await unit.enqueue("call-wrapup", {"call_id": str(call.id)})
        if call.campaign_id is not None:
            await wake_campaign(unit, call.campaign_id, "call_closed")


async def unfinished(ref: CallRef) -> bool:
    """Whether a call still needs its orchestration."""
    async with work(ref.organization_id) as unit:
        call = await get_call(unit.session, ref.call_id)
        return call is not None and call.wrapped_up_at is None and call.status != "blocked"
