"""The policy time of a demo: an hour at which a call is allowed everywhere in the country, whatever the clock says."""

from datetime import UTC, date, datetime, time, timedelta

from archer.compliance.dates import is_federal_holiday

_NOON_PACIFIC = time(19, 30, tzinfo=UTC)
"""11:30 or 12:30 in Los Angeles, 14:30 or 15:30 in New York, in winter and in summer."""


def demo_time(today: date) -> datetime:
    """The next weekday from `today` on that is no federal holiday (P-12), and at which people are at work."""
    day = today
    while day.weekday() >= 5 or is_federal_holiday(day):
        day += timedelta(days=1)
    return datetime.combine(day, _NOON_PACIFIC)
