"""Amounts that are turned down, and amounts that are to be left: "not one fifty, the whole thing", "all but a hundred".

What is left is taken from the balance, unless what is to be paid is named as well.
"""

import re
from collections.abc import Sequence
from decimal import Decimal

from archer.conversation.slots.fractions import share_of
from archer.conversation.slots.money import Mention
from archer.conversation.slots.tokens import Token

_TURNED_DOWN = re.compile(r"\b(?:not|forget|instead of|rather than)(?: just| only| the| a| that)*$")
_DENIED = re.compile(r"\b(?:can't|cannot|can not|couldn't|won't|don't|not)\b")
_CONTRAST = re.compile(r"^(?:but|no|make it|just)\b")
_MANNER = re.compile(r"^(?:all at once|at once|in full|all (?:today|now|of that|in one))\b")
_LEFT_BEFORE = re.compile(
    r"\b(?:(?:(?<!it )all|everything|whole \w+|all of it|balance) (?:but|except(?: for)?|minus|less)"
    r"|leav(?:e|es|ing)(?: just| only| about| like)*"
    r"|pay\w* (?:it|this|that|the (?:balance|bill|account)) (?:all )?down to"
    r"|i(?:'d|'ll)?\b[^.]{0,25} (?:bring|get) (?:it|this|that|the (?:balance|bill|account)) down to)"
    r"(?: just| only| about| the| like)*$"
)
_LEFT_BEHIND = re.compile(r"^(?:is|are|would be|to be|'s|remains)\b ?(?:still )?(?:left|remaining|owed|owing|open)?\b")
_LEFT = re.compile(r"\b(?:left|remain\w*|owed|owing|open)\b")
_RATE = re.compile(r"^(?:a|per|each|every|monthly)\b")


def instead_of(found: Sequence[Mention], tokens: Sequence[Token], balance: Decimal | None) -> Decimal | None:
    """The share of the balance that is wanted instead of an amount: "not one fifty, the whole thing"."""
    for mention in found:
        before, behind = _around(tokens, mention)
        contrast = bool(tokens[mention.end - 1].stop) or bool(_CONTRAST.match(behind))
        denied = _TURNED_DOWN.search(before) or (contrast and _DENIED.search(before))
        if not denied or _MANNER.match(behind) or any(other.start > mention.start for other in found):
            continue
        share = share_of(tokens[mention.end :], balance)
        if share is not None:
            return share
    return None


def left_over(found: Sequence[Mention], tokens: Sequence[Token]) -> list[Mention]:
    """The amounts that are not to be paid but to be left."""
    return [mention for mention in found if _is_left(mention, tokens)]


def _is_left(mention: Mention, tokens: Sequence[Token]) -> bool:
    before, behind = _around(tokens, mention)
    if _RATE.match(behind):
        return False
    if _LEFT_BEFORE.search(before):
        return not _DENIED.search(before)
    match = _LEFT_BEHIND.match(behind)
    return match is not None and bool(_LEFT.search(match[0]))


def _around(tokens: Sequence[Token], mention: Mention) -> tuple[str, str]:
    """The words before an amount, as far as they belong to it, and the next ones behind it."""
    words: list[str] = []
    for token in reversed(tokens[max(0, mention.start - 9) : mention.start]):
        if token.stop not in ("", "-"):
            break
        words.append(token.word)
    behind = [token.word for token in tokens[mention.end : mention.end + 4]]
    return " ".join(reversed(words)), " ".join(behind)
