"""Laws of money and dates: what adds up, what is never below the bank's least, where months end."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archer import offers
from archer.offers import Account, add_months, plan_schedule
from archer.store.organization_settings import ArrangementLimits

CENTS = st.integers(1, 99_999_999).map(lambda cents: Decimal(cents) / 100)
DAYS = st.dates(date(2024, 1, 1), date(2032, 12, 31))
TODAY = date(2026, 11, 16)
LIMITS = st.builds(
    ArrangementLimits,
    plan_months=st.lists(st.integers(1, 60), max_size=6),
    minimum_installment=CENTS,
    minimum_payment=CENTS,
    plan_minimum_balance=CENTS,
    plan_down_payment_share=st.integers(0, 100).map(lambda share: Decimal(share) / 100),
    plan_down_payment_days_overdue=st.integers(0, 120),
    settlement_floor=st.none() | st.integers(0, 10_000).map(lambda share: Decimal(share) / 10_000),
    settlement_min_days_overdue=st.integers(0, 120),
)
ACCOUNTS = st.builds(
    Account,
    balance=CENTS,
    days_overdue=st.integers(0, 200),
    due_date=st.none() | DAYS,
    extensions_used=st.integers(0, 4),
)


@given(total=CENTS, months=st.integers(1, 60), first=DAYS, share=st.integers(0, 99))
def test_a_plan_adds_up_to_the_cent_and_the_last_one_takes_the_rounding(
    total: Decimal, months: int, first: date, share: int
) -> None:
    down = (total * share / 100).quantize(offers.CENT)
    if total - down < months * offers.CENT:
        return
    schedule = plan_schedule(total, months, first, down)
    instalments = schedule[1:] if down else schedule
    assert sum(part.amount for part in schedule) == total
    assert len(instalments) == months
    assert len({part.amount for part in instalments[:-1]}) <= 1
    assert instalments[0].amount <= instalments[-1].amount < instalments[0].amount + months * offers.CENT
    assert all(part.amount == part.amount.quantize(offers.CENT) > 0 for part in schedule)


@given(first=DAYS, months=st.integers(0, 60))
def test_monthly_days_are_the_same_day_or_the_last_of_a_shorter_month(first: date, months: int) -> None:
    later = add_months(first, months)
    assert (later.year - first.year) * 12 + later.month - first.month == months
    assert later.day == first.day or (later.day < first.day and (later + timedelta(days=1)).day == 1)


def test_month_ends_do_not_drift() -> None:
    days = [part.due_date for part in plan_schedule(Decimal(400), 4, date(2027, 1, 31))]
    assert days == [date(2027, 1, 31), date(2027, 2, 28), date(2027, 3, 31), date(2027, 4, 30)]


@given(account=ACCOUNTS, limits=LIMITS)
def test_no_instalment_that_is_offered_is_below_the_least(account: Account, limits: ArrangementLimits) -> None:
    down = offers.plan_down_payment(account, limits) or Decimal(0)
    for months in offers.plan_months(account, limits):
        schedule = plan_schedule(account.balance, months, TODAY, down)
        assert min(part.amount for part in schedule[1 if down else 0 :]) >= limits.minimum_installment
        assert sum(part.amount for part in schedule) == account.balance


@given(account=ACCOUNTS, limits=LIMITS, today=DAYS)
def test_everything_offered_lies_inside_the_limits(account: Account, limits: ArrangementLimits, today: date) -> None:
    found = {option["kind"]: option for option in offers.options(account, limits, today)}
    assert found["full_payment"]["amount"] == f"{account.balance:.2f}"
    if "partial_payment" in found:
        assert Decimal(found["partial_payment"]["minimum"]) == limits.minimum_payment < account.balance
    if "settlement" in found:
        assert found["settlement"] == {"kind": "settlement"}
        floor = offers.settlement_floor(account, limits)
        assert floor is not None
        assert limits.settlement_floor is not None
        assert account.balance * limits.settlement_floor <= floor < account.balance
        assert account.days_overdue >= limits.settlement_min_days_overdue
    if "extension" in found:
        assert account.extensions_used < limits.extensions_per_year
        assert date.fromisoformat(found["extension"]["until"]) >= today + timedelta(days=limits.extension_max_days)
    if "plan" in found:
        assert list(found["plan"]["monthly"]) == [str(months) for months in found["plan"]["months"]]


def test_nothing_is_offered_for_nothing_owed() -> None:
    assert offers.options(Account(Decimal(0), 90, None), ArrangementLimits(), TODAY) == []


@pytest.mark.parametrize(("overdue", "down"), [(89, None), (90, Decimal("82.47"))])
def test_older_accounts_pay_something_first_where_the_bank_says_so(overdue: int, down: Decimal | None) -> None:
    limits = ArrangementLimits(plan_down_payment_share=Decimal("0.2"))
    account = Account(Decimal("412.35"), overdue, None)
    assert offers.plan_down_payment(account, limits) == down
    plan = next(option for option in offers.options(account, limits, TODAY) if option["kind"] == "plan")
    assert plan.get("down_payment") == (None if down is None else "82.47")
    assert plan["monthly"]["3"] == ("137.45" if down is None else "109.96")


def test_extensions_end_with_their_number_and_their_age() -> None:
    limits = ArrangementLimits()
    due = date(2026, 10, 27)
    assert offers.extension_until(Account(Decimal(1), 20, due), limits, TODAY) == TODAY + timedelta(days=30)
    assert offers.extension_until(Account(Decimal(1), 61, due), limits, TODAY) is None
    assert offers.extension_until(Account(Decimal(1), 20, due, extensions_used=2), limits, TODAY) is None
