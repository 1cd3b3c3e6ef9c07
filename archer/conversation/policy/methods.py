"""Which way of paying a caller names: the payment link or the bank transfer; the last word counts."""

import re
from collections.abc import Callable
from typing import Literal

Method = Literal["sms_link", "bank_transfer"]

_LINK = re.compile(r"\b(?:links?|text(?:ed|ing)?|texts|sms|(?:debit|credit|my|a|by) card)\b", re.I)
_BANK = re.compile(
    r"\b(?:bank (?:transfer|account)|(?:my|the) bank|transfer|ach|checking|savings|e-?check|direct debit)\b", re.I
)
_RECEIPT = re.compile(r"\b(?:text|message|send) (?:me )?(?:\w+ )?(?:receipt|confirmation)\b", re.I)
_LINK_ASKED = re.compile(r"\b(?:message|card|online|website|phone|cell|send)\b", re.I)
_BANK_ASKED = re.compile(r"\b(?:bank|routing|account)\b", re.I)
_FIRST = re.compile(r"^\W*(?:the )?(?:first|former)(?: one)?\W*$", re.I)
_SECOND = re.compile(r"^\W*(?:the )?(?:second|latter|other)(?: one)?\W*$", re.I)
_TURNED_DOWN = (
    r"\b(?:instead of|rather than|not|without|(?:don'?t|do not|can'?t|won'?t|never|didn'?t) (?:\w+ )?(?:want|like|"
    r"trust|use|have|need|do|open|get|click(?: on)?|take|own|believe in))\s+"
    r"(?:(?:the|a|an|any|that|those|these|by|to|your|my|do|use|get|pay with|payment|text|secure|with|from|me) )*"
)
_NO_LINK = re.compile(
    rf"{_TURNED_DOWN}(?:links?|texts?|texting|text messages?|messages?|sms|smart ?phone|cell ?phone|cell|mobile)\b"
    r"|\b(?:this is|it'?s|i(?:'m| am) on|only have|just have) (?:only |just )?a ?"
    r"(?:land ?line|house phone|flip phone)\b",
    re.I,
)
_NO_BANK = re.compile(rf"{_TURNED_DOWN}(?:bank )?(?:transfers?|(?:bank|checking|savings) accounts?|ach|bank)\b", re.I)
"""A way that is turned down: "the transfer instead of the link", "I don't trust links"; that leaves the other."""
_EITHER = re.compile(
    r"\b(?:either(?: one| way)?|whichever|whatever(?: is|'s)? (?:easi|quick|fast|best|you)|you (?:choose|pick|decide)|"
    r"(?:doesn'?t|does not|don'?t) (?:really )?(?:matter|care)|no preference|up to you|same to me|"
    r"both (?:are|is)? ?fine)",
    re.I,
)
_TURNS = re.compile(
    r"\b(?:no(?! (?:problem|worries))|nope|wait|actually|sorry|scratch that|i mean|make that|on second thoughts?|"
    r"never ?mind|you know what|hold on|come to think of it|rather|better)\b",
    re.I,
)
"""Where somebody corrects himself: "text me the, no, actually, take it from my bank"."""


def named(text: str) -> Method | None:
    """The way of paying named in so many words; None when none is, or both are."""
    return _last(text, _named)


def chosen(text: str) -> Method | None:
    """The same when the question was just that: looser words, "the first one", a no to the other, "either" count."""
    if _FIRST.match(text) or _SECOND.match(text):
        return "sms_link" if _FIRST.match(text) else "bank_transfer"
    found = named(text) or _last(text, _loosely)
    if found is None and _one_of(bool(_NO_BANK.search(text)), bool(_NO_LINK.search(text))):
        return "sms_link" if _NO_BANK.search(text) else "bank_transfer"
    return found or ("sms_link" if _EITHER.search(text) else None)


def _last(text: str, found_in: Callable[[str], Method | None]) -> Method | None:
    """What the part after the last correction names that names any."""
    plain = _NO_BANK.sub(" ", _NO_LINK.sub(" ", _RECEIPT.sub(" ", text)))
    whole = found_in(plain)
    if whole is not None:
        return whole
    parts = _TURNS.split(plain)
    return next((found for part in reversed(parts[1:]) if (found := found_in(part))), None)


def _named(text: str) -> Method | None:
    return _one_of(bool(_LINK.search(text)), bool(_BANK.search(text)))


def _loosely(text: str) -> Method | None:
    if _LINK.search(text) or _BANK.search(text):
        return None
    return _one_of(bool(_LINK_ASKED.search(text)), bool(_BANK_ASKED.search(text)))


def _one_of(link: bool, bank: bool) -> Method | None:
    return None if link == bank else "sms_link" if link else "bank_transfer"
