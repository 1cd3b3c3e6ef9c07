"""Poison queues are watched: what a queue gave up on marks its row and raises an alert; nothing vanishes."""

import logging
from typing import Any
from uuid import UUID

import azure.durable_functions as df
import azure.functions as func

from archer.call_state import end_without_carrier
from archer.store.calls import add_entry, get_call
from archer.store.decisions import audit
from archer.store.messages import Message
from archer.work import Work, work
from durable.inputs import body_of

blueprint = df.Blueprint()
log = logging.getLogger(__name__)


async def _mark_call(unit: Work, call_id: UUID, queue: str) -> None:
    call = await get_call(unit.session, call_id, lock=True)
    if call is None:
        return
    if queue == "call-requests" and call.status == "queued":
        await end_without_carrier(unit, call, "failed", "error")
        call.disposition = "error"
    await add_entry(unit.session, call, at=unit.now, kind="event", event="queue_gave_up", data={"queue": queue})


async def _mark_message(unit: Work, message_id: UUID) -> None:
    row = await unit.session.get(Message, message_id, with_for_update=True)
    if row is not None and row.status in ("queued", "sending"):
        row.status, row.error = "failed", "it could not be sent after several tries"


async def give_up(queue: str, body: dict[str, Any]) -> None:
    """Mark what a poisoned message was about, and tell people."""
    organization_id = UUID(body["organization_id"])
    call_id = UUID(body["call_id"]) if "call_id" in body else None
    async with work(organization_id) as unit:
        if call_id is not None:
            await _mark_call(unit, call_id, queue)
        if "message_id" in body:
            await _mark_message(unit, UUID(body["message_id"]))
        await audit(
            unit.session,
            organization_id,
            at=unit.now,
            actor="system",
            action="queue.gave_up",
            subject=f"queue:{queue}",
            details={name: body[name] for name in ("call_id", "campaign_id", "message_id") if name in body},
        )
        unit.publish("alert", call_id, {"alert": "queue_gave_up", "queue": queue})
    log.error("queue %s gave up on a message of organization %s", queue, organization_id)


async def _handle(queue: str, message: func.QueueMessage) -> None:
    try:
        await give_up(queue, body_of(message))
    except (ValueError, KeyError, TypeError):
        log.error("queue %s gave up on a message that is not ours (%s)", queue, message.id)


@blueprint.queue_trigger(arg_name="message", queue_name="call-requests-poison", connection="AzureWebJobsStorage")
async def poisoned_call_request(message: func.QueueMessage) -> None:
    """A call could not be started."""
    await _handle("call-requests", message)


@blueprint.queue_trigger(arg_name="message", queue_name="call-signals-poison", connection="AzureWebJobsStorage")
async def poisoned_call_signal(message: func.QueueMessage) -> None:
    """A call could not be woken; its watchdog timers still run."""
    await _handle("call-signals", message)


@blueprint.queue_trigger(arg_name="message", queue_name="call-wrapup-poison", connection="AzureWebJobsStorage")
async def poisoned_wrapup(message: func.QueueMessage) -> None:
    """A call could not be wrapped up."""
    await _handle("call-wrapup", message)


@blueprint.queue_trigger(arg_name="message", queue_name="campaign-signals-poison", connection="AzureWebJobsStorage")
async def poisoned_campaign_signal(message: func.QueueMessage) -> None:
    """A campaign could not be woken; its timer still runs, and the sweeper looks for it."""
    await _handle("campaign-signals", message)


@blueprint.queue_trigger(arg_name="message", queue_name="outbound-messages-poison", connection="AzureWebJobsStorage")
async def poisoned_message(message: func.QueueMessage) -> None:
    """A text message could not be sent."""
    await _handle("outbound-messages", message)
