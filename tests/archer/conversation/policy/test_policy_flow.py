"""The ways through a collections call, on the rules alone."""

import pytest

from archer.conversation.events import End, Heard, Keypad, Note, Say, Started, Transfer, UseTool
from tests.archer.conversation.policy.policy_script import FACTORS, OPTIONS, Bank, Call, keys, text


def test_first_words_are_name_automated_recorded_and_the_way_out() -> None:
    actions = Call().send(Started())
    first = text(actions[:1])
    for words in ("Maple Credit Bank", "automated assistant", "recorded line", "say stop or press nine"):
        assert words in first
    assert keys(actions) == ["opening", "ask_person"]
    assert "Sam Rivera" in text(actions)


def test_pays_in_full_by_link() -> None:
    call = Call().verified()
    assert "four hundred twelve dollars and thirty-five cents" in text(call.actions)
    assert "Friday, November twentieth" in text(call.actions)
    assert keys(call.hear("pay_now")) == ["ask_method"]
    assert keys(call.hear("out_of_scope link please")) == ["tool.prepared"]
    actions = call.hear("affirm")
    assert keys(actions) == ["tool.confirmed", "anything_else"]
    assert not actions[1].interruptible if isinstance(actions[1], Say) else False
    call.hear("negate")
    assert call.outcome == "payment_arranged"
    assert call.tools == ["verify_account", "get_customer_options", "process_payment", "confirm_arrangement"]
    assert call.bank.used[2][1] == {"amount": "412.35", "method": "sms_link"}


def test_bank_transfer_reads_the_authorization_and_takes_only_an_explicit_yes() -> None:
    call = Call().verified()
    actions = call.hear("pay_now by bank transfer")
    reading = text(actions)
    for words in (
        "Friday, November twentieth",
        "Sam Rivera",
        "four hundred twelve dollars",
        "one-time",
        "eight zero zero",
    ):
        assert words in reading
    assert "4321" not in reading
    assert "four three two one" not in reading
    call.hear("affirm but what if I cannot | yes_no=true")
    assert "confirm_arrangement" not in call.tools
    call.hear("affirm")
    assert "confirm_arrangement" in call.tools


def test_tools_own_authorization_replaces_ours() -> None:
    say = "Today you, Sam Rivera, authorize Maple Credit Bank to make one withdrawal. Do you agree?"
    bank = Bank(
        {"process_payment": {"data": {"intent_id": "i1", "amount": "412.35", "method": "bank_transfer"}, "say": say}}
    )
    assert text(Call(bank=bank).verified().hear("pay_now by bank transfer")) == say


@pytest.mark.parametrize(
    ("turns", "tool", "arguments", "outcome"),
    [
        (["payment_plan | months=6"], "calculate_payment_plan", {"months": 6}, "plan_agreed"),
        (["payment_plan", "out_of_scope 3 months | months=3"], "calculate_payment_plan", {"months": 3}, "plan_agreed"),
        (["payment_plan | amount=70.00"], "calculate_payment_plan", {"months": 6}, "plan_agreed"),
        (
            ["payment_plan with money down | amount=100.00 | months=3"],
            "calculate_payment_plan",
            {"months": 3, "down_payment": "100.00"},
            "plan_agreed",
        ),
        (
            ["promise_to_pay | datetime=2026-11-27"],
            "promise_to_pay",
            {"amount": "412.35", "date": "2026-11-27"},
            "promise_to_pay",
        ),
        (
            ["promise_to_pay", "out_of_scope | datetime=2026-11-27"],
            "promise_to_pay",
            {"amount": "412.35", "date": "2026-11-27"},
            "promise_to_pay",
        ),
        (["extension | datetime=2026-12-10"], "adjust_due_date", {"new_date": "2026-12-10"}, "extension_granted"),
        (
            ["offer_amount | amount=120.00", "affirm by text | yes_no=true"],
            "process_payment",
            {"amount": "120.00", "method": "sms_link"},
            "payment_arranged",
        ),
        (
            ["offer_amount | amount=10.00", "affirm", "out_of_scope text"],
            "process_payment",
            {"amount": "50.00", "method": "sms_link"},
            "payment_arranged",
        ),
    ],
)
def test_arrangements(turns: list[str], tool: str, arguments: dict[str, object], outcome: str) -> None:
    call = Call().verified()
    call.hear(*turns)
    assert (tool, arguments) in call.bank.used
    call.hear("affirm", "negate")
    assert call.outcome == outcome


def test_nothing_before_the_yes_and_no_after_it_changes_nothing() -> None:
    call = Call().verified()
    call.hear("pay_now by text", "negate")
    assert "confirm_arrangement" not in call.tools
    assert "nothing has been set up" in text(call.actions)


def test_a_changed_mind_prepares_the_changed_thing() -> None:
    call = Call().verified()
    call.hear("pay_now by text", "affirm make it a hundred | amount=100.00 | yes_no=true")
    assert call.bank.used[-1] == ("process_payment", {"amount": "100.00", "method": "sms_link"})
    call.hear("payment_plan | months=12")
    assert call.bank.used[-1] == ("calculate_payment_plan", {"months": 12})
    call.hear("affirm", "negate")
    assert call.outcome == "plan_agreed"


def test_yes_to_are_you_there_is_no_consent() -> None:
    from archer.conversation.events import Silence

    call = Call().verified()
    call.hear("pay_now by text")
    assert keys(call.send(Silence(6))) == ["are_you_there"]
    call.hear("affirm")
    assert "confirm_arrangement" not in call.tools
    call.hear("affirm")
    assert "confirm_arrangement" in call.tools


def test_second_wrong_answer_ends_the_call() -> None:
    call = Call().start()
    actions = call.hear("identity_confirmed", "out_of_scope 1111 and 90210 | last_four=1111 | postal_code=90210")
    assert keys(actions) == ["factors_wrong", "ask_factors"]
    actions = call.hear("out_of_scope 2222 and 90210 | last_four=2222 | postal_code=90210")
    assert call.outcome == "verification_failed"
    assert "eight zero zero, five five five" in text(actions)


def test_one_factor_at_a_time() -> None:
    call = Call().start()
    assert keys(call.hear("identity_confirmed", "out_of_scope 4321 | last_four=4321")) == ["ask_postal_code"]
    call.hear("out_of_scope 90210 | postal_code=90210")
    assert call.tools[0] == "verify_account"
    assert call.conversation.step == "negotiate"


def test_factors_by_keypad_even_with_a_leading_nine() -> None:
    call = Call().start()
    call.hear("identity_confirmed")
    for key in "432190210":
        call.send(Keypad(key))
    assert call.bank.used[0] == ("verify_account", {"account_last_4": "4321", "postal_code": "90210"})


def test_a_lone_nine_opts_out_even_where_digits_are_asked_for() -> None:
    from archer.conversation.events import Silence

    call = Call().start()
    call.hear("identity_confirmed")
    assert call.send(Keypad("9")) == []
    call.send(Silence(3))
    assert call.outcome == "cease_requested"


def test_key_nine_opts_out() -> None:
    call = Call().start()
    call.send(Keypad("9"))
    assert call.bank.used == [("record_restriction", {"kind": "cease"})]
    assert call.outcome == "cease_requested"


@pytest.mark.parametrize(
    ("intent", "kind", "outcome"),
    [
        ("cease_contact", "cease", "cease_requested"),
        ("attorney", "attorney", "attorney"),
        ("bankruptcy", "bankruptcy", "bankruptcy"),
        ("deceased", "deceased", "deceased"),
        ("identity_theft", "identity_theft", "identity_theft"),
        ("dispute_debt", "dispute", "disputed"),
        ("wrong_number", "wrong_number", "wrong_number"),
        ("third_party", "third_party", "third_party"),
        ("military", "military", "transferred"),
        ("language_request", "language", "transferred"),
    ],
)
@pytest.mark.parametrize("verified", [False, True])
def test_rights_are_recorded_before_the_next_sentence(intent: str, kind: str, outcome: str, verified: bool) -> None:
    call = Call().verified() if verified else Call().start()
    first = call.conversation.handle(Heard(intent))
    assert [type(a) for a in first] == [Note, UseTool]
    assert first[-1].name == "record_restriction"
    assert first[-1].arguments["kind"] == kind
    done = call.bank.answer(first[-1])  # type: ignore[arg-type]
    call.send(done)
    assert call.outcome == outcome


def test_a_right_that_could_not_be_written_is_honoured_and_nothing_is_claimed() -> None:
    call = Call(bank=Bank({"record_restriction": {"error": "unavailable"}})).start()
    actions = call.hear("cease_contact")
    assert call.outcome == "cease_requested"
    assert "recorded" not in text(actions)
    assert any(isinstance(a, Note) and a.event == "restriction_unrecorded" for a in actions)


def test_bare_stop_is_the_opt_out_that_the_opening_promised() -> None:
    call = Call().start()
    call.hear("Stop.")
    assert call.outcome == "cease_requested"


def test_third_party_hears_name_and_number_only() -> None:
    call = Call().start()
    actions = call.hear("negate", "negate")
    assert call.outcome == "third_party"
    assert text(actions) == (
        "Thank you. Please ask Sam Rivera to call Maple Credit Bank at eight zero zero, five five five, zero one zero "
        "zero. Goodbye."
    )


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("cease_contact never call me before noon", "inconvenient_time"),
        ("cease_contact I can't get calls here at work", "work_number"),
        ("cease_contact do not call me at work or anywhere ever again", "cease"),
        ("cease_contact take me off your list", "cease"),
    ],
)
def test_a_bad_time_is_no_stop(words: str, kind: str) -> None:
    call = Call().start()
    call.hear(words)
    assert call.bank.used[0][1]["kind"] == kind


def test_person_please() -> None:
    call = Call().start()
    actions = call.hear("request_human")
    assert isinstance(actions[-1], Transfer)
    assert keys(actions) == ["connecting"]


def test_nobody_free_means_a_callback() -> None:
    call = Call(bank=Bank({"transfer_to_agent": {"data": {"available": False}}})).start()
    assert keys(call.hear("request_human")) == ["nobody_free", "ask_when"]
    actions = call.hear("out_of_scope | datetime=2026-11-23T17:00:00-08:00")
    assert "Monday, November twenty-third at five p.m." in text(actions)
    assert call.outcome == "callback_scheduled"


def test_callback_outside_hours_takes_the_suggestion() -> None:
    bank = Bank(
        {"schedule_callback": [{"error": "outside_hours", "data": {"suggestion": "2026-11-23T16:00:00+00:00"}}]}
    )
    call = Call(bank=bank).start()
    actions = call.hear("request_callback | datetime=2026-11-23T06:00:00-08:00")
    assert "eight a.m." in text(actions)
    call.hear("affirm")
    assert call.outcome == "callback_scheduled"


def test_are_you_a_robot_is_answered_truthfully_every_time() -> None:
    call = Call().start()
    for _ in range(3):
        assert "automated assistant" in text(call.hear("are_you_ai"))


def test_mini_miranda_comes_verbatim_and_before_the_purpose() -> None:
    for first, words in (
        (True, "This is an attempt to collect a debt, and any information obtained will be used for that purpose."),
        (False, "This communication is from a debt collector."),
    ):
        call = Call(collector_mode="third_party", first_communication=first).start()
        actions = call.hear("identity_confirmed", FACTORS)
        said = [a.text for a in actions if isinstance(a, Say)]
        assert words in said
        assert said.index(words) < next(i for i, s in enumerate(said) if "balance" in s)


def test_three_times_not_understood_is_a_person() -> None:
    call = Call().start()
    assert keys(call.hear("affirm | conf=0.1"))[0] == "pardon"
    call.hear("affirm | conf=0.1", "affirm | conf=0.1")
    assert call.outcome == "transferred"


def test_a_right_perhaps_heard_is_asked_about_once() -> None:
    call = Call().start()
    assert keys(call.hear("attorney | conf=0.3")) == ["check_attorney"]
    call.hear("affirm")
    assert call.outcome == "attorney"


def test_refusal_is_left_at_that() -> None:
    call = Call().verified()
    call.hear("refuse_to_pay", "refuse_to_pay")
    assert call.outcome == "refused"


def test_hardship_is_noted_and_not_pressed() -> None:
    call = Call().verified()
    call.hear("hardship")
    assert ("record_restriction", {"kind": "hardship"}) in call.bank.used
    call.hear("negate")
    assert call.outcome == "hardship_referred"


def test_card_digits_are_interrupted_and_not_kept() -> None:
    call = Call().verified()
    call.hear("pay_now")
    actions = call.hear("out_of_scope four one one one one one one one one one one one one one one one")
    assert keys(actions)[:2] == ["card_digits", "safe_ways"]
    assert "one one one one" not in str(call.conversation.snapshot())


def test_unknown_outcome_of_a_confirmation_claims_nothing() -> None:
    bank = Bank({"confirm_arrangement": {"error": "unavailable"}})
    call = Call(bank=bank).verified()
    actions = call.hear("pay_now by text", "affirm")
    assert keys(actions) == ["one_moment", "outcome_unknown", "connecting"]
    assert call.tools.count("confirm_arrangement") == 2


def test_expired_intent_is_prepared_and_read_again() -> None:
    bank = Bank({"confirm_arrangement": [{"error": "expired"}]})
    call = Call(bank=bank).verified()
    assert keys(call.hear("pay_now by text", "affirm")) == ["set_up_again", "tool.prepared"]
    call.hear("affirm", "negate")
    assert call.outcome == "payment_arranged"


def test_a_stop_said_while_a_tool_runs_is_acted_on() -> None:
    call = Call().start()
    call.hear("identity_confirmed")
    waiting = call.conversation.handle(Heard(call.understanding.heard(FACTORS)))
    assert keys(call.conversation.handle(Heard("cease_contact"))) == ["one_moment"]
    call.send(call.bank.answer(waiting[-1]))  # type: ignore[arg-type]
    assert call.outcome == "cease_requested"


def test_voicemail_leaves_no_message() -> None:
    actions = Call().start().hear("voicemail_greeting")
    assert [type(a) for a in actions] == [End]
    assert actions[0].outcome == "voicemail"


def test_resumed_call_says_the_notices_and_goes_on() -> None:
    call = Call().verified()
    call.hear("pay_now by text")
    other = Call(epoch=2)
    assert other.conversation.restore(call.conversation.snapshot())
    actions = other.send(Started(resumed=True))
    assert keys(actions) == ["opening_resumed", "tool.prepared"]
    assert "cut off" in text(actions)
    assert "recorded line" in text(actions)
    assert "automated assistant" in text(actions)
    other.hear("affirm", "negate")
    assert other.outcome == "payment_arranged"


def test_resumed_in_the_middle_of_a_tool_asks_for_the_same_call_again() -> None:
    call = Call().start()
    call.hear("identity_confirmed")
    use = call.conversation.handle(Heard(call.understanding.heard(FACTORS)))[-1]
    other = Call(epoch=2)
    other.conversation.restore(call.conversation.snapshot())
    assert other.conversation.handle(Started(resumed=True))[-1] == use


@pytest.mark.parametrize("where", ["mommy is in the kitchen", "he is upstairs", "she is in the next room"])
def test_whoever_is_in_the_house_may_be_fetched(where: str) -> None:
    call = Call().start()
    assert keys(call.hear(f"third_party {where}")) == ["ask_available"]
    assert keys(call.hear("negate")) == ["third_party_message"]


def test_somebody_fetched_to_the_phone_hears_the_notices() -> None:
    call = Call().start()
    call.hear("hold")
    assert keys(call.hear("out_of_scope"))[:1] == ["opening"]
    assert keys(call.hear("identity_confirmed")) == ["ask_factors"]


def test_options_without_a_balance_end_kindly() -> None:
    call = Call(bank=Bank({"get_customer_options": {"data": {**OPTIONS, "balance": "0.00", "options": []}}})).verified()
    assert call.outcome == "hung_up"


def test_an_inbound_caller_is_not_told_that_we_call() -> None:
    call = Call(direction="inbound").start()
    call.hear("ask_reason", "identity_confirmed", FACTORS)
    assert "Thank you for calling" in text(call.actions)
    assert "I'm calling" not in text(call.actions)
    assert call.conversation.step == "negotiate"
