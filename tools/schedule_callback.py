"""Schedule a callback for the time the caller asked for (C-09): within calling hours, at most seven days ahead.

Only the row: the callback's own lifecycle places the call, and the compliance gate decides again then.
"""

from datetime import date, datetime, time, timedelta
from typing import Annotated, Literal
from uuid import uuid4
from zoneinfo import ZoneInfo

from pydantic import AwareDatetime, Field

from archer.conversation.words import spoken
from archer.store.arrangements import Callback, callback_of
from archer.store.decisions import latest_decision
from tools.context import Arguments as Base
from tools.context import CallContext, Reason, ToolResult, refused

NAME = "schedule_callback"
DESCRIPTION = "Call the customer again at the time he asked for. Give `at`, or `date` with an optional `part`."
NEEDS_VERIFICATION = False
MAX_DAYS = 7
"""A consent to be called back lasts seven days, the day it was given being the first (P-11)."""
WINDOW_OPENS, WINDOW_CLOSES = time(8), time(21)
"""P-07, in every zone that the gate saw; the gate itself decides again before the dial."""
MARGIN = timedelta(minutes=15)
"""Kept from both ends of the calling window."""
PARTS = {"morning": time(10), "afternoon": time(14), "evening": time(18)}
DEFAULT_TIME = time(10)


class Arguments(Base):
    at: AwareDatetime | None = Field(default=None, description="ISO 8601 with offset")
    date: Annotated[str | None, Field(pattern=r"^\d{4}-\d{2}-\d{2}$", description="YYYY-MM-DD")] = None
    part: Literal["morning", "afternoon", "evening"] | None = None
    reason: Reason = ""


def _moment(args: Arguments, zone: ZoneInfo) -> datetime | None:
    if args.at is not None:
        return args.at.astimezone(zone)
    if args.date is None:
        return None
    try:
        day = date.fromisoformat(args.date)
    except ValueError:
        return None
    return datetime.combine(day, PARTS.get(args.part or "", DEFAULT_TIME), zone)


async def _zones(call: CallContext) -> list[ZoneInfo]:
    decision = await latest_decision(call.unit.session, call.call.id)
    names = decision.facts_used.get("zones", []) if decision else []
    return [call.zone, *(ZoneInfo(name) for name in names)]


def _callable(moment: datetime, zones: list[ZoneInfo]) -> bool:
    for zone in zones:
        local = moment.astimezone(zone)
        opens = datetime.combine(local.date(), WINDOW_OPENS, zone) + MARGIN
        closes = datetime.combine(local.date(), WINDOW_CLOSES, zone) - MARGIN
        if not opens <= local < closes:
            return False
    return True


def _suggestion(moment: datetime, now: datetime, zones: list[ZoneInfo]) -> datetime | None:
    candidate = max(moment, now + timedelta(minutes=30)).replace(minute=0, second=0, microsecond=0)
    for _ in range(72):
        candidate += timedelta(hours=1)
        if candidate > now and _callable(candidate, zones):
            return candidate
    return None


async def run(call: CallContext, args: Arguments) -> ToolResult:
    """Keep the callback; asking again in the same call moves it."""
    moment = _moment(args, call.zone)
    if moment is None:
        return refused("invalid_arguments", field="at")
    zones = await _zones(call)
    last_day = call.today + timedelta(days=MAX_DAYS - 1)
    if moment <= call.now or moment.astimezone(call.zone).date() > last_day:
        return refused("not_allowed", field="at", limit=last_day.isoformat())
    if not _callable(moment, zones):
        suggestion = _suggestion(moment, call.now, zones)
        return refused("outside_hours", suggestion=suggestion.isoformat() if suggestion else None)
    row = await callback_of(call.unit.session, call.call.id)
    if row is None:
        row = Callback(
            id=uuid4(),
            organization_id=call.call.organization_id,
            customer_id=call.customer.id,
            call_id=call.call.id,
        )
        call.unit.session.add(row)
    row.asked_at, row.scheduled_for, row.status = call.now, moment, "scheduled"
    row.timezone, row.reason = str(call.zone), args.reason
    call.call.outcome = call.call.outcome or "callback_scheduled"
    await call.unit.session.flush()
    local = moment.astimezone(call.zone)
    return ToolResult(
        f"I will call you back on {spoken.date(local.date())} at {spoken.time(local)}.",
        {"callback_id": str(row.id), "scheduled_for": local.isoformat(), "timezone": str(call.zone)},
    )
