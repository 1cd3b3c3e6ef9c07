"""A yes on a condition that what was read out already meets: "if it's under sixty a month, then yes"."""

import re
from decimal import Decimal

from archer.conversation.policy.differences import differences
from archer.conversation.policy.hearing import Hearing, same_sum
from archer.conversation.policy.state import Prepared
from archer.conversation.policy.steps import decimal, option
from archer.conversation.policy.talk import Talk

_CLAUSE = re.compile(
    r"\b(?:but |and |only )*(?:if|as long as|so long as|provided|assuming)(?: that)? "
    r"(?:it|that|this|they|each(?: one| payment)?|the (?:payments?|instal+ments?|plan|amount))"
    r"(?:'s|'re| is| are| stays?| comes to| starts?| begins?)\b[^.;!?]*?(?=[.;!?]|,|\bthen\b|$)",
    re.I,
)
_BELOW = re.compile(
    r"\b(?:under|below|less than|lower than|at most|(?:no|not) (?:more|higher) than|up to|within)\b", re.I
)
_MORE = re.compile(
    r"\b(?:over(?! (?:the |a )?(?:three|six|twelve|\d+))|above|more than|at least|free|fees?|interest|charge|extra)\b",
    re.I,
)


def without_met(talk: Talk, hearing: Hearing, prepared: Prepared) -> Hearing:
    """The turn without a condition that is met; as it is where one is not, or for a debit, which needs a plain yes."""
    found = _CLAUSE.search(hearing.text) if prepared.method != "bank_transfer" else None
    if found is None or not _met(talk, hearing.only(found[0]), prepared):
        return hearing
    rest = " ".join((hearing.text[: found.start()] + " " + hearing.text[found.end() :]).split()).strip(" ,;")
    return hearing.only(rest) if rest else hearing


def _met(talk: Talk, clause: Hearing, prepared: Prepared) -> bool:
    below = _BELOW.search(clause.text)
    if _MORE.search(_BELOW.sub(" ", clause.text)):
        return False
    amount = clause.amount(talk.balance)
    if amount is not None:
        read = _each(talk, prepared)
        return read is not None and (read <= amount if below else same_sum(amount, read))
    named = clause.day is not None or clause.months is not None
    return named and not below and not differences(talk, clause, prepared)


def _each(talk: Talk, prepared: Prepared) -> Decimal | None:
    """The most that is to be paid at once: an instalment of a plan, or the whole of anything else."""
    if prepared.kind == "extension":
        return None
    parts = (prepared.each, prepared.last) if prepared.kind == "plan" else (prepared.amount,)
    if prepared.kind == "plan" and prepared.each is None and prepared.down_payment is None:
        parts = (((option(talk, "plan") or {}).get("monthly") or {}).get(str(prepared.months)),)
    return max((amount for part in parts if (amount := decimal(part)) is not None), default=None)
