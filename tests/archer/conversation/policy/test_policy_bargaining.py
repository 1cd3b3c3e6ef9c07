"""Amounts, settlements, days beyond a limit, cards read out, and answers that lead nowhere."""

from decimal import Decimal
from typing import Any

import pytest

from archer.conversation.events import End, Heard, Silence
from archer.conversation.policy.hearing import Clock, Hearing
from archer.conversation.understanding import TRAINED
from tests.archer.conversation.policy.policy_script import FACTORS, Bank, Call, keys, session, text

ASKED = "Would you like to pay the full balance today?"


def heard(words: str) -> Hearing:
    given = session()
    clock = Clock(given.now, given.customer_timezone, given.customer_country)
    return Hearing(words, ASKED, TRAINED, clock)


def real(bank: Bank | None = None) -> Call:
    """A verified call that understands words."""
    call = Call(bank=bank, understanding=TRAINED).start()  # type: ignore[arg-type]
    for words in ("Yes, this is Sam Rivera.", "4321, and the zip is 90210."):
        call.send(Heard(words))
    assert call.conversation.step == "negotiate"
    return call


def guidance(**data: Any) -> Bank:
    return Bank({"get_negotiation_guidance": {"data": data}})


def test_a_settlement_goes_to_guidance_and_is_prepared_as_one() -> None:
    call = real(guidance(accept=True, kind="settlement", counter_amount="250.00", months=None))
    call.send(Heard("Would you take two fifty to settle the whole thing?"))
    call.send(Heard("Text me the link."))
    used = dict(call.bank.used)
    assert used["get_negotiation_guidance"] == {"customer_offer": "250.00", "settles": True}
    assert used["process_payment"] == {"amount": "250.00", "method": "sms_link", "settles": True}


def test_a_settlement_below_the_floor_is_countered_with_one() -> None:
    call = real(guidance(accept=False, kind="settlement", counter_amount="300.00", months=12, reason="below_floor"))
    actions = call.send(Heard("I'll give you a hundred dollars and you forgive the rest."))
    assert keys(actions) == ["offer_settlement"]
    assert "three hundred dollars" in text(actions)
    call.send(Heard("Okay, I can do that."))
    call.send(Heard("By link."))
    assert call.bank.used[-1] == ("process_payment", {"amount": "300.00", "method": "sms_link", "settles": True})


def test_where_none_is_offered_the_same_amount_is_a_part() -> None:
    refused = guidance(
        accept=False, kind="payment", counter_amount="200.00", months=12, reason="settlement_not_offered"
    )
    call = real(refused)
    actions = call.send(Heard("Could I settle this for two hundred dollars?"))
    assert keys(actions) == ["no_settlement", "offer_part"]
    call.send(Heard("Yes."))
    call.send(Heard("By link."))
    assert call.bank.used[-1] == ("process_payment", {"amount": "200.00", "method": "sms_link"})


def test_a_settlement_asked_for_again_and_again_is_never_called_too_small_a_part() -> None:
    call = real(
        guidance(accept=False, kind="payment", counter_amount="200.00", months=12, reason="settlement_not_offered")
    )
    for _ in range(5):
        actions = call.send(Heard("Would you take two hundred and we call it even?"))
        assert "no_settlement" in keys(actions) or "offer_person" in " ".join(keys(actions)), keys(actions)
        assert "minimum_is" not in keys(actions)
        if call.conversation.step == "offer_person":
            break


def test_the_whole_balance_answers_a_counter_offer() -> None:
    refused = guidance(
        accept=False, kind="payment", counter_amount="200.00", months=12, reason="settlement_not_offered"
    )
    call = real(refused)
    call.send(Heard("Could I settle this for two hundred dollars?"))
    call.send(Heard("No. Then I'll pay the full balance."))
    call.send(Heard("By link."))
    assert call.bank.used[-1] == ("process_payment", {"amount": "412.35", "method": "sms_link"})


def test_who_names_no_amount_to_settle_is_asked_for_one() -> None:
    call = real(guidance(accept=True, kind="settlement", counter_amount="250.00", months=None))
    assert keys(call.send(Heard("Do you do settlements?"))) == ["ask_settlement"]
    call.send(Heard("Two hundred and fifty."))
    assert call.bank.used[-1][1] == {"customer_offer": "250.00", "settles": True}


def test_to_settle_in_full_is_to_pay() -> None:
    call = real()
    call.send(Heard("I want to settle my bill in full."))
    call.send(Heard("By link."))
    assert call.bank.used[-1] == ("process_payment", {"amount": "412.35", "method": "sms_link"})


def test_a_settlement_that_the_bank_refuses_at_last_is_not_asked_for_again() -> None:
    bank = guidance(accept=True, kind="settlement", counter_amount="250.00", months=None)
    bank.answers["process_payment"] = {"error": "not_allowed", "data": {"field": "settles", "limit": "412.35"}}
    call = real(bank)
    call.send(Heard("Would you take two fifty to settle it?"))
    actions = call.send(Heard("By link."))
    assert keys(actions)[0] == "no_settlement"
    assert call.conversation.step == "negotiate"


def test_a_part_today_and_the_rest_later_is_a_payment_of_the_part() -> None:
    call = real()
    call.send(Heard("I can do a hundred today and the rest next Friday."))
    call.send(Heard("By link."))
    assert call.bank.used[-1] == ("process_payment", {"amount": "100.00", "method": "sms_link"})


def test_nothing_today_and_an_amount_later_is_a_promise() -> None:
    call = real()
    call.send(Heard("I can't do it today, but I can pay two hundred next Friday."))
    name, arguments = call.bank.used[-1]
    assert (name, arguments["amount"]) == ("promise_to_pay", "200.00")


def test_something_now_and_the_rest_in_instalments_is_a_down_payment() -> None:
    call = real()
    call.send(Heard("Let me give you fifty today and then the rest in six monthly payments."))
    assert call.bank.used[-1] == ("calculate_payment_plan", {"months": 6, "down_payment": "50.00"})


def test_another_day_after_a_limit_moves_the_promise() -> None:
    too_late = {"error": "not_allowed", "data": {"field": "date", "limit": "2026-12-04"}}
    right = {"data": {"intent_id": "i3", "amount": "412.35", "date": "2026-11-30"}, "say": "You pay then. Right?"}
    call = real(Bank({"promise_to_pay": [too_late, right]}))
    assert keys(call.send(Heard("I'll pay it in two months, when my bonus comes in."))) == ["limit_is"]
    call.send(Heard("Fine, let's say ten days from now."))
    assert call.bank.used[-1] == ("promise_to_pay", {"amount": "412.35", "date": "2026-11-30"})
    assert call.conversation.step == "confirm"


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("yeah december third works thank you", "2026-12-03"),
        ("uh i guess yeah that'd work december third", "2026-12-03"),
        ("december third then", "2026-12-03"),
        ("okay let's do december third i'll pay it by then", "2026-12-03"),
        ("alright i can pay december third", "2026-12-03"),
        ("the third is fine", "2026-12-03"),
        ("you just said december third i need the due date moved not a promise", "2026-12-03"),
        ("december third is good i get my check on the first", "2026-12-03"),
        ("well december first would be better", "2026-12-01"),
        ("hmm no make it november twenty eighth", "2026-11-28"),
        ("yeah okay how about november twenty ninth", "2026-11-29"),
    ],
)
def test_a_day_within_the_limit_is_of_what_was_asked_for(words: str, day: str) -> None:
    too_late = {"error": "not_allowed", "data": {"field": "new_date", "limit": "2026-12-03"}}
    right = {"data": {"intent_id": "i4", "new_due_date": day}, "say": "Your new due date. Right?"}
    call = real(Bank({"adjust_due_date": [too_late, right]}))
    assert keys(call.send(Heard("could you push the due date six weeks"))) == ["limit_is"]
    call.send(Heard(words))
    assert call.bank.used[-1] == ("adjust_due_date", {"new_date": day})
    assert call.conversation.step == "confirm"


def test_a_limit_is_not_named_for_ever() -> None:
    too_late = {"error": "not_allowed", "data": {"field": "date", "limit": "2026-12-04"}}
    call = real(Bank({"promise_to_pay": too_late}))
    said = [keys(call.send(Heard("I'll pay it on the last day of January."))) for _ in range(4)]
    assert said[0] == ["limit_is"]
    assert call.outcome == "transferred" or said[-1] != ["limit_is"]


def test_so_much_more_time_is_a_day() -> None:
    call = real()
    call.send(Heard("Could you extend my due date by two weeks?"))
    assert call.bank.used[-1] == ("adjust_due_date", {"new_date": "2026-12-04"})


def test_a_request_is_not_taken_for_a_yes_to_a_way_of_paying() -> None:
    call = real()
    call.send(Heard("I'll pay the full balance."))
    call.send(Heard("Okay, then let me do monthly payments over six months."))
    assert call.bank.used[-1] == ("calculate_payment_plan", {"months": 6})


def test_yes_twice_to_link_or_transfer_is_read_out_as_a_link() -> None:
    call = Call().verified()
    call.hear("pay_now", "affirm")
    assert call.conversation.step == "method"
    call.hear("affirm")
    assert call.bank.used[-1] == ("process_payment", {"amount": "412.35", "method": "sms_link"})
    assert call.conversation.step == "confirm"


def test_a_card_read_out_leads_to_the_link_and_not_in_circles() -> None:
    call = real()
    actions = call.send(Heard("Sure. My card is four one one one one one one one one one one one one one one one."))
    assert keys(actions)[:2] == ["card_digits", "safe_ways"]
    assert call.bank.used[-1] == ("process_payment", {"amount": "412.35", "method": "sms_link"})


def test_who_reads_cards_out_for_ever_is_offered_a_person() -> None:
    call = Call().verified()
    for _ in range(4):
        actions = call.hear("out_of_scope 4111 1111 1111 1111")
    assert keys(actions)[-1] == "offer_person"


def test_there_and_silent_again_ends() -> None:
    call = Call().verified()
    for _ in range(7):
        call.send(Silence(7))
        call.hear("affirm")
    call.send(Silence(7))
    assert isinstance(call.actions[-1], End) or call.outcome is not None


def test_a_side_question_asked_twice_is_dropped() -> None:
    call = Call().verified()
    call.hear("attorney | conf=0.3")
    assert call.conversation.step == "check"
    call.hear("repeat", "repeat")
    assert call.conversation.step == "negotiate"


@pytest.mark.parametrize(
    ("said", "factors"),
    [
        ("Uh four three one two, no sorry, two one at the end. Zip is 90210.", ("4321", "90210")),
        ("Sorry, 4321 and 90210.", ("4321", "90210")),
        ("4321, and the zip is 90120, no, 90210.", ("4321", "90210")),
        ("It's 4321.", ("4321", None)),
    ],
)
def test_corrections_of_either_factor(said: str, factors: tuple[str | None, str | None]) -> None:
    assert heard(said).factors[:2] == factors


def test_amounts_of_the_account_are_exact() -> None:
    assert heard("two fifty").amount("412.35") == Decimal("250.00")


def test_a_phone_that_died_is_nobody_who_died() -> None:
    call = Call(understanding=TRAINED).start()  # type: ignore[arg-type]
    call.send(Heard("Yes, sorry, my other phone died."))
    assert "record_restriction" not in call.tools
    assert call.conversation.step == "verify"


def test_so_many_days_to_pay_it_all_is_a_promise() -> None:
    call = real()
    call.send(Heard("Give me ten days and I'll pay every cent."))
    assert call.bank.used[-1] == ("promise_to_pay", {"amount": "412.35", "date": "2026-11-30"})


@pytest.mark.parametrize("words", ["Leave me the hell alone!", "Lose this number.", "Don't you ever call me again!"])
def test_an_end_to_calls_counts_in_anger_too(words: str) -> None:
    call = real()
    call.send(Heard(words))
    assert call.outcome == "cease_requested"


def test_anger_about_calls_is_asked_about_before_it_ends_them() -> None:
    call = real()
    assert keys(call.send(Heard("I'm sick and tired of these calls."))) == ["check_cease_contact"]
    call.send(Heard("Yes, stop."))
    assert call.outcome == "cease_requested"


def test_the_proof_is_acknowledged_while_the_offers_are_looked_up() -> None:
    call = Call().start()
    call.hear("identity_confirmed")
    first = call.conversation.handle(Heard(call.understanding.heard(FACTORS)))
    assert keys(first) == []
    second = call.conversation.handle(call.bank.answer(first[-1]))
    assert keys(second) == ["verified"]
    assert keys(call.conversation.handle(call.bank.answer(second[-1])))[0] == "purpose"


def test_send_it_is_a_yes() -> None:
    call = real()
    call.send(Heard("I'll pay it all by link."))
    call.send(Heard("Send it."))
    assert call.tools[-1] == "confirm_arrangement"


def test_the_same_wish_again_is_asked_about_and_not_prepared_anew() -> None:
    call = Call().verified()
    call.hear("pay_now by text")
    assert keys(call.hear("pay_now")) == ["confirm"]
    assert call.tools.count("process_payment") == 1


def test_who_changes_his_mind_for_ever_is_helped_by_a_person() -> None:
    call = Call().verified()
    for _ in range(3):
        call.hear("payment_plan | months=6", "promise_to_pay I will pay | datetime=2026-11-27")
    call.hear("payment_plan | months=6")
    assert call.outcome == "transferred"


def test_digits_count_though_asked_why() -> None:
    call = Call(understanding=TRAINED).start()  # type: ignore[arg-type]
    call.send(Heard("Yes, this is Sam Rivera."))
    actions = call.send(Heard("4321. Why do you need my zip?"))
    assert keys(actions) == ["why_factors", "ask_postal_code"]
    call.send(Heard("Fine. 90210."))
    assert call.conversation.step == "negotiate"


def test_a_sum_for_a_day_is_no_hour_to_call_at() -> None:
    call = real()
    call.send(Heard("How about two fifty next Monday?"))
    assert call.bank.used[-1] == ("promise_to_pay", {"amount": "250.00", "date": "2026-11-23"})


def test_not_in_the_daytime_is_a_time_and_not_the_end_of_calls() -> None:
    call = Call(understanding=TRAINED).start()  # type: ignore[arg-type]
    call.send(Heard("I work nights, don't call me in the daytime."))
    assert call.bank.used[-1][1]["kind"] == "inconvenient_time"


@pytest.mark.parametrize(
    "said",
    [
        "no if i'm paying it i want it gone can't you do like three hundred",
        "would you guys take two fifty to make this go away",
        "what if i give you three hundred and it's gone",
        "couldn't you take two fifty",
    ],
)
def test_to_have_it_gone_for_less_is_to_settle(said: str) -> None:
    call = real()
    call.send(Heard(said))
    assert call.bank.used[-1][0] == "get_negotiation_guidance"
    assert call.bank.used[-1][1]["settles"] is True


@pytest.mark.parametrize(
    "said",
    [
        "can't you do two hundred on friday",
        "can't you take a hundred today and the rest on friday",
        "can't you do sixty a month",
        "i can do three hundred",
    ],
)
def test_a_part_now_or_later_settles_nothing(said: str) -> None:
    call = real()
    call.send(Heard(said))
    assert "get_negotiation_guidance" not in call.tools
