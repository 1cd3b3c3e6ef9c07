"""Bring a sentence into the one form that the patterns are written for, and find the way back to its own words.

Lower case, contractions written out ("won't" is "will not"), punctuation as words of its own, one space between words.
"""

import re
from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property

from archer.compliance.guardrail.words import CONTRACTIONS, IS_AFTER

_TOKEN = re.compile(
    r"""
    \$\s?\d+(?:,\d{3})*(?:\.\d+)?          # $1,412.07
    |\d{1,2}/\d{1,2}(?:/\d{2,4})?          # 12/01/2026
    |\d{4}-\d{2}-\d{2}
    |\d{1,2}:\d{2}
    |\d+(?:,\d{3})+(?:\.\d+)?
    |\d+\.\d+
    |\d+(?:st|nd|rd|th)\b
    |\d+
    |[ap]\.m\.?(?!\w)
    |(?:[a-z]\.){2,}
    |[^\W\d_]+(?:['’][^\W\d_]+)*
    |[.?!,;:%—–]
    |--
    """,
    re.VERBOSE | re.IGNORECASE,
)
_ENDINGS = {"n't": " not", "'ll": " will", "'re": " are", "'ve": " have", "'m": " am", "'d": " would"}


@dataclass(frozen=True)
class Spoken:
    """A text in the form that patterns see."""

    source: str
    text: str
    """Normalised; begins and ends with a space, so that every word has one on both sides."""
    starts: list[int]
    """Where in `text` each token of the source begins."""
    places: list[tuple[int, int]]
    """Where in `source` that token stands."""

    @cached_property
    def words(self) -> list[str]:
        """The words and punctuation marks."""
        return self.text.split()

    def excerpt(self, start: int, end: int) -> str:
        """The source's own words for a stretch [start, end) of `text`."""
        first = max(bisect_right(self.starts, start) - 1, 0)
        last = max(bisect_right(self.starts, end - 1) - 1, 0)
        return self.source[self.places[first][0] : self.places[last][1]]


def read(source: str) -> Spoken:
    """The text as patterns see it."""
    parts: list[str] = []
    starts: list[int] = []
    places: list[tuple[int, int]] = []
    length = 1
    for match in _TOKEN.finditer(source):
        word = _written_out(match.group().lower().replace("’", "'"))
        starts.append(length)
        places.append(match.span())
        parts.append(word)
        length += len(word) + 1
    return Spoken(source, f" {' '.join(parts)} ", starts or [1], places or [(0, len(source))])


def _written_out(word: str) -> str:
    known = CONTRACTIONS.get(word)
    if known:
        return known
    if "'" not in word:
        return word.replace("$ ", "$")
    for ending, full in _ENDINGS.items():
        if word.endswith(ending):
            return word[: -len(ending)] + full
    head, _, tail = word.rpartition("'")
    if tail == "s":
        return f"{head} is" if head in IS_AFTER else f"{head} s"
    return word
