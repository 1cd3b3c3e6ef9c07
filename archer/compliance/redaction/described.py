"""Numbers that the words around describe without naming them: "the four digits on the front of my Amex".

The descriptions are data (described.toml). A description before a number holds when only connecting words part the
two; one after it when it is linked by "is" or the like.
"""

import re
import tomllib
from bisect import bisect_right
from importlib.resources import files
from typing import Any, NamedTuple

from archer.compliance.redaction.lexicon import CONNECTORS, DIGITS, FILLERS, MASKS

_DATA: dict[str, Any] = tomllib.loads(files(__package__).joinpath("described.toml").read_text(encoding="utf-8"))
_BEFORE = [(kind, re.compile(text)) for kind, found in _DATA["before"].items() for text in found]
_AFTER = [(kind, re.compile("|".join(rf"\b(?:{text})" for text in found))) for kind, found in _DATA["after"].items()]
_LINK = frozenset(_DATA["words"]["link"].split())
_ASIDES = re.compile(r"\b(?:" + "|".join(_DATA["words"]["asides"]) + r")\b")
_MENTION = re.compile(
    r"\b(?:back|front|reverse|side|sign|secur|verif|soc|social|tax|a(?:ccoun|cc)t|bank|check|sav|pin|pass|atm|cash|"
    r"little|small|digit code|you need|you want|you asked|secret|safety|behind|routing|ach |"
    r"c[vi][vcd]|(?:see|sea|cee) (?:v|we)|c v|csc|cvn|ssn)"
)
_MASK = re.compile("|".join(map(re.escape, MASKS.values())))
_WORD = re.compile(r"[\w'’]+|,")
_NUMBER = re.compile(rf"[\s:#]*(?:is |code |number )*(?:[\d_]|(?:{'|'.join(DIGITS)})\b)")
_CONNECTING = CONNECTORS | FILLERS | {","}
_FARTHEST = 60


class Description(NamedTuple):
    """Characters [start, end) of a text describe a number of a kind."""

    kind: str
    start: int
    end: int


class Described:
    """The descriptions in one text, asked once per number."""

    def __init__(self, text: str) -> None:
        """Look for the descriptions of a text."""
        self._text = _MASK.sub(lambda match: "_" * len(match.group()), text.lower().replace("’", "'"))
        found = _MENTION.search(self._text)
        self._before = list(_found(_BEFORE, self._text)) if found else []
        self._after = list(_found(_AFTER, self._text)) if found else []

    def kind(self, start: int, end: int) -> str | None:
        """What the words around the characters [start, end) say the number there is; None when they do not."""
        kind = self.before(start)
        if kind:
            return kind
        for description in self._after:
            if description.start >= end and self._linked(end, description):
                return description.kind
        return None

    def before(self, start: int) -> str | None:
        """What the words before a character say the number there is; None when they do not."""
        nearest = bisect_right(self._before, start, key=lambda description: description.end) - 1
        for place in range(nearest, -1, -1):
            description = self._before[place]
            if start - description.end > _FARTHEST:
                return None
            if self._connects(description.end, start):
                return description.kind
        return None

    def named_in(self, start: int, end: int) -> str | None:
        """What kind of number the characters [start, end) describe; None when they do not."""
        kinds = [found.kind for found in self._before if start <= found.start and found.end <= end]
        return kinds[-1] if kinds else None

    def _connects(self, start: int, end: int) -> bool:
        between = _ASIDES.sub(" ", self._text[start:end])
        return all(word in _CONNECTING for word in _WORD.findall(between))

    def _linked(self, start: int, description: Description) -> bool:
        """Whether a description after a number is of it, and not of the number after it: "09 27 cvv 418"."""
        between = self._text[start : description.start]
        if not _WORD.search(between) and _NUMBER.match(self._text, description.end):
            return False
        return (
            len(between) <= _FARTHEST and all(word in _LINK for word in _WORD.findall(between)) and "?" not in between
        )


def without_asides(text: str) -> str:
    """A text between two digits without the asides that do not end a number."""
    return _ASIDES.sub(" ", text.lower().replace("’", "'"))


def _found(patterns: list[tuple[str, re.Pattern[str]]], text: str) -> list[Description]:
    found = [Description(kind, *match.span()) for kind, pattern in patterns for match in pattern.finditer(text)]
    return sorted(found, key=lambda description: (description.end, description.start - description.end))
