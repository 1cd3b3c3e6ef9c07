"""What the state of a call decides: amounts, deadlines, disclosure before verification, the validation period."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archer.compliance.guardrail import SpeechState, judge
from archer.conversation.words.spoken import money

CENTS = st.integers(min_value=1, max_value=999_999).map(lambda cents: Decimal(cents) / 100)
FRAMES = ["The balance is {}.", "Your balance is {} today.", "The minimum due is {}.", "That's {} a month."]


def rules(text: str, **state: Any) -> set[str]:
    given_state = {"right_party_verified": True} | state
    return {finding.rule for finding in judge(text, SpeechState(**given_state))}


@given(CENTS, st.sampled_from(FRAMES), st.booleans())
def test_an_amount_is_spoken_only_when_a_tool_gave_it(amount: Decimal, frame: str, in_words: bool) -> None:
    text = frame.format(money(amount) if in_words else f"${amount:,.2f}")
    assert "G-11" not in rules(text, approved_amounts=[str(amount)])
    assert "G-11" not in rules(text, ledger={"minimum_due": str(amount)})
    assert "G-11" in rules(text, approved_amounts=[str(amount + 1)], ledger={"balance": str(amount * 2)})


@given(CENTS, CENTS)
def test_a_sum_of_approved_amounts_is_not_approved(first: Decimal, second: Decimal) -> None:
    approved = [str(first), str(second)]
    if first + second not in {first, second}:
        assert "G-11" in rules(f"Together that is ${first + second:,.2f}.", approved_amounts=approved)


@given(st.dates(min_value=date(2026, 1, 1), max_value=date(2030, 12, 31)), st.integers(min_value=1, max_value=20))
def test_a_deadline_is_stated_only_when_it_is_the_verified_one(day: date, off: int) -> None:
    other = day + timedelta(days=off)
    text = f"The offer is good until {day:%B} {day.day}."
    assert "G-04" not in rules(text, may_state_deadline=day.isoformat())
    assert "G-04" in rules(text, may_state_deadline=other.isoformat())
    assert "G-04" in rules(text)


@given(st.dates(min_value=date(2026, 1, 1), max_value=date(2030, 12, 31)))
def test_the_due_date_is_that_of_the_ledger(day: date) -> None:
    text = f"Your due date is {day:%B} {day.day}."
    assert rules(text, ledger={"due_date": day.isoformat()}) == set()
    assert "G-04" in rules(text, ledger={"due_date": (day + timedelta(days=3)).isoformat()})


DISCLOSED = [
    "Your balance is overdue.",
    "It's about a missed payment.",
    "He owes the bank some money.",
    "I'm calling about your credit card.",
    "This is an attempt to collect a debt.",
    "You've reached the collections department.",
    "I have some payment options for you as soon as you confirm your name.",
    "Thank you for being one of our cardholders.",
    "Before I can discuss the loan, please tell me your ZIP code.",
]
NOT_DISCLOSED = [
    "It's a personal business matter.",
    "It isn't urgent; he can call whenever it suits him.",
    "May I speak with Maria Lopez, please?",
    "What are the last four digits of your Social Security number?",
    "Please ask him to call us at 800-555-0100.",
    "This call is recorded, and you can say stop or press nine at any time.",
    "I'm not able to share what it's about with anyone else.",
]


@pytest.mark.parametrize("text", DISCLOSED)
def test_before_verification_nothing_implies_a_debt_or_an_account(text: str) -> None:
    assert "G-07" in rules(text, right_party_verified=False)
    assert "G-07" not in rules(text)


@pytest.mark.parametrize("text", NOT_DISCLOSED)
def test_before_verification_the_call_can_still_be_held(text: str) -> None:
    assert rules(text, right_party_verified=False) == set()


@pytest.mark.parametrize(
    "text", ["You must pay the balance.", "Payment is required now.", "You have to pay this week."]
)
def test_demands_overshadow_the_validation_notice(text: str) -> None:
    assert "G-13" in rules(text, in_validation_period=True)


@pytest.mark.parametrize(
    "text",
    ["You can dispute it in writing; the notice explains how.", "You don't have to pay anything in order to dispute.",
     "If you dispute any part of it, we'll pause and send you verification."],
)  # fmt: skip
def test_the_notice_and_its_rights_may_be_explained(text: str) -> None:
    assert rules(text, in_validation_period=True) == set()
