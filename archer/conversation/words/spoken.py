"""Say numbers for the ear: money, dates, times and digits as an American English voice would read them.

Written out in words, because a synthesiser left alone with "$412.35" or "11/27" guesses. Needs nothing but the
standard library, so that the tools can word their sentences with it too.
"""

from datetime import date as Date
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal

_ONES = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"),
    *("ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
)
_TENS = ["zero", "ten", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_SCALES = ((1_000_000_000, "billion"), (1_000_000, "million"), (1_000, "thousand"))
_IRREGULAR = {
    "one": "first",
    "two": "second",
    "three": "third",
    "five": "fifth",
    "eight": "eighth",
    "nine": "ninth",
    "twelve": "twelfth",
}
DIGITS = _ONES[:10]
"""The words for 0 to 9."""
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_WEEKDAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]


def cardinal(number: int) -> str:
    """A whole number in words: 412 is "four hundred twelve". Raises ValueError from a trillion on."""
    if number < 0:
        return f"minus {cardinal(-number)}"
    if number < 20:
        return _ONES[number]
    if number < 100:
        tens, ones = divmod(number, 10)
        return _TENS[tens] + (f"-{_ONES[ones]}" if ones else "")
    if number < 1000:
        hundreds, rest = divmod(number, 100)
        return f"{_ONES[hundreds]} hundred" + (f" {cardinal(rest)}" if rest else "")
    for scale, name in _SCALES:
        if number >= scale:
            count, rest = divmod(number, scale)
            if count >= 1000:
                raise ValueError(f"{number} is too large to be spoken")
            return f"{cardinal(count)} {name}" + (f" {cardinal(rest)}" if rest else "")
    raise AssertionError(number)


def ordinal(number: int) -> str:
    """A rank in words: 27 is "twenty-seventh"."""
    words = cardinal(number)
    cut = max(words.rfind("-"), words.rfind(" ")) + 1
    head, last = words[:cut], words[cut:]
    if last in _IRREGULAR:
        return head + _IRREGULAR[last]
    return head + (f"{last[:-1]}ieth" if last.endswith("y") else f"{last}th")


def money(amount: Decimal | str | int) -> str:
    """US or Canadian dollars in words: "412.35" is "four hundred twelve dollars and thirty-five cents".

    Rounds half up to the cent. Raises ValueError for what is no number.
    """
    try:
        value = Decimal(str(amount)).quantize(Decimal("0.01"), ROUND_HALF_UP)
    except ArithmeticError as error:
        raise ValueError(f"not an amount of money: {amount!r}") from error
    total = int(abs(value) * 100)
    dollars, cents = divmod(total, 100)
    parts = []
    if dollars or not cents:
        parts.append(f"{cardinal(dollars)} dollar{'' if dollars == 1 else 's'}")
    if cents:
        parts.append(f"{cardinal(cents)} cent{'' if cents == 1 else 's'}")
    return ("minus " if value < 0 else "") + " and ".join(parts)


def date(day: Date | str, today: Date | None = None) -> str:
    """A calendar day in words: "Friday, November twenty-seventh".

    The year follows when `today` is given and lies in another year. A string is read as ISO 8601; of a date and
    time the date counts. Raises ValueError for what is no date.
    """
    if isinstance(day, str):
        day = datetime.fromisoformat(day).date()
    words = f"{_WEEKDAYS[day.weekday()]}, {_MONTHS[day.month - 1]} {ordinal(day.day)}"
    return words if today is None or today.year == day.year else f"{words}, {year(day.year)}"


def year(number: int) -> str:
    """A year in words: 2027 is "twenty twenty-seven", 2005 "two thousand five"."""
    century, rest = divmod(number, 100)
    if 2000 <= number < 2010 or number % 1000 == 0:
        return cardinal(number)
    if rest == 0:
        return f"{cardinal(century)} hundred"
    return f"{cardinal(century)} {'oh ' if rest < 10 else ''}{cardinal(rest)}"


def time(moment: datetime) -> str:
    """The time of day in words, in the zone that `moment` carries: "five thirty p.m.", "noon"."""
    hour, minute = moment.hour, moment.minute
    if minute == 0 and hour in (0, 12):
        return "noon" if hour else "midnight"
    words = cardinal(hour % 12 or 12)
    if minute:
        words += f" {'oh ' if minute < 10 else ''}{cardinal(minute)}"
    return f"{words} {'a.m.' if hour < 12 else 'p.m.'}"


def digits(text: str) -> str:
    """The digits of `text` one by one: "4321" is "four three two one"; everything else is left out."""
    return " ".join(_ONES[int(c)] for c in text if c in "0123456789")


def phone(number: str) -> str:
    """A phone number digit by digit in its groups: "+18005550100" is "eight zero zero, five five five, …"."""
    plain = "".join(c for c in number if c in "0123456789")
    if len(plain) == 11 and plain[0] == "1":
        plain = plain[1:]
    if len(plain) != 10:
        return digits(plain)
    return ", ".join(digits(part) for part in (plain[:3], plain[3:6], plain[6:]))


def choices(items: list[str], word: str = "or") -> str:
    """A spoken list: "three, six or twelve"."""
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} {word} {items[-1]}" if items else ""
