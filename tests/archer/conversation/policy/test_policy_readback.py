"""What an answer to a reading names otherwise is read out anew, whatever yes is in it, and never booked (I-21)."""

from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

import pytest

from archer.conversation.events import Heard
from archer.conversation.policy import RuleConversation
from archer.conversation.understanding import TRAINED
from archer.conversation.words import spoken
from tests.archer.conversation.policy.policy_script import Bank, Call, keys, session
from tests.archer.conversation.policy.test_policy_asides import after
from tests.archer.conversation.policy.test_policy_bargaining import heard, real

TODAY = date(2026, 11, 20)
BALANCE = "412.35"


class Teller(Bank):
    """Reads out what it prepares, as the tools do."""

    def process_payment(self, arguments: dict[str, Any]) -> dict[str, Any]:
        done = super().process_payment(arguments)
        return {**done, "say": f"To confirm: a payment of {spoken.money(arguments['amount'])}. Shall I send it?"}

    def calculate_payment_plan(self, arguments: dict[str, Any]) -> dict[str, Any]:
        done = super().calculate_payment_plan(arguments)
        first, months = arguments.get("first_date", "2026-11-27"), arguments["months"]
        each = (Decimal(BALANCE) - Decimal(arguments.get("down_payment", "0"))) / months
        say = (
            f"{spoken.cardinal(months)} monthly payments of {spoken.money(each)}, starting {spoken.date(first, TODAY)}."
        )
        return {"data": {**done["data"], "first_due": first}, "say": say}

    def promise_to_pay(self, arguments: dict[str, Any]) -> dict[str, Any]:
        say = f"You will pay {spoken.money(arguments['amount'])} by {spoken.date(arguments['date'], TODAY)}."
        return {**super().promise_to_pay(arguments), "say": say}

    def adjust_due_date(self, arguments: dict[str, Any]) -> dict[str, Any]:
        say = f"Your new due date is {spoken.date(arguments['new_date'], TODAY)}."
        return {**super().adjust_due_date(arguments), "say": say}


READ_OUT = {
    "plan": ("I'd like a plan over six months.",),
    "promise": ("I'll pay it on December first.",),
    "extension": ("Can you move my due date to December fifth?",),
    "link": ("I'll pay in full.", "Text me the link."),
    "transfer": ("I'll pay in full.", "From my bank account."),
    "part": ("I can pay one hundred fifty dollars today.", "Text me the link."),
}


@cache
def _read_out(kind: str) -> dict[str, Any]:
    call = real(Teller())
    for words in READ_OUT[kind]:
        call.send(Heard(words))
    assert call.conversation.step == "confirm"
    return call.conversation.snapshot()


def answer(kind: str, said: str) -> Call:
    """A call at the reading of this kind, after the answer to it."""
    call = Call(bank=Teller(), understanding=TRAINED)  # type: ignore[arg-type]
    call.conversation = RuleConversation(session(), TRAINED)
    assert call.conversation.restore(_read_out(kind))
    call.send(Heard(said))
    return call


WORDINGS = (
    *("Yes, {new}.", "Yeah, {new}, please.", "Okay, {new}, that's perfect.", "No, {new}.", "Make it {new}."),
    *("{new}, not {old}.", "I said {new}.", "Sorry, I meant {new}.", "Could it be {new}?", "Yes, but {new}."),
    *("Oh wait, no, can you make it {new} instead?", "That's right, {new}.", "Go ahead with {new}.", "{new}."),
    *("Right, {new}, thank you.", "Actually {new} would be better.", "Let's do {new} instead.", "What about {new}?"),
    *("Can we change that to {new}?", "No no no, {new}, I told you.", "Yes please, {new}.", "Is {new} possible?"),
    *(
        "Yes. I'd rather have {new}.",
        "Sure, sounds good, {new}.",
        "Hmm, {new} would suit me better.",
        "Hold on. {new}.",
    ),
    *("{new}, please do that.", "Correct, {new}.", "I thought we said {new}?", "Yes, go ahead, {new}."),
    *("No, that's wrong, it should be {new}.", "Perfect, so {new}.", "You got it wrong, {new}."),
    "Yes, {new}. Is there a fee?",
)
LINK, WHOLE = {"method": "sms_link"}, {"amount": BALANCE}
CHANGES: dict[tuple[str, str], dict[str, dict[str, Any]]] = {
    ("plan", "six months"): {
        "twelve months": {"months": 12},
        "three months": {"months": 3},
        "three payments": {"months": 3},
        "a year": {"months": 12},
        "twelve": {"months": 12},
    },
    ("plan", "nothing first"): {
        "a hundred down": {"months": 6, "down_payment": "100.00"},
        "with fifty dollars up front": {"months": 6, "down_payment": "50.00"},
    },
    ("plan", "the twenty-seventh"): {
        "starting on December first": {"months": 6, "first_date": "2026-12-01"},
        "on the fifteenth": {"months": 6, "first_date": "2026-12-15"},
    },
    ("promise", "the first"): {
        "the fourth": {**WHOLE, "date": "2026-12-04"},
        "Monday": {**WHOLE, "date": "2026-11-23"},
        "on the third": {**WHOLE, "date": "2026-12-03"},
        "December second": {**WHOLE, "date": "2026-12-02"},
        "by next Friday": {**WHOLE, "date": "2026-11-27"},
        "tomorrow": {**WHOLE, "date": "2026-11-21"},
    },
    ("promise", "the whole thing"): {
        "two hundred dollars": {"amount": "200.00", "date": "2026-12-01"},
        "two fifty": {"amount": "250.00", "date": "2026-12-01"},
        "half": {"amount": "206.18", "date": "2026-12-01"},
    },
    ("extension", "the fifth"): {
        "the fifteenth": {"new_date": "2026-12-15"},
        "December tenth": {"new_date": "2026-12-10"},
        "Monday": {"new_date": "2026-11-23"},
        "on the first": {"new_date": "2026-12-01"},
        "two weeks from today": {"new_date": "2026-12-04"},
    },
    ("link", "the whole thing"): {
        "two hundred dollars": {"amount": "200.00", **LINK},
        "two fifty": {"amount": "250.00", **LINK},
        "half": {"amount": "206.18", **LINK},
    },
    ("link", "the link"): {
        "the bank transfer": {**WHOLE, "method": "bank_transfer"},
        "from my checking account": {**WHOLE, "method": "bank_transfer"},
        "a transfer": {**WHOLE, "method": "bank_transfer"},
    },
    ("link", "today"): {"on Monday": {**WHOLE, "date": "2026-11-23"}, "on Friday": {**WHOLE, "date": "2026-11-27"}},
    ("link", "in full"): {"over six months": {"months": 6}, "in three payments": {"months": 3}},
    ("transfer", "the transfer"): {"the link": {**WHOLE, **LINK}, "by text": {**WHOLE, **LINK}},
    ("part", "one fifty"): {
        "two hundred": {"amount": "200.00", **LINK},
        "one seventy five": {"amount": "175.00", **LINK},
        "the whole thing": {**WHOLE, **LINK},
        "the full balance": {**WHOLE, **LINK},
    },
}


@pytest.mark.parametrize(
    ("kind", "old", "new", "used"),
    [(kind, old, new, used) for (kind, old), values in CHANGES.items() for new, used in values.items()],
)
def test_another_value_is_read_out_anew_and_not_booked(kind: str, old: str, new: str, used: dict[str, Any]) -> None:
    for wording in WORDINGS:
        said = wording.format(new=new, old=old)
        call = answer(kind, said)
        assert "confirm_arrangement" not in call.tools, said
        assert [arguments for _, arguments in call.bank.used] == [used], said
        assert call.conversation.step == "confirm", said


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("plan", "Yes, sixty eight seventy three a month is fine."),
        ("plan", "Okay, sixty-nine a month, that's doable."),
        ("plan", "Yes, starting next Friday."),
        ("plan", "Yes, on the twenty-seventh, I get paid on the twenty-fifth."),
        ("plan", "Yes, half a year, sounds good."),
        ("plan", "Yes, I'll pay that."),
        ("promise", "Yes, I'll pay it by then."),
        ("promise", "Yes, Tuesday."),
        ("promise", "Yes, I'll pay four twelve on the first."),
        ("promise", "Sure, because my check comes on the thirtieth."),
        ("promise", "Yes, please go ahead and set it up today."),
        ("promise", "Yep, all of it, by the first."),
        ("extension", "Yes, Saturday the fifth, that's right."),
        ("extension", "Yes, thank you, my payday is the third."),
        ("extension", "Yes, I'll pay it by then."),
        ("extension", "Yes, do it now please."),
        ("link", "Yes, four twelve."),
        ("link", "Yes, I'll pay it today."),
        ("link", "Sure, I just got paid on Friday."),
        ("part", "Okay, one fifty now, that's right."),
        ("transfer", "Yes, from checking, four twelve thirty-five."),
    ],
)
def test_a_yes_that_repeats_the_reading_or_tells_why_is_a_yes(kind: str, said: str) -> None:
    assert answer(kind, said).tools[-1] == "confirm_arrangement"


@pytest.mark.parametrize(
    ("kind", "said", "day"),
    [
        ("extension", "One week later please.", "2026-12-12"),
        ("extension", "Give me another week.", "2026-12-12"),
        ("promise", "Yes, the day after.", "2026-12-02"),
        ("promise", "One more day?", "2026-12-02"),
        ("promise", "Could we push it a week?", "2026-12-08"),
        ("promise", "No, I said fifteen.", "2026-12-15"),
    ],
)
def test_so_much_later_counts_from_the_day_that_was_read_out(kind: str, said: str, day: str) -> None:
    assert day in answer(kind, said).bank.used[-1][1].values()


@pytest.mark.parametrize(
    ("kind", "said"),
    [("extension", "Yes, the one five."), ("promise", "No, the first.")],
)
def test_what_is_not_sure_to_be_the_same_is_read_out_once_more(kind: str, said: str) -> None:
    call = answer(kind, said)
    assert call.bank.used == []
    assert call.conversation.step == "confirm"
    call.send(Heard("Yes."))
    assert call.tools[-1] == "confirm_arrangement"


def test_who_comes_back_to_the_same_terms_again_and_again_is_helped_by_a_person() -> None:
    call = Call().verified()
    for _ in range(3):
        call.hear("promise_to_pay I will pay | datetime=2026-11-27", "pay_now by text")
    call.hear("promise_to_pay I will pay | datetime=2026-11-27")
    assert call.outcome == "transferred"


def test_who_goes_round_in_questions_is_offered_a_person() -> None:
    call = Call().verified()
    for _ in range(10):
        call.hear("pay_now" if call.conversation.step == "negotiate" else "payment_plan")
        if call.conversation.step == "offer_person":
            break
    assert call.conversation.step == "offer_person"


@pytest.mark.parametrize(
    "said",
    [
        "Four twelve? Huh, I had it in my head it was closer to three hundred?",
        "four twelve huh i thought it was closer to three hundred",
        "Four hundred bucks?! Are you kidding me?",
        "It was around three fifty last time I looked.",
        "I was expecting about three fifty.",
        "Wait, four twelve?",
    ],
)
def test_who_wonders_at_the_balance_hears_it_again_and_pays_nothing(said: str) -> None:
    assert after(said)[1] == ["say_balance", "offer_full_payment"]


@pytest.mark.parametrize(
    ("said", "used"),
    [
        ("Four twelve? Okay, I can do two hundred.", {"amount": "200.00", **LINK}),
        ("I thought it was three hundred, but okay, I'll pay it.", {**WHOLE, **LINK}),
        ("I figured I'd pay two hundred now.", {"amount": "200.00", **LINK}),
        ("Two hundred?", {"amount": "200.00", **LINK}),
        ("Okay, four twelve.", {**WHOLE, **LINK}),
    ],
)
def test_an_offer_beside_wonder_is_one_and_the_balance_without_cents_is_the_balance(
    said: str, used: dict[str, str]
) -> None:
    call, _ = after(said, "Text me the link.")
    assert call.bank.used[-1] == ("process_payment", used)


@pytest.mark.parametrize(
    "said",
    [
        "Now, if I paid some of it today, could y'all spread out the rest?",
        "Can I pay some now and the rest later?",
        "Is it possible to pay a bit now and spread what's left?",
        "Could I give you something today and then pay the rest monthly?",
        "Can I make a down payment?",
    ],
)
def test_who_asks_to_pay_now_and_later_asks_for_a_plan(said: str) -> None:
    assert after(said)[1] == ["monthly_is", "ask_months"]


def test_an_amount_to_begin_with_is_paid_first() -> None:
    call, _ = after("Suppose I pay a hundred today, could you split up what's left?", "Six months.")
    assert call.bank.used[-1] == ("calculate_payment_plan", {"months": 6, "down_payment": "100.00"})


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ("Shift my due date to the twelfth.. sorry o, my salary is on the fourteenth. Shift it to the fifteenth.", 15),
        ("Move my due date to the tenth, no wait, I get paid on the eleventh, make it the twelfth.", 12),
        ("Monday, not the first.", 23),
        ("Not the fifth, December tenth.", 10),
        ("My shift ends on Friday, so move it to Saturday.", 21),
    ],
)
def test_the_last_day_asked_for_counts_and_no_payday(said: str, day: int) -> None:
    found = heard(said).day
    assert found is not None
    assert date.fromisoformat(found).day == day


def test_december_second_asks_nobody_to_wait() -> None:
    call, _ = after("I will pay it later, I promise.", "December second.")
    assert call.bank.used[-1] == ("promise_to_pay", {**WHOLE, "date": "2026-12-02"})


def test_a_length_that_is_too_long_is_not_the_one_wanted() -> None:
    call = answer("plan", "Oh wait, no, half a year is like forever. Can you make it three months instead?")
    assert call.bank.used[-1] == ("calculate_payment_plan", {"months": 3})
    assert keys(call.send(Heard("Yeah."))) == ["tool.confirmed", "anything_else"]
