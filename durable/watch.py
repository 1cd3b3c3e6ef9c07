"""Look after a call: read its row, do what is due, say when to look again.

Every branch is safe to run twice. The carrier is never asked inside a transaction. Waits that depend on the carrier
or on people are wall-clock spans, given to the orchestration in policy seconds.
"""

import logging
from dataclasses import dataclass, replace
from datetime import datetime

from archer.call_state import CARRIER_STATUSES, end_without_carrier, record_report
from archer.clock import CLOCK
from archer.dialing import own_number
from archer.people import reachable
from archer.protocol import TERMINAL_STATUSES
from archer.settings import settings
from archer.store.calls import get_call
from archer.store.organizations import OrganizationSettings, get_organization
from archer.store.recordings import open_recording
from archer.telephony import twiml
from archer.telephony.twilio_client import CarrierError, carrier
from archer.work import work
from durable.dial import dial, latest_attempt, reconcile
from durable.inputs import CallRef
from durable.recording import in_step
from durable.waking import next_wake_number

SOON, LATER = 2.0, 30.0
"""Wall-clock seconds until the next look when an answer is awaited, and when all is well."""
AFTER_GOODBYE = 6.0
"""Seconds the carrier is given to close the line, or to fetch the transfer, by itself."""
NO_AGENT = 20.0
"""An answered call that no agent session opens is silence for the person who answered."""
RING_MARGIN = 15.0
_UNKNOWN_CALL = 20404
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class State:
    """What the orchestration needs to know."""

    over: bool
    wait_seconds: float = 0.0
    """Policy seconds."""
    wake_number: int = 0
    """Which wake-up to wait for."""


@dataclass(frozen=True)
class Look:
    """A call as it was found, with what its watchdogs need."""

    status: str
    sid: str | None
    answered: bool
    answered_by: str | None
    attempt: str | None
    organization: OrganizationSettings
    people: str | None
    caller_id: str
    since_dial: float
    """Wall-clock seconds; so are all that follow. Infinite when it did not happen."""
    since_answer: float
    since_goodbye: float
    since_hangup: float
    agent_came: bool
    transfer_due: bool
    verified: bool
    recording: bool
    """There is a recording that runs, or is to."""


def _wait(wall_seconds: float) -> State:
    return State(False, max(1.0, wall_seconds * CLOCK.rate))


def _since(moment: datetime | None, now: datetime) -> float:
    return float("inf") if moment is None else CLOCK.wall_seconds(now - moment)


async def _look(ref: CallRef) -> Look | None:
    async with work(ref.organization_id) as unit:
        call = await get_call(unit.session, ref.call_id)
        if call is None:
            return None
        organization = await get_organization(unit.session, call.organization_id)
        last = await latest_attempt(unit, call)
        return Look(
            status=call.status,
            sid=call.call_sid,
            answered=call.status == "in_progress",
            answered_by=call.answered_by,
            attempt=last.state if last else None,
            organization=organization.configured,
            people=reachable(organization.configured, unit.now),
            caller_id=own_number(organization),
            since_dial=_since(call.dialed_at or call.queued_at, unit.now),
            since_answer=_since(call.answered_at, unit.now),
            since_goodbye=_since(call.agent_ended_at, unit.now),
            since_hangup=_since(call.hangup_requested_at, unit.now),
            agent_came=call.session_epoch > 0,
            transfer_due=call.transfer_requested_at is not None and call.transfer_started_at is None,
            verified=call.verified,
            recording=await open_recording(unit.session, call.id) is not None,
        )


async def look_after(ref: CallRef) -> State:
    """One look; see the module.

    The wake-up to wait for is numbered before the row is read: whoever changes the row later finds the new number,
    and what was changed earlier is seen by this look.
    """
    number = await next_wake_number(ref)
    return replace(await _once(ref), wake_number=number)


async def _once(ref: CallRef) -> State:
    seen = await _look(ref)
    if seen is None:
        log.error("call %s is not there: its orchestration ends", ref.call_id)
        return State(True)
    if seen.status in TERMINAL_STATUSES:
        return State(True)
    try:
        if seen.sid is None:
            return await _toward_the_dial(ref, seen)
        return await _during_the_call(ref, seen, seen.sid)
    except CarrierError as error:
        log.warning("call %s: %s", ref.call_id, error)
        return _wait(SOON)


async def _toward_the_dial(ref: CallRef, seen: Look) -> State:
    if seen.attempt == "asking":
        await reconcile(ref)
    else:
        await dial(ref)
    after = await _look(ref)
    if after is None or after.status in TERMINAL_STATUSES:
        return State(True)
    return _wait(seen.organization.ring_timeout_seconds + RING_MARGIN if after.sid else SOON)


async def _during_the_call(ref: CallRef, seen: Look, sid: str) -> State:
    again = seen.answered and seen.recording and await in_step(ref, sid)
    state = await _what_is_due(ref, seen, sid)
    return replace(state, wait_seconds=min(state.wait_seconds, SOON * CLOCK.rate)) if again else state


async def _what_is_due(ref: CallRef, seen: Look, sid: str) -> State:
    if seen.answered_by == "machine" and not seen.verified:
        await _note(ref, "voicemail")
        await carrier().hang_up(sid, answered=True)
        return await _fetched(ref, sid)
    if seen.transfer_due and seen.since_goodbye >= AFTER_GOODBYE and seen.people:
        await _transfer(ref, sid, seen.people, seen.caller_id)
        return _wait(LATER)
    said_goodbye = seen.since_goodbye != float("inf")
    if seen.since_hangup != float("inf"):
        patience = AFTER_GOODBYE if said_goodbye else 0.0
        if seen.since_hangup >= patience:
            await carrier().hang_up(sid, answered=seen.answered)
            return await _fetched(ref, sid)
        return _wait(patience - seen.since_hangup)
    if seen.answered and not seen.agent_came and seen.since_answer >= NO_AGENT:
        await _note(ref, "error")
        await carrier().hang_up(sid, answered=True)
        return await _fetched(ref, sid)
    return await _on_time(ref, seen, sid)


async def _on_time(ref: CallRef, seen: Look, sid: str) -> State:
    """Nothing is due; ask the carrier only when it should have reported long ago."""
    if not seen.answered:
        limit = seen.organization.ring_timeout_seconds + RING_MARGIN
        return await _fetched(ref, sid) if seen.since_dial >= limit else _wait(limit - seen.since_dial)
    if seen.transfer_due and seen.since_goodbye != float("inf"):
        return _wait(max(1.0, AFTER_GOODBYE - seen.since_goodbye))
    if not seen.agent_came:
        return _wait(max(1.0, NO_AGENT - seen.since_answer) if seen.since_answer != float("inf") else SOON)
    limit = seen.organization.max_call_seconds + LATER
    if seen.since_answer != float("inf") and seen.since_answer >= limit:
        await carrier().hang_up(sid, answered=True)
    return await _fetched(ref, sid)


async def _fetched(ref: CallRef, sid: str) -> State:
    """Ask the carrier how the call stands, fold its answer in, and say when to look again."""
    try:
        known = await carrier().fetch_call(sid)
    except CarrierError as error:
        if error.code != _UNKNOWN_CALL:
            raise
        async with work(ref.organization_id) as unit:
            call = await get_call(unit.session, ref.call_id, lock=True)
            if call is not None:
                await end_without_carrier(unit, call, "failed", "error")
        return State(True)
    async with work(ref.organization_id) as unit:
        call = await get_call(unit.session, ref.call_id, lock=True)
        if call is None:
            return State(True)
        payload = {} if known.duration_seconds is None else {"CallDuration": str(known.duration_seconds)}
        await record_report(
            unit,
            call,
            kind="asked",
            call_sid=sid,
            sequence=list(CARRIER_STATUSES).index(known.status) if known.status in CARRIER_STATUSES else -1,
            status=known.status,
            at=unit.now,
            payload=payload,
        )
        return State(True) if call.status in TERMINAL_STATUSES else _wait(LATER)


async def _note(ref: CallRef, outcome: str) -> None:
    async with work(ref.organization_id) as unit:
        call = await get_call(unit.session, ref.call_id, lock=True)
        if call is not None:
            call.outcome = call.outcome or outcome
            call.hangup_requested_at = call.hangup_requested_at or unit.now


async def _transfer(ref: CallRef, sid: str, people: str, caller_id: str) -> None:
    """Connect the call to people, unless the carrier fetched the transfer meanwhile: the telephone there rings once."""
    async with work(ref.organization_id) as unit:
        call = await get_call(unit.session, ref.call_id, lock=True)
        if call is None or call.transfer_started_at is not None or call.hangup_requested_at is not None:
            return
        call.transfer_started_at = unit.now
    hooks = twiml.Webhooks(settings(), ref.organization_id)
    try:
        await carrier().redirect(sid, twiml.transfer(hooks, ref.call_id, people, caller_id))
    except CarrierError as error:
        if not error.may_have_happened:
            async with work(ref.organization_id) as unit:
                call = await get_call(unit.session, ref.call_id, lock=True)
                if call is not None:
                    call.transfer_started_at = None
        raise
