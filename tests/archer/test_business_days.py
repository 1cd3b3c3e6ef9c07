"""Bank days: weekends, statutory holidays, and holidays that a Sunday moves to the Monday."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archer.business_days import is_business_day, last_business_day, next_business_day

DAYS = st.dates(date(2024, 1, 1), date(2034, 12, 31))


@pytest.mark.parametrize(
    ("day", "open_"),
    [
        (date(2026, 11, 16), True),
        (date(2026, 11, 21), False),  # a Saturday
        (date(2026, 11, 22), False),  # a Sunday
        (date(2026, 11, 26), False),  # Thanksgiving
        (date(2026, 11, 27), True),
        (date(2026, 7, 3), True),  # the Fourth is a Saturday: the Reserve Banks are open on the Friday
        (date(2027, 7, 5), False),  # the Fourth is a Sunday: closed on the Monday
        (date(2027, 12, 31), True),
        (date(2028, 1, 3), True),  # New Year's Day is a Saturday
    ],
)
def test_days_on_which_banks_move_money(day: date, open_: bool) -> None:
    assert is_business_day(day) is open_


@given(day=DAYS)
def test_the_next_and_the_last_business_day_are_the_nearest(day: date) -> None:
    following, before = next_business_day(day), last_business_day(day)
    assert before <= day <= following
    assert is_business_day(following)
    assert is_business_day(before)
    assert following - day <= timedelta(days=4)
    assert not any(is_business_day(before + timedelta(days=n)) for n in range(1, (following - before).days))
