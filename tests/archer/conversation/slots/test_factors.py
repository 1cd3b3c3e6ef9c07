"""The two factors of verification in one turn: laws over ways of saying them, and what callers said."""

import json
from pathlib import Path
from typing import Literal

import pytest

from archer.conversation.slots.factors import Factors, read
from tests.archer.conversation.slots.ways_to_say_factors import WAYS, Way, ways

_DATA = Path(__file__).parent / "data"
_LEAST = 0.99


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_both_factors_are_told_apart_however_they_are_said(seed: int) -> None:
    said = list(ways(20, seed))
    wrong = [(way, found) for way in said if (found := _pair(read(way.text, way.country))) != _wanted(way)]
    pairs = [way for way, found in wrong if all(found)]
    assert len(WAYS) >= 40
    assert len(wrong) <= (1 - _LEAST) * len(said), "\n".join(f"{way.text!r}: {found}" for way, found in wrong)
    assert len(pairs) <= 0.005 * len(said), "\n".join(way.text for way in pairs)


def test_a_factor_that_was_heard_stays_beside_the_other_one() -> None:
    """With one factor known, the turn that holds both is read no worse."""
    said = list(ways(10, 4))
    wrong = [
        way
        for at, way in enumerate(said)
        if _pair(read(way.text, way.country, *((way.last_four, None) if at % 2 else (None, way.postal_code))))
        != _wanted(way)
    ]
    assert len(wrong) <= (1 - _LEAST) * len(said), "\n".join(way.text for way in wrong)


@pytest.mark.parametrize("kind", ["last_four", "postal_code"])
def test_one_factor_is_understood_as_the_slot_understands_it(kind: str) -> None:
    rows = [json.loads(line) for path in _DATA.glob(f"*/{kind}.jsonl") for line in path.read_text("utf-8").splitlines()]
    wrong = []
    for row in rows:
        country = (row.get("context") or {}).get("country", "US")
        known = (None, "60606") if kind == "last_four" else ("9999", None)
        found = getattr(read(row["text"], country, *known), kind)
        if found != row["value"]:
            wrong.append(f"{row['text']!r} is {row['value']}, found {found}")
    assert len(wrong) <= (1 - _LEAST) * len(rows), "\n".join(wrong)


@pytest.mark.parametrize(
    ("said", "last_four", "code"),
    [
        ("oh for pete's sake six one two seven five three two one five now what", "6127", "53215"),
        ("fifty two eighty one sixty four one eleven", "5281", "64111"),
        ("eighteen ninety six thirty five two oh five", "1896", "35205"),
        ("sixty three eighty nine oh two nine oh nine", "6389", "02909"),
        ("93728 for the zip and 8840 on the card.", "8840", "93728"),
        ("one sec zero two i mean two zero four nine seven seven double oh four", "2049", "77004"),
        ("zero i mean four seven one eight and oh eight eight one seven", "4718", "08817"),
        ("The four digits are 3317, the five are 92103.", "3317", "92103"),
        ("nine two one oh three's my zip and the card's thirty three seventeen", "3317", "92103"),
        ("first one's 3317 second one's 92103", "3317", "92103"),
        ("that'd be three three one seven, darlin', and we're in nine two one oh three", "3317", "92103"),
        ("92103-4411 and 3317", "3317", "92103"),
        ("ninety two one oh three, three three one seven", "3317", "92103"),
        ("my account ends with double three one seven, zip nine two one zero three", "3317", "92103"),
        ("432194107", "4321", "94107"),
        ("4321 94 107", "4321", "94107"),
        ("zip, ninety two one oh three. last four, thirty three seventeen.", "3317", "92103"),
        ("I live at 1600 Sherman Avenue, Evanston 60201, and the last four is 3317", "3317", "60201"),
        ("i opened it in 2019 and it ends in 3317, zip 92103", "3317", "92103"),
        ("3 3 1 7. 9 2 1 0 3.", "3317", "92103"),
        ("Three. Three. One. Seven. Nine. Two. One. Oh. Three.", "3317", "92103"),
        ("it's not 4312 it's 4321 and the zip is 94107", "4321", "94107"),
        ("the zip is 10025, wait, no, we moved, it's 94107 now, and 4321", "4321", "94107"),
        ("seventeen hundred and nine four one oh seven", "1700", "94107"),
    ],
)
def test_what_callers_said(said: str, last_four: str, code: str) -> None:
    assert _pair(read(said)) == (last_four, code)


@pytest.mark.parametrize(
    ("said", "known", "found"),
    [
        ("nine four one oh seven", ("4321", None), (None, "94107")),
        ("four three two one i said it already", ("4321", None), ("4321", None)),
        ("i just told you four three two one, nine four one oh seven", ("4321", None), ("4321", "94107")),
        ("four three two one nine", ("4321", None), (None, None)),
        ("94107", (None, "94107"), (None, "94107")),
        ("it's sorry the last four is 4322", ("4321", None), ("4322", None)),
        ("four three two one", (None, "43210"), (None, None)),
    ],
)
def test_after_one_was_heard(
    said: str, known: tuple[str | None, str | None], found: tuple[str | None, str | None]
) -> None:
    assert _pair(read(said, "US", *known)) == found


@pytest.mark.parametrize(
    "said",
    [
        "my card is 4111 1111 1111 1111",
        "four one one one one one one one one one one one one one one one",
        "4321 941077",
        "call me at 415 555 0132",
        "one of my kids has 3 cards",
        "i have lived here for twenty years",
        "in 2019",
        "three two",
        "",
    ],
)
def test_no_pair_is_made_of_other_numbers(said: str) -> None:
    assert not all(_pair(read(said)))


@pytest.mark.parametrize(
    ("said", "country", "torso"),
    [("nine four one", "US", "941"), ("four three two one, nine four", "US", "94"), ("m five v", "CA", "M5V")],
)
def test_where_a_turn_broke_off(said: str, country: Literal["US", "CA"], torso: str) -> None:
    assert read(said, country).torso == torso


def _pair(found: Factors) -> tuple[str | None, str | None]:
    return found.last_four, found.postal_code


def _wanted(way: Way) -> tuple[str, str]:
    return way.last_four, way.postal_code
