"""Days as people name them: tomorrow, next tuesday, the 15th, a week from saturday, the end of the month.

Rules: the contract of understanding (weeks run Monday to Sunday; a bare weekday is strictly in the future).
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta

from archer.conversation.slots.calendar_words import (
    WEEKDAYS,
    add_months,
    next_day_of_month,
    next_weekday,
    weekday_of_week,
)
from archer.conversation.slots.dates import holiday, in_month, month_day, ordinal_day, written_date
from archer.conversation.slots.day_spans import calendar_span, edge_of_span, nth_weekday_of_month
from archer.conversation.slots.named_day import Day
from archer.conversation.slots.numerals import read_number, word_at
from archer.conversation.slots.tokens import Token

_TODAY = {"today": 0, "tomorrow": 1, "tomorow": 1, "tommorow": 1, "tommorrow": 1, "tmrw": 1, "tomorrow's": 1,
          "yesterday": -1}  # fmt: skip
_MOST = 5000
"""No longer count of days, weeks or months is meant."""
_UNITS = {
    "day": 1, "days": 1, "week": 7, "weeks": 7, "fortnight": 14, "fortnights": 14, "day's": 1, "days'": 1, "week's": 7,
    "weeks'": 7, "weeks's": 7,
}  # fmt: skip
_MONTH_UNITS = {"month": 1, "months": 1, "month's": 1, "months'": 1, "year": 12, "years": 12, "year's": 12}
_PAST_MARKS = frozenset({"ago", "back", "earlier"})
_AHEAD = (("from", "now"), ("from", "today"), ("later",), ("out",), ("time",), ("away",), ("hence",))
_OPENINGS = frozenset({
    "in", "within", "after", "another", "give", "me", "about", "for", "like", "maybe", "next", "need", "say", "the",
    "over", "of",
})  # fmt: skip


Reader = Callable[[Sequence[Token], int, date], Day | None]


def read_days(tokens: Sequence[Token], today: date, before: Day | None = None) -> list[Day]:
    """All days that a text names, in order; `before` is the one that was named last."""
    found: list[Day] = []
    index = 0
    while index < len(tokens):
        named = found[-1] if found else before
        day = (_day_beside(tokens, index, named) if named else None) or _read(tokens, index, today)
        if day is None:
            index += 1
            continue
        near = bool(found) and day.start - found[-1].end <= 1 and not _contrasted(tokens, found[-1], day)
        if near and (joined := _join(found[-1], day)):
            found[-1] = joined
        else:
            found.append(day)
        index = max(day.end, index + 1)
    return found


def _day_beside(tokens: Sequence[Token], index: int, named: Day) -> Day | None:
    """ "Tomorrow's out, the day after", "my check comes on the twelfth, so the Friday after that"."""
    at = index + (word_at(tokens, index) == "the")
    unit, link, then = (word_at(tokens, at + step) for step in range(3))
    weekday = WEEKDAYS.get(unit)
    if link not in {"after", "before"} or (unit not in {"day", "week"} and weekday is None):
        return None
    end = at + 2 + (then in {"that", "then"})
    if end < len(tokens) and not tokens[end - 1].stop and word_at(tokens, end) not in _AFTER_DAY:
        return None
    if weekday is None:
        days = (7 if unit == "week" else 1) * (1 if link == "after" else -1)
        return Day(named.date + timedelta(days), index, end) if at > index else None
    day = next_weekday(named.date, weekday)
    if link == "before":
        day = named.date - timedelta((named.date.weekday() - weekday - 1) % 7 + 1)
    return Day(day, index, end)


_AFTER_DAY = frozenset({"then", "please", "at", "would", "works", "is", "instead", "maybe", "in", "around", "or", "i"})


def _contrasted(tokens: Sequence[Token], first: Day, second: Day) -> bool:
    """ "Monday, not the first", "not the first, Monday": two days, of which one is turned down."""
    paused = tokens[first.end - 1].stop not in ("", "-")
    before = {word_at(tokens, first.start - 1), word_at(tokens, first.start - 2)}
    return word_at(tokens, second.start - 1) == "not" or (paused and "not" in before)


def _read(tokens: Sequence[Token], index: int, today: date) -> Day | None:
    readers: tuple[Reader, ...] = (
        _relative_to_day, written_date, nth_weekday_of_month, edge_of_span, _weekday, month_day, holiday, _plain,
        _offset, calendar_span, ordinal_day,
    )  # fmt: skip
    for reader in readers:
        day = reader(tokens, index, today)
        if day:
            return day
    return None


def _join(first: Day, second: Day) -> Day | None:
    """Two days that name one: "friday the 15th", "next week on tuesday", "friday in two weeks"."""
    day: date | None = None
    pair = {first.kind: first, second.kind: second}
    weekday, week = pair.get("weekday"), pair.get("week") or pair.get("offset")
    if weekday and week and weekday.weekday is not None and (week.vague or week.unit == "week"):
        monday = week.date - timedelta(week.date.weekday())
        day = monday + timedelta(weekday.weekday)
    elif weekday and (exact := pair.get("ordinal") or pair.get("month_day")):
        day = _matching(exact, weekday)
    elif first.kind == "week" and second.kind == "ordinal" and first.unit == "month":
        day = in_month(first.date, second.date.day)
    elif first.kind == "ordinal" and second.kind == "week" and second.unit == "month":
        day = in_month(second.date, first.date.day)
    elif first.kind == "day" and second.kind in {"ordinal", "month_day", "weekday"} and first.date == second.date:
        day = first.date
    return None if day is None else replace(second, date=day, start=first.start, kind="day", vague=False)


def _matching(exact: Day, weekday: Day) -> date:
    """The date that is also that weekday ("friday the 13th"), within a year; else the date."""
    if exact.kind == "month_day" or exact.date.weekday() == weekday.weekday:
        return exact.date
    candidate = exact.date
    for _ in range(13):
        if candidate.weekday() == weekday.weekday:
            return candidate
        candidate = next_day_of_month(candidate, exact.date.day)
    return exact.date


def _relative_to_day(tokens: Sequence[Token], index: int, today: date) -> Day | None:
    """ "a week from saturday", "two days before christmas", "the monday after thanksgiving"."""
    at = index + (word_at(tokens, index) == "the")
    weekday = WEEKDAYS.get(word_at(tokens, at))
    if weekday is not None and at > index - 1 and word_at(tokens, at + 1) in {"after", "before"}:
        base = _base(tokens, at + 2, today)
        if base and base.kind != "weekday":
            step = next_weekday(base.date, weekday)
            if word_at(tokens, at + 1) == "before":
                step = base.date - timedelta((base.date.weekday() - weekday - 1) % 7 + 1)
            return Day(step, index, base.end)
        return None
    count = _count(tokens, at)
    if count is None:
        return None
    amount, after, unit = count
    link = word_at(tokens, after)
    if link not in {"from", "after", "before", "following", "on", "past"} or (link == "on" and unit != "week"):
        return None
    if word_at(tokens, after + 1) in {"now", "that", "then"}:
        return None
    base = _base(tokens, after + 1, today)
    if base is None or (link == "on" and base.kind != "weekday"):
        return None
    sign = -1 if link == "before" else 1
    day = _shift(base.date, unit, amount * sign)
    return Day(day, index, base.end, "offset", unit="")


def _base(tokens: Sequence[Token], index: int, today: date) -> Day | None:
    """The day from which another is counted."""
    for reader in (_relative_plain, written_date, edge_of_span, _weekday, month_day, holiday, _plain, ordinal_day):
        day = reader(tokens, index, today)
        if day:
            return day
    return None


def _relative_plain(tokens: Sequence[Token], index: int, today: date) -> Day | None:
    skip = word_at(tokens, index) in {"this", "the", "coming", "on"} and word_at(tokens, index + 1) not in WEEKDAYS
    return holiday(tokens, index + 1, today) if skip else None


def _count(tokens: Sequence[Token], index: int) -> tuple[int, int, str] | None:
    """A count of days, weeks, months or years: (count, index after it, unit)."""
    word = word_at(tokens, index)
    number = read_number(tokens, index)
    if number is None:
        if word == "next" and word_at(tokens, index + 1) == "day":
            return 1, index + 2, "day"
        value, after = 1, index + (word in {"a", "an"})
        if word not in {"a", "an", "day", "week", "month", "fortnight"}:
            return None
    else:
        if number.value != int(number.value) or number.value > _MOST:
            return None
        value, after = int(number.value), number.end
    after += word_at(tokens, after) in {"more", "full", "whole", "calendar", "of", "or"}
    unit = word_at(tokens, after)
    if unit in _UNITS:
        return value * (14 if unit.startswith("fort") else 1), after + 1, "week" if _UNITS[unit] == 7 else "day"
    if unit in _MONTH_UNITS:
        return value * _MONTH_UNITS[unit], after + 1, "month"
    if unit in WEEKDAYS and unit.endswith("s") and number is not None and word_at(tokens, after + 1) == "from":
        return None
    return None


def _shift(day: date, unit: str, amount: int) -> date:
    if unit == "month":
        return add_months(day, amount)
    return day + timedelta(amount * (7 if unit == "week" else 1))


def _plain(tokens: Sequence[Token], index: int, today: date) -> Day | None:
    word = word_at(tokens, index)
    if word in _TODAY:
        return Day(today + timedelta(_TODAY[word]), index, index + 1, past=_TODAY[word] < 0)
    return None


def _offset(tokens: Sequence[Token], index: int, today: date) -> Day | None:
    """ "in three days", "two weeks from now", "a month ago", "give me a week"."""
    weekdays = _weekdays_from_now(tokens, index, today)
    if weekdays:
        return weekdays
    count = _count(tokens, index)
    if count is None:
        return None
    amount, end, unit = count
    if word_at(tokens, end) in _PAST_MARKS:
        return Day(_shift(today, unit, -amount), index, end + 1, past=True)
    words = tuple(word_at(tokens, end + step) for step in range(2))
    ahead = next((len(mark) for mark in _AHEAD if words[: len(mark)] == mark), 0)
    before = word_at(tokens, index - 1)
    article = word_at(tokens, index) in {"a", "an", "day", "week", "month"}
    opened = before in _OPENINGS or (index == 0 and end + ahead >= len(tokens))
    if before in {"last", "past", "every", "per", "each", "been"} or (
        article and before not in _OPENINGS and not ahead and index
    ):
        return None
    if amount == 1 and unit == "day" and index == 0 and not ahead and word_at(tokens, 0) == "one":
        return None
    if not ahead and not opened:
        return None
    if before in {"for", "the", "of", "over"} and not ahead:
        return None
    return Day(_shift(today, unit, amount), index, end + ahead, "offset", unit=unit)


def _weekdays_from_now(tokens: Sequence[Token], index: int, today: date) -> Day | None:
    """ "two fridays from now"."""
    number = read_number(tokens, index)
    if number is None or number.value != int(number.value) or number.value > _MOST:
        return None
    word = word_at(tokens, number.end)
    if word not in WEEKDAYS or not word.endswith("s") or word_at(tokens, number.end + 1) != "from":
        return None
    first = next_weekday(today, WEEKDAYS[word])
    return Day(first + timedelta(7 * (int(number.value) - 1)), index, number.end + 3)


def _weekday(tokens: Sequence[Token], index: int, today: date) -> Day | None:
    at, modifier = index, ""
    if word_at(tokens, at) in {"next", "this", "last", "coming", "upcoming", "following"}:
        modifier = word_at(tokens, at)
        at += 1
        if word_at(tokens, at) in {"coming", "upcoming", "past", "week"} and word_at(tokens, at + 1) in WEEKDAYS:
            modifier = "last" if word_at(tokens, at) == "past" else modifier
            at += 1
    weekday = WEEKDAYS.get(word_at(tokens, at))
    if weekday is None:
        return None
    if (
        word_at(tokens, at) in {"sat", "sun", "mon", "wed"}
        and not modifier
        and word_at(tokens, at - 1) in {"i", "we", "the"}
    ):
        return None
    end, day = at + 1, next_weekday(today, weekday)
    following = [word_at(tokens, end), word_at(tokens, end + 1)]
    if following == ["after", "next"]:
        day, end = weekday_of_week(today, weekday, 2), end + 2
    elif modifier == "next":
        day = weekday_of_week(today, weekday, 1)
    elif modifier == "last":
        day = next_weekday(today, weekday) - timedelta(7)
        day -= timedelta(7 * (day >= today))
    elif following[0] == "week":
        day, end = day + timedelta(7), end + 1
    past = modifier == "last"
    return Day(day, index, end, "weekday", past, weekday, modifier)
