"""What is owed and what the bank offers for it, from the ledger and the bank's own limits (I-18)."""

from sqlalchemy import select

from archer import offers
from archer.conversation.words import spoken
from archer.store.customers import Restriction
from tools.context import Arguments as Base
from tools.context import CallContext, ToolResult

NAME = "get_customer_options"
DESCRIPTION = "The balance with its date, and everything that may be offered. Only these may be mentioned."
NEEDS_VERIFICATION = True


class Arguments(Base):
    pass


async def methods(call: CallContext) -> list[str]:
    """Ways to pay that are open to this customer: no text message to somebody who opted out of texts."""
    opted_out = (
        await call.unit.session.execute(
            select(Restriction.id)
            .where(
                Restriction.customer_id == call.customer.id,
                Restriction.kind == "sms_opt_out",
                Restriction.lifted_at.is_(None),
            )
            .limit(1)
        )
    ).scalar_one_or_none()
    return [m for m in call.limits.methods if m != "sms_link" or opted_out is None]


async def run(call: CallContext, _args: Arguments) -> ToolResult:
    """Read only."""
    limits, account = call.limits, await call.account()
    as_of = call.customer.balance_as_of.astimezone(call.zone).date()
    data = {
        "balance": f"{account.balance:.2f}",
        "as_of": as_of.isoformat(),
        "due_date": account.due_date.isoformat() if account.due_date else None,
        "days_overdue": account.days_overdue,
        "minimum_payment": f"{offers.minimum_payment(account, limits):.2f}",
        "options": offers.options(account, limits, call.today),
        "methods": await methods(call),
    }
    return ToolResult(f"The balance as of {spoken.date(as_of, call.today)} is {spoken.money(account.balance)}.", data)
