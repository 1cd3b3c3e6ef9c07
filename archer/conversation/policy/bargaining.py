"""An amount that the caller names: the whole, a part, or an end to all of it for less.

Rules I-18 and G-16: the agent never says yes to an amount by itself; what lies below the least payment, and every wish
to have the rest forgiven, goes to `get_negotiation_guidance`, and only what that allows is prepared.
"""

from decimal import Decimal
from typing import Any

from archer.conversation.events import ToolDone
from archer.conversation.policy import arrangement, purpose
from archer.conversation.policy.arrangement import method_so_far, propose
from archer.conversation.policy.evidence import FAMILY
from archer.conversation.policy.hearing import Hearing
from archer.conversation.policy.people import offer_person, trouble
from archer.conversation.policy.readings import settles
from archer.conversation.policy.state import OfferKind, Proposal
from archer.conversation.policy.steps import decimal, minimum, option, plan_months, reask
from archer.conversation.policy.talk import Talk
from archer.conversation.words import spoken

_KINDS: dict[str, OfferKind] = {"payment": "partial_payment", "settlement": "settlement"}


def consider(talk: Talk, amount: Decimal, hearing: Hearing) -> None:
    """An amount that the caller named: the whole, a part that is allowed, or a question for guidance."""
    state, balance = talk.state, decimal(talk.balance) or Decimal(0)
    least, settling = minimum(talk), wants_settlement(talk, hearing)
    if amount >= balance:
        if amount > balance:
            talk.say("full_is", balance=spoken.money(balance))
        propose(talk, "full_payment", hearing, amount=talk.balance)
    elif not settling and option(talk, "partial_payment") is not None and (least is None or amount >= least):
        tell_of_rest(talk, hearing, amount)
        propose(talk, "partial_payment", hearing, amount=f"{amount:.2f}")
    elif state.counters >= talk.tone.counter_offers:
        _cannot(talk, settling=settling)
    else:
        kind: OfferKind = "settlement" if settling else "partial_payment"
        state.proposal = Proposal(kind=kind, method=hearing.method or method_so_far(talk))
        settled = {"settles": True} if settling else {}
        talk.use("get_negotiation_guidance", {"customer_offer": f"{amount:.2f}", **settled}, "guidance")


def tell_of_rest(talk: Talk, hearing: Hearing, amount: Decimal | None) -> None:
    """ "Half now and half in two weeks": one payment is set up at a time, and nobody is to believe in a second one."""
    whole = decimal(talk.balance)
    lesser = amount is not None and whole is not None and amount < whole
    if not lesser or not FAMILY["rest_later"].search(hearing.text) or talk.state.said.get("rest_open"):
        return
    talk.say("rest_open")
    months = plan_months(talk)
    if months:
        talk.say("rest_plan", months=spoken.choices([spoken.cardinal(m) for m in months]))


def wants_settlement(talk: Talk, hearing: Hearing) -> bool:
    """The rest is to be forgiven: said so now, or the amount for it is what was asked for."""
    proposal = talk.state.proposal
    return settles(talk, hearing) or (proposal is not None and proposal.kind == "settlement")


def settle(talk: Talk, hearing: Hearing) -> None:
    """The caller wants to be done with it for less; with no amount, he is asked for one."""
    amount = hearing.amount(talk.balance)
    if amount is None:
        propose(talk, "settlement", hearing)
    else:
        consider(talk, amount, hearing)


def _cannot(talk: Talk, *, settling: bool = False) -> None:
    """No to an amount, or to an end of it all for less: what the least is, and another way."""
    least = minimum(talk)
    talk.say("no_settlement" if settling else "cannot_accept")
    if least is not None and not settling:
        talk.say("minimum_is", minimum=spoken.money(least))
    talk.state.proposal = None
    talk.state.offer = purpose.next_offer(talk)
    if talk.state.offer is None and talk.state.said.get("offer_open", 0) >= 2:
        offer_person(talk, "no_agreement")
        return
    talk.go("negotiate")
    reask(talk)


def after_guidance(talk: Talk, done: ToolDone, arguments: dict[str, Any]) -> None:
    """Yes, another amount, a plan instead, or no."""
    state, data = talk.state, done.data
    if not done.ok and done.error == "unavailable":
        trouble(talk)
        return
    method = method_so_far(talk)
    counter, months = decimal(data.get("counter_amount")), data.get("months")
    kind = _KINDS.get(str(data.get("kind", "payment")), "partial_payment")
    if done.ok and data.get("accept") is True:
        state.proposal = Proposal(kind=kind, amount=str(arguments["customer_offer"]), method=method)
        arrangement.advance(talk)
        return
    state.counters += 1
    talk.go("negotiate")
    unsettled = done.ok and data.get("reason") == "settlement_not_offered"
    countered = done.ok and (counter is not None or (isinstance(months, int) and months > 0))
    if unsettled and countered:
        talk.say("no_settlement")
    if done.ok and counter is not None:
        state.proposal = Proposal(kind=kind, amount=f"{counter:.2f}", method=method)
        state.offer = "counter_part" if unsettled else "counter"
        reask(talk)
    elif done.ok and isinstance(months, int) and months > 0:
        state.proposal, state.offer = Proposal(kind="plan", months=months), "counter_plan"
        reask(talk)
    else:
        _cannot(talk, settling=unsettled)
