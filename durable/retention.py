"""Keep records as long as they must be kept and no longer: every night what has had its time goes (R-02 … R-05, R-09).

Every quarter of an hour the calls of the last two hours are looked at again for card data that slipped through, well
within the hour that R-07 allows.
"""

import logging
from datetime import UTC, datetime, timedelta

import azure.durable_functions as df
import azure.functions as func

from archer.clock import CLOCK
from archer.erasing import purge_secrets, run_retention
from archer.failures import where
from archer.store.database import database
from archer.store.erasure import organization_ids

blueprint = df.Blueprint()
LOOK_BACK = timedelta(hours=2)
log = logging.getLogger(__name__)


async def retain_all(now: datetime) -> dict[str, int]:
    """Run retention for every organization; what was deleted. One that fails does not keep the others from theirs."""
    done = {"evidence": 0, "erasures": 0, "recordings": 0, "unclaimed_calls": 0, "failed": 0}
    async with database().outside() as session:
        organizations = await organization_ids(session)
    for organization_id in organizations:
        try:
            report = await run_retention(organization_id, now, dry_run=False)
        except Exception as error:
            log.error("retention failed for an organization: %s", where(error))
            done["failed"] += 1
            continue
        done["evidence"] += len(report.evidence)
        done["erasures"] += len(report.erasures)
        done["recordings"] += report.recordings
        done["unclaimed_calls"] += report.unclaimed_calls
    return done


async def purge_all(since: datetime) -> int:
    """Look for secrets in every organization's recent calls; how many entries were purged.

    One organization that fails does not keep the others from it.
    """
    async with database().outside() as session:
        organizations = await organization_ids(session)
    purged = 0
    for organization_id in organizations:
        try:
            purged += await purge_secrets(organization_id, since)
        except Exception as error:
            log.error("looking for secrets failed for an organization: %s", where(error))
    return purged


@blueprint.timer_trigger(arg_name="timer", schedule="0 17 3 * * *", run_on_startup=False)
async def retain(timer: func.TimerRequest) -> None:  # noqa: ARG001 - the trigger's own argument
    """Every night."""
    log.info("retention: %s", await retain_all(CLOCK.now()))


@blueprint.timer_trigger(arg_name="timer", schedule="0 */15 * * * *", run_on_startup=False)
async def purge(timer: func.TimerRequest) -> None:  # noqa: ARG001 - the trigger's own argument
    """Every quarter of an hour."""
    purged = await purge_all(CLOCK.from_wall(datetime.now(UTC).timestamp() - LOOK_BACK.total_seconds()))
    if purged:
        log.error("secrets were found in %d stored entries and purged (R-07)", purged)
