"""Numbers for the ear."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archer.conversation.words import spoken


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        ("412.35", "four hundred twelve dollars and thirty-five cents"),
        ("1", "one dollar"),
        ("0.01", "one cent"),
        ("0", "zero dollars"),
        ("1000", "one thousand dollars"),
        ("1250.05", "one thousand two hundred fifty dollars and five cents"),
        ("2000000", "two million dollars"),
        ("12.345", "twelve dollars and thirty-five cents"),
        ("-3.10", "minus three dollars and ten cents"),
    ],
)
def test_money(amount: str, words: str) -> None:
    assert spoken.money(amount) == words
    assert spoken.money(Decimal(amount)) == words


def test_money_refuses_what_is_no_number() -> None:
    with pytest.raises(ValueError, match="not an amount"):
        spoken.money("a lot")


@pytest.mark.parametrize(
    ("day", "words"),
    [
        ("2026-11-27", "Friday, November twenty-seventh"),
        ("2026-12-01", "Tuesday, December first"),
        ("2026-10-12", "Monday, October twelfth"),
        ("2026-06-30", "Tuesday, June thirtieth"),
        ("2027-01-03", "Sunday, January third, twenty twenty-seven"),
    ],
)
def test_date(day: str, words: str) -> None:
    assert spoken.date(day, date(2026, 11, 20)) == words


def test_date_without_today_says_no_year() -> None:
    assert spoken.date(date(2027, 1, 3)) == "Sunday, January third"


@pytest.mark.parametrize(
    ("hour", "minute", "words"),
    [
        (17, 30, "five thirty p.m."),
        (9, 5, "nine oh five a.m."),
        (12, 0, "noon"),
        (0, 0, "midnight"),
        (0, 15, "twelve fifteen a.m."),
    ],
)
def test_time(hour: int, minute: int, words: str) -> None:
    assert spoken.time(datetime(2026, 11, 20, hour, minute, tzinfo=UTC)) == words


def test_digits_one_by_one() -> None:
    assert spoken.digits("4321") == "four three two one"
    assert spoken.phone("+18005550100") == "eight zero zero, five five five, zero one zero zero"
    assert spoken.phone("+442071838750") == spoken.digits("442071838750")


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (2005, "two thousand five"),
        (2026, "twenty twenty-six"),
        (1999, "nineteen ninety-nine"),
        (2000, "two thousand"),
        (1905, "nineteen oh five"),
        (1900, "nineteen hundred"),
    ],
)
def test_year(number: int, words: str) -> None:
    assert spoken.year(number) == words


@given(st.decimals(min_value=0, max_value=999_999_999, places=2))
def test_every_amount_is_words_only_and_unlike_its_neighbour(amount: Decimal) -> None:
    words = spoken.money(amount)
    assert words.replace("-", "").replace(" ", "").isalpha()
    assert words != spoken.money(amount + Decimal("0.01"))


@given(st.integers(min_value=1, max_value=999))
def test_ordinals_end_as_ordinals_do(number: int) -> None:
    assert spoken.ordinal(number).endswith(("st", "nd", "rd", "th"))
