"""The answer to what was read out: the yes that sets it up, a change that is read out anew, a question, a no.

Rule I-21: only an explicit yes, to what was read out in full and asked about last, sets an arrangement up; an answer
that names something else prepares that instead, whatever yes there is in it.
"""

import re

from archer.conversation.policy import plan_terms
from archer.conversation.policy.arrangement import PAYMENTS, advance, drop, often_read, read_and_ask
from archer.conversation.policy.bargaining import consider
from archer.conversation.policy.conditions import without_met
from archer.conversation.policy.consent import Consent, consent, doubt
from archer.conversation.policy.differences import Differences, differences, loose_value, repeats
from archer.conversation.policy.everyday import ACCOUNT_REQUESTS
from archer.conversation.policy.evidence import (
    ASKS_TERMS,
    BEYOND_TERMS,
    CONDITION,
    FAMILY,
    OF_COST,
    SOFT_YES,
)
from archer.conversation.policy.hearing import Hearing
from archer.conversation.policy.negotiation import months_for, request
from archer.conversation.policy.state import Prepared, Proposal
from archer.conversation.policy.steps import option, plan_months, reask
from archer.conversation.policy.talk import Talk

_SAME_WISH = {
    "pay_now": PAYMENTS,
    "offer_amount": PAYMENTS,
    "payment_plan": {"plan"},
    "promise_to_pay": {"promise"},
    "extension": {"extension"},
}
"""Requests that may come with a yes to what was read out; any other asks for something else."""
_ANOTHER_WISH = re.compile(
    r"\b(?:(?<!from )(?:now|today)|tonight|right away|immediately|in full|off|all of it|it all|everything|whole|full|"
    r"entire|half|part|instead|rather|plans?|instal+ments?|monthly|per month|a month|extension|extend|more time|"
    r"due date|longer|later|sooner|earlier|lower|less|more|settle\w*|links?|text|transfer|card)\b",
    re.I,
)
"""Words of another wish than what was read out; "yes, I'll pay it by then" has none."""


_DUE_DATE_INSTEAD = re.compile(
    r"\b(?:just|rather|instead|no plan|not a plan|forget the plan|only)\b[^.?!]*\b(?:move|push|change|extend|later|new|"
    r"different|shift)\b[^.?!]*\bdue date\b"
    r"|\b(?:move|push|change|extend|later|new|different|shift)\b[^.?!]*\bdue date\b[^.?!]*\b(?:instead|rather)\b",
    re.I,
)
"""A later due date, and not what was read out."""


def hear_confirm(talk: Talk, hearing: Hearing) -> bool:
    """The answer to "shall I set this up?": only an explicit yes to what was read out in full sets it up."""
    prepared = talk.state.prepared
    if prepared is None:
        return False
    hearing = without_met(talk, hearing, prepared)
    if _asks_terms(talk, hearing, prepared):
        read_and_ask(talk)
        return True
    if prepared.kind != "extension" and option(talk, "extension") and _DUE_DATE_INSTEAD.search(hearing.text):
        return _other_kind(talk, hearing, "extension")
    other = differences(talk, hearing, prepared)
    if _of_plan(talk, hearing, prepared) or (other and _changed(talk, hearing, prepared, other)):
        return True
    if _too_much(talk, hearing, prepared) or (prepared.kind == "extension" and _keeps_due_date(talk, hearing)):
        return True
    verdict = consent(talk, hearing)
    plainly = bool(talk.state.stalled) or not (other or loose_value(talk, hearing, prepared))
    if verdict is Consent.GIVEN:
        _agreed(talk, prepared, plainly=plainly)
        return True
    if SOFT_YES.search(hearing.text) and hearing.yes_no is not False:
        talk.say("answer_change")
        reask(talk)
        return True
    same = _same_wish(hearing, prepared)
    if hearing.intent in ACCOUNT_REQUESTS and not same:
        return False
    if same and verdict is not Consent.WITHHELD and _comes_back(talk, hearing, prepared):
        _agreed(talk, prepared, plainly=plainly)
    elif hearing.yes_no is False:
        _not_this(talk, hearing)
    elif verdict is not Consent.NONE or hearing.yes_no is True or same:
        _ask_plainly(talk, hearing, verdict)
    else:
        return False
    return True


def _of_plan(talk: Talk, hearing: Hearing, prepared: Prepared) -> bool:
    """A question when the plan starts, or a plan after all where something else was read out."""
    day = plan_terms.later_start(hearing, prepared)
    first = plan_terms.paid_first(talk, hearing, prepared)
    proposal, bare = first or talk.state.proposal, plan_terms.without_down(talk, hearing)
    if proposal is not None and (day is not None or first is not None or bare):
        drop(talk)
        proposal.date = day or proposal.date
        proposal.down_payment = None if bare else proposal.down_payment
        talk.state.proposal = proposal
        advance(talk)
    elif plan_terms.back_to_plan(talk, hearing, prepared):
        request(talk, hearing)
    elif not differences(talk, hearing, prepared) and plan_terms.asks_start(talk, hearing, prepared):
        read_and_ask(talk)
    else:
        return False
    return True


def _agreed(talk: Talk, prepared: Prepared, *, plainly: bool) -> None:
    """The caller said yes: do it, when he had heard all of it, was asked for his yes last, and named nothing else."""
    if not plainly or talk.order.read_out != prepared.intent_id or not _asked(talk):
        read_and_ask(talk)
    else:
        talk.order.arrangement_agreed(prepared.intent_id)
        talk.use("confirm_arrangement", {"intent_id": prepared.intent_id}, "confirmed")


def _comes_back(talk: Talk, hearing: Hearing, prepared: Prepared) -> bool:
    """The caller wishes again for the very terms that he turned down in other words; a debit needs his yes."""
    return often_read(talk) and prepared.method != "bank_transfer" and not CONDITION.search(hearing.text)


_HAS_QUESTION = re.compile(r"\bquestions?\b(?<!no question)(?<!no questions)", re.I)


def _ask_plainly(talk: Talk, hearing: Hearing, verdict: Consent) -> None:
    """No consent yet: yes or no? Who has a question may ask it first."""
    doubt(talk, hearing)
    if verdict is Consent.WITHHELD and _HAS_QUESTION.search(hearing.text) and not CONDITION.search(hearing.text):
        talk.ask("which_question")
        return
    if CONDITION.search(hearing.text):
        _on_condition(talk, hearing)
    elif verdict is Consent.WITHHELD:
        talk.say("nothing_yet")
    reask(talk)


def _not_this(talk: Talk, hearing: Hearing) -> None:
    if not talk.state.stalled and repeats(talk, hearing):
        read_and_ask(talk)
        return
    drop(talk)
    talk.say("kept_as_is" if talk.state.arranged else "not_set_up")
    talk.state.proposal = talk.state.offer = None
    talk.go("anything_else" if talk.state.arranged else "negotiate")
    reask(talk)


def _same_wish(hearing: Hearing, prepared: Prepared) -> bool:
    """What is asked for beside a yes is what was read out."""
    kinds = _SAME_WISH.get(hearing.intent)
    if kinds is None:
        return False
    if prepared.kind in kinds:
        return True
    if prepared.kind == "extension" and hearing.intent == "promise_to_pay" and hearing.day == prepared.date:
        return True  # the new due date, named once more
    to_a_day = prepared.kind == "promise" and hearing.intent == "extension"  # "make it ten days from now"
    return (hearing.explicit_yes or to_a_day) and not _ANOTHER_WISH.search(hearing.text)


def _on_condition(talk: Talk, hearing: Hearing) -> None:
    """ "Yes, if my check comes" is no yes yet: what to do if not, or that nothing is added, and the question again."""
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


def _changed(talk: Talk, hearing: Hearing, prepared: Prepared, other: Differences) -> bool:
    """Prepare what was named instead; False when it fits nothing that can be prepared."""
    proposal = talk.state.proposal
    if proposal is None:
        return False
    if prepared.kind in PAYMENTS:
        return _changed_payment(talk, hearing, proposal, other)
    paying = hearing.intent == "pay_now" and hearing.later is None and not plan_terms.of_down(talk, hearing)
    if paying and _ANOTHER_WISH.search(hearing.text):
        return False
    if prepared.kind == "plan":
        return _changed_plan(talk, proposal, other)
    if other.months is not None:
        return _other_kind(talk, hearing, "payment_plan")
    if prepared.kind == "extension" and talk.state.said.get("due_date_instead") and _promises(talk, hearing, other):
        return _other_kind(talk, hearing, "promise_to_pay")
    drop(talk)
    proposal.date = other.day or proposal.date
    proposal.amount = f"{other.amount:.2f}" if other.amount is not None else proposal.amount
    advance(talk)
    return True


def _promises(talk: Talk, hearing: Hearing, other: Differences) -> bool:
    """Who wanted to promise a day and was offered a due date now names a day that can be promised."""
    until, text = (option(talk, "promise") or {}).get("until"), _NO_MOVE.sub(" ", hearing.text)
    pays = _PAYS_THEN.search(text) and not _DUE_DATE.search(text)
    return bool(pays) and other.day is not None and isinstance(until, str) and other.day <= until[:10]


def _keeps_due_date(talk: Talk, hearing: Hearing) -> bool:
    """ "I don't want the due date moved": then as late a day as can be promised, where a day to pay was named first."""
    if not _NO_MOVE.search(hearing.text):
        return False
    promise, drawn = option(talk, "promise"), talk.state.said.get("due_date_instead")
    until = (promise or {}).get("until")
    if not drawn or not isinstance(until, str):
        _not_this(talk, hearing)
        return True
    drop(talk)
    talk.state.proposal = Proposal(kind="promise", amount=talk.balance)
    talk.state.suggestion, talk.state.offer = until, "limit"
    talk.go("negotiate")
    reask(talk)
    return True


_PAYS_THEN = re.compile(r"\b(?:pay\w*|promise\w*|settle|clear|cover)\b", re.I)
_DUE_DATE = re.compile(r"\b(?:due date|extension|extend|move (?:it|that|the date))\b", re.I)
_NO_MOVE = re.compile(
    r"(?:\b(?:no need|do not (?:need|want|have)|not|without|leave|keep|forget)|n['’]?t (?:need|want|have))\b"
    r"[^.?!,]{0,25}\b(?:due date|the date|extension)\b(?: (?:moved|changed|extended|alone|as it is))?",
    re.I,
)


def _changed_payment(talk: Talk, hearing: Hearing, proposal: Proposal, other: Differences) -> bool:
    if other.months is not None:
        return _other_kind(talk, hearing, "payment_plan")
    proposal.method = other.method or proposal.method
    if other.day is not None and proposal.method != "bank_transfer":
        return _other_kind(talk, hearing, "promise_to_pay")
    drop(talk)
    proposal.date = other.day or proposal.date
    if other.amount is not None:
        consider(talk, other.amount, hearing)
    else:
        advance(talk)
    return True


def _other_kind(talk: Talk, hearing: Hearing, wish: str) -> bool:
    """The value belongs to another way of paying than the one that was read out."""
    hearing.take(wish, 0.7)
    return request(talk, hearing)


def _changed_plan(talk: Talk, proposal: Proposal, other: Differences) -> bool:
    months = other.months
    if months is None and other.amount is not None:
        months = months_for(talk, other.amount)
        if months is None or months == proposal.months:
            return False
    drop(talk)
    if months is not None:
        proposal.months = months if months in plan_months(talk) else None
    proposal.down_payment = other.down or proposal.down_payment
    proposal.date = other.day or proposal.date
    advance(talk)
    return True


def _too_much(talk: Talk, hearing: Hearing, prepared: Prepared) -> bool:
    """Each instalment is too much: a longer plan, when there is one; the objection is no yes to this one."""
    proposal = talk.state.proposal
    if proposal is None or prepared.kind != "plan" or (hearing.explicit_yes and not hearing.wants_change):
        return False
    longer = [months for months in plan_months(talk) if months > (prepared.months or 0)]
    if not longer or not FAMILY["too_much"].search(hearing.text):
        return False
    drop(talk)
    proposal.months = longer[0] if len(longer) == 1 else None
    advance(talk)
    return True
