"""What to answer an offer of less: accept it, or counter within the bank's limits.

A language model may advise (`archer.advisor`), asked before the call's row is locked; the limits are enforced here
whatever it says (`archer.negotiation`), and without advice the answer by rules is given.
"""

import logging
from decimal import Decimal

from pydantic import Field
from sqlalchemy import select

from archer import negotiation, offers
from archer.advisor import Question
from archer.conversation.words import spoken
from archer.negotiation import Answer, Bounds, Offer, OutsideLimits
from archer.store.calls import CallEntry
from archer.store.playbook import tactic_of
from tools.context import Amount, CallContext, ToolResult
from tools.context import Arguments as Base

NAME = "get_negotiation_guidance"
DESCRIPTION = (
    "How to answer an amount that the caller offers: accept, or what to counter with. When `kind` is settlement and it "
    "is accepted, call process_payment with settles true."
)
NEEDS_VERIFICATION = True
_DIALS = ("urgency", "empathy", "persistence", "authority")
log = logging.getLogger(__name__)


class Arguments(Base):
    customer_offer: Amount = Field(description="The amount the caller offers, as a decimal such as 100.00")
    settles: bool = Field(
        default=False,
        description="True when the caller wants the account to be settled by it, with the rest forgiven; false when "
        "the amount is a part of what is owed",
    )


async def question(call: CallContext, args: Arguments) -> Question:
    """What the advisor is asked: numbers of the account and the limits, nothing about the person."""
    earlier, within = await _bounds(call)
    tactic = await tactic_of(call.unit.session, call.call)
    manner = {dial: int(tactic.config[dial]) for dial in _DIALS if dial in tactic.config} if tactic else None
    return Question(_offer(args), within, call.customer.days_overdue, tuple(earlier[-5:]), manner)


async def run(call: CallContext, args: Arguments) -> ToolResult:
    """Read only."""
    _, within = await _bounds(call)
    offer, source = _offer(args), "rules"
    answer = negotiation.by_rules(offer, within)
    if call.advice is not None:
        advice = call.advice
        try:
            answer = negotiation.by_advice(
                offer,
                within,
                accept=advice.decision == "accept",
                kind=advice.kind,
                amount=advice.amount,
                months=advice.months,
            )
            source = "advice"
        except OutsideLimits as error:
            log.warning("negotiation guidance was set aside: %s", error)
    data = {
        "accept": answer.accept,
        "kind": answer.kind,
        "counter_amount": f"{answer.amount:.2f}" if answer.amount is not None else None,
        "months": answer.months,
        "reason": answer.reason,
        "source": source,
    }
    return ToolResult(_words(answer), data)


def _offer(args: Arguments) -> Offer:
    return Offer(Decimal(args.customer_offer).quantize(offers.CENT), args.settles)


async def _bounds(call: CallContext) -> tuple[list[str], Bounds]:
    earlier = await _earlier_offers(call)
    within = negotiation.bounds(
        await call.account(), call.limits, no_pressure=call.segment.no_pressure, first_offer=not earlier
    )
    return earlier, within


async def _earlier_offers(call: CallContext) -> list[str]:
    rows = await call.unit.session.execute(
        select(CallEntry.tool_arguments["customer_offer"].astext)
        .where(
            CallEntry.call_id == call.call.id,
            CallEntry.tool == NAME,
            CallEntry.tool_outcome["ok"].as_boolean(),
        )
        .order_by(CallEntry.seq)
    )
    return [offer for (offer,) in rows if offer is not None]


def _words(answer: Answer) -> str:
    money = spoken.money(answer.amount) if answer.amount is not None else ""
    months = f"a plan over {spoken.cardinal(answer.months)} months" if answer.months else ""
    if answer.accept:
        if answer.kind == "settlement":
            return f"We can settle the account with {money}."
        return "The full balance takes care of it." if answer.reason == "full_balance" else f"{money} is possible."
    if answer.kind == "plan":
        return f"What I can offer is {months}."
    if answer.reason == "more_is_possible":
        return f"Would {money} be possible?"
    if answer.kind == "settlement":
        return f"I can't settle the account with that, but with {money} I can."
    also = f", or {months}" if months else ""
    if answer.reason == "settlement_not_offered":
        return f"I can't settle the account for less, but a payment of {money} is possible{also}."
    return f"I can't agree to that, but {money} would be possible{also}."
