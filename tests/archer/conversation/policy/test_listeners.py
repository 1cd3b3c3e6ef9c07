"""Who listens after the proof: nothing about the account is said to anybody else."""

import pytest

from archer.conversation.events import Heard, Started
from archer.conversation.policy.listeners import _HANDS_OVER, _TOOK_OVER
from tests.archer.conversation.policy.policy_script import keys
from tests.archer.conversation.policy.test_policy_asides import after

OF_ACCOUNT = ("purpose", "was_due", "say_balance", "offer_full_payment", "tool.prepared", "ach_reading")


@pytest.mark.parametrize(
    "words",
    [
        "let me put my wife on",
        "hang on, let me get my husband",
        "here, talk to my husband",
        "you should speak with my daughter",
        "hold on, she's right here",
        "I'll grab my mom for you",
        "I'm handing you over to my wife",
        "I'm going to give the phone to my son",
        "here's my husband",
        "wait, I'm putting my dad on the phone",
        "here she is",
    ],
)
def test_a_hand_over_is_heard(words: str) -> None:
    assert _HANDS_OVER.search(words)


@pytest.mark.parametrize(
    "words",
    [
        "can I talk to my wife first",
        "I have to speak with my husband before that",
        "let me get my wife's card",
        "my wife handles the money",
        "put it on my card",
        "I want to put my husband on the account",
        "I get paid on Friday",
        "my kids are here for the weekend",
        "I'd like to talk to a person",
        "give me a minute",
        "I got my son to think about",
        "my wife is right here, let me ask her",
    ],
)
def test_what_hands_nothing_over_is_not(words: str) -> None:
    assert not _HANDS_OVER.search(words)
    assert not _TOOK_OVER.search(words)


@pytest.mark.parametrize(
    "turns",
    [
        ("Hang on, let me put my wife on.", "Hi, who is this?"),
        ("Here, talk to my husband.", "Yes hello."),
        ("Hold on a second.", "Hello? Who is this?"),
        ("Hello? You were talking to my mom.",),
        ("Hold on, she's right here.", "hold on", "Good morning."),
    ],
)
def test_whoever_comes_to_the_phone_hears_nothing_of_the_account(turns: tuple[str, ...]) -> None:
    call, _ = after()
    spoken: list[str] = []
    for turn in turns:
        spoken += keys(call.send(Heard(turn)))
    assert spoken[-1] == "check_same_person"
    spoken += keys(call.send(Heard("what is this about")))
    spoken += keys(call.send(Heard("No, this is her husband.")))
    assert not set(OF_ACCOUNT) & set(spoken)
    assert call.conversation.state.step != "negotiate"


def test_somebody_else_hears_the_notices_and_is_asked_for_the_person() -> None:
    call, _ = after("Hang on, let me put my wife on.", "Hello?")
    assert keys(call.send(Heard("No.")))[:2] == ["opening", "ask_person"]


@pytest.mark.parametrize("answer", ["Yes.", "Yes, it's still me.", "Yes, speaking."])
def test_the_same_person_goes_on_where_he_was(answer: str) -> None:
    call, _ = after("I'd like a plan over six months.")
    assert call.conversation.step == "confirm"
    call.send(Heard("Hold on a second."))
    assert keys(call.send(Heard("Hello?"))) == ["check_same_person"]
    assert keys(call.send(Heard(answer)))[-1] in ("tool.prepared", "confirm")
    assert call.conversation.step == "confirm"


def test_who_only_asked_to_wait_goes_on_without_a_question() -> None:
    call, _ = after("Hold on a second.")
    assert "check_same_person" not in keys(call.send(Heard("Okay, I can pay in full.")))


def test_a_right_counts_whoever_invokes_it() -> None:
    call, _ = after("Hang on, let me put my wife on.")
    call.send(Heard("Stop calling us, do not ever call here again."))
    assert ("record_restriction", {"kind": "cease"}) in call.bank.used


@pytest.mark.parametrize("turns", [("Hello, this is Bob.",), ("Hello?", "Yes, this is Bob.")])
def test_who_gives_another_name_is_another(turns: tuple[str, ...]) -> None:
    call, _ = after("Here, talk to my husband.")
    for turn in turns:
        spoken = keys(call.send(Heard(turn)))
    assert spoken[:2] == ["opening", "ask_person"]


def test_a_line_that_breaks_while_the_phone_is_handed_on_comes_back_with_the_question() -> None:
    call, _ = after("Hang on, let me put my wife on.")
    assert keys(call.send(Started(resumed=True))) == ["opening_resumed", "check_same_person"]
    assert not call.conversation.state.fresh_ear
