"""The life of a call: dial, watch, close. Instance id = call id.

The orchestration decides nothing: it sleeps until it is woken or a watchdog fires, lets an activity read the truth
from Postgres and act on it, and sleeps as long as that activity says. Lost, doubled or early wake-ups cannot hurt.
"""

from collections.abc import Generator
from dataclasses import asdict
from datetime import timedelta
from typing import Any

import azure.durable_functions as df
import azure.functions as func

from durable.close import close, unfinished
from durable.inputs import CallRef, body_of
from durable.waking import current_wake_number, ensure, event_name, wake
from durable.watch import look_after

blueprint = df.Blueprint()
_RETRY = df.RetryOptions(first_retry_interval_in_milliseconds=1000, max_number_of_attempts=5)
"""A moment without the database must not leave a call that is under way alone until the sweeper comes by."""


@blueprint.orchestration_trigger(context_name="context")
def call_lifecycle(context: df.DurableOrchestrationContext) -> Generator[Any, Any, None]:
    """Dial the call and stay with it until its end is written down."""
    call = context.get_input()
    while True:
        state = yield context.call_activity_with_retry("look_after_call", _RETRY, call)
        if state["over"]:
            break
        timer = context.create_timer(context.current_utc_datetime + timedelta(seconds=state["wait_seconds"]))
        woken = context.wait_for_external_event(event_name(state["wake_number"]))
        first = yield context.task_any([woken, timer])
        if first != timer:
            timer.cancel()
    yield context.call_activity_with_retry("close_call", _RETRY, call)


@blueprint.activity_trigger(input_name="call")
async def look_after_call(call: dict) -> dict:  # type: ignore[type-arg]
    """Read the call's row and do what is due: `{"over", "wait_seconds" (policy time), "wake_number"}`."""
    return asdict(await look_after(CallRef.model_validate(call)))


@blueprint.activity_trigger(input_name="call")
async def close_call(call: dict) -> None:  # type: ignore[type-arg]
    """Write down how the call ended and let the wrap-up begin."""
    await close(CallRef.model_validate(call))


@blueprint.queue_trigger(arg_name="message", queue_name="call-requests", connection="AzureWebJobsStorage")
@blueprint.durable_client_input(client_name="client")
async def start_call(message: func.QueueMessage, client: df.DurableOrchestrationClient) -> None:
    """A call was accepted: start its life. The same message again finds it running."""
    await _begin(client, CallRef.model_validate(body_of(message)))


@blueprint.queue_trigger(arg_name="message", queue_name="call-signals", connection="AzureWebJobsStorage")
@blueprint.durable_client_input(client_name="client")
async def wake_call(message: func.QueueMessage, client: df.DurableOrchestrationClient) -> None:
    """Something happened to a call: wake its orchestration, or start one if none is left to wake."""
    body = body_of(message)
    call = CallRef.model_validate(body)
    woken = await wake(client, str(call.call_id), await current_wake_number(call), str(body.get("signal", "")))
    if not woken and await unfinished(call):
        await _begin(client, call)


async def _begin(client: df.DurableOrchestrationClient, call: CallRef) -> None:
    await ensure(client, "call_lifecycle", str(call.call_id), call.plain())
