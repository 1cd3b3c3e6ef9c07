"""A call's record while the conversation goes on: begun, each line and event as it comes, the end once.

Whoever talks (the agent over its sessions, the carrier's own voice over webhooks) writes through here, so that what
was said is redacted, stored, shown live and heeded by the recording in one way.
"""

import re
from datetime import datetime
from typing import Any, Literal

from archer.call_state import move, rank, wake
from archer.compliance.redaction import redact
from archer.protocol import TERMINAL_STATUSES
from archer.store.calls import Call, CallEntry, add_entry
from archer.store.findings import EVENT as GUARDRAIL_BLOCKED
from archer.store.findings import cleaned, keep_findings
from archer.work import Work

WORST_LEVEL = 3
_IDENTIFIER = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
"""Our own ids: thirteen of their digits in a row may pass for a card number."""


def redacted(value: Any) -> Any:
    """JSON data with every string in it redacted; our own ids stay."""
    if isinstance(value, str):
        return value if _IDENTIFIER.fullmatch(value) else redact(value).text
    if isinstance(value, dict):
        return {key: redacted(part) for key, part in value.items()}
    return [redacted(part) for part in value] if isinstance(value, list) else value


async def session_opened(unit: Work, call: Call) -> None:
    """Somebody talks on a locked call from now on, in the session that its row names."""
    if rank("in_progress") > rank(call.status):
        await move(unit, call, "in_progress")
    epoch = call.session_epoch
    entry = await add_entry(
        unit.session, call, at=unit.now, kind="event", event="session_opened", data={"epoch": epoch}
    )
    unit.publish("call_started", call.id, {"epoch": epoch, "direction": call.direction}, seq=entry.seq)


async def keep(
    unit: Work,
    call: Call,
    *,
    at: datetime,
    kind: Literal["transcript", "event"],
    speaker: str | None = None,
    text: str | None = None,
    interrupted: bool = False,
    event: str | None = None,
    data: dict[str, Any] | None = None,
    source: str | None = None,
    source_n: int | None = None,
) -> CallEntry:
    """Store one thing that was said or happened, with what follows from it.

    Words and findings are redacted here; what else is in `data` has been, where it could hold words.
    """
    blocked = kind == "event" and event == GUARDRAIL_BLOCKED
    kept = cleaned(data or {}) if blocked else data or {}
    row = await add_entry(
        unit.session,
        call,
        at=at,
        kind=kind,
        speaker=speaker,
        text=redact(text).text if text is not None else None,
        interrupted=interrupted,
        event=event,
        data=kept,
        source=source,
        source_n=source_n,
    )
    if blocked:
        keep_findings(unit.session, call, seq=row.seq, at=at, data=kept)
        rules = [found["rule"] for found in kept["findings"]]
        unit.publish("alert", call.id, {"alert": "sentence_blocked", "rules": rules}, seq=row.seq)
    if kind == "event" and event == "degraded":
        _note_level(call, kept.get("level"))
    if kind == "transcript":
        shown = {"speaker": row.speaker, "text": row.text, "interrupted": row.interrupted}
        unit.publish("call_transcript", call.id, shown, seq=row.seq)
    return row


def _note_level(call: Call, level: object) -> None:
    """The worst rung of the ladder that the conversation has stood on."""
    if isinstance(level, int) and 0 <= level <= WORST_LEVEL:
        call.degradation_level = max(call.degradation_level, level)


async def conversation_ended(unit: Work, call: Call, *, outcome: str | None, reason: str, hang_up: bool) -> None:
    """The conversation of a locked call is over; a second time changes nothing. `hang_up`: the line is to be closed."""
    if call.agent_ended_at is not None:
        return
    call.agent_ended_at = unit.now
    call.outcome = call.outcome or outcome
    if hang_up and call.transfer_requested_at is None:
        call.hangup_requested_at = call.hangup_requested_at or unit.now
    await add_entry(
        unit.session,
        call,
        at=unit.now,
        kind="event",
        event="conversation_ended",
        data={"outcome": outcome, "reason": reason},
    )
    if call.status not in TERMINAL_STATUSES:
        await wake(unit, call, "agent_ended")
