"""What is an offer and what only has an amount in it.

"I got a five-dollar bill with your name on it, that's my offer" is one, "my landlord raised me two hundred a month" is
none.
"""

import re

from archer.conversation.policy import evidence
from archer.conversation.policy.hearing import Hearing

_OFFER = re.compile(
    r"\b(?:my (?:final |best |only |last )?offer|take it or leave it|best i can (?:do|give)|"
    r"all i(?:'ve| have)? (?:got|have)|(?:i'?ll|i will|i can|lemme|let me) (?:give|hand|slip|offer) (?:you|y'?all))\b",
    re.I,
)
_DENIED = re.compile(r"n't\b|\b(?:not|never|cannot)\b", re.I)


def only_offers(hearing: Hearing, balance: str | None) -> bool:
    """An amount is offered, and nothing said to be wrong."""
    offers = _OFFER.search(hearing.text) and not evidence.FAMILY["not_right"].search(hearing.text)
    return bool(offers) and not _DENIED.search(hearing.text) and hearing.amount(balance) is not None


_DEARER = re.compile(
    r"\b(?:raised|upped|hiked|jacked|bumped|increased|doubled)\b[^.?!]*\b(?:rent|me|us|my|on me)\b"
    r"|\b(?:rent|insurance|mortgage|groceries|gas|utilities|electric\w*)\b[^.?!]*\b(?:went|gone|goes|going) up\b",
    re.I,
)
_OFFERS = re.compile(
    r"\b(?:i can|i could|i'?ll|i will|could i|can i|how about|what about|instead|per month for me)\b", re.I
)


def dearer(text: str) -> bool:
    """Something else costs the caller more; nothing is offered."""
    return bool(_DEARER.search(text)) and not _OFFERS.search(text)
