"""Where a speaker corrects himself: "one fifty, no wait, two hundred".

Rule: the contract of understanding ("the last corrected value wins; a correction may replace only the tail").
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from archer.conversation.slots.numerals import TEENS, TENS, UNITS
from archer.conversation.slots.tokens import Phrases, Token


class Repair(Enum):
    """What kind of correction opens a segment."""

    NONE = "none"
    """The first segment: nothing was corrected yet."""
    SLIP = "slip"
    """A slip of the tongue: what follows may replace only the last part ("sorry", "I mean", "no")."""
    CHANGE = "change"
    """Another decision: what follows stands for itself ("make that", "actually")."""
    RESTART = "restart"
    """What was said before is void ("scratch that", "let me start over")."""


@dataclass(frozen=True, slots=True)
class Segment:
    """What was said between two corrections."""

    repair: Repair
    tokens: tuple[Token, ...]


_SLIPS = Phrases((
    "no", "nope", "no no", "no no no", "no wait", "wait no", "no sorry", "sorry no", "wait", "sorry", "i'm sorry",
    "im sorry", "oh sorry", "excuse me", "pardon me", "i mean", "i meant", "i meant to say", "i mean to say",
    "or rather", "correction", "my mistake", "my bad", "oops", "whoops", "no i mean", "no i meant", "sorry i mean",
    "sorry i meant", "that's wrong", "that's not right", "thats wrong", "that is wrong", "wait sorry", "sorry wait",
    "wait wait", "no hold on", "no hang on", "no actually", "sorry not", "let me correct that", "let me fix that",
    "i misspoke", "wrong", "no that's wrong", "no that's not right", "no wait a minute", "wait a minute",
    "no wait i mean", "wait i mean", "apologies", "rather", "no my mistake", "sorry my mistake", "sorry about that",
    "that should be", "should be", "no it's", "it's actually", "err no", "erm no",
))  # fmt: skip
_CHANGES = Phrases((
    "make that", "make it", "actually", "actually no", "actually make it", "actually make that", "no make it",
    "no make that", "let's make it", "lets make it", "let's make that", "change that to", "change it to",
    "on second thought", "on second thoughts", "let's say", "lets say", "no let's say", "no let's make it",
    "no let's do", "actually let's do", "actually let's say", "no actually make it", "you know what", "better make it",
    "or better", "wait make it", "wait make that", "no wait make it", "no wait make that", "sorry make it",
    "sorry make that", "or actually", "well actually", "no wait actually", "wait actually", "but actually",
))  # fmt: skip
_RESTARTS = Phrases((
    "scratch that", "strike that", "forget that", "forget it", "never mind", "nevermind", "disregard that",
    "ignore that", "cancel that", "let me start over", "let me start again", "start over", "let me try again",
    "let me repeat that", "no scratch that", "no strike that", "actually scratch that", "wait scratch that",
    "no forget that", "delete that", "scratch that make it", "scratch that i mean", "from the top", "wait start over",
    "wait let me start over", "sorry let me start over", "no let me start over", "sorry let me start again",
    "scratch that sorry", "sorry scratch that", "scratch that no", "strike that make it", "take that back",
    "i take that back", "erase that", "undo that",
))  # fmt: skip
_NOT_AFTER_NO = frozenset({
    "more", "less", "later", "earlier", "sooner", "problem", "problems", "worries", "idea", "longer", "question",
    "doubt", "matter", "than", "rush", "need", "thanks", "thank", "money", "job", "income", "way", "other", "one",
    "good", "use", "chance", "apostrophe", "space", "spaces", "dots", "dot", "dash", "caps", "reply", "h", "e",
})  # fmt: skip
_NOT_BEFORE_WAIT = frozenset({"can't", "cant", "to", "i'll", "ill", "will", "cannot", "couldn't", "should"})
_NOT_BEFORE_RATHER = frozenset({"i'd", "would", "id", "he'd", "she'd", "we'd", "they'd"})
_NOT_BEFORE_MAKE = frozenset({
    "can", "could", "to", "i", "i'll", "will", "we", "you", "would", "might", "cannot", "can't", "couldn't",
})  # fmt: skip
_NOT_BEFORE_WRONG = frozenset({"the", "a", "something", "is", "what's", "you're"})


def split_corrections(tokens: Sequence[Token], ignore: frozenset[str] = frozenset()) -> list[Segment]:
    """Cut tokens at every correction; the first segment is always there and may be empty.

    `ignore` names first words of markers that are ordinary words in this slot.
    """
    segments: list[Segment] = []
    repair, current, index = Repair.NONE, list[Token](), 0
    while index < len(tokens):
        length, found = _marker(tokens, index)
        if length == 0 or tokens[index].word in ignore:
            current.append(tokens[index])
            index += 1
            continue
        index += length
        if not current and segments:
            repair = _stronger(repair, found)
            continue
        segments.append(Segment(repair, tuple(current)))
        repair, current = found, []
    segments.append(Segment(repair, tuple(current)))
    return segments


def _stronger(one: Repair, other: Repair) -> Repair:
    order = [Repair.NONE, Repair.SLIP, Repair.CHANGE, Repair.RESTART]
    return max(one, other, key=order.index)


def _marker(tokens: Sequence[Token], index: int) -> tuple[int, Repair]:
    best = max(
        (_RESTARTS.longest(tokens, index), 3, Repair.RESTART),
        (_CHANGES.longest(tokens, index), 2, Repair.CHANGE),
        (_SLIPS.longest(tokens, index), 1, Repair.SLIP),
    )
    length, _, repair = best
    if length == 0:
        return 0, Repair.NONE
    word = tokens[index].word
    before = tokens[index - 1].word if index and not tokens[index - 1].stop else ""
    after = tokens[index + length].word if index + length < len(tokens) else ""
    ordinary = (
        (
            word == "no"
            and length == 1
            and not tokens[index].stop
            and after in _NOT_AFTER_NO
            and not (after == "one" and (before.isdecimal() or before in UNITS.keys() | TEENS.keys() | TENS.keys()))
        )
        or (word == "wait" and before in _NOT_BEFORE_WAIT)
        or (word == "rather" and before in _NOT_BEFORE_RATHER)
        or (word == "make" and before in _NOT_BEFORE_MAKE)
        or (word == "wrong" and (before in _NOT_BEFORE_WRONG or after in {"number", "person", "address", "amount"}))
        or (word == "should" and before not in {"", "that", "it"})
    )
    return (0, Repair.NONE) if ordinary else (length, repair)
