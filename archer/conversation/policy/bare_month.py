"""A month without a day: "could it start in June?" means its first day, as "next month" does."""

import re
from datetime import datetime
from zoneinfo import ZoneInfo

_MONTHS = (
    *("january", "february", "march", "april", "may", "june", "july", "august", "september", "october"),
    *("november", "december"),
)
_ANY = "|".join(_MONTHS)
_NAMED = re.compile(
    rf"\b(?:in|till|until|to|for|by|before) ({_ANY})\b(?! (?:the |of |\w+(?:st|nd|rd|th|ty|teen)\b|\d|one|two|three|"
    r"four|five|six|seven|eight|nine|ten|eleven|twelve))",
    re.I,
)
_STARTS = re.compile(
    rf"\b(?:start\w*|begin\w*|first (?:one|payment))\b[^.?!]{{0,25}}\b(?:in|till|until|to) (?:{_ANY})\b", re.I
)
DAY_OF_MONTH = re.compile(
    rf"\b(?:(?:{_ANY}) (?:(?:twenty|thirty)[- ])?|the (?:twenty|thirty)[- ])"
    r"(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth)\b"
    r"(?! of (?:it|that|the balance)\b)",
    re.I,
)
"""A day, in which there is no third part and no "twenty" of money."""
_AHEAD = 2
"""A month further off than this is more likely one that is past: "I lost my job in January"."""
Moment = str | dict[str, str] | None


def or_month(text: str, moment: Moment, now: datetime, timezone: str) -> Moment:
    """The moment that was found, or the first day of a month named; that also where something is to start then."""
    found = _NAMED.search(text) if moment is None or _STARTS.search(text) else None
    if found is None:
        return moment
    today, month = now.astimezone(ZoneInfo(timezone)).date(), _MONTHS.index(found[1].lower()) + 1
    off = (month - today.month) % 12
    if not 1 <= off <= _AHEAD:
        return moment
    return {"date": today.replace(year=today.year + (today.month + off > 12), month=month, day=1).isoformat()}
