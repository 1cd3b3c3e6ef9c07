"""How to answer an amount that the caller offers: the bank's limits, the answer by rules, and the check of advice.

Whoever advises (a language model, `archer.advisor`), the limits are enforced here afterwards; advice outside of them
counts for nothing and the answer by rules is given instead (G-16: no deal that the tools did not put on the table).
"""

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Literal

from archer import offers
from archer.offers import Account
from archer.store.organization_settings import ArrangementLimits

Kind = Literal["payment", "settlement", "plan"]
Reason = Literal[
    "full_balance",
    "partial_payment",
    "settlement",
    "below_minimum",
    "below_floor",
    "settlement_not_offered",
    "more_is_possible",
    "smaller_payments",
]


@dataclass(frozen=True)
class Bounds:
    """Inside of what an answer may lie."""

    balance: Decimal
    least: Decimal
    """The least single payment."""
    months: tuple[int, ...]
    """Lengths of plan, shortest first; empty when there is none."""
    floor: Decimal | None
    """The least amount that settles the account; None when it may not be settled."""
    may_raise_settlement: bool
    """The agent may bring a settlement up by itself."""
    may_ask_for_more: bool
    """An offer that could be taken may be answered with a higher amount."""


@dataclass(frozen=True)
class Offer:
    """What the caller offers."""

    amount: Decimal
    settles: bool = False
    """The caller wants the account to be settled by it, the rest forgiven."""


@dataclass(frozen=True)
class Answer:
    """Accept the offer, or counter with an amount, a settlement or a plan."""

    accept: bool
    kind: Kind
    reason: Reason
    amount: Decimal | None = None
    """The amount accepted or countered with; None for a plan."""
    months: int | None = None
    """Length of a plan that is possible as well, or instead when `kind` is `plan`."""


class OutsideLimits(ValueError):
    """Advice that the bank's limits do not allow."""


def bounds(account: Account, limits: ArrangementLimits, *, no_pressure: bool, first_offer: bool) -> Bounds:
    """The limits for one offer. Only at the first offer of a call more may be asked for than could be taken."""
    return Bounds(
        balance=account.balance,
        least=offers.minimum_payment(account, limits),
        months=tuple(offers.plan_months(account, limits)),
        floor=offers.settlement_floor(account, limits),
        may_raise_settlement=not (limits.settlement_on_request_only or no_pressure),
        may_ask_for_more=first_offer and not no_pressure,
    )


def by_rules(offer: Offer, within: Bounds) -> Answer:
    """The answer without advice: whatever can be taken is taken, the rest is countered with the least."""
    months = within.months[-1] if within.months else None
    if offer.amount >= within.balance:
        return Answer(True, "payment", "full_balance", within.balance)
    if offer.settles:
        if within.floor is None:
            amount = max(offer.amount, within.least)
            return Answer(False, "payment", "settlement_not_offered", amount, months)
        if offer.amount >= within.floor:
            return Answer(True, "settlement", "settlement", offer.amount)
        return Answer(False, "settlement", "below_floor", within.floor, months)
    if offer.amount >= within.least:
        return Answer(True, "payment", "partial_payment", offer.amount)
    return Answer(False, "payment", "below_minimum", within.least, months)


def by_advice(
    offer: Offer, within: Bounds, *, accept: bool, kind: Kind, amount: str | None, months: int | None
) -> Answer:
    """The answer that was advised. Raises OutsideLimits unless it lies inside of the limits."""
    rules = by_rules(offer, within)
    if accept:
        if not rules.accept:
            raise OutsideLimits("accepts an offer that the bank does not take")
        return rules
    if rules.accept and not (within.may_ask_for_more and offer.amount < within.balance):
        raise OutsideLimits("asks for more than an offer that is to be taken")
    if kind == "plan":
        if months not in within.months:
            raise OutsideLimits("a plan of a length that is not offered")
        return Answer(False, "plan", "smaller_payments", None, months)
    counter = _cents(amount)
    if kind == "settlement":
        _check_settlement(offer, within, counter)
    elif not max(within.least, offer.amount) <= counter <= within.balance:
        raise OutsideLimits("an amount outside of least payment, offer and balance")
    elif rules.accept and counter == offer.amount:
        raise OutsideLimits("counters an offer with the same amount")
    reason = rules.reason if not rules.accept else "more_is_possible"
    return Answer(False, kind, reason, counter, rules.months)


def _check_settlement(offer: Offer, within: Bounds, counter: Decimal) -> None:
    if within.floor is None or not (offer.settles or within.may_raise_settlement):
        raise OutsideLimits("a settlement that may not be offered")
    if not max(within.floor, offer.amount) <= counter < within.balance:
        raise OutsideLimits("a settlement below its floor, below the offer, or of the whole balance")
    if offer.settles and counter == offer.amount:
        raise OutsideLimits("counters an offer with the same amount")


def _cents(amount: str | None) -> Decimal:
    try:
        value = Decimal(amount or "")
        if value.is_finite() and value == value.quantize(offers.CENT):
            return value.quantize(offers.CENT)
    except InvalidOperation:
        pass
    raise OutsideLimits("no amount of whole cents")
