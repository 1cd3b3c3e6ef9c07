"""What one turn adds to another: a changed day, a payment first, a yes beside a complaint, hours for calls."""

import pytest

from archer.conversation.events import Heard
from archer.conversation.understanding import TRAINED
from tests.archer.conversation.policy.policy_script import Call, keys
from tests.archer.conversation.policy.test_policy_bargaining import real


def fresh() -> Call:
    return Call(understanding=TRAINED).start()  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("said", "used"),
    [
        ("Can I put a hundred down first?", {"months": 6, "down_payment": "100.00"}),
        ("Twelve months would be better.", {"months": 12}),
        ("hmm that's too much per month what about twelve months", {"months": 12}),
        ("Make it three months, with fifty up front.", {"months": 3, "down_payment": "50.00"}),
    ],
)
def test_a_plan_that_was_read_out_is_prepared_anew_with_what_is_changed(said: str, used: dict[str, object]) -> None:
    call = real()
    call.send(Heard("I'd like a plan over six months."))
    call.send(Heard(said))
    assert call.bank.used[-1] == ("calculate_payment_plan", used)


@pytest.mark.parametrize("said", ["hmm that's too much per month", "That's too high.", "Can you make it lower?"])
def test_an_instalment_that_is_too_much_asks_for_a_longer_plan_and_sets_nothing_up(said: str) -> None:
    call = real()
    call.send(Heard("I'd like a plan over three months."))
    call.send(Heard(said))
    assert call.conversation.step == "months"
    call.send(Heard("Yes, that's better."))
    assert "confirm_arrangement" not in dict(call.bank.used)


def test_too_much_over_six_months_leaves_twelve() -> None:
    call = real()
    call.send(Heard("I'd like a plan over six months."))
    call.send(Heard("That's more than I can pay each month."))
    assert call.bank.used[-1] == ("calculate_payment_plan", {"months": 12})


@pytest.mark.parametrize(
    ("said", "used"),
    [
        ("No, sorry, Thursday is better.", {"amount": "412.35", "date": "2026-11-26"}),
        ("Sorry, make it two fifty.", {"amount": "250.00", "date": "2026-12-01"}),
    ],
)
def test_another_day_for_a_promise_is_no_call_and_an_amount_is_no_hour(said: str, used: dict[str, str]) -> None:
    call = real()
    call.send(Heard("I'll pay it on December first."))
    call.send(Heard(said))
    assert call.bank.used[-1] == ("promise_to_pay", used)


def test_so_much_a_week_from_today_is_one_payment_then() -> None:
    call = real()
    call.send(Heard("I could do two hundred dollars a week from today."))
    assert call.bank.used[-1] == ("promise_to_pay", {"amount": "200.00", "date": "2026-11-27"})


def test_the_last_word_of_a_refusal_counts() -> None:
    call = real()
    call.send(Heard("No, forget it, I'll pay one fifty."))
    call.send(Heard("Text me the link."))
    assert call.bank.used[-1] == ("process_payment", {"amount": "150.00", "method": "sms_link"})


def test_a_long_story_means_what_it_leads_up_to() -> None:
    call = real()
    call.send(
        Heard(
            "So what happened is my car broke down and I had to pay the mechanic, "
            "so I was hoping to get my due date moved a bit."
        )
    )
    assert call.conversation.step == "new_due_date"


def test_who_wants_proof_disputes_and_does_not_refuse() -> None:
    call = real()
    call.send(Heard("I'm not paying a dime until you send me something in writing proving I owe this."))
    assert call.bank.used[-1] == ("record_restriction", {"kind": "dispute"})


def test_a_complaint_about_calls_is_asked_about_once_and_the_yes_beside_it_counts() -> None:
    call = fresh()
    assert keys(call.send(Heard("Yes it's me. You people never leave me alone."))) == ["check_cease_contact"]
    call.send(Heard("No."))
    assert call.conversation.step == "verify"


@pytest.mark.parametrize(
    "said", ["Only call me in the mornings.", "Please never call me before noon.", "Evenings only, please."]
)
def test_hours_for_calls_are_recorded_in_the_callers_words(said: str) -> None:
    call = fresh()
    call.send(Heard(said))
    assert call.bank.used[-1] == ("record_restriction", {"kind": "inconvenient_time", "details": said})


def test_hours_named_after_the_question_whether_calls_shall_stop_are_hours() -> None:
    call = fresh()
    call.send(Heard("You people never leave me alone."))
    call.send(Heard("Only call me in the mornings."))
    assert call.bank.used[-1][1]["kind"] == "inconvenient_time"


@pytest.mark.parametrize(
    "said",
    [
        "Call me tomorrow, but only in the morning.",
        "can't talk call me at six in the evening tomorrow",
        "Not now, call me after five.",
    ],
)
def test_one_call_at_a_time_of_day_is_a_call(said: str) -> None:
    call = fresh()
    call.send(Heard(said))
    assert call.bank.used[-1][0] == "schedule_callback"


@pytest.mark.parametrize("said", ["Yes, three months, please, thank you.", "Six months would be better, actually."])
def test_a_length_named_at_the_reading_of_something_else_reads_out_a_plan(said: str) -> None:
    call = real()
    call.send(Heard("I'll pay it on December first."))
    call.send(Heard(said))
    assert call.bank.used[-1][0] == "calculate_payment_plan"
    assert "confirm_arrangement" not in dict(call.bank.used)


def test_the_day_that_was_read_out_may_be_named_as_tomorrow() -> None:
    call = real()
    call.send(Heard("I'll pay all of it tomorrow."))
    call.send(Heard("Yeah, tomorrow, all of it."))
    assert call.bank.used[-1][0] == "confirm_arrangement"


@pytest.mark.parametrize(
    "said",
    [
        "Never late on a bill once. How did that happen?",
        "That's more than I remember, how did it get so high?",
        "How come I owe that?",
    ],
)
def test_who_asks_how_the_balance_came_about_disputes_nothing(said: str) -> None:
    call = real()
    call.send(Heard(said))
    assert "record_restriction" not in dict(call.bank.used)
    assert not call.conversation.ended


def test_what_is_to_be_paid_off_bit_by_bit_is_no_instalment() -> None:
    call = real()
    call.send(Heard("Could I pay it off a little bit every month, for as long as you let me?"))
    assert call.conversation.step == "months"


def test_what_others_take_of_the_caller_is_no_offer() -> None:
    call = real()
    call.send(Heard("You know what my landlord did? Raised me two hundred a month. And now you."))
    assert "calculate_payment_plan" not in dict(call.bank.used)


def test_the_whole_balance_at_once_is_no_yes_to_instalments() -> None:
    call = real()
    call.send(Heard("What would it come to if I split it in three?"))
    call.send(Heard("Yes, go ahead and take the full amount."))
    assert "confirm_arrangement" not in dict(call.bank.used)
    assert call.conversation.step == "method"


def test_a_card_that_is_recognised_is_no_way_of_paying() -> None:
    call = real()
    call.send(Heard("Okay. Yeah, that's my card. Let me go ahead and pay the full amount."))
    assert call.conversation.step == "method"


def test_the_link_to_this_phone_is_a_choice_and_no_question() -> None:
    call = real()
    call.send(Heard("I'd like to pay all of it."))
    call.send(Heard("Do the link, to this phone."))
    assert call.bank.used[-1] == ("process_payment", {"amount": "412.35", "method": "sms_link"})
