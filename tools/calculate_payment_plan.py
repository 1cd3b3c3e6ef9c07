"""Spread the balance over monthly instalments that add up to the cent; the last one takes the rounding."""

from datetime import timedelta
from decimal import Decimal

from pydantic import Field

from archer import offers
from archer.conversation.words import spoken
from tools.context import Amount, CallContext, ToolResult, refused
from tools.context import Arguments as Base

NAME = "calculate_payment_plan"
DESCRIPTION = "Prepare a payment plan over the whole balance. Returns the sentence that the caller must say yes to."
NEEDS_VERIFICATION = True
FIRST_DUE_DAYS = 7
"""The first payment is due a week from today."""


class Arguments(Base):
    months: int = Field(ge=1, le=60, description="Number of monthly instalments")
    down_payment: Amount | None = Field(default=None, description="Paid first, as a decimal such as 50.00")


async def run(call: CallContext, args: Arguments) -> ToolResult:
    """Prepare a plan; nothing is agreed until it is confirmed."""
    account, limits = call.account, call.settings.limits
    allowed = offers.plan_months(account, limits)
    if args.months not in allowed:
        return refused("not_allowed", field="months", limit=allowed)
    down = Decimal(args.down_payment or "0").quantize(offers.CENT)
    if down and not limits.minimum_payment <= down < account.balance:
        return refused("not_allowed", field="down_payment", limit=f"{limits.minimum_payment:.2f}")
    if (account.balance - down) / args.months < limits.minimum_installment:
        return refused("not_allowed", field="down_payment", limit=f"{limits.minimum_installment:.2f}")
    first_due = call.today + timedelta(days=FIRST_DUE_DAYS)
    schedule = offers.plan_schedule(account.balance, args.months, first_due, down)
    regular, last = schedule[-2 if args.months > 1 else -1].amount, schedule[-1].amount
    words = f"{args.months} monthly payments of {spoken.money(regular)}"
    if last != regular:
        words += f", the last one {spoken.money(last)}"
    opening = f"{spoken.money(down)} first and then " if down else ""
    sentence = (
        f"To confirm: {opening}{words}, {spoken.money(account.balance)} in all, starting on {spoken.date(first_due)}. "
        "Do you agree to this plan?"
    )
    intent = await call.prepare(
        "plan", sentence, amount=f"{account.balance:.2f}", due_date=first_due, schedule=schedule
    )
    return ToolResult(
        sentence,
        {
            "intent_id": str(intent.id),
            "installments": [part.plain() for part in schedule],
            "total": f"{account.balance:.2f}",
            "first_due": first_due.isoformat(),
        },
    )
