"""Replies to questions that hang on what is being arranged: what is known, as far as it may be said at that moment.

A reply is None where the question cannot be meant or must not be answered; then the turn is read without it.
"""

import re
from collections.abc import Callable

from archer.conversation.policy.arrangement import PAYMENTS
from archer.conversation.policy.hearing import Hearing
from archer.conversation.policy.steps import decimal, option, spoken_day
from archer.conversation.policy.talk import Talk
from archer.conversation.words import spoken

Say = Callable[[], None]


def anytime(key: str) -> Callable[[Talk, Hearing], Say | None]:
    return lambda talk, _: lambda: talk.say(key)


def account(key: str, *, not_at: frozenset[str] = frozenset()) -> Callable[[Talk, Hearing], Say | None]:
    """An answer for the verified person only; at some steps what was read out is the better one."""

    def answer(talk: Talk, _: Hearing) -> Say | None:
        ready = talk.open and talk.state.options is not None and talk.state.step not in not_at
        return (lambda: talk.say(key)) if ready else None

    return answer


def of_plan(talk: Talk) -> bool:
    proposal = talk.state.proposal
    return talk.state.step == "months" or (proposal is not None and proposal.kind == "plan")


def _inside(talk: Talk, hearing: Hearing) -> Say | None:
    """Interest and late fees: nothing of them is known; on top of a plan there are none."""
    added = of_plan(talk) and not _LATE.search(hearing.text)
    return account("answer_plan_fee" if added else "answer_inside")(talk, hearing)


_LATE = re.compile(r"\blate\b", re.I)


def _from_account(talk: Talk, _: Hearing) -> Say | None:
    """Which account is not known; who is not sure of it may pay another way."""
    if not talk.open or talk.state.options is None:
        return None
    proposal, methods = talk.state.proposal, talk.state.options.get("methods") or ["sms_link"]
    other = proposal is not None and proposal.method == "bank_transfer" and "sms_link" in methods

    def say() -> None:
        talk.say("answer_account")
        if other:
            talk.say("answer_link_instead")

    return say


def _other_account(talk: Talk, hearing: Hearing) -> Say | None:
    """ "I closed that account": of a transfer it may be the wrong one; of what is owed it is a dispute."""
    proposal, settling = talk.state.proposal, talk.state.step in ("method", "confirm")
    transfer = settling and proposal is not None and proposal.method == "bank_transfer"
    return _from_account(talk, hearing) if transfer else None


def _of_link(key: str) -> Callable[[Talk, Hearing], Say | None]:
    """About the link while it is being chosen or was read out."""

    def answer(talk: Talk, _: Hearing) -> Say | None:
        proposal, step = talk.state.proposal, talk.state.step
        linked = step == "confirm" and proposal is not None and proposal.method == "sms_link"
        return (lambda: talk.say(key)) if talk.open and (linked or step == "method") else None

    return answer


def _how(talk: Talk, hearing: Hearing) -> Say | None:
    """How the money gets there: of a payment on this call the two ways, of a later one what is not taken by itself."""
    proposal = talk.state.proposal
    now = proposal is not None and proposal.kind in PAYMENTS
    if not now and proposal is None and talk.state.arranged is None:
        return None
    return account("answer_ways" if now or talk.state.arranged == "payment_arranged" else "answer_how")(talk, hearing)


def _down(talk: Talk, hearing: Hearing) -> Say | None:
    if not of_plan(talk):
        return None
    required = decimal((option(talk, "plan") or {}).get("down_payment"))
    if required is None:
        return account("answer_no_down")(talk, hearing)
    return lambda: talk.say("answer_down", amount=spoken.money(required))


def _whole(talk: Talk, _: Hearing) -> Say | None:
    whole, prepared = decimal(talk.balance), talk.state.prepared
    if not talk.open or whole is None or talk.state.step == "anything_else":
        return None
    part = prepared is not None and prepared.kind != "plan" and decimal(prepared.amount) not in (None, whole)
    key = "answer_part" if part else "answer_whole"
    return lambda: talk.say(key, balance=spoken.money(whole))


def _share(talk: Talk, hearing: Hearing) -> Say | None:
    amount = hearing.amount(talk.balance) if talk.open else None
    return None if amount is None else lambda: talk.say("answer_share", amount=spoken.money(amount))


def _was_due(talk: Talk, _: Hearing) -> Say | None:
    due = spoken_day(talk, (talk.state.options or {}).get("due_date")) if talk.open else ""
    return (lambda: talk.say("was_due", due=due)) if due else None


def day_read(talk: Talk, *, first: bool) -> Say | None:
    """The day of what was just read out."""
    prepared = talk.state.prepared if talk.state.step == "confirm" else None
    day = spoken_day(talk, prepared.date) if prepared is not None else ""
    plan = prepared is not None and prepared.kind == "plan"
    if not day or (first and not plan):
        return None
    return lambda: talk.say("answer_first_day" if plan else "answer_that_day", day=day)


_NAMES_DAY = re.compile(r"\b(?:\w{3,}day|to-?night|tomorrow|next|\w+(?:th|st|nd|rd))\b(?<!same day)", re.I)


def _that_day(talk: Talk, hearing: Hearing) -> Say | None:
    """ "Is Friday evening all right?": of a promise to pay by that day any hour is; another day is another matter."""
    prepared = talk.state.prepared if talk.state.step == "confirm" else None
    promised = prepared is not None and prepared.kind == "promise"
    other = hearing.day not in (None, prepared and (prepared.date or "")[:10]) and _NAMES_DAY.search(hearing.text)
    if not talk.open or not promised or other:
        return None
    return lambda: talk.say("answer_any_hour")


def _once(talk: Talk, _: Hearing) -> Say | None:
    proposal = talk.state.proposal
    paying = talk.state.step in ("method", "confirm") and proposal is not None and proposal.kind in PAYMENTS
    return (lambda: talk.say("answer_once")) if paying and talk.open else None


def _unproven(key: str) -> Callable[[Talk, Hearing], Say | None]:
    """An answer as long as nothing may be said of the account."""

    def answer(talk: Talk, _: Hearing) -> Say | None:
        early = not talk.verified and talk.state.step in ("person", "available", "verify")
        return (lambda: talk.say("verify_first" if talk.inbound else key)) if early else None

    return answer


REPLIES: dict[str, Callable[[Talk, Hearing], Say | None]] = {
    "who": anytime("answer_name"),
    "papers": anytime("answer_receipt"),
    "about": _unproven("answer_matter"),
    "about_money": _unproven("answer_matter"),
    "inside": _inside,
    "account": _from_account,
    "other_account": _other_account,
    "link_to": _of_link("answer_link_number"),
    "link_time": _of_link("answer_link_time"),
    "how_to_pay": _how,
    "down": _down,
    "card": account("answer_unknown"),
    "thought": account("answer_why", not_at=frozenset({"negotiate"})),
    "whole": _whole,
    "share": _share,
    "was_due": _was_due,
    "one_time": _once,
    "that_day": _that_day,
}
