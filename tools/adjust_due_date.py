"""Prepare an extension: a new due date within the bank's limit, so many times a year."""

from datetime import date

from pydantic import Field

from archer import offers
from archer.conversation.words import spoken
from tools.context import Arguments as Base
from tools.context import CallContext, Day, ToolResult, refused
from tools.restricted import restricted
from tools.standing import standing

NAME = "adjust_due_date"
DESCRIPTION = "Prepare a later due date. Returns the sentence that the caller must say yes to."
NEEDS_VERIFICATION = True


class Arguments(Base):
    new_date: Day = Field(description="The new due date, YYYY-MM-DD")


async def run(call: CallContext, args: Arguments) -> ToolResult:
    """Prepare; the due date moves when it is confirmed."""
    if (barred := await restricted(call)) is not None:
        return barred
    account, limits = await call.account(), call.limits
    if account.balance <= 0:
        return refused("not_allowed", field="balance", limit="0.00")
    latest = offers.extension_until(account, limits, call.today)
    if latest is None:
        if account.extensions_used >= limits.extensions_per_year:
            return refused("not_allowed", field="extensions", limit=limits.extensions_per_year)
        return refused("not_allowed", field="days_overdue", limit=limits.extension_max_days_overdue)
    try:
        day = date.fromisoformat(args.new_date)
    except ValueError:
        return refused("invalid_arguments", field="new_date")
    if not max(call.today, account.due_date or call.today) < day <= latest:
        return refused("not_allowed", field="new_date", limit=latest.isoformat())
    before = await standing(call, "extension", besides=False)
    sentence = f"{before.lead(call)}To confirm: your new due date is {spoken.date(day, call.today)}. Is that right?"
    intent = await call.prepare("extension", sentence, amount=f"{account.balance:.2f}", due_date=day)
    return ToolResult(sentence, {"intent_id": str(intent.id), "new_due_date": day.isoformat()} | before.data)
