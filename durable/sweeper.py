"""Find what fell between: unsent outbox rows, open calls and campaigns nobody looks at, calls without a wrap-up, texts.

Every quarter of a minute. All it does is to send the message again that should have been sent; every consumer is
idempotent, so a sweep too many is harmless.
"""

import logging
from datetime import UTC, datetime, timedelta
from uuid import UUID

import azure.durable_functions as df
import azure.functions as func
from sqlalchemy import text

from archer.clock import CLOCK
from archer.failures import where
from archer.queues import queue_sender
from archer.store.database import database
from archer.store.messages import unsent
from archer.work import send_outbox

blueprint = df.Blueprint()
OUTBOX_SECONDS = 5
"""An outbox row older than this was not sent right after its commit."""
CALL_SECONDS = 45
"""Wall-clock: an open call is looked at at least every 30 s, so one untouched for longer lost its orchestration."""
MESSAGE_SECONDS = 120
log = logging.getLogger(__name__)


async def sweep_outbox(now: datetime) -> int:
    """Send outbox rows that stayed behind; how many left."""
    before, sent = now - timedelta(seconds=OUTBOX_SECONDS), 0
    async with database().outside() as session:
        found = await session.execute(
            text("SELECT organization_id FROM organizations_with_unsent(:before)"), {"before": before}
        )
        owners: list[UUID] = list(found.scalars())
    for organization_id in owners:
        async with database().transaction(organization_id) as session:
            rows = await unsent(session, before)
        sent += await send_outbox(organization_id, rows)
    return sent


async def sweep_calls(now: datetime) -> int:
    """Wake calls that nobody looked at lately and calls that ended without a wrap-up; how many."""
    before = now - timedelta(seconds=CALL_SECONDS)
    async with database().outside() as session:
        found = (
            await session.execute(
                text(
                    "SELECT organization_id, call_id FROM open_calls_untouched(:before) "
                    "UNION SELECT organization_id, call_id FROM calls_without_wrapup(:before)"
                ),
                {"before": before},
            )
        ).all()
    for organization_id, call_id in found:
        await queue_sender().send(
            "call-signals", {"organization_id": str(organization_id), "call_id": str(call_id), "signal": "sweep"}
        )
    return len(found)


async def sweep_campaigns(now: datetime) -> int:
    """Wake campaigns whose next look is overdue; how many."""
    async with database().outside() as session:
        found = (
            await session.execute(
                text("SELECT organization_id, campaign_id FROM campaigns_overdue(:before)"), {"before": now}
            )
        ).all()
    for organization_id, campaign_id in found:
        await queue_sender().send(
            "campaign-signals",
            {"organization_id": str(organization_id), "campaign_id": str(campaign_id), "signal": "sweep"},
        )
    return len(found)


async def sweep_messages(now: datetime) -> int:
    """Ask again for text messages that were never sent; how many. They are dated in policy time."""
    before = CLOCK.from_wall((now - timedelta(seconds=MESSAGE_SECONDS)).timestamp())
    async with database().outside() as session:
        found = (
            await session.execute(
                text("SELECT organization_id, message_id FROM messages_unsent(:before)"), {"before": before}
            )
        ).all()
    for organization_id, message_id in found:
        await queue_sender().send(
            "outbound-messages", {"organization_id": str(organization_id), "message_id": str(message_id)}
        )
    return len(found)


async def sweep_all(now: datetime) -> dict[str, int]:
    """Sweep everything once (`now`: wall clock); how much was found. One that fails keeps no other from its turn."""
    found: dict[str, int] = {}
    parts = {"outbox": sweep_outbox, "calls": sweep_calls, "campaigns": sweep_campaigns, "messages": sweep_messages}
    for name, part in parts.items():
        try:
            found[name] = await part(now)
        except Exception as error:
            log.error("sweeping %s failed: %s", name, where(error))
    return found


@blueprint.timer_trigger(arg_name="timer", schedule="*/15 * * * * *", run_on_startup=False)
async def sweep(timer: func.TimerRequest) -> None:  # noqa: ARG001 - the trigger's own argument
    """Sweep everything once."""
    found = await sweep_all(datetime.now(UTC))
    if any(found.values()):
        log.warning("sweeper found %s", found)
