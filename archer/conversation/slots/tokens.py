"""Turn recognition text into tokens: words, numbers and symbols, with the punctuation that followed each.

Recognition may or may not write capitals, punctuation, hyphens and digits; after this step only the words differ.
"""

import re
import unicodedata
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace

_TOKEN = re.compile(
    r"""
    (?<![\d.])\d{1,3}(?:,\d{3})+(?!\d)(?:\.\d+)?   # 1,250.50
    | (?<!\d)\d{1,2}:\d{2}(?!\d)                   # 10:30
    | \d+(?:st|nd|rd|th)\b                         # 15th
    | (?<!\d\.)\d+\.\d+(?!\.?\d)                   # 38.75, yet not 415.555.0132
    | (?<![\d.])\.\d{1,2}(?!\d)                    # .50
    | \d+
    | [ap]\.m\b\.?                                 # p.m.
    | [^\W\d_]+(?:'[^\W\d_]+)*                     # it's
    | [$€£¢%@+\#&_*/]
    """,
    re.VERBOSE | re.IGNORECASE,
)
_QUOTES = str.maketrans({"’": "'", "‘": "'", "ʼ": "'", "`": "'", "–": ", ", "—": ", ", "…": ", "})


@dataclass(frozen=True, slots=True)
class Token:
    """One word, number or symbol."""

    word: str
    """Lower case; thousands separators removed."""
    raw: str
    """As it was written."""
    stop: str = ""
    """What stood between this token and the next: one of `. ? ! ; , -`, or nothing."""

    @property
    def is_digits(self) -> bool:
        """Whether the token is written in digits only."""
        return self.word.isdecimal()


def tokenize(text: str) -> list[Token]:
    """All tokens of a text, in order."""
    clean = unicodedata.normalize("NFKC", text).translate(_QUOTES)
    matches = list(_TOKEN.finditer(clean))
    tokens = []
    for index, match in enumerate(matches):
        end = matches[index + 1].start() if index + 1 < len(matches) else len(clean)
        raw = match.group()
        word = raw.lower()
        if word[0].isdigit() and "," in word:
            word = word.replace(",", "")
        elif word[0] in "ap" and "." in word:
            word = word[0] + "m"
        tokens.append(Token(word, raw, _stop(clean[match.end() : end])))
    return tokens


def _stop(between: str) -> str:
    for mark in "?!;":
        if mark in between:
            return mark
    if "." in between:
        return "."
    if "," in between or " - " in between or "(" in between or ")" in between or ":" in between:
        return ","
    return "-" if "-" in between else ""


class Phrases:
    """A set of phrases, found by their first word."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._by_first: dict[str, list[tuple[str, ...]]] = {}
        for text in texts:
            words = tuple(text.split())
            self._by_first.setdefault(words[0], []).append(words)
        for entries in self._by_first.values():
            entries.sort(key=len, reverse=True)

    def longest(self, tokens: Sequence[Token], index: int) -> int:
        """How many tokens the longest phrase covers at an index; 0 when none stands there."""
        if index >= len(tokens):
            return 0
        for phrase in self._by_first.get(tokens[index].word, ()):
            end = index + len(phrase)
            if end <= len(tokens) and all(
                token.word == word for token, word in zip(tokens[index:end], phrase, strict=True)
            ):
                return len(phrase)
        return 0


FILLERS = Phrases((
    "um", "umm", "uh", "uhh", "uhm", "er", "erm", "hmm", "hm", "mm", "ah", "ahh", "like", "so", "well", "okay", "ok",
    "yeah", "please", "basically", "just", "literally", "honestly", "alright", "right", "you know", "let me see",
    "let me think", "let me check", "let's see", "lets see", "hang on", "hold on", "one second", "one sec",
    "one moment", "one minute", "one sec please", "just a second", "just a sec", "just a moment", "give me a second",
    "give me a sec", "give me a moment", "give me one second", "a second", "bear with me", "i think", "i guess",
    "i believe", "what is it", "what was it", "i want to say", "if i remember", "if i remember right", "got it",
))  # fmt: skip
"""What people say while they look for the next word."""


def without_fillers(tokens: Sequence[Token], keep: Collection[str] = ()) -> list[Token]:
    """The tokens without hesitation. `keep` names single words that mean something here (`like` in "m like mary")."""
    result: list[Token] = []
    index = 0
    while index < len(tokens):
        length = FILLERS.longest(tokens, index)
        if length == 0 or (length == 1 and tokens[index].word in keep):
            result.append(tokens[index])
            index += 1
            continue
        stop = tokens[index + length - 1].stop
        if result and stop and not result[-1].stop:
            result[-1] = replace(result[-1], stop=stop)
        index += length
    return result
