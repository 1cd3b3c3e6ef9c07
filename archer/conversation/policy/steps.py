"""The question of each step: what the agent asks while it waits there, first time and again."""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any
from zoneinfo import ZoneInfo

from archer.conversation.policy.state import Step
from archer.conversation.policy.talk import Talk
from archer.conversation.words import spoken


def reask(talk: Talk) -> None:
    """Ask the question of the current step (again)."""
    _QUESTIONS[talk.state.step](talk)


def option(talk: Talk, kind: str) -> dict[str, Any] | None:
    """What the tools offer of this kind, None when it is not on the table."""
    offered = (talk.state.options or {}).get("options") or []
    found: dict[str, Any] | None = next((item for item in offered if item.get("kind") == kind), None)
    return found


def decimal(value: Any) -> Decimal | None:
    """An amount as a tool gave it; None when there is none."""
    try:
        return None if value is None else Decimal(str(value))
    except InvalidOperation:
        return None


def minimum(talk: Talk) -> Decimal | None:
    """The least that may be paid today, by the tools."""
    least = decimal((option(talk, "partial_payment") or {}).get("minimum"))
    return least if least is not None else decimal((talk.state.options or {}).get("minimum_payment"))


def plan_months(talk: Talk) -> list[int]:
    """How long a plan may be, in months, shortest first."""
    return sorted(int(m) for m in (option(talk, "plan") or {}).get("months") or [])


def today(talk: Talk) -> date:
    """The customer's calendar day at the start of the call."""
    return talk.session.now.astimezone(ZoneInfo(talk.session.customer_timezone)).date()


def spoken_day(talk: Talk, iso: Any) -> str:
    """A date of a tool or a slot for the ear; an empty string for what is none."""
    try:
        return spoken.date(str(iso)[:10], today(talk))
    except ValueError:
        return ""


def spoken_when(talk: Talk, iso: Any, timezone: str | None = None) -> str:
    """A moment for the ear in the customer's zone: "Friday, November twenty-seventh at five p.m."."""
    try:
        moment = datetime.fromisoformat(str(iso))
    except ValueError:
        return ""
    day = spoken_day(talk, iso)
    if moment.tzinfo is None:
        return day if len(str(iso)) <= 10 else f"{day} at {spoken.time(moment)}"
    local = moment.astimezone(ZoneInfo(timezone or talk.session.customer_timezone))
    return f"{spoken.date(local.date(), today(talk))} at {spoken.time(local)}"


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
        talk.ask("offer_plan", months=_months(talk))
    elif offer in ("full_payment", "promise", "extension"):
        talk.ask(f"offer_{offer}")
    else:
        talk.ask("offer_open")


def spoken_limit(talk: Talk, value: str) -> str:
    """A limit for the ear, be it a day or an amount."""
    return spoken_day(talk, value) or spoken.money(value)


def _months(talk: Talk) -> str:
    return spoken.choices([spoken.cardinal(m) for m in plan_months(talk)]) or "several"


def _ask_amount(talk: Talk) -> None:
    proposal = talk.state.proposal
    talk.ask("ask_settlement" if proposal is not None and proposal.kind == "settlement" else "ask_amount")


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
    "promise_date": lambda talk: talk.ask("ask_promise_date"),
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
