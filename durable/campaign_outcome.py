"""What a closed call means for the member who was called: reached, to be called again, skipped, or given up."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select

from archer.protocol import TERMINAL_STATUSES
from archer.store.calls import Call
from archer.store.campaigns import OPEN_STATUSES, Campaign, CampaignMember
from archer.store.decisions import DialDecision
from archer.store.dial_rows import one_of_ids
from archer.work import Work

NOBODY_REACHED = frozenset({"no_answer", "busy", "voicemail", "error"})
"""Dispositions after which the member is called again, as often as the campaign allows. The gate has its own limits
(P-10, P-11) and answers with the instant from which it would allow the next call."""
GUARD_DOWN = timedelta(minutes=10)
"""How long a member waits whose call was stopped because a guard did not work (P-31): it says nothing about him."""
_AT_ONCE = 500


def gate_reason(row: DialDecision) -> dict[str, Any]:
    """A stored verdict as the reason of a member."""
    return {"cause": "gate", "decision": row.decision, "rules": _rules(row.rules), "decision_id": str(row.id)}


def _rules(findings: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{"id": one["id"], "reason": one["reason"]} for one in findings]


def settle_member(
    member: CampaignMember, call: Call, verdict: DialDecision | None, campaign: Campaign, now: datetime
) -> None:
    """Give the member the status that his closed call leaves him with; `verdict` is the gate's last about it."""
    if call.status == "blocked":
        member.attempts -= 1  # nobody's telephone rang
        until = _may_be_called(verdict, now)
        reason = gate_reason(verdict) if verdict is not None else {"cause": "gate"}
        _set(member, "skipped" if until is None else "pending", reason, until)
    elif call.status == "canceled":
        _set(member, "skipped", {"cause": "call_canceled"})
    elif call.disposition not in NOBODY_REACHED:
        _set(member, "done", None)
    elif member.attempts >= campaign.max_attempts:
        _set(member, "failed", {"cause": "attempts", "disposition": call.disposition})
    else:
        again = (call.ended_at or now) + timedelta(minutes=campaign.retry_after_minutes)
        _set(member, "pending", {"cause": "retry", "disposition": call.disposition}, again)
    if member.status == "pending" and campaign.status not in OPEN_STATUSES:
        _set(member, "skipped", {"cause": "campaign_canceled"})
    member.updated_at = now


def _may_be_called(verdict: DialDecision | None, now: datetime) -> datetime | None:
    """When to ask again after the gate stopped a call; None when its refusal is final."""
    if verdict is None:
        return None
    if verdict.decision == "block_until":
        return verdict.until
    return now + GUARD_DOWN if verdict.facts.get("healthy") is False else None


def _set(member: CampaignMember, status: str, reason: dict[str, Any] | None, at: datetime | None = None) -> None:
    member.status, member.reason = status, reason
    member.next_attempt_at = at or member.next_attempt_at


async def settle(unit: Work, campaign: Campaign) -> int:
    """Settle every member of a locked campaign whose call is closed; how many."""
    rows = await unit.session.execute(
        select(CampaignMember, Call)
        .join(Call, Call.id == CampaignMember.last_call_id)
        .where(
            CampaignMember.campaign_id == campaign.id,
            CampaignMember.status == "calling",
            Call.status.in_(TERMINAL_STATUSES),
            Call.disposition.is_not(None),
        )
        .order_by(CampaignMember.id)
        .limit(_AT_ONCE)
        .with_for_update(of=CampaignMember, skip_locked=True)
    )
    closed = [(member, call) for member, call in rows]
    verdicts = await _verdicts(unit, [call.id for _, call in closed if call.status == "blocked"])
    for member, call in closed:
        settle_member(member, call, verdicts.get(call.id), campaign, unit.now)
    return len(closed)


async def _verdicts(unit: Work, call_ids: list[UUID]) -> dict[UUID, DialDecision]:
    """The gate's last verdict about each of these calls."""
    if not call_ids:
        return {}
    rows = await unit.session.scalars(
        select(DialDecision)
        .distinct(DialDecision.call_id)
        .where(one_of_ids(DialDecision.call_id, call_ids))
        .order_by(DialDecision.call_id, DialDecision.decided_at.desc(), DialDecision.id)
    )
    return {row.call_id: row for row in rows if row.call_id is not None}
