"""A number of months as spoken: how long a plan runs, or how many monthly payments.

Rules: "over a year" is 12, "a couple" is 2, a number of payments is a number of months.
"""

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from archer.conversation.slots.calendar_words import in_date
from archer.conversation.slots.corrections import Repair, Segment, split_corrections
from archer.conversation.slots.money import CURRENCY
from archer.conversation.slots.numerals import SOUND_ALIKES, Number, read_number, word_at
from archer.conversation.slots.tokens import Token, tokenize, without_fillers

_MONTHS = frozenset({"month", "months", "mo", "mos", "month's", "months'", "moths"})
_YEARS = frozenset({"year", "years", "yr", "yrs", "year's"})
_PAYMENTS = frozenset({
    "payment", "payments", "installment", "installments", "instalment", "instalments", "part", "parts", "piece",
    "pieces", "lump", "go", "shot", "chunk", "chunks", "portion", "portions", "paycheck", "paychecks", "payment's",
})  # fmt: skip
_ADJECTIVES = frozenset({
    "equal", "monthly", "even", "more", "easy", "separate", "smaller", "small", "calendar", "full", "whole", "of",
    "the", "different",
})  # fmt: skip
_ONLY = frozenset({"single", "lone", "sole"})
"""Words that say one, where a payment or a month follows ("a single payment")."""
_OTHER = frozenset({
    "percent", "%", "week", "weeks", "day", "days", "hour", "hours", "minute", "minutes", "o'clock", "am", "pm",
    "second", "seconds", "times", "kids", "people", "accounts", "cards", "th",
})  # fmt: skip
_PLAN_CUE = re.compile(
    r"\b(over|for|in|into|within|across|do|take|choose|pick|need|want|spread|about|like|say|the|go|with|is|maybe"
    r"|split|extend|give|term|of|prefer|than|to|work|works|get|me|try|least|most|around|rather|have|i'd|i'll|let's"
    r"|lets)$"
)
_PAST_CUE = re.compile(
    r"\b(last|past|ago|been|since|behind|late|unemployed|for the (last|past)|old|previous|missed|every|each|per"
    r"|out of work|lost my job|(was|were) (in|out|off|sick|laid|on|away)|had (this|that|it|an?)|worked|hospital"
    r"|surgery|took)\b"
)
_SPOKEN = re.compile(r"^(over|in|for|within|do|take|into|of|the|like|about|say|than)$")
_MOST = 360


def extract(text: str, context: Mapping[str, Any]) -> int | None:  # noqa: ARG001 (one signature for all slots)
    """Months, or None when the text names no number of them."""
    months: int | None = None
    for segment in split_corrections(without_fillers(tokenize(text), keep={"so"})):
        heard = _hear(segment, months is not None)
        if heard is not None or segment.repair is Repair.RESTART:
            months = heard
    return months


def _hear(segment: Segment, corrected: bool) -> int | None:
    tokens = segment.tokens
    found: list[tuple[int, int, int]] = []
    index = 0
    while index < len(tokens):
        span = _span(tokens, index)
        if span is None:
            index += 1
            continue
        months, end, strength = span
        found.append((_rank(tokens, index, end, strength), -index, months))
        index = end
    if not found:
        return None
    rank, _, months = max(found)
    denied = any(other < -1 for other, _, _ in found)
    if rank < (0 if corrected or denied or len(tokens) <= 4 else 1):
        return None
    return months if 0 < months <= _MOST else None


def _rank(tokens: Sequence[Token], index: int, end: int, strength: int) -> int:
    """How surely a span is the length of a plan: 0 for a bare number, more with a unit and a cue."""
    words: list[str] = []
    for token in reversed(tokens[max(0, index - 7) : index]):
        if token.stop not in ("", "-") or token.word in {"so", "but", "because", "and", "ago", "can", "could"}:
            break
        words.insert(0, token.word)
    before = re.sub(r"\b(no|not) (more|longer) than$", "", " ".join(words))
    before = re.sub(r"^.*\b(?=(?:what about|how about|let's|lets)\b)", "", before)
    after = " ".join(token.word for token in tokens[end : end + 3])
    rank = strength
    if _PLAN_CUE.search(before):
        rank += 2
    if re.match(r"(plan|option|arrangement|term|one|please|schedule|sounds|works|would|is)\b", after):
        rank += 2
    if re.match(r"(is|are|would be|'s|seems|sounds|feels) (like |just )?(too|way|not|no|forever|ages|a lot)\b", after):
        rank -= 5
    if re.search(r"\b(make|change|switch) (it|that)( to)?$", before) or after.startswith("instead"):
        rank += 2
    if re.match(r"(won't|doesn't|isn't|will not|wouldn't|can't|is not|not (enough|long|possible|going))\b", after):
        rank -= 5
    if re.match(r"(will|does|works|would)\b", after):
        rank += 2
    if _PAST_CUE.search(before) or re.match(r"(ago|behind|late|past due|of unemployment|in a row|old)\b", after):
        rank -= 7
    if re.search(
        r"(?<!why )\b(not|can't|cannot|don't|isn't|too|instead of|rather than|than|won't)( \w+){0,4}$", before
    ):
        rank -= 5
    return rank


def _span(tokens: Sequence[Token], index: int) -> tuple[int, int, int] | None:
    """A length of time at an index: (months, index after it, 0 for a bare number to 3 for one with its unit)."""
    halves = _half_year(tokens, index)
    if halves:
        return halves
    count = _count(tokens, index)
    if count is None:
        return None
    value, end, article, homophone = count
    unit_at = end
    while word_at(tokens, unit_at) in _ADJECTIVES and unit_at - end < 3:
        unit_at += 1
    if word_at(tokens, unit_at) in _YEARS:
        return _years(tokens, value, unit_at)
    if article:
        lone_month = word_at(tokens, unit_at) in _MONTHS and _alone(tokens, index)
        return (1, unit_at + 1, 3) if lone_month else None
    if word_at(tokens, unit_at) == "quarters":
        value *= 3
    if value != int(value):
        return None
    return _with_unit(tokens, int(value), end, unit_at) or (
        None if homophone or not _is_bare(tokens, index, end, int(value)) else (int(value), end, 0)
    )


def _with_unit(tokens: Sequence[Token], value: int, end: int, unit_at: int) -> tuple[int, int, int] | None:
    """A count of months or payments; the lower of two ("six to nine months")."""
    unit = word_at(tokens, unit_at)
    if unit in _MONTHS or unit in _PAYMENTS or unit == "quarters":
        return value, unit_at + 1, 3
    if tokens[end - 1].stop == "-" and word_at(tokens, end).isdecimal():
        upper = _span(tokens, end)
        if upper and upper[2] == 3:
            return value, upper[1], 3
    if unit in {"to", "or"}:
        upper = _span(tokens, unit_at + 1)
        if upper and upper[2] == 3 and word_at(tokens, upper[1] - 1) in _MONTHS | _PAYMENTS:
            return value, upper[1], 3
    return (value, end + 1, 3) if word_at(tokens, end) == "monthly" else None


def _is_bare(tokens: Sequence[Token], index: int, end: int, value: int) -> bool:
    """Whether a number without a unit may be one of months: no money, no time of day, no count of something else."""
    if word_at(tokens, index - 1) == "at" or word_at(tokens, end) in _OTHER or _is_money(tokens, index, end):
        return False
    if in_date(tokens, index, end):
        return False
    return 0 <= value <= 84 and (value != 1 or len(tokens) <= 2)


def _count(tokens: Sequence[Token], index: int) -> tuple[Decimal, int, bool, bool] | None:
    """A count at an index: (value, index after it, whether an article, whether a sound-alike)."""
    word, following = word_at(tokens, index), word_at(tokens, index + 1)
    if word in SOUND_ALIKES and following in _MONTHS | _PAYMENTS | {"monthly"}:
        before = word_at(tokens, index - 1)
        if word not in {"for", "to"} or _SPOKEN.match(before) or index == 0:
            return Decimal(SOUND_ALIKES[word]), index + 1, False, True
    if word in _ONLY and any(unit in _PAYMENTS or unit in _MONTHS for unit in (following, word_at(tokens, index + 2))):
        return Decimal(1), index + 1, False, False
    if len(tokens) == 1 and word in SOUND_ALIKES:
        return Decimal(SOUND_ALIKES[word]), 1, False, False
    number: Number | None = read_number(tokens, index)
    if number is not None:
        return number.value, number.end, False, False
    if word in _YEARS and following == "and" and index == 0:
        return Decimal(1), 0, False, False
    return (Decimal(1), index + 1, True, False) if word in {"a", "an"} else None


def _half_year(tokens: Sequence[Token], index: int) -> tuple[int, int, int] | None:
    words = [word_at(tokens, index + offset) for offset in range(4)]
    if words[0] == "half":
        end = 2 if words[1] in {"a", "of"} else 1
        if words[end] == "a":
            end += 1
        return (6, index + end + 1, 3) if words[end] in _YEARS else None
    if words[0] in {"next", "coming", "whole", "full"} and words[1] in _YEARS and index > 0:
        return 12, index + 2, 3
    if words[0] == "quarter" and words[1] in {"of", "year"}:
        end = 3 if words[1] == "of" and words[2] in {"a", "the"} else 1
        return (3, index + end + 1, 3) if words[end] in _YEARS else None
    return None


def _years(tokens: Sequence[Token], value: Decimal, unit_at: int) -> tuple[int, int, int] | None:
    months, end = value * 12, unit_at + 1
    if [word_at(tokens, end + offset) for offset in range(3)] == ["and", "a", "half"]:
        months, end = months + 6, end + 3
    elif word_at(tokens, end) == "and":
        extra = read_number(tokens, end + 1)
        if extra and word_at(tokens, extra.end) in _MONTHS:
            months, end = months + extra.value, extra.end + 1
        elif word_at(tokens, end + 1) == "a" and word_at(tokens, end + 2) in _MONTHS:
            months, end = months + 1, end + 3
    return (int(months), end, 3) if months == int(months) else None


def _alone(tokens: Sequence[Token], index: int) -> bool:
    """Whether "a month" is a length ("in a month", "give me a month") and not a rate ("fifty a month")."""
    before = word_at(tokens, index - 1)
    return before in {"", "in", "over", "within", "me", "for", "about", "take", "need", "just", "another", "only"}


def _is_money(tokens: Sequence[Token], index: int, end: int) -> bool:
    if word_at(tokens, index - 1) in {"$", "€", "£"} or word_at(tokens, end) in CURRENCY | {"cents"}:
        return True
    after = [word_at(tokens, end + offset) for offset in range(2)]
    if after[0] in {"a", "per", "each", "every", "monthly"} or (after[0] == "and" and after[1] == "a"):
        return True
    return word_at(tokens, index - 1) in {"of", "pay"} and word_at(tokens, index - 2) in _PAYMENTS | {
        "can",
        "could",
        "i'll",
    }
