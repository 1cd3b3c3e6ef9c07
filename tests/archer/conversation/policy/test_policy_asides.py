"""What callers ask and say beside the matter: fees, terms, the rest of it, a better time, a day of next week."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from archer.conversation.events import Heard
from archer.conversation.quiet_times import is_quiet, quiet_windows
from archer.conversation.slots import when
from archer.conversation.understanding import TRAINED
from tests.archer.conversation.policy.policy_script import Call, keys
from tests.archer.conversation.policy.test_policy_bargaining import real
from tests.archer.conversation.policy.test_policy_changes import fresh

PACIFIC = ZoneInfo("America/Los_Angeles")


def after(*said: str, call: Call | None = None) -> tuple[Call, list[str]]:
    """A verified call, and what the agent answered to the last of these words."""
    call, spoken = call or real(), []
    for words in said:
        spoken = keys(call.send(Heard(words)))
    return call, spoken


@pytest.mark.parametrize("said", ["is there a fee if i pay by phone", "Do you charge for that?", "Is it free?"])
def test_a_question_about_a_fee_chooses_no_way_to_pay(said: str) -> None:
    call, spoken = after("I'll pay in full.", said)
    assert spoken == ["nothing_added", "ask_method"]
    assert "process_payment" not in call.tools


def test_no_fee_is_a_condition_and_no_question() -> None:
    call, _ = after("I'll pay in full.", "If there's no fee I'll do the bank transfer.")
    assert call.bank.used[-1] == ("process_payment", {"amount": "412.35", "method": "bank_transfer"})


def test_a_late_fee_is_not_ours_to_deny() -> None:
    _, spoken = after("I'll pay in full.", "Text me the link.", "Will there be a late fee?")
    assert "nothing_added" not in spoken


@pytest.mark.parametrize(
    ("said", "answer"), [("Is the link safe?", "safe_ways"), ("How does the link work?", "answer_link")]
)
def test_a_question_about_a_way_to_pay_does_not_take_it(said: str, answer: str) -> None:
    call, spoken = after("I'll pay in full.", said)
    assert spoken == [answer, "ask_method"]
    assert "process_payment" not in call.tools


@pytest.mark.parametrize("said", ["Can you charge my card?", "How about the link?"])
def test_a_question_that_takes_a_way_to_pay_takes_it(said: str) -> None:
    call, _ = after("I'll pay in full.", said)
    assert call.bank.used[-1] == ("process_payment", {"amount": "412.35", "method": "sms_link"})


@pytest.mark.parametrize("said", ["how much is each payment", "How long would that be?"])
def test_a_question_about_the_plan_reads_it_out_again(said: str) -> None:
    call, spoken = after("I'd like a plan over six months.", said)
    assert spoken == ["tool.prepared"]
    assert call.tools.count("calculate_payment_plan") == 1


def test_of_the_first_day_only_that_is_told() -> None:
    _, spoken = after("I'd like a plan over six months.", "wait when would the first one be due")
    assert spoken == ["answer_first_day", "confirm"]


@pytest.mark.parametrize("said", ["What happens if I miss a payment?", "How much do I owe in total?"])
def test_what_a_plan_does_not_say_is_not_answered_with_it(said: str) -> None:
    _, spoken = after("I'd like a plan over six months.", said)
    assert "tool.prepared" not in spoken


@pytest.mark.parametrize(
    ("said", "day"),
    [("Could the first payment be on the fifteenth?", "2026-12-15"), ("Yes, but start on the first.", "2026-12-01")],
)
def test_another_first_day_of_a_plan_is_no_promise(said: str, day: str) -> None:
    call, _ = after("I'd like a plan over six months.", said)
    assert call.bank.used[-1] == ("calculate_payment_plan", {"months": 6, "first_date": day})


def test_a_plan_may_be_asked_for_with_its_first_day() -> None:
    call, _ = after("I want three payments starting on friday.")
    assert call.bank.used[-1] == ("calculate_payment_plan", {"months": 3, "first_date": "2026-11-27"})


@pytest.mark.parametrize("said", ["What kind of payment plans do you have?", "do you have any plans"])
def test_who_asks_for_plans_hears_the_lengths(said: str) -> None:
    assert after(said)[1] == ["monthly_is", "ask_months"]


@pytest.mark.parametrize(
    "said",
    [
        "I'd like to pay half now and the other half in two weeks.",
        "half now and the rest in two weeks",
        "I can give you two hundred now and the remainder next month.",
    ],
)
def test_who_pays_a_part_now_and_names_a_day_for_the_rest_gets_both(said: str) -> None:
    call, spoken = after(said)
    assert spoken == ["rest_next", "ask_method"]
    after("Text me the link.", "Yes.", call=call)
    assert call.bank.used[-1][0] == "promise_to_pay"
    assert call.bank.used[-1][1]["besides"] is True
    _, spoken = after("Yes.", call=call)
    assert spoken == ["tool.confirmed", "anything_else"]


def test_who_names_no_day_for_the_rest_hears_that_nothing_is_booked_for_it() -> None:
    call, spoken = after("I can give you two hundred now and the rest later.")
    assert spoken == ["rest_open", "ask_method"]
    _, spoken = after("Text me the link.", "Yes.", call=call)
    assert spoken == ["tool.confirmed", "rest_still_open", "anything_else"]


def test_who_then_wants_all_of_it_in_a_plan_gets_the_plan() -> None:
    call, _ = after("Half now and the other half in two weeks.", "Then let's do the plan over three months.", "Yes.")
    assert "rest_still_open" not in [key for key in keys(call.actions) if key != "rest_open"]
    assert call.outcome is None
    assert call.conversation.state.arranged == "plan_agreed"


def test_a_part_alone_needs_no_word_about_the_rest() -> None:
    assert after("I can pay two hundred today.")[1] == ["ask_method"]


def test_wiping_out_the_rest_is_a_settlement() -> None:
    call, _ = after("if i give you like three hundred will you wipe out the rest")
    assert call.bank.used[-1] == ("get_negotiation_guidance", {"customer_offer": "300.00", "settles": True})


@pytest.mark.parametrize("said", ["Hmm. I, uh...", "Um, well...", "The dog is barking and he hears everything."])
def test_sounds_and_stories_are_no_yes_to_the_full_balance(said: str) -> None:
    call, _ = after(said)
    assert call.conversation.step == "negotiate"


@pytest.mark.parametrize("said", ["Mm-hmm.", "uh huh", "Everything."])
def test_short_assents_are_one(said: str) -> None:
    call, _ = after(said)
    assert call.conversation.step == "method"


def test_a_day_of_next_week_is_asked_for_and_lies_in_that_week() -> None:
    call, spoken = after("I'll pay sometime next week.")
    assert spoken == ["ask_day_in_week"]
    call.send(Heard("On Saturday."))  # the call is on a Friday
    assert call.bank.used[-1] == ("promise_to_pay", {"amount": "412.35", "date": "2026-11-28"})


def test_who_names_no_day_of_next_week_has_until_its_friday() -> None:
    call, _ = after("I'll pay next week.", "Just sometime next week.")
    assert call.bank.used[-1] == ("promise_to_pay", {"amount": "412.35", "date": "2026-11-27"})


@pytest.mark.parametrize("said", ["He's right here, let me hand you over.", "I'm handing the phone to him."])
def test_who_hands_the_phone_over_is_waited_for(said: str) -> None:
    call, spoken = after(said, call=fresh())
    assert spoken == ["take_your_time"]
    assert "opening" in keys(call.send(Heard("Hello, this is Sam Rivera.")))


def test_calls_at_work_are_no_end_of_all_calls() -> None:
    call, _ = after("it's me but this is my work phone i'm not allowed to get personal calls here", call=fresh())
    assert call.bank.used[-1][1]["kind"] == "work_number"


@pytest.mark.parametrize("said", ["this is not the best time for me", "bad timing, sorry", "It's really inconvenient."])
@pytest.mark.parametrize("verified", [False, True])
def test_a_bad_moment_is_answered_with_another_time(said: str, verified: bool) -> None:
    call, spoken = after(said, call=real() if verified else fresh())
    assert spoken == ["ask_when"]
    assert call.conversation.step == "callback"


@pytest.mark.parametrize("said", ["Please don't ever call me on the weekend.", "Don't call me before noon."])
def test_hours_at_which_nobody_is_to_call_are_noted_and_a_better_time_is_asked_for(said: str) -> None:
    call, spoken = after(said, call=fresh())
    assert call.bank.used[-1][1]["kind"] == "inconvenient_time"
    assert spoken == ["inconvenient_noted", "ask_when"]
    call.send(Heard("No, thanks."))
    assert call.outcome == "hung_up"


def test_hours_named_after_all_is_arranged_end_the_call() -> None:
    _, spoken = after("I'll pay in full.", "Text me the link.", "Yes.", "Don't ever call me in the mornings.")
    assert spoken == ["inconvenient_done"]


@pytest.mark.parametrize(
    ("first", "said", "used"),
    [
        ("Don't call me before noon.", "Tomorrow.", {"date": "2026-11-21", "part": "afternoon"}),
        ("This isn't a good time.", "Tomorrow, any time.", {"date": "2026-11-21"}),
        ("This isn't a good time.", "Later today.", {"date": "2026-11-20", "part": "afternoon"}),
    ],
)
def test_a_day_without_an_hour_is_called_when_it_suits(first: str, said: str, used: dict[str, str]) -> None:
    call, _ = after(first, said, call=fresh())
    assert call.bank.used[-1][0] == "schedule_callback"
    assert call.bank.used[-1][1].items() >= used.items()
    assert call.bank.used[-1][1].keys() - used.keys() == {"reason"}


def test_a_moment_is_quiet_on_its_own_day_and_in_its_own_hours() -> None:
    windows = quiet_windows("never before noon on weekdays")
    friday, saturday = datetime(2026, 11, 20, 11, tzinfo=PACIFIC), datetime(2026, 11, 21, 11, tzinfo=PACIFIC)
    assert is_quiet(windows, friday)
    assert not is_quiet(windows, friday.replace(hour=12))
    assert not is_quiet(windows, saturday)


@pytest.mark.parametrize(
    ("said", "hour"),
    [
        ("call me tomorrow at three no wait five i get off at four thirty", 17),
        ("tomorrow at three, sorry, four", 16),
        ("tomorrow at five i get off at four thirty", 17),
    ],
)
def test_the_hour_that_corrects_an_hour_wins_over_the_reason_for_it(said: str, hour: int) -> None:
    context: dict[str, Any] = {"now": "2026-11-20T10:00:00-08:00", "timezone": "America/Los_Angeles"}
    assert when.extract(said, context) == f"2026-11-21T{hour}:00:00-08:00"
    assert TRAINED.extract("datetime", said, context) == f"2026-11-21T{hour}:00:00-08:00"
