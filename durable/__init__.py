"""Queue and timer triggers, orchestrations and activities: one file a lifecycle."""

import azure.functions as func


def blueprints() -> "list[func.Blueprint]":
    """Everything that the Functions app runs besides HTTP. A new lifecycle is a new file plus one line."""
    from durable import call, campaign, messages, poison, recording, retention, sweeper, wrapup

    return [
        call.blueprint,
        campaign.blueprint,
        messages.blueprint,
        wrapup.blueprint,
        sweeper.blueprint,
        poison.blueprint,
        retention.blueprint,
        recording.blueprint,
    ]
