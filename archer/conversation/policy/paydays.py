"""Which day a caller means who speaks of paying: by it, from it on, or some day of a week."""

from datetime import date, timedelta

from archer.conversation.policy.evidence import DAY_OF_WEEK, FIRST_PAYMENT, NEXT_WEEK, WEEKDAY
from archer.conversation.policy.hearing import Hearing
from archer.conversation.policy.steps import today
from archer.conversation.policy.talk import Talk


def day_to_pay(talk: Talk, hearing: Hearing) -> str | None:
    """The day named, ISO 8601; "two fifty" is an amount then, and no hour of today."""
    by_clock = isinstance(hearing.moment, str) and hearing.amount(talk.balance) is not None
    return None if by_clock and hearing.day == today(talk).isoformat() else day_of(talk, hearing)


def first_date(hearing: Hearing) -> str | None:
    """The day named for the first payment of a plan, ISO 8601."""
    return hearing.day if FIRST_PAYMENT.search(hearing.text) else None


def day_of(talk: Talk, hearing: Hearing) -> str | None:
    """The day named, ISO 8601; a mere week is asked about once, then it is kept by its Friday."""
    day, state = hearing.day, talk.state
    if day is None:
        return None
    if some_day(hearing):
        asked, state.week = state.week is not None, day
        return _later_by(day, _TO_FRIDAY) if asked else None
    asked_for = state.week is not None and state.step in ("promise_date", "new_due_date")
    if asked_for and state.week is not None and day < state.week and WEEKDAY.search(hearing.text):
        return _later_by(day, 7)
    return day


def _later_by(day: str, days: int) -> str:
    return (date.fromisoformat(day) + timedelta(days=days)).isoformat()


_TO_FRIDAY = 4
"""Days from the Monday that "next week" is read as to the last day on which it is kept."""


def some_day(hearing: Hearing) -> bool:
    """ "Sometime next week": a week, and no day of it."""
    return bool(NEXT_WEEK.search(hearing.text)) and not DAY_OF_WEEK.search(hearing.text)
