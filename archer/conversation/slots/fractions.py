"""Shares of the balance: half, a third, three quarters, ten percent, all of it."""

import re
from collections.abc import Sequence
from decimal import Decimal

from archer.conversation.slots.numerals import read_number, word_at
from archer.conversation.slots.tokens import Token

_PARTS = {
    "half": 2, "halves": 2, "third": 3, "thirds": 3, "quarter": 4, "quarters": 4, "fourth": 4, "fourths": 4,
    "fifth": 5, "fifths": 5, "sixth": 6, "sixths": 6, "eighth": 8, "tenth": 10, "tenths": 10,
}  # fmt: skip
_COUNTS = {"a": 1, "an": 1, "one": 1, "1": 1, "two": 2, "2": 2, "three": 3, "3": 3, "four": 4}
_WHOLE = re.compile(
    r"\b(all of (it|that|this)|all of what i owe|all i owe|the (whole|full|entire|complete|total) "
    r"(\w+ )?(thing|amount|balance|bill|payment|sum|lot|debt|account|total|shebang|outstanding|enchilada)"
    r"|whole nine( yards)?"
    r"|whole (thing|amount|balance|bill)|(full|entire|total) (amount|balance|payment)|in full|everything"
    r"|the full|the total|the balance|the lot|pay (it|this|that) (all )?(off|in full|completely|up)"
    r"|pay off (the|my|everything|all)|paid in full|the remaining (balance|amount)|the (rest|remainder)"
    r"|all at once|it all|that all|clear (it|the balance|the account|my balance)|settle (it|up)"
    r"|(a )?hundred percent|100 ?%|the outstanding (balance|amount)|what(ever)? i owe|all)\b"
)
_NOT_WHOLE = re.compile(r"\b(not|can't|cannot|can not|couldn't|won't|don't|isn't|unable to|no way)\b")
_PART_FIRST = re.compile(
    r"\b(some|part|portion|piece|bit|little|something|few|half|down( payment)?|first|today|now|up ?front)\b.*"
    r"\b(the )?(rest|remainder|remaining( (balance|amount))?)\b"
)
"""A rest is the whole to somebody who has not just spoken of a part."""
_REST = re.compile(r"\b(rest|remainder|remaining)\b")
_OTHER_WHOLE = re.compile(
    r"\b((of|half) my (\w+ )?(paycheck|check|pay|salary|income|wages|savings|money|rent|life|time)|that's all|thats all"
    r"|is that all|at all|all right|all the time|all day|half (an? )?(hour|month|year|day|week|dozen)|quarter (past"
    r"|to|of an hour|after|till)|(an|one) hour and a half|after all|all done|all set|all good|first of all|year"
    r"|for all|half the time|all week)\b"
)


def share_of(tokens: Sequence[Token], balance: Decimal | None) -> Decimal | None:
    """The share of the balance that a text speaks of, in dollars; None when there is none, or no balance."""
    share = _share(tokens)
    return None if share is None or balance is None else share * balance


def _share(tokens: Sequence[Token]) -> Decimal | None:
    found: Decimal | None = None
    for index in range(len(tokens)):
        read = _fraction_at(tokens, index)
        if read and not _denied(tokens, index) and not _other(tokens, index, read[1]):
            found = read[0]
            break
    if found is not None:
        return found
    text = " ".join(token.word for token in tokens)
    after_part = _PART_FIRST.search(text)
    for match in _WHOLE.finditer(text):
        around = text[max(0, match.start() - 12) : match.end() + 22]
        if after_part and after_part.end() >= match.end() and _REST.search(match[0]):
            continue
        if _OTHER_WHOLE.search(around) or _NOT_WHOLE.search(text[max(0, match.start() - 22) : match.start()]):
            continue
        return Decimal(1)
    return None


def _fraction_at(tokens: Sequence[Token], index: int) -> tuple[Decimal, int] | None:
    """The fraction at an index and the index after it."""
    word = word_at(tokens, index)
    if word in {"half", "halve"}:
        return Decimal("0.5"), index + 1
    following = word_at(tokens, index + 1)
    if word in _COUNTS and following in _PARTS:
        return Decimal(_COUNTS[word]) / _PARTS[following], index + 2
    if word in {"quarter", "third"} and following in {"of", "now", ""} and word_at(tokens, index - 1) != "the":
        return Decimal(1) / _PARTS[word], index + 1
    number = read_number(tokens, index)
    if number and number.value <= 100 and word_at(tokens, number.end) in {"percent", "%"}:
        return number.value / 100, number.end + 1
    if number and number.value <= 100 and [word_at(tokens, number.end + i) for i in (0, 1)] == ["per", "cent"]:
        return number.value / 100, number.end + 2
    return None


def _denied(tokens: Sequence[Token], index: int) -> bool:
    words: list[str] = []
    for token in reversed(tokens[max(0, index - 4) : index]):
        if token.stop not in ("", "-") or token.word in {"but", "maybe"}:
            break
        words.append(token.word)
    return any(_NOT_WHOLE.fullmatch(word) for word in words) or bool(_NOT_WHOLE.search(" ".join(reversed(words))))


def _other(tokens: Sequence[Token], index: int, end: int) -> bool:
    """Whether the fraction is of time, of a number, of pay, or part of a number ("five and a half")."""
    around = " ".join(token.word for token in tokens[max(0, index - 3) : end + 5])
    return bool(_OTHER_WHOLE.search(around)) or " ".join(token.word for token in tokens[index - 2 : index]) == "and a"


def share_before(tokens: Sequence[Token], index: int) -> Decimal | None:
    """The share right before an amount: "half of three hundred"."""
    if word_at(tokens, index - 1) in {"the", "that"}:
        index -= 1
    if word_at(tokens, index - 1) != "of":
        return None
    for start in (index - 3, index - 2):
        read = _fraction_at(tokens, start) if start >= 0 else None
        if read and read[1] == index - 1:
            return read[0]
    return None
