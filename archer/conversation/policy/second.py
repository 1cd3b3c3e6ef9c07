"""What is heard of a second part: named with the first, added to a yes, or asked for once the first is arranged."""

import re

from archer.conversation.policy import rest
from archer.conversation.policy.arrangement import advance, drop, leave_as_is, propose
from archer.conversation.policy.bargaining import consider
from archer.conversation.policy.consent import consents
from archer.conversation.policy.hearing import Hearing
from archer.conversation.policy.rest import NOW, Parts
from archer.conversation.policy.state import Rest
from archer.conversation.policy.steps import decimal, option, reask, today
from archer.conversation.policy.talk import Talk
from archer.conversation.words import spoken

_STEPS = frozenset(
    {"negotiate", "amount", "months", "promise_date", "new_due_date", "method", "confirm", "anything_else"}
)


def hear(talk: Talk, hearing: Hearing) -> bool:
    """Two parts, a yes with a second part behind it, or the rest of what is arranged; False when it is none of them."""
    state = talk.state
    if not talk.open or state.options is None or state.step not in _STEPS:
        return False
    if state.step == "confirm" and (more := rest.yes_and_more(talk, hearing)) is not None:
        state.rest = more
        return _agreed(talk)
    if state.step == "confirm" and rest.asks_of_rest(talk, hearing):
        talk.say("rest_then")
        reask(talk)
        return True
    if state.step == "confirm" and state.in_force and _BOTH.search(hearing.text):
        talk.say("rest_one_promise")
        drop(talk)
        leave_as_is(talk)
        return True
    if state.step == "method" and (chosen := rest.way_and_more(talk, hearing)) is not None:
        _choose(talk, *chosen)
        return True
    both = rest.parts(talk, hearing)
    if both is not None and not _known(talk, both):
        _take_both(talk, both)
        return True
    if state.step != "confirm" and rest.wants_rest(talk, hearing):
        return _rest(talk, hearing)
    return False


_BOTH = re.compile(
    r"\b(?:don'?t|do not|not|no need to) (?:want to )?(?:cancel|replace|drop|lose|delete|remove|take away)\b|"
    r"\b(?:i (?:want|wanted|need|meant)|keep|pay|do) (?:to (?:do|pay|keep) )?(?:them )?both\b|\bon top of\b|"
    r"\bin addition\b",
    re.I,
)
"""What was arranged before is to stay beside what was read out."""


def _choose(talk: Talk, way: Hearing, more: Rest) -> None:
    """The way of paying the first part; the second is kept for when that is set up."""
    proposal = talk.state.proposal
    assert proposal is not None
    talk.state.rest = more if option(talk, "promise") else None
    talk.say("rest_next" if talk.state.rest else "rest_open")
    proposal.method = way.method_asked
    advance(talk)


def _agreed(talk: Talk) -> bool:
    """The yes to the first part, as `hear_confirm` takes one: only to what was read out and asked about last."""
    prepared, last = talk.state.prepared, talk.state.last
    asked = bool(last) and last[-1].key in ("confirm", "ach_question", "tool.prepared")
    if prepared is None or not asked or talk.order.read_out != prepared.intent_id:
        return False
    talk.order.arrangement_agreed(prepared.intent_id)
    talk.use("confirm_arrangement", {"intent_id": prepared.intent_id}, "confirmed")
    return True


def _known(talk: Talk, both: Parts) -> bool:
    """ "Three hundred today, I know the rest is still owed": the part that was read out, and of the rest no day."""
    prepared, dated = talk.state.prepared, both.rest is not None and both.rest.date is not None
    later = both.first.later is not None and not NOW.search(both.first.text)
    if talk.state.step != "confirm" or prepared is None or dated or later:
        return False
    amount = both.first.amount(talk.balance)
    return amount is not None and decimal(prepared.amount) == amount and prepared.kind == "partial_payment"


def _take_both(talk: Talk, both: Parts) -> None:
    """The first part now, the second one behind it; a promise first leaves the rest open: there is only one."""
    state, prepared = talk.state, talk.state.prepared
    amount = both.first.amount(talk.balance)
    assert amount is not None
    later = both.first.later is not None and not NOW.search(both.first.text)
    if prepared is not None and decimal(prepared.amount) == amount and not later and consents(talk, both.first):
        state.rest = both.rest
        if _agreed(talk):
            return
    drop(talk)
    state.rest = None
    if later:
        talk.say("rest_open")
        propose(talk, "promise", amount=f"{amount:.2f}", date=both.first.day)
        return
    state.rest = both.rest if option(talk, "promise") else None
    talk.say("rest_next" if state.rest and state.rest.date else "rest_open")
    consider(talk, amount, both.first)


def _rest(talk: Talk, hearing: Hearing) -> bool:
    """What is left: paid today, promised for the day named, or asked about when none is named."""
    left = rest.amount_left(talk)
    assert left is not None
    paid = any(item.kind == "payment" for item in talk.state.in_force)
    day = rest.day_named(hearing)
    now = bool(NOW.search(hearing.text)) or day == today(talk).isoformat()
    proposal, limit = talk.state.proposal, talk.state.suggestion
    if talk.state.offer == "limit" and proposal and proposal.besides and limit and (day is None or day > limit):
        leave_as_is(talk)  # the latest day was named, and it is none that would do
        return True
    if hearing.yes_no is False and day is None:
        return False
    if paid and day and not now and option(talk, "promise"):
        drop(talk)
        propose(talk, "promise", hearing, amount=_amount(talk, hearing), date=day)
    elif not paid and now:
        drop(talk)
        propose(talk, "partial_payment", hearing, amount=_amount(talk, hearing))
    elif day is not None and not paid and not now and not rest.moves_promise(talk, hearing):
        talk.say("rest_one_promise")
        reask(talk)
    elif paid and not now and day is None:
        talk.say("rest_amount", rest=spoken.money(left))
        reask(talk)
    else:
        return False
    return True


def _amount(talk: Talk, hearing: Hearing) -> str | None:
    named, left = hearing.amount(talk.balance), rest.amount_left(talk)
    return None if named is None or left is None or named > left else f"{named:.2f}"
