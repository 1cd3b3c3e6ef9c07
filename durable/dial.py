"""Place a call once, whatever is retried or killed.

The attempt is written before the carrier is asked. When the answer is lost (process killed, time-out, 5xx) the next
look asks the carrier what it knows and adopts the call it finds; only when it knows none, and long enough has passed
for it to know, a new attempt is made.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from sqlalchemy import select

from archer.call_state import end_without_carrier, move
from archer.clock import CLOCK
from archer.dialing import decide, own_number
from archer.settings import settings
from archer.store.calls import Call, CallAttempt, get_call
from archer.store.customers import get_customer
from archer.store.database import hold
from archer.store.decisions import audit
from archer.store.organizations import Organization, get_organization
from archer.streams import first_words
from archer.telephony import twiml
from archer.telephony.twilio_client import CarrierError, carrier
from archer.work import Work, work
from durable.inputs import CallRef

MAX_ATTEMPTS = 5
GRACE_SECONDS = 20
"""Wall-clock: after this long a call that the carrier does not list was never placed. Longer than a request may last
(`twilio_client.REQUEST_SECONDS`): another host may still be waiting for its answer."""
CLOCK_SKEW = timedelta(seconds=5)
"""Between the carrier's clock and ours."""


@dataclass(frozen=True)
class Order:
    """What to ask the carrier for, decided and written down before it is asked."""

    attempt: int
    to: str
    from_: str
    twiml: str
    status_callback: str
    machine_detection_callback: str | None
    ring_seconds: int
    limit_seconds: int


async def latest_attempt(unit: Work, call: Call) -> CallAttempt | None:
    """The newest dial attempt of a call."""
    rows = await unit.session.execute(
        select(CallAttempt).where(CallAttempt.call_id == call.id).order_by(CallAttempt.attempt.desc()).limit(1)
    )
    return rows.scalar_one_or_none()


async def _allowed(unit: Work, call: Call, organization: Organization) -> bool:
    """Ask the gate once more, alone with this person: two calls at once cannot both pass.

    The number that is judged is the number that is dialed: the one on file now, whatever it was at the request.
    """
    customer = await get_customer(unit.session, call.customer_id) if call.customer_id else None
    if customer is None:
        await end_without_carrier(unit, call, "failed", "error")
        return False
    call.phone_number = customer.phone_number
    await hold(unit.session, f"dial:{call.organization_id}:{call.phone_number}")
    decision, _ = await decide(
        unit,
        organization,
        customer,
        stage="dial",
        collector_mode=call.collector_mode,
        call=call,
    )
    if decision.decision == "allow":
        return True
    call.disposition = "blocked"
    await end_without_carrier(unit, call, "blocked", "blocked")
    return False


async def _order(unit: Work, call: Call, attempt: int) -> Order | None:
    organization = await get_organization(unit.session, call.organization_id)
    if not await _allowed(unit, call, organization):
        return None
    configured, hooks = organization.configured, twiml.Webhooks(settings(), call.organization_id)
    unit.session.add(
        CallAttempt(
            id=uuid4(),
            organization_id=call.organization_id,
            call_id=call.id,
            attempt=attempt,
            state="asking",
            asked_at=datetime.now(UTC),
        )
    )
    call.dialed_at = unit.now
    call.latency = {**call.latency, "setup": CLOCK.wall_seconds(unit.now - call.queued_at) * 1000}
    if call.status == "queued":
        await move(unit, call, "dialing")
    await audit(
        unit.session,
        call.organization_id,
        at=unit.now,
        actor="system",
        action="call.dialed",
        subject=f"call:{call.id}",
        details={"attempt": attempt},
    )
    return Order(
        attempt=attempt,
        to=call.phone_number,
        from_=own_number(organization),
        twiml=first_words(call, hooks),
        status_callback=hooks.call(call.id, "status"),
        machine_detection_callback=hooks.call(call.id, "machine-detection") if configured.machine_detection else None,
        ring_seconds=configured.ring_timeout_seconds,
        limit_seconds=configured.max_call_seconds,
    )


async def dial(ref: CallRef) -> None:
    """Make the next attempt, if the gate still allows it. Safe to run again at any point."""
    async with work(ref.organization_id) as unit:
        call = await get_call(unit.session, ref.call_id, lock=True)
        if call is None or call.status not in ("queued", "dialing") or call.call_sid:
            return
        last = await latest_attempt(unit, call)
        if last is not None and last.state != "refused":
            return
        if call.hangup_requested_at is not None:  # asked for while an earlier attempt was under way or refused
            await end_without_carrier(unit, call, "canceled", "hung_up")
            return
        order = await _order(unit, call, last.attempt + 1 if last else 1)
    if order is None:
        return
    try:
        sid = await carrier().place_call(
            to=order.to,
            from_=order.from_,
            twiml=order.twiml,
            status_callback=order.status_callback,
            machine_detection_callback=order.machine_detection_callback,
            ring_seconds=order.ring_seconds,
            limit_seconds=order.limit_seconds,
        )
    except CarrierError as error:
        if not error.may_have_happened:
            await _refused(ref, order.attempt, error)
        return  # the answer is lost: the next look asks the carrier what it knows
    await _placed(ref, order.attempt, sid)


async def _placed(ref: CallRef, attempt: int, sid: str) -> None:
    async with work(ref.organization_id) as unit:
        call = await get_call(unit.session, ref.call_id, lock=True)
        row = await _attempt(unit, ref, attempt)
        if call is None or row is None:
            return
        row.state, row.call_sid = "placed", sid
        call.call_sid = call.call_sid or sid


async def _refused(ref: CallRef, attempt: int, error: CarrierError) -> None:
    async with work(ref.organization_id) as unit:
        call = await get_call(unit.session, ref.call_id, lock=True)
        row = await _attempt(unit, ref, attempt)
        if call is None or row is None:
            return
        row.state, row.error = "refused", str(error)[:300]
        if not error.retry or attempt >= MAX_ATTEMPTS:
            await end_without_carrier(unit, call, "failed", "error")
            unit.publish("alert", call.id, {"alert": "dial_failed", "code": error.code})


async def _attempt(unit: Work, ref: CallRef, attempt: int) -> CallAttempt | None:
    rows = await unit.session.execute(
        select(CallAttempt).where(CallAttempt.call_id == ref.call_id, CallAttempt.attempt == attempt)
    )
    return rows.scalar_one_or_none()


async def reconcile(ref: CallRef) -> None:
    """An attempt has no answer: find out from the carrier whether the call exists.

    Raises CarrierError when the carrier does not answer; then nothing has changed and the next look asks again.
    """
    async with work(ref.organization_id) as unit:
        call = await get_call(unit.session, ref.call_id, lock=True)
        last = await latest_attempt(unit, call) if call else None
        if call is None or last is None or last.state != "asking":
            return
        if call.call_sid:  # a webhook was quicker than the answer
            last.state, last.call_sid = "placed", call.call_sid
            return
        organization = await get_organization(unit.session, call.organization_id)
        to, from_, asked_at = call.phone_number, own_number(organization), last.asked_at
    known = await carrier().find_calls(to=to, from_=from_, since=asked_at - CLOCK_SKEW)
    async with work(ref.organization_id) as unit:
        call = await get_call(unit.session, ref.call_id, lock=True)
        last = await latest_attempt(unit, call) if call else None
        if call is None or last is None or last.state != "asking":
            return
        taken = set(
            (
                await unit.session.execute(select(Call.call_sid).where(Call.call_sid.in_([k.sid for k in known])))
            ).scalars()
        )
        found = next((candidate for candidate in reversed(known) if candidate.sid not in taken), None)
        if found is not None:
            last.state, last.call_sid = "placed", found.sid
            call.call_sid = call.call_sid or found.sid
        elif datetime.now(UTC) - asked_at > timedelta(seconds=GRACE_SECONDS):
            last.state, last.error = "refused", "the carrier knows of no such call"
            if last.attempt >= MAX_ATTEMPTS:
                await end_without_carrier(unit, call, "failed", "error")
