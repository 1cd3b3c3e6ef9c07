"""Interruptions, silence, waiting and crashes: what was not heard is said again, what was not said is not assumed."""

from archer.conversation.events import End, Heard, Interrupted, Note, Say, Silence, Started, ToolDone, ToolSlow, UseTool
from tests.archer.conversation.policy.policy_script import FACTORS, Bank, Call, keys, text


def test_an_opening_that_was_not_heard_is_said_again() -> None:
    call = Call().start()
    call.send(Interrupted("Hello, this is"))
    assert keys(call.hear("identity_confirmed")) == ["opening", "ask_factors"]


def test_an_opening_that_was_heard_is_not() -> None:
    call = Call()
    first = call.send(Started())[0]
    assert isinstance(first, Say)
    call.send(Interrupted(first.text + " Am I speak"))
    assert keys(call.hear("identity_confirmed")) == ["ask_factors"]


def test_a_mini_miranda_broken_off_is_said_before_anything_else() -> None:
    call = Call(collector_mode="third_party").start()
    call.hear("identity_confirmed", FACTORS)
    call.send(Interrupted("Thank you, Sam, that's"))
    assert keys(call.hear("ask_balance"))[:2] == ["mini_miranda", "say_balance"]
    call.send(Interrupted(""))
    assert keys(call.hear("ask_balance"))[:2] == ["mini_miranda", "say_balance"]
    call.send(Interrupted("The balance as of"))
    assert keys(call.hear("ask_balance"))[0] == "say_balance"


def test_a_yes_to_a_reading_that_was_cut_short_reads_it_again() -> None:
    call = Call().verified()
    call.hear("pay_now by bank transfer")
    call.send(Interrupted("Today, Friday"))
    actions = call.hear("affirm")
    assert "confirm_arrangement" not in call.tools
    assert "ach_reading" in keys(actions)
    call.hear("affirm")
    assert "confirm_arrangement" in call.tools


def test_a_cough_is_no_turn() -> None:
    call = Call().verified()
    call.send(Interrupted("Thank you"))
    before = keys(call.actions)[-1]
    assert keys(call.send(Silence(6)))[-1] == before


def test_silence_is_asked_twice_and_then_left() -> None:
    call = Call().start()
    assert call.send(Silence(2)) == []
    assert keys(call.send(Silence(6))) == ["are_you_there"]
    assert keys(call.send(Silence(12))) == ["are_you_there"]
    assert keys(call.send(Silence(18))) == ["goodbye_silence"]
    assert call.outcome == "hung_up"


def test_who_asked_for_a_moment_gets_it() -> None:
    call = Call().verified()
    assert keys(call.hear("hold")) == ["take_your_time"]
    assert call.send(Silence(6)) == []
    assert call.send(Silence(12)) == []
    assert keys(call.send(Silence(31))) == ["are_you_there"]


def test_a_slow_tool_is_covered_and_given_up_in_the_end() -> None:
    call = Call().start()
    call.hear("identity_confirmed")
    use = call.conversation.handle(Heard(call.understanding.heard(FACTORS)))[-1]
    assert isinstance(use, UseTool)
    assert keys(call.conversation.handle(ToolSlow(use.tool_call_id))) == ["one_moment"]
    assert call.conversation.handle(ToolSlow("another")) == []
    for _ in range(3):
        assert keys(call.conversation.handle(Silence(6))) == ["one_moment"]
    actions = call.send(Silence(6))
    assert keys(actions) == ["system_trouble", "connecting"]
    late = call.conversation.handle(ToolDone(use.tool_call_id, use.name, ok=True, data={"verified": True}))
    assert [type(a) for a in late] == [Note]
    assert not call.conversation.snapshot()["order"]["verified"]


def test_unavailable_is_tried_once_more_under_the_same_id() -> None:
    call = Call().start()
    call.hear("identity_confirmed")
    use = call.conversation.handle(Heard(call.understanding.heard(FACTORS)))[-1]
    assert isinstance(use, UseTool)
    again = call.conversation.handle(ToolDone(use.tool_call_id, use.name, ok=False, error="unavailable"))
    assert keys(again) == ["one_moment"]
    assert again[-1] == use


def test_what_was_said_while_waiting_is_answered_afterwards() -> None:
    call = Call().verified()
    use = call.conversation.handle(Heard("pay_now by text"))[-1]
    assert isinstance(use, UseTool)
    call.conversation.handle(Heard(call.understanding.heard("payment_plan | months=6")))
    call.send(call.bank.answer(use))
    assert call.bank.used[-1] == ("calculate_payment_plan", {"months": 6})


def test_a_confirmation_in_flight_is_read_back_before_the_next_request() -> None:
    call = Call().verified()
    call.hear("pay_now by text")
    use = call.conversation.handle(Heard("affirm"))[-1]
    assert isinstance(use, UseTool)
    call.conversation.handle(Heard("ask_balance"))
    assert keys(call.send(call.bank.answer(use))) == ["tool.confirmed", "say_balance", "anything_else"]


def test_after_a_crash_the_verified_person_is_not_asked_again() -> None:
    from archer.protocol import SessionState

    call = Call(epoch=2, state=SessionState(verified=True))
    assert call.conversation.restore(None) is False
    actions = call.send(Started(resumed=True))
    assert keys(actions)[:2] == ["opening_resumed", "purpose"]


def test_a_snapshot_of_another_version_is_not_taken_over() -> None:
    call = Call()
    assert call.conversation.restore({"version": 0}) is False
    assert call.conversation.restore({}) is False


def test_a_right_said_after_the_goodbye_still_counts() -> None:
    call = Call().start()
    call.hear("goodbye")
    actions = call.hear("cease_contact")
    assert ("record_restriction", {"kind": "cease"}) in call.bank.used
    assert isinstance(actions[-1], End)
    assert actions[-1].outcome == "cease_requested"


def test_system_down_everywhere_ends_with_a_number_and_no_claim() -> None:
    down = {
        name: {"error": "unavailable"} for name in ("get_customer_options", "transfer_to_agent", "schedule_callback")
    }
    call = Call(bank=Bank(down)).verified()
    actions = call.hear("request_callback | datetime=2026-11-23T17:00:00-08:00")
    assert "couldn't book" in text(actions)
    assert call.outcome == "error"
