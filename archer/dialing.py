"""May this customer be called now? Gather the facts, ask the gate, keep the verdict with its reasons.

Asked twice for each call: when it is requested and again right before the carrier is asked, because hours pass and
rights are invoked in between. Fails closed: a gate that cannot decide is a refusal (P-31).
"""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from pydantic import ValidationError
from sqlalchemy.ext.asyncio import AsyncSession

from archer.compliance.facts import DialFacts
from archer.compliance.gate import Decision, Finding, evaluate
from archer.compliance.ruleset import ruleset
from archer.readiness import is_ready
from archer.recording import recorder_works
from archer.settings import settings
from archer.store.calls import Call
from archer.store.customers import Customer
from archer.store.decisions import DialDecision
from archer.store.dial_facts import gather
from archer.store.organizations import Organization
from archer.work import Work


def own_number(organization: Organization) -> str:
    """The caller id of this organization's calls, E.164; empty when none is configured."""
    return organization.configured.caller_id or settings().twilio_from_number


def verdict(facts: dict[str, Any]) -> Decision:
    """What the gate says to these facts; facts that it cannot read are a refusal, never an error."""
    try:
        return evaluate(DialFacts.model_validate(facts))
    except ValidationError as error:
        places = sorted({".".join(str(part) for part in problem["loc"]) or "facts" for problem in error.errors()})
        reason = f"the facts cannot be read: {', '.join(places[:5])}"
        return Decision(
            decision="block", rules=[Finding(id="P-31", decision="block", reason=reason)], ruleset=ruleset().version
        )


async def guards_work(session: AsyncSession, organization: Organization, now: datetime) -> bool:
    """P-31: redaction does its work, and so does the recorder where calls are recorded."""
    return is_ready() and (not organization.configured.record_calls or await recorder_works(session, now))


async def decide(
    unit: Work,
    organization: Organization,
    customer: Customer,
    *,
    stage: str,
    collector_mode: str,
    call: Call | None = None,
    now: datetime | None = None,
) -> tuple[Decision, DialDecision]:
    """The gate's verdict, stored with the facts it was given. `now` defaults to the work's own time."""
    facts = await gather(
        unit.session,
        organization,
        customer,
        now=now or unit.now,
        collector_mode=collector_mode,
        healthy=await guards_work(unit.session, organization, unit.now),
        own_number=own_number(organization),
        this_call=call,
    )
    decision = verdict(facts)
    return decision, await keep_decision(unit, customer.id, facts, decision, stage=stage, call=call)


async def keep_decision(
    unit: Work, customer_id: UUID, facts: dict[str, Any], decision: Decision, *, stage: str, call: Call | None = None
) -> DialDecision:
    """Store a verdict with the facts that it was given."""
    row = decision_row(unit, customer_id, facts, decision, stage=stage, call=call)
    unit.session.add(row)
    await unit.session.flush()
    return row


def decision_row(
    unit: Work, customer_id: UUID, facts: dict[str, Any], decision: Decision, *, stage: str, call: Call | None = None
) -> DialDecision:
    """A verdict with the facts that it was given, to be stored."""
    return DialDecision(
        id=uuid4(),
        organization_id=unit.organization_id,
        customer_id=customer_id,
        call_id=call.id if call else None,
        stage=stage,
        decided_at=unit.now,
        decision=decision.decision,
        until=decision.until,
        rules=[rule.model_dump(mode="json") for rule in decision.rules],
        facts=facts,
        facts_used=_plain(decision.facts_used),
        ruleset=decision.ruleset,
    )


def _plain(facts_used: Any) -> dict[str, Any]:
    if hasattr(facts_used, "model_dump"):
        return dict(facts_used.model_dump(mode="json"))
    return dict(facts_used)
