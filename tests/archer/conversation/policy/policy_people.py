"""Callers in their own words, by the question that they answer: the first half, and what all have in common."""

from dataclasses import dataclass, field
from typing import Any

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
PEOPLE = [
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
]
