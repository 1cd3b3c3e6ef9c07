"""Names of days, months, numbers of days and holidays, and the calendar arithmetic on them.

Weeks run Monday to Sunday. Holidays: the fixed dates of the United States and Canada, and those that federal law
(5 U.S.C. 6103) sets on a weekday of a month.
"""

import calendar
from collections.abc import Sequence
from datetime import date, timedelta

from archer.conversation.slots.numerals import TEENS, TENS, UNITS, word_at
from archer.conversation.slots.tokens import Phrases, Token

WEEKDAYS = {
    "monday": 0, "mon": 0, "tuesday": 1, "tues": 1, "tue": 1, "toosday": 1, "wednesday": 2, "wed": 2, "weds": 2,
    "wensday": 2, "thursday": 3, "thurs": 3, "thur": 3, "thu": 3, "friday": 4, "fri": 4, "saturday": 5, "sat": 5,
    "sunday": 6, "sun": 6, "mondays": 0, "tuesdays": 1, "wednesdays": 2, "thursdays": 3, "fridays": 4, "saturdays": 5,
    "sundays": 6, "monday's": 0, "tuesday's": 1, "wednesday's": 2, "thursday's": 3, "friday's": 4, "saturday's": 5,
    "sunday's": 6,
}  # fmt: skip
MONTHS = {
    "january": 1, "jan": 1, "february": 2, "feb": 2, "febuary": 2, "march": 3, "mar": 3, "april": 4, "apr": 4, "may": 5,
    "june": 6, "jun": 6, "july": 7, "jul": 7, "august": 8, "aug": 8, "september": 9, "sept": 9, "sep": 9, "october": 10,
    "oct": 10, "november": 11, "nov": 11, "december": 12, "dec": 12,
}  # fmt: skip
_ORDINAL_UNITS = {
    "first": 1, "second": 2, "third": 3, "fourth": 4, "forth": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8,
    "ninth": 9,
}  # fmt: skip
_ORDINALS = {
    **_ORDINAL_UNITS, "tenth": 10, "eleventh": 11, "twelfth": 12, "thirteenth": 13, "fourteenth": 14, "fifteenth": 15,
    "sixteenth": 16, "seventeenth": 17, "eighteenth": 18, "nineteenth": 19, "twentieth": 20, "thirtieth": 30,
}  # fmt: skip
_FIXED = {
    "new year's day": (1, 1), "new years day": (1, 1), "new year's": (1, 1), "new years": (1, 1),
    "the new year": (1, 1),
    "new year": (1, 1), "new year's eve": (12, 31), "new years eve": (12, 31), "valentine's day": (2, 14),
    "valentines day": (2, 14), "valentine's": (2, 14), "valentines": (2, 14), "groundhog day": (2, 2),
    "saint patrick's day": (3, 17), "st patrick's day": (3, 17), "st patricks day": (3, 17), "st paddy's day": (3, 17),
    "saint patricks day": (3, 17), "april fools": (4, 1), "april fool's day": (4, 1), "april fools day": (4, 1),
    "tax day": (4, 15), "earth day": (4, 22), "cinco de mayo": (5, 5), "flag day": (6, 14), "juneteenth": (6, 19),
    "canada day": (7, 1), "independence day": (7, 4), "halloween": (10, 31), "veterans day": (11, 11),
    "veteran's day": (11, 11), "veterans' day": (11, 11), "remembrance day": (11, 11), "christmas eve": (12, 24),
    "xmas eve": (12, 24), "christmas day": (12, 25), "christmas": (12, 25), "xmas": (12, 25), "boxing day": (12, 26),
    "all saints day": (11, 1), "saint valentine's day": (2, 14), "bastille day": (7, 14), "pi day": (3, 14),
}  # fmt: skip
_FLOATING = {
    "thanksgiving": (11, 3, 4), "thanksgiving day": (11, 3, 4), "turkey day": (11, 3, 4), "labor day": (9, 0, 1),
    "memorial day": (5, 0, -1), "martin luther king day": (1, 0, 3), "mlk day": (1, 0, 3), "presidents day": (2, 0, 3),
    "presidents' day": (2, 0, 3), "president's day": (2, 0, 3), "columbus day": (10, 0, 2),
    "indigenous peoples day": (10, 0, 2), "mother's day": (5, 6, 2), "mothers day": (5, 6, 2),
    "father's day": (6, 6, 3), "fathers day": (6, 6, 3),
}  # fmt: skip
_HOLIDAY_PHRASES = Phrases([*_FIXED, *_FLOATING, "black friday"])


def ordinal_at(tokens: Sequence[Token], index: int) -> tuple[int, int] | None:
    """A day of the month as an ordinal ("15th", "twenty first"): (day, index after it)."""
    word = word_at(tokens, index)
    if word[:1].isdigit() and word[-2:] in {"st", "nd", "rd", "th"}:
        day = int(word[:-2])
        return (day, index + 1) if 1 <= day <= 31 else None
    following = word_at(tokens, index + 1)
    if word in {"twenty", "thirty"} and following in _ORDINAL_UNITS:
        day = TENS[word] + _ORDINAL_UNITS[following]
        return (day, index + 2) if day <= 31 else None
    if word.isdecimal() and len(word) <= 2 and 1 <= int(word) <= 31 and following in {"st", "nd", "rd", "th"}:
        return int(word), index + 2
    return (_ORDINALS[word], index + 1) if word in _ORDINALS else None


def day_number_at(tokens: Sequence[Token], index: int) -> tuple[int, int] | None:
    """A day of the month, ordinal or plain ("fifteen", "23"): (day, index after it)."""
    ordinal = ordinal_at(tokens, index)
    if ordinal:
        return ordinal
    word, following = word_at(tokens, index), word_at(tokens, index + 1)
    if word.isdecimal() and len(word) <= 2 and 1 <= int(word) <= 31:
        return int(word), index + 1
    if word in TEENS or (UNITS.get(word)):
        return TEENS.get(word) or UNITS[word], index + 1
    if word in {"twenty", "thirty"}:
        unit = UNITS.get(following, 0)
        day = TENS[word] + unit
        return (day, index + 1 + (unit > 0)) if day <= 31 else None
    return None


_AFTER_MAY = frozenset({
    "be", "have", "need", "want", "take", "work", "still", "well", "also", "get", "go", "seem", "sound", "help", "i",
    "we", "you", "he", "she", "it", "they", "just", "even", "do", "pay", "come", "cost", "cover", "become", "make",
})  # fmt: skip


def may_is_verb(tokens: Sequence[Token], index: int) -> bool:
    """Whether a "may" after a number is no month: "twenty may be too much"; "start twenty may" names a day."""
    after = word_at(tokens, index + 1)
    after = word_at(tokens, index + 2) if after == "not" else after
    return after in _AFTER_MAY and not tokens[index].stop


_BEFORE_MAY = frozenset({"i", "you", "we", "he", "she", "it", "they", "that", "this", "which", "who", "there"})
_DAYS_OF_MONTH = 31


def in_date(tokens: Sequence[Token], start: int, end: int) -> bool:
    """Whether the number between two indices is the day of a month that is named beside it: "twenty may"."""
    after, before = word_at(tokens, end), word_at(tokens, start - 1)
    paused = tokens[end - 1].stop not in ("", "-")
    if not paused and after == "of" and word_at(tokens, end + 1) in MONTHS:
        return True
    if not paused and after in MONTHS and (after not in {"may", "march"} or not may_is_verb(tokens, end)):
        return True
    if before in {"twenty", "thirty"}:
        start, before = start - 1, word_at(tokens, start - 2)
    if before not in MONTHS or tokens[start - 1].stop not in ("", "-"):
        return False
    return before != "may" or word_at(tokens, start - 2) not in _BEFORE_MAY


def holiday_at(tokens: Sequence[Token], index: int, today: date) -> tuple[date, int] | None:
    """The next holiday of the name that stands at an index, today excluded: (date, index after it)."""
    length = _HOLIDAY_PHRASES.longest(tokens, index)
    if not length:
        return None
    name = " ".join(token.word for token in tokens[index : index + length])
    if name == "new year" and word_at(tokens, index - 1) not in {"the", "after", "by", "until", "till", "new"}:
        return None
    years = (today.year, today.year + 1)
    days = [_holiday(name, year) for year in years]
    return next(day for day in days if day > today), index + length


def _holiday(name: str, year: int) -> date:
    if name in _FIXED:
        month, day = _FIXED[name]
        return date(year, month, day)
    if name == "black friday":
        return nth_weekday(year, 11, 3, 4) + timedelta(1)
    month, weekday, number = _FLOATING[name]
    return nth_weekday(year, month, weekday, number)


def nth_weekday(year: int, month: int, weekday: int, number: int) -> date:
    """The n-th weekday of a month; the last when `number` is -1, also when there is no fifth."""
    days = [day for day in range(1, month_length(year, month) + 1) if date(year, month, day).weekday() == weekday]
    return date(year, month, days[-1] if number < 0 or number > len(days) else days[number - 1])


def month_length(year: int, month: int) -> int:
    """How many days a month has."""
    return calendar.monthrange(year, month)[1]


def add_months(day: date, months: int) -> date:
    """The same day some months on, or the last of that month when it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, month_length(year, month + 1)))


def next_weekday(today: date, weekday: int) -> date:
    """The next such day, strictly in the future."""
    return today + timedelta((weekday - today.weekday() - 1) % 7 + 1)


def weekday_of_week(today: date, weekday: int, weeks: int) -> date:
    """The weekday in the calendar week that lies some weeks ahead (0: this week)."""
    return today - timedelta(today.weekday()) + timedelta(7 * weeks + weekday)


def next_day_of_month(today: date, day: int, include_today: bool = False) -> date:
    """The next date with that day of the month."""
    year, month = today.year, today.month
    while True:
        if day <= month_length(year, month):
            found = date(year, month, day)
            if found > today or (include_today and found == today):
                return found
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)


def next_month_day(today: date, month: int, day: int) -> date | None:
    """The next such date, today included; None when no year has it."""
    for year in range(today.year, today.year + 9):
        if day <= month_length(year, month) and date(year, month, day) >= today:
            return date(year, month, day)
    return None
