"""Whether words that a rule forbids are really said: not when they are denied, nor when they report someone else.

"You won't go to jail" and "you said you got a summons" threaten nothing; "if you don't pay, you'll go to jail" does,
and so does "you won't go to jail as long as you pay". The words that decide are data (scope.toml).
"""

import re
import tomllib
from importlib.resources import files
from typing import Any

from archer.compliance.guardrail.text import Spoken

_DATA: dict[str, Any] = tomllib.loads(files(__package__).joinpath("scope.toml").read_text(encoding="utf-8"))
_PATH = frozenset(_DATA["denial_path"].split())
_NOT_AFTER = frozenset(_DATA["no_denial_after"].split())
_NEGATIONS = frozenset({"not", "never", "no", "nobody", "none", "nothing", "neither", "nor", "without", "nowhere"})
_UNDOING = re.compile("|".join(_DATA["undoing"]))
_UNDOING_NEAR = re.compile(_DATA["undoing_near"])
_REPORTED = re.compile("|".join(_DATA["reported"]))
_REPORT_ENDS = re.compile(_DATA["report_ends"])
PARDONS = re.compile("|".join(_DATA["pardons"]))
"""Phrases that make every topic of a sentence innocent."""
_DENIED_AFTER = re.compile(
    r"^(?: \w+){0,3}? (?:is|are|was|were|has|have|had|will|would|can|could) (?:also |simply |just )?"
    r"(?:not|never|no)\b(?: (\w+))?"
)
_SOMETHING_ELSE = frozenset(_DATA["denies_something_else"].split()) - _PATH
_SENTENCE_MARKS = frozenset(".?!;:")
_JOINTS = frozenset({",", "and", "or"})
_OURS = frozenset({"i", "we", "it", "this", "that", "there", "nobody", "none", "nothing", "one", "bank", "they", "us"})
_SUBJECTS = frozenset({"i", "you", "he", "she", "it", "we", "they", "your", "my", "our", "the", "this", "that"})
_LONGEST_PATH = 14
_LONGEST_REPORT = 150
_SENTENCE_END = re.compile(r" [.?!;] ")


class Scope:
    """What the sentence around a match does with it. Computed once per text, asked once per match."""

    def __init__(self, spoken: Spoken) -> None:
        self._text = spoken.text
        self._reports: list[tuple[int, int]] | None = None

    def denied(self, start: int, end: int, *, inside: bool = False, loose: bool = True) -> bool:
        """Whether a negation governs the words [start, end), and nothing in the sentence takes it back.

        With `inside` it may also stand among those words ("we are not with the police"); with `loose` whatever we or
        nobody does is denied by it, not only what follows closely.
        """
        last_word = self._text.rfind(" ", start, end)
        if not (
            self._denied_before(start, loose)
            or self._denied_after(end)
            or (inside and self._denied_before(max(last_word, 0), loose))
        ):
            return False
        first, last = self._sentence(start, end)
        if _UNDOING_NEAR.match(self._text[end:last]):
            return False
        return not _UNDOING.search(self._text, first, last)

    def reported(self, start: int) -> bool:
        """Whether the words at `start` belong to what the caller or somebody else said, feared or asked."""
        if self._reports is None:
            self._reports = [self._report(match) for match in _REPORTED.finditer(self._text)]
        return any(first <= start < last for first, last in self._reports)

    def _report(self, match: re.Match[str]) -> tuple[int, int]:
        limit = min(match.end() + _LONGEST_REPORT, len(self._text))
        end = _REPORT_ENDS.search(self._text, match.end(), limit)
        return match.start(), end.start() if end else limit

    def _denied_before(self, start: int, loose: bool) -> bool:
        before = self._text[:start].split()[-_LONGEST_PATH:]
        strict = True
        later = ""
        for place in range(len(before) - 1, -1, -1):
            word = before[place]
            if word in _NEGATIONS:
                return strict or (loose and _ours(before, place))
            if word in _SENTENCE_MARKS or word in _SOMETHING_ELSE or (word in _JOINTS and later in _SUBJECTS):
                return False
            strict = strict and word in _PATH
            later = word
        return False

    def _denied_after(self, end: int) -> bool:
        match = _DENIED_AFTER.match(self._text[end - 1 if self._text[end - 1] == " " else end :])
        return bool(match) and match[1] not in _NOT_AFTER if match else False

    def _sentence(self, start: int, end: int) -> tuple[int, int]:
        first = 0
        for match in _SENTENCE_END.finditer(self._text, 0, start):
            first = match.end() - 1
        last = _SENTENCE_END.search(self._text, end)
        return first, last.start() + 1 if last else len(self._text)


def _ours(words: list[str], place: int) -> bool:
    """Whether the negation at a place is about us or nobody, rather than about what the listener fails to do."""
    if words[place] in {"nobody", "none", "nothing"} or words[place : place + 2] == ["no", "one"]:
        return True
    for word in reversed(words[max(place - 4, 0) : place]):
        if word in _OURS:
            return True
        if word in {"you", "your", ",", "if"} or word in _SENTENCE_MARKS:
            return False
    return False
