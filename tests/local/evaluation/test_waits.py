"""The waits of a stream's events: from where the caller stops to the agent's next word."""

from typing import Any

from local.evaluation.waits import silences_in, waits_in


def event(at: float, side: str, kind: str, value: str | None = None) -> dict[str, Any]:
    return {"at": at, "side": side, "type": kind, "value": value}


def caller(at: float, value: str) -> dict[str, Any]:
    return event(at, "harness", "user_state", value)


def agent(at: float, value: str) -> dict[str, Any]:
    return event(at, "harness", "agent_state", value)


def message(at: float, content: str) -> dict[str, Any]:
    return event(at, "agent", "message") | {"content": content}


def test_a_wait_ends_with_the_first_message_of_the_agent() -> None:
    events = [
        event(1.0, "carrier", "user_state", "speaking"),
        event(2.0, "carrier", "user_state", "idle"),
        event(2.25, "agent", "message"),
        event(2.5, "agent", "message"),
    ]
    assert waits_in(events) == [250.0]


def test_who_goes_on_speaking_or_is_cut_off_does_not_wait() -> None:
    goes_on = [
        event(1.0, "carrier", "user_state", "idle"),
        event(1.5, "carrier", "user_state", "speaking"),
        event(2.0, "carrier", "user_state", "idle"),
    ]
    assert waits_in(goes_on) == []
    assert waits_in([]) == []


def test_other_events_in_between_do_not_count() -> None:
    events = [
        event(1.0, "carrier", "user_state", "idle"),
        event(1.1, "agent", "log_metric"),
        event(1.2, "carrier", "dtmf"),
        event(1.5, "agent", "message"),
    ]
    assert waits_in(events) == [500.0]


def test_after_a_filler_the_agent_still_owes_an_answer() -> None:
    events = [
        caller(1.0, "idle"),
        message(1.5, "Let me see."),
        agent(1.5, "speaking"),
        agent(2.0, "idle"),
        message(8.0, "The balance is ten dollars."),
        agent(8.0, "speaking"),
        agent(9.0, "idle"),
        caller(20.0, "speaking"),
    ]
    assert waits_in(events) == [500.0]
    assert silences_in(events) == [500.0, 6000.0]


def test_a_turn_that_is_never_answered_is_a_silence_until_the_caller_speaks_again_or_the_line_ends() -> None:
    events = [caller(1.0, "idle"), caller(8.0, "speaking"), caller(9.0, "idle"), event(12.0, "client", "stop")]
    assert waits_in(events) == []
    assert silences_in(events) == [7000.0, 3000.0]


def test_between_the_agents_question_and_the_callers_answer_nobody_owes_a_word() -> None:
    events = [
        caller(1.0, "idle"),
        message(1.2, "Would you like a plan?"),
        agent(1.2, "speaking"),
        agent(3.0, "idle"),
        message(10.0, "Are you still there?"),
        agent(10.0, "speaking"),
        agent(11.0, "idle"),
        caller(15.0, "speaking"),
    ]
    assert [round(gap) for gap in silences_in(events)] == [200]


def test_what_the_agent_is_still_saying_is_no_silence() -> None:
    events = [
        message(1.0, "This call is recorded."),
        agent(1.0, "speaking"),
        caller(2.0, "speaking"),
        caller(3.0, "idle"),
        agent(6.0, "idle"),
        message(6.5, "Am I speaking with Sam?"),
    ]
    assert silences_in(events) == [500.0]
    assert silences_in([]) == []
