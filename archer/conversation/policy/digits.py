"""Digits as they are read out: "oh", "double" and "triple" included, and which of two factors comes first."""

import itertools
import re

from archer.conversation.words import spoken

_DIGIT_OF = {"oh": "0", **{word: str(value) for value, word in enumerate(spoken.DIGITS)}}
_TIMES = {"double": 2, "triple": 3}


def names_code_first(text: str) -> bool:
    """The postal code is named before any digit."""
    words = re.findall(r"[a-z]+|\d", text.lower())
    lead = list(itertools.takewhile(lambda word: not (word.isdigit() or word in _DIGIT_OF or word in _TIMES), words))
    return "zip" in lead or "postal" in lead


def digits_in(text: str) -> str:
    """The digits of a text in order, "oh", "double" and "triple" included."""
    digits, times = "", 1
    for word in re.findall(r"[a-z]+|\d", text.lower()):
        if word in _TIMES:
            times = _TIMES[word]
            continue
        digit = word if word.isdigit() else _DIGIT_OF.get(word)
        digits += digit * times if digit else ""
        times = 1
    return digits
