"""Dates that rules reckon with: federal holidays, the validation period (P-20), retention ends (R-03).

Holidays are the statutory days of 5 USC 6103(a), as data in data/calendar.toml; observed days do not count.
"""

import tomllib
from datetime import date, timedelta
from functools import lru_cache
from importlib import resources
from typing import NamedTuple

from archer.compliance.ruleset import ruleset

DAY = timedelta(days=1)
_SATURDAY = 5


class ValidationPeriod(NamedTuple):
    """When the notice counts as received, and the last day on which a written dispute holds collection."""

    assumed_receipt: date
    ends: date


@lru_cache(maxsize=256)
def federal_holidays(year: int) -> frozenset[date]:
    """The statutory federal holidays of a year."""
    text = resources.files("archer.compliance").joinpath("data", "calendar.toml").read_text("utf-8")
    return frozenset(_day_of(entry, year) for entry in tomllib.loads(text)["holiday"])


def _day_of(entry: dict[str, int], year: int) -> date:
    month = entry["month"]
    if "day" in entry:
        return date(year, month, entry["day"])
    weekday, nth = entry["weekday"], entry["nth"]
    if nth > 0:
        first = date(year, month, 1)
        return first + (weekday - first.weekday()) % 7 * DAY + (nth - 1) * 7 * DAY
    last = date(year + month // 12, month % 12 + 1, 1) - DAY
    return last - (last.weekday() - weekday) % 7 * DAY


def is_federal_holiday(day: date) -> bool:
    """Whether a date is one of the statutory days itself."""
    return day in federal_holidays(day.year)


def validation_period(sent_on: date) -> ValidationPeriod:
    """The period that a validation notice opens (P-20): assumed receipt is five days on, without Saturdays, Sundays
    and federal holidays; it ends 30 days after that (12 CFR 1006.34(b)(5))."""
    rule = ruleset().rule("P-20")
    day, left = sent_on, rule.number("assumed_receipt_days")
    while left:
        day += DAY
        if day.weekday() < _SATURDAY and not is_federal_holiday(day):
            left -= 1
    return ValidationPeriod(day, day + rule.number("period_days") * DAY)


def years_after(day: date, years: int) -> date:
    """The same date so many years on, as retention counts them; a Feb 29 that is not there becomes Mar 1 (R-03)."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)
