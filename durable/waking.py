"""Waking an orchestration: each wait has an event name of its own.

The Durable SDK 1.7 hands an event that arrived before its wait to every later wait of the same name, so a name that
is waited for twice can turn a quiet orchestration into a busy loop. The number of the current wait is kept in the
row of the call or the campaign; see docs/decisions/0001-numbered-wake-ups.md.
"""

from uuid import UUID

import azure.durable_functions as df
from sqlalchemy import select, update

from archer.failures import where
from archer.store.calls import Call
from archer.store.campaigns import Campaign
from archer.work import work
from durable.inputs import CallRef, CampaignRef

_ENDED = (
    df.OrchestrationRuntimeStatus.Completed,
    df.OrchestrationRuntimeStatus.Failed,
    df.OrchestrationRuntimeStatus.Terminated,
    df.OrchestrationRuntimeStatus.Canceled,
)


def event_name(number: int) -> str:
    """The external event that wait `number` is woken by."""
    return f"wake-{number}"


def _row(ref: CallRef | CampaignRef) -> tuple[type[Call] | type[Campaign], UUID]:
    return (Call, ref.call_id) if isinstance(ref, CallRef) else (Campaign, ref.campaign_id)


async def next_wake_number(ref: CallRef | CampaignRef) -> int:
    """Begin the next wait: from now on a change of the row raises its event. 0 when there is no such row."""
    model, row_id = _row(ref)
    async with work(ref.organization_id) as unit:
        found = await unit.session.execute(
            update(model)
            .where(model.id == row_id)
            .values(wake_number=model.wake_number + 1)
            .returning(model.wake_number)
        )
        return found.scalar_one_or_none() or 0


async def current_wake_number(ref: CallRef | CampaignRef) -> int:
    """The wait that a change of the row has to end."""
    model, row_id = _row(ref)
    async with work(ref.organization_id) as unit:
        found = await unit.session.execute(select(model.wake_number).where(model.id == row_id))
        return found.scalar_one_or_none() or 0


async def ensure(
    client: df.DurableOrchestrationClient, orchestrator: str, instance_id: str, client_input: dict[str, str]
) -> None:
    """Start an orchestration unless it runs."""
    known = await client.get_status(instance_id)
    if known and known.runtime_status and known.runtime_status not in _ENDED:
        return
    await client.start_new(orchestrator, instance_id=instance_id, client_input=client_input)


async def wake(client: df.DurableOrchestrationClient, instance_id: str, number: int, signal: str) -> bool:
    """End the wait `number` of an orchestration; False when none is left to wake.

    Raises RuntimeError when it could not be woken for another reason.
    """
    try:
        await client.raise_event(instance_id, event_name(number), signal)
    except Exception as error:  # the SDK raises a bare Exception, told apart by its words only
        if "No instance" not in str(error) and "is gone" not in str(error):
            raise RuntimeError(f"{instance_id} could not be woken: {where(error)}") from None
        return False
    return True
