"""Which day a caller means who speaks of paying: by it, from it on, or some day of a week."""

import re
from datetime import date, timedelta

from archer.conversation.policy.evidence import DAY_OF_WEEK, FIRST_PAYMENT, NEXT_WEEK, WEEKDAY
from archer.conversation.policy.hearing import Hearing
from archer.conversation.policy.state import Prepared
from archer.conversation.policy.steps import today
from archer.conversation.policy.talk import Talk
from archer.conversation.words import spoken

LENGTH = re.compile(r"\b(?:(?<!next )(?<!this )months?|payments|instal+ments|years?)\b", re.I)
_DAYS_OF_MONTH = 31
_NO_DAY = "2001-01-01"
_IN_MONTH = re.compile(
    r"\b(?:in|until|till|of|from|starting|start|begin|beginning)\s+(?:in |with |from |early |of |the month of )*"
    r"(january|february|march|april|may|june|july|august|september|october|november|december)\b"
    r"|\b(january|february|april|june|july|august|september|october|november|december)\b",
    re.I,
)


def day_to_pay(talk: Talk, hearing: Hearing) -> str | None:
    """The day named, ISO 8601; "two fifty" is an amount then, and no hour of a day."""
    hour = by_clock(hearing) and hearing.amount(talk.balance) is not None
    return None if hour else day_of(talk, hearing)


def by_clock(hearing: Hearing) -> bool:
    """Nothing but an hour was named, or a number that may be one: "okay, twelve then"."""
    moment = hearing.moment_on(_NO_DAY) if isinstance(hearing.moment, str) else None
    return isinstance(moment, str) and moment.startswith(_NO_DAY)


def first_date(talk: Talk, hearing: Hearing) -> str | None:
    """The day named for the first payment of a plan, ISO 8601; of a mere month its first."""
    return start_of(talk, hearing) if FIRST_PAYMENT.search(hearing.text) else None


def start_of(talk: Talk, hearing: Hearing) -> str | None:
    """The day from which on, ISO 8601: one that is named, or the first of a month that is."""
    if hearing.day is not None and not by_clock(hearing):
        return hearing.day
    month = _IN_MONTH.search(hearing.text)
    first = hearing.only(f"the first of {month[1] or month[2]}").day if month else None
    return first if first and first > today(talk).isoformat() else None


def bare_day(talk: Talk, hearing: Hearing) -> str | None:
    """ "No, I said fifteen", where a day of the month was read out or is asked for."""
    number = hearing.months
    if number is None or not 1 < number <= _DAYS_OF_MONTH or LENGTH.search(hearing.text):
        return None
    if hearing.amount(talk.balance) not in (None, number):
        return None  # "two fifty"
    return hearing.only(f"the {spoken.ordinal(number)}").day


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


_CLEARS = re.compile(
    r"\b(?:might|may|could|will|won'?t|wouldn'?t|doesn'?t|not|takes?|it'?ll|until|till)\b"
    r"(?=[^.?!]*\b(?:clear\w*|go(?:es)? through|post\w*|(?:money|it)'?s? (?:is )?there|available|"
    r"in (?:my|the) (?:account|bank)|land\w*|process\w*)\b)[^.?!]*?\b(sun|mon|tues|wednes|thurs|fri|satur)day\b",
    re.I,
)
_DAYS = ("mon", "tues", "wednes", "thurs", "fri", "satur", "sun")


def clears(hearing: Hearing, prepared: Prepared) -> str | None:
    """ "It might be Monday before it clears": the day after the one promised by which the money can be there."""
    told = _CLEARS.search(hearing.text) if prepared.kind == "promise" and prepared.date else None
    if told is None or prepared.date is None:
        return None
    read = date.fromisoformat(prepared.date[:10])
    return (read + timedelta(days=(_DAYS.index(told[1].lower()) - read.weekday()) % 7)).isoformat()


def _later_by(day: str, days: int) -> str:
    return (date.fromisoformat(day) + timedelta(days=days)).isoformat()


_TO_FRIDAY = 4
"""Days from the Monday that "next week" is read as to the last day on which it is kept."""


def some_day(hearing: Hearing) -> bool:
    """ "Sometime next week": a week, and no day of it."""
    return bool(NEXT_WEEK.search(hearing.text)) and not DAY_OF_WEEK.search(hearing.text)


_BESIDE = re.compile(
    r"\b(?:the )?(sun|mon|tues|wednes|thurs|fri|satur)day (?:right |just )?(before|after)"
    r"(?: (?:that|it|then|this))?(?=\W*$|[.,!?]|\W+(?:please|then|instead|would|is|works|maybe|if|so)\b)",
    re.I,
)
_WEEK = ("mon", "tues", "wednes", "thurs", "fri", "satur", "sun")


def beside(talk: Talk, hearing: Hearing, read: str) -> str | None:
    """ "The Friday before that": counted from the day that was read out, or from another one named beside it."""
    found = _BESIDE.search(hearing.text)
    if found is None:
        return None
    rest = hearing.only(_BESIDE.sub(" ", hearing.text))
    from_day = date.fromisoformat(read[:10])
    if rest.day is not None and date.fromisoformat(rest.day).weekday() != from_day.weekday():
        from_day = date.fromisoformat(rest.day)
    weekday, earlier = _WEEK.index(found[1].lower()), found[2].lower() == "before"
    days = (from_day.weekday() - weekday - 1) % 7 + 1 if earlier else (weekday - from_day.weekday() - 1) % 7 + 1
    day = from_day + timedelta(days=-days if earlier else days)
    return day.isoformat() if day >= today(talk) else None
