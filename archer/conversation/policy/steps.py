"""The question of each step: what the agent asks while it waits there, first time and again."""

from collections.abc import Callable

from archer.conversation.policy import techniques
from archer.conversation.policy.lookups import (
    decimal,
    minimum,
    option,
    plan_months,
    spoken_day,
    spoken_when,
    today,
)
from archer.conversation.policy.state import Step
from archer.conversation.policy.talk import Talk
from archer.conversation.words import spoken

__all__ = [
    "decimal",
    "minimum",
    "option",
    "plan_months",
    "reask",
    "spoken_day",
    "spoken_limit",
    "spoken_when",
    "today",
]


def reask(talk: Talk) -> None:
    """Ask the question of the current step (again)."""
    _QUESTIONS[talk.state.step](talk)


def _ask_person(talk: Talk) -> None:
    talk.ask("ask_person_inbound" if talk.inbound else "ask_person")


def _ask_factors(talk: Talk) -> None:
    if talk.state.last_four is None and talk.state.postal_code is None:
        talk.ask("ask_factors")
    else:
        talk.ask("ask_last_four" if talk.state.last_four is None else "ask_postal_code")


def _ask_offer(talk: Talk) -> None:
    """The option on the table, or what would work when none is."""
    offer, proposal = talk.state.offer, talk.state.proposal
    if offer == "counter" and proposal and proposal.amount:
        key = "offer_settlement" if proposal.kind == "settlement" else "offer_counter"
        talk.ask(key, amount=spoken.money(proposal.amount))
    elif offer == "counter_part" and proposal and proposal.amount:
        talk.ask("offer_part", amount=spoken.money(proposal.amount))
    elif offer == "counter_plan" and proposal and proposal.months:
        talk.ask("offer_counter_plan", months=spoken.cardinal(proposal.months))
    elif offer in ("limit", "limit_least") and talk.state.suggestion:
        rest = proposal is not None and proposal.besides and bool(spoken_day(talk, talk.state.suggestion))
        key = "limit_least" if offer == "limit_least" else "limit_rest" if rest else "limit_is"
        talk.ask(key, limit=spoken_limit(talk, talk.state.suggestion))
    elif offer == "hardship_choice":
        talk.ask("hardship_choice")
    elif offer == "partial_payment":
        talk.ask("offer_partial_payment", minimum=spoken.money(minimum(talk) or 0))
    elif offer == "plan":
        techniques.before_plan(talk)
        talk.ask("offer_plan", months=_months(talk))
    elif offer in ("full_payment", "promise", "extension"):
        talk.ask(f"offer_{offer}")
    elif offer == techniques.PAIR:
        techniques.ask_pair(talk)
    else:
        techniques.ask_openly(talk)


def spoken_limit(talk: Talk, value: str) -> str:
    """A limit for the ear, be it a day or an amount."""
    return spoken_day(talk, value) or spoken.money(value)


def _months(talk: Talk) -> str:
    return spoken.choices([spoken.cardinal(m) for m in plan_months(talk)]) or "several"


def _ask_amount(talk: Talk) -> None:
    proposal = talk.state.proposal
    talk.ask("ask_settlement" if proposal is not None and proposal.kind == "settlement" else "ask_amount")


def _ask_promise_date(talk: Talk) -> None:
    techniques.before_day(talk)
    talk.ask("ask_promise_date")


def _ask_new_due_date(talk: Talk) -> None:
    until = spoken_day(talk, (option(talk, "extension") or {}).get("until"))
    if until:
        talk.ask("ask_new_due_date_until", until=until)
    else:
        talk.ask("ask_new_due_date")


def _ask_confirm(talk: Talk) -> None:
    prepared = talk.state.prepared
    transfer = prepared is not None and prepared.method == "bank_transfer"
    talk.ask("ach_question" if transfer else "confirm")


def _ask_callback(talk: Talk) -> None:
    when = spoken_when(talk, talk.state.suggestion) if talk.state.suggestion else ""
    if when:
        talk.ask("callback_suggest", when=when)
    elif talk.state.callback_day:
        talk.ask("callback_hour", when=spoken_day(talk, talk.state.callback_day))
    else:
        talk.ask("ask_when")


def _nothing(_: Talk) -> None:
    """The call is over: nothing is asked."""


_QUESTIONS: dict[Step, Callable[[Talk], None]] = {
    "opening": _ask_person,
    "person": _ask_person,
    "available": lambda talk: talk.ask("ask_available"),
    "verify": _ask_factors,
    "negotiate": _ask_offer,
    "amount": _ask_amount,
    "months": lambda talk: talk.ask("ask_months", months=_months(talk)),
    "promise_date": _ask_promise_date,
    "new_due_date": _ask_new_due_date,
    "method": lambda talk: talk.ask("ask_method"),
    "confirm": _ask_confirm,
    "anything_else": lambda talk: talk.ask("anything_else"),
    "callback": _ask_callback,
    "offer_person": lambda talk: talk.ask("offer_person"),
    "check": lambda talk: talk.ask(f"check_{talk.state.checking}"),
    "danger": lambda talk: talk.ask("danger_question"),
    "ended": _nothing,
}
