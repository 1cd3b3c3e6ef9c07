"""The proof of identity as it goes over several turns: what was heard is kept, corrected, and not asked for again."""

import pytest

from archer.conversation.events import Heard
from archer.conversation.understanding import TRAINED
from tests.archer.conversation.policy.policy_script import Call, keys

RIGHT = ("verify_account", {"account_last_4": "4321", "postal_code": "90210"})


def asked() -> Call:
    """A call at the question for the factors."""
    call = Call(understanding=TRAINED).start()  # type: ignore[arg-type]
    call.send(Heard("Yes, this is Sam Rivera."))
    return call


@pytest.mark.parametrize(
    "turns",
    [
        ("oh for pete's sake four three two one nine oh two one oh now what",),
        ("forty three twenty one ninety two ten",),
        ("90210 for the zip and 4321 on the card.",),
        ("one sec four four i mean four three two one nine oh two one oh",),
        ("four three two one", "nine oh two ten"),
        ("nine oh two one oh", "forty three twenty one"),
        ("nine oh two ten", "i said forty three twenty one"),
        ("four three two one", "i told you four three two one", "nine oh two one oh"),
        ("four three two", "one", "nine oh two one oh"),
        ("four three two one", "nine oh two", "one oh"),
        ("four three two one, nine oh", "two one oh"),
        ("four three two one nine oh", "four three two one", "nine oh two one oh"),
    ],
)
def test_one_attempt_is_enough(turns: tuple[str, ...]) -> None:
    call = asked()
    for turn in turns:
        call.send(Heard(turn))
    attempts = [used for used in call.bank.used if used[0] == "verify_account"]
    assert attempts == [RIGHT]


@pytest.mark.parametrize(
    ("first", "then"),
    [
        ("4321 and 90211", ("oh wait i moved that's the new one the old zip is nine oh two one oh",)),
        ("4322 and 90210", ("oh sorry the last four is four three two one",)),
        ("4321 and 90211", ("nine oh two one oh", "the last four is the same as i said")),
        ("4321 and 90211", ("i said it already four three two one", "nine oh two one oh")),
        ("4322 and 90210", ("it's 4321, 90210",)),
    ],
)
def test_what_was_right_in_a_failed_attempt_is_not_asked_again(first: str, then: tuple[str, ...]) -> None:
    call = asked()
    for turn in (first, *then):
        call.send(Heard(turn))
    assert [used for used in call.bank.used if used[0] == "verify_account"][1:] == [RIGHT]


def test_a_time_to_call_is_no_factor() -> None:
    call = asked()
    call.send(Heard("call me tomorrow at ten thirty"))
    assert "verify_account" not in call.tools
    assert call.conversation.state.last_four is None


def test_a_torso_of_both_is_no_attempt() -> None:
    call = asked()
    assert keys(call.send(Heard("four three two one nine oh two one")))[-1] in ("ask_last_four", "ask_postal_code")
    assert "verify_account" not in call.tools
