"""Days and amounts in the words of everyday callers: dates turned round, days told from another, what is to be left."""

import pytest

from archer.conversation.slots import extract

_TUESDAY = {"now": "2027-05-04T12:30:00-07:00", "timezone": "America/Los_Angeles"}


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ("i start twenty may please", "05-20"),
        ("no start twenty may not eleven", "05-20"),
        ("twenty five may", "05-25"),
        ("put me down for ten may", "05-10"),
        ("i get pay twenty i start twenty may", "05-20"),
        ("the fifth of each month", "05-05"),
        ("every fifth of month", "05-05"),
        ("on the fifth every month", "05-05"),
        ("tomorrow's out the day after", "05-06"),
        ("tomorrow's no good, the day after", "05-06"),
        ("tomorrow no the day after", "05-06"),
        ("i can't tomorrow the day after maybe", "05-06"),
        ("friday's no good the day before", "05-06"),
        ("i get my check on the twelfth so the friday after that", "05-14"),
        ("The insurance pays next week. Can you move the due date, ten days from today?", "05-14"),
        ("next week on friday", "05-14"),
        ("the day after tomorrow", "05-06"),
    ],
)
def test_days_as_callers_name_them(said: str, day: str) -> None:
    assert extract("datetime", said, _TUESDAY) == {"date": f"2027-{day}"}


@pytest.mark.parametrize("said", ["twenty may not be enough", "i can do thirty may i ask", "twenty may be too much"])
def test_a_may_that_is_a_verb_names_no_day(said: str) -> None:
    assert extract("datetime", said, _TUESDAY) is None


@pytest.mark.parametrize("said", ["twenty may", "i start on may twenty two", "two june", "start fifteen may please"])
def test_the_number_of_a_date_is_no_amount_and_no_length(said: str) -> None:
    assert extract("amount", said, {"balance": "600.00"}) is None
    assert extract("months", said) is None


@pytest.mark.parametrize(
    ("said", "amount"),
    [
        ("not one fifty the whole thing", "340.00"),
        ("no not two hundred all of it", "340.00"),
        ("not the hundred, everything", "340.00"),
        ("I can't do the two fifty but half", "170.00"),
        ("not just the fifty, half", "170.00"),
        ("i can't pay three hundred all at once", "300.00"),
        ("not the whole thing, two hundred", "200.00"),
        ("two hundred, not the whole thing", "200.00"),
        ("all but a hundred", "240.00"),
        ("everything except fifty", "290.00"),
        ("leave a hundred on it", "240.00"),
        ("i'd pay it down to a hundred", "240.00"),
        ("I'd like only a hundred to be left. So that'd be two hundred forty today.", "240.00"),
        ("pay it down so only a hundred is left. so two hundred forty", "240.00"),
        ("i can't do it all, but four hundred i've got", "400.00"),
        ("can't do it all but two hundred i've got today", "200.00"),
        ("i only have a hundred left", "100.00"),
        ("can you bring it down to a hundred", "100.00"),
        ("pay it down to a hundred a month", "100.00"),
        ("i'll leave fifty on it and pay the rest", "290.00"),
    ],
)
def test_what_is_turned_down_or_left_is_not_to_be_paid(said: str, amount: str) -> None:
    assert extract("amount", said, {"balance": "340.00"}) == amount
