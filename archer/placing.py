"""Place a call: the row, the gate's verdict, the audit entry and the queue message leave in one transaction.

The one way to an outbound call, whoever asks for it: `POST /calls` for one customer, a campaign for the next one due.
"""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

from archer.call_state import BLOCKED, end_without_carrier, wrapped_up
from archer.compliance.gate import Decision
from archer.dialing import decide, keep_decision
from archer.store.calls import Call, add_entry
from archer.store.customers import Customer
from archer.store.decisions import DialDecision, audit
from archer.store.organizations import Organization
from archer.store.playbook import BehavioralTactic
from archer.work import Work


@dataclass(frozen=True)
class Order:
    """What kind of call is asked for."""

    agent_profile: str
    collector_mode: str
    tactic: BehavioralTactic | None = None
    metadata: dict[str, Any] = field(default_factory=dict)
    campaign_id: UUID | None = None
    call_id: UUID = field(default_factory=uuid4)
    """Given, it is the key of the effect: the same call cannot be placed twice."""


@dataclass(frozen=True)
class Placed:
    """A stored call with the verdict about it; a refused one has the status `blocked`."""

    call: Call
    decision: DialDecision


async def place(
    unit: Work,
    organization: Organization,
    customer: Customer,
    order: Order,
    *,
    actor: str,
    judged: tuple[dict[str, Any], Decision] | None = None,
) -> Placed:
    """Store a call and let it begin if the gate allows it. `judged`: the facts and the verdict, if just asked for.

    Raises IntegrityError when the order's call exists already.
    """
    call = Call(
        id=order.call_id,
        organization_id=unit.organization_id,
        customer_id=customer.id,
        campaign_id=order.campaign_id,
        phone_number=customer.phone_number,
        direction="outbound",
        status="queued",
        agent_profile=order.agent_profile,
        tactic=order.tactic.name if order.tactic else None,
        tactic_version=order.tactic.version if order.tactic else None,
        collector_mode=order.collector_mode,
        details=order.metadata,
        queued_at=unit.now,
        last_seq=0,
        latency={},
    )
    unit.session.add(call)
    await unit.session.flush()
    if judged is None:
        _, row = await decide(
            unit, organization, customer, stage="request", collector_mode=order.collector_mode, call=call
        )
    else:
        facts, decision = judged
        row = await keep_decision(unit, customer.id, facts | {"id": str(call.id)}, decision, stage="request", call=call)
    allowed = row.decision == "allow"
    await audit(
        unit.session,
        unit.organization_id,
        at=unit.now,
        actor=actor,
        action="call.requested" if allowed else "call.blocked",
        subject=f"call:{call.id}",
        details={"decision": row.decision, "rules": [rule["id"] for rule in row.rules]},
    )
    if allowed:
        await unit.enqueue("call-requests", {"call_id": str(call.id)})
        entry = await add_entry(unit.session, call, at=unit.now, kind="event", event="status_queued", data={})
        queued = {"status": "queued", "customer_id": str(customer.id)}
        unit.publish("call_status_update", call.id, queued, seq=entry.seq)
    else:
        call.disposition = "blocked"
        await end_without_carrier(unit, call, "blocked", "blocked")
        await wrapped_up(unit, call, BLOCKED)
    return Placed(call, row)
