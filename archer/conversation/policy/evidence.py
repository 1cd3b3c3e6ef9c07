"""Telling words: what stands for a right, a wish or a misfortune, read from lexicon.toml, and a few forms of speech.

They do not classify; they say whether a label has any word to rest on (`readings.py`, `weighing.py`).
"""

import re
import tomllib
from importlib import resources

_SEPARATOR = re.compile(r"\s+\|\s+|\n")


def _pattern(words: str, *, whole: bool) -> re.Pattern[str]:
    parts = [part.strip() for part in _SEPARATOR.split(words) if part.strip()]
    return re.compile(rf"\b(?:{'|'.join(parts)})" + (r"\b" if whole else ""), re.I)


_LEXICON = tomllib.loads(resources.files(__package__).joinpath("lexicon.toml").read_text("utf-8"))
OF_RIGHT = {label: _pattern(words, whole=False) for label, words in _LEXICON["rights"].items()}
"""Words of which one has to be there for a right to be evident; rights without an entry need none."""
FAMILY = {
    **{name: _pattern(words, whole=True) for name, words in _LEXICON["whole"].items()},
    **{name: _pattern(words, whole=False) for name, words in _LEXICON["open"].items()},
}
"""Families of words by what they stand for."""

_AGAIN = r"sorry|what|who|huh|was that|did you say|pardon|say that again"
NOT_HEARD = re.compile(
    r"^\W*(?:i'?m )?(?:sorry|pardon(?: me)?|excuse me|what|huh|come again|say (?:that |it )?again|hm+|eh)"
    rf"(?:\W+(?:{_AGAIN}))*\W*$",
    re.I,
)
ASKS = re.compile(
    r"\b(?:how much|what(?! i\b)|what'?s|which|tell me|remind|again|do i|did you say|(?<!you )know)\b|\?", re.I
)
NO_CALLS = re.compile(
    r"\b(?:don'?t|do not|never|can'?t|cannot|shouldn'?t|stop|quit|not|no)\b"
    r"(?:(?!\b(?:now|good|talk|speak|chat|right|busy|time|but|just|so)\b)[^.?!,;])*"
    r"\b(?:call\w*|phon\w+|ring\w*|bother\w*|try|reach)",
    re.I,
)
"""A no that is about calls: "can't talk now, call me after five" has none."""
BEGINS_NO = re.compile(r"^\W*(?:no|nope|nah|not)\b", re.I)
SUPPOSES = re.compile(
    r"\b(?:if|when|once|could|can|until|till|how about) (?:i|we|you)\b|\bdoesn'?t\b|\bwhat would\b", re.I
)
"""Said of what is not yet: "if I paid"."""
FROM_DAY = re.compile(r"\b(?:an?|one|two|three|\d+) (?:day|week|month)s? from (?:today|now|tomorrow|\w+day)\b", re.I)
"""A day told by how far off it is; "two hundred a week from today" is one payment."""
BUT_LATER = re.compile(
    r"\b(?:can'?t|not) (?:\w+ )?(?:today|now)|\btomorrow\b|\bnext\b|\buntil\b|\bfriday\b|\bmonday\b", re.I
)
