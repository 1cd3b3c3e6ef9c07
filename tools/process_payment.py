"""Prepare one payment: by a link in a text message, or by a one-time bank transfer.

The bank transfer's sentence holds what Nacha asks of a TEL entry (I-21): date, amount, name, account, a number for
questions, the day of the authorization, and that it happens once; the caller must say yes to it.
"""

from datetime import date, timedelta
from decimal import Decimal
from typing import Literal

from pydantic import Field

from archer import offers
from archer.conversation.words import spoken
from tools.context import Amount, CallContext, ToolResult, refused
from tools.context import Arguments as Base
from tools.get_customer_options import methods

NAME = "process_payment"
DESCRIPTION = "Prepare a payment of an amount by a method. Returns the sentence that the caller must say yes to."
NEEDS_VERIFICATION = True


class Arguments(Base):
    amount: Amount = Field(description="Dollars and cents, as a decimal such as 412.35")
    method: Literal["sms_link", "bank_transfer"] = Field(description="Text message with a link, or bank transfer")
    date: "str | None" = Field(
        default=None, pattern=r"^\d{4}-\d{2}-\d{2}$", description="Day of the payment, YYYY-MM-DD; today when left out"
    )


def _day(text: str | None, today: date) -> date | None:
    try:
        return date.fromisoformat(text) if text else today
    except ValueError:
        return None


def _sentence(call: CallContext, amount: Decimal, method: str, day: date) -> str:
    money, name = spoken.money(amount), call.customer.name
    if method == "sms_link":
        when = "" if day == call.today else f" to be paid by {spoken.date(day)}"
        return (
            f"To confirm: I will send a secure payment link for {money}{when} by text message to the number "
            "we are calling. Shall I send it?"
        )
    return (
        f"To confirm: today, {spoken.date(call.today)}, you, {name}, authorize {call.organization.name} to make one "
        f"single withdrawal of {money} from the bank account that we have on file for you, on {spoken.date(day)}. "
        f"For questions you can call {spoken.phone(call.settings.callback_number)}. Do you agree?"
    )


async def run(call: CallContext, args: Arguments) -> ToolResult:
    """Prepare; nothing is charged or sent until it is confirmed."""
    account, limits = call.account, call.settings.limits
    amount = Decimal(args.amount).quantize(offers.CENT)
    least = offers.minimum_payment(account, limits)
    if amount > account.balance:
        return refused("not_allowed", field="amount", limit=f"{account.balance:.2f}", maximum=f"{account.balance:.2f}")
    if amount < least or amount <= 0:
        return refused("not_allowed", field="amount", limit=f"{least:.2f}", minimum=f"{least:.2f}")
    if args.method not in await methods(call):
        return refused("not_allowed", field="method", limit=await methods(call))
    day = _day(args.date, call.today)
    latest = call.today + timedelta(days=limits.payment_max_days_ahead)
    if day is None or not call.today <= day <= latest:
        return refused("not_allowed", field="date", limit=latest.isoformat())
    sentence = _sentence(call, amount, args.method, day)
    intent = await call.prepare("payment", sentence, amount=f"{amount:.2f}", method=args.method, due_date=day)
    return ToolResult(
        sentence,
        {
            "intent_id": str(intent.id),
            "amount": f"{amount:.2f}",
            "method": args.method,
            "date": day.isoformat(),
        },
    )
