"""When a timer trigger fires: NCRONTAB expressions and time spans.

NCRONTAB is cron with a leading field of seconds (five fields: at second 0), no `?`, `L`, `W`, `#` or `@name`, days of
the week 0 to 6, and day of month *and* day of week both to be met (learn.microsoft.com, "Timer trigger", NCRONTAB).
"""

import re
from abc import ABC, abstractmethod
from datetime import datetime, timedelta
from itertools import pairwise

from croniter import croniter

from local.functions.configuration import timespan

FIELD = re.compile(r"[0-9A-Za-z*,/-]+")
WORD = re.compile(r"[A-Za-z]+")
MONTHS = frozenset(["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"])
DAYS = frozenset(["sun", "mon", "tue", "wed", "thu", "fri", "sat"])
NUMBER = re.compile(r"\d+")
SHORTEST_MONITORED = timedelta(minutes=1)


class Schedule(ABC):
    """A series of moments."""

    @abstractmethod
    def after(self, moment: datetime) -> datetime:
        """The first moment of the series after another one, both timezone-aware UTC."""

    def monitored(self, moment: datetime) -> bool:
        """Whether a missed occurrence is worth making good: not when they come more often than once a minute."""
        moments = [moment]
        for _ in range(5):
            moments.append(self.after(moments[-1]))
        return min(later - earlier for earlier, later in pairwise(moments[1:])) >= SHORTEST_MONITORED


class Every(Schedule):
    """A constant interval."""

    def __init__(self, interval: timedelta) -> None:
        if interval <= timedelta(0):
            raise ValueError("a time span schedule must be longer than zero")
        self._interval = interval

    def after(self, moment: datetime) -> datetime:
        return moment + self._interval


class Cron(Schedule):
    """An NCRONTAB expression in UTC."""

    def __init__(self, expression: str) -> None:
        fields = expression.split()
        if len(fields) not in (5, 6):
            raise ValueError(f"five or six fields are needed, there are {len(fields)}")
        for place, field in enumerate(reversed(fields)):
            words = {0: DAYS, 1: MONTHS}.get(place, frozenset())
            if not FIELD.fullmatch(field) or any(word.lower() not in words for word in WORD.findall(field)):
                raise ValueError(f"the field {field!r} holds something NCRONTAB does not know")
        if any(int(day) > 6 for day in NUMBER.findall(fields[-1].partition("/")[0])):
            raise ValueError(f"days of the week are 0 to 6, {fields[-1]!r} goes beyond")
        self._expression = " ".join(fields if len(fields) == 6 else ["0", *fields])
        self.after(datetime.fromisoformat("2026-01-01T00:00:00+00:00"))

    def after(self, moment: datetime) -> datetime:
        try:
            series = croniter(self._expression, moment, second_at_beginning=True, day_or=False)
            following: datetime = series.get_next(datetime)
        except (ValueError, KeyError) as error:
            raise ValueError(str(error)) from None
        return following


def parse_schedule(expression: str) -> Schedule:
    """The schedule of an expression; raises ValueError when it is neither NCRONTAB nor a time span."""
    try:
        if ":" in expression:
            return Every(timespan(expression))
        return Cron(expression)
    except ValueError as error:
        raise ValueError(
            f"the schedule expression {expression!r} is neither a valid NCRONTAB expression nor a time span: {error}"
        ) from None
