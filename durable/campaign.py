"""The life of a campaign: round after round of calls until nobody is left. Instance id = `campaign-{campaign id}`.

As with a call, the orchestration decides nothing: an activity reads the truth from Postgres, acts on it and says how
long to sleep. It begins anew every few rounds, so that its history stays short however long the campaign takes.
"""

from collections.abc import Generator
from dataclasses import asdict
from datetime import timedelta
from typing import Any

import azure.durable_functions as df
import azure.functions as func

from durable.campaign_round import run_round, unfinished
from durable.inputs import CampaignRef, body_of
from durable.waking import current_wake_number, ensure, event_name, wake

ROUNDS = 25
"""Rounds in one history: about a hundred and fifty events."""
blueprint = df.Blueprint()


@blueprint.orchestration_trigger(context_name="context")
def campaign_lifecycle(context: df.DurableOrchestrationContext) -> Generator[Any, Any, None]:
    """Let rounds follow each other until the campaign is over."""
    campaign = context.get_input()
    for _ in range(ROUNDS):
        state = yield context.call_activity("run_campaign_round", campaign)
        if state["over"]:
            return
        timer = context.create_timer(context.current_utc_datetime + timedelta(seconds=state["wait_seconds"]))
        woken = context.wait_for_external_event(event_name(state["wake_number"]))
        first = yield context.task_any([woken, timer])
        if first != timer:
            timer.cancel()
    context.continue_as_new(campaign)


@blueprint.activity_trigger(input_name="campaign")
async def run_campaign_round(campaign: dict) -> dict:  # type: ignore[type-arg]
    """Ask for the calls that are due: `{"over", "wait_seconds" (policy time), "wake_number"}`."""
    return asdict(await run_round(CampaignRef.model_validate(campaign)))


@blueprint.queue_trigger(arg_name="message", queue_name="campaign-signals", connection="AzureWebJobsStorage")
@blueprint.durable_client_input(client_name="client")
async def wake_campaign(message: func.QueueMessage, client: df.DurableOrchestrationClient) -> None:
    """A campaign was started or changed, or a call of it has ended: wake its orchestration, or start it."""
    body = body_of(message)
    campaign = CampaignRef.model_validate(body)
    number = await current_wake_number(campaign)
    woken = await wake(client, campaign.instance(), number, str(body.get("signal", "")))
    if not woken and await unfinished(campaign):
        await ensure(client, "campaign_lifecycle", campaign.instance(), campaign.plain())
