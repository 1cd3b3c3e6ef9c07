"""Scripted callers: whom they answer, when, and what the bank has to know of them."""

from datetime import date
from typing import Any

import pytest

from local.callers import Customer, Persona, Rule, every, find
from local.callers.engine import Caller, Reply


class Talk:
    """A caller and a clock of our own."""

    def __init__(self, persona: Persona | str, **more: Any) -> None:
        self.now = 100.0
        self.caller = Caller(find(persona) if isinstance(persona, str) else persona, **more)
        self.caller.pick_up(self.now)

    def agent(self, text: str) -> None:
        for word in text.split():
            self.now += 0.3
            self.caller.hear(word + " ", self.now)

    def answer(self, seconds: float = 3.0) -> Reply | None:
        until = self.now + seconds
        while self.now < until:
            self.now += 0.1
            reply = self.caller.poll(self.now)
            if reply is not None:
                return reply
        return None

    def ask(self, text: str, seconds: float = 3.0) -> str:
        self.agent(text)
        reply = self.answer(seconds)
        return reply.say if reply else ""


def test_the_payer_answers_every_question_however_it_is_worded() -> None:
    for opening, digits, offer, method, confirm in (
        (
            "This is an automated assistant of First Bank on a recorded line. Say stop or press 9. Am I speaking with "
            "Jordan Rivera?",
            "Thank you. Please tell me the last four digits of your account number, and your ZIP code.",
            "Your balance is $412.35. How would you like to take care of it?",
            "Shall I text you a secure payment link, or would you prefer a bank transfer?",
            "I'll text you a link for $412.35. Is that right?",
        ),
        (
            "Hello, I'm calling for Jordan Rivera. Is that you?",
            "To confirm your identity, could you give me the last 4 of the account and the postal code?",
            "Would you like to pay the full balance today?",
            "Which would you like, a payment link by text message or a transfer from your bank account?",
            "That's a payment of four hundred dollars. Shall I set this up, yes or no?",
        ),
    ):
        talk = Talk("pays_by_link")
        assert talk.ask(opening) == "Yes, this is Jordan Rivera."
        assert "4321" in talk.ask(digits)
        assert "pay" in talk.ask(offer)
        assert "link" in talk.ask(method)
        assert talk.ask(confirm).startswith("Yes")
        assert talk.ask("Is there anything else I can help you with?").startswith("No")
        assert talk.ask("Thank you, Jordan. Goodbye.") == ""


def test_factors_asked_one_by_one_are_answered_one_by_one() -> None:
    talk = Talk("pays_by_transfer")
    assert talk.ask("What are the last four digits of your account number?") == "It's 8080."
    assert talk.ask("Thank you, I have the last four digits. And what is your postal code?") == "98101."


def test_the_second_try_is_right_however_the_first_was_asked() -> None:
    talk = Talk("wrong_then_right_digits")
    assert "9999" in talk.ask("The last four digits and your ZIP code, please?")
    assert "4321" in talk.ask("That does not match. What are the last four digits of the account?")


def test_an_answer_waits_for_the_end_of_the_turn_and_some_thought() -> None:
    talk = Talk("pays_by_link")
    talk.agent("Am I speaking with Jordan Rivera?")
    assert talk.answer(1.0) is None
    talk.agent("Are you there, Jordan?")
    assert talk.answer(1.0) is None
    assert talk.answer(1.0) == Reply(say="Yes, this is Jordan Rivera.")


def test_speed_shortens_the_thought() -> None:
    talk = Talk("pays_by_link", speed=10)
    talk.agent("Am I speaking with Jordan Rivera?")
    assert talk.answer(0.6) is not None


def test_speaking_over_the_agent_does_not_wait() -> None:
    talk = Talk("barges_in")
    talk.agent("Thank you. Your balance as of")
    reply = talk.caller.poll(talk.now)
    assert reply is not None
    assert "pay the full amount" in reply.say


def test_a_statement_is_not_answered_and_a_strange_question_is_asked_back_three_times() -> None:
    talk = Talk("pays_by_link")
    assert talk.ask("One moment, please.", 10) == ""
    for _ in range(3):
        assert talk.ask("What colour is the sky?", 10) == "Sorry, could you say that again?"
    talk.agent("What colour is the sky?")
    assert talk.answer(10) == Reply(hang_up=True)


def test_the_facts_of_a_customer_fill_rules_and_sentences() -> None:
    talk = Talk("pays_by_link", customer=Customer(name="Lee (Sam) O'Hara", account_last_4="0007"))
    assert talk.ask("Am I speaking with Lee (Sam) O'Hara?") == "Yes, this is Lee (Sam) O'Hara."
    assert "0007" in talk.ask("What are the last four digits?")


def test_patience_ends() -> None:
    talk = Talk(Persona("short", "", patience_seconds=5))
    assert talk.answer(4.5) is None
    assert talk.answer(1) == Reply(hang_up=True)


def test_keys_are_pressed_and_calls_hung_up() -> None:
    talk = Talk("presses_nine")
    talk.agent("To opt out, say stop or press nine at any time. Am I speaking with Tomas Novak?")
    assert talk.answer() == Reply(press="9")
    talk = Talk("hangs_up")
    assert talk.ask("Am I speaking with Victor Almeida?") == "Yes, this is Victor Almeida."
    talk.agent("What are the last four digits?")
    assert talk.answer() == Reply(hang_up=True)


@pytest.mark.parametrize(
    ("persona", "words"),
    [
        ("third_party", "isn't here"),
        ("wrong_number", "wrong number"),
        ("stop_calling", "Stop calling"),
        ("asks_robot", "robot"),
        ("asks_who", "Who is this"),
        ("wants_human", "speak to a person"),
        ("wrong_twice", "Yes, this is"),
    ],
)
def test_each_answers_the_opening_in_its_own_way(persona: str, words: str) -> None:
    name = find(persona).customer.name
    assert words in Talk(persona).ask(f"This is First Bank on a recorded line. Am I speaking with {name}?")


def test_every_persona_is_complete() -> None:
    wanted = {
        "pays_by_link",
        "pays_by_transfer",
        "wrong_then_right_digits",
        "wrong_twice",
        "third_party",
        "stop_calling",
        "asks_robot",
        "asks_who",
        "wants_human",
        "wrong_number",
        "silent",
        "barges_in",
        "hangs_up",
        "voicemail",
        "no_answer",
        "busy",
    }
    assert wanted <= every().keys()
    for name, persona in every().items():
        assert persona.name == name
        assert persona.description
        body = persona.customer.book_entry(f"demo-{name}", "+14155550123", date(2026, 11, 20))
        assert body["name"] == persona.customer.name
        assert {consent["kind"] for consent in body["consents"]} == {"ai_voice", "sms", "recording"}
    with pytest.raises(ValueError, match=r"known are .*asks_robot"):
        find("nobody")


def test_what_a_call_came_to_is_compared_with_what_was_expected() -> None:
    expect = find("pays_by_link").expect
    payment = {"kind": "payment", "method": "sms_link", "amount": "412.35", "status": "active"}
    good = {
        "status": "completed",
        "disposition": "payment_arranged",
        "verified": True,
        "restriction": None,
        "arrangements": [payment, {**payment, "amount": "1.00", "status": "void"}],
        "messages": [{"channel": "sms", "status": "delivered"}],
    }
    assert expect.misses(good) == []
    assert expect.misses({**good, "disposition": "hung_up"}) == [
        "disposition should be 'payment_arranged', is 'hung_up'"
    ]
    assert len(expect.misses({**good, "arrangements": [payment, payment], "messages": []})) == 2
    assert find("stop_calling").expect.misses(
        {
            "status": "completed",
            "disposition": "cease_requested",
            "verified": False,
            "restriction": {"kind": "cease"},
            "arrangements": [payment],
        }
    ) == ["nothing should be arranged, is ['payment']"]


def test_a_rule_that_cannot_be_read_is_refused_where_it_is_written() -> None:
    with pytest.raises(KeyError):
        Persona("broken", "", rules=(Rule("{colour}"),))
