"""Wrap up a call: a summary from what is stored, and the news that it has ended.

The summary is made from rows (verification, arrangement, callback, restriction), never from free text, so it says
nothing that did not happen.
"""

import azure.durable_functions as df
import azure.functions as func
from sqlalchemy import select

from archer.call_state import BLOCKED, wrapped_up
from archer.store.arrangements import Arrangement, arrangements_of, callback_of
from archer.store.calls import Call, get_call
from archer.store.customers import Restriction
from archer.work import Work, work
from durable.inputs import CallRef, body_of

blueprint = df.Blueprint()


def _arranged(row: Arrangement) -> str:
    amount = f" of ${row.amount:,.2f}" if row.amount is not None else ""
    by = f" by {row.method.replace('_', ' ')}" if row.method else ""
    due = f", due {row.due_date.isoformat()}" if row.due_date else ""
    return f"{row.kind.capitalize()}{amount}{by}{due}."


async def summary_of(unit: Work, call: Call) -> str:
    """A few sentences for people."""
    if call.status == "blocked":
        return BLOCKED
    if not call.session_epoch:
        return f"No conversation: {(call.disposition or call.status).replace('_', ' ')}."
    parts = ["The customer was verified." if call.verified else "The customer was not verified."]
    parts += [_arranged(row) for row in await arrangements_of(unit.session, call.id) if row.status == "active"]
    callback = await callback_of(unit.session, call.id)
    if callback is not None and callback.status == "scheduled":
        parts.append(f"Callback scheduled for {callback.scheduled_for.isoformat()}.")
    restrictions = await unit.session.execute(select(Restriction.kind).where(Restriction.call_id == call.id))
    parts += [f"Recorded: {kind.replace('_', ' ')}." for kind in restrictions.scalars()]
    parts.append(f"Ended as {(call.disposition or 'unknown').replace('_', ' ')}.")
    return " ".join(parts)


async def wrap_up(ref: CallRef) -> None:
    """Summarise an ended call and publish its end; a second time changes nothing."""
    async with work(ref.organization_id) as unit:
        call = await get_call(unit.session, ref.call_id, lock=True)
        if call is None or call.wrapped_up_at is not None:
            return
        await wrapped_up(unit, call, await summary_of(unit, call))


@blueprint.queue_trigger(arg_name="message", queue_name="call-wrapup", connection="AzureWebJobsStorage")
async def wrap_up_call(message: func.QueueMessage) -> None:
    """A call was closed."""
    await wrap_up(CallRef.model_validate(body_of(message)))
