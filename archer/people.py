"""The people that calls are handed to: is somebody there now?"""

from datetime import datetime
from zoneinfo import ZoneInfo

from archer.store.organizations import OrganizationSettings


def reachable(configured: OrganizationSettings, now: datetime) -> str | None:
    """E.164 number of the people who can take a call now (weekdays, within their hours); None when nobody can."""
    if not configured.human_queue_number:
        return None
    local = now.astimezone(ZoneInfo(configured.timezone))
    opens, closes = configured.human_hours
    open_now = local.weekday() < 5 and opens <= local.hour < closes
    return configured.human_queue_number if open_now else None
