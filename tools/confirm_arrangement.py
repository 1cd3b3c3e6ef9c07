"""Do what was prepared, once, after the caller's yes.

One intent makes one arrangement however often it is confirmed. A second arrangement in the same call replaces the
first (the caller changed his mind), unless it was read out as one that comes besides it: a payment and a promise for
the rest (`tools.standing`). The sentence that the caller said yes to told him which.
"""

from datetime import date
from uuid import uuid4

from pydantic import Field
from sqlalchemy import select

from archer.conversation.words import spoken
from archer.links import payment_link
from archer.store.arrangements import Arrangement, Intent
from archer.store.decisions import audit
from archer.store.messages import Message
from tools.context import Arguments as Base
from tools.context import CallContext, IntentId, ToolResult, refused
from tools.restricted import restricted
from tools.standing import Standing, standing

NAME = "confirm_arrangement"
DESCRIPTION = "Carry out a prepared arrangement. Only after the caller clearly said yes to its sentence."
NEEDS_VERIFICATION = True
OUTCOMES = {
    "payment": "payment_arranged",
    "settlement": "payment_arranged",
    "plan": "plan_agreed",
    "promise": "promise_to_pay",
    "extension": "extension_granted",
}


class Arguments(Base):
    intent_id: IntentId = Field()


def _words(row: Arrangement, today: date) -> str:
    money = spoken.money(row.amount) if row.amount is not None else ""
    day = spoken.date(row.due_date, today) if row.due_date else ""
    if row.kind == "plan":
        count = len(row.schedule)
        return (
            f"Your plan of {spoken.cardinal(count)} payment{'' if count == 1 else 's'} is set up. "
            f"The first payment is on {day}."
        )
    if row.kind == "promise":
        return f"I have noted that you will pay {money} by {day}."
    if row.kind == "extension":
        return f"Your new due date is {day}."
    settled = f" Once it is paid, by {day}, the account is settled." if row.kind == "settlement" else ""
    if row.method == "sms_link":
        return f"I have sent the payment link for {money} by text message.{settled}"
    return f"The bank transfer of {money} is set for {day}.{settled}"


async def _send_link(call: CallContext, row: Arrangement) -> None:
    if row.amount is None:
        raise ValueError(f"arrangement {row.id} has no amount to pay")
    link = payment_link(row, call.settings, call.now, call.zone)
    text = f"{call.organization.name}: your secure link to pay ${row.amount:,.2f}: {link}"
    message = Message(
        id=uuid4(),
        organization_id=row.organization_id,
        customer_id=row.customer_id,
        call_id=row.call_id,
        channel="sms",
        to_number=call.customer.phone_number,
        body=text,
        key=f"payment-link:{row.id}",
        status="queued",
        created_at=call.now,
    )
    call.unit.session.add(message)
    await call.unit.session.flush()
    await call.unit.enqueue("outbound-messages", {"message_id": str(message.id)})


def _outcome(row: Arrangement, call: CallContext, before: Standing) -> ToolResult:
    return ToolResult(
        _words(row, call.today) + before.cancelled(call),
        {
            "arrangement_id": str(row.id),
            "kind": row.kind,
            "amount": f"{row.amount:.2f}" if row.amount is not None else None,
            "method": row.method,
            "due_date": row.due_date.isoformat() if row.due_date else None,
            "message_queued": row.method == "sms_link",
            "disposition": call.call.outcome,
            **before.data,
        },
    )


async def run(call: CallContext, args: Arguments) -> ToolResult:
    """Make the arrangement, or answer the one that this intent made before."""
    session = call.unit.session
    intent = (
        await session.execute(
            select(Intent).where(Intent.id == args.intent_id, Intent.call_id == call.call.id).with_for_update()
        )
    ).scalar_one_or_none()
    if intent is None:
        return refused("not_found")
    earlier = (await session.scalars(select(Arrangement).where(Arrangement.call_id == call.call.id))).all()
    made = next((row for row in earlier if row.intent_id == intent.id), None)
    if made is not None:
        return _outcome(made, call, Standing([], [])) if made.status == "active" else refused("already_void")
    if (barred := await restricted(call)) is not None:
        return barred
    if intent.status != "prepared" or intent.expires_at < call.now:
        return refused("expired")
    before = await standing(call, intent.kind, besides=intent.besides)
    for row in before.replaced:
        row.status = "void"
    await session.flush()  # before the new one: of each there is one in force
    row = Arrangement(
        id=uuid4(),
        organization_id=call.call.organization_id,
        call_id=call.call.id,
        customer_id=call.customer.id,
        intent_id=intent.id,
        kind=intent.kind,
        method=intent.method,
        amount=intent.amount,
        due_date=intent.due_date,
        schedule=intent.schedule,
        status="active",
        created_at=call.now,
    )
    session.add(row)
    intent.status = "confirmed"
    await session.flush()
    if row.method == "sms_link":
        await _send_link(call, row)
    call.call.outcome = OUTCOMES["payment" if "payment" in [one.kind for one in before.kept] else row.kind]
    await audit(
        session,
        row.organization_id,
        at=call.now,
        actor=f"call:{call.call.id}",
        action="arrangement.made",
        subject=f"arrangement:{row.id}",
        details={"kind": row.kind, "method": row.method, "amount": f"{row.amount:.2f}" if row.amount else None},
    )
    return _outcome(row, call, before)
