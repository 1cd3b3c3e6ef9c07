"""How a call is shown: the shapes that clients read."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from statistics import quantiles
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, PlainSerializer
from sqlalchemy import select

from archer.store.arrangements import Arrangement, Callback, arrangements_of, callback_of
from archer.store.calls import Call, CallEntry, entries_of
from archer.store.customers import Restriction
from archer.store.decisions import DialDecision, latest_decision
from archer.store.findings import UtteranceFinding, findings_of
from archer.store.messages import Message, messages_of
from archer.store.recordings import recordings_of
from archer.work import Work

Amount = Annotated[Decimal, PlainSerializer(lambda value: f"{value:.2f}", return_type=str, when_used="json")]


class DecisionOut(BaseModel):
    """The compliance gate's verdict."""

    decision: str
    until: datetime | None = None
    rules: list[dict[str, Any]]
    ruleset: str


class DecisionDetail(DecisionOut):
    """With everything that is needed to replay it: feed `facts` to `python -m archer.compliance dial`."""

    stage: str
    decided_at: datetime
    facts: dict[str, Any]
    facts_used: dict[str, Any]


class ToolOut(BaseModel):
    name: str
    arguments: dict[str, Any]
    result: dict[str, Any]
    duration_ms: float
    ok: bool


class EntryOut(BaseModel):
    seq: int
    at: datetime
    kind: str
    speaker: str | None
    text: str | None
    interrupted: bool
    tool: ToolOut | None
    event: str | None
    data: dict[str, Any]


class ArrangementOut(BaseModel):
    id: UUID
    kind: str
    method: str | None
    amount: Amount | None
    installments: int | None
    due_date: date | None
    schedule: list[dict[str, Any]]
    status: str


class MessageOut(BaseModel):
    channel: str
    status: str
    sent_at: datetime | None


class CallbackOut(BaseModel):
    scheduled_for: datetime
    timezone: str
    status: str


class RestrictionOut(BaseModel):
    kind: str
    created_at: datetime


class RecordingOut(BaseModel):
    """A reference: the audio stays with the carrier."""

    recording_sid: str | None
    status: str
    started_at: datetime
    duration_seconds: int | None
    deleted_at: datetime | None


class FindingOut(BaseModel):
    """A sentence that the guardrail kept from being spoken, and the rule it broke."""

    seq: int
    at: datetime
    sentence: str
    rule: str
    match: str
    said_instead: str | None


class CallSummary(BaseModel):
    id: UUID
    status: str
    disposition: str | None
    direction: str
    customer_id: UUID | None
    campaign_id: UUID | None
    phone_number: str
    call_sid: str | None
    verified: bool
    queued_at: datetime
    dialed_at: datetime | None
    answered_at: datetime | None
    ended_at: datetime | None
    duration_seconds: int | None
    answered_by: str | None
    agent_profile: str
    tactic: str | None
    tactic_version: int | None
    prompt: str | None
    prompt_version: int | None
    collector_mode: str
    degradation_level: int
    metadata: dict[str, Any]


class CallDetail(CallSummary):
    decision: DecisionOut | None
    entries: list[EntryOut]
    arrangements: list[ArrangementOut]
    messages: list[MessageOut]
    callback: CallbackOut | None
    restriction: RestrictionOut | None
    findings: list[FindingOut]
    recordings: list[RecordingOut]
    latency_ms: dict[str, float]
    summary: str | None


class CallPage(BaseModel):
    items: list[CallSummary]
    next_cursor: str | None


class CallAccepted(BaseModel):
    id: UUID
    status: str
    decision: DecisionOut


def summary_fields(call: Call) -> dict[str, Any]:
    """A call's own columns under their public names."""
    fields = {name: getattr(call, name) for name in CallSummary.model_fields if name != "metadata"}
    return fields | {"metadata": call.details}


def decision_view(row: DialDecision) -> DecisionOut:
    """The verdict without its facts."""
    return DecisionOut(decision=row.decision, until=row.until, rules=row.rules, ruleset=row.ruleset)


def _entry(row: CallEntry) -> EntryOut:
    tool = None
    if row.tool is not None:
        outcome = row.tool_outcome or {}
        tool = ToolOut(
            name=row.tool,
            arguments=row.tool_arguments or {},
            result=outcome,
            duration_ms=outcome.get("duration_ms", 0.0),
            ok=bool(outcome.get("ok")),
        )
    return EntryOut(
        seq=row.seq,
        at=row.at,
        kind=row.kind,
        speaker=row.speaker,
        text=row.text,
        interrupted=row.interrupted,
        tool=tool,
        event=row.event,
        data=row.data or {},
    )


def _arrangement(row: Arrangement) -> ArrangementOut:
    return ArrangementOut(
        id=row.id,
        kind=row.kind,
        method=row.method,
        amount=row.amount,
        installments=len(row.schedule) or None,
        due_date=row.due_date,
        schedule=row.schedule,
        status=row.status,
    )


def percentile(values: Sequence[float], share: int) -> float:
    """The `share`-th percentile (inclusive method), one value is its own."""
    if len(values) == 1:
        return values[0]
    return quantiles(values, n=100, method="inclusive")[share - 1]


def latencies(call: Call) -> dict[str, float]:
    """Milliseconds: `setup`, and p50 and p95 of what was measured during the call."""
    shown: dict[str, float] = {}
    for name, value in call.latency.items():
        if isinstance(value, int | float):
            shown[name] = round(float(value), 1)
        elif name == "barge_in" and value:
            shown[name] = round(max(value), 1)
        elif value:
            shown[f"{name}_p50"] = round(percentile(value, 50), 1)
            shown[f"{name}_p95"] = round(percentile(value, 95), 1)
    return shown


def _callback(row: Callback | None) -> CallbackOut | None:
    return None if row is None else CallbackOut.model_validate(row, from_attributes=True)


def _message(row: Message) -> MessageOut:
    return MessageOut(channel=row.channel, status=row.status, sent_at=row.sent_at)


def _finding(row: UtteranceFinding) -> FindingOut:
    return FindingOut.model_validate(row, from_attributes=True)


async def call_detail(unit: Work, call: Call) -> CallDetail:
    """Everything about one call, in nine queries whatever its length."""
    restriction = (
        await unit.session.execute(
            select(Restriction).where(Restriction.call_id == call.id).order_by(Restriction.created_at).limit(1)
        )
    ).scalar_one_or_none()
    decision = await latest_decision(unit.session, call.id)
    return CallDetail(
        **summary_fields(call),
        decision=decision_view(decision) if decision else None,
        entries=[_entry(row) for row in await entries_of(unit.session, call.id)],
        arrangements=[_arrangement(row) for row in await arrangements_of(unit.session, call.id)],
        messages=[_message(row) for row in await messages_of(unit.session, call.id)],
        callback=_callback(await callback_of(unit.session, call.id)),
        restriction=RestrictionOut.model_validate(restriction, from_attributes=True) if restriction else None,
        findings=[_finding(row) for row in await findings_of(unit.session, call.id)],
        recordings=[
            RecordingOut.model_validate(row, from_attributes=True) for row in await recordings_of(unit.session, call.id)
        ],
        latency_ms=latencies(call),
        summary=call.summary,
    )
