"""Digits as they are read out: "oh", "double" and "triple" included."""

import re

from archer.conversation.words import spoken

_DIGIT_OF = {"oh": "0", **{word: str(value) for value, word in enumerate(spoken.DIGITS)}}
_TIMES = {"double": 2, "triple": 3}


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
