"""Send text messages once: marked before the carrier is asked, looked up at the carrier before asking again."""

import logging
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import azure.durable_functions as df
import azure.functions as func

from archer.dialing import own_number
from archer.restricting import STOPS_TEXTS, restrict
from archer.settings import settings
from archer.store.customers import get_customer, standing_restrictions
from archer.store.messages import Message
from archer.store.organizations import get_organization
from archer.telephony import twiml
from archer.telephony.twilio_client import CarrierError, carrier
from archer.work import Work, work
from durable.inputs import MessageRef, body_of

blueprint = df.Blueprint()
CLOCK_SKEW = timedelta(seconds=5)
GRACE_SECONDS = 20
"""Wall-clock, longer than a request lasts: a text that the carrier does not list then was never taken."""
_OPTED_OUT = 21610
_ASK_LATER: dict[str, bool] = {"may_have_happened": True, "retry": True}
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class _Order:
    """What to ask the carrier for."""

    to: str
    sender: str
    body: str
    asked_before: datetime | None
    """Wall-clock time of an earlier request whose answer is not known."""


async def send(ref: MessageRef) -> None:
    """Send one message, or find out that it was sent. Raises CarrierError when it should be tried again later."""
    order = await _order(ref)
    if order is None:
        return None
    if order.asked_before is not None:
        known = await carrier().find_texts(to=order.to, from_=order.sender, since=order.asked_before - CLOCK_SKEW)
        earlier = next((sid for sid, text, _ in known if text == order.body), None)
        if earlier is not None:
            return await _sent(ref, earlier)
        if datetime.now(UTC) - order.asked_before < timedelta(seconds=GRACE_SECONDS):
            raise CarrierError("whether the text was taken is not known yet", code=None, **_ASK_LATER)
    if not await _claimed(ref, order):
        raise CarrierError("somebody else is sending this text", code=None, **_ASK_LATER)
    hooks = twiml.Webhooks(settings(), ref.organization_id)
    try:
        sid = await carrier().send_text(
            to=order.to, from_=order.sender, body=order.body, status_callback=hooks.message(ref.message_id)
        )
    except CarrierError as error:
        if error.retry:
            raise
        return await _failed(ref, error)
    return await _sent(ref, sid)


async def _order(ref: MessageRef) -> _Order | None:
    """What is to be sent; None when it was, or must not be."""
    async with work(ref.organization_id) as unit:
        row = await unit.session.get(Message, ref.message_id, with_for_update=True)
        if row is None or row.status not in ("queued", "sending") or row.message_sid:
            return None
        if row.asked_at is None and await _refused(unit, row):
            row.status, row.error = "failed", "the person has opted out"
            return None
        sender = own_number(await get_organization(unit.session, ref.organization_id))
        return _Order(row.to_number, sender, row.body, row.asked_at)


async def _claimed(ref: MessageRef, order: _Order) -> bool:
    """Write down that the carrier is asked now; False when another worker was quicker."""
    async with work(ref.organization_id) as unit:
        row = await unit.session.get(Message, ref.message_id, with_for_update=True)
        if row is None or row.status not in ("queued", "sending") or row.asked_at != order.asked_before:
            return False
        row.asked_at, row.status = datetime.now(UTC), "sending"
        return True


async def _refused(unit: Work, row: Message) -> bool:
    """Whether the person no longer wants texts, or may not get any; asked right before one leaves."""
    customer = await get_customer(unit.session, row.customer_id)
    if customer is None:
        return True
    return any(found.kind in STOPS_TEXTS for found in await standing_restrictions(unit.session, customer))


async def _sent(ref: MessageRef, sid: str) -> None:
    async with work(ref.organization_id) as unit:
        row = await unit.session.get(Message, ref.message_id, with_for_update=True)
        if row is None:
            return
        row.message_sid, row.sent_at = sid, row.sent_at or unit.now
        if row.status in ("queued", "sending"):
            row.status = "sent"


async def _failed(ref: MessageRef, error: CarrierError) -> None:
    async with work(ref.organization_id) as unit:
        row = await unit.session.get(Message, ref.message_id, with_for_update=True)
        if row is None:
            return
        row.status, row.error = "failed", str(error)[:300]
        unit.publish("alert", row.call_id, {"alert": "message_failed", "code": error.code})
        customer = await get_customer(unit.session, row.customer_id)
        if error.code == _OPTED_OUT and customer is not None:
            # P-05: the person told the carrier, and that word never reached us.
            await restrict(unit, customer, "sms_opt_out", source="caller", actor=f"message:{row.id}")
    log.warning("message %s was refused: %s", ref.message_id, error)


@blueprint.queue_trigger(arg_name="message", queue_name="outbound-messages", connection="AzureWebJobsStorage")
async def send_message(message: func.QueueMessage) -> None:
    """A text message is to leave; what fails comes back with the queue's own patience."""
    await send(MessageRef.model_validate(body_of(message)))
