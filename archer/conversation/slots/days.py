"""Days as people name them: tomorrow, next tuesday, the 15th, a week from saturday, the end of the month.

Rules: the contract of understanding (weeks run Monday to Sunday; a bare weekday is strictly in the future).
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from archer.conversation.slots.calendar_words import (
    MONTHS,
    WEEKDAYS,
    add_months,
    day_number_at,
    holiday_at,
    month_length,
    next_day_of_month,
    next_month_day,
    next_weekday,
    nth_weekday,
    ordinal_at,
    weekday_of_week,
)
from archer.conversation.slots.numerals import read_number, word_at
from archer.conversation.slots.tokens import Token

_TODAY = {"today": 0, "tomorrow": 1, "tomorow": 1, "tommorow": 1, "tommorrow": 1, "tmrw": 1, "tomorrow's": 1,
          "yesterday": -1}  # fmt: skip
_UNITS = {
    "day": 1, "days": 1, "week": 7, "weeks": 7, "fortnight": 14, "fortnights": 14, "day's": 1, "days'": 1, "week's": 7,
    "weeks'": 7, "weeks's": 7,
}  # fmt: skip
_MONTH_UNITS = {"month": 1, "months": 1, "month's": 1, "months'": 1, "year": 12, "years": 12, "year's": 12}
_NOUNS = frozenset(
    "payment payments installment instalment one half thing time step quarter name call person option choice place part "
    "street avenue st ave floor grade bill letter account card portion job shift check paycheck week month year available "
    "offer amount notice try party degree attempt loan mortgage born".split()
)
_PAST_MARKS = frozenset({"ago", "back", "earlier"})
_AHEAD = (("from", "now"), ("from", "today"), ("later",), ("out",), ("time",), ("away",), ("hence",))
_OPENINGS = frozenset("in within after another give me about for like maybe next need say the over of".split())


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


Reader = Callable[[Sequence[Token], int, date], Day | None]


def read_days(tokens: Sequence[Token], today: date) -> list[Day]:
    """All days that a text names, in order."""
    found: list[Day] = []
    index = 0
    while index < len(tokens):
        day = _read(tokens, index, today)
        if day is None:
            index += 1
            continue
        if found and day.start - found[-1].end <= 1 and (joined := _join(found[-1], day, today)):
            found[-1] = joined
        else:
            found.append(day)
        index = max(day.end, index + 1)
    return found


def _read(tokens: Sequence[Token], index: int, today: date) -> Day | None:
    readers: tuple[Reader, ...] = (
        _relative_to_day, _written_date, _nth_weekday_of_month, _edge_of_span, _weekday, _month_day, _holiday, _plain,
        _offset, _week, _ordinal,
    )  # fmt: skip
    for reader in readers:
        day = reader(tokens, index, today)
        if day:
            return day
    return None


def _join(first: Day, second: Day, today: date) -> Day | None:
    """Two days that name one: "friday the 15th", "next week on tuesday", "friday in two weeks"."""
    day: date | None = None
    pair = {first.kind: first, second.kind: second}
    weekday, week = pair.get("weekday"), pair.get("week") or pair.get("offset")
    if weekday and week and weekday.weekday is not None and (week.vague or week.unit == "week"):
        monday = week.date - timedelta(week.date.weekday())
        day = monday + timedelta(weekday.weekday)
    elif weekday and (exact := pair.get("ordinal") or pair.get("month_day")):
        day = _matching(exact, weekday, today)
    elif first.kind == "week" and second.kind == "ordinal" and first.unit == "month":
        day = _in_month(first.date, second.date.day)
    elif first.kind == "ordinal" and second.kind == "week" and second.unit == "month":
        day = _in_month(second.date, first.date.day)
    elif first.kind == "day" and second.kind in {"ordinal", "month_day", "weekday"} and first.date == second.date:
        day = first.date
    return None if day is None else replace(second, date=day, start=first.start, kind="day", vague=False)


def _in_month(first: date, day: int) -> date:
    return first.replace(day=min(day, month_length(first.year, first.month)))


def _matching(exact: Day, weekday: Day, today: date) -> date:
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
    """ "a week from saturday", "the day after tomorrow", "two days before christmas", "the monday after thanksgiving"."""
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
    if word_at(tokens, after + 1) in {"now", "next", "that", "then"} or (
        link == "after" and unit == "week" and amount != 1 and False
    ):
        return None
    base = _base(tokens, after + 1, today)
    if base is None or (link == "on" and base.kind != "weekday"):
        return None
    sign = -1 if link == "before" else 1
    day = _shift(base.date, unit, amount * sign)
    return Day(day, index, base.end, "offset", unit="")


def _base(tokens: Sequence[Token], index: int, today: date) -> Day | None:
    """The day from which another is counted."""
    for reader in (_relative_plain, _written_date, _edge_of_span, _weekday, _month_day, _holiday, _plain, _ordinal):
        day = reader(tokens, index, today)
        if day:
            return day
    return None


def _relative_plain(tokens: Sequence[Token], index: int, today: date) -> Day | None:
    skip = word_at(tokens, index) in {"this", "the", "coming", "on"} and word_at(tokens, index + 1) not in WEEKDAYS
    return _holiday(tokens, index + 1, today) if skip else None


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
        if number.value != int(number.value):
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
    if not ahead and not opened:
        return None
    if before in {"for", "the", "of", "over"} and not ahead:
        return None
    return Day(_shift(today, unit, amount), index, end + ahead, "offset", unit=unit)


def _weekdays_from_now(tokens: Sequence[Token], index: int, today: date) -> Day | None:
    """ "two fridays from now"."""
    number = read_number(tokens, index)
    if number is None or number.value != int(number.value):
        return None
    word = word_at(tokens, number.end)
    if word not in WEEKDAYS or not word.endswith("s") or word_at(tokens, number.end + 1) != "from":
        return None
    first = next_weekday(today, WEEKDAYS[word])
    return Day(first + timedelta(7 * (int(number.value) - 1)), index, number.end + 3)


def _week(tokens: Sequence[Token], index: int, today: date) -> Day | None:
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


def _nth_weekday_of_month(tokens: Sequence[Token], index: int, today: date) -> Day | None:
    """ "the first friday of next month", "the last monday in june", "the last day of the month"."""
    at = index + (word_at(tokens, index) == "the")
    number = -1 if word_at(tokens, at) == "last" else (ordinal_at(tokens, at) or (0, 0))[0]
    if not number:
        return None
    word = word_at(tokens, at + 1)
    weekday = WEEKDAYS.get(word)
    if (weekday is None and word != "day") or word_at(tokens, at + 2) not in {"of", "in"}:
        return None
    month = _month(tokens, at + 3, today)
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


def _month(tokens: Sequence[Token], index: int, today: date) -> tuple[date, int, bool] | None:
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


def _edge_of_span(tokens: Sequence[Token], index: int, today: date) -> Day | None:
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
    month = _month(tokens, at, today)
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


def _written_date(tokens: Sequence[Token], index: int, today: date) -> Day | None:
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
    if not 1 <= month <= 12 or not 1 <= day <= 31:
        return None
    if year:
        if day > month_length(year, month):
            return None
        exact = date(year, month, day)
        return Day(exact, index, end, "month_day", past=exact < today)
    found = next_month_day(today, month, day)
    return None if found is None else Day(found, index, end, "month_day")


def _month_day(tokens: Sequence[Token], index: int, today: date) -> Day | None:
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
        at += word_at(tokens, at) in {"of", "day"}
        at += word_at(tokens, at) == "of"
        month = MONTHS.get(word_at(tokens, at))
        if not month or (month == 5 and ordinal_at(tokens, index) is None and word_at(tokens, at - 1) != "of"
                         and word_at(tokens, index) != "the"):  # fmt: skip
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


def _holiday(tokens: Sequence[Token], index: int, today: date) -> Day | None:
    found = holiday_at(tokens, index, today)
    if found:
        return Day(found[0], index, found[1])
    return None


def _ordinal(tokens: Sequence[Token], index: int, today: date) -> Day | None:
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
    ):
        return None
    if word_at(tokens, at) in {"second", "third", "fourth", "fifth"} and before in {"a", "one", "two"}:
        return None
    if word_at(tokens, end) == "of" and (month := _month(tokens, end + 1, today)):
        first, after, rolls = month
        exact = _in_month(first, day)
        if exact <= today and rolls:
            exact = next_day_of_month(today, day)
        return Day(exact, index, after, "ordinal")
    return Day(next_day_of_month(today, day), index, end, "ordinal")
