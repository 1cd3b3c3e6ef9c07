"""The legal order as a hard assertion, for whoever wants to speak."""

import pytest

from archer.conversation.order import FREE, Order, OrderViolation, Phase
from archer.conversation.words import account, before
from tests.archer.conversation.policy.policy_script import session

OPENING = (
    "Hello, this is Ava, an automated assistant with Maple Credit Bank on a recorded line; say stop or press nine."
)


def noticed(**changes: object) -> Order:
    order = Order(session(**changes))
    order.check("opening", OPENING)
    order.said("opening")
    return order


def test_nothing_comes_before_the_opening() -> None:
    order = Order(session())
    with pytest.raises(OrderViolation, match="I-27"):
        order.check("ask_person", "Am I speaking with Sam Rivera?")
    with pytest.raises(OrderViolation):
        order.check_tool("record_restriction", {})


@pytest.mark.parametrize(
    "missing", ["Maple Credit Bank", "automated assistant", "recorded line", "say stop or press nine"]
)
def test_an_opening_lacks_nothing(missing: str) -> None:
    with pytest.raises(OrderViolation):
        Order(session()).check("opening", OPENING.replace(missing, ""))


def test_free_speech_waits_for_the_verification() -> None:
    order = noticed()
    assert order.phase is Phase.PERSON
    assert not order.allows(FREE, "Lovely weather today.")
    assert not order.allows("ask_factors", "The last four digits, please.")
    order.person_claimed()
    assert order.allows("ask_factors", "The last four digits, please.")
    assert not order.allows(FREE, "Lovely weather today.")
    order.person_verified()
    assert order.allows(FREE, "The balance is four hundred dollars.")


@pytest.mark.parametrize(
    "words", ["about your balance", "a payment of $5", "You owe us.", "your digits four three two one"]
)
def test_listed_keys_do_not_smuggle_other_words(words: str) -> None:
    assert not noticed().allows("personal_matter", words)


def test_names_may_hold_any_word() -> None:
    order = noticed(customer_name="Bill Payne")
    assert order.allows("ask_person", "This is Maple Credit Bank. Am I speaking with Bill Payne?")


@pytest.mark.parametrize("key", before.SENTENCES)
def test_every_listed_sentence_passes_in_every_wording(key: str) -> None:
    order = noticed()
    order.person_claimed()
    values = {
        "intro": "Ava, an automated assistant with Maple Credit Bank",
        "business": "Maple Credit Bank",
        "name": "Sam Rivera",
        "number": "eight zero zero, five five five, zero one zero zero",
        "code": "ZIP code",
        "when": "Monday, November twenty-third at five p.m.",
    }
    for voice in ("plain", "warm", "firm"):
        sentence = before.SENTENCES[key]
        for times in range(len(sentence.wordings(voice))):  # type: ignore[arg-type]
            words = sentence.text(voice, times, values)  # type: ignore[arg-type]
            order.check(key, words)
            assert words.count("?") <= 1


def test_mini_miranda_is_due_before_the_purpose_and_verbatim() -> None:
    order = noticed(collector_mode="third_party")
    order.person_verified()
    assert order.phase is Phase.DISCLOSURE
    with pytest.raises(OrderViolation, match="I-11"):
        order.check_tool("get_customer_options", {})
    with pytest.raises(OrderViolation, match="verbatim"):
        order.check("mini_miranda", "This is a debt collection call.")
    order.check("mini_miranda", account.DISCLOSURE["mini_miranda"].plain[0])
    order.said("mini_miranda")
    assert order.phase is Phase.PURPOSE


def test_a_confirmation_needs_an_explicit_yes_to_what_was_read() -> None:
    order = noticed()
    order.person_verified()
    with pytest.raises(OrderViolation, match="I-21"):
        order.check_tool("confirm_arrangement", {"intent_id": "a"})
    with pytest.raises(OrderViolation, match="not read out"):
        order.arrangement_agreed("a")
    order.arrangement_read("a")
    order.arrangement_agreed("a")
    order.check_tool("confirm_arrangement", {"intent_id": "a"})
    with pytest.raises(OrderViolation):
        order.check_tool("confirm_arrangement", {"intent_id": "b"})


def test_another_listener_and_a_broken_line_undo_what_they_must() -> None:
    order = noticed()
    order.person_verified()
    order.interrupted_line()
    assert order.phase is Phase.NOTICE
    order.said("opening_resumed")
    assert order.phase is Phase.PURPOSE
    order.person_lost()
    assert order.phase is Phase.PERSON


def test_snapshot_round_trip() -> None:
    order = noticed(collector_mode="third_party")
    order.person_verified()
    other = Order(session(collector_mode="third_party"))
    other.restore(order.snapshot())
    assert other.snapshot() == order.snapshot()
    assert other.phase is Phase.DISCLOSURE
