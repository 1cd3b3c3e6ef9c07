"""How far the agent's words were heard: reports without whitespace, cuts, and the estimate without reports."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.speech import SECONDS_PER_CHARACTER, Speech, Utterance

SENTENCE = "Hello, this is Archer. Is this Dana? I am calling about your account."


def utterance(text: str = SENTENCE, *, at: float = 0.0, key: str = "k", interruptible: bool = True) -> Utterance:
    return Utterance(text, key, interruptible, at=at, said_at=datetime(2026, 11, 23, tzinfo=UTC))


def speech(*utterances: Utterance) -> Speech:
    made = Speech()
    for one in utterances:
        made.sent(one)
    made.started()
    return made


def squeezed(text: str) -> str:
    return "".join(text.split())


@given(st.integers(0, len(SENTENCE.split())))
def test_whole_words_come_back_with_their_spaces(words: int) -> None:
    talk = speech(utterance())
    heard = " ".join(SENTENCE.split()[:words])
    complete = talk.reported(squeezed(heard))
    if words == len(SENTENCE.split()):
        assert [u.heard for u in complete] == [SENTENCE]
    else:
        cut = talk.cut(1.0)
        assert cut is not None
        assert cut.broken.heard == heard


@given(st.lists(st.integers(1, 9), min_size=1))
def test_reports_may_be_cut_anywhere(sizes: list[int]) -> None:
    talk, left, complete = speech(utterance()), squeezed(SENTENCE), []
    for size in sizes:
        complete += talk.reported(left[:size])
        left = left[size:]
    complete += talk.reported(left)
    assert [u.text for u in complete] == [SENTENCE]


def test_a_word_cut_in_the_middle_was_not_heard() -> None:
    talk = speech(utterance("Your balance is four hundred."))
    talk.reported("Yourbal")
    cut = talk.cut(1.0)
    assert cut is not None
    assert cut.broken.heard == "Your"


@pytest.mark.parametrize(
    ("spoken", "rest"),
    [
        ("", SENTENCE),
        ("Hello, this", SENTENCE),
        ("Hello, this is Archer.", "Is this Dana? I am calling about your account."),
        ("Hello, this is Archer. Is this Dana? I am", "I am calling about your account."),
    ],
)
def test_the_rest_begins_with_the_broken_sentence(spoken: str, rest: str) -> None:
    talk = speech(utterance())
    talk.reported(squeezed(spoken))
    cut = talk.cut(1.0)
    assert cut is not None
    assert cut.broken.rest == rest


def test_synthesis_may_drop_and_change_words() -> None:
    talk = speech(utterance("Pay $412.35 by Friday, please."), utterance("Goodbye."))
    talk.reported("Pay")
    talk.reported("fourhundredtwelvedollars")
    talk.reported("byFriday,please.")
    assert [u.text for u in talk.open] == ["Goodbye."]


def test_a_report_of_a_later_utterance_completes_the_earlier() -> None:
    talk = speech(utterance("One moment, please."), utterance("Thank you for waiting."))
    assert [u.text for u in talk.reported("Thankyou")] == ["One moment, please."]


def test_falling_silent_near_the_end_is_the_end() -> None:
    talk = speech(utterance("Thank you very much. Goodbye."))
    talk.reported("Thankyouverymuch.Goodby")
    assert [u.heard for u in talk.stopped(2.0)] == ["Thank you very much. Goodbye."]


def test_falling_silent_just_before_the_caller_speaks_is_an_interruption() -> None:
    talk = speech(utterance())
    talk.reported("Hello,thisis")
    assert talk.stopped(2.0) == []
    assert talk.settle(2.3) == []
    cut = talk.cut(2.3)
    assert cut is not None
    assert cut.broken.heard == "Hello, this is"


def test_falling_silent_long_before_the_caller_speaks_is_not() -> None:
    talk = speech(utterance())
    talk.reported("Hello,thisis")
    talk.stopped(2.0)
    assert [u.heard for u in talk.settle(5.0)] == [SENTENCE]
    assert talk.cut(5.0) is None


def test_words_that_must_be_heard_stay_open() -> None:
    notice, question = utterance("This is recorded.", interruptible=False), utterance("Is this Dana?")
    talk = speech(notice, question)
    talk.reported("This")
    cut = talk.cut(1.0)
    assert cut is not None
    assert (cut.broken.text, cut.broken.heard) == ("Is this Dana?", "")
    assert [u.text for u in talk.open] == ["This is recorded."]


def test_without_reports_the_length_decides() -> None:
    talk = Speech()
    talk.sent(utterance("a" * 10 + " " + "b" * 10, at=0.0))
    assert talk.settle(0.0) == []
    talk.settle(11 * SECONDS_PER_CHARACTER)
    cut = talk.cut(11 * SECONDS_PER_CHARACTER)
    assert cut is not None
    assert cut.broken.heard == "a" * 10
    talk.sent(utterance("Thank you.", at=10.0))
    assert [u.text for u in talk.settle(20.0)] == ["Thank you."]


def test_reports_of_nothing_known_are_ignored() -> None:
    talk = speech(utterance("Hello."))
    assert talk.reported("xyzzy") == []
    assert [u.text for u in talk.reported("Hello.")] == ["Hello."]
    assert talk.reported("Hello.") == []
