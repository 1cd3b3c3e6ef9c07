"""Callers in their own words, understood by the real understanding: each reaches the outcome that he is after."""

from dataclasses import dataclass, field
from typing import Any

import pytest

from archer.conversation.events import Heard, Say
from archer.conversation.understanding import TRAINED
from tests.archer.conversation.policy.policy_script import Bank, Call

NOBODY = {"transfer_to_agent": {"data": {"available": False}}}
YES = ["Yes, that's right, go ahead.", "Yes.", "Yes please."]
USUAL: dict[str, list[str]] = {
    "ask_person": ["Yes, this is Sam.", "Speaking."],
    "ask_available": ["This is Sam speaking."],
    "ask_factors": ["4321, and the zip is 90210", "four three two one, and nine oh two one oh"],
    "ask_last_four": ["four three two one"],
    "ask_postal_code": ["nine oh two one oh"],
    "ask_method": ["Text me the link, please."],
    "tool.prepared": YES,
    "confirm": YES,
    "ach_question": ["Yes, I authorize it."],
    "anything_else": ["No, that's all, thank you."],
    "ask_when": ["Tomorrow at three in the afternoon."],
    "offer_person": ["No thank you."],
    "are_you_there": ["Yes I'm here."],
}


@dataclass
class Caller:
    """What this caller says otherwise than usual, by the question that he is asked."""

    name: str
    outcome: str
    says: dict[str, list[str]]
    used: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    not_used: list[str] = field(default_factory=list)
    bank: dict[str, Any] = field(default_factory=dict)


def any_offer(*words: str) -> dict[str, list[str]]:
    """The same answer whichever way is offered first."""
    offers = ("full_payment", "partial_payment", "plan", "promise", "extension", "open", "counter", "counter_plan")
    return {f"offer_{kind}": list(words) for kind in offers}


FULL = ("process_payment", {"amount": "412.35", "method": "sms_link"})
CALLERS = [
    Caller("pays_all_by_link", "payment_arranged", any_offer("Sure, I can pay the whole thing now."), [FULL]),
    Caller("just_says_yes", "payment_arranged", any_offer("Yes."), [FULL]),
    Caller(
        "pays_by_transfer",
        "payment_arranged",
        {**any_offer("I'd like to pay it all"), "ask_method": ["From my bank account."]},
        [("process_payment", {"amount": "412.35", "method": "bank_transfer"})],
    ),
    Caller(
        "pays_a_part",
        "payment_arranged",
        any_offer("I can pay one hundred fifty dollars today."),
        [("process_payment", {"amount": "150.00", "method": "sms_link"})],
    ),
    Caller(
        "offers_too_little_and_takes_the_counter",
        "payment_arranged",
        {**any_offer("All I have is twenty dollars."), "offer_counter": ["Okay, I can do that."]},
        [
            ("get_negotiation_guidance", {"customer_offer": "20.00"}),
            ("process_payment", {"amount": "50.00", "method": "sms_link"}),
        ],
    ),
    Caller(
        "wants_a_plan",
        "plan_agreed",
        {**any_offer("Can I pay in installments?"), "ask_months": ["Six months."]},
        [("calculate_payment_plan", {"months": 6})],
    ),
    Caller(
        "plan_in_one_breath",
        "plan_agreed",
        any_offer("Could I split it over twelve months?"),
        [("calculate_payment_plan", {"months": 12})],
    ),
    Caller(
        "plan_of_odd_length",
        "plan_agreed",
        {**any_offer("I want a payment plan over five months"), "ask_months": ["Then three months."]},
        [("calculate_payment_plan", {"months": 3})],
    ),
    Caller(
        "promises_friday",
        "promise_to_pay",
        any_offer("I'll pay it next Friday when I get paid."),
        [("promise_to_pay", {"amount": "412.35", "date": "2026-11-27"})],
    ),
    Caller(
        "promises_without_a_day",
        "promise_to_pay",
        {**any_offer("I will pay it later, I promise."), "ask_promise_date": ["On the first of December."]},
        [("promise_to_pay", {"amount": "412.35", "date": "2026-12-01"})],
    ),
    Caller(
        "needs_more_time",
        "extension_granted",
        {
            **any_offer("I need more time. Can you move my due date?"),
            "ask_new_due_date_until": ["December tenth."],
            "ask_new_due_date": ["December tenth."],
        },
        [("adjust_due_date", {"new_date": "2026-12-10"})],
    ),
    Caller(
        "changes_the_amount_at_the_last_moment",
        "payment_arranged",
        {
            **any_offer("I'll pay the full amount."),
            "tool.prepared": ["Wait, actually make it two hundred dollars.", "Yes, go ahead."],
        },
        [FULL, ("process_payment", {"amount": "200.00", "method": "sms_link"})],
    ),
    Caller(
        "changes_his_mind_to_a_plan",
        "plan_agreed",
        {
            **any_offer("I'll pay the full amount."),
            "tool.prepared": ["No, I'd rather do a payment plan over three months.", "Yes."],
        },
        [FULL, ("calculate_payment_plan", {"months": 3})],
    ),
    Caller("says_no_to_everything", "refused", {**any_offer("No."), "ask_person": ["Yes this is Sam"]}),
    Caller(
        "will_not_pay",
        "refused",
        any_offer("I'm not going to pay this.", "I told you, I won't pay."),
        not_used=["process_payment"],
    ),
    Caller(
        "lost_his_job",
        "hardship_referred",
        {
            **any_offer("I lost my job and I can't pay anything.", "No, I can't."),
            "offer_extension": ["No, that won't help."],
        },
        [("record_restriction", {"kind": "hardship"})],
    ),
    Caller(
        "disputes",
        "disputed",
        any_offer("That's not my debt, I dispute it."),
        [("record_restriction", {"kind": "dispute"})],
    ),
    Caller(
        "has_paid",
        "disputed",
        any_offer("I already paid that last week."),
        [("record_restriction", {"kind": "already_paid"})],
    ),
    Caller(
        "has_an_attorney",
        "attorney",
        any_offer("Talk to my lawyer, I'm represented by an attorney."),
        [("record_restriction", {"kind": "attorney"})],
    ),
    Caller(
        "is_bankrupt",
        "bankruptcy",
        any_offer("I filed for chapter seven bankruptcy."),
        [("record_restriction", {"kind": "bankruptcy"})],
    ),
    Caller(
        "identity_stolen",
        "identity_theft",
        any_offer("Somebody stole my identity and opened that account."),
        [("record_restriction", {"kind": "identity_theft"})],
    ),
    Caller(
        "is_deployed",
        "transferred",
        any_offer("I'm on active duty in the army."),
        [("record_restriction", {"kind": "military"})],
    ),
    Caller(
        "stop_calling_at_once",
        "cease_requested",
        {"ask_person": ["Stop calling me."]},
        [("record_restriction", {"kind": "cease"})],
        ["verify_account"],
    ),
    Caller(
        "stop_later",
        "cease_requested",
        any_offer("Take me off your list and never call again."),
        [("record_restriction", {"kind": "cease"})],
    ),
    Caller(
        "wrong_number",
        "wrong_number",
        {"ask_person": ["You have the wrong number, there's no Sam here."]},
        [("record_restriction", {"kind": "wrong_number"})],
    ),
    Caller(
        "wife_answers",
        "third_party",
        {"ask_person": ["No, this is his wife, he's not home."]},
        [("record_restriction", {"kind": "third_party"})],
        ["verify_account"],
    ),
    Caller(
        "no_and_no",
        "third_party",
        {"ask_person": ["No."], "ask_available": ["No, he isn't."]},
        not_used=["verify_account"],
    ),
    Caller(
        "has_died",
        "deceased",
        {"ask_person": ["I'm sorry, Sam passed away in March."]},
        [("record_restriction", {"kind": "deceased"})],
    ),
    Caller(
        "busy",
        "callback_scheduled",
        {"ask_person": ["I can't talk right now."]},
        [("schedule_callback", {"at": "2026-11-21T15:00:00-08:00", "reason": "busy"})],
    ),
    Caller(
        "call_me_tomorrow_at_five",
        "callback_scheduled",
        {"ask_person": ["Yes this is Sam, can you call me back tomorrow at five?"]},
        [("schedule_callback", {"at": "2026-11-21T17:00:00-08:00", "reason": "requested"})],
    ),
    Caller("person_please", "transferred", any_offer("Let me speak to a real person."), not_used=["process_payment"]),
    Caller("person_but_nobody_there", "callback_scheduled", any_offer("Give me a representative."), bank=NOBODY),
    Caller(
        "asks_robot_then_pays",
        "payment_arranged",
        {"ask_person": ["Am I talking to a robot?", "Yes, this is Sam."], **any_offer("Okay, I'll pay it now.")},
        [FULL],
    ),
    Caller(
        "asks_who_then_pays",
        "payment_arranged",
        {"ask_person": ["Who is calling?", "Okay, yes, this is he."], **any_offer("I can pay it all today.")},
        [FULL],
    ),
    Caller(
        "asks_again_then_pays",
        "payment_arranged",
        {
            "ask_factors": ["Sorry, what was that?", "It's four three two one and nine oh two one oh."],
            **any_offer("Yes."),
        },
        [FULL],
    ),
    Caller("asks_the_balance", "payment_arranged", any_offer("How much do I owe?", "Okay, I'll pay that now."), [FULL]),
    Caller(
        "asks_the_options",
        "plan_agreed",
        {**any_offer("What are my options?", "A payment plan please."), "ask_months": ["Three."]},
        [("calculate_payment_plan", {"months": 3})],
    ),
    Caller(
        "is_suspicious",
        "payment_arranged",
        {"ask_factors": ["How do I know this isn't a scam?", "Alright. 4321 and 90210."], **any_offer("Yes.")},
        [FULL],
    ),
    Caller(
        "gives_one_factor_at_a_time",
        "payment_arranged",
        {"ask_factors": ["The last four are four three two one."], **any_offer("Yes.")},
        [FULL],
    ),
    Caller(
        "wrong_then_right",
        "payment_arranged",
        {"ask_factors": ["9999 and 90210", "Oh sorry, 4321 and 90210."], **any_offer("Yes.")},
        [FULL],
    ),
    Caller(
        "wrong_twice",
        "verification_failed",
        {"ask_factors": ["9999 and 90210", "8888 and 90210"]},
        not_used=["get_customer_options"],
    ),
    Caller(
        "does_not_want_to_be_recorded",
        "hung_up",
        {"ask_person": ["I don't want to be recorded."]},
        [("record_restriction", {"kind": "do_not_record"})],
    ),
    Caller(
        "speaks_spanish",
        "transferred",
        {"ask_person": ["Do you speak Spanish? Habla español?"]},
        [("record_restriction", {"kind": "language"})],
    ),
    Caller(
        "is_angry",
        "payment_arranged",
        {**any_offer("This is ridiculous, I'm sick of this.", "Fine, I'll pay it.")},
        [FULL],
    ),
    Caller(
        "voicemail",
        "voicemail",
        {"ask_person": ["You've reached Sam. Please leave a message after the beep."]},
        not_used=["verify_account"],
    ),
    Caller("says_goodbye", "hung_up", {"ask_person": ["Yes, this is Sam."], **any_offer("Goodbye.")}),
    Caller(
        "chatty_yes",
        "payment_arranged",
        {
            "ask_person": ["Yeah hi, that's me."],
            "ask_factors": ["Uh sure it's four three two one, zip nine oh two one oh"],
            **any_offer("I guess I can take care of it today"),
            "ask_method": ["The link's fine"],
            "tool.prepared": ["Yep sounds good"],
            "anything_else": ["Nope I'm good"],
        },
    ),
    Caller(
        "speaking_who_is_this",
        "payment_arranged",
        {
            "ask_person": ["Speaking, who's this?"],
            **any_offer("um yeah let's just get it over with"),
            "ask_method": ["just text it to me"],
        },
    ),
    Caller(
        "too_much_monthly",
        "plan_agreed",
        {
            **any_offer("That's too much for me right now, could I do monthly payments?"),
            "ask_months": ["Uh twelve I think"],
            "tool.prepared": ["That works for me"],
        },
    ),
    Caller(
        "paid_on_the_thirtieth",
        "promise_to_pay",
        {**any_offer("I get paid on the thirtieth, I can pay then"), "confirm": ["yeah that's right"]},
    ),
    Caller(
        "has_it_monday",
        "promise_to_pay",
        {
            **any_offer("Not today, but I'll have it Monday"),
        },
    ),
    Caller(
        "couple_of_weeks_more",
        "extension_granted",
        {
            **any_offer("Is there any way to push the due date back a couple weeks?"),
            "ask_new_due_date_until": ["The fifth of December"],
        },
    ),
    Caller(
        "on_disability",
        "hardship_referred",
        {
            **any_offer("I'm on disability and can barely afford food", "no I can't do that either"),
            "offer_extension": ["I just can't"],
            "offer_plan": ["no"],
        },
    ),
    Caller(
        "hundred_by_transfer",
        "payment_arranged",
        {**any_offer("I could do like a hundred bucks"), "ask_method": ["bank transfer"]},
        [("process_payment", {"amount": "100.00", "method": "bank_transfer"})],
    ),
    Caller(
        "would_you_take",
        "payment_arranged",
        {
            **any_offer("Would you take two hundred?"),
        },
        [("process_payment", {"amount": "200.00", "method": "sms_link"})],
    ),
    Caller(
        "half_today",
        "payment_arranged",
        {
            **any_offer("half of it today"),
        },
        [("process_payment", {"amount": "206.18", "method": "sms_link"})],
    ),
    Caller("stop_contacting", "cease_requested", {**any_offer("I want you to stop contacting me completely")}),
    Caller("roommate", "third_party", {"ask_person": ["Sam's at work, this is his roommate"]}),
    Caller("takes_a_message", "third_party", {"ask_person": ["She's not available, can I take a message?"]}),
    Caller("nobody_by_that_name", "wrong_number", {"ask_person": ["Nobody by that name lives here"]}),
    Caller(
        "driving",
        "callback_scheduled",
        {"ask_person": ["Yes, but I'm driving right now"], "ask_when": ["tonight at seven"]},
    ),
    Caller(
        "in_a_meeting",
        "callback_scheduled",
        {"ask_person": ["This is Sam but I'm in a meeting, call me Monday morning"]},
    ),
    Caller("operator", "transferred", {"ask_factors": ["I'm not talking to a machine, get me an operator"]}),
    Caller("wants_proof", "disputed", {**any_offer("I don't recognize this account, send me proof")}),
    Caller("amount_is_wrong", "disputed", {**any_offer("The amount is wrong, I never charged that")}),
    Caller("paid_off", "disputed", {**any_offer("I paid this off in October")}),
    Caller(
        "why_do_you_ask",
        "payment_arranged",
        {"ask_factors": ["Why do you need that?", "okay it's 4321 and 90210"], **any_offer("yes")},
    ),
    Caller(
        "code_first",
        "payment_arranged",
        {"ask_factors": ["My zip is 90210"], "ask_last_four": ["it ends in 4321"], **any_offer("yes please")},
    ),
    Caller("repeat_please", "payment_arranged", {**any_offer("Can you repeat that?", "Oh okay, yes I can pay it")}),
    Caller(
        "glasses",
        "payment_arranged",
        {
            **any_offer(
                "Hold on a second, let me get my glasses", "Okay I'm back, yes I'll pay in full", "yes I'll pay in full"
            )
        },
    ),
    Caller(
        "the_monthly_thing",
        "plan_agreed",
        {**any_offer("What can you do for me?", "the monthly thing"), "ask_months": ["the longest one, twelve months"]},
    ),
    Caller("contact_my_attorney", "attorney", {"ask_factors": ["You need to contact my attorney about this"]}),
    Caller("chapter_thirteen", "bankruptcy", {**any_offer("I'm in chapter thirteen")}),
    Caller("widow", "deceased", {"ask_person": ["My husband died two months ago"]}),
    Caller("used_my_name", "identity_theft", {**any_offer("I never opened this account, someone used my name")}),
    Caller(
        "not_a_dime", "refused", {**any_offer("No way, you're not getting a dime from me", "Forget it, I'm not paying")}
    ),
    Caller(
        "no_recording_no_person",
        "hung_up",
        {"ask_person": ["I do not consent to being recorded"], "offer_person": ["no"]},
    ),
    Caller(
        "no_recording_callback",
        "callback_scheduled",
        {"ask_person": ["I do not consent to being recorded"], "offer_person": ["yes"]},
        bank=NOBODY,
    ),
    Caller(
        "debit_card",
        "payment_arranged",
        {**any_offer("Yes, I'll pay with my debit card")},
        [("process_payment", {"amount": "412.35", "method": "sms_link"})],
    ),
    Caller(
        "card_by_voice",
        "payment_arranged",
        {**any_offer("sure"), "ask_method": ["Can I just give you my card number?", "okay the text then"]},
    ),
    Caller(
        "sixty_instead",
        "payment_arranged",
        {**any_offer("I'd like to pay fifty now"), "tool.prepared": ["Actually can I do sixty instead", "yes"]},
        [("process_payment", {"amount": "60.00", "method": "sms_link"})],
    ),
    Caller("what_was_that", "payment_arranged", {**any_offer("yes"), "tool.prepared": ["what was that again?", "yes"]}),
    Caller("uh_huh", "payment_arranged", {**any_offer("yes"), "tool.prepared": ["uh huh"]}),
    Caller("mumbles", "transferred", {**any_offer("asdf blah", "hmm what", "mumble mumble", "fjdksl", "zzz")}),
    Caller(
        "is_it_a_recording",
        "payment_arranged",
        {"ask_person": ["Is this a recording?", "Yes I'm Sam Rivera"], **any_offer("all of it")},
    ),
    Caller("weather", "payment_arranged", {**any_offer("What's the weather like?", "haha okay yes I'll pay")}),
    Caller("manager", "transferred", {**any_offer("I want to talk to your manager")}),
    Caller("has_to_go", "hung_up", {**any_offer("I have to go, bye")}),
    Caller(
        "wednesday_around_ten",
        "callback_scheduled",
        {**any_offer("Can you call me later?"), "ask_when": ["Wednesday around ten"]},
    ),
    Caller(
        "seventy_a_month",
        "plan_agreed",
        {**any_offer("I could pay seventy a month")},
        [("calculate_payment_plan", {"months": 6})],
    ),
    Caller(
        "two_hundred_on_friday",
        "promise_to_pay",
        {**any_offer("I can pay two hundred on Friday")},
        [("promise_to_pay", {"amount": "200.00", "date": "2026-11-27"})],
    ),
    Caller("navy", "transferred", {**any_offer("I'm deployed overseas with the navy")}),
    Caller(
        "third_offer",
        "payment_arranged",
        {**{"offer_full_payment": ["no"], "offer_plan": ["no"], "offer_partial_payment": ["two hundred"]}},
        [("process_payment", {"amount": "200.00", "method": "sms_link"})],
    ),
    Caller("hello", "payment_arranged", {"ask_person": ["Hello?", "Yes it is"], **any_offer("that's fine")}),
]


@pytest.mark.parametrize("caller", CALLERS, ids=lambda caller: caller.name)
def test_caller(caller: Caller) -> None:
    call = Call(bank=Bank(dict(caller.bank)), understanding=TRAINED).start()  # type: ignore[arg-type]
    says = {question: list(words) for question, words in {**USUAL, **caller.says}.items()}
    story: list[str] = []
    for _ in range(25):
        if call.outcome is not None:
            break
        asked = [a for a in call.actions if isinstance(a, Say)][-1]
        words = says.get(asked.key, ["Sorry, what do you mean?"])
        answer = words.pop(0) if len(words) > 1 else words[0]
        story += [f"A {asked.key}: {asked.text}", f"C {answer}"]
        call.send(Heard(answer))
    told = "\n".join(story)
    assert call.outcome == caller.outcome, told
    for used in caller.used:
        assert used in call.bank.used, f"{call.bank.used}\n{told}"
    for name in caller.not_used:
        assert name not in call.tools, told
