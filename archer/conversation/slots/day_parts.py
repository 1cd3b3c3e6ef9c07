"""Parts of a day: morning, afternoon, evening, tonight, first thing, after work."""

from collections.abc import Sequence
from dataclasses import dataclass

from archer.conversation.slots.calendar_words import WEEKDAYS
from archer.conversation.slots.numerals import word_at
from archer.conversation.slots.tokens import Token

_PARTS = {
    "morning": "morning", "mornings": "morning", "midmorning": "morning", "afternoon": "afternoon", "mornin": "morning",
    "afternoons": "afternoon", "midafternoon": "afternoon", "evening": "evening", "evenings": "evening",
    "night": "evening", "nights": "evening", "tonight": "evening", "tonite": "evening", "nighttime": "evening",
    "morning's": "morning", "tonight's": "evening",
}  # fmt: skip
_MEALS = {"lunch": ("afternoon", "morning"), "dinner": ("evening", "afternoon"), "supper": ("evening", "afternoon"),
          "work": ("evening", "morning"), "breakfast": ("morning", "morning")}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a day."""

    name: str
    """`morning`, `afternoon` or `evening`."""
    start: int
    end: int
    today: bool = False
    """Said as this morning, this afternoon, tonight: it names the day as well."""
    night: bool = False
    """Said as "night": hours soon after midnight belong to it."""


def read_parts(tokens: Sequence[Token]) -> list[Part]:
    """All parts of days, in order."""
    found: list[Part] = []
    for index, token in enumerate(tokens):
        before, after = word_at(tokens, index - 1), word_at(tokens, index + 1)
        if token.word in _PARTS:
            if before in {"good", "every", "each", "last", "all", "not", "work", "working", "works"} or (
                token.word == "night" and after == "shift"
            ):
                continue
            tonight = token.word.startswith("toni")
            today = (
                tonight
                or before == "this"
                or (before in {"late", "early", "later"} and word_at(tokens, index - 2) == "this")
            )
            found.append(
                Part(
                    _PARTS[token.word], index, index + 1, today, "ni" in token.word and _PARTS[token.word] == "evening"
                )
            )
        elif token.word in _MEALS and before in {"after", "before", "past"}:
            later, earlier = _MEALS[token.word]
            found.append(Part(earlier if before == "before" else later, index - 1, index + 1))
        elif token.word == "first" and after == "thing" and word_at(tokens, index + 2) not in {"i", "is", "you"}:
            dated = word_at(tokens, index + 2) in {
                "tomorrow",
                "on",
                "in",
                "monday",
                *WEEKDAYS,
                "",
                "the",
                "next",
                "that",
            }
            if dated and word_at(tokens, index + 2) != "the":
                found.append(Part("morning", index, index + 2))
    return found
