"""Days on which banks move money: no Saturday, no Sunday, no holiday of the Federal Reserve.

The Reserve Banks keep the statutory holidays (5 USC 6103(a), `archer.compliance.dates`). One that falls on a Sunday
closes them on the Monday after; one that falls on a Saturday closes no other day.
"""

from datetime import date, timedelta

from archer.compliance.dates import is_federal_holiday

_DAY = timedelta(days=1)
_SATURDAY, _MONDAY = 5, 0


def is_business_day(day: date) -> bool:
    """Whether a bank transfer can happen on this day."""
    if day.weekday() >= _SATURDAY or is_federal_holiday(day):
        return False
    return not (day.weekday() == _MONDAY and is_federal_holiday(day - _DAY))


def next_business_day(day: date) -> date:
    """The day itself or the first business day after it."""
    while not is_business_day(day):
        day += _DAY
    return day


def last_business_day(day: date) -> date:
    """The day itself or the last business day before it."""
    while not is_business_day(day):
        day -= _DAY
    return day
