"""A long number keyed in is noticed once, the numbers that we ask for are not (I-20)."""

import pytest

from agent.keying import KeyedNumber


def _noticed(*moments: float) -> list[int]:
    keyed = KeyedNumber()
    return [number for number, moment in enumerate(moments, 1) if keyed.is_long(moment)]


@pytest.mark.parametrize("keys", [1, 4, 5])
def test_last_four_and_postal_code_are_no_card(keys: int) -> None:
    assert _noticed(*(n * 0.3 for n in range(keys))) == []


def test_a_card_number_is_noticed_at_its_sixth_digit_and_not_again() -> None:
    assert _noticed(*(n * 0.3 for n in range(16))) == [6]


def test_after_a_pause_another_number_begins() -> None:
    four_then_five = [0.0, 0.4, 0.8, 1.2, *(6 + n * 0.4 for n in range(5))]
    assert _noticed(*four_then_five) == []
    assert _noticed(*four_then_five, 8.0) == [10]
