"""Digits that are no factor of verification: a house, a flat, a year, a time, money, another number."""

import re
from collections.abc import Sequence

from archer.conversation.slots.tokens import Token

_PAUSES = frozenset({",", ".", ";", "?", "!"})
_COUNTED = frozenset({
    "year", "years", "yr", "yrs", "day", "days", "week", "weeks", "month", "months", "minute", "minutes", "hour",
    "hours", "second", "seconds", "sec", "secs", "moment", "percent", "%", "kids", "children", "people", "accounts",
    "cards", "payments", "times", "o'clock", "oclock", "pm", "things", "thing", "of", "more", "time", "addresses",
    "zips", "houses", "places",
})  # fmt: skip
_MONEY = frozenset({"dollar", "dollars", "buck", "bucks", "cents"})
_PLACE = re.compile(
    r"(?:[$€£]|\b(?:apartment|apt|unit|suite|extension|ext|floor|box|road|highway|hwy|route|lot|room|building"
    r"|interstate|(?:street|house|building|order|reference|confirmation) number(?: is)?"
    r"|(?:phone|cell)(?: number)?(?: is|'s)?))$"
)
_TIME = re.compile(
    r"\b(?:(?:born|since|expires?|expiring|expiration|dated|until|year)(?: (?:in|of|on))?"
    r"|(?:opened|started|got|had|signed)(?: \w+){0,2}? in)$"
)
_DATE = re.compile(
    r"(?:/|\b(?:january|february|march|april|june|july|august|september|october|december))$"
)  # "may" and "november" are words of other things
_YEAR = re.compile(r"(?:19|20)\d\d")
_CENTURY = frozenset({"nineteen", "twenty"})
_STREET = re.compile(
    r"^(?:(?!by |the |a |my |same |is |this |that |in |at |on |for |and |zip |last |but |it)[\w']+ ){1,3}?"
    r"(?:street|st|avenue|ave|road|rd|boulevard|blvd|lane|ln|drive|dr|highway|hwy|parkway|pkwy|crescent|cres|court|ct"
    r"|circle|place|pl|terrace|trail|square|way|pike|loop|broadway|plaza|row)\b|^broadway\b"
)


def until_pause(tokens: Sequence[Token]) -> list[str]:
    """The words up to the first pause."""
    words: list[str] = []
    for token in tokens:
        words.append(token.word)
        if token.stop in _PAUSES:
            break
    return words


def of_other(tokens: Sequence[Token], start: int, end: int) -> list[bool]:
    """Which of the digits from one index to another are of something else."""
    led = _led(tokens, start, end)
    tail = _tail(tokens, start, end)
    return [at < led or at >= tail for at in range(start, end)]


def _led(tokens: Sequence[Token], start: int, end: int) -> int:
    """Where the digits end that what stands before them makes something else."""
    before = " ".join(token.word for token in tokens[max(0, start - 4) : start])
    first = tokens[start]
    written = first.is_digits and len(first.word) > 1
    if _DATE.search(before):
        return start + 1 + (end - start > 1 and bool(_YEAR.fullmatch(tokens[start + 1].word)))
    year = bool(_YEAR.fullmatch(first.word)) if written else first.word in _CENTURY
    if _PLACE.search(before) or (year and _TIME.search(before)):
        return start + 1 if written else next((at + 1 for at in range(start, end) if _parted(tokens[at])), end)
    return start


def _tail(tokens: Sequence[Token], start: int, end: int) -> int:
    """Where the digits begin that what follows them makes something else."""
    last = tokens[end - 1]
    if last.stop in _PAUSES or end >= len(tokens):
        return end
    begin = next((at + 1 for at in range(end - 2, start - 1, -1) if _parted(tokens[at])), start)
    if last.is_digits and len(last.word) > 1:
        begin = end - 1
    ahead = until_pause(tokens[end : end + 4])
    small = end - begin < 3 and not (last.is_digits and len(last.word) > 3)
    counts = ahead[0] in _MONEY or (ahead[0] in _COUNTED and small)
    year = ahead[0] == "account" and bool(_YEAR.fullmatch(last.word))
    return begin if counts or year or ahead[0] == "/" or _STREET.search(" ".join(ahead)) else end


def _parted(token: Token) -> bool:
    return token.stop in _PAUSES or token.word == "and"
