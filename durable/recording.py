"""Bring recordings to what is wanted: begin, pause, go on, stop, and delete what holds card data.

To begin is written down before the carrier is asked; when its answer is lost, the carrier's own list is looked at
before it is asked again. All else may be repeated harmlessly. The carrier is never asked inside a transaction.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal
from uuid import UUID

import azure.durable_functions as df
import azure.functions as func
from sqlalchemy import text

from archer.failures import where
from archer.settings import settings
from archer.store.calls import get_call
from archer.store.database import database
from archer.store.decisions import audit
from archer.store.recordings import OVER, Recording, open_recording
from archer.telephony import twiml
from archer.telephony.twilio_client import CarrierError, CarrierRecording, carrier
from archer.work import Work, work
from durable.inputs import CallRef

MAX_ATTEMPTS = 3
GRACE_SECONDS = 20
"""Wall-clock, longer than a request lasts: a recording that the carrier does not list then was never begun."""
SETTLED_AFTER = timedelta(seconds=60)
"""Wall-clock time after a call's end in which the carrier's own reports are waited for."""
_STEPS_AT_ONCE = 3
_NOT_FOUND, _CALL_OVER = 20404, 21220
_HERE = {"in-progress": "in-progress", "paused": "paused", "absent": "absent", "failed": "failed"}
"""The carrier's words for what runs, and ours; its other words mean that the recording is over."""
blueprint = df.Blueprint()
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class _Step:
    """What the carrier is to be asked for one recording."""

    do: Literal["begin", "find", "change"]
    recording: UUID
    sid: str = ""
    wanted: str = ""
    attempt: int = 0


async def in_step(ref: CallRef, call_sid: str) -> bool:
    """Bring the recording of a running call to what is wanted; True when the carrier has to be asked again soon.

    A carrier that fails costs the call its recording, never its conversation.
    """
    for _ in range(_STEPS_AT_ONCE):
        async with work(ref.organization_id) as unit:
            row = await open_recording(unit.session, ref.call_id, lock=True)
            step = _next_step(row) if row is not None else None
            waits = row is not None and row.status == "asking"
        if step is None:
            return waits
        try:
            await _take(ref, call_sid, step)
        except CarrierError as error:
            log.warning("call %s: recording: %s", ref.call_id, error)
            await _went_wrong(ref, step, error)
            break
    return True


def _next_step(row: Recording) -> _Step | None:
    """What is due for a locked row; a request to begin is written down by this."""
    if row.status == "requested":
        if row.wanted != "in-progress":  # nothing runs yet: there is nothing to pause, and nothing to stop
            row.status = "absent" if row.wanted == "completed" else row.status
            return None
        row.status, row.asked_at, row.attempts = "asking", datetime.now(UTC), row.attempts + 1
        return _Step("begin", row.id, attempt=row.attempts)
    if row.status == "asking":
        asked = row.asked_at or datetime.min.replace(tzinfo=UTC)
        answered_by_now = datetime.now(UTC) - asked > timedelta(seconds=GRACE_SECONDS)
        return _Step("find", row.id, attempt=row.attempts) if answered_by_now else None
    if row.status != row.wanted and row.recording_sid:
        return _Step("change", row.id, row.recording_sid, row.wanted)
    return None


async def _take(ref: CallRef, call_sid: str, step: _Step) -> None:
    if step.do == "begin":
        hooks = twiml.Webhooks(settings(), ref.organization_id)
        sid = await carrier().start_recording(call_sid, status_callback=hooks.call(ref.call_id, "recording"))
        await _begun(ref, step, sid)
    elif step.do == "find":
        known = await carrier().find_recordings(call_sid)
        await _found(ref, step, known)
    else:
        await carrier().change_recording(call_sid, step.sid, "stopped" if step.wanted == "completed" else step.wanted)
        async with work(ref.organization_id) as unit:
            row = await _locked(unit, step.recording)
            if row is not None and row.status not in OVER:
                row.status = step.wanted


async def _locked(unit: Work, recording_id: UUID) -> Recording | None:
    return await unit.session.get(Recording, recording_id, with_for_update=True)


async def _begun(ref: CallRef, step: _Step, sid: str) -> None:
    async with work(ref.organization_id) as unit:
        row = await _locked(unit, step.recording)
        if row is not None and row.status == "asking" and row.attempts == step.attempt:
            row.recording_sid, row.status = row.recording_sid or sid, "in-progress"


async def _found(ref: CallRef, step: _Step, known: Sequence[CarrierRecording]) -> None:
    async with work(ref.organization_id) as unit:
        row = await _locked(unit, step.recording)
        if row is None or row.status != "asking":
            return
        if known:
            row.recording_sid, row.status = known[0].sid, _HERE.get(known[0].status, "completed")
            row.duration_seconds = known[0].duration_seconds
        else:
            _not_begun(unit, row, "the carrier knows of no such recording")


def _not_begun(unit: Work, row: Recording, why: str) -> None:
    row.error = why[:300]
    row.status = "requested" if row.attempts < MAX_ATTEMPTS else "failed"
    if row.status == "failed":
        unit.publish("alert", row.call_id, {"alert": "recording_failed"})


async def _went_wrong(ref: CallRef, step: _Step, error: CarrierError) -> None:
    if error.may_have_happened and step.do == "begin":
        return  # the answer is lost: it is looked for
    async with work(ref.organization_id) as unit:
        row = await _locked(unit, step.recording)
        if row is None or row.status in OVER:
            return
        if step.do == "begin" and row.status == "asking":
            if error.code == _CALL_OVER:
                row.status = "absent"  # the call ended first
            else:
                row.attempts = row.attempts if error.retry else MAX_ATTEMPTS
                _not_begun(unit, row, str(error))
        elif step.do == "change" and error.code in (_NOT_FOUND, _CALL_OVER):
            row.status = "completed"
        row.error = str(error)[:300]


async def settle(organization_id: UUID, recording_id: UUID) -> None:
    """A call is over and its recording is not known to be, or holds card data: find out, and delete it if it does.

    Raises CarrierError when the carrier does not answer; the next run tries again.
    """
    async with work(organization_id) as unit:
        row = await unit.session.get(Recording, recording_id)
        call = await get_call(unit.session, row.call_id) if row is not None else None
        if row is None or call is None:
            return
        sid, status, purge, call_sid = row.recording_sid, row.status, row.card_data_at is not None, call.call_sid
    found: CarrierRecording | None = None
    if status not in OVER:
        found = await _look_up(sid, call_sid)
        sid = found.sid if found else sid
    if purge and sid:
        await _delete(sid)
    async with work(organization_id) as unit:
        row = await _locked(unit, recording_id)
        if row is None or row.deleted_at is not None:
            return
        row.recording_sid = row.recording_sid or sid
        if row.status not in OVER:
            row.status = "absent" if found is None else _after_the_call(found.status)
            row.duration_seconds = row.duration_seconds or (found.duration_seconds if found else None)
        if purge:
            await _purged(unit, row)


def _after_the_call(status: str) -> str:
    return status if status in ("absent", "failed") else "completed"


async def _look_up(sid: str | None, call_sid: str | None) -> CarrierRecording | None:
    try:
        if sid is not None:
            return await carrier().fetch_recording(sid)
        known = await carrier().find_recordings(call_sid) if call_sid else []
    except CarrierError as error:
        if error.code != _NOT_FOUND:
            raise
        return None
    return known[0] if known else None


async def _delete(sid: str) -> None:
    try:
        await carrier().delete_recording(sid)
    except CarrierError as error:
        if error.code != _NOT_FOUND:
            raise


async def _purged(unit: Work, row: Recording) -> None:
    row.status, row.deleted_at = "deleted", unit.now
    details = {"rule": "R-07", "recording_id": str(row.id)}
    await audit(
        unit.session,
        unit.organization_id,
        at=unit.now,
        actor="system:recording",
        action="incident.recording_purged",
        subject=f"call:{row.call_id}",
        details=details,
    )
    unit.publish("alert", row.call_id, {"alert": "recording_purged"})


async def settle_all(now: datetime) -> int:
    """Settle what is due in every organization (`now` is wall-clock time); how many. One failure stops no other."""
    async with database().outside() as session:
        rows = await session.execute(
            text("SELECT organization_id, recording_id FROM recordings_due(:before)"), {"before": now - SETTLED_AFTER}
        )
        due = rows.all()
    settled = 0
    for organization_id, recording_id in due:
        try:
            await settle(organization_id, recording_id)
            settled += 1
        except Exception as error:
            log.warning("a recording could not be settled: %s", where(error))
    return settled


@blueprint.timer_trigger(arg_name="timer", schedule="30 */5 * * * *", run_on_startup=False)
async def settle_recordings(timer: func.TimerRequest) -> None:  # noqa: ARG001 - the trigger's own argument
    """Every five minutes: well within the hour of R-07."""
    settled = await settle_all(datetime.now(UTC))
    if settled:
        log.info("recordings settled: %d", settled)
