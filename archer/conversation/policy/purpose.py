"""From proof to purpose: the mini-Miranda where it is due, what is owed as the tools say it, the first offer.

Rules I-11, I-12 (third party), I-18 (amounts only from the tools, with their date).
"""

from typing import Any

from archer.conversation.events import ToolDone
from archer.conversation.order import Phase
from archer.conversation.policy import techniques
from archer.conversation.policy.people import outcome, trouble
from archer.conversation.policy.steps import decimal, minimum, option, reask, spoken_day, today
from archer.conversation.policy.talk import Talk
from archer.conversation.words import spoken


def enter(talk: Talk) -> None:
    """The person is verified: say so, and look up while it is spoken what can be offered. Nothing comes before the
    disclosure (I-11)."""
    _greet(talk)
    if "already_paid" in talk.state.claims:
        talk.say("claim_known")
        talk.end("disputed", "claimed before verification")
    else:
        talk.use("get_customer_options", {}, "options")


def _greet(talk: Talk) -> None:
    if not talk.state.said.get("verified"):
        talk.say("verified")
    disclose(talk)


def disclose(talk: Talk) -> None:
    """The mini-Miranda, when the order says that it is due."""
    if talk.order.phase is Phase.DISCLOSURE:
        talk.say(talk.order.mini_miranda_key)


def after_options(talk: Talk, done: ToolDone, _: dict[str, Any]) -> None:
    """State the purpose and make the first offer."""
    _greet(talk)
    if not done.ok:
        trouble(talk)
        return
    talk.state.options = done.data
    balance = decimal(talk.balance)
    if balance is None:
        trouble(talk)
    elif balance <= 0:
        talk.say("nothing_due", as_of=as_of(talk))
        talk.end(outcome(talk), "nothing to pay")
    else:
        techniques.announce(talk)
        say_purpose(talk)
        talk.go("negotiate")
        talk.state.offer = None if techniques.opens(talk) else next_offer(talk)
        techniques.before_first_question(talk)
        reask(talk)


def say_purpose(talk: Talk) -> None:
    """Why we call: the balance with its date, and when it was due."""
    options = talk.state.options or {}
    talk.say(
        "purpose_inbound" if talk.inbound else "purpose", as_of=as_of(talk), balance=spoken.money(talk.balance or "0")
    )
    due = spoken_day(talk, options.get("due_date"))
    if due:
        talk.say("was_due" if (options.get("days_overdue") or 0) > 0 else "is_due", due=due)


def say_balance(talk: Talk) -> None:
    """What is owed, once more."""
    talk.say("say_balance", as_of=as_of(talk), balance=spoken.money(talk.balance or "0"))


def as_of(talk: Talk) -> str:
    """The day that the balance is true for, for the ear."""
    stated = (talk.state.options or {}).get("as_of")
    return spoken_day(talk, stated) or spoken.date(today(talk), today(talk))


def next_offer(talk: Talk) -> str | None:
    """The next kind to offer by the tactic, or the first two at once; None when enough was offered."""
    state = talk.state
    if len(state.offered) >= talk.tone.offers:
        return None
    left = [kind for kind in talk.tone.ladder if kind not in state.offered and offerable(talk, kind)]
    if "two_options" in talk.tone.techniques and not state.offered and len(left) > 1:
        state.offered += left[:2]
        return techniques.PAIR
    state.offered += left[:1]
    return left[0] if left else None


def offerable(talk: Talk, kind: str) -> bool:
    """The tools offer this kind with what the question about it needs."""
    if option(talk, kind) is None:
        return False
    return kind != "partial_payment" or minimum(talk) is not None


_NEEDED: dict[str, tuple[str, ...]] = {
    "plan": ("months",),
    "promise": ("amount", "date"),
    "extension": ("date",),
}
_OF_PAYMENT = ("amount",)
_OF_TRANSFER = ("amount", "date")


def readable(talk: Talk) -> bool:
    """What lies ready has all that its reading names (I-21): no debit without an amount and a day is ever spoken.

    A bank transfer is read out by the policy's own words where the tool's do not authorize, so it needs them whatever
    the tool said; anything else needs them where there is no sentence of a tool.
    """
    prepared = talk.state.prepared
    if prepared is None:
        return False
    if prepared.method == "bank_transfer":
        needed: tuple[str, ...] = _OF_TRANSFER
    else:
        needed = () if prepared.say else _NEEDED.get(prepared.kind, _OF_PAYMENT)
    return all(getattr(prepared, name) for name in needed)


def read_out(talk: Talk) -> None:
    """Say what is ready to be confirmed: the tool's sentence, or for a bank transfer the authorization (I-21)."""
    prepared = talk.state.prepared
    if prepared is None:
        return
    amount = spoken.money(prepared.amount) if prepared.amount else ""
    day = spoken_day(talk, prepared.date) or spoken.date(today(talk), today(talk))
    talk.order.arrangement_read(prepared.intent_id)
    authorizes = prepared.say is not None and "authoriz" in prepared.say.lower()
    if prepared.method == "bank_transfer" and not authorizes:
        talk.say("ach_reading", today=spoken.date(today(talk)), amount=amount, date=day)
    elif prepared.say:
        talk.say_tool(prepared.say, "tool.prepared")
    elif prepared.kind == "plan":
        talk.say("read_plan", months=spoken.cardinal(prepared.months or 0))
    elif prepared.kind in ("promise", "extension"):
        talk.say(f"read_{prepared.kind}", amount=amount, date=day)
    else:
        talk.say("read_link" if prepared.method == "sms_link" else "read_payment", amount=amount)
