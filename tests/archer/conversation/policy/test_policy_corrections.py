"""Corrections, conditions, asides and courtesies: what is meant counts, whatever stands around it."""

import pytest

from archer.conversation.events import Heard
from archer.conversation.policy import methods
from archer.conversation.policy.cleaning import plain
from tests.archer.conversation.policy.test_policy_asides import after
from tests.archer.conversation.policy.test_policy_bargaining import heard, real
from tests.archer.conversation.policy.test_policy_changes import fresh


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ("Tommy, get down from there! Sorry. I'll pay it all.", "I'll pay it all."),
        ("Not now, honey. I'll pay Friday.", "I'll pay Friday."),
        ("I hate to bother you, but could I have a week, if it's not too much trouble?", "but could I have a week?"),
        ("Friday, if that's okay with you.", "Friday."),
        ("Hold on, let me ask my wife. Okay, she says it's fine.", "Okay, she says it is fine."),
        ("Okay so, no.", "no."),
        (
            "I haven't opened my mail in three weeks. I'll just pay it off.",
            "I haven't opened my mail. I'll just pay it off.",
        ),
        ("Could I spread that over six months? No, forget that. I'll pay it all now.", "I'll pay it all now."),
        ("put me on six months, no wait, never mind, i'll just pay it all today", "i'll just pay it all today"),
        ("I can do half today. Scratch that, put me on the plan.", "put me on the plan."),
    ],
)
def test_what_stands_around_the_matter_is_taken_away(said: str, left: str) -> None:
    assert plain(said) == left


@pytest.mark.parametrize(
    "said",
    [
        "Stop.",
        "Please, stop it. I mean it.",
        "Mom, stop calling me.",
        "Wait, Friday. Actually, no. Monday.",
        "Hold on.",
        "Hold on, he's right here. Babe, it's for you!",
        "Sorry?",
        "I'm sorry, I can't pay.",
        "Stop calling me about the payment. Forget it, I am done with you.",
        "My lawyer handles the plan. Never mind, just talk to him.",
        "I paid that. Never mind the link, I paid it.",
        "Half of it? Never mind.",
    ],
)
def test_what_may_concern_us_stays(said: str) -> None:
    assert plain(said) == said


@pytest.mark.parametrize(
    ("said", "way"),
    [
        ("Text me the, no, actually, just take it from my bank account.", "bank_transfer"),
        ("Bank transfer. No wait, send me the link.", "sms_link"),
        ("The link instead of the transfer.", "sms_link"),
        ("I don't do links, just use my account.", "bank_transfer"),
        ("I don't have a bank account.", "sms_link"),
        ("I don't have a cell phone, this is a landline.", "bank_transfer"),
        ("Whichever is easier.", "sms_link"),
        ("The link or the transfer?", None),
    ],
)
def test_the_last_word_about_the_way_of_paying_counts(said: str, way: str | None) -> None:
    assert methods.chosen(said) == way


@pytest.mark.parametrize("said", ["I don't have a bank account.", "Not the link. I don't trust those. From my bank."])
def test_a_way_that_is_turned_down_is_no_right_and_no_doubt(said: str) -> None:
    call, _ = after("I'll pay in full.", said)
    assert call.tools[-1] == "process_payment"


@pytest.mark.parametrize("said", ["That one.", "Which one?", "one of those", "any one of them is fine"])
def test_a_one_that_counts_nothing_is_no_amount(said: str) -> None:
    assert heard(said).amount("412.35", asked=True) is None


@pytest.mark.parametrize("said", ["one hundred", "that one hundred", "twenty one dollars"])
def test_a_one_that_counts_is_an_amount(said: str) -> None:
    assert heard(said).amount("412.35", asked=True) is not None


def test_a_question_about_the_first_payment_chooses_no_length() -> None:
    call, _ = after("I'd like a payment plan.", "Which one is the shortest, and when is the first one?")
    assert call.conversation.step == "months"
    assert "calculate_payment_plan" not in call.tools


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("Yes, if my check comes.", "answer_change"),
        ("Yeah, if the overtime comes through.", "answer_change"),
        ("Sure, as long as nothing comes up.", "answer_change"),
        ("Probably.", "answer_change"),
        ("I'll do what I can.", "answer_change"),
        ("Okay, but I might be a day late.", "answer_missed"),
        ("As long as there's no fee, yes.", "answer_fee"),
    ],
)
def test_a_yes_on_condition_is_asked_for_again(said: str, answer: str) -> None:
    call, spoken = after("I'll pay on Friday.", said)
    assert spoken == [answer, "confirm"]
    assert "confirm_arrangement" not in call.tools


@pytest.mark.parametrize("said", ["No, that's the wrong amount, I said one fifty.", "That's not right, one fifty."])
def test_what_was_read_out_wrongly_is_no_dispute(said: str) -> None:
    call, _ = after("I'll pay in full.", "Text me the link.", said)
    assert call.bank.used[-1] == ("process_payment", {"amount": "150.00", "method": "sms_link"})


def test_a_debt_that_is_wrong_is_a_dispute_even_then() -> None:
    call, _ = after("I'll pay in full.", "Text me the link.", "Wait, no, that's wrong, I don't owe that much.")
    assert call.bank.used[-1][1]["kind"] == "dispute"


@pytest.mark.parametrize("before", [("I'll pay in full.",), ("I'll pay in full.", "Text me the link.")])
def test_a_payment_of_today_may_be_put_off(before: tuple[str, ...]) -> None:
    call, _ = after(*before, "Can we do that on Friday instead?")
    assert call.bank.used[-1] == ("promise_to_pay", {"amount": "412.35", "date": "2026-11-27"})


def test_the_first_day_of_a_plan_may_be_moved_and_the_plan_given_up() -> None:
    call, _ = after("I'd like a plan over six months.", "Could we do it on the fifteenth instead?")
    assert call.bank.used[-1] == ("calculate_payment_plan", {"months": 6, "first_date": "2026-12-15"})
    call.send(Heard("Actually, I'd rather just pay everything on Friday."))
    assert call.bank.used[-1] == ("promise_to_pay", {"amount": "412.35", "date": "2026-11-27"})


def test_no_today_does_not_move_a_promise_to_today() -> None:
    call, spoken = after("I'll pay on Friday.", "I'd rather not today.")
    assert spoken == ["not_set_up", "offer_open"]
    assert call.tools.count("promise_to_pay") == 1


def test_who_was_told_already_and_will_pay_has_not_paid() -> None:
    call, _ = after("Oh for crying out loud, I told the last person already, I'm paying it on Monday!")
    assert call.bank.used[-1] == ("promise_to_pay", {"amount": "412.35", "date": "2026-11-23"})


@pytest.mark.parametrize("said", ["I already paid it on Monday.", "I've paid that, I'm paying nothing twice."])
def test_who_has_paid_has_paid(said: str) -> None:
    call, _ = after(said)
    assert call.bank.used[-1][1]["kind"] == "already_paid"


@pytest.mark.parametrize(
    "said",
    [
        "Speaking! It's been snowing since Sunday, can't get out the door.",
        "Sam speaking, my kids are out of control today.",
        "That's me, I was just in the garden.",
    ],
)
def test_who_speaks_is_the_person_whatever_the_story(said: str) -> None:
    assert after(said, call=fresh())[1] == ["ask_factors"]


@pytest.mark.parametrize(
    "said", ["This is her husband, what do you want?", "Speaking for my wife, she's out.", "This is her husband."]
)
def test_who_speaks_for_somebody_is_not(said: str) -> None:
    call, _ = after(said, call=fresh())
    assert not call.conversation.order.claimed


def test_somebody_who_is_mentioned_is_not_on_the_line() -> None:
    call, spoken = after("I'll pay in full.", "My wife handles that.")
    assert call.conversation.step == "method"
    assert "third_party_message" not in spoken


@pytest.mark.parametrize("said", ["might I possibly have another seven days?", "Could you give me another week?"])
def test_more_time_may_be_asked_for_politely(said: str) -> None:
    call, _ = after(said)
    assert call.bank.used[-1] == ("adjust_due_date", {"new_date": "2026-11-27"})


@pytest.mark.parametrize("said", ["What would a plan look like?", "Tell me more about your plans."])
def test_who_asks_about_plans_hears_what_they_come_to(said: str) -> None:
    assert after(said)[1] == ["monthly_is", "ask_months"]


@pytest.mark.parametrize(
    "said", ["Sounds good, thanks.", "You betcha.", "Okay, she says it's fine.", "Yes, that should be fine."]
)
def test_plain_assents_are_a_yes(said: str) -> None:
    call, _ = after("I'll pay on Friday.", said)
    assert call.tools[-1] == "confirm_arrangement"


@pytest.mark.parametrize("said", ["That's a lot of money.", "That much?", "That is more than I expected."])
def test_a_sum_that_is_too_high_is_neither_taken_nor_disputed(said: str) -> None:
    assert after(said)[1] == ["understood", "offer_plan"]


@pytest.mark.parametrize("said", ["Why is it so much?", "why is it so high, i thought it was less"])
def test_why_it_is_so_much_is_answered_and_disputes_nothing(said: str) -> None:
    assert after(said)[1] == ["answer_why", "offer_full_payment"]


def test_a_payment_that_has_to_wait_is_a_promise() -> None:
    assert after("Once my tax refund comes in I'll pay the whole thing.")[1] == ["ask_promise_date"]


def test_a_day_named_for_paying_is_no_time_to_call() -> None:
    call, _ = after("Tomorrow. Or, no, Monday. Monday's better.")
    assert call.bank.used[-1] == ("promise_to_pay", {"amount": "412.35", "date": "2026-11-23"})


def test_having_to_pay_is_asked_and_not_wanted() -> None:
    assert after("Do I have to pay it all at once?")[1] == ["list_options", "offer_open"]


def test_a_wish_in_anger_is_heard() -> None:
    call, spoken = after("You people are vultures. Six months.")
    assert call.bank.used[-1] == ("calculate_payment_plan", {"months": 6})
    assert spoken[0] == "sorry_upset"


@pytest.mark.parametrize("said", ["Yes, I'm at work but go ahead.", "This is Sam, I'm driving, but go ahead."])
def test_who_is_busy_and_wants_to_go_on_goes_on(said: str) -> None:
    assert after(said, call=fresh())[1] == ["ask_factors"]


def test_of_two_payments_in_one_breath_the_second_is_promised() -> None:
    call, _ = after("Can I pay a hundred now and a hundred on the first?", "By link.", "Yes.")
    assert call.bank.used[-1] == ("promise_to_pay", {"amount": "100.00", "date": "2026-12-01", "besides": True})


def test_the_first_day_of_a_plan_is_no_promise() -> None:
    call, _ = after("I could do three months if the first payment isn't until the first.")
    assert call.bank.used[-1] == ("calculate_payment_plan", {"months": 3, "first_date": "2026-12-01"})


@pytest.mark.parametrize(
    "said", ["Let me call you back.", "I'll have to get back to you.", "Can I call you back tomorrow?"]
)
def test_who_will_call_us_is_not_called_and_promises_nothing(said: str) -> None:
    call, spoken = after(said)
    assert spoken == ["farewell_nothing"]
    assert not {"schedule_callback", "promise_to_pay"} & set(call.tools)


@pytest.mark.parametrize(
    ("said", "way"),
    [
        ("Text is easier, I'm on the bus.", "sms_link"),
        ("the link but i'm at work so be quick", "sms_link"),
        ("bank i guess but can't talk long i'm in a meeting", "bank_transfer"),
    ],
)
def test_who_says_how_he_pays_is_not_too_busy_to_pay(said: str, way: str) -> None:
    call = real()
    call.send(Heard("I'd like to pay all of it."))
    call.send(Heard(said))
    assert call.bank.used[-1] == ("process_payment", {"amount": "412.35", "method": way})


def test_who_can_not_talk_is_asked_for_another_time_all_the_same() -> None:
    call = real()
    call.send(Heard("I'd like to pay all of it."))
    call.send(Heard("Text me later, I can't talk."))
    assert call.conversation.step == "callback"


def test_the_same_day_said_again_is_no_wish_for_a_new_due_date() -> None:
    call = real()
    call.send(Heard("I can pay it all on December first."))
    call.send(Heard("Make it ten days from now, that I can do."))
    assert "adjust_due_date" not in dict(call.bank.used)


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ("ay no not all today i could do it around the twenty eighth or so", "2026-11-28"),
        ("no not the whole thing now i can do it on the twenty eighth maybe", "2026-11-28"),
        ("i can't do all that today i might have it by next friday or thereabouts", "2026-11-27"),
        ("somewhere around the twenty fourth i'd be able to do it", "2026-11-24"),
    ],
)
def test_all_of_it_on_a_later_day_is_no_plan(said: str, day: str) -> None:
    call = real()
    call.send(Heard(said))
    assert call.bank.used[-1] == ("promise_to_pay", {"amount": "412.35", "date": day})


def test_a_part_in_some_week_is_asked_for_its_day_and_not_how_it_is_paid() -> None:
    call = real()
    call.send(Heard("today no um i was thinking half next week maybe"))
    call.send(Heard("wednesday"))
    assert call.bank.used[-1] == ("promise_to_pay", {"amount": "206.18", "date": "2026-11-25"})


@pytest.mark.parametrize(
    "said",
    [
        "yeah that's right but it comes saturday so it might be monday before it clears",
        "yes but that's a saturday so it might not clear till monday",
        "okay but the money won't be in my account until monday",
        "sure it may take until monday to go through is that okay",
    ],
)
def test_the_day_on_which_the_money_is_there_is_read_out_instead(said: str) -> None:
    call = real()
    call.send(Heard("i can pay it on the twenty eighth"))
    call.send(Heard(said))
    assert call.bank.used[-1] == ("promise_to_pay", {"amount": "412.35", "date": "2026-11-30"})
    assert call.conversation.step == "confirm"
