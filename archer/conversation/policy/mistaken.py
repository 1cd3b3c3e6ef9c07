"""What is easily mistaken for something else where money is spoken of: words of a right that concern the reading."""

import re

from archer.conversation.policy import evidence
from archer.conversation.policy.hearing import Hearing
from archer.conversation.policy.talk import Talk

OF_PAYING = re.compile(r"\b(?:(?:checking|savings|bank) accounts?|(?:full|whole|entire) balance)\b", re.I)
"""Words of a debt that are said of the way or the amount of a payment."""


def of_reading(hearing: Hearing) -> bool:
    """What a right is easily heard in: "a transfer, please", "you got it wrong, six months", "I just got paid"."""
    label, text = hearing.label, hearing.text
    if label == "request_human":
        return hearing.method is not None and not evidence.FAMILY["against_calls"].search(text)
    if label == "already_paid":
        return not evidence.FAMILY["paid"].search(text)
    return label == "wrong_number" and not evidence.FAMILY["who"].search(text)


_SECOND = re.compile(
    r"\b(?:january|february|march|april|may|june|july|august|september|october|november|december|the) second\b"
    r"(?! (?:payment|one|half|time|thing))",
    re.I,
)


def ordinal(_: Talk, hearing: Hearing) -> None:
    """ "December second" is a day, and no wish to wait a second."""
    if hearing.label == "hold" and _SECOND.search(hearing.text) and hearing.day is not None:
        hearing.take("unclear", 0.1)


_IN_PARTS = re.compile(
    r"\b(?:spread|split|stretch|divide|break|space|chop)\w* (?:\w+ ){0,2}?(?:rest|remainder|remaining|what'?s left)\b"
    r"|\b(?:rest|remainder|remaining|what'?s left)\b[^.?!]*\b(?:spread|split|stretched|divided|broken|monthly|"
    r"(?:over|each|every|per|a) (?:\w+ )?(?:months?|time)|payments|instal+ments?|(?:bit|little) by (?:bit|little))\b"
    r"|\bdown ?payment\b",
    re.I,
)
_NOT_IN_PARTS = frozenset({"offer_amount", "pay_now", "ask_options", "affirm", "unclear", "out_of_scope", "ask_price"})


def down_and_rest(hearing: Hearing) -> bool:
    """ "If I paid some of it today, could you spread out the rest?": a plan with something paid first."""
    return hearing.label in _NOT_IN_PARTS and bool(_IN_PARTS.search(hearing.text))
