"""The state of a call: what the carrier reported, in whatever order, folded into one row.

Reports arrive twice, late and reversed. Each is stored once; the row is then computed from all of them, so any order
of the same reports leaves the same row. A call that ended never comes back to life.
"""

from collections.abc import Sequence
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from archer.clock import CLOCK
from archer.protocol import TERMINAL_STATUSES
from archer.store.calls import Call, CarrierEvent, add_entry
from archer.work import Work

BLOCKED = "The compliance gate did not allow this call."
"""Summary of a call that was not placed."""
CARRIER_STATUSES: dict[str, str] = {
    "queued": "dialing",
    "initiated": "dialing",
    "ringing": "ringing",
    "in-progress": "in_progress",
    "answered": "in_progress",
    "completed": "completed",
    "busy": "busy",
    "no-answer": "no_answer",
    "failed": "failed",
    "canceled": "canceled",
}
"""Twilio's words and ours."""
_RANK = {"queued": 0, "dialing": 1, "ringing": 2, "in_progress": 3}
_TERMINAL_RANK = 4


def rank(status: str) -> int:
    """How far along a call is; a higher rank never gives way to a lower one."""
    return _RANK.get(status, _TERMINAL_RANK)


def changes_the_watch(report: str) -> bool:
    """Whether a carrier's status leaves something to do or a new time to wait for: an answer or an end. While it dials
    and rings, the orchestration waits for the ringing to be over anyway."""
    return rank(CARRIER_STATUSES.get(report, "completed")) >= _RANK["in_progress"]


def carrier_time(text: str | None) -> datetime | None:
    """Policy time of a carrier's RFC 2822 timestamp; None when it is missing or no date."""
    if not text:
        return None
    try:
        return CLOCK.from_wall(parsedate_to_datetime(text).timestamp())
    except ValueError:
        return None


def answered_by(report: str) -> str | None:
    """`human` or `machine` from Twilio's AnsweredBy; None when it does not know."""
    if report == "human":
        return "human"
    return "machine" if report.startswith(("machine", "fax")) else None


async def record_report(
    unit: Work,
    call: Call,
    *,
    kind: str,
    call_sid: str,
    sequence: int,
    status: str | None,
    at: datetime | None,
    payload: dict[str, Any],
) -> bool:
    """Store one report about a locked call and bring its row up to date; False when it was known already."""
    new = (
        await unit.session.execute(
            insert(CarrierEvent)
            .values(
                id=uuid4(),
                organization_id=call.organization_id,
                call_id=call.id,
                call_sid=call_sid,
                kind=kind,
                sequence=sequence,
                status=status,
                carrier_at=at,
                received_at=unit.now,
                payload=payload,
            )
            .on_conflict_do_nothing()
            .returning(CarrierEvent.id)
        )
    ).scalar_one_or_none()
    if new is None:
        return False
    if call.call_sid is None:
        call.call_sid = call_sid
    events = (await unit.session.execute(select(CarrierEvent).where(CarrierEvent.call_id == call.id))).scalars().all()
    await _fold(unit, call, sorted(events, key=_standing))
    return True


def _standing(event: CarrierEvent) -> tuple[bool, int, str]:
    """The carrier's own reports in its own order, and after them what it answered when it was asked."""
    return event.kind == "asked", event.sequence, event.kind


async def _fold(unit: Work, call: Call, events: Sequence[CarrierEvent]) -> None:
    reached = call.status
    ends: list[tuple[datetime, int | None]] = []
    for event in events:
        status = CARRIER_STATUSES.get(event.status or "")
        when = event.carrier_at or event.received_at
        if event.kind == "machine_detection" and event.status:
            call.answered_by = answered_by(event.status) or call.answered_by
        if status is None:
            continue
        if rank(status) > rank(reached):
            reached = status
        if status in ("ringing", "in_progress", "completed", "no_answer"):
            call.connected = True
        if status == "in_progress":
            call.answered_at = min(filter(None, (call.answered_at, when)))
        if status in TERMINAL_STATUSES:
            duration = str(event.payload.get("CallDuration", ""))
            ends.append((when, int(duration) if duration.isdigit() else None))
        if call.dialed_at is None and status == "dialing":
            call.dialed_at = when
    if ends:
        call.ended_at = ends[0][0]
        call.duration_seconds = next((seconds for _, seconds in ends if seconds is not None), None)
    if reached != call.status:
        await move(unit, call, reached)


async def move(unit: Work, call: Call, status: str) -> None:
    """Give a locked call a new status and show it; the caller has made sure that it may."""
    call.status = status
    entry = await add_entry(unit.session, call, at=unit.now, kind="event", event=f"status_{status}", data={})
    unit.publish("call_status_update", call.id, {"status": status}, seq=entry.seq)


async def end_without_carrier(unit: Work, call: Call, status: str, outcome: str) -> None:
    """End a locked call that never reached the carrier, or that the carrier no longer knows."""
    if call.status in TERMINAL_STATUSES:
        return
    call.ended_at = unit.now
    call.outcome = call.outcome or outcome
    await move(unit, call, status)


async def wrapped_up(unit: Work, call: Call, summary: str) -> None:
    """The last word on a locked call that has ended: its summary, and the news of its end."""
    call.summary, call.wrapped_up_at = summary, unit.now
    end = {"status": call.status, "disposition": call.disposition}
    entry = await add_entry(unit.session, call, at=unit.now, kind="event", event="wrapped_up", data=end)
    more = {"verified": call.verified, "duration_seconds": call.duration_seconds, "summary": summary}
    unit.publish("call_ended", call.id, end | more, seq=entry.seq)


async def wake(unit: Work, call: Call, signal: str) -> None:
    """Let the call's orchestration look at the row again."""
    await unit.enqueue("call-signals", {"call_id": str(call.id), "signal": signal})
