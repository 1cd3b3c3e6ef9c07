"""Answers to the questions about details: how much, how many months, by when, which way, and the yes itself.

Rule I-21: only an explicit yes, to what was read out in full and asked about last, sets an arrangement up; an answer
that changes something prepares the changed thing instead.
"""

import re
from collections.abc import Callable

from archer.conversation.policy.arrangement import PAYMENTS, advance, drop, propose, read_and_ask
from archer.conversation.policy.bargaining import consider
from archer.conversation.policy.everyday import ACCOUNT_REQUESTS
from archer.conversation.policy.evidence import (
    ASKS_OF_WAY,
    ASKS_TERMS,
    BEYOND_TERMS,
    CONDITION,
    FAMILY,
    OF_COST,
    SOFT_YES,
)
from archer.conversation.policy.hearing import RIGHTS, Hearing
from archer.conversation.policy.negotiation import down_payment, hear_negotiate
from archer.conversation.policy.paydays import day_of, day_to_pay, first_date, some_day
from archer.conversation.policy.people import goodbye
from archer.conversation.policy.state import Prepared, Proposal, Step
from archer.conversation.policy.steps import decimal, plan_months, reask, today
from archer.conversation.policy.talk import Talk

_SAME_WISH = {
    "pay_now": PAYMENTS,
    "offer_amount": PAYMENTS,
    "payment_plan": {"plan"},
    "promise_to_pay": {"promise"},
    "extension": {"extension"},
}
"""Requests that may come with a yes to what was read out; any other asks for something else."""


_PAYING = frozenset({"pay_now", "offer_amount"})
_CERTAIN = 0.85
"""An aside that is as sure as this is no answer, whatever else is in its words."""
_ASK_FOR_DAY = frozenset({"promise_date", "new_due_date", "callback"})
_NO_ANSWERS = frozenset({"goodbye", "busy_now", "request_callback", "emergency", "frustrated", "are_you_ai"})
"""Asides that may well hold a day and are no answer to the question for one."""


def is_digits(talk: Talk, hearing: Hearing) -> bool:
    """Digits asked for are digits, whatever a weak reading makes of them."""
    unsure = hearing.confidence < 0.8 or hearing.label not in RIGHTS
    return talk.state.step == "verify" and unsure and hearing.digit_count >= 4


def is_direct(talk: Talk, hearing: Hearing) -> bool:
    """The turn holds what was asked for, so that an aside heard in it counts for less."""
    if is_digits(talk, hearing):
        return True
    found = _ASKED_FOR.get(talk.state.step)
    if talk.state.step == "method" and hearing.label in ("scam_suspicion", "frustrated") and hearing.method is not None:
        return True  # "I don't trust links, take it from my bank"
    if found is None or hearing.confidence >= _CERTAIN:
        return False
    if talk.state.step in _ASK_FOR_DAY and hearing.label in _NO_ANSWERS:
        return False
    return found(talk, hearing)


_ASKED_FOR: dict[Step, Callable[[Talk, Hearing], bool]] = {
    "method": lambda _, hearing: hearing.method_asked is not None,
    "amount": lambda talk, hearing: hearing.amount(talk.balance, asked=True) is not None,
    "months": lambda talk, hearing: _months(talk, hearing) in plan_months(talk),
    "promise_date": lambda _, hearing: hearing.day is not None,
    "new_due_date": lambda _, hearing: hearing.day is not None,
    "callback": lambda _, hearing: hearing.moment is not None,
    "confirm": lambda _, hearing: hearing.explicit_yes,
}


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
            proposal.date = first_date(hearing) or proposal.date
            advance(talk)
        else:
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
    if hearing.months is not None or not allowed or _ASKS_OF_PLANS.search(hearing.text):
        return hearing.months
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


def hear_confirm(talk: Talk, hearing: Hearing) -> bool:
    """The answer to "shall I set this up?": only an explicit yes to what was read out in full sets it up."""
    prepared = talk.state.prepared
    if prepared is None:
        return False
    if _asks_terms(talk, hearing, prepared):
        read_and_ask(talk)
        return True
    if _changed(talk, hearing, prepared):
        return True
    if SOFT_YES.search(hearing.text) and hearing.yes_no is not False:
        talk.say("answer_change")
        reask(talk)
        return True
    same = prepared.kind in _SAME_WISH.get(hearing.intent, ())
    if hearing.intent in ACCOUNT_REQUESTS and not same:
        return False
    if hearing.explicit_yes:
        if talk.order.read_out != prepared.intent_id or not _asked(talk):
            read_and_ask(talk)
        else:
            talk.order.arrangement_agreed(prepared.intent_id)
            talk.use("confirm_arrangement", {"intent_id": prepared.intent_id}, "confirmed")
    elif hearing.yes_no is False:
        drop(talk)
        talk.say("kept_as_is" if talk.state.arranged else "not_set_up")
        talk.state.proposal = talk.state.offer = None
        talk.go("anything_else" if talk.state.arranged else "negotiate")
        reask(talk)
    elif hearing.yes_no is True or same:
        _on_condition(talk, hearing)
        reask(talk)
    else:
        return False
    return True


def _on_condition(talk: Talk, hearing: Hearing) -> None:
    """ "Yes, if my check comes" is no yes yet: what to do if not, or that nothing is added, and the question again."""
    if not CONDITION.search(hearing.text):
        return
    paying = talk.state.proposal is not None and talk.state.proposal.kind in PAYMENTS
    if not OF_COST.search(hearing.text):
        talk.say("answer_change")
    else:
        talk.say("nothing_added" if paying else "answer_fee")


def _asks_terms(talk: Talk, hearing: Hearing, prepared: Prepared) -> bool:
    """A question about what was read out, which names nothing else than that."""
    text = hearing.text
    if (
        not ASKS_TERMS.search(text)
        or BEYOND_TERMS.search(text)
        or hearing.day is not None
        or hearing.amount(talk.balance) is not None
    ):
        return False
    return hearing.months in (None, prepared.months)


def _asked(talk: Talk) -> bool:
    """The last words were the question whether to set it up, and not some other question."""
    return bool(talk.state.last) and talk.state.last[-1].key in ("confirm", "ach_question", "tool.prepared")


def _changed(talk: Talk, hearing: Hearing, prepared: Prepared) -> bool:
    """Another amount, way, day or length than what was read out: prepare that instead."""
    proposal = talk.state.proposal
    if proposal is None:
        return False
    if prepared.kind in PAYMENTS:
        amount, method = hearing.amount(talk.balance), hearing.method
        if amount is not None and amount != decimal(prepared.amount):
            drop(talk)
            proposal.method = hearing.method or proposal.method
            consider(talk, amount, hearing)
            return True
        if method is not None and method != prepared.method:
            drop(talk)
            proposal.method = method
            advance(talk)
            return True
    elif hearing.explicit_yes and not hearing.wants_change:
        return False
    elif prepared.kind == "plan":
        return _changed_plan(talk, hearing, prepared, proposal)
    elif prepared.kind in ("promise", "extension") and not (hearing.intent == "pay_now" and hearing.later is None):
        return _changed_promise(talk, hearing, prepared, proposal)
    return False


def _changed_plan(talk: Talk, hearing: Hearing, prepared: Prepared, proposal: Proposal) -> bool:
    down = down_payment(talk, hearing)
    other_months = hearing.months in plan_months(talk) and hearing.months != prepared.months
    other_down = down is not None and down != proposal.down_payment
    first = first_date(hearing) or _day_instead(hearing)
    if not (other_months or other_down or first):
        return _too_much(talk, hearing, prepared, proposal)
    drop(talk)
    if other_months:
        proposal.months = hearing.months
    proposal.down_payment = down or proposal.down_payment
    proposal.date = first or proposal.date
    advance(talk)
    return True


_NO_WISH = frozenset(
    {
        "reschedule_appointment",
        "request_callback",
        "extension",
        "promise_to_pay",
        "affirm",
        "negate",
        "unclear",
        "out_of_scope",
    }
)


def _day_instead(hearing: Hearing) -> str | None:
    """ "Could it be on the fifteenth instead?" of a plan; "I'd rather pay it all on the fifteenth" is another wish."""
    moves = hearing.wants_change and hearing.intent in _NO_WISH and hearing.months is None
    moves = moves and not FAMILY["will_pay"].search(hearing.text)
    return hearing.day if moves and hearing.later is not None else None


def _too_much(talk: Talk, hearing: Hearing, prepared: Prepared, proposal: Proposal) -> bool:
    """Each instalment is too much: a longer plan, when there is one; the objection is no yes to this one."""
    longer = [months for months in plan_months(talk) if months > (prepared.months or 0)]
    if not longer or not FAMILY["too_much"].search(hearing.text):
        return False
    drop(talk)
    proposal.months = longer[0] if len(longer) == 1 else None
    advance(talk)
    return True


def _changed_promise(talk: Talk, hearing: Hearing, prepared: Prepared, proposal: Proposal) -> bool:
    promised = prepared.kind == "promise"
    day = day_to_pay(talk, hearing) if promised else day_of(talk, hearing)
    if day == today(talk).isoformat() and hearing.yes_no is False:
        day = None  # "I'd rather not today"
    amount = hearing.amount(talk.balance) if promised else None
    other_day = day is not None and day != (prepared.date or "")[:10]
    other_amount = amount is not None and amount != decimal(prepared.amount)
    if not (other_day or other_amount):
        return False
    drop(talk)
    if other_day:
        proposal.date = day
    if other_amount:
        proposal.amount = f"{amount:.2f}"
    advance(talk)
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
