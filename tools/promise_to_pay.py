"""Prepare a promise: an amount by a day within the bank's promise window."""

from datetime import date, timedelta
from decimal import Decimal

from pydantic import Field

from archer import offers
from archer.conversation.words import spoken
from tools.context import Amount, CallContext, Day, ToolResult, refused
from tools.context import Arguments as Base
from tools.restricted import restricted
from tools.standing import standing

NAME = "promise_to_pay"
DESCRIPTION = "Prepare the caller's promise to pay an amount by a day. Returns the sentence to confirm."
NEEDS_VERIFICATION = True


class Arguments(Base):
    amount: Amount = Field(description="Dollars and cents, as a decimal such as 412.35")
    date: Day = Field(description="Day by which it will be paid, YYYY-MM-DD")
    besides: bool = Field(
        default=False,
        description="True only when the caller wants to pay this besides the payment that he confirmed in this call; "
        "false when it takes the place of what was arranged before",
    )


async def run(call: CallContext, args: Arguments) -> ToolResult:
    """Prepare; the promise is recorded when it is confirmed."""
    if (barred := await restricted(call)) is not None:
        return barred
    account, limits = await call.account(), call.limits
    amount = Decimal(args.amount).quantize(offers.CENT)
    before = await standing(call, "promise", besides=args.besides)
    most = account.balance - before.taken
    least = min(offers.minimum_payment(account, limits), most)
    if amount > most:
        return refused("not_allowed", field="amount", limit=f"{most:.2f}", maximum=f"{most:.2f}")
    if amount < least or amount <= 0:
        return refused("not_allowed", field="amount", limit=f"{least:.2f}", minimum=f"{least:.2f}")
    latest = call.today + timedelta(days=limits.promise_max_days)
    try:
        day = date.fromisoformat(args.date)
    except ValueError:
        return refused("invalid_arguments", field="date")
    if not call.today <= day <= latest:
        return refused("not_allowed", field="date", limit=latest.isoformat())
    promise = f"you will pay {spoken.money(amount)} by {spoken.date(day, call.today)}"
    sentence = f"{before.lead(call)}To confirm: {promise}. Is that right?"
    intent = await call.prepare("promise", sentence, amount=f"{amount:.2f}", due_date=day, besides=bool(before.kept))
    data = {"intent_id": str(intent.id), "amount": f"{amount:.2f}", "date": day.isoformat()}
    return ToolResult(sentence, data | before.data)
