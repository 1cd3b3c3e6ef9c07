"""Dates as people say or write them: march fifteenth, the 15th of march, 3/15, the 15th, christmas.

Rules: "the 15th" is the next such day; fixed-date holidays and US Thanksgiving are dates.
"""

import re
from collections.abc import Sequence
from datetime import date

from archer.conversation.slots.calendar_words import (
    MONTHS,
    day_number_at,
    holiday_at,
    may_is_verb,
    month_length,
    next_day_of_month,
    next_month_day,
    ordinal_at,
)
from archer.conversation.slots.day_spans import month_at
from archer.conversation.slots.named_day import Day
from archer.conversation.slots.numerals import read_number, word_at
from archer.conversation.slots.tokens import Token

_NOUNS = frozenset({
    "payment", "payments", "installment", "instalment", "one", "half", "thing", "time", "step", "quarter", "name",
    "call", "person", "option", "choice", "place", "part", "street", "avenue", "st", "ave", "floor", "grade", "bill",
    "letter", "account", "card", "portion", "job", "shift", "check", "paycheck", "week", "month", "year", "available",
    "offer", "amount", "notice", "try", "party", "degree", "attempt", "loan", "mortgage", "born",
})  # fmt: skip


def in_month(first: date, day: int) -> date:
    return first.replace(day=min(day, month_length(first.year, first.month)))


def written_date(tokens: Sequence[Token], index: int, today: date) -> Day | None:
    """ "3/15", "03/15/2027", "2026-03-15"."""
    parts: list[int] = []
    at, mark = index, ""
    while len(parts) < 3 and word_at(tokens, at).isdecimal():
        parts.append(int(word_at(tokens, at)))
        at += 1
        if word_at(tokens, at) == "/" and mark in ("", "/"):
            mark, at = "/", at + 1
        elif tokens[at - 1].stop == "-" and mark in ("", "-"):
            mark = "-"
        else:
            break
    if not mark or len(parts) < (2 if mark == "/" else 3):
        return None
    if parts[0] > 31:
        year, month, day = [*parts, 0][:3]
    else:
        month, day, year = [*parts, 0][:3]
    return _dated(index, at, month, day, year + 2000 if 0 < year < 100 else year, today)


def _dated(index: int, end: int, month: int, day: int, year: int, today: date) -> Day | None:
    if not 1 <= month <= 12 or not 1 <= day <= 31 or (year and not 1900 <= year <= 2200):
        return None
    if year:
        if day > month_length(year, month):
            return None
        exact = date(year, month, day)
        return Day(exact, index, end, "month_day", past=exact < today)
    found = next_month_day(today, month, day)
    return None if found is None else Day(found, index, end, "month_day")


def month_day(tokens: Sequence[Token], index: int, today: date) -> Day | None:
    """ "march fifteenth", "the 15th of march", "15 march 2027"."""
    at = index
    month = MONTHS.get(word_at(tokens, at))
    if month:
        at += 1
        at += word_at(tokens, at) in {"the", "on"}
        read = day_number_at(tokens, at)
        if read is None or word_at(tokens, read[1]) in {"dollars", "bucks", "payments", "pm", "am", "o'clock"}:
            return None
        if read[1] == at + 1 and word_at(tokens, at - 1) == "on":
            return None
        day, at = read
    else:
        at += word_at(tokens, at) == "the"
        read = day_number_at(tokens, at)
        if read is None:
            return None
        day, at = read
        if tokens[at - 1].stop not in ("", "-"):
            return None
        at += word_at(tokens, at) in {"of", "day"}
        at += word_at(tokens, at) == "of"
        month = MONTHS.get(word_at(tokens, at))
        certain = ordinal_at(tokens, index) or word_at(tokens, at - 1) == "of" or word_at(tokens, index) == "the"
        if not month or (month == 5 and not certain and may_is_verb(tokens, at)):
            return None
        at += 1
    year = _year(tokens, at)
    return _dated(index, year[1] if year else at, month, day, year[0] if year else 0, today)


def _year(tokens: Sequence[Token], index: int) -> tuple[int, int] | None:
    words = " ".join(word_at(tokens, index + step) for step in range(4))
    match = re.match(r"(?:of )?(20[2-9]\d)\b", words)
    if match:
        return int(match.group(1)), index + 1 + words.startswith("of ")
    if word_at(tokens, index) == "twenty" and word_at(tokens, index + 1) in {"twenty", "thirty"}:
        number = read_number(tokens, index + 1)
        if number and number.value < 100:
            return 2000 + int(number.value), number.end
    return None


def holiday(tokens: Sequence[Token], index: int, today: date) -> Day | None:
    found = holiday_at(tokens, index, today)
    if found:
        return Day(found[0], index, found[1])
    return None


def ordinal_day(tokens: Sequence[Token], index: int, today: date) -> Day | None:
    """ "the 15th", "the first of next month"."""
    at = index + (word_at(tokens, index) == "the")
    read = ordinal_at(tokens, at)
    if read is None:
        return None
    day, end = read
    numeric = word_at(tokens, at)[0].isdigit() or end > at + 1
    before = word_at(tokens, index - 1)
    if word_at(tokens, end) in _NOUNS and not tokens[end - 1].stop:
        return None
    if (
        not numeric
        and at == index
        and before not in {"on", "by", "until", "till", "before", "after", "like", "around", "about", ""}
        and not (before == "every" and word_at(tokens, end) in {"", "of", "please", "then", "would", "works"})
    ):
        return None
    if word_at(tokens, at) in {"second", "third", "fourth", "fifth"} and before in {"a", "one", "two"}:
        return None
    if word_at(tokens, end) == "of" and (month := month_at(tokens, end + 1, today)):
        first, after, rolls = month
        exact = in_month(first, day)
        if exact <= today and rolls:
            exact = next_day_of_month(today, day)
        return Day(exact, index, after, "ordinal")
    return Day(next_day_of_month(today, day), index, end, "ordinal")
