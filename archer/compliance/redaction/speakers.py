"""Tell the speakers of a transcript apart, so that the numbers of one are read on over the words of the others.

A transcript names the speaker at the start of a line ("AGENT: okay", "[00:12] Speaker 2: 5112") or, by one of the usual
names, within it. Each view of a text has the length of the text; what does not belong to the view is blank.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from archer.compliance.redaction.lexicon import LABELS, NAMES_A_KIND, SPEAKERS, TEENS, TENS, UNITS

_TIME = r"[\[(]?(?:\d{1,2}:)?\d{1,2}:\d{2}(?:\.\d+)?(?:\s?[ap]\.?m\.?)?[\])]?"
_MARK = r"(?:[-*>#•|]+[ \t]*)*"
_USUAL = rf"(?:{'|'.join(sorted(map(re.escape, SPEAKERS), key=len, reverse=True))})(?:[ \t]?(?:\d|[a-d]\b|\#\d))?"
_TIMED = rf"(?:{_TIME}[ \t]*[-–—|,]?[ \t]*)"
_IN_BRACKETS = r"(?:[ \t]*\([^)\n]{1,20}\))?"
_END = r"[ \t]*(?:\**:\**|[>|]|[ ][-–—](?=[ ])|(?<=[\])>]))"
_NAME = r"[A-Za-z][\w.'-]{0,15}(?:[ ][A-Z][\w.'-]{0,15}){0,2}"
_AT_START = re.compile(
    rf"^[ \t]*(?:{_TIMED}?{_MARK}(?P<usual>[\[(<]?{_USUAL}[\])>]?){_IN_BRACKETS}{_END}"
    rf"|{_TIMED}?{_MARK}(?P<name>{_NAME}){_IN_BRACKETS}\**:\**(?=\s|$)"
    rf"|(?P<time>{_TIMED})(?=\S))",
    re.MULTILINE | re.IGNORECASE,
)
_WITHIN = re.compile(rf"(?<=[.,?!;\s|/])[\[(<*]*(?P<usual>{_USUAL})[\])>*]*:(?=\s|\*)", re.IGNORECASE)
_SENTENCE = re.compile(r"[^.?!\n]+[.?!\n]*")
_COUNTED = re.compile(
    r"\b(?:all|full|the|last|first|those|other|your|whole|or|and)? ?(?:\d\d?|two|three|four|five|nine|fifteen|sixteen)"
    r"(?=[ -](?:little |small )?(?:digits?|numbers?|or|of them|figures)\b| on the (?:back|front)\b)"
    r"|\b(?:that|this|which|the same) one\b(?! \d)|\b(?:two|three|four|both|\d) \w+ numbers\b"
    r"|\bc[vi][vc]2\b|\b(?:one|two|\d) (?:sec|second|minute|min|moment)s?\b",
    re.IGNORECASE,
)
HOW_MUCH = re.compile(
    r"\b(?:how much|what amount|what (?:would|can|could|will) you (?:like to )?(?:pay|do))\b", re.IGNORECASE
)
_LONG_QUESTION = re.compile(r"\w\W+\w+\W*\?\s*$")
_QUESTION = re.compile(r"[^.?!\n]*\?")
_OF_A_CARD = re.compile(
    r"\b(?:exp\w*|dates?|good|valid|month|year|code|c[vi][vcd]2?|digits|back|front|security|numbers?)\b", re.I
)
_NUMERAL = re.compile(rf"\d|\b(?:zero|oh|{'|'.join([*UNITS, *TEENS, *TENS])})\b", re.IGNORECASE)


class Turn(NamedTuple):
    """What one speaker says at a time: the label at [start, said), the words at [said, end)."""

    speaker: str
    start: int
    said: int
    end: int


def views(text: str) -> list[str]:
    """The text as each of its speakers says it, then all of it without the labels; the text alone when it names none.

    Sentences of the others that name a kind of number and hold none stay in a view: they ask for what is said next."""
    turns = _turns(text)
    if not turns:
        return [text]
    found = []
    for speaker in dict.fromkeys(turn.speaker for turn in turns):
        parts = [text[: turns[0].start]]
        for turn in turns:
            words = text[turn.said : turn.end]
            parts += [
                _blank(text[turn.start : turn.said]),
                words if turn.speaker == speaker else _questions(words),
            ]
        found.append("".join(parts))
    everything = [text[: turns[0].start]]
    for turn in turns:
        everything += [_blank(text[turn.start : turn.said]), text[turn.said : turn.end]]
    return list(dict.fromkeys([*found, "".join(everything)]))


def _turns(text: str) -> list[Turn]:
    if "\n" not in text and not _AT_START.match(text) and not _WITHIN.search(text):
        return []
    bounds = [*sorted(_starts(text)), (len(text), len(text), "")]
    return [Turn(name, start, said, following) for (start, said, name), (following, _, _) in pairwise(bounds)]


def _starts(text: str) -> Iterator[tuple[int, int, str]]:
    """Where turns begin: (label, words, speaker). A name or a time alone tells a turn when there are several."""
    found = list(_AT_START.finditer(text))
    usual = [match for match in found if match["usual"]]
    names = [match for match in found if match["name"] and not _names_a_number(match["name"])]
    times = [match for match in found if match["time"]]
    kept = usual + (names if len(usual) + len(names) > 1 else [])
    kept += times if len(kept) + len(times) > 1 else []
    for match in kept:
        yield match.start(), match.end(), _speaker(match["usual"] or match["name"] or "")
    spans = sorted(match.span() for match in kept)
    for match in _WITHIN.finditer(text):
        place = bisect_right(spans, (match.start(), len(text))) - 1
        if place < 0 or match.start() >= spans[place][1]:
            yield match.start(), match.end(), _speaker(match["usual"])


def _speaker(label: str) -> str:
    return re.sub(r"\W+", " ", label.lower()).strip()


def _names_a_number(name: str) -> bool:
    return any(word in LABELS or word in NAMES_A_KIND for word in re.findall(r"[a-z0-9]+", name.lower()))


def _questions(words: str) -> str:
    """The sentences that name a kind of number without saying one; the rest is blank but for question marks."""
    return _SENTENCE.sub(lambda match: _question(match.group()), words)


def _question(sentence: str) -> str:
    if asks(sentence):
        return sentence
    mark = sentence.rfind("?") if _LONG_QUESTION.search(sentence) else -1
    return _blank(sentence) if mark < 0 else _blank(sentence[:mark]) + "?" + _blank(sentence[mark + 1 :])


def asks(sentence: str) -> bool:
    """Whether a sentence names a kind of number and holds none."""
    names = any(word in LABELS or word in NAMES_A_KIND for word in re.findall(r"[a-z0-9]+", sentence.lower()))
    return (names or bool(HOW_MUCH.search(sentence))) and not holds_a_number(sentence)


def holds_a_number(sentence: str) -> bool:
    """Whether a sentence has a number that does not count digits or cards, or what is left in place of one."""
    return "[" in sentence or bool(_NUMERAL.search(_COUNTED.sub("", sentence)))


def asked_unseen(text: str, view: str, start: int, end: int) -> bool:
    """Whether another speaker asks for something else than a card's code or date between two characters of a view."""
    questions = (match for match in _QUESTION.finditer(text, start, end) if view[match.end() - 2] == " ")
    return any(not _OF_A_CARD.search(match.group()) for match in questions)


def _blank(text: str) -> str:
    """As many spaces, with the line breaks kept."""
    return "".join(character if character == "\n" else " " for character in text)
