"""The slots' conventions one by one, and what they refuse."""

import time

import pytest

from archer.conversation.slots import KINDS, extract

_NOON = {"now": "2026-03-11T14:00:00-04:00", "timezone": "America/New_York"}


def test_two_number_groups_are_dollars_and_cents_unless_a_scale_is_hinted() -> None:
    assert extract("amount", "thirty eight seventy five") == "38.75"
    assert extract("amount", "four fifteen", {"scale_hint": "hundreds"}) == "415.00"
    assert extract("amount", "seventeen fifty", {"scale_hint": "thousands"}) == "1750.00"


def test_a_fraction_needs_a_balance() -> None:
    assert extract("amount", "a third", {"balance": "100.00"}) == "33.33"
    assert extract("amount", "a third") is None


def test_a_correction_may_replace_only_the_tail_of_a_number() -> None:
    said = "two one two five five five one two three four, sorry, three five"
    assert extract("phone_number", said, {"region": "US"}) == "+12125551235"
    assert extract("last_four", "four three two one no wait nine nine") == "4399"
    assert extract("postal_code", "nine oh two one oh i mean one one", {"country": "US"}) == "90211"


def test_a_corrected_time_keeps_the_day_and_a_corrected_day_keeps_the_time() -> None:
    assert extract("datetime", "friday at 3, sorry, at 4", _NOON) == "2026-03-13T16:00:00-04:00"
    assert extract("datetime", "friday at 3, no, monday", _NOON) == "2026-03-16T15:00:00-04:00"


def test_an_hour_that_daylight_saving_skips_moves_on() -> None:
    eve = {"now": "2026-03-07T12:00:00-05:00", "timezone": "America/New_York"}
    assert extract("datetime", "tomorrow at 2:30 am", eve) == "2026-03-08T03:30:00-04:00"


def test_a_named_zone_is_answered_in_the_callers_own() -> None:
    assert extract("datetime", "tomorrow at 5 pm pacific time", _NOON) == "2026-03-12T20:00:00-04:00"


@pytest.mark.parametrize(
    ("kind", "context", "message"),
    [
        ("age", {}, "kind must be one of"),
        ("datetime", {}, "needs context.now"),
        ("datetime", {"now": "yesterday", "timezone": "UTC"}, "ISO 8601"),
        ("datetime", {"now": "2026-03-11T14:00:00-04:00", "timezone": "Mars/Base"}, "IANA"),
        ("amount", {"balance": "much"}, "decimal string"),
        ("amount", {"scale_hint": "millions"}, "hundreds or thousands"),
        ("postal_code", {"country": "GB"}, "US or CA"),
        ("phone_number", {"region": "XX"}, "ISO country code"),
    ],
)
def test_what_cannot_be_used_is_refused_by_name(kind: str, context: dict[str, str], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        extract(kind, "five", context)


def test_a_context_that_is_no_object_is_refused() -> None:
    with pytest.raises(ValueError, match="context must be an object"):
        extract("amount", "five", ["840.00"])  # type: ignore[arg-type]


def _cost(kind: str, said: str) -> float:
    """CPU seconds of the cheapest of three readings."""
    costs = []
    for _ in range(3):
        started = time.process_time()
        extract(kind, said, _NOON)
        costs.append(time.process_time() - started)
    return min(costs)


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_the_cost_of_a_rambling_turn_grows_with_its_length_alone(kind: str) -> None:
    ramble = "well um you know i was thinking about it and the thing is "
    short, long = (_cost(kind, ramble * times + "one two three four five") for times in (12, 48))
    assert long < 12 * short + 0.01


@pytest.mark.parametrize(
    "text",
    [
        "12345 st", "in 99999999999999999999999999 minutes", "friday after", "5/5/99999", "in 999999 months", "at",
        "99999999999999999999999999 dollars", "one hundred two for to, " * 30, "double", "no no no", "", " , . ? ",
    ],
)  # fmt: skip
@pytest.mark.parametrize("kind", sorted(KINDS))
def test_odd_text_is_answered_and_in_time(kind: str, text: str) -> None:
    started = time.process_time()
    extract(kind, text, _NOON)
    assert time.process_time() - started < 1


@pytest.mark.parametrize(
    ("kind", "said", "context", "value"),
    [
        # a correction of the tail, of an amount that a scale made of two groups
        ("amount", "four fifteen, sorry, twenty", {"scale_hint": "hundreds"}, "420.00"),
        ("amount", "seventeen fifty i mean sixty", {"scale_hint": "thousands"}, "1760.00"),
        ("amount", "one twenty no one thirty", {"scale_hint": "hundreds"}, "130.00"),
        # a word that sounds like a digit, before a number; and the word itself
        ("amount", "won seventy", {"scale_hint": "hundreds"}, "170.00"),
        ("amount", "i won seventy dollars but i can pay thirty", {}, "30.00"),
        ("amount", "two fitty", {"scale_hint": "hundreds"}, "250.00"),
        ("amount", "the whole nine yards", {"balance": "312.00"}, "312.00"),
        ("last_four", "eighteen ought two", {}, "1802"),
        ("last_four", "that ought to be four four one nine", {}, "4419"),
        ("months", "in one single payment", {}, 1),
        ("months", "one lump sum", {}, 1),
        ("months", "i'm single", {}, None),
        ("yes_no", "i cannot tell you that", {}, None),
        ("yes_no", "it most certainly is not", {}, False),
        ("yes_no", "i absolutely will not", {}, False),
        ("yes_no", "it most certainly is", {}, True),
        # a doubled letter before the rest of a word; a pause before a dash
        ("email", "a double n et te at aol dot com", {}, "annette@aol.com"),
        ("email", "ruth, at sign, green, hyphen, lake, dot, org", {}, "ruth@green-lake.org"),
        ("email", "sue dot lang, that is l a n g, at aol dot com", {}, "sue.lang@aol.com"),
        # "with a k" announces a spelling and is no part of it
        ("person_name", "christine with a k, k r i s t i n e, vale", {}, "Kristine Vale"),
        ("person_name", "anne with an e, a n n e, hart", {}, "Anne Hart"),
        ("person_name", "i'm called dora finch", {}, "Dora Finch"),
        ("person_name", "i'm called away right now", {}, None),
    ],
)
def test_what_callers_say_in_their_own_way(kind: str, said: str, context: dict[str, str], value: object) -> None:
    assert extract(kind, said, context) == value
