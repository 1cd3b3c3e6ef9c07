"""Questions asked in between, at every step: answered, and no word of them taken for an answer."""

import pytest

from archer.conversation.events import Heard, ToolDone
from archer.conversation.policy import in_force
from archer.conversation.policy.questions import _ANSWERS
from archer.conversation.policy.topics import TOPICS
from archer.conversation.understanding import TRAINED
from tests.archer.conversation.policy.policy_script import Call, keys
from tests.archer.conversation.policy.test_policy_asides import after
from tests.archer.conversation.policy.test_policy_changes import fresh

STEPS = {
    "negotiate": (),
    "method": ("I'll pay in full.",),
    "months": ("I'd like a payment plan.",),
    "confirm": ("I'd like a plan over six months.",),
    "anything_else": ("I'll pay on Friday.", "Yes."),
}
QUESTIONS = {
    "Has this hit my credit report?": "answer_credit",
    "And what if I miss one?": "answer_missed",
    "what happens if i can't make a payment": "answer_missed",
    "What are you going to do if I don't pay?": "answer_consequences",
    "Are you going to sue me?": "answer_legal",
    "Can I pay it off early?": "answer_early",
    "What account will it come from?": "answer_account",
    "Which account is that coming from?": "answer_account",
    "What if one month I'm a few days late?": "answer_missed",
    "Will I get a receipt?": "answer_receipt",
    "Can you email me the details?": "answer_receipt",
    "Can I change it later if something comes up?": "answer_change",
    "Will my wife find out about this?": "answer_others",
    "Can I pay by check?": "answer_ways",
    "is that link safe to open": "safe_ways",
    "Can you send it to a different number?": "answer_link_number",
    "What's the least I can pay?": "answer_least",
    "Where is your office?": "answer_office",
    "what number can I call you back at": "answer_number",
    "Is this being recorded?": "answer_recorded",
    "How long will this take?": "answer_duration",
    "How did you get my number?": "answer_found",
    "why so much i thought it was around two thousand": "answer_why",
    "how did you come up with that number": "answer_why",
    "what did i buy for four hundred dollars": "answer_why",
    "how old is this debt": "answer_why",
    "does that include this month's charge": "answer_why",
    "did my payment from march go through": "answer_why",
    "can you break that down for me": "answer_why",
    "are you charging me late fees on top of that": "answer_inside",
    "if i pay two hundred today will the late fees stop": "answer_inside",
    "is that with the late fee or without": "answer_inside",
    "do you know if there's late fees or not": "answer_inside",
    "can i still use the card": "answer_unknown",
    "is it checking or savings cause my savings is empty": "answer_account",
    "will you call me again": "answer_calls",
    "does this stop the collection calls": "answer_calls",
    "can i get that in writing": "answer_receipt",
    "just send me a letter": "answer_receipt",
    "will somebody send me a letter that says that": "answer_receipt",
    "isn't that too old do i even have to pay that": "answer_legal",
    "what number was that let me get a pen": "answer_number",
    "i'd like to call the bank myself what's the number": "answer_number",
    "what bank did you say": "answer_name",
    "can you speak slower": "answer_slower",
}


def test_every_topic_has_an_answer() -> None:
    assert {topic.name for topic in TOPICS} <= _ANSWERS.keys()


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("question", QUESTIONS)
def test_a_question_is_answered_and_the_call_goes_on_where_it_was(step: str, question: str) -> None:
    call, _ = after(*STEPS[step])
    used = list(call.bank.used)
    spoken = keys(call.send(Heard(question)))
    assert spoken[0] == QUESTIONS[question]
    assert call.actions[-1].text.endswith("?")  # type: ignore[union-attr]
    assert call.conversation.step == step
    assert call.bank.used == used


@pytest.mark.parametrize(
    ("step", "question", "answer"),
    [
        ("months", "When would the first payment be due?", "answer_first_date"),
        ("months", "How much would it be per month on the six?", "monthly_is"),
        ("months", "Is there interest on that?", "answer_plan_fee"),
        ("method", "How long does the transfer take?", "answer_day"),
        ("negotiate", "What account?", "purpose"),
        ("negotiate", "What account is that?", "purpose"),
        ("negotiate", "How long do I have?", "answer_latest"),
        ("negotiate", "how much of that is interest", "answer_inside"),
        ("negotiate", "how much is half again", "answer_share"),
        ("negotiate", "is that everything i owe", "answer_whole"),
        ("negotiate", "when was that due", "was_due"),
        ("method", "i thought it was around two hundred", "answer_why"),
        ("months", "do i have to put money down", "answer_no_down"),
        ("confirm", "how do i make the payments", "answer_how"),
        ("confirm", "will you take it from my bank every month", "answer_how"),
        ("anything_else", "so when does it come out", "stands_promise_day"),
        ("anything_else", "what day was that again", "stands_promise_day"),
        ("anything_else", "no that's all thanks will you call again", "answer_calls"),
        ("anything_else", "no fee then", "answer_fee"),
    ],
)
def test_a_question_of_one_step(step: str, question: str, answer: str) -> None:
    call, spoken = after(*STEPS[step], question)
    assert spoken[0] == answer
    assert call.conversation.step == step


@pytest.mark.parametrize(
    ("said", "used"),
    [
        ("Six months would be good for me. Can I pay it off early?", ("calculate_payment_plan", {"months": 6})),
        (
            "can you push it back two weeks? Would that cost me anything?",
            ("adjust_due_date", {"new_date": "2026-12-04"}),
        ),
        ("can you push it back two weeks would that cost me anything", ("adjust_due_date", {"new_date": "2026-12-04"})),
        ("What happens if I can't make it? I lost my job.", ("record_restriction", {"kind": "hardship"})),
    ],
)
def test_what_is_said_beside_a_question_counts(said: str, used: tuple[str, dict[str, object]]) -> None:
    call, spoken = after(said)
    assert call.bank.used[-1] == used
    assert spoken[0].startswith("answer_")


@pytest.mark.parametrize(
    "said",
    [
        "is that the number ending in oh four cause i got a new phone",
        "what number are you gonna text it to",
        "yeah but what phone are you sending it to",
        "where are you sending that",
        "does it go to my email or what",
        "i changed my number last month is it going to the new one",
        "that's my old number isn't it",
    ],
)
def test_where_the_link_goes_is_told_and_no_number_given_up(said: str) -> None:
    call, spoken = after("I'll pay in full.", "Text me the link.", said)
    assert spoken[0] == "answer_link_number"
    assert call.conversation.step == "confirm"
    assert call.bank.used[-1][0] == "process_payment"


@pytest.mark.parametrize(
    "said",
    [
        "yes will i get something in the mail",
        "yes and do i get a letter",
        "okay yes and can i pay it early if i get my taxes",
        "yes will you call me that day",
        "yes when i pay first one",
        "so when is the first payment but yeah go ahead",
        "yeah that's better so the first one comes out when",
    ],
)
def test_a_yes_beside_a_question_that_changes_nothing_counts(said: str) -> None:
    call, spoken = after("I'd like a plan over six months.", said)
    assert spoken[0].startswith("answer_")
    assert call.tools[-1] == "confirm_arrangement"


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("yes i am sam who is calling please", "answer_name"),
        ("yeah that's me what's this about", "answer_matter"),
        ("sam here but who's calling i didn't catch it", "answer_name"),
        ("yeah it's sam are you a bill collector", "answer_matter"),
        ("yes is this about the loan", "answer_matter"),
        ("i'm sam yeah but why should i give you anything", "answer_private"),
    ],
)
def test_who_says_his_name_and_asks_is_heard_twice(said: str, answer: str) -> None:
    call, spoken = after(said, call=fresh())
    assert spoken == [answer, "ask_factors"]
    assert call.conversation.step == "verify"


@pytest.mark.parametrize(
    "said", ["Yes, but what account will it come from?", "okay yes and what if I miss one", "yes is there a fee"]
)
def test_a_yes_beside_a_question_sets_nothing_up(said: str) -> None:
    call, spoken = after("I'd like a plan over six months.", said)
    assert spoken[-1] == "confirm"
    assert "confirm_arrangement" not in call.tools
    call.send(Heard("Yes."))
    assert call.tools[-1] == "confirm_arrangement"


@pytest.mark.parametrize(
    "said", ["Is this being recorded? I don't want that.", "Are you recording? Then stop, I never agreed to that."]
)
def test_an_objection_beside_the_question_is_one(said: str) -> None:
    call, _ = after(said, call=fresh())
    assert call.bank.used[-1][1]["kind"] in ("do_not_record", "cease")


def test_a_right_beside_a_question_is_acted_on() -> None:
    call, _ = after("Where is your office? I filed for chapter seven and my lawyer wants to know.")
    assert call.tools[-1] == "record_restriction"


def test_before_proof_only_what_says_nothing_of_an_account_is_answered() -> None:
    _, spoken = after("Yes, this is Sam. Is this recorded?", call=fresh())
    assert spoken == ["answer_recorded", "ask_factors"]
    for question in ("Has this hit my credit report?", "What if I miss a payment?"):
        _, spoken = after(question, call=fresh())
        assert not [key for key in spoken if key.startswith("answer_")]


def test_who_asks_whether_to_key_it_in_may_do_so() -> None:
    call, spoken = after("Yes, this is Sam.", "Can I punch that in? There are people around.", call=fresh())
    assert spoken == ["answer_keys", "ask_factors"]
    assert call.conversation.step == "verify"


@pytest.mark.parametrize(
    ("balance_part", "spoken"), [("I'll pay a hundred today.", True), ("I'll pay in full.", False)]
)
def test_only_of_a_part_there_is_a_rest(balance_part: str, spoken: bool) -> None:
    _, said = after(balance_part, "What happens with the rest?")
    assert ("rest_still_open" in said) is spoken


def test_the_least_payment_is_not_named_to_who_wants_to_be_done_with_it() -> None:
    assert "answer_least" not in after("What's the lowest you'd take to close this out?")[1]


def test_a_statement_is_no_proof_and_proof_is_a_dispute() -> None:
    assert after("Can you send me a statement?")[1][0] == "answer_receipt"
    call, _ = after("Send me something in writing that proves I owe this.")
    assert call.bank.used[-1][1]["kind"] == "dispute"


PLAN_SET_UP = ("I'd like a plan over six months.", "Yes.")
TRANSFER_SET_UP = ("Take it all from my bank account.", "Yes, I authorize it.")
PROMISE_NOTED = ("I'll pay on Friday.", "Yes.")


@pytest.mark.parametrize(
    ("before", "question", "told"),
    [
        (PLAN_SET_UP, "When is the first payment?", ["stands_plan_day"]),
        (PLAN_SET_UP, "and when do I have to pay the first one", ["stands_plan_day"]),
        (PLAN_SET_UP, "when does it start", ["stands_plan_day"]),
        (PLAN_SET_UP, "What did I just agree to?", ["stands_plan_day"]),
        (TRANSFER_SET_UP, "When will it come out?", ["stands_bank_transfer_day"]),
        (TRANSFER_SET_UP, "which day was that again", ["stands_bank_transfer_day"]),
        (TRANSFER_SET_UP, "how much was it", ["stands_amount"]),
        (TRANSFER_SET_UP, "how much will you take out of my account for that payment", ["stands_amount"]),
        (PROMISE_NOTED, "What day was it that I said I would pay you?", ["stands_promise_day"]),
        (PROMISE_NOTED, "when am I supposed to pay", ["stands_promise_day"]),
        (PROMISE_NOTED, "by when do I have to do that", ["stands_promise_day"]),
        (PROMISE_NOTED, "until when can I pay", ["stands_promise_day"]),
        (PROMISE_NOTED, "how much did I say", ["stands_promise_amount"]),
        (PROMISE_NOTED, "can you remind me what we agreed on, the amount and all", ["stands_promise_day"]),
    ],
)
def test_what_stands_is_told_as_it_stands(before: tuple[str, ...], question: str, told: list[str]) -> None:
    call, _ = after(*before)
    assert call.conversation.step == "anything_else"
    spoken = keys(call.send(Heard(question)))
    assert spoken[: len(told)] == told
    assert call.conversation.step == "anything_else"


@pytest.mark.parametrize(
    "question", ["how much do I owe in total", "what day is it today", "when can you call me back"]
)
def test_what_is_asked_of_other_things_is_not_answered_by_what_stands(question: str) -> None:
    call, _ = after(*PROMISE_NOTED)
    assert not [key for key in keys(call.send(Heard(question))) if key.startswith("stands_")]


def test_while_another_thing_is_worked_out_a_question_is_about_that() -> None:
    call, _ = after(*PROMISE_NOTED, "Actually, I'd like a payment plan.")
    assert "stands_promise_day" not in keys(call.send(Heard("when would the first payment be")))


def test_a_payment_and_the_rest_are_both_told() -> None:
    call, _ = after(*TRANSFER_SET_UP)
    state = call.conversation.state
    done = ToolDone(
        "x", "confirm_arrangement", ok=True, data={"kind": "promise", "amount": "5.00", "kept": [{"kind": "payment"}]}
    )
    in_force.record(state, done, None)
    assert [one.kind for one in state.in_force] == ["payment", "promise"]
    assert keys(call.send(Heard("how much was it")))[:2] == ["stands_amount", "stands_promise_amount"]
    in_force.record(state, ToolDone("x", "confirm_arrangement", ok=True, data={"kind": "plan"}), None)
    assert [one.kind for one in state.in_force] == ["plan"]


@pytest.mark.parametrize(
    "said",
    [
        "could the first one be in december instead",
        "could it start in december",
        "yes but start in december",
        "a week from now i can't i'm waiting on unemployment could it start in december",
        "not till december though",
        "what if it started in december",
    ],
)
def test_a_plan_may_start_in_a_month_named(said: str) -> None:
    call, spoken = after("I'd like a plan over six months.", said)
    assert call.bank.used[-1] == ("calculate_payment_plan", {"months": 6, "first_date": "2026-12-01"})
    assert spoken == ["tool.prepared"]


def test_a_month_long_past_is_no_day_to_pay() -> None:
    call, _ = after("I lost my job in march.")
    assert call.bank.used[-1] == ("record_restriction", {"kind": "hardship"})


@pytest.mark.parametrize(
    "said",
    [
        "four twelve is too much for me now how i can pay little by little",
        "oh my four twelve well my husband just had his hip done and it's been one thing after another",
        "four hundred twelve dollars where am i supposed to get that",
        "nah i ain't got no four hundred can i do like four months",
        "oh four twelve goodness",
    ],
)
def test_a_balance_that_is_only_said_again_chooses_nothing(said: str) -> None:
    call, spoken = after(said)
    assert call.conversation.step in ("negotiate", "months")
    assert "ask_method" not in spoken
    assert "process_payment" not in call.tools


def test_of_two_amounts_the_one_that_can_be_paid_counts() -> None:
    call, _ = after("i can't do four twelve but i can do two hundred", "Text me the link.")
    assert call.bank.used[-1] == ("process_payment", {"amount": "200.00", "method": "sms_link"})


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("and will somebody send me a letter that says that", "answer_receipt"),
        ("can i get that in writing", "answer_receipt"),
        ("can someone email me a copy of that", "answer_receipt"),
        ("could you also take my husband's name off the account", "answer_on_account"),
        ("can you change my address while i have you", "answer_on_account"),
        ("no i meant of the plan when's the first one due", "stands_plan_day"),
        ("no thank you only when they take the money", "stands_plan_day"),
        ("just wondering when it comes out", "stands_plan_day"),
        ("i want to know when the money gets taken", "stands_plan_day"),
        ("so they take it when exactly", "stands_plan_day"),
        ("and the first payment is when", "stands_plan_day"),
    ],
)
def test_a_question_after_the_agreement_is_answered_and_undoes_nothing(said: str, answer: str) -> None:
    call, spoken = after("I'd like a plan over six months.", "Yes.", said)
    assert spoken == [answer, "anything_else"]
    assert call.tools.count("calculate_payment_plan") == 1
    assert "record_restriction" not in call.tools


def test_who_wants_papers_first_is_asked_whether_something_is_wrong() -> None:
    call, spoken = after("i want it all in writing before i pay anything")
    assert spoken == ["check_dispute_debt"]
    assert after("no nothing's wrong i just want it on paper", call=call)[1][0] == "answer_receipt"


def test_who_asks_for_a_language_and_says_who_he_is_hears_that_there_is_one() -> None:
    call = Call(understanding=TRAINED).start()
    assert keys(call.send(Heard("si yes i am sam you speak spanish"))) == ["answer_language", "ask_factors"]
    call.send(Heard("you don't speak spanish okay i try in english it's four three two one and nine oh two one oh"))
    assert "verify_account" in call.tools
    assert "record_restriction" not in call.tools


@pytest.mark.parametrize(
    "said",
    [
        "yeah well um friday evening though cause it hits my account at like five is that ok",
        "is it okay if it's late in the day on friday",
        "yes but it'll be after work is that all right",
        "could i do it in the evening",
        "can it be friday after work",
        "will that still count if it's friday night",
    ],
)
def test_any_hour_of_the_day_read_out_is_all_right(said: str) -> None:
    call, spoken = after("I'll pay it all on Friday.", said)
    assert spoken == ["answer_any_hour", "confirm"]
    assert "confirm_arrangement" not in call.tools
    after("i'm just asking if friday night is ok but yeah go ahead", call=call)
    assert call.tools[-1] == "confirm_arrangement"


def test_an_hour_of_another_day_is_another_day() -> None:
    call, spoken = after("I'll pay it all on Friday.", "would saturday morning be ok")
    assert "answer_any_hour" not in spoken
    assert call.bank.used[-1][1]["date"] == "2026-11-21"


def test_to_pay_when_the_money_comes_is_no_question() -> None:
    _, spoken = after("i can pay only when the money comes")
    assert "answer_day" not in spoken


@pytest.mark.parametrize(
    "said",
    ["could i split it up like five months", "could i do it over eight months", "what about four months"],
)
def test_a_length_that_is_not_offered_is_named_as_such(said: str) -> None:
    call, spoken = after(said)
    assert spoken == ["no_such_length", "monthly_is", "ask_months"]
    assert after("i said five months is that not a thing", call=call)[1] == ["no_such_length", "ask_months"]


@pytest.mark.parametrize("said", ["will you guys keep calling me before then", "are you going to keep calling me"])
def test_who_asks_about_calls_to_come_is_not_angry(said: str) -> None:
    call, spoken = after("I'll pay it all on Friday.", said)
    assert spoken == ["answer_calls", "confirm"]
    assert call.conversation.state.frustration == 0
