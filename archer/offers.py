"""What the bank really offers: options, plans and limits, computed exactly in Decimal.

Pure functions over the account and the bank's own limits (`archer.store.organization_settings.ArrangementLimits`, as
they are for the account's segment); the tools put their results on the table and nothing else may be promised (G-11,
G-16). Amounts are whole cents; days are the customer's calendar days.
"""

import calendar
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_DOWN, ROUND_HALF_UP, ROUND_UP, Decimal
from typing import Any

from archer.store.organization_settings import ArrangementLimits

CENT = Decimal("0.01")


@dataclass(frozen=True)
class Account:
    """What an offer depends on."""

    balance: Decimal
    days_overdue: int
    due_date: date | None
    segment: str = "standard"
    extensions_used: int = 0
    """Extensions granted in the last 365 days, those of the present call left out."""


@dataclass(frozen=True)
class Installment:
    due_date: date
    amount: Decimal

    def plain(self) -> dict[str, str]:
        """JSON terms: ISO date, amount as a decimal string."""
        return {"due_date": self.due_date.isoformat(), "amount": f"{self.amount:.2f}"}


def add_months(day: date, months: int) -> date:
    """The same day of a later month, or its last day when the month is shorter."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def plan_schedule(
    total: Decimal, months: int, first_due: date, down_payment: Decimal = Decimal(0)
) -> list[Installment]:
    """Monthly instalments of whole cents that add up to `total` exactly; the last one takes the rounding.

    A down payment is due on `first_due`, the instalments follow a month later each; without one the first
    instalment is due on `first_due`. Raises ValueError when nothing is left to spread.
    """
    rest = total - down_payment
    if months < 1 or rest <= 0 or down_payment < 0:
        raise ValueError("a plan needs at least one month and a rest to spread")
    each = (rest / months).quantize(CENT, ROUND_DOWN)
    if each <= 0:
        raise ValueError("the instalments would be less than a cent")
    offset = 1 if down_payment else 0
    schedule = [Installment(first_due, down_payment)] if down_payment else []
    for number in range(months):
        last = number == months - 1
        amount = rest - each * (months - 1) if last else each
        schedule.append(Installment(add_months(first_due, number + offset), amount))
    return schedule


def plan_down_payment(account: Account, limits: ArrangementLimits) -> Decimal | None:
    """What a plan asks for first; None when nothing."""
    if not limits.plan_down_payment_share or account.days_overdue < limits.plan_down_payment_days_overdue:
        return None
    share = (account.balance * limits.plan_down_payment_share).quantize(CENT, ROUND_HALF_UP)
    return max(share, limits.minimum_payment)


def plan_months(account: Account, limits: ArrangementLimits, down_payment: Decimal | None = None) -> list[int]:
    """Lengths of plan that this account may have: each instalment at least the least one.

    Counted after `down_payment`, by default the one that the bank asks for.
    """
    down = down_payment if down_payment is not None else plan_down_payment(account, limits) or Decimal(0)
    if account.balance < limits.plan_minimum_balance:
        return []
    return [months for months in limits.plan_months if (account.balance - down) / months >= limits.minimum_installment]


def minimum_payment(account: Account, limits: ArrangementLimits) -> Decimal:
    """The least single payment the bank takes."""
    return min(limits.minimum_payment, account.balance)


def settlement_floor(account: Account, limits: ArrangementLimits) -> Decimal | None:
    """The least amount that settles this account; None when it may not be settled."""
    if limits.settlement_floor is None or account.days_overdue < limits.settlement_min_days_overdue:
        return None
    floor = (account.balance * limits.settlement_floor).quantize(CENT, ROUND_UP)
    floor = max(floor, limits.minimum_payment)
    return floor if floor < account.balance else None


def extension_until(account: Account, limits: ArrangementLimits, today: date) -> date | None:
    """The latest new due date that may be granted; None when none may."""
    if account.days_overdue > limits.extension_max_days_overdue:
        return None
    if account.extensions_used >= limits.extensions_per_year:
        return None
    return max(account.due_date or today, today) + timedelta(days=limits.extension_max_days)


def options(account: Account, limits: ArrangementLimits, today: date) -> list[dict[str, Any]]:
    """Everything that may be offered, best for the bank first; amounts are decimal strings, dates ISO.

    The least that settles the account is not among it: whoever knows it can be talked into saying it.
    """
    if account.balance <= 0:
        return []
    found: list[dict[str, Any]] = [{"kind": "full_payment", "amount": f"{account.balance:.2f}"}]
    least = minimum_payment(account, limits)
    if least < account.balance:
        found.append({"kind": "partial_payment", "minimum": f"{least:.2f}"})
    months = plan_months(account, limits)
    if months:
        found.append(_plan(account, limits, today, months))
    until = today + timedelta(days=limits.promise_max_days)
    found.append({"kind": "promise", "max_days": limits.promise_max_days, "until": until.isoformat()})
    latest = extension_until(account, limits, today)
    if latest is not None:
        found.append({"kind": "extension", "max_days": limits.extension_max_days, "until": latest.isoformat()})
    if settlement_floor(account, limits) is not None and not limits.settlement_on_request_only:
        found.append({"kind": "settlement"})
    return found


def _plan(account: Account, limits: ArrangementLimits, today: date, months: list[int]) -> dict[str, Any]:
    down = plan_down_payment(account, limits)
    monthly = {m: plan_schedule(account.balance - (down or Decimal(0)), m, today)[0].amount for m in months}
    plan: dict[str, Any] = {
        "kind": "plan",
        "months": months,
        "monthly": {str(m): f"{a:.2f}" for m, a in monthly.items()},
    }
    return plan if down is None else plan | {"down_payment": f"{down:.2f}"}
