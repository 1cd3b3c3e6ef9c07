"""Find every amount of money that a text mentions, with what tells an amount from other numbers."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from archer.conversation.slots.fractions import share_before
from archer.conversation.slots.numerals import Number, read_number, word_at
from archer.conversation.slots.tokens import Token

CURRENCY = frozenset({
    "dollar", "dollars", "buck", "bucks", "usd", "cad", "euro", "euros", "pound", "pounds", "quid", "loonies",
    "dollers", "dollas", "smackers",
})  # fmt: skip
_SYMBOLS = frozenset({"$", "€", "£"})
_VAGUE = frozenset({"few", "several", "many", "some"})
"""A few hundred is no amount."""
_CENTS = frozenset({"cent", "cents", "penny", "pennies", "¢"})


class Scale(StrEnum):
    """How two number groups are meant."""

    NONE = "none"
    HUNDREDS = "hundreds"
    THOUSANDS = "thousands"


@dataclass(frozen=True, slots=True)
class Mention:
    """One amount in a text."""

    value: Decimal
    start: int
    end: int
    currency: bool
    """A currency word or sign is part of it."""
    words: bool
    """Said in words."""
    scaled: bool
    """Holds "hundred", "thousand" or the like, or is written in three digits and more."""
    grouped: bool = False
    """Said in two groups that a scale made one value ("three twenty five" in hundreds)."""
    cents_only: bool = False
    of_share: Decimal | None = None
    """The share that stood before it ("half of three hundred")."""


def mentions(tokens: Sequence[Token], scale: Scale) -> list[Mention]:
    """All amounts and plain numbers, in order."""
    found: list[Mention] = []
    index = 0
    while index < len(tokens):
        mention = _mention(tokens, index, scale)
        if mention is None:
            index += 1
            continue
        found.append(mention)
        index = mention.end
    return found


def _mention(tokens: Sequence[Token], index: int, scale: Scale) -> Mention | None:
    start = index
    symbol = word_at(tokens, index) in _SYMBOLS
    index += symbol
    buck = _single(tokens, index)
    groups = [] if buck else _groups(tokens, index)
    if (not groups and not buck) or (word_at(tokens, start - 1) in _VAGUE and groups and not symbol):
        return None
    end = groups[-1].end if groups else buck
    if len(groups) == 2 and _explicit_cents(tokens, end):
        scale = Scale.HUNDREDS
    dollars = combine(groups, scale) if groups else Decimal(1)
    if dollars is None:
        return None
    if word_at(tokens, end) in _CENTS:
        return Mention(dollars / 100, start, end + 1, True, True, False, cents_only=True)
    named = symbol or word_at(tokens, end) in CURRENCY or bool(buck)
    end += word_at(tokens, end) in CURRENCY
    cents = _cents(tokens, end, named)
    if cents is not None:
        dollars, end, named = dollars + cents[0], cents[1], True
    words = any(group.words for group in groups)
    scaled = any(group.scaled for group in groups) or (not words and dollars >= 100)
    grouped = len(groups) == 2 and dollars == dollars.to_integral_value() and dollars >= groups[0].value * 100
    return Mention(dollars, start, end, named, words, scaled, grouped, of_share=share_before(tokens, start))


def _explicit_cents(tokens: Sequence[Token], index: int) -> bool:
    """Whether "and eighteen cents" follows, so that the groups before it are dollars alone."""
    index += word_at(tokens, index) in CURRENCY
    number = read_number(tokens, index + (word_at(tokens, index) == "and"))
    return number is not None and word_at(tokens, number.end) in _CENTS


def _single(tokens: Sequence[Token], index: int) -> int:
    """The index after "a dollar", "a buck"; 0 when they do not stand there."""
    return index + 2 if word_at(tokens, index) == "a" and word_at(tokens, index + 1) in {"dollar", "buck"} else 0


def _groups(tokens: Sequence[Token], index: int) -> list[Number]:
    """Neighbouring number groups without a pause between them."""
    groups: list[Number] = []
    while index < len(tokens):
        if groups and tokens[index - 1].stop not in ("", "-"):
            digits = groups[-1].is_digit and tokens[index - 1].stop == ","
            if not digits and not (tokens[index - 1].stop == "," and groups[-1].scaled and groups[-1].value >= 1000):
                break
        number = read_number(tokens, index)
        if number is None or (groups and number.is_digit and not _goes_on(tokens, number, groups)):
            break
        groups.append(number)
        index = number.end
    return groups


def _goes_on(tokens: Sequence[Token], number: Number, groups: Sequence[Number]) -> bool:
    """Whether a digit belongs to the groups before it: more digits, and not the count of something else."""
    return groups[-1].is_digit or groups[-1].leading_zero or read_number(tokens, number.end) is not None


def _cents(tokens: Sequence[Token], index: int, named: bool) -> tuple[Decimal, int] | None:
    """Cents after the dollars: "and fifty cents", or a number right after the currency word ("three dollars fifty")."""
    linked = word_at(tokens, index) == "and"
    if linked and any(token.word == "between" for token in tokens[max(0, index - 6) : index]):
        return None
    number = read_number(tokens, index + linked)
    if number is None or number.scaled or number.decimal or number.value >= 100:
        return None
    if word_at(tokens, number.end) in _CENTS:
        return number.value / 100, number.end + 1
    paused = index > 0 and tokens[index - 1].stop not in ("", "-")
    complete = number.end >= len(tokens) or bool(tokens[number.end - 1].stop) or word_at(tokens, number.end) in _AFTER
    if named and not paused and complete and (number.value >= 10 or number.leading_zero):
        return number.value / 100, number.end
    return None


_AFTER = frozenset({
    "today", "now", "a", "per", "each", "every", "on", "by", "this", "tomorrow", "and", "if", "would", "right",
    "total", "i", "is",
})  # fmt: skip


def combine(groups: Sequence[Number], scale: Scale) -> Decimal | None:
    """The amount that neighbouring groups stand for; None when they are no amount."""
    values = [group.value for group in groups]
    if len(groups) == 1:
        return values[0]
    if all(_is_digit_word(group) for group in groups) and (len(groups) > 2 or not groups[-1].leading_zero):
        return Decimal("".join(str(int(value)) for value in values))
    if len(groups) == 2:
        return _pair(groups[0], groups[1], scale)
    if len(groups) == 3:
        return _triple(groups)
    if len(groups) == 4 and all(group.is_digit for group in groups[:2]):
        head = _triple(groups[:3])
        return None if head is None else head + values[3] / 100
    return None


def _is_digit_word(group: Number) -> bool:
    return group.is_digit


def _pair(first: Number, second: Number, scale: Scale) -> Decimal | None:
    a, b = first.value, second.value
    if first.decimal or second.decimal:
        return None if second.decimal and second.value >= 1 else a
    if 100 <= b < 1000 and a < 1000:
        return a * 1000 + b
    if b >= 100 or (b < 10 and not second.leading_zero and a >= 10 and not second.words):
        return a
    if first.scaled or a >= 100 or scale is Scale.NONE:
        return a + b / 100
    if scale is Scale.THOUSANDS and a < 10:
        return a * 1000 + b * 10
    return a * 100 + b


def _triple(groups: Sequence[Number]) -> Decimal | None:
    a, b, c = (group.value for group in groups)
    if groups[0].is_digit and groups[1].is_digit and c < 100:
        return a * 1000 + b * 100 + c
    if a >= 1000 and groups[0].scaled and b < 10:
        return a + b * 100 + c
    if b >= 100 or c >= 100 or groups[0].scaled:
        return a * 1000 + b + c / 100 if b >= 100 and c < 100 else None
    return a * 100 + b + c / 100
