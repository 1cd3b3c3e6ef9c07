"""Cut a text into words and numbers that remember where they stood, and read the digits that words may stand for.

Amounts, dates, times and complete phone numbers are recognised here by their written shape, so that their digits are
never taken for a piece of something else.
"""

import re
import unicodedata
from typing import NamedTuple

from archer.compliance.redaction.lexicon import (
    DIGITS,
    MASKS,
    OPTIONAL_ZERO,
    PLURALS,
    SCALES,
    TEENS,
    TENS,
    TIMES,
    UNITS,
    WEAK,
)

_MASK = "|".join(re.escape(mask) for mask in MASKS.values())
_TOKEN = re.compile(
    rf"""
    (?P<mask>{_MASK})
    |(?P<amount>
        (?:[$€£]|\b(?:usd|eur|gbp|cad)\b)\s?\d[\d,]*(?:\.\d+)?
        |(?<![\d.,])\d{{1,3}}(?:,\d{{3}}){{1,2}}(?:\.\d\d)?(?![\d,]|\.\d)
        |(?<![\d.])\d+\.\d\d?(?![\d]|\.\d)
        |(?<![\d.])\d+(?:\.\d+)?\s?%
    )
    |(?P<date>
        (?<![\d/-])\d{{1,2}}/\d{{1,2}}(?:/\d{{2,4}})?(?![\d/-])
        |(?<![\d/-])\d{{1,2}}/\d{{4}}(?![\d/-])
        |(?<![\d-])(?:19|20)\d\d-(?:0\d|1[0-2])-(?:[0-2]\d|3[01])(?![\d-])
        |(?<![\d-])(?:[0-2]?\d|3[01])-(?:[0-2]?\d|3[01])-(?:19|20)\d\d(?![\d-])
        |(?<![\d-])(?<!\d\s)(?:0?[1-9]|1[0-2])\s(?:0?[1-9]|[12]\d|3[01])\s(?:19|20)\d\d(?![\s-]?\d)
        |(?<!\d)\d{{1,2}}:\d{{2}}(?::\d\d)?(?!\d)
        |\d+(?:st|nd|rd|th)\b
    )
    |(?P<phone>
        \+1[-. ]?\(?\d{{3}}\)?[-. ]?\d{{3}}[-. ]?\d{{4}}(?!\d)
        |\+(?!1\d{{3}})\d{{1,3}}(?:[-. ]?\(?\d{{2,4}}\)?){{2,4}}(?!\d)
        |(?<!\d)(?<!\d[-.\s])(?:1[-.\s])?\([2-9]\d\d\)\s?[2-9]\d\d[-.\s]?\d{{4}}(?![-.\s]?\d)
        |(?<!\d)(?<!\d[-.\s])(?:1[-.\s])?[2-9]\d\d[-.\s][2-9]\d\d[-.\s]\d{{4}}(?![-.\s]?\d)
        |(?<!\d)(?<!\d[-.\s])1?[2-9]\d\d[2-9]\d{{6}}(?![-.\s]?\d)
    )
    |(?P<plural>\d['’]?s\b)
    |(?P<name>cvv2|cvc2)
    |(?P<digits>(?<![^\W_])[ol|]*\d[\dol|]+(?![^\W_])|\d+)
    |(?P<word>[^\W\d_]+(?:['’][^\W\d_]+)*)
    |(?P<hash>\#)
    """,
    re.VERBOSE | re.IGNORECASE,
)
_LOOK_ALIKES = str.maketrans("ol|", "011")
_STOPS = frozenset({". ", "! "})
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")


class Token(NamedTuple):
    """A word or number and where it stands in the text."""

    kind: str
    """mask, amount, date, phone, digits, word or hash."""
    text: str
    """Lower case; ASCII digits."""
    start: int
    end: int
    stops: bool = False
    """Whether a sentence ends right after it and another follows on the line."""


class Edge(NamedTuple):
    """Tokens [start, end) may stand for `digits`."""

    end: int
    digits: str


def tokenize(text: str) -> list[Token]:
    """All tokens of a text, in order."""
    tokens = []
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup or "word"
        raw = match.group().lower().replace("’", "'")
        if kind == "digits" and not raw.isascii():
            raw = "".join(str(unicodedata.decimal(character)) for character in raw if character.isdecimal())
        if kind == "digits":
            raw = raw.translate(_LOOK_ALIKES)
        if kind in {"plural", "name"}:
            kind = "word"
        stops = text[match.end() : match.end() + 2] in _STOPS
        tokens.append(Token(kind, raw, match.start(), match.end(), stops))
    return tokens


def is_numeric(token: Token) -> bool:
    """Whether the token alone can be part of a dictated number."""
    if token.kind == "digits":
        return True
    word = token.text
    return token.kind == "word" and (word in DIGITS or word in TEENS or word in TENS or word in PLURALS)


def edges(tokens: list[Token], index: int) -> list[Edge]:
    """What the tokens from `index` on may stand for; empty when no number starts there."""
    token = tokens[index]
    word = token.text
    if token.kind == "phone":
        return [] if word[0] == "+" else [Edge(index + 1, re.sub(r"\D", "", word))]
    if token.kind == "digits":
        scaled = _scaled(tokens, index, int(word), index + 1) if len(word) < 3 else []
        return scaled or [Edge(index + 1, word)]
    if token.kind != "word":
        return []
    if word in TIMES:
        return _times(tokens, index)
    if word in PLURALS:
        return [Edge(index + 1, PLURALS[word])]
    if word in DIGITS:
        found = _scaled(tokens, index, UNITS.get(word, 0), index + 1) or [Edge(index + 1, DIGITS[word])]
        if word in OPTIONAL_ZERO:
            found.append(Edge(index + 1, ""))
        return [*found, *_counted_plural(tokens, index)]
    if word in TEENS:
        return _scaled(tokens, index, TEENS[word], index + 1) or [Edge(index + 1, str(TEENS[word]))]
    if word in TENS:
        return _tens(tokens, index)
    if word in WEAK:
        return [Edge(index + 1, WEAK[word]), Edge(index + 1, "")]
    return []


def _tens(tokens: list[Token], index: int) -> list[Edge]:
    value = TENS[tokens[index].text]
    found = _scaled(tokens, index, value, index + 1) or [Edge(index + 1, str(value))]
    if index + 1 < len(tokens):
        following = tokens[index + 1]
        unit = UNITS.get(following.text) or (
            int(following.text) if following.kind == "digits" and len(following.text) == 1 else 0
        )
        unit = unit or int(WEAK.get(following.text, "0"))
        if unit:
            joined = _scaled(tokens, index, value + unit, index + 2) or [Edge(index + 2, str(value + unit))]
            found = [*joined, *found] if following.start - tokens[index].end == 1 else [*found, *joined]
    return found


def _times(tokens: list[Token], index: int) -> list[Edge]:
    if index + 1 >= len(tokens):
        return []
    word, times = tokens[index + 1].text, TIMES[tokens[index].text]
    digit = DIGITS.get(word) or WEAK.get(word) or PLURALS.get(word)
    if digit is None and tokens[index + 1].kind == "digits":
        return [Edge(index + 2, word[0] * times + word[1:])] if len(word) < 3 else []
    return [Edge(index + 2, digit * times)] if digit else []


def _counted_plural(tokens: list[Token], index: int) -> list[Edge]:
    """ "four ones" is 1111."""
    count = UNITS.get(tokens[index].text, 0)
    digit = PLURALS.get(tokens[index + 1].text) if index + 1 < len(tokens) else None
    return [Edge(index + 2, digit * count)] if digit and 2 <= count <= 8 else []


def _scaled(tokens: list[Token], start: int, value: int, index: int) -> list[Edge]:
    """Readings of a value followed by "hundred" or "thousand", with or without what comes after it."""
    if value == 0 or index >= len(tokens) or tokens[index].text not in SCALES:
        return []
    scale = 100 if tokens[index].text == "hundred" else 1000
    found = [Edge(index + 1, str(value * scale))]
    after = index + 1
    if after < len(tokens) and tokens[after].text == "and":
        after += 1
    if after < len(tokens) and is_numeric(tokens[after]) and after > start:
        for edge in edges(tokens, after):
            if edge.digits and not edge.digits.startswith("0") and int(edge.digits) < scale:
                found.append(Edge(edge.end, str(value * scale + int(edge.digits))))
    return found


def without_invisible(text: str) -> str:
    """The text without characters that show nothing and could hide a digit run."""
    return _INVISIBLE.sub("", text)
