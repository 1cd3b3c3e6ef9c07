"""Which way of paying a caller names: the payment link or the bank transfer; the last word counts."""

import re
from collections.abc import Callable
from typing import Literal

Method = Literal["sms_link", "bank_transfer"]

_LINK = re.compile(
    r"\b(?:links?|text(?:ed|ing)?|texts|sms|(?:debit|credit|a|by) card|(?<!that's )(?<!it's )(?<!is )my card)\b", re.I
)
_BANK = re.compile(
    r"\b(?:bank (?:transfer|account)|(?:my|the) bank|transfer|ach|checking|savings|e-?check|direct debit)\b", re.I
)
_RECEIPT = re.compile(r"\b(?:text|message|send) (?:me )?(?:\w+ )?(?:receipt|confirmation)\b", re.I)
_LINK_ASKED = re.compile(r"\b(?:message|card|online|website|phone|cell|send)\b", re.I)
_BANK_ASKED = re.compile(r"\b(?:bank|routing|account)\b", re.I)
_FIRST = re.compile(r"^\W*(?:the )?(?:first|former)(?: one)?\W*$", re.I)
_SECOND = re.compile(r"^\W*(?:the )?(?:second|latter|other)(?: one)?\W*$", re.I)
_NOT = (
    r"(?:instead of|rather than|not|without|never|nothing|(?:anything|everything|whatever) but|"
    r"(?:don'?t|do not|doesn'?t|does not|can'?t|cannot|won'?t|wouldn'?t|didn'?t(?! (?:get|receive|see|find))|ain'?t)"
    r"(?! (?:you|we|it|mind|care|see|know(?! how)|think|worry|matter)\b)|"
    r"hates?|(?:scared|afraid|wary|leery|tired|sick|suspicious) of|nervous (?:about|of)|"
    r"(?:stay|keep|steer)\w* (?:away|clear)(?: (?:from|of))?|avoid\w*|no (?:use|time|good|thanks?(?: you)?|interest)|"
    r"(?:hopeless|useless|terrible|bad|no good) (?:with|at))"
)
_AROUND = (
    r"(?:the|an?|any(?:thing|body|one)?|some(?:thing)?|that|this|those|these|it|by|to|your|my|me|you|of|on|in|into|with|for|from|"
    r"at|about|around|out|over|up|be|been|being|even|ever|really|very|much|just|all|like|want|wanna|gonna|going|trust|"
    r"believe|use|using|have|having|got|need|get|getting|do|doing|open|opening|click|clicking|tap|tapping|press|pressing|"
    r"take|taking|own|touch|touching|pay|paying|mess|messing|fool|fooling|bother|bothering|deal|dealing|give|giving|share|"
    r"sharing|hand|handing|receive|accept|send|sending|read|reading|know how|comfortable|good|great|big|fan|person|"
    r"keen|happy|into|no|more|payment|secure|text|bank|online|internet|fancy|stupid)"
)
_TURNED_DOWN = rf"\b{_NOT}\s+(?:{_AROUND} )*"
_NO = r"\bno(?: (?:more|bank|payment|text|web|internet|online|fancy|stupid))*\s+"
_LINKS = (
    r"(?:links?|texts?(?! me\b)|texting|text messages?|messages?|sms|smart ?phone|cell ?phone|cell|mobile)\b"
    r"(?: (?:things?|stuff|business|nonsense)\b)?"
)
_FAILS = (
    r"(?:make|makes|scare|scares|freak|worr(?:y|ies)|don'?t|doesn'?t|won'?t|can'?t|never|aren'?t|isn'?t|"
    r"(?:is|are) (?:how|not|no|a scam|scams|dangerous|risky|dodgy|sketchy|trouble))\b"
)
_NO_LINK = re.compile(
    rf"(?:{_TURNED_DOWN}|{_NO}){_LINKS}"
    rf"|\b(?:links?|texts|texting|text messages)\s+{_FAILS}[^.,;!?]*"
    r"|\b(?:this is|it'?s|i(?:'m| am) on|only have|just have) (?:only |just )?an? ?(?:old )?"
    r"(?:land ?line|house phone|flip phone)\b",
    re.I,
)
_BANKS = (
    r"(?:(?:bank )?transfers?|(?:bank|checking|savings|banking) (?:accounts?|details|info(?:rmation)?|numbers?|stuff|"
    r"things?|business)|account (?:details|numbers?|info(?:rmation)?)|ach|bank)\b"
)
_NO_BANK = re.compile(
    rf"(?:{_TURNED_DOWN}|{_NO}){_BANKS}|\b(?:bank )?transfers\s+{_FAILS}[^.,;!?]*",
    re.I,
)
"""A way that is turned down: "the transfer instead of the link", "nothing with links"; that leaves the other."""
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
    return named(text) or left(text) or _last(text, _loosely) or ("sms_link" if _EITHER.search(text) else None)


def left(text: str) -> Method | None:
    """The way that is left when just the other one is turned down."""
    return _one_of(bool(_NO_BANK.search(text)), bool(_NO_LINK.search(text)))


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
