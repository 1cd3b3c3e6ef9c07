"""More callers in their own words, less tidy ones."""

from tests.archer.conversation.policy.policy_people import NOBODY, Caller, any_offer

MORE_PEOPLE = [
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
