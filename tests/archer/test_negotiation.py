"""Whatever anybody advises, the answer lies inside the bank's limits."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archer.negotiation import Answer, Bounds, Offer, OutsideLimits, bounds, by_advice, by_rules
from archer.offers import Account
from archer.store.organization_settings import ArrangementLimits

CENTS = st.integers(0, 1_000_00).map(lambda cents: Decimal(cents) / 100)
LIMITS = st.builds(
    ArrangementLimits,
    plan_months=st.lists(st.integers(1, 24), max_size=4),
    minimum_payment=st.integers(1, 200_00).map(lambda cents: Decimal(cents) / 100),
    settlement_floor=st.none() | st.integers(0, 100).map(lambda share: Decimal(share) / 100),
    settlement_min_days_overdue=st.integers(0, 100),
    settlement_on_request_only=st.booleans(),
)
BOUNDS = st.builds(
    bounds,
    st.builds(Account, balance=CENTS.filter(bool), days_overdue=st.integers(0, 120), due_date=st.none()),
    LIMITS,
    no_pressure=st.booleans(),
    first_offer=st.booleans(),
)
OFFERS = st.builds(Offer, CENTS, st.booleans())
ADVICE = st.fixed_dictionaries(
    {
        "accept": st.booleans(),
        "kind": st.sampled_from(["payment", "settlement", "plan"]),
        "amount": st.none() | CENTS.map(str) | st.sampled_from(["NaN", "-5", "1e9", "Infinity", "10.001", "ten", ""]),
        "months": st.none() | st.integers(-1, 30),
    }
)
WITHIN = Bounds(
    balance=Decimal("412.35"),
    least=Decimal("25.00"),
    months=(3, 6, 12),
    floor=Decimal("247.41"),
    may_raise_settlement=True,
    may_ask_for_more=True,
)


def _holds(answer: Answer, offer: Offer, within: Bounds) -> None:
    if answer.kind == "plan":
        assert answer.months in within.months
        assert (answer.accept, answer.amount) == (False, None)
        return
    assert answer.amount is not None
    assert answer.amount <= within.balance
    assert answer.months is None or answer.months in within.months
    if answer.kind == "settlement":
        assert within.floor is not None
        assert within.floor <= answer.amount < within.balance
    else:
        assert answer.amount >= within.least
    if answer.accept:
        assert answer.amount == min(offer.amount, within.balance)
    else:
        assert answer.amount >= offer.amount or answer.reason == "settlement_not_offered"


@given(offer=OFFERS, within=BOUNDS)
def test_the_answer_by_rules_lies_inside_the_limits(offer: Offer, within: Bounds) -> None:
    _holds(by_rules(offer, within), offer, within)


@given(offer=OFFERS, within=BOUNDS, advice=ADVICE)
def test_advice_is_inside_the_limits_or_counts_for_nothing(
    offer: Offer, within: Bounds, advice: dict[str, Any]
) -> None:
    try:
        answer = by_advice(offer, within, **advice)
    except OutsideLimits:
        return
    _holds(answer, offer, within)
    if by_rules(offer, within).accept and not answer.accept:
        assert within.may_ask_for_more


@pytest.mark.parametrize(
    ("offer", "settles", "expected"),
    [
        ("412.35", False, Answer(True, "payment", "full_balance", Decimal("412.35"))),
        ("500.00", True, Answer(True, "payment", "full_balance", Decimal("412.35"))),
        ("300.00", False, Answer(True, "payment", "partial_payment", Decimal("300.00"))),
        ("300.00", True, Answer(True, "settlement", "settlement", Decimal("300.00"))),
        ("247.40", True, Answer(False, "settlement", "below_floor", Decimal("247.41"), 12)),
        ("24.99", False, Answer(False, "payment", "below_minimum", Decimal("25.00"), 12)),
    ],
)
def test_the_answers_by_rules(offer: str, settles: bool, expected: Answer) -> None:
    assert by_rules(Offer(Decimal(offer), settles), WITHIN) == expected


@pytest.mark.parametrize(
    ("advice", "problem"),
    [
        ({"accept": True, "kind": "payment", "amount": "10.00", "months": None}, "accepts an offer"),
        ({"accept": False, "kind": "payment", "amount": "500.00", "months": None}, "an amount outside"),
        ({"accept": False, "kind": "payment", "amount": "24.99", "months": None}, "an amount outside"),
        ({"accept": False, "kind": "settlement", "amount": "200.00", "months": None}, "a settlement below"),
        ({"accept": False, "kind": "plan", "amount": None, "months": 5}, "a plan of a length"),
        ({"accept": False, "kind": "payment", "amount": "thirty", "months": None}, "no amount"),
    ],
)
def test_advice_outside_the_limits_says_why(advice: dict[str, Any], problem: str) -> None:
    with pytest.raises(OutsideLimits, match=problem):
        by_advice(Offer(Decimal("10.00")), WITHIN, **advice)


def test_advice_inside_the_limits_is_followed() -> None:
    ten, hundred = Offer(Decimal("10.00")), Offer(Decimal("100.00"))
    more = by_advice(hundred, WITHIN, accept=False, kind="payment", amount="150", months=None)
    assert (more.amount, more.reason) == (Decimal("150.00"), "more_is_possible")
    plan = by_advice(ten, WITHIN, accept=False, kind="plan", amount=None, months=12)
    assert (plan.kind, plan.months) == ("plan", 12)


def test_no_pressure_takes_what_can_be_taken_and_raises_no_settlement() -> None:
    account = Account(Decimal("412.35"), 120, None)
    limits = ArrangementLimits(settlement_floor=Decimal("0.6"))
    within = bounds(account, limits, no_pressure=True, first_offer=True)
    for kind, amount in (("payment", "150.00"), ("settlement", "300.00")):
        with pytest.raises(OutsideLimits):
            by_advice(Offer(Decimal("100.00")), within, accept=False, kind=kind, amount=amount, months=None)  # type: ignore[arg-type]
    assert by_rules(Offer(Decimal("300.00"), settles=True), within).kind == "settlement"
