"""Send text messages once: marked before the carrier is asked, looked up at the carrier before asking again."""

import logging
from datetime import UTC, datetime, timedelta

import azure.durable_functions as df
import azure.functions as func

from archer.dialing import own_number
from archer.restricting import STOPS_TEXTS
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
log = logging.getLogger(__name__)


async def send(ref: MessageRef) -> None:
    """Send one message, or find out that it was sent. Raises CarrierError when it should be tried again later."""
    async with work(ref.organization_id) as unit:
        row = await unit.session.get(Message, ref.message_id, with_for_update=True)
        if row is None or row.status not in ("queued", "sending") or row.message_sid:
            return None
        if row.asked_at is None and await _refused(unit, row):
            row.status, row.error = "failed", "the person has opted out"
            return None
        asked_before, row.status = row.asked_at, "sending"
        row.asked_at = row.asked_at or datetime.now(UTC)
        sender = own_number(await get_organization(unit.session, ref.organization_id))
        to, body = row.to_number, row.body
    if asked_before is not None:
        known = await carrier().find_texts(to=to, from_=sender, since=asked_before - CLOCK_SKEW)
        earlier = next((sid for sid, text, _ in known if text == body), None)
        if earlier is not None:
            return await _sent(ref, earlier)
    hooks = twiml.Webhooks(settings(), ref.organization_id)
    try:
        sid = await carrier().send_text(to=to, from_=sender, body=body, status_callback=hooks.message(ref.message_id))
    except CarrierError as error:
        if error.retry:
            raise
        return await _failed(ref, error)
    return await _sent(ref, sid)


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
    log.warning("message %s was refused: %s", ref.message_id, error)


@blueprint.queue_trigger(arg_name="message", queue_name="outbound-messages", connection="AzureWebJobsStorage")
async def send_message(message: func.QueueMessage) -> None:
    """A text message is to leave; what fails comes back with the queue's own patience."""
    await send(MessageRef.model_validate(body_of(message)))
