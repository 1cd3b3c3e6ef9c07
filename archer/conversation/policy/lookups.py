"""What handlers look up: the options and limits as the tools gave them, and their values for the ear."""

from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any
from zoneinfo import ZoneInfo

from archer.conversation.policy.talk import Talk
from archer.conversation.words import spoken


def option(talk: Talk, kind: str) -> dict[str, Any] | None:
    """What the tools offer of this kind, None when it is not on the table."""
    offered = (talk.state.options or {}).get("options") or []
    found: dict[str, Any] | None = next((item for item in offered if item.get("kind") == kind), None)
    return found


def decimal(value: Any) -> Decimal | None:
    """An amount as a tool gave it; None when there is none."""
    try:
        return None if value is None else Decimal(str(value))
    except InvalidOperation:
        return None


def minimum(talk: Talk) -> Decimal | None:
    """The least that may be paid today, by the tools."""
    least = decimal((option(talk, "partial_payment") or {}).get("minimum"))
    return least if least is not None else decimal((talk.state.options or {}).get("minimum_payment"))


def plan_months(talk: Talk) -> list[int]:
    """How long a plan may be, in months, shortest first."""
    return sorted(int(m) for m in (option(talk, "plan") or {}).get("months") or [])


def today(talk: Talk) -> date:
    """The customer's calendar day at the start of the call."""
    return talk.session.now.astimezone(ZoneInfo(talk.session.customer_timezone)).date()


def spoken_day(talk: Talk, iso: Any) -> str:
    """A date of a tool or a slot for the ear; an empty string for what is none."""
    try:
        return spoken.date(str(iso)[:10], today(talk))
    except ValueError:
        return ""


def spoken_when(talk: Talk, iso: Any, timezone: str | None = None) -> str:
    """A moment for the ear in the customer's zone: "Friday, November twenty-seventh at five p.m."."""
    try:
        moment = datetime.fromisoformat(str(iso))
    except ValueError:
        return ""
    day = spoken_day(talk, iso)
    if moment.tzinfo is None:
        return day if len(str(iso)) <= 10 else f"{day} at {spoken.time(moment)}"
    local = moment.astimezone(ZoneInfo(timezone or talk.session.customer_timezone))
    return f"{spoken.date(local.date(), today(talk))} at {spoken.time(local)}"
