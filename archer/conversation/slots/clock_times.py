"""Times of day and spans of hours as people say them: quarter past six, ten of three, fiveish, in half an hour.

Rules: "around" and "-ish" are exact; "ten of three" is 14:50; minutes and hours from now are elapsed time.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal

from archer.conversation.slots.calendar_words import MONTHS
from archer.conversation.slots.numerals import SOUND_ALIKES, TEENS, TENS, UNITS, below_hundred, read_number, word_at
from archer.conversation.slots.tokens import Token

_HOURS = {**{word: value for word, value in UNITS.items() if value}, "ten": 10, "eleven": 11, "twelve": 12}
_NAMED = {"noon": (12, 0), "midday": (12, 0), "noontime": (12, 0), "lunchtime": (12, 0), "midnight": (0, 0)}
_PAST = frozenset({"past", "after"})
_TO = frozenset({"to", "of", "till", "til", "before", "until"})
_CUES = frozenset({
    "at", "around", "about", "by", "after", "before", "until", "till", "til", "between", "from", "past", "like",
    "say", "maybe", "@", "approximately", "roughly", "circa", "closer", "toward", "towards", "near",
})  # fmt: skip
_NOT_HOURS = frozenset({
    "dollars", "bucks", "dollar", "percent", "%", "payments", "payment", "installments", "months", "month", "weeks",
    "week", "days", "day", "years", "year", "hours", "hour", "minutes", "minute", "times", "cents", "people", "kids",
    "grand", "hundred", "thousand", "k", "more", "of", "st", "nd", "rd", "th", "seconds", "options", "monthly",
    "weekly", "street", "avenue", "road",
})  # fmt: skip
ZONES = {
    "eastern": "America/New_York", "est": "America/New_York", "edt": "America/New_York", "et": "America/New_York",
    "central": "America/Chicago", "cst": "America/Chicago", "cdt": "America/Chicago", "mountain": "America/Denver",
    "mst": "America/Denver", "mdt": "America/Denver", "pacific": "America/Los_Angeles", "pst": "America/Los_Angeles",
    "pdt": "America/Los_Angeles", "pt": "America/Los_Angeles", "alaska": "America/Anchorage",
    "hawaii": "Pacific/Honolulu", "hawaiian": "Pacific/Honolulu", "atlantic": "America/Halifax", "utc": "UTC",
    "gmt": "UTC", "arizona": "America/Phoenix",
}  # fmt: skip
"""What callers call their time zone, as IANA names."""


@dataclass(frozen=True, slots=True)
class Clock:
    """A time of day."""

    hour: int
    minute: int
    start: int
    end: int
    half: str = ""
    """`am`, `pm`, or nothing when it was not said."""
    exact: bool = False
    """Said in 24 hours, or as noon or midnight."""
    sure: bool = True
    """Nothing else than a time; a bare number without "at" is not."""
    zone: str = ""


@dataclass(frozen=True, slots=True)
class Span:
    """Elapsed time from now."""

    length: timedelta
    start: int
    end: int
    unit: str
    """`minute` or `hour`."""


def read_clocks(tokens: Sequence[Token]) -> list[Clock]:
    """All times of day, in order."""
    found: list[Clock] = []
    index = 0
    while index < len(tokens):
        clock = _clock(tokens, index)
        if clock is None:
            index += 1
            continue
        found.append(clock)
        index = clock.end
    return found


def _clock(tokens: Sequence[Token], index: int) -> Clock | None:
    clock = _named(tokens, index) or _relative(tokens, index) or _plain(tokens, index)
    if clock is None:
        return None
    return _with_half(tokens, clock, index)


def _named(tokens: Sequence[Token], index: int) -> Clock | None:
    word = word_at(tokens, index)
    skip = int(word in {"12", "twelve", "high"} and word_at(tokens, index + 1) in _NAMED)
    word = word_at(tokens, index + skip)
    if word.endswith("ish") and word[:-3] in _NAMED:
        word = word[:-3]
    if word == "lunch" and word_at(tokens, index + skip + 1) == "time":
        return Clock(12, 0, index, index + 2, exact=True)
    if word not in _NAMED:
        return None
    hour, minute = _NAMED[word]
    return Clock(hour, minute, index, index + skip + 1, exact=True)


def _relative(tokens: Sequence[Token], index: int) -> Clock | None:
    """ "quarter past six", "ten of three", "half past noon", "half five"."""
    at = index + (word_at(tokens, index) in {"a", "about"} and word_at(tokens, index + 1) in {"quarter", "half"})
    word = word_at(tokens, at)
    if word == "half":
        linked = word_at(tokens, at + 1) in _PAST
        hour = _hour(tokens, at + 1 + linked)
        if hour is None or (not linked and hour[2]):
            return None
        return Clock(hour[0], 30, index, hour[1], exact=hour[2])
    if word == "quarter":
        minutes, at = 15, at + 1
    else:
        small = _minutes(tokens, at)
        if small is None:
            return None
        minutes, at = small
        named = word_at(tokens, at) in {"minutes", "minute", "mins", "min"}
        at += named
        if not named and minutes not in {5, 10, 20, 25}:
            return None
    link = word_at(tokens, at)
    if link not in _PAST | _TO:
        return None
    if link == "to" and word_at(tokens, index - 1) in {"from", "between"}:
        return None
    hour = _hour(tokens, at + 1)
    if hour is None:
        return None
    if link in _PAST:
        return Clock(hour[0], minutes, index, hour[1], exact=hour[2])
    before = (hour[0] - 1) % 24 if hour[2] else (hour[0] - 2) % 12 + 1
    return Clock(before, 60 - minutes, index, hour[1], exact=hour[2])


def _minutes(tokens: Sequence[Token], index: int) -> tuple[int, int] | None:
    word = word_at(tokens, index)
    if word.isdecimal() and 0 < int(word) < 60:
        return int(word), index + 1
    small = below_hundred(tokens, index)
    return small if small and 0 < small[0] < 60 else None


def _hour(tokens: Sequence[Token], index: int) -> tuple[int, int, bool] | None:
    """An hour of the clock: (hour, index after it, whether noon or midnight)."""
    word = word_at(tokens, index)
    if word in _NAMED:
        return _NAMED[word][0], index + 1, True
    bare = word.removesuffix("ish")
    if word != bare and bare.isalpha() and bare not in _HOURS:
        bare = {"fiv": "five", "nin": "nine", "on": "one"}.get(bare, bare)
    if bare in _HOURS:
        return _HOURS[bare], index + 1, False
    if bare.isdecimal() and 1 <= int(bare) <= 12:
        return int(bare), index + 1, False
    return None


def _plain(tokens: Sequence[Token], index: int) -> Clock | None:
    """ "5", "5:30", "five thirty", "five oh five", "1530", "seventeen hundred", with or without "at"."""
    cued = word_at(tokens, index - 1) in _CUES and not (index > 1 and tokens[index - 2].word == "how")
    read = _digits(tokens, index, cued) or _words(tokens, index, cued)
    if read is None:
        return None
    if word_at(tokens, index - 1) in {"$", "€", "£"} | set(MONTHS) - {"may"}:
        return None
    after = word_at(tokens, read.end)
    if after in _NOT_HOURS or (after == "and" and word_at(tokens, read.end + 1) == "a"):
        return None
    if word_at(tokens, index - 1) in {"or", "and", "to"} and not read.sure:
        return replace(read, sure=False)
    return replace(read, sure=read.sure or cued)


def _digits(tokens: Sequence[Token], index: int, cued: bool) -> Clock | None:
    word = word_at(tokens, index)
    if ":" in word:
        hour, minute = (int(part) for part in word.split(":"))
        return Clock(hour, minute, index, index + 1, exact=_is_24(hour)) if hour < 24 and minute < 60 else None
    if "." in word and word.replace(".", "").isdecimal():
        whole, _, rest = word.partition(".")
        half = word_at(tokens, index + 1) in {"am", "pm"}
        valid = half and len(rest) == 2 and int(rest) < 60 and 1 <= int(whole or 0) <= 12
        return Clock(int(whole), int(rest), index, index + 1) if valid else None
    if not word.isdecimal():
        return None
    named = word_at(tokens, index + 1) in {"am", "pm", "o'clock", "hours"}
    if len(word) in (3, 4):
        hour, minute = int(word[:-2]), int(word[-2:])
        if hour > 23 or minute > 59 or (hour == 0 and len(word) == 3) or not (cued or named or len(tokens) <= 3):
            return None
        end = index + 1 + (word_at(tokens, index + 1) == "hours")
        return Clock(hour, minute, index, end, exact=_is_24(hour) or word[0] == "0", sure=True)
    hour, following = int(word), word_at(tokens, index + 1)
    if hour > 23 or (hour > 12 and not (cued and following not in {"", "and"})) or hour == 0:
        return None
    if following.isdecimal() and len(following) == 2 and int(following) < 60 and not tokens[index].stop:
        return Clock(hour, int(following), index, index + 2, exact=_is_24(hour), sure=False)
    return Clock(hour, 0, index, index + 1, sure=False) if hour <= 12 else None


def _is_24(hour: int) -> bool:
    return hour > 12 or hour == 0


def _words(tokens: Sequence[Token], index: int, cued: bool) -> Clock | None:
    word = word_at(tokens, index)
    alike = SOUND_ALIKES.get(word, 0) if word not in {"to", "for"} else 0
    if alike and (cued or word == "ate") and _confirms(tokens, index + 1):
        minute = below_hundred(tokens, index + 1)
        return Clock(alike, minute[0] if minute else 0, index, minute[1] if minute else index + 1)
    read = _hour(tokens, index)
    if read is None:
        return _military(tokens, index)
    hour, end, _ = read
    if word.endswith("ish"):
        return Clock(hour, 0, index, end)
    if word_at(tokens, end) == "hundred":
        return Clock(hour, 0, index, end + 2) if word_at(tokens, end + 1) == "hours" else None
    if tokens[end - 1].stop not in ("", "-"):
        return Clock(hour, 0, index, end, sure=False)
    first, second = word_at(tokens, end), word_at(tokens, end + 1)
    if first in {"oh", "o", "zero"} and UNITS.get(second, 0):
        return Clock(hour, UNITS[second], index, end + 2, sure=cued)
    if first in TENS or first in TEENS:
        minute = below_hundred(tokens, end)
        if minute and minute[0] < 60:
            return Clock(hour, minute[0], index, minute[1], sure=False)
    if first.isdecimal() and len(first) == 2 and int(first) < 60:
        return Clock(hour, int(first), index, end + 1, sure=False)
    return Clock(hour, 0, index, end, sure=False)


def _military(tokens: Sequence[Token], index: int) -> Clock | None:
    """ "fifteen thirty", "seventeen hundred hours", "oh eight hundred"."""
    small = below_hundred(tokens, index)
    if word_at(tokens, index) in {"oh", "zero", "o"}:
        small = below_hundred(tokens, index + 1)
    if small is None or not 1 <= small[0] <= 23:
        return None
    hour, end = small
    if word_at(tokens, end) == "hundred":
        named = word_at(tokens, end + 1) == "hours"
        return Clock(hour, 0, index, end + 1 + named, exact=True) if hour > 12 or named else None
    minute = below_hundred(tokens, end)
    if hour > 12 and minute and minute[0] < 60 and word_at(tokens, index - 1) in _CUES:
        return Clock(hour, minute[0], index, minute[1], exact=True)
    return None


def _confirms(tokens: Sequence[Token], index: int) -> bool:
    return word_at(tokens, index) in {"am", "pm", "o'clock", "thirty", "fifteen"}


def _with_half(tokens: Sequence[Token], clock: Clock, start: int) -> Clock:
    """Add what follows the time: ish, o'clock, am or pm, a zone."""
    end, sure, half, zone = clock.end, clock.sure, clock.half, ""
    while end < len(tokens):
        word = word_at(tokens, end)
        if word in {"ish", "sharp", "exactly", "o'clock"}:
            sure = True
        elif word in {"am", "pm"} and not (half or clock.exact):
            half, sure = word, True
        elif word in ZONES and (word_at(tokens, end + 1) not in {"avenue", "street"}):
            zone = ZONES[word]
            end += word_at(tokens, end + 1) in {"time", "standard", "daylight"}
            end += word_at(tokens, end) in {"standard", "daylight"} and word_at(tokens, end + 1) == "time"
        else:
            break
        end += 1
    if clock.exact and word_at(tokens, end) in {"am", "pm"}:
        end += 1
    return replace(clock, start=start, end=end, sure=sure, half=half, zone=zone)


_MOST = 5000
"""No longer count of minutes or hours is meant."""
_SPAN_UNITS = {
    "hour": 3600, "hours": 3600, "hr": 3600, "hrs": 3600, "minute": 60, "minutes": 60, "min": 60, "mins": 60,
    "hour's": 3600,
    "hours'": 3600,
}  # fmt: skip
_OPENINGS = frozenset({
    "in", "within", "after", "another", "give", "me", "about", "like", "need", "maybe", "approximately", "around",
    "for",
})  # fmt: skip
_CLOSINGS = (("from", "now"), ("later",), ("time",), ("from", "right", "now"), ("or", "so"))


def read_spans(tokens: Sequence[Token]) -> list[Span]:
    """All spans of hours and minutes that are counted from now."""
    found: list[Span] = []
    index = 0
    while index < len(tokens):
        span = _span(tokens, index)
        if span:
            found.append(span)
        index = span.end if span else index + 1
    return found


def _span(tokens: Sequence[Token], index: int) -> Span | None:
    read = _length(tokens, index)
    if read is None:
        return None
    seconds, end, unit = read
    if word_at(tokens, end) == "and":
        more = _length(tokens, end + 1)
        if unit == "hour" and [word_at(tokens, end + step) for step in (1, 2)] == ["a", "quarter"]:
            return _opened(tokens, index, seconds + 900, end + 3, unit)
        if [word_at(tokens, end + step) for step in (1, 2)] == ["a", "half"] and (more is None or more[0] == 1800):
            seconds, end = seconds + Decimal(1800 if unit == "hour" else 30), end + 3
            end = more[1] if more else end
        elif more and unit == "hour" and more[2] == "minute":
            seconds, end = seconds + more[0], more[1]
    elif unit == "hour" and (more := _length(tokens, end)) and more[2] == "minute":
        seconds, end = seconds + more[0], more[1]
    if word_at(tokens, end) in {"and"} and word_at(tokens, end + 1) == "half":
        seconds, end = seconds + 1800, end + 2
    return _opened(tokens, index, seconds, end, unit)


def _opened(tokens: Sequence[Token], index: int, seconds: Decimal, end: int, unit: str) -> Span | None:
    """The span, if the words around it count it from now ("in", "from now", "give me")."""
    words = [word_at(tokens, end + step) for step in range(3)]
    if words[0] in {"ago", "late", "early", "past", "to", "of", "each", "every", "before"}:
        return None
    closed = next((len(mark) for mark in _CLOSINGS if tuple(words[: len(mark)]) == mark), 0)
    before = word_at(tokens, index - 1)
    opened = before in _OPENINGS or index == 0
    if before == "for" or (before == "the" and not closed and word_at(tokens, index - 2) not in {"within", "in"}):
        opened = closed > 0
    if before in {"per", "last", "past", "been", "every", "open"} or not (
        opened or closed or before in {"next", "the"}
    ):
        return None
    return Span(timedelta(seconds=float(seconds)), index, end + closed, unit)


def _length(tokens: Sequence[Token], index: int) -> tuple[Decimal, int, str] | None:
    """A length of time: (seconds, index after it, unit)."""
    words = [word_at(tokens, index + step) for step in range(5)]
    if words[0] == "half":
        at = index + 1 + (words[1] in {"a", "an"})
        return (Decimal(1800), at + 1, "hour") if word_at(tokens, at) in {"hour", "hr"} else None
    if words[:3] == ["a", "half", "hour"]:
        return Decimal(1800), index + 3, "hour"
    quarters = {"quarter": 1, "three": 3, "a": 1}.get(words[0], 0)
    if quarters and (words[0] == "quarter" or words[1] in {"quarter", "quarters"}):
        at = index + (1 if words[0] == "quarter" else 2)
        at += word_at(tokens, at) == "of"
        at += word_at(tokens, at) in {"a", "an"}
        return (Decimal(900 * quarters), at + 1, "minute") if word_at(tokens, at) in {"hour", "hr"} else None
    number = read_number(tokens, index)
    value, after = (number.value, number.end) if number else (Decimal(1), index + (words[0] in {"a", "an"}))
    if number is None and words[0] not in {"a", "an", "hour"}:
        return None
    if words[:2] in (["a", "few"], ["a", "lot"]):
        return None
    after += word_at(tokens, after) in {"more", "full", "of", "or", "short"}
    unit = word_at(tokens, after)
    if unit not in _SPAN_UNITS or value > _MOST:
        return None
    return value * _SPAN_UNITS[unit], after + 1, "hour" if _SPAN_UNITS[unit] == 3600 else "minute"
