"""Prepare one payment: by a link in a text message, or by a one-time bank transfer.

A payment of less than the balance is a part of it and leaves the rest owed, unless `settles` says that the account is
to be settled by it: then it must reach the bank's floor, and the sentence says so. The bank transfer's sentence holds
what Nacha asks of a TEL entry (I-21): date, amount, name, account, a number for questions, the day of the
authorization, and that it happens once; the caller must say yes to it.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Literal

from pydantic import Field

from archer import offers
from archer.business_days import is_business_day, last_business_day, next_business_day
from archer.conversation.words import spoken
from archer.offers import Account
from tools.context import Amount, CallContext, Day, ToolResult, refused
from tools.context import Arguments as Base
from tools.get_customer_options import methods
from tools.restricted import restricted
from tools.standing import standing

NAME = "process_payment"
DESCRIPTION = "Prepare a payment of an amount by a method. Returns the sentence that the caller must say yes to."
NEEDS_VERIFICATION = True


class Arguments(Base):
    amount: Amount = Field(description="Dollars and cents, as a decimal such as 412.35")
    method: Literal["sms_link", "bank_transfer"] = Field(description="Text message with a link, or bank transfer")
    date: Day | None = Field(default=None, description="Day of the payment, YYYY-MM-DD; today when left out")
    settles: bool = Field(
        default=False,
        description="True only when this amount is to settle the account for less than the balance, as "
        "get_negotiation_guidance or the settlement option allowed; false for any other payment",
    )
    besides: bool = Field(
        default=False,
        description="True only when the caller wants this payment besides the promise that he confirmed in this call; "
        "false when it takes the place of what was arranged before",
    )


@dataclass(frozen=True)
class Payment:
    """What is about to be prepared."""

    amount: Decimal
    method: str
    day: date
    settles: bool


def _amount_refused(
    amount: Decimal, account: Account, call: CallContext, settles: bool, taken: Decimal
) -> ToolResult | None:
    most = account.balance - taken
    if amount > most:
        return refused("not_allowed", field="amount", limit=f"{most:.2f}", maximum=f"{most:.2f}")
    least = min(offers.minimum_payment(account, call.limits), most)
    if settles:
        floor = offers.settlement_floor(account, call.limits)
        if floor is None:
            return refused("not_allowed", field="settles", limit=f"{account.balance:.2f}")
        if amount < floor:  # how much is lacking is not told here: an offer is answered by get_negotiation_guidance
            return refused("not_allowed", field="amount")
    elif amount < least or amount <= 0:
        return refused("not_allowed", field="amount", limit=f"{least:.2f}", minimum=f"{least:.2f}")
    return None


def _day(call: CallContext, args: Arguments, settles: bool) -> date | ToolResult:
    """The day of the payment; a bank transfer moves to the next business day."""
    limits = call.limits
    latest = call.today + timedelta(days=limits.payment_max_days_ahead)
    transfer = args.method == "bank_transfer"
    if transfer:
        latest = max(last_business_day(latest), next_business_day(call.today))
    try:
        day = date.fromisoformat(args.date) if args.date else call.today
    except ValueError:
        return refused("not_allowed", field="date", limit=latest.isoformat())
    if settles and args.date is None and not transfer:
        day = min(latest, day + timedelta(hours=limits.link_valid_hours))
    if transfer and day >= call.today:
        day = next_business_day(day)
    if not call.today <= day <= latest:
        return refused("not_allowed", field="date", limit=latest.isoformat())
    return day


def _sentence(call: CallContext, payment: Payment) -> str:
    money, name = spoken.money(payment.amount), call.customer.name
    today, day = spoken.date(call.today), spoken.date(payment.day, call.today)
    settled = (
        " Once it is paid, the account counts as settled and nothing more is owed on it." if payment.settles else ""
    )
    if payment.method == "sms_link":
        when = "" if payment.day == call.today else f" to be paid by {day}"
        return (
            f"To confirm: I will send a secure payment link for {money}{when} by text message to the number "
            f"we are calling.{settled} Shall I send it?"
        )
    return (
        f"To confirm: today, {today}, you, {name}, authorize {call.organization.name} to make one single withdrawal of "
        f"{money} from the bank account that we have on file for you, on {day}.{settled} For questions you can call "
        f"{spoken.phone(call.settings.callback_number)}. Do you agree?"
    )


async def run(call: CallContext, args: Arguments) -> ToolResult:
    """Prepare; nothing is charged or sent until it is confirmed."""
    if (barred := await restricted(call)) is not None:
        return barred
    account = await call.account()
    amount = Decimal(args.amount).quantize(offers.CENT)
    settles = args.settles and amount < account.balance
    before = await standing(call, "payment", besides=args.besides and not settles)
    problem = _amount_refused(amount, account, call, settles, before.taken)
    if problem is not None:
        return problem
    if args.method not in await methods(call):
        return refused("not_allowed", field="method", limit=await methods(call))
    day = _day(call, args, settles)
    if isinstance(day, ToolResult):
        return day
    payment = Payment(amount, args.method, day, settles)
    sentence = before.lead(call) + _sentence(call, payment)
    kind = "settlement" if settles else "payment"
    intent = await call.prepare(
        kind, sentence, amount=f"{amount:.2f}", method=args.method, due_date=day, besides=bool(before.kept)
    )
    data = {
        "intent_id": str(intent.id),
        "kind": kind,
        "amount": f"{amount:.2f}",
        "method": args.method,
        "date": day.isoformat(),
        **before.data,
    }
    moved = args.method == "bank_transfer" and not is_business_day(_asked(args, call.today))
    return ToolResult(sentence, data | {"moved_to_business_day": True} if moved else data)


def _asked(args: Arguments, today: date) -> date:
    return date.fromisoformat(args.date) if args.date else today
