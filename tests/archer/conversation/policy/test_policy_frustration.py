"""Frustration is scored over turns, fades, and leads to a person."""

import pytest

from archer.conversation.events import Heard, Note
from archer.conversation.policy.frustration import felt
from archer.conversation.policy.hearing import Clock, Hearing
from archer.conversation.policy.state import State
from tests.archer.conversation.policy.policy_script import Call, Scripted, keys, session


def score(*turns: str, state: State | None = None) -> float:
    """The score after these turns, each `"label words"`."""
    state = state or State()
    given, understanding = session(), Scripted()
    for turn in turns:
        clock = Clock(given.now, given.customer_timezone, given.customer_country)
        hearing = Hearing(understanding.heard(turn), None, understanding, clock)
        state.frustration = felt(state, hearing)
        state.complaint = hearing.intent if state.frustration else ""
    return state.frustration


def test_a_calm_call_scores_nothing() -> None:
    assert score("identity_confirmed", "affirm", "pay_now", "thanks") == 0.0


def test_the_same_complaint_again_weighs_more() -> None:
    assert score("frustrated") == 0.4
    assert score("frustrated", "frustrated") == 0.9
    assert score("frustrated", "scam_suspicion") == 0.5


@pytest.mark.parametrize(
    ("turn", "shown"),
    [
        ("out_of_scope what the fuck", 0.25),
        ("out_of_scope i already told you", 0.2),
        ("out_of_scope why do you keep asking", 0.2),
        ("out_of_scope STOP ASKING ME THE VERY SAME THINGS OVER AND AGAIN NOW PLEASE JUST STOP", 0.1),
        ("out_of_scope no!!", 0.1),
        ("refuse_to_pay", 0.15),
        ("out_of_scope nice weather", 0.0),
        ("are_you_ai", 0.0),
    ],
)
def test_what_shows_frustration(turn: str, shown: float) -> None:
    assert score(turn) == shown


def test_it_fades_and_faster_with_assent() -> None:
    assert score("frustrated", "ask_balance") == 0.32
    assert score("frustrated", "affirm") == 0.26
    assert score("frustrated", "thanks") == 0.16
    assert score("frustrated", *["ask_balance"] * 12) <= 0.03


def test_it_stays_within_its_bounds() -> None:
    assert score(*["frustrated you keep calling damn"] * 9) == 1.0


def test_anger_twice_offers_a_person() -> None:
    call = Call().verified()
    assert keys(call.hear("frustrated")) == ["sorry_upset", "offer_full_payment"]
    assert keys(call.hear("frustrated"))[-1] == "offer_person"
    call.hear("affirm")
    assert call.outcome == "transferred"


def test_swearing_at_what_is_not_understood_offers_a_person() -> None:
    call = Call().verified()
    call.hear("out_of_scope fucking machine")
    actions = call.hear("unclear i already told you damn it!!")
    assert keys(actions)[-1] == "offer_person"


def test_who_declines_the_person_starts_anew() -> None:
    call = Call().verified()
    call.hear("frustrated", "frustrated")
    assert keys(call.hear("negate"))[-1] == "offer_full_payment"
    assert call.conversation.state.frustration == 0.0
    assert "offer_person" not in keys(call.hear("frustrated"))


def test_a_request_made_in_anger_is_answered_and_no_person_offered() -> None:
    call = Call().verified()
    call.hear("frustrated")
    actions = call.hear("pay_now just take the fucking money i already told you")
    assert keys(actions) == ["ask_method"]


def test_a_warm_tactic_offers_a_person_sooner() -> None:
    call = Call(tactic={"name": "kind", "empathy": 9}).verified()
    assert keys(call.hear("frustrated"))[-1] == "offer_person"


def test_a_rise_is_noted_with_the_call() -> None:
    call = Call().verified()
    first = call.conversation.handle(Heard("frustrated"))
    assert Note("frustration", {"level": 0.4}) in first
    assert not [a for a in call.conversation.handle(Heard("ask_balance")) if isinstance(a, Note)]
