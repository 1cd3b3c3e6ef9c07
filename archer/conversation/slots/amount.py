"""Amounts of money as spoken, in dollars.

Rules: two number groups are dollars and cents unless `scale_hint` says hundreds or thousands; fractions and "all of
it" are of the balance; "a couple" is two; the currency word does not matter; the last corrected value wins.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

from archer.conversation.slots.calendar_words import in_date
from archer.conversation.slots.corrections import Repair, Segment, split_corrections
from archer.conversation.slots.fractions import share_of
from archer.conversation.slots.money import Mention, Scale, mentions
from archer.conversation.slots.offers import choose
from archer.conversation.slots.remainders import instead_of, left_over
from archer.conversation.slots.tokens import Token, tokenize, without_fillers

_CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class _Heard:
    """The amount so far and the words it came from; without words for a share of the balance."""

    value: Decimal
    mention: Mention | None


def extract(text: str, context: Mapping[str, Any]) -> str | None:
    """Dollars with two places, or None.

    `context["balance"]` is a decimal string; `context["scale_hint"]` is `hundreds` or `thousands`. ValueError when
    they are neither.
    """
    balance, scale = _balance(context), _scale(context)
    heard: _Heard | None = None
    for segment in split_corrections(without_fillers(tokenize(text), keep={"so", "right", "alright"})):
        found = _hear(segment, heard, balance, scale)
        if found is not None or segment.repair is Repair.RESTART:
            heard = found
    if heard is None:
        return None
    return str(heard.value.quantize(_CENT, ROUND_HALF_UP))


def _balance(context: Mapping[str, Any]) -> Decimal | None:
    given = context.get("balance")
    if given is None:
        return None
    try:
        balance = Decimal(str(given))
    except InvalidOperation:
        balance = Decimal("NaN")
    if not balance.is_finite():
        raise ValueError(f"context.balance must be a decimal string such as 840.00, is {given!r}")
    return balance


def _scale(context: Mapping[str, Any]) -> Scale:
    given = context.get("scale_hint")
    if given is None:
        return Scale.NONE
    try:
        return Scale(given)
    except ValueError:
        raise ValueError(f"context.scale_hint must be hundreds or thousands, is {given!r}") from None


def _hear(segment: Segment, before: _Heard | None, balance: Decimal | None, scale: Scale) -> _Heard | None:
    """The amount of a segment, read in the light of what it corrects."""
    tokens = segment.tokens
    if scale is Scale.NONE and before and before.value >= 100 and (before.mention is None or before.mention.scaled):
        scale = Scale.HUNDREDS
    found = [mention for mention in mentions(tokens, scale) if not _is_day(tokens, mention)]
    instead = instead_of(found, tokens, balance)
    if instead is not None:
        return _Heard(instead, None)
    left = left_over(found, tokens)
    mention = choose([other for other in found if other not in left], tokens, balance)
    if mention is None and left and balance is not None and left[0].value < balance:
        return _Heard(balance - left[0].value, None)
    if mention is None:
        share = share_of(tokens, balance)
        return None if share is None else _Heard(share, None)
    share = mention.of_share
    if share is not None:
        return _Heard(mention.value * share, None)
    if segment.repair is Repair.SLIP and before and before.mention:
        tail = _tail(before.mention, mention)
        if tail is not None:
            return _Heard(tail, before.mention)
    return _Heard(mention.value, mention)


def _is_day(tokens: Sequence[Token], mention: Mention) -> bool:
    """Whether the number is the day of a date ("twenty may", "may twenty two")."""
    return not mention.currency and 1 <= mention.value <= 31 and in_date(tokens, mention.start, mention.end)


def _tail(before: Mention, after: Mention) -> Decimal | None:
    """The earlier amount with its tail replaced ("four hundred fifty, I mean sixty"), if the words are alike."""
    if after.currency and not after.cents_only:
        return None
    if after.cents_only and before.value % 1:
        return before.value // 1 + after.value
    if before.currency or not (before.words and after.words) or after.scaled or after.value % 1 or before.value % 1:
        return None
    tail = before.value % 10 if after.value < 10 else before.value % 100
    replaces = (before.scaled or before.grouped) and before.value > 100 and tail and after.value < 100
    return before.value - tail + after.value if replaces else None
