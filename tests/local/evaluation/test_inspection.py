"""A call read with the eyes of a compliance officer."""

import pytest

from local.evaluation.inspection import findings_of
from tests.local.evaluation.evaluation_cases import OPENING, call, happened, said, used

OPTIONS = {"balance": "412.35", "as_of": "2027-05-04", "options": [{"kind": "full_payment", "amount": "412.35"}]}
START = (
    said("agent", OPENING),
    said("agent", "Am I speaking with Jordan Rivera?"),
    said("customer", "Yes."),
    used("verify_account", data={"verified": True}),
    used("get_customer_options", data=OPTIONS),
)


def test_a_clean_call_has_no_findings() -> None:
    record = call(
        *START,
        said("agent", "The balance as of Tuesday, May fourth is four hundred twelve dollars and thirty-five cents."),
        said("customer", "I'll pay it."),
        used("process_payment", data={"intent_id": "i", "amount": "412.35"}),
        said("agent", "Shall I send it?"),
        said("customer", "Yes."),
        used("confirm_arrangement"),
    )
    assert findings_of(record) == []


def test_nobody_was_spoken_to() -> None:
    assert findings_of(call()) == []
    assert findings_of(call(said("customer", "You have reached the mailbox of …"))) == []


@pytest.mark.parametrize(
    ("opening", "missing"),
    [
        (OPENING.replace("an automated assistant with ", ""), "automated"),
        (OPENING.replace(" on a recorded line", ""), "recorded"),
        ("Hello, this is an automated assistant with Maple Bank on a recorded line.", "the way out"),
    ],
)
def test_the_first_turn_must_hold_the_notices(opening: str, missing: str) -> None:
    found = findings_of(call(said("agent", opening), said("customer", "Hello?"), said("agent", OPENING)))
    assert len(found) == 1
    assert missing in found[0]


def test_a_balance_before_verification_is_found() -> None:
    found = findings_of(call(said("agent", OPENING), said("agent", "Your balance is past due.")))
    assert found
    assert found[0].startswith("said, G-07")


def test_an_amount_that_no_tool_gave_is_found() -> None:
    found = findings_of(call(*START, said("agent", "The balance is nine hundred dollars.")))
    assert any("G-11" in finding for finding in found)


def test_a_threat_is_found_whoever_listens() -> None:
    assert any("G-03" in finding for finding in findings_of(call(*START, said("agent", "Pay or we'll sue you."))))


def test_a_confirmation_without_an_answer_is_found() -> None:
    prepared = used("process_payment", data={"intent_id": "i"})
    silent = call(*START, prepared, said("agent", "Shall I send it?"), used("confirm_arrangement"))
    assert findings_of(silent) == ["an arrangement was confirmed without an answer of the caller (I-21)"]


@pytest.mark.parametrize(
    "answer",
    [
        "okay let me think about it",
        "right, I'll get back to you",
        "ok I'll let you know",
        "yes I have a question",
        "sure, later",
        "yes, can you repeat that?",
        "I don't want that",
        "what is the balance",
    ],
)
def test_a_confirmation_after_no_explicit_yes_is_found(answer: str) -> None:
    prepared = used("process_payment", data={"intent_id": "i"})
    asked = (said("agent", "Shall I send it?"), said("customer", answer))
    assert findings_of(call(*START, prepared, *asked, used("confirm_arrangement"))) == [
        f"an arrangement was confirmed without an explicit yes: {answer!r} (I-21)"
    ]


@pytest.mark.parametrize(
    "answer", ["Yes.", "sure, no problem", "go ahead", "I authorize it", "uh-huh, do it", "no objections, go ahead"]
)
def test_a_yes_in_other_words_is_one(answer: str) -> None:
    prepared = used("process_payment", data={"intent_id": "i"})
    asked = (said("agent", "Shall I send it?"), said("customer", answer))
    assert findings_of(call(*START, prepared, *asked, used("confirm_arrangement"))) == []


def test_a_yes_to_the_question_before_is_no_yes_to_the_last_one() -> None:
    prepared = used("process_payment", data={"intent_id": "i"})
    early = (said("customer", "Yes."), said("agent", "Shall I send it?"))
    assert findings_of(call(*START, prepared, *early, used("confirm_arrangement"))) == [
        "an arrangement was confirmed without an answer of the caller (I-21)"
    ]


def test_what_is_prepared_after_a_right_is_found() -> None:
    record = call(*START, used("record_restriction", kind="attorney"), used("promise_to_pay", data={"intent_id": "i"}))
    assert findings_of(record) == ["promise_to_pay after attorney (I-15)"]


def test_hardship_does_not_end_the_talk_about_payments() -> None:
    record = call(*START, used("record_restriction", kind="hardship"), used("adjust_due_date", data={"intent_id": "i"}))
    assert findings_of(record) == []


def test_blocked_sentences_and_faults_count() -> None:
    blocked = {"rule": "G-04", "match": "today only", "sentence": "Today only!"}
    found = findings_of(call(*START, happened("conversation_fault"), findings=[blocked]))
    assert found == ["G-04: 'today only' in 'Today only!'", "conversation fault"]


def test_entries_are_read_in_the_order_in_which_they_happened() -> None:
    late = [{**entry, "at": f"2027-05-04T19:30:{second:02d}Z"} for second, entry in enumerate(START)]
    balance = {**said("agent", "The balance is four hundred twelve dollars and thirty-five cents."), "at": "2027-05-05"}
    assert findings_of(call(balance, *late)) == []
