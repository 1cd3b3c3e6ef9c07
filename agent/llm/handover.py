"""What the rules need to know when they take over in the middle: what the caller wanted, and what was offered last.

Facts, promises, verification and the pending intent are one state that both conversations share
(`archer.conversation.policy.state`); here is what only the model has understood so far, read off the words.
"""

import re
from collections.abc import Sequence

from archer.conversation.policy import purpose
from archer.conversation.policy.hearing import Hearing
from archer.conversation.policy.state import OfferKind, Proposal
from archer.conversation.policy.steps import decimal, plan_months
from archer.conversation.policy.talk import Talk

_OFFERS: tuple[tuple[OfferKind, re.Pattern[str]], ...] = (
    ("plan", re.compile(r"\b(?:payment plan|plan|instal+ments?|monthly|a month|over (?:\w+ )?months)\b", re.I)),
    ("extension", re.compile(r"\b(?:due date|extension|extend|more time)\b", re.I)),
    (
        "promise",
        re.compile(r"\b(?:promise|by (?:what|which) (?:day|date)|when (?:could|can|will|would) you pay)\b", re.I),
    ),
    ("partial_payment", re.compile(r"\b(?:part of it|partial|smaller amount|something today|minimum)\b", re.I)),
    ("full_payment", re.compile(r"\b(?:full (?:balance|amount)|in full|the whole|whole (?:balance|amount))\b", re.I)),
)
_CHOICE = re.compile(r"\bor\b|\?.*\?", re.I)
_WANTED: dict[str, OfferKind] = {
    "pay_now": "full_payment",
    "offer_amount": "partial_payment",
    "payment_plan": "plan",
    "promise_to_pay": "promise",
    "extension": "extension",
}


def hand_over(talk: Talk, turns: Sequence[str], last_said: str | None) -> None:
    """Take up what the caller said to the model and what the model asked last."""
    if talk.state.prepared is not None or talk.state.arranged is not None:
        return
    for text in turns:
        _remember(talk, Hearing(text, None, talk.understanding, talk.clock))
    if last_said and "?" in last_said:
        talk.state.suggestion = None
        talk.state.offer = _offer(talk, last_said)


def _offer(talk: Talk, question: str) -> str | None:
    """What a bare "yes" to this question takes; None when it offers nothing certain."""
    found = [kind for kind, words in _OFFERS if words.search(question) and purpose.offerable(talk, kind)]
    if len(found) != 1:
        return None
    if found[0] not in talk.state.offered:
        talk.state.offered.append(found[0])
    if found[0] == "plan" and (months := _months(talk, question)) is not None:
        talk.state.proposal = Proposal(kind="plan", months=months)
    proposal = talk.state.proposal
    if proposal is None or proposal.kind != found[0]:
        return found[0]
    if proposal.kind == "plan":
        return "counter_plan" if proposal.months else "plan"
    return "counter" if proposal.amount and proposal.kind == "partial_payment" else found[0]


def _months(talk: Talk, question: str) -> int | None:
    """The one length of plan that the question offers."""
    months = None if _CHOICE.search(question) else talk.understanding.extract("months", question, {})
    return months if months in plan_months(talk) else None


def _remember(talk: Talk, hearing: Hearing) -> None:
    kind, state = _WANTED.get(hearing.intent), talk.state
    amount, balance = hearing.amount(talk.balance), decimal(talk.balance)
    if kind in ("full_payment", "partial_payment") and amount is not None and balance is not None:
        kind = "full_payment" if amount >= balance else "partial_payment"
    if kind is not None and (state.proposal is None or state.proposal.kind != kind):
        method = state.proposal.method if state.proposal else None
        state.proposal = Proposal(kind=kind, method=method)
    proposal = state.proposal
    if proposal is None:
        return
    if amount is not None and proposal.kind in ("partial_payment", "promise"):
        proposal.amount = f"{amount:.2f}"
    if proposal.kind == "full_payment":
        proposal.amount = talk.balance
    if proposal.kind == "plan" and hearing.months:
        proposal.months = hearing.months
    if proposal.kind in ("promise", "extension") and hearing.day:
        proposal.date = hearing.day
    proposal.method = hearing.method or proposal.method
