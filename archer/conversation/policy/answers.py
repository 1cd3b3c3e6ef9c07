"""Answers to the questions about details: how much, how many months, by when, which way, and the yes itself.

Rule I-21: only an explicit yes, to what was read out in full and asked about last, sets an arrangement up; an answer
that changes something prepares the changed thing instead.
"""

import re
from collections.abc import Callable

from archer.conversation.policy import proof
from archer.conversation.policy.arrangement import PAYMENTS, advance, drop, propose
from archer.conversation.policy.bargaining import consider
from archer.conversation.policy.consent import consents
from archer.conversation.policy.differences import NO_DAY, differences, down_payment
from archer.conversation.policy.everyday import ACCOUNT_REQUESTS
from archer.conversation.policy.evidence import (
    ASKS_OF_WAY,
)
from archer.conversation.policy.hearing import RIGHTS, Hearing
from archer.conversation.policy.negotiation import hear_negotiate
from archer.conversation.policy.paydays import bare_day, day_of, day_to_pay, first_date, some_day
from archer.conversation.policy.people import goodbye
from archer.conversation.policy.plan_terms import length
from archer.conversation.policy.state import Step
from archer.conversation.policy.steps import plan_months, reask
from archer.conversation.policy.talk import Talk
from archer.conversation.words import spoken

_PAYING = frozenset({"pay_now", "offer_amount"})
_CERTAIN = 0.85
"""An aside that is as sure as this is no answer, whatever else is in its words."""
_CUT_SHORT = frozenset({"hold", "repeat", "thanks", "ask_reason", "scam_suspicion", "frustrated"})
"""Asides that are none when another value is named than was read out."""
_ASK_FOR_DAY = frozenset({"promise_date", "new_due_date", "callback"})


def is_digits(talk: Talk, hearing: Hearing) -> bool:
    """Digits asked for are digits, whatever a weak reading makes of them."""
    unsure = hearing.confidence < 0.8 or hearing.label not in RIGHTS
    return talk.state.step == "verify" and unsure and (hearing.digit_count >= 4 or proof.heard(talk, hearing).any)


def is_direct(talk: Talk, hearing: Hearing) -> bool:
    """The turn holds what was asked for, so that an aside heard in it counts for less."""
    if is_digits(talk, hearing):
        return True
    found = _ASKED_FOR.get(talk.state.step)
    way = hearing.method or hearing.method_left
    if talk.state.step == "method" and hearing.label in ("scam_suspicion", "frustrated") and way is not None:
        return True  # "I don't trust links, take it from my bank"
    if talk.state.step == "confirm" and hearing.label in _CUT_SHORT and _names_other(talk, hearing):
        return True  # "hold on, the fifteenth": what was read out is to be changed
    if found is None or hearing.confidence >= _CERTAIN:
        return False
    if talk.state.step in _ASK_FOR_DAY and hearing.label in NO_DAY:
        return False
    return found(talk, hearing)


_ASKED_FOR: dict[Step, Callable[[Talk, Hearing], bool]] = {
    "method": lambda _, hearing: hearing.method_asked is not None,
    "amount": lambda talk, hearing: hearing.amount(talk.balance, asked=True) is not None,
    "months": lambda talk, hearing: _months(talk, hearing) in plan_months(talk),
    "promise_date": lambda _, hearing: hearing.day is not None,
    "new_due_date": lambda _, hearing: hearing.day is not None,
    "callback": lambda _, hearing: hearing.moment is not None,
    "confirm": consents,
}


def _names_other(talk: Talk, hearing: Hearing) -> bool:
    prepared = talk.state.prepared
    return prepared is not None and bool(differences(talk, hearing, prepared))


def hear_amount(talk: Talk, hearing: Hearing) -> bool:
    """The answer to "how much?"."""
    amount = hearing.amount(talk.balance, asked=True)
    if amount is not None:
        consider(talk, amount, hearing)
    elif hearing.yes_no is False:
        return hear_negotiate(talk, hearing)
    else:
        return False
    return True


def hear_months(talk: Talk, hearing: Hearing) -> bool:
    """The answer to "over how many months?"."""
    proposal, allowed = talk.state.proposal, plan_months(talk)
    if proposal is None:
        return False
    months = _months(talk, hearing)
    if months is not None:
        if months in allowed:
            proposal.months = months
            proposal.down_payment = down_payment(talk, hearing) or proposal.down_payment
            proposal.date = first_date(talk, hearing) or proposal.date
            advance(talk)
        else:
            talk.say("no_such_length", months=spoken.cardinal(months))
            reask(talk)
    elif hearing.yes_no is False:
        return hear_negotiate(talk, hearing)
    else:
        return False
    return True


_LONGEST = re.compile(
    r"\b(?:long(?:est|er)|most|max\w*|last one|lowest|smallest|(?<!at )least|cheapest|as (?:many|long) as)\b"
    r"|^\W*(?:the )?last\W*$",
    re.I,
)
_SHORTEST = re.compile(
    r"\b(?:short(?:est|er)|quick(?:est|er)|fast(?:est|er)|soonest|first one|highest|fewest|as (?:few|short) as)\b"
    r"|^\W*(?:the )?first\W*$",
    re.I,
)
_MIDDLE = re.compile(r"\b(?:middle|second)(?: one)?\b", re.I)
_ASKS_OF_PLANS = re.compile(
    r"^\W*(?:(?:and|so|but|wait|well)\W+)*(?:when|what|which|how|why|is|are|does|do|will)\b", re.I
)
"""A question about lengths takes none: "which one is the longest?"."""


def _months(talk: Talk, hearing: Hearing) -> int | None:
    """The number of months named, or pointed at: "the longest", "the middle one"."""
    allowed = plan_months(talk)
    named = length(talk, hearing)
    if named is not None or not allowed or _ASKS_OF_PLANS.search(hearing.text):
        return named
    if _LONGEST.search(hearing.text):
        return allowed[-1]
    if _SHORTEST.search(hearing.text):
        return allowed[0]
    return allowed[1] if len(allowed) == 3 and _MIDDLE.search(hearing.text) else None


def hear_date(talk: Talk, hearing: Hearing) -> bool:
    """The answer to "by which day?"."""
    proposal = talk.state.proposal
    if proposal is None:
        return False
    promised = proposal.kind == "promise"
    day = day_to_pay(talk, hearing) if promised else day_of(talk, hearing) or hearing.span
    day = day or (None if some_day(hearing) else bare_day(talk, hearing))
    if day is None and some_day(hearing):
        talk.ask("ask_day_in_week")
    elif day is not None:
        proposal.date = day
        advance(talk)
    elif hearing.yes_no is False:
        return hear_negotiate(talk, hearing)
    else:
        return False
    return True


def hear_method(talk: Talk, hearing: Hearing) -> bool:
    """The answer to "link or transfer?"."""
    proposal, method = talk.state.proposal, hearing.method_asked
    if proposal is None:
        return False
    if ASKS_OF_WAY.search(hearing.text):
        return False  # "is the link a website?" asks about it and takes nothing
    if method is not None:
        proposal.method = method
        advance(talk)
    elif hearing.intent in ACCOUNT_REQUESTS and hearing.intent not in _PAYING:
        return False  # "okay, then over six months": what is asked for counts, and not the "okay"
    elif hearing.yes_no is True and talk.state.said.get("ask_method", 0) >= 2:
        proposal.method = "sms_link"  # a yes to either of two: the first; it is read out before anything happens
        advance(talk)
    elif hearing.yes_no is True:
        reask(talk)
    elif hearing.yes_no is False:
        return hear_negotiate(talk, hearing)
    else:
        return False
    return True


def pay_by_link(talk: Talk) -> bool:
    """Who reads out a card wants to pay with it: go on to the link; False when there is nothing to pay yet."""
    state = talk.state
    if not talk.open or "sms_link" not in ((state.options or {}).get("methods") or ["sms_link"]):
        return False
    if state.step in ("method", "confirm") and state.proposal and state.proposal.kind in PAYMENTS:
        drop(talk)
        state.proposal.method = "sms_link"
        advance(talk)
    elif state.step == "negotiate" and state.offer in ("counter", "counter_part") and state.proposal:
        state.proposal.method = "sms_link"
        advance(talk)
    elif state.step == "negotiate" and state.offer != "hardship_choice":
        propose(talk, "full_payment", amount=talk.balance)
        if state.proposal and state.proposal.method is None:
            state.proposal.method = "sms_link"
            advance(talk)
    else:
        return False
    return True


def hear_anything_else(talk: Talk, hearing: Hearing) -> bool:
    """The answer to "anything else?"."""
    if hearing.yes_no is False or hearing.intent in ("goodbye", "thanks", "refuse_to_pay"):
        goodbye(talk, "nothing else")
    elif hearing.yes_no is True and talk.state.said.get("what_else", 0) >= 2:
        goodbye(talk, "nothing else named")
    elif hearing.yes_no is True:
        talk.ask("what_else")
    else:
        return False
    return True
