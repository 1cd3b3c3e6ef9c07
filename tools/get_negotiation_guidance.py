"""What to answer an offer of less: accept it, or counter within the bank's limits.

Deterministic: a partial payment at or above the least one is taken; an offer to settle is measured by the settlement
floor; anything lower is countered with the least payment and, where there is one, the longest plan.
"""

from decimal import Decimal

from pydantic import Field

from archer import offers
from tools.context import Amount, CallContext, ToolResult
from tools.context import Arguments as Base

NAME = "get_negotiation_guidance"
DESCRIPTION = "How to answer an amount that the caller offers: accept, or what to counter with."
NEEDS_VERIFICATION = True


class Arguments(Base):
    customer_offer: Amount = Field(description="The amount the caller offers, as a decimal such as 100.00")


async def run(call: CallContext, args: Arguments) -> ToolResult:
    """Read only."""
    account, limits = call.account, call.settings.limits
    offer = Decimal(args.customer_offer).quantize(offers.CENT)
    least, months = offers.minimum_payment(account, limits), offers.plan_months(account, limits)
    if offer >= account.balance:
        return ToolResult(
            data={"accept": True, "counter_amount": f"{account.balance:.2f}", "months": None, "reason": "full_balance"}
        )
    if offer >= least:
        return ToolResult(
            data={"accept": True, "counter_amount": f"{offer:.2f}", "months": None, "reason": "partial_payment"}
        )
    return ToolResult(
        data={
            "accept": False,
            "counter_amount": f"{least:.2f}",
            "months": max(months) if months else None,
            "reason": "below_minimum",
        }
    )
