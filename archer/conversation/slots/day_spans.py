"""Days at the edge of a span: the end of the month, next week, mid june, the last friday of the month.

Rules: the end of a month is its last day; weeks run Monday to Sunday; a span stands for its first day.
"""

from collections.abc import Sequence
from datetime import date, timedelta

from archer.conversation.slots.calendar_words import (
    MONTHS,
    WEEKDAYS,
    add_months,
    month_length,
    nth_weekday,
    ordinal_at,
    weekday_of_week,
)
from archer.conversation.slots.named_day import Day
from archer.conversation.slots.numerals import word_at
from archer.conversation.slots.tokens import Token


def calendar_span(tokens: Sequence[Token], index: int, today: date) -> Day | None:
    """Spans that stand for their first day: next week, this weekend, next month."""
    words = [word_at(tokens, index + step) for step in range(4)]
    if words[:3] == ["week", "after", "next"] or words[:4] == ["the", "week", "after", "next"]:
        start = weekday_of_week(today, 0, 2)
        return Day(start, index, index + (4 if words[0] == "the" else 3), "week", vague=True)
    if words[0] in {"next", "following"} and words[1] in {"week", "week's"}:
        return Day(weekday_of_week(today, 0, 1), index, index + 2, "week", vague=True)
    if words[:2] == ["this", "week"]:
        return Day(today, index, index + 2, "week", vague=True)
    if words[0] in {"next", "following"} and words[1] in {"weekend"}:
        return Day(weekday_of_week(today, 5, 1), index, index + 2, "week", vague=True)
    if words[0] == "weekend" or (words[0] == "this" and words[1] == "weekend"):
        saturday = today if today.weekday() >= 5 else weekday_of_week(today, 5, 0)
        return Day(saturday, index, index + (2 if words[0] == "this" else 1), "week", vague=True)
    if words[0] in {"next", "following"} and words[1] in {"month", "month's"}:
        return Day(add_months(today.replace(day=1), 1), index, index + 2, "week", unit="month")
    if words[0] in {"next", "following"} and words[1] == "year":
        return Day(date(today.year + 1, 1, 1), index, index + 2, "week", unit="year")
    return None


def nth_weekday_of_month(tokens: Sequence[Token], index: int, today: date) -> Day | None:
    """ "the first friday of next month", "the last monday in june", "the last day of the month"."""
    at = index + (word_at(tokens, index) == "the")
    number = -1 if word_at(tokens, at) == "last" else (ordinal_at(tokens, at) or (0, 0))[0]
    if not number:
        return None
    word = word_at(tokens, at + 1)
    weekday = WEEKDAYS.get(word)
    if (weekday is None and word != "day") or word_at(tokens, at + 2) not in {"of", "in"}:
        return None
    month = month_at(tokens, at + 3, today)
    if month is None:
        return None
    for first in (month[0], add_months(month[0], 1 if month[2] else 12)):
        if weekday is None:
            day = first.replace(day=month_length(first.year, first.month) if number < 0 else number)
        else:
            day = nth_weekday(first.year, first.month, weekday, number)
        if day > today:
            return Day(day, index, month[1])
    return None


def month_at(tokens: Sequence[Token], index: int, today: date) -> tuple[date, int, bool] | None:
    """A month: (its first day, index after it, whether it is this month and may roll on)."""
    first = today.replace(day=1)
    words = [word_at(tokens, index + step) for step in range(3)]
    if words[0] in {"the", "this", "each", "every"} and words[1] in {"month", "current"}:
        return first, index + 2, words[0] != "this"
    if words[0] == "month":
        return first, index + 1, True
    if words[0] in {"the", "next"} and words[1] in {"next", "following", "month"} and "month" in words:
        return add_months(first, 1), index + words.index("month") + 1, False
    if words[0] in {"the", "this"} and words[1] in MONTHS:
        words, index = words[1:], index + 1
    if words[0] in MONTHS:
        month = MONTHS[words[0]]
        return date(today.year + (month < today.month), month, 1), index + 1, False
    return None


def edge_of_span(tokens: Sequence[Token], index: int, today: date) -> Day | None:
    """ "end of the month", "beginning of next week", "mid june", "month end"."""
    words = [word_at(tokens, index + step) for step in range(2)]
    if words in (["month", "end"], ["month's", "end"]):
        return Day(_last(today), index, index + 2)
    if words in (["year", "end"], ["year's", "end"]):
        return Day(date(today.year, 12, 31), index, index + 2)
    edge = words[0]
    if edge not in {"end", "beginning", "start", "middle", "mid", "first", "1st", "early", "late", "ending"}:
        return None
    at = index + 1
    if edge in {"mid", "early", "late"}:
        at += word_at(tokens, at) in {"in", "of"}
    elif word_at(tokens, at) == "of":
        at += 1
    else:
        return None
    month = month_at(tokens, at, today)
    if month:
        return _edge_of_month(edge, index, month, today)
    span = [word_at(tokens, at + step) for step in range(2)]
    ahead = 1 if "next" in span else 0
    if (
        span[0] in {"the", "this", "next", "week", "year"}
        and ("week" in span or "year" in span)
        and edge not in {"first", "1st"}
    ):
        noun = "week" if "week" in span else "year"
        end = at + span.index(noun) + 1
        late, middle = edge in {"end", "late", "ending"}, edge in {"middle", "mid"}
        if noun == "year":
            return Day(date(today.year + ahead, 12, 31) if late else date(today.year + (ahead or 1), 1, 1), index, end)
        day = weekday_of_week(today, 6 if late else 2 if middle else 0, ahead)
        return Day(day if day > today or late else day + timedelta(7), index, end)
    return None


def _last(day: date) -> date:
    return day.replace(day=month_length(day.year, day.month))


def _edge_of_month(edge: str, index: int, month: tuple[date, int, bool], today: date) -> Day:
    first, end, rolls = month
    if edge in {"end", "late", "ending"}:
        return Day(_last(first), index, end)
    number = 15 if edge in {"middle", "mid"} else 1
    day = first.replace(day=number)
    if day <= today:
        day = add_months(day, 1 if rolls or first == today.replace(day=1) else 12)
    return Day(day, index, end)
