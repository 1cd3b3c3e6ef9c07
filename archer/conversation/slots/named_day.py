"""A day that a text names, as the readers of days hand it to each other."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Day:
    """A day named in a text."""

    date: date
    start: int
    end: int
    kind: str = "day"
    """`weekday`, `ordinal`, `month_day`, `offset`, `week`, `day`."""
    past: bool = False
    weekday: int | None = None
    modifier: str = ""
    """`next`, `this`, `last` before a weekday."""
    weeks: int = 0
    """Calendar weeks ahead, for a kind of `week`."""
    vague: bool = False
    """A span of days such as "next week", which a weekday beside it makes exact."""
    unit: str = ""
    """The unit of an offset, so that a correction may change only the count."""
