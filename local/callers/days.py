"""Days and times counted from the day of a call, so that what a caller expects holds on whatever day he is called.

`+3` is three days later, `friday` the next such day strictly after today, `15th` the next such day of the month,
`end` the last day of this month; a time may follow (`+1 17:00`), `any` fits every day.
"""

import calendar
import re
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_CALLING_ZONE = ZoneInfo("America/Los_Angeles")
"""Calls are placed while it is the same day everywhere in the country."""
ANY = "any"


def day_of_call(call: dict[str, Any]) -> date:
    """The calendar day on which a call, as `GET /calls/{id}` gives it, was asked for."""
    return datetime.fromisoformat(call["queued_at"]).astimezone(_CALLING_ZONE).date()


def resolve(day: str, today: date) -> date:
    """The date that `day` means on `today`. Raises ValueError for what is no such day."""
    if match := re.fullmatch(r"\+(\d+)", day):
        return today + timedelta(days=int(match[1]))
    if day in _WEEKDAYS:
        return today + timedelta(days=(_WEEKDAYS.index(day) - today.weekday() - 1) % 7 + 1)
    if match := re.fullmatch(r"(\d+)(?:st|nd|rd|th)", day):
        found = today
        while found.day != int(match[1]) or found == today:
            found += timedelta(days=1)
            if (found - today).days > 62:
                raise ValueError(f"no month has a {day}")
        return found
    if day == "end":
        return today.replace(day=calendar.monthrange(today.year, today.month)[1])
    raise ValueError(f"{day!r} is not a day: use +N, a weekday, 15th or end")


def fits_day(wanted: str, actual: str | None, today: date) -> bool:
    """Whether an ISO date is the wanted day."""
    return actual is not None and (wanted == ANY or actual[:10] == resolve(wanted, today).isoformat())


def fits_moment(wanted: str, actual: str | None, timezone: str | None, today: date) -> bool:
    """Whether an ISO moment is the wanted day and time in `timezone` (IANA)."""
    if actual is None:
        return False
    day, _, clock = wanted.partition(" ")
    local = datetime.fromisoformat(actual).astimezone(ZoneInfo(timezone or "UTC"))
    return fits_day(day, local.date().isoformat(), today) and (not clock or f"{local:%H:%M}" == clock)
