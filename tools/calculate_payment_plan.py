"""Spread the balance over monthly instalments that add up to the cent; the last one takes the rounding."""

from datetime import date, timedelta
from decimal import Decimal

from pydantic import Field

from archer import offers
from archer.conversation.words import spoken
from archer.offers import Installment
from archer.store.organization_settings import ArrangementLimits
from tools.context import Amount, CallContext, Day, ToolResult, refused
from tools.context import Arguments as Base
from tools.restricted import restricted
from tools.standing import standing

NAME = "calculate_payment_plan"
DESCRIPTION = "Prepare a payment plan over the whole balance. Returns the sentence that the caller must say yes to."
NEEDS_VERIFICATION = True


class Arguments(Base):
    months: int = Field(ge=1, le=60, description="Number of monthly instalments")
    down_payment: Amount | None = Field(default=None, description="Paid first, as a decimal such as 50.00")
    first_date: Day | None = Field(
        default=None, description="Day of the first payment, YYYY-MM-DD; the bank's usual day when left out"
    )


def _sentence(schedule: list[Installment], down: Decimal, total: Decimal, today: date) -> str:
    instalments = schedule[1:] if down else schedule
    regular, last = instalments[0].amount, instalments[-1].amount
    count = len(instalments)
    words = f"{spoken.cardinal(count)} monthly payment{'' if count == 1 else 's'} of {spoken.money(regular)}"
    if last != regular:
        words += f", the last of them {spoken.money(last)}"
    opening = f"{spoken.money(down)} first and then " if down else ""
    return (
        f"To confirm: {opening}{words}, {spoken.money(total)} in all, starting on "
        f"{spoken.date(schedule[0].due_date, today)}. Do you agree to this plan?"
    )


def _first_due(call: CallContext, args: Arguments) -> date | ToolResult:
    limits = call.limits
    if args.first_date is None:
        return call.today + timedelta(days=limits.plan_first_due_days)
    latest = call.today + timedelta(days=max(limits.plan_first_due_max_days, limits.plan_first_due_days))
    try:
        day = date.fromisoformat(args.first_date)
    except ValueError:
        return refused("invalid_arguments", field="first_date")
    if not call.today <= day <= latest:
        return refused("not_allowed", field="first_date", limit=latest.isoformat())
    return day


async def run(call: CallContext, args: Arguments) -> ToolResult:
    """Prepare a plan; nothing is agreed until it is confirmed. A down payment that the bank asks for is included."""
    if (barred := await restricted(call)) is not None:
        return barred
    account, limits = await call.account(), call.limits
    allowed = offers.plan_months(account, limits)
    if args.months not in allowed:
        return refused("not_allowed", field="months", limit=allowed)
    asked = offers.plan_down_payment(account, limits)
    down = Decimal(args.down_payment or asked or 0).quantize(offers.CENT)
    least = asked or min(limits.minimum_payment, account.balance)
    if (down or asked) and not least <= down < account.balance:
        return refused("not_allowed", field="down_payment", limit=f"{least:.2f}")
    if args.months not in offers.plan_months(account, limits, down):
        return refused("not_allowed", field="down_payment", limit=f"{_most(account.balance, args.months, limits):.2f}")
    first_due = _first_due(call, args)
    if isinstance(first_due, ToolResult):
        return first_due
    schedule = offers.plan_schedule(account.balance, args.months, first_due, down)
    before = await standing(call, "plan", besides=False)
    sentence = before.lead(call) + _sentence(schedule, down, account.balance, call.today)
    intent = await call.prepare(
        "plan", sentence, amount=f"{account.balance:.2f}", due_date=first_due, schedule=schedule
    )
    return ToolResult(
        sentence,
        {
            "intent_id": str(intent.id),
            "installments": [part.plain() for part in schedule],
            "down_payment": f"{down:.2f}" if down else None,
            "total": f"{account.balance:.2f}",
            "first_due": first_due.isoformat(),
            **before.data,
        },
    )


def _most(balance: Decimal, months: int, limits: ArrangementLimits) -> Decimal:
    """The largest down payment that leaves each instalment at least the least one."""
    return balance - months * limits.minimum_installment
